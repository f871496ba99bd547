"""A table over any number of rows that never blocks: it shows what is in hand, and threads fetch the rest.

The rule it keeps: nothing moves unless the person moved it. When records change elsewhere, the cursor follows
its record, and the scroll and the marks stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final, TypeAlias, get_args

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, clamp
from textual.strip import Strip
from textual.types import NoActiveAppError

from crm_tui.widgets.jump import Target
from crm_tui.widgets.scrolled import Scrolled
from crm_tui.widgets.tables import table_messages
from crm_tui.widgets.tables.listing import Listing
from crm_tui.widgets.tables.loader import Ask, CountCame, Failure, FirstRows, Landing, Loader, PageCame
from crm_tui.widgets.tables.pages import PAGE
from crm_tui.widgets.tables.rows import RowSource, RowView, Tone
from crm_tui.widgets.tables.table_lines import MARK_WIDTH, LinePainter, Look, TableColumn

_HEADER: Final = 1
_TONES: Final[tuple[Tone, ...]] = tuple(tone for tone in get_args(Tone) if tone != "plain")


class RecordTable(Scrolled, can_focus=True):
    """A list of records, one line each, over a ``RowSource``.

    Args:
        columns: The columns, from left to right.
        empty_text: What is said in the middle when there are no rows; line breaks are kept.
        signs: Whether rows carry signs of their own, beside those of the cursor and of marks.
        id: The id of the widget.
        classes: Its CSS classes.
    """

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half_down"),
        Binding("home", "first", "First", show=False, id="table.first"),
        Binding("end", "last", "Last", show=False, id="table.last"),
        Binding("space", "mark", "Mark", show=False, id="table.mark"),
        Binding("enter", "open", "Open", show=False, id="table.open"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--cursor",
        *(f"record-table--{tone}" for tone in _TONES),
    }

    DEFAULT_CSS = """
    RecordTable {
        width: 1fr;
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .record-table--dim { color: $text-muted; }
        & > .record-table--accent { color: $text-accent; }
        & > .record-table--good { color: $text-success; }
        & > .record-table--soon { color: $text-warning; }
        & > .record-table--bad { color: $text-error; }
        & > .record-table--cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .record-table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        &:focus:nocolor > .record-table--cursor { text-style: reverse; }
    }
    """

    Highlighted: TypeAlias = table_messages.Highlighted
    Opened: TypeAlias = table_messages.Opened
    Marked: TypeAlias = table_messages.Marked
    Counted: TypeAlias = table_messages.Counted
    Failed: TypeAlias = table_messages.Failed

    def __init__(
        self,
        columns: Sequence[TableColumn],
        *,
        empty_text: str = "Nothing here.",
        signs: bool = False,
        id: str | None = None,  # noqa: A002  (the name Textual gives it)
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._signs = signs
        self._painter = LinePainter(columns, signs=signs)
        self._columns_to_come: Sequence[TableColumn] | None = None
        self._dressed = False
        self._empty_text = empty_text
        self._gone = False
        self._asked = False
        self._loader: Loader | None = None
        self._ask = Ask()
        self._list = Listing()
        self._marks: set[int] = set()
        self._follow_end = False
        self._open_later = False
        self._told: tuple[int | None] | None = None
        self._told_count: tuple[int, bool] | None = None
        self._cursor_shown = True

    @property
    def cursor_row(self) -> int:
        """The position of the cursor; 0 when there are no rows."""
        return self._list.cursor

    @property
    def cursor_view(self) -> RowView | None:
        """The row under the cursor, or None while it is on its way."""
        return self._list.current

    @property
    def cursor_key(self) -> int | None:
        """The key of the row under the cursor, or None while it is on its way."""
        view = self._list.current
        return None if view is None else view.key

    @property
    def row_count(self) -> int:
        """The number of rows, as far as it is known: see ``count_known``."""
        return self._list.count

    @property
    def count_known(self) -> bool:
        """Whether ``row_count`` is the number of all rows, and not only of those seen so far."""
        return self._list.exact

    @property
    def marked(self) -> set[int]:
        """The keys of the marked rows, shown or not: a copy."""
        return set(self._marks)

    @property
    def empty_text(self) -> str:
        """What is said in the middle when there are no rows."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        if not self._list.count:
            self.refresh()

    def set_source(
        self,
        source: RowSource,
        keep_key: int | None = None,
        *,
        keep_marks: bool = False,
        columns: Sequence[TableColumn] | None = None,
    ) -> None:
        """Show other rows. What was shown stays until the first of them are here, but cannot be opened.

        Args:
            source: Where the rows come from; not one that was set before, which ``reload`` asks again.
            keep_key: The record the cursor shall stand on, if it is there; else it stands on the first row.
            keep_marks: Whether the marks stay, on rows that may not be shown.
            columns: Those of the new rows, if they have others: they are shown together with the first of them.
        """
        if self._loader is not None:
            self._loader.stop()
        if columns is not None:
            self._columns_to_come = tuple(columns)
        self._loader = Loader(source, self._run, self._announce)
        self._start_afresh(keep_key, keep_marks=keep_marks)

    def reload(self, *, keep: bool = True) -> None:
        """Ask the source again, because records have changed.

        ``Highlighted`` comes only if another record stands under the cursor then.

        Args:
            keep: Whether the cursor follows its record, and the scroll and the marks stay; else from the top.
        """
        if self._loader is None or not self._asked:
            return
        if not keep:
            self._start_afresh(None, keep_marks=False)
        elif self._list.fresh:
            self._loader.open(self._ask)
        else:
            above = self._list.cursor - self._top
            self._loader.open(Ask(self._list.cursor, self.cursor_key, above, self._height))

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest there is, and show it."""
        self._follow_end = self._open_later = False
        before = self._list.cursor
        self._list.put_cursor(row)
        if self._list.cursor != before:
            self.refresh_line(before + _HEADER)
            self.refresh_line(self._list.cursor + _HEADER)
        self._reveal()
        self._fetch()
        self._tell()

    def set_marks(self, keys: Iterable[int]) -> None:
        """Mark exactly these records."""
        marks = set(keys)
        if marks != self._marks:
            self._marks = marks
            self.post_message(self.Marked(self, frozenset(marks)))
            self.refresh()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.move_to(self._list.cursor + rows)

    def action_page(self, screens: float) -> None:
        """Move the cursor and the view by so many screens."""
        step = max(1, int(self._height * abs(screens)))
        step = step if screens > 0 else -step
        self._scroll(self._top + step)
        self.move_to(self._list.cursor + step)

    def action_first(self) -> None:
        """Go to the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Go to the last row; where the end is not known yet, again when it is."""
        self.move_to(self._list.count - 1)
        self._follow_end = not self._list.exact

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark off, and go on to the next."""
        if self._toggle_mark():
            self.move_to(self._list.cursor + 1)

    def action_open(self) -> None:
        """Open the record under the cursor; where its row is on its way, when it has come."""
        self._open_later = True
        self._tell()

    def jump_targets(self) -> list[Target]:
        """The rows in view, for jump mode."""

        def target(row: int) -> Target:
            def go() -> None:
                self.focus()
                self.move_to(row)

            place = self.content_region
            return Region(place.x, place.y + _HEADER + row - self._top, place.width, 1), go

        if self._list.fresh:
            return []
        return [
            target(row)
            for row in range(self._top, min(self._list.count, self._top + self.size.height - _HEADER))
        ]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows that have come into view."""
        super().watch_scroll_y(old_value, new_value)
        self._cursor_shown = self._top <= self._list.cursor < self._top + self._height
        self._fetch()

    def notify_style_update(self) -> None:
        """Take the styles anew: the theme, the focus or the style sheet has changed."""
        super().notify_style_update()
        self._dressed = False

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region, in the styles and the width of this moment."""
        base = self.rich_style
        if not self._dressed or base != self._painter.look.base:
            self._dressed = True
            self._painter.dress(self._look(base))
        self._painter.resize(max(0, self.size.width - self.scrollbar_size_vertical))
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line: the titles, a row, or what is said instead of rows."""
        if y < _HEADER:
            return self._painter.header()
        index = self._top + y - _HEADER
        if index < self._list.count:
            cursor = index == self._list.cursor
            row = self._list.row(index)
            if row is None:
                return self._painter.absent(cursor=cursor, failed=self._list.failed(index))
            return self._painter.row(index, row, cursor=cursor, marked=row.key in self._marks)
        if self._list.count or self._list.fresh:
            return self._painter.blank()
        return self._painter.note(self._list.problem or self._empty_text, self._height)[y - _HEADER]

    def on_mount(self) -> None:
        """Ask for the first rows, if that was not possible before."""
        self._open()

    def on_unmount(self) -> None:
        """Ask for nothing more."""
        self._gone = True
        if self._loader is not None:
            self._loader.stop()

    def on_resize(self) -> None:
        """Keep the cursor in view, and ask for the rows that have come into view."""
        if self._cursor_shown:
            self._reveal()
        self._fetch()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; at its left edge also mark it, twice also open it."""
        place = event.get_content_offset(self)
        if place is None or place.y < _HEADER or self._top + place.y - _HEADER >= self._list.count:
            return
        event.stop()
        self.move_to(self._top + place.y - _HEADER)
        if place.x < MARK_WIDTH:
            self._toggle_mark()
        elif event.chain == 2:
            self.action_open()

    def on_record_table_landed(self) -> None:
        """Take in what the threads have fetched."""
        if self._loader is None:
            return
        landed, end = self._loader.collect(), self._end
        for landing in landed:
            self._take(landing)
        if end != self._end or any(self._changes_lines(landing) for landing in landed):
            self.refresh()
        self._fetch()
        self._tell()

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    @property
    def _height(self) -> int:
        return max(1, self.size.height - _HEADER)

    @property
    def _can_ask(self) -> bool:
        try:
            return self.app.is_running and not self._gone
        except NoActiveAppError:
            return False

    @property
    def _end(self) -> int:
        """The row after the last one in view."""
        return min(self._list.count, self._top + self._height)

    def _changes_lines(self, landing: Landing) -> bool:
        if isinstance(landing, PageCame):
            return self._top // PAGE <= landing.number <= (self._top + self._height - 1) // PAGE
        return not isinstance(landing, CountCame)

    def _run(self, work: Callable[[], None]) -> None:
        self.run_worker(work, group="rows", thread=True)

    def _announce(self) -> None:
        self.post_message(table_messages.Landed())

    def _start_afresh(self, key: int | None, *, keep_marks: bool) -> None:
        if not keep_marks:
            self.set_marks(())
        self._follow_end = self._open_later = False
        self._list.fresh = True
        above = clamp(self._list.cursor - self._top, 0, self._height - 1)
        self._ask = Ask(key=key, above=above, height=self._height)
        self._asked = False
        self._open()

    def _open(self) -> None:
        """Ask for the first rows as early as there is a program to run threads in, be it before the mount."""
        if self._loader is not None and not self._asked and self._can_ask:
            self._asked = True
            self._loader.open(self._ask)

    def _take(self, landing: Landing) -> None:
        if isinstance(landing, FirstRows):
            self._take_first(landing)
        elif isinstance(landing, PageCame):
            self._list.take_page(landing.number, landing.rows)
            self._measure()
        elif isinstance(landing, CountCame):
            self._list.take_count(landing.total, exact=True)
            self._measure()
        else:
            self._take_failure(landing)

    def _change_columns(self) -> None:
        """Draw the columns of the rows that have come, if they are others than before."""
        if self._columns_to_come is not None:
            self._painter = LinePainter(self._columns_to_come, signs=self._signs)
            self._columns_to_come = None
            self._dressed = False

    def _take_first(self, first: FirstRows) -> None:
        if self._list.outrun(first):
            self.reload()
            return
        self._change_columns()
        fresh, shown = self._list.fresh, self._cursor_shown
        top = self._list.take_first(first, self._top)
        self._measure()
        if top != self._top:
            self._scroll(top)
        if fresh or shown:
            self._reveal()
        if first.end is None and self._loader is not None:
            self._loader.want_count()

    def _take_failure(self, failure: Failure) -> None:
        if failure.what is not None and not isinstance(failure.what, int):
            self._change_columns()
        self._list.take_failure(failure)
        self._measure()
        self.post_message(self.Failed(self, failure.error))

    def _measure(self) -> None:
        """Fit the scroll to the number of rows, and say it when it has changed."""
        count, exact = now = self._list.count, self._list.exact
        if self._list.fresh or now == self._told_count:
            return
        self._told_count = now
        self.set_height(count + _HEADER)
        self.post_message(self.Counted(self, count, exact))
        if exact and self._follow_end:
            self.move_to(count - 1)

    def _scroll(self, top: int) -> None:
        if self.size:  # Before the first layout there is nothing to scroll: the first resize does it.
            self.scroll_to(y=top, animate=False, force=True)

    def _reveal(self) -> None:
        """Scroll as little as needed to show the cursor."""
        row, top, height = self._list.cursor, self._top, self._height
        if row < top:
            self._scroll(row)
        elif row >= top + height:
            self._scroll(row - height + 1)
        self._cursor_shown = True

    def _fetch(self) -> None:
        """Ask for the rows that are lacking on the screen and around it."""
        if self._loader is not None and not self._gone and not self._list.fresh:
            self._loader.want(self._list.wanted(self._top, self._height))

    def _tell(self) -> None:
        """Say which record the cursor stands on, once it is known, and open it when that was asked for."""
        if not self._list.settled:
            return
        key = self.cursor_key
        if self._told != (key,):
            self._told = (key,)
            self.post_message(self.Highlighted(self, key))
        if self._open_later:
            self._open_later = False
            if key is not None:
                self.post_message(self.Opened(self, key))

    def _toggle_mark(self) -> bool:
        key = self.cursor_key
        if key is None:
            return False
        self.set_marks(self._marks ^ {key})
        return True

    def _look(self, base: Style) -> Look:
        def style(name: str) -> Style:
            return self.get_component_rich_style(f"record-table--{name}")

        return Look(
            base, style("cursor"), style("dim"), style("accent"), {tone: style(tone) for tone in _TONES}
        )
