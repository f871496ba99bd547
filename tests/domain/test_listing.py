"""Lists: the filter, the order, the window; archived records left out, empty values last."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui import filters
from crm_tui.domain import Crm
from crm_tui.errors import UsageError
from crm_tui.models import FieldType
from tests.conftest import NOW


@pytest.fixture
def people(crm: Crm) -> Crm:
    """Four people and one put away."""
    crm.fields.add("contacts", "shoe", FieldType.NUMBER)
    crm.fields.add("contacts", "warm", FieldType.FLAG)
    crm.contacts.add(
        name="Elvin Məmmədov", company="Caspian Foods", emails=["elvin@caspian.example"], tags=["vip"],
        birthday="1985-12-24", cadence_days=30, last_contacted_on=date(2026, 2, 20),
        custom={"shoe": 44, "warm": "yes"},
    )  # fmt: skip
    crm.contacts.add(
        name="Anna Kowalska", company="Acme", phones=["+48 22 123 45 67"], tags=["vip", "fair"],
        lifecycle="customer",
        birthday="--02-29", referred_by_id=1, custom={"shoe": 38.5, "warm": "no"},
    )  # fmt: skip
    crm.contacts.add(name="Işık Öztürk", title="Head of sales", source="fair", birthday="1990-05-01")
    crm.contacts.add(name="aliya", note="knows everybody")
    crm.contacts.add(name="Zoe Gone", company="Acme", tags=["vip"])
    crm.contacts.archive(5)
    return crm


def names(crm: Crm, condition: str | None = None, sort: str | None = None) -> list[str]:
    return [each.name.split()[0] for each in crm.contacts.list(condition, sort=sort)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, ["aliya", "Anna", "Elvin", "Işık"]),
        ("", ["aliya", "Anna", "Elvin", "Işık"]),
        ("id:2", ["Anna"]),
        ("name:memmedov", ["Elvin"]),
        ("company:caspian", ["Elvin"]),
        ("company_id:2", ["Anna"]),
        ("company:none", ["aliya", "Işık"]),
        ("email:caspian", ["Elvin"]),
        ("email:any", ["Elvin"]),
        ("phone:1234567", ["Anna"]),
        ("tag:vip", ["Anna", "Elvin"]),
        ("tag:vip tag:fair", ["Anna"]),
        ("not tag:vip", ["aliya", "Işık"]),
        ("tag:none", ["aliya", "Işık"]),
        ("lifecycle:customer", ["Anna"]),
        ("lifecycle:customer,lead", ["aliya", "Anna", "Elvin", "Işık"]),
        ("title:SALES", ["Işık"]),
        ("source:fair OR tag:fair", ["Anna", "Işık"]),
        ("referred_by:elvin", ["Anna"]),
        ("cadence>=30", ["Elvin"]),
        ("last_contacted_on<7d", ["Elvin"]),
        ("next_touch_on:none", ["aliya", "Anna", "Işık"]),
        ("note:everybody", ["aliya"]),
        ("shoe>40", ["Elvin"]),
        ("shoe:38.5", ["Anna"]),
        ("warm:yes", ["Elvin"]),
        ("warm:no", ["Anna"]),
        ("warm:none", ["aliya", "Işık"]),
        ("created_at:2026-03-02", ["aliya", "Anna", "Elvin", "Işık"]),
        ("archived_at:any", ["Zoe"]),
        ("archived_at:any OR tag:vip", ["Anna", "Elvin", "Zoe"]),
        ("tag:vip archived_at:none", ["Anna", "Elvin"]),
        ("not archived_at:none", ["Zoe"]),
    ],
)
def test_filters(people: Crm, condition: str | None, expected: list[str]) -> None:
    assert names(people, condition) == expected
    assert people.contacts.count(condition) == len(expected)
    assert people.contacts.ids(condition) == [each.id for each in people.contacts.iterate(condition)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["aliya", "Anna", "Elvin", "Işık"]),
        ("-name", ["Işık", "Elvin", "Anna", "aliya"]),
        ("id", ["Elvin", "Anna", "Işık", "aliya"]),
        ("-created_at", ["aliya", "Işık", "Anna", "Elvin"]),
        ("company", ["Anna", "Elvin", "Işık", "aliya"]),
        ("-company", ["Elvin", "Anna", "aliya", "Işık"]),
        ("birthday", ["Anna", "Işık", "Elvin", "aliya"]),
        ("last_contacted_on", ["Elvin", "Anna", "Işık", "aliya"]),
        ("-shoe", ["Elvin", "Anna", "aliya", "Işık"]),
        ("shoe", ["Anna", "Elvin", "Işık", "aliya"]),
    ],
)
def test_orders(people: Crm, sort: str, expected: list[str]) -> None:
    assert names(people, sort=sort) == expected


def test_the_window(people: Crm) -> None:
    assert people.contacts.ids(limit=2) == [4, 2]
    assert people.contacts.ids(limit=2, offset=2) == [1, 3]
    assert people.contacts.ids(limit=0) == []
    assert people.contacts.ids(offset=3) == [3]
    assert [each.id for each in people.contacts.list("tag:vip", sort="-name", limit=1)] == [1]


def test_a_parsed_filter_will_do_as_well(people: Crm) -> None:
    assert people.contacts.ids(filters.parse("tag:vip")) == people.contacts.ids("tag:vip")


@pytest.mark.parametrize(
    "condition", ["colour:red", "shoe:large", "lifecycle:fan", "(", "tag>vip", "cadence:>"]
)
def test_what_cannot_be_filtered_by_is_named(people: Crm, condition: str) -> None:
    with pytest.raises(UsageError):
        people.contacts.list(condition)
    with pytest.raises(UsageError):
        people.contacts.count(condition)


def test_a_misspelt_field_suggests_the_nearest(people: Crm) -> None:
    with pytest.raises(UsageError, match="lifecicle") as caught:
        people.contacts.list("lifecicle:lead")
    assert "lifecycle" in caught.value.hint
    with pytest.raises(UsageError, match='cannot be sorted by "nmae"') as caught:
        people.contacts.list(sort="nmae")
    assert caught.value.hint == "Did you mean name?"


@pytest.mark.parametrize("sort", ["tag", "emails", "phone", "name; DROP TABLE contacts", "", "-"])
def test_what_has_no_order_is_refused(people: Crm, sort: str) -> None:
    if not sort:
        assert names(people, sort=sort) == names(people)
        return
    with pytest.raises(UsageError, match="cannot be sorted by"):
        people.contacts.list(sort=sort)


def test_the_default_order_needs_no_sorting(people: Crm) -> None:
    plan = people.connection.execute(
        "EXPLAIN QUERY PLAN SELECT contacts.id FROM contacts WHERE contacts.archived_at IS NULL"
        " ORDER BY contacts.name_key, contacts.id LIMIT 50"
    ).fetchall()
    assert [row[3] for row in plan] == ["SCAN contacts USING COVERING INDEX contacts_by_name"]


def test_a_list_of_another_day_is_another_list(people: Crm, database: Path) -> None:
    assert people.contacts.count("next_touch_on<=today") == 0
    with Crm.open(database, now="2026-03-22 08:00") as later:
        assert [each.id for each in later.contacts.list("next_touch_on<=today")] == [1]
    with Crm.open(database, now=NOW) as again:
        assert again.contacts.count("next_touch_on<=today") == 0
