"""Searching kind by kind: the best first, honest counts, one kind whole."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.search import FEW, STREAM, TABLES
from crm_tui.errors import UsageError


def people(crm: Crm, name: str, count: int) -> None:
    with crm.transaction("fill"):
        for number in range(count):
            crm.contacts.add(name=f"{name} {number:04}")


def test_the_kind_with_the_best_match_comes_first(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna Kowalska")
    crm.deals.add("Website relaunch", contact_id=anna.id)
    crm.followups.add("ring about the website", date(2026, 3, 3), contact_id=anna.id)
    found = crm.search.by_kind("website")
    assert [each.kind for each in found[:2]] == ["deal", "followup"]
    assert {each.kind for each in found} == set(TABLES)
    assert [(each.total, each.more) for each in found] == [(1, False)] * 2 + [(0, False)] * (len(TABLES) - 2)
    assert found[0].hits[0].title == "Website relaunch"


def test_where_several_kinds_match_a_few_of_each_are_told(crm: Crm) -> None:
    people(crm, "Anna", 30)
    crm.companies.add(name="Anna & Co")
    found = {each.kind: each for each in crm.search.by_kind("anna")}
    assert len(found["contact"].hits) == FEW
    assert found["contact"].total == 30
    assert len(found["company"].hits) == 1


def test_one_kind_is_told_whole_and_the_others_are_counted(crm: Crm) -> None:
    people(crm, "Anna", 30)
    crm.companies.add(name="Anna & Co")
    found = {each.kind: each for each in crm.search.by_kind("anna", "contact")}
    assert len(found["contact"].hits) == 30
    assert not found["company"].hits
    assert found["company"].total == 1


def test_a_kind_that_alone_matches_is_told_whole(crm: Crm) -> None:
    people(crm, "Anna", 30)
    assert len(crm.search.by_kind("anna")[0].hits) == 30
    assert len(crm.search.by_kind("anna", most=20)[0].hits) == 20


def test_a_count_never_claims_more_than_was_looked_at(crm: Crm) -> None:
    people(crm, "Anna", STREAM + 20)
    found = crm.search.by_kind("anna")[0]
    assert (len(found.hits), found.total, found.more) == (STREAM, STREAM, True)


def test_where_free_text_was_not_looked_through_there_may_be_more(crm: Crm) -> None:
    people(crm, "Anna", 60)
    crm.contacts.add(name="Bob", note="a friend of Anna")
    found = crm.search.by_kind("anna")[0]
    assert (found.total, found.more) == (60, True)


def test_archived_records_come_last(crm: Crm) -> None:
    away = crm.contacts.add(name="Anna")
    crm.contacts.archive(away.id)
    crm.contacts.add(name="Annabel")
    assert [each.title for each in crm.search.by_kind("anna")[0].hits] == ["Annabel", "Anna"]


def test_an_unknown_kind_is_refused(crm: Crm) -> None:
    with pytest.raises(UsageError, match='"cat" is no kind'):
        crm.search.by_kind("anna", "cat")
