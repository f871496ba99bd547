"""The form of a person: what it asks for, and what it writes."""

from __future__ import annotations

from typing import Any

import pytest

from crm_tui.dates import Clock
from crm_tui.domain import Crm
from crm_tui.errors import CrmError, NotFoundError
from crm_tui.screens.forms import daily_forms, fields
from crm_tui.screens.forms.fields import Filled, Form
from tests.conftest import NOW
from tests.tui.conftest import fill

CLOCK = Clock.fixed(NOW)


def save(crm: Crm, form: Form | None, **texts: str) -> Any:
    """Fill a form in as a person would, and save it."""
    assert form is not None
    given = {field.key: texts.get(field.key.replace("-", "_"), field.value) for field in form.fields}
    values = {field.key: field.read(given[field.key], CLOCK) for field in form.fields}
    changed = frozenset(field.key for field in form.fields if given[field.key] != field.value)
    return form.save(crm, Filled(values, changed))


def own(crm: Crm) -> None:
    crm.fields.add("contacts", "shirt", "choice", label="Shirt size", choices=["S", "M"])
    crm.fields.add("contacts", "fan", "flag")
    crm.fields.add("contacts", "score", "number")
    crm.fields.add("contacts", "since", "date")
    crm.fields.add("contacts", "motto", "text", label="A motto of whatever length")


def test_a_person_is_added_whole_as_one_operation(crm: Crm) -> None:
    fill(crm)
    own(crm)
    made = save(
        crm, daily_forms.read_contact(crm), name="Ada", company="Acme", emails="ada@example.com",
        links="https://a.example; b.example", address="Nizami 12\nBaku",
        referred_by="Elvin", language="az", timezone="Asia/Baku", birthday="--12-10",
        custom_shirt="M", custom_fan="yes", custom_score="12.5", custom_since="2026-01-01", custom_motto="on",
    )  # fmt: skip
    assert (made.company, made.language, made.timezone, made.referred_by_id) == ("Acme", "az", "Asia/Baku", 2)
    assert made.custom == {"shirt": "M", "fan": True, "score": 12.5, "since": "2026-01-01", "motto": "on"}
    assert [(each.kind.value, each.value) for each in crm.contacts.methods(made.id)] == [
        ("address", "Nizami 12\nBaku"), ("email", "ada@example.com"),
        ("url", "https://a.example"), ("url", "b.example"),
    ]  # fmt: skip
    crm.undo()
    assert crm.contacts.count("name:ada") == 0


def test_only_what_was_typed_is_changed(crm: Crm) -> None:
    fill(crm)
    own(crm)
    crm.contacts.add_method(1, "address", "Old 1", label="home")
    crm.contacts.add_method(1, "address", "Second 2")
    crm.contacts.update(1, referred_by_id=2, custom={"shirt": "S", "score": 3})
    with crm.transaction("twins"):
        crm.contacts.add(name="Elvin Məmmədov")
    # the referrer's name now means two, and is not read again as it was not touched
    save(
        crm,
        daily_forms.read_contact(crm, 1),
        address="New 3",
        links="",
        custom_shirt=fields.NOTHING,
        title="chief",
    )
    anna = crm.contacts.get(1)
    assert (anna.title, anna.referred_by_id, anna.custom) == ("chief", 2, {"score": 3})
    methods = [(each.value, each.label) for each in crm.contacts.methods(1) if each.kind == "address"]
    assert methods == [("New 3", "home"), ("Second 2", None)]
    assert not [each for each in crm.contacts.methods(1) if each.kind == "url"]
    assert anna.emails == ("anna@example.com", "kowalska@example.org")
    save(crm, daily_forms.read_contact(crm, 1), referred_by="", address="", note="")
    anna = crm.contacts.get(1)
    assert (anna.referred_by_id, anna.note) == (None, None)


def test_a_referrer_nobody_knows_is_refused_and_nothing_is_written(crm: Crm) -> None:
    fill(crm)
    with pytest.raises(NotFoundError):
        save(crm, daily_forms.read_contact(crm, 1), referred_by="Nobody Known", title="chief")
    assert crm.contacts.get(1).title == "buyer"


@pytest.mark.parametrize(
    ("key", "text"),
    [("custom_score", "many"), ("custom_since", "soon"), ("timezone", "Atlantis"), ("birthday", "x")],
)
def test_a_value_is_checked_as_it_is_typed(crm: Crm, key: str, text: str) -> None:
    own(crm)
    with pytest.raises(CrmError):
        save(crm, daily_forms.read_contact(crm), name="Ada", **{key: text})
    assert crm.contacts.count() == 0


def test_choices_are_offered_where_they_fit_in_a_line(crm: Crm) -> None:
    own(crm)
    crm.fields.add("contacts", "wine", "choice", choices=[f"vineyard number {each}" for each in range(9)])
    form = daily_forms.read_contact(crm)
    assert form is not None
    kinds = {field.key: (field.kind, tuple(field.choices)) for field in form.fields}
    assert kinds["custom-shirt"] == ("choice", ("—", "S", "M"))
    assert kinds["custom-fan"] == ("choice", ("—", "yes", "no"))
    assert kinds["custom-wine"] == ("line", ())
    assert form.fields[-1].key == "note"
    assert all(len(field.label) <= 12 for field in form.fields)


def test_nobody_there_has_no_form(crm: Crm) -> None:
    assert daily_forms.read_contact(crm, 5) is None


def test_a_part_of_a_form_leaves_the_rest_as_it_is(crm: Crm) -> None:
    made = crm.contacts.add(name="Ada", title="chief", emails=["ada@example.com"])
    whole = daily_forms.read_contact(crm, made.id)
    assert whole is not None
    part = fields.only(whole, ("title",), "Title")
    assert [field.key for field in part.fields] == ["title"]
    save(crm, part, title="")
    found = crm.contacts.get(made.id)
    assert (found.title, found.emails, found.name) == (None, ("ada@example.com",), "Ada")
