"""The pages of rows that a table has in hand.

Only the event loop touches them. What is in hand is bounded, however long the list: see ``Pages``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from crm_tui.widgets.tables.rows import RowView

PAGE: Final = 128
_KEPT: Final = 24


class Pages:
    """The rows in hand: the pages used last, at most 24 of 256 rows."""

    def __init__(self, pages: Mapping[int, Sequence[RowView]] | None = None) -> None:
        self._pages: OrderedDict[int, Sequence[RowView]] = OrderedDict(pages or {})

    def __contains__(self, number: int) -> bool:
        return number in self._pages

    def __len__(self) -> int:
        return len(self._pages)

    def row(self, index: int) -> RowView | None:
        """The row at a position in the whole list, or None when it is not in hand."""
        number, offset = divmod(index, PAGE)
        rows = self._pages.get(number)
        return rows[offset] if rows is not None and offset < len(rows) else None

    def find(self, key: int) -> int | None:
        """The position of a key among the rows in hand."""
        for number, rows in self._pages.items():
            for offset, row in enumerate(rows):
                if row.key == key:
                    return number * PAGE + offset
        return None

    def put(self, number: int, rows: Sequence[RowView]) -> None:
        """Take a page in, and let the one go that was used longest ago."""
        self._pages[number] = rows
        self.touch((number,))
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)

    def touch(self, numbers: Iterable[int]) -> None:
        """Note that pages are in use, so that they are kept."""
        for number in numbers:
            if number in self._pages:
                self._pages.move_to_end(number)


def end_of(number: int, rows: Sequence[RowView]) -> int | None:
    """The length of the list when this page is its last; an empty page shows it only when it is the first."""
    short = len(rows) < PAGE and (bool(rows) or number == 0)
    return number * PAGE + len(rows) if short else None
