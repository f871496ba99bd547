"""What stands on an invoice: who sells, who buys, the days, the lines, what they add up to, what is to be paid.

Every text is made here, once, cleaned, so that all writers say the same; they only place it. The sums are those of the
lines and payments that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Final

from crm_tui.models import MethodKind
from crm_tui.money import format_money
from crm_tui.text import clean, clean_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm_tui.domain.crm import Crm
    from crm_tui.models import (
        CompanyMethod,
        ContactMethod,
        CustomValue,
        InvoiceLineView,
        InvoiceView,
        PaymentView,
    )

TAX_KEYS: Final = ("tax_id", "vat_id", "vat_number", "tax_number", "vat", "tin")
"""Custom fields that hold the customer's tax id; the first that is filled in counts."""
_BILLING: Final = ("billing", "invoice")
"""Words in the label of the address that an invoice goes to."""
_PAYMENTS: Final = 6
"""Up to so many payments are told one by one."""
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an invoice; ``discount`` and ``tax`` are empty where there is none, ``net`` is without tax."""

    description: str
    quantity: str
    price: str
    discount: str
    tax: str
    net: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure beneath the lines; ``strong`` ones are with the currency."""

    label: str
    figure: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice as it is printed; all of it texts on one line each.

    Attributes:
        title: what it is: Invoice or Credit note.
        number: its number.
        stamp: VOID or PAID; empty while neither holds.
        seller: the name of the business, empty when it is not set.
        seller_lines: its address and tax id.
        customer: the name of the customer, and what stands beneath it; nothing when it is for nobody named.
        facts: the days, each with its word.
        currency: that of the figures without one.
        items: the lines.
        sums: net, tax by rate, total, what was paid.
        due: the last sum: what is to be paid, or that nothing is.
        notice: a sentence where more is to be said about that.
        payment: how to pay; nothing where nothing is to be paid.
    """

    title: str
    number: str
    stamp: str
    seller: str
    seller_lines: tuple[str, ...]
    customer: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    currency: str
    items: tuple[Item, ...]
    sums: tuple[Sum, ...]
    due: Sum
    notice: str
    payment: tuple[str, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the columns: those of discount and tax only where a line has one."""
        found = ["Description", "Quantity", "Unit price"]
        if any(each.discount for each in self.items):
            found.append("Discount")
        if any(each.tax for each in self.items):
            found.append("Tax")
        return (*found, f"Amount {self.currency}")

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The lines as cells beneath ``heads``."""
        heads = self.heads
        return [
            (
                each.description,
                each.quantity,
                each.price,
                *((each.discount,) if "Discount" in heads else ()),
                *((each.tax,) if "Tax" in heads else ()),
                each.net,
            )
            for each in self.items
        ]

    @property
    def texts(self) -> Iterator[str]:
        """Everything that is printed."""
        yield from (self.title, self.number, self.stamp, self.seller, *self.seller_lines, *self.customer)
        yield from (text for fact in self.facts for text in fact)
        yield from self.heads
        yield from (cell for row in self.rows for cell in row)
        yield from (text for each in (*self.sums, self.due) for text in (each.label, each.figure))
        yield from (self.notice, *self.payment)


def paper(crm: Crm, invoice_id: int) -> Paper:
    """The invoice as it is printed, as it stands today.

    Raises:
        NotFoundError: there is no such invoice.
    """
    invoice = crm.invoices.get(invoice_id)
    lines, payments = crm.invoices.lines(invoice_id), crm.invoices.payments(invoice_id)
    total = sum(line.net_minor + line.tax_minor for line in lines)
    balance = total - sum(each.amount_minor for each in payments)
    config = crm.config
    tax_id = f"Tax ID: {config.business_tax_id}" if config.business_tax_id else ""
    is_void = invoice.voided_on is not None
    owed = balance > 0 and not is_void
    return Paper(
        title="Credit note" if total < 0 else "Invoice",
        number=clean(invoice.number),
        stamp="VOID" if is_void else "PAID" if balance <= 0 < total else "",
        seller=clean(config.business_name or ""),
        seller_lines=_shown((*config.business_address, tax_id)),
        customer=_customer(crm, invoice),
        facts=_facts(invoice, owed=owed),
        currency=invoice.currency,
        items=tuple(_item(line, invoice.currency) for line in lines),
        sums=(*_taxes(lines, invoice.currency), *_paid(payments, total, invoice.currency)),
        due=_due(invoice, total, balance),
        notice=_notice(invoice, payments),
        payment=_shown((*config.business_payment, f"Reference: {invoice.number}"))
        if owed and config.business_payment
        else (),
    )


def long_day(day: date) -> str:
    """A day that nobody can misread: "2 March 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _facts(invoice: InvoiceView, *, owed: bool) -> tuple[tuple[str, str], ...]:
    found = [("Issued", long_day(invoice.issued_on))]
    if owed:
        found.append(("Due", long_day(invoice.due_on)))
    if invoice.voided_on is not None:
        found.append(("Void since", long_day(invoice.voided_on)))
    return tuple(found)


