"""Products, invoices and payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
