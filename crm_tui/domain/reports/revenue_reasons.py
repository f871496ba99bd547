"""The invoices behind the revenue of a period, and the payments behind what was received in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crm_tui.domain.reports import rated, revenue, revenue_cuts, sold
from crm_tui.domain.reports.rated import Row
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.wishes import DAY, day_of, months_of, refuse_ref
from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

_INVOICES: Final = """SELECT invoices.id, invoices.number, {customer}, invoices.currency, invoices.issued_on,
    invoices.net_minor FROM invoices WHERE {sold} ORDER BY invoices.issued_on, invoices.id"""
_PAYMENTS: Final = """SELECT p.id, invoices.number, {customer}, invoices.currency, p.paid_on, p.amount_minor
    FROM payments p CROSS JOIN invoices ON invoices.id = p.invoice_id
    WHERE p.paid_on >= ? AND p.paid_on < ? AND {filtered}
    ORDER BY p.paid_on, p.id"""


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """How the total of a period comes about; its value is that of the report.

    Raises:
        UsageError: a record was named, or what is asked cannot be.
    """
    refuse_ref(figure, ref)
    day, period = day_of(crm, asked), months_of(crm, asked)
    days = [*revenue_cuts.read(crm, asked, period, revenue_cuts.DAYS)]
    totals, _, notes = revenue.totalled(
        crm, revenue.whole(crm, days, convert=asked.convert), day,
        converted=revenue.is_converted(crm, asked, days),
    )  # fmt: skip
    found = [*(_payments if figure == "received" else _invoices)(crm, asked, period)]
    value = totals.received if figure == "received" else totals.revenue
    # by the rate of each day only where that was asked for, else by that of the last
    each = [row if asked.convert else row._replace(day=day.isoformat()) for row, _ in found]
    parts = rated.rated(crm, each)
    steps = rated.arithmetic(crm, parts, value, converted=totals.converted)
    noun = "payments" if figure == "received" else "net amounts of the invoices that are not void"
    return Explanation(
        figure=figure,
        title="Received" if figure == "received" else "Revenue",
        value=value,
        unit=Unit.MONEY,
        period=period,
        as_of=day,
        arithmetic=(
            f"{figure} = sum of the {noun}, from {period.start} to {period.end - DAY}",
            *steps,
            *([f"= {rated.told(value)} ({len(found):,} added up)"] if value else notes),
        ),
        reasons=tuple(reason for _, reason in found),
    )


def _invoices(crm: Crm, asked: Asked, period: Period) -> list[tuple[Row, Reason]]:
    counted = sold.sold(crm, asked).within(period)
    query = _INVOICES.format(customer=sold.CUSTOMER, sold=counted.sql)
    return _reasons(crm, "invoice", query, counted.params)


def _payments(crm: Crm, asked: Asked, period: Period) -> list[tuple[Row, Reason]]:
    found = sold.filtered(crm, asked)
    query = _PAYMENTS.format(customer=sold.CUSTOMER, filtered=found.sql)
    params = (period.start.isoformat(), period.end.isoformat(), *found.params)
    return _reasons(crm, "payment", query, params)


def _reasons(crm: Crm, kind: str, query: str, params: tuple[object, ...]) -> list[tuple[Row, Reason]]:
    rows = crm.connection.execute(query, params).fetchall()
    names = sold.names(crm, {(company, person) for _, _, company, person, *_ in rows})
    return [
        (
            Row(None, code, day, (minor,)),
            Reason(
                kind=kind, id=row_id, title=f"{number}, {names.get((company, person), '?')}",
                on=sold.iso(day), value=Money(minor, code),
            ),
        )
        for row_id, number, company, person, code, day, minor in rows
    ]  # fmt: skip
