"""Import: every step and key, from a file to its records and back."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from typer.testing import CliRunner

from crm_tui.cli import app as command_line
from crm_tui.domain import Crm
from crm_tui.models import FieldType
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.forms.pick_dialog import Pick
from crm_tui.screens.importing import import_files
from crm_tui.screens.importing.frame import COLUMNS, FILE, PLAN, RESULT
from crm_tui.screens.importing.screen import ImportScreen
from crm_tui.text import is_clean
from crm_tui.widgets.tables.record_table import RecordTable
from tests.conftest import NOW
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in

PEOPLE = (
    "Name,E-mail,Shoe size,Notes\n"
    "Anna Kowalska,anna@example.com,38,likes tea\n"
    "Rosa Diaz,rosa@example.com,41,\n"
    ",nothing,,bad\n"
)
DATES = "Name,Created\nRosa Diaz,03/04/2025\nUma Rao,05/06/2025\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder the program is started in: two files and a folder."""
    made = tmp_path / "files"
    (made / "sub").mkdir(parents=True)
    (made / "people.csv").write_text(PEOPLE)
    (made / "dates.csv").write_text(DATES)
    (made / "picture.png").write_bytes(b"\x89PNG\x00")
    monkeypatch.chdir(made)
    return made


def screen(pilot: Pilot[None]) -> ImportScreen:
    """The Import screen."""
    return next(each for each in pilot.app.screen_stack if isinstance(each, ImportScreen))


async def pick(pilot: Pilot[None], path: Path | str) -> None:
    """Type a path and take it."""
    await press(pilot, "slash")
    pilot.app.screen.query_one("#path", Input).value = ""
    await type_in(pilot, str(path))
    await press(pilot, "enter")


def row_of(pilot: Pilot[None], header: str) -> str:
    """The line of a column."""
    return next(line for line in screen_text(pilot).splitlines() if header in line)


async def test_the_folder_and_its_files(opened: Opener, folder: Path) -> None:
    async with opened((80, 24), start="import") as pilot:
        text = screen_text(pilot)
        assert ">1 File" in text
        assert "people.csv" in text
        assert "117 B" in text
        assert "picture.png" not in text
        assert text.index("sub/") < text.index("dates.csv")
        await press(pilot, "right")
        assert "nothing in here that can be imported" in screen_text(pilot)
        await press(pilot, "left")
        assert "people.csv" in screen_text(pilot)
        await press(pilot, "end", "enter")
        assert screen(pilot).step == COLUMNS


async def test_tab_completes_and_a_typed_path_narrows(opened: Opener, folder: Path) -> None:
    async with opened(start="import") as pilot:
        await press(pilot, "slash")
        await type_in(pilot, "PEO")
        assert "dates.csv" not in screen_text(pilot)
        await press(pilot, "tab")
        line = pilot.app.screen.query_one("#path", Input)
        assert line.value.endswith("/people.csv")
        await press(pilot, "enter")
        assert screen(pilot).step == COLUMNS


def test_home_quotes_and_dropped_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    spaced = folder / "with space.csv"
    spaced.write_text(PEOPLE)
    assert import_files.typed_path("~/people.csv") == folder / "people.csv"
    assert import_files.typed_path("people.csv") == folder / "people.csv"
    assert import_files.typed_path(f"'{folder}/people.csv' ") == folder / "people.csv"
    assert import_files.typed_path(f"file://{folder}/with%20space.csv") == spaced
    assert import_files.typed_path(f"{folder}/with\\ space.csv") == spaced
    assert import_files.typed_path("~nobody-at-all/x") == folder / "~nobody-at-all/x"
    assert import_files.shown(folder, folder=True) == "~/"
    assert import_files.shown(folder / "sub") == "~/sub"


