"""Quick entry on the screen: told while it is typed, chosen, written as one operation, kept when it is left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.errors import DatabaseError
from crm_tui.screens.quick import DRAFT, QuickScreen
from crm_tui.screens.today import TodayScreen
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in
from tests.tui.test_hostile import EVIL, check, hostile

__all__ = ["hostile"]


def quick(pilot: Pilot[None]) -> QuickScreen:
    screen = pilot.app.screen
    assert isinstance(screen, QuickScreen)
    return screen


async def begin(pilot: Pilot[None], text: str) -> str:
    await press(pilot, ":")
    await type_in(pilot, text)
    return screen_text(pilot)


async def test_an_empty_line_shows_what_can_be_typed(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, ":")
        text = screen_text(pilot)
        for verb in ("call Anna: wants", "todo send", "deal Website", "person Jane", "win ", "lose "):
            assert f"\n {verb}" in text
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, QuickScreen)


async def test_what_is_understood_stands_beneath_and_enter_writes_it(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        text = await begin(pilot, "call anna: wants the offer by friday #hot")
        assert (
            "call with Anna Kowalska (Acme) · now, Mon 2 Mar · “wants the offer by friday” · tag hot" in text
        )
        assert "follow-up: none" in text
        assert "enter write" in text
        before = len(crm_of.history())
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, TodayScreen)
        assert "Log call with Anna Kowalska." in screen_text(pilot)
        assert len(crm_of.history()) == before + 1
        assert crm_of.interactions.list()[0].summary == "wants the offer by friday"
        await press(pilot, "u")
        assert len([each for each in crm_of.interactions.list() if each.summary.startswith("wants")]) == 0


async def test_a_promise_shows_on_the_place_beneath(opened: Opener) -> None:
    async with opened() as pilot:
        await begin(pilot, "todo send the contract for Jür today 16:00")
        await press(pilot, "enter")
        assert "send the contract" in screen_text(pilot)


async def test_several_are_offered_and_chosen_by_keys(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.add(name="Anna Nowak")
    async with opened() as pilot:
        text = await begin(pilot, "call anna: yes")
        assert "? call with anna" in text
        assert "> Anna Kowalska" in text
        assert '! "anna" matches 2 people' in text
        assert "enter write" not in text
        await press(pilot, "enter")
        assert quick(pilot).line.value == "call anna: yes"
        await press(pilot, "down", "tab")
        assert quick(pilot).line.value == "call Anna Nowak (11): yes"
        assert "call with Anna Nowak ·" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.interactions.list()[0].contacts == ("Anna Nowak",)


async def test_choosing_goes_round_and_tab_without_a_choice_stays(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.add(name="Anna Nowak")
    async with opened() as pilot:
        await begin(pilot, "call anna: yes")
        await press(pilot, "up")
        assert "> Anna Nowak" in screen_text(pilot)
        await press(pilot, "tab", "tab", "down")
        assert quick(pilot).line.has_focus
        assert quick(pilot).line.value == "call Anna Nowak (11): yes"


async def test_a_name_nobody_has_is_new_only_when_chosen(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        text = await begin(pilot, "call Xaver: hello")
        assert '! Nobody is called "Xaver".' in text
        assert "> +Xaver" in text
        await press(pilot, "enter")
        assert crm_of.contacts.count() == 10
        assert quick(pilot).line.value == "call Xaver: hello"
        await press(pilot, "tab")
        assert "call with new person Xaver" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.contacts.find("Xaver").last_contacted_on is not None


async def test_what_is_not_understood_is_named_and_kept(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        text = await begin(pilot, "call anna: yes -> soonish send it")
        assert '? There is no day in "-> soonish send it".' in text
        before = len(crm_of.history())
        await press(pilot, "enter")
        assert '! There is no day in "-> soonish send it".' in screen_text(pilot)
        assert quick(pilot).line.value == "call anna: yes -> soonish send it"
        assert len(crm_of.history()) == before


async def test_what_is_only_missing_yet_is_no_reproach(opened: Opener) -> None:
    async with opened() as pilot:
        text = await begin(pilot, "call anna")
        assert "Nothing is said yet. Write a colon after the name" in text
        assert "!" not in text.splitlines()[-2]


async def test_a_refused_write_keeps_the_line(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, crm_of: Crm
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("The disk is full.", "Make room.")

    async with opened() as pilot:
        await begin(pilot, "call anna: yes")
        with monkeypatch.context() as patch:
            patch.setattr("crm_tui.domain.interactions.Interactions.log", full)
            await press(pilot, "enter")
        text = screen_text(pilot)
        assert "! The disk is full." in text
        assert "Make room." in text
        assert quick(pilot).line.value == "call anna: yes"
        await press(pilot, "enter")
        assert crm_of.interactions.list()[0].summary == "yes"


async def test_leaving_keeps_a_draft_that_comes_back(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await begin(pilot, "call anna: half a tho")
        await press(pilot, "escape")
        assert "Kept what you typed." in screen_text(pilot)
    async with opened() as pilot:
        assert "Left unsaved: In a line." in screen_text(pilot)
        await press(pilot, ":")
        assert quick(pilot).line.value == "call anna: half a tho"
        assert "Brought back what you typed" in screen_text(pilot)
        await press(pilot, "u", "g", "h", "t")
        assert "Brought back" not in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.interactions.list()[0].summary == "half a thought"
        await press(pilot, ":")
        assert quick(pilot).line.value == ""


async def test_afresh_forgets_the_line(opened: Opener) -> None:
    async with opened() as pilot:
        await begin(pilot, "call anna: x")
        await press(pilot, "ctrl+r")
        assert quick(pilot).line.value == ""
        await press(pilot, "escape", ":")
        assert quick(pilot).line.value == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_keeps_the_line(opened: Opener, number: signal.Signals) -> None:
    async with opened() as pilot:
        app = crm_app(pilot)
        await begin(pilot, "call anna: half")
        os.kill(os.getpid(), number)
        while app.return_code is None:
            await pilot.pause()
        assert app.return_code == 128 + number
        draft = app.memory.draft(DRAFT)
        assert draft is not None
        assert draft.texts == {"line": "call anna: half"}


async def test_the_first_line_makes_the_file(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    async with opened(path=path) as pilot:
        assert '! Nobody is called "Anna".' in await begin(pilot, "call Anna: hello")
        await press(pilot, "tab", "enter")
        assert "Log call with Anna." in screen_text(pilot)
    with Crm.open(path) as crm:
        assert crm.contacts.find("Anna").name == "Anna"


async def test_typed_faster_than_it_is_looked_up(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, ":")
        screen = quick(pilot)
        screen.line.value = "call anna: fast"
        screen.do_save()
        screen.do_save()
        await settle(pilot)
        assert [each.summary for each in crm_of.interactions.list()].count("fast") == 1


async def test_a_key_of_ones_own_is_shown(opened: Opener) -> None:
    async with opened(config=Config(keys={"quick": "ctrl+n"})) as pilot:
        await press(pilot, "ctrl+n")
        assert "\n ctrl+n call Anna" in screen_text(pilot)


async def test_a_very_small_terminal_and_back(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.add(name="Anna Nowak")
    async with opened((100, 30)) as pilot:
        before = await begin(pilot, "call anna: yes -> friday: send it")
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        text = screen_text(pilot)
        assert all(len(line) <= 20 for line in text.splitlines())
        assert "> Anna" in text
        assert "tab choose" in text
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert screen_text(pilot) == before


@pytest.mark.parametrize("size", [(80, 24), (20, 6)])
async def test_hostile_lines_and_names_are_text(opened: Opener, hostile: Path, size: tuple[int, int]) -> None:
    async with opened(size, path=hostile) as pilot:
        await press(pilot, ":")
        shapes = (
            "call {}: {} #a -> friday {}",
            "deal {} 5 EUR {}",
            "{}",
            "person {} at {}",
            "todo x for {} friday",
        )
        for place, evil in enumerate((*EVIL, "c1")):
            quick(pilot).line.value = ""
            await type_in(pilot, shapes[place % len(shapes)].replace("{}", evil))
            check(pilot)
        await press(pilot, "tab", "enter")
        check(pilot)


async def test_a_choice_is_taken_by_a_click(opened: Opener, crm_of: Crm) -> None:
    anna = crm_of.contacts.add(name="Anna Nowak")
    async with opened() as pilot:
        text = await begin(pilot, "call anna: yes")
        line = next(place for place, line in enumerate(text.splitlines()) if "Anna Nowak" in line)
        await pilot.click(offset=(5, line))
        await settle(pilot)
        assert quick(pilot).line.value == f"call Anna Nowak ({anna.id}): yes"
        assert quick(pilot).line.has_focus
        # what was understood is there to be read
        await pilot.click(offset=(5, line))
        await settle(pilot)
        assert quick(pilot).line.value == f"call Anna Nowak ({anna.id}): yes"
