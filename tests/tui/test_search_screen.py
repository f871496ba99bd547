"""Search: everything found while one types, by kind, and the ways into and out of it."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.domain.search_query import read_query
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.screens.search.finding import Wanted, completed, read_typed, with_kind
from crm_tui.screens.search.screen import SearchScreen
from crm_tui.screens.today import TodayScreen
from crm_tui.widgets.entry.filter_bar import FilterBar, FilterInput
from crm_tui.widgets.lists.hit_list import HitList
from crm_tui.widgets.lists.matches import pieces
from tests.conftest import NOW
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in
from tests.tui.test_hostile import EVIL, check


def hits(pilot: Pilot[None]) -> HitList:
    return pilot.app.screen.query_one(HitList)


def typed(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(FilterBar).input.value


def in_input(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.focused, FilterInput)


def in_list(pilot: Pilot[None]) -> bool:
    return pilot.app.focused is hits(pilot)


def strong(pilot: Pilot[None]) -> list[str]:
    """The texts in the list that stand out."""
    widget = hits(pilot)
    found: list[Segment] = [part for y in range(widget.size.height) for part in widget.render_line(y)]
    return [part.text for part in found if part.style == widget.ink("strong") and part.text.strip()]


async def test_typing_finds_everything_by_kind(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        assert in_input(pilot)
        await type_in(pilot, "website")
        text = screen_text(pilot)
        assert "[All 1] People 0" in text
        assert "Deals 1" in text
        assert ">   Website relaunch" in text
        assert "Anna Kowalska · Lead · Acme" in text or "Lead · Anna Kowalska · Acme" in text
        assert "4,500.00 EUR" in text
        await press(pilot, "escape")
        await type_in(pilot, "anna")
        text = screen_text(pilot)
        assert "[All 3] People 1  Companies 0  Deals 1  Follow-ups 1  Interactions 0" in text
        assert text.index("Anna Kowalska") < text.index("Website relaunch") < text.index("send offer")
        assert "! send offer" in text
        assert "3 days late" in text


async def test_what_was_searched_for_stands_out(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "kow an")
        # the first hit is under the cursor, where everything is strong already
        assert strong(pilot) == ["Anna", "Kowalska", "Anna", "Kowalska"]
        await press(pilot, "escape")
        await type_in(pilot, "601234")
        widget = hits(pilot)
        row = widget._draw(widget._groups[0].rows[0], cursor=False)
        assert [part.text for part in row if part.style == widget.ink("strong")] == ["601 234"]


async def test_what_happened_is_found_by_what_was_said(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "catalogue")
        text = screen_text(pilot)
        assert "> > sent the catalogue" in text
        assert "email · Anna Kowalska, Elvin Məmmədov" in text
        assert "20 days ago" in text


async def test_a_kind_can_be_typed(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "kind:deal anna")
        text = screen_text(pilot)
        assert "[Deals 1]" in text
        assert "People 1" in text
        assert "Website relaunch" in text
        assert "send offer" not in text
        await press(pilot, "ctrl+u")
        await type_in(pilot, "kind:cat anna")
        text = screen_text(pilot)
        assert "no kind “cat”: contact, company, deal, followup, interaction" in text
        assert "send offer" in text


async def test_left_and_right_go_through_the_kinds(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "anna")
        await press(pilot, "down")
        assert in_list(pilot)
        assert "left, right kind" in screen_text(pilot)
        await press(pilot, "right")
        assert typed(pilot) == "kind:contact anna"
        assert "[People 1]" in screen_text(pilot)
        await press(pilot, "right")
        assert "Nothing matches “anna” among companies." in screen_text(pilot)
        await press(pilot, "left", "left")
        assert typed(pilot) == "anna"
        assert "[All 3]" in screen_text(pilot)
        await press(pilot, "left")
        assert typed(pilot) == "kind:product anna"


async def test_a_tab_can_be_clicked(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "anna")
        await pilot.click("TabsLine", offset=(33, 0))
        await settle(pilot)
        assert typed(pilot) == "kind:deal anna"


async def test_a_kind_is_completed(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "ki")
        await press(pilot, "right")
        assert typed(pilot) == "kind:"
        await type_in(pilot, "f")
        await press(pilot, "tab")
        assert typed(pilot) == "kind:followup "
        assert "Type what you remember among follow-ups." in screen_text(pilot)


async def test_a_few_of_each_kind_and_all_of_one(opened: Opener, crm_of: Crm) -> None:
    with crm_of.transaction("many"):
        for number in range(80):
            crm_of.contacts.add(name=f"Person {number:03}")
            crm_of.companies.add(name=f"Person Ltd {number:03}")
    async with opened((100, 40), "search") as pilot:
        await type_in(pilot, "perso")
        text = screen_text(pilot)
        assert "10 of 80" in text
        assert len(hits(pilot).keys) == 22
        await press(pilot, "down", *["down"] * 10)
        assert "… all 80" in screen_text(pilot)
        await press(pilot, "enter")
        assert typed(pilot) == "kind:contact perso"
        assert "[People 80+]" in screen_text(pilot) or "[People 80]" in screen_text(pilot)
        assert len(hits(pilot).keys) == 60
        await press(pilot, "end")
        assert len(hits(pilot).keys) == 80
        await press(pilot, "end")
        assert hits(pilot).cursor_key == hits(pilot).keys[-1]


async def test_more_than_was_looked_at_is_said_with_a_plus(opened: Opener, crm_of: Crm) -> None:
    with crm_of.transaction("many"):
        for number in range(510):
            crm_of.contacts.add(name=f"Person {number:03}")
    async with opened((100, 40), "search") as pilot:
        await type_in(pilot, "perso")
        assert "[All 500+] People 500+" in screen_text(pilot)


async def test_escape_goes_back_step_by_step(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        await press(pilot, "g", "s")
        assert isinstance(pilot.app.screen, SearchScreen)
        await press(pilot, "a", "n", "n", "a")
        assert typed(pilot) == "anna"
        await press(pilot, "enter")
        assert in_list(pilot)
        await press(pilot, "escape")
        assert in_input(pilot)
        assert typed(pilot) == "anna"
        await press(pilot, "escape")
        assert typed(pilot) == ""
        assert isinstance(pilot.app.screen, SearchScreen)
        await press(pilot, "escape")
        assert pilot.app.current_mode == "today"


async def test_coming_back_one_types_over_what_was_typed(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        await press(pilot, "g", "s")
        await type_in(pilot, "anna")
        await press(pilot, "down", "g", "t", "g", "s")
        assert in_input(pilot)
        assert typed(pilot) == "anna"
        await press(pilot, "e", "l")
        assert typed(pilot) == "el"


async def test_keys_typed_are_text_and_not_actions(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await press(pilot, *"quogyxl")
        assert typed(pilot) == "quogyxl"
        assert isinstance(pilot.app.screen, SearchScreen)


async def test_the_last_question_wins(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, SearchScreen)
        for text in ("a", "el", "anna", "jur"):
            screen.bar.input.value = text
        await settle(pilot)
        assert screen._results.wanted == Wanted("jur")
        assert "Jürgen Großmann" in screen_text(pilot)
        assert "Elvin" not in screen_text(pilot)
        screen._take(screen._latest.turn - 1, False, screen._results)
        screen.bar.clear()
        await settle(pilot)
        assert "Jürgen Großmann" not in screen_text(pilot)


async def test_everything_found_can_be_changed(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        for text in ("nord labs", "relaunch", "saw the lab"):
            await type_in(pilot, text)
            await press(pilot, "down", "e")
            assert isinstance(pilot.app.screen, FormScreen), text
            await press(pilot, "escape", "escape", "escape")


async def test_edit_and_copy_what_is_under_the_cursor(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "anna")
        await press(pilot, "down", "y")
        assert isinstance(pilot.app.screen, Choose)
        assert "+48 601 234 567" in screen_text(pilot)
        await press(pilot, "1")
        assert crm_app(pilot).clipboard == "anna@example.com"
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, FormScreen)
        await press(pilot, "escape", "down", "y")
        assert crm_app(pilot).clipboard == "Website relaunch"
        await press(pilot, "down", "e", "home")
        await type_in(pilot, "really ")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.get(1).title == "really send offer"
        assert "! really send offer" in screen_text(pilot)
        assert in_list(pilot)


async def test_mail_of_who_is_under_the_cursor(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "anna")
        await press(pilot, "down", "o")
        assert "Open which?" in screen_text(pilot)
        await press(pilot, "1")
        assert "There is no program here to open links with." in screen_text(pilot)
        await press(pilot, "escape", "escape")
        await type_in(pilot, "zoe")
        await press(pilot, "down", "o")
        assert "There is no mail address and no link here." in screen_text(pilot)


async def test_enter_opens_the_record_and_escape_comes_back_to_the_list(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        for text, table, name in (
            ("kowal", "contacts", "Anna Kowalska"),
            ("nord labs", "companies", "Nord Labs"),
            ("relaunch", "deals", "Website relaunch"),
            ("send offer", "contacts", "Anna Kowalska"),
            ("saw the lab", "contacts", "Jürgen Großmann"),
        ):
            await type_in(pilot, text)
            await press(pilot, "down", "enter")
            record = pilot.app.screen
            assert isinstance(record, RecordScreen)
            assert record.table == table
            assert name in screen_text(pilot)
            await press(pilot, "escape")
            assert in_list(pilot)
            assert typed(pilot) == text
            await press(pilot, "escape", "escape")


async def test_letters_jump_to_a_row(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "anna")
        await press(pilot, "down", "'", "d")
        assert hits(pilot).cursor_key == ("followup", 1)


async def test_a_followup_of_nobody_opens_its_form(opened: Opener) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "plants")
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, FormScreen)
        assert "water the plants" in screen_text(pilot)


async def test_searches_that_led_somewhere_are_offered_again(opened: Opener, business: Path) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "plants")
        await press(pilot, "down", "enter", "escape", "escape", "escape")
        assert "Searched before" in screen_text(pilot)
        await type_in(pilot, "never opened")
    places = [*crm_app(pilot).memory.folder.glob("*-searches.json")]
    assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o600]
    async with opened((100, 30), "search") as pilot:
        assert ">   plants" in screen_text(pilot)
        assert "never" not in screen_text(pilot)
        await press(pilot, "down", "enter")
        assert typed(pilot) == "plants"
        assert "water the plants" in screen_text(pilot)
    places[0].write_text('{"searches": [1, {"a": 2}, "\\u001b[31m[/]"]}')
    async with opened((100, 30), "search") as pilot:
        check(pilot)
        assert len(hits(pilot).keys) == 1


async def test_what_another_process_writes_shows_and_the_cursor_stays(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "anna")
        await press(pilot, "down", "down")
        key = hits(pilot).cursor_key
        crm_of.contacts.add(name="Anna Newton")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert "Anna Newton" in screen_text(pilot)
        assert hits(pilot).cursor_key == key


async def test_an_empty_file_and_nothing_found(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), "search", path=tmp_path / "none.db") as pilot:
        assert "Nothing is here yet." in screen_text(pilot)
        await type_in(pilot, "anna")
        await press(pilot, "enter", "down", "escape", "escape")
        assert isinstance(pilot.app.screen, TodayScreen)
    async with opened((80, 24), "search") as pilot:
        await type_in(pilot, "zzzz")
        assert "Nothing matches “zzzz”." in screen_text(pilot)
        await press(pilot, "enter")
        assert in_input(pilot)


async def test_a_tag_is_shown_when_it_was_found_by_it(opened: Opener) -> None:
    async with opened((120, 30), "search") as pilot:
        await type_in(pilot, "vip")
        assert "vip · buyer · anna@example.com" in screen_text(pilot)


async def test_a_file_that_cannot_be_read_is_told_and_what_was_typed_stays(
    opened: Opener, tmp_path: Path
) -> None:
    path = tmp_path / "odd.db"
    path.write_text("this is no database at all, but long enough to look like one " * 20)
    async with opened((100, 24), "search", path=path) as pilot:
        await type_in(pilot, "anna")
        assert "! odd.db is not a database." in screen_text(pilot)
        assert typed(pilot) == "anna"
        crm_app(pilot).go_to("history")
        await settle(pilot)
        assert "odd.db is not a database." in screen_text(pilot)


async def test_archived_records_say_so_first(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.archive(crm_of.references.contact("Anna Kowalska"))
    async with opened((120, 30), "search") as pilot:
        await type_in(pilot, "kowalska")
        assert "archived · buyer" in screen_text(pilot)


async def test_deals_and_followups_that_are_closed_say_so(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.win(1)
    crm_of.followups.complete(1)
    crm_of.followups.add("anna: nothing", date(2026, 3, 9))
    async with opened((120, 30), "search") as pilot:
        await type_in(pilot, "anna")
        text = screen_text(pilot)
        assert " + Website relaunch" in text
        assert " + send offer" in text
        assert "in 7 days" in text


@pytest.mark.parametrize("size", [(80, 24), (160, 40)])
async def test_hostile_data_is_text(opened: Opener, tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "hostile.db"
    with Crm.open(path, now=NOW) as crm, crm.transaction("hostile"):
        for raw in EVIL:
            evil = "".join(char for char in raw if char not in "\x00\r" and not "\ud800" <= char <= "\udfff")
            person = crm.contacts.add(name=f"evil {evil}", company=evil, note=f"evil {evil}")
            crm.deals.add(f"evil {evil}", contact_id=person.id)
            crm.followups.add(f"evil {evil}", date(2026, 3, 1), contact_id=person.id)
            crm.interactions.add("call", [person.id], f"evil {evil}", body=evil)
    async with opened(size, "search", path=path) as pilot:
        await type_in(pilot, "evil")
        await press(pilot, "down")
        for key in ("pagedown", "end", "y", "escape", "o", "escape", "e", "escape", "home", "y"):
            check(pilot)
            await press(pilot, key)
        check(pilot)
        await press(pilot, "escape", "/")
        await type_in(pilot, "".join(EVIL))
        check(pilot)


async def test_every_size(opened: Opener) -> None:
    async with opened((80, 24), "search") as pilot:
        await type_in(pilot, "anna")
        await press(pilot, "down")
        for width, height in ((20, 6), (200, 60), (10, 3), (80, 24)):
            await pilot.resize_terminal(width, height)
            await press(pilot, "right", "left")
            check(pilot)
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        assert "Anna Kowals" in screen_text(pilot)
        assert typed(pilot) == "anna"


def test_what_is_typed() -> None:
    assert read_typed("  anna   kow ") == Wanted("anna kow")
    assert read_typed("anna KIND:Deals kow") == Wanted("anna kow", "deal")
    assert read_typed("kind:follow-ups x") == Wanted("x", "followup")
    assert read_typed("kind:peop x") == Wanted("x", "contact")
    assert read_typed("kind:c x") == Wanted("x")
    assert read_typed("kind:cat x") == Wanted("x", None, "cat")
    assert read_typed("mankind:deal") == Wanted("mankind:deal")
    assert with_kind("anna kind:deal kow", "contact") == "kind:contact anna kow"
    assert with_kind("kind:deal anna", None) == "anna"


def test_how_it_may_go_on() -> None:
    assert completed("anna ki") == "anna kind:"
    assert completed("kind:d") == "kind:deal"
    assert completed("KIND:i") == "KIND:interaction"
    assert completed("k") is None
    assert completed("kind:deal") is None
    assert completed("") is None


@pytest.mark.parametrize(
    ("search", "text", "strong"),
    [
        ("memm", "Elvin Məmmədov", ["Məmmədov"]),
        ("isik", "IŞIK işık", ["IŞIK", "işık"]),
        ("oconnor", "Pat O'Connor", ["O'Connor"]),
        ("anna", "hanna ann-anna", ["anna"]),
        ("601234", "+48 601 234 567", ["601 234"]),
        ("a@ex", "Anna A@EXample.com", ["Anna", "A@EXample"]),
        ("[/]", "a [/] b", []),
        ("x", "", []),
        ("小林", "小林 結衣", ["小林"]),
    ],
)
def test_where_a_search_stands_in_a_text(search: str, text: str, strong: list[str]) -> None:
    found = [*pieces(text, read_query(search))]
    assert "".join(piece for piece, _ in found) == text
    assert [piece for piece, meant in found if meant] == strong
