"""The columns of a list: chosen, moved, remembered, sorted by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.locations import state_folder
from crm_tui.models import FieldType
from crm_tui.screens.forms.columns_dialog import ColumnList, ColumnsDialog
from crm_tui.screens.lists.columns import words
from crm_tui.screens.lists.rows import ListKind
from crm_tui.screens.parties.company_rows import COMPANIES_LIST
from crm_tui.screens.parties.contact_rows import PEOPLE
from crm_tui.screens.parties.contacts import ContactsScreen
from crm_tui.screens.shell.memory import Memory
from crm_tui.widgets.tables.record_table import RecordTable
from tests.tui.conftest import Opener, crm_app, press, screen_text


def table(pilot: Pilot[None]) -> RecordTable:
    return pilot.app.screen.query_one(RecordTable)


def heads(pilot: Pilot[None]) -> list[str]:
    """The titles of the columns that fit, with two spaces between any two."""
    return [
        part.strip() for part in screen_text(pilot).split("\n")[3].split("│")[0].split("  ") if part.strip()
    ]


def column(pilot: Pilot[None], place: int) -> list[str]:
    rows = table(pilot)
    found = [rows._list.row(each) for each in range(rows.row_count)]
    return [row.cells[place] for row in found if row is not None]


async def find(pilot: Pilot[None], key: str) -> None:
    """Put the cursor of the dialog on a column."""
    lines = pilot.app.screen.query_one(ColumnList)
    lines._put(lines._order.index(key))
    await pilot.pause()


async def test_chosen_columns_are_shown_and_remembered(opened: Opener, crm_of: Crm) -> None:
    crm_of.fields.add("contacts", "shoe", FieldType.NUMBER)
    anna = crm_of.references.contact("anna@example.com")
    crm_of.contacts.update(anna, custom={"shoe": 38})
    async with opened((80, 24), "contacts") as pilot:
        assert heads(pilot)[:3] == ["Name", "Company", "Last"]
        await press(pilot, "c")
        assert isinstance(pilot.app.screen, ColumnsDialog)
        await find(pilot, "shoe")
        await press(pilot, "space")
        await find(pilot, "shoe")
        await pilot.press(*["<"] * 40)
        await press(pilot, ">", "enter")
        assert heads(pilot)[:3] == ["Name", "Shoe", "Company"]
        await press(pilot, "1")
        assert "38" in column(pilot, 1)
    async with opened((80, 24), "contacts") as pilot:
        assert heads(pilot)[:3] == ["Name", "Shoe", "Company"]
        await press(pilot, "g", "o")
        assert heads(pilot)[:2] == ["Name", "Industry"]
        await press(pilot, "g", "c", "c", "r", "enter")
        assert heads(pilot)[:3] == ["Name", "Company", "Last"]
    assert crm_app(pilot).memory.columns("contacts") == ()


async def test_escape_changes_nothing_and_the_name_stays(opened: Opener) -> None:
    async with opened((80, 24), "contacts") as pilot:
        before = heads(pilot)
        await press(pilot, "c", "down", "space", "escape")
        assert heads(pilot) == before
        await press(pilot, "c", "space", "enter")
        assert heads(pilot) == before


async def test_marks_cursor_and_filter_stay_when_columns_change(opened: Opener) -> None:
    async with opened((80, 24), "contacts") as pilot:
        await press(pilot, "j", "space", "space")
        marked, key = table(pilot).marked, table(pilot).cursor_key
        await press(pilot, "c", "down", "space", "enter")
        assert table(pilot).marked == marked
        assert table(pilot).cursor_key == key
        await press(pilot, "2", "3", "4")
        assert table(pilot).marked == marked


async def test_sorting_by_any_column(opened: Opener, crm_of: Crm) -> None:
    crm_of.fields.add("contacts", "shoe", FieldType.NUMBER)
    for place, contact_id in enumerate(crm_of.contacts.ids()[:4]):
        crm_of.contacts.update(contact_id, custom={"shoe": 30 + place * 7 % 5})
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "c")
        await find(pilot, "shoe")
        await press(pilot, "s")
        assert "by shoe · 10" in screen_text(pilot)
        assert column(pilot, 0) == [each.name for each in crm_of.contacts.list(sort="shoe")]
        await press(pilot, "S")
        assert "Sort by what?" in screen_text(pilot)
        await press(pilot, "2")
        assert column(pilot, 0) == [each.name for each in crm_of.contacts.list(sort="company")]
        await press(pilot, "S")
        assert "now by company" in screen_text(pilot)
        await press(pilot, "2")
        assert "by company, last first" in screen_text(pilot)


async def test_what_cannot_be_sorted_by_is_not_offered_and_not_done(opened: Opener) -> None:
    async with opened((100, 40), "contacts") as pilot:
        await press(pilot, "c")
        await find(pilot, "emails")
        await press(pilot, "s")
        assert isinstance(pilot.app.screen, ColumnsDialog)
        await press(pilot, "escape", "S")
        assert "E-mail" not in screen_text(pilot).split("Sort by what?")[1].split("enter choose")[0]


async def test_a_field_that_is_gone_is_shown_and_sorted_by_no_more(opened: Opener, crm_of: Crm) -> None:
    crm_of.fields.add("contacts", "shoe", FieldType.NUMBER)
    async with opened((80, 24), "contacts") as pilot:
        crm_app(pilot).memory.keep_columns("contacts", ["name", "shoe", "company"])
    async with opened((80, 24), "contacts") as pilot:
        assert heads(pilot) == ["Name", "Shoe", "Company"]
        await press(pilot, "S", "3")
        assert "by shoe" in screen_text(pilot)
        crm_of.fields.remove("contacts", "shoe")
        await press(pilot, "f5")
        assert heads(pilot) == ["Name", "Company"]
        assert len(column(pilot, 0)) == 10
        assert "by name" in screen_text(pilot)


async def test_a_folder_that_cannot_be_written_is_told(opened: Opener) -> None:
    async with opened((80, 24), "contacts") as pilot:
        folder = state_folder()
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text("in the way")
        await press(pilot, "c", "down", "space", "enter")
        assert "The columns cannot be remembered" in screen_text(pilot)
        assert "Company" not in heads(pilot)
        assert isinstance(pilot.app.screen, ContactsScreen)


@pytest.mark.parametrize("kind", [PEOPLE, COMPANIES_LIST])
def test_every_column_is_there_once_and_its_order_is_one_of_the_list(kind: ListKind, crm: Crm) -> None:
    keys = [each.key for each in kind.catalogue.columns]
    assert len(keys) == len(set(keys))
    assert set(kind.catalogue.usual) <= set(keys)
    crm.contacts.add(name="Anna", company="Acme")
    for each in kind.catalogue.columns:
        if each.sort:
            assert getattr(crm, kind.table).ids(sort=f"-{each.sort}")


def test_every_column_has_text_for_a_bare_record_and_a_full_one(crm: Crm) -> None:
    bare = crm.contacts.add(name="Bare")
    full = crm.contacts.add(
        name="Full", company="Acme", title="buyer", source="fair", birthday="--02-29", note="two\nlines",
        tags=["a", "b"], emails=["a@b.example"], phones=["+48 601 234 567"], cadence_days=3,
    )  # fmt: skip
    today = crm.clock.today
    for each in PEOPLE.catalogue.columns:
        for person in (bare, full):
            assert "\n" not in each.text(person, today, None)
    assert words(("a", "b")) == "a, b"
    assert words("two\nlines") == "two lines"
    assert words(value=None) == ""


def test_chosen_columns_give_way_from_the_right() -> None:
    found = PEOPLE.catalogue.chosen(["name", "note", "title"])
    assert [each.shown.drop for each in found] == [0, 1, 2]
    assert PEOPLE.catalogue.chosen(["nonsense"]) == PEOPLE.catalogue.chosen(PEOPLE.catalogue.usual)


def test_memory_keeps_the_theme_beside_the_columns(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "state", tmp_path / "x.db")
    memory.keep_columns("contacts", ["name", "title"])
    memory.keep_theme("crm-light", "crm-dark")
    memory.keep_columns("companies", ["name"])
    assert memory.columns("contacts") == ("name", "title")
    assert memory.theme("crm-dark") == "crm-light"
    memory.keep_columns("contacts", ())
    assert memory.columns("contacts") == ()
    assert memory.columns("companies") == ("name",)
    place = tmp_path / "state" / "screens.json"
    for spoilt in (
        "[]",
        '{"columns": 5}',
        '{"columns": {"companies": [1]}}',
        "nonsense",
        '{"columns": {"companies": 1}}',
    ):
        place.write_text(spoilt)
        assert memory.columns("companies") == ()
        memory.keep_columns("contacts", ["name"])
        assert json.loads(place.read_text())["columns"]["contacts"] == ["name"]
