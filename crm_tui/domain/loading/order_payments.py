"""What an order says of its payments, as payments: what was received or given back so far and is not noted yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.order_lines import REFUNDED
from crm_tui.domain.loading.order_sums import Orders
from crm_tui.money import MAX_MINOR
from crm_tui.store.transaction import SqlValue

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.records import RecordDraft

PAID: Final = "paid"
PART: Final = "part"
PaymentRow = dict[str, SqlValue]


class Noted(NamedTuple):
    """What is noted of an invoice already, in minor units, both above zero."""

    received: int = 0
    given_back: int = 0


NOTHING: Final = Noted()


class OrderPayments:
    """Makes payments of what drafts of invoices say; ``code`` is the currency, days of payments are never to come."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self._dated_refunds: set[str] = set()

    def noted(self, invoice_id: int) -> Noted:
        """What is noted of an invoice that is there."""
        row = self._crm.connection.execute(
            "SELECT coalesce(sum(max(amount_minor, 0)), 0), coalesce(sum(max(-amount_minor, 0)), 0) FROM payments"
            " WHERE invoice_id = ?",
            (invoice_id,),
        ).fetchone()
        return Noted(*row)

    def new(
        self, draft: RecordDraft, code: str, total: int, issued: date, noted: Noted = NOTHING
    ) -> list[PaymentRow]:
        """What is to be noted of an order that comes to a total and was issued on a day.

        Raises:
            RejectedRowError: it is paid in part and nothing says how much, or an amount or a day cannot be.
        """
        values = draft.values
        status, day = values.get("status"), values.get("paid_on")
        back = self._amount(draft, code, "refunded")
        total += abs(back)
        if values.get("paid"):
            paid = self._amount(draft, code, "paid")
        elif values.get("outstanding"):
            paid = total - self._amount(draft, code, "outstanding")
        elif status == PART:
            raise RejectedRowError("it is paid in part, and nothing says how much", "status")
        else:
            paid = total if status == PAID or isinstance(day, date) else 0
        # of a credit the money goes the other way
        back = abs(back) + max(-paid, 0)
        received, returned = max(paid - noted.received, 0), max(back - noted.given_back, 0)
        if returned:
            self._dated_refunds.add(draft.name)
        when = day if isinstance(day, date) else issued
        return [self._row(draft, when, amount) for amount in (received, -returned) if amount]

    def last(self, draft: RecordDraft, code: str, voided: date, noted: Noted) -> list[PaymentRow]:
        """What is to be noted of an order that is claimed no more: what of the money it says was given back.

        Raises:
            RejectedRowError: an amount or a day cannot be.
        """
        values = draft.values
        back = noted.received
        if values.get("status") != REFUNDED:
            back = min(abs(self._amount(draft, code, "refunded")), back)
        if back <= noted.given_back:
            return []
        if "voided_on" not in values:
            self._dated_refunds.add(draft.name)
        paid_on = values.get("paid_on")
        day = max(voided, paid_on) if isinstance(paid_on, date) else voided
        return [self._row(draft, day, noted.given_back - back)]

    def finish(self) -> list[str]:
        """Say what day refunds were given."""
        if not self._dated_refunds:
            return []
        count = len(self._dated_refunds)
        return [f"Refunds are noted on the day of the payment, as the file names no other: {count:,}."]

    def _amount(self, draft: RecordDraft, code: str, name: str) -> int:
        orders = Orders(code, draft.values.get("decimal", "auto"))
        return orders.amount(str(draft.values.get(name) or ""), name)

    def _row(self, draft: RecordDraft, day: date, amount: int) -> PaymentRow:
        if day > self._crm.clock.today:
            raise RejectedRowError(f"{day.isoformat()} is still to come", "paid_on")
        if abs(amount) > MAX_MINOR:
            raise RejectedRowError("what was paid is too large an amount", "paid")
        values = draft.values
        return {
            "paid_on": day.isoformat(),
            "amount_minor": amount,
            "method": values.get("method"),
            "reference": values.get("reference"),
        }
