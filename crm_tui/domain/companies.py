"""Organisations: adding, changing, listing, putting away, and moving what hangs on one to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Unpack

from crm_tui.domain import checks
from crm_tui.domain.company_fields import LISTING
from crm_tui.domain.parties import Parties, PartyValues
from crm_tui.domain.service import chunks, marks
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.models import Company, CompanyMethod, CompanyView
from crm_tui.store import records
from crm_tui.store.transaction import SqlValue, Transaction
from crm_tui.text import name_key


class CompanyValues(PartyValues, total=False):
    """What can be set on a company. ``parent`` is a name, made when there is none; None empties a field."""

    name: str
    domain: str | None
    industry: str | None
    size: str | None
    website: str | None
    parent: str | None
    parent_id: int | None


class CompanyFigures(NamedTuple):
    """How much there is of a company.

    Attributes:
        people: how many people work there.
        deals: how many of its deals are open.
        sums: what those are worth, minor units and currency, that of most deals first.
    """

    people: int
    deals: int
    sums: tuple[tuple[int, str], ...]


_LINES: Final = ("industry", "size", "website")
# What refers to a company and would lose it.
_HISTORY: Final = (
    ("contacts", "company_id", "contact", "contacts"),
    ("deals", "company_id", "deal", "deals"),
    ("invoices", "company_id", "invoice", "invoices"),
    ("companies", "parent_id", "company below it", "companies below it"),
)


class Companies(Parties[Company, CompanyView, CompanyMethod]):
    """Verbs on companies."""

    noun = "company"
    many = "companies"
    listing = LISTING
    company_column = "parent_id"
    company_field = "parent"
    record = Company
    view = CompanyView
    method_record = CompanyMethod

    def add(self, **values: Unpack[CompanyValues]) -> CompanyView:
        """Add a company; only the name is needed.

        Raises:
            InvalidDataError: a value cannot be what it claims to be.
            ConflictError: there is a company of that name already.
        """
        name = checks.name(values.get("name") or "", "name")
        with self.crm.transaction(f"add company {name}") as writing:
            self._refuse_taken(name)
            row = {"name": name, "name_key": name_key(name), **self._row(writing, values, None, name)}
            made = writing.insert("companies", row)
            self._belongings(writing, made, values)
        return self.get(made)

    def ensure(self, writing: Transaction, name: str) -> int:
        """The id of the company of that folded name, made when there is none.

        Of several, one in use comes before an archived one, then the oldest.

        Raises:
            InvalidDataError: it cannot be a name.
        """
        name = checks.name(name, "company")
        known = self._known(name)
        return known[0] if known else writing.insert("companies", {"name": name, "name_key": name_key(name)})

    def update(self, company_id: int, **values: Unpack[CompanyValues]) -> CompanyView:
        """Change a company; e-mails, phones and tags given replace those there are.

        Raises:
            NotFoundError: there is no such company.
            InvalidDataError: a value cannot be what it claims to be, or the parent is below the company.
            ConflictError: another company has the new name already.
        """
        with self.crm.transaction(f"edit company {self.one(Company, company_id).name}") as writing:
            self._change(writing, company_id, values)
        return self.get(company_id)

    def update_all(self, company_ids: Sequence[int], **values: Unpack[CompanyValues]) -> None:
        """Set the same on several companies as one operation: ``update`` for each of them, all or none."""
        self._update_all(company_ids, values)

    def _change(self, writing: Transaction, company_id: int, values: CompanyValues) -> None:
        old = self.one(Company, company_id)
        name = checks.name(values["name"], "name") if "name" in values else old.name
        if name_key(name) != name_key(old.name):
            self._refuse_taken(name)
        row = {"name": name, "name_key": name_key(name), **self._row(writing, values, old, name)}
        writing.update("companies", company_id, row)
        self._belongings(writing, company_id, values, replace=True)

    def figures(self, company_ids: Sequence[int]) -> dict[int, CompanyFigures]:
        """How many people and which open deals each of the companies has; what was put away does not count."""
        people: dict[int, int] = {}
        sums: dict[int, list[tuple[str | None, int, int]]] = defaultdict(list)
        for part in chunks(company_ids):
            people.update(
                self.connection.execute(
                    "SELECT company_id, count(*) FROM contacts"  # noqa: S608 - parameter marks only
                    f" WHERE company_id IN ({marks(part)}) AND archived_at IS NULL GROUP BY company_id",
                    part,
                )
            )
            rows = self.connection.execute(
                "SELECT company_id, CASE WHEN amount_minor IS NOT NULL THEN currency END AS code,"  # noqa: S608
                f" coalesce(sum(amount_minor), 0), count(*) FROM deals WHERE company_id IN ({marks(part)})"
                " AND status = 'open' AND archived_at IS NULL GROUP BY company_id, code ORDER BY count(*) DESC",
                part,
            )
            for company_id, code, minor, number in rows:
                sums[company_id].append((code, minor, number))
        return {
            each: CompanyFigures(
                people.get(each, 0),
                sum(number for _, _, number in sums[each]),
                tuple((minor, code) for code, minor, _ in sums[each] if code is not None),
            )
            for each in company_ids
        }

    def get(self, company_id: int, /) -> CompanyView:
        """The company with this id.

        Raises:
            NotFoundError: there is none.
        """
        self.one(Company, company_id)
        return next(self.views([company_id]))

    def find(self, ref: str) -> CompanyView:
        """The company meant by an id, e-mail, phone or unique name.

        Raises:
            NotFoundError: there is none.
            AmbiguousError: there is more than one.
        """
        return self.get(self.crm.references.company(ref))

    def delete(self, company_id: int, *, move_to: int | None = None) -> CompanyView:
        """Remove a company with its methods and tags; what refers to it is never destroyed.

        Args:
            company_id: the company to remove.
            move_to: give its contacts, deals, invoices and the companies below it to this company first.

        Raises:
            NotFoundError: there is no such company.
            ConflictError: something refers to the company, and ``move_to`` is not given.
            InvalidDataError: ``move_to`` is the company itself.
        """
        company = self.get(company_id)
        with self.crm.transaction(f"delete company {company.name}") as writing:
            if move_to is not None:
                self._move(writing, company, self.one(Company, move_to))
            used = self._used(company_id, _HISTORY)
            if used:
                raise ConflictError(
                    f"{company.name} has {used} and cannot be deleted.",
                    f"Move them with --move-to, or put the company away: crm company archive {company_id}.",
                )
            self._remove(writing, company_id)
        return company

    def merge(
        self, keep_id: int, other_ids: Sequence[int], choose: Mapping[str, int] | None = None
    ) -> CompanyView:
        """Make one company of several: see ``Merging.companies``."""
        return self.crm.merging.companies(keep_id, other_ids, choose)

    def _move(self, writing: Transaction, company: Company, target: Company) -> None:
        if target.id == company.id:
            raise InvalidDataError(f"{company.name} cannot be moved to itself.", "Name another company.")
        above = {target.id, *self._above(target.id)}
        for table, column, _, _ in _HISTORY:
            rows = self.connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (company.id,))  # noqa: S608
            for (row_id,) in rows.fetchall():
                # the target's own branch goes one up: below the target it would be above and below it at once
                circular = table == "companies" and row_id in above
                writing.update(table, row_id, {column: company.parent_id if circular else target.id})

    def _known(self, name: str) -> tuple[int, str, str | None] | None:
        """The id, name and archived_at of the company meant by a name."""
        found: tuple[int, str, str | None] | None = self.connection.execute(
            "SELECT id, name, archived_at FROM companies WHERE name_key = ?"
            " ORDER BY archived_at IS NOT NULL, created_at, id LIMIT 1",
            (name_key(name),),
        ).fetchone()
        return found

    def _refuse_taken(self, name: str) -> None:
        known = self._known(name)
        if known:
            away = f"Bring it back with crm company restore {known[0]}" if known[2] else ""
            raise ConflictError(
                f"There is a company {known[1]} ({known[0]}) already{', put away' if away else ''}.",
                f"{away or f'Change it with crm company edit {known[0]}'}, or choose another name.",
            )

    def _above(self, company_id: int) -> list[int]:
        """The ids of the company's parent, the parent's parent and so on."""
        rows = self.connection.execute(
            "WITH RECURSIVE above (id) AS (SELECT parent_id FROM companies WHERE id = ?"
            " UNION SELECT parent_id FROM companies JOIN above USING (id))"
            " SELECT id FROM above WHERE id IS NOT NULL",
            (company_id,),
        )
        return [found for (found,) in rows]

    def _row(
        self, writing: Transaction, values: CompanyValues, old: Company | None, name: str
    ) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        given: Mapping[str, object] = values
        for field in _LINES:
            if field in given:
                row[field] = checks.optional_line(checks.text_or_none(given[field]), field)
        if "domain" in values:
            row["domain"] = checks.domain(values["domain"])
        if "note" in values:
            row["note"] = checks.optional_text(values["note"], "note")
        if "custom" in values:
            merged = self.crm.fields.merge("companies", old.custom if old else {}, values["custom"])
            row["custom"] = records.to_sql(merged)
        if "parent_id" in values or "parent" in values:
            row["parent_id"] = self._parent(writing, values, old, name)
        return row

    def _parent(
        self, writing: Transaction, values: CompanyValues, old: Company | None, name: str
    ) -> int | None:
        parent_id = values.get("parent_id")
        parent = values.get("parent")
        if parent and parent.strip():
            if name_key(parent) == name_key(name):
                raise InvalidDataError(f"{name} cannot be its own parent.", "Name another company.")
            parent_id = self.ensure(writing, parent)
        if parent_id is None:
            return None
        above = self.one(Company, parent_id)
        if old is not None and old.id in (parent_id, *self._above(parent_id)):
            raise InvalidDataError(
                f"{above.name} cannot be the parent of {name}, being the same or below it.",
                "Name another company.",
            )
        return parent_id
