"""People: adding, changing, listing, putting away, and what hangs on a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypedDict, Unpack

from crm_tui.domain import checks, listing, views
from crm_tui.domain.contact_fields import LISTING
from crm_tui.domain.methods import Methods
from crm_tui.domain.service import Service
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.models import (
    Contact,
    ContactMethod,
    ContactView,
    CustomValue,
    ImportantDate,
    Lifecycle,
    MethodKind,
    Relation,
)
from crm_tui.store import records
from crm_tui.store.transaction import SqlValue, Transaction
from crm_tui.text import email_key, is_shared_email, name_key


class ContactValues(TypedDict, total=False):
    """What can be set on a contact. ``company`` is a name, made when there is none; None empties a field."""

    name: str
    given_name: str | None
    family_name: str | None
    company: str | None
    company_id: int | None
    title: str | None
    lifecycle: str
    source: str | None
    referred_by_id: int | None
    birthday: str | None
    language: str | None
    timezone: str | None
    cadence_days: int | None
    last_contacted_on: date | None
    opted_out_on: date | None
    note: str | None
    emails: Iterable[str]
    phones: Iterable[str]
    tags: Iterable[str]
    custom: Mapping[str, CustomValue | None]


_LINES: Final = {
    "given_name": "given name",
    "family_name": "family name",
    "title": "title",
    "source": "source",
    "language": "language",
}
# What refers to a contact and would be lost with it: table, column, the word for it.
_HISTORY: Final = (
    ("participants", "contact_id", "interactions"),
    ("deals", "contact_id", "deals"),
    ("followups", "contact_id", "follow-ups"),
    ("invoices", "contact_id", "invoices"),
    ("contacts", "referred_by_id", "people they referred"),
)


class Contacts(Service):
    """Verbs on contacts."""

    def add(self, **values: Unpack[ContactValues]) -> ContactView:
        """Add a person; only the name is needed.

        Raises:
            InvalidDataError: a value cannot be what it claims to be.
            ConflictError: somebody has one of the e-mails already.
        """
        name = self._name(values)
        with self.crm.transaction(f"add contact {name}") as writing:
            self._refuse_taken(values.get("emails", ()))
            row: dict[str, SqlValue] = {
                "name": name,
                "name_key": name_key(name),
                **self._row(writing, values, None),
            }
            made = writing.insert("contacts", row)
            self._belongings(writing, made, values)
        return self.get(made)

    def update(self, contact_id: int, **values: Unpack[ContactValues]) -> ContactView:
        """Change a person; e-mails, phones and tags given replace those there are.

        Raises:
            NotFoundError: there is no such contact.
            InvalidDataError: a value cannot be what it claims to be.
        """
        old = self.one(Contact, contact_id)
        with self.crm.transaction(f"edit contact {old.name}") as writing:
            row = self._row(writing, values, old)
            if "name" in values:
                row["name"] = checks.line(values["name"], "name")
                row["name_key"] = name_key(str(row["name"]))
            writing.update("contacts", contact_id, row)
            self._belongings(writing, contact_id, values, replace=True)
        return self.get(contact_id)

    def get(self, contact_id: int) -> ContactView:
        """The person with this id.

        Raises:
            NotFoundError: there is none.
        """
        self.one(Contact, contact_id)
        return next(self.views([contact_id]))

    def find(self, ref: str) -> ContactView:
        """The person meant by an id, e-mail, phone or unique name.

        Raises:
            NotFoundError: nobody.
            AmbiguousError: more than one.
        """
        return self.get(self.crm.references.contact(ref))

    def list(
        self,
        condition: listing.Filter = None,
        *,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[ContactView]:
        """The people who match a filter, by name unless sorted otherwise."""
        return list(self.iterate(condition, sort=sort, limit=limit, offset=offset))

    def iterate(
        self,
        condition: listing.Filter = None,
        *,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[ContactView]:
        """As ``list``, a few hundred at a time."""
        return self.views(listing.ids(self.crm, LISTING, condition, sort=sort, limit=limit, offset=offset))

    def ids(
        self,
        condition: listing.Filter = None,
        *,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[int]:
        """The ids of the people who match a filter, in order."""
        return list(listing.ids(self.crm, LISTING, condition, sort=sort, limit=limit, offset=offset))

    def count(self, condition: listing.Filter = None) -> int:
        """How many people match a filter."""
        return listing.count(self.crm, LISTING, condition)

    def views(self, ids: Iterable[int]) -> Iterator[ContactView]:
        """The people with these ids, in that order; ids that are gone are passed over."""
        names = records.columns(Contact)
        company_place = names.index("company_id")
        build = records.builder(Contact)
        for part in views.in_chunks(ids):
            rows = views.by_ids(self.connection, Contact, "contacts", part)
            companies = views.names(
                self.connection, "companies", "name", (row[company_place] for row in rows.values())
            )
            emails, phones = views.methods(self.connection, "contact", part)
            tags = views.tags(self.connection, "contact", part)
            for contact_id in part:
                if contact_id in rows:
                    contact = build(rows[contact_id])
                    yield ContactView(
                        **{name: getattr(contact, name) for name in names},
                        company=companies.get(contact.company_id or 0),
                        emails=emails.get(contact_id, ()),
                        phones=phones.get(contact_id, ()),
                        tags=tags.get(contact_id, ()),
                    )

    def archive(self, contact_id: int) -> ContactView:
        """Put a person away: out of every list, nothing lost."""
        return self._set_archived(contact_id, "archive", archived=True)

    def restore(self, contact_id: int) -> ContactView:
        """Bring a person back into the lists."""
        return self._set_archived(contact_id, "restore", archived=False)

    def delete(self, contact_id: int) -> ContactView:
        """Remove a person with their methods, dates, relations and tags; history is never destroyed.

        Raises:
            ConflictError: interactions, deals, follow-ups or invoices refer to the person.
        """
        contact = self.get(contact_id)
        for table, column, word in _HISTORY:
            (number,) = self.connection.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = ?",
                (contact_id,),  # noqa: S608 - fixed names
            ).fetchone()
            if number:
                raise ConflictError(
                    f"{contact.name} has {number:,} {word} and cannot be deleted.",
                    f"Put the person away instead: crm contact archive {contact_id}.",
                )
        with self.crm.transaction(f"delete contact {contact.name}") as writing:
            for table, column in (
                ("contact_methods", "contact_id"),
                ("important_dates", "contact_id"),
                ("relations", "contact_id"),
                ("relations", "other_id"),
                ("contact_tags", "contact_id"),
            ):
                rows = self.connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (contact_id,))  # noqa: S608
                for (row_id,) in rows.fetchall():
                    writing.delete(table, row_id)
            refs = self.connection.execute(
                "SELECT id FROM external_refs WHERE entity = 'contacts' AND entity_id = ?", (contact_id,)
            )
            for (row_id,) in refs.fetchall():
                writing.delete("external_refs", row_id)
            writing.delete("contacts", contact_id)
        return contact

    def tag(self, contact_id: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> ContactView:
        """Put tags on a person and take others off."""
        contact = self.one(Contact, contact_id)
        with self.crm.transaction(f"tag contact {contact.name}") as writing:
            self.crm.tags.put(writing, "contact", contact_id, add)
            self.crm.tags.take(writing, "contact", contact_id, remove)
        return self.get(contact_id)

    def methods(self, contact_id: int) -> list[ContactMethod]:
        """Every way to reach the person, the primary ones first."""
        return list(
            self.read(ContactMethod, "WHERE contact_id = ? ORDER BY kind, is_primary DESC, id", (contact_id,))
        )

    def add_method(
        self, contact_id: int, kind: str, value: str, *, label: str | None = None, primary: bool = False
    ) -> ContactView:
        """Add a way to reach the person; one they have already only gets the label or becomes primary."""
        contact = self.one(Contact, contact_id)
        method = checks.choice(MethodKind, kind, "kind of method")
        with self.crm.transaction(f"add {method} to contact {contact.name}") as writing:
            Methods(self.crm, "contact").add(writing, contact_id, method, value, label=label, primary=primary)
        return self.get(contact_id)

    def remove_method(self, contact_id: int, kind: str, value: str) -> ContactView:
        """Remove a way to reach the person.

        Raises:
            NotFoundError: they have no such method.
        """
        contact = self.one(Contact, contact_id)
        method = checks.choice(MethodKind, kind, "kind of method")
        with self.crm.transaction(f"remove {method} from contact {contact.name}") as writing:
            Methods(self.crm, "contact").remove(writing, contact_id, method, value)
        return self.get(contact_id)

    def dates(self, contact_id: int) -> list[ImportantDate]:
        """The days that matter to the person, the birthday apart."""
        return list(
            self.read(ImportantDate, "WHERE contact_id = ? ORDER BY substr(date, -5), id", (contact_id,))
        )

    def set_date(self, contact_id: int, label: str, day: str | None) -> ContactView:
        """Note a day (``YYYY-MM-DD`` or ``--MM-DD``) under a label; None removes it; "birthday" is the birthday."""
        from crm_tui.dates import parse_birthday

        contact = self.one(Contact, contact_id)
        label = checks.line(label, "label")
        if label.casefold() == "birthday":
            return self.update(contact_id, birthday=day)
        known = [each for each in self.dates(contact_id) if each.label.casefold() == label.casefold()]
        with self.crm.transaction(f"set {label} of contact {contact.name}") as writing:
            if day is None:
                for each in known:
                    writing.delete("important_dates", each.id)
            elif known:
                writing.update("important_dates", known[0].id, {"date": parse_birthday(day)})
            else:
                row: dict[str, SqlValue] = {
                    "contact_id": contact_id,
                    "label": label,
                    "date": parse_birthday(day),
                }
                writing.insert("important_dates", row)
        return self.get(contact_id)

    def relations(self, contact_id: int) -> list[tuple[Relation, str]]:
        """The people the person is tied to, each with their name."""
        found = list(self.read(Relation, "WHERE contact_id = ? ORDER BY id", (contact_id,)))
        names = views.names(self.connection, "contacts", "name", (each.other_id for each in found))
        return [(each, names[each.other_id]) for each in found]

    def relate(self, contact_id: int, kind: str, other_id: int) -> ContactView:
        """Note that ``other_id`` is the person's ``kind``.

        Raises:
            InvalidDataError: somebody is tied to themselves.
        """
        contact, other = self.one(Contact, contact_id), self.one(Contact, other_id)
        if contact_id == other_id:
            raise InvalidDataError(f"{contact.name} cannot be related to themselves.", "Name another person.")
        kind = checks.line(kind, "kind of relation").lower()
        known = any(each.kind == kind and each.other_id == other_id for each, _ in self.relations(contact_id))
        with self.crm.transaction(f"relate contact {contact.name} to {other.name}") as writing:
            if not known:
                writing.insert("relations", {"contact_id": contact_id, "other_id": other_id, "kind": kind})
        return self.get(contact_id)

    def _set_archived(self, contact_id: int, verb: str, *, archived: bool) -> ContactView:
        contact = self.one(Contact, contact_id)
        if (contact.archived_at is not None) != archived:
            with self.crm.transaction(f"{verb} contact {contact.name}") as writing:
                writing.update("contacts", contact_id, {"archived_at": writing.stamp if archived else None})
        return self.get(contact_id)

    def _name(self, values: ContactValues) -> str:
        given, family = values.get("given_name"), values.get("family_name")
        return checks.line(values.get("name") or " ".join(part for part in (given, family) if part), "name")

    def _refuse_taken(self, emails: Iterable[str]) -> None:
        for email in emails:
            key = email_key(email)
            if key is None or is_shared_email(key):
                continue
            taken = self.connection.execute(
                "SELECT contacts.id, contacts.name FROM contact_methods m JOIN contacts ON contacts.id = m.contact_id"
                " WHERE m.normal = ? AND m.kind = 'email' LIMIT 1",
                (key,),
            ).fetchone()
            if taken:
                raise ConflictError(
                    f"{taken[1]} ({taken[0]}) has {email} already.",
                    f"Change that contact with crm contact edit {taken[0]}, or add this one without the e-mail.",
                )

    def _row(self, writing: Transaction, values: ContactValues, old: Contact | None) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        given: Mapping[str, object] = values
        for name, word in _LINES.items():
            if name in given:
                row[name] = checks.optional_line(_text(given[name]), word)
        if "note" in values:
            row["note"] = checks.optional_text(values["note"], "note")
        if "timezone" in values:
            row["timezone"] = checks.timezone(values["timezone"])
        if "lifecycle" in values:
            row["lifecycle"] = checks.choice(Lifecycle, values["lifecycle"], "lifecycle").value
        if "cadence_days" in values:
            row["cadence_days"] = checks.positive(values["cadence_days"], "cadence in days")
        if "last_contacted_on" in values:
            row["last_contacted_base_on"] = records.to_sql(values["last_contacted_on"])
        if "opted_out_on" in values:
            row["opted_out_on"] = records.to_sql(values["opted_out_on"])
        if "birthday" in values:
            from crm_tui.dates import parse_birthday

            birthday = values["birthday"]
            row["birthday"] = parse_birthday(birthday) if birthday else None
        if "custom" in values:
            merged = self.crm.fields.merge("contacts", old.custom if old else {}, values["custom"])
            row["custom"] = records.to_sql(merged)
        row.update(self._references(writing, values, old))
        return row

    def _references(
        self, writing: Transaction, values: ContactValues, old: Contact | None
    ) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        if "company_id" in values:
            row["company_id"] = values["company_id"]
        if "company" in values:
            company = values["company"]
            row["company_id"] = (
                self.crm.companies.ensure(writing, company) if company and company.strip() else None
            )
        if "referred_by_id" in values:
            referrer = values["referred_by_id"]
            if referrer is not None and old is not None and referrer == old.id:
                raise InvalidDataError(f"{old.name} cannot have referred themselves.", "Name another person.")
            row["referred_by_id"] = self.one(Contact, referrer).id if referrer is not None else None
        return row

    def _belongings(
        self, writing: Transaction, contact_id: int, values: ContactValues, *, replace: bool = False
    ) -> None:
        methods = Methods(self.crm, "contact")
        for kind, wanted in (
            (MethodKind.EMAIL, values.get("emails")),
            (MethodKind.PHONE, values.get("phones")),
        ):
            if wanted is None:
                continue
            if replace:
                methods.replace(writing, contact_id, kind, wanted)
            else:
                for value in wanted:
                    methods.add(writing, contact_id, kind, value)
        if "tags" in values:
            tags = list(values["tags"])
            if replace:
                kept = {tag.casefold() for tag in tags}
                gone = [
                    tag for tag in self.crm.tags.names_of("contact", contact_id) if tag.casefold() not in kept
                ]
                self.crm.tags.take(writing, "contact", contact_id, gone)
            self.crm.tags.put(writing, "contact", contact_id, tags)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
