"""The form of a product, to add one or to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm_tui.dates import Clock, span_days
from crm_tui.errors import InvalidDataError
from crm_tui.money import Money, format_money, parse_money
from crm_tui.screens.billing.line_rows import plain
from crm_tui.screens.billing.product_list import counted
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm


def product(crm: Crm, product_id: int | None = None) -> Form:
    """A product to add, or to change; saved it returns the ``ProductView``.

    Raises:
        NotFoundError: there is no such product.
    """
    return form(crm.config.base_currency, None if product_id is None else crm.products.get(product_id))


def form(base: str, old: Any = None) -> Form:
    """As ``product``, of what is known already."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = dict(filled.values if old is None else filled.given())
        price: Money | None = values.pop("price", None)
        if price is not None:
            values |= {"price_minor": price.minor, "currency": price.currency}
        elif old is not None and "price" in filled.changed:
            values["price_minor"] = None
        return crm.products.add(**values) if old is None else crm.products.update(old.id, **values)

    own = (old.currency if old is not None else None) or base
    return Form(
        "product-add" if old is None else f"product-{old.id}",
        "Add a product" if old is None else f"Change {clean(old.name)}",
        (
            Field("name", "name", value=old.name if old else "", required=True, hint="Olive oil 5 l"),
            Field("sku", "SKU", value=old.sku if old else "", hint="made from the name"),
            Field(
                "price", "price", value=_price(old), check=lambda text, _: parse_money(text, own),
                echo=lambda value, _: format_money(value.minor, value.currency), hint=f"12.50 {own}, without tax",
            ),
            Field(
                "warranty_months", "warranty", value=_count(old.warranty_months) if old else "", check=_months,
                echo=lambda value, _: counted(value, "month"), hint="24, in months",
            ),
            Field(
                "reorder_days", "reorder", value=f"{old.reorder_days}d" if old and old.reorder_days else "",
                check=lambda text, _: span_days(text), echo=lambda value, _: f"after {counted(value, 'day')}",
                hint="after 90d, 6w, 3m; empty for never",
            ),
        ),
        save,
        "Invoices keep the price they were made with." if old is not None else "Only a name is needed.",
    )  # fmt: skip


def _months(text: str, clock: Clock) -> int:
    number = text.strip()
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise InvalidDataError(
            f'"{clean(text[:40])}" is no number of months.', "Use a whole number such as 24."
        )
    return int(number)


def _price(old: Any) -> str:
    if old is None or old.price_minor is None or not old.currency:
        return ""
    return f"{plain(old.price_minor, old.currency)} {old.currency}"


def _count(number: int | None) -> str:
    return "" if number is None else str(number)
