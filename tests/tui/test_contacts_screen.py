"""Contacts: finding by typing, the card, and every key of the screen."""

from __future__ import annotations

import stat
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot

from crm_tui.app import CrmApp
from crm_tui.domain import Crm
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.parties.contact_rows import PEOPLE
from crm_tui.screens.parties.contacts import ContactsScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.tables.record_table import RecordTable
from tests.conftest import NOW
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


def table(pilot: Pilot[None]) -> RecordTable:
    return pilot.app.screen.query_one(RecordTable)


def names(pilot: Pilot[None]) -> list[str]:
    """The names in the list, from the top."""
    rows = table(pilot)
    found = [rows._list.row(place) for place in range(rows.row_count)]
    return [row.cells[0] for row in found if row is not None]


async def test_everybody_by_name(opened: Opener, crm_of: Crm) -> None:
    async with opened((120, 30), "contacts") as pilot:
        assert names(pilot) == [each.name for each in crm_of.contacts.list()]
        assert "by name · 10" in screen_text(pilot)


async def test_words_search_as_one_types_and_escape_brings_everybody_back(opened: Opener) -> None:
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "memm")
        assert names(pilot) == ["Elvin Məmmədov"]
        assert "best first · 1 of 10" in screen_text(pilot)
        await press(pilot, "escape")
        assert len(names(pilot)) == 10
        assert pilot.app.focused is table(pilot)


async def test_the_filter_language_works_and_what_is_not_whole_keeps_the_list(opened: Opener) -> None:
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "tag:")
        assert len(names(pilot)) == 10
        assert "'tag:' has no value" in screen_text(pilot)
        await type_in(pilot, "vip")
        assert names(pilot) == ["Anna Kowalska"]
        await press(pilot, "enter")
        assert pilot.app.focused is table(pilot)


async def test_an_unknown_field_is_told_calmly(opened: Opener) -> None:
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "colour:red")
        assert "colour" in screen_text(pilot)
        assert isinstance(pilot.app.screen, ContactsScreen)


async def test_nobody_fits(opened: Opener) -> None:
    async with opened((80, 24), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "zzzz")
        assert "Nobody fits." in screen_text(pilot)


async def test_card_and_timeline_follow_the_cursor(opened: Opener) -> None:
    async with opened((180, 40), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "anna")
        await press(pilot, "enter")
        text = screen_text(pilot)
        for part in (
            "customer · vip · wine", "Acme · buyer", "anna@example.com", "https://example.com/anna", "every 30 days",
            "birthday Tue 3 Mar, tomorrow, turns 41", "! send offer", "Website relaunch", "4,500.00 EUR",
            "Likes short mails.", "── yesterday", "< call", "asked for an offer", "── February", "with Elvin Məmmədov",
        ):  # fmt: skip
            assert part in text, part


async def test_add_a_person_and_the_cursor_goes_there(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "a")
        await type_in(pilot, "Newton Ada")
        await press(pilot, "tab")
        await type_in(pilot, "Engines")
        await press(pilot, "ctrl+s")
        made = crm_of.contacts.list("name:newton")[0]
        assert made.company == "Engines"
        assert table(pilot).cursor_key == made.id
        await press(pilot, "u")
        assert crm_of.contacts.count("name:newton") == 0


