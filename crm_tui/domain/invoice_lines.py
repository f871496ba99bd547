"""The lines of an invoice: from what is wanted to rows, and what they come to together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crm_tui.domain import amounts, checks
from crm_tui.errors import InvalidDataError, NotFoundError
from crm_tui.models import InvoiceLine, InvoiceLineView
from crm_tui.money import MAX_MINOR, check_currency, format_decimal, line_amounts
from crm_tui.store import records

if TYPE_CHECKING:
    import sqlite3

    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import SqlValue, Transaction


class LineDraft(NamedTuple):
    """A line as it is wanted.

    Attributes:
        description: what it is; of a product its name, when this is empty.
        quantity: decimal text; below zero for what comes back.
        unit_price_minor: what one costs without tax, in the invoice's currency; the product's price when None.
        product_id: what is sold, if it is in the catalogue.
        discount_percent: decimal text from 0 to 100.
        tax_percent: decimal text from 0 to 100; the setting ``tax_percent`` when None, no tax at all when empty.
    """

    description: str
    quantity: str = "1"
    unit_price_minor: int | None = None
    product_id: int | None = None
    discount_percent: str | None = None
    tax_percent: str | None = None


def rows(crm: Crm, drafts: Sequence[LineDraft], currency: str) -> list[dict[str, SqlValue]]:
    """The columns of lines, checked.

    Raises:
        InvalidDataError: there is no line, a value cannot be what it claims to be, a line has no price, or all of them
            together are too large an amount.
        NotFoundError: there is no such product.
    """
    if not drafts:
        raise InvalidDataError("The invoice has no lines.", "Say what it is for.")
    found = [_row(crm, draft, currency) for draft in drafts]
    sums = [
        line_amounts(str(row["quantity"]), int(str(row["unit_price_minor"])), _text(row["discount_percent"]),
                     _text(row["tax_percent"]))
        for row in found
    ]  # fmt: skip
    for amount in (sum(net for net, _ in sums), sum(tax for _, tax in sums), sum(map(sum, sums))):
        if abs(amount) > MAX_MINOR:
            raise InvalidDataError("The lines together are too large an amount.", "Make several invoices.")
    return found


def currency_of(crm: Crm, drafts: Sequence[LineDraft]) -> str | None:
    """The currency of the products whose own price is asked for; None where there are none.

    Raises:
        InvalidDataError: they have several.
        NotFoundError: there is no such product.
    """
    wanted = [each.product_id for each in drafts if each.product_id and each.unit_price_minor is None]
    codes = sorted({code for each in wanted if (code := _product(crm, each)[2]) is not None})
    if len(codes) > 1:
        raise InvalidDataError(
            f"The products have prices in several currencies: {', '.join(codes)}.",
            "Give the prices in one, or make several invoices.",
        )
    return codes[0] if codes else None


def write(writing: Transaction, invoice_id: int, wanted: Sequence[Mapping[str, SqlValue]]) -> None:
    """Make these the lines of an invoice; lines that are alike stay, in their places."""
    present = [
        row_id
        for (row_id,) in writing.connection.execute(
            "SELECT id FROM invoice_lines WHERE invoice_id = ? ORDER BY id", (invoice_id,)
        )
    ]
    for place, row in enumerate(wanted):
        if place < len(present):
            writing.update("invoice_lines", present[place], row)
        else:
            writing.insert("invoice_lines", {"invoice_id": invoice_id, **row})
    for line_id in present[len(wanted) :]:
        writing.delete("invoice_lines", line_id)


def refresh(connection: sqlite3.Connection, invoice_id: int) -> None:
    """Work the sums out at once, for what comes next in the same operation; its end does so again."""
    from crm_tui.store import sales

    lines = connection.execute("SELECT id FROM invoice_lines WHERE invoice_id = ?", (invoice_id,)).fetchall()
    sales.refresh(connection, (line_id for (line_id,) in lines), (invoice_id,))


def views(crm: Crm, invoice_id: int, currency: str) -> Iterator[InvoiceLineView]:
    """The lines of an invoice in their order, with what they come to."""
    values = records.valuer(InvoiceLine)
    found = crm.connection.execute(
        "SELECT products.name, products.sku, invoice_lines.net_minor, invoice_lines.tax_minor,"  # noqa: S608 - fixed names
        f" {records.select_list(InvoiceLine, 'invoice_lines')} FROM invoice_lines"
        " LEFT JOIN products ON products.id = invoice_lines.product_id"
        " WHERE invoice_lines.invoice_id = ? ORDER BY invoice_lines.id",
        (invoice_id,),
    )
    for product, sku, net, tax, *row in found:
        line = values(row)
        yield InvoiceLineView(
            **line,
            product=product,
            sku=sku,
            net_minor=net,
            tax_minor=tax,
            unit_price=format_decimal(line["unit_price_minor"], currency),
            net=format_decimal(net, currency),
            tax=format_decimal(tax, currency),
        )


def _row(crm: Crm, draft: LineDraft, currency: str) -> dict[str, SqlValue]:
    name, price = draft.description, draft.unit_price_minor
    if draft.product_id is not None:
        product, own, code = _product(crm, draft.product_id)
        name = name if name.strip() else product
        if price is None:
            price = _own_price(product, own, code, currency)
    description = checks.name(name, "description")
    if price is None:
        raise InvalidDataError(f"{description} has no price.", "Say what one costs.")
    if abs(price) > MAX_MINOR:
        raise InvalidDataError(f"The price of {description} is too large.", "Say what one costs.")
    discount = amounts.percent(draft.discount_percent, "discount")
    tax = draft.tax_percent if draft.tax_percent is not None else crm.config.tax_percent
    return {
        "product_id": draft.product_id,
        "description": description,
        "quantity": amounts.quantity(draft.quantity),
        "unit_price_minor": price,
        "discount_percent": None if discount == "0" else discount,
        "tax_percent": amounts.percent(tax, "tax"),
    }


def _own_price(product: str, price: int | None, code: str | None, currency: str) -> int:
    if price is None or code is None:
        raise InvalidDataError(f"{product} has no price.", "Say what one costs, or give the product a price.")
    if check_currency(code) != currency:
        raise InvalidDataError(
            f"The price of {product} is in {code}, the invoice in {currency}.",
            f"Say what one costs in {currency}.",
        )
    return price


def _product(crm: Crm, product_id: int) -> tuple[str, int | None, str | None]:
    row = crm.connection.execute(
        "SELECT name, price_minor, currency FROM products WHERE id = ?", (product_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"There is no product {product_id}.", "crm product list shows those there are.")
    name, price, code = row
    return name, price, code


def _text(value: SqlValue) -> str | None:
    return None if value is None else str(value)
