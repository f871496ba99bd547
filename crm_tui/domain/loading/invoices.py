"""Loading invoices: known by the source's id, else by number. All rows of one come as one draft.

What an order says of its payments becomes payments: what was received so far and is not noted yet, on the day it was
paid. The numbers stay as they are. An invoice of the same number that plainly is another one rejects the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from crm_tui.domain.invoice_values import free_number, payable, refuse_order
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.lookups import Lookups, PersonRef
from crm_tui.domain.loading.order_lines import COLUMNS, GONE, Lines, OrderLines, facts, neither
from crm_tui.domain.loading.order_payments import OrderPayments, PaymentRow
from crm_tui.domain.loading.order_sums import Orders
from crm_tui.domain.loading.products import refusals
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.domain.standing import make_customer
from crm_tui.money import check_currency, format_decimal
from crm_tui.store.transaction import Row, SqlValue
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction


class InvoiceKind(RecordKind):
    """Invoices.

    ``draft.values`` may have: contact (PersonRef), company (name), deal (title) and deal_own_id, issued_on, due_on,
    voided_on and paid_on (days), currency (code), status (open, paid, part, void, refunded), decimal, method,
    reference, the texts of ``OrderCells``, paid and outstanding (text), lines (tuple of LineCells), and alone (whether
    no company is billed unless one is named).
    """

    table: ClassVar[str] = "invoices"
    noun: ClassVar[str] = "invoice"
    named: ClassVar[str] = "number"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "number")

    def __init__(
        self, crm: Crm, writing: Transaction, rows: NewRows, lookups: Lookups, *, create_missing: bool
    ) -> None:
        super().__init__(crm, writing, rows)
        self._lookups = lookups
        self._lines = OrderLines(crm, writing, create_missing=create_missing)
        self._payments = OrderPayments(crm)
        self._customers: set[int] = set()

    def resolve(self, draft: RecordDraft) -> None:
        """Find contact, company, deal and products."""
        values = draft.values
        if values.get("company"):
            values["company_id"] = self._lookups.company(values["company"])
        ref: PersonRef | None = values.get("contact")
        if ref is not None:
            values["contact_id"] = self._lookups.person(ref, values.get("company"))
        if values.get("deal"):
            values["deal_id"] = self._lookups.deal(values["deal"], values.get("deal_own_id"))
        for each in values.get("lines", ()):
            self._lines.product(each)

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By number."""
        found = self.by_key(draft, "number", find)
        for each in found:
            self._refuse_another(each, draft)
        return found, "number"

    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """By number."""
        rows = self.crm.connection.execute("SELECT id FROM invoices WHERE number = ?", (draft.name,))
        return find(f"n{draft.name}", [row[0] for row in rows]) if draft.name else []

    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """The number."""
        if draft.name:
            yield f"n{draft.name}"

    def create(self, draft: RecordDraft) -> int:
        """Make an invoice with its lines and payments."""
        values = draft.values
        issued = values.get("issued_on")
        if not draft.name:
            raise RejectedRowError("there is no number", "number")
        if not isinstance(issued, date):
            raise RejectedRowError("there is no day on which it was issued", "issued_on")
        code = self._currency(draft, None)
        lines = self._lines.of(draft, code, ())
        if not lines.worked:
            raise neither(draft)
        with refusals("number"):
            number = free_number(self.crm, draft.name, None)
        due = values.get("due_on") or payable(issued, self.crm.config.payment_days)
        with refusals("due_on"):
            refuse_order(issued, due)
        voided = self._voided_on(draft, issued)
        self._lines.rows(lines, code)
        payments = [] if voided else self._payments.new(draft, code, lines.total, issued)
        row: dict[str, SqlValue] = {
            "number": number,
            "issued_on": issued.isoformat(),
            "due_on": due.isoformat(),
        }
        row.update(currency=code, voided_on=None if voided is None else voided.isoformat())
        with refusals():
            row.update(self._parties(draft), created_at=draft.created_at or self.writing.stamp)
            wanted = self._lines.rows(self._lines.with_products(lines, code), code)
        made = self.rows.add("invoices", row)
        for line in wanted:
            self.rows.add("invoice_lines", {"invoice_id": made, **line})
        for payment in payments:
            self.rows.add("payments", {"invoice_id": made, **payment})
        self._note_customer(row["contact_id"], lines)
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the rows change on an invoice."""
        row = self.writing.fetch("invoices", record_id)
        found = Difference(str(row["number"]))
        changes: dict[str, Any] = {}
        code = self._currency(draft, str(row["currency"]))
        newcomer = self._compare_parties(row, draft, found, changes)
        self._compare_columns(row, draft, code, found, changes)
        lines = self._compare_lines(record_id, draft, code, found)
        total = int(str(row["net_minor"])) + int(str(row["tax_minor"]))
        issued = changes.get("issued_on") or date.fromisoformat(str(row["issued_on"]))
        voided, payments = None, list[PaymentRow]()
        if not row["voided_on"]:
            voided, payments = self._compare_claim(
                record_id, draft, code, total if lines is None else lines.total, issued, found
            )

        def write() -> None:
            with self.writing.part(), refusals():
                self._write(record_id, draft, changes, newcomer, lines, code)
                for each in payments:
                    self.writing.insert("payments", {"invoice_id": record_id, **each})
                if voided is not None:
                    self.crm.invoices.void(record_id, voided)

        found.actions.append(write)
        return found

    def finish(self) -> list[str]:
        """Say what day refunds were given."""
        return self._payments.finish()

    def _refuse_another(self, record_id: int, draft: RecordDraft) -> None:
        """Refuse rows about an invoice that merely has the same number as one that is there."""
        values = draft.values
        row = self.crm.connection.execute(
            "SELECT issued_on, contact_id, company_id FROM invoices WHERE id = ?", (record_id,)
        ).fetchone()
        if row is None:
            return
        issued = values.get("issued_on")
        another_day = isinstance(issued, date) and issued.isoformat() != row[0]
        others = [
            values.get(name) is not None and known is not None and values.get(f"{name}_id") != known
            for name, known in (("contact", row[1]), ("company", row[2]))
        ]
        if another_day and any(others):
            raise RejectedRowError(
                f"there is another invoice {draft.name[:80]} ({record_id}), of {row[0]} and for somebody else",
                "number",
            )

    def _currency(self, draft: RecordDraft, stored: str | None) -> str:
        return check_currency(str(draft.values.get("currency") or stored or self.crm.config.base_currency))

    def _parties(self, draft: RecordDraft) -> dict[str, SqlValue]:
        """Contact and company, made where they are missing; the company of the contact where there is none."""
        values = draft.values
        company: str | None = values.get("company")
        contact_id: int | None = values.get("contact_id")
        if values.get("contact") is not None and contact_id is None:
            contact_id = values["contact_id"] = self._lookups.make_person(values["contact"], company)
        company_id: SqlValue = None
        if company:
            company_id = self.crm.companies.ensure(self.writing, company)
        elif contact_id is not None and not values.get("alone"):
            (company_id,) = self.crm.connection.execute(
                "SELECT company_id FROM contacts WHERE id = ?", (contact_id,)
            ).fetchone()
        return {"contact_id": contact_id, "company_id": company_id, "deal_id": values.get("deal_id")}

    def _compare_columns(
        self, row: Row, draft: RecordDraft, code: str, found: Difference, changes: dict[str, Any]
    ) -> None:
        for name in ("issued_on", "due_on"):
            day = draft.values.get(name)
            if isinstance(day, date) and day.isoformat() != row[name]:
                changes[name] = day
                found.note(name, row[name], day)
        for name, new in (("number", draft.name), ("currency", code)):
            if new and new != row[name]:
                changes[name] = new
                found.note(name, row[name], new)

    def _compare_parties(
        self, row: Row, draft: RecordDraft, found: Difference, changes: dict[str, Any]
    ) -> PersonRef | None:
        """Note contact, company and deal where they differ; returns a contact who is to be made."""
        values = draft.values
        ref: PersonRef | None = values.get("contact")
        newcomer: PersonRef | None = None
        if ref is not None and values.get("contact_id") is None:
            newcomer = ref
            found.note("contact", self.shown("contacts", row["contact_id"]), ref.text)
        for name, table in (("contact_id", "contacts"), ("deal_id", "deals")):
            known = values.get(name)
            if known is not None and known != row[name]:
                changes[name] = known
                found.note(name.removesuffix("_id"), self.shown(table, row[name]), self.shown(table, known))
        company: str | None = values.get("company")
        old = self.shown("companies", row["company_id"])
        if company and name_key(old) != name_key(company):
            changes["company"] = company
            found.note("company", old, company)
        return newcomer

    def _compare_lines(
        self, record_id: int, draft: RecordDraft, code: str, found: Difference
    ) -> Lines | None:
        """The lines when they change; None when they stay."""
        stored = self.crm.invoices.lines(record_id)
        if stored and not draft.values.get("lines"):
            kept = sum(each.net_minor + each.tax_minor for each in stored)
            text = str(draft.values.get("total") or "")
            orders = Orders(code, draft.values.get("decimal", "auto"))
            if not text or orders.amount(text, "total") == kept:
                return None
        lines = self._lines.of(draft, code, stored)
        if not lines.worked:
            return None
        wanted = facts(self._lines.rows(lines, code))
        known = facts([{name: getattr(each, name) for name in COLUMNS} for each in stored])
        if wanted == known:
            return None
        old = format_decimal(sum(each.net_minor for each in stored), code)
        found.note("lines", f"{len(known)} of {old}", f"{len(wanted)} of {format_decimal(lines.net, code)}")
        return lines

    def _compare_claim(
        self, record_id: int, draft: RecordDraft, code: str, total: int, issued: date, found: Difference
    ) -> tuple[date | None, list[PaymentRow]]:
        """Note that it is void now, and what is to be noted of its payments; returns the day and them."""
        voided, noted = self._voided_on(draft, issued), self._payments.noted(record_id)
        if voided is None:
            payments = self._payments.new(draft, code, total, issued, noted)
        else:
            payments = self._payments.last(draft, code, voided, noted)
        for each in payments:
            amount = format_decimal(int(str(each["amount_minor"])), code)
            found.note("payment", "", f"{each['paid_on']!s} {amount}")
        if voided is not None:
            found.note("voided_on", "", voided)
        return voided, payments

    def _write(
        self,
        record_id: int,
        draft: RecordDraft,
        changes: dict[str, Any],
        newcomer: PersonRef | None,
        lines: Lines | None,
        code: str,
    ) -> None:
        if newcomer is not None:
            changes["contact_id"] = self._lookups.make_person(newcomer, draft.values.get("company"))
        if lines is not None:
            changes["lines"] = self._lines.drafts(self._lines.with_products(lines, code))
        if changes:
            self.crm.invoices.update(record_id, **changes)

    def _voided_on(self, draft: RecordDraft, issued: date) -> date | None:
        """The day on which it was voided, never before it was issued; None where it was not."""
        day = draft.values.get("voided_on")
        if isinstance(day, date):
            if day > self.crm.clock.today:
                raise RejectedRowError(f"{day.isoformat()} is still to come", "voided_on")
            return max(day, issued)
        return issued if draft.values.get("status") in GONE else None

    def _note_customer(self, contact: SqlValue, lines: Lines) -> None:
        """Somebody with something to pay is a customer."""
        if contact is not None and lines.net > 0 and int(str(contact)) not in self._customers:
            self._customers.add(int(str(contact)))
            make_customer(self.writing, int(str(contact)))
