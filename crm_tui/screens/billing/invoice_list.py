"""What the list of invoices shows, and reading one for the card beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.columns import INVOICES
from crm_tui.dates import short_day
from crm_tui.domain import paging
from crm_tui.domain.invoice_fields import listing
from crm_tui.money import format_money
from crm_tui.screens.lists.columns import ListColumn, catalogue
from crm_tui.screens.lists.rows import ListKind
from crm_tui.screens.parties.card_reading import CardKind
from crm_tui.widgets.records import invoice_card, invoice_words
from crm_tui.widgets.records.invoice_card import Sheet
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import InvoiceView

# which fields there are does not depend on the day; the pager asks for the list of its day
_FIELDS: Final = listing(date.min)


def _money(key: str, width: int, drop: int, title: str = "") -> ListColumn:
    column = TableColumn(key, title or key.capitalize(), width, align="right", drop=drop)
    return ListColumn(
        column,
        lambda invoice, _today, _more: format_money(getattr(invoice, f"{key}_minor"), invoice.currency),
    )


def _tone(invoice: InvoiceView, today: date) -> Tone:
    tone = invoice_words.sign(invoice, today)[1]
    return "dim" if tone == "good" else tone


_OWN: Final = (
    ListColumn(TableColumn("number", "Number", 10, flex=1), lambda invoice, _today, _more: invoice.number),
    ListColumn(
        TableColumn("company", "Customer", 14, flex=5),
        lambda invoice, _today, _more: invoice_words.customer(invoice),
    ),
    ListColumn(
        TableColumn("issued_on", "Issued", 10, drop=3, tone="dim"),
        lambda invoice, today, _more: short_day(invoice.issued_on, today),
    ),
    ListColumn(
        TableColumn("due_on", "Due", 15),
        lambda invoice, today, _more: invoice_words.stands(invoice, today),
        _tone,
    ),
    _money("total", 15, 1),
    ListColumn(
        TableColumn("balance", "To be paid", 15, align="right", drop=2),
        lambda invoice, _today, _more: invoice_words.owed(invoice),
    ),
)
_OTHERS: Final = tuple(_money(key, 15, 0) for key in ("net", "tax", "paid"))
BILLS: Final = ListKind(
    table="invoices",
    one="invoice",
    many="invoices",
    listing=_FIELDS,
    pager=paging.invoices,
    catalogue=catalogue(
        INVOICES, _FIELDS, {each.key: each for each in (*_OWN, *_OTHERS)}, [each.key for each in _OWN]
    ),
    sign=invoice_words.sign,
)
"""The list of invoices."""


def read(crm: Crm, invoice_id: int) -> Sheet | None:
    """The invoice with its lines and payments; None when there is no such invoice."""
    invoice = next(crm.invoices.views([invoice_id]), None)
    if invoice is None:
        return None
    return Sheet(
        invoice=invoice, rows=crm.invoices.lines(invoice_id), payments=crm.invoices.payments(invoice_id)
    )


SHEET: Final = CardKind(read, lambda _, sheet: sheet, invoice_card.lines, "This invoice is gone.")
