"""The history as a person reads it: by pages, by words, and what each operation did."""

from __future__ import annotations

import json
from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.history import entries, numbered
from crm_tui.domain.history_details import Count, Deed, Details, RowChange, details
from crm_tui.domain.history_paging import operations
from tests.conftest import INSTANT
from tests.store.test_journal import load


def last(crm: Crm) -> Details:
    """What the newest operation did."""
    found = details(crm, next(entries(crm, limit=1)).id)
    assert found is not None
    return found


def row(found: Details, noun: str) -> RowChange:
    return next(each for each in found.rows if each.noun == noun)


def fields(change: RowChange) -> dict[str, tuple[str | None, str | None]]:
    return {each.field: (each.old, each.new) for each in change.fields}


def test_a_person_added(crm: Crm) -> None:
    crm.contacts.add(
        name="Anna",
        company="Acme",
        emails=["a@x.example"],
        tags=["vip"],
        cadence_days=30,
        birthday="1985-03-03",
    )
    found = last(crm)
    person = row(found, "contact")
    assert (person.title, person.owner, person.deed) == ("Anna", "", Deed.ADDED)
    assert fields(person) == {
        "name": (None, "Anna"),
        "company": (None, "Acme"),
        "lifecycle": (None, "lead"),
        "birthday": (None, "Sun 3 Mar 1985"),
        "cadence": (None, "30 days"),
    }
    mail = row(found, "e-mail")
    assert (mail.title, mail.owner) == ("a@x.example", "Anna")
    assert (row(found, "tag").title, row(found, "tag").owner) == ("vip", "Anna")
    assert {each.words for each in found.counts} >= {"1 contact", "1 company", "1 way to reach a person"}
    assert found.more == 0


def test_a_change_tells_only_the_fields_that_differ_and_names_instead_of_ids(crm: Crm) -> None:
    crm.contacts.add(name="Anna", company="Acme", title="buyer")
    crm.contacts.update(1, title="head", company="Borealis", cadence_days=1)
    change = row(last(crm), "contact")
    assert change.deed is Deed.CHANGED
    assert fields(change) == {
        "company": ("Acme", "Borealis"),
        "title": ("buyer", "head"),
        "cadence": (None, "1 day"),
    }


def test_a_deal_moved_and_won(crm: Crm) -> None:
    crm.deals.add("Website", amount_minor=450_000, currency="EUR", expected_close_on=date(2026, 3, 20))
    assert fields(row(last(crm), "deal"))["amount"] == (None, "4,500.00 EUR")
    crm.deals.win(1)
    found = last(crm)
    change = fields(row(found, "deal"))
    assert change["stage"] == ("Lead", "Won")
    assert change["probability"] == ("10 %", "100 %")
    assert change["closed on"] == (None, "Mon 2 Mar")
    move = row(found, "stage move")
    assert (move.title, fields(move)["moved at"]) == ("Website", (None, "Mon 2 Mar 09:30"))


