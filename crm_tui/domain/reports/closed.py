"""Deals won and lost in a period, added up by what they have in common.

A deal counts on the day it was closed. Its cycle is the days from the day it was made to that day, 0 where it was made
later. An amount that is missing counts as nothing in a sum and is left out of an average. A deal without an amount
stands with the currency of the others; where there are several, with the base currency, for it would be in that.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports.asking import CODE, CYCLE, Deals
from crm_tui.money import Money, divide_half_even

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.deal_money import Rates

    Band = Callable[[Any, str | None], Any]

KEYS: Final = {
    "reason": "CASE WHEN deals.status = 'lost' THEN deals.lost_reason END",
    "source": "deals.source",
    "size": "deals.amount_minor",
    "period": "substr(deals.closed_on, 1, 7)",
    "pipeline": "deals.stage_id",
}
"""What deals can have in common, as SQL."""
CLOSED: Final = "deals.closed_on >= ? AND deals.closed_on < ? AND deals.status <> 'open'"


@dataclass(slots=True)
class Tally:
    """Closed deals of one currency, in minor units and days; ``valued`` won ones have an amount."""

    won: int = 0
    lost: int = 0
    valued: int = 0
    won_minor: int = 0
    lost_minor: int = 0
    won_days: int = 0
    lost_days: int = 0
    missing: int = 0

    @classmethod
    def of(cls, *, won: bool, count: int, valued: int, minor: int, days: int) -> Tally:
        """Deals of one outcome: how many, how many of them with an amount, what they are worth, their days."""
        missing = count - valued
        if won:
            return cls(won=count, valued=valued, won_minor=minor, won_days=days, missing=missing)
        return cls(lost=count, lost_minor=minor, lost_days=days, missing=missing)

    def add(self, other: Tally) -> None:
        """Add others; their money must be in the same currency."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def closed(self) -> int:
        """Won and lost."""
        return self.won + self.lost

    @property
    def win_rate(self) -> float | None:
        """The share that was won."""
        return self.won / self.closed if self.closed else None

    @property
    def cycle_days_won(self) -> float | None:
        """How long the won ones took on average."""
        return self.won_days / self.won if self.won else None

    @property
    def cycle_days_lost(self) -> float | None:
        """How long the lost ones took on average."""
        return self.lost_days / self.lost if self.lost else None

    def average(self, amount: Money | None) -> Money | None:
        """What the won ones that have an amount are worth on average, halves of a minor unit to even.

        Args:
            amount: what they are worth together, in whatever currency.
        """
        if amount is None or not self.valued:
            return None
        return Money(divide_half_even(amount.minor, self.valued), amount.currency)


Tallies = dict[tuple[Any, str | None], Tally]


def tallies(
    deals: Deals,
    period: Period,
    key: str,
    rates: Rates | None = None,
    band: Band | None = None,
) -> Tallies:
    """The deals closed in a period by a key of ``KEYS`` and currency, None for those without an amount.

    Args:
        deals: those asked about.
        period: the days.
        key: trusted SQL.
        rates: money in the base currency by the rates of the days of closing, if they say so.
        band: makes the key of an amount and its currency.
    """
    rows = deals.rows(
        f"{key} AS kind, {CODE} AS code, deals.status, {'deals.closed_on' if rates else 'NULL'} AS day, count(*),"
        f" coalesce(sum(deals.amount_minor), 0), count(deals.amount_minor), sum({CYCLE})",
        CLOSED,
        (period.start.isoformat(), period.end.isoformat()),
        "GROUP BY kind, code, deals.status, day",
    )
    found: Tallies = defaultdict(Tally)
    for kind, own, status, day, count, minor, valued, days in rows:
        group, code, worth = told(
            kind, own, minor, count, deals.day_of(day) or deals.day, rates=rates, band=band
        )
        found[group, code].add(
            Tally.of(won=status == "won", count=count, valued=valued, minor=worth, days=days)
        )
    return found


def told(
    kind: Any,
    own: str | None,
    minor: int,
    count: int,
    day: date,
    *,
    rates: Rates | None,
    band: Band | None,
) -> tuple[Any, str | None, int]:
    """What deals of one currency and day have in common, the currency they are told in, and their worth in it.

    Args:
        kind: what they have in common, by a key of ``KEYS``.
        own: the currency of their amounts.
        minor: their amounts added up.
        count: how many they are.
        day: the day whose rate counts.
        rates: as in ``tallies``.
        band: as in ``tallies``.
    """
    code, worth = own, minor
    if rates is not None:
        code, (worth,) = rates.of(own, [minor], day)
    if band is not None:
        return band(None if kind is None else worth // count, code), code, worth
    return kind, code, worth


def usual(crm: Crm, codes: Iterable[str | None]) -> str:
    """The currency that deals without an amount stand with."""
    known = {code for code in codes if code is not None}
    return next(iter(known)) if len(known) == 1 else crm.config.base_currency


def placed(found: Mapping[tuple[Any, str | None], Tally], code: str) -> dict[tuple[Any, str], Tally]:
    """The same with the deals without an amount in a currency."""
    kept: dict[tuple[Any, str], Tally] = defaultdict(Tally)
    for (kind, own), tally in found.items():
        kept[kind, own or code].add(tally)
    return kept


def together(every: Iterable[Tally]) -> Tally:
    """Several as one; the money of several currencies is meaningless then."""
    whole = Tally()
    for each in every:
        whole.add(each)
    return whole


def pipelines(crm: Crm) -> dict[int, tuple[int, str]]:
    """The pipeline of each stage: its id and its name."""
    rows = crm.connection.execute(
        "SELECT s.id, p.id, p.name FROM stages s JOIN pipelines p ON p.id = s.pipeline_id"
    )
    return {stage_id: (pipeline_id, name) for stage_id, pipeline_id, name in rows}
