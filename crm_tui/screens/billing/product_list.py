"""What the list of products shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.columns import PRODUCTS
from crm_tui.domain import paging
from crm_tui.domain.product_fields import LISTING
from crm_tui.money import format_money
from crm_tui.screens.lists.columns import ListColumn, catalogue
from crm_tui.screens.lists.rows import ListKind
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.models import ProductView


def _price(product: ProductView, _today: date, _more: object) -> str:
    if product.price_minor is None or product.currency is None:
        return ""
    return format_money(product.price_minor, product.currency)


def counted(number: int | None, unit: str) -> str:
    """So many of a unit: 1 month, 24 months; nothing for none."""
    return "" if number is None else f"{number:,} {unit}{'' if number == 1 else 's'}"


def _sign(product: ProductView, _today: date) -> tuple[str, Tone]:
    return ("x", "dim") if product.archived_at else (" ", "plain")


_OWN: Final = (
    ListColumn(TableColumn("name", "Name", 20, flex=5), lambda product, _today, _more: product.name),
    ListColumn(TableColumn("sku", "SKU", 12, flex=2, tone="dim"), lambda product, _today, _more: product.sku),
    ListColumn(TableColumn("price", "Price", 15, align="right"), _price),
    ListColumn(
        TableColumn("warranty_months", "Warranty", 10, align="right", drop=2, tone="dim"),
        lambda product, _today, _more: counted(product.warranty_months, "month"),
    ),
    ListColumn(
        TableColumn("reorder_days", "Reorder", 12, align="right", drop=1, tone="dim"),
        lambda product, _today, _more: counted(product.reorder_days, "day"),
    ),
)
WARES: Final = ListKind(
    table="products",
    one="product",
    many="products",
    listing=LISTING,
    pager=paging.products,
    catalogue=catalogue(PRODUCTS, LISTING, {each.key: each for each in _OWN}, [each.key for each in _OWN]),
    sign=_sign,
)
"""The list of products."""
