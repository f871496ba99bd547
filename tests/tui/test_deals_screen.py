"""Deals: the board and the list, every key of them, and the forms they ask with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from crm_tui.app import CrmApp
from crm_tui.domain import Crm
from crm_tui.models import StageType
from crm_tui.screens.deals.screen import DealsScreen
from crm_tui.screens.forms import deal_fields, deal_forms
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.text import is_clean
from crm_tui.widgets.board.widget import Board
from crm_tui.widgets.tables.record_table import RecordTable
from tests.conftest import NOW
from tests.tui.conftest import crm_app, press, screen_text, settle, type_in
from tests.tui.test_hostile import EVIL

BEFORE = "2026-02-12T09:00:00Z"


def fill(crm: Crm) -> None:
    """Seven deals in four stages, of which two are closed, one without anybody."""
    with crm.transaction("fill"):
        anna = crm.contacts.add(name="Anna Kowalska", company="Acme", emails=["anna@example.com"])
        elvin = crm.contacts.add(name="Elvin Məmmədov")
        add = crm.deals.add
        add(
            "Website relaunch", contact_id=anna.id, amount_minor=450_000, currency="EUR", created_at=BEFORE,
            expected_close_on=date(2026, 2, 20),
        )  # fmt: skip
        add("Bare", created_at="2026-03-01T09:00:00Z")
        shop = add("Shop", contact_id=elvin.id, stage="Proposal", amount_minor=980_000, currency="EUR")
        add("Audit", contact_id=elvin.id, stage="Proposal", amount_minor=1_200, currency="JPY")
        add("Frame", company="Altay", stage="Negotiation", amount_minor=1_300_000, currency="EUR")
        add("Old site", contact_id=anna.id, stage="Won", amount_minor=90_000, currency="EUR")
        add("Lost shop", stage="Lost", lost_reason="price")
        crm.followups.add("send offer", date(2026, 3, 6), deal_id=shop.id)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that every test gets a copy of."""
    path = tmp_path_factory.mktemp("deals") / "deals.db"
    with Crm.open(path, now=NOW) as crm:
        fill(crm)
    return path


@pytest.fixture
def pipeline(filled: Path, database: Path) -> Path:
    return Path(copyfile(filled, database))


@pytest.fixture
def hands(pipeline: Path) -> Any:
    """Another process's hands on the same file."""
    with Crm.open(pipeline, now=NOW) as crm:
        yield crm


@pytest.fixture
def deals(pipeline: Path) -> Any:
    """Open the deals."""

    @asynccontextmanager
    async def open_(size: tuple[int, int] = (120, 30), path: Path = pipeline) -> AsyncIterator[Pilot[None]]:
        async with CrmApp(path, NOW, None, "deals").run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot

    return open_


def board(pilot: Pilot[None]) -> Board:
    return pilot.app.screen.query_one(Board)


def under(pilot: Pilot[None]) -> str | None:
    """The title of the deal under the cursor."""
    screen = pilot.app.screen
    assert isinstance(screen, DealsScreen)
    return None if screen.card is None else screen.card.title


def stage_of(crm: Crm, title: str) -> str:
    return crm.deals.find(title).stage


async def go_to(pilot: Pilot[None], title: str) -> None:
    found = board(pilot)
    card = next(card for lane in found.state.lanes for card in lane.cards if card.title == title)
    found.put_on(card.id)
    await settle(pilot)


def form(pilot: Pilot[None]) -> FormScreen:
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


async def field(pilot: Pilot[None], key: str, text: str) -> None:
    """Type a text into a field instead of what stands there."""
    asked = form(pilot).query_one(f"#field-{key}", Input)
    asked.focus()
    asked.value = ""
    await settle(pilot)
    await type_in(pilot, text)


async def test_columns_heads_and_cards(deals: Any) -> None:
    async with deals() as pilot:
        text = screen_text(pilot)
        assert "5 open · 1 stuck · 1 late · 27,300 EUR, 15,100 weighted · 1 more currency" in text
        assert "4 without a next step" in text
        for head in ("Lead 2", "Qualified 0", "Proposal 2", "Negotiation 1", "Won 1", "Lost 1"):
            assert head in text
        assert "4,500 EUR · w 450" in text
        assert "1,200 JPY · w 600" in text
        assert "Acme · 4,500 EUR" in text
        assert "! 18 days · late" in text
        assert "no amount" in text
        assert "+ today" in text
        assert "x today · price" in text
        assert text.index("Negotiation") < text.index("Won") < text.index("Lost")


