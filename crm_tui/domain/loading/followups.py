"""Loading follow-ups: known by title, day, contact and deal.

What is done or cancelled comes in as history: completing it opens nothing. A repeating one hangs on its own day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

from crm_tui.dates import When
from crm_tui.domain import series
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.keys import Keys
from crm_tui.domain.loading.lookups import Lookups, PersonRef
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.models import FollowupStatus, Priority, RepeatFrom
from crm_tui.store.transaction import Row, SqlValue
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction

_ANY: Final = "*"


class FollowupKind(RecordKind):
    """Follow-ups.

    ``draft.columns`` may have: due_on, due_time, priority, repeat, repeat_from, status, done_at; ``draft.values``:
    contact (PersonRef), deal (title or id), deal_own_id.
    """

    table: ClassVar[str] = "followups"
    noun: ClassVar[str] = "follow-up"
    named: ClassVar[str] = "title"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "title")

    def __init__(self, crm: Crm, writing: Transaction, rows: NewRows, lookups: Lookups) -> None:
        super().__init__(crm, writing, rows)
        self._lookups = lookups
        self._of_nobody: Keys | None = None
        self._titles: Keys | None = None

    def resolve(self, draft: RecordDraft) -> None:
        """Find contact and deal; a status follows from a day it was done."""
        values, columns = draft.values, draft.columns
        ref: PersonRef | None = values.get("contact")
        if ref is not None:
            values["contact_id"] = self._lookups.person(ref)
        deal: str | None = values.get("deal")
        if deal:
            people = [values["contact_id"]] if values.get("contact_id") else []
            values["deal_id"] = self._lookups.deal(deal, values.get("deal_own_id"), people)
        if columns.get("done_at") and not columns.get("status"):
            columns["status"] = FollowupStatus.DONE.value
        if columns.get("done_at") and columns.get("status") == FollowupStatus.OPEN.value:
            raise RejectedRowError("it is open and has a day on which it was done", "done_at")
        if columns.get("repeat_from") and not draft.column("repeat"):
            del columns["repeat_from"]

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By title, day, contact and deal; what the row leaves open may be anything."""
        due, contact, deal = self._place(draft)
        if not draft.key or not due or (draft.values.get("contact") is not None and contact is None):
            return [], "title"
        known = self._stored(draft.key, due, contact, deal)
        found = find(
            _mark(draft.key, due, contact, deal), [each[0] for each in known if each[1:] == (contact, deal)]
        )
        if not found and contact is not None and deal is None:
            found = find(_mark(draft.key, due, contact, _ANY), [each[0] for each in known])
        elif not found and deal is not None and contact is None:
            found = find(_mark(draft.key, due, _ANY, deal), [each[0] for each in known])
        return found, "title"

    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """By the title alone."""
        if self._titles is None:
            self._titles = Keys()
            for row_id, title in self.crm.connection.execute("SELECT id, title FROM followups"):
                self._titles.add((hash(name_key(title)),), row_id)
        return find(draft.key, self._titles.get(draft.key)) if draft.key else []

    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """Title and day with contact and deal, and with each of them."""
        due, contact, deal = self._place(draft)
        if not draft.key:
            return
        yield draft.key
        if due:
            yield _mark(draft.key, due, contact, deal)
            if contact is not None:
                yield _mark(draft.key, due, contact, _ANY)
            if deal is not None:
                yield _mark(draft.key, due, _ANY, deal)

    def create(self, draft: RecordDraft) -> int:
        """Make a follow-up."""
        due = draft.column("due_on")
        if not draft.name:
            raise RejectedRowError("there is no title", "title")
        if not due:
            raise RejectedRowError("there is no day on which it is due", "due_on")
        status = str(draft.column("status") or FollowupStatus.OPEN.value)
        repeat = draft.column("repeat")
        values = draft.values
        if values.get("contact") is not None and values.get("contact_id") is None:
            values["contact_id"] = self._lookups.make_person(values["contact"])
        row: dict[str, SqlValue] = {
            "title": draft.name,
            "due_on": due,
            "due_time": draft.column("due_time"),
            "contact_id": values.get("contact_id"),
            "deal_id": values.get("deal_id"),
            "priority": draft.column("priority") or Priority.NORMAL.value,
            "repeat": repeat,
            "repeat_from": (draft.column("repeat_from") or RepeatFrom.DUE.value) if repeat else None,
            "series_id": None,
            **(series.schedule(due) if repeat else {"anchor_on": None, "scheduled_on": None}),
            "status": status,
            "done_at": self._done_at(draft, status, str(due)),
            "created_at": draft.created_at or self.writing.stamp,
        }
        return self.rows.add("followups", row, itself="series_id" if repeat else None)

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on a follow-up."""
        row = self.writing.fetch("followups", record_id)
        found = Difference(str(row["title"]))
        if draft.name and draft.name != row["title"]:
            found.columns["title"] = draft.name
            found.note("title", row["title"], draft.name)
        self.compare_columns(row, draft, found)
        self._mend_status(row, draft, found)
        self._mend_series(record_id, row, found)
        self._compare_references(record_id, row, draft, found)
        return found

    def _place(self, draft: RecordDraft) -> tuple[str, int | None, int | None]:
        due = draft.column("due_on")
        return str(due or ""), draft.values.get("contact_id"), draft.values.get("deal_id")

    def _stored(
        self, key: str, due: str, contact: int | None, deal: int | None
    ) -> list[tuple[int, int | None, int | None]]:
        if contact is None and deal is None:
            if self._of_nobody is None:
                self._of_nobody = Keys()
                rows = self.crm.connection.execute(
                    "SELECT id, title, due_on FROM followups WHERE contact_id IS NULL AND deal_id IS NULL"
                )
                for row_id, title, day in rows:
                    self._of_nobody.add((hash(_mark(name_key(title), day, None, None)),), row_id)
            return [(each, None, None) for each in self._of_nobody.get(_mark(key, due, None, None))]
        column, value = ("deal_id", deal) if contact is None else ("contact_id", contact)
        rows = self.crm.connection.execute(
            f"SELECT id, title, contact_id, deal_id FROM followups WHERE {column} = ? AND due_on = ?",  # noqa: S608
            (value, due),
        )
        return [(row_id, person, about) for row_id, title, person, about in rows if name_key(title) == key]

    def _done_at(self, draft: RecordDraft, status: str, due: str) -> str | None:
        """When it was finished: as the row says, else on the day it was due, never still to come."""
        if status == FollowupStatus.OPEN.value:
            return None
        given = draft.column("done_at") or When(date.fromisoformat(due)).instant(self.crm.clock)
        return min(str(given), self.writing.stamp)

    def _mend_status(self, row: Row, draft: RecordDraft, found: Difference) -> None:
        """Status and the moment it was done go together."""
        status = str(found.columns.get("status", row["status"]))
        if status == FollowupStatus.OPEN.value:
            if row["done_at"] is not None:
                found.columns["done_at"] = None
        elif row["done_at"] is None or "done_at" in found.columns:
            due = str(found.columns.get("due_on", row["due_on"]))
            found.columns["done_at"] = self._done_at(draft, status, due)

    def _mend_series(self, record_id: int, row: Row, found: Difference) -> None:
        """A new rule, or a new day under a rule, begins the schedule anew."""
        repeat = found.columns.get("repeat", row["repeat"])
        if not repeat:
            found.columns.pop("repeat_from", None)
            return
        if row["repeat_from"] is None and not found.columns.get("repeat_from"):
            found.columns["repeat_from"] = RepeatFrom.DUE.value
        if "repeat" in found.columns or "due_on" in found.columns:
            due = found.columns.get("due_on", row["due_on"])
            found.columns.update(series.schedule(due), series_id=row["series_id"] or record_id)

    def _compare_references(self, record_id: int, row: Row, draft: RecordDraft, found: Difference) -> None:
        values = draft.values
        ref: PersonRef | None = values.get("contact")
        if ref is not None and values.get("contact_id") is None:
            found.note("contact", self.shown("contacts", row["contact_id"]), ref.text)
            found.actions.append(
                lambda: self.writing.update(
                    "followups", record_id, {"contact_id": self._lookups.make_person(ref)}
                )
            )
        for name, table in (("contact", "contacts"), ("deal", "deals")):
            column = f"{name}_id"
            wanted = values.get(column)
            if wanted is not None and wanted != row[column]:
                found.columns[column] = wanted
                found.note(name, self.shown(table, row[column]), self.shown(table, wanted))


def _mark(key: str, due: str, contact: int | str | None, deal: int | str | None) -> str:
    return f"{key}|{due}|p{contact}|d{deal}"
