"""Tags: one word whatever its case, on people, companies and deals."""

from __future__ import annotations

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError
from tests.everything import content


def test_the_same_word_in_another_case_is_the_same_tag(crm: Crm) -> None:
    crm.contacts.add(name="Anna", tags=["VIP", " vip "])
    crm.companies.add(name="Acme", tags=["vip", "Größe"])
    crm.contacts.tag(1, add=["GRÖSSE"])
    assert [each.name for each in crm.tags.list()] == ["Größe", "VIP"]
    assert crm.contacts.get(1).tags == ("VIP", "Größe")
    assert crm.companies.get(1).tags == ("VIP", "Größe")


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("Straße", "STRASSE"),
        ("strasse", "Straße"),
        ("КРАКОВ", "краков"),
        ("Kelvin", "\u212aelvin"),
        ("\u212aelvin", "kelvin"),
    ],
    ids=["sharp-s", "double-s", "cyrillic", "kelvin", "kelvin-back"],
)
def test_other_letters_have_cases_too(crm: Crm, there: str, typed: str) -> None:
    crm.contacts.add(name="Anna", tags=["z", there, "a"])
    crm.contacts.add(name="Bob", tags=[typed])
    assert crm.contacts.get(2).tags == (there,)


def test_a_tag_that_is_there_is_found_by_the_index(crm: Crm) -> None:
    seen: list[str] = []
    crm.contacts.add(name="Anna", tags=["vip", "Größe"])
    crm.connection.set_trace_callback(seen.append)
    crm.contacts.add(name="Bob", tags=["VIP"])
    crm.connection.set_trace_callback(None)
    asked = [each for each in seen if "FROM tags WHERE" in each]
    assert asked
    for each in asked:
        ((*_, plan),) = crm.connection.execute(f"EXPLAIN QUERY PLAN {each}").fetchall()
        assert "tags_by_name (name=?)" in plan


def test_tags_keep_the_order_they_were_put_on(crm: Crm) -> None:
    crm.contacts.add(name="Anna", tags=["z", "a"])
    crm.contacts.tag(1, add=["m"], remove=["z"])
    crm.contacts.tag(1, add=["z"])
    assert crm.contacts.get(1).tags == ("a", "m", "z")
    assert crm.tags.names_of("contact", 1) == ["a", "m", "z"]


def test_putting_on_and_taking_off_is_one_operation(crm: Crm) -> None:
    crm.contacts.add(name="Anna", tags=["old"])
    before = content(crm)
    crm.contacts.tag(1, add=["new", "newer"], remove=["OLD", "never there"])
    assert crm.contacts.get(1).tags == ("new", "newer")
    assert [each.summary for each in crm.history()] == ["tag contact Anna", "add contact Anna"]
    crm.undo()
    assert content(crm) == before


def test_what_changes_nothing_is_no_operation(crm: Crm) -> None:
    crm.contacts.add(name="Anna", tags=["vip"])
    crm.contacts.tag(1, add=["Vip"], remove=["other"])
    assert crm.last_operation is None


@pytest.mark.parametrize("word", ["", "  ", "a;b", "a,b", "x" * 65, "a\x1b[1m", "a\nb"])
def test_words_that_cannot_be_tags_are_refused(crm: Crm, word: str) -> None:
    crm.contacts.add(name="Anna")
    with pytest.raises(InvalidDataError):
        crm.contacts.tag(1, add=["fine", word])
    assert crm.tags.list() == []
