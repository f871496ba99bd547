"""What one does with invoices wherever they are shown: payments, refunds, voiding, and the invoice of a won deal."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm_tui.screens.shell.base import BaseScreen
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import InvoiceView
    from crm_tui.screens.forms.fields import Form


@dataclass(frozen=True, slots=True)
class Bills:
    """The invoices an action is about.

    Attributes:
        ids: their ids.
        words: what they are called.
        one: the invoice itself, where it is one and was read already.
    """

    ids: tuple[int, ...]
    words: str
    one: InvoiceView | None = None

    @property
    def is_void(self) -> bool:
        """Whether it is known that it claims nothing."""
        return self.one is not None and self.one.voided_on is not None


def bill(invoice: InvoiceView) -> Bills:
    """One invoice as what an action is about."""
    return Bills((invoice.id,), f"invoice {invoice.number}", invoice)


class BillingWork(BaseScreen):
    """A screen with invoices on it."""

    @abstractmethod
    def bills(self) -> Bills | None:
        """The marked invoices, or the one under the cursor."""

    @abstractmethod
    def clear_marks(self) -> None:
        """Take all marks off."""

    @abstractmethod
    def ask(self, form: Form) -> None:
        """Show a form; once it is saved the marks have done their service."""

    def ask_form(self, make: Callable[[Crm], Form | None]) -> None:
        """Read what a form needs to know, and show it."""
        nothing: Form | None = None
        self.read(
            make, lambda form: self.ask(form) if form is not None else None, group="form", empty=nothing
        )

    def can_invoice(self) -> bool:
        """Whether there is an invoice that is not void."""
        found = self.bills()
        return found is not None and not found.is_void

    def can_paid_invoice(self) -> bool:
        """Whether there is one, and something can be given back: what is paid on it, or a credit note."""
        found = self.bills()
        if found is None or len(found.ids) != 1 or found.is_void:
            return False
        return found.one is None or found.one.paid_minor > 0 or found.one.is_credit

    def can_paper(self) -> bool:
        """Whether it is one invoice; a void one can be printed too."""
        found = self.bills()
        return found is not None and len(found.ids) == 1

    def do_paper(self) -> None:
        """Ask where to, and write the invoice for the customer."""
        from crm_tui.screens.billing import papers

        found = self.bills()
        if found is not None:
            papers.save(self, found.ids[0])

    def do_pay(self) -> None:
        """Ask what was received for the invoice, or when for all marked ones."""
        from crm_tui.screens.billing import payment_forms

        found = self.bills()
        if found is not None and len(found.ids) > 1:
            self.ask_form(lambda crm: payment_forms.pay_all(crm, found.ids))
        elif found is not None:
            self.ask_form(lambda crm: payment_forms.pay(crm, found.ids[0]))

    def do_refund(self) -> None:
        """Ask what was given back."""
        from crm_tui.screens.billing import payment_forms

        found = self.bills()
        if found is not None:
            self.ask_form(lambda crm: payment_forms.refund(crm, found.ids[0]))

    def do_void(self) -> None:
        """Void the invoice or the marked ones, once that is confirmed."""
        from crm_tui.screens.forms.dialogs import confirm

        found = self.bills()
        if found is None:
            return
        several = len(found.ids) > 1
        keep = "They keep their numbers and claim" if several else "It keeps its number and claims"
        self.app.push_screen(
            confirm(f"Void {clean(found.words)}? {keep} nothing.", "Void them" if several else "Void it"),
            lambda yes: self.write(void(found), lambda _: self.clear_marks()) if yes else None,
        )


def void(found: Bills) -> Callable[[Crm], Any]:
    """The voiding of invoices as one operation."""

    def work(crm: Crm) -> Any:
        if len(found.ids) == 1:
            return crm.invoices.void(found.ids[0])
        with crm.transaction(f"void {found.words}"):
            return [crm.invoices.void(each) for each in found.ids]

    return work
