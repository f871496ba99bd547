"""The operations as rows, read by pages in whatever thread the table asks from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from crm_tui.dates import Clock, local_datetime, relative_day, short_day
from crm_tui.screens.shell.latest import Running
from crm_tui.store.connection import told
from crm_tui.widgets.tables.rows import RowView, Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.history import Entry
    from crm_tui.domain.history_paging import HistoryPager
    from crm_tui.screens.shell.desk import Desk

T = TypeVar("T")

UNDONE: Final = "-"
"""The sign of an operation that was taken back."""
UNDONE_WORD: Final = "undone: "
"""What stands before its summary."""
COLUMNS: Final = (
    TableColumn("id", "Nr", 6, align="right", drop=1, tone="dim"),
    TableColumn("created_at", "When", 16, drop=2, tone="dim"),
    TableColumn("summary", "What was done", 20, flex=1),
    TableColumn("changes", "Rows", 9, align="right", drop=3, tone="dim"),
)
_NEAR_DAYS: Final = 7


class HistoryRows:
    """Operations as rows, the newest first.

    Args:
        desk: The file.
        pager: Which of them.
    """

    def __init__(self, desk: Desk, pager: HistoryPager) -> None:
        self.pager = pager
        self._desk = desk
        self._running = Running()

    def count(self) -> int:
        """How many operations there are."""
        return self._ask(self.pager.count) if self._desk.exists() else 0

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        """The rows from ``offset`` on."""
        if not self._desk.exists():
            return ()

        def read(crm: Crm) -> Sequence[RowView]:
            from crm_tui.domain.history import numbered

            found = numbered(crm, self.pager.page(crm, offset, limit))
            return [_row(each, crm.clock) for each in found]

        return self._ask(read)

    def position(self, key: int) -> int | None:
        """The row of an operation."""
        return self._ask(lambda crm: self.pager.position(crm, key)) if self._desk.exists() else None

    def interrupt(self) -> None:
        """Break off what is running here: nobody waits for it any more."""
        self.pager.stop()
        self._running.interrupt()

    def _ask(self, work: Callable[[Crm], T]) -> T:
        crm = self._desk.reading()
        with self._running.asking(crm), told(self._desk.path):
            return work(crm)


def _row(entry: Entry, clock: Clock) -> RowView:
    undone = entry.undone_at is not None
    summary = f"{UNDONE_WORD}{entry.summary}" if undone else entry.summary
    cells = (f"{entry.id}", when(entry.created_at, clock), summary, f"{entry.changes:,}")
    tones: tuple[Tone, ...] = ("dim",) * 4 if undone else ()
    return RowView(entry.id, cells, UNDONE if undone else " ", "dim", tones)


def when(instant: str, clock: Clock) -> str:
    """An instant in words: its day from today, and the time of it while it is near."""
    at = local_datetime(instant, clock)
    return f"{_day(at.date(), clock.today)}{_time(at.date(), f'{at:%H:%M}', clock.today)}"


def _day(day: date, today: date) -> str:
    return relative_day(day, today) if -1 <= (day - today).days <= 0 else short_day(day, today)


def _time(day: date, time: str, today: date) -> str:
    return f" {time}" if day.year == today.year else ""
