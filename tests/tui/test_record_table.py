"""The virtual table in a running program: keys, mouse, marks, and what is drawn."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual import events

from crm_tui.errors import DatabaseError
from crm_tui.widgets.tables.pages import PAGE
from crm_tui.widgets.tables.record_table import RecordTable
from tests.tui.table_bench import HOSTILE, MILLION, People, Zoo, held, running, settled


async def test_first_screen_of_a_million() -> None:
    source = People()
    async with running(source) as (app, _):
        assert app.lines[0].split() == ["Name", "Company", "Amount"]
        assert app.lines[1].startswith("> Person 1 ")
        assert app.lines[2].startswith("  Person 2 ")
        assert app.lines[23].startswith("  Person 23 ")
        assert all(line[:79].endswith(".00 EUR") for line in app.lines[1:])
        assert app.table.row_count == MILLION
        assert app.table.count_known
        assert source.pages == [0]
        assert app.keys_highlighted() == [1]


async def test_every_key_that_moves() -> None:
    async with running(People()) as (app, pilot):
        at = 0
        for key, step in [("j", 1), ("down", 1), ("k", -1), ("down", 1), ("up", -1), ("pagedown", 23)]:
            await pilot.press(key)
            at += step
            assert app.table.cursor_row == at, key
        for key, step in [("ctrl+d", 11), ("pagedown", 23), ("ctrl+u", -11), ("pageup", -23)]:
            await pilot.press(key)
            at += step
            assert app.table.cursor_row == at, key
        await pilot.press("home", "up", "pageup")
        assert app.table.cursor_row == 0


async def test_signs_and_tones() -> None:
    async with running(People(3), signs=True) as (app, _):
        assert app.lines[1].startswith("> ! Person 1 ")
        assert app.lines[2].startswith("  ! Person 2 ")
        pieces = {segment.text.strip(): segment.style for segment in app.table.render_line(2)}
        look = app.table._painter.look
        assert pieces["!"] == look.tones["bad"]
        assert pieces["Person 2"] == look.base
        assert pieces["Acme"] == look.tones["dim"]
        assert len({look.tones["bad"], look.base, look.tones["dim"]}) == 3


async def test_the_end_is_a_jump() -> None:
    source = People()
    async with running(source) as (app, pilot):
        await pilot.press("end")
        await settled(pilot)
        assert app.table.cursor_row == MILLION - 1
        assert app.table.cursor_key == MILLION
        assert app.lines[23].startswith("> Person 1000000 ")
        assert len(source.pages) <= 3
        await pilot.press("down", "pagedown")
        assert app.table.cursor_row == MILLION - 1
        app.table.move_to(MILLION // 2)
        await settled(pilot)
        assert app.table.cursor_key == MILLION // 2 + 1
        assert len(source.pages) <= 6


async def test_pages_are_fetched_before_they_are_reached() -> None:
    source = People()
    async with running(source) as (app, pilot):
        app.table.move_to(PAGE - 16)
        await settled(pilot)
        assert source.pages == [0, 1]
        await pilot.press("pagedown")
        assert "…" not in "".join(app.lines)


async def test_a_row_on_its_way_is_dim_and_then_painted() -> None:
    source = People()
    async with running(source) as (app, pilot):
        source.may_page.clear()
        await pilot.press("end")
        assert app.lines[23].split() == [">", "…"]
        assert app.lines[22].split() == ["…"]
        assert app.table.cursor_key is None
        await pilot.press("up")  # The program goes on while the source is busy.
        assert app.table.cursor_row == MILLION - 2
        source.may_page.set()
        await settled(pilot)
        assert app.lines[22].startswith("> Person 999999 ")
        assert app.keys_highlighted() == [1, MILLION - 1]


async def test_the_count_may_be_slow() -> None:
    source = People()
    source.may_count.clear()
    async with running(source) as (app, pilot):
        while not app.table.row_count:
            await pilot.pause()
        assert app.lines[1].startswith("> Person 1 ")
        assert not app.table.count_known
        await pilot.press("end")
        assert app.table.cursor_row < MILLION - 1
        source.may_count.set()
        await settled(pilot)
        assert app.table.cursor_row == MILLION - 1
        counts = [(said.count, said.exact) for said in app.said if isinstance(said, RecordTable.Counted)]
        assert counts[-1] == (MILLION, True)
        assert counts[0][1] is False


async def test_end_is_not_followed_once_the_person_has_moved() -> None:
    source = People()
    source.may_count.clear()
    async with running(source) as (app, pilot):
        while not app.table.row_count:
            await pilot.pause()
        await pilot.press("end", "home")
        source.may_count.set()
        await settled(pilot)
        assert app.table.cursor_row == 0


async def test_without_a_count_one_can_still_go_on() -> None:
    source = People(1000)
    source.count_error = DatabaseError("The count took too long.")
    async with running(source, (80, 100)) as (app, pilot):
        assert app.errors() == ["The count took too long."]
        for _ in range(11):
            await pilot.press("pagedown")
            await settled(pilot)
        assert app.table.cursor_key == 1000
        assert app.table.count_known


async def test_of_many_moves_only_the_last_is_told() -> None:
    async with running(People()) as (app, pilot):
        for row in (5, 6, 7):
            app.table.move_to(row)
        await pilot.pause()
        assert app.keys_highlighted() == [1, 8]
        for _ in range(2):
            app.table.action_open()
        await pilot.pause()
        assert app.keys_opened() == [8, 8]


async def test_marks() -> None:
    async with running(People()) as (app, pilot):
        await pilot.press("space", "space", "down", "space")
        assert app.table.marked == {1, 2, 4}
        assert app.table.cursor_row == 4
        assert app.lines[1].startswith(" *Person 1 ")
        await pilot.press("up", "space")
        assert app.table.marked == {1, 2}
        await pilot.press("home")
        assert app.lines[1].startswith(">*Person 1 ")
        await pilot.press("end")
        await settled(pilot)
        app.table.reload()
        await settled(pilot)
        assert app.table.marked == {1, 2}
        app.table.set_marks({7})
        await pilot.pause()
        last = [said for said in app.said if isinstance(said, RecordTable.Marked)][-1]
        assert last.keys == {7}
        assert last.control is app.table


async def test_marks_belong_to_a_source_unless_kept() -> None:
    async with running(People()) as (app, pilot):
        await pilot.press("space")
        app.table.set_source(People(5), keep_marks=True)
        await settled(pilot)
        assert app.table.marked == {1}
        app.table.set_source(People(6))
        await settled(pilot)
        assert app.table.marked == set()


async def test_enter_opens() -> None:
    async with running(People()) as (app, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.keys_opened() == [2]


async def test_enter_on_a_row_on_its_way_opens_it_when_it_comes() -> None:
    source = People()
    async with running(source) as (app, pilot):
        source.may_page.clear()
        await pilot.press("end", "enter", "space")
        assert app.keys_opened() == []
        source.may_page.set()
        await settled(pilot)
        assert app.keys_opened() == [MILLION]
        assert app.table.marked == set()


async def test_enter_before_new_rows_opens_one_of_the_new() -> None:
    async with running(People()) as (app, pilot):
        with held(People(keys=[77, 78])) as new:
            app.table.set_source(new)
            await pilot.press("enter")
            assert app.table.cursor_key is None
            assert app.lines[1].startswith("> Person 1 ")
            new.may_page.set()
            await settled(pilot)
            assert app.keys_opened() == [77]
            assert app.lines[1].startswith("> Person 77 ")


async def test_mouse() -> None:
    async with running(People()) as (app, pilot):
        await pilot.click("#people", offset=(10, 5))
        assert app.table.cursor_row == 4
        assert app.keys_opened() == []
        await pilot.double_click("#people", offset=(10, 7))
        await pilot.pause()
        assert app.table.cursor_row == 6
        assert app.keys_opened() == [7]
        await pilot.click("#people", offset=(1, 3))
        assert app.table.marked == {3}
        await pilot.click("#people", offset=(10, 0))
        assert app.table.cursor_row == 2
        for _ in range(5):
            await pilot._post_mouse_events([events.MouseScrollDown], app.table, (10, 10))
        assert app.table.scroll_offset.y > 2
        assert app.table.cursor_row == 2
        top = app.table.scroll_offset.y
        await pilot.click("#people", offset=(10, 1))
        assert app.table.cursor_row == top
        assert app.table.scroll_offset.y == top


async def test_a_click_below_the_last_row_does_nothing() -> None:
    async with running(People(3)) as (app, pilot):
        await pilot.click("#people", offset=(10, 9))
        assert app.table.cursor_row == 0


@pytest.mark.parametrize("size", [(80, 24), (20, 6), (200, 60)])
async def test_hostile_text_is_text(size: tuple[int, int]) -> None:
    async with running(Zoo(), size, signs=True) as (app, pilot):
        for row in range(len(HOSTILE)):
            app.table.move_to(row)
            await pilot.click("#people", offset=(6, 1))
        assert app.is_running
        app.table.move_to(0)
        await pilot.pause()
        text = "".join(app.lines)
        assert not [char for char in text if ord(char) < 32 or 0x7F <= ord(char) < 0xA0]
        assert not set(text) & set("\u202e\u2066\ufe0f\ud800")
        assert "[/]" in text
        assert "[@click=app" in text
        assert "␛[31mred" in text
        assert {cell_len(line) for line in app.lines} == {size[0]}


async def test_columns_line_up_whatever_is_in_them() -> None:
    async with running(Zoo()) as (app, _):
        ends = {cell_len(line[: line.index("1.00 EUR")]) for line in app.lines[1 : 1 + len(HOSTILE)]}
        assert len(ends) == 1


async def test_nothing_there() -> None:
    async with running(People(0)) as (app, pilot):
        assert any(line.strip() == "No contacts match this filter." for line in app.lines[9:15])
        assert app.keys_highlighted() == [None]
        await pilot.press("down", "enter", "space", "end", "pagedown", "home")
        assert app.table.cursor_row == 0
        assert app.keys_opened() == []
        await pilot.resize_terminal(20, 6)
        assert [line.strip() for line in app.lines if line.strip()][1:] == [
            "No contacts match",
            "this filter.",
        ]
        app.table.empty_text = "Other\x1b[2Jwords"
        await pilot.pause()
        assert any("Other␛[2Jwords" in line for line in app.lines)


async def test_twenty_by_six() -> None:
    async with running(People(), (20, 6)) as (app, pilot):
        assert app.lines[0].split() == ["Name", "Company"]
        assert app.lines[1].startswith("> Person ")
        await pilot.press("pagedown", "pagedown")
        assert app.table.cursor_row == 10
        await pilot.resize_terminal(12, 3)
        assert app.lines[0].split() == ["Name"]
        assert any(line.startswith("> Person 11") for line in app.lines)


async def test_the_cursor_stays_in_view_when_the_terminal_shrinks() -> None:
    async with running(People(), (200, 60)) as (app, pilot):
        app.table.move_to(50)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert any(line.startswith("> Person 51 ") for line in app.lines)


async def test_the_cursor_is_seen_with_and_without_focus_and_colour() -> None:
    async with running(People(keys=[1, 2])) as (app, pilot):
        focused = app.table.render_line(1), app.table.render_line(2)
        styles = [next(iter(strip)).style for strip in focused]
        assert styles[0] != styles[1]
        app.set_focus(None)
        await pilot.pause()
        app.lines  # noqa: B018  (draws)
        assert next(iter(app.table.render_line(1))).style != styles[0]
        app.theme = "textual-light"
        await pilot.pause()
        app.lines  # noqa: B018  (draws)
        assert next(iter(app.table.render_line(2))).style != styles[1]


async def test_without_colour_the_cursor_is_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(People(3)) as (app, _):
        style = next(iter(app.table.render_line(1))).style
        assert style is not None
        assert style.reverse
        assert app.lines[1].startswith("> ")


async def test_long_travels_keep_little_in_hand() -> None:
    source = People()
    async with running(source) as (app, pilot):
        for row in range(0, 30_000, 1000):
            app.table.move_to(row)
            await settled(pilot)
        assert len(app.table._list._pages) <= 24
        assert app.table.cursor_key == 29_001
