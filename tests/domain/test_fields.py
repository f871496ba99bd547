"""Custom fields: defining them, checking their values, and not losing any."""

from __future__ import annotations

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, CrmError, InvalidDataError, NotFoundError, UsageError
from crm_tui.models import CustomValue, FieldType


def define(crm: Crm) -> None:
    crm.fields.add("contacts", "nick", FieldType.TEXT)
    crm.fields.add("contacts", "shoe", FieldType.NUMBER, label="Shoe size")
    crm.fields.add("contacts", "met", FieldType.DATE)
    crm.fields.add("contacts", "hat", FieldType.CHOICE, choices=["Red", "Blau"])
    crm.fields.add("contacts", "warm", FieldType.FLAG)


def test_fields_are_listed_by_kind_of_record(crm: Crm) -> None:
    define(crm)
    crm.fields.add("deals", "nick", FieldType.TEXT)
    assert [each.key for each in crm.fields.list("contacts")] == ["nick", "shoe", "met", "hat", "warm"]
    assert [(each.entity, each.key) for each in crm.fields.list()][-1] == ("deals", "nick")
    assert (crm.fields.get("contacts", " SHOE ").label, crm.fields.get("contacts", "nick").label) == (
        "Shoe size", "nick",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("nick", " Ann ", "Ann"),
        ("shoe", "38", 38),
        ("shoe", "38.5", 38.5),
        ("shoe", "-1e3", -1000.0),
        ("shoe", 7, 7),
        ("met", "2026-02-28", "2026-02-28"),
        ("hat", "red", "Red"),
        ("hat", "BLAU", "Blau"),
        ("warm", "Yes", True),
        ("warm", "off", False),
        ("warm", True, True),
    ],
)
def test_values_are_kept_by_type(crm: Crm, key: str, typed: CustomValue, kept: CustomValue) -> None:
    define(crm)
    anna = crm.contacts.add(name="Anna", custom={key.upper(): typed})
    assert anna.custom == {key: kept}
    assert type(crm.contacts.get(1).custom[key]) is type(kept)


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("nick", "x" * 1001),
        ("shoe", "12,5"),
        ("shoe", "large"),
        ("shoe", "true"),
        ("shoe", "NaN"),
        ("shoe", "Infinity"),
        ("shoe", "1e16"),
        ("shoe", "9" * 5000),
        ("met", "yesterday"),
        ("met", "2026-02-30"),
        ("hat", "green"),
        ("warm", "maybe"),
    ],
)
def test_values_that_do_not_fit_are_refused(crm: Crm, key: str, typed: str) -> None:
    define(crm)
    with pytest.raises(InvalidDataError):
        crm.contacts.add(name="Anna", custom={key: typed})
    assert crm.contacts.count() == 0


def test_an_empty_value_removes_it(crm: Crm) -> None:
    define(crm)
    crm.contacts.add(name="Anna", custom={"nick": "Ann", "shoe": 38})
    assert crm.contacts.update(1, custom={"nick": ""}).custom == {"shoe": 38}
    assert crm.contacts.update(1, custom={"shoe": None}).custom == {}


def test_an_unknown_field_suggests_the_nearest(crm: Crm) -> None:
    define(crm)
    with pytest.raises(NotFoundError, match='contacts have no field "shoes"') as caught:
        crm.contacts.add(name="Anna", custom={"shoes": "38"})
    assert caught.value.hint == "Did you mean shoe?"
    with pytest.raises(NotFoundError) as caught:
        crm.fields.get("deals", "zzz")
    assert caught.value.hint == "crm field add deals zzz --type text defines it."


@pytest.mark.parametrize(
    ("entity", "key", "kind", "choices", "error"),
    [
        ("people", "nick", FieldType.TEXT, (), UsageError),
        ("contacts", "", FieldType.TEXT, (), InvalidDataError),
        ("contacts", "2nd", FieldType.TEXT, (), InvalidDataError),
        ("contacts", "shoe size", FieldType.TEXT, (), InvalidDataError),
        ("contacts", "a') OR 1=1 --", FieldType.TEXT, (), InvalidDataError),
        ("contacts", "x" * 41, FieldType.TEXT, (), InvalidDataError),
        ("contacts", "shoe", FieldType.TEXT, (), ConflictError),
        ("contacts", "title", FieldType.TEXT, (), ConflictError),
        ("contacts", "email", FieldType.TEXT, (), ConflictError),
        ("deals", "stage", FieldType.TEXT, (), ConflictError),
        ("contacts", "hue", FieldType.CHOICE, (), InvalidDataError),
        ("contacts", "hue", FieldType.TEXT, ("red",), InvalidDataError),
        ("contacts", "hue", FieldType.CHOICE, (" ",), InvalidDataError),
    ],
)
def test_fields_that_cannot_be_are_refused(
    crm: Crm, entity: str, key: str, kind: FieldType, choices: tuple[str, ...], error: type[CrmError]
) -> None:
    define(crm)
    with pytest.raises(error):
        crm.fields.add(entity, key, kind, choices=choices)
    assert len(crm.fields.list()) == 5


def test_a_field_in_use_is_not_removed(crm: Crm) -> None:
    define(crm)
    crm.contacts.add(name="Anna", custom={"warm": "no"})
    with pytest.raises(ConflictError, match='1 contacts have a value in "warm"'):
        crm.fields.remove("contacts", "warm")
    crm.contacts.update(1, custom={"warm": None})
    crm.fields.remove("contacts", "warm")
    assert [each.key for each in crm.fields.list("contacts")] == ["nick", "shoe", "met", "hat"]
    with pytest.raises(NotFoundError):
        crm.fields.remove("contacts", "warm")
    crm.undo()
    assert crm.fields.get("contacts", "warm").type is FieldType.FLAG
