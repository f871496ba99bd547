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
from crm_tui.domain.reports.report import Bar, Explanation, Figure, Plot, Reason, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY
from crm_tui.domain.reports.sources import BARS, QUESTION, TITLE
from crm_tui.domain.reports.wishes import DAY, day_of, is_past, need_ref, period_or_none
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
_REASONS: Final = """SELECT n.id, n.name, n.created_at, invoices.id, invoices.number, invoices.issued_on,
    invoices.currency, invoices.net_minor FROM contacts n LEFT JOIN invoices ON invoices.contact_id = n.id AND {sold}
    WHERE n.referred_by_id = ?{known} ORDER BY n.id, invoices.issued_on, invoices.id"""


def report(crm: Crm, asked: Asked) -> Report[ReferrerRow, ReferrerTotals]:
    """Who brought somebody, whose people brought most first; a period is that of the invoices.

    Raises:
        UsageError: the day is still to come.
    """
    day, period = day_of(crm, asked), period_or_none(crm, asked)
    counted = sold.sold(crm, asked).within(period)
    known, instants = _known(crm, asked, day)
    query = _BROUGHT.format(sold=counted.sql, known=known)
    people = crm.connection.execute(query, (*counted.params, *instants)).fetchall()
    money = _worth(crm, asked, counted, known, instants)
    found = rated.folded(crm, money, convert_all=asked.convert)
    total = rated.folded(crm, (each._replace(key=None) for each in money), convert_all=asked.convert).get(
        None, {}
    )
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
    foreign = asked.convert and any(each.currency != crm.config.base_currency for each in money)
    totals, by_currency, notes = _totalled(crm, people, total, day, foreign)
    return Report(
        name="sources", title=TITLE, question=QUESTION, period=period, as_of=day, by="referrer", columns=_COLUMNS,
        rows=tuple(rows), total_columns=_TOTALS, totals=totals, by_currency=by_currency, plots=tuple(_plots(rows)),
        answer=_answer(totals), notes=tuple(notes), is_empty=not rows,
    )  # fmt: skip


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """The invoices of the people whom one person brought; who bought nothing is named with nothing.

    Raises:
        UsageError: nobody was named.
        NotFoundError: there is no such person.
        AmbiguousError: there is more than one.
    """
    contact_id = crm.references.contact(need_ref(figure, ref, "person"))
    day, period = day_of(crm, asked), period_or_none(crm, asked)
    counted = sold.sold(crm, asked).within(period)
    known, instants = _known(crm, asked, day)
    rows = crm.connection.execute(
        _REASONS.format(sold=counted.sql, known=known), (*counted.params, contact_id, *instants)
    ).fetchall()
    money = [Row(None, code, on, (net,)) for *_, on, code, net in rows if code]
    sums = rated.folded(crm, money, convert_all=asked.convert).get(None, {})
    foreign = asked.convert and any(each.currency != crm.config.base_currency for each in money)
    totals, _, notes = _totalled(crm, [], sums, day, foreign)
    dated = money if asked.convert else [each._replace(day=day.isoformat()) for each in money]
    parts = rated.rated(crm, dated)
    steps = rated.arithmetic(crm, parts, totals.revenue, converted=totals.converted)
    name = sold.names(crm, [(0, contact_id)])[0, contact_id]
    brought = len({row[0] for row in rows})
    return Explanation(
        figure=figure,
        title=f"What the people are worth whom {name} brought",
        value=totals.revenue,
        unit=Unit.MONEY,
        period=period,
        as_of=day,
        arithmetic=(
            f"referred = sum of the net amounts of the invoices of the people {name} brought ({brought:,})",
            *steps,
            *([f"= {rated.told(totals.revenue)}"] if totals.revenue else notes),
        ),
        reasons=tuple(_reason(row, crm) for row in rows),
    )


def _reason(row: tuple[object, ...], crm: Crm) -> Reason:
    from crm_tui.dates import local_day

    contact_id, name, created_at, invoice_id, number, on, code, net = row
    if invoice_id is None:
        added = local_day(str(created_at), crm.clock)
        return Reason(
            kind="contact", id=int(str(contact_id)), title=str(name), on=added, part="bought nothing"
        )
    return Reason(
        kind="invoice", id=int(str(invoice_id)), title=f"{number}, {name}", on=sold.iso(str(on)), part=str(name),
        value=Money(int(str(net)), str(code)),
    )  # fmt: skip


def _known(crm: Crm, asked: Asked, day: date) -> tuple[str, tuple[str, ...]]:
    """A condition for the people there were on a past day."""
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


def _totalled(
    crm: Crm, people: Sequence[tuple[int, str, int, int]], sums: rated.Sums, day: date, converted: bool
) -> tuple[ReferrerTotals, tuple[ReferrerTotals, ...], list[str]]:
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
    notes = [*rated.notes(crm, sums, converted=converted), *([revenue.note] if revenue.note else [])]
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