def test_a_record_removed_is_still_named(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", emails=["a@x.example"])
    crm.contacts.delete(anna.id)
    found = last(crm)
    assert row(found, "contact").deed is Deed.REMOVED
    assert fields(row(found, "contact"))["name"] == ("Anna", None)
    assert row(found, "e-mail").owner == "Anna"


def test_a_name_that_is_nowhere_any_more_is_its_number(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    crm.contacts.add_method(anna.id, "phone", "+48 601 234 567")
    number = next(entries(crm, limit=1)).id
    crm.contacts.delete(anna.id)
    found = details(crm, number)
    assert found is not None
    assert row(found, "phone").owner == "contact 1"


def test_what_is_undone_is_told_too(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.undo()
    found = last(crm)
    assert found.entry.status == "undone"
    assert row(found, "contact").title == "Anna"


def test_custom_fields_and_flags(crm: Crm) -> None:
    crm.fields.add("contacts", "shirt_size", type="text")
    crm.contacts.add(name="Anna", custom={"shirt_size": "M"})
    crm.contacts.update(1, custom={"shirt_size": "L"})
    assert fields(row(last(crm), "contact")) == {"shirt size": ("M", "L")}


def test_a_load_is_counts_and_the_first_names(crm: Crm) -> None:
    load(crm, *(f"p{number}" for number in range(7)))
    found = last(crm)
    assert found.counts == (
        Count("contacts", Deed.ADDED, 7, ("p0", "p1", "p2", "p3", "p4")),
        Count("contact_methods", Deed.ADDED, 7),
    )
    assert [each.words for each in found.counts] == ["7 contacts", "7 ways to reach people"]
    assert not found.rows
    crm.undo()
    assert last(crm).counts[0] == Count("contacts", Deed.ADDED, 7)


def test_only_the_first_rows_are_told_and_all_are_counted(crm: Crm) -> None:
    with crm.transaction("fill"):
        for number in range(12):
            crm.contacts.add(name=f"p{number}")
    found = details(crm, 1, limit=5)
    assert found is not None
    assert (len(found.rows), found.more) == (5, 7)
    assert found.counts == (Count("contacts", Deed.ADDED, 12),)
    whole = details(crm, 1)
    assert whole is not None
    assert (whole.counts, whole.more) == (found.counts, 0)


def test_a_long_text_is_told_from_where_it_differs(crm: Crm) -> None:
    crm.contacts.add(name="Anna", note="a" * 5000 + " end")
    crm.contacts.update(1, note="a" * 5000 + " fin")
    old, new = fields(row(last(crm), "contact"))["note"]
    assert old is not None
    assert new is not None
    assert old.startswith("…a")
    assert old.endswith(" end")
    assert new.endswith(" fin")
    assert len(old) < 100


def test_there_is_no_such_operation(crm: Crm) -> None:
    assert details(crm, 41) is None


@pytest.mark.parametrize("value", ["{", "[1]", '"x"', '{"a": null}'])
def test_a_spoilt_row_of_the_journal_is_told_as_far_as_it_goes(crm: Crm, value: str) -> None:
    crm.contacts.add(name="Anna")
    spoilt = {"id": 1, "name": "Anna", "custom": value, "birthday": "never", "archived_at": "then", "odd": 1}
    crm.connection.execute("UPDATE changes SET after = ? WHERE entity = 'contacts'", (json.dumps(spoilt),))
    change = fields(row(last(crm), "contact"))
    assert change["birthday"] == (None, "never")
    assert change["archived at"] == (None, "then")
    assert change["odd"] == (None, "1")


def test_pages_of_the_history(crm: Crm) -> None:
    for number in range(30):
        crm.contacts.add(name=f"p{number}")
    pager = operations()
    assert pager.count(crm) == 30
    assert pager.page(crm, 0, 10) == [*range(30, 20, -1)]
    assert pager.page(crm, 25, 10) == [5, 4, 3, 2, 1]
    assert pager.page(crm, 10, 10) == [*range(20, 10, -1)]
    assert pager.page(crm, 40, 10) == []
    assert [pager.position(crm, number) for number in (30, 1, 99)] == [0, 29, None]
    crm.contacts.add(name="new")
    pager.forget()
    assert pager.page(crm, 0, 2) == [31, 30]


def test_the_history_by_words_and_numbers(crm: Crm) -> None:
    for name in ("Anna Kowalska", "Elvin Məmmədov", "Anna Serikova"):
        crm.contacts.add(name=name)
    pager = operations("memm")
    assert (pager.page(crm, 0, 10), pager.count(crm), pager.position(crm, 2)) == ([2], 1, 0)
    assert operations("anna add").page(crm, 0, 10) == [3, 1]
    assert operations("3").page(crm, 0, 10) == [3]
    assert operations("anna").position(crm, 2) is None
    assert operations("'\"; DROP").page(crm, 0, 10) == []
    assert pager.page(crm, 1, 10) == []
    crm.contacts.add(name="Memme")
    assert pager.count(crm) == 1
    pager.forget()
    assert pager.page(crm, 0, 10) == [4, 2]
    assert [each.summary for each in numbered(crm, [1, 3, 99])] == [
        "add contact Anna Serikova",
        "add contact Anna Kowalska",
    ]


def test_looking_for_words_goes_no_further_than_asked_and_can_be_stopped(crm: Crm) -> None:
    many = [(f"p{number % 2}", INSTANT) for number in range(5000)]
    crm.contacts.add(name="Anna")
    with crm.unjournaled() as connection:
        connection.executemany("INSERT INTO operations (summary, created_at) VALUES (?, ?)", many)
    pager = operations("p1")
    assert pager.page(crm, 0, 3) == [5001, 4999, 4997]
    pager.stop()
    assert 3 <= pager.count(crm) < 2500
    assert operations("p1").count(crm) == 2500
    assert operations("p1").position(crm, 4997) == 2
