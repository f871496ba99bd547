"""The board without a screen: what cards and heads say, where columns stand, and what a reload leaves alone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.board import Card, Lane, Total, totals
from crm_tui.domain.stages import StageView
from crm_tui.models import StageType
from crm_tui.screens.deals.rows import DealRows
from crm_tui.screens.deals.sight import figures
from crm_tui.text import cell_width, is_clean
from crm_tui.widgets.board import board_cards as cards
from crm_tui.widgets.board.columns import NARROWEST, NARROWEST_CLOSED, arrange, revealing
from crm_tui.widgets.board.state import BoardState

TODAY: Final = date(2026, 3, 2)
AT: Final = "2026-03-01T08:00:00Z"


def card(key: int, title: str = "Website", stage: int = 1, **values: Any) -> Card:
    """A card of which only some things matter."""
    plain: dict[str, Any] = {
        "contact_id": None, "contact": None, "company": None, "amount_minor": None, "currency": None,
        "probability": 10, "weighted_minor": None, "expected_close_on": None, "stage_entered_at": AT,
        "age_days": 0, "is_stuck": False, "next_step": None, "next_due_on": None, "closed_on": None,
        "lost_reason": None, "is_archived": False,
    }  # fmt: skip
    return Card(id=key, title=title, stage_id=stage, **{**plain, **values})


def lane(stage: int, *held: Card, kind: StageType = StageType.OPEN) -> Lane:
    """A stage with cards."""
    view = StageView(
        id=stage, created_at=AT, updated_at=AT, pipeline_id=1, name=f"Stage {stage}", position=stage, type=kind,
        probability=10,
    )  # fmt: skip
    return Lane(view, held, tuple(totals(held)))


def lines(found: Card, width: int, kind: StageType = StageType.OPEN) -> list[str]:
    """A card's sign and lines as text."""
    face = cards.face(found, kind, width, TODAY)
    return [face.sign.sign, *("".join(text for text, _ in line) for line in face.lines)]


def test_a_card_in_three_lines() -> None:
    found = card(
        1, "Website relaunch", contact="Anna Kowalska", company="Acme", amount_minor=450_000, currency="EUR",
        age_days=3, next_step="send offer", next_due_on=date(2026, 3, 6),
    )  # fmt: skip
    assert lines(found, 40) == [
        " ", "Website relaunch", "Anna Kowalska · Acme · 4,500 EUR", "3 days · in 4 days: send offer",
    ]  # fmt: skip
    assert lines(found, 17) == [" ", "Website relaunch", "Acme · 4,500 EUR", "3 days · send of…"]


@pytest.mark.parametrize(
    ("values", "width", "sign", "said"),
    [
        ({"age_days": 18, "is_stuck": True}, 24, "!", "18 days · no next step"),
        ({"age_days": 18, "is_stuck": True}, 17, "!", "18 days · no step"),
        ({"age_days": 18, "is_stuck": True}, 12, "!", "18 days"),
        ({"expected_close_on": date(2026, 2, 20)}, 17, "!", "10 days late"),
        (
            {"expected_close_on": date(2026, 2, 20), "age_days": 3},
            40,
            "!",
            "3 days · 10 days late · no next step",
        ),
        (
            {"expected_close_on": date(2026, 2, 20), "age_days": 18, "is_stuck": True},
            17,
            "!",
            "18 days · late",
        ),
        ({"expected_close_on": date(2026, 3, 5)}, 40, "~", "new · closes in 3 days · no next step"),
        ({"expected_close_on": date(2026, 3, 5)}, 17, "~", "new · no step"),
        ({"expected_close_on": date(2026, 3, 30)}, 40, " ", "new · no next step"),
    ],
)
def test_what_is_stuck_or_late_has_a_sign_and_a_number(
    values: dict[str, Any], width: int, sign: str, said: str
) -> None:
    found = lines(card(1, **values), width)
    assert (found[0], found[3]) == (sign, said)


def test_closed_cards_say_when_and_why() -> None:
    won = card(1, closed_on=date(2026, 2, 20))
    lost = card(2, closed_on=date(2026, 3, 1), lost_reason="price", is_stuck=False)
    assert lines(won, 30, StageType.WON)[0::3] == ["+", "10 days ago"]
    assert lines(lost, 30, StageType.LOST)[0::3] == ["x", "yesterday · price"]


@pytest.mark.parametrize(
    ("values", "width", "said"),
    [
        ({}, 30, "no amount"),
        ({"company": "Acme"}, 30, "Acme · no amount"),
        ({"amount_minor": 123_456, "currency": "EUR"}, 30, "1,234.56 EUR"),
        ({"amount_minor": 1_828_284, "currency": "EUR", "company": "Acme AG"}, 17, "18,282.84 EUR"),
        ({"amount_minor": 123_456, "currency": "EUR", "company": "Acme"}, 16, "Acme · 1,235 EUR"),
        ({"amount_minor": 1_200_000, "currency": "JPY", "company": "花筏"}, 30, "花筏 · 1,200,000 JPY"),
    ],
)
def test_who_and_how_much(values: dict[str, Any], width: int, said: str) -> None:
    assert lines(card(1, **values), width)[2] == said


