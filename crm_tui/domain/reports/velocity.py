"""How much comes in a day at the pace of the last months.

Per day = open deals x win rate x average won amount / average cycle days. Win rate, average and cycle are of the deals
closed in the period, the trailing twelve months unless told otherwise: win rate = won / (won + lost), average = the
amount won / the won deals that have an amount, cycle = the days from the day a deal was made to the day it was won.
It is worked out from whole numbers and rounded once, halves of a minor unit to even: 40 open deals x 25,000 EUR x 0.25
/ 90 days are 2,777.78 EUR a day. There is none where nothing was won, or all on the day it was made.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports import closed
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import CODE, OPEN, Deals, looking, period_of
from crm_tui.domain.reports.closed import Tally
from crm_tui.domain.reports.currencies import base_first
from crm_tui.domain.reports.deal_money import Rates
from crm_tui.domain.reports.report import Asked, Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.winloss import sums_of
from crm_tui.domain.reports.wishes import by_of
from crm_tui.money import Money, divide_half_even

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm_tui.domain.crm import Crm

NAME: Final = "velocity"
TITLE: Final = "Velocity"
QUESTION: Final = "How much comes in a day?"
BY: Final = ("pipeline", "source")
PERIOD: Final = True
CONDITION: Final = "deals"
_FIGURES: Final = (
    *words.money("average_won", "Average won"),
    Figure("cycle_days", "Days to win", Unit.DAYS),
    *words.money("per_day", "A day"),
)
_RATE: Final = (Figure("win_rate", "Win rate", Unit.RATE),)
COLUMNS: Final = (
    *words.counts(open_deals="Open", won="Won", lost="Lost"),
    *_RATE,
    *words.CURRENCY,
    *_FIGURES,
)
TOTAL_COLUMNS: Final = (*words.counts(open_deals="Open"), *_RATE, *words.TOTAL_CURRENCY, *_FIGURES)


@dataclass(frozen=True, slots=True)
class VelocityRow:
    """The pace of a pipeline or source in a currency; ``group`` is None for deals without a source.

    ``kind`` is the source, or the id of the pipeline.
    """

    group: str | None
    open_deals: int
    won: int
    lost: int
    win_rate: float | None
    currency: str
    average_won: Money | None
    cycle_days: float | None
    per_day: Money | None
    kind: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class VelocityTotals:
    """The pace of all."""

    open_deals: int
    win_rate: float | None
    currency: str | None
    converted: bool
    average_won: Money | None
    cycle_days: float | None
    per_day: Money | None


@dataclass(slots=True)
class Pace:
    """Open deals, and those closed in the period."""

    open_deals: int
    tally: Tally

    def per_day(self, amount: Money | None) -> Money | None:
        """What comes in a day; ``amount`` is what was won together."""
        won = self.tally
        if amount is None or not won.valued or won.won_days <= 0:
            return None
        # open x won / closed x amount / valued / (days / won)
        top = self.open_deals * won.won * amount.minor * won.won
        return Money(divide_half_even(top, won.closed * won.valued * won.won_days), amount.currency)


def report(crm: Crm, asked: Asked) -> Report[VelocityRow, VelocityTotals]:
    """The pace of each pipeline or source, and of all.

    Raises:
        UsageError: it is asked for other rows, or as ``asking.looking`` says.
    """
    by = by_of(asked, NAME, BY)
    rates = Rates(crm, asked)
    with looking(crm, asked) as deals:
        period = period_of(asked, deals.day)
        ended = closed.tallies(deals, period, closed.KEYS[by], rates if asked.convert else None)
        apart = closed.tallies(deals, period, "NULL") if asked.convert else ended
        standing = open_deals(deals, closed.KEYS[by])
    rows = _rows(crm, by, ended, _told(standing, rates, deals))
    totals, notes = totals_of(ended, sum(standing.values()), deals, rates)
    currencies = _by_currency(crm, apart, standing, deals)
    missing = sum(tally.won - tally.valued for tally in ended.values())
    return Report(
        name=NAME, title=TITLE, question=QUESTION, period=period, as_of=deals.day, by=by,
        columns=(Figure("group", by.capitalize()), *COLUMNS), rows=rows, total_columns=TOTAL_COLUMNS, totals=totals,
        by_currency=currencies, plots=_plots(rows, by), answer=_answer(totals, currencies),
        notes=(*not_in_average(missing), *notes, *rates.notes("the days of closing")),
        is_empty=not totals.open_deals and totals.win_rate is None,
    )  # fmt: skip


def open_deals(deals: Deals, key: str) -> dict[tuple[Any, str | None], int]:
    """The open deals by a key and currency."""
    rows = deals.rows(f"{key} AS kind, {CODE} AS code, count(*)", OPEN, rest="GROUP BY kind, code")
    return {(kind, code): number for kind, code, number in rows}


def totals_of(
    ended: Mapping[tuple[Any, str | None], Tally],
    standing: int,
    deals: Deals,
    rates: Rates | None = None,
    code: str | None = None,
) -> tuple[VelocityTotals, tuple[str, ...]]:
    """All of them as one, and what is to be known about the rates; ``code`` if they are those of a currency."""
    whole = closed.together(ended.values())
    ones = sums_of(ended, code).ones(deals.crm, deals.day, rates)
    (amount,) = ones.money
    per_day = Pace(standing, whole).per_day(amount)
    return VelocityTotals(
        standing,
        whole.win_rate,
        ones.currency,
        ones.converted,
        whole.average(amount),
        whole.cycle_days_won,
        per_day,
    ), ones.notes


Key = tuple[Any, str | None]


def _told(standing: Mapping[Key, int], rates: Rates, deals: Deals) -> dict[Key, int]:
    """The open deals under the currency their amounts are told in."""
    found: dict[Key, int] = defaultdict(int)
    for (kind, own), number in standing.items():
        found[kind, rates.of(own, (), deals.day)[0]] += number
    return found


def _rows(
    crm: Crm, by: str, ended: Mapping[Key, Tally], standing: Mapping[Key, int]
) -> tuple[VelocityRow, ...]:
    """A row for each pipeline in its order, or each source with the most open deals first, and currency."""
    usual = closed.usual(crm, (code for _, code in (*ended, *standing)))
    names = closed.pipelines(crm)
    paces: dict[tuple[Any, str], Pace] = defaultdict(lambda: Pace(0, Tally()))
    labels: dict[Any, str | None] = {}
    numbers: dict[Any, int] = defaultdict(int)
    for kind, code in dict.fromkeys((*standing, *ended)):
        group, label = names.get(kind, (0, "")) if by == "pipeline" else (kind, kind)
        labels[group] = label
        pace = paces[group, code or usual]
        pace.open_deals += standing.get((kind, code), 0)
        pace.tally.add(ended.get((kind, code), Tally()))
        numbers[group] += standing.get((kind, code), 0)
    place = base_first(crm)

    def order(key: tuple[Any, str]) -> tuple[Any, ...]:
        group, code = key
        own = (group,) if by == "pipeline" else (group is None, -numbers[group], str(group))
        return (*own, place(code))

    return tuple(_row(labels[key[0]], key[0], key[1], paces[key]) for key in sorted(paces, key=order))


def _row(group: str | None, kind: Any, code: str, pace: Pace) -> VelocityRow:
    tally = pace.tally
    amount = Money(tally.won_minor, code)
    return VelocityRow(
        group, pace.open_deals, tally.won, tally.lost, tally.win_rate, code, tally.average(amount),
        tally.cycle_days_won, pace.per_day(amount), kind,
    )  # fmt: skip


def _by_currency(
    crm: Crm, ended: Mapping[Key, Tally], standing: Mapping[Key, int], deals: Deals
) -> tuple[VelocityTotals, ...]:
    """The pace of the deals of each currency, where there are several."""
    known = {code for _, code in (*ended, *standing) if code is not None}
    if len(known) < 2:
        return ()
    usual = closed.usual(crm, known)
    kept = closed.placed(ended, usual)
    numbers: dict[str, int] = defaultdict(int)
    for (_, code), number in standing.items():
        numbers[code or usual] += number
    return tuple(
        totals_of(
            {key: tally for key, tally in kept.items() if key[1] == code}, numbers[code], deals, code=code
        )[0]
        for code in sorted({*numbers, *(code for _, code in kept)}, key=base_first(crm))
    )


def _plots(rows: Sequence[VelocityRow], by: str) -> tuple[Plot, ...]:
    found = []
    for code in dict.fromkeys(row.currency for row in rows):
        bars = tuple(
            Bar(row.group or f"no {by}", row.per_day.minor, words.whole_units(row.per_day))
            for row in rows
            if row.per_day is not None and row.currency == code
        )
        if bars:
            found.append(Plot(f"{code} a day, by {by}", bars))
    return tuple(found)


def _answer(totals: VelocityTotals, apart: Sequence[VelocityTotals]) -> tuple[str, ...]:
    head = f"{totals.open_deals:,} open"
    paces = [totals] if totals.per_day is not None else apart
    every, few = (
        f"{each} a day" if each else ""
        for each in words.worth([each.per_day for each in paces if each.per_day is not None])
    )
    rate = f"{words.percent(totals.win_rate)} win rate" if totals.win_rate is not None else ""
    average = f"{words.whole_units(totals.average_won)} on average" if totals.average_won is not None else ""
    days = f"{words.length(totals.cycle_days)} to win" if totals.cycle_days is not None else ""
    return words.joined(
        [every, head, rate, average, days], [few, head, rate, days], [few, head], [few or head]
    )


def not_in_average(number: int) -> list[str]:
    """A note on won deals without an amount."""
    if number == 1:
        return ["1 won deal has no amount and counts in no average."]
    return [f"{number:,} won deals have no amount and count in no average."] if number else []
