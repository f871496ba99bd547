"""The fetching of rows: one loader asks one source on behalf of one table.

The event loop says what it wants and collects what has landed; the threads in between share with it nothing
but what the lock guards. It does not import Textual. An answer to a question that has been put anew is thrown
away, so that a slow one can never overwrite a later one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import NamedTuple

from crm_tui.errors import CrmError
from crm_tui.widgets.tables.pages import PAGE, Pages, end_of
from crm_tui.widgets.tables.rows import Interruptible, Locates, RowSource, RowView


class Ask(NamedTuple):
    """The first question to a source: the rows around a key, or around a row where there is no such key."""

    row: int = 0
    key: int | None = None
    above: int = 0
    height: int = 1


class FirstRows(NamedTuple):
    """The answer to an ``Ask``. ``end`` is the number of rows where the pages happened to show it."""

    ask: Ask
    row: int
    pages: dict[int, Sequence[RowView]]
    end: int | None


class PageCame(NamedTuple):
    """One page."""

    number: int
    rows: Sequence[RowView]


class CountCame(NamedTuple):
    """The number of rows in the whole list."""

    total: int


class Failure(NamedTuple):
    """A question that failed: of a page, or of the first rows or the count when ``what`` is no number."""

    error: CrmError
    what: int | Ask | None = None


Landing = FirstRows | PageCame | CountCame | Failure


class Loader:
    """Asks one source in worker threads, the rows wanted last first.

    Args:
        source: What is asked.
        run: Runs a function in a thread; called on the event loop only.
        announce: Called in a thread when something has landed.
    """

    def __init__(
        self, source: RowSource, run: Callable[[Callable[[], None]], object], announce: Callable[[], object]
    ) -> None:
        self._source = source
        self._run = run
        self._announce = announce
        self._lock = Lock()
        self._turn = 0
        self._ask: Ask | None = None
        self._wanted: list[int] = []
        self._on_the_way: set[int] = set()
        self._count_wanted = False
        self._paging = False
        self._counting = False
        self._landed: deque[tuple[int, Landing]] = deque()

    def open(self, ask: Ask) -> None:
        """Put the question anew: whatever was asked before is forgotten."""
        with self._lock:
            self._forget()
            self._ask = ask
        self._start_paging()

    def want(self, numbers: Iterable[int]) -> None:
        """Say which pages are needed now, the most urgent first; what was wanted before is dropped."""
        with self._lock:
            self._wanted = [number for number in numbers if number not in self._on_the_way]
            idle = not self._wanted
        if not idle:
            self._start_paging()

    def want_count(self) -> None:
        """Ask how many rows there are."""
        with self._lock:
            self._count_wanted = True
            start, self._counting = not self._counting, True
        if start:
            self._run(self._serve_counts)

    def stop(self) -> None:
        """Want nothing more, and break off what is running where the source can."""
        with self._lock:
            self._forget()
        if isinstance(self._source, Interruptible):
            self._source.interrupt()

    def collect(self) -> list[Landing]:
        """What has landed since the last call, in order, without answers to forgotten questions."""
        with self._lock:
            found = [landing for turn, landing in self._landed if turn == self._turn]
            self._landed.clear()
            for landing in found:
                if isinstance(landing, PageCame):
                    self._on_the_way.discard(landing.number)
                elif isinstance(landing, Failure) and isinstance(landing.what, int):
                    self._on_the_way.discard(landing.what)
        return found

    def _forget(self) -> None:
        self._turn += 1
        self._ask = None
        self._wanted = []
        self._on_the_way = set()
        self._count_wanted = False

    def _start_paging(self) -> None:
        with self._lock:
            start, self._paging = not self._paging, True
        if start:
            self._run(self._serve_pages)

    def _serve_pages(self) -> None:
        """Answer until nothing is wanted. Runs in a thread."""
        while True:
            with self._lock:
                turn, what = self._turn, self._next_question()
                self._paging = what is not None
            if what is None:
                return
            try:
                self._land(turn, self._answer(what))
            except CrmError as error:
                self._land(turn, Failure(error, what))

    def _next_question(self) -> Ask | int | None:
        if self._ask is not None:
            ask, self._ask = self._ask, None
            return ask
        if not self._wanted:
            return None
        number = self._wanted.pop(0)
        self._on_the_way.add(number)
        return number

    def _answer(self, what: Ask | int) -> Landing:
        if isinstance(what, int):
            return PageCame(what, self._source.page(what * PAGE, PAGE))
        row = None
        if what.key is not None and isinstance(self._source, Locates):
            row = self._source.position(what.key)
        place = what.row if row is None else row
        pages, end = self._read(max(0, place - what.above), what.height)
        if row is None and what.key is not None:
            row = Pages(pages).find(what.key)
        return FirstRows(what, what.row if row is None else row, pages, end)

    def _read(self, top: int, height: int) -> tuple[dict[int, Sequence[RowView]], int | None]:
        pages: dict[int, Sequence[RowView]] = {}
        for number in range(top // PAGE, (top + max(height, 1) - 1) // PAGE + 1):
            pages[number] = self._source.page(number * PAGE, PAGE)
            if len(pages[number]) < PAGE:
                return pages, end_of(number, pages[number])
        return pages, None

    def _serve_counts(self) -> None:
        """Count until no count is wanted. Runs in a thread."""
        while True:
            with self._lock:
                turn, wanted = self._turn, self._count_wanted
                self._count_wanted = False
                self._counting = wanted
            if not wanted:
                return
            try:
                self._land(turn, CountCame(self._source.count()))
            except CrmError as error:
                self._land(turn, Failure(error))

    def _land(self, turn: int, landing: Landing) -> None:
        with self._lock:
            self._landed.append((turn, landing))
        self._announce()
