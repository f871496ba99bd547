"""Writing new people in bulk: rows, methods, tags, references, companies and search documents, in batches.

Into an empty base the indexes are dropped first and built at the end, then the search index is filled with one
statement; the journal gets a range of ids a table.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Clock, local_day
from crm_tui.domain import documents
from crm_tui.domain.loading.drafts import PersonDraft
from crm_tui.models import Lifecycle
from crm_tui.store import bulk, sales, search
from crm_tui.store.transaction import SqlValue, Transaction
from crm_tui.text import check_tag, name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

BATCH: Final = 500
_TABLES: Final = ("companies", "contacts", "contact_methods", "contact_tags", "external_refs")
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "companies": ("id", "name", "name_key"),
    "contacts": ("id", "name", "name_key", "company_id"),
    "contact_methods": ("id", "contact_id", "kind", "value", "normal", "is_primary"),
    "contact_tags": ("id", "contact_id", "tag_id"),
    "external_refs": ("id", "key", "entity_id"),
}
# what a file may lack: naming fewer columns makes a row cheaper to insert
_OPTIONAL: Final = (
    "given_name", "family_name", "title", "lifecycle", "source", "birthday", "language", "timezone", "cadence_days",
    "last_contacted_base_on", "opted_out_on", "note", "archived_at",
)  # fmt: skip
_WORKED_OUT: Final = ("last_contacted_on", "next_touch_on", "custom")
_CACHE: Final = 64 << 10  # KiB: what a load into an empty base touches again and again stays in memory


_CONTACT: Final = search.document_id("contacts", 0)


class PeopleWriter:
    """Takes drafts of new people; ``flush`` writes what was taken, ``finish`` makes the indexes whole."""

    def __init__(self, crm: Crm, writing: Transaction, source: str, columns: Set[str]) -> None:
        self._crm = crm
        self._writing = writing
        self._clock: Clock = crm.clock
        self.into_empty = bulk.is_empty(crm.connection, "contacts")
        self._indexes: list[str] = []
        self._rows: dict[str, list[Sequence[SqlValue]]] = defaultdict(list)
        self._documents: list[search.Document] = []
        self._next: dict[str, int] = {}
        self.company_ids: dict[str, int] = {}
        self.company_names: dict[int, str] = {}
        self._companies_as_typed: dict[str, int] = {}
        self._tag_ids: dict[str, int] = {}
        self._used = [name for name in _OPTIONAL if name in columns]
        self._lifecycle = (
            len(_COLUMNS["contacts"]) + self._used.index("lifecycle") if "lifecycle" in columns else None
        )
        self._works_out = not columns.isdisjoint(("cadence_days", "last_contacted_base_on", "custom"))
        self._labelled = "label" in columns
        self._dated = "created_at" in columns
        self._columns = {
            **_COLUMNS,
            "contacts": (
                *_COLUMNS["contacts"],
                *self._used,
                *(_WORKED_OUT if self._works_out else ()),
                *(("created_at",) if self._dated else ()),
            ),
            "contact_methods": (*_COLUMNS["contact_methods"], *(("label",) if self._labelled else ())),
        }
        stamps: dict[str, SqlValue] = {"created_at": writing.stamp, "updated_at": writing.stamp}
        self._same: dict[str, dict[str, SqlValue]] = dict.fromkeys(_TABLES, stamps)
        self._same["external_refs"] = {"source": source, "entity": "contacts", **stamps}
        if self._dated:
            self._same["contacts"] = {"updated_at": writing.stamp}
        self._first_contact = writing.next_id("contacts")
        self._last_contact = 0
        self._load_companies()
        self._cache: int = crm.connection.execute("PRAGMA cache_size").fetchone()[0]
        if self.into_empty:
            tables = [table for table in _TABLES if bulk.is_empty(crm.connection, table)]
            self._indexes = bulk.drop_indexes(crm.connection, tables)
            crm.connection.execute(f"PRAGMA cache_size = -{_CACHE:d}")

    def _load_companies(self) -> None:
        rows = self._crm.connection.execute(
            "SELECT id, name_key, name FROM companies ORDER BY archived_at IS NOT NULL DESC, id DESC"
        )
        for company_id, key, name in rows:
            # of several the oldest that is not put away remains
            self.company_ids[key] = company_id
            self.company_names[company_id] = name

    def made(self, contact_id: int) -> bool:
        """Whether the contact was made in this load."""
        return self._first_contact <= contact_id <= self._last_contact

    def known_company(self, name: str) -> int | None:
        """The id of the company of that name, None when there is none yet."""
        found = self._companies_as_typed.get(name)
        if found is None:
            found = self.company_ids.get(name_key(name))
            if found is not None:
                self._companies_as_typed[name] = found
        return found

    def company(self, name: str) -> int:
        """The id of the company of that name, made when there is none."""
        found = self.known_company(name)
        if found is None:
            found = self._take_ids("companies", 1)
            key = name_key(name)
            self._rows["companies"].append((found, name, key))
            texts = documents.contact_texts(name, (), (), (), "", "")
            self._documents.append((search.document_id("companies", found), *texts))
            self.company_ids[key] = self._companies_as_typed[name] = found
            self.company_names[found] = name
        return found

    def tag(self, name: str) -> int:
        """The id of a tag, made when there is none."""
        found = self._tag_ids.get(name)
        if found is None:
            found = self._tag_ids[name] = self._crm.tags.ensure(self._writing, check_tag(name))
        return found

    def add(self, draft: PersonDraft, workplace: str | None, company_id: int | None) -> int:
        """Take a new person, working at a company of that name and id; returns the contact's id."""
        defaults = draft.defaults
        columns = {**defaults.columns, **draft.columns} if defaults.columns else draft.columns
        contact_id = self._last_contact = self._take_ids("contacts", 1)
        row: list[SqlValue] = [contact_id, draft.name, draft.key, company_id, *map(columns.get, self._used)]
        if self._lifecycle is not None and row[self._lifecycle] is None:
            row[self._lifecycle] = Lifecycle.LEAD.value
        if self._works_out:
            row += (*self._touch(draft, columns), _packed({**defaults.custom, **draft.custom}))
        if self._dated:
            row.append(draft.created_at or self._writing.stamp)
        contacts = self._rows["contacts"]
        contacts.append(row)
        self._belongings(draft, contact_id)
        texts = draft.texts
        if company_id is not None and self.company_names[company_id] != workplace:
            texts = documents.draft_texts(draft, self.company_names[company_id])
        self._documents.append((_CONTACT + contact_id, *texts))
        if len(contacts) >= BATCH:
            self.flush()
        return contact_id

    def _belongings(self, draft: PersonDraft, contact_id: int) -> None:
        """Take what hangs on a new person."""
        if draft.external is not None:
            # numbered when it is written: those who are here already get theirs in between
            self._rows["external_refs"].append((draft.external, contact_id))
        if draft.tags:
            taggings = self._rows["contact_tags"]
            first = self._take_ids("contact_tags", len(draft.tags))
            for tagging_id, tag in enumerate(draft.tags, first):
                taggings.append((tagging_id, contact_id, self._tag_ids.get(tag) or self.tag(tag)))
        if draft.methods:
            rows = self._rows["contact_methods"]
            kinds = ""
            first = self._take_ids("contact_methods", len(draft.methods))
            for method_id, (kind, value, normal, label) in enumerate(draft.methods, first):
                primary = 0 if kind in kinds else 1
                kinds += kind
                if self._labelled:
                    rows.append((method_id, contact_id, kind, value, normal, primary, label))
                else:
                    rows.append((method_id, contact_id, kind, value, normal, primary))

    def _touch(self, draft: PersonDraft, columns: dict[str, SqlValue]) -> tuple[SqlValue, SqlValue]:
        last = columns.get("last_contacted_base_on")
        cadence = columns.get("cadence_days")
        if not cadence:
            return last, None
        from datetime import date

        from crm_tui.recurrence import next_touch_on

        day = date.fromisoformat(str(last)) if last else None
        touch = next_touch_on(
            day, int(str(cadence)), local_day(draft.created_at or self._writing.stamp, self._clock)
        )
        return last, touch.isoformat() if touch else None

    def _unfilled(self, table: str, first: int, last: int) -> None:
        """Note which documents the search index does not have yet."""
        known = self._writing.unfilled.get(table)
        start = known[0] if known else search.document_id(table, first)
        self._writing.unfilled[table] = (start, search.document_id(table, last))

    def _take_ids(self, table: str, count: int) -> int:
        found = self._next.get(table)
        if found is None:
            found = self._writing.next_id(table)
        self._next[table] = found + count
        return found

    def flush_if_pending(self, contact_id: int) -> None:
        """Write what was taken when this contact is among it."""
        pending = self._rows.get("contacts")
        if pending and int(str(pending[0][0])) <= contact_id <= self._last_contact:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        for table in _TABLES:
            rows = self._rows.pop(table, None)
            if rows:
                first = self._writing.mint(table, len(rows))
                last = first + len(rows) - 1
                if table == "external_refs":
                    rows = [(row_id, *row) for row_id, row in enumerate(rows, first)]
                self._writing.insert_many(table, self._columns[table], rows, self._same[table])
                self._writing.record_range(table, first, last)
                if table in search.KINDS:
                    self._unfilled(table, first, last)
        self._next.clear()
        if self._documents:
            search.put_many(self._crm.connection, self._documents)
            self._documents.clear()

    def make_indexes(self) -> None:
        """Make the dropped indexes again, for look-ups."""
        self.flush()
        bulk.make_indexes(self._crm.connection, self._indexes)
        self._indexes = []

    def finish(self) -> None:
        """Write the rest, make the indexes and fill the search index."""
        self.make_indexes()
        for first, last in self._writing.unfilled.values():
            search.fill(self._crm.connection, first, last)
        self._writing.unfilled.clear()
        if self._works_out and self._last_contact:
            # a last contact is one with the company too
            sales.load(self._crm.connection, [("contacts", self._first_contact, self._last_contact)])
        self._crm.connection.execute(f"PRAGMA cache_size = {self._cache:d}")


def _packed(custom: dict[str, str | int | float | bool]) -> str:
    return (
        "{}" if not custom else json.dumps(custom, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    )