async def test_what_cannot_be_read_says_why_and_keeps_the_path(opened: Opener, folder: Path) -> None:
    (folder / "empty.csv").touch()
    (folder / "secret.csv").touch(0o000)
    os.mkfifo(folder / "pipe")
    found = [
        ("nothing.csv", "No such file"), ("picture.png", "is no text"), ("empty.csv", "is empty"),
        ("pipe", "is no file"),
    ]  # fmt: skip
    if os.geteuid():
        # root may read everything
        found.append(("secret.csv", "Permission denied"))
    async with opened(start="import") as pilot:
        for name, words in found:
            await pick(pilot, folder / name)
            assert words in screen_text(pilot)
            assert screen(pilot).step == FILE
            assert screen(pilot).bar.value == str(folder / name)


async def test_a_folder_that_cannot_be_read(opened: Opener, folder: Path) -> None:
    async with opened(start="import") as pilot:
        await press(pilot, "slash")
        pilot.app.screen.query_one("#path", Input).value = ""
        await type_in(pilot, f"{folder}/gone/")
        assert "cannot be read: No such file" in screen_text(pilot)


async def test_the_columns_with_values_and_fields(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        text = screen_text(pilot)
        assert "contacts · utf-8 · comma" in text
        assert "people.csv · 4 lines" in text
        assert "anna@example.com · rosa@example.com" in row_of(pilot, "E-mail")
        assert row_of(pilot, "E-mail").rstrip().endswith("emails")
        assert "not imported" in row_of(pilot, "Shoe size")
        assert "1 column is not imported." in text
        # what colours say is said without them too
        assert ">2 Columns" in text
        assert "- Shoe size" in text
        assert "likes tea" in text
        assert '"nothing" is no e-mail' in text


async def test_a_column_is_given_a_field_found_by_typing(opened: Opener, folder: Path, crm_of: Crm) -> None:
    crm_of.fields.add("contacts", "shoe", FieldType.NUMBER)
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "down", "down", "enter")
        assert isinstance(pilot.app.screen, Pick)
        await type_in(pilot, "shoe")
        assert "custom field" in screen_text(pilot)
        await press(pilot, "enter")
        assert "= Shoe size" in row_of(pilot, "Shoe size")
        assert row_of(pilot, "Shoe size").rstrip().endswith("shoe")
        # the cursor is where it was, and the way back is offered
        await press(pilot, "enter")
        await type_in(pilot, "its header")
        await press(pilot, "enter")
        assert "not imported" in row_of(pilot, "Shoe size")


async def test_a_column_is_left_out_and_taken_in(opened: Opener, folder: Path, crm_of: Crm) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        # quickly after each other: neither is lost
        await pilot.press("down", "x", "down", "space")
        await settle(pilot)
        assert "left out" in row_of(pilot, "E-mail")
        assert "left out" in row_of(pilot, "Notes")
        await press(pilot, "home", "down", "x")
        assert row_of(pilot, "E-mail").rstrip().endswith("emails")
        await press(pilot, "x")
        assert "Nothing of this column is imported as it is." in screen_text(pilot)
        await press(pilot, "home", "x")
        assert "No column holds the name of contacts" not in screen_text(pilot)
        await press(pilot, "x", "d")
        assert screen(pilot).step == COLUMNS
        assert "! No column holds the name of contacts: choose one with enter." in screen_text(pilot)


async def test_columns_of_the_same_name_and_without_one(opened: Opener, folder: Path, crm_of: Crm) -> None:
    (folder / "ugly.csv").write_text("Name,email,email,,\nRosa Diaz,rosa@example.com,Buyer,x,y\n")
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "ugly.csv")
        assert "(column 4, without a name)" in screen_text(pilot)
        await press(pilot, "down", "down", "enter")
        await type_in(pilot, "job title")
        await press(pilot, "enter", "end", "enter")
        await type_in(pilot, "note")
        await press(pilot, "enter", "d", "i", "y")
        rosa = crm_of.contacts.list("rosa")[0]
        assert (rosa.title, rosa.note, list(rosa.emails)) == ("Buyer", "y", ["rosa@example.com"])


