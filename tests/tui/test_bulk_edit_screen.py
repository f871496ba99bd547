"""Many records changed as text: chosen, edited, looked at, written as one operation, and never lost."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.app import CrmApp
from crm_tui.domain import Crm
from crm_tui.screens.forms.report_dialog import Page, ReportDialog
from crm_tui.screens.lists import bulk_edit
from tests.tui.conftest import Opener, crm_app, press, screen_text, type_in

Script = Callable[..., None]


class Suspendable(CrmApp):
    """In a test there is no terminal to hand over."""

    def suspend(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Makes an editor: shell commands over the file ``$1``, each run using the next of them."""

    def make(*runs: str) -> None:
        place, turns = tmp_path / "ed", tmp_path / "turns"
        turns.unlink(missing_ok=True)
        cases = "\n".join(f"{number}) {run};;" for number, run in enumerate(runs, 1))
        place.write_text(
            f'#!/bin/sh\necho >> "{turns}"\ncp "$1" "{tmp_path / "seen"}"\n'
            f'case $(wc -l < "{turns}") in\n{cases}\nesac\n'
        )
        place.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(place))

    return make


def sed(change: str) -> str:
    return f"sed -i '{change}' \"$1\""


def texts(pilot: Pilot[None]) -> list[str]:
    """The texts that lie in files."""
    folder = crm_app(pilot).memory.note_file("any").parent
    return [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))]


async def test_what_the_filter_shows_becomes_one_operation(
    opened: Opener, crm_of: Crm, editor: Script, tmp_path: Path
) -> None:
    editor(sed("s/^source:$/source: fair/; s/^title: buyer$/title: head buyer/"))
    before = len(crm_of.history())
    async with opened((80, 24), "contacts", make=Suspendable) as pilot:
        await press(pilot, "/")
        await type_in(pilot, "company:any")
        await press(pilot, "enter", "ctrl+e")
        text = screen_text(pilot)
        assert "Write these changes to 3 contacts?" in text
        assert "contact 1 Anna Kowalska" in text
        assert "  - title: buyer" in text
        assert "  + title: head buyer" in text
        assert "y Write them as one operation" in text
        assert "enter choose" in text
        assert crm_of.contacts.get(1).title == "buyer"
        await press(pilot, "y")
        assert [crm_of.contacts.get(each).source for each in (1, 2, 3, 4)] == ["fair"] * 3 + [None]
        assert crm_of.contacts.get(1).title == "head buyer"
        assert len(crm_of.history()) == before + 1
        assert "Edit 3 contacts." in screen_text(pilot)
        assert texts(pilot) == []
        await press(pilot, "u")
        assert [crm_of.contacts.get(each).source for each in (1, 2, 3)] == [None] * 3
    assert (tmp_path / "seen").read_text(encoding="utf-8").startswith("# 3 contacts to change.")


async def test_the_marked_ones_alone_and_the_marks_are_gone(
    opened: Opener, crm_of: Crm, editor: Script
) -> None:
    editor(sed("s/^industry:$/industry: food/"))
    async with opened((100, 30), "companies", make=Suspendable) as pilot:
        await press(pilot, "down", "space", "ctrl+e", "y")
        assert [each.industry for each in crm_of.companies.list(sort="name")] == [None, "food", None]
        assert "marked" not in screen_text(pilot)


