"""Long lists by pages: the ids of any stretch of a list, however far down, without counting through to it.

A pager holds no connection, so that any thread may ask it with its own. It remembers where pages began; after a change
``forget`` makes it look again. ``count`` may run beside ``page`` and ``position``, as a table's rows need it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from crm_tui import filters
from crm_tui.domain import listing
from crm_tui.domain.listing import Filter, Listing
from crm_tui.filters import And, Node, Op, Presence, Term, Word

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

FIRST: Final = 1024
"""So many rows of a sorted list are read without sorting the rest."""


class Pager(Protocol):
    """A list by pages."""

    def count(self, crm: Crm) -> int:
        """How many records there are."""
        ...

    def page(self, crm: Crm, offset: int, limit: int) -> Sequence[int]:
        """The ids from ``offset`` on, fewer than ``limit`` only at the end."""
        ...

    def position(self, crm: Crm, record: int) -> int | None:
        """Where a record stands, None when it is not in the list."""
        ...

    def forget(self) -> None:
        """Look again: records have changed."""
        ...


class NamePager:
    """A list by name: every page visited is a place to go on from, and so are both ends.

    Args:
        kind: The list; its table has an indexed ``name_key``.
        condition: Its filter.
        descending: Whether it begins with Z.
    """

    def __init__(self, kind: Listing, condition: Filter = None, *, descending: bool = False) -> None:
        self._kind = kind
        self._condition = condition
        self._down = descending
        self._lock = Lock()
        self._anchors: dict[int, tuple[str, int]] = {}
        self._count: int | None = None

    def count(self, crm: Crm) -> int:
        """How many records there are."""
        found = listing.count(crm, self._kind, self._condition)
        with self._lock:
            self._count = found
        return found

    def page(self, crm: Crm, offset: int, limit: int) -> Sequence[int]:
        """The ids from ``offset`` on, read from the nearest place that is known."""
        with self._lock:
            before = max((at for at in self._anchors if at <= offset), default=0)
            after = min((at for at in self._anchors if at >= offset + limit), default=None)
            total = self._count
            anchors = dict(self._anchors)
        steps: list[tuple[int, Callable[[], list[tuple[int, str]]]]] = [
            (offset - before, lambda: self._read(crm, anchors.get(before), offset - before, limit))
        ]
        if after is not None:
            skip = after - offset - limit
            steps.append((skip, lambda: self._read_back(crm, anchors[after], skip, limit)))
        if total is not None and offset < total:
            rest = max(0, total - offset - limit)
            steps.append((rest, lambda: self._read_back(crm, None, rest, min(limit, total - offset))))
        rows = min(steps, key=lambda step: step[0])[1]()
        if rows:
            with self._lock:
                self._anchors[offset] = (rows[0][1], rows[0][0])
        return [record for record, _ in rows]

    def position(self, crm: Crm, record: int) -> int | None:
        """Where a record stands, None when it is not in the list."""
        table, found = self._kind.table, listing.where(crm, self._kind, self._condition)
        here = crm.connection.execute(
            f"SELECT name_key, id FROM {table} WHERE id = ? AND {found.sql}",  # noqa: S608 - the schema's expressions
            (record, *found.params),
        ).fetchone()
        if here is None:
            return None
        sign = ">" if self._down else "<"
        (place,) = crm.connection.execute(
            f"SELECT count(*) FROM {table} WHERE (name_key, id) {sign} (?, ?) AND {found.sql}",  # noqa: S608
            (*here, *found.params),
        ).fetchone()
        return int(place)

    def forget(self) -> None:
        """Look again: records have changed."""
        with self._lock:
            self._anchors.clear()
            self._count = None

    def _read(self, crm: Crm, start: tuple[str, int] | None, skip: int, limit: int) -> list[tuple[int, str]]:
        """Rows from a place on, that one included."""
        return self._rows(crm, start, "<=" if self._down else ">=", self._down, skip, limit)

    def _read_back(
        self, crm: Crm, end: tuple[str, int] | None, skip: int, limit: int
    ) -> list[tuple[int, str]]:
        """The rows before a place, or the last of all, in the order of the list."""
        return self._rows(crm, end, ">" if self._down else "<", not self._down, skip, limit)[::-1]

    def _rows(
        self, crm: Crm, place: tuple[str, int] | None, sign: str, down: bool, skip: int, limit: int
    ) -> list[tuple[int, str]]:
        table, found = self._kind.table, listing.where(crm, self._kind, self._condition)
        bound, params = (
            ("", ()) if place is None else (f"({table}.name_key, {table}.id) {sign} (?, ?) AND ", place)
        )
        way = " DESC" if down else ""
        rows: list[tuple[int, str]] = crm.connection.execute(
            f"SELECT {table}.id, {table}.name_key FROM {table} WHERE {bound}{found.sql}"  # noqa: S608 - the schema's
            f" ORDER BY {table}.name_key{way}, {table}.id{way} LIMIT ? OFFSET ?",
            (*params, *found.params, limit, skip),
        ).fetchall()
        return rows


class SortedPager:
    """A list in any order: the first rows at once, all ids in memory (8 bytes each) for those further down.

    Args:
        kind: The list.
        condition: Its filter.
        sort: Its order, a field with ``-`` in front for descending.
    """

    def __init__(self, kind: Listing, condition: Node | None, sort: str) -> None:
        self._kind = kind
        self._condition = condition
        self._sort = sort
        self._lock = Lock()
        self._ids: array[int] | None = None

    def count(self, crm: Crm) -> int:
        """How many records there are."""
        ids = self._ids
        return listing.count(crm, self._of(crm), self._condition) if ids is None else len(ids)

    def page(self, crm: Crm, offset: int, limit: int) -> Sequence[int]:
        """The ids from ``offset`` on."""
        if self._ids is None and offset + limit <= FIRST:
            found = self._first(crm, offset + limit)
            if len(found) == offset + limit:
                return found[offset:]
        return self._all(crm)[offset : offset + limit]

    def position(self, crm: Crm, record: int) -> int | None:
        """Where a record stands, None when it is not in the list."""
        ids = self._all(crm)
        return ids.index(record) if record in ids else None

    def forget(self) -> None:
        """Look again: records have changed."""
        with self._lock:
            self._ids = None

    def _first(self, crm: Crm, limit: int) -> list[int]:
        """The first ids of those whose field is filled: they come first, and an index has them in order."""
        name = self._sort.removeprefix("-")
        kind, condition = self._of(crm), self._condition
        if name not in kind.never_empty:
            kind = kind._replace(never_empty=kind.never_empty | {name})
            filled = Term(name, Op.EQ, (Presence.ANY,))
            condition = filled if condition is None else And((condition, filled))
        return list(listing.ids(crm, kind, condition, sort=self._sort, limit=limit))

    def _all(self, crm: Crm) -> array[int]:
        with self._lock:
            if self._ids is None:
                self._ids = array("q", listing.ids(crm, self._of(crm), self._condition, sort=self._sort))
            return self._ids

    def _of(self, crm: Crm) -> Listing:
        """The list as it stands now."""
        return self._kind


class InvoicePager(SortedPager):
    """Invoices in any order: what their list can be filtered and sorted by depends on the day.

    Args:
        condition: The filter.
        sort: The order.
    """

    def __init__(self, condition: Node | None, sort: str) -> None:
        from crm_tui.domain.invoice_fields import listing as on_day

        super().__init__(on_day(date.min), condition, sort)

    def _of(self, crm: Crm) -> Listing:
        return crm.invoices.listing


class FoundPager:
    """What a search finds, the best first, no more than the search looks at.

    Args:
        table: The table.
        text: What is searched for.
    """

    def __init__(self, table: str, text: str) -> None:
        self._table = table
        self._text = text
        self._lock = Lock()
        self._found: tuple[list[int], bool] | None = None

    def count(self, crm: Crm) -> int:
        """How many records were found."""
        return len(self._all(crm)[0])

    def more(self) -> bool:
        """Whether there may be more than were found; known once a page was read."""
        return self._found is not None and self._found[1]

    def page(self, crm: Crm, offset: int, limit: int) -> Sequence[int]:
        """The ids from ``offset`` on."""
        return self._all(crm)[0][offset : offset + limit]

    def position(self, crm: Crm, record: int) -> int | None:
        """Where a record stands, None when it is not among them."""
        ids = self._all(crm)[0]
        return ids.index(record) if record in ids else None

    def forget(self) -> None:
        """Search again: records have changed."""
        with self._lock:
            self._found = None

    def _all(self, crm: Crm) -> tuple[list[int], bool]:
        with self._lock:
            if self._found is None:
                self._found = crm.search.find_ids(self._text, self._table)
            return self._found


def contacts(text: str, sort: str = "name") -> Pager:
    """The people that a filter finds, in an order; a filter of words alone finds the best first.

    Raises:
        UsageError: the filter is malformed. An unknown field is told when the first page is read.
    """
    from crm_tui.domain.contact_fields import LISTING

    return _named(LISTING, text, sort)


def companies(text: str, sort: str = "name") -> Pager:
    """The companies that a filter finds, as ``contacts`` does it.

    Raises:
        UsageError: the filter is malformed. An unknown field is told when the first page is read.
    """
    from crm_tui.domain.company_fields import LISTING

    return _named(LISTING, text, sort)


def invoices(text: str, sort: str = "-issued_on") -> Pager:
    """The invoices that a filter finds, in an order; a filter of words alone finds the best first, unless sorted.

    Raises:
        UsageError: the filter is malformed. An unknown field is told when the first page is read.
    """
    node = filters.parse(text)
    if node is not None and sort == "-issued_on" and _only_words(node):
        return FoundPager("invoices", text)
    return InvoicePager(node, sort)


def products(text: str, sort: str = "name") -> Pager:
    """The products that a filter finds, as ``contacts`` does it; there are few enough to be sorted whole.

    Raises:
        UsageError: the filter is malformed. An unknown field is told when the first page is read.
    """
    from crm_tui.domain.product_fields import LISTING

    node = filters.parse(text)
    if node is not None and sort == "name" and _only_words(node):
        return FoundPager(LISTING.table, text)
    return SortedPager(LISTING, node, sort)


def payments(text: str, sort: str = "-paid_on") -> Pager:
    """The payments that a filter finds, in an order.

    Raises:
        UsageError: the filter is malformed. An unknown field is told when the first page is read.
    """
    from crm_tui.domain.payment_fields import LISTING

    return SortedPager(LISTING, filters.parse(text), sort)


def _named(kind: Listing, text: str, sort: str) -> Pager:
    node = filters.parse(text)
    if node is not None and sort == "name" and _only_words(node):
        return FoundPager(kind.table, text)
    if sort in ("name", "-name"):
        return NamePager(kind, node, descending=sort == "-name")
    return SortedPager(kind, node, sort)


def _only_words(node: Node) -> bool:
    if isinstance(node, And):
        return all(isinstance(part, Word) for part in node.parts)
    return isinstance(node, Word)
