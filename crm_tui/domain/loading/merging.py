"""Laying a row over a person who is there already: what it changes, and writing just that.

A blank cell changes nothing. E-mails, phones, tags and custom values are added, never taken away; a note that already
contains the row's stays; a default fills only what is empty. A lifecycle may be meant to go forward only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crm_tui.domain.lifecycles import goes_forward
from crm_tui.domain.loading.drafts import Change, Method, PersonDraft
from crm_tui.domain.loading.writer import PeopleWriter
from crm_tui.store.transaction import Row, SqlValue, Transaction
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_SHOWN: Final = {"last_contacted_base_on": "last_contacted_on"}
_PLURAL: Final = {"email": "emails", "phone": "phones"}


@dataclass(slots=True)
class _Difference:
    """What a row changes: shown to the person, and to be written."""

    shown: list[Change] = field(default_factory=list)
    columns: dict[str, SqlValue] = field(default_factory=dict)
    company: str | None = None
    methods: list[Method] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


class Merger:
    """Compares drafts with stored people and writes the difference; ``name`` is that of the last one compared."""

    def __init__(self, crm: Crm, writing: Transaction, source: str, writer: PeopleWriter) -> None:
        self._crm = crm
        self._writing = writing
        self._source = source
        self._writer = writer
        self.name = ""

    def changes(self, contact_id: int, draft: PersonDraft) -> tuple[Change, ...]:
        """What the row would change; a row that changes nothing still tells its external id."""
        found = self._difference(contact_id, draft)
        if not found.shown:
            self._link(contact_id, draft)
        return tuple(found.shown)

    def apply(self, contact_id: int, draft: PersonDraft) -> tuple[Change, ...]:
        """Write what the row changes, and say what it was."""
        found = self._difference(contact_id, draft)
        self._link(contact_id, draft)
        columns = dict(found.columns)
        if found.company is not None:
            columns["company_id"] = self._writer.company(found.company)
            self._writer.flush()
        if columns:
            self._writing.update("contacts", contact_id, columns)
        for method in found.methods:
            self._add_method(contact_id, method)
        if found.tags:
            self._crm.tags.put(self._writing, "contact", contact_id, found.tags)
        return tuple(found.shown)

    def _difference(self, contact_id: int, draft: PersonDraft) -> _Difference:
        row = self._writing.fetch("contacts", contact_id)
        self.name = str(row["name"])
        found = _Difference()
        if draft.name and draft.name != row["name"]:
            found.columns["name"] = draft.name
            found.columns["name_key"] = name_key(draft.name)
            found.shown.append(Change("name", self.name, draft.name))
        self._compare_columns(row, draft, found)
        self._compare_company(row, draft, found)
        self._compare_methods(contact_id, draft, found)
        self._compare_tags(contact_id, draft, found)
        return found

    def _compare_columns(self, row: Row, draft: PersonDraft, found: _Difference) -> None:
        wanted = dict(draft.columns)
        wanted.update((name, value) for name, value in draft.defaults.columns.items() if row[name] is None)
        for name, value in wanted.items():
            shown = _SHOWN.get(name, name)
            old = row[shown]
            if value is None or old == value or _is_covered(name, old, value):
                continue
            if name == "lifecycle" and draft.forward and not goes_forward(str(old), str(value)):
                continue
            found.columns[name] = value
            found.shown.append(Change(shown, _text(old), _text(value)))
        if draft.custom or draft.defaults.custom:
            stored = json.loads(str(row["custom"]))
            for key, value in {**draft.defaults.custom, **stored, **draft.custom}.items():
                if stored.get(key) != value:
                    found.shown.append(Change(key, _text(stored.get(key)), _text(value)))
                    stored[key] = value
                    found.columns["custom"] = json.dumps(
                        stored, ensure_ascii=False, sort_keys=True, separators=(",", ":")
                    )

    def _compare_company(self, row: Row, draft: PersonDraft, found: _Difference) -> None:
        wanted = draft.company or (draft.defaults.company if row["company_id"] is None else None)
        if not wanted:
            return
        old = self._writer.company_names.get(int(str(row["company_id"])), "") if row["company_id"] else ""
        if name_key(old) != name_key(wanted):
            found.company = wanted
            found.shown.append(Change("company", old, wanted))

    def _compare_methods(self, contact_id: int, draft: PersonDraft, found: _Difference) -> None:
        if not draft.methods:
            return
        rows = self._crm.connection.execute(
            "SELECT kind, value, normal FROM contact_methods WHERE contact_id = ?", (contact_id,)
        ).fetchall()
        present = {(kind, normal or value) for kind, value, normal in rows} | {
            (row[0], row[1]) for row in rows
        }
        for method in draft.methods:
            if (method.kind, method.normal or method.value) not in present:
                present.add((method.kind, method.normal or method.value))
                found.methods.append(method)
                found.shown.append(Change(_PLURAL.get(method.kind, method.kind), "", method.value))

    def _compare_tags(self, contact_id: int, draft: PersonDraft, found: _Difference) -> None:
        if not draft.tags:
            return
        present = {tag.casefold() for tag in self._crm.tags.names_of("contact", contact_id)}
        for tag in draft.tags:
            if tag.casefold() not in present:
                found.tags.append(tag)
                found.shown.append(Change("tags", "", tag))

    def _add_method(self, contact_id: int, method: Method) -> None:
        (present,) = self._crm.connection.execute(
            "SELECT count(*) FROM contact_methods WHERE contact_id = ? AND kind = ?",
            (contact_id, method.kind),
        ).fetchone()
        self._writing.insert(
            "contact_methods",
            {
                "contact_id": contact_id,
                "kind": method.kind,
                "value": method.value,
                "normal": method.normal,
                "label": method.label,
                "is_primary": int(not present),
            },
        )

    def _link(self, contact_id: int, draft: PersonDraft) -> None:
        if draft.external is None:
            return
        known = self._crm.connection.execute(
            "SELECT 1 FROM external_refs WHERE entity = 'contacts' AND source = ? AND key = ?",
            (self._source, draft.external),
        ).fetchone()
        if known is None:
            self._writing.insert(
                "external_refs",
                {
                    "source": self._source,
                    "key": draft.external,
                    "entity": "contacts",
                    "entity_id": contact_id,
                },
            )


def merge_into(draft: PersonDraft, later: PersonDraft) -> None:
    """Lay a later row about the same person over an earlier one."""
    draft.name = later.name or draft.name
    draft.company = later.company or draft.company
    draft.external = draft.external if later.external is None else later.external
    given = {name: value for name, value in later.columns.items() if value is not None}
    old, new = draft.columns.get("lifecycle"), given.get("lifecycle")
    if later.forward and old and new and not goes_forward(str(old), str(new)):
        del given["lifecycle"]
    draft.columns = {**draft.columns, **given}
    draft.custom = {**draft.custom, **later.custom}
    draft.methods = [*draft.methods, *later.methods]
    draft.tags = [*draft.tags, *later.tags]


def _is_covered(name: str, old: SqlValue, new: SqlValue) -> bool:
    if old is None:
        return False
    if name == "note":
        return str(new) in str(old)
    return name == "last_contacted_base_on" and str(old) >= str(new)


def _text(value: object) -> str:
    return "" if value is None else str(value)
