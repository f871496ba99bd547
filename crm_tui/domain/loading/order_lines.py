"""The lines of an order as rows of an invoice: their products found or made, their amounts worked out.

What the cells of a line leave blank stays as it is stored, where the invoice has as many lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.domain import invoice_lines
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.order_cells import LineCells, LineError, OrderCells
from crm_tui.domain.loading.order_sums import Orders, Worked
from crm_tui.domain.loading.products import Known, refusals
from crm_tui.money import line_amounts
from crm_tui.store.transaction import SqlValue

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.records import RecordDraft
    from crm_tui.models import InvoiceLineView
    from crm_tui.store.transaction import Transaction

COLUMNS: Final = (
    "product_id", "description", "quantity", "unit_price_minor", "discount_percent", "tax_percent",
)  # fmt: skip
VOID: Final = "void"
REFUNDED: Final = "refunded"
GONE: Final = frozenset({VOID, REFUNDED})
"""The statuses of an order that is claimed no more; of one that is refunded all that was paid was given back."""
Facts = tuple[object, ...]


class Lines(NamedTuple):
    """The lines of an order: the cells of each with its product, and what they come to as lines of an invoice."""

    cells: Sequence[LineCells]
    products: Sequence[int | None]
    worked: Sequence[Worked]

    @property
    def net(self) -> int:
        """What they come to without tax, in minor units."""
        return sum(_amounts(each)[0] for each in self.worked)

    @property
    def total(self) -> int:
        """What they come to with tax."""
        return sum(sum(_amounts(each)) for each in self.worked)


class OrderLines:
    """Makes lines of drafts of invoices."""

    def __init__(self, crm: Crm, writing: Transaction, *, create_missing: bool) -> None:
        self._crm = crm
        self._writing = writing
        self._create_missing = create_missing
        self._known = Known(crm)

    def product(self, cells: LineCells) -> int | None:
        """The product of a line; None for none, or one that is to be made.

        Raises:
            LineError: there is none of that SKU or name and none may be made, or there are several.
        """
        if not cells.sku and not cells.product:
            return None
        found = self._known.by_sku(cells.sku) if cells.sku else self._known.named(cells.product)
        if len(found) > 1:
            raise LineError(f'{len(found)} products are called "{cells.product[:80]}"', "product", cells.line)
        if not found and not self._create_missing:
            raise LineError(
                f'there is no product "{(cells.sku or cells.product)[:80]}"; --create-missing makes it',
                "sku" if cells.sku else "product",
                cells.line,
            )
        return found[0] if found else None

    def of(self, draft: RecordDraft, code: str, stored: Sequence[InvoiceLineView]) -> Lines:
        """The lines that a draft wants.

        Raises:
            RejectedRowError: an amount is none, or they do not agree.
        """
        values = draft.values
        order = OrderCells(*(str(values.get(name) or "") for name in OrderCells._fields))
        if values.get("status") in GONE or values.get("voided_on"):
            # it claims nothing anyway
            order = order._replace(refunded="")
        cells: Sequence[LineCells] = values.get("lines", ())
        products = [self.product(each) for each in cells]
        prices = [self._price(product, code) for product in products]
        # what the order as a whole has may be lines too, and then none of them is known again by its place
        if len(stored) == len(cells) and not any(order):
            places = range(len(cells))
            # off which price a discount in money is does not show any more
            prices = [
                prices[each] if cells[each].discount else stored[each].unit_price_minor for each in places
            ]
            cells = [_filled(cells[each], products[each], stored[each]) for each in places]
            products = [self.product(each) for each in cells]
        worked = Orders(code, values.get("decimal", "auto")).lines(cells, prices, order, draft.line)
        named = [
            each._replace(description=self._description(each, cells, products, draft.name)) for each in worked
        ]
        return Lines(cells, products, named)

    def rows(self, lines: Lines, code: str) -> list[dict[str, SqlValue]]:
        """The columns of lines, checked; the products that are not there yet stand as None.

        Raises:
            RejectedRowError: one cannot be a line of an invoice.
        """
        with refusals():
            rows = invoice_lines.rows(self._crm, self.drafts(lines), code)
        for row, each in zip(rows, lines.worked, strict=True):
            row["tax_percent"] = each.tax_percent
        return rows

    def drafts(self, lines: Lines) -> list[LineDraft]:
        """The lines as the domain takes them."""
        return [
            LineDraft(
                each.description,
                each.quantity,
                each.unit_price_minor,
                None if each.place is None else lines.products[each.place],
                each.discount_percent,
                each.tax_percent or "0",
            )
            for each in lines.worked
        ]

    def with_products(self, lines: Lines, code: str) -> Lines:
        """Make the products that are not there yet, at the price of their first line."""
        products = list(lines.products)
        prices = {each.place: each.unit_price_minor for each in lines.worked}
        for place, cells in enumerate(lines.cells):
            if products[place] is None and (cells.sku or cells.product) and place in prices:
                products[place] = self.product(cells) or self._make(cells, max(prices[place], 0), code)
        return lines._replace(products=products)

    def _make(self, cells: LineCells, price: int, code: str) -> int:
        name = cells.product or cells.sku
        made = self._crm.products.create(
            self._writing, name, self._known.skus, sku=cells.sku or None, price_minor=price, currency=code
        )
        (sku,) = self._crm.connection.execute("SELECT sku FROM products WHERE id = ?", (made,)).fetchone()
        self._known.add(made, sku, name)
        return made

    def _price(self, product_id: int | None, code: str) -> int | None:
        row = self._crm.connection.execute(
            "SELECT price_minor FROM products WHERE id = ? AND currency = ?", (product_id, code)
        ).fetchone()
        return None if row is None else row[0]

    def _description(
        self, worked: Worked, cells: Sequence[LineCells], products: Sequence[int | None], number: str
    ) -> str:
        if worked.place is None:
            return worked.description or f"Invoice {number}"
        said = cells[worked.place]
        product = products[worked.place]
        if said.description or said.product or product is None:
            return said.description or said.product or said.sku or f"Invoice {number}"
        (name,) = self._crm.connection.execute(
            "SELECT name FROM products WHERE id = ?", (product,)
        ).fetchone()
        return str(name)


def facts(rows: Sequence[Mapping[str, Any]]) -> list[Facts]:
    """Lines as they are compared: a tax of 0 is none."""
    return [tuple(None if row[name] == "0" else row[name] for name in COLUMNS) for row in rows]


def neither(draft: RecordDraft) -> RejectedRowError:
    """What is said of an invoice of which nothing says what it is for."""
    return RejectedRowError(
        "there is neither a line nor a total", "total" if "total" in draft.values else "number"
    )


def _amounts(line: Worked) -> tuple[int, int]:
    return line_amounts(line.quantity, line.unit_price_minor, line.discount_percent, line.tax_percent)


def _filled(cells: LineCells, product: int | None, stored: InvoiceLineView) -> LineCells:
    """A line with what it leaves blank."""
    found = cells
    if not found.sku and not found.product and stored.sku:
        found, product = found._replace(sku=stored.sku), stored.product_id
    if not found.description and product == stored.product_id:
        found = found._replace(description=stored.description)
    if not found.quantity:
        found = found._replace(quantity=stored.quantity)
    if not found.discount and not found.discount_percent and not found.line_total:
        found = found._replace(discount_percent=stored.discount_percent or "")
    if not found.tax_percent and not found.tax_amount:
        found = found._replace(tax_percent=stored.tax_percent or "")
    return found
