"""What is to come in, month by month: the open deals by their expected close, and what is likely of them.

Two forecasts stand beside each other. ``weighted`` is amount x probability / 100 of each deal, the probability being
the deal's, which is its stage's unless set by hand. ``expected`` is amount x the own win rate of the deal's stage
where history is long enough to tell one, see ``history``; else it is the weighted value. Lost and won deals are in
neither. Deals past their expected close and deals without one are no forecast: they stand apart.

For a day in the past there is also what came of it: how many of these deals are won by now, and their amounts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Period, add_months
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports import history
from crm_tui.domain.reports.asking import CODE, OPEN, Deals, looking
from crm_tui.domain.reports.currencies import base_first
from crm_tui.domain.reports.deal_money import Rates, Sums
from crm_tui.domain.reports.pipeline import SUMS
from crm_tui.domain.reports.report import Asked, Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.wishes import refuse
from crm_tui.money import Money, divide_half_even

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.history import Share

NAME: Final = "forecast"
TITLE: Final = "Forecast"
QUESTION: Final = "What is to come in, and when?"
BY: Final[tuple[str, ...]] = ()
PERIOD: Final = False
CONDITION: Final = "deals"
MONTHS: Final = 12
"""How many months have a row of their own, this one included."""


class Part(StrEnum):
    """What a row holds: deals past their close, those of a month, those after all months, those without a day."""

    OVERDUE = "overdue"
    MONTH = "month"
    LATER = "later"
    UNDATED = "undated"


PARTS: Final = """CASE WHEN deals.expected_close_on IS NULL THEN 'undated'
    WHEN deals.expected_close_on < '{today}' THEN 'overdue'
    WHEN deals.expected_close_on >= '{end}' THEN 'later' ELSE substr(deals.expected_close_on, 1, 7) END"""
"""The part that a deal belongs to, a month by its name, as SQL with the first day and the one after the last."""
WON_IN: Final = "CASE WHEN later.amount_minor IS NOT NULL THEN later.currency END"
"""The currency a deal was won in, as SQL."""
WON_SINCE: Final = "JOIN main.deals AS later ON later.id = deals.id AND later.status = 'won'"
"""Joins to deals of a day in the past what those won by now are, as SQL."""
_HEAD: Final = (Figure("part", "Part"), Figure("month", "Closes", Unit.MONTH), *words.counts(count="Deals"))
_TOTAL_HEAD: Final = (*words.counts(open_deals="Open"), Figure("converted", "Converted", for_machines=True))
_VALUES: Final = (
    *words.CURRENCY,
    *words.money("amount", "Amount"),
    *words.money("weighted", "Weighted"),
)
_RESULT: Final = (*words.counts(won_count="Won since"), *words.money("won_amount", "Amount won"))
_REST: Final = (*words.money("expected", "By own rates"), *words.counts(missing="No amount"))


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """The open deals of a part in a currency, those without an amount in a row without one; ``month`` is 2026-03.

    In a forecast of a day in the past, ``won_count`` and ``won_amount`` are of those that are won by now; they stand in
    the row of the currency they were won in.
    """

    part: str
    month: str | None
    count: int
    currency: str | None
    amount: Money | None
    weighted: Money | None
    expected: Money | None
    missing: int
    won_count: int | None = None
    won_amount: Money | None = None


@dataclass(frozen=True, slots=True)
class ForecastTotals:
    """All open deals added up, the overdue, later and undated ones included."""

    open_deals: int
    currency: str | None
    converted: bool
    amount: Money | None
    weighted: Money | None
    expected: Money | None
    missing: int
    won_count: int | None = None
    won_amount: Money | None = None


@dataclass(slots=True)
class Cell:
    """Deals of a part and a currency; ``money`` is their amount, weighted, expected and won amount in minor units."""

    count: int = 0
    missing: int = 0
    won: int = 0
    money: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def add(self, other: Cell, money: Sequence[int]) -> None:
        """Add others, whose money is given in this one's currency."""
        self.count += other.count
        self.missing += other.missing
        self.won += other.won
        self.money = [mine + theirs for mine, theirs in zip(self.money, money, strict=True)]