async def test_add_without_a_name_is_refused_and_kept(opened: Opener) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "a", "tab")
        await type_in(pilot, "Engines")
        await press(pilot, "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert "Name is empty." in screen_text(pilot)
        assert screen.texts()["company"] == "Engines"


async def test_a_taken_email_is_refused_and_kept(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "a")
        await type_in(pilot, "Anna Again")
        await press(pilot, "tab", "tab", "tab")
        await type_in(pilot, "anna@example.com")
        await press(pilot, "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert "has anna@example.com already" in screen_text(pilot)
        assert screen.texts()["name"] == "Anna Again"
        assert crm_of.contacts.count() == 10


async def test_edit_changes_only_what_was_typed(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        anna = await _go_to(pilot, "anna", crm_of)
        await press(pilot, "e", "tab", "tab", "end")
        await type_in(pilot, " in chief")
        await press(pilot, "ctrl+s")
        found = crm_of.contacts.get(anna)
        assert found.title == "buyer in chief"
        assert found.emails == ("anna@example.com", "kowalska@example.org")
        assert crm_of.last_operation is None
        assert "Edit contact Anna Kowalska." in screen_text(pilot)


async def _go_to(pilot: Pilot[None], words: str, crm: Crm) -> int:
    """Put the cursor on the one person a filter finds; returns the id."""
    await press(pilot, "/")
    await type_in(pilot, words)
    await press(pilot, "enter")
    key = table(pilot).cursor_key
    assert key is not None
    assert crm.contacts.ids(words) == [key]
    return key


async def test_log_and_follow_up(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        zoe = await _go_to(pilot, "zoe", crm_of)
        await press(pilot, "l", "tab")
        await type_in(pilot, "rang back")
        await press(pilot, "ctrl+s")
        assert crm_of.interactions.timeline(contact_id=zoe)[0].title == "rang back"
        await press(pilot, "f")
        await type_in(pilot, "send card")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.list(f"contact:{zoe}")[0].title == "send card"
        assert "send card" in screen_text(pilot)


async def test_done_and_snooze_where_a_followup_is_shown(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        anna = await _go_to(pilot, "anna", crm_of)
        await press(pilot, "s")
        await type_in(pilot, "+2w")
        await press(pilot, "enter")
        assert crm_of.followups.list(f"contact:{anna}")[0].due_on.isoformat() == "2026-03-16"
        await press(pilot, "d")
        assert crm_of.followups.list(f"contact:{anna}")[0].status == "done"
        await press(pilot, "d")
        assert isinstance(pilot.app.screen, ContactsScreen)


async def test_done_asks_which_of_several(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        elvin = await _go_to(pilot, "elvin", crm_of)
        await press(pilot, "d")
        text = screen_text(pilot)
        assert "Which one is done?" in text
        assert "ask for payment" in text
        await press(pilot, "2")
        done = crm_of.followups.list(f"contact:{elvin} status:done")
        assert [each.title for each in done] == ["call about the demo"]


async def test_tag_one_and_in_bulk_as_one_operation(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "space", "space", "space", "t")
        assert "Tag 3 people" in screen_text(pilot)
        await type_in(pilot, "fair, -vip")
        assert "put on fair, take off vip" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.contacts.count("tag:fair") == 3
        assert not table(pilot).marked
        await press(pilot, "u")
        assert crm_of.contacts.count("tag:fair") == 0


async def test_archive_in_bulk_and_undo(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "space", "space", "A")
        assert crm_of.contacts.count() == 8
        assert len(names(pilot)) == 8
        await press(pilot, "u")
        assert len(names(pilot)) == 10


async def test_archive_brings_back_who_is_away(opened: Opener, crm_of: Crm) -> None:
    zoe = crm_of.contacts.archive(crm_of.references.contact("Zoë Quinn")).id
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "archived_at:any")
        await press(pilot, "enter", "A")
        assert crm_of.contacts.get(zoe).archived_at is None
        assert "Restore contact Zoë Quinn." in screen_text(pilot)


async def test_mark_all_marks_what_the_filter_finds(opened: Opener) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "company:any")
        await press(pilot, "enter", "*")
        assert len(table(pilot).marked) == 3
        assert "* 3 marked" in screen_text(pilot)
        await press(pilot, "*")
        assert not table(pilot).marked


async def test_sorting_keys_and_turning_round(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        for key, sort in (
            ("2", "-last_contacted_on"), ("2", "last_contacted_on"), ("3", "next_touch_on"), ("4", "-id"),
            ("1", "name"), ("1", "-name"),
        ):  # fmt: skip
            await press(pilot, key)
            assert names(pilot) == [each.name for each in crm_of.contacts.list(sort=sort)], sort


async def test_copy_asks_which(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await _go_to(pilot, "anna", crm_of)
        await press(pilot, "y", "down", "enter")
        assert pilot.app.clipboard == "kowalska@example.org"


async def test_copy_of_somebody_without_address_is_the_name(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await _go_to(pilot, "zoe", crm_of)
        await press(pilot, "y")
        assert pilot.app.clipboard == "Zoë Quinn"


async def test_open_hands_mail_and_links_to_the_desktop(
    opened: Opener, crm_of: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    _program(
        tmp_path / "bin" / "xdg-open", f'#!/bin/sh\nprintf "%s" "$1" > {told}.new && mv {told}.new {told}\n'
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    async with opened((100, 30), "contacts") as pilot:
        await _go_to(pilot, "bob", crm_of)
        await press(pilot, "o")
        assert "Opened mailto:bob@example.com." in screen_text(pilot)
        while not told.exists():
            await pilot.pause()
        assert told.read_text() == "mailto:bob@example.com"
        await press(pilot, "escape")
        await _go_to(pilot, "anna", crm_of)
        await press(pilot, "o")
        assert "https://example.com/anna" in screen_text(pilot)
        await press(pilot, "escape")


async def test_open_without_an_address_says_so(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await _go_to(pilot, "zoe", crm_of)
        await press(pilot, "o")
        assert "There is no mail address and no link here." in screen_text(pilot)


def _program(place: Path, text: str) -> None:
    place.parent.mkdir(exist_ok=True)
    place.write_text(text)
    place.chmod(0o755)


def _texts(folder: Path) -> dict[str, str]:
    return {place.name: place.read_text() for place in folder.iterdir()}


class _Suspendable(CrmApp):
    """In a test there is no terminal to hand over."""

    def suspend(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def test_note_in_the_editor(
    opened: Opener, crm_of: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "bin" / "ed", '#!/bin/sh\ncp "$1" "$1.seen"; printf "new\\nnote\\n" > "$1"\n')
    monkeypatch.setenv("EDITOR", str(tmp_path / "bin" / "ed"))
    async with opened((100, 30), "contacts", make=_Suspendable) as pilot:
        anna = await _go_to(pilot, "anna", crm_of)
        await press(pilot, "n")
        assert crm_of.contacts.get(anna).note == "new\nnote"
        assert "Edit contact Anna Kowalska." in screen_text(pilot)
        place = crm_app(pilot).memory.note_file(f"note-{anna}")
    assert _texts(place.parent) == {f"{place.name}.seen": "Likes short mails."}


async def test_a_failing_editor_loses_nothing(
    opened: Opener, crm_of: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "bin" / "ed", '#!/bin/sh\nprintf "half" > "$1"; exit 3\n')
    monkeypatch.setenv("EDITOR", str(tmp_path / "bin" / "ed"))
    async with opened((100, 30), "contacts", make=_Suspendable) as pilot:
        anna = await _go_to(pilot, "anna", crm_of)
        await press(pilot, "n")
        assert crm_of.contacts.get(anna).note == "Likes short mails."
        place = crm_app(pilot).memory.note_file(f"note-{anna}")
        assert place.read_text() == "half"
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert "ended with code 3." in screen_text(pilot)


async def test_an_editor_that_is_not_there_is_told(
    opened: Opener, crm_of: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "/nowhere/ed")
    async with opened((100, 30), "contacts", make=_Suspendable) as pilot:
        await _go_to(pilot, "anna", crm_of)
        await press(pilot, "n")
        assert '"/nowhere/ed" cannot be started' in screen_text(pilot)


async def test_the_timeline_on_the_card_goes_on(opened: Opener, crm_of: Crm) -> None:
    bob = crm_of.references.contact("bob@example.com")
    with crm_of.transaction("many"):
        for minute in range(120):
            at = f"2026-01-{minute // 24 + 1:02}T{minute % 24:02}:00:00Z"
            crm_of.interactions.add("note", [bob], f"entry {minute:03}", occurred_at=at)
    async with opened((120, 24), "contacts") as pilot:
        await _go_to(pilot, "bob", crm_of)
        await press(pilot, "tab")
        card = pilot.app.screen.query_one("#card", Lines)
        assert card.has_focus
        assert "entry 119" in screen_text(pilot)
        await press(pilot, "end", "end", "end", "end")
        assert "entry 000" in screen_text(pilot)
        await press(pilot, "escape")
        assert table(pilot).has_focus


async def test_enter_opens_the_person_whole_and_escape_comes_back(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), "contacts") as pilot:
        await _go_to(pilot, "anna", crm_of)
        await press(pilot, "enter")
        assert type(pilot.app.screen) is RecordScreen
        assert "Anna Kowalska" in screen_text(pilot)
        await press(pilot, "escape")
        assert names(pilot) == ["Anna Kowalska"]


async def test_where_there_is_no_card_tab_opens_the_person(opened: Opener) -> None:
    async with opened((80, 24), "contacts") as pilot:
        await press(pilot, "tab")
        assert type(pilot.app.screen) is RecordScreen
        await press(pilot, "escape")
        assert table(pilot).has_focus


async def test_a_mark_elsewhere_is_named_and_meant(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        first = table(pilot).cursor_key
        assert first is not None
        name = names(pilot)[0]
        await press(pilot, "space", "j", "f")
        assert f"Follow up with {name}" in screen_text(pilot)
        await type_in(pilot, "send card")
        await press(pilot, "ctrl+s")
        assert [each.contact_id for each in crm_of.followups.list("title:card")] == [first]


async def test_tab_goes_between_list_and_card(opened: Opener) -> None:
    async with opened((120, 30), "contacts") as pilot:
        card = pilot.app.screen.query_one("#card", Lines)
        await press(pilot, "tab")
        assert card.has_focus
        await press(pilot, "tab")
        assert table(pilot).has_focus


async def test_an_empty_file_teaches_the_first_key(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), "contacts", path=tmp_path / "none.db") as pilot:
        assert "a adds the first person; only a name is needed." in screen_text(pilot)
        await press(pilot, "d", "t", "l", "e", "enter", "A", "o", "y")
        assert isinstance(pilot.app.screen, ContactsScreen)


async def test_another_process_changes_a_name_and_the_cursor_stays(opened: Opener, crm_of: Crm) -> None:
    from asyncio import wrap_future

    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "j", "j", "j")
        key = table(pilot).cursor_key
        assert key is not None
        watcher = crm_app(pilot).watcher
        await wrap_future(watcher.look())
        with Crm.open(crm_of.path, now=NOW) as other:
            other.contacts.add(name="Aaa First")
            other.contacts.update(key, title="chief")
        await wrap_future(watcher.look())
        await settle(pilot)
        assert "Aaa First" in names(pilot)
        assert table(pilot).cursor_key == key
        assert "chief" in screen_text(pilot)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 3, 5), "Thu 5 Mar"),
        (date(2026, 12, 21), "Mon 21 Dec"),
        (date(2027, 1, 4), "4 Jan 2027"),
        (date(2026, 2, 21), "9 days"),
    ],
)
def test_when_to_get_in_touch_fits_its_column(day: date, told: str) -> None:
    column = PEOPLE.catalogue.find("next_touch_on")
    assert column is not None
    assert column.text(SimpleNamespace(next_touch_on=day), date(2026, 3, 2), None) == told
    assert len(told) <= column.shown.width
