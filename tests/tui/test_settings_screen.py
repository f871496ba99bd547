"""Settings: the configuration, rates, fields, pipelines and keys; taken over at once, undone where that is possible."""

from __future__ import annotations

from asyncio import wrap_future
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.config import SETTINGS, Config, load
from crm_tui.config_file import KEYS, put
from crm_tui.domain import Crm
from crm_tui.screens.settings import rows
from crm_tui.screens.settings.screen import SettingsScreen
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in

HOSTILE = "[/] [@click=app.quit]x[/] \x1b[31m‮evil"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration whose file is not there yet."""
    return load(tmp_path / "config.toml")


@pytest.fixture
def file(config: Config) -> Path:
    """Its file."""
    assert config.path is not None
    return config.path


def screen(pilot: Pilot[None]) -> SettingsScreen:
    found = pilot.app.screen
    assert isinstance(found, SettingsScreen)
    return found


def is_there(file: Path) -> bool:
    return file.exists()


def content(file: Path) -> str:
    return file.read_text()


def write(file: Path, text: str) -> None:
    file.write_text(text)


def on(pilot: Pilot[None], key: object) -> None:
    """Put the cursor on a row."""
    screen(pilot).table.go_to(key)
    assert screen(pilot).key == key


async def retype(pilot: Pilot[None], text: str) -> None:
    """Type another text over the one of the field one is in."""
    await press(pilot, "ctrl+u", "ctrl+k")
    await type_in(pilot, text)


async def test_every_setting_stands_there_with_its_value_its_meaning_and_its_file(
    opened: Opener, config: Config
) -> None:
    shown = [row.key for group in rows.settings(config) for row in group.rows]
    assert sorted(map(str, shown)) == sorted(each.name for each in SETTINGS if each.name != KEYS)
    async with opened((80, 24), "today", config) as pilot:
        await press(pilot, "g", "e")
        text = screen_text(pilot)
        assert "base_currency" in text
        assert "not set" in text
        assert "The currency for amounts typed without one, and for converted totals." in text
        assert "Default EUR. Kept in " in text
        assert "config.toml; undo does not reach it." in text
        for name in shown:
            on(pilot, name)


async def test_a_setting_counts_at_once_and_x_brings_its_default_back(
    opened: Opener, config: Config, file: Path
) -> None:
    async with opened((100, 30), "settings", config) as pilot:
        await press(pilot, "enter")
        await retype(pilot, "azn")
        await press(pilot, "enter")
        text = screen_text(pilot)
        assert "base_currency is now AZN, in config.toml." in text
        assert "default EUR" in text
        assert load(file).base_currency == "AZN"
        assert crm_app(pilot).desk.config.base_currency == "AZN"
        await press(pilot, "2", "a", "tab")
        assert "what one is worth in AZN" in screen_text(pilot)
        await press(pilot, "escape", "1", "x")
        assert "base_currency is now EUR" in screen_text(pilot)
        assert load(file) == config
        await press(pilot, "x")
        assert "base_currency is now EUR" in screen_text(pilot)


async def test_what_is_wrong_is_refused_and_stays_typed(opened: Opener, config: Config, file: Path) -> None:
    async with opened((100, 30), "settings", config) as pilot:
        on(pilot, "payment_days")
        await press(pilot, "enter")
        await retype(pilot, "soon")
        await press(pilot, "enter")
        assert "payment_days is to be a whole number from 0 to 3650." in screen_text(pilot)
        assert not is_there(file)
        await retype(pilot, "30")
        await press(pilot, "enter")
        assert load(file).payment_days == 30
        on(pilot, "theme")
        await press(pilot, "enter")
        await retype(pilot, "mauve")
        await press(pilot, "enter")
        assert 'There is no theme "mauve".' in screen_text(pilot)
        await retype(pilot, "crm-light")
        await press(pilot, "enter")
        assert pilot.app.theme == "crm-light"
        assert load(file).theme == "crm-light"
        crm_app(pilot).take_theme("crm-dark")
        await press(pilot, "enter", "enter")
        assert pilot.app.theme == "crm-light"


async def test_a_comment_stays_and_an_empty_field_is_the_default(
    opened: Opener, config: Config, file: Path
) -> None:
    write(file, '# mine\nbusiness_name = "Olive"\n')
    async with opened((100, 30), "settings", load(file)) as pilot:
        on(pilot, "business_address")
        await press(pilot, "enter")
        await type_in(pilot, "1 Main St, Flat 2\nBaku")
        await press(pilot, "ctrl+s")
        assert load(file).business_address == ("1 Main St, Flat 2", "Baku")
        assert "1 Main St, Flat 2; Baku" in screen_text(pilot)
        on(pilot, "business_name")
        await press(pilot, "enter")
        await retype(pilot, "")
        await press(pilot, "enter")
        assert "business_name is now not set" in screen_text(pilot)
        assert load(file).business_name is None
        assert content(file).startswith("# mine\n")


async def test_the_database_is_not_made_by_a_setting(
    opened: Opener, config: Config, file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "none.db"
    async with opened((80, 24), "settings", config, path) as pilot:
        await press(pilot, "enter")
        await retype(pilot, "usd")
        await press(pilot, "enter")
        assert load(file).base_currency == "USD"
        for key, words in (
            ("2", "No rates yet."),
            ("3", "No fields of your own yet."),
            ("4", "No pipeline yet."),
        ):
            await press(pilot, key)
            assert words in screen_text(pilot)
    assert not is_there(path)


async def test_a_file_that_cannot_be_written_is_told(opened: Opener, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    config = Config(path=tmp_path / "plain" / "config.toml")
    async with opened((100, 30), "settings", config) as pilot:
        await press(pilot, "enter")
        await retype(pilot, "usd")
        await press(pilot, "enter")
        assert "cannot be written" in screen_text(pilot)
        assert crm_app(pilot).desk.config.base_currency == "EUR"


async def test_a_key_is_changed_and_works_at_once(opened: Opener, config: Config, file: Path) -> None:
    async with opened((100, 30), "settings", config) as pilot:
        await press(pilot, "5")
        on(pilot, "palette")
        await press(pilot, "e")
        await retype(pilot, "q")
        await press(pilot, "enter")
        assert 'The key "q" would mean both' in screen_text(pilot)
        await retype(pilot, "f4")
        await press(pilot, "enter")
        assert "keys.palette is now f4" in screen_text(pilot)
        assert load(file).keys == {"palette": "f4"}
        await press(pilot, "f4")
        assert "What do you want to do?" in screen_text(pilot)
        await press(pilot, "escape", "g", "r", "g", "e", "5")
        on(pilot, "report-pipeline")
        await press(pilot, "e")
        await retype(pilot, "f9")
        await press(pilot, "enter", "g", "r")
        assert "f9 Pipeline" in screen_text(pilot)
        await press(pilot, "g", "e", "x")
        on(pilot, "palette")
        await press(pilot, "x")
        assert load(file).keys == {}
        await press(pilot, "ctrl+p")
        assert "What do you want to do?" in screen_text(pilot)


async def test_what_another_hand_writes_counts_and_what_is_broken_does_not(
    opened: Opener, config: Config, file: Path
) -> None:
    async with opened((100, 30), "settings", config) as pilot:
        watcher = crm_app(pilot).watcher
        put(file, "base_currency", "PLN")
        await wrap_future(watcher.look())
        await settle(pilot)
        assert "PLN" in screen_text(pilot)
        write(file, 'base_currency = "nothing"\n')
        await wrap_future(watcher.look())
        await settle(pilot)
        assert "The settings in force stay until the file is mended." in screen_text(pilot)
        write(file, 'theme = "mauve"\nbase_currency = "USD"\n')
        await wrap_future(watcher.look())
        await settle(pilot)
        assert 'There is no theme "mauve".' in screen_text(pilot)
        assert crm_app(pilot).desk.config.base_currency == "PLN"


async def test_rates_are_noted_changed_and_taken_back(opened: Opener, crm_of: Crm, config: Config) -> None:
    async with opened((80, 24), "settings", config) as pilot:
        await press(pilot, "2", "a")
        await type_in(pilot, "usd")
        await press(pilot, "tab")
        await type_in(pilot, "0.93")
        await press(pilot, "ctrl+s")
        assert "1 USD = 0.93 EUR" in screen_text(pilot)
        assert "counts now" in screen_text(pilot)
        crm_of.rates.set("USD", "0.9", date(2026, 1, 1))
        crm_of.rates.set("USD", "1.1", date(2026, 4, 1))
        await press(pilot, "f5")
        lines = [line for line in screen_text(pilot).split("\n") if "1 USD" in line]
        assert ["to come" in line or "counts now" in line for line in lines] == [True, True, False]
        await press(pilot, "end", "enter")
        await retype(pilot, "0.91")
        await press(pilot, "enter")
        assert [each.rate for each in crm_of.rates.list()] == ["1.1", "0.93", "0.91"]
        await press(pilot, "u")
        assert crm_of.rates.list()[-1].rate == "0.9"
        await press(pilot, "a")
        await retype(pilot, "eur")
        await press(pilot, "tab")
        await type_in(pilot, "2")
        await press(pilot, "ctrl+s")
        assert "EUR is the base currency." in screen_text(pilot)


async def test_fields_are_added_and_removed_when_nobody_has_one(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), "settings") as pilot:
        await press(pilot, "3", "a", "tab")
        await type_in(pilot, "fit")
        await press(pilot, "tab", "tab", "c")
        await press(pilot, "tab")
        await type_in(pilot, "good; poor")
        await press(pilot, "ctrl+s")
        (made,) = crm_of.fields.list()
        assert (made.entity, made.key, made.type.value, made.choices) == (
            "contacts",
            "fit",
            "choice",
            ("good", "poor"),
        )
        assert "Fields 1" in screen_text(pilot)
        crm_of.contacts.update(1, custom={"fit": "good"})
        await press(pilot, "D", "y")
        assert '1 contacts have a value in "fit".' in screen_text(pilot)
        crm_of.contacts.update(1, custom={"fit": None})
        await press(pilot, "D", "n")
        assert crm_of.fields.list()
        await press(pilot, "enter")
        assert "A field is added or removed, not changed." in screen_text(pilot)
        await press(pilot, "D", "y")
        assert not crm_of.fields.list()
        await press(pilot, "u")
        assert [each.key for each in crm_of.fields.list()] == ["fit"]


def names(crm: Crm, pipeline: int = 1) -> list[str]:
    return [each.name for each in crm.pipelines.stages(pipeline)]


async def test_stages_are_added_changed_moved_and_removed(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), "settings") as pilot:
        await press(pilot, "4", "down", "down", "a")
        await type_in(pilot, "Demo")
        await press(pilot, "ctrl+s")
        assert names(crm_of) == ["Lead", "Qualified", "Demo", "Proposal", "Negotiation", "Won", "Lost"]
        assert crm_of.pipelines.find_stage("Demo", 1).probability == 37
        # the cursor is on the new one; two quick keys are two places
        await pilot.press("<", "<")
        await settle(pilot)
        assert names(crm_of)[:3] == ["Demo", "Lead", "Qualified"]
        await press(pilot, "<")
        assert names(crm_of)[0] == "Demo"
        await press(pilot, ">", "e", "tab", "tab")
        await retype(pilot, "120")
        await press(pilot, "ctrl+s")
        assert "A probability of 120 percent is impossible." in screen_text(pilot)
        await retype(pilot, "60")
        await press(pilot, "tab")
        await retype(pilot, "")
        await press(pilot, "ctrl+s")
        demo = crm_of.pipelines.find_stage("Demo", 1)
        assert (demo.position, demo.probability, demo.rot_days) == (2, 60, None)
        await press(pilot, "D", "y")
        assert "Demo" not in names(crm_of)
        await press(pilot, "u")
        assert names(crm_of)[1] == "Demo"


async def test_the_deals_of_a_stage_go_where_one_says(opened: Opener, crm_of: Crm) -> None:
    lead = crm_of.pipelines.find_stage("Lead", 1).id
    async with opened((80, 24), "settings") as pilot:
        await press(pilot, "4", "down", "D")
        text = screen_text(pilot)
        assert "Remove Lead: where do its 2 deals go?" in text
        assert "4 Won" not in text
        await press(pilot, "2")
        assert {each.stage for each in crm_of.deals.list()} == {"Proposal"}
        assert lead not in [each.id for each in crm_of.pipelines.stages(1)]
        await press(pilot, "u")
        assert {each.stage for each in crm_of.deals.list()} == {"Lead"}
        on(pilot, ("stage", crm_of.pipelines.find_stage("Won", 1).id))
        await press(pilot, "D", "y")
        assert "Won is the only stage of type won in Sales." in screen_text(pilot)


async def test_pipelines_are_added_renamed_and_removed(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), "settings") as pilot:
        await press(pilot, "4", "D")
        assert "Sales is the only pipeline." in screen_text(pilot)
        await press(pilot, "a")
        await type_in(pilot, "Courses")
        await press(pilot, "tab")
        await type_in(pilot, "Asked=x")
        await press(pilot, "ctrl+s")
        assert '"x" is no probability.' in screen_text(pilot)
        await press(pilot, "ctrl+r")
        await type_in(pilot, "Asked=20\nBooked")
        await press(pilot, "shift+tab")
        await type_in(pilot, "Courses")
        await press(pilot, "ctrl+s")
        made = crm_of.pipelines.find("Courses")
        assert made.stages == ("Asked", "Booked", "Won", "Lost")
        assert screen(pilot).key == ("pipeline", made.id)
        await press(pilot, "e")
        await retype(pilot, "Lessons")
        await press(pilot, "enter")
        assert crm_of.pipelines.get(made.id).name == "Lessons"
        await press(pilot, "up", "D")
        assert "Remove Sales: where do its 2 deals go?" in screen_text(pilot)
        await press(pilot, "2")
        assert [each.name for each in crm_of.pipelines.list()] == ["Lessons"]
        assert {each.stage for each in crm_of.deals.list()} == {"Booked"}
        await press(pilot, "u")
        assert {each.stage for each in crm_of.deals.list()} == {"Lead"}


async def test_hostile_texts_are_only_texts_and_any_size_will_do(
    opened: Opener, crm_of: Crm, tmp_path: Path
) -> None:
    crm_of.pipelines.update(1, name=HOSTILE.replace("\x1b", ""))
    crm_of.pipelines.update_stage(1, name="[@click=app.quit]x[/]")
    crm_of.fields.add("deals", "odd", "choice", label="[/]", choices=["[red]", "‮x"])
    config = Config(
        path=tmp_path / "config.toml", business_name=HOSTILE, own_emails=("[/]", "\x1b]52;c;x\x07")
    )
    async with opened((80, 24), "settings", config) as pilot:
        for size in ((80, 24), (20, 6), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            for key in "12345":
                await press(pilot, key, "end", "home")
                text = screen_text(pilot)
                assert "\x1b" not in text
                assert "‮" not in text
        await press(pilot, "4")
        assert "[@click=app.quit]x[/]" in screen_text(pilot)
        for key in ("left", "right", "y"):
            await press(pilot, key)
        assert pilot.app.is_running


async def test_sections_by_the_arrows_and_the_mouse_and_the_way_back(opened: Opener) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "g", "e", "right")
        assert screen(pilot).section == "rates"
        await press(pilot, "left", "left")
        assert screen(pilot).section == "keys"
        await pilot.click("#sections", offset=(3, 0))
        assert screen(pilot).section == "settings"
        await press(pilot, "a")
        assert screen(pilot).section == "settings"
        await press(pilot, "escape")
        assert crm_app(pilot).current_mode == "contacts"


async def test_what_is_copied(opened: Opener, config: Config) -> None:
    async with opened((100, 30), "settings", config) as pilot:
        await press(pilot, "y", "3")
        assert pilot.app.clipboard == str(config.path)
        await press(pilot, "4", "y")
        assert pilot.app.clipboard == "Sales"