Cells = dict[tuple[str, str | None], Cell]


def report(crm: Crm, asked: Asked) -> Report[ForecastRow, ForecastTotals]:
    """The open deals by the month of their expected close.

    Every month from that of the day to the last in which something is expected has a row, at most ``MONTHS``; the first
    begins on the day. The other parts have one only where there are deals. The totals are of all open deals.

    Raises:
        UsageError: it is asked about a period or other rows, or as ``asking.looking`` says.
    """
    refuse(asked, NAME, by=True, period=True)
    rates = Rates(crm, asked)
    with looking(crm, asked) as deals:
        period = months_ahead(deals.day)
        shares = history.shares(deals)
        cells, used = _cells(deals, period, shares)
    shown = _told(cells, rates, deals.day)
    rows = tuple(
        _row(part, code, cell, past=deals.is_past) for part, code, cell in _placed(crm, shown, period)
    )
    totals, notes = _totals(deals, cells, rates)
    codes = sorted({code for _, code in cells if code is not None}, key=base_first(crm))
    apart = tuple(
        _totals(deals, {key: cell for key, cell in cells.items() if key[1] == code})[0] for code in codes
    )
    money = (*_VALUES, *(_RESULT if deals.is_past else ()), *_REST)
    return Report(
        name=NAME, title=TITLE, question=QUESTION, period=period, as_of=deals.day,
        columns=(*_HEAD, *money), rows=rows, total_columns=(*_TOTAL_HEAD, *money),
        totals=totals, by_currency=apart if len(codes) > 1 else (), plots=_plots(rows, crm),
        answer=_answer(rows, totals, crm, past=deals.is_past),
        notes=(
            *history.notes(crm, shares, used), *words.without_amount(totals.missing), *notes, *rates.notes("that day"),
        ),
        is_empty=not totals.open_deals,
    )  # fmt: skip


def months_ahead(day: date) -> Period:
    """The days whose months have a row of their own."""
    return Period(day, add_months(day.replace(day=1), MONTHS))


def _cells(deals: Deals, period: Period, shares: Mapping[int, Share]) -> tuple[Cells, set[int]]:
    """The open deals by part and currency, and the stages they are in."""
    part = PARTS.format(today=period.start.isoformat(), end=period.end.isoformat())
    rows = deals.rows(
        f"{part} AS part, {CODE} AS code, deals.stage_id, {SUMS}",
        OPEN,
        rest="GROUP BY part, code, deals.stage_id",
    )
    found: Cells = defaultdict(Cell)
    for name, code, stage_id, count, amount, weighted, missing in rows:
        share = shares.get(stage_id)
        expected = weighted
        if share is not None and share.is_used:
            # rounded once for the deals of a part, currency and stage, so that it is no sum of roundings
            expected = divide_half_even(amount * share.won, share.n)
        found[name, code].add(Cell(count, missing), (amount, weighted, expected, 0))
    if deals.is_past:
        won = deals.rows(
            f"{part} AS part, {WON_IN} AS code, count(*), coalesce(sum(later.amount_minor), 0)",
            OPEN,
            rest="GROUP BY part, code",
            joins=WON_SINCE,
        )
        for name, code, count, amount in won:
            found[name, code].add(Cell(won=count), (0, 0, 0, amount))
    return found, {row[2] for row in rows}


def _told(cells: Cells, rates: Rates, day: date) -> Cells:
    """The same in the base currency, where that is asked for."""
    found: Cells = defaultdict(Cell)
    for (part, own), cell in cells.items():
        code, money = rates.of(own, cell.money, day)
        found[part, code].add(cell, money)
    return found


