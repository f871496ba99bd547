"""Who brought whom, and what those are worth.

Only whom somebody brought themselves counts, not whom those brought in turn. They are worth the invoices that name
them, those of their company included, without tax. Who was put away counts as well: what was bought was bought.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.dates import day_start
from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.rated import Row
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY
from crm_tui.domain.reports.sources import BARS, QUESTION, TITLE
from crm_tui.domain.reports.wishes import DAY, day_of, is_past, period_or_none
from crm_tui.money import Money

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerRow:
    """Who brought so many people, so many of them customers; with several currencies the first row has the numbers."""

    referrer: str
    contact_id: int
    contacts: int | None
    customers: int | None
    currency: str
    revenue: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerTotals:
    """All who were brought."""

    referrers: int
    contacts: int
    customers: int
    currency: str | None
    revenue: Money | None
    converted: bool = False


_COUNTS: Final = (
    Figure("contacts", "Brought", Unit.COUNT),
    Figure("customers", "Customers", Unit.COUNT),
    CURRENCY,
    Figure("revenue", "Revenue", Unit.MONEY),
)
_COLUMNS: Final = (
    Figure("referrer", "Referrer"), Figure("contact_id", "Contact id", for_machines=True), *_COUNTS,
)  # fmt: skip
_TOTALS: Final = (Figure("referrers", "Referrers", Unit.COUNT), *_COUNTS, CONVERTED)
_BROUGHT: Final = """SELECT n.referred_by_id, (SELECT r.name FROM contacts r WHERE r.id = n.referred_by_id), count(*),
    sum(EXISTS (SELECT 1 FROM invoices INDEXED BY invoices_by_contact WHERE invoices.contact_id = n.id
    AND invoices.net_minor > 0 AND {sold}))
    FROM contacts n INDEXED BY contacts_by_referrer WHERE n.referred_by_id IS NOT NULL{known} GROUP BY 1"""
_WORTH: Final = """SELECT n.referred_by_id, invoices.currency, {day}, sum(invoices.net_minor)
    FROM contacts n INDEXED BY contacts_by_referrer
    CROSS JOIN invoices INDEXED BY invoices_by_contact ON invoices.contact_id = n.id
    WHERE n.referred_by_id IS NOT NULL{known} AND {sold} GROUP BY 1, 2, 3"""


def report(crm: Crm, asked: Asked) -> Report[ReferrerRow, ReferrerTotals]:
    """Who brought somebody, whose people brought most first; a period is that of the invoices.

    Raises:
        UsageError: the day is still to come.
    """
    day, period = day_of(crm, asked), period_or_none(crm, asked)
    counted = sold.sold(crm, asked).within(period)
    known, instants = known_then(crm, asked, day)
    query = _BROUGHT.format(sold=counted.sql, known=known)
    people = crm.connection.execute(query, (*counted.params, *instants)).fetchall()
    money = _worth(crm, asked, counted, known, instants)
    found = rated.folded(crm, money, convert_all=asked.convert)
    total = rated.together(crm, money, convert_all=asked.convert)
    rows: list[ReferrerRow] = []
    for referrer, name, brought, customers in people:
        sums = found.get(referrer) or {crm.config.base_currency: [0]}
        for place, code in enumerate(rated.ordered(crm, sums)):
            first = place == 0
            rows.append(
                ReferrerRow(
                    referrer=name, contact_id=referrer, contacts=brought if first else None,
                    customers=customers if first else None, currency=code, revenue=Money(sums[code][0], code),
                )
            )  # fmt: skip
    worth = dict(zip((row[0] for row in people), _ranks(crm, people, found, day), strict=True))
    rows.sort(key=lambda row: (-worth[row.contact_id], row.referrer, row.contact_id))
    foreign = rated.is_converted(crm, asked, money)
    totals, by_currency, notes = totalled(crm, people, total, day, foreign)
    return Report(
        name="sources", title=TITLE, question=QUESTION, period=period, as_of=day, by="referrer", columns=_COLUMNS,
        rows=tuple(rows), total_columns=_TOTALS, totals=totals, by_currency=by_currency, plots=tuple(_plots(rows)),
        answer=_answer(totals), notes=tuple(notes), is_empty=not rows,
    )  # fmt: skip


def known_then(crm: Crm, asked: Asked, day: date) -> tuple[str, tuple[str, ...]]:
    """A condition for the people ``n`` there were on a past day, and its parameters."""
    if not is_past(crm, asked):
        return "", ()
    return " AND n.created_at < ?", (day_start(day + DAY, crm.clock),)


def _worth(crm: Crm, asked: Asked, counted: sold.Sold, known: str, instants: tuple[str, ...]) -> list[Row]:
    day = "invoices.issued_on" if asked.convert else "''"
    query = _WORTH.format(day=day, known=known, sold=counted.sql)
    found = crm.connection.execute(query, (*instants, *counted.params))
    return [Row(referrer, code, on, (net,)) for referrer, code, on, net in found]


def _ranks(
    crm: Crm, people: Sequence[tuple[int, str, int, int]], found: object, day: date
) -> Iterator[float]:
    """What each referrer's people are worth in the base currency, to sort by; without a rate as it is written."""
    sums = found if isinstance(found, dict) else {}
    rates = {code: crm.rates.rate_on(code, day) for each in sums.values() for code in each}
    for referrer, *_ in people:
        yield sum(
            rated.nominal(figures[0], code) * float(rates[code] or 1)
            for code, figures in sums.get(referrer, {}).items()
        )


def totalled(
    crm: Crm, people: Sequence[tuple[int, str, int, int]], sums: rated.Sums, day: date, converted: bool
) -> tuple[ReferrerTotals, tuple[ReferrerTotals, ...], list[str]]:
    """All who were brought, the same for each currency, and what is to be said about rates."""
    (revenue,) = rated.wholes(crm, sums, 1, day)
    brought, customers = sum(each[2] for each in people), sum(each[3] for each in people)
    totals = ReferrerTotals(
        referrers=len(people), contacts=brought, customers=customers,
        currency=revenue.money.currency if revenue.money else None, revenue=revenue.money,
        converted=revenue.money is not None and (revenue.converted or converted),
    )  # fmt: skip
    each = tuple(
        ReferrerTotals(
            referrers=len(people), contacts=brought, customers=customers, currency=code,
            revenue=Money(sums[code][0], code),
        )
        for code in rated.ordered(crm, sums)
    )  # fmt: skip
    notes = rated.notes(crm, sums, converted=converted, unrated=revenue.unrated)
    notes += [revenue.note] if revenue.note else []
    return totals, each if len(each) > 1 else (), notes


def _plots(rows: Sequence[ReferrerRow]) -> Iterator[Plot]:
    for code in dict.fromkeys(row.currency for row in rows):
        best = [row for row in rows if row.currency == code and row.revenue.minor][:BARS]
        if best:
            bars = tuple(Bar(row.referrer, row.revenue.minor, rated.told(row.revenue)) for row in best)
            yield Plot(f"What their people are worth, {code}", bars)


def _answer(totals: ReferrerTotals) -> tuple[str, ...]:
    if not totals.referrers:
        return ("Nobody was brought by anybody.",)
    who = f"{totals.referrers:,} brought {totals.contacts:,} people"
    about = "about " if totals.converted else ""
    worth = f", worth {about}{rated.told(totals.revenue)}" if totals.revenue else ""
    return f"{who}, {totals.customers:,} of them customers{worth}", f"{who}{worth}", who
