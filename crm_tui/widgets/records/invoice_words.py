"""How an invoice stands, in a sign, a tone and words; the same wherever invoices are shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.dates import day_distance, relative_day
from crm_tui.money import format_money
from crm_tui.text import clean
from crm_tui.widgets.tables.rows import Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.invoices import InvoiceTotal
    from crm_tui.models import InvoiceLineView, InvoiceView, PaymentView

SOON_DAYS: Final = 7
"""So many days before its day an invoice is soon due."""


def sign(invoice: InvoiceView, today: date) -> tuple[str, Tone]:
    """``!`` overdue, ``·`` due today, ``~`` soon, ``+`` paid, ``-`` to give back, ``x`` void."""
    status = invoice.status.value
    if status == "void":
        return "x", "dim"
    if invoice.is_credit and invoice.balance_minor < 0:
        return "-", "plain"
    if status == "paid":
        return "+", "good"
    if status == "overdue":
        return "!", "bad"
    days = (invoice.due_on - today).days
    if days == 0:
        return "·", "plain"
    return ("~", "soon") if days <= SOON_DAYS else (" ", "plain")


def stands(invoice: InvoiceView, today: date) -> str:
    """How it stands: "9 days overdue", "due in 3 days", "paid", "void"; a credit note "to give back", "given back"."""
    status = invoice.status.value
    if status == "void":
        return "void"
    if invoice.balance_minor < 0:
        return "to give back" if invoice.is_credit else "overpaid"
    if status == "paid":
        return "given back" if invoice.is_credit else "paid"
    if status == "overdue":
        return f"{day_distance(invoice.due_on, today)} overdue"
    return f"due {relative_day(invoice.due_on, today)}"


def customer(invoice: InvoiceView) -> str:
    """Whom it is for: the company, else the person."""
    return invoice.company or invoice.contact or ""


def owed(invoice: InvoiceView) -> str:
    """What is still to be paid; nothing where that is nothing."""
    return format_money(invoice.balance_minor, invoice.currency) if invoice.balance_minor else ""


def sums(invoice: InvoiceView) -> list[tuple[str, str]]:
    """The sums of an invoice, each its word and its amount; those that say nothing new are left out."""
    found = []
    if invoice.tax_minor:
        found += [("net", invoice.net_minor), ("tax", invoice.tax_minor)]
    found.append(("total", invoice.total_minor))
    if invoice.is_credit:
        found += [
            (word, minor)
            for word, minor in (("given back", -invoice.paid_minor), ("to give back", -invoice.balance_minor))
            if minor > 0
        ]
    elif invoice.paid_minor:
        found.append(("paid", invoice.paid_minor))
    if invoice.paid_minor and invoice.balance_minor and (invoice.balance_minor > 0 or not invoice.is_credit):
        found.append(("overpaid" if invoice.balance_minor < 0 else "to be paid", abs(invoice.balance_minor)))
    return [(word, format_money(minor, invoice.currency)) for word, minor in found]


def figure(minor: int, currency: str) -> str:
    """An amount without its currency, which stands elsewhere: "1,200.00"."""
    return format_money(minor, currency).rpartition(" ")[0]


def line_aside(line: InvoiceLineView, currency: str) -> str:
    """How an amount of a line came about: "2 x 12.50 · less 5 % · 20 % tax"; nothing for one of something."""
    price = figure(line.unit_price_minor, currency)
    parts = [f"{line.quantity} x {price}"] if line.quantity != "1" or line.discount_percent else []
    if line.discount_percent:
        parts.append(f"less {line.discount_percent} %")
    if line.tax_percent not in (None, "0"):
        parts.append(f"{line.tax_percent} % tax")
    if line.product is not None and line.product != line.description:
        parts.append(clean(line.product))
    return " · ".join(parts)


def paid_how(payment: PaymentView) -> str:
    """How it was paid, in words."""
    parts = ["refund" if payment.amount_minor < 0 else "", payment.method or "", payment.reference or ""]
    return " · ".join(clean(part) for part in parts if part)


def figures(totals: Sequence[InvoiceTotal], base: str) -> str:
    """What is unpaid, by currency, the base currency first: "3 unpaid · 1,480.00 EUR open, 300.00 overdue"."""
    if not totals:
        return "nothing is owed"
    ordered = sorted(totals, key=lambda total: (total.currency != base, -total.invoices))
    parts = [f"{sum(total.invoices for total in ordered):,} unpaid"]
    for total in ordered:
        text = f"{format_money(total.balance_minor, total.currency)} open"
        if total.overdue_minor:
            amount = figure(total.overdue_minor, total.currency)
            late = "all" if total.overdue_minor == total.balance_minor else amount
            text += f", {late} overdue"
        parts.append(text)
    return " · ".join(parts)
