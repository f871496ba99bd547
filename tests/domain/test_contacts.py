"""People: what is kept of them, what is refused, and what goes with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, CrmError, InvalidDataError, NotFoundError
from crm_tui.models import FieldType, Lifecycle, MethodKind
from tests.conftest import INSTANT, NOW
from tests.everything import assert_sound, content


def test_only_a_name_is_needed(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    assert (anna.id, anna.name, anna.lifecycle, anna.created_at, anna.updated_at) == (
        1, "Anna", Lifecycle.LEAD, INSTANT, INSTANT,
    )  # fmt: skip
    assert (anna.company, anna.emails, anna.phones, anna.tags, anna.custom) == (None, (), (), (), {})
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "add contact Anna"


def test_everything_that_can_be_set(crm: Crm) -> None:
    crm.fields.add("contacts", "shoe", FieldType.NUMBER)
    friend = crm.contacts.add(name="Bo")
    anna = crm.contacts.add(
        name=" Anna\n Kowalska ", given_name="Anna", family_name="Kowalska", company="Acme", title="Head",
        lifecycle="Customer", source="fair", referred_by_id=friend.id, birthday="--02-29", language="pl",
        timezone="Europe/Warsaw", cadence_days=30, last_contacted_on=date(2026, 2, 20),
        opted_out_on=date(2026, 1, 5), note="Likes\nplov", emails=["Anna@x.example"],
        phones=["+48 22 123 45 67"], tags=["vip", "fair"], custom={"shoe": "38.5"},
    )  # fmt: skip
    assert crm.contacts.get(anna.id) == anna
    assert anna.name == "Anna Kowalska"
    assert anna.lifecycle is Lifecycle.CUSTOMER
    assert (anna.company, anna.company_id) == ("Acme", 1)
    assert (anna.last_contacted_on, anna.next_touch_on) == (date(2026, 2, 20), date(2026, 3, 22))
    assert (anna.birthday, anna.note, anna.custom) == ("--02-29", "Likes\nplov", {"shoe": 38.5})
    assert (anna.emails, anna.phones, anna.tags) == (
        ("Anna@x.example",),
        ("+48 22 123 45 67",),
        ("vip", "fair"),
    )
    assert len(crm.history()) == 3
    assert_sound(crm)


def test_the_name_may_come_from_its_parts(crm: Crm) -> None:
    assert crm.contacts.add(given_name="Anna", family_name="Kowalska").name == "Anna Kowalska"
    assert crm.contacts.add(family_name="Bo").name == "Bo"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "  "}, "The name is empty"),
        ({"name": "x" * 1001}, "1,001 characters"),
        ({"name": "A\0"}, "NUL"),
        ({"name": "A\udcff"}, "no valid text"),
        ({"lifecycle": "fan"}, '"fan" is no lifecycle'),
        ({"birthday": "31.12.1980"}, "31.12.1980"),
        ({"birthday": "1980-02-30"}, "1980-02-30"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"timezone": "../etc/passwd"}, "no time zone"),
        ({"cadence_days": 0}, "cadence in days is 0"),
        ({"cadence_days": 10**30}, "cadence in days"),
        ({"emails": ["anna at example"]}, "no e-mail address"),
        ({"phones": ["call me"]}, "no phone number"),
        ({"tags": ["a,b"]}, "comma"),
        ({"note": "x" * 1_000_001}, "1,000,001 characters"),
    ],
)
def test_values_that_cannot_be_are_refused_and_nothing_stays(
    crm: Crm, values: dict[str, object], said: str
) -> None:
    before = content(crm)
    with pytest.raises(InvalidDataError, match=said):
        crm.contacts.add(**{"name": "Anna", "company": "Acme", **values})  # type: ignore[arg-type]
    assert content(crm) == before
    assert crm.history() == []


@pytest.mark.parametrize("values", [{"company_id": 9}, {"referred_by_id": 9}, {"custom": {"shoe": "38"}}])
def test_what_is_referred_to_must_be_there(crm: Crm, values: dict[str, object]) -> None:
    with pytest.raises(NotFoundError):
        crm.contacts.add(**{"name": "Anna", **values})  # type: ignore[arg-type]
    assert crm.contacts.count() == 0


def test_names_are_data_and_never_anything_else(crm: Crm) -> None:
    hostile = "Robert'); DROP TABLE contacts;-- [@click=app.quit]x[/] \x1b]52;c;eA==\x07 \u202eevil"
    assert crm.contacts.add(name=hostile, note=hostile, tags=["o'brien"]).name == hostile
    assert crm.contacts.get(1).tags == ("o'brien",)
    assert_sound(crm)


def test_an_email_that_somebody_has_is_refused(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["anna@x.example"])
    with pytest.raises(ConflictError, match=r"Anna \(1\) has ANNA@X\.example already") as caught:
        crm.contacts.add(name="Anna again", company="Acme", emails=["ANNA@X.example"])
    assert caught.value.exit_code == 6
    assert "crm contact edit 1" in caught.value.hint
    assert crm.companies.count() == 0


def test_a_shared_mailbox_may_belong_to_several(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["info@x.example"])
    assert crm.contacts.add(name="Bo", emails=["info@x.example"]).emails == ("info@x.example",)


def test_a_company_is_found_by_its_folded_name_or_made(crm: Crm) -> None:
    crm.contacts.add(name="Anna", company="Straßenfest")
    assert crm.contacts.add(name="Bo", company="STRASSENFEST").company_id == 1
    assert crm.contacts.add(name="Cem", company=" ").company_id is None
    assert crm.companies.count() == 1


def test_update_changes_only_what_is_given(crm: Crm, database: Path) -> None:
    crm.fields.add("contacts", "shoe", FieldType.NUMBER)
    crm.fields.add("contacts", "hat", FieldType.TEXT)
    crm.contacts.add(
        name="Anna", title="Head", emails=["a@x.example"], tags=["vip"], custom={"shoe": 38, "hat": "red"}
    )
    with Crm.open(database, now="2026-03-04 10:00") as later:
        anna = later.contacts.update(1, lifecycle="customer", custom={"shoe": None})
    assert (anna.title, anna.emails, anna.tags) == ("Head", ("a@x.example",), ("vip",))
    assert (anna.lifecycle, anna.custom) == (Lifecycle.CUSTOMER, {"hat": "red"})
    assert (anna.created_at, anna.updated_at) == (INSTANT, "2026-03-04T10:00:00Z")


def test_update_empties_fields_with_none(crm: Crm) -> None:
    crm.contacts.add(
        name="Anna", title="Head", company="Acme", birthday="1980-05-01", cadence_days=30, note="x",
        source="fair", timezone="UTC", opted_out_on=date(2026, 1, 1), referred_by_id=None,
    )  # fmt: skip
    anna = crm.contacts.update(
        1, title=None, company=None, birthday=None, cadence_days=None, note=None, source=None, timezone=None,
        opted_out_on=None,
    )  # fmt: skip
    assert (anna.title, anna.company_id, anna.birthday, anna.cadence_days, anna.note) == (None,) * 5
    assert (anna.source, anna.timezone, anna.opted_out_on, anna.next_touch_on) == (None,) * 4


def test_an_update_that_changes_nothing_is_no_operation(crm: Crm) -> None:
    crm.contacts.add(name="Anna", title="Head", emails=["a@x.example"], tags=["vip"])
    crm.contacts.update(1, name="Anna", title="Head", emails=["A@x.example"], tags=["VIP"])
    assert crm.last_operation is None
    assert [each.id for each in crm.history()] == [1]


def test_emails_given_in_an_update_replace_the_others(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["a@x.example", "b@x.example"], phones=["+48 22 123 45 67"])
    anna = crm.contacts.update(1, emails=["c@x.example", " B@x.example "])
    assert anna.emails == ("c@x.example", "b@x.example")
    assert anna.phones == ("+48 22 123 45 67",)
    assert [each.is_primary for each in crm.contacts.methods(1) if each.kind is MethodKind.EMAIL] == [
        True,
        False,
    ]
    assert crm.contacts.update(1, emails=[]).emails == ()
    assert_sound(crm)


def test_the_search_key_follows_the_name(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.update(1, name="Əliyə Quliyeva")
    assert crm.connection.execute("SELECT name_key FROM contacts").fetchone() == ("eliye kuliyeva",)


def test_nobody_referred_themselves_or_works_with_themselves(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    with pytest.raises(InvalidDataError, match="referred themselves"):
        crm.contacts.update(1, referred_by_id=1)
    with pytest.raises(InvalidDataError, match="related to themselves"):
        crm.contacts.relate(1, "spouse", 1)


@pytest.mark.parametrize("number", [0, -1, 7, 10**30])
def test_who_is_not_there_is_not_found(crm: Crm, number: int) -> None:
    for verb in (crm.contacts.get, crm.contacts.delete, crm.contacts.archive, crm.contacts.update):
        with pytest.raises(NotFoundError, match=rf"There is no contact {number}\."):
            verb(number)


def test_archived_people_are_out_of_the_lists_and_come_back(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    assert crm.contacts.archive(1).archived_at == INSTANT
    assert crm.contacts.archive(1).archived_at == INSTANT
    assert len(crm.history()) == 2
    assert crm.contacts.list() == []
    assert [each.name for each in crm.contacts.list("archived_at:any")] == ["Anna"]
    assert crm.contacts.restore(1).archived_at is None
    assert crm.contacts.count() == 1


def test_delete_takes_everything_of_theirs_along(crm: Crm) -> None:
    before = content(crm)
    crm.contacts.add(name="Bo")
    kept = content(crm)
    crm.contacts.add(name="Anna", emails=["a@x.example"], phones=["+48 22 123 45 67"], tags=["vip"])
    crm.contacts.set_date(2, "Name day", "--07-26")
    crm.contacts.relate(2, "friend", 1)
    crm.contacts.relate(1, "boss", 2)
    with crm.transaction("import") as writing:
        writing.insert("external_refs", {"source": "shop", "key": "7", "entity": "contacts", "entity_id": 2})
    full = content(crm)
    assert crm.contacts.delete(2).name == "Anna"
    left = content(crm)
    assert left.pop("tags") == full["tags"]
    assert left == {table: rows for table, rows in kept.items() if table != "tags"}
    assert_sound(crm)
    crm.undo()
    assert content(crm) == full
    assert before["contacts"] == []


def test_delete_never_destroys_history(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.add(name="Bo", referred_by_id=1)
    crm.deals.add("Website", contact_id=2)
    with pytest.raises(ConflictError, match="Anna has 1 person they referred") as caught:
        crm.contacts.delete(1)
    assert caught.value.hint == "Put the person away instead: crm contact archive 1."
    with pytest.raises(ConflictError, match="Bo has 1 deal"):
        crm.contacts.delete(2)
    assert crm.contacts.count() == 2


def test_methods_in_every_kind(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.add_method(1, "email", "Anna <anna@x.example>", label="work")
    crm.contacts.add_method(1, "phone", "(212) 555-0123 x12")
    crm.contacts.add_method(1, "address", "Nizami 5,\nBaku")
    crm.contacts.add_method(1, "url", "https://www.Example.org/Anna/")
    crm.contacts.add_method(1, "im", "@Anna")
    found = [(each.kind.value, each.value, each.normal, each.label) for each in crm.contacts.methods(1)]
    assert found == [
        ("address", "Nizami 5,\nBaku", "nizami 5, baku", None),
        ("email", "Anna <anna@x.example>", "anna@x.example", "work"),
        ("im", "@Anna", "@anna", None),
        ("phone", "(212) 555-0123 x12", "+12125550123;ext=12", None),
        ("url", "https://www.Example.org/Anna/", "example.org/Anna", None),
    ]
    assert all(each.is_primary for each in crm.contacts.methods(1))


def test_phones_are_of_the_configured_region(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(region="AZ")) as crm:
        crm.contacts.add(name="Anna", phones=["050 123 45 67"])
        assert crm.contacts.add_method(1, "phone", "+994501234567").phones == ("050 123 45 67",)
        assert crm.contacts.methods(1)[0].normal == "+994501234567"


def test_a_method_that_is_there_only_gets_its_label_or_becomes_primary(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["a@x.example", "b@x.example"])
    assert crm.contacts.add_method(1, "email", "B@X.example", label="home", primary=True).emails == (
        "b@x.example", "a@x.example",
    )  # fmt: skip
    assert [each.label for each in crm.contacts.methods(1)] == ["home", None]
    crm.contacts.add_method(1, "email", "b@x.example")
    assert crm.last_operation is None


def test_removing_the_primary_method_makes_the_next_one_primary(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["a@x.example", "b@x.example", "c@x.example"])
    assert crm.contacts.remove_method(1, "email", "A@x.example").emails == ("b@x.example", "c@x.example")
    assert [each.is_primary for each in crm.contacts.methods(1)] == [True, False]
    assert crm.contacts.remove_method(1, "email", "c@x.example").emails == ("b@x.example",)
    with pytest.raises(NotFoundError, match=r'no email "c@x\.example" to remove') as caught:
        crm.contacts.remove_method(1, "email", "c@x.example")
    assert caught.value.hint == "The record has: b@x.example."
    with pytest.raises(NotFoundError):
        crm.contacts.remove_method(1, "email", "not an address")


@pytest.mark.parametrize(("kind", "value"), [("address", "  "), ("im", ""), ("email", "x"), ("fax", "1")])
def test_methods_that_cannot_be_are_refused(crm: Crm, kind: str, value: str) -> None:
    crm.contacts.add(name="Anna")
    with pytest.raises(InvalidDataError):
        crm.contacts.add_method(1, kind, value)
    assert crm.contacts.methods(1) == []


def test_important_dates_are_set_changed_and_removed(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.set_date(1, "Wedding", "2010-06-05")
    crm.contacts.set_date(1, "Name day", "--03-24")
    crm.contacts.set_date(1, "WEDDING", "2011-06-05")
    assert [(each.label, each.date) for each in crm.contacts.dates(1)] == [
        ("Name day", "--03-24"),
        ("Wedding", "2011-06-05"),
    ]
    assert crm.contacts.set_date(1, "Birthday", "1980-05-01").birthday == "1980-05-01"
    assert crm.contacts.set_date(1, "birthday", None).birthday is None
    crm.contacts.set_date(1, "wedding", None)
    assert [each.label for each in crm.contacts.dates(1)] == ["Name day"]
    with pytest.raises(NotFoundError, match='Anna has no date "wedding"') as caught:
        crm.contacts.set_date(1, "wedding", None)
    assert caught.value.hint == "The dates are: Name day."
    with pytest.raises(InvalidDataError):
        crm.contacts.set_date(1, "wedding", "sometime")


def test_relations_are_noted_once_and_taken_back(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.add(name="Bo")
    crm.contacts.relate(1, "Spouse", 2)
    crm.contacts.relate(1, "spouse", 2)
    assert crm.last_operation is None
    assert [(each.kind, name) for each, name in crm.contacts.relations(1)] == [("spouse", "Bo")]
    assert crm.contacts.relations(2) == []
    crm.contacts.unrelate(1, " SPOUSE ", 2)
    assert crm.contacts.relations(1) == []
    with pytest.raises(NotFoundError, match="Bo is not the spouse of Anna"):
        crm.contacts.unrelate(1, "spouse", 2)


def test_many_people_are_read_with_what_belongs_to_each(crm: Crm) -> None:
    with crm.transaction("many"):
        for number in range(1, 1203):
            crm.contacts.add(
                name=f"P{number:04}", emails=[f"p{number}@x.example"], tags=["odd"] if number % 2 else []
            )
    found = crm.contacts.list()
    assert [each.id for each in found] == list(range(1, 1203))
    assert all(each.emails == (f"p{each.id}@x.example",) for each in found)
    assert sum(each.tags == ("odd",) for each in found) == 601
    assert [each.id for each in crm.contacts.views([5, 99999, 3])] == [5, 3]


def test_every_failure_says_what_and_what_to_do(crm: Crm) -> None:
    with pytest.raises(CrmError) as caught:
        crm.contacts.get(5)
    assert caught.value.message == "There is no contact 5."
    assert caught.value.hint == "crm contact list shows those there are."
