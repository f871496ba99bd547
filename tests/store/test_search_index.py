"""The search index: documents come and go with their words, one by one and in bulk."""

from __future__ import annotations

import sqlite3

import pytest

from crm_tui.domain import Crm, documents
from crm_tui.store import search
from crm_tui.store.connection import explain
from tests.everything import assert_sound
from tests.everything import search as whole_index

ANNA = (search.document_id("contacts", 1), "anna kowalska", "anna@x.example", "anna kowalska likes plov")
BO = (search.document_id("contacts", 2), "bo", "", "")
ACME = (search.document_id("companies", 1), "acme gmbh", "acme.example", "")


def matches(crm: Crm, index: str, query: str) -> list[int]:
    rows = crm.connection.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rowid", (query,))
    return [number for (number,) in rows]


def test_numbers_of_documents_are_ranges_by_kind() -> None:
    assert search.document_id("companies", 5) == 2 * 10**15 + 5
    for table in search.KINDS:
        assert search.record_of(search.document_id(table, 12)) == (table, 12)
        assert search.record_of(search.document_id(table, 999 * 10**12)) == (table, 999 * 10**12)


def test_a_document_is_found_by_each_of_its_texts(crm: Crm) -> None:
    search.put(crm.connection, [ANNA, BO])
    assert matches(crm, "search_keys", '"kow"*') == [ANNA[0]]
    assert matches(crm, "search_fragments", '"x.e"') == [ANNA[0]]
    assert matches(crm, "search_body", '"plov"') == [ANNA[0]]
    assert matches(crm, "search_keys", '"b"*') == [BO[0]]


def test_a_replaced_document_is_no_longer_found_by_its_old_words(crm: Crm) -> None:
    search.put(crm.connection, [ANNA, BO])
    search.put(crm.connection, [(ANNA[0], "anna nowak", "", "anna nowak rice")])
    assert matches(crm, "search_keys", '"kow"*') == []
    assert matches(crm, "search_fragments", '"x.e"') == []
    assert matches(crm, "search_body", '"plov"') == []
    assert matches(crm, "search_keys", '"now"*') == [ANNA[0]]


def test_an_equal_document_is_not_written_again(crm: Crm) -> None:
    search.put(crm.connection, [ANNA])
    before = crm.connection.total_changes
    search.put(crm.connection, [ANNA])
    assert crm.connection.total_changes == before


def test_removed_documents_leave_no_word(crm: Crm) -> None:
    search.put(crm.connection, [ANNA, BO])
    search.remove(crm.connection, [ANNA[0], 12345])
    assert whole_index(crm.connection) == [[BO], [("bo", BO[0])], [], []]


@pytest.mark.parametrize("others", [[], [ACME]], ids=["all there is", "some of it"])
def test_a_range_is_removed_at_once(crm: Crm, others: list[search.Document]) -> None:
    search.put(crm.connection, others)
    expected = whole_index(crm.connection)
    search.put(crm.connection, [ANNA, BO])
    search.remove_range(crm.connection, ANNA[0], BO[0])
    assert whole_index(crm.connection) == expected
    assert search.problems(crm.connection) == []


@pytest.mark.parametrize("bulk", [10, 1], ids=["a few", "a bulk"])
def test_filling_indexes_what_was_written_into_the_documents(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, bulk: int
) -> None:
    search.put(crm.connection, [ANNA, BO])
    expected = whole_index(crm.connection)
    search.remove_range(crm.connection, ANNA[0], BO[0])
    monkeypatch.setattr(search, "BULK", bulk)
    crm.connection.executemany("INSERT INTO search_docs VALUES (?, ?, ?, ?)", [ANNA, BO])
    search.fill(crm.connection, ANNA[0], BO[0])
    assert whole_index(crm.connection) == expected


def test_rebuilding_makes_a_lost_index_anew(crm: Crm) -> None:
    search.put(crm.connection, [ANNA, BO, ACME])
    expected = whole_index(crm.connection)
    crm.connection.execute("INSERT INTO search_keys (search_keys) VALUES ('delete-all')")
    assert whole_index(crm.connection) != expected
    search.rebuild(crm.connection)
    assert whole_index(crm.connection) == expected


def test_a_damaged_index_is_named(crm: Crm) -> None:
    search.put(crm.connection, [ANNA])
    assert search.problems(crm.connection) == []
    crm.connection.execute("UPDATE search_fragments_data SET block = x'00' WHERE id > 10")
    crm.connection.commit()
    assert search.problems(crm.connection) == ["search_fragments"]


def test_everything_a_person_has_is_in_the_document(crm: Crm) -> None:
    crm.contacts.add(
        name="Elvin Məmmədov", given_name="Elvin", title="Head", company="Caspian Foods", tags=["VIP"],
        emails=["E.M@caspian-foods.az", "elvin@gmail.com"], phones=["+994 50 123 45 67"], note="likes plov",
    )  # fmt: skip
    crm.contacts.add_method(1, "address", "Nizami 5,\nBaku")
    crm.contacts.add_method(1, "url", "https://www.Example.org/Elvin/")
    number, keys, fragments, body = crm.connection.execute(
        "SELECT * FROM search_docs WHERE id < 2e15"
    ).fetchone()
    assert number == search.document_id("contacts", 1)
    assert set(keys.split()) >= {
        "elvin",
        "memmedov",
        "head",
        "caspian",
        "foods",
        "vip",
        "e.m",
        "caspian-foods",
    }
    assert "gmail" not in keys
    assert "e.m@caspian-foods.az" in fragments
    assert "994501234567" in fragments
    assert "example.org/elvin" in fragments
    assert {"likes", "plov", "nizami", "baku"} <= set(body.replace(",", " ").split())
    assert_sound(crm)


def test_a_renamed_company_is_found_at_its_people(crm: Crm) -> None:
    crm.contacts.add(name="Anna", company="Acme")
    crm.companies.update(1, name="Zenith")
    rows = crm.connection.execute("SELECT keys FROM search_docs ORDER BY id").fetchall()
    assert rows == [("anna zenith",), ("zenith",)]
    assert_sound(crm)


def test_a_rebuild_over_the_ids_of_several_devices_is_quick(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.connection.execute("INSERT INTO meta (key, value) VALUES ('device', '9')")
    crm.connection.execute("DELETE FROM sequences")
    made = crm.contacts.add(name="Bo")
    assert made.id == 9 * 10**12 + 1
    documents.rebuild(crm.connection)
    assert [each[1] for each in whole_index(crm.connection)[0]] == ["anna", "bo"]


def test_an_error_of_sqlite_that_has_no_name_is_told_as_it_is() -> None:
    told = explain(sqlite3.OperationalError("odd thing"), "crm.db")
    assert told.message == "crm.db: odd thing."
    assert told.exit_code == 7
