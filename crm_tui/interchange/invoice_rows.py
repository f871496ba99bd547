"""Invoices with their lines, as they leave: one row a line in a table, the lines within the invoice in JSON.

In a table the columns of the invoice stand in each of its rows. An invoice without lines has one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.columns import INVOICE_LINES, INVOICES, PAYMENTS, Column, as_object
from crm_tui.domain.invoice_lines import views

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import InvoiceLineView, InvoiceView

# of a line, what tells it apart from the invoice; its own sums by names of their own
_LINE: Final = (
    "product", "sku", "description", "quantity", "unit_price", "discount_percent", "tax_percent",
)  # fmt: skip
_SUMS: Final = ("net", "tax")
LINE_FIELDS: Final = {**{name: name for name in _LINE}, **{name: f"line_{name}" for name in _SUMS}}
"""The fields of a line -> their columns in a table."""


class LineRow(NamedTuple):
    """A row: the invoice, the place of a line counted from 1, and the line."""

    invoice: InvoiceView
    place: int
    line: InvoiceLineView | None


def row_columns() -> list[Column]:
    """The columns of a table of invoices and their lines."""
    found = [each._replace(value=_of_invoice(each)) for each in INVOICES.columns]
    found.append(Column("line", "Line", lambda row: row.place))
    known = {each.key: each for each in INVOICE_LINES.columns}
    found += [known[name]._replace(value=_of_line(known[name])) for name in _LINE]
    found += [known[name]._replace(key=f"line_{name}", value=_of_line(known[name])) for name in _SUMS]
    return found


def one_a_line(crm: Crm, invoices: Iterable[InvoiceView]) -> Iterator[LineRow]:
    """The rows of invoices."""
    for invoice in invoices:
        empty = True
        for place, line in enumerate(views(crm, invoice.id, invoice.currency), 1):
            empty = False
            yield LineRow(invoice, place, line)
        if empty:
            yield LineRow(invoice, 0, None)


def nested_columns(crm: Crm) -> Sequence[Column]:
    """The columns of invoices that hold their lines and payments."""

    def lines(invoice: InvoiceView) -> list[dict[str, Any]]:
        found = views(crm, invoice.id, invoice.currency)
        return [as_object(each, INVOICE_LINES.columns) for each in found]

    def payments(invoice: InvoiceView) -> list[dict[str, Any]]:
        return [as_object(each, PAYMENTS.columns) for each in crm.invoices.payments(invoice.id)]

    return [*INVOICES.columns, Column("lines", "Lines", lines), Column("payments", "Payments", payments)]


def _of_invoice(column: Column) -> Any:
    return lambda row: column.value(row.invoice)


def _of_line(column: Column) -> Any:
    return lambda row: None if row.line is None else column.value(row.line)
