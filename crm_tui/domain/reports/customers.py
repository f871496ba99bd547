"""The best customers: what each bought, how often, and since when.

What they bought is without tax and less any credits. Where a customer bought in several currencies each has a row; the
order is by what it all is worth by the rates of the day of the report, and a currency without a rate comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.reports import rated
from crm_tui.domain.reports.buyers import Buyers, Made, best_first, buyers, numbers, worths
from crm_tui.domain.reports.currencies import whole
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY, IDS
from crm_tui.domain.reports.wishes import day_of, period_or_none, refuse
from crm_tui.money import Money, divide_half_even

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "Customers"
QUESTION: Final = "Who buys most?"
BY: Final[tuple[str, ...]] = ()
PERIOD: Final = True
CONDITION: Final = "invoices"
BARS: Final = 12


class CustomerRow(NamedTuple):
    """A customer and a currency: ``share`` is of what all bought in it, ``average`` what a purchase in it brought.

    ``first_on`` and ``last_on`` are the days of its first and last purchase, in whatever currency.
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
    """Which customer, in which currency, with how much in how many purchases."""

    customer: int
    code: str
    minor: int
    purchases: int


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
    found = buyers(crm, asked, period, first=True, named=True)
    worth = worths(crm, found, day)
    base = crm.config.base_currency
    foreign = asked.convert and any(code != base for code in found.codes)
    # a currency may be one of other days or filters, in which nobody has bought here
    changed = foreign and any(
        code != base and any(column) for code, column in zip(found.codes, found.sums, strict=True)
    )
    each_currency = numbers(crm, asked, period) if len(found.codes) > 1 else {}
    places = _places(crm, found, worth, each_currency, convert=foreign)
    sums = _sums(found, places, convert=foreign)
    total = whole(crm, sums, day)
    number, purchases = len(found.ids), sum(found.purchases)
    by_currency = tuple(
        _totals(Money(sums[code], code), [each.purchases for each in places if each.code == code])
        for code in rated.ordered(crm, sums)
        if len(sums) > 1
    )
    money = total.money
    totals = CustomerTotals(
        customers=number, purchases=purchases, currency=money.currency if money else None, revenue=money,
        average=_average(money, purchases), converted=money is not None and (total.converted or changed),
    )  # fmt: skip
    rows = Made(places, lambda place: _row(found, sums, place))
    notes = [
        *([f"Converted by the rates of {day}."] if changed and crm.rates.list() else []),
        *([total.note] if total.note else []),
    ]
    return Report(
        name="customers", title=TITLE, question=QUESTION, period=period, as_of=day, columns=_COLUMNS, rows=rows,
        total_columns=_TOTALS, totals=totals, by_currency=by_currency,
        plots=_plots(rows), answer=_answer(totals, sums), notes=tuple(notes), is_empty=not number,
    )  # fmt: skip


def _places(
    crm: Crm,
    found: Buyers,
    worth: list[int | None],
    each_currency: Mapping[tuple[int | None, int | None], Mapping[str, int]],
    *,
    convert: bool,
) -> Sequence[_Place]:
    """The rows in their order: each customer's currencies together, the customers by what they are worth."""
    base, order = crm.config.base_currency, best_first(worth, found.names)
    if len(found.codes) == 1 and not convert:
        (code,), (column,) = found.codes, found.sums
        return Made(order, lambda at: _Place(at, code, column[at], found.purchases[at]))
    places = []
    for at in order:
        known, number = worth[at], found.purchases[at]
        if convert and known is not None:
            places.append(_Place(at, base, known, number))
            continue
        pairs = zip(found.codes, (column[at] for column in found.sums), strict=True)
        counts = each_currency.get(found.parts(at))
        if counts is not None:
            places += [
                _Place(at, code, minor, counts.get(code, 0))
                for code, minor in pairs
                if minor or counts.get(code)
            ]
        else:
            code, minor = next((pair for pair in pairs if pair[1]), (found.codes[0], 0))
            places.append(_Place(at, code, minor, number))
    return places


def _sums(found: Buyers, places: Sequence[_Place], *, convert: bool) -> dict[str, int]:
    """What the rows add up to, by currency."""
    if len(found.codes) == 1 and not convert:
        return {found.codes[0]: sum(found.sums[0])} if found.ids else {}
    sums: dict[str, int] = {}
    for each in places:
        sums[each.code] = sums.get(each.code, 0) + each.minor
    return sums


def _row(found: Buyers, sums: dict[str, int], place: _Place) -> CustomerRow:
    at = place.customer
    revenue = Money(place.minor, place.code)
    return CustomerRow(
        found.names[at], *found.parts(at), place.code, revenue,
        place.minor / sums[place.code] if sums[place.code] else None, place.purchases,
        _average(revenue, place.purchases),
        date.fromisoformat(found.first[at]), date.fromisoformat(found.last[at]),
    )  # fmt: skip


def _average(money: Money | None, number: int) -> Money | None:
    return Money(divide_half_even(money.minor, number), money.currency) if money and number else None


def _totals(revenue: Money, purchases: list[int]) -> CustomerTotals:
    """Of one currency: the customers with something in it, and their purchases in it."""
    number = sum(purchases)
    return CustomerTotals(
        customers=len(purchases), purchases=number, currency=revenue.currency, revenue=revenue,
        average=_average(revenue, number),
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
