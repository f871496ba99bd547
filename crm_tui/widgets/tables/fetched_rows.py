"""A table's rows as they come: what threads have fetched, where the cursor stands in it, and what to fetch next.

The rule it keeps: nothing moves unless the person moved it. When records change elsewhere, the cursor follows
its record, and the scroll and the marks stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from textual.geometry import clamp
from textual.types import NoActiveAppError

from crm_tui.widgets.scrolled import Scrolled
from crm_tui.widgets.tables import table_messages
from crm_tui.widgets.tables.listing import Listing
from crm_tui.widgets.tables.loader import Ask, CountCame, Failure, FirstRows, Landing, Loader, PageCame
from crm_tui.widgets.tables.pages import PAGE
from crm_tui.widgets.tables.rows import RowSource, RowView
from crm_tui.widgets.tables.table_lines import TableColumn

HEADER: Final = 1
"""Lines above the rows."""


class FetchedRows(Scrolled):
    """The rows of a ``RowSource`` with a cursor and marks, without a look: a table draws them."""

    Highlighted: TypeAlias = table_messages.Highlighted
    Opened: TypeAlias = table_messages.Opened
    Marked: TypeAlias = table_messages.Marked
    Counted: TypeAlias = table_messages.Counted
    Failed: TypeAlias = table_messages.Failed

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, classes=classes)
        self._columns_to_come: Sequence[TableColumn] | None = None
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

    def change_columns(self) -> None:
        """Draw the columns of the rows that have come, if they are others than before."""

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
            self.refresh_line(before + HEADER)
            self.refresh_line(self._list.cursor + HEADER)
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

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows that have come into view."""
        super().watch_scroll_y(old_value, new_value)
        self._cursor_shown = self._top <= self._list.cursor < self._top + self._height
        self._fetch()

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
        return max(1, self.size.height - HEADER)

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

    def _take_first(self, first: FirstRows) -> None:
        if self._list.outrun(first):
            self.reload()
            return
        self.change_columns()
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
            self.change_columns()
        self._list.take_failure(failure)
        self._measure()
        self.post_message(self.Failed(self, failure.error))

    def _measure(self) -> None:
        """Fit the scroll to the number of rows, and say it when it has changed."""
        count, exact = now = self._list.count, self._list.exact
        if self._list.fresh or now == self._told_count:
            return
        self._told_count = now
        self.set_height(count + HEADER)
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