async def test_deals_in_sight_and_followups_that_are_open(
    opened: Opener, crm_of: Crm, editor: Script
) -> None:
    crm_of.followups.complete(1)
    editor(sed("s/^currency: EUR$/currency: USD/"), sed("s/^priority: normal$/priority: low/"))
    async with opened((100, 30), "deals", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e", "y")
        assert {each.currency for each in crm_of.deals.list()} == {"USD"}
        await press(pilot, "g", "f", "ctrl+e")
        assert "Write these changes to 3 follow-ups?" in screen_text(pilot)
        await press(pilot, "y")
    found = {each.id: each.priority.value for each in crm_of.followups.list()}
    assert found == {1: "normal", 2: "high", 3: "low", 4: "low", 5: "low"}


async def test_marked_followups_and_deals(opened: Opener, crm_of: Crm, editor: Script) -> None:
    editor(sed("s/^priority: .*/priority: low/"), sed("s/^source:$/source: web/"))
    async with opened((100, 30), "followups", make=Suspendable) as pilot:
        await press(pilot, "space", "ctrl+e", "y", "g", "d", "space", "ctrl+e", "y")
    assert [each.id for each in crm_of.followups.list("priority:low")] == [2]
    assert [each.source for each in crm_of.deals.list(sort="id")] == ["web", None]


async def test_a_line_that_cannot_be_taken_is_mended_in_the_text_as_it_was_left(
    opened: Opener, crm_of: Crm, editor: Script, tmp_path: Path
) -> None:
    editor(
        sed("s/^lifecycle: customer$/lifecycle: custmer/; s/^title: buyer$/title: boss/"),
        sed("s/custmer/former/"),
    )
    async with opened((80, 24), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        text = screen_text(pilot)
        assert "This cannot be written" in text
        lines = (tmp_path / "seen").read_text(encoding="utf-8").splitlines()
        number = lines.index("lifecycle: customer") + 1
        assert f'! Line {number}: "custmer" is no lifecycle.' in text
        assert "  lifecycle: custmer" in text
        assert crm_of.contacts.get(1).title == "buyer"
        await press(pilot, "e")
        assert "  + lifecycle: former" in screen_text(pilot)
        await press(pilot, "y")
        assert (crm_of.contacts.get(1).title, crm_of.contacts.get(1).lifecycle) == ("boss", "former")
        assert texts(pilot) == []


async def test_what_is_not_written_stays_in_a_private_file_that_no_other_takes(
    opened: Opener, crm_of: Crm, editor: Script
) -> None:
    editor(sed("s/^source:$/source: one/"), sed("s/^source:$/source: two/"))
    async with opened((200, 30), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e", "n")
        text = screen_text(pilot)
        assert "Nothing was written.  Your text is in" in text
        assert "-edit-contacts.txt" in text
        await press(pilot, "ctrl+e", "escape")
        found = texts(pilot)
        assert ["source: one" in each for each in found] == [False, True]
        assert ["source: two" in each for each in found] == [True, False]
        file = crm_app(pilot).memory.note_file("edit-contacts")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {each.source for each in crm_of.contacts.list()} == {None}


async def test_what_was_changed_elsewhere_is_not_overwritten(
    opened: Opener, crm_of: Crm, editor: Script
) -> None:
    editor(sed("s/^title: buyer$/title: boss/"))
    async with opened((100, 30), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        crm_of.contacts.update(1, title="seller")
        await press(pilot, "y")
        text = screen_text(pilot)
        assert "was changed elsewhere meanwhile" in text
        assert "Edit again" not in text
        await press(pilot, "n")
        assert crm_of.contacts.get(1).title == "seller"
        assert "title: boss" in texts(pilot)[0]


@pytest.mark.parametrize(
    ("run", "said"),
    [("exit 0", "Nothing was changed."), ("exit 3", "The editor ended with code 3.")],
    ids=["untouched", "failing"],
)
async def test_an_editor_that_changes_nothing_leaves_nothing(
    opened: Opener, crm_of: Crm, editor: Script, run: str, said: str
) -> None:
    editor(run)
    before = len(crm_of.history())
    async with opened((100, 30), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        assert said in screen_text(pilot)
        assert texts(pilot) == []
    assert len(crm_of.history()) == before


async def test_a_failing_editor_keeps_what_it_wrote(opened: Opener, crm_of: Crm, editor: Script) -> None:
    editor(f"{sed('s/^source:$/source: fair/')}; exit 3")
    async with opened((100, 30), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        assert "The editor ended with code 3." in screen_text(pilot)
        assert "source: fair" in texts(pilot)[0]
    assert {each.source for each in crm_of.contacts.list()} == {None}


async def test_an_editor_that_is_not_there_is_told(
    opened: Opener, crm_of: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "/nowhere/ed")
    async with opened((100, 30), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        assert '"/nowhere/ed" cannot be started' in screen_text(pilot)
        assert texts(pilot) == []


async def test_too_many_are_refused_before_the_editor_opens(
    opened: Opener, crm_of: Crm, editor: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bulk_edit, "MOST", 9)
    editor(sed("s/^source:$/source: fair/"))
    async with opened((100, 30), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        assert "More than 9 are too many to change at once." in screen_text(pilot)
    assert not (tmp_path / "seen").exists()


async def test_a_hostile_name_is_shown_as_text_and_a_long_page_scrolls(
    opened: Opener, crm_of: Crm, editor: Script
) -> None:
    crm_of.contacts.update(4, name="[@click=app.quit]Aliya[/]")
    crm_of.contacts.update(4, note="\n".join(f"line {number}" for number in range(60)))
    editor(sed("s/^source:$/source: fair/; s/^| line/| word/"))
    async with opened((80, 24), "contacts", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        assert "[@click=app.quit]Aliya[/]" in screen_text(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, ReportDialog)
        await press(pilot, "end")
        page = dialog.query_one(Page)
        assert page.scroll_offset.y == len(page.lines) - page.size.height > 0
        assert "enter choose" in screen_text(pilot)
        await press(pilot, "home", "pagedown")
        assert 0 < page.scroll_offset.y <= page.size.height
        await press(pilot, "pageup")
        assert page.scroll_offset.y == 0
