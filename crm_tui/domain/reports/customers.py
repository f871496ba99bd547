"""The best customers: what each bought, how often, and since when.

What they bought is without tax and less any credits. Where a customer bought in several currencies each has a row; the
order is by what it all is worth by the rates of the day of the report, and a currency without a rate comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.reports import rated
from crm_tui.domain.reports.buyers import FIRST, LAST, NAME, PURCHASES, SUMS, Buyers, Made, buyers, worths
from crm_tui.domain.reports.currencies import whole
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY, IDS
from crm_tui.domain.reports.wishes import day_of, period_or_none, refuse
from crm_tui.money import Money, divide_half_even

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "Customers"
QUESTION: Final = "Who buys most?"
BY: Final[tuple[str, ...]] = ()
PERIOD: Final = True
CONDITION: Final = "invoices"
BARS: Final = 12


class CustomerRow(NamedTuple):
    """A customer and a currency; ``purchases`` and days are of all, ``share`` of what was bought in this one.

    ``average`` is what a purchase brought, only where all were in one currency.
    """

    customer: str
    company_id: int | None
    contact_id: int | None
    currency: str
    revenue: Money
    share: float | None
    purchases: int
    average: Money | None
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTotals:
    """All customers together."""

    customers: int
    purchases: int
    currency: str | None
    revenue: Money | None
    average: Money | None
    converted: bool = False


class _Place(NamedTuple):
    """Which customer, in which currency, with how much."""

    customer: int
    code: str
    minor: int
    only: bool


_COLUMNS: Final = (
    Figure("customer", "Customer"),
    *IDS,
    CURRENCY,
    Figure("revenue", "Revenue", Unit.MONEY),
    Figure("share", "Share", Unit.RATE),
    Figure("purchases", "Purchases", Unit.COUNT),
    Figure("average", "Average", Unit.MONEY),
    Figure("first_on", "First", Unit.DAY),
    Figure("last_on", "Last", Unit.DAY),
)
_TOTALS: Final = (
    Figure("customers", "Customers", Unit.COUNT),
    Figure("purchases", "Purchases", Unit.COUNT),
    CURRENCY,
    Figure("revenue", "Revenue", Unit.MONEY),
    Figure("average", "Average", Unit.MONEY),
    CONVERTED,
)


def report(crm: Crm, asked: Asked) -> Report[CustomerRow, CustomerTotals]:
    """Who has bought, ever unless a period is asked for, who brought most first.

    Raises:
        UsageError: rows of another kind are asked for, the filter is malformed, or the day is still to come.
    """
    refuse(asked, "customers", by=True)
    day, period = day_of(crm, asked), period_or_none(crm, asked)
    found = buyers(crm, asked, period)
    facts = found.all
    worth = worths(crm, found.codes, facts, day)
    foreign = asked.convert and any(code != crm.config.base_currency for code in found.codes)
    places = _places(crm, found, worth, convert=foreign)
    sums: dict[str, int] = {}
    for each in places:
        sums[each.code] = sums.get(each.code, 0) + each.minor
    total = whole(crm, sums, day)
    purchases = sum(fact[PURCHASES] for fact in facts)
    by_currency = tuple(
        _totals(code, Money(sums[code], code), [facts[each.customer] for each in places if each.code == code])
        for code in rated.ordered(crm, sums)
    )
    money = total.money
    totals = CustomerTotals(
        customers=len(facts), purchases=purchases, currency=money.currency if money else None, revenue=money,
        average=_average(money, purchases), converted=money is not None and (total.converted or foreign),
    )  # fmt: skip
    rows = Made(places, lambda place: _row(found, sums, place))
    notes = [
        *([f"Converted by the rates of {day}."] if foreign else []),
        *([total.note] if total.note else []),
    ]
    return Report(
        name="customers", title=TITLE, question=QUESTION, period=period, as_of=day, columns=_COLUMNS, rows=rows,
        total_columns=_TOTALS, totals=totals, by_currency=by_currency if len(by_currency) > 1 else (),
        plots=_plots(rows), answer=_answer(totals, sums), notes=tuple(notes), is_empty=not facts,
    )  # fmt: skip


def _places(crm: Crm, found: Buyers, worth: list[int | None], *, convert: bool) -> list[_Place]:
    """The rows in their order: each customer's currencies together, the customers by what they are worth."""
    base, facts = crm.config.base_currency, found.all
    order = sorted(
        range(len(facts)), key=lambda at: (worth[at] is None, -(worth[at] or 0), facts[at][NAME], at)
    )
    places = []
    for at in order:
        sums = [(code, minor) for code, minor in zip(found.codes, facts[at][SUMS], strict=True) if minor]
        known = worth[at]
        if convert and known is not None:
            sums = [(base, known)]
        elif not sums:
            sums = [(found.codes[0], 0)]
        places += [_Place(at, code, minor, len(sums) == 1) for code, minor in sums]
    return places


def _row(found: Buyers, sums: dict[str, int], place: _Place) -> CustomerRow:
    companies = len(found.companies)
    at = place.customer
    fact = found.companies[at] if at < companies else found.people[at - companies]
    revenue = Money(place.minor, place.code)
    return CustomerRow(
        fact[NAME], *found.parts(at), place.code, revenue,
        place.minor / sums[place.code] if sums[place.code] else None, fact[PURCHASES],
        _average(revenue, fact[PURCHASES]) if place.only else None,
        date.fromisoformat(fact[FIRST]), date.fromisoformat(fact[LAST]),
    )  # fmt: skip


def _average(money: Money | None, number: int) -> Money | None:
    return Money(divide_half_even(money.minor, number), money.currency) if money and number else None


def _totals(code: str, revenue: Money, facts: list[tuple[object, ...]]) -> CustomerTotals:
    """Of one currency: ``purchases`` are all of those who bought in it, so there is no average."""
    return CustomerTotals(
        customers=len(facts), purchases=sum(int(str(fact[PURCHASES])) for fact in facts),
        currency=code, revenue=revenue, average=None,
    )  # fmt: skip


def _plots(rows: Made[CustomerRow]) -> tuple[Plot, ...]:
    """The best customers of the first row's currency."""
    if not rows:
        return ()
    code = rows[0].currency
    best = [row for row in rows[: 4 * BARS] if row.currency == code][:BARS]
    bars = tuple(Bar(row.customer, row.revenue.minor, rated.told(row.revenue)) for row in best)
    return (Plot(f"Best customers, {code}", bars),)


def _answer(totals: CustomerTotals, sums: dict[str, int]) -> tuple[str, ...]:
    if not totals.customers:
        return ("Nobody has bought anything.",)
    who = f"{totals.customers:,} {'customer' if totals.customers == 1 else 'customers'}"
    brought = rated.told(totals.revenue) if totals.revenue else rated.several(sums)
    if totals.converted:
        brought = f"about {brought}"
    number = f"{totals.purchases:,} {'purchase' if totals.purchases == 1 else 'purchases'}"
    return f"{who}: {brought} in {number}", f"{who}: {brought}", who
