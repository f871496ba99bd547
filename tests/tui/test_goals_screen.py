"""Goals on the screens, and customers on Today: what is shown, and every key of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from crm_tui.actions import BY_ID
from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.screens.today import TodayScreen
from tests.conftest import NOW
from tests.sales_rows import invoice, product
from tests.tui.conftest import Opener, press, screen_text, settle, type_in

RULE = Config(silent_days=100)
HOSTILE = "[/] [@click=app.quit]x[/] \x1b[31m"


async def choose(pilot: Pilot[None], words: str) -> None:
    """Take an action from the palette."""
    await press(pilot, "ctrl+p")
    await type_in(pilot, words)
    await press(pilot, "enter")


def goals(crm: Crm) -> list[tuple[str, str, int, str | None]]:
    return [(each.metric, each.per, each.target, each.currency) for each in crm.goals.list()]


def test_every_action_is_possible_everywhere() -> None:
    assert (BY_ID["goals"].condition, BY_ID["set-goal"].condition) == ("", "")
    assert BY_ID["goals"].scopes == BY_ID["set-goal"].scopes


async def test_without_goals_one_is_asked_for(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "T")
        text = screen_text(pilot)
        assert "Aim at what?" in text
        assert "invoiced, without tax" in text
        await press(pilot, "5")
        assert "Goal: calls" in screen_text(pilot)
        await type_in(pilot, "10")
        await press(pilot, "tab", "w", "ctrl+s")
        assert goals(crm_of) == [("calls", "week", 10, None)]
        assert isinstance(pilot.app.screen, TodayScreen)
        assert "Set goal calls 10 per week." in screen_text(pilot)
        assert "calls · 0 of 10" in screen_text(pilot)
        await press(pilot, "u")
        assert goals(crm_of) == []


async def test_an_amount_from_a_later_day_on(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await choose(pilot, "set goal")
        await press(pilot, "1")
        await type_in(pilot, "20000 USD")
        await press(pilot, "tab", "q", "tab")
        await type_in(pilot, "2026-05-05")
        await press(pilot, "ctrl+s")
        assert goals(crm_of) == [("revenue", "quarter", 2_000_000, "USD")]
        await press(pilot, "T")
        assert "revenue 20,000 USD per quarter" in screen_text(pilot)
        assert "from 2026-04-01" in screen_text(pilot)


async def test_what_is_no_target_is_told_and_stays(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "T", "5")
        await type_in(pilot, "some")
        await press(pilot, "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.texts()["target"] == "some"
        assert '! "some" is no number of calls.' in screen_text(pilot)
        screen.query_one(Input).value = "0"
        await press(pilot, "ctrl+s")
        assert "! The target of calls is 0." in screen_text(pilot)
        assert goals(crm_of) == []


async def test_the_list_changes_and_removes(opened: Opener, crm_of: Crm) -> None:
    crm_of.goals.set("calls", 4, per="week")
    crm_of.goals.set("won", 500_000, currency="USD", per="year")
    async with opened((80, 24)) as pilot:
        await press(pilot, "T")
        text = screen_text(pilot)
        assert "Goals: planned against actual" in text
        assert "· calls 0 of 4, 0% this week" in text
        assert "~ won 0 of 5,000 USD, 0% this year" in text
        assert "another goal" in text
        await press(pilot, "2", "e")
        assert "Goal: won per year" in screen_text(pilot)
        field = pilot.app.screen.query_one(Input)
        assert field.value == "5000.00 USD"
        field.value = "6000 EUR"
        await press(pilot, "enter")
        assert "! This goal is in USD." in screen_text(pilot)
        pilot.app.screen.query_one(Input).value = "6000"
        await press(pilot, "enter")
        assert goals(crm_of)[1] == ("won", "year", 600_000, "USD")
        await press(pilot, "T", "1", "D")
        assert goals(crm_of) == [("won", "year", 600_000, "USD")]
        assert "Remove goal calls per week." in screen_text(pilot)
        await press(pilot, "T", "+", "escape")
        assert isinstance(pilot.app.screen, TodayScreen)


async def test_goals_from_another_place_and_an_empty_file(opened: Opener, tmp_path: Path) -> None:
    async with opened((20, 6), start="deals") as pilot:
        await press(pilot, "T")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "Aim at what?" in screen_text(pilot)
        await press(pilot, "escape")
    new = tmp_path / "none.db"
    async with opened((80, 24), path=new) as pilot:
        await press(pilot, "T", "5")
        await type_in(pilot, "3")
        await press(pilot, "ctrl+s")
    with Crm.open(new, now=NOW) as crm:
        assert goals(crm) == [("calls", "month", 3, None)]


async def test_the_week_line_with_goals(opened: Opener, crm_of: Crm) -> None:
    crm_of.interactions.add("call", [1], "spoke")
    crm_of.goals.set("calls", 10, per="week")
    crm_of.goals.set("won", 2_000_000, per="quarter")
    crm_of.deals.win(1, amount_minor=420_000, currency="EUR")
    async with opened((80, 24)) as pilot:
        lines = screen_text(pilot).splitlines()
        assert (
            lines[-3].strip() == "Week  calls █ 1 of 10   won 4,200 of 20,000 EUR ██░░░░░░░░ 21% this quarter"
        )
        await pilot.resize_terminal(60, 24)
        await settle(pilot)
        assert (
            screen_text(pilot).splitlines()[-3].strip() == "Week  calls 1 of 10   won 4,200 of 20,000 EUR 21%"
        )


@pytest.fixture
def sold(crm_of: Crm) -> None:
    """Anna's company due to buy oil, Zoe silent, a company without people silent."""
    oil = product(crm_of, f"Oil {HOSTILE}", reorder_days=30)
    invoice(crm_of, "2026-01-28", (100, oil), contact=1, company=1, due="2027-01-01")
    zoe = crm_of.references.contact("Zoë Quinn")
    invoice(crm_of, "2025-08-14", 100, contact=zoe, due="2027-01-01")
    void = crm_of.companies.add(name="Nobody Ltd")
    invoice(crm_of, "2025-08-15", 100, company=void.id, due="2027-01-01")
    crm_of.interactions.delete(1)


