"""What is to come in, month by month: the open deals by their expected close, weighted by their probability.

Deals past their expected close and deals without one are no forecast: they stand apart. The probability is that of
the deal, which is its stage's unless set by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Period, add_months
from crm_tui.domain.board import Total
from crm_tui.domain.deal_fields import WEIGHTED
from crm_tui.domain.reports.shape import DealTotals, MoneyCells, Report, added, converted, count, missing

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

NAME: Final = "forecast"
MONTHS: Final = 12
"""How many months have a row of their own, this one included."""


class Part(StrEnum):
    """What a row holds: deals past their close, those of a month, those after all months, those without a day."""

    OVERDUE = "overdue"
    MONTH = "month"
    LATER = "later"
    UNDATED = "undated"


_PARTS: Final = """CASE WHEN deals.expected_close_on IS NULL THEN 'undated'
    WHEN deals.expected_close_on < :today THEN 'overdue'
    WHEN deals.expected_close_on >= :end THEN 'later' ELSE substr(deals.expected_close_on, 1, 7) END"""
_SUMS: Final = f"""SELECT {_PARTS} AS part, CASE WHEN deals.amount_minor IS NOT NULL THEN deals.currency END AS code,
    count(*), coalesce(sum(deals.amount_minor), 0), coalesce(sum({WEIGHTED}), 0), sum(deals.amount_minor IS NULL)
    FROM deals WHERE deals.status = 'open' AND deals.archived_at IS NULL
    GROUP BY part, code ORDER BY part, code IS NULL, code"""  # noqa: S608 - fixed names


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """The open deals of a part, by currency, those without an amount last; ``month`` is its first day."""

    part: Part
    month: date | None
    sums: tuple[Total, ...]

    @property
    def count(self) -> int:
        """How many deals there are, those without an amount included."""
        return count(self.sums)

    @property
    def missing(self) -> int:
        """How many of them have no amount."""
        return missing(self.sums)


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """A part and a currency for machines; ``month`` is written ``2026-03``."""

    part: str
    month: str | None
    count: int
    currency: str | None
    amount: str | None
    weighted: str | None
    missing: int


def report(crm: Crm) -> Report[ForecastRow, DealTotals]:
    """The open deals by the month of their expected close.

    Every month from this one to the last in which something is expected has a row, at most ``MONTHS``; this month's
    begins today. The other parts have one only where there are deals. The totals are of all open deals.
    """
    today = crm.clock.today
    period = Period(today, add_months(today.replace(day=1), MONTHS))
    sums: dict[str, list[Total]] = {}
    days = {"today": today.isoformat(), "end": period.end.isoformat()}
    for part, *figures in crm.connection.execute(_SUMS, days):
        sums.setdefault(part, []).append(Total(*figures))
    rows = [
        *_part(Part.OVERDUE, sums),
        *(ForecastRow(Part.MONTH, month, tuple(sums.get(_key(month), ()))) for month in _months(today, sums)),
        *_part(Part.LATER, sums),
        *_part(Part.UNDATED, sums),
    ]
    total = added(each for row in rows for each in row.sums)
    base, unrated = converted(crm, total, today)
    totals = DealTotals(sums=total, converted=base, unrated=unrated)
    return Report(NAME, period, today, tuple(rows), totals)


def lines(found: Report[ForecastRow, DealTotals]) -> Sequence[ForecastLine]:
    """The report for machines: a line for each part and currency, and one for a month without deals."""
    return [
        ForecastLine(
            row.part.value, _key(row.month) if row.month else None, total.count,
            money.currency, money.amount, money.weighted, total.missing,
        )
        for row in found.rows
        for total in row.sums or (Total(None, 0, 0, 0, 0),)
        for money in (MoneyCells.of(total),)
    ]  # fmt: skip


def _part(part: Part, sums: dict[str, list[Total]]) -> list[ForecastRow]:
    found = sums.get(part.value)
    return [ForecastRow(part, None, tuple(found))] if found else []


def _months(today: date, sums: dict[str, list[Total]]) -> list[date]:
    """The months from this one to the last with deals; none when there is nothing in any."""
    all_months = [add_months(today.replace(day=1), number) for number in range(MONTHS)]
    last = max((place for place, month in enumerate(all_months) if _key(month) in sums), default=-1)
    return all_months[: last + 1]


def _key(month: date) -> str:
    return month.isoformat()[:7]
