"""The shell around the screens: going, help, palette, themes, keys, sizes, signals, faults."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from textual.command import CommandPalette

from crm_tui import actions
from crm_tui.app import CrmApp
from crm_tui.config import Config
from crm_tui.config_file import THEMES
from crm_tui.domain import Crm
from crm_tui.screens.forms.dialogs import AnswerList
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.parties.contacts import ContactsScreen
from crm_tui.screens.shell.base import BaseScreen
from crm_tui.screens.shell.help import HelpScreen
from crm_tui.screens.shell.memory import Memory
from crm_tui.screens.today import TodayScreen
from crm_tui.widgets.frame.footer import MOST, KeyFooter
from tests.conftest import NOW
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


async def test_g_and_a_letter_goes(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "g")
        assert "c Contacts" in screen_text(pilot)
        await press(pilot, "c")
        assert pilot.app.current_mode == "contacts"
        await press(pilot, "g", "t")
        assert isinstance(pilot.app.screen, TodayScreen)


async def test_g_and_another_key_goes_nowhere(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "g", "x")
        assert isinstance(pilot.app.screen, TodayScreen)
        await press(pilot, "g", "escape")
        assert isinstance(pilot.app.screen, TodayScreen)


async def test_a_click_on_a_place_goes_there(opened: Opener) -> None:
    async with opened() as pilot:
        await pilot.click("Masthead", offset=(16, 0))
        await settle(pilot)
        assert isinstance(pilot.app.screen, ContactsScreen)


@pytest.mark.parametrize("start", [place.name for place in actions.PLACES])
async def test_help_tells_every_key_of_the_place(opened: Opener, start: str) -> None:
    async with opened((160, 60), start) as pilot:
        # not by its key: where one types at once, that would be typed
        crm_app(pilot).do_help()
        await settle(pilot)
        assert isinstance(pilot.app.screen, HelpScreen)
        text = screen_text(pilot)
        for action in actions.of_scope(start):
            assert action.help in text
            for key in action.keys:
                assert key in text
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, BaseScreen)


@pytest.mark.parametrize("start", [place.name for place in actions.PLACES])
async def test_every_action_of_a_place_has_a_doer_and_a_condition(opened: Opener, start: str) -> None:
    async with opened((100, 30), start) as pilot:
        screen, app = pilot.app.screen, crm_app(pilot)
        assert isinstance(screen, BaseScreen)
        for action in actions.of_scope(start):
            assert isinstance(screen.is_possible(action), bool)
            if not action.binding:
                name = f"do_{action.id.replace('-', '_')}"
                assert callable(getattr(screen, name, None) or getattr(app, name, None)), action.id


async def test_palette_finds_and_runs(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "ctrl+p")
        assert isinstance(pilot.app.screen, CommandPalette)
        await type_in(pilot, "done")
        await press(pilot, "enter")
        await settle(pilot)
        assert crm_of.followups.count("status:done") == 1


async def test_palette_offers_only_what_is_possible(opened: Opener, tmp_path: Path) -> None:
    async with opened((100, 60), path=tmp_path / "none.db") as pilot:
        await press(pilot, "ctrl+p")
        text = screen_text(pilot)
        assert "Add  a" in text
        assert "Go to Contacts" in text
        assert "Snooze" not in text


async def test_theme_is_chosen_and_remembered(opened: Opener) -> None:
    async with opened() as pilot:
        crm_app(pilot).do_theme()
        await settle(pilot)
        await press(pilot, "2")
        assert pilot.app.theme == "crm-light"
    async with opened() as pilot:
        assert pilot.app.theme == "crm-light"
    async with opened(config=Config(theme="crm-contrast")) as pilot:
        assert pilot.app.theme == "crm-contrast"


async def test_an_unknown_theme_keeps_nobody_away(opened: Opener) -> None:
    async with opened((110, 30), config=Config(theme="[pink]", base_currency="PLN")) as pilot:
        assert pilot.app.theme == "crm-dark"
        said = screen_text(pilot).splitlines()[-2]
        assert 'There is no theme "[pink]".  crm-dark is shown until the setting theme is mended.' in said
        assert crm_app(pilot).desk.config == Config(base_currency="PLN")


def test_the_themes_that_can_be_set_are_those_there_are(business: Path) -> None:
    assert set(THEMES) == set(CrmApp(business, NOW).available_themes)
    assert len(THEMES) == len(set(THEMES))


async def test_no_color_leaves_no_colour(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as pilot:
        assert pilot.app.no_color
        text = screen_text(pilot)
        assert "> ! ↑ ask for payment" in text


async def test_other_keys_from_the_configuration(opened: Opener, crm_of: Crm) -> None:
    config = Config(keys={"done": "X", "down": "down ctrl+n", "go": "G"})
    async with opened(config=config) as pilot:
        assert "X done" in screen_text(pilot)
        await press(pilot, "d")
        assert crm_of.followups.count("status:done") == 0
        await press(pilot, "ctrl+n", "X")
        assert [each.title for each in crm_of.followups.list("status:done")] == ["send offer"]
        await press(pilot, "G", "c")
        assert isinstance(pilot.app.screen, ContactsScreen)


async def test_footer_has_at_most_eight_keys_and_they_fit(opened: Opener) -> None:
    for width in (40, 80, 200):
        async with opened((width, 24)) as pilot:
            footer = pilot.app.screen.query_one(KeyFooter)
            assert 1 <= len(footer.keys) <= MOST
            assert footer.keys[-1].key == "?"
            assert len(screen_text(pilot).splitlines()[-1]) <= width


@pytest.mark.parametrize("start", ["today", "contacts"])
async def test_a_very_small_terminal_and_back(opened: Opener, start: str) -> None:
    async with opened((100, 30), start) as pilot:
        await press(pilot, "j", "j")
        before = screen_text(pilot)
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        await press(pilot, "enter", "escape", "a", "escape", "?", "escape")
        assert all(len(line) <= 20 for line in screen_text(pilot).splitlines())
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert screen_text(pilot) == before


@pytest.mark.parametrize("start", [place.name for place in actions.PLACES])
async def test_every_place_comes_back_from_a_very_small_terminal(opened: Opener, start: str) -> None:
    async with opened((100, 30), start) as pilot:
        before = screen_text(pilot)
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        for show in (crm_app(pilot).do_quick, crm_app(pilot).do_help, crm_app(pilot).front.do_jump):
            assert all(len(line) <= 20 for line in screen_text(pilot).splitlines())
            show()
            await settle(pilot)
            assert all(len(line) <= 20 for line in screen_text(pilot).splitlines())
            await press(pilot, "escape")
            assert isinstance(pilot.app.screen, BaseScreen)
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert screen_text(pilot) == before


@pytest.mark.parametrize("start", [place.name for place in actions.PLACES])
async def test_a_line_left_over_any_place_is_there_over_any_other(opened: Opener, start: str) -> None:
    async with opened((100, 30), start) as pilot:
        before = screen_text(pilot).splitlines()[:-2]
        crm_app(pilot).do_quick()
        await settle(pilot)
        await type_in(pilot, "call anna: half")
        await press(pilot, "escape")
        assert screen_text(pilot).splitlines()[:-2] == before
        assert "Kept what you typed." in screen_text(pilot)
    async with opened() as pilot:
        await press(pilot, ":")
        assert "call anna: half" in screen_text(pilot)


async def test_undo_with_nothing_to_undo_is_told(opened: Opener, tmp_path: Path) -> None:
    async with opened(path=tmp_path / "none.db") as pilot:
        await press(pilot, "u")
        assert "There is nothing to undo." in screen_text(pilot)
        await press(pilot, "U")
        assert "There is nothing to redo." in screen_text(pilot)


async def test_redo_with_nothing_undone_is_told_with_its_hint(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "U")
        assert screen_text(pilot).splitlines()[-2].startswith(" ! ")


def _spoil(path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to be looked at")


async def test_a_damaged_file_is_a_calm_line(opened: Opener, business: Path) -> None:
    async with opened() as pilot:
        _spoil(business)
        for name in ("-wal", "-shm"):
            business.with_name(business.name + name).unlink(missing_ok=True)
        crm_app(pilot).desk.renew()
        await press(pilot, "f5")
        assert isinstance(pilot.app.screen, TodayScreen)
        assert "is not a database" in screen_text(pilot)


async def test_a_file_put_in_its_place_is_read(opened: Opener, business: Path, tmp_path: Path) -> None:
    from asyncio import wrap_future

    other = tmp_path / "other.db"
    with Crm.open(other, now=NOW) as crm:
        crm.followups.add("from the backup", NOW.date())
    async with opened() as pilot:
        watcher = crm_app(pilot).watcher
        await wrap_future(watcher.look())
        for name in ("-wal", "-shm"):
            business.with_name(business.name + name).unlink(missing_ok=True)
        other.replace(business)
        assert await wrap_future(watcher.look())
        await settle(pilot)
        assert "from the backup" in screen_text(pilot)
        assert "send offer" not in screen_text(pilot)


async def test_leaving_keeps_a_draft_and_the_form_brings_it_back(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "a")
        await type_in(pilot, "half a thought")
        await press(pilot, "ctrl+q")
    async with opened() as pilot:
        assert "Left unsaved: Add a follow-up." in screen_text(pilot)
        await press(pilot, "a")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.texts()["title"] == "half a thought"
        assert "Brought back what you typed" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert crm_of.followups.count("title:half") == 1
    async with opened() as pilot:
        assert "Left unsaved" not in screen_text(pilot)


async def test_a_signal_ends_with_its_code_and_keeps_the_draft(opened: Opener, business: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        async with opened() as pilot:
            app = crm_app(pilot)
            await press(pilot, "a")
            await type_in(pilot, f"typed before {number}")
            os.kill(os.getpid(), number)
            while app.return_code is None:
                await pilot.pause()
            assert app.return_code == 128 + number
            draft = app.memory.draft("followup-add")
            assert draft is not None
            assert draft.texts["title"].endswith(f"typed before {number}")


async def _type_and_fail(app: CrmApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "a")
        await type_in(pilot, "typed before the fault")
        app.call_later(app.do_help)
        await settle(pilot)


class _Faulty(CrmApp):
    """One key of it is broken."""

    def do_help(self) -> None:
        raise RuntimeError("a fault on purpose")


async def test_a_fault_keeps_the_draft_writes_a_report_and_ends_with_a_code(
    business: Path, opened: Opener
) -> None:
    app = _Faulty(business, NOW)
    with pytest.raises(RuntimeError, match="on purpose"):
        await _type_and_fail(app)
    assert app.return_code == 1
    assert app.crash_report is not None
    assert "a fault on purpose" in app.crash_report.read_text()
    draft = Memory(app.memory.folder, business).draft("followup-add")
    assert draft is not None
    assert draft.texts["title"] == "typed before the fault"


async def test_ctrl_c_copies_what_is_selected_and_else_leaves(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "a")
        await type_in(pilot, "word")
        await press(pilot, "shift+home", "ctrl+c")
        assert pilot.app.clipboard == "word"
        assert isinstance(pilot.app.screen, FormScreen)
        await pilot.press("escape", "ctrl+c")
        assert pilot.app.return_code == 0


async def test_answers_stand_in_one_frame_after_the_palette_too(opened: Opener) -> None:
    async with opened(start="contacts") as pilot:
        await press(pilot, "ctrl+p", "escape", "S")
        answers = pilot.app.screen.query_one(AnswerList)
        assert answers.size == answers.outer_size


async def test_a_day_that_does_not_fit_is_not_shown_in_part(opened: Opener) -> None:
    async with opened((20, 6), "contacts") as pilot:
        assert screen_text(pilot).splitlines()[0] == " crm   Contacts"
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert screen_text(pilot).splitlines()[0].endswith("Mon 2 Mar")


async def test_help_cuts_nothing(opened: Opener) -> None:
    async with opened((120, 60), "contacts") as pilot:
        await press(pilot, "question_mark")
        lines = screen_text(pilot).splitlines()
        assert not [line for line in lines if "…" in line.replace("ctrl+p …", "")]
