"""Payments: what was received and given back, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from crm_tui.screens.billing import payment_forms
from crm_tui.screens.billing.payment_list import RECEIPTS
from crm_tui.screens.billing.plain_list import PlainListScreen
from crm_tui.screens.shell import handling
from crm_tui.screens.shell.base import bindings

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import PaymentView
    from crm_tui.screens.forms.fields import Form


class PaymentsScreen(PlainListScreen):
    """The list of payments; whole they stand on their invoice."""

    scope = "payments"
    kind = RECEIPTS
    placeholder = "an invoice, a reference; paid_on:2026-03 company:acme amount<0"
    first_words = "notes the first one."
    first_sort = "-paid_on"
    named_by = "invoice"
    BINDINGS: ClassVar[list[BindingType]] = bindings("payments")

    def open_one(self, record_id: int) -> None:
        """Show the invoice of a payment."""
        nothing: int | None = None

        def show(invoice_id: int | None) -> None:
            if invoice_id is not None:
                self.crm_app.open_record("invoices", invoice_id)

        self.read(lambda crm: crm.payments.get(record_id).invoice_id, show, group="open", empty=nothing)

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        return ("remove", "mark", "back") if self.table.marked else ()

    def can_item(self) -> bool:
        """Whether there is anything to take away."""
        return self.subject is not None

    def do_add(self) -> None:
        """Note a payment of any invoice; the cursor goes there."""
        from crm_tui.screens.forms.form import FormScreen

        self.app.push_screen(FormScreen(payment_forms.add()), self.go_to_added)

    def do_edit(self) -> None:
        """Put the payment under the cursor right."""
        payment_id = self.current
        if payment_id is None:
            return
        nothing: Form | None = None
        self.read(
            lambda crm: payment_forms.change(crm, payment_id),
            lambda form: self.ask(form) if form else None,
            group="edit",
            empty=nothing,
        )

    def do_remove(self) -> None:
        """Delete payments that were none, once that is confirmed."""
        subject = self.subject
        if subject is None:
            return
        nothing: Sequence[PaymentView] = ()
        self.read(
            lambda crm: list(crm.payments.views(subject.ids)), self._ask_remove, group="edit", empty=nothing
        )

    def _ask_remove(self, found: Sequence[PaymentView]) -> None:
        from crm_tui.screens.forms.dialogs import confirm

        if not found:
            return
        words = f"{found[0].amount} {found[0].currency} for {found[0].invoice}"
        what = f"the payment of {words}" if len(found) == 1 else f"{len(found):,} payments"
        self.app.push_screen(
            confirm(f"Delete {what}? Money that was given back is a refund instead.", "Delete; it never was"),
            lambda yes: self.write(_deletion(found), lambda _: self.clear_marks()) if yes else None,
        )

    def do_sort_paid(self) -> None:
        """Sort by the day."""
        self.sort_by("paid_on")

    def do_sort_amount(self) -> None:
        """Sort by how much it was."""
        self.sort_by("amount")

    def do_copy(self) -> None:
        """Copy the amount, the reference or the invoice's number."""
        payment_id = self.current
        if payment_id is None:
            return
        nothing: PaymentView | None = None

        def choose(found: PaymentView | None) -> None:
            if found is None:
                return
            texts = [
                (found.amount, found.currency),
                (found.reference, "reference"),
                (found.invoice, "invoice"),
            ]
            choices = [(text, text, word) for text, word in texts if text]
            handling.pick(self, "Copy which?", choices, partial(handling.copy, self))

        self.read(lambda crm: crm.payments.get(payment_id), choose, group="copy", empty=nothing)


def _deletion(found: Sequence[PaymentView]) -> Any:
    def work(crm: Crm) -> None:
        if len(found) == 1:
            crm.payments.delete(found[0].id)
            return
        with crm.transaction(f"delete {len(found):,} payments"):
            for each in found:
                crm.payments.delete(each.id)

    return work
