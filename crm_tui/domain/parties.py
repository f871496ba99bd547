"""What people and companies have in common: ways to reach them, tags, being put away, and what goes when they go."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Generic, TypedDict, TypeVar

from crm_tui.domain import checks
from crm_tui.domain.listed import Listed
from crm_tui.domain.methods import Methods
from crm_tui.models import Company, CompanyMethod, CompanyView, Contact, ContactMethod, ContactView, CustomValue, MethodKind
from crm_tui.store.transaction import Transaction

P = TypeVar("P", Contact, Company)
V = TypeVar("V", ContactView, CompanyView)
M = TypeVar("M", ContactMethod, CompanyMethod)


class PartyValues(TypedDict, total=False):
    """What can be set on a person and on a company alike; None empties a field."""

    note: str | None
    emails: Iterable[str]
    phones: Iterable[str]
    tags: Iterable[str]
    custom: Mapping[str, CustomValue | None]


class Parties(Listed[V], Generic[P, V, M]):
    """The common verbs; ``P`` is the record, ``V`` its view, ``M`` the record of its methods."""

    noun: ClassVar[str]
    record: type[P]
    method_record: type[M]

    @abstractmethod
    def get(self, record_id: int, /) -> V:
        """The record with this id; NotFoundError when there is none."""

    def archive(self, record_id: int) -> V:
        """Put a record away: out of every list, nothing lost."""
        return self._set_archived(record_id, "archive", archived=True)

    def restore(self, record_id: int) -> V:
        """Bring a record back into the lists."""
        return self._set_archived(record_id, "restore", archived=False)

    def tag(self, record_id: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> V:
        """Put tags on a record and take others off."""
        name = self.one(self.record, record_id).name
        with self.crm.transaction(f"tag {self.noun} {name}") as writing:
            self.crm.tags.put(writing, self.noun, record_id, add)
            self.crm.tags.take(writing, self.noun, record_id, remove)
        return self.get(record_id)

    def methods(self, record_id: int) -> Sequence[M]:
        """Every way to reach it, by kind, the primary ones first."""
        rest = f"WHERE {self.noun}_id = ? ORDER BY kind, is_primary DESC, id"
        return [*self.read(self.method_record, rest, (record_id,))]

    def add_method(
        self, record_id: int, kind: str, value: str, *, label: str | None = None, primary: bool = False
    ) -> V:
        """Add a way to reach it; one that is there already only gets the label or becomes primary.

        Raises:
            NotFoundError: there is no such record.
            InvalidDataError: the kind or the value cannot be.
        """
        name = self.one(self.record, record_id).name
        method = checks.choice(MethodKind, kind, "kind of method")
        with self.crm.transaction(f"add {method} to {self.noun} {name}") as writing:
            Methods(self.crm, self.noun).add(writing, record_id, method, value, label=label, primary=primary)
        return self.get(record_id)

    def remove_method(self, record_id: int, kind: str, value: str) -> V:
        """Remove a way to reach it.

        Raises:
            NotFoundError: there is no such record, or it has no such method.
        """
        name = self.one(self.record, record_id).name
        method = checks.choice(MethodKind, kind, "kind of method")
        with self.crm.transaction(f"remove {method} from {self.noun} {name}") as writing:
            Methods(self.crm, self.noun).remove(writing, record_id, method, value)
        return self.get(record_id)

    def _set_archived(self, record_id: int, verb: str, *, archived: bool) -> V:
        found = self.one(self.record, record_id)
        if (found.archived_at is not None) != archived:
            with self.crm.transaction(f"{verb} {self.noun} {found.name}") as writing:
                writing.update(self.listing.table, record_id, {"archived_at": writing.stamp if archived else None})
        return self.get(record_id)

    def _belongings(self, writing: Transaction, record_id: int, values: PartyValues, *, replace: bool = False) -> None:
        """Write the e-mails, phones and tags among the values; ``replace`` takes those away that are not named."""
        methods = Methods(self.crm, self.noun)
        for kind, wanted in ((MethodKind.EMAIL, values.get("emails")), (MethodKind.PHONE, values.get("phones"))):
            if wanted is None:
                continue
            if replace:
                methods.replace(writing, record_id, kind, wanted)
            else:
                for value in wanted:
                    methods.add(writing, record_id, kind, value)
        if "tags" in values:
            tags = [*values["tags"]]
            if replace:
                kept = {tag.strip().casefold() for tag in tags}
                gone = [tag for tag in self.crm.tags.names_of(self.noun, record_id) if tag.casefold() not in kept]
                self.crm.tags.take(writing, self.noun, record_id, gone)
            self.crm.tags.put(writing, self.noun, record_id, tags)

    def _references_to(self, record_id: int, columns: Iterable[tuple[str, str, str]]) -> tuple[int, str] | None:
        """How many rows refer to the record, and the word for them, in the first (table, column, word) that has any."""
        for table, column, word in columns:
            (number,) = self.connection.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = ?",  # noqa: S608 - fixed names
                (record_id,),
            ).fetchone()
            if number:
                return number, word
        return None

    def _remove(self, writing: Transaction, record_id: int, owned: Iterable[tuple[str, str]] = ()) -> None:
        """Delete the record with its methods, tags and external references, and with the ``owned`` (table, column)."""
        column = f"{self.noun}_id"
        for table, name in (*owned, (f"{self.noun}_methods", column), (f"{self.noun}_tags", column)):
            rows = self.connection.execute(f"SELECT id FROM {table} WHERE {name} = ?", (record_id,))  # noqa: S608
            for (row_id,) in rows.fetchall():
                writing.delete(table, row_id)
        refs = self.connection.execute(
            "SELECT id FROM external_refs WHERE entity = ? AND entity_id = ?", (self.listing.table, record_id)
        )
        for (row_id,) in refs.fetchall():
            writing.delete("external_refs", row_id)
        writing.delete(self.listing.table, record_id)
