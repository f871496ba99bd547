"""Products, invoices and payments, and what the person means to reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm_tui.shapes.record import Instant, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Record):
    """Something that is sold."""

    sku: str
    name: str
    price_minor: int | None = None
    currency: str | None = None
    warranty_months: int | None = None
    reorder_days: int | None = None
    archived_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(Record):
    """A claim for money; its status and balance are derived from lines and payments."""

    number: str
    contact_id: int | None = None
    company_id: int | None = None
    deal_id: int | None = None
    issued_on: date
    due_on: date
    currency: str
    voided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine(Record):
    """One line of an invoice; quantity and percentages are decimal text."""

    invoice_id: int
    product_id: int | None = None
    description: str
    quantity: str = "1"
    unit_price_minor: int
    discount_percent: str | None = None
    tax_percent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Record):
    """Money received for an invoice; a refund is negative."""

    invoice_id: int
    paid_on: date
    amount_minor: int
    method: str | None = None
    reference: str | None = None


class InvoiceStatus(StrEnum):
    """How an invoice stands; it follows from its days and payments and is kept nowhere."""

    OPEN = "open"
    PAID = "paid"
    OVERDUE = "overdue"
    VOID = "void"


class Per(StrEnum):
    """The span a goal is for."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Record):
    """What is to be reached in every span from a day on; minor units where it is money, 0 where it ended."""

    metric: str
    currency: str | None = None
    per: Per
    from_on: date
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView(Product):
    """A product with its price as decimal text."""

    price: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLineView(InvoiceLine):
    """A line with what it comes to: minor units, and decimal text of the same; ``sku`` is its product's."""

    product: str | None = None
    sku: str | None = None
    net_minor: int
    tax_minor: int
    unit_price: str
    net: str
    tax: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView(Invoice):
    """An invoice with the names it refers to and its sums: minor units, and decimal text of the same.

    ``total`` is net and tax together, ``balance`` what is still to be paid, below zero when overpaid and 0 when void;
    of a credit note, whose total is below zero, the balance below zero is what is to be given back. ``overdue_days``
    counts from the due day to today while something is to be paid, and is negative before it.
    """

    contact: str | None = None
    company: str | None = None
    deal: str | None = None
    status: InvoiceStatus
    net_minor: int
    tax_minor: int
    total_minor: int
    paid_minor: int
    balance_minor: int
    net: str
    tax: str
    total: str
    paid: str
    balance: str
    overdue_days: int | None = None

    @property
    def is_credit(self) -> bool:
        """Whether it is a credit note: nothing is due, what it comes to is given back."""
        return self.total_minor < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView(Payment):
    """A payment with its invoice's number, currency and customer; ``amount`` is decimal text."""

    invoice: str
    contact_id: int | None = None
    contact: str | None = None
    company_id: int | None = None
    company: str | None = None
    currency: str
    amount: str