async def test_a_narrow_board_scrolls_both_ways_under_heads_that_stay(deals: Any, hands: Crm) -> None:
    with hands.transaction("more"):
        for number in range(30):
            hands.deals.add(f"Deal {number}")
    async with deals((80, 24)) as pilot:
        text = screen_text(pilot)
        head = text.splitlines()[3]
        assert head.startswith("  Lead 32")
        assert "Negotiation 1" in head
        assert "Won" not in head
        assert head.endswith("2›")
        assert "↓28" in text
        await press(pilot, "end")
        text = screen_text(pilot)
        assert "Lead 32" in text
        assert "↑28" in text
        assert under(pilot) == "Deal 29"
        board(pilot).action_column(5)
        await settle(pilot)
        head = screen_text(pilot).splitlines()[3]
        assert head.startswith("‹2 Proposal")
        assert "Lost 1" in head
        assert under(pilot) == "Lost shop"
        board(pilot).action_column(-5)
        await settle(pilot)
        assert screen_text(pilot).splitlines()[3].startswith("  Lead")


async def test_the_cursor_goes_up_down_and_sideways(deals: Any) -> None:
    async with deals() as pilot:
        assert under(pilot) == "Website relaunch"
        await press(pilot, "j")
        assert under(pilot) == "Bare"
        await press(pilot, "right")
        assert under(pilot) is None
        assert "> Qualified" in screen_text(pilot)
        await press(pilot, "right", "end")
        assert under(pilot) == "Audit"
        await press(pilot, "home")
        assert under(pilot) == "Shop"
        await press(pilot, "pagedown", "k", "down", "pageup", "ctrl+d", "ctrl+u")
        assert under(pilot) == "Shop"


async def test_a_card_moves_a_stage_and_the_cursor_follows(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, ">")
        assert stage_of(hands, "Website relaunch") == "Qualified"
        assert under(pilot) == "Website relaunch"
        assert "Qualified 1" in screen_text(pilot)
        assert "Move deal Website relaunch to Qualified." in screen_text(pilot)
        await press(pilot, "<", "<")
        assert stage_of(hands, "Website relaunch") == "Lead"
        assert "cannot go further back than Lead" in screen_text(pilot)
        await press(pilot, "u")
        assert stage_of(hands, "Website relaunch") == "Qualified"


async def test_quick_steps_are_all_written_in_order_and_from_the_last_stage_on_it_is_won(
    deals: Any, hands: Crm
) -> None:
    async with deals() as pilot:
        await pilot.press(">", ">", ">")
        assert under(pilot) == "Website relaunch"
        await settle(pilot)
        assert stage_of(hands, "Website relaunch") == "Negotiation"
        assert board(pilot).state.column == 3
        await press(pilot, ">")
        assert form(pilot).texts() == {"on": "today", "amount": "4500 EUR"}
        await press(pilot, "ctrl+s")
        assert stage_of(hands, "Website relaunch") == "Won"