async def test_dry_run_changes_nothing_and_shows_every_kind(
    opened: Opener, folder: Path, crm_of: Crm
) -> None:
    before = crm_of.contacts.count()
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d")
        text = screen_text(pilot)
        assert "[all 3]" in text
        assert "+ new 1" in text
        assert "~ changed 1" in text
        assert "x rejected 1" in text
        assert "Likes short mails. → likes tea" in text
        await press(pilot, "right")
        assert "[+ new 1]" in screen_text(pilot)
        assert "Rosa Diaz" in screen_text(pilot)
        assert "Anna" not in screen_text(pilot)
        await press(pilot, "left", "left")
        assert "[x rejected 1]" in screen_text(pilot)
        await press(pilot, "enter")
        assert '"nothing" is no e-mail address' in screen_text(pilot)
        assert "x line 4, rejected" in screen_text(pilot)
        await press(pilot, "escape", "left")
        assert "No row came to that." in screen_text(pilot)
        await press(pilot, "escape")
        assert screen(pilot).step == COLUMNS
        assert crm_of.contacts.count() == before
        assert len(crm_of.history()) == 1


async def test_import_undo_redo_and_the_next_file(opened: Opener, folder: Path, crm_of: Crm) -> None:
    before = crm_of.contacts.count()
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "n", "n")
        assert "Import people.csv: 1 new, 1 changed, 1 rejected?" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.contacts.count() == before
        await press(pilot, "i", "y")
        assert crm_of.contacts.count() == before + 1
        text = screen_text(pilot)
        assert "+ people.csv is imported." in text
        assert "Imported people.csv: 1 created, 1 updated, 1 rejected." in text
        assert 'x line 4, "E-mail"' in text
        await press(pilot, "u")
        assert crm_of.contacts.count() == before
        assert "was taken back" in screen_text(pilot)
        await press(pilot, "U")
        assert "+ people.csv is imported." in screen_text(pilot)
        await press(pilot, "n")
        assert screen(pilot).step == FILE
        assert not [*import_files.read_folder(f"{folder}/people.rej").entries]
        await press(pilot, "right", "slash")
        pilot.app.screen.query_one("#path", Input).value = f"{folder}/sub/"
        await settle(pilot)
        assert "Imported from before" in screen_text(pilot)


