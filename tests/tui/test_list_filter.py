"""The filter bar of a list: how what is typed may go on, and what is not whole yet."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.widgets.entry.filter_bar import FilterBar, FilterInput
from crm_tui.widgets.tables.record_table import RecordTable
from tests.tui.conftest import Opener, press, screen_text, type_in


def typed(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(FilterInput).value


def line(pilot: Pilot[None]) -> str:
    """The line of the filter."""
    return screen_text(pilot).split("\n")[1]


def names(pilot: Pilot[None]) -> list[str]:
    rows = pilot.app.screen.query_one(RecordTable)
    found = [rows._list.row(place) for place in range(rows.row_count)]
    return [row.cells[0] for row in found if row is not None]


@pytest.mark.parametrize("key", ["tab", "right"])
async def test_the_rest_stands_behind_what_is_typed_and_is_taken(opened: Opener, key: str) -> None:
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "lifec")
        assert line(pilot).startswith(" / lifecycle:")
        assert typed(pilot) == "lifec"
        await press(pilot, key)
        assert typed(pilot) == "lifecycle:"
        await type_in(pilot, "cu")
        await press(pilot, key)
        assert typed(pilot) == "lifecycle:customer"
        assert names(pilot) == ["Anna Kowalska"]
        assert pilot.app.focused is pilot.app.screen.query_one(FilterInput)


async def test_a_value_with_a_space_is_quoted(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.update(crm_of.references.contact("anna@example.com"), source="book fair")
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "company:nor")
        assert "company:nord Labs" in line(pilot)
        await press(pilot, "tab")
        assert typed(pilot) == 'company:"nord Labs"'
        assert names(pilot) == ["Jürgen Großmann"]
        await type_in(pilot, " OR source:b")
        await press(pilot, "tab")
        assert names(pilot) == ["Anna Kowalska", "Jürgen Großmann"]


async def test_without_a_suggestion_tab_goes_to_the_list(opened: Opener) -> None:
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "anna")
        await press(pilot, "tab")
        assert pilot.app.focused is pilot.app.screen.query_one(RecordTable)


async def test_right_in_the_middle_of_the_text_only_moves(opened: Opener) -> None:
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "lifec")
        await press(pilot, "home", "right")
        assert typed(pilot) == "lifec"
        assert pilot.app.screen.query_one(FilterInput).cursor_position == 1


async def test_companies_have_fields_of_their_own(opened: Opener, crm_of: Crm) -> None:
    crm_of.companies.update(crm_of.companies.ids("acme")[0], industry="Food and drink")
    async with opened((120, 30), "companies") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "indus")
        await press(pilot, "tab")
        await type_in(pilot, "fo")
        await press(pilot, "tab")
        assert typed(pilot) == 'industry:"food and drink"'
        assert names(pilot) == ["Acme"]
        await press(pilot, "escape", "/")
        await type_in(pilot, "people>0 open_deals:0")
        assert names(pilot) == ["Caspian Foods"]


async def test_hostile_values_are_never_suggested_as_they_are(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.add(name="Evil", source="shop\x1b]0;owned\x07", tags=["wil[/]d"])
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:sh")
        await press(pilot, "right")
        assert typed(pilot) == "source:sh"
        await press(pilot, "escape", "/")
        await type_in(pilot, "tag:wil")
        assert "tag:wil[/]d" in line(pilot)
        await press(pilot, "right")
        assert names(pilot) == ["Evil"]


async def test_a_value_that_is_not_whole_is_no_failure(opened: Opener) -> None:
    async with opened((120, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "lifecycle:cu")
        text = screen_text(pilot).split("\n")[-2]
        assert "lifecycle is never 'cu'" in text
        assert not text.startswith(" !")
        await press(pilot, "tab")
        assert names(pilot) == ["Anna Kowalska"]
        assert "is never" not in screen_text(pilot)


async def test_an_empty_file_suggests_nothing_and_lives(opened: Opener, tmp_path: object) -> None:
    from pathlib import Path

    async with opened((120, 30), "contacts", path=Path(str(tmp_path)) / "none.db") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "lifec")
        await press(pilot, "right")
        assert typed(pilot) == "lifec"
        assert pilot.app.screen.query_one(FilterBar).value == "lifec"
