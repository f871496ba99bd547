"""The file as a whole from the palette: dump and load, backup and restore, the checks."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from crm_tui.actions import BY_ID
from crm_tui.app import CrmApp
from crm_tui.domain import Crm, backups, dumping
from crm_tui.domain.doctor import OK, examine
from tests.conftest import NOW
from tests.tui.conftest import Opener, press, screen_text, settle, type_in

WHOLE = ("backup", "restore", "dump", "load", "doctor")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one is in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


async def choose(pilot: Pilot[None], words: str) -> None:
    """Take an action from the palette."""
    await press(pilot, "ctrl+p")
    await type_in(pilot, words)
    await press(pilot, "enter")


@pytest.mark.parametrize("name", WHOLE)
def test_they_have_no_key_and_are_possible_everywhere(name: str) -> None:
    action = BY_ID[name]
    assert (action.keys, action.condition) == ((), "")
    assert hasattr(CrmApp, f"do_{name}")


async def test_a_dump_is_what_the_command_line_writes_and_is_not_replaced_unasked(
    opened: Opener, crm_of: Crm, here: Path
) -> None:
    place = here / "crm-2026-03-02.jsonl"
    async with opened((80, 24)) as pilot:
        await choose(pilot, "dump")
        assert "Export everything, as text" in screen_text(pilot)
        await press(pilot, "enter")
        assert "Wrote everything to" in screen_text(pilot)
        assert place.read_text(encoding="utf-8") == "".join(dumping.lines(crm_of))
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        crm_of.contacts.add(name="Zed")
        await choose(pilot, "dump")
        await press(pilot, "enter")
        assert "is there already." in screen_text(pilot)
        await press(pilot, "n", "escape")
        assert "Zed" not in place.read_text(encoding="utf-8")
        await choose(pilot, "dump")
        await press(pilot, "enter", "y")
    assert "Zed" in place.read_text(encoding="utf-8")


async def test_loading_into_an_unused_base(opened: Opener, crm_of: Crm, here: Path, tmp_path: Path) -> None:
    lines = list(dumping.lines(crm_of))
    (here / "all.jsonl").write_text("".join(lines), encoding="utf-8")
    (here / "bad.jsonl").write_text("".join([*lines[:-1], "{\n"]), encoding="utf-8")
    new = tmp_path / "new.db"
    async with opened((80, 24), path=new) as pilot:
        await choose(pilot, "load")
        for name, said in (("none", "none cannot be read"), ("bad.jsonl", "Line ")):
            pilot.app.screen.query_one(Input).value = ""
            await type_in(pilot, name)
            await press(pilot, "enter")
            assert f"! {said}" in screen_text(pilot)
            assert pilot.app.screen.query_one(Input).value == name
        pilot.app.screen.query_one(Input).value = ""
        await type_in(pilot, "all.jsonl")
        await press(pilot, "enter")
        text = screen_text(pilot)
        assert f"Loaded {len(lines) - 2} rows of all.jsonl." in text
        assert "ask for payment" in text
        await press(pilot, "g", "c", "down", "t")
        await type_in(pilot, "seen")
        await press(pilot, "enter")
    with Crm.open(new, now=NOW) as other:
        assert "seen" in other.contacts.get(1).tags
        assert {each.status for each in examine(other, own_folder=False)} == {OK}


async def test_loading_into_a_base_in_use_is_refused(opened: Opener, crm_of: Crm) -> None:
    async with opened((200, 30)) as pilot:
        await choose(pilot, "load")
        text = screen_text(pilot)
        assert "is in use already; a dump is loaded into an empty base only." in text
        assert "Load a dump" not in text


async def test_a_backup_and_back_to_it(opened: Opener, crm_of: Crm, business: Path) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await choose(pilot, "restore")
        assert "There is no copy in the backup folder yet." in screen_text(pilot)
        await choose(pilot, "backup")
        ((file, _),) = backups.own(business)
        assert f"Backed up to backups/{file.name}" in screen_text(pilot)
        crm_of.contacts.update(4, name="Somebody else")
        await choose(pilot, "restore")
        assert "Bring back which copy?" in screen_text(pilot)
        await press(pilot, "enter")
        assert "What is there now is kept" in " ".join(screen_text(pilot).split())
        await press(pilot, "n")
        assert crm_of.contacts.get(4).name == "Somebody else"
        await choose(pilot, "restore")
        await press(pilot, "enter", "y")
        await settle(pilot)
        text = screen_text(pilot)
        assert f"Restored {file.name}." in text
        assert "Aliya Serikova" in text
        assert "Somebody else" not in text
        kept = next(business.parent.glob("backups/*before-restore*.db"))
        await press(pilot, "home", "t")
        await type_in(pilot, "after")
        await press(pilot, "enter")
    with Crm.open(business, now=NOW) as other, Crm.open(kept, now=NOW) as former:
        assert other.contacts.get(4).tags == ("after",)
        assert former.contacts.get(4).name == "Somebody else"


async def test_the_checks_and_mending(opened: Opener, crm_of: Crm, business: Path) -> None:
    async with opened((80, 24)) as pilot:
        await choose(pilot, "doctor")
        text = screen_text(pilot)
        assert "All is well" in text
        assert "+ references: ok." in text
        assert "Mend" not in text
        await press(pilot, "escape")
        business.chmod(0o644)  # noqa: ASYNC240
        await choose(pilot, "doctor")
        text = screen_text(pilot)
        assert "1 problem" in text
        assert "! permissions: problem." in text
        assert "enter choose" in text
        await press(pilot, "m")
        text = screen_text(pilot)
        assert "All is well" in text
        assert "is kept in" in " ".join(text.replace("│", " ").split())
    assert stat.S_IMODE(business.stat().st_mode) == 0o600  # noqa: ASYNC240


@pytest.mark.parametrize("name", WHOLE[:3] + WHOLE[4:])
async def test_without_a_file_there_is_nothing_to_do(opened: Opener, tmp_path: Path, name: str) -> None:
    new = tmp_path / "new.db"
    async with opened((80, 24), path=new) as pilot:
        await choose(pilot, name)
        if name == "dump":
            await press(pilot, "enter")
        said = screen_text(pilot)
        assert "There is n" in said or "Nothing is here yet" in said
    assert not new.exists()
