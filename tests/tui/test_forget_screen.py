"""Forgetting a person from the screens: what would go, their name typed, the proof; and their data in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from crm_tui.domain import Crm
from crm_tui.domain.dossier import dossier
from crm_tui.domain.forgetting import forget
from crm_tui.errors import NotFoundError
from crm_tui.screens.forms.report_dialog import Page
from crm_tui.screens.leaving.person import ForgetDialog, is_name
from crm_tui.screens.parties.contacts import ContactsScreen
from crm_tui.screens.record.screen import RecordScreen
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in

NAMED = ("Kowalska", "anna@example.com", "601 234 567", "48601234567")


async def choose(pilot: Pilot[None], words: str) -> None:
    """Take an action from the palette."""
    await press(pilot, "ctrl+p")
    await type_in(pilot, words)
    await press(pilot, "enter")


async def shown_anna(pilot: Pilot[None]) -> None:
    crm_app(pilot).open_record("contacts", 1)
    await settle(pilot)
    await choose(pilot, "forget")


def traces(database: Path) -> list[str]:
    """What the bytes of the file and of its log still hold."""
    found = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    return [each for each in NAMED if each.encode() in found]


async def test_the_name_is_asked_for_and_nothing_is_left(opened: Opener, crm_of: Crm, business: Path) -> None:
    assert traces(business)
    async with opened((80, 24), "contacts") as pilot:
        await press(pilot, "down")
        await choose(pilot, "forget")
        text = screen_text(pilot)
        assert "Forget Anna Kowalska for good?" in text
        assert "This erases Anna Kowalska (1):" in text
        assert "Without their name stay: 1 deal." in text
        assert "This cannot be undone." in text
        assert "in those texts" not in text
        assert "enter forget" in text
        await press(pilot, "enter")
        await type_in(pilot, "anna")
        await press(pilot, "enter")
        assert "! Type Anna Kowalska" in screen_text(pilot)
        assert crm_of.contacts.get(1).name == "Anna Kowalska"
        await type_in(pilot, " KOWALSKA")
        await press(pilot, "enter")
        text = screen_text(pilot)
        assert "Forgotten: nothing in the file names them any more" in text
        assert "nothing was found." in text
        with pytest.raises(NotFoundError):
            crm_of.contacts.get(1)
        assert crm_of.deals.get(1).contact_id is None
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ContactsScreen)
        assert "Anna" not in screen_text(pilot)
        assert "nothing takes it back." in screen_text(pilot)
        await press(pilot, "u")
        assert "cannot be undone" in screen_text(pilot)
    assert traces(business) == []


async def test_from_the_record_which_then_is_left(opened: Opener, crm_of: Crm) -> None:
    async with opened((120, 40), "contacts") as pilot:
        await shown_anna(pilot)
        await type_in(pilot, "Anna Kowalska")
        await press(pilot, "enter", "c")
        assert isinstance(pilot.app.screen, ContactsScreen)
        assert crm_of.contacts.count() == 9


async def test_texts_of_others_stay_or_lose_the_name_as_chosen(opened: Opener, crm_of: Crm) -> None:
    note = "Anna Kowalska sent him"
    crm_of.contacts.update(2, note=note)
    async with opened((80, 24), "contacts") as pilot:
        await shown_anna(pilot)
        text = screen_text(pilot)
        assert f"contacts 2, note: {note}" in text
        assert "they stay, unless the choice below" in text
        assert "type their name" in text
        await press(pilot, "up", "right")
        assert "[forgotten] will stand there:" in screen_text(pilot)
        await press(pilot, "down")
        await type_in(pilot, "anna kowalska")
        await press(pilot, "enter")
        assert "In 1 text of other records [forgotten] stands now." in screen_text(pilot)
    assert crm_of.contacts.get(2).note == "[forgotten] sent him"


async def test_what_still_names_them_is_told(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.update(2, note="Anna Kowalska sent him")
    async with opened((120, 40), "contacts") as pilot:
        kept = crm_app(pilot).memory.note_file("note-7")
        kept.write_text("ask Anna Kowalska")
        await shown_anna(pilot)
        await type_in(pilot, "anna kowalska")
        await press(pilot, "enter")
        text = screen_text(pilot)
        assert "Forgotten, but not everywhere" in text
        assert "contacts 2, note: Anna Kowalska sent him" in text
        assert "of the screens names them still" in " ".join(text.replace("│", " ").split())
    assert crm_of.contacts.get(2).note == "Anna Kowalska sent him"


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["80x24", "60x20"])
async def test_however_much_names_them_where_one_types_is_in_sight(
    opened: Opener, crm_of: Crm, size: tuple[int, int]
) -> None:
    with crm_of.transaction("notes"):
        for number in range(30):
            crm_of.contacts.add(name=f"Friend {number}", note="Anna Kowalska [@click=app.quit]sent[/] him")
    async with opened(size, "contacts") as pilot:
        await shown_anna(pilot)
        text = screen_text(pilot)
        assert "type their name" in text
        assert "enter forget" in text
        page = pilot.app.screen.query_one(Page)
        await press(pilot, "pagedown")
        assert page.scroll_offset.y == min(page.size.height, page.max_scroll_y) > 0
        page.action_scroll_end()
        await settle(pilot)
        assert "  and 10 more" in screen_text(pilot)
        assert "[@click=app.quit]sent[/]" in screen_text(pilot)
        await press(pilot, "escape")


async def test_escape_changes_nothing(opened: Opener, crm_of: Crm) -> None:
    before = crm_of.history()
    async with opened((80, 24), "contacts") as pilot:
        await shown_anna(pilot)
        await type_in(pilot, "Anna Kowalska")
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, RecordScreen)
    assert crm_of.history() == before


async def test_one_who_is_gone_meanwhile_is_told_in_the_dialog(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), "contacts") as pilot:
        await shown_anna(pilot)
        forget(crm_of, 1)
        await type_in(pilot, "Anna Kowalska")
        await press(pilot, "enter")
        dialog = pilot.app.screen
        assert isinstance(dialog, ForgetDialog)
        assert dialog.query_one(Input).value == "Anna Kowalska"
        assert "! There is no contact 1" in screen_text(pilot)
        await press(pilot, "escape")


async def test_it_is_offered_for_people_only(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        ids = {action.id for action in crm_app(pilot).front.possible()}
        assert {"forget", "dossier"} <= ids
        crm_app(pilot).open_record("companies", 1)
        await settle(pilot)
        ids = {action.id for action in crm_app(pilot).front.possible()}
        assert not {"forget", "dossier"} & ids


@pytest.mark.parametrize(
    ("typed", "name", "same"),
    [
        ("anna kowalska", "Anna  Kowalska", True),
        ("memmedov", "Məmmədov", True),
        ("anna", "Anna Kowalska", False),
        ("", "…", False),
        ("  ", "", False),
        ("…", "…", True),
        ("[/]", "[/]", True),
    ],
    ids=["folded", "plain-letters", "half", "nothing", "blank", "signs", "markup"],
)
def test_whether_a_name_was_typed(typed: str, name: str, same: bool) -> None:
    assert is_name(typed, name) is same


async def test_everything_about_a_person_in_a_file(
    opened: Opener, crm_of: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened((80, 24), "contacts") as pilot:
        await press(pilot, "down")
        await choose(pilot, "dossier")
        assert "Export everything about Anna Kowalska" in screen_text(pilot)
        await press(pilot, "enter")
        assert "Wrote everything about Anna Kowalska to" in screen_text(pilot)
        crm_app(pilot).open_record("contacts", 1)
        await settle(pilot)
        await choose(pilot, "dossier")
        await press(pilot, "tab", "right", "enter")
    found = json.loads((tmp_path / "anna-kowalska-2026-03-02.json").read_text(encoding="utf-8"))
    assert found == json.loads(json.dumps(dossier(crm_of, 1)))
    text = (tmp_path / "anna-kowalska-2026-03-02.txt").read_text(encoding="utf-8")
    assert text.startswith("Contact\n  id: 1\n")
    assert "\n\nInteractions\n" in text
    assert "\x1b" not in text
