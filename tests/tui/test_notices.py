"""What was said stays on the place it was said on: it is gone once one goes elsewhere, and not before."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.screens.today import TodayScreen
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle


def notice(pilot: Pilot[Any]) -> str:
    """The line above the keys."""
    return screen_text(pilot).splitlines()[-2].strip()


async def test_it_stays_while_one_moves_about_and_looks_into_dialogs(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        await press(pilot, "d")
        said = notice(pilot)
        assert said.endswith("u undo")
        await press(pilot, "j", "k", "?")
        await press(pilot, "escape", "g", "escape", "a", "escape")
        assert isinstance(pilot.app.screen, TodayScreen)
        assert notice(pilot) == said


@pytest.mark.parametrize("key", ["c", "o", "d", "f", "r", "h", "e"])
async def test_it_is_gone_on_another_place_and_when_one_comes_back(opened: Opener, key: str) -> None:
    async with opened((100, 30)) as pilot:
        await press(pilot, "g", key, "g", "t", "d")
        assert notice(pilot).endswith("u undo")
        await press(pilot, "g", key)
        assert "undo" not in notice(pilot)
        assert crm_app(pilot).last_word == ("", "", "plain")
        await press(pilot, "g", "t")
        assert notice(pilot) == ""


async def test_the_mouse_leaves_it_behind_too(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        await press(pilot, "d")
        assert notice(pilot).endswith("u undo")
        column = screen_text(pilot).splitlines()[0].index("Companies")
        await pilot.click(offset=(column, 0))
        await settle(pilot)
        assert crm_app(pilot).current_mode == "companies"
        assert notice(pilot) == ""


async def test_it_does_not_follow_to_a_record_and_back(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "t")
        crm_app(pilot).tell("Said on the list.")
        await press(pilot, "escape", "enter")
        assert isinstance(pilot.app.screen, RecordScreen)
        assert notice(pilot) == ""
        crm_app(pilot).tell("Said on the page.")
        await pilot.pause()
        assert notice(pilot) == "Said on the page."
        await press(pilot, "escape")
        assert crm_app(pilot).current_mode == "contacts"
        assert notice(pilot) == ""


async def test_what_is_said_on_the_way_arrives(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        app = crm_app(pilot)
        await press(pilot, "j")
        app.tell("It is done.", "u undo")
        app.go_to("contacts")
        await settle(pilot)
        assert notice(pilot) == "It is done.  u undo"
        # there it is at home, and stays until one leaves
        await press(pilot, "j", "a", "escape")
        assert notice(pilot) == "It is done.  u undo"
        await press(pilot, "g", "d")
        assert notice(pilot) == ""
