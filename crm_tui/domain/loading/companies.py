"""Loading companies: known by their domain, then by their folded name.

A domain of a mail provider identifies nobody. Companies above others are found, or made, once the whole file
is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from crm_tui.domain.loading.drafts import Method, RejectedRowError
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.errors import CrmError
from crm_tui.store.transaction import SqlValue
from crm_tui.text import is_public_mail_domain, name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction

_COLUMNS: Final = ("domain", "industry", "size", "website", "note", "archived_at")


class CompanyKind(RecordKind):
    """Companies."""

    table: ClassVar[str] = "companies"
    noun: ClassVar[str] = "company"
    owner: ClassVar[str | None] = "company"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "domain", "name")

    def __init__(self, crm: Crm, writing: Transaction, rows: NewRows) -> None:
        super().__init__(crm, writing, rows)
        self._parents: list[tuple[int, int, str]] = []

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By domain, then by name."""
        named = find(f"n{draft.key}", self._stored("name_key", draft.key)) if draft.key else []
        domain = _domain(draft)
        found = find(f"d{domain}", self._stored("domain", domain)) if domain else []
        same = [each for each in found if each in named] or [
            each for each in found if name_key(self.name_of(each)) == draft.key
        ]
        if same:
            return same[:1], "domain"
        # several of one owner share a domain: within a file their names tell them apart
        strangers = [each for each in found if not (draft.key and in_file(each))]
        if not strangers:
            return named[:1], "name"
        if named:
            return [*strangers, *named[:1]], "domain and name together"
        return strangers, "domain"

    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """By the domain alone, or by the name alone."""
        if key == "domain":
            domain = draft.column("domain")
            if not domain:
                raise RejectedRowError("the row has no domain to match by", "domain")
            return find(f"d{domain!s}", self._stored("domain", str(domain)))
        return find(f"n{draft.key}", self._stored("name_key", draft.key)) if draft.key else []

    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """Domain and name."""
        domain = draft.column("domain")
        if domain:
            yield f"d{domain!s}"
        if draft.key:
            yield f"n{draft.key}"

    def create(self, draft: RecordDraft) -> int:
        """Make a company with its methods and tags."""
        if not draft.name:
            raise RejectedRowError("there is no name", "name")
        made = self.rows.add(
            "companies",
            {
                "name": draft.name,
                "name_key": draft.key,
                **{name: draft.column(name) for name in _COLUMNS},
                "custom": self.packed(draft.custom),
                "created_at": draft.created_at or self.writing.stamp,
            },
        )
        seen: set[str] = set()
        for method in draft.methods:
            self.rows.add("company_methods", _method_row(made, method, is_primary=method.kind not in seen))
            seen.add(method.kind)
        self.add_tags(made, draft)
        self._note_parent(made, draft)
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on a company."""
        row = self.writing.fetch("companies", record_id)
        found = Difference(str(row["name"]))
        if draft.name and draft.name != row["name"]:
            found.columns.update(name=draft.name, name_key=draft.key)
            found.note("name", row["name"], draft.name)
        self.compare_columns(row, draft, found)
        self._compare_methods(record_id, draft, found)
        self.compare_tags(record_id, draft, found)
        parent = draft.values.get("parent")
        if parent:
            old = self.name_of(int(str(row["parent_id"]))) if row["parent_id"] is not None else ""
            if name_key(old) != name_key(parent):
                found.note("parent", old, parent)
                found.actions.append(lambda: self._note_parent(record_id, draft))
        return found

    def finish(self) -> list[str]:
        """Put companies below those they belong to."""
        notices = []
        for line, record_id, parent in self._parents:
            try:
                self.crm.companies.update(record_id, parent=parent)
            except CrmError as error:
                notices.append(f"line {line}: parent is left as it was: {error.message}")
        return notices

    def _stored(self, column: str, value: str) -> list[int]:
        rows = self.crm.connection.execute(
            f"SELECT id FROM companies WHERE {column} = ?"  # noqa: S608 - one of two columns
            " ORDER BY archived_at IS NOT NULL, created_at, id LIMIT 8",
            (value,),
        )
        return [row[0] for row in rows]

    def _compare_methods(self, record_id: int, draft: RecordDraft, found: Difference) -> None:
        if not draft.methods:
            return
        rows = self.crm.connection.execute(
            "SELECT kind, value, normal FROM company_methods WHERE company_id = ?", (record_id,)
        ).fetchall()
        present = {(kind, normal or value) for kind, value, normal in rows} | {row[:2] for row in rows}
        kinds = {row[0] for row in rows}
        for method in draft.methods:
            mark = (method.kind, method.normal or method.value)
            if mark not in present:
                present.add(mark)
                new = _method_row(record_id, method, is_primary=method.kind not in kinds)
                kinds.add(method.kind)
                shown = {"email": "emails", "phone": "phones"}.get(method.kind, method.kind)
                found.note(shown, "", method.value)
                found.actions.append(partial(self.writing.insert, "company_methods", new))

    def _note_parent(self, record_id: int, draft: RecordDraft) -> None:
        parent = draft.values.get("parent")
        if parent:
            self._parents.append((draft.line, record_id, parent))


def _domain(draft: RecordDraft) -> str | None:
    domain = draft.column("domain")
    return None if domain is None or is_public_mail_domain(str(domain)) else str(domain)


def _method_row(company_id: int, method: Method, *, is_primary: bool) -> dict[str, SqlValue]:
    return {
        "company_id": company_id,
        "kind": method.kind,
        "value": method.value,
        "normal": method.normal,
        "label": method.label,
        "is_primary": int(is_primary),
    }