@given(
    title=st.text(max_size=60),
    who=st.text(max_size=40),
    step=st.text(max_size=40),
    width=st.integers(1, 50),
    age=st.integers(0, 900),
    close=st.one_of(st.none(), st.integers(-400, 400)),
)
def test_no_text_is_wider_than_its_column_or_unsafe(
    title: str, who: str, step: str, width: int, age: int, close: int | None
) -> None:
    found = card(
        1, title, contact=who, company=who, amount_minor=123_456, currency="EUR", age_days=age, is_stuck=age > 9,
        next_step=step or None, next_due_on=TODAY,
        expected_close_on=None if close is None else TODAY + timedelta(days=close),
    )  # fmt: skip
    for kind, each in (
        (StageType.OPEN, found),
        (StageType.LOST, found._replace(closed_on=TODAY, lost_reason=who)),
    ):
        for line in cards.face(each, kind, width, TODAY).lines:
            assert sum(cell_width(text) for text, _ in line) <= width
            assert all(is_clean(text) for text, _ in line)


def test_sums_a_line_a_currency_the_base_first_and_as_exact_as_there_is_room() -> None:
    held = [
        card(1, amount_minor=1_300_000, currency="EUR", weighted_minor=975_000),
        card(2, amount_minor=90_000, currency="AZN", weighted_minor=9_000),
        card(3),
    ]
    found = lane(1, *held)
    assert cards.sums(found, 30, "EUR", 3) == ["13,000 EUR · w 9,750", "900 AZN · w 90", "1 without amount"]
    assert cards.sums(found, 17, "EUR", 3) == ["13k EUR · w 9.75k", "900 AZN · w 90", "1 without amount"]
    assert cards.sums(found, 15, "EUR", 3) == ["13k EUR w 9.75k", "900 AZN w 90", "1 no amount"]
    assert cards.sums(found, 30, "EUR", 2) == ["13,000 EUR · w 9,750", "+2 more"]
    won = lane(5, card(1, amount_minor=1_300_000, currency="EUR", closed_on=TODAY), kind=StageType.WON)
    assert cards.sums(won, 30, "EUR", 3) == ["13,000 EUR"]
    both = lane(5, *won.cards, card(2, closed_on=TODAY), kind=StageType.WON)
    assert cards.sums(both, 13, "EUR", 3) == ["13,000 EUR", "1 no amount"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (950, "950"),
        (9_750, "9.75k"),
        (13_000, "13k"),
        (13_456, "13.5k"),
        (1_234_567, "1.23M"),
        (2 * 10**9, "2G"),
    ],
)
def test_short_numbers(number: int, said: str) -> None:
    assert cards.short(number) == said


def test_figures_count_what_is_open_and_what_needs_looking_after() -> None:
    late = card(
        1, expected_close_on=date(2026, 2, 1), amount_minor=100_000, currency="EUR", weighted_minor=10_000
    )
    stuck = card(2, is_stuck=True, next_step="call", amount_minor=5_000, currency="USD", weighted_minor=500)
    won = card(3, amount_minor=1, currency="EUR", closed_on=TODAY)
    lanes = [lane(1, late, stuck), lane(2, won, kind=StageType.WON)]
    assert figures(lanes, TODAY, "EUR") == (
        "2 open · 1 stuck · 1 late · 1,000 EUR, 100 weighted · 1 more currency · 1 without a next step"
    )
    assert figures([], TODAY, "EUR") == "0 open"


OPEN4: Final = (False,) * 4
ALL6: Final = (*OPEN4, True, True)


def test_as_many_columns_as_fit_and_the_room_shared_out() -> None:
    assert [slot.place for slot in arrange(ALL6, 0, 80)] == [0, 1, 2, 3]
    assert [slot.width for slot in arrange(ALL6, 0, 80)] == [20, 20, 20, 20]
    wide = arrange(ALL6, 0, 120)
    assert [slot.place for slot in wide] == [0, 1, 2, 3, 4, 5]
    assert sum(slot.width for slot in wide) == 120
    assert wide[4].width < wide[3].width
    assert [slot.left for slot in arrange(OPEN4, 2, 40)] == [0, 20]
    assert [slot.place for slot in arrange(ALL6, 2, 10)] == [2]
    assert arrange((), 0, 80) == []


