"""Loading payments: known by the source's id, else by invoice, day, amount and reference together.

The invoice is meant by its number, or by the id that the source of some import knows it under.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.keys import Keys
from crm_tui.domain.loading.products import refusals
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.domain.service import chunks, marks
from crm_tui.errors import InvalidDataError
from crm_tui.money import MAX_MINOR, format_decimal, parse_amount
from crm_tui.store.transaction import SqlValue

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction


class PaymentKind(RecordKind):
    """Payments.

    ``draft.columns`` may have: method, reference; ``draft.values``: invoice (number), amount (text), currency (code),
    decimal, paid_on (day). ``resolve`` adds invoice_id, code (its currency) and minor.
    """

    table: ClassVar[str] = "payments"
    noun: ClassVar[str] = "payment"
    named: ClassVar[str] = "paid_on"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "reference")

    def __init__(self, crm: Crm, writing: Transaction, rows: NewRows) -> None:
        super().__init__(crm, writing, rows)
        self._refunded: set[int] = set()
        self._alike = 0
        self._references: Keys | None = None
        self._sources: list[str] | None = None

    def resolve(self, draft: RecordDraft) -> None:
        """Find the invoice, and read the amount in its currency."""
        values = draft.values
        text = str(values.get("invoice") or "")
        if not text:
            raise RejectedRowError("there is no invoice", "invoice")
        invoice_id, code, void = self._invoice(text)
        values.update(invoice_id=invoice_id, code=code, void=void)
        if values.get("currency") not in (None, code):
            raise RejectedRowError(f"invoice {text[:80]} is in {code}", "currency")
        if values.get("amount"):
            try:
                minor = parse_amount(str(values["amount"]), code, values.get("decimal", "auto"))
            except InvalidDataError as error:
                raise RejectedRowError(error.message.rstrip("."), "amount") from error
            if minor == 0 or abs(minor) > MAX_MINOR:
                raise RejectedRowError("the amount is 0 or too large", "amount")
            values["minor"] = minor
        day = self._day(draft)
        if day is not None and day > self.crm.clock.today:
            raise RejectedRowError(f"{day.isoformat()} is still to come", "paid_on")

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By invoice, day, amount and reference; the first of several that are alike."""
        day, minor = self._day(draft), draft.values.get("minor")
        if day is None or minor is None:
            return [], "invoice"
        rows = self.crm.connection.execute(
            "SELECT id FROM payments WHERE invoice_id = ? AND paid_on = ? AND amount_minor = ?"
            " AND ifnull(reference, '') = ? ORDER BY id LIMIT 1",
            (draft.values["invoice_id"], day.isoformat(), minor, str(draft.column("reference") or "")),
        )
        found = find(self._mark(draft, day, minor), [row[0] for row in rows])[:1]
        self._alike += any(map(in_file, found))
        return found, "invoice"

    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """By the reference alone."""
        reference = draft.column("reference")
        if not reference:
            return []
        if self._references is None:
            self._references = Keys()
            for row_id, known in self.crm.connection.execute(
                "SELECT id, reference FROM payments WHERE reference IS NOT NULL"
            ):
                self._references.add((hash(f"r{known}"),), row_id)
        return find(f"r{reference!s}", self._references.get(f"r{reference!s}"))

    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """Invoice with day, amount and reference; the reference."""
        day, minor = self._day(draft), draft.values.get("minor")
        if day is not None and minor is not None:
            yield self._mark(draft, day, minor)
        if draft.column("reference"):
            yield f"r{draft.column('reference')!s}"

    def create(self, draft: RecordDraft) -> int:
        """Note a payment; it needs an amount and a day."""
        values, day = draft.values, self._day(draft)
        if "minor" not in values:
            raise RejectedRowError("there is no amount", "amount")
        if day is None:
            raise RejectedRowError("there is no day on which it was paid", "paid_on")
        if values["void"]:
            raise RejectedRowError(f"invoice {str(values['invoice'])[:80]} is void", "invoice")
        row: dict[str, SqlValue] = {
            "invoice_id": values["invoice_id"],
            "paid_on": day.isoformat(),
            "amount_minor": values["minor"],
            "method": draft.column("method"),
            "reference": draft.column("reference"),
            "created_at": draft.created_at or self.writing.stamp,
        }
        if values["minor"] < 0:
            self._refunded.add(values["invoice_id"])
        return self.rows.add("payments", row)

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on a payment."""
        row = self.writing.fetch("payments", record_id)
        code = str(draft.values["code"])
        found = Difference(str(draft.values["invoice"]))
        changes: dict[str, Any] = {}
        if draft.values["invoice_id"] != row["invoice_id"]:
            raise RejectedRowError("a payment cannot move to another invoice", "invoice")
        minor, old = draft.values.get("minor"), int(str(row["amount_minor"]))
        if minor is not None and minor != old:
            changes["amount_minor"] = minor
            found.note("amount", format_decimal(old, code), format_decimal(minor, code))
        day = draft.values.get("paid_on")
        if isinstance(day, date) and day.isoformat() != row["paid_on"]:
            changes["paid_on"] = day
            found.note("paid_on", row["paid_on"], day)
        for name in ("method", "reference"):
            value = draft.columns.get(name)
            value = draft.defaults.get(name) if value is None and row[name] is None else value
            if value is not None and value != row[name]:
                changes[name] = value
                found.note(name, row[name], value)
        if changes:
            found.actions.append(lambda: self._update(record_id, changes))
        return found

    def finish(self) -> list[str]:
        """Say of which invoices more was given back than received, and which rows told nothing new."""
        return [*self._more_given_back(), *self._taken_once()]

    def _taken_once(self) -> list[str]:
        if not self._alike:
            return []
        who = "1 row says" if self._alike == 1 else f"{self._alike:,} rows say"
        return [f"{who} the same as an earlier one and made no payment; a reference of its own would."]

    def _more_given_back(self) -> list[str]:
        found: list[str] = []
        for part in chunks(sorted(self._refunded)):
            rows = self.crm.connection.execute(
                f"SELECT number FROM invoices WHERE id IN ({marks(part)})"  # noqa: S608 - marks only
                " AND paid_minor < min(net_minor + tax_minor, 0) ORDER BY id",
                part,
            )
            found += [number for (number,) in rows]
        listed = ", ".join(found[:12]) + (f" and {len(found) - 12:,} more" if len(found) > 12 else "")
        return [f"More was given back than received for invoice {listed}."] if found else []

    def _update(self, record_id: int, changes: dict[str, Any]) -> None:
        with refusals():
            self.crm.payments.update(record_id, **changes)

    def _day(self, draft: RecordDraft) -> date | None:
        day = draft.values.get("paid_on") or draft.value_defaults.get("paid_on")
        return day if isinstance(day, date) else None

    def _mark(self, draft: RecordDraft, day: date, minor: int) -> str:
        return f"{draft.values['invoice_id']}|{day.isoformat()}|{minor}|{draft.column('reference') or ''!s}"

    def _invoice(self, text: str) -> tuple[int, str, bool]:
        """The invoice of a number, its currency, and whether it is void."""
        columns = "SELECT id, currency, voided_on IS NOT NULL FROM invoices"
        row = self.crm.connection.execute(f"{columns} WHERE number = ?", (text,)).fetchone()
        if row is None:
            sources = self._known_sources()
            rows = self.crm.connection.execute(
                f"{columns} WHERE id IN (SELECT entity_id FROM external_refs WHERE entity = 'invoices'"  # noqa: S608 - marks only
                f" AND source IN ({marks(sources)}) AND key = ?) LIMIT 2",
                (*sources, text),
            ).fetchall()
            if len(rows) > 1:
                raise RejectedRowError(f'"{text[:80]}" is the id of several invoices', "invoice")
            row = rows[0] if rows else None
        if row is None:
            raise RejectedRowError(f'there is no invoice "{text[:80]}"', "invoice")
        return int(row[0]), str(row[1]), bool(row[2])

    def _known_sources(self) -> list[str]:
        """Where invoices came from: the ids that sources know them under are found by source alone."""
        if self._sources is None:
            rows = self.crm.connection.execute(
                "SELECT DISTINCT source FROM external_refs WHERE entity = 'invoices'"
            )
            self._sources = [source for (source,) in rows]
        return self._sources
