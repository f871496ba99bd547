"""Invoices: what is open and overdue, each with its lines and payments beside the list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from crm_tui import filters
from crm_tui.filters import And, Op, Term
from crm_tui.screens.billing.invoice_list import BILLS, SHEET
from crm_tui.screens.billing.work import BillingWork, Bills, bill
from crm_tui.screens.forms import daily_forms
from crm_tui.screens.lists.bulk import BulkListScreen
from crm_tui.screens.parties.card_reading import CardReading
from crm_tui.screens.shell import handling
from crm_tui.screens.shell.base import bindings
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.records import invoice_words

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.invoices import InvoiceTotal
    from crm_tui.models import InvoiceView
    from crm_tui.screens.forms.fields import Form


class InvoicesScreen(BulkListScreen, BillingWork):
    """The list of invoices."""

    scope = "invoices"
    kind = BILLS
    placeholder = "a number, a customer; status:overdue company:acme issued_on:2026"
    first_words = "adds the first one; of a won deal it makes itself."
    first_sort = "-issued_on"
    named_by = "number"
    BINDINGS: ClassVar[list[BindingType]] = bindings("invoices")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  (as Textual declares it)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (9, "-high")]  # noqa: RUF012
    DEFAULT_CSS = """
    InvoicesScreen {
        & #figures { width: 1fr; padding: 0 1; }
        &.-low #figures { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._reading = CardReading(self, lambda: self.card, SHEET)

    def body(self) -> ComposeResult:
        """What is owed, then filter, list and card."""
        yield PlainText(id="figures")
        yield from super().body()

    @property
    def shown_invoice(self) -> InvoiceView | None:
        """The invoice under the cursor, once it is read."""
        found = self._reading.found
        return found.invoice if found is not None and found.id == self.current else None

    @property
    def card_name(self) -> tuple[int, str] | None:
        """Whose card is shown."""
        found = self._reading.found
        return None if found is None else (found.id, found.invoice.number)

    def show_card(self, record_id: int | None, *, again: bool = False) -> None:
        """Show an invoice's card as soon as it is read."""
        self._reading.show(record_id, again=again)

    def bills(self) -> Bills | None:
        """The marked invoices, or the one under the cursor."""
        subject = self.subject
        if subject is None:
            return None
        shown = self.shown_invoice
        if shown is not None and subject.ids == (shown.id,):
            return bill(shown)
        one = len(subject.ids) == 1
        return Bills(subject.ids, f"invoice {subject.words}" if one else subject.words)

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        if self.card.has_focus:
            return ("back", "pay")
        return ("pay", "void", "mark", "back") if self.table.marked else ()

    def reload(self) -> None:
        """Read everything anew, what is owed as well."""
        super().reload()
        self._read_figures()

    def _change_source(self, keep: int | None = None) -> None:
        super()._change_source(keep)
        self._read_figures()

    def _read_figures(self) -> None:
        text = self.filter_text
        nothing: Sequence[InvoiceTotal] = ()
        # a filter that is not whole yet has no figures; the list says what is the matter with it
        self.read(
            lambda crm: unpaid(crm, text),
            self._show_figures,
            group="figures",
            empty=nothing,
            otherwise=lambda _: None,
        )

    def _show_figures(self, totals: Sequence[InvoiceTotal]) -> None:
        text = invoice_words.figures(totals, self.desk.config.base_currency)
        self.query_one("#figures", PlainText).text = text

    def do_add(self) -> None:
        """Add an invoice; the cursor goes there."""
        from crm_tui.screens.billing import invoice_forms

        first = invoice_forms.add(self.desk.config)
        self.read(invoice_forms.read_add, self._show_adding, group="form", empty=first)

    def _show_adding(self, form: Form) -> None:
        from crm_tui.screens.forms.form import FormScreen

        self.app.push_screen(FormScreen(form), self._go_to_added)

    def _go_to_added(self, added: InvoiceView | None) -> None:
        if added is not None:
            self.show_added(added.id)

    def do_edit(self) -> None:
        """Change the invoice under the cursor."""
        from crm_tui.screens.billing import invoice_forms

        invoice_id = self.current
        if invoice_id is not None:
            self.ask_form(lambda crm: invoice_forms.edit(crm, invoice_id))

    def do_sort_issued(self) -> None:
        """Sort by the day of issue."""
        self.sort_by("issued_on")

    def do_sort_due(self) -> None:
        """Sort by when they are to be paid."""
        self.sort_by("due_on")

    def do_sort_owed(self) -> None:
        """Sort by what is still to be paid."""
        self.sort_by("balance")

    def do_sort_number(self) -> None:
        """Sort by number."""
        self.sort_by("number")

    def can_contact(self) -> bool:
        """Whether the invoice names a person."""
        shown = self.shown_invoice
        return shown is not None and shown.contact_id is not None

    def can_next_step(self) -> bool:
        """Whether the invoice names a person one could remind."""
        return self.can_contact()

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.shown_invoice is not None

    def do_log(self) -> None:
        """Log what happened with the person of the invoice."""
        shown = self.shown_invoice
        if shown is not None and shown.contact_id is not None:
            self.ask(daily_forms.log((shown.contact_id,), shown.contact or ""))

    def do_follow_up(self) -> None:
        """Promise a next step to the person of the invoice."""
        shown = self.shown_invoice
        if shown is not None and shown.contact_id is not None:
            self.ask(daily_forms.followup(shown.contact_id, shown.contact or ""))

    def do_reach(self) -> None:
        """Open a mail address or link of the person of the invoice."""
        from crm_tui.screens.shell import opener

        shown = self.shown_invoice
        if shown is None or shown.contact_id is None:
            return
        contact_id = shown.contact_id
        nothing: list[tuple[str, str]] = []

        def read(crm: Crm) -> list[tuple[str, str]]:
            methods = crm.contacts.methods(contact_id)
            return opener.addresses((each.kind.value, each.value) for each in methods)

        self.read(read, partial(handling.reach, self), group="reach", empty=nothing)

    def do_copy(self) -> None:
        """Copy the number, the customer or an amount."""
        shown = self.shown_invoice
        if shown is None:
            return
        texts = [
            (shown.number, "number"), (shown.company, "company"), (shown.contact, "person"),
            (shown.total, "total"), (shown.balance if shown.balance_minor else None, "to be paid"),
        ]  # fmt: skip
        handling.pick(
            self,
            "Copy which?",
            [(text, text, word) for text, word in texts if text],
            partial(handling.copy, self),
        )

    @on(Lines.ReachedEnd)
    def _reached_end(self, event: Lines.ReachedEnd) -> None:
        event.stop()


def unpaid(crm: Crm, text: str) -> Sequence[InvoiceTotal]:
    """What is still to be paid on the invoices that a filter finds, by currency.

    Raises:
        UsageError: the filter is malformed or names an unknown field.
    """
    node = filters.parse(text)
    owing = Term("status", Op.EQ, ("open", "overdue"))
    return crm.invoices.totals(owing if node is None else And((node, owing)))
