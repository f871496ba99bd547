"""Companies: the list, its card, and every key of the screen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.models import FieldType
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.parties.companies import CompaniesScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.tables.record_table import RecordTable
from tests.tui.conftest import Opener, press, screen_text, type_in

HOSTILE = (
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b]0;owned\x07esc",
    "\u202egnp.exe",
    "小林\u200d株式会社",
    "a\u0301\u0302b",
)


def table(pilot: Pilot[None]) -> RecordTable:
    return pilot.app.screen.query_one(RecordTable)


def names(pilot: Pilot[None]) -> list[str]:
    """The names in the list, from the top."""
    rows = table(pilot)
    found = [rows._list.row(place) for place in range(rows.row_count)]
    return [row.cells[0] for row in found if row is not None]


async def go_to(pilot: Pilot[None], words: str) -> int:
    """Put the cursor on the one company a filter finds."""
    await press(pilot, "/")
    await type_in(pilot, words)
    await press(pilot, "enter")
    key = table(pilot).cursor_key
    assert key is not None
    return key


@pytest.fixture
def acme(crm_of: Crm) -> int:
    """A company with everything there is."""
    crm_of.fields.add("companies", "region", FieldType.TEXT, label="Region")
    company_id = crm_of.companies.ids("acme")[0]
    crm_of.companies.update(
        company_id, domain="acme.example", website="https://acme.example", industry="Food", size="60",
        emails=["info@acme.example"], phones=["+48 22 123 45 67"], tags=["export"], note="Pays late.",
        custom={"region": "west"},
    )  # fmt: skip
    crm_of.companies.add_method(company_id, "address", "Long Street 5,\nKraków")
    return company_id


async def test_all_of_them_with_people_and_open_deals(opened: Opener, acme: int) -> None:
    async with opened((120, 30), "companies") as pilot:
        assert names(pilot) == ["Acme", "Caspian Foods", "Nord Labs"]
        text = screen_text(pilot)
        for part in ("by name · 3", "Industry", "People", "Open deals", "1 · 4,500.00 EUR", "Food"):
            assert part in text, part


async def test_the_card_beside_the_list(opened: Opener, acme: int) -> None:
    async with opened((180, 50), "companies") as pilot:
        text = screen_text(pilot)
        for part in (
            "Food · 60", "export", "info@acme.example", "+48 22 123 45 67", "website   https://acme.example",
            "region    west", "address   Long Street 5", "people    Anna Kowalska  buyer", "yesterday",
            "open      Website relaunch", "4,500.00 EUR  Lead", "Pays late.", "asked for an offer",
        ):  # fmt: skip
            assert part in text, part


async def test_the_card_is_read_on_and_focused(opened: Opener, crm_of: Crm) -> None:
    elvin = crm_of.references.contact("elvin@example.com")
    with crm_of.transaction("many"):
        for minute in range(70):
            at = f"2026-01-{minute // 24 + 1:02}T{minute % 24:02}:00:00Z"
            crm_of.interactions.add("note", [elvin], f"entry {minute:03}", occurred_at=at)
    async with opened((120, 24), "companies") as pilot:
        await go_to(pilot, "caspian")
        await press(pilot, "tab")
        assert pilot.app.screen.query_one("#card", Lines).has_focus
        await press(pilot, "end", "end", "end")
        assert "entry 000" in screen_text(pilot)
        await press(pilot, "escape")
        assert table(pilot).has_focus


async def test_add_one_with_everything(opened: Opener, crm_of: Crm, acme: int) -> None:
    async with opened((100, 40), "companies") as pilot:
        await press(pilot, "a")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        screen.fill(
            {
                "name": "New Ones", "domain": "https://www.new.example/about", "website": "https://new.example",
                "industry": "Wine", "size": "11-50", "parent": "Acme", "emails": "a@new.example; b@new.example",
                "phones": "+48 601 111 222", "url": "https://new.example/?a=1,2; https://other.example;",
                "address": "Main Street 1, Kraków; Side Street 2", "im": "@new", "tags": "fair, wine",
                "custom-region": "east", "note": "first\nsecond",
            }
        )  # fmt: skip
        await press(pilot, "ctrl+s")
        made = crm_of.companies.list("new")[0]
        assert table(pilot).cursor_key == made.id
        assert (made.domain, made.industry, made.size, made.parent) == (
            "new.example",
            "Wine",
            "11-50",
            "Acme",
        )
        assert made.emails == ("a@new.example", "b@new.example")
        assert (made.tags, made.custom, made.note) == (("fair", "wine"), {"region": "east"}, "first\nsecond")
        found = {(each.kind.value, each.value) for each in crm_of.companies.methods(made.id)}
        assert {
            ("url", "https://new.example/?a=1,2"),
            ("url", "https://other.example"),
            ("im", "@new"),
        } < found
        assert {("address", "Main Street 1, Kraków"), ("address", "Side Street 2")} < found
        assert "Add company New Ones." in screen_text(pilot)
        await press(pilot, "u")
        assert crm_of.companies.count("new") == 0


async def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "a")
        await type_in(pilot, "acme")
        await press(pilot, "tab")
        await type_in(pilot, "acme.example")
        await press(pilot, "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert "There is a company Acme" in screen_text(pilot)
        assert screen.texts()["domain"] == "acme.example"
        assert crm_of.companies.count() == 3


async def test_edit_changes_only_what_was_typed(opened: Opener, crm_of: Crm, acme: int) -> None:
    before = crm_of.companies.methods(acme)
    async with opened((100, 40), "companies") as pilot:
        await go_to(pilot, "acme")
        await press(pilot, "e", "tab", "tab", "tab", "end")
        await type_in(pilot, " and drink")
        await press(pilot, "ctrl+s")
        assert crm_of.companies.get(acme).industry == "Food and drink"
        assert crm_of.companies.methods(acme) == before
        await press(pilot, "e")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        screen.fill({"address": f"{screen.texts()['address']}; Second Street 2", "emails": ""})
        await press(pilot, "ctrl+s")
        found = [each.value for each in crm_of.companies.methods(acme) if each.kind.value == "address"]
        assert found == ["Long Street 5,\nKraków", "Second Street 2"]
        assert crm_of.companies.get(acme).emails == ()


async def test_log_asks_with_whom_and_goes_on_at_once_where_there_is_one(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.add(name="Second Person", company="Acme")
    async with opened((100, 30), "companies") as pilot:
        await go_to(pilot, "acme")
        await press(pilot, "l")
        assert "Log with whom?" in screen_text(pilot)
        await press(pilot, "2", "tab")
        await type_in(pilot, "rang back")
        await press(pilot, "ctrl+s")
        assert crm_of.interactions.list("rang")[0].contacts == ("Second Person",)
        await press(pilot, "escape")
        await go_to(pilot, "nord")
        await press(pilot, "l")
        assert "Log with Jürgen Großmann" in screen_text(pilot)


async def test_a_promise_to_everybody_of_the_marked_ones(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "space", "space", "f")
        assert "Caspian Foods" in screen_text(pilot)
        await press(pilot, "0")
        assert "2 follow-ups, one for each." in screen_text(pilot)
        await type_in(pilot, "greet")
        await press(pilot, "ctrl+s")
        assert sorted(each.contact or "" for each in crm_of.followups.list("greet")) == [
            "Anna Kowalska", "Elvin Məmmədov",
        ]  # fmt: skip
        assert not table(pilot).marked
        await press(pilot, "u")
        assert crm_of.followups.count("greet") == 0


async def test_nobody_there_is_said(opened: Opener, crm_of: Crm) -> None:
    crm_of.companies.add(name="Bare")
    async with opened((100, 30), "companies") as pilot:
        await go_to(pilot, "bare")
        await press(pilot, "l")
        assert "Nobody is known at Bare." in screen_text(pilot)
        await press(pilot, "o")
        assert "There is no mail address and no link here." in screen_text(pilot)
        await press(pilot, "y")
        assert pilot.app.clipboard == "Bare"


async def test_copy_and_open_ask_which(opened: Opener, acme: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    async with opened((100, 30), "companies") as pilot:
        await go_to(pilot, "acme")
        await press(pilot, "y")
        text = screen_text(pilot)
        assert "info@acme.example" in text
        assert "acme.example" in text
        await press(pilot, "1")
        assert pilot.app.clipboard
        await press(pilot, "o")
        assert "https://acme.example" in screen_text(pilot)
        await press(pilot, "1")
        assert "There is no program here to open links with." in screen_text(pilot)


async def test_tag_archive_and_undo(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "*", "t")
        assert "Tag 3 companies" in screen_text(pilot)
        await type_in(pilot, "fair")
        await press(pilot, "enter")
        assert crm_of.companies.count("tag:fair") == 3
        await press(pilot, "A")
        assert "Archive company Acme." in screen_text(pilot)
        assert names(pilot) == ["Caspian Foods", "Nord Labs"]
        await press(pilot, "u")
        assert len(names(pilot)) == 3


async def test_note_in_the_editor(
    opened: Opener, crm_of: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.tui.test_contacts_screen import _program, _Suspendable

    _program(tmp_path / "bin" / "ed", '#!/bin/sh\nprintf "new\\nnote\\n" > "$1"\n')
    monkeypatch.setenv("EDITOR", str(tmp_path / "bin" / "ed"))
    async with opened((100, 30), "companies", make=_Suspendable) as pilot:
        key = await go_to(pilot, "acme")
        await press(pilot, "n")
        assert crm_of.companies.get(key).note == "new\nnote"


async def test_sorting_by_people_deals_and_age(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.add(name="Second Person", company="Nord Labs")
    crm_of.deals.add("more", company="Caspian Foods")
    async with opened((100, 30), "companies") as pilot:
        for key, sort in (
            ("2", "-people"), ("2", "people"), ("3", "-open_deals"), ("4", "-id"), ("1", "name"), ("1", "-name"),
        ):  # fmt: skip
            await press(pilot, key)
            assert names(pilot) == [each.name for each in crm_of.companies.list(sort=sort)], sort


async def test_enter_opens_it_whole(opened: Opener, acme: int) -> None:
    async with opened((80, 24), "companies") as pilot:
        await press(pilot, "enter")
        assert type(pilot.app.screen) is RecordScreen
        assert "acme.example" in screen_text(pilot)
        await press(pilot, "escape")
        assert names(pilot) == ["Acme", "Caspian Foods", "Nord Labs"]


async def test_an_empty_file_teaches_the_first_key(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), "companies", path=tmp_path / "none.db") as pilot:
        assert "a adds the first one" in screen_text(pilot)
        await press(pilot, "t", "l", "e", "=", "E", "A", "o", "y", "n", "f", "enter", "*", "2", "3", "tab")
        assert isinstance(pilot.app.screen, CompaniesScreen)
        await press(pilot, "a")
        await type_in(pilot, "First")
        await press(pilot, "ctrl+s")
        assert names(pilot) == ["First"]


async def test_names_that_mean_harm_are_text(opened: Opener, crm_of: Crm) -> None:
    for name in HOSTILE:
        made = crm_of.companies.add(name=name, industry=name, note=name, tags=["[/]x"])
        person = crm_of.contacts.add(name=name, company_id=made.id, title=name)
        crm_of.deals.add(name, contact_id=person.id, company_id=made.id)
        crm_of.followups.add(name, date(2026, 3, 2), contact_id=person.id)
    async with opened((140, 40), "companies") as pilot:
        for _ in range(len(HOSTILE) + 2):
            await press(pilot, "down")
            text = screen_text(pilot)
            assert "\x1b]" not in text
            assert "\u202e" not in text
        await press(pilot, "=", "escape", "e", "escape", "y", "escape", "l", "escape")
        assert isinstance(pilot.app.screen, CompaniesScreen)


async def test_resized_to_almost_nothing_and_back(opened: Opener, acme: int) -> None:
    async with opened((120, 40), "companies") as pilot:
        await press(pilot, "j")
        key = table(pilot).cursor_key
        for size in ((20, 6), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            await press(pilot, "c", "escape")
        assert table(pilot).cursor_key == key
        assert "Caspian Foods" in screen_text(pilot)


async def test_a_title_of_which_a_few_letters_would_fit_is_left_out(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.update(1, title="managing director")
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "acme")
        line = next(line for line in screen_text(pilot).splitlines() if "people    Anna" in line)
        assert line.split("│")[1].split() == ["people", "Anna", "Kowalska", "yesterday"]
    async with opened((160, 30), "companies") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "acme")
        assert "Anna Kowalska  managing director" in screen_text(pilot)
