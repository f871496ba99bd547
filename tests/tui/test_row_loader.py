"""The fetching of rows without a screen: threads are run by hand, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.events import Idle

from crm_tui.errors import CrmError, DatabaseError
from crm_tui.widgets.tables.listing import Listing
from crm_tui.widgets.tables.loader import Ask, CountCame, Failure, FirstRows, Loader, PageCame
from crm_tui.widgets.tables.pages import PAGE, Pages, end_of
from crm_tui.widgets.tables.rows import RowView
from crm_tui.widgets.tables.table_messages import Landed


def view(key: int) -> RowView:
    return RowView(key, (str(key),))


class Numbers:
    """The numbers from 0; it can do something in the middle of an answer."""

    def __init__(self, size: int = 10_000) -> None:
        self.size = size
        self.asked: list[int] = []
        self.meanwhile: Callable[[], object] | None = None
        self.error: CrmError | None = None

    def count(self) -> int:
        return self.size

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        self.asked.append(offset // limit)
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        if self.error is not None:
            raise self.error
        return [view(key) for key in range(offset, min(self.size, offset + limit))]


class Bench:
    """A loader, the threads it has started, and how often it has announced something."""

    def __init__(self, size: int = 10_000) -> None:
        self.source = Numbers(size)
        self.threads: list[Callable[[], None]] = []
        self.announced = 0
        self.loader = Loader(self.source, self.threads.append, self.hear)

    def hear(self) -> None:
        self.announced += 1

    def run(self) -> None:
        while self.threads:
            self.threads.pop(0)()


def test_only_one_thread_asks_for_pages() -> None:
    bench = Bench()
    bench.loader.open(Ask())
    bench.loader.want([1])
    bench.loader.want([3, 2])
    assert len(bench.threads) == 1
    bench.run()
    assert bench.source.asked == [0, 3, 2]
    assert bench.announced == 3
    assert [type(landing) for landing in bench.loader.collect()] == [FirstRows, PageCame, PageCame]
    assert bench.loader.collect() == []
    bench.loader.want([])
    assert not bench.threads
    bench.loader.want([5])
    assert len(bench.threads) == 1


def test_what_is_wanted_while_one_answers_comes_next_and_once() -> None:
    bench = Bench()
    bench.source.meanwhile = lambda: bench.loader.want([4, 5])
    bench.loader.want([4, 6])
    bench.run()
    assert bench.source.asked == [4, 5]


def test_an_answer_to_a_forgotten_question_is_thrown_away() -> None:
    bench = Bench()
    bench.source.meanwhile = lambda: bench.loader.open(Ask(row=300))
    bench.loader.open(Ask(row=0))
    bench.run()
    landed = bench.loader.collect()
    assert [landing.row for landing in landed if isinstance(landing, FirstRows)] == [300]
    bench.source.meanwhile = bench.loader.stop
    bench.loader.want([7, 8])
    bench.run()
    assert bench.source.asked[-1] == 7
    assert bench.loader.collect() == []


def test_a_count_is_asked_in_a_thread_of_its_own() -> None:
    bench = Bench(7)
    bench.loader.want_count()
    bench.loader.want_count()
    bench.loader.want([0])
    assert len(bench.threads) == 2
    bench.run()
    assert [landing for landing in bench.loader.collect() if isinstance(landing, CountCame)] == [CountCame(7)]


def test_one_announcement_stands_for_several() -> None:
    assert Landed().can_replace(Landed())
    assert not Landed().can_replace(Idle())


def test_failures_say_what_failed() -> None:
    bench = Bench()
    bench.source.error = DatabaseError("The file is damaged.")
    bench.loader.open(Ask())
    bench.loader.want([2])
    bench.run()
    assert [landing.what for landing in bench.loader.collect() if isinstance(landing, Failure)] == [Ask(), 2]
    bench.source.error = None
    bench.loader.want([2])
    bench.run()
    assert bench.source.asked == [0, 2, 2]


def test_the_first_rows_cover_the_screen() -> None:
    bench = Bench(600)
    bench.loader.open(Ask(row=260, above=10, height=20))
    bench.loader.open(Ask(row=520, above=10, height=400))
    bench.run()
    (landing,) = bench.loader.collect()
    assert isinstance(landing, FirstRows)
    assert sorted(landing.pages) == list(range(510 // PAGE, 600 // PAGE + 1))
    assert landing.end == 600


def test_a_page_shows_the_end_only_when_it_is_short() -> None:
    full = [view(key) for key in range(PAGE)]
    assert end_of(3, full) is None
    assert end_of(3, full[:5]) == 3 * PAGE + 5
    assert end_of(3, []) is None
    assert end_of(0, []) == 0


def test_pages_used_last_are_kept() -> None:
    pages = Pages()
    for number in range(30):
        pages.put(number, [view(number)])
        pages.touch([0])
    assert len(pages) == 24
    assert 0 in pages
    assert 1 not in pages
    assert pages.row(0) == view(0)
    assert pages.row(1) is None
    assert pages.find(29) == 29 * PAGE
    assert pages.find(1) is None


def test_a_list_of_whole_pages_ends_where_an_empty_page_begins() -> None:
    listing = Listing()
    page = [view(key) for key in range(PAGE)]
    listing.take_first(FirstRows(Ask(), 0, {0: page}, None), 0)
    assert (listing.count, listing.exact) == (PAGE, False)
    assert listing.wanted(PAGE - 20, 20) == [1]
    listing.take_page(1, [])
    assert (listing.count, listing.exact) == (PAGE, True)
    assert listing.wanted(PAGE - 20, 20) == []


def test_the_screen_is_wanted_before_its_surroundings() -> None:
    listing = Listing()
    listing.take_first(FirstRows(Ask(), 0, {0: [view(0)] * PAGE}, None), 0)
    listing.take_count(100_000, exact=True)
    listing.put_cursor(50_000)
    assert listing.wanted(2 * PAGE, 20) == [2, 50_000 // PAGE, 1]
