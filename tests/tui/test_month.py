"""The month of the follow-ups: its days, its cells, and every key of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.models import FollowupStatus
from crm_tui.screens.followups.screen import FollowupsScreen
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.text import cell_width, clean
from crm_tui.widgets.calendar import month_days
from crm_tui.widgets.calendar.month_days import DayCell
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in

TODAY = date(2026, 3, 2)
DAYS = st.dates(month_days.FIRST, month_days.LAST)


def screen(pilot: Pilot[Any]) -> FollowupsScreen:
    found = pilot.app.screen
    assert isinstance(found, FollowupsScreen)
    return found


def cell(pilot: Pilot[Any], day: date) -> list[str]:
    """The lines of a day as they stand on the screen."""
    grid = screen(pilot).grid
    region = next(place for place, go in grid.jump_targets() if go.args == (day,))  # type: ignore[attr-defined]
    lines = [
        strip.crop(region.x, region.right).text for strip in pilot.app.screen._compositor.render_strips()
    ]
    shown = [lines[region.y]]
    for y in range(region.y + 1, grid.content_region.bottom):
        week = grid._week_at(y - grid.content_region.y)
        if week is None or week[1] == 0:
            break
        shown.append(lines[y])
    return shown


@given(DAYS)
@settings(max_examples=60)
def test_weeks_begin_on_monday_and_hold_the_month(day: date) -> None:
    mondays = month_days.weeks(day)
    start, end = month_days.span(day)
    assert all(monday.weekday() == 0 for monday in mondays)
    assert 4 <= len(mondays) <= 6
    assert start <= day.replace(day=1) < start + timedelta(weeks=1)
    last = month_days.shifted(day.replace(day=1), months=1) - timedelta(days=1)
    assert day.year == 9998 or end - timedelta(weeks=1) <= last < end
    assert (end - start).days == 7 * len(mondays)


@given(DAYS, st.integers(-400_000, 400_000), st.integers(-200_000, 200_000))
@settings(max_examples=80)
def test_one_cannot_leave_the_calendar(day: date, days: int, months: int) -> None:
    assert month_days.FIRST <= month_days.shifted(day, days=days) <= month_days.LAST
    assert month_days.FIRST <= month_days.shifted(day, months=months) <= month_days.LAST


def test_a_month_on_from_the_31st_is_the_last_of_the_shorter_month() -> None:
    assert month_days.shifted(date(2026, 1, 31), months=1) == date(2026, 2, 28)
    assert month_days.shifted(date(2026, 3, 31), months=-1) == date(2026, 2, 28)


@given(st.integers(0, 60), st.integers(1, 12), st.text(max_size=40), st.booleans())
@settings(max_examples=100)
def test_a_cell_has_as_many_lines_and_cells_as_there_is_room(
    width: int, height: int, text: str, cursor: bool
) -> None:
    shown = DayCell(sign="!", open=1234, closed=5, kept=3, marked=True, texts=((text, "plain"), ("b", "dim")))
    lines = month_days.day_lines(TODAY, shown, width, height, cursor=cursor, today=TODAY, month=3)
    assert len(lines) == height
    for line in lines:
        assert sum(cell_width(clean(part)) for part, _ in line) == width


def test_long_titles_take_the_lines_that_are_left() -> None:
    shown = DayCell(open=1, texts=(("write the long letter to the ministry", "plain"),))
    lines = month_days.day_lines(TODAY, shown, 12, 5, cursor=False, today=TODAY, month=3)
    assert ["".join(text for text, _ in line).strip() for line in lines[1:]] == [
        "write the",
        "long",
        "letter t…",
        "",
    ]


def test_what_does_not_fit_is_counted() -> None:
    shown = DayCell(open=7, texts=tuple((f"t{number}", "plain") for number in range(7)))
    lines = month_days.day_lines(TODAY, shown, 12, 5, cursor=False, today=TODAY, month=3)
    assert ["".join(text for text, _ in line).strip() for line in lines[1:]] == ["t0", "t1", "t2", "4 more"]


async def test_the_month_has_numbers_signs_titles_and_dates(opened: Opener) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v")
        text = screen_text(pilot)
        assert "March 2026 · 2 overdue · 2 today · 1 in 7 days · 5 open" in text
        assert text.index("Mon") < text.index("Tue") < text.index("Sun")
        today = cell(pilot, TODAY)
        assert today[0].startswith(">[ 2]")
        assert today[0].rstrip().endswith("·2")
        assert "14:30" in today[1]
        assert cell(pilot, date(2026, 2, 27))[0].split() == ["27", "!1"]
        assert cell(pilot, date(2026, 3, 5))[0].split() == ["5", "~1"]
        assert cell(pilot, date(2026, 3, 5))[1].strip() == "contract"
        third = cell(pilot, date(2026, 3, 3))
        assert third[0].split() == ["3", "°1"]
        assert "".join(third[1:]).split() == ["°", "Anna", "Kowalska…"]


async def test_a_large_month_shows_several_titles_and_the_day_beside(opened: Opener, crm_of: Crm) -> None:
    for number in range(4):
        crm_of.followups.add(f"more {number}", date(2026, 3, 5))
    async with opened((200, 60), start="followups") as pilot:
        await press(pilot, "v")
        shown = cell(pilot, date(2026, 3, 5))
        assert [line.strip() for line in shown if "more" in line] == [f"more {number}" for number in range(4)]
        assert cell(pilot, TODAY)[0].startswith(">[ 2] today")
        assert cell(pilot, date(2026, 4, 1))[0].split() == ["1", "Apr"]
        assert "W10" in screen_text(pilot)
        text = screen_text(pilot)
        assert "Mon 2 Mar  today" in text
        assert text.count("water the plants") >= 1
        await press(pilot, "right")
        text = screen_text(pilot)
        assert "Tue 3 Mar  tomorrow" in text
        assert "turns 41" in text


async def test_arrows_pages_home_and_end(opened: Opener) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v")
        grid = screen(pilot).grid
        for key, day in (
            ("right", "2026-03-03"), ("left", "2026-03-02"), ("left", "2026-03-01"), ("down", "2026-03-08"),
            ("j", "2026-03-15"), ("k", "2026-03-08"), ("up", "2026-03-01"), ("end", "2026-03-31"),
            ("pageup", "2026-02-28"), ("home", "2026-02-01"), ("pagedown", "2026-03-01"), ("ctrl+d", "2026-03-15"),
            ("ctrl+u", "2026-03-01"), ("pagedown", "2026-04-01"),
        ):  # fmt: skip
            await pilot.press(key)
            assert grid.day == date.fromisoformat(day), key
        await settle(pilot)
        assert "April 2026" in screen_text(pilot)
        assert "contract" not in screen_text(pilot)
        await press(pilot, "g", "t")
        assert not isinstance(pilot.app.screen, FollowupsScreen)


async def test_a_fresh_month_is_read(opened: Opener, crm_of: Crm) -> None:
    crm_of.followups.add("far away", date(2028, 3, 2))
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v")
        await pilot.press(*["pagedown"] * 24)
        await settle(pilot)
        assert "March 2028" in screen_text(pilot)
        assert "far away" in screen_text(pilot)


async def test_enter_lists_the_day_beneath_and_acts_there(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "enter")
        text = screen_text(pilot)
        assert "Mon 2 Mar  today" in text
        assert ">   · call about the demo" in text or "> · call about the demo" in text
        await press(pilot, "j", "d")
        assert crm_of.followups.list("title:water", sort="due_on")[0].status is FollowupStatus.DONE
        assert "Again in 7 days, Mon 9 Mar." in screen_text(pilot)
        assert screen(pilot).in_day
        await press(pilot, "x")
        assert crm_of.followups.list("title:demo")[0].status is FollowupStatus.CANCELLED
        assert not screen(pilot).in_day
        assert screen(pilot).grid.has_focus
        await press(pilot, "u", "enter", "enter")
        assert isinstance(pilot.app.screen, RecordScreen)
        await press(pilot, "escape")
        assert screen(pilot).in_day
        await press(pilot, "escape")
        assert screen(pilot).grid.has_focus
        assert "Follow-ups\n" not in screen_text(pilot).split("───", 1)[1]


async def test_an_empty_day_says_what_to_do(opened: Opener) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "down", "enter")
        assert "Nothing on Mon 9 Mar.  a adds a follow-up" in screen_text(pilot)
        assert screen(pilot).grid.has_focus


async def test_add_has_the_day_filled_in(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "down", "right", "a")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.texts()["due"] == "2026-03-10"
        await type_in(pilot, "dentist")
        await press(pilot, "ctrl+s")
        made = crm_of.followups.list("title:dentist")[0]
        assert made.due_on == date(2026, 3, 10)
        assert cell(pilot, date(2026, 3, 10))[1].strip() == "dentist"
        await press(pilot, "a")
        await type_in(pilot, "holiday")
        await press(pilot, "tab")
        await type_in(pilot, "2026-08-01")
        await press(pilot, "ctrl+s")
        assert screen(pilot).grid.day == date(2026, 8, 1)
        assert "August 2026" in screen_text(pilot)


async def test_a_day_with_one_acts_at_once_and_with_several_asks(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "d")
        assert isinstance(pilot.app.screen, Choose)
        assert "Which one is done?" in screen_text(pilot)
        await press(pilot, "2")
        assert crm_of.followups.count("title:water status:done") == 1
        await press(pilot, "right", "right", "right", "s", "enter")
        assert crm_of.followups.list("title:contract")[0].due_on == date(2026, 3, 3)
        await press(pilot, "left", "left", "e")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.texts()["title"] == "contract renewal"


async def test_a_key_right_after_a_move_acts_on_no_other_day(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "right", "right", "right")
        await pilot.press("pagedown", "d")
        await settle(pilot)
        assert crm_of.followups.count("status:done") == 0


async def test_marks_of_days_and_of_the_month(opened: Opener, crm_of: Crm) -> None:
    crm_of.followups.add("in April", date(2026, 4, 2))
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "space")
        assert len(screen(pilot).rows.marked) == 2
        assert "*" in cell(pilot, TODAY)[0]
        await press(pilot, "enter", "space")
        assert len(screen(pilot).rows.marked) == 1
        assert screen(pilot).day_list.marked == screen(pilot).rows.marked
        await press(pilot, "escape", "escape")
        assert not screen(pilot).rows.marked
        await press(pilot, "*")
        assert len(screen(pilot).rows.marked) == 3
        await press(pilot, "v")
        assert len(screen(pilot).rows.marked) == 3
        await press(pilot, "x", "y")
        assert crm_of.followups.count("status:cancelled") == 3
        await press(pilot, "u")
        assert crm_of.followups.count("status:cancelled") == 0


async def test_birthdays_lead_to_the_person(opened: Opener) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "right", "enter")
        text = screen_text(pilot)
        assert "° birthday" in text
        assert "Anna Kowalska · Acme" in text
        await press(pilot, "l")
        assert "Log with Anna Kowalska" in screen_text(pilot)
        await press(pilot, "escape", "space", "enter")
        assert isinstance(pilot.app.screen, RecordScreen)


async def test_a_reload_keeps_the_day_and_the_row(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "enter", "j")
        before = screen(pilot).day_list.cursor_key
        crm_of.followups.add("at dawn", TODAY, due_time="05:00")
        await press(pilot, "f5")
        assert screen(pilot).grid.day == TODAY
        assert screen(pilot).day_list.cursor_key == before
        assert "at dawn" in screen_text(pilot)


async def test_agenda_and_month_each_stay_where_they_were(opened: Opener) -> None:
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "j", "j", "v", "down", "right", "v")
        assert screen(pilot).rows.cursor_place == 2
        assert screen(pilot).rows.has_focus
        await press(pilot, "v")
        assert screen(pilot).grid.day == date(2026, 3, 10)


async def test_the_filter_and_what_is_closed_count_in_the_month(opened: Opener, crm_of: Crm) -> None:
    crm_of.followups.complete(crm_of.followups.ids("title:demo")[0])
    async with opened((80, 24), start="followups") as pilot:
        await press(pilot, "v", "c")
        assert cell(pilot, TODAY)[0].split() == [">[", "2]", "·1", "+1"]
        await press(pilot, "c", "/")
        await type_in(pilot, "contact:kowalska")
        assert cell(pilot, date(2026, 2, 27))[0].split() == ["27", "!1"]
        assert cell(pilot, date(2026, 3, 5))[0].split() == ["5"]
        assert cell(pilot, date(2026, 3, 3))[0].split() == ["3"]
        await press(pilot, "enter")
        assert screen(pilot).grid.has_focus
        await press(pilot, "escape")
        assert cell(pilot, date(2026, 3, 5))[0].split() == ["5", "~1"]


async def test_tab_mouse_and_jump(opened: Opener) -> None:
    async with opened((160, 40), start="followups") as pilot:
        await press(pilot, "v", "tab")
        assert screen(pilot).in_day
        await press(pilot, "tab")
        grid = screen(pilot).grid
        assert grid.has_focus
        region = next(place for place, go in grid.jump_targets() if go.args == (date(2026, 3, 5),))  # type: ignore[attr-defined]
        await pilot.click(offset=(region.x + 3, region.y + 1))
        await settle(pilot)
        assert grid.day == date(2026, 3, 5)
        await pilot.click(offset=(region.x + 3, region.y), times=2)
        await settle(pilot)
        assert screen(pilot).in_day
        await press(pilot, "escape", "'", "a")
        assert grid.day == date(2026, 2, 23)


async def test_without_a_file(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), start="followups", path=tmp_path / "none.db") as pilot:
        await press(pilot, "v", "enter", "d", "space", "*", "x", "e", "right", "pagedown", "c", "y", "v")
        assert crm_app(pilot).is_running
        assert not (tmp_path / "none.db").exists()


async def test_hostile_texts_and_any_size(opened: Opener, crm_of: Crm) -> None:
    texts = (
        "[/]",
        "[@click=app.quit]x[/]",
        "\x1b[31mred",
        "a\u202eb",
        "e\u0301" * 9,
        "你好世界" * 20,
        "👩‍👩‍👧" * 9,
        "\\",
    )
    with crm_of.transaction("hostile"):
        for text in texts:
            crm_of.followups.add(text, date(2026, 3, 4))
            crm_of.contacts.add(name=f"b {text}", birthday="1980-03-06")
    async with opened((120, 40), start="followups") as pilot:
        await press(pilot, "v", "right", "right", "enter")
        for size in ((200, 60), (80, 24), (20, 6), (7, 3), (1, 1), (30, 12), (120, 40)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            text = screen_text(pilot)
            assert "\x1b" not in text
            assert "\u202e" not in text
        await press(pilot, "escape")
        assert "[@click=app.quit]x[/]" in "".join(cell(pilot, date(2026, 3, 4))).replace(" ", "") + text
        await pilot.resize_terminal(20, 6)
        await press(pilot, "enter")
        assert screen(pilot).in_day
        assert "> ~ [/]" in screen_text(pilot)
        await press(pilot, "escape")
        assert screen(pilot).grid.has_focus
        assert " 4~" in screen_text(pilot)


@pytest.mark.parametrize("size", [(20, 8), (30, 7)])
async def test_the_week_of_the_cursor_is_in_view(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size, start="followups") as pilot:
        await press(pilot, "v", "end")
        assert any("31" in line for line in screen_text(pilot).splitlines()[3:])
        await press(pilot, "home")
        assert any(" 1" in line for line in screen_text(pilot).splitlines()[3:])