def _item(line: InvoiceLineView, currency: str) -> Item:
    return Item(
        clean(line.description),
        line.quantity,
        figure(line.unit_price_minor, currency),
        f"{line.discount_percent}%" if line.discount_percent else "",
        f"{line.tax_percent}%" if line.tax_percent is not None else "",
        figure(line.net_minor, currency),
    )


def _taxes(lines: Sequence[InvoiceLineView], currency: str) -> Iterator[Sum]:
    """What the lines come to without tax, and the tax on it, rate by rate; nothing where there is no tax."""
    if all(line.tax_percent is None for line in lines):
        return
    yield Sum("Net", figure(sum(line.net_minor for line in lines), currency))

    def rate(line: InvoiceLineView) -> Decimal:
        return Decimal(-1 if line.tax_percent is None else line.tax_percent)

    for _, group in groupby(sorted(lines, key=rate), rate):
        found = [*group]
        share, net = found[0].tax_percent, sum(line.net_minor for line in found)
        name = "No tax" if share is None else f"{share}% tax"
        tax = sum(line.tax_minor for line in found)
        yield Sum(f"{name} on {figure(net, currency)}", figure(tax, currency))


def _paid(payments: Sequence[PaymentView], total: int, currency: str) -> Iterator[Sum]:
    yield Sum("Total", format_money(total, currency), strong=True)
    if len(payments) > _PAYMENTS:
        paid = sum(each.amount_minor for each in payments)
        yield Sum(f"Paid in {len(payments)} payments", figure(-paid, currency))
        return
    for each in payments:
        word = "Paid" if each.amount_minor > 0 else "Given back"
        how = f", {clean(each.method)}" if each.method else ""
        yield Sum(f"{word} on {long_day(each.paid_on)}{how}", figure(-each.amount_minor, currency))


def _due(invoice: InvoiceView, total: int, balance: int) -> Sum:
    code = invoice.currency
    if invoice.voided_on is not None:
        return Sum("Void: nothing is to be paid", format_money(0, code), strong=True)
    if balance > 0:
        word = "To be paid" if balance == total else "Still to be paid"
        return Sum(f"{word} by {long_day(invoice.due_on)}", format_money(balance, code), strong=True)
    if balance < 0:
        word = "To be given back" if total < 0 else "Paid too much"
        return Sum(word, format_money(-balance, code), strong=True)
    word = "given back" if total < 0 else "paid"
    return Sum(f"Nothing is left to be {word}", format_money(0, code), strong=True)


def _notice(invoice: InvoiceView, payments: Sequence[PaymentView]) -> str:
    if invoice.voided_on is None:
        return ""
    found = f"This document was voided on {long_day(invoice.voided_on)}. Nothing is to be paid for it."
    return f"{found} What was paid was given back." if payments else found


def _customer(crm: Crm, invoice: InvoiceView) -> tuple[str, ...]:
    methods: list[CompanyMethod | ContactMethod] = []
    names: list[str] = []
    tax_id = ""
    if invoice.company_id is not None:
        names.append(invoice.company or "")
        methods += crm.companies.methods(invoice.company_id)
        tax_id = _tax_id(crm, "companies", crm.companies.get(invoice.company_id).custom)
    if invoice.contact_id is not None:
        names.append(invoice.contact or "")
        methods += crm.contacts.methods(invoice.contact_id)
        tax_id = tax_id or _tax_id(crm, "contacts", crm.contacts.get(invoice.contact_id).custom)
    return _shown((*names, *clean_lines(_address(methods)), tax_id))


def _address(methods: Iterable[CompanyMethod | ContactMethod]) -> str:
    """The address an invoice goes to: one labelled so, else the company's first, else the person's."""
    found = [each for each in methods if each.kind is MethodKind.ADDRESS]
    labelled = [each for each in found if any(word in (each.label or "").lower() for word in _BILLING)]
    return next((each.value for each in (*labelled, *found)), "")


def _tax_id(crm: Crm, entity: str, custom: Mapping[str, CustomValue]) -> str:
    labels = {each.key: each.label for each in crm.fields.list(entity)}
    for key in TAX_KEYS:
        value = str(custom.get(key) or "").strip()
        if value:
            return f"{labels.get(key, 'Tax ID')}: {value}"
    return ""


def figure(minor: int, currency: str) -> str:
    """An amount without its currency, grouped: "1,200.00"."""
    return format_money(minor, currency).rpartition(" ")[0]


def _shown(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean(each).strip() for each in texts if each.strip())
