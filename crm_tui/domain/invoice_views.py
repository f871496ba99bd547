"""Invoices as they are shown: with the names they refer to, their sums, and how they stand today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain import views
from crm_tui.domain.service import marks
from crm_tui.models import Invoice, InvoiceStatus, InvoiceView
from crm_tui.money import format_decimal
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_SUMS: Final = "invoices.net_minor, invoices.tax_minor, invoices.paid_minor"
_NAMES: Final = "contacts.name, companies.name, deals.title"
_JOINS: Final = (
    "LEFT JOIN contacts ON contacts.id = invoices.contact_id"
    " LEFT JOIN companies ON companies.id = invoices.company_id"
    " LEFT JOIN deals ON deals.id = invoices.deal_id"
)


def of_ids(crm: Crm, ids: Iterable[int]) -> Iterator[InvoiceView]:
    """The invoices with these ids, in that order; ids that are gone are passed over."""
    values = records.valuer(Invoice)
    today = crm.clock.today
    for part in views.in_chunks(ids):
        rows = crm.connection.execute(
            f"SELECT {_SUMS}, {_NAMES}, {records.select_list(Invoice, 'invoices')} FROM invoices {_JOINS}"  # noqa: S608 - fixed names
            f" WHERE invoices.id IN ({marks(part)})",
            part,
        )
        found = {each["id"]: (each, row) for row in rows for each in (values(row[6:]),)}
        for invoice_id in part:
            if invoice_id in found:
                yield _view(*found[invoice_id], today)


def _view(values: dict[str, Any], row: Sequence[Any], today: date) -> InvoiceView:
    net, tax, paid, contact, company, deal = row[:6]
    invoice = Invoice(**values)
    total = net + tax
    balance = 0 if invoice.voided_on is not None else total - paid
    code = invoice.currency
    return InvoiceView(
        **values,
        contact=contact,
        company=company,
        deal=deal,
        status=_status(invoice, balance, today),
        net_minor=net,
        tax_minor=tax,
        total_minor=total,
        paid_minor=paid,
        balance_minor=balance,
        net=format_decimal(net, code),
        tax=format_decimal(tax, code),
        total=format_decimal(total, code),
        paid=format_decimal(paid, code),
        balance=format_decimal(balance, code),
        overdue_days=(today - invoice.due_on).days if balance > 0 else None,
    )


def _status(invoice: Invoice, balance_minor: int, day: date) -> InvoiceStatus:
    # as the filter has it: also for a clock that stands before the day of voiding
    if invoice.voided_on is not None:
        return InvoiceStatus.VOID
    if balance_minor <= 0:
        return InvoiceStatus.PAID
    return InvoiceStatus.OVERDUE if invoice.due_on < day else InvoiceStatus.OPEN
