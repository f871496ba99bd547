"""Search: what is found by which words and pieces, in which order, and that nothing typed can break it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.search_query import read_query
from crm_tui.errors import UsageError
from tests.everything import assert_sound


def titles(crm: Crm, text: str, *kinds: str) -> list[str]:
    return [hit.title for hit in crm.search.find(text, kinds or None)]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("memmedov", "Elvin Məmmədov"),
        ("isik", "Deniz Işık"),
        ("isik", "DENİZ IŞIK"),
        ("istanbul", "İstanbul Lojistik"),
        ("aliya", "Әлия Қасымова"),
        ("алия", "Әлия Қасымова"),
        ("muller", "Jürgen Müller"),
        ("strasse", "Anna Straße"),
        ("kayrat", "Қайрат Нұрлан"),
        ("ivanova", "Ольга Иванова"),
        ("иванова", "Ольга Иванова"),
        ("mhmd", "محمد علي"),
        ("محمد", "محمد علي"),
        ("田中", "田中 太郎"),
        ("beridze", "გიორგი ბერიძე"),
        ("ბერ", "გიორგი ბერიძე"),
        ("papadop", "Ελένη Παπαδοπούλου"),
        ("παπαδ", "Ελένη Παπαδοπούλου"),
        ("wojcik", "Łukasz Wójcik"),
        ("oconnor", "Sinéad O'Connor"),
        ("o'connor", "Sinéad O’Connor"),
    ],
)
def test_names_are_found_by_their_plain_spelling(crm: Crm, typed: str, name: str) -> None:
    crm.contacts.add(name="Somebody Else")
    wanted = crm.contacts.add(name=name)
    assert [(hit.kind, hit.id, hit.title) for hit in crm.search.find(typed)] == [("contact", wanted.id, name)]
    assert crm.contacts.ids(typed) == [wanted.id]
    assert crm.search.find_ids(typed, "contacts") == ([wanted.id], False)


def test_every_word_is_a_beginning_in_any_order(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna Kowalska", company="Acme", title="buyer", tags=["vip"])
    crm.contacts.add(name="Anna Nowak")
    for text in ("ann kow", "kow ann", "a k", "anna acme", "anna buy", "vip anna"):
        assert crm.search.find_ids(text, "contacts")[0] == [anna.id], text
    assert crm.search.find_ids("nna", "contacts")[0] == []


@pytest.mark.parametrize(
    "text",
    [
        "anna.kowalska@firma.example",
        "Anna.Kowalska@FIRMA",
        "kowalska@fir",
        "@firma",
        "a.kow",
        "na.kowalska@f",
        "firma.example",
        "+48 601 234 567",
        "0048 601-234-567",
        "601 234",
        "(601) 234-567",
        "234567",
        "601.234.567",
        "anna firma.example",
        "601 234 567 kowalska",
        "linkedin.example/in/anna",
        "kowalska",
        "firma",
    ],
)
def test_pieces_of_emails_phones_and_links_are_found(crm: Crm, text: str) -> None:
    anna = crm.contacts.add(
        name="Anna Nowa", emails=["Anna.Kowalska@firma.example"], phones=["+48 601 234 567"]
    )
    crm.contacts.add_method(anna.id, "url", "https://linkedin.example/in/anna")
    crm.contacts.add(name="Bo", emails=["bo@other.example"], phones=["+48 555 666 777"])
    assert crm.search.find_ids(text, "contacts")[0] == [anna.id]
    assert crm.contacts.ids(f'"{text}"') == [anna.id]
    hit = crm.search.find(text, ["contact"])[0]
    assert hit.id == anna.id


def test_the_snippet_shows_the_email_or_phone_that_was_meant(crm: Crm) -> None:
    crm.contacts.add(
        name="Anna",
        company="Acme",
        emails=["first@acme.example", "second@acme.example"],
        phones=["+48 601 234 567"],
    )
    assert crm.search.find("anna")[0].snippet == "Acme · first@acme.example"
    assert crm.search.find("second@")[0].snippet == "Acme · second@acme.example"
    assert crm.search.find("601234")[0].snippet == "Acme · +48 601 234 567"


def test_a_number_in_the_local_way_is_found(database: Path) -> None:
    with Crm.open(database, now="2026-03-02 09:30", config=Config(region="KZ")) as crm:
        aliya = crm.contacts.add(name="Aliya", phones=["+7 701 123 45 67"])
        # the 8 is dialled inside the country and is no part of the number
        assert crm.search.find_ids("8 (701) 123-45-67", "contacts")[0] == [aliya.id]
        assert crm.contacts.ids('"8 701 123 45 67"') == [aliya.id]
        assert crm.references.contact("8 701 123 45 67") == aliya.id
        assert crm.search.find("8 701 123 45 67")[0].snippet == "+7 701 123 45 67"


def test_words_of_notes_are_found_and_shown_in_their_place(crm: Crm) -> None:
    anna = crm.contacts.add(
        name="Anna", note="First line.\nMet at the spring fair in Baku, likes plov and tea."
    )
    crm.contacts.add(name="Bo", note="likes coffee")
    for text in ("plov", "anna plov", "fair in baku", "spring fai"):
        assert [hit.id for hit in crm.search.find(text)] == [anna.id], text
        assert crm.contacts.ids(text) == [anna.id], text
    assert crm.search.find("plov")[0].snippet == "…Met at the spring fair in Baku, likes plov and tea."
    assert titles(crm, "tea coffee") == []


def test_every_kind_is_found_with_its_snippet(crm: Crm) -> None:
    acme = crm.companies.add(name="Zebra Foods", industry="food", domain="zebra.example")
    anna = crm.contacts.add(name="Anna Zebra", company_id=acme.id)
    deal = crm.deals.add("Zebra relaunch", contact_id=anna.id)
    call = crm.interactions.add("call", [anna.id], "Zebra offer", body="they want stripes")
    promise = crm.followups.add("Zebra call", date(2026, 3, 6), contact_id=anna.id)
    found = {(hit.kind, hit.id): hit.snippet for hit in crm.search.find("zebra")}
    assert found == {
        ("company", acme.id): "food · zebra.example",
        ("contact", anna.id): "Zebra Foods",
        ("deal", deal.id): "Lead · Anna Zebra · Zebra Foods",
        ("interaction", call.id): "call 2026-03-02 · Anna Zebra",
        ("followup", promise.id): "due 2026-03-06 · Anna Zebra",
    }
    assert [hit.kind for hit in crm.search.find("zebra", ["deal", "followup"])] == ["deal", "followup"]
    assert crm.search.find("stripes")[0].snippet == "call 2026-03-02 · Anna Zebra · they want stripes"
    assert [hit.id for hit in crm.search.find("zebra.example")] == [acme.id]


def test_an_unknown_kind_is_refused(crm: Crm) -> None:
    with pytest.raises(UsageError) as caught:
        crm.search.find("x", ["person"])
    assert "contact, company, deal" in caught.value.hint


def test_the_best_come_first_then_the_newest(crm: Crm) -> None:
    crm.contacts.add(name="Bo Annason", company="Ann Works")
    crm.contacts.add(name="Annabel Lee")
    old = crm.contacts.add(name="Ann")
    crm.contacts.add(name="Joanna Ann")
    crm.contacts.add(name="Ann Lee")
    found = titles(crm, "ann", "contact")
    assert found[:2] == ["Ann Lee", "Ann"]
    assert set(found[2:]) == {"Annabel Lee", "Joanna Ann", "Bo Annason"}
    assert found[2] == "Annabel Lee"
    assert crm.search.find_ids("ann", "contacts", limit=1) == ([5], True)
    assert old.id in crm.search.find_ids("ann", "contacts")[0]


def test_a_name_that_begins_with_the_text_is_found_among_thousands_of_newer_matches(crm: Crm) -> None:
    first = crm.contacts.add(name="Jan")
    with crm.transaction("many"):
        for number in range(600):
            crm.contacts.add(name=f"X{number} Jan")
    assert crm.search.find("jan", limit=5)[0].id == first.id
    ids, more = crm.search.find_ids("jan", "contacts", limit=500)
    assert (ids[0], len(ids), more) == (first.id, 500, True)


def test_archived_records_come_last_and_are_marked(crm: Crm) -> None:
    gone = crm.contacts.add(name="Anna", title="buyer")
    crm.contacts.archive(gone.id)
    here = crm.contacts.add(name="Hannelore Anna")
    hits = crm.search.find("anna")
    assert [(hit.id, hit.snippet) for hit in hits] == [(here.id, ""), (gone.id, "archived · buyer")]
    assert crm.search.find_ids("anna", "contacts") == ([here.id], False)
    assert crm.contacts.ids("anna") == [here.id]
    assert [hit.id for hit in crm.search.find("anna", limit=1)] == [here.id]


def test_a_change_is_found_at_once_and_an_undo_too(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    crm.contacts.update(anna.id, name="Berta", emails=["berta@acme.example"], note="plays chess")
    assert titles(crm, "anna") == []
    assert titles(crm, "berta@") == titles(crm, "chess") == ["Berta"]
    crm.undo()
    assert titles(crm, "anna") == ["Anna"]
    assert titles(crm, "chess") == []
    crm.companies.update(anna.company_id or 0, name="Zeta")
    assert titles(crm, "zeta") == ["Zeta", "Anna"]
    assert_sound(crm)


def test_nothing_typed_finds_nothing(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    for text in ("", "   ", "'", "@", "...", "😀", "*"):
        assert crm.search.find(text) == []
        assert crm.search.find_ids(text, "contacts") == ([], False)


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="ab1@._/+-()'\"*: ORANDNEARot^{}\\\x00\u202eəİ", max_size=30),
    st.sampled_from(
        ["o'brien", "foo-bar", "a OR", 'NEAR("a b")', "a AND", "^a", "keys:a", '"', "@@@", "1.2.3", "::a"]
    ),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    with Crm.open(tmp_path_factory.mktemp("search") / "crm.db", now="2026-03-02 09:30") as crm:
        crm.contacts.add(
            name="Anna Kowalska", emails=["anna@example.com"], phones=["+48601234567"], note="o'brien"
        )
        yield crm


@settings(max_examples=100, deadline=None)
@given(HOSTILE)
def test_no_text_can_break_the_search(shared: Crm, text: str) -> None:
    shared.search.find(text)
    ids, _ = shared.search.find_ids(text, "contacts")
    where = shared.search.condition("contacts", text)
    rows = shared.connection.execute(f"SELECT id FROM contacts WHERE {where.sql}", where.params)
    assert set(ids) <= {row_id for (row_id,) in rows}


@pytest.mark.parametrize(
    ("text", "fragments", "rest"),
    [
        ("anna", (), '"anna"*'),
        ("anna@x", ("anna@x",), None),
        ("+48 601-234", ("48601234",), None),
        ("00 48 601", ("48601",), None),
        ("+44 (0)20 79", ("442079",), None),
        ("12", (), '"12"*'),
        ("invoice 2026-014", ("2026014",), '"invoice"*'),
        ("anna.k, bo", ("anna.k",), '"bo"*'),
        ("mr. smith", (), '"mr"* AND "smith"*'),
        ("a_b", ("a_b",), None),
    ],
)
def test_what_a_text_is_taken_for(text: str, fragments: tuple[str, ...], rest: str | None) -> None:
    query = read_query(text)
    assert (query.fragments, query.rest) == (fragments, rest)
