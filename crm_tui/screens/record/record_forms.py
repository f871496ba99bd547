"""The form for exactly one item of a record, made in the worker thread that reads what it needs to know.

What a saved form returns, ``key_of`` turns into the key of the row it became, so that the cursor can go there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock, local_datetime
from crm_tui.dates.when import When
from crm_tui.models import (
    ContactMethod,
    ContactView,
    DealView,
    Direction,
    FollowupView,
    ImportantDate,
    InteractionKind,
    InteractionView,
    InvoiceView,
    PaymentView,
    Relation,
)
from crm_tui.screens.billing import invoice_forms, payment_forms
from crm_tui.screens.forms import daily_forms, fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.screens.record import record_rows
from crm_tui.screens.record.record_reading import Whole, service
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CompanyMethod
    from crm_tui.widgets.records.record_view_rows import Row

_VALUES: Final = {
    "email": "name@example.com",
    "phone": "+994 12 345 67 89",
    "url": "https://example.com",
    "im": "telegram: @name",
}
_TOGETHER: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "contacts": {"name": ("name", "given_name", "family_name")},
    "companies": {},
    "deals": {"expected_close_on": ("close",), "contact": ("person",)},
    "invoices": {"contact": ("person",), "issued_on": ("issued", "due"), "due_on": ("due",)},
}
"""Where the fields of a form are not called as the item."""
_CLOSED: Final = ("closed_on", "lost_reason", "lost_note")


def change(crm: Crm, whole: Whole, row: Row) -> Form | None:
    """The form that changes the item of a row; None where there is nothing to change, or it is gone."""
    kind, *rest = row.key or ("",)
    maker = _MAKERS.get(str(kind))
    return maker(crm, whole, row, rest) if maker is not None else None


def record(crm: Crm, whole: Whole) -> Form | None:
    """The form of the whole record."""
    if whole.table == "contacts":
        return daily_forms.read_contact(crm, whole.view.id)
    if whole.table == "companies":
        return company(crm, whole.view.id)
    if whole.table == "invoices":
        return invoice_forms.edit(crm, whole.view.id)
    return deal(crm, whole.view.id)


def company(crm: Crm, company_id: int) -> Form:
    """The form of a company."""
    from crm_tui.screens.forms import company_forms

    return company_forms.company(
        crm.companies.get(company_id), crm.fields.list("companies"), crm.companies.methods(company_id)
    )


def deal(crm: Crm, deal_id: int) -> Form:
    """The form of a deal."""
    from crm_tui.screens.forms import deal_forms

    return deal_forms.edit(
        crm.deals.get(deal_id), base=crm.config.base_currency, custom=crm.fields.list("deals")
    )


def method(whole: Whole, kind: str, old: ContactMethod | CompanyMethod | None = None) -> Form:
    """A way to reach somebody to add, or one to change."""
    owner, table = whole.view.id, whole.table
    if isinstance(old, ContactMethod):
        # that of a deal is its person's
        owner, table = old.contact_id, "contacts"
    word = record_rows.METHODS[kind]
    first = old.is_primary if old is not None else not any(each.kind.value == kind for each in whole.methods)

    def save(crm: Crm, filled: Filled) -> Any:
        verbs, values = service(crm, table), filled.values
        before = {each.id for each in verbs.methods(owner)} - {old.id if old is not None else 0}
        leads = values["first"] == "yes"
        with crm.transaction(f"{'add' if old is None else 'edit'} {kind} of {whole.name}"):
            anew = "value" in filled.changed or (values["label"] is None and old is not None and old.label)
            if old is not None and (anew or (old.is_primary and not leads)):
                verbs.remove_method(owner, kind, old.value)
            verbs.add_method(owner, kind, values["value"], label=values["label"], primary=leads)
        made = next((each for each in verbs.methods(owner) if each.id not in before), None)
        return None if made is None else ("method", kind, made.value)

    return Form(
        f"method-{whole.noun}-{whole.view.id}-{old.id if old is not None else f'add-{kind}'}",
        f"{'Add' if old is None else 'Change'} {'an' if word[0] in 'ae' else 'a'} {word} of {clean(whole.name)}",
        (
            Field(
                "value", word, "long" if kind == "address" else "line", value=old.value if old is not None else "",
                required=True, hint=_VALUES.get(kind, ""),
            ),
            Field("label", "label", value=(old.label or "") if old is not None else "", hint="work, home, mobile"),
            Field("first", "first", "choice", "yes" if first else "no", choices=("yes", "no")),
        ),
        save,
        "The first of a kind is the one that lists show.",
    )  # fmt: skip


def important_date(whole: Whole, old: ImportantDate | None = None) -> Form:
    """A day that matters to a person."""
    contact_id = whole.view.id

    def save(crm: Crm, filled: Filled) -> Any:
        label, day = filled.values["label"], filled.values["date"]
        with crm.transaction(f"set {label} of contact {whole.name}"):
            if old is not None and "label" in filled.changed:
                crm.contacts.set_date(contact_id, old.label, None)
            crm.contacts.set_date(contact_id, label, day)
        known = [
            each.id for each in crm.contacts.dates(contact_id) if each.label.casefold() == label.casefold()
        ]
        return ("date", known[0]) if known else ("field", "birthday")

    return Form(
        f"date-{contact_id}-{old.id if old is not None else 'add'}",
        f"A date of {clean(whole.name)}",
        (
            Field("label", "what", value=old.label if old else "", required=True, hint="wedding, company founded"),
            Field(
                "date", "day", value=old.date if old else "", required=True, check=fields.birthday,
                hint="2015-06-25, or --06-25 for every year",
            ),
        ),
        save,
    )  # fmt: skip


def relation(whole: Whole, old: tuple[Relation, str] | None = None) -> Form:
    """Whom a person is tied to, and how."""
    contact_id = whole.view.id

    def save(crm: Crm, filled: Filled) -> Any:
        kind = filled.values["kind"]
        if old is not None and "other" not in filled.changed:
            other = old[0].other_id
        else:
            other = crm.references.contact(filled.values["other"])
        if old is None or filled.changed:
            with crm.transaction(f"relate contact {whole.name} to {crm.contacts.get(other).name}"):
                if old is not None:
                    crm.contacts.unrelate(contact_id, old[0].kind, old[0].other_id)
                crm.contacts.relate(contact_id, kind, other)
        return ("relation", kind.strip().lower(), other)

    return Form(
        f"relation-{contact_id}-{old[0].id if old is not None else 'add'}",
        f"A relation of {clean(whole.name)}",
        (
            Field("kind", "their", value=old[0].kind if old else "", required=True, hint="spouse, assistant"),
            Field(
                "other", "is", value=old[1] if old else "", required=True, complete="contacts",
                hint="a name, e-mail or id",
            ),
        ),
        save,
    )  # fmt: skip


def interaction(old: InteractionView, clock: Clock) -> Form:
    """Something that happened, to be put right."""

    def save(crm: Crm, filled: Filled) -> Any:
        given = filled.given()
        if "when" in given:
            when: When = given.pop("when")
            given["occurred_at"] = when.instant(crm.clock)
        if "direction" in given:
            given["direction"] = given["direction"] if given["direction"] != "neither" else None
        if "who" in given:
            given["contact_ids"] = [crm.references.contact(each) for each in given.pop("who")]
        if "deal" in given:
            named = given.pop("deal")
            given["deal_id"] = crm.references.deal(named) if named else None
        return crm.interactions.update(old.id, **given)

    at = local_datetime(old.occurred_at, clock)
    minutes = old.duration_minutes
    return Form(
        f"interaction-{old.id}",
        f"Change the {old.kind.value}",
        (
            Field("summary", "in a line", value=old.summary, required=True),
            Field("kind", "what", "choice", old.kind.value, choices=tuple(InteractionKind)),
            Field(
                "when", "when", value=f"{at:%Y-%m-%d %H:%M}", required=True, check=fields.when,
                echo=fields.tell_when,
            ),
            Field(
                "direction", "who began", "choice", old.direction.value if old.direction else "neither",
                choices=("neither", *Direction),
            ),
            Field(
                "duration_minutes", "took", value="" if minutes is None else f"{minutes}m",
                check=fields.duration, echo=fields.tell_duration, hint="15m, 1h",
            ),
            Field("who", "with", value="; ".join(old.contacts), check=fields.several, complete="contacts"),
            Field("deal", "about", value=old.deal or "", hint="the title of a deal"),
            Field("body", "more", "long", old.body or ""),
        ),
        save,
    )  # fmt: skip


def key_of(saved: Any) -> Hashable | None:
    """The key of the row that a saved form has made or changed, where there is one."""
    if isinstance(saved, tuple):
        return saved if saved and isinstance(saved[0], str) else None
    if isinstance(saved, FollowupView):
        return ("followup", saved.id)
    if isinstance(saved, DealView):
        return ("deal", saved.id)
    if isinstance(saved, InvoiceView):
        return ("invoice", saved.id)
    if isinstance(saved, PaymentView):
        return ("payment", saved.id)
    if isinstance(saved, ContactView):
        return ("person", saved.id)
    if isinstance(saved, InteractionView):
        from crm_tui.domain import timeline

        return ("item", *timeline.key_of(saved))
    if isinstance(saved, list) and len(saved) == 1:
        return key_of(saved[0])
    return None


def _field(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    name = rest[0]
    if whole.table == "deals" and name in _CLOSED:
        return _closed(whole.view, name)
    if whole.table == "invoices" and name == "deal":
        return invoice_forms.deal(whole.view)
    return _part(crm, whole, _TOGETHER[whole.table].get(name, (name,)), row.label or name)


def _custom(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return _part(crm, whole, (f"{fields.CUSTOM}{rest[0]}",), row.label)


def _part(crm: Crm, whole: Whole, keys: Sequence[str], label: str) -> Form | None:
    """The form of the record with these fields alone."""
    title = f"{clean(label).capitalize()} of {clean(whole.name)}"
    if whole.table == "contacts":
        found = daily_forms.read_contact(crm, whole.view.id, keys)
        return None if found is None else replace(found, title=title)
    form = record(crm, whole)
    if form is None or not any(field.key in keys for field in form.fields):
        return form
    return fields.only(form, keys, title)


def _closed(old: DealView, name: str) -> Form:
    """How a deal ended."""
    made = {
        "closed_on": Field(
            "closed_on", old.status.value, value=old.closed_on.isoformat() if old.closed_on else "", required=True,
            check=fields.day, echo=fields.tell_day,
        ),
        "lost_reason": Field("lost_reason", "because", value=old.lost_reason or "", required=True),
        "lost_note": Field("lost_note", "what else", "long", old.lost_note or ""),
    }  # fmt: skip

    def save(crm: Crm, filled: Filled) -> Any:
        return crm.deals.update(old.id, **filled.given())

    return Form(
        f"deal-{old.id}-{name}".replace("_", "-"), f"The end of {clean(old.title)}", (made[name],), save
    )


def _method(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return method(whole, row.of.kind.value, row.of)


def _date(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return important_date(whole, row.of)


def _relation(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return relation(whole, row.of)


def _followup(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return daily_forms.change_followup(crm.followups.get(rest[0]))


def _deal(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return deal(crm, rest[0])


def _person(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return daily_forms.read_contact(crm, rest[0])


def _company(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return company(crm, rest[0])


def _invoice(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return invoice_forms.edit(crm, rest[0])


def _line(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return _part(crm, whole, ("lines", "currency"), "lines")


def _payment(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    return payment_forms.change(crm, rest[0])


def _item(crm: Crm, whole: Whole, row: Row, rest: Sequence[Any]) -> Form | None:
    if row.of.entity == "invoice":
        return invoice_forms.edit(crm, row.of.id)
    if row.of.entity == "payment":
        return payment_forms.change(crm, row.of.id)
    if row.of.entity == "interaction":
        return interaction(crm.interactions.get(row.of.id), crm.clock)
    if row.of.entity == "followup":
        return daily_forms.change_followup(crm.followups.get(row.of.id))
    return None


_MAKERS: Final[Mapping[str, Callable[[Crm, Whole, Row, Sequence[Any]], Form | None]]] = {
    "field": _field, "custom": _custom, "method": _method, "date": _date, "relation": _relation,
    "followup": _followup, "deal": _deal, "person": _person, "company": _company, "item": _item,
    "invoice": _invoice, "line": _line, "payment": _payment,
}  # fmt: skip
