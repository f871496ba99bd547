"""What one does with the invoices and payments of a record that is shown whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm_tui.models import InvoiceView
from crm_tui.screens.billing.work import BillingWork, Bills, bill

if TYPE_CHECKING:
    from crm_tui.models import DealView
    from crm_tui.screens.record.record_reading import Whole
    from crm_tui.widgets.records.record_view_rows import Row


class RecordBilling(BillingWork):
    """A record with invoices, or an invoice itself."""

    @property
    @abstractmethod
    def whole(self) -> Whole | None:
        """The record as it was read; None before that, and when it is gone."""

    @property
    @abstractmethod
    def row(self) -> Row | None:
        """The item under the cursor."""

    @property
    @abstractmethod
    def marked_rows(self) -> Sequence[Row]:
        """The marked items, from the top."""

    @property
    @abstractmethod
    def deal(self) -> DealView | None:
        """The deal an action is about."""

    def bills(self) -> Bills | None:
        """The marked invoices, the one under the cursor, or the record itself."""
        marked = [row.of for row in self.marked_rows if isinstance(row.of, InvoiceView)]
        if len(marked) > 1:
            return Bills(tuple(each.id for each in marked), f"{len(marked)} invoices")
        whole, row = self.whole, self.row
        here = row.of if row is not None and isinstance(row.of, InvoiceView) else None
        if here is None and whole is not None and whole.table == "invoices":
            here = whole.view
        found = next(iter(marked), here)
        return None if found is None else bill(found)

    def can_won_deal(self) -> bool:
        """Whether the deal is won."""
        return self.deal is not None and self.deal.status.value == "won"

    def do_invoice(self) -> None:
        """Make the invoice of the won deal."""
        from crm_tui.screens.billing import invoice_forms

        deal = self.deal
        if deal is not None:
            self.ask_form(lambda crm: invoice_forms.of_deal(crm, deal.id))

    def open_payment(self, payment_id: int) -> None:
        """Show the invoice of a payment that stands in a timeline; on that invoice there is nothing else to show."""
        nothing: int | None = None

        def show(invoice_id: int | None) -> None:
            if invoice_id is not None:
                self.crm_app.open_record("invoices", invoice_id)

        self.read(lambda crm: crm.payments.get(payment_id).invoice_id, show, group="payment", empty=nothing)
