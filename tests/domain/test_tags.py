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
