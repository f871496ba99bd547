"""What people and companies have in common: ways to reach them, tags, being put away and being removed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypedDict, TypeVar

from crm_tui.domain import checks, views
from crm_tui.domain.listed import Listed
from crm_tui.domain.methods import Methods
from crm_tui.models import MethodKind
from crm_tui.store import records
from crm_tui.store.transaction import Transaction

if TYPE_CHECKING:
    from crm_tui.models import (
        Company,
        CompanyMethod,
        CompanyView,
        Contact,
        ContactMethod,
        ContactView,
        CustomValue,
    )

P = TypeVar("P", bound="Contact | Company")
V = TypeVar("V", bound="ContactView | CompanyView")
M = TypeVar("M", bound="ContactMethod | CompanyMethod")
Reference = tuple[str, str, str, str]
"""A table, its column that refers to the record, and the words for one row and for several."""


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
    many: ClassVar[str]
    """The word for several of them."""
    company_column: ClassVar[str]
    """The column that refers to a company, whose name the view shows in ``company_field``."""
    company_field: ClassVar[str]
    record: type[P]
    view: type[V]
    method_record: type[M]

    @abstractmethod
    def get(self, record_id: int, /) -> V:
        """The record with this id; NotFoundError when there is none."""

    def views(self, ids: Iterable[int]) -> Iterator[V]:
        """The records with these ids, in that order; ids that are gone are passed over."""
        values = records.valuer(self.record)
        company_place = records.columns(self.record).index(self.company_column)
        for part in views.in_chunks(ids):
            rows = views.by_ids(self.connection, self.record, self.listing.table, part)
            company_ids = [row[company_place] for row in rows.values()]
            companies = views.names(self.connection, "companies", "name", company_ids)
            emails, phones = views.methods(self.connection, self.noun, part)
            tags = views.tags(self.connection, self.noun, part)
            for record_id in part:
                if record_id in rows:
                    row = rows[record_id]
                    found = values(row)
                    found[self.company_field] = companies.get(row[company_place])
                    found["emails"] = emails.get(record_id, ())
                    found["phones"] = phones.get(record_id, ())
                    found["tags"] = tags.get(record_id, ())
                    yield self.view(**found)

    @abstractmethod
    def _change(self, writing: Transaction, record_id: int, values: Any) -> None:
        """Write new values of one record; NotFoundError when there is none."""

    def archive(self, record_id: int) -> V:
        """Put a record away: out of every list, nothing lost."""
        self.archive_all([record_id])
        return self.get(record_id)

    def restore(self, record_id: int) -> V:
        """Bring a record back into the lists."""
        self.restore_all([record_id])
        return self.get(record_id)

    def archive_all(self, record_ids: Sequence[int]) -> None:
        """Put records away as one operation; those that are away stay so."""
        self._set_archived(record_ids, "archive", archived=True)

    def restore_all(self, record_ids: Sequence[int]) -> None:
        """Bring records back into the lists as one operation; those that are there stay."""
        self._set_archived(record_ids, "restore", archived=False)

    def tag(self, record_id: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> V:
        """Put tags on a record and take others off."""
        self.tag_all([record_id], add=add, remove=remove)
        return self.get(record_id)

    def tag_all(
        self, record_ids: Sequence[int], *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:
        """Put tags on records and take others off, as one operation.

        Raises:
            NotFoundError: one of the records is not there; nothing is changed.
            InvalidDataError: a word cannot be a tag.
        """
        put, take = [*add], [*remove]
        with self.crm.transaction(f"tag {self._words(record_ids)}") as writing:
            for record_id in record_ids:
                self.one(self.record, record_id)
                self.crm.tags.put(writing, self.noun, record_id, put)
                self.crm.tags.take(writing, self.noun, record_id, take)

    def methods(self, record_id: int) -> list[M]:
        """Every way to reach it, by kind, the primary ones first."""
        rest = f"WHERE {self.noun}_id = ? ORDER BY kind, is_primary DESC, id"
        return list(self.read(self.method_record, rest, (record_id,)))

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

    def _set_archived(self, record_ids: Sequence[int], verb: str, *, archived: bool) -> None:
        with self.crm.transaction(f"{verb} {self._words(record_ids)}") as writing:
            for record_id in record_ids:
                if (self.one(self.record, record_id).archived_at is not None) != archived:
                    stamp = writing.stamp if archived else None
                    writing.update(self.listing.table, record_id, {"archived_at": stamp})

    def _update_all(self, record_ids: Sequence[int], values: Mapping[str, object]) -> None:
        """Write the same values to several records as one operation."""
        custom = values.get("custom")
        keys = [key for key in values if key != "custom"]
        keys += [str(key) for key in custom] if isinstance(custom, Mapping) else []
        words = ", ".join(key.removesuffix("_id").replace("_", " ") for key in keys)
        with self.crm.transaction(f"set {words} of {self._words(record_ids)}") as writing:
            for record_id in record_ids:
                self._change(writing, record_id, values)

    def _words(self, record_ids: Sequence[int]) -> str:
        """The records in a summary: one by its name, several by their number."""
        if len(record_ids) == 1:
            return f"{self.noun} {self.one(self.record, record_ids[0]).name}"
        return f"{len(record_ids):,} {self.many}"

    def _belongings(
        self, writing: Transaction, record_id: int, values: PartyValues, *, replace: bool = False
    ) -> None:
        """Write the e-mails, phones and tags among the values; ``replace`` takes away those not named."""
        methods = Methods(self.crm, self.noun)
        write = methods.replace if replace else methods.add_all
        if "emails" in values:
            write(writing, record_id, MethodKind.EMAIL, values["emails"])
        if "phones" in values:
            write(writing, record_id, MethodKind.PHONE, values["phones"])
        if "tags" in values:
            tags = list(values["tags"])
            if replace:
                kept = {tag.strip().casefold() for tag in tags}
                present = self.crm.tags.names_of(self.noun, record_id)
                gone = [tag for tag in present if tag.casefold() not in kept]
                self.crm.tags.take(writing, self.noun, record_id, gone)
            self.crm.tags.put(writing, self.noun, record_id, tags)

    def _used(self, record_id: int, references: Iterable[Reference]) -> str | None:
        """What refers to the record, counted, as in "3 deals": the first of the references with any rows."""
        for table, column, one, many in references:
            (number,) = self.connection.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = ?",  # noqa: S608 - fixed names
                (record_id,),
            ).fetchone()
            if number:
                return f"{number:,} {one if number == 1 else many}"
        return None

    def _remove(self, writing: Transaction, record_id: int, owned: Iterable[tuple[str, str]] = ()) -> None:
        """Delete the record with methods, tags, origin, decisions on likenesses, and the ``owned`` (table, column)."""
        column = f"{self.noun}_id"
        for table, name in (*owned, (f"{self.noun}_methods", column), (f"{self.noun}_tags", column)):
            self.remove_rows(writing, table, f"{name} = ?", (record_id,))
        self.remove_origin(writing, self.listing.table, record_id)
        apart = "entity = ? AND (first_id = ? OR second_id = ?)"
        self.remove_rows(writing, "distinct_pairs", apart, (self.listing.table, record_id, record_id))
        writing.delete(self.listing.table, record_id)
