"""From the rows of a file to drafts of invoices: each has a line, and more or less of what the whole invoice has."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.loading.order_cells import LineCells, OrderCells
from crm_tui.domain.loading.order_lines import REFUNDED, VOID
from crm_tui.domain.loading.order_payments import PAID, PART
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.domain.products import SKU
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.deals_in import PeopleCells
from crm_tui.interchange.money_in import DecimalSign
from crm_tui.interchange.own_ids import OwnId
from crm_tui.interchange.record_columns import Convert, RecordReader, Spec, line_of, name_of, word_of
from crm_tui.money import check_currency

_STATUSES: Final = {
    "open": "open", "pending": "open", "unpaid": "open", "on hold": "open", "authorized": "open", "authorised": "open",
    "overdue": "open", "sent": "open", "due": "open", "pending payment": "open", "awaiting payment": "open",
    "paid": PAID, "complete": PAID, "completed": PAID, "processing": PAID, "settled": PAID, "partially refunded": PAID,
    "part": PART, "partially paid": PART, "void": VOID, "voided": VOID, "cancelled": VOID, "canceled": VOID,
    "failed": VOID, "expired": VOID, "refunded": REFUNDED,
}  # fmt: skip
_MONEY: Final = (*OrderCells._fields, "paid", "outstanding")
_AMOUNTS: Final = ("unit_price", "unit_price_gross", "line_total", "discount", "tax_amount")
_TEXTS: Final = ("quantity", *_AMOUNTS, "discount_percent", "tax_percent")


class InvoiceReader:
    """Makes drafts of invoices from rows; ``lines`` of each has the one line of the row, if it has any."""

    def __init__(self, columns: Columns, *, own: bool) -> None:
        def spec(field: str, read: Convert, *, words: bool = False) -> Spec:
            return Spec(field, read, "values", binding=True, words=words)

        specs = [
            spec("company", name_of("company")),
            spec("deal", line_of("deal")),
            *(spec(each, columns.day(each)) for each in ("issued_on", "due_on", "voided_on", "paid_on")),
            spec("currency", check_currency),
            spec("status", word_of(_STATUSES, "status of an invoice")),
            spec("method", line_of("method")),
            spec("reference", line_of("reference"), words=True),
            spec("sku", name_of("SKU", SKU), words=True),
            spec("product", name_of("product"), words=True),
            spec("description", line_of("description"), words=True),
            *(spec(each, str) for each in (*_MONEY, *_TEXTS)),
        ]
        self._reader = RecordReader(columns, specs, name="number", own=own)
        self._contact = PeopleCells(columns, "contact", own=own)
        self._deal_id = OwnId(columns, "deal_id", own=own)
        self._sign = DecimalSign(columns, (*_MONEY, *_AMOUNTS))
        self._own = own

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        made = self._reader.draft(line, cells)
        values = made.values
        said = {name: values.pop(name) for name in LineCells._fields[1:] if name in values}
        if said:
            values["lines"] = (LineCells(line, **said),)
        contact = self._contact.one(cells)
        if contact is not None:
            values["contact"] = contact
        deal_id = self._deal_id(cells)
        if deal_id is not None:
            values["deal_own_id"] = deal_id
        values["decimal"] = self._sign.found
        if self._own:
            values["alone"] = True
        return made
