"""What the tests of the virtual table share: lists never held in memory, and a program with one table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from threading import Event, Lock
from typing import Final, TypeVar

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from crm_tui.errors import CrmError, DatabaseError
from crm_tui.widgets.tables.record_table import RecordTable
from crm_tui.widgets.tables.rows import RowSource, RowView
from crm_tui.widgets.tables.table_lines import TableColumn
from crm_tui.widgets.tables.table_messages import TableMessage

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


T = TypeVar("T", bound=People)


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


@contextmanager
def held(source: T) -> Iterator[T]:
    """A source that answers nothing until it is let go, at the end at the latest."""
    source.may_page.clear()
    try:
        yield source
    finally:
        source.may_page.set()
