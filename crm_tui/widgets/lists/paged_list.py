"""A list in parts of any length: all keys are in hand, the rows are asked for as they come into view.

The rule it keeps: what is drawn is at hand or drawn as ``…``; nothing here waits for the disk.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final, overload

from textual.message import Message

from crm_tui.widgets.lists.grouped_list import Group, GroupedList, GroupRow
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    Keys = array[int]

_WAITING: Final = ("…",)
_GONE: Final = ("gone",)
_MOST_HELD: Final = 5_000


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, the keys of the rows beneath, and what is said at its right."""

    title: str
    keys: Keys
    aside: str = ""


class _Rows(Sequence[GroupRow]):
    """The rows of a part, those that are not in hand as ``…``."""

    def __init__(self, keys: Keys, held: dict[int, GroupRow]) -> None:
        self.keys = keys
        self._held = held

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> GroupRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[GroupRow]: ...
    def __getitem__(self, place: int | slice) -> GroupRow | Sequence[GroupRow]:
        if isinstance(place, slice):
            return [self._row(key) for key in self.keys[place]]
        return self._row(self.keys[place])

    def _row(self, key: int) -> GroupRow:
        return self._held.get(key) or GroupRow(key, _WAITING)


class PagedList(GroupedList):
    """Rows under headings, read in pages.

    Args:
        columns: The columns of every row.
        id: The id of the widget.
    """

    class Wanted(Message):
        """Rows have come into view that are not in hand; ``take`` is to be called with them."""

        def __init__(self, keys: list[int]) -> None:
            super().__init__()
            self.keys = keys

    def __init__(self, columns: Sequence[TableColumn], *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(columns, id=id)
        self._held: dict[int, GroupRow] = {}
        self._widths: Sequence[int] = ()
        self._wanted: list[int] = []

    @property
    def keys(self) -> list[Hashable]:
        """What the rows stand for, from top to bottom."""
        return list(
            chain.from_iterable(group.rows.keys for group in self._groups if isinstance(group.rows, _Rows))
        )

    @property
    def cursor_place(self) -> int:
        """How many rows stand above the cursor."""
        return self._cursor

    @property
    def in_view(self) -> list[int]:
        """The keys of the rows in view and a screen above and below."""
        top, height = self.scroll_offset.y, self.size.height
        places = (self._at(line) for line in range(max(0, top - height), top + 2 * height))
        rows = (self._row(place) for place in places if isinstance(place, int))
        return [row.key for row in rows if row is not None and isinstance(row.key, int)]

    def show_parts(
        self, parts: Iterable[Part], rows: Iterable[GroupRow], widths: Sequence[int], empty: str
    ) -> None:
        """Show another list, with the rows that are in hand.

        Args:
            parts: Its headings and keys.
            rows: Some of its rows: those now in view at least, or they are drawn as ``…`` for a moment.
            widths: The cells of each column, for what is not in hand cannot be measured.
            empty: What is said when there are no rows.
        """
        self._held = {row.key: row for row in rows if isinstance(row.key, int)}
        self._widths = widths
        self._wanted = []
        self.show([Group(part.title, _Rows(part.keys, self._held), part.aside) for part in parts], empty)
        self._ask()

    def take(self, rows: Iterable[GroupRow]) -> None:
        """Take rows that were wanted."""
        if len(self._held) > _MOST_HELD:
            seen = set(self.in_view)
            for key in [key for key in self._held if key not in seen]:
                del self._held[key]
        self._held.update({key: GroupRow(key, _GONE) for key in self._wanted})
        self._held.update({row.key: row for row in rows if isinstance(row.key, int)})
        self._wanted = []
        self.refresh()
        self._ask()

    def give_up(self) -> None:
        """What was wanted cannot be read: ask again at the next move."""
        self._wanted = []

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into view."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def on_resize(self) -> None:
        """Ask for what came into view; the cursor stays there by itself."""
        self._ask()

    def _ask(self) -> None:
        if self._wanted:
            return
        self._wanted = [key for key in self.in_view if key not in self._held]
        if self._wanted:
            self.post_message(self.Wanted(self._wanted))

    def _measured(self) -> tuple[TableColumn, ...]:
        return tuple(
            replace(column, width=width)
            for column, width in zip(self._all_columns, self._widths, strict=False)
        )
