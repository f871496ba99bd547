"""What a table knows of its list now: the rows in hand, how many there are, and where the cursor stands.

The event loop's side of the loader, without a screen: it takes in what has landed, and says which pages to
want next. The rule it keeps: the cursor stays with its record.
"""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.widgets.tables.loader import Failure, FirstRows
from crm_tui.widgets.tables.pages import PAGE, Pages, end_of
from crm_tui.widgets.tables.rows import RowView


class Listing:
    """The state of one table. ``fresh`` is true while the first rows of a new source are on their way."""

    def __init__(self) -> None:
        self.fresh = True
        self.count = 0
        self.exact = False
        self.cursor = 0
        self.problem = ""
        self._pages = Pages()
        self._failed: set[int] = set()

    @property
    def current(self) -> RowView | None:
        """The row under the cursor, or None when it is not in hand."""
        return None if self.fresh else self._pages.row(self.cursor)

    @property
    def settled(self) -> bool:
        """Whether it is known what stands under the cursor, be it nothing."""
        if self.fresh:
            return False
        return self.count == 0 or self.cursor // PAGE in self._failed or self.current is not None

    def row(self, index: int) -> RowView | None:
        """The row at a position, or None when it is not in hand."""
        return self._pages.row(index)

    def failed(self, index: int) -> bool:
        """Whether the row at a position could not be read."""
        return index // PAGE in self._failed

    def put_cursor(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        self.cursor = max(0, min(row, self.count - 1))

    def outrun(self, first: FirstRows) -> bool:
        """Whether the cursor has moved on since, to a record that is not among these rows."""
        current = self.current
        return (
            current is not None
            and current.key != first.ask.key
            and Pages(first.pages).find(current.key) is None
        )

    def take_first(self, first: FirstRows, top: int) -> int:
        """Take in the first rows, of a new source or after a change.

        Args:
            first: What has landed.
            top: The first row on the screen.

        Returns:
            The row that should be the first on the screen now.
        """
        pages = Pages(first.pages)
        if self.fresh:
            cursor, top = first.row, first.row - first.ask.above
            self.count, self.exact = 0, False
        else:
            shift = self._shift(first, pages)
            cursor, top = self.cursor + shift, top + shift
        self.fresh, self.problem = False, ""
        self._failed.clear()
        self._pages = pages
        seen = max((number * PAGE + len(rows) for number, rows in first.pages.items() if rows), default=0)
        if first.end is not None:
            self.count, self.exact = first.end, True
        elif seen > self.count:
            self.count, self.exact = seen, False
        self.put_cursor(cursor)
        return max(0, top)

    def take_page(self, number: int, rows: Sequence[RowView]) -> None:
        """Take in a page, which may show that the list is longer, or where it ends."""
        self._pages.put(number, rows)
        if self.exact:
            return
        seen = number * PAGE + len(rows)
        if end_of(number, rows) is not None or (not rows and seen == self.count):
            self.take_count(seen, exact=True)
        elif rows and seen > self.count:
            self.take_count(seen, exact=False)

    def take_count(self, count: int, *, exact: bool) -> None:
        """Take in the number of rows."""
        self.count, self.exact = count, exact
        self.put_cursor(self.cursor)

    def take_failure(self, failure: Failure) -> None:
        """Take in that something could not be read.

        A page is tried again when the screen has been elsewhere, or when the first rows are asked for anew.
        """
        if isinstance(failure.what, int):
            self._failed.add(failure.what)
        elif failure.what is not None and self.fresh:
            self.fresh, self.exact, self.count, self.cursor = False, False, 0, 0
            self._pages = Pages()
            self.problem = failure.error.message

    def wanted(self, top: int, height: int) -> list[int]:
        """The pages to ask for, the most urgent first: the screen, the cursor, a screen before and one after.

        While the end is not known one looks for rows beyond it, so that a slow count holds nobody up.
        """
        if not self.count:
            return []
        last = top + 2 * height - 1
        if self.exact:
            last = min(last, self.count - 1)
        near = range(top // PAGE, (min(top + height, self.count) - 1) // PAGE + 1)
        around = range(max(0, top - height) // PAGE, last // PAGE + 1)
        needed = list(dict.fromkeys([*near, self.cursor // PAGE, *around]))
        self._pages.touch(needed)
        self._failed.intersection_update(needed)
        return [number for number in needed if number not in self._pages and number not in self._failed]

    def _shift(self, first: FirstRows, pages: Pages) -> int:
        """How far the record under the cursor has moved, be it that the cursor has moved on meanwhile."""
        current = self.current
        here = None if current is None else pages.find(current.key)
        return first.row - first.ask.row if here is None else here - self.cursor
