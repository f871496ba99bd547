"""Invoices: making them, of a won deal too, changing and voiding them, listing them, and what is owed.

An invoice is never removed. Amounts, status and balance follow from lines, payments and the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple, Unpack

from crm_tui.domain import amounts, invoice_lines, invoice_values, invoice_views, standing
from crm_tui.domain.invoice_fields import listing
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.invoice_values import DealInvoiceValues, InvoiceChanges, InvoiceValues
from crm_tui.domain.listed import Listed
from crm_tui.domain.listing import Filter, Listing, where
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.models import (
    Company,
    Contact,
    Deal,
    Invoice,
    InvoiceLineView,
    InvoiceView,
    PaymentView,
)
from crm_tui.money import format_decimal, format_money

if TYPE_CHECKING:
    from crm_tui.domain.payers import Payer
    from crm_tui.store.transaction import SqlValue, Transaction

_ADDING: Final = "add invoice"


class InvoiceTotal(NamedTuple):
    """What the invoices of a currency come to in minor units; those that are void do not count.

    Attributes:
        currency: its code.
        invoices: how many there are.
        net_minor, tax_minor, total_minor: without tax, the tax, both.
        paid_minor: what was received less what was given back.
        balance_minor: what is still to be paid; what was paid too much is taken off.
        overdue_minor: what of it is past its day.
    """

    currency: str
    invoices: int
    net_minor: int
    tax_minor: int
    total_minor: int
    paid_minor: int
    balance_minor: int
    overdue_minor: int


class Invoices(Listed[InvoiceView]):
    """Verbs on invoices. Lists have the newest first."""

    @property
    def listing(self) -> Listing:  # type: ignore[override]  # it follows from the day
        """What the list can be filtered and sorted by, as it stands today."""
        return listing(self.clock.today)

    def add(self, *, lines: Sequence[LineDraft], **values: Unpack[InvoiceValues]) -> InvoiceView:
        """Issue an invoice, today and with the next number unless told otherwise.

        It is due after the setting ``payment_days``. Without a currency it is in that of the products whose own price
        is asked for, else of the deal, else the base currency. Its person becomes a customer when there is something
        to pay.

        Raises:
            InvalidDataError: a value cannot be what it claims to be, or there is no line.
            NotFoundError: there is no such contact, company, deal or product.
            ConflictError: the number is taken.
        """
        with self.crm.transaction(_ADDING) as writing:
            made = self.create(writing, lines, **values)
            if writing.summary == _ADDING:
                writing.summary = f"{_ADDING} {self.one(Invoice, made).number}"
        return self.get(made)

    def create(
        self, writing: Transaction, lines: Sequence[LineDraft], **values: Unpack[InvoiceValues]
    ) -> int:
        """As ``add``, as part of a bigger operation and without reading the invoice back; returns its id."""
        row = invoice_values.beginning(self.crm, writing, values)
        code = invoice_values.currency(values) or self.usual_currency(
            (each.product_id for each in lines if each.product_id and each.unit_price_minor is None),
            values.get("deal_id"),
        )
        wanted = invoice_lines.rows(self.crm, lines, code)
        made = writing.insert("invoices", {**row, "currency": code})
        invoice_lines.write(writing, made, wanted)
        invoice_lines.refresh(self.connection, made)
        self._make_customer(writing, made)
        return made

    def from_deal(
        self, deal_id: int, *, lines: Sequence[LineDraft] | None = None, **values: Unpack[DealInvoiceValues]
    ) -> InvoiceView:
        """Issue the invoice of a won deal: one line of its title and amount, unless lines are given.

        With lines of its own a deal that is not won, or is invoiced already, can have an invoice too: a part in
        advance, or the rest.

        Raises:
            NotFoundError: there is no such deal.
            ConflictError: without lines: it is not won, or it has an invoice that is not void.
            InvalidDataError: without lines: it has no amount.
        """
        # looked at within the operation: of two at the same moment one is refused
        with self.crm.transaction(_ADDING):
            wanted = self.deal_lines(deal_id) if lines is None else lines
            return self.add(lines=wanted, deal_id=deal_id, **values)

    def update(self, invoice_id: int, **values: Unpack[InvoiceChanges]) -> InvoiceView:
        """Change an invoice; lines given replace those there are. Another currency keeps the figures.

        Raises:
            NotFoundError: there is no such invoice, contact, company, deal or product.
            InvalidDataError: a value cannot be what it claims to be.
            ConflictError: it is void, its number is taken or would be missing in its series, or it has payments in the
                currency that is to be changed.
        """
        with self.crm.transaction(f"edit invoice {self.one(Invoice, invoice_id).number}") as writing:
            old = self.one(Invoice, invoice_id)
            self.refuse_void(old, "changed")
            row = invoice_values.changes(self.crm, writing, values, old)
            row["currency"] = invoice_values.currency(values) or old.currency
            if "lines" in values:
                wanted = invoice_lines.rows(self.crm, values["lines"], str(row["currency"]))
                self._refuse_paid_in(old, str(row["currency"]))
                invoice_lines.write(writing, invoice_id, wanted)
            elif row["currency"] != old.currency:
                self._refuse_paid_in(old, str(row["currency"]))
                self._convert(writing, old, str(row["currency"]))
            writing.update("invoices", invoice_id, row)
            invoice_lines.refresh(self.connection, invoice_id)
            if "contact_id" in values or "lines" in values:
                self._make_customer(writing, invoice_id)
        return self.get(invoice_id)

    def void(self, invoice_id: int, on: date | None = None) -> InvoiceView:
        """Void an invoice, today unless ``on`` is given: it stays with its number and claims nothing.

        One that is void already keeps its day unless another one is given.

        Raises:
            NotFoundError: there is no such invoice.
            InvalidDataError: the day is still to come, or before the invoice was issued.
            ConflictError: something is paid on it.
        """
        old = self.one(Invoice, invoice_id)
        day = on or old.voided_on or self.clock.today
        if day > self.clock.today:
            raise InvalidDataError(
                f"An invoice cannot be voided on {day.isoformat()}, which is still to come.",
                "Void it on that day, or today.",
            )
        if on is not None and on < old.issued_on:
            raise InvalidDataError(
                f"Invoice {old.number} was issued on {old.issued_on.isoformat()}, after {on.isoformat()}.",
                "Give a later day.",
            )
        with self.crm.transaction(f"void invoice {old.number}") as writing:
            paid = self._paid(invoice_id)
            if paid:
                plain = format_decimal(abs(paid), old.currency)
                raise ConflictError(
                    f"{format_money(paid, old.currency)} is paid on invoice {old.number}.",
                    f"Note that it was given back, crm payment add {old.id} {plain} --refund, or delete the payment.",
                )
            writing.update("invoices", invoice_id, {"voided_on": day.isoformat()})
        return self.get(invoice_id)

    def get(self, invoice_id: int) -> InvoiceView:
        """The invoice with this id, as it stands today.

        Raises:
            NotFoundError: there is none.
        """
        self.one(Invoice, invoice_id)
        return next(self.views([invoice_id]))

    def find(self, ref: str) -> InvoiceView:
        """The invoice meant by its number or id.

        Raises:
            NotFoundError: there is none.
            AmbiguousError: the text is the number of one and the id of another.
        """
        return self.get(self.crm.references.invoice(ref))

    def views(self, ids: Iterable[int]) -> Iterator[InvoiceView]:
        """The invoices with these ids, in that order; ids that are gone are passed over."""
        return invoice_views.of_ids(self.crm, ids)

    def lines(self, invoice_id: int) -> list[InvoiceLineView]:
        """The lines of an invoice, in their order.

        Raises:
            NotFoundError: there is no such invoice.
        """
        return [*invoice_lines.views(self.crm, invoice_id, self.one(Invoice, invoice_id).currency)]

    def drafts(self, invoice_id: int) -> list[LineDraft]:
        """The lines of an invoice as they would be wanted anew, to change some of them.

        Raises:
            NotFoundError: there is no such invoice.
        """
        return [
            LineDraft(
                line.description,
                line.quantity,
                line.unit_price_minor,
                line.product_id,
                line.discount_percent,
                line.tax_percent or "",
            )
            for line in self.lines(invoice_id)
        ]

    def payments(self, invoice_id: int) -> list[PaymentView]:
        """The payments of an invoice, the first first.

        Raises:
            NotFoundError: there is no such invoice.
        """
        self.one(Invoice, invoice_id)
        rows = self.connection.execute(
            "SELECT id FROM payments WHERE invoice_id = ? ORDER BY paid_on, id", (invoice_id,)
        )
        return [*self.crm.payments.views([row_id for (row_id,) in rows.fetchall()])]

    def usual_currency(self, product_ids: Iterable[int], deal_id: int | None = None) -> str:
        """The currency of an invoice that says none: that of the products' prices, of the deal, or the base currency.

        Raises:
            NotFoundError: there is no such product or deal.
            InvalidDataError: the products have several.
        """
        drafts = [LineDraft("", product_id=each) for each in product_ids]
        own = invoice_lines.currency_of(self.crm, drafts)
        if own is None and deal_id is not None:
            own = self.one(Deal, deal_id).currency
        return own or self.crm.config.base_currency

    def deal_lines(self, deal_id: int) -> list[LineDraft]:
        """The line that a won deal's invoice has: its title and amount.

        Raises:
            NotFoundError: there is no such deal.
            ConflictError: it is not won, or has an invoice that is not void.
            InvalidDataError: it has no amount.
        """
        deal = self.crm.deals.get(deal_id)
        if deal.status.value != "won":
            raise ConflictError(
                f"{deal.title} is {deal.status.value}, not won.",
                f"Win it first: crm deal win {deal_id}. Or say with --line what the invoice is for.",
            )
        known = self.connection.execute(
            "SELECT number FROM invoices WHERE deal_id = ? AND voided_on IS NULL LIMIT 1", (deal_id,)
        ).fetchone()
        if known is not None:
            raise ConflictError(
                f"{deal.title} is invoiced already: {known[0]}.", "Say with --line what another one is for."
            )
        if deal.amount_minor is None:
            raise InvalidDataError(
                f"{deal.title} has no amount.",
                f"Say what it is worth: crm deal edit {deal_id} --amount M; or give lines.",
            )
        return [LineDraft(deal.title, unit_price_minor=deal.amount_minor)]

    def next_number(self) -> str:
        """The number an invoice of today would get."""
        return invoice_values.following(self.crm)

    def totals(self, condition: Filter = None) -> Sequence[InvoiceTotal]:
        """The sums of the invoices that match a filter, one a currency.

        Raises:
            UsageError: the filter is malformed or names an unknown field.
        """
        found = where(self.crm, self.listing, condition)
        rows = self.connection.execute(
            "SELECT currency, count(*), sum(net_minor), sum(tax_minor), sum(net_minor + tax_minor), sum(paid_minor),"  # noqa: S608
            " sum(net_minor + tax_minor - paid_minor),"
            " sum(CASE WHEN due_on < ? THEN max(net_minor + tax_minor - paid_minor, 0) ELSE 0 END)"
            f" FROM invoices WHERE {found.sql} AND invoices.voided_on IS NULL GROUP BY currency ORDER BY currency",
            (self.clock.today.isoformat(), *found.params),
        )
        return [InvoiceTotal(*row) for row in rows]

    def payer(self, *, contact_id: int | None = None, company_id: int | None = None) -> Payer:
        """What a person or a company owes, and how late they pay.

        Raises:
            NotFoundError: there is no such contact or company.
            ValueError: neither is given, or both.
        """
        from crm_tui.domain import payers

        if (contact_id is None) == (company_id is None):
            raise ValueError("a payer is one contact or one company")
        if contact_id is not None:
            contact = self.one(Contact, contact_id)
            return payers.of_contact(self.crm, contact.id, contact.company_id)
        assert company_id is not None
        return payers.of_company(self.crm, self.one(Company, company_id).id)

    def refuse_void(self, invoice: Invoice, verb: str) -> None:
        """Refuse to do something to an invoice that is void.

        Raises:
            ConflictError: it is.
        """
        if invoice.voided_on is not None:
            raise ConflictError(
                f"Invoice {invoice.number} is void since {invoice.voided_on.isoformat()} and cannot be {verb}.",
                "Undo the voiding, or make another invoice.",
            )

    def _make_customer(self, writing: Transaction, invoice_id: int) -> None:
        contact, net = self.connection.execute(
            "SELECT contact_id, net_minor FROM invoices WHERE id = ?", (invoice_id,)
        ).fetchone()
        if net > 0:
            standing.make_customer(writing, contact)

    def _paid(self, invoice_id: int) -> int:
        (paid,) = self.connection.execute(
            "SELECT coalesce(sum(amount_minor), 0) FROM payments WHERE invoice_id = ?", (invoice_id,)
        ).fetchone()
        return int(paid)

    def _refuse_paid_in(self, old: Invoice, code: str) -> None:
        if code != old.currency and self.payments(old.id):
            raise ConflictError(
                f"Invoice {old.number} has payments in {old.currency}.",
                "Delete them before it changes its currency.",
            )

    def _convert(self, writing: Transaction, old: Invoice, code: str) -> None:
        """The same figures in another currency."""
        rows = self.connection.execute(
            "SELECT id, unit_price_minor FROM invoice_lines WHERE invoice_id = ?", (old.id,)
        ).fetchall()
        for line_id, price in rows:
            row: dict[str, SqlValue] = {"unit_price_minor": amounts.same_figure(price, old.currency, code)}
            writing.update("invoice_lines", line_id, row)
