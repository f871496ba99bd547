"""A table over any number of rows that never blocks: it shows what is in hand, and threads fetch the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, get_args

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.strip import Strip

from crm_tui.widgets.jump import Target
from crm_tui.widgets.moving import MOVES
from crm_tui.widgets.tables.fetched_rows import HEADER, FetchedRows
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import MARK_WIDTH, LinePainter, Look, TableColumn

_TONES: Final[tuple[Tone, ...]] = tuple(tone for tone in get_args(Tone) if tone != "plain")


class RecordTable(FetchedRows, can_focus=True):
    """A list of records, one line each, over a ``RowSource``.

    Args:
        columns: The columns, from left to right.
        empty_text: What is said in the middle when there are no rows; line breaks are kept.
        signs: Whether rows carry signs of their own, beside those of the cursor and of marks.
        id: The id of the widget.
        classes: Its CSS classes.
    """

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = MOVES

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
        self._dressed = False
        self._empty_text = empty_text

    @property
    def empty_text(self) -> str:
        """What is said in the middle when there are no rows."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        if not self._list.count:
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
            return Region(place.x, place.y + HEADER + row - self._top, place.width, 1), go

        if self._list.fresh:
            return []
        return [
            target(row)
            for row in range(self._top, min(self._list.count, self._top + self.size.height - HEADER))
        ]

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
        if y < HEADER:
            return self._painter.header()
        index = self._top + y - HEADER
        if index < self._list.count:
            cursor = index == self._list.cursor
            row = self._list.row(index)
            if row is None:
                return self._painter.absent(cursor=cursor, failed=self._list.failed(index))
            return self._painter.row(index, row, cursor=cursor, marked=row.key in self._marks)
        if self._list.count or self._list.fresh:
            return self._painter.blank()
        return self._painter.note(self._list.problem or self._empty_text, self._height)[y - HEADER]

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; at its left edge also mark it, twice also open it."""
        place = event.get_content_offset(self)
        if place is None or place.y < HEADER or self._top + place.y - HEADER >= self._list.count:
            return
        event.stop()
        self.move_to(self._top + place.y - HEADER)
        if place.x < MARK_WIDTH:
            self._toggle_mark()
        elif event.chain == 2:
            self.action_open()

    def change_columns(self) -> None:
        """Draw the columns of the rows that have come, if they are others than before."""
        if self._columns_to_come is not None:
            self._painter = LinePainter(self._columns_to_come, signs=self._signs)
            self._columns_to_come = None
            self._dressed = False

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