@given(
    closed=st.lists(st.booleans(), min_size=1, max_size=12),
    room=st.integers(1, 260),
    data=st.data(),
)
def test_the_wanted_column_is_always_in_view(closed: list[bool], room: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(closed) - 1))
    place = data.draw(st.integers(0, len(closed) - 1))
    slots = arrange(closed, revealing(closed, first, place, room), room)
    assert place in [slot.place for slot in slots]
    assert len(slots) == 1 or sum(slot.width for slot in slots) <= room
    for before, after in pairwise(slots):
        assert before.left + before.width == after.left
    for slot in slots[1:]:
        assert slot.width >= (NARROWEST_CLOSED if closed[slot.place] else NARROWEST)


def test_columns_scroll_as_little_as_needed_and_leave_no_room_idle() -> None:
    assert revealing(ALL6, 0, 3, 80) == 0
    assert revealing(ALL6, 0, 4, 80) == 1
    assert revealing(ALL6, 1, 2, 80) == 1
    assert revealing(ALL6, 5, 5, 80) == 2
    assert revealing(ALL6, 5, 5, 200) == 0


def state(*lanes: Lane, height: int = 3) -> BoardState:
    found = BoardState()
    found.resize(height)
    found.take(lanes)
    return found


def many(stage: int, first: int, count: int) -> Lane:
    return lane(stage, *(card(first + number, stage=stage) for number in range(count)))


def test_the_cursor_moves_within_the_board() -> None:
    found = state(many(1, 10, 5), lane(2), many(3, 30, 2))
    found.put(0, 99)
    assert found.key == 14
    assert found.tops == [2, 0, 0]
    found.sideways(1)
    assert found.column == 1
    assert found.card is None
    found.sideways(9)
    assert found.key == 30
    found.sideways(-2)
    assert found.key == 12, "as far down the screen as before, where that column is scrolled to"
    found.page(-1)
    assert (found.key, found.tops[0]) == (10, 0)
    found.page(1)
    assert found.key == 13


def test_a_reload_keeps_cursor_scroll_and_marks() -> None:
    found = state(many(1, 10, 9), many(2, 40, 9))
    found.scroll(1, 4)
    found.put(0, 5)
    found.marks = {15, 41, 99}
    more = lane(1, card(5), *found.lanes[0].cards)
    gone = lane(2, *found.lanes[1].cards[1:])
    screen_row = found.row - found.tops[0]
    found.take([more, gone])
    assert found.key == 15
    assert found.row - found.tops[0] == screen_row
    assert gone.cards[found.tops[1]].id == 44
    assert found.marks == {15, 41}


def test_after_a_reload_the_cursor_follows_its_card_unless_it_was_to_leave() -> None:
    found = state(many(1, 10, 3), lane(2))
    moved = [lane(1, *(found.lanes[0].cards[1:])), lane(2, card(10, stage=2))]
    found.take(moved)
    assert (found.column, found.key) == (1, 10)
    found = state(many(1, 10, 3), lane(2))
    found.leaves = True
    found.take(moved)
    assert (found.column, found.key) == (0, 11)


def test_another_pipeline_begins_where_there_is_something() -> None:
    found = state(many(1, 10, 3))
    found.put(0, 2)
    found.take([lane(7), many(8, 80, 2)])
    assert (found.column, found.key) == (1, 80)
    found.take([])
    assert (found.column, found.key, found.lane) == (0, None, None)
    found.sideways(1)
    found.page(1)
    found.put(3, 3)


def test_moved_cards_stand_where_they_will_be_read() -> None:
    soon, late = card(20, expected_close_on=date(2026, 4, 1), stage=2), card(21, stage=2)
    moving = card(
        10, expected_close_on=date(2026, 5, 1), amount_minor=100, currency="EUR", age_days=30, is_stuck=True
    )
    found = state(lane(1, moving), lane(2, soon, late))
    found.move({10: 2}, "2026-03-02T09:30:00Z")
    assert [each.id for each in found.lanes[1].cards] == [20, 10, 21]
    assert found.lanes[0].totals == ()
    assert found.lanes[1].totals[0] == Total("EUR", 1, 100, 0, 0)
    assert found.key == 10
    assert found.card is not None
    assert (found.card.age_days, found.card.is_stuck) == (0, False)


def test_the_list_has_the_same_deals_stage_by_stage() -> None:
    won = card(30, closed_on=TODAY, lost_reason=None)
    rows = DealRows([many(1, 10, 3), lane(2), lane(3, won, kind=StageType.WON)], TODAY)
    assert rows.keys == [10, 11, 12, 30]
    assert rows.count() == 4
    assert rows.position(12) == 2
    assert rows.position(99) is None
    assert [row.key for row in rows.page(2, 5)] == [12, 30]
    assert rows.page(3, 1)[0].sign == "+"
    assert [rows.first_of_stage(1, step) for step in (-1, 1)] == [0, 3]
    assert [rows.first_of_stage(3, step) for step in (-1, 1)] == [0, 3]
