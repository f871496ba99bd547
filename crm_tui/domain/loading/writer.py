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
from crm_tui.store import bulk, search
from crm_tui.store.transaction import SqlValue, Transaction
from crm_tui.text import check_tag, name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

BATCH: Final = 500
_TABLES: Final = ("companies", "contacts", "contact_methods", "contact_tags", "external_refs")
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "companies": ("id", "name", "name_key", "created_at", "updated_at"),
    "contacts": ("id", "name", "name_key", "company_id", "created_at", "updated_at"),
    "contact_methods": (
        "id", "contact_id", "kind", "value", "normal", "is_primary", "created_at", "updated_at",
    ),
    "contact_tags": ("id", "contact_id", "tag_id", "created_at", "updated_at"),
    "external_refs": ("id", "source", "key", "entity", "entity_id", "created_at", "updated_at"),
}  # fmt: skip


# what a file may lack: naming fewer columns makes a row cheaper to insert
_OPTIONAL: Final = (
    "given_name", "family_name", "title", "lifecycle", "source", "birthday", "language", "timezone", "cadence_days",
    "last_contacted_base_on", "opted_out_on", "note", "archived_at",
)  # fmt: skip
_WORKED_OUT: Final = ("last_contacted_on", "next_touch_on", "custom")
_CACHE: Final = 64 << 10  # KiB: what a load into an empty base touches again and again stays in memory


class PeopleWriter:
    """Takes drafts of new people; ``flush`` writes what was taken, ``finish`` makes the indexes whole."""

    def __init__(self, crm: Crm, writing: Transaction, source: str, columns: Set[str]) -> None:
        self._crm = crm
        self._writing = writing
        self._source = source
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
        self._works_out = not columns.isdisjoint(("cadence_days", "last_contacted_base_on", "custom"))
        worked_out = _WORKED_OUT if self._works_out else ()
        self._columns = {
            **_COLUMNS,
            "contacts": (*_COLUMNS["contacts"], *self._used, *worked_out),
            "contact_methods": (*_COLUMNS["contact_methods"], *(("label",) if "label" in columns else ())),
        }
        self._labelled = "label" in columns
        first = len(_COLUMNS["contacts"])
        self._lifecycle = first + self._used.index("lifecycle") if "lifecycle" in self._used else None
        self._first_contact = writing.next_id("contacts")
        self._last_contact = 0
        self._load_companies()
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
            found = self._take_id("companies")
            key = name_key(name)
            stamp = self._writing.stamp
            self._rows["companies"].append((found, name, key, stamp, stamp))
            self._document("companies", found, documents.contact_texts(name, (), (), (), "", ""))
            self.company_ids[key] = self._companies_as_typed[name] = found
            self.company_names[found] = name
        return found

    def tag(self, name: str) -> int:
        """The id of a tag, made when there is none."""
        found = self._tag_ids.get(name)
        if found is None:
            found = self._tag_ids[name] = self._crm.tags.ensure(self._writing, check_tag(name))
        return found

    def add(self, draft: PersonDraft, company_id: int | None) -> int:
        """Take a new person; returns the id."""
        stamp = self._writing.stamp
        defaults = draft.defaults
        columns = {**defaults.columns, **draft.columns} if defaults.columns else draft.columns
        created = draft.created_at or stamp
        contact_id = self._last_contact = self._take_id("contacts")
        row: list[SqlValue] = [contact_id, draft.name, draft.key, company_id, created, stamp]
        row += map(columns.get, self._used)
        if self._lifecycle is not None and row[self._lifecycle] is None:
            row[self._lifecycle] = Lifecycle.LEAD.value
        if self._works_out:
            row += (*self._touch(columns, created), _packed({**defaults.custom, **draft.custom}))
        self._rows["contacts"].append(row)
        self._belongings(draft, contact_id, stamp)
        texts = draft.texts
        if company_id is not None and self.company_names[company_id] != draft.workplace:
            texts = documents.draft_texts(draft, self.company_names[company_id])
        self._document("contacts", contact_id, texts)
        if len(self._rows["contacts"]) >= BATCH:
            self.flush()
        return contact_id

    def _belongings(self, draft: PersonDraft, contact_id: int, stamp: str) -> None:
        """Take what hangs on a new person."""
        if draft.external is not None:
            reference = self._take_id("external_refs")
            self._rows["external_refs"].append(
                (reference, self._source, draft.external, "contacts", contact_id, stamp, stamp)
            )
        for tag in draft.tags:
            tagging = self._take_id("contact_tags")
            self._rows["contact_tags"].append((tagging, contact_id, self.tag(tag), stamp, stamp))
        rows = self._rows["contact_methods"]
        kinds: list[str] = []
        for kind, value, normal, label in draft.methods:
            row: list[SqlValue] = [
                self._take_id("contact_methods"),
                contact_id,
                kind,
                value,
                normal,
                int(kind not in kinds),
                stamp,
                stamp,
            ]
            kinds.append(kind)
            if self._labelled:
                row.append(label)
            rows.append(row)

    def _touch(self, columns: dict[str, SqlValue], created: str) -> tuple[SqlValue, SqlValue]:
        last = columns.get("last_contacted_base_on")
        cadence = columns.get("cadence_days")
        if not cadence:
            return last, None
        from datetime import date

        from crm_tui.recurrence import next_touch_on

        day = date.fromisoformat(str(last)) if last else None
        touch = next_touch_on(day, int(str(cadence)), local_day(created, self._clock))
        return last, touch.isoformat() if touch else None

    def _document(self, table: str, record_id: int, texts: documents.Texts) -> None:
        number = search.document_id(table, record_id)
        self._documents.append((number, *texts))
        first = self._writing.unfilled[table][0] if table in self._writing.unfilled else number
        self._writing.unfilled[table] = (first, number)

    def _take_id(self, table: str) -> int:
        found = self._next.get(table)
        if found is None:
            found = self._writing.next_id(table)
        self._next[table] = found + 1
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
                self._writing.insert_many(table, self._columns[table], rows)
                self._writing.record_range(table, first, first + len(rows) - 1)
        self._next.clear()
        if self._documents:
            self._crm.connection.executemany(
                "INSERT INTO search_docs (id, keys, fragments, body) VALUES (?, ?, ?, ?)", self._documents
            )
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


def _packed(custom: dict[str, str | int | float | bool]) -> str:
    return (
        "{}" if not custom else json.dumps(custom, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    )