async def test_a_move_that_fails_is_told_and_taken_back(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await go_to(pilot, "Bare")
        deal = hands.deals.find("Bare").id
        hands.deals.delete(deal)
        await press(pilot, ">")
        text = screen_text(pilot)
        assert f"! There is no deal {deal}." in text
        assert "Qualified 0" in text
        assert "Lead 1" in text


async def test_marked_cards_move_and_are_tagged_as_one_operation(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "space", "space")
        assert "* 2 marked" in screen_text(pilot)
        await press(pilot, ">")
        assert [stage_of(hands, title) for title in ("Website relaunch", "Bare")] == ["Qualified"] * 2
        assert "Move 2 deals one stage on." in screen_text(pilot)
        assert len(board(pilot).marked) == 2
        await press(pilot, "u")
        assert [stage_of(hands, title) for title in ("Website relaunch", "Bare")] == ["Lead"] * 2
        await press(pilot, "t")
        await type_in(pilot, "vip")
        await press(pilot, "enter")
        assert hands.deals.count("tag:vip") == 2
        assert "Tag 2 deals." in screen_text(pilot)
        assert not board(pilot).marked
        await press(pilot, "t")
        await type_in(pilot, "-vip")
        await press(pilot, "enter")
        assert hands.deals.count("tag:vip") == 1


async def test_choosing_a_stage_of_another_pipeline(deals: Any, hands: Crm) -> None:
    hands.pipelines.add("Renewals")
    async with deals() as pilot:
        await press(pilot, "m")
        text = screen_text(pilot)
        assert "Move Website relaunch to which stage?" in text
        assert "Sales: Proposal" in text
        assert "Sales: Lead" not in text
        screen = pilot.app.screen
        assert isinstance(screen, Choose)
        await press(pilot, "7")
        found = hands.deals.find("Website relaunch")
        assert (found.pipeline, found.stage) == ("Renewals", "Qualified")
        assert under(pilot) == "Bare"


async def test_a_closed_stage_asks_for_day_and_reason(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "m", "4")
        assert form(pilot).texts() == {"on": "today", "amount": "4500 EUR"}
        await press(pilot, "escape")
        await press(pilot, "space", "space", "m", "5")
        assert "Lose 2 deals" in screen_text(pilot)
        await type_in(pilot, "timing")
        await press(pilot, "ctrl+s")
        assert hands.deals.count("lost_reason:timing") == 2
        assert not board(pilot).marked
        await press(pilot, "u")
        assert hands.deals.count("lost_reason:timing") == 0


async def test_win_asks_for_day_and_amount_and_keeps_what_was_typed(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "w")
        await field(pilot, "amount", "5000 XQQ")
        await press(pilot, "ctrl+s")
        assert form(pilot).texts()["amount"] == "5000 XQQ"
        assert "! " in screen_text(pilot)
        await field(pilot, "amount", "5000")
        await field(pilot, "on", "in 3 days")
        await press(pilot, "ctrl+s")
        assert "still to come" in screen_text(pilot)
        await field(pilot, "on", "yesterday")
        await press(pilot, "ctrl+s")
        found = hands.deals.find("Website relaunch")
        assert (found.status, found.closed_on, found.amount) == (StageType.WON, date(2026, 3, 1), "5000.00")
        assert found.currency == "EUR"
        assert under(pilot) == "Bare", "the cursor stays where it was"


async def test_several_are_won_on_one_day(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await go_to(pilot, "Shop")
        await press(pilot, "space", "space", "w", "ctrl+s")
        assert hands.deals.count("status:won") == 3
        assert hands.deals.find("Audit").amount == "1200"
        await press(pilot, "u")
        assert hands.deals.count("status:won") == 1


async def test_lose_asks_why_and_plans_to_win_back(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "x")
        assert "Lately: price." in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert "Why is empty." in screen_text(pilot)
        await type_in(pilot, "no answer")
        await field(pilot, "note", "called twice")
        await field(pilot, "win_back", "in 90 days")
        await press(pilot, "ctrl+s")
        found = hands.deals.find("Website relaunch")
        assert (found.status, found.lost_reason, found.lost_note) == (
            StageType.LOST,
            "no answer",
            "called twice",
        )
        back = hands.followups.list(f"deal:{found.id} status:open")[0]
        assert (back.title, back.due_on) == ("Win back: Website relaunch", date(2026, 5, 31))
        assert "Lose deal Website relaunch." in screen_text(pilot)


async def test_reopen_brings_closed_deals_back(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await go_to(pilot, "Lost shop")
        assert "r reopen" in screen_text(pilot)
        await press(pilot, "w")
        assert isinstance(pilot.app.screen, DealsScreen)
        await press(pilot, "space")
        await go_to(pilot, "Old site")
        await press(pilot, "space", "r")
        assert hands.deals.count("status:open") == 7
        await press(pilot, "u")
        assert hands.deals.count("status:open") == 5


async def test_add_begins_in_the_stage_of_the_cursor(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "right", "a")
        await type_in(pilot, "Training")
        await field(pilot, "person", "nobody@")
        await field(pilot, "amount", "1,200.50")
        assert "1,200.50 EUR" in screen_text(pilot)
        await field(pilot, "close", "eom")
        await press(pilot, "ctrl+s")
        assert '"nobody@"' in screen_text(pilot)
        assert form(pilot).texts()["title"] == "Training"
        await field(pilot, "person", "Anna Kowalska")
        await field(pilot, "probability", "40%")
        await field(pilot, "tags", "vip, new")
        await press(pilot, "ctrl+s")
        found = hands.deals.find("Training")
        assert (found.contact, found.company, found.stage) == ("Anna Kowalska", "Acme", "Qualified")
        assert (found.amount, found.currency, found.probability) == ("1200.50", "EUR", 40)
        assert (found.expected_close_on, found.tags) == (date(2026, 3, 31), ("vip", "new"))
        assert under(pilot) == "Training"


async def test_add_can_add_the_person_too_and_takes_it_back_whole(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "a")
        await type_in(pilot, "Training")
        await field(pilot, "person", "Zoë Quinn")
        await press(pilot, "ctrl+s")
        assert "+Zoë Quinn adds the person with the deal." in screen_text(pilot)
        await field(pilot, "person", "+Zoë Quinn")
        await field(pilot, "company", "Quinn Ltd")
        await press(pilot, "ctrl+s")
        found = hands.deals.find("Training")
        assert (found.contact, found.company) == ("Zoë Quinn", "Quinn Ltd")
        await press(pilot, "u")
        assert hands.contacts.count("Zoë") == 0


async def test_edit_changes_everything_there_is(deals: Any, hands: Crm) -> None:
    hands.fields.add("deals", "seats", "number")
    hands.fields.add("deals", "region", "choice", choices=["north", "south"])
    async with deals() as pilot:
        await press(pilot, "e")
        assert form(pilot).texts()["amount"] == "4500 EUR"
        await field(pilot, "amount", "lots")
        await field(pilot, "custom-seats", "many")
        await press(pilot, "ctrl+s")
        assert '"lots" is no amount.' in screen_text(pilot)
        await field(pilot, "amount", "5000 USD")
        await press(pilot, "ctrl+s")
        assert '"many" is no number' in screen_text(pilot)
        assert form(pilot).texts()["amount"] == "5000 USD"
        await field(pilot, "custom-seats", "12")
        await field(pilot, "custom-region", "north")
        await field(pilot, "person", "elvin")
        await field(pilot, "company", "")
        await field(pilot, "close", "")
        await press(pilot, "ctrl+s")
        found = hands.deals.find("Website relaunch")
        assert (found.contact, found.company, found.expected_close_on) == ("Elvin Məmmədov", None, None)
        assert (found.amount, found.currency) == ("5000.00", "USD")
        assert found.custom == {"seats": 12, "region": "north"}
        assert found.probability == 10


async def test_log_and_next_step_are_about_the_deals_and_with_their_people(deals: Any, hands: Crm) -> None:
    async with deals((80, 24)) as pilot:
        await press(pilot, "l")
        assert "Log with Anna Kowalska" in screen_text(pilot)
        await field(pilot, "summary", "wants a new offer")
        await field(pilot, "next", "friday")
        await press(pilot, "ctrl+s")
        found = hands.interactions.list("summary:offer")[0]
        assert (found.deal, found.contacts) == ("Website relaunch", ("Anna Kowalska",))
        step = hands.followups.list("title:offer due_on:2026-03-06 contact:anna")[0]
        assert step.deal == "Website relaunch"
        await press(pilot, "*", "l")
        assert "Log with 2 people" in screen_text(pilot)
        await field(pilot, "summary", "sent the price list")
        await press(pilot, "ctrl+s")
        logged = hands.interactions.list("summary:price")
        assert sorted(each.deal or "" for each in logged) == ["Audit", "Old site", "Shop", "Website relaunch"]
        await press(pilot, "u")
        assert hands.interactions.count("summary:price") == 0
        await go_to(pilot, "Bare")
        await press(pilot, "l")
        assert isinstance(pilot.app.screen, DealsScreen), "it is with nobody"
        await press(pilot, "f")
        await type_in(pilot, "find out who decides")
        await press(pilot, "ctrl+s")
        promised = hands.followups.list("title:decides")[0]
        assert (promised.deal, promised.contact, promised.due_on) == ("Bare", None, date(2026, 3, 3))


async def test_archive_and_back(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "A")
        assert hands.deals.count("archived_at:any") == 1
        assert under(pilot) == "Bare"
        await press(pilot, "/")
        await type_in(pilot, "archived_at:any")
        await press(pilot, "enter")
        assert under(pilot) == "Website relaunch"
        await press(pilot, "A")
        assert hands.deals.count("archived_at:any") == 0
        assert "Restore deal Website relaunch." in screen_text(pilot)


async def test_filter_narrows_and_one_that_is_not_whole_keeps_what_was_shown(deals: Any, hands: Crm) -> None:
    hands.deals.add("Ancient", stage="Won", closed_on=date(2024, 5, 1), created_at="2024-01-01T08:00:00Z")
    async with deals() as pilot:
        await press(pilot, "/")
        await type_in(pilot, "amount>5000 contact:memmedov")
        text = screen_text(pilot)
        assert "Shop" in text
        assert "Website" not in text
        assert "1 deal" in text
        await press(pilot, "enter")
        assert under(pilot) == "Shop"
        await press(pilot, "escape")
        assert "Website relaunch" in screen_text(pilot)
        await press(pilot, "/")
        await type_in(pilot, "stag:lead")
        text = screen_text(pilot)
        assert "Website relaunch" in text
        assert "Did you mean stage" in text
        await press(pilot, "escape", "/")
        await type_in(pilot, "nothing at all like it")
        assert "No deal fits." in screen_text(pilot)
        await press(pilot, "escape", "/")
        await type_in(pilot, "closed_on<2025")
        assert under(pilot) == "Ancient"


async def test_the_next_pipeline_and_round_again(deals: Any, hands: Crm) -> None:
    hands.pipelines.add("Renewals")
    hands.deals.add("Contract 2027", pipeline="Renewals", stage="Proposal")
    async with deals() as pilot:
        assert "Sales: 5 open" in screen_text(pilot)
        await press(pilot, "p")
        assert "Renewals: 1 open" in screen_text(pilot)
        assert under(pilot) == "Contract 2027"
        await press(pilot, "p")
        assert under(pilot) == "Website relaunch"


async def test_the_list_has_the_same_deals_cursor_and_marks(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await go_to(pilot, "Audit")
        await press(pilot, "space", "v")
        text = screen_text(pilot)
        assert "In stage" in text
        assert "1,200 JPY" in text
        assert under(pilot) == "Audit"
        assert "* 1 marked" in text
        await press(pilot, "escape", "left", "left", "right")
        assert under(pilot) == "Shop"
        await press(pilot, ">")
        assert stage_of(hands, "Shop") == "Negotiation"
        assert under(pilot) == "Shop"
        await press(pilot, "home", "w", "ctrl+s")
        assert under(pilot) == "Bare", "the cursor goes to the next when a deal is won"
        await press(pilot, "space", "x")
        await type_in(pilot, "price")
        await press(pilot, "ctrl+s")
        assert under(pilot) == "Audit"
        assert not pilot.app.screen.query_one(RecordTable).marked
        await press(pilot, "v")
        assert under(pilot) == "Audit"
        assert "Negotiation 2" in screen_text(pilot)


async def test_copy_mail_jump_and_marks(deals: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    async with deals() as pilot:
        await press(pilot, "y", "4")
        assert pilot.app.clipboard == "4,500 EUR"
        await press(pilot, "o")
        assert "There is no program here to open links with." in screen_text(pilot)
        await press(pilot, "'", "s")
        assert under(pilot) == "Shop"
        await press(pilot, "o")
        assert "Elvin Məmmədov has no mail address and no link." in screen_text(pilot)
        await go_to(pilot, "Bare")
        await press(pilot, "y")
        assert pilot.app.clipboard == "Bare"
        await press(pilot, "p")
        assert under(pilot) == "Bare", "there is no other pipeline"
        await press(pilot, "*")
        assert len(board(pilot).marked) == 7
        await press(pilot, "*")
        assert not board(pilot).marked


async def test_clicks_move_mark_and_open(deals: Any) -> None:
    async with deals() as pilot:
        await pilot.click(Board, offset=(6, 9))
        await settle(pilot)
        assert under(pilot) == "Bare"
        await pilot.click(Board, offset=(0, 5))
        await settle(pilot)
        assert len(board(pilot).marked) == 1
        await press(pilot, "escape")
        assert not board(pilot).marked
        await pilot.click(Board, offset=(25, 0))
        await settle(pilot)
        assert board(pilot).state.column == 1
        await pilot.click(Board, offset=(6, 5), times=2)
        await settle(pilot)
        assert isinstance(pilot.app.screen, RecordScreen)
        await press(pilot, "escape", "enter")
        assert isinstance(pilot.app.screen, RecordScreen)
        assert "Website relaunch" in screen_text(pilot)


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(Board, offset=start)
    for place in (((start[0] + end[0]) // 2, end[1]), end):
        # what a terminal sends while a button is held, which hover() does not
        await pilot._post_mouse_events([events.MouseMove], Board, place, button=1)


async def test_drag_moves_cards_and_escape_lets_go(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await drag(pilot, (6, 5), (48, 8))
        await settle(pilot)
        assert "→ Proposal" in screen_text(pilot)
        await press(pilot, "escape")
        assert "→" not in screen_text(pilot)
        await pilot.mouse_up(Board, offset=(48, 8))
        await settle(pilot)
        assert stage_of(hands, "Website relaunch") == "Lead"
        await drag(pilot, (6, 5), (48, 8))
        await pilot.mouse_up(Board, offset=(48, 8))
        await settle(pilot)
        assert stage_of(hands, "Website relaunch") == "Proposal"
        assert under(pilot) == "Website relaunch"


async def test_drag_takes_marked_cards_along_and_asks_how_they_ended(deals: Any, hands: Crm) -> None:
    async with deals() as pilot:
        await press(pilot, "space", "space")
        await drag(pilot, (6, 5), (48, 8))
        await pilot.mouse_up(Board, offset=(48, 8))
        await settle(pilot)
        assert [stage_of(hands, title) for title in ("Website relaunch", "Bare")] == ["Proposal"] * 2
        await press(pilot, "u", "escape")
        assert [stage_of(hands, title) for title in ("Website relaunch", "Bare")] == ["Lead"] * 2
        await drag(pilot, (6, 5), (90, 6))
        await pilot.mouse_up(Board, offset=(90, 6))
        await settle(pilot)
        assert "Win Website relaunch" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert stage_of(hands, "Website relaunch") == "Won"
        await drag(pilot, (6, 5), (110, 6))
        await pilot.mouse_up(Board, offset=(110, 6))
        await settle(pilot)
        assert "Lose Bare" in screen_text(pilot)


async def test_a_reload_keeps_everything_and_shows_what_another_process_does(deals: Any, hands: Crm) -> None:
    from asyncio import wrap_future

    async with deals() as pilot:
        await go_to(pilot, "Audit")
        await press(pilot, "space")
        await go_to(pilot, "Audit")
        watcher = crm_app(pilot).watcher
        await wrap_future(watcher.look())
        hands.deals.add("From elsewhere", stage="Proposal", expected_close_on=date(2026, 3, 3))
        assert await wrap_future(watcher.look())
        await settle(pilot)
        assert "From elsewhere" in screen_text(pilot)
        assert under(pilot) == "Audit"
        assert len(board(pilot).marked) == 1


async def test_an_empty_board_teaches_the_next_key(deals: Any, tmp_path: Path) -> None:
    path = tmp_path / "new" / "crm.db"
    async with deals((80, 24), path) as pilot:
        text = screen_text(pilot)
        assert "Nothing is here yet." in text
        assert "a adds the first deal; only a title is needed." in text
        assert ": takes it in one line." in text
        await press(
            pilot, "v", "v", "left", "right", "*", "y", "m", "<", ">", "w", "x", "r", "space", "enter", "p"
        )
        assert not path.exists()
        await press(pilot, "a")
        await type_in(pilot, "Begin")
        await press(pilot, "ctrl+s")
        assert under(pilot) == "Begin"
        assert "Lead 1" in screen_text(pilot)


async def test_stages_without_deals_still_show_and_teach(deals: Any, tmp_path: Path) -> None:
    path = tmp_path / "crm2.db"
    with Crm.open(path, now=NOW) as crm:
        crm.pipelines.add("Sales")
    async with deals((80, 24), path) as pilot:
        text = screen_text(pilot)
        assert "Lead 0" in text
        assert "a adds the first deal" in text


async def test_every_size(deals: Any) -> None:
    async with deals() as pilot:
        await go_to(pilot, "Audit")
        for size in ((20, 6), (1, 1), (200, 60), (40, 3), (80, 24), (20, 6)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert under(pilot) == "Audit"
        await press(pilot, "left", "right", "j", "v", "v")
        await pilot.resize_terminal(120, 30)
        await settle(pilot)
        assert "Proposal 2" in screen_text(pilot)
        assert "Audit" in screen_text(pilot)


async def test_signs_tell_without_colour(deals: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with deals() as pilot:
        await press(pilot, "space", "k")
        text = screen_text(pilot)
        assert "> Website" in text
        assert "* Acme · 4,500 EUR" in text
        assert "! 18 days" in text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "deals.db"
    texts = [
        "".join(char for char in text if char != "\x00" and not "\ud800" <= char <= "\udfff").replace(
            "\r", " "
        )
        for text in EVIL
    ]
    with Crm.open(path, now=NOW) as crm, crm.transaction("hostile"):
        crm.pipelines.add("[@click=app.quit]x[/]\x1b[2J")
        crm.pipelines.add("other [/]")
        crm.fields.add("deals", "kind", "choice", label="[/]\x9b", choices=["[/]", "a\u202eb"])
        first = crm.pipelines.stages()[0]
        crm.pipelines.update_stage(first.id, name="[@click=app.quit]\x1b]0;x\x07")
        for text in texts:
            person = crm.contacts.add(name=text, company=text)
            made = crm.deals.add(text, contact_id=person.id, source=text, tags=["[/]"], amount_minor=5)
            crm.followups.add(text, date(2026, 3, 1), deal_id=made.id)
            crm.deals.lose(crm.deals.add(text).id, text)
    return path


def check(pilot: Pilot[None]) -> None:
    for strip in pilot.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.control is None
            assert is_clean(segment.text), ascii(segment.text)
            assert not any("click" in str(key) for key in (segment.style.meta if segment.style else {}))
    assert pilot.app.return_code is None


async def test_hostile_texts_are_only_text(deals: Any, hostile: Path) -> None:
    async with deals((80, 24), hostile) as pilot:
        strips = pilot.app.screen._compositor.render_strips()
        assert all(strip.cell_length == pilot.app.size.width for strip in strips)
        for key in ("e", "w", "x", "m", "l", "f", "t", "y"):
            await press(pilot, key)
            check(pilot)
            await press(pilot, "escape")
        for key in ("right", "v", "p"):
            await press(pilot, key)
            check(pilot)


async def test_hostile_titles_on_a_large_screen_and_under_the_mouse(deals: Any, hostile: Path) -> None:
    async with deals((200, 60), hostile) as pilot:
        strips = pilot.app.screen._compositor.render_strips()
        assert all(strip.cell_length == pilot.app.size.width for strip in strips)
        for y in (3, 8, 9, 10, 12):
            await pilot.click(offset=(5, y))
        await settle(pilot)
        check(pilot)


def test_forms_of_others_read_the_amount_themselves(crm: Crm) -> None:
    from crm_tui.errors import InvalidDataError
    from crm_tui.screens.forms.fields import Filled, Form

    def filled(asked: Form, **texts: str) -> Filled:
        values = {each.key: each.read(texts.get(each.key, each.value), crm.clock) for each in asked.fields}
        return Filled(values, frozenset(texts))

    asked = deal_forms.add(company="Acme")
    made = asked.save(crm, filled(asked, title="Website", amount="1200"))
    assert (made.amount, made.currency, made.company) == ("1200.00", "EUR", "Acme")
    with pytest.raises(InvalidDataError):
        asked.save(crm, filled(asked, title="Website", close="2026-03-05 14:00"))
    changing = deal_forms.edit(made)
    changed = changing.save(crm, filled(changing, amount="900 USD", probability="", person=""))
    assert (changed.amount, changed.currency, changed.probability) == ("900.00", "USD", 10)
    person = crm.contacts.add(name="Anna")
    withher = deal_forms.add(person.id, whom="Anna")
    assert withher.save(crm, filled(withher, title="Shop")).contact == "Anna"
    with pytest.raises(InvalidDataError):
        filled(withher, title="Shop", probability="101")


def test_whole_amounts_are_typed_without_decimals(crm: Crm) -> None:
    def text(minor: int, currency: str) -> str:
        return deal_fields.amount_text(crm.deals.add("a", amount_minor=minor, currency=currency))

    texts: Sequence[str] = [
        text(120_000, "EUR"),
        text(120_050, "EUR"),
        text(1200, "JPY"),
        text(1_480_750, "KWD"),
    ]
    assert texts == ["1200 EUR", "1200.50 EUR", "1200 JPY", "1480.750 KWD"]
    assert deal_fields.amount_text(crm.deals.add("b")) == ""
