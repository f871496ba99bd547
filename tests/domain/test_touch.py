"""Keep-in-touch dates: the newest real interaction plus the cadence, whatever is changed or undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.models import ContactView
from tests.conftest import NOW

TODAY = date(2026, 3, 2)


@pytest.fixture
def anna(crm: Crm) -> ContactView:
    return crm.contacts.add(name="Anna", cadence_days=30)


def dates(crm: Crm, contact: ContactView) -> tuple[date | None, date | None]:
    found = crm.contacts.get(contact.id)
    return found.last_contacted_on, found.next_touch_on


def test_never_contacted_is_due_at_once(crm: Crm, anna: ContactView) -> None:
    assert dates(crm, anna) == (None, TODAY)


def test_without_a_cadence_there_is_no_next_day(crm: Crm) -> None:
    bo = crm.contacts.add(name="Bo")
    crm.interactions.add("call", [bo.id], "hello")
    assert dates(crm, bo) == (TODAY, None)
    crm.contacts.update(bo.id, cadence_days=7)
    assert dates(crm, bo) == (TODAY, date(2026, 3, 9))
    crm.contacts.update(bo.id, cadence_days=None)
    assert dates(crm, bo) == (TODAY, None)


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "message"])
def test_real_interactions_count(crm: Crm, anna: ContactView, kind: str) -> None:
    crm.interactions.add(kind, [anna.id], "hello", occurred_at="2026-02-20T12:00:00Z")
    assert dates(crm, anna) == (date(2026, 2, 20), date(2026, 3, 22))


def test_a_note_is_no_contact(crm: Crm, anna: ContactView) -> None:
    crm.interactions.add("note", [anna.id], "hello")
    assert dates(crm, anna) == (None, TODAY)
    call = crm.interactions.add("call", [anna.id], "hello")
    crm.interactions.update(call.id, kind="note")
    assert dates(crm, anna) == (None, TODAY)
    crm.interactions.update(call.id, kind="call")
    assert dates(crm, anna) == (TODAY, date(2026, 4, 1))


def test_a_newer_one_moves_the_day_and_a_back_dated_one_does_not(crm: Crm, anna: ContactView) -> None:
    crm.interactions.add("call", [anna.id], "b", occurred_at="2026-02-20T12:00:00Z")
    crm.interactions.add("call", [anna.id], "a", occurred_at="2025-12-01T12:00:00Z")
    assert dates(crm, anna) == (date(2026, 2, 20), date(2026, 3, 22))
    crm.interactions.add("call", [anna.id], "c", occurred_at="2026-03-01T12:00:00Z")
    assert dates(crm, anna) == (date(2026, 3, 1), date(2026, 3, 31))


def test_changing_and_deleting_and_undoing_bring_the_day_back(crm: Crm, anna: ContactView) -> None:
    first = crm.interactions.add("call", [anna.id], "a", occurred_at="2026-01-10T12:00:00Z")
    second = crm.interactions.add("call", [anna.id], "b", occurred_at="2026-02-20T12:00:00Z")
    crm.interactions.update(second.id, occurred_at="2026-02-25T12:00:00Z")
    assert dates(crm, anna)[0] == date(2026, 2, 25)
    crm.interactions.delete(second.id)
    assert dates(crm, anna) == (date(2026, 1, 10), date(2026, 2, 9))
    crm.undo()
    assert dates(crm, anna)[0] == date(2026, 2, 25)
    crm.undo()
    assert dates(crm, anna)[0] == date(2026, 2, 20)
    crm.undo()
    crm.undo()
    assert first.id == 1
    assert dates(crm, anna) == (None, TODAY)
    crm.redo()
    assert dates(crm, anna)[0] == date(2026, 1, 10)


def test_everybody_who_takes_part_is_in_touch_and_who_is_taken_off_is_not(
    crm: Crm, anna: ContactView
) -> None:
    bo = crm.contacts.add(name="Bo", cadence_days=10)
    meeting = crm.interactions.add("meeting", [anna.id, bo.id], "hello")
    assert dates(crm, bo) == (TODAY, date(2026, 3, 12))
    crm.interactions.update(meeting.id, contact_ids=[anna.id])
    assert dates(crm, bo) == (None, TODAY)
    assert dates(crm, anna)[0] == TODAY


def test_the_day_given_by_hand_holds_until_a_later_interaction(crm: Crm, anna: ContactView) -> None:
    crm.contacts.update(anna.id, last_contacted_on=date(2026, 2, 1))
    crm.interactions.add("call", [anna.id], "a", occurred_at="2026-01-10T12:00:00Z")
    assert dates(crm, anna) == (date(2026, 2, 1), date(2026, 3, 3))
    crm.interactions.add("call", [anna.id], "b", occurred_at="2026-02-10T12:00:00Z")
    assert dates(crm, anna) == (date(2026, 2, 10), date(2026, 3, 12))


def test_the_day_is_the_local_one(database: Path) -> None:
    from crm_tui.config import Config

    with Crm.open(database, now=NOW, config=Config(timezone="Asia/Baku")) as crm:
        anna = crm.contacts.add(name="Anna", cadence_days=1)
        crm.interactions.add("call", [anna.id], "late", occurred_at="2026-02-20T21:30:00Z")
        assert dates(crm, anna) == (date(2026, 2, 21), date(2026, 2, 22))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    with Crm.open(tmp_path_factory.mktemp("touch") / "crm.db", now=NOW) as crm:
        crm.contacts.add(name="Anna", cadence_days=30)
        yield crm


LOGGED = st.tuples(st.sampled_from(["call", "note", "email"]), st.integers(1, 28))


@settings(max_examples=25, deadline=None)
@given(logged=st.lists(LOGGED, max_size=6), gone=st.sets(st.integers(0, 5), max_size=3))
def test_the_dates_are_those_of_the_newest_left(
    shared: Crm, logged: list[tuple[str, int]], gone: set[int]
) -> None:
    for old in shared.interactions.list():
        shared.interactions.delete(old.id)
    made = [
        shared.interactions.add(kind, [1], "x", occurred_at=f"2026-02-{day:02}T12:00:00Z")
        for kind, day in logged
    ]
    for place in gone:
        if place < len(made):
            shared.interactions.delete(made[place].id)
    left = [day for place, (kind, day) in enumerate(logged) if place not in gone and kind != "note"]
    found = shared.contacts.get(1)
    assert found.last_contacted_on == (date(2026, 2, max(left)) if left else None)