async def to(pilot: Pilot[None], words: str) -> None:
    """Go to the line that holds some words."""
    screen = pilot.app.screen
    assert isinstance(screen, TodayScreen)
    for _ in range(30):
        item = screen.item
        if item is not None and words in f"{item.title} {item.contact}":
            return
        await press(pilot, "j")
    raise AssertionError(words)


@pytest.mark.usefixtures("sold")
async def test_customers_have_a_group_and_a_figure(opened: Opener) -> None:
    async with opened((100, 40), config=RULE) as pilot:
        text = screen_text(pilot)
        assert "· 3 customers ·" in text
        places = [text.index(word) for word in ("Keep in touch", "Customers", "Dates")]
        assert places == sorted(places)
        assert "~ silent for 200 days" in text
        assert "due to buy Oil [/]" in text
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        await pilot.resize_terminal(100, 40)
        await settle(pilot)
        assert "Zoë Quinn" in screen_text(pilot)


@pytest.mark.usefixtures("sold")
async def test_without_the_rule_only_what_is_due_again(opened: Opener) -> None:
    async with opened((100, 40)) as pilot:
        assert "· 1 customer ·" in screen_text(pilot)
        assert "silent for" not in screen_text(pilot)


@pytest.mark.usefixtures("sold")
async def test_a_contact_takes_a_customer_off_the_list(opened: Opener) -> None:
    async with opened((100, 40), config=RULE) as pilot:
        await to(pilot, "Zoë Quinn")
        await press(pilot, "s")
        assert "It goes when they buy or you were in touch." in screen_text(pilot)
        await press(pilot, "d")
        assert "Log with Zoë Quinn" in screen_text(pilot)
        await press(pilot, "tab")
        await type_in(pilot, "asked how she is")
        await press(pilot, "ctrl+s")
        assert "· 2 customers ·" in screen_text(pilot)
        assert "silent for 200 days" not in screen_text(pilot)
        await press(pilot, "u")
        assert "· 3 customers ·" in screen_text(pilot)


@pytest.mark.usefixtures("sold")
async def test_enter_opens_the_person_or_the_company(opened: Opener) -> None:
    async with opened((100, 40), config=RULE) as pilot:
        for words, table in (
            ("Zoë Quinn", "contacts"),
            ("Nobody Ltd", "companies"),
            ("due to buy", "companies"),
        ):
            await press(pilot, "home")
            await to(pilot, words)
            await press(pilot, "enter")
            screen = pilot.app.screen
            assert isinstance(screen, RecordScreen)
            assert screen.table == table
            await press(pilot, "escape")
        await press(pilot, "home")
        await to(pilot, "Nobody Ltd")
        await press(pilot, "d")
        assert "Nobody Ltd has nobody to talk to." in screen_text(pilot)
        await press(pilot, "home")
        await to(pilot, "due to buy")
        await press(pilot, "f")
        assert "Follow up with Anna Kowalska" in screen_text(pilot)
