"""What is behind the figures of activity: the interactions themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Period, day_start, local_day
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.report import Reason
from crm_tui.domain.reports.wishes import DAY, months_within
from crm_tui.models import InteractionKind

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell

_KINDS: Final = tuple(kind.value for kind in InteractionKind)
KEYS: Final = (*_KINDS, "total", "share")
"""The figures that are explained here."""
_TITLES: Final = {
    "call": "calls",
    "email": "e-mails",
    "meeting": "meetings",
    "message": "messages",
    "note": "notes",
}
_SHARE: Final = "share = those of the kind / all interactions"
_WEEK: Final = timedelta(days=7)
_FOUND: Final = """SELECT id, kind, occurred_at, summary FROM interactions
    WHERE occurred_at >= ? AND occurred_at < ? AND (? IS NULL OR kind = ?) ORDER BY occurred_at, id"""


def behind(crm: Crm, cell: Cell) -> Behind:
    """The interactions of a row or of all, of a kind or of every one."""
    key, row = cell.figure.key, cell.row
    period = _days(cell)
    kind = row.kind if row is not None and cell.report.by == "kind" else key if key in _KINDS else None
    is_share = key == "share"
    name = _TITLES.get(kind or "", "all")
    return Behind(
        formula=_SHARE if is_share else f"{name} = the {_TITLES.get(kind or '', 'interactions')}, counted",
        reasons=tuple(_reasons(crm, period, kind)),
        how=How.SHARE if is_share else How.SUM,
        whole=cell.report.totals.total if is_share else None,
        period=period,
    )


def _days(cell: Cell) -> Period:
    """The days of the row, as far as they are in the period of the report."""
    whole = cell.report.period
    assert whole is not None
    if cell.row is None or cell.report.by == "kind":
        return whole
    if cell.report.by == "month":
        return months_within(whole, date.fromisoformat(f"{cell.row.month}-01"))
    first, days = (cell.row.day, DAY) if cell.report.by == "day" else (cell.row.week, _WEEK)
    # the last week ends with the calendar
    return Period(max(first, whole.start), min(first + min(days, date.max - first), whole.end))


def _reasons(crm: Crm, period: Period, kind: str | None) -> Iterator[Reason]:
    clock = crm.clock
    bounds = (day_start(period.start, clock), day_start(period.end, clock))
    for found_id, found_kind, at, summary in crm.connection.execute(_FOUND, (*bounds, kind, kind)):
        yield Reason(
            kind="interaction", id=found_id, title=summary, on=local_day(at, clock),
            part=found_kind, value=1,
        )  # fmt: skip
