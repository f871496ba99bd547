"""The invoices behind the revenue of a period, and the payments behind what was received in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crm_tui.domain.reports import revenue_cuts, sold
from crm_tui.domain.reports.behind import Behind
from crm_tui.domain.reports.revenue import SPANS, first_of
from crm_tui.domain.reports.sale_reasons import ALL, Sale, belongs, both, of_customer, one, reasons, sales
from crm_tui.domain.reports.sales_rows import CustomerSales, KindSales, ProductSales
from crm_tui.domain.reports.sold import Sold
from crm_tui.domain.reports.wishes import DAY, months_of, months_within

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell

KEYS: Final = ("revenue", "tax", "invoices", "received")
"""The figures that are explained here."""
_TITLES: Final = {"revenue": "Revenue", "tax": "Tax", "invoices": "Invoices", "received": "Received"}
_VALID: Final = "of the invoices that are not void"
_FORMULAS: Final = {
    "revenue": f"sum of the net amounts {_VALID}",
    "tax": f"sum of the tax {_VALID}",
    "invoices": "the invoices that are not void, counted",
    "received": "sum of the payments",
}
_OF_LINES: Final = {
    "revenue": f"sum of the net amounts of its lines {_VALID}",
    "tax": f"sum of the tax of its lines {_VALID}",
    "invoices": "the invoices with such a line that are not void, counted",
}
_AMOUNTS: Final = {"tax": "tax_minor"}
_LINES: Final = """(SELECT sum(l.{0}) FROM invoice_lines l
    WHERE l.invoice_id = invoices.id AND l.product_id IS {1})"""
_OF_PRODUCT: Final = "invoices.id IN (SELECT l.invoice_id FROM invoice_lines l WHERE l.product_id {0})"
_OF_KIND: Final = (
    "invoices.id IN (SELECT invoices.id FROM invoices {joins} WHERE {among} AND ({keys}) = (?, 0))"
)
_PAID: Final = "invoices.id IN (SELECT p.invoice_id FROM payments p WHERE p.paid_on >= ? AND p.paid_on < ?)"
_PAYMENTS: Final = """SELECT p.id, invoices.number, {customer}, invoices.currency, p.paid_on, p.amount_minor
    FROM payments p {join} invoices ON invoices.id = p.invoice_id
    WHERE p.paid_on >= ? AND p.paid_on < ? AND {counted} ORDER BY p.paid_on, p.id"""


def behind(crm: Crm, cell: Cell) -> Behind:
    """The invoices of a row, or of the totals; of what was received, the payments."""
    key, period = cell.figure.key, _period(crm, cell)
    received = key == "received"
    found = (_payments if received else _invoices)(crm, cell, period)
    in_it = belongs(crm, cell)
    found = [each for each in found if in_it(each.code, each.day)]
    formula = (_OF_LINES if isinstance(cell.row, ProductSales) else _FORMULAS)[key]
    return Behind(
        formula=f"{key} = {formula}, from {period.start} to {period.end - DAY}",
        reasons=reasons(
            crm, found, kind="payment" if received else "invoice", value=one if key == "invoices" else None
        ),
        by_own_days=cell.asked.convert,
        period=period,
        title=_TITLES[key],
    )


def _period(crm: Crm, cell: Cell) -> Period:
    """The days of a row of time within those of the report."""
    whole = months_of(crm, cell.asked)
    if cell.row is None or cell.report.by not in SPANS:
        return whole
    by = cell.report.by
    return months_within(whole, first_of(getattr(cell.row, by), by), SPANS[by])


def _invoices(crm: Crm, cell: Cell, period: Period) -> list[Sale]:
    counted = sold.sold(crm, cell.asked).within(period)
    counted = both(counted, _of_row(crm, cell, ALL.within(period)))
    column = _AMOUNTS.get(cell.figure.key, "net_minor")
    amount = f"invoices.{column}"
    if isinstance(cell.row, ProductSales):
        # an id is a number of ours, and stands before the condition
        amount = _LINES.format(column, int(cell.row.product_id) if cell.row.product_id else "NULL")
    return sales(crm, counted, amount=amount)


def _payments(crm: Crm, cell: Cell, period: Period) -> list[Sale]:
    days = (period.start.isoformat(), period.end.isoformat())
    counted = both(sold.filtered(crm, cell.asked), _of_row(crm, cell, Sold(_PAID, days)))
    # of one customer the invoices come first, else the days
    join = "JOIN" if isinstance(cell.row, CustomerSales) else "CROSS JOIN"
    query = _PAYMENTS.format(customer=sold.CUSTOMER, join=join, counted=counted.sql)
    return [Sale(*row) for row in crm.connection.execute(query, (*days, *counted.params))]


def _of_row(crm: Crm, cell: Cell, among: Sold) -> Sold:
    """The condition for the invoices of a row, if it is not one of time; of a kind, those ``among`` some."""
    row = cell.row
    if isinstance(row, CustomerSales):
        return of_customer(row.company_id, row.contact_id)
    if isinstance(row, ProductSales):
        return Sold(_OF_PRODUCT.format("= ?" if row.product_id else "IS ?"), (row.product_id,))
    if isinstance(row, KindSales):
        cut = revenue_cuts.kinds(crm, cell.asked)
        query = _OF_KIND.format(joins=cut.joins, keys=cut.keys, among=among.sql)
        return Sold(query, (*cut.params, *among.params, row.kind))
    return ALL
