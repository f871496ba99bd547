"""The rows of a list of records, read by pages in whatever thread the table asks from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

from crm_tui.screens.lists.columns import Catalogue, ListColumn
from crm_tui.screens.shell.latest import Running
from crm_tui.store.connection import told
from crm_tui.widgets.tables.rows import RowView, Tone

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.listing import Listing
    from crm_tui.domain.paging import Pager
    from crm_tui.screens.shell.desk import Desk

T = TypeVar("T")
_GONE: Final = "gone"


def no_sign(record: Any, today: date) -> tuple[str, Tone]:
    """The sign of a row that has none."""
    return " ", "plain"


def nothing_more(crm: Crm, ids: Sequence[int]) -> Mapping[int, Any]:
    """All that is known of records beside themselves: nothing."""
    return {}


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list is of.

    Attributes:
        table: the table, by which its service is called too.
        one: the word for one of them.
        many: the word for several.
        listing: what it can be filtered and sorted by.
        pager: makes the pager of a filter and an order.
        catalogue: its columns.
        sign: the sign of a row and its tone.
        more: what else the cells need to know, by id.
        custom: whether the person can have fields of their own on them.
    """

    table: str
    one: str
    many: str
    listing: Listing
    pager: Callable[[str, str], Pager]
    catalogue: Catalogue
    sign: Callable[[Any, date], tuple[str, Tone]] = no_sign
    more: Callable[[Crm, Sequence[int]], Mapping[int, Any]] = nothing_more
    custom: bool = False

    def views(self, crm: Crm, ids: Iterable[int]) -> Iterable[Any]:
        """The records with these ids."""
        found: Iterable[Any] = getattr(crm, self.table).views(ids)
        return found


class ListRows:
    """Records as rows.

    Args:
        desk: The file.
        kind: What they are.
        pager: Which of them, in which order.
        columns: What is shown of them.
    """

    def __init__(self, desk: Desk, kind: ListKind, pager: Pager, columns: Sequence[ListColumn]) -> None:
        self.pager = pager
        self._desk = desk
        self._kind = kind
        self._columns = tuple(columns)
        self._running = Running()

    def count(self) -> int:
        """How many records there are."""
        return self._ask(self.pager.count) if self._desk.exists() else 0

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        """The rows from ``offset`` on."""
        if not self._desk.exists():
            return ()

        def read(crm: Crm) -> Sequence[RowView]:
            today = self._desk.clock.today
            ids = self.pager.page(crm, offset, limit)
            found = {each.id: each for each in self._kind.views(crm, ids)}
            more = self._kind.more(crm, ids)
            return [
                self._row(found[each], today, more.get(each)) if each in found else RowView(each, (_GONE,))
                for each in ids
            ]

        return self._ask(read)

    def position(self, key: int) -> int | None:
        """The row of a record."""
        return self._ask(lambda crm: self.pager.position(crm, key)) if self._desk.exists() else None

    def ids(self, most: int) -> list[int]:
        """The first ids of the whole list."""
        return self._ask(lambda crm: list(self.pager.page(crm, 0, most))) if self._desk.exists() else []

    def interrupt(self) -> None:
        """Break off what is running here: nobody waits for it any more."""
        self._running.interrupt()

    def _row(self, record: Any, today: date, more: Any) -> RowView:
        sign, tone = self._kind.sign(record, today)
        cells = tuple(column.text(record, today, more) for column in self._columns)
        tones = tuple(
            column.shown.tone if column.tone is None else column.tone(record, today)
            for column in self._columns
        )
        return RowView(record.id, cells, sign, tone, tones)

    def _ask(self, work: Callable[[Crm], T]) -> T:
        """Ask in this thread; only while it does can the question be broken off, and nothing else of the thread."""
        crm = self._desk.reading()
        with self._running.asking(crm), told(self._desk.path):
            return work(crm)
