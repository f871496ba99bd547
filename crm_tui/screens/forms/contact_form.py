"""The form of a person: everything one types about somebody, and how it is written as one operation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from crm_tui.models import Lifecycle
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import ContactMethod, ContactView, CustomField

_APART: Final = frozenset({"given_name", "family_name", "last_contacted_on", "opted_out_on"})
"""Fields that the whole form leaves out: they are changed one by one, where the person is shown whole."""


def read_contact(crm: Crm, contact_id: int | None = None, keys: Collection[str] | None = None) -> Form | None:
    """The form with all it needs to know; None when there is no such person. ``keys`` as for ``contact``."""
    custom = crm.fields.list("contacts")
    if contact_id is None:
        return contact(custom=custom)
    person = next(crm.contacts.views([contact_id]), None)
    if person is None:
        return None
    referrer = next(crm.contacts.views([person.referred_by_id]), None) if person.referred_by_id else None
    return contact(
        person,
        methods=crm.contacts.methods(contact_id),
        referrer=referrer.name if referrer else "",
        custom=custom,
        keys=keys,
    )


def contact(
    person: ContactView | None = None,
    *,
    methods: Sequence[ContactMethod] = (),
    referrer: str = "",
    custom: Sequence[CustomField] = (),
    keys: Collection[str] | None = None,
) -> Form:
    """A person to add, or one to change.

    Args:
        person: Whom to change; somebody new when None.
        methods: The ways to reach them.
        referrer: The name of who brought them.
        custom: The fields of the user's own.
        keys: The fields to ask for; the usual ones unless given.
    """

    def save(crm: Crm, filled: Filled) -> Any:
        given = dict(filled.values if person is None else filled.given())
        address, links = given.pop("address", None), given.pop("links", None)
        own = fields.custom_values(given)
        values = {key: value for key, value in given.items() if not key.startswith(fields.CUSTOM)}
        if own:
            values["custom"] = own
        if "referred_by" in values:
            named = values.pop("referred_by")
            values["referred_by_id"] = crm.references.contact(named) if named else None
        what = f"add contact {values['name']}" if person is None else f"edit contact {person.name}"
        with crm.transaction(what):
            made = (
                crm.contacts.add(**_kept(values))
                if person is None
                else crm.contacts.update(person.id, **values)
            )
            if "address" in filled.changed:
                _write_address(crm, made.id, methods, address)
            if "links" in filled.changed:
                _write_links(crm, made.id, methods, links or [])
        return crm.contacts.get(made.id)

    asked = [field for field in _fields(person, methods, referrer) if _asked(field.key, keys)]
    asked[-1:-1] = [
        field
        for field in fields.custom_fields(custom, person.custom if person else None)
        if _asked(field.key, keys)
    ]
    name = "contact-add" if person is None else f"contact-{person.id}"
    if keys is not None:
        name += "".join(f"-{field.key}" for field in asked).replace("_", "-")
    if person is not None or not {"name", "emails", "phones", "company"} <= {field.key for field in asked}:
        return Form(name, "Add a person" if person is None else f"Change {clean(person.name)}", asked, save)
    return Form(
        name, "Add a person", asked, save, watched=("name", "emails", "phones", "company"), notice=_like
    )


def _like(crm: Crm, texts: Mapping[str, str]) -> str:
    """Whom the person about to be added looks like; nothing when nobody."""
    found = crm.duplicates.like(
        texts["name"],
        emails=fields.several(texts["emails"], crm.clock),
        phones=fields.several(texts["phones"], crm.clock),
        company=texts["company"],
    )
    if found is None:
        return ""
    person, pair = found
    where = f", {person.company}" if person.company else ""
    return clean(f"Looks like {person.name}{where} ({person.id}): {pair.reason}")


def _asked(key: str, keys: Collection[str] | None) -> bool:
    return key not in _APART if keys is None else key in keys


def _fields(person: ContactView | None, methods: Sequence[ContactMethod], referrer: str) -> list[Field]:
    def old(name: str) -> str:
        value = getattr(person, name) if person is not None else None
        return "" if value is None else str(value)

    days = person.cadence_days if person else None
    return [
        Field("name", "name", value=old("name"), required=True),
        Field("given_name", "given name", value=old("given_name")),
        Field("family_name", "family name", value=old("family_name")),
        Field("company", "company", value=old("company"), complete="companies"),
        Field("title", "title", value=old("title"), hint="what they are there"),
        Field("emails", "e-mails", value="; ".join(person.emails) if person else "", check=fields.several),
        Field("phones", "phones", value="; ".join(person.phones) if person else "", check=fields.several),
        Field("tags", "tags", value=", ".join(person.tags) if person else "", check=fields.tags, hint="vip, wine"),
        Field("lifecycle", "is a", "choice", old("lifecycle") or "lead", choices=tuple(Lifecycle)),
        Field("source", "source", value=old("source"), hint="where they came from"),
        Field("referred_by", "brought by", value=referrer, complete="contacts", hint="a name, e-mail or id"),
        Field("birthday", "birthday", value=old("birthday"), check=fields.birthday, hint="1985-06-25 or --06-25"),
        Field(
            "cadence_days", "in touch", value=f"{days}d" if days else "", check=fields.cadence,
            echo=fields.tell_cadence, hint="every 30d, 6w, 3m",
        ),
        Field(
            "last_contacted_on", "last", value=old("last_contacted_on"), check=fields.day, echo=fields.tell_day,
            hint="2026-02-27; what is logged later counts more",
        ),
        Field("language", "language", value=old("language"), hint="en, de, az"),
        Field("timezone", "time zone", value=old("timezone"), check=fields.zone, hint="Europe/Istanbul"),
        Field("links", "links", value="; ".join(_links(methods)), check=fields.several, hint="https://example.com"),
        Field(
            "opted_out_on", "no mail", value=old("opted_out_on"), check=fields.day, echo=fields.tell_day,
            hint="since when; nothing sends to them then",
        ),
        Field("address", "address", "long", _address(methods)),
        Field("note", "note", "long", old("note")),
    ]  # fmt: skip


def _links(methods: Sequence[ContactMethod]) -> list[str]:
    return [each.value for each in methods if each.kind.value == "url"]


def _address(methods: Sequence[ContactMethod]) -> str:
    """The primary address: the others are changed where the person is shown whole."""
    return next((each.value for each in methods if each.kind.value == "address"), "")


def _write_address(crm: Crm, contact_id: int, methods: Sequence[ContactMethod], address: str | None) -> None:
    old = next((each for each in methods if each.kind.value == "address"), None)
    if old is not None:
        crm.contacts.remove_method(contact_id, "address", old.value)
    if address:
        label = old.label if old is not None else None
        crm.contacts.add_method(contact_id, "address", address, label=label, primary=True)


def _write_links(crm: Crm, contact_id: int, methods: Sequence[ContactMethod], links: Sequence[str]) -> None:
    known = _links(methods)
    for link in known:
        if link not in links:
            crm.contacts.remove_method(contact_id, "url", link)
    for link in links:
        if link not in known:
            crm.contacts.add_method(contact_id, "url", link)


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are any."""
    return {key: value for key, value in values.items() if value not in (None, [], "", {})}
