"""Deals in lists, in totals and on the board."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_tui.dates import Clock, instant_of, local_day
from crm_tui.domain import Crm
from crm_tui.domain.board import Total, ages
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.money import weighted


@contextmanager
def at(database: Path, day: str) -> Iterator[Crm]:
    """The business at nine on another day."""
    with Crm.open(database, now=f"{day} 09:00") as crm:
        yield crm


def stage(crm: Crm, name: str, pipeline: str = "Sales") -> int:
    return crm.pipelines.find_stage(name, crm.pipelines.find(pipeline).id).id


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("stage:proposal", "b"),
        ("stage:lead,PROPOSAL", "abf"),
        ("stage!=lead", "bcde"),
        ("pipeline:renewals", "e"),
        ("status:open", "abef"),
        ("status:won,lost", "cd"),
        ("amount>=1000", "abe"),
        ("amount:1000EUR", "a"),
        ("amount:none", "df"),
        ("currency:jpy", "e"),
        ("weighted>200", "be"),
        ("weighted:none", "cdf"),
        ("probability>20", "bc"),
        ("contact:kowal", "a"),
        ("contact:1", "a"),
        ("company:acme", "b"),
        ("expected_close_on<2026-04", "a"),
        ("closed_on:2026-03", "cd"),
        ("lost_reason:price", "d"),
        ("tag:vip", "f"),
        ("tag:none", "abcde"),
        ("stage_entered_at:today", "abcdef"),
        ("stage_entered_at<today", ""),
        ("source:fair", "c"),
        ("size>10", "f"),
        ("status:open not stage:lead", "be"),
    ],
)
def test_filters(crm: Crm, condition: str, found: str) -> None:
    _six(crm)
    assert "".join(sorted(each.title for each in crm.deals.list(condition))) == found
    assert crm.deals.count(condition) == len(found)


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        (None, "abefcd"),
        ("-status", "dcfeba"),
        ("title", "abcdef"),
        ("-amount", "beacfd"),
        ("stage", "afebcd"),
        ("pipeline", "abcdfe"),
        ("-weighted", "bea"),
        ("probability", "d"),
        ("expected_close_on", "ab"),
        ("contact", "a"),
    ],
)
def test_order(crm: Crm, sort: str | None, found: str) -> None:
    _six(crm)
    assert "".join(each.title for each in crm.deals.list(sort=sort)).startswith(found)


def test_what_cannot_be_filtered_or_sorted_is_told(crm: Crm) -> None:
    with pytest.raises(UsageError):
        crm.deals.list("stag:lead")
    with pytest.raises(UsageError):
        crm.deals.list("status:gone")
    with pytest.raises(UsageError):
        crm.deals.list(sort="tag")


def _six(crm: Crm) -> None:
    """Six deals, a to f."""
    anna = crm.contacts.add(name="Anna Kowalska")
    crm.fields.add("deals", "size", "number")
    crm.pipelines.add("Sales")
    crm.pipelines.add("Renewals")
    add = crm.deals.add
    add("a", contact_id=anna.id, amount_minor=1000_00, expected_close_on=date(2026, 3, 10))
    add("b", company="Acme", stage="Proposal", amount_minor=2000_00, expected_close_on=date(2026, 5, 1))
    add("c", stage="Won", amount_minor=500_00, source="Fair in Baku")
    add("d", stage="Lost", lost_reason="price", closed_on=date(2026, 3, 1), created_at="2026-03-02T08:00:00Z")
    add("e", pipeline="Renewals", stage="Qualified", probability=20, amount_minor=1500, currency="JPY")
    add("f", tags=["VIP"], custom={"size": 12})


def test_totals_are_per_currency_and_show_what_is_missing(crm: Crm) -> None:
    _six(crm)
    assert crm.deals.totals("status:open") == [
        Total("EUR", 2, 3000_00, 1100_00, 0),
        Total("JPY", 1, 1500, 300, 0),
        Total(None, 1, 0, 0, 1),
    ]
    assert crm.deals.totals("status:won") == [Total("EUR", 1, 500_00, 0, 0)]
    assert crm.deals.totals("stage:negotiation") == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 100)), min_size=1, max_size=8))
def test_the_weighted_total_is_the_sum_of_the_weighted_values(
    crm: Crm, values: list[tuple[int, int]]
) -> None:
    made = [crm.deals.add("Website", amount_minor=minor, probability=percent).id for minor, percent in values]
    (total,) = crm.deals.totals("id:" + ",".join(map(str, made)))
    assert total.weighted_minor == sum(weighted(minor, percent) for minor, percent in values)
    assert total.weighted_minor == sum(crm.deals.get(each).weighted_minor or 0 for each in made)


def test_the_board_shows_the_open_deals_of_a_pipeline_by_stage(database: Path) -> None:
    with at(database, "2026-02-16") as crm:
        anna = crm.contacts.add(name="Anna", company="Acme")
        old = crm.deals.add("Old", contact_id=anna.id, amount_minor=1000_00)
    with at(database, "2026-03-02") as crm:
        new = crm.deals.add("New", amount_minor=500_05, expected_close_on=date(2026, 4, 1))
        crm.deals.add("Bare")
        crm.deals.add("Yen", stage="Proposal", amount_minor=900, currency="JPY")
        crm.deals.add("Won", stage="Won", amount_minor=1)
        crm.deals.archive(crm.deals.add("Away").id)
        crm.followups.add("Later", date(2026, 3, 9), deal_id=old.id)
        crm.followups.add("Sooner", date(2026, 3, 4), deal_id=old.id)
        crm.followups.complete(crm.followups.add("Done", date(2026, 3, 1), deal_id=old.id).id)
        board = crm.deals.board()
    assert board.pipeline is not None
    assert board.pipeline.name == "Sales"
    assert [lane.stage.name for lane in board.lanes] == ["Lead", "Qualified", "Proposal", "Negotiation"]
    lead = board.lanes[0]
    assert [card.title for card in lead.cards] == ["New", "Old", "Bare"]
    assert lead.totals == (Total("EUR", 2, 1500_05, 150_00, 0), Total(None, 1, 0, 0, 1))
    assert board.lanes[1].cards == ()
    assert board.lanes[2].totals == (Total("JPY", 1, 900, 450, 0),)
    first, second, _ = lead.cards
    assert (first.id, first.age_days, first.is_stuck, first.next_step) == (new.id, 0, False, None)
    assert (second.contact, second.company, second.age_days, second.is_stuck) == ("Anna", "Acme", 14, True)
    assert (second.next_step, second.next_due_on) == ("Sooner", date(2026, 3, 4))


def test_a_deal_is_stuck_from_its_stages_rot_days_on(database: Path) -> None:
    with at(database, "2026-02-17") as crm:
        crm.deals.add("Website")
    with at(database, "2026-03-02") as crm:
        (card,) = crm.deals.board().lanes[0].cards
        assert (card.age_days, card.is_stuck) == (13, False)
        crm.pipelines.update_stage(stage(crm, "Lead"), rot_days=13)
        assert crm.deals.board().lanes[0].cards[0].is_stuck
        crm.pipelines.update_stage(stage(crm, "Lead"), rot_days=None)
        assert not crm.deals.board().lanes[0].cards[0].is_stuck


def test_the_board_of_another_pipeline_and_of_none(crm: Crm) -> None:
    assert crm.deals.board().lanes == ()
    crm.pipelines.add("Sales")
    other = crm.pipelines.add("Renewals")
    crm.deals.add("Website", pipeline="Renewals")
    assert [len(lane.cards) for lane in crm.deals.board().lanes] == [0, 0, 0, 0]
    assert [len(lane.cards) for lane in crm.deals.board(other.id).lanes] == [1, 0, 0, 0]
    with pytest.raises(NotFoundError):
        crm.deals.board(99)


def test_the_board_and_lists_ask_the_same_number_of_queries_however_many_deals(crm: Crm) -> None:
    def queries(count: int) -> tuple[int, int]:
        with crm.transaction("add deals") as writing:
            for number in range(count):
                crm.deals.create(writing, f"Deal {number}", amount_minor=number)
        asked: list[str] = []
        crm.connection.set_trace_callback(asked.append)
        crm.deals.board()
        board = len(asked)
        crm.deals.list()
        crm.connection.set_trace_callback(None)
        return board, len(asked) - board

    assert queries(1) == queries(60)


def test_the_board_shows_what_was_closed_lately_after_the_open_stages(crm: Crm) -> None:
    add, day = crm.deals.add, "2025-01-01T08:00:00Z"
    add("Open")
    add("New", stage="Won", amount_minor=300, closed_on=date(2026, 3, 1), created_at=day)
    add("Old", stage="Won", amount_minor=200, closed_on=date(2026, 2, 1), created_at=day)
    add("Ancient", stage="Won", amount_minor=100, closed_on=date(2025, 6, 1), created_at=day)
    add("Gone", stage="Lost", lost_reason="price", closed_on=date(2026, 2, 2), created_at=day)
    board = crm.deals.board(closed_since=date(2026, 1, 1))
    assert [lane.stage.name for lane in board.lanes[-2:]] == ["Won", "Lost"]
    won, lost = board.lanes[-2:]
    assert [card.title for card in won.cards] == ["New", "Old"]
    assert won.totals == (Total("EUR", 2, 500, 0, 0),)
    assert won.cards[0].closed_on == date(2026, 3, 1)
    assert won.cards[0].weighted_minor is None
    assert not won.cards[0].is_stuck
    assert lost.cards[0].lost_reason == "price"
    assert board.closed_since == date(2026, 1, 1)
    assert [len(lane.cards) for lane in crm.deals.board().lanes] == [1, 0, 0, 0]


def test_the_board_takes_a_filter_which_may_look_further_back(crm: Crm) -> None:
    _six(crm)
    crm.deals.archive(crm.deals.find("f").id)

    def titles(condition: str) -> str:
        board = crm.deals.board(condition=condition, closed_since=date(2026, 3, 2))
        return "".join(card.title for lane in board.lanes for card in lane.cards)

    assert titles("amount>=500") == "abc"
    assert titles("status:won,lost") == "c"
    assert titles("closed_on:any") == "cd"
    assert titles("closed:2026-03-01") == "d"
    assert titles("archived_at:any") == "f"
    assert titles("stage:lead") == "a"
    assert crm.deals.board(condition="closed_on:any", closed_since=date(2026, 3, 2)).closed_since is None
    with pytest.raises(UsageError):
        crm.deals.board(condition="stag:lead")


def test_closed_stages_stand_at_the_end_wherever_they_are_in_the_pipeline(crm: Crm) -> None:
    crm.pipelines.add("Sales")
    crm.pipelines.move_stage(stage(crm, "Won"), 1)
    names = [lane.stage.name for lane in crm.deals.board(closed_since=date(2026, 1, 1)).lanes]
    assert names == ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"]


@settings(max_examples=60, deadline=None)
@given(
    seconds=st.integers(631_152_000, 1_800_000_000),
    zone=st.sampled_from(["UTC", "Asia/Baku", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
)
def test_ages_are_counted_in_local_days(seconds: int, zone: str) -> None:
    clock = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), zone)
    text = instant_of(datetime.fromtimestamp(seconds, UTC))
    assert ages(clock)(text) == max(0, (clock.today - local_day(text, clock)).days)


def test_lost_reasons_the_most_frequent_first(crm: Crm) -> None:
    assert crm.deals.lost_reasons() == []
    for title, reason in (("a", "timing"), ("b", "price"), ("c", "price"), ("d", "no answer")):
        crm.deals.add(title, stage="Lost", lost_reason=reason)
    assert crm.deals.lost_reasons()[0] == "price"
    assert set(crm.deals.lost_reasons()) == {"price", "timing", "no answer"}
    assert len(crm.deals.lost_reasons(2)) == 2
