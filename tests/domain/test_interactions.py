"""Interactions: what can be logged, changed and removed, with whom, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest

from crm_tui.dates import When
from crm_tui.domain import Crm
from crm_tui.domain.interactions import split_text
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError, UsageError
from crm_tui.models import Direction, InteractionKind
from tests.conftest import INSTANT
from tests.everything import assert_sound, content


def test_add_keeps_every_field(crm: Crm) -> None:
    anna, bo = crm.contacts.add(name="Anna"), crm.contacts.add(name="Bo")
    deal = crm.deals.add("Website", contact_id=anna.id)
    made = crm.interactions.add(
        "MEETING",
        [bo.id, anna.id, bo.id],
        "  kick-off\nmeeting ",
        occurred_at="2026-02-27T13:00:00Z",
        direction="in",
        body="line one\n\nline two  ",
        duration_minutes=45,
        deal_id=deal.id,
    )
    assert (made.kind, made.direction) == (InteractionKind.MEETING, Direction.IN)
    assert (made.summary, made.body, made.duration_minutes) == (
        "kick-off meeting",
        "line one\n\nline two",
        45,
    )
    assert (made.occurred_at, made.created_at) == ("2026-02-27T13:00:00Z", INSTANT)
    assert (made.contacts, made.contact_ids) == (("Bo", "Anna"), (bo.id, anna.id))
    assert (made.deal_id, made.deal) == (deal.id, "Website")
    assert crm.interactions.get(made.id) == made == crm.interactions.find(str(made.id))
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "log meeting with Bo and 1 more on 2026-02-27"


def test_it_happened_now_unless_told_otherwise(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    made = crm.interactions.add("call", [anna.id], "hello")
    assert (made.occurred_at, made.direction, made.body, made.duration_minutes) == (INSTANT, None, None, None)
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "log call with Anna"


def test_a_deal_alone_brings_its_contact(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    with_contact = crm.deals.add("Website", contact_id=anna.id)
    without = crm.deals.add("Maintenance")
    assert crm.interactions.add("call", [], "hello", deal_id=with_contact.id).contact_ids == (anna.id,)
    alone = crm.interactions.add("note", [], "budget in May", deal_id=without.id)
    assert (alone.contact_ids, alone.deal) == ((), "Maintenance")
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "log note about Maintenance"
    # a contact that the deal gets later was not there
    crm.deals.update(without.id, contact_id=anna.id)
    assert crm.interactions.update(alone.id, summary="budget in June").contact_ids == ()


def test_what_cannot_be_is_refused_and_nothing_written(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    before = content(crm)
    refused: tuple[Callable[[], object], ...] = (
        lambda: crm.interactions.add("visit", [anna.id], "x"),
        lambda: crm.interactions.add("call", [anna.id], "   "),
        lambda: crm.interactions.add("call", [anna.id], "x", direction="sideways"),
        lambda: crm.interactions.add("call", [anna.id], "x", occurred_at="yesterday"),
        lambda: crm.interactions.add("call", [anna.id], "x", occurred_at="2026-03-03T00:00:00Z"),
        lambda: crm.interactions.add("call", [anna.id], "x", duration_minutes=-1),
        lambda: crm.interactions.add("call", [anna.id], "x", duration_minutes=10**9),
        lambda: crm.interactions.add("call", [anna.id], "x", body="a\x00b"),
        lambda: crm.interactions.add("call", [], "x"),
    )
    for call in refused:
        with pytest.raises(InvalidDataError):
            call()
    absent: tuple[Callable[[], object], ...] = (
        lambda: crm.interactions.add("call", [99], "x"),
        lambda: crm.interactions.add("call", [anna.id], "x", deal_id=99),
        lambda: crm.interactions.get(99),
        lambda: crm.interactions.update(99, summary="x"),
        lambda: crm.interactions.delete(99),
    )
    for missing in absent:
        with pytest.raises(NotFoundError):
            missing()
    assert content(crm) == before


def test_later_today_is_not_the_future(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    made = crm.interactions.add("meeting", [anna.id], "x", occurred_at="2026-03-02T15:00:00Z")
    assert made.occurred_at == "2026-03-02T15:00:00Z"


def test_update_changes_what_is_given_and_the_participants_rows(crm: Crm) -> None:
    anna, bo = crm.contacts.add(name="Anna"), crm.contacts.add(name="Bo")
    deal = crm.deals.add("Website")
    made = crm.interactions.add("call", [anna.id], "hello", body="more", direction="in")
    changed = crm.interactions.update(
        made.id,
        kind="email",
        direction=None,
        occurred_at="2026-02-01T10:00:00Z",
        body=None,
        duration_minutes=5,
        deal_id=deal.id,
        contact_ids=[bo.id, anna.id],
    )
    assert (changed.kind, changed.direction, changed.summary, changed.body) == ("email", None, "hello", None)
    assert (changed.duration_minutes, changed.deal, set(changed.contacts)) == (5, "Website", {"Anna", "Bo"})
    rows = crm.connection.execute("SELECT DISTINCT occurred_at FROM participants").fetchall()
    assert rows == [("2026-02-01T10:00:00Z",)]
    assert crm.interactions.update(made.id, contact_ids=[bo.id]).contacts == ("Bo",)
    with pytest.raises(InvalidDataError):
        crm.interactions.update(made.id, contact_ids=[], deal_id=None)
    assert_sound(crm)


def test_an_update_that_changes_nothing_is_no_operation(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    made = crm.interactions.add("call", [anna.id], "hello")
    crm.interactions.update(made.id, summary="hello", contact_ids=[anna.id])
    assert crm.last_operation is None


def test_delete_takes_it_from_everywhere_and_undo_brings_it_back(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    made = crm.interactions.add("call", [anna.id], "plov")
    before = content(crm)
    assert crm.interactions.delete(made.id) == made
    assert crm.search.find("plov") == []
    assert crm.interactions.timeline(contact_id=anna.id) == []
    crm.contacts.delete(anna.id)
    crm.undo()
    crm.undo()
    assert content(crm) == before
    with pytest.raises(ConflictError):
        crm.contacts.delete(anna.id)


def test_the_newest_come_first_and_filters_choose(crm: Crm) -> None:
    anna, bo = crm.contacts.add(name="Anna Kowalska"), crm.contacts.add(name="Bo")
    deal = crm.deals.add("Website relaunch")
    add = crm.interactions.add
    call = add("call", [anna.id], "asked for an offer", direction="in", duration_minutes=20).id
    mail = add("email", [anna.id, bo.id], "sent it", body="with plov", occurred_at="2026-02-01T10:00:00Z").id
    note = add("note", [bo.id], "likes tea", deal_id=deal.id, occurred_at="2025-12-24T10:00:00Z").id
    assert crm.interactions.ids() == [call, mail, note]
    for condition, found in (
        ("kind:call,email", [call, mail]),
        ("direction:in", [call]),
        ("direction:none", [mail, note]),
        ("occurred_at:2026", [call, mail]),
        ("occurred_at>=today", [call]),
        ("contact:kowalska", [call, mail]),
        (f"contact:{bo.id}", [mail, note]),
        ("deal:relaunch", [note]),
        ("deal:none", [call, mail]),
        ("summary:sent", [mail]),
        ("body:plov", [mail]),
        ("duration_minutes>10", [call]),
        ("plov", [mail]),
        ("off", [call]),
        ("not kind:note not contact:bo", [call]),
    ):
        assert crm.interactions.ids(condition) == found, condition
        assert crm.interactions.count(condition) == len(found)
    assert crm.interactions.ids(sort="summary") == [call, note, mail]
    assert [each.id for each in crm.interactions.list(limit=1, offset=1)] == [mail]
    with pytest.raises(UsageError):
        crm.interactions.list("colour:red")


def test_log_splits_the_text_and_promises_what_comes_next_in_one_operation(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    before = content(crm)
    made, promised = crm.interactions.log(
        "call", [anna.id], "wants an offer\n\nfor ten chairs", next_due=When(date(2026, 3, 6), time(14, 30))
    )
    assert (made.summary, made.body) == ("wants an offer", "for ten chairs")
    assert promised is not None
    assert (promised.title, promised.due_on, promised.due_time) == (
        "follow up: wants an offer",
        date(2026, 3, 6),
        "14:30",
    )
    assert promised.contact_id == anna.id
    operation = crm.undo()
    assert operation.summary == "log call with Anna, follow up on 2026-03-06 14:30"
    assert content(crm) == before


def test_log_takes_a_title_and_a_deal_for_the_next(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    deal = crm.deals.add("Website", contact_id=anna.id)
    made, promised = crm.interactions.log(
        "email", [], "sent", deal_id=deal.id, next_due=When(date(2026, 3, 9)), next_title="ask again"
    )
    assert made.contact_ids == (anna.id,)
    assert promised is not None
    assert (promised.title, promised.contact, promised.deal) == ("ask again", "Anna", "Website")


def test_log_is_all_or_nothing(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    before = content(crm)
    with pytest.raises(InvalidDataError):
        crm.interactions.log("call", [anna.id], "x", next_due=When(date(2026, 3, 9)), next_title="\x00")
    assert content(crm) == before


def test_a_long_text_in_one_piece_is_cut_for_the_summary_alone() -> None:
    text = "x" * 5000
    summary, body = split_text(text)
    assert summary == "x" * 199 + "…"
    assert body == text
    assert split_text(" a \n\n b\nc ") == ("a", "b\nc")
    assert split_text("") == ("", None)
