"""People: adding, changing, listing, putting away, and what hangs on a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Unpack

from crm_tui.domain import checks, views
from crm_tui.domain.contact_fields import LISTING
from crm_tui.domain.parties import Parties, PartyValues
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError
from crm_tui.models import Contact, ContactMethod, ContactView, ImportantDate, Lifecycle, Relation
from crm_tui.store import records
from crm_tui.store.transaction import SqlValue, Transaction
from crm_tui.text import email_key, is_shared_email, name_key


class ContactValues(PartyValues, total=False):
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


_LINES: Final = {
    "given_name": "given name",
    "family_name": "family name",
    "title": "title",
    "source": "source",
    "language": "language",
}
# What refers to a contact and would be lost with it.
_HISTORY: Final = (
    ("participants", "contact_id", "interaction", "interactions"),
    ("deals", "contact_id", "deal", "deals"),
    ("followups", "contact_id", "follow-up", "follow-ups"),
    ("invoices", "contact_id", "invoice", "invoices"),
    ("contacts", "referred_by_id", "person they referred", "people they referred"),
)
_CADENCE: Final = 36_500  # a hundred years
_OWNED: Final = (("important_dates", "contact_id"), ("relations", "contact_id"), ("relations", "other_id"))


class Contacts(Parties[Contact, ContactView, ContactMethod]):
    """Verbs on contacts."""

    noun = "contact"
    many = "people"
    listing = LISTING
    company_column = "company_id"
    company_field = "company"
    record = Contact
    view = ContactView
    method_record = ContactMethod

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
        with self.crm.transaction(f"edit contact {self.one(Contact, contact_id).name}") as writing:
            self._change(writing, contact_id, values)
        return self.get(contact_id)

    def update_all(self, contact_ids: Sequence[int], **values: Unpack[ContactValues]) -> None:
        """Set the same on several people as one operation: ``update`` for each of them, all or none."""
        self._update_all(contact_ids, values)

    def _change(self, writing: Transaction, contact_id: int, values: ContactValues) -> None:
        old = self.one(Contact, contact_id)
        row = self._row(writing, values, old)
        if "name" in values:
            row["name"] = checks.name(values["name"], "name")
            row["name_key"] = name_key(str(row["name"]))
        writing.update("contacts", contact_id, row)
        self._belongings(writing, contact_id, values, replace=True)

    def get(self, contact_id: int, /) -> ContactView:
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

    def delete(self, contact_id: int) -> ContactView:
        """Remove a person with their methods, dates, relations and tags; history is never destroyed.

        Raises:
            ConflictError: interactions, deals, follow-ups or invoices refer to the person.
        """
        contact = self.get(contact_id)
        with self.crm.transaction(f"delete contact {contact.name}") as writing:
            used = self._used(contact_id, _HISTORY)
            if used:
                raise ConflictError(
                    f"{contact.name} has {used} and cannot be deleted.",
                    f"Put the person away instead: crm contact archive {contact_id}.",
                )
            self._remove(writing, contact_id, _OWNED)
        return contact

    def merge(
        self, keep_id: int, other_ids: Sequence[int], choose: Mapping[str, int] | None = None
    ) -> ContactView:
        """Make one person of several: see ``Merging.contacts``."""
        return self.crm.merging.contacts(keep_id, other_ids, choose)

    def dates(self, contact_id: int) -> list[ImportantDate]:
        """The days that matter to the person, the birthday apart."""
        return list(
            self.read(ImportantDate, "WHERE contact_id = ? ORDER BY substr(date, -5), id", (contact_id,))
        )

    def set_date(self, contact_id: int, label: str, day: str | None) -> ContactView:
        """Note a day (``YYYY-MM-DD`` or ``--MM-DD``) under a label; None removes it.

        The label "birthday" means the contact's birthday.

        Raises:
            NotFoundError: there is no such contact, or nothing under that label to remove.
            InvalidDataError: it is no day.
        """
        from crm_tui.dates import parse_birthday

        contact = self.one(Contact, contact_id)
        label = checks.line(label, "label")
        if label.casefold() == "birthday":
            return self.update(contact_id, birthday=day)
        with self.crm.transaction(f"set {label} of contact {contact.name}") as writing:
            dates = self.dates(contact_id)
            known = [each.id for each in dates if each.label.casefold() == label.casefold()]
            if day is None and not known:
                has = ", ".join(each.label for each in dates) or "none"
                raise NotFoundError(f'{contact.name} has no date "{label}".', f"The dates are: {has}.")
            if day is None:
                for date_id in known:
                    writing.delete("important_dates", date_id)
            elif known:
                writing.update("important_dates", known[0], {"date": parse_birthday(day)})
            else:
                parsed = parse_birthday(day)
                writing.insert("important_dates", {"contact_id": contact_id, "label": label, "date": parsed})
        return self.get(contact_id)

    def relations(self, contact_id: int) -> list[tuple[Relation, str]]:
        """The people the person is tied to, each with their name."""
        found = list(self.read(Relation, "WHERE contact_id = ? ORDER BY id", (contact_id,)))
        names = views.names(self.connection, "contacts", "name", (each.other_id for each in found))
        return [(each, names[each.other_id]) for each in found]

    def relations_to(self, contact_id: int) -> list[tuple[Relation, str]]:
        """The people who are tied to the person, each with their name: whose assistant, whose spouse."""
        found = list(self.read(Relation, "WHERE other_id = ? ORDER BY id", (contact_id,)))
        names = views.names(self.connection, "contacts", "name", (each.contact_id for each in found))
        return [(each, names[each.contact_id]) for each in found]

    def relations_back(self, contact_id: int) -> list[tuple[Relation, str]]:
        """Those of ``relations_to`` that the person's own relations do not say already, as two spouses' do."""
        said = {(each.kind, each.other_id) for each, _ in self.relations(contact_id)}
        return [
            (each, name)
            for each, name in self.relations_to(contact_id)
            if (each.kind, each.contact_id) not in said
        ]

    def relate(self, contact_id: int, kind: str, other_id: int) -> ContactView:
        """Note that ``other_id`` is the person's ``kind``.

        Raises:
            InvalidDataError: somebody is tied to themselves.
        """
        contact, other = self.one(Contact, contact_id), self.one(Contact, other_id)
        if contact_id == other_id:
            raise InvalidDataError(f"{contact.name} cannot be related to themselves.", "Name another person.")
        kind = checks.line(kind, "kind of relation").lower()
        with self.crm.transaction(f"relate contact {contact.name} to {other.name}") as writing:
            if self._relation(contact_id, kind, other_id) is None:
                writing.insert("relations", {"contact_id": contact_id, "other_id": other_id, "kind": kind})
        return self.get(contact_id)

    def unrelate(self, contact_id: int, kind: str, other_id: int) -> ContactView:
        """Take back that ``other_id`` is the person's ``kind``.

        Raises:
            NotFoundError: they are not.
        """
        contact, other = self.one(Contact, contact_id), self.one(Contact, other_id)
        with self.crm.transaction(f"unrelate contact {contact.name} and {other.name}") as writing:
            known = self._relation(contact_id, kind.strip().lower(), other_id)
            if known is None:
                hint = f"crm contact show {contact_id} lists the relations there are."
                raise NotFoundError(f"{other.name} is not the {kind} of {contact.name}.", hint)
            writing.delete("relations", known)
        return self.get(contact_id)

    def _relation(self, contact_id: int, kind: str, other_id: int) -> int | None:
        found = self.relations(contact_id)
        return next((each.id for each, _ in found if (each.kind, each.other_id) == (kind, other_id)), None)

    def _name(self, values: ContactValues) -> str:
        given, family = values.get("given_name"), values.get("family_name")
        return checks.name(values.get("name") or " ".join(part for part in (given, family) if part), "name")

    def _refuse_taken(self, emails: Iterable[str]) -> None:
        for email in emails:
            key = email_key(email)
            if key is None or is_shared_email(key):
                continue
            taken = self.connection.execute(
                "SELECT p.id, p.name FROM contact_methods m JOIN contacts p ON p.id = m.contact_id"
                " WHERE m.normal = ? AND m.kind = 'email' LIMIT 1",
                (key,),
            ).fetchone()
            if taken:
                raise ConflictError(
                    f"{taken[1]} ({taken[0]}) has {email} already.",
                    f"Change that one with crm contact edit {taken[0]}, or add this one without the e-mail.",
                )

    def _row(self, writing: Transaction, values: ContactValues, old: Contact | None) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        given: Mapping[str, object] = values
        for name, word in _LINES.items():
            if name in given:
                row[name] = checks.optional_line(checks.text_or_none(given[name]), word)
        if "note" in values:
            row["note"] = checks.optional_text(values["note"], "note")
        if "timezone" in values:
            row["timezone"] = checks.timezone(values["timezone"])
        if "lifecycle" in values:
            row["lifecycle"] = checks.choice(Lifecycle, values["lifecycle"], "lifecycle").value
        if "cadence_days" in values:
            row["cadence_days"] = checks.positive(values["cadence_days"], "cadence in days", _CADENCE)
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
            from crm_tui.models import Company

            company_id = values["company_id"]
            row["company_id"] = self.one(Company, company_id).id if company_id is not None else None
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
