"""Loading companies: known by their domain, then by their folded name.

A domain of a mail provider identifies nobody. Companies above others are found, or made, once the whole file
is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from crm_tui.domain.loading.drafts import Change, Method, RejectedRowError
from crm_tui.domain.loading.later import LeftOut, Said
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.errors import CrmError
from crm_tui.store.transaction import SqlValue
from crm_tui.text import is_public_mail_domain, name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction

_COLUMNS: Final = ("domain", "industry", "size", "website", "note", "archived_at")
_ROUNDS: Final = 10


class Parent(NamedTuple):
    """The company above, as the row in a line of the file calls it."""

    line: int
    name: str


class CompanyKind(RecordKind):
    """Companies."""

    table: ClassVar[str] = "companies"
    noun: ClassVar[str] = "company"
    owner: ClassVar[str | None] = "company"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "domain", "name")

    def __init__(self, crm: Crm, writing: Transaction, rows: NewRows) -> None:
        super().__init__(crm, writing, rows)
        self._left_out = LeftOut("parent")

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By domain, then by name."""
        named = find(f"n{draft.key}", self._stored("name_key", draft.key)) if draft.key else []
        domain = _domain(draft)
        found = find(f"d{domain}", self._stored("domain", domain)) if domain else []
        # those of the domain are a few of many
        same = [each for each in named if each in found or (domain and self._domain_of(each) == domain)]
        same = same or [each for each in found if name_key(self.name_of(each)) == draft.key]
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
        if parent := draft.values.get("parent"):
            self.later.note(made, Parent(draft.line, parent), made=True)
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on a company; the one above it is found, or made, at the end."""
        row = self.writing.fetch("companies", record_id)
        found = Difference(str(row["name"]))
        if draft.name and draft.name != row["name"]:
            found.columns.update(name=draft.name, name_key=draft.key)
            found.note("name", row["name"], draft.name)
        self.compare_columns(row, draft, found)
        self._compare_methods(record_id, draft, found)
        self.compare_tags(record_id, draft, found)
        # the one it has as well: of several rows the last counts
        if parent := draft.values.get("parent"):
            self.later.note(record_id, Parent(draft.line, parent))
        return found

    def settle(self, said: Sequence[Said]) -> Mapping[int, Sequence[Change]]:
        """Put companies below those they belong to; of several rows about one the last counts."""
        wanted: dict[int, Said] = {}
        for each in said:
            known = wanted.get(each.record_id)
            if known is None or name_key(known.what.name) != name_key(each.what.name):
                wanted[each.record_id] = each
        changes: dict[int, list[Change]] = {}
        waiting = list(wanted.values())
        refused: list[tuple[Said, CrmError]] = []
        for _ in range(_ROUNDS):
            refused = self._put_each_below(waiting, changes)
            if len(refused) == len(waiting):
                break
            # one may have to move before another can
            waiting = [each for each, _ in refused]
        for each, why in refused:
            self._left_out.add(each.what.line, why.message)
        if said:
            # so that many of them stay small in memory
            self.crm.settle(self.writing)
        return changes

    def finish(self) -> list[str]:
        """Which companies could not be put below another one."""
        return self._left_out.notices()

    def _put_each_below(
        self, waiting: Sequence[Said], changes: dict[int, list[Change]]
    ) -> list[tuple[Said, CrmError]]:
        """Put companies below others, and note what that changes; returns those that cannot be there, and why."""
        refused: list[tuple[Said, CrmError]] = []
        for each in waiting:
            try:
                change = self._put_below(each.record_id, each.what.name)
            except CrmError as error:
                refused.append((each, error))
            else:
                changes[each.record_id] = change if not each.made else []
        return refused

    def _put_below(self, record_id: int, parent: str) -> list[Change]:
        row = self.writing.fetch("companies", record_id)
        old = self.shown("companies", row["parent_id"])
        if name_key(old) == name_key(parent):
            return []
        self.crm.companies.update(record_id, parent=parent)
        return [Change("parent", old, parent)]

    def _stored(self, column: str, value: str) -> list[int]:
        rows = self.crm.connection.execute(
            f"SELECT id FROM companies WHERE {column} = ?"  # noqa: S608 - one of two columns
            " ORDER BY archived_at IS NOT NULL, created_at, id LIMIT 8",
            (value,),
        )
        return [row[0] for row in rows]

    def _domain_of(self, record_id: int) -> str | None:
        self.rows.flush()
        row = self.crm.connection.execute(
            "SELECT domain FROM companies WHERE id = ?", (record_id,)
        ).fetchone()
        return row[0] if row else None

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
