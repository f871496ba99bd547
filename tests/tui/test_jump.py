"""Jump mode: letters beside what is in view, and typing them goes there."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widget import Widget

from crm_tui.actions import BY_ID, PLACES
from crm_tui.domain import Crm
from crm_tui.screens.shell.base import BaseScreen
from crm_tui.screens.shell.jump import JumpLetters, JumpScreen
from crm_tui.screens.today import TodayScreen
from crm_tui.widgets.frame.masthead import Masthead
from crm_tui.widgets.jump import LETTERS, Jumps, labels
from crm_tui.widgets.lists.grouped_list import Group, GroupedList, GroupRow
from crm_tui.widgets.tables.record_table import RecordTable
from crm_tui.widgets.tables.rows import RowView
from crm_tui.widgets.tables.table_lines import TableColumn
from tests.conftest import NOW
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle
from tests.tui.test_hostile import check, hostile

__all__ = ["hostile"]


@pytest.mark.parametrize("count", [0, 1, 26, 27, 52, 200, 676])
def test_labels_are_distinct_and_none_begins_another(count: int) -> None:
    found = labels(count)
    assert len(found) == len(set(found)) == count
    assert all(set(each) <= set(LETTERS) for each in found)
    assert not any(a != b and b.startswith(a) for a in found for b in found)


def test_more_than_there_are_letters_for_have_none() -> None:
    assert len(labels(1000)) == len(LETTERS) ** 2


async def test_a_letter_takes_the_cursor_to_its_row(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        await press(pilot, "'")
        lines = screen_text(pilot).splitlines()
        letter = next(line[0] for line in lines if "water the plants" in line)
        assert letter in LETTERS
        await press(pilot, letter)
        assert isinstance(pilot.app.screen, TodayScreen)
        assert any(line.startswith("> · water the plants") for line in screen_text(pilot).splitlines())


async def test_a_letter_goes_to_a_place(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        await press(pilot, "'")
        head = screen_text(pilot).splitlines()[0]
        await press(pilot, head[head.index("Contacts") - 2])
        assert pilot.app.current_mode == "contacts"


async def test_escape_and_letters_that_lead_nowhere_move_nothing(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        before = screen_text(pilot)
        await press(pilot, "'", "m", "1", "space", "down", "escape")
        assert isinstance(pilot.app.screen, TodayScreen)
        assert screen_text(pilot) == before


async def test_two_letters_and_one_taken_back(opened: Opener, crm_of: Crm) -> None:
    with crm_of.transaction("many"):
        for number in range(40):
            crm_of.followups.add(f"thing {number:02}", NOW.date())
    async with opened((100, 60)) as pilot:
        await press(pilot, "'")
        doubled = [each for each in pilot.app.screen.query(JumpLetters) if len(each.letters) == 2]
        assert doubled
        before = screen_text(pilot).splitlines()
        y = next(place for place, line in enumerate(before) if line.startswith(doubled[0].letters))
        await press(pilot, doubled[0].letters[0])
        assert isinstance(pilot.app.screen, JumpScreen)
        assert screen_text(pilot).splitlines()[y].startswith(f"{doubled[0].letters[1]} ")
        await press(pilot, "backspace")
        assert screen_text(pilot).splitlines() == before
        await press(pilot, *doubled[0].letters)
        cursor = next(line for line in screen_text(pilot).splitlines() if line.startswith(">"))
        assert cursor[4:30] == before[y][4:30]


async def test_another_size_ends_it(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        before = screen_text(pilot)
        await press(pilot, "'")
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        assert isinstance(pilot.app.screen, TodayScreen)
        await press(pilot, "'")
        assert all(len(line) <= 20 for line in screen_text(pilot).splitlines())
        await press(pilot, "escape")
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert screen_text(pilot) == before


async def test_hostile_names_are_text(opened: Opener, hostile: Path) -> None:
    async with opened((80, 24), path=hostile) as pilot:
        await press(pilot, "'")
        check(pilot)


class _Rows:
    def count(self) -> int:
        return 1000

    def page(self, offset: int, limit: int) -> list[RowView]:
        return [RowView(row, (f"row {row}",)) for row in range(offset, min(1000, offset + limit))]


class _Lists(App[None]):
    """A table and a grouped list, one above the other."""

    def compose(self) -> ComposeResult:
        yield RecordTable([TableColumn("what", "What", 20)])
        yield GroupedList([TableColumn("what", "", 20, flex=1)])


def _go(widget: Jumps, place: int) -> Region:
    region, go = widget.jump_targets()[place]
    go()
    return region


async def test_only_rows_in_view_are_offered_where_they_stand() -> None:
    app = _Lists()
    async with app.run_test(size=(40, 20)) as pilot:
        table, grouped = app.query_one(RecordTable), app.query_one(GroupedList)
        assert isinstance(table, Jumps)
        assert isinstance(grouped, Jumps)
        assert (table.jump_targets(), grouped.jump_targets()) == ([], [])
        table.set_source(_Rows())
        grouped.show(
            [Group(name, [GroupRow((name, n), (f"{name} {n}",)) for n in range(9)]) for name in "ab"], ""
        )
        await settle(pilot)
        table.move_to(500)
        await settle(pilot)
        targets = table.jump_targets()
        assert len(targets) == table.size.height - 1
        region = _go(table, 2)
        await settle(pilot)
        assert table.has_focus
        lines = screen_text(pilot).splitlines()
        assert lines[region.y].startswith(">")
        assert f"row {table.cursor_row}" in lines[region.y]
        grouped.action_last()
        await settle(pilot)
        region = _go(grouped, 0)
        await settle(pilot)
        assert grouped.has_focus
        assert screen_text(pilot).splitlines()[region.y].startswith(">")
        assert isinstance(grouped.cursor_key, tuple)
        assert grouped.cursor_key[0] == "b"


@pytest.mark.parametrize("start", [name for name in BY_ID["jump"].scopes if name != "record"])
async def test_every_place_with_rows_has_letters(opened: Opener, start: str) -> None:
    async with opened((100, 30), start) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, BaseScreen)
        assert isinstance(screen.list_widget, Jumps)
        if screen.is_possible(BY_ID["jump"]):
            await press(pilot, *["'"] * (screen.focused is screen.list_widget))
            places = len(screen.query_one(Masthead).jump_targets())
            assert len(screen.jump_targets()) > places


async def test_the_record_has_letters(opened: Opener) -> None:
    async with opened((100, 30)) as pilot:
        crm_app(pilot).open_record("contacts", 1)
        await settle(pilot)
        await press(pilot, "'")
        assert len(pilot.app.screen.query(JumpLetters)) > 9


async def test_the_place_in_front_has_no_letter(opened: Opener) -> None:
    async with opened((200, 30)) as pilot:
        masthead: Widget = pilot.app.screen.query_one(Masthead)
        assert isinstance(masthead, Jumps)
        assert len(masthead.jump_targets()) == len(PLACES) - 1
