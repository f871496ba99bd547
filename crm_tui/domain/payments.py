"""Money received for invoices, and given back: what is received is above zero, a refund below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from crm_tui.domain import checks, invoice_lines, views
from crm_tui.domain.listed import Listed
from crm_tui.domain.payment_fields import LISTING
from crm_tui.domain.service import marks
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.models import Invoice, Payment, PaymentView
from crm_tui.money import MAX_MINOR, format_decimal, format_money
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.store.transaction import SqlValue, Transaction

_NAMES: Final = (
    "invoices.number, invoices.contact_id, contacts.name, invoices.company_id, companies.name,"
    " invoices.currency"
)
_JOINS: Final = (
    "JOIN invoices ON invoices.id = payments.invoice_id LEFT JOIN contacts ON contacts.id = invoices.contact_id"
    " LEFT JOIN companies ON companies.id = invoices.company_id"
)


class PaymentValues(TypedDict, total=False):
    """What can be set on a payment; None of ``paid_on`` is today, of the others nothing."""

    paid_on: date | None
    method: str | None
    reference: str | None


class PaymentChanges(PaymentValues, total=False):
    """What can be changed on a payment: also how much it was, in minor units of the invoice's currency."""

    amount_minor: int


class Payments(Listed[PaymentView]):
    """Verbs on payments. Lists have the newest first."""

    listing = LISTING

    def add(
        self, invoice_id: int, amount_minor: int | None = None, **values: Unpack[PaymentValues]
    ) -> PaymentView:
        """Note a payment, today unless told otherwise; all that is still to be paid unless an amount is given.

        More than is owed may be received. A refund is an amount below zero.

        Args:
            invoice_id: the invoice.
            amount_minor: minor units of its currency.
            values: the day, how it was paid, and the bank's or shop's own word for it.

        Raises:
            NotFoundError: there is no such invoice.
            InvalidDataError: the amount is 0, or the day still to come.
            ConflictError: the invoice is void, nothing is owed and no amount given, or more would be given back than
                was received.
        """
        invoice = self.one(Invoice, invoice_id)
        with self.crm.transaction(f"add payment to invoice {invoice.number}") as writing:
            made = self.create(writing, invoice_id, amount_minor, **values)
            self._refuse_debt(invoice)
            self._summarise(writing, made, "add")
        return self.get(made)

    def create(
        self,
        writing: Transaction,
        invoice_id: int,
        amount_minor: int | None = None,
        **values: Unpack[PaymentValues],
    ) -> int:
        """As ``add``, as part of a bigger operation and without reading the payment back; returns its id.

        A refund may come before what it gives back, as rows of a file do.
        """
        invoice = self.one(Invoice, invoice_id)
        self.crm.invoices.refuse_void(invoice, "paid")
        owed = self._owed(invoice_id)
        if amount_minor is None and owed <= 0:
            raise ConflictError(
                f"Nothing is owed on invoice {invoice.number}.",
                "Give an amount if more was paid all the same.",
            )
        amount = self._checked(invoice, owed if amount_minor is None else amount_minor)
        row = {"paid_on": self.clock.today.isoformat(), **self._columns(values)}
        made = writing.insert("payments", {"invoice_id": invoice_id, "amount_minor": amount, **row})
        invoice_lines.refresh(self.connection, invoice_id)
        return made

    def update(self, payment_id: int, **values: Unpack[PaymentChanges]) -> PaymentView:
        """Correct a payment.

        Raises:
            NotFoundError: there is no such payment.
            InvalidDataError: the amount is 0, or the day still to come.
            ConflictError: its invoice is void, or more would be given back than was received.
        """
        old = self.one(Payment, payment_id)
        invoice = self.one(Invoice, old.invoice_id)
        with self.crm.transaction(f"edit payment of invoice {invoice.number}") as writing:
            # read again: it may have been voided a moment ago
            self.crm.invoices.refuse_void(self.one(Invoice, invoice.id), "paid")
            row = self._columns(values)
            if "amount_minor" in values:
                row["amount_minor"] = self._checked(invoice, values["amount_minor"])
            writing.update("payments", payment_id, row)
            invoice_lines.refresh(self.connection, invoice.id)
            if "amount_minor" in values:
                self._refuse_debt(invoice)
        return self.get(payment_id)

    def delete(self, payment_id: int) -> PaymentView:
        """Remove a payment that was none.

        Raises:
            NotFoundError: there is no such payment.
            ConflictError: its invoice is void, or more would be given back than was received.
        """
        payment = self.get(payment_id)
        invoice = self.one(Invoice, payment.invoice_id)
        with self.crm.transaction(f"delete payment of invoice {invoice.number}") as writing:
            # read again: it may have been voided a moment ago
            self.crm.invoices.refuse_void(self.one(Invoice, invoice.id), "paid")
            self._summarise(writing, payment_id, "delete")
            self.remove_origin(writing, "payments", payment_id)
            writing.delete("payments", payment_id)
            invoice_lines.refresh(self.connection, invoice.id)
            self._refuse_debt(invoice)
        return payment

    def get(self, payment_id: int) -> PaymentView:
        """The payment with this id.

        Raises:
            NotFoundError: there is none.
        """
        self.one(Payment, payment_id)
        return next(self.views([payment_id]))

    def find(self, ref: str) -> PaymentView:
        """The payment meant by its id.

        Raises:
            NotFoundError: there is none.
        """
        return self.get(self.crm.references.payment(ref))

    def views(self, ids: Iterable[int]) -> Iterator[PaymentView]:
        """The payments with these ids, in that order; ids that are gone are passed over."""
        values = records.valuer(Payment)
        for part in views.in_chunks(ids):
            rows = self.connection.execute(
                f"SELECT {_NAMES}, {records.select_list(Payment, 'payments')} FROM payments {_JOINS}"  # noqa: S608 - fixed names
                f" WHERE payments.id IN ({marks(part)})",
                part,
            )
            found = {each["id"]: (each, row) for row in rows for each in (values(row[6:]),)}
            for payment_id in part:
                if payment_id in found:
                    payment, (number, contact_id, contact, company_id, company, code, *_) = found[payment_id]
                    yield PaymentView(
                        **payment,
                        invoice=number,
                        contact_id=contact_id,
                        contact=contact,
                        company_id=company_id,
                        company=company,
                        currency=code,
                        amount=format_decimal(payment["amount_minor"], code),
                    )

    def _columns(self, values: PaymentValues) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        day = values.get("paid_on")
        if day is not None:
            if day > self.clock.today:
                raise InvalidDataError(
                    f"A payment cannot be received on {day.isoformat()}, which is still to come.",
                    "Note it when it has arrived.",
                )
            row["paid_on"] = day.isoformat()
        if "method" in values:
            row["method"] = checks.optional_line(values["method"], "method")
        if "reference" in values:
            row["reference"] = checks.optional_line(values["reference"], "reference")
        return row

    def _checked(self, invoice: Invoice, amount: int) -> int:
        if amount == 0 or abs(amount) > MAX_MINOR:
            raise InvalidDataError(
                f"A payment of {format_money(amount, invoice.currency)} cannot be.",
                "Give how much was received.",
            )
        return amount

    def _owed(self, invoice_id: int) -> int:
        (owed,) = self.connection.execute(
            "SELECT net_minor + tax_minor - paid_minor FROM invoices WHERE id = ?", (invoice_id,)
        ).fetchone()
        return int(owed)

    def _refuse_debt(self, invoice: Invoice) -> None:
        """Refuse that more is given back than was received, but for an invoice that is a credit itself."""
        total, paid = self.connection.execute(
            "SELECT net_minor + tax_minor, paid_minor FROM invoices WHERE id = ?", (invoice.id,)
        ).fetchone()
        if paid < min(total, 0):
            raise ConflictError(
                f"More would be given back than was received for invoice {invoice.number}.",
                "Note what was received first, or give back less.",
            )

    def _summarise(self, writing: Transaction, payment_id: int, verb: str) -> None:
        """Put the amount into the name of an operation that is about this payment alone."""
        payment = next(self.views([payment_id]))
        plain = f"{verb} payment {'to' if verb == 'add' else 'of'} invoice {payment.invoice}"
        if writing.summary == plain:
            amount = format_money(abs(payment.amount_minor), payment.currency)
            what = "refund" if payment.amount_minor < 0 else "payment"
            writing.summary = (
                f"{verb} {what} of {amount} {'to' if verb == 'add' else 'of'} invoice {payment.invoice}"
            )