def _placed(crm: Crm, cells: Cells, period: Period) -> Iterable[tuple[str, str | None, Cell]]:
    """The cells in their order, an empty one for a month without deals."""
    months = [add_months(period.start.replace(day=1), number).isoformat()[:7] for number in range(MONTHS)]
    used = {part for part, _ in cells}
    place = base_first(crm)
    last = max((number for number, month in enumerate(months) if month in used), default=-1)
    for part in (Part.OVERDUE.value, *months[: last + 1], Part.LATER.value, Part.UNDATED.value):
        own = (code for name, code in cells if name == part)
        codes = sorted(own, key=lambda code: (code is None, place(code or "")))
        for code in codes:
            yield part, code, cells[part, code]
        if not codes and part in months:
            yield part, None, Cell()


def _row(part: str, code: str | None, cell: Cell, *, past: bool) -> ForecastRow:
    amount, weighted, expected, won = (None if code is None else Money(each, code) for each in cell.money)
    is_month = part not in (Part.OVERDUE, Part.LATER, Part.UNDATED)
    return ForecastRow(
        Part.MONTH.value if is_month else part, part if is_month else None, cell.count, code,
        amount, weighted, expected, cell.missing, cell.won if past else None, won if past else None,
    )  # fmt: skip


def _totals(deals: Deals, cells: Cells, rates: Rates | None = None) -> tuple[ForecastTotals, tuple[str, ...]]:
    sums, opened = Sums(4), Sums(3)
    for (_, own), cell in cells.items():
        code, money = (own, cell.money) if rates is None else rates.of(own, cell.money, deals.day)
        sums.add(code, money)
        if cell.count:
            opened.add(code, money[:3])
    ones = sums.ones(deals.crm, deals.day, rates)
    amount, weighted, expected, won = ones.money
    if amount is None and deals.is_past:
        # what was won since can be in a currency of which nothing was open then
        ones = replace(opened.ones(deals.crm, deals.day), notes=ones.notes)
        amount, weighted, expected = ones.money
    every = cells.values()
    totals = ForecastTotals(
        sum(cell.count for cell in every), ones.currency, ones.converted, amount, weighted, expected,
        sum(cell.missing for cell in every),
        sum(cell.won for cell in every) if deals.is_past else None,
        won if deals.is_past else None,
    )  # fmt: skip
    return totals, ones.notes


def _plots(rows: Sequence[ForecastRow], crm: Crm) -> tuple[Plot, ...]:
    """The amount of each month and what of it is weighted, for each currency."""
    dated = [row for row in rows if row.month is not None]
    months = list(dict.fromkeys(str(row.month) for row in dated))
    found = []
    for code in sorted({row.currency for row in dated if row.currency}, key=base_first(crm)):
        values = {row.month: row for row in dated if row.currency == code}
        bars = []
        for month in months:
            row = values.get(month)
            amount, weighted = (row.amount, row.weighted) if row is not None else (None, None)
            amount, weighted = amount or Money(0, code), weighted or Money(0, code)
            bars.append(Bar(month, amount.minor, words.whole_units(weighted), weighted.minor))
        found.append(Plot(f"{code} by month, weighted", tuple(bars), in_time=True))
    return tuple(found)


def _answer(rows: Sequence[ForecastRow], totals: ForecastTotals, crm: Crm, *, past: bool) -> tuple[str, ...]:
    coming: dict[str, int] = defaultdict(int)
    apart: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.part != Part.MONTH:
            apart[row.part] += row.count
        elif row.weighted is not None:
            coming[row.weighted.currency] += row.weighted.minor
    every, few = words.worth([Money(coming[code], code) for code in sorted(coming, key=base_first(crm))])
    said = {Part.OVERDUE: "overdue", Part.LATER: "later", Part.UNDATED: "without a date"}
    rest = [text for part, word in said.items() for text in words.some(apart[part], word)]
    since = [f"{totals.won_count or 0:,} of {totals.open_deals:,} won since"] if past else []
    long, short = (f"{each or 'nothing'} weighted in {MONTHS} months" for each in (every, few))
    return words.joined([long, *since, *rest], [short, *since, *rest], [short, *since], [short])
