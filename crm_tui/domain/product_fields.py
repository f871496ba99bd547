"""What products can be filtered and sorted by."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.deal_fields import nominal
from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind

LISTING: Final = Listing(
    table="products",
    fields=(
        Field("id", FieldKind.ID, "products.id"),
        Field("sku", FieldKind.TEXT, "products.sku"),
        Field("name", FieldKind.TEXT, "products.name"),
        Field("price", FieldKind.MONEY, "products.price_minor", currency_sql="products.currency"),
        Field("currency", FieldKind.CHOICE, "products.currency"),
        Field("warranty_months", FieldKind.NUMBER, "products.warranty_months"),
        Field("reorder_days", FieldKind.NUMBER, "products.reorder_days"),
        Field("created_at", FieldKind.INSTANT, "products.created_at"),
        Field("updated_at", FieldKind.INSTANT, "products.updated_at"),
        Field("archived_at", FieldKind.INSTANT, "products.archived_at"),
    ),
    aliases={"warranty": "warranty_months", "reorder": "reorder_days"},
    sort="name",
    orders={"price": nominal("products.price_minor", "products.currency")},
    archivable=True,
    never_empty=frozenset({"id", "sku", "name", "created_at", "updated_at"}),
)
