"""Products, invoices and payments for tests, written row by row."""

from __future__ import annotations

from datetime import date, timedelta

from crm_tui.domain import Crm
from crm_tui.store.transaction import SqlValue


def product(crm: Crm, name: str, *, reorder_days: int | None = None) -> int:
    """A product; its sku is its name."""
    with crm.transaction(f"add product {name}") as writing:
        return writing.insert("products", {"sku": name, "name": name, "reorder_days": reorder_days})


def invoice(
    crm: Crm,
    day: str,
    *lines: int | tuple[int, int],
    contact: int | None = None,
    company: int | None = None,
    deal: int | None = None,
    currency: str = "EUR",
    due: str | None = None,
    tax: str | None = None,
    void: str | None = None,
) -> int:
    """An invoice of lines, each an amount without tax in minor units, or that and a product; due in 14 days."""
    with crm.transaction("add invoice") as writing:
        made = writing.insert(
            "invoices",
            {
                "number": f"N{writing.next_id('invoices')}",
                "contact_id": contact,
                "company_id": company,
                "deal_id": deal,
                "issued_on": day,
                "due_on": due or str(date.fromisoformat(day) + timedelta(days=14)),
                "currency": currency,
                "voided_on": void,
            },
        )
        for line in lines:
            minor, of = line if isinstance(line, tuple) else (line, None)
            row: dict[str, SqlValue] = {
                "product_id": of,
                "description": "a line",
                "unit_price_minor": minor,
                "tax_percent": tax,
            }
            writing.insert("invoice_lines", {"invoice_id": made, **row})
    return made


def pay(crm: Crm, invoice_id: int, day: str, minor: int) -> int:
    """A payment, or a refund below zero."""
    with crm.transaction("add payment") as writing:
        row: dict[str, SqlValue] = {"invoice_id": invoice_id, "paid_on": day, "amount_minor": minor}
        return writing.insert("payments", row)