async def test_the_same_file_twice_changes_nothing(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d", "i", "y", "n")
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d")
        assert "There is nothing to import." in screen_text(pilot)
        await press(pilot, "i")
        assert not isinstance(pilot.app.screen, Choose)


async def test_rejects_beside_the_file(opened: Opener, folder: Path) -> None:
    (folder / "people.rejects.csv").write_text("mine")
    async with opened((200, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d", "i", "r")
        assert "people.rejects-2.csv" in screen_text(pilot)
    assert "nothing" in (folder / "people.rejects-2.csv").read_text()
    assert (folder / "people.rejects.csv").read_text() == "mine"


async def test_rejects_in_a_chosen_place_before_the_import(opened: Opener, folder: Path, crm_of: Crm) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d", "b")
        line = pilot.app.screen.query_one("#field-path", Input)
        line.value = str(folder / "people.csv")
        await press(pilot, "enter")
        assert "exists already" in screen_text(pilot)
        assert line.value == str(folder / "people.csv")
        line.value = str(folder / "sub" / "bad.csv")
        await press(pilot, "enter")
        assert screen(pilot).step == PLAN
        assert "The rejected rows are in" in screen_text(pilot)
    assert "is no e-mail" in (folder / "sub" / "bad.csv").read_text()
    assert len(crm_of.history()) == 1


async def test_an_ambiguous_date_is_asked_in_words(opened: Opener, folder: Path, crm_of: Crm) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "dates.csv")
        assert '? The dates in "Created" can be read day first or month first.' in screen_text(pilot)
        await press(pilot, "d")
        text = screen_text(pilot)
        assert '"03/04/2025" in Created: which day is it?' in text
        assert "Thu 3 Apr 2025" in text
        assert "Tue 4 Mar 2025" in text
        await press(pilot, "escape")
        assert screen(pilot).step == COLUMNS
        await press(pilot, "d", "m")
        assert screen(pilot).step == PLAN
        await press(pilot, "i", "y")
        assert crm_of.contacts.list("rosa")[0].created_at.startswith("2025-03-04")


async def test_another_encoding_is_asked_for(opened: Opener, folder: Path, crm_of: Crm) -> None:
    (folder / "old.csv").write_bytes("Name,Company\nИван Петров,Ромашка\n".encode("cp1251"))
    (folder / "late.csv").write_bytes(b"Name\n" + b"Plain Name\n" * 7000 + "Жан\n".encode("cp1251"))
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "old.csv")
        assert "Where do its letters look right?" in screen_text(pilot)
        await press(pilot, "escape")
        assert "is not UTF-8" in screen_text(pilot)
        await press(pilot, "enter")
        line = next(each for each in screen_text(pilot).splitlines() if "cp1251" in each)
        await press(pilot, line.split("cp1251")[0].split()[-1])
        assert "Иван Петров" in screen_text(pilot)
        await press(pilot, "escape")
        # what does not fit comes after what was looked at
        await pick(pilot, folder / "late.csv")
        assert "late.csv is not UTF-8" in screen_text(pilot)


async def test_the_kind_can_be_changed_and_back(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "x", "c", "2")
        assert "companies · utf-8" in screen_text(pilot)
        assert row_of(pilot, "Name ").rstrip().endswith("name")
        await press(pilot, "c", "1")
        assert "left out" in row_of(pilot, "Name ")


async def test_options_are_tried_on_the_file(opened: Opener, folder: Path, crm_of: Crm) -> None:
    async with opened((100, 40), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "o")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        form.fill({"tags": "fair, vip", "defaults": "source={Nonsense}", "key": "email"})
        await press(pilot, "ctrl+s")
        assert "Nonsense" in screen_text(pilot)
        assert form.texts()["tags"] == "fair, vip"
        form.fill({"defaults": "source"})
        await press(pilot, "ctrl+s")
        assert '"source" is no FIELD=VALUE' in screen_text(pilot)
        form.fill({"defaults": "source=fair {Shoe size}\n\ntitle=guest"})
        await press(pilot, "ctrl+s")
        assert "update known by email" in screen_text(pilot)
        await press(pilot, "d", "i", "y")
        rosa = crm_of.contacts.list("rosa")[0]
        assert (rosa.source, rosa.title, set(rosa.tags)) == ("fair 41", "guest", {"fair", "vip"})


async def test_a_change_of_options_asks_for_another_dry_run(opened: Opener, folder: Path) -> None:
    async with opened((100, 40), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d", "o")
        cast("FormScreen", pilot.app.screen).fill({"on_match": "skip"})
        await press(pilot, "ctrl+s")
        assert screen(pilot).step == COLUMNS
        await press(pilot, "i")
        assert screen(pilot).step == COLUMNS
        await press(pilot, "d")
        assert "- skipped 1" in screen_text(pilot)


async def test_a_recipe_is_saved_for_the_command_line_and_used_again(
    opened: Opener, folder: Path, business: Path, crm_of: Crm
) -> None:
    async with opened((100, 40), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "down", "down", "enter")
        await type_in(pilot, "job title")
        await press(pilot, "enter", "o")
        cast("FormScreen", pilot.app.screen).fill({"tags": "fair", "defaults": "source=fair"})
        await press(pilot, "ctrl+s", "w", "enter")
        assert "The recipe is in" in screen_text(pilot)
        saved = folder / "people.recipe.toml"
        assert '"Shoe size" = "title"' in saved.read_text()
        await press(pilot, "w")
        cast("FormScreen", pilot.app.screen).fill({"path": str(saved)})
        await press(pilot, "enter")
        assert "exists already" in screen_text(pilot)
        assert "Choose another name." in screen_text(pilot)
        await press(pilot, "escape", "escape")
        await pick(pilot, folder / "dates.csv")
        await press(pilot, "r")
        await type_in(pilot, str(saved))
        await press(pilot, "enter")
        assert 'dates.csv has no column "Shoe size"' in screen_text(pilot)
        await press(pilot, "escape", "escape")
        await pick(pilot, folder / "people.csv")
        assert "not imported" in row_of(pilot, "Shoe size")
        await press(pilot, "r")
        await type_in(pilot, str(saved))
        await press(pilot, "enter")
        assert row_of(pilot, "Shoe size").rstrip().endswith("title")
    words = ["--db", str(business), "import", str(folder / "people.csv"), "--recipe", str(saved)]
    ran = CliRunner().invoke(command_line, words)
    assert ran.exit_code == 0, ran.output
    rosa = crm_of.contacts.list("rosa")[0]
    assert (rosa.title, rosa.source, list(rosa.tags)) == ("41", "fair", ["fair"])


async def test_a_file_that_changes_between_the_steps(opened: Opener, folder: Path, crm_of: Crm) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "end", "x", "d")
        (folder / "people.csv").write_text("Name,Notes,City\nUma Rao,hi,Pune\n")
        await press(pilot, "i", "y")
        text = screen_text(pilot)
        assert "people.csv has changed" in text
        assert "City" in text
        assert "left out" in row_of(pilot, "Notes")
        assert screen(pilot).step == COLUMNS
        assert len(crm_of.history()) == 1
        (folder / "people.csv").unlink()
        await press(pilot, "d")
        assert "cannot be read: No such file" in screen_text(pilot)
        assert screen(pilot).step == COLUMNS


async def test_the_first_import_makes_the_file_and_a_dry_run_does_not(
    opened: Opener, folder: Path, database: Path
) -> None:
    path = database.with_name("new.db")
    async with opened((100, 30), start="import", path=path) as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d")
        assert "+ new 2" in screen_text(pilot)
        assert not path.exists()
        await press(pilot, "i", "y")
        assert path.exists()
        assert "+ people.csv is imported." in screen_text(pilot)


def hold(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Make runs wait in the middle: told when one is there, and let go."""
    from crm_tui.screens.importing.import_run import Run

    there, go = threading.Event(), threading.Event()
    tell = Run.tell

    def waiting(run: Run, done: int, total: int) -> None:
        tell(run, done, total)
        there.set()
        while not go.wait(0.01) and not run.brake.pulled:
            pass

    monkeypatch.setattr(Run, "tell", waiting)
    return there, go


async def until(pilot: Pilot[None], fact: Callable[[], bool]) -> None:
    """Wait for a fact."""
    for _ in range(500):
        if fact():
            return
        await pilot.pause(0.01)
    raise AssertionError(screen_text(pilot))


@pytest.fixture
def many(folder: Path) -> Path:
    """A file long enough for progress."""
    path = folder / "many.csv"
    path.write_text("name\n" + "".join(f"Person {number}\n" for number in range(4500)))
    return path


@pytest.mark.parametrize("keys", [("d",), ("d", "i", "y")])
async def test_a_run_shows_progress_and_can_be_stopped(
    opened: Opener, many: Path, crm_of: Crm, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    before = crm_of.contacts.count()
    async with opened((80, 24), start="import") as pilot:
        await pick(pilot, many)
        await press(pilot, *keys[:-1])
        there, _ = hold(monkeypatch)
        await pilot.press(keys[-1])
        await until(pilot, there.is_set)
        await until(pilot, lambda: "2,001 of 4,501 lines" in screen_text(pilot))
        text = screen_text(pilot)
        assert "█" in text
        assert "44 %" in text
        assert "escape stops it" in text
        await press(pilot, "escape")
        assert not screen(pilot).running
        assert "Stopped. Nothing was changed." in screen_text(pilot)
        assert screen(pilot).step == (COLUMNS if len(keys) == 1 else PLAN)
        assert crm_of.contacts.count() == before
        assert len(crm_of.history()) == 1


async def test_another_place_is_visited_meanwhile_and_told(
    opened: Opener, many: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database.with_name("fresh.db")
    async with opened((80, 24), start="import", path=path) as pilot:
        await pick(pilot, many)
        await press(pilot, "d", "i")
        there, go = hold(monkeypatch)
        await pilot.press("y")
        await until(pilot, there.is_set)
        await pilot.press("g", "c")
        await until(pilot, lambda: "Nobody is here yet." in screen_text(pilot))
        go.set()
        await settle(pilot)
        text = screen_text(pilot)
        assert "Imported many.csv: 4,500 created." in text
        assert "u undo" in text
        assert "Person 0" in text
        await press(pilot, "g", "i")
        assert screen(pilot).step == RESULT
        assert "4,500  created" in screen_text(pilot)


async def test_readers_are_not_shut_out_of_a_new_file(
    opened: Opener, many: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # loaded as a very long file is, for which an empty base would be locked
    monkeypatch.setattr("crm_tui.interchange.importer.WORTH_IT", 4000)
    path = database.with_name("fresh.db")
    async with opened((80, 24), start="import", path=path) as pilot:
        await pick(pilot, many)
        await press(pilot, "d", "i")
        there, go = hold(monkeypatch)
        await pilot.press("y")
        await until(pilot, there.is_set)
        with Crm.open(path, now=NOW, create=False) as other:
            assert other.contacts.count() == 0
        go.set()
        await settle(pilot)
        assert "4,500 created" in screen_text(pilot)


async def test_leaving_while_it_runs_is_asked_about(
    opened: Opener, many: Path, crm_of: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = crm_of.contacts.count()
    async with opened((80, 24), start="import") as pilot:
        await pick(pilot, many)
        await press(pilot, "d", "i")
        there, _ = hold(monkeypatch)
        await pilot.press("y")
        await until(pilot, there.is_set)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        assert "The import is not through." in screen_text(pilot)
        await pilot.press("y")
        await until(pilot, lambda: not pilot.app.is_running)
    assert crm_of.contacts.count() == before


async def test_a_failed_rejects_file_does_not_hide_the_import(
    opened: Opener, folder: Path, crm_of: Crm
) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d", "i")
        # somebody was quicker with the name that is offered
        (folder / "people.rejects.csv").mkdir()
        await press(pilot, "r")
        text = screen_text(pilot)
        assert "! The import is done, but the rejects file people.rejects.csv cannot be written" in text
        assert "takes it back whole" in text
        assert len(crm_of.history()) == 2


async def test_the_first_rows_have_the_focus_by_tab(opened: Opener, folder: Path) -> None:
    async with opened((140, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "tab")
        assert pilot.app.focused is screen(pilot).query_one("#first")
        await press(pilot, "tab")
        assert pilot.app.focused is screen(pilot).query_one("#columns")


async def test_a_click_goes_to_a_step_that_was_reached(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "d")
        await pilot.click("#steps", offset=(3, 0))
        await settle(pilot)
        assert screen(pilot).step == FILE
        await pilot.click("#steps", offset=(26, 0))
        await settle(pilot)
        assert screen(pilot).step == PLAN
        await pilot.click("#steps", offset=(40, 0))
        await settle(pilot)
        assert screen(pilot).step == PLAN
        await pilot.click("#tabs", offset=(13, 0))
        await settle(pilot)
        assert "[+ new 1]" in screen_text(pilot)


async def test_another_process_changes_nothing_of_where_one_is(
    opened: Opener, folder: Path, crm_of: Crm
) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "people.csv")
        await press(pilot, "down", "down")
        crm_of.fields.add("contacts", "shoe_size", FieldType.NUMBER)
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert screen(pilot).place == 2
        await press(pilot, "d", "down")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert screen(pilot).step == PLAN
        assert screen(pilot).query_one(RecordTable).cursor_row == 1


EVIL = (
    "[/]",
    "[@click=app.quit]x[/]",
    "a\x1b[31mred\x1b]52;c;ZXZpbA==\x07",
    "bidi \u202e \ufeff",
    "👩‍👩‍👧‍👦 e\u0301 漢字",
)


@pytest.mark.parametrize("size", [(80, 24), (20, 6)])
async def test_hostile_names_headers_and_cells(opened: Opener, folder: Path, size: tuple[int, int]) -> None:
    def check(pilot: Pilot[None]) -> None:
        for strip in pilot.app.screen._compositor.render_strips():
            for segment in strip:
                assert segment.control is None
                assert is_clean(segment.text), ascii(segment.text)
                meta = segment.style.meta if segment.style else {}
                assert not any("click" in str(key) for key in meta), meta

    evil = folder / "[@click=app.quit]\x1b[2J.csv"
    quoted = ",".join(f'"{each}"' for each in EVIL)
    evil.write_text(f"name,birthday,{quoted}\n" + "".join(f'"{each}",{each},{quoted}\n' for each in EVIL))
    (folder / "sub" / "dir\x1b]0;x\x07").mkdir()
    async with opened(size, start="import") as pilot:
        check(pilot)
        await press(pilot, "end")
        while screen(pilot).files.cursor_key != ("file", evil):
            await press(pilot, "up")
        await press(pilot, "enter")
        check(pilot)
        await press(pilot, "down", "down", "down", "enter")
        check(pilot)
        await type_in(pilot, "note")
        await press(pilot, "enter", "o")
        check(pilot)
        await press(pilot, "escape", "d")
        check(pilot)
        await press(pilot, "enter")
        check(pilot)
        await press(pilot, "escape", "i")
        check(pilot)
        await press(pilot, "escape", "escape", "escape", "right")
        assert pilot.app.return_code is None


async def test_a_folder_whose_name_cannot_be_typed(opened: Opener, folder: Path) -> None:
    odd = folder / "sub" / "dir\x1b]0;x\x07"
    odd.mkdir()
    (odd / "inside.csv").write_text(PEOPLE)
    async with opened(start="import") as pilot:
        await press(pilot, "right", "right")
        assert "inside.csv" in screen_text(pilot)
        await press(pilot, "enter")
        assert screen(pilot).step == COLUMNS


async def test_every_step_survives_a_small_terminal(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        for keys in ((), ("end", "enter"), ("d",), ("i", "y")):
            await press(pilot, *keys)
            for size in ((20, 6), (100, 30)):
                await pilot.resize_terminal(*size)
                await settle(pilot)
            assert "4 Import" in screen_text(pilot)
        assert "+ people.csv is imported." in screen_text(pilot)


async def test_only_a_header(opened: Opener, folder: Path) -> None:
    (folder / "bare.csv").write_text("name,email\n")
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "bare.csv")
        assert "There are no rows under the header." in screen_text(pilot)
        await press(pilot, "d", "i")
        assert "There is nothing to import." in screen_text(pilot)


async def test_a_million_rows_are_not_read_to_see_the_first(
    opened: Opener, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_tui.screens.importing import import_mapping

    waiting = threading.Event()

    def later(*_: object) -> object:
        waiting.wait(5)
        from crm_tui.screens.importing.reading import Survey

        return Survey(1_000_001)

    monkeypatch.setattr(import_mapping, "survey", later)
    async with opened((100, 30), start="import") as pilot:
        await press(pilot, "slash")
        pilot.app.screen.query_one("#path", Input).value = str(folder / "people.csv")
        await pilot.press("enter")
        await until(pilot, lambda: "likes tea" in screen_text(pilot))
        assert "lines" not in screen_text(pilot)
        waiting.set()
        await settle(pilot)
        assert "people.csv · 1,000,001 lines" in screen_text(pilot)


def test_sizes_and_completions(tmp_path: Path) -> None:
    sizes = [import_files.size(count) for count in (0, 999, 1000, 12_345, 999_600, 140_000_000, 3 * 10**12)]
    assert sizes == ["0 B", "999 B", "1.0 KB", "12 KB", "1.0 MB", "140 MB", "3.0 TB"]
    for name in ("reports-jan.csv", "Reports-feb.csv"):
        (tmp_path / name).touch()
    found = import_files.read_folder(f"{tmp_path}/rep")
    assert import_files.completion(found) in (f"{tmp_path}/Reports-", f"{tmp_path}/reports-")
    assert import_files.completion(import_files.read_folder(f"{tmp_path}/nothing")) is None


def test_a_very_long_folder_is_cut_and_narrowed(tmp_path: Path) -> None:
    for number in range(import_files.MOST + 5):
        (tmp_path / f"f{number:05}.csv").touch()
    assert import_files.read_folder(f"{tmp_path}/").more == 5
    assert len(import_files.read_folder(f"{tmp_path}/f0000").entries) == 10


async def test_leaving_by_ctrl_q_from_elsewhere_is_asked_about_once(
    opened: Opener, many: Path, crm_of: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = crm_of.contacts.count()
    async with opened((80, 24), start="import") as pilot:
        await pick(pilot, many)
        await press(pilot, "d", "i")
        there, _ = hold(monkeypatch)
        await pilot.press("y")
        await until(pilot, there.is_set)
        await pilot.press("g", "t", "ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        assert "The import is not through." in screen_text(pilot)
        await pilot.press("n")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Choose))
        assert pilot.app.is_running
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)
    assert crm_of.contacts.count() == before


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/work//tmp/a.csv", "/tmp/a.csv"),
        ("~/x//tmp/a b.csv", "/tmp/a b.csv"),
        ("/work/~/a.csv", "~/a.csv"),
        ("//a.csv", "/a.csv"),
        ("file:///tmp/a%20b.csv", "/tmp/a b.csv"),
        ("/a/~b/c.csv", "/a/~b/c.csv"),
    ],
)
def test_a_whole_path_behind_the_folder_begins_anew(typed: str, meant: str) -> None:
    assert import_files.typed_path(typed) == Path(meant).expanduser()


async def test_a_path_typed_behind_the_folder_is_found(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        await press(pilot, "slash")
        await type_in(pilot, str(folder / "people.csv"))
        await press(pilot, "enter")
        assert "Columns" in screen_text(pilot)
        assert "people.csv" in screen_text(pilot).splitlines()[1]


async def test_an_own_export_in_json_is_a_table_too(opened: Opener, folder: Path, crm_of: Crm) -> None:
    record = '{"id": 900, "created_at": "2026-01-05T08:00:00Z", "name": "Json %s"}'
    (folder / "many.jsonl").write_text("".join(f"{record % name}\n" for name in ("One", "Two")))
    (folder / "broken.json").write_text(f"[\n{record % 'One'},\n{record[:30]}")
    async with opened((100, 30), start="import") as pilot:
        assert "many.jsonl" in screen_text(pilot)
        await pick(pilot, folder / "broken.json")
        assert "broken.json, record 2: it is no whole JSON" in screen_text(pilot)
        await pick(pilot, folder / "many.jsonl")
        assert screen(pilot).step == COLUMNS
        assert "created_at" in screen_text(pilot)
        await press(pilot, "d")
        assert screen(pilot).step == PLAN
        assert "many.jsonl" in screen_text(pilot)
        await press(pilot, "i", "y")
        assert screen(pilot).step == RESULT
    assert any(each.name.startswith("Json") for each in crm_of.contacts.list())
