"""What payments can be filtered and sorted by."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.deal_fields import nominal
from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind

_OF: Final = "(SELECT i.{column} FROM invoices i WHERE i.id = payments.invoice_id)"
_CURRENCY: Final = _OF.format(column="currency")
_NUMBER: Final = "(SELECT crm_fold(i.number) FROM invoices i WHERE i.id = payments.invoice_id)"
_CONTACT: Final = (
    "(SELECT p.name_key FROM invoices i JOIN contacts p ON p.id = i.contact_id"
    " WHERE i.id = payments.invoice_id)"
)
_COMPANY: Final = (
    "(SELECT c.name_key FROM invoices i JOIN companies c ON c.id = i.company_id"
    " WHERE i.id = payments.invoice_id)"
)

LISTING: Final = Listing(
    table="payments",
    fields=(
        Field("id", FieldKind.ID, "payments.id"),
        Field("invoice", FieldKind.TEXT, _OF.format(column="number"), folded_sql=_NUMBER),
        Field("invoice_id", FieldKind.ID, "payments.invoice_id"),
        Field("contact", FieldKind.REF, _OF.format(column="contact_id"), folded_sql=_CONTACT),
        Field("company", FieldKind.REF, _OF.format(column="company_id"), folded_sql=_COMPANY),
        Field("paid_on", FieldKind.DAY, "payments.paid_on"),
        Field("amount", FieldKind.MONEY, "payments.amount_minor", currency_sql=_CURRENCY),
        Field("currency", FieldKind.CHOICE, _CURRENCY),
        Field("method", FieldKind.TEXT, "payments.method"),
        Field("reference", FieldKind.TEXT, "payments.reference"),
        Field("created_at", FieldKind.INSTANT, "payments.created_at"),
        Field("updated_at", FieldKind.INSTANT, "payments.updated_at"),
    ),
    aliases={"contact_id": "contact", "company_id": "company", "paid": "paid_on", "number": "invoice"},
    sort="-paid_on",
    orders={"amount": nominal("payments.amount_minor", _CURRENCY)},
    never_empty=frozenset(
        {"id", "invoice", "invoice_id", "paid_on", "amount", "currency", "created_at", "updated_at"}
    ),
)
