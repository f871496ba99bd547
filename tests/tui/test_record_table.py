"""The virtual table in a running program, over lists that are never held in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from threading import Event, Lock
from typing import Final

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from crm_tui.errors import CrmError, DatabaseError
from crm_tui.widgets.record_table import RecordTable
from crm_tui.widgets.rows import RowSource, RowView
from crm_tui.widgets.table_lines import TableColumn
from crm_tui.widgets.table_messages import TableMessage

MILLION: Final = 1_000_000
COLUMNS: Final = (
    TableColumn("name", "Name", 8, flex=2),
    TableColumn("company", "Company", 8, flex=1, drop=1, tone="dim"),
    TableColumn("amount", "Amount", 12, align="right", drop=2),
)
HOSTILE: Final = (
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b[31mred\x1b[0m \x1b]52;c;AAAA\x07",
    "\x9b31m \u202egnp.exe \u2066",
    "two\nlines\tand\rmore",
    "a" * 100_000,
    "ə" * 100_000,
    "👩‍👩‍👧 ❤️ 👍🏽 family",
    "日本語の名前 e\u0301\u0301",
    "\ud800 alone \\",
)


class People:
    """A list of any length whose rows are made when asked for; keys count from 1 unless given."""

    def __init__(self, size: int = MILLION, keys: Sequence[int] | None = None) -> None:
        self.size = size
        self.keys = keys
        self.pages: list[int] = []
        self.broken: set[int] = set()
        self.count_error: CrmError | None = None
        self.may_page, self.may_count = Event(), Event()
        self.may_page.set()
        self.may_count.set()
        self.interrupted = False
        self._lock = Lock()

    def count(self) -> int:
        assert self.may_count.wait(10)
        if self.count_error is not None:
            raise self.count_error
        return self.size if self.keys is None else len(self.keys)

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        with self._lock:
            self.pages.append(offset // limit)
        assert self.may_page.wait(10)
        if offset // limit in self.broken:
            raise DatabaseError(f"Page {offset // limit} is damaged.", "Run crm doctor.")
        keys = self.keys if self.keys is not None else range(1, self.size + 1)
        return [self.view(key) for key in keys[offset : offset + limit]]

    def view(self, key: int) -> RowView:
        return RowView(key, (f"Person {key}", "Acme", f"{key}.00 EUR"), sign="!", tone="bad")


class Directory(People):
    """One that knows where its records are, and can be interrupted."""

    def position(self, key: int) -> int | None:
        if self.keys is None:
            return key - 1 if 0 < key <= self.size else None
        return self.keys.index(key) if key in self.keys else None

    def interrupt(self) -> None:
        self.interrupted = True


class Zoo(People):
    """Every cell is hostile."""

    def __init__(self) -> None:
        super().__init__(len(HOSTILE))

    def view(self, key: int) -> RowView:
        text = HOSTILE[key - 1]
        return RowView(key, (text, text, "1.00 EUR"), sign=text)


class TableApp(App[None]):
    """A table and nothing else; it writes down what the table says."""

    def __init__(self, source: RowSource | None = None, *, early: bool = False, signs: bool = False) -> None:
        super().__init__()
        self.table = RecordTable(
            COLUMNS, empty_text="No contacts match this filter.", signs=signs, id="people"
        )
        self.source = source
        self.said: list[TableMessage] = []
        if early and source is not None:
            self.table.set_source(source)
            self.source = None

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()
        if self.source is not None:
            self.table.set_source(self.source)

    def on_record_table_highlighted(self, message: TableMessage) -> None:
        self.said.append(message)

    on_record_table_opened = on_record_table_highlighted
    on_record_table_marked = on_record_table_highlighted
    on_record_table_counted = on_record_table_highlighted
    on_record_table_failed = on_record_table_highlighted

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]

    def keys_opened(self) -> list[int]:
        return [message.key for message in self.said if isinstance(message, RecordTable.Opened)]

    def keys_highlighted(self) -> list[int | None]:
        return [message.key for message in self.said if isinstance(message, RecordTable.Highlighted)]

    def errors(self) -> list[str]:
        return [message.error.message for message in self.said if isinstance(message, RecordTable.Failed)]


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every thread has answered and every answer is on the screen."""
    await pilot.pause()
    while pilot.app.workers:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


@asynccontextmanager
async def running(
    source: RowSource | None, size: tuple[int, int] = (80, 24), *, signs: bool = False
) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp(source, signs=signs)
    async with app.run_test(size=size) as pilot:
        try:
            if not isinstance(source, People) or (source.may_page.is_set() and source.may_count.is_set()):
                await settled(pilot)
            yield app, pilot
        finally:
            if isinstance(source, People):
                source.may_page.set()
                source.may_count.set()


@pytest.fixture
def gates() -> Iterator[Callable[[People], People]]:
    """Holds sources, and lets them go at the end whatever happens."""
    held: list[People] = []

    def hold(source: People) -> People:
        held.append(source)
        source.may_page.clear()
        return source

    yield hold
    for source in held:
        source.may_page.set()


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
        app.table.move_to(240)
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


async def test_enter_before_new_rows_opens_one_of_the_new(gates: Callable[[People], People]) -> None:
    async with running(People()) as (app, pilot):
        new = gates(People(keys=[77, 78]))
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
        source.keys = [9001, *range(1, 1001)]
        app.table.reload()
        await pilot.press("down")
        assert app.table.cursor_key == 4
        source.may_page.set()
        await settled(pilot)
        assert app.table.cursor_key == 4
        assert app.table.cursor_row == 4


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


async def test_a_slow_answer_never_overwrites_a_later_one(gates: Callable[[People], People]) -> None:
    async with running(People(3)) as (app, pilot):
        slow = gates(Directory(keys=[11, 12]))
        app.table.set_source(slow)
        await pilot.pause()
        app.table.set_source(People(keys=[21, 22]))
        while app.table.cursor_key is None:
            await pilot.pause()
        assert isinstance(slow, Directory)
        assert slow.interrupted
        slow.may_page.set()
        await settled(pilot)
        assert app.table.cursor_key == 21
        assert app.lines[2].startswith("  Person 22 ")


async def test_a_page_that_cannot_be_read() -> None:
    source = People()
    source.broken = {2}
    async with running(source) as (app, pilot):
        app.table.move_to(600)
        await settled(pilot)
        assert app.errors() == ["Page 2 is damaged."]
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


async def test_rows_may_be_set_before_the_program_runs() -> None:
    app = TableApp(People(), early=True)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app.lines[1].startswith("> Person 1 ")
        app.table.reload()
        await settled(pilot)
        assert app.keys_highlighted() == [1]


async def test_a_table_may_go_while_it_waits(gates: Callable[[People], People]) -> None:
    source = gates(Directory())
    async with running(source) as (app, pilot):
        await app.table.remove()
        source.may_page.set()
        await settled(pilot)
        assert isinstance(source, Directory)
        assert source.interrupted
        assert app.is_running


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
        app.lines  # noqa: B018
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
