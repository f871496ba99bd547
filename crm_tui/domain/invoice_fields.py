"""What invoices can be filtered and sorted by. How one stands depends on the day, so the list is made for a day.

The conditions of what is unpaid are written as those of the partial index, which is what makes SQLite use it.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from crm_tui.domain.deal_fields import nominal
from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind
from crm_tui.models import InvoiceStatus

TOTAL: Final = "(invoices.net_minor + invoices.tax_minor)"
BALANCE: Final = (
    "(CASE WHEN invoices.voided_on IS NULL THEN invoices.net_minor + invoices.tax_minor - invoices.paid_minor"
    " ELSE 0 END)"
)
UNPAID: Final = "voided_on IS NULL AND paid_minor < net_minor + tax_minor"
_CONTACT: Final = "(SELECT p.name_key FROM contacts p WHERE p.id = invoices.contact_id)"
_COMPANY: Final = "(SELECT c.name_key FROM companies c WHERE c.id = invoices.company_id)"
_DEAL: Final = "(SELECT crm_fold(d.title) FROM deals d WHERE d.id = invoices.deal_id)"
_PRODUCT: Final = (
    "EXISTS (SELECT 1 FROM invoice_lines l JOIN products s ON s.id = l.product_id"
    " WHERE l.invoice_id = invoices.id AND {match})"
)
# one arm a status: SQLite looks at the arm that is asked for, each over its own index
_STATUS: Final = (
    "invoices.id IN (SELECT id FROM ("  # noqa: S608 - texts of this module
    f"SELECT id, 'overdue' AS status FROM invoices WHERE {UNPAID} AND due_on < '{{day}}'"
    f" UNION ALL SELECT id, 'open' FROM invoices WHERE {UNPAID} AND due_on >= '{{day}}'"
    " UNION ALL SELECT id, 'paid' FROM invoices WHERE voided_on IS NULL AND paid_minor >= net_minor + tax_minor"
    " UNION ALL SELECT id, 'void' FROM invoices WHERE voided_on IS NOT NULL) WHERE {match})"
)
_ORDER: Final = (
    "(CASE WHEN invoices.voided_on IS NOT NULL THEN 4"
    " WHEN invoices.paid_minor >= invoices.net_minor + invoices.tax_minor THEN 3"
    " WHEN invoices.due_on < '{day}' THEN 1 ELSE 2 END)"
)
_OVERDUE_DAYS: Final = (
    f"(CASE WHEN {UNPAID.replace('voided', 'invoices.voided')} THEN"
    " CAST(julianday('{day}') - julianday(invoices.due_on) AS INTEGER) END)"
)
_MONEY: Final = {
    "net": "invoices.net_minor",
    "tax": "invoices.tax_minor",
    "total": TOTAL,
    "paid": "invoices.paid_minor",
    "balance": BALANCE,
}


@lru_cache(maxsize=2)
def listing(day: date) -> Listing:
    """The list as it stands on a day."""
    on = day.isoformat()
    money = (
        Field(name, FieldKind.MONEY, sql, currency_sql="invoices.currency") for name, sql in _MONEY.items()
    )
    return Listing(
        table="invoices",
        fields=(
            Field("id", FieldKind.ID, "invoices.id"),
            Field("number", FieldKind.TEXT, "invoices.number"),
            Field("contact", FieldKind.REF, "invoices.contact_id", folded_sql=_CONTACT),
            Field("company", FieldKind.REF, "invoices.company_id", folded_sql=_COMPANY),
            Field("deal", FieldKind.REF, "invoices.deal_id", folded_sql=_DEAL),
            Field("issued_on", FieldKind.DAY, "invoices.issued_on"),
            Field("due_on", FieldKind.DAY, "invoices.due_on"),
            Field("currency", FieldKind.CHOICE, "invoices.currency"),
            *money,
            Field(
                "status",
                FieldKind.CHOICE,
                "status",
                choices=tuple(InvoiceStatus),
                exists_sql=_STATUS.replace("{day}", on),
            ),
            Field("overdue_days", FieldKind.NUMBER, _OVERDUE_DAYS.replace("{day}", on)),
            Field("product", FieldKind.TEXT, "(s.sku || ' ' || s.name)", exists_sql=_PRODUCT),
            Field("voided_on", FieldKind.DAY, "invoices.voided_on"),
            Field("created_at", FieldKind.INSTANT, "invoices.created_at"),
            Field("updated_at", FieldKind.INSTANT, "invoices.updated_at"),
        ),
        aliases={
            "contact_id": "contact",
            "company_id": "company",
            "deal_id": "deal",
            "issued": "issued_on",
            "due": "due_on",
            "voided": "voided_on",
            "amount": "total",
            "overdue": "overdue_days",
        },
        sort="-issued_on",
        orders={
            "status": _ORDER.replace("{day}", on),
            **{name: nominal(sql, "invoices.currency") for name, sql in _MONEY.items()},
        },
        never_empty=frozenset(
            {"id", "number", "issued_on", "due_on", "currency", "status", "created_at", "updated_at", *_MONEY}
        ),
    )
