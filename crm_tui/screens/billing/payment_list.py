"""What the list of payments shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.columns import PAYMENTS
from crm_tui.dates import short_day
from crm_tui.domain import paging
from crm_tui.domain.payment_fields import LISTING
from crm_tui.money import format_money
from crm_tui.screens.lists.columns import ListColumn, catalogue
from crm_tui.screens.lists.rows import ListKind
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.models import PaymentView


def _amount(payment: PaymentView, _today: date, _more: object) -> str:
    return format_money(payment.amount_minor, payment.currency)


def _sign(payment: PaymentView, _today: date) -> tuple[str, Tone]:
    return ("-", "bad") if payment.amount_minor < 0 else ("+", "good")


_OWN: Final = (
    ListColumn(
        TableColumn("paid_on", "Paid", 15), lambda payment, today, _more: short_day(payment.paid_on, today)
    ),
    ListColumn(TableColumn("invoice", "Invoice", 10, flex=1), lambda payment, _today, _more: payment.invoice),
    ListColumn(
        TableColumn("company", "Customer", 14, flex=4),
        lambda payment, _today, _more: payment.company or payment.contact or "",
    ),
    ListColumn(TableColumn("amount", "Amount", 15, align="right"), _amount),
    ListColumn(
        TableColumn("method", "How", 8, flex=1, drop=1, tone="dim"),
        lambda payment, _today, _more: payment.method or "",
    ),
    ListColumn(
        TableColumn("reference", "Reference", 12, flex=3, drop=2, tone="dim"),
        lambda payment, _today, _more: payment.reference or "",
    ),
)
RECEIPTS: Final = ListKind(
    table="payments",
    one="payment",
    many="payments",
    listing=LISTING,
    pager=paging.payments,
    catalogue=catalogue(PAYMENTS, LISTING, {each.key: each for each in _OWN}, [each.key for each in _OWN]),
    sign=_sign,
)
"""The list of payments."""
