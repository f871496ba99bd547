"""The virtual table when its rows change under it: reloads, other sources, slow answers and failures."""

from __future__ import annotations

import pytest

from crm_tui.widgets.tables.pages import PAGE
from crm_tui.widgets.tables.record_table import RecordTable
from tests.tui.table_bench import Directory, People, TableApp, held, running, settled


@pytest.mark.parametrize("kind", [People, Directory])
async def test_reload_keeps_cursor_scroll_and_marks(kind: type[People]) -> None:
    source = kind(keys=list(range(1, 5001)))
    async with running(source) as (app, pilot):
        app.table.move_to(1000)
        await pilot.press("down", "up", "space", "up")
        await settled(pilot)
        before = app.lines
        app.table.reload()
        await settled(pilot)
        assert app.lines == before
        said = len(app.said)
        source.keys = [9001, 9002, 9003, *range(1, 5001)]
        app.table.reload()
        await settled(pilot)
        assert app.lines == before
        assert app.table.cursor_key == 1001
        assert app.table.cursor_row == 1003
        assert app.table.marked == {1001}
        assert app.table.row_count == 5003
        assert not [message for message in app.said[said:] if isinstance(message, RecordTable.Highlighted)]


async def test_reload_finds_a_record_that_went_far_away() -> None:
    source = Directory(keys=list(range(1, 5001)))
    async with running(source) as (app, pilot):
        await pilot.press("down")
        source.keys = [*range(3, 5001), 1, 2]
        app.table.reload()
        await settled(pilot)
        assert app.table.cursor_key == 2
        assert app.table.cursor_row == 4999
        assert app.lines[23].startswith("> Person 2 ")


async def test_reload_when_the_record_is_gone_stays_in_place() -> None:
    source = Directory(keys=list(range(1, 101)))
    async with running(source) as (app, pilot):
        app.table.move_to(50)
        source.keys = [key for key in source.keys or [] if key != 51]
        app.table.reload()
        await settled(pilot)
        assert app.table.cursor_row == 50
        assert app.keys_highlighted()[-1] == 52


@pytest.mark.parametrize("left", [0, 1, 30, 256, 512])
async def test_reload_when_the_list_has_shrunk(left: int) -> None:
    source = People(keys=list(range(1, 5001)))
    async with running(source) as (app, pilot):
        await pilot.press("end")
        await settled(pilot)
        source.keys = list(range(1, left + 1))
        app.table.reload()
        await settled(pilot)
        assert app.table.row_count == left
        assert app.table.cursor_key == (left or None)
        assert any(line.startswith(f"> Person {left} ") for line in app.lines) == bool(left)
        assert "…" not in "".join(app.lines)


async def test_the_cursor_may_move_while_a_reload_is_on_its_way() -> None:
    source = Directory(keys=list(range(1, 1001)))
    async with running(source) as (app, pilot):
        await pilot.press("down", "down")
        source.may_page.clear()
        source.keys = [9001, 1, 2, 4, *range(5, 1001), 3]
        app.table.reload()
        await pilot.press("down")
        assert app.table.cursor_key == 4
        source.may_page.set()
        await settled(pilot)
        assert app.table.cursor_key == 4
        assert app.table.cursor_row == 3


async def test_reload_from_the_top() -> None:
    async with running(People()) as (app, pilot):
        await pilot.press("space", "end")
        await settled(pilot)
        app.table.reload(keep=False)
        await settled(pilot)
        assert (app.table.cursor_row, app.table.marked) == (0, set())
        assert app.lines[1].startswith("> Person 1 ")


async def test_a_new_source_can_keep_the_record() -> None:
    async with running(People()) as (app, pilot):
        app.table.set_source(Directory(), keep_key=700_001)
        await settled(pilot)
        assert app.table.cursor_key == 700_001
        assert any(line.startswith("> Person 700001 ") for line in app.lines)
        app.table.set_source(Directory(10), keep_key=700_001)
        await settled(pilot)
        assert app.table.cursor_row == 0
        await pilot.pause()
        assert app.keys_highlighted()[-1] == 1


async def test_a_slow_answer_never_overwrites_a_later_one() -> None:
    async with running(People(3)) as (app, pilot):
        with held(Directory(keys=[11, 12])) as slow:
            app.table.set_source(slow)
            await pilot.pause()
            app.table.set_source(People(keys=[21, 22]))
            while app.table.cursor_key is None:
                await pilot.pause()
            assert slow.interrupted
            slow.may_page.set()
            await settled(pilot)
            assert app.table.cursor_key == 21
            assert app.lines[2].startswith("  Person 22 ")


async def test_a_page_that_cannot_be_read() -> None:
    source = People()
    source.broken = {600 // PAGE}
    async with running(source) as (app, pilot):
        app.table.move_to(600)
        await settled(pilot)
        assert app.errors() == [f"Page {600 // PAGE} is damaged."]
        assert app.keys_highlighted()[-1] is None
        assert sum("could not be read" in line for line in app.lines) == 23
        await pilot.press("down", "up", "enter")
        await settled(pilot)
        assert len(app.errors()) == 1
        await pilot.press("home")
        await settled(pilot)
        assert app.table.cursor_key == 1
        source.broken.clear()
        app.table.move_to(600)
        await settled(pilot)
        assert app.table.cursor_key == 601


async def test_a_reload_tries_every_page_again() -> None:
    source = People()
    source.broken = {1}
    async with running(source) as (app, pilot):
        app.table.move_to(PAGE - 16)
        await settled(pilot)
        assert app.errors() == ["Page 1 is damaged."]
        source.broken.clear()
        app.table.reload()
        await settled(pilot)
        await pilot.press("pagedown")
        assert app.table.cursor_key == PAGE - 16 + 23 + 1
        assert "could not be read" not in "".join(app.lines)


async def test_rows_that_cannot_be_read_at_all() -> None:
    source = People()
    source.broken = {0}
    async with running(source) as (app, pilot):
        assert app.errors() == ["Page 0 is damaged."]
        assert any(line.strip() == "Page 0 is damaged." for line in app.lines)
        source.broken.clear()
        app.table.reload()
        await settled(pilot)
        assert app.table.cursor_key == 1
        source.broken = {0}
        app.table.reload()
        await settled(pilot)
        assert app.lines[1].startswith("> Person 1 ")
        assert len(app.errors()) == 2


async def test_rows_may_be_set_before_the_program_runs() -> None:
    app = TableApp(People(), early=True)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app.lines[1].startswith("> Person 1 ")
        app.table.reload()
        await settled(pilot)
        assert app.keys_highlighted() == [1]


async def test_a_table_may_go_while_it_waits() -> None:
    with held(Directory()) as source:
        async with running(source) as (app, pilot):
            await app.table.remove()
            source.may_page.set()
            await settled(pilot)
            assert source.interrupted
            assert app.is_running
