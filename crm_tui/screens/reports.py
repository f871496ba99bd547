"""Reports: a question, its answer in a line of figures, and beneath it the table and the plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from crm_tui.dates import short_day
from crm_tui.screens.shell.base import BaseScreen, bindings
from crm_tui.text import clean, guard_formula
from crm_tui.widgets.entry.filter_bar import Rule
from crm_tui.widgets.figures import report_activity, report_deals
from crm_tui.widgets.figures.report_head import ReportHead, Tab
from crm_tui.widgets.lines import Line, Lines, in_ink, wrap

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports import Report


@dataclass(frozen=True, slots=True)
class Kind:
    """A report on the screen.

    Attributes:
        title: what it is called.
        question: what it answers.
        read: asks it, in a worker thread.
        holds: whether there is anything in the figures.
        answers: the line of figures and shorter forms of it, given the base currency.
        lines: the table and the plots, given the base currency and a width.
        empty: what there is none of, and what makes some: the words around the keys of a place and an action.
    """

    title: str
    question: str
    read: Callable[[Crm], Report[Any, Any]]
    holds: Callable[[Report[Any, Any]], bool]
    answers: Callable[[Report[Any, Any], str], Sequence[str]]
    lines: Callable[[Report[Any, Any], str, int], Sequence[Line]]
    empty: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A report as it was read, and the same as texts for machines."""

    report: Report[Any, Any]
    table: Sequence[Sequence[str]]


_NO_DEALS: Final = ("No deal is open.", "go-deals", "add", "goes to Deals, where {} adds one.")
REPORTS: Final = {
    "pipeline": Kind(
        "Pipeline",
        "What is open, and what is it worth?",
        lambda crm: crm.reports.pipeline(),
        lambda report: bool(report.totals.count),
        report_deals.pipeline_answer,
        report_deals.pipeline_lines,
        _NO_DEALS,
    ),
    "forecast": Kind(
        "Forecast",
        "What is to come in, and when?",
        lambda crm: crm.reports.forecast(),
        lambda report: bool(report.totals.count),
        report_deals.forecast_answer,
        report_deals.forecast_lines,
        _NO_DEALS,
    ),
    "activity": Kind(
        "Activity",
        "What was done?",
        lambda crm: crm.reports.activity(),
        lambda report: bool(report.totals.total),
        lambda report, _: report_activity.answer(report),
        lambda report, _, width: report_activity.lines(report, width),
        (
            "Nothing was logged in these weeks.",
            "go-contacts",
            "log",
            "goes to Contacts, where {} logs a call, mail or meeting.",
        ),
    ),
}


class ReportPage(Lines):
    """The lines of a report; there is no cursor, so the keys of moving scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half_down"),
    ]

    def action_move(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_relative(y=lines, animate=False)

    def action_page(self, screens: float) -> None:
        """Scroll by so many screens."""
        self.scroll_relative(y=int(self.size.height * screens), animate=False)

    def action_first(self) -> None:
        """To the first line."""
        self.action_scroll_home()

    def action_last(self) -> None:
        """To the last line."""
        self.action_scroll_end()


class ReportsScreen(BaseScreen):
    """One report at a time; the left and right keys, its own key and the mouse choose which."""

    scope = "reports"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-tall")]  # noqa: RUF012  (as Textual declares it)
    AUTO_FOCUS = "#report"
    BINDINGS: ClassVar[list[BindingType]] = bindings("reports")
    CSS = """
    ReportsScreen {
        & #report { padding: 0 1; }
        &.-short ReportHead { height: 1; }
        &.-short Rule { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._here = next(iter(REPORTS))
        self._answers: dict[str, Answer | None] = {}

    def body(self) -> ComposeResult:
        """Head and page."""
        shown = self.crm_app.keymap.shown
        tabs = [Tab(name, kind.title, shown(f"report-{name}")) for name, kind in REPORTS.items()]
        yield ReportHead(tabs, self._here, f"{shown('left')}, {shown('right')} choose")
        yield Rule()
        yield ReportPage(id="report")

    @property
    def list_widget(self) -> Widget:
        """The page."""
        return self.page

    @property
    def page(self) -> ReportPage:
        """The page, as what it is."""
        return self.query_one(ReportPage)

    @property
    def chosen(self) -> str:
        """The name of the report that is shown."""
        return self._here

    @property
    def answer(self) -> Answer | None:
        """The report as it was read; None before that, and while there is nothing in it."""
        found = self._answers.get(self._here)
        return found if found is not None and REPORTS[self._here].holds(found.report) else None

    def reload(self) -> None:
        """Read the report anew; the scroll stays."""
        if self._here not in self._answers:
            self._draw()
        self._read()

    def preferred(self) -> tuple[str, ...]:
        """The figures are what one wants from here."""
        return ("copy",)

    def can_list(self) -> bool:
        """Whether there is anything to scroll."""
        return self.answer is not None

    def can_back(self) -> bool:
        """There is always a place to go back to."""
        return True

    def can_copy(self) -> bool:
        """Whether there are figures to copy."""
        return self.answer is not None

    def do_left(self) -> None:
        """The report before."""
        self._step(-1)

    def do_right(self) -> None:
        """The next report."""
        self._step(1)

    def do_report_pipeline(self) -> None:
        """What is open."""
        self.choose("pipeline")

    def do_report_forecast(self) -> None:
        """What is to come in."""
        self.choose("forecast")

    def do_report_activity(self) -> None:
        """What was done."""
        self.choose("activity")

    def do_copy(self) -> None:
        """Copy the figures as lines of texts with tabs between them."""
        if self.answer is None:
            return
        rows = self.answer.table
        text = "\n".join("\t".join(guard_formula(clean(each)) for each in row) for row in rows)
        self.app.copy_to_clipboard(f"{text}\n")
        lines = "1 row" if len(rows) == 2 else f"{len(rows) - 1:,} rows"
        self.crm_app.tell(f"Copied {REPORTS[self._here].title}, {lines} with tabs.")

    def choose(self, name: str) -> None:
        """Show a report from its top."""
        if name == self._here:
            return
        self._here = name
        # what was read before stands there until the new figures do
        self._draw()
        self._read()

    def _step(self, by: int) -> None:
        names = list(REPORTS)
        self.choose(names[(names.index(self._here) + by) % len(names)])

    def _read(self) -> None:
        name = self._here
        kind = REPORTS[name]
        empty: Answer | None = None

        def read(crm: Crm) -> Answer | None:
            report = kind.read(crm)
            return Answer(report, crm.reports.table(report))

        self.read(read, partial(self._take, name), group="report", empty=empty)

    def _take(self, name: str, found: Answer | None) -> None:
        self._answers[name] = found
        if name == self._here:
            self._draw(keep=True)

    def _draw(self, *, keep: bool = False) -> None:
        kind, found = REPORTS[self._here], self.answer
        base = self.desk.config.base_currency
        head = self.query_one(ReportHead)
        if found is not None:
            head.show(self._here, kind.question, self._days(found), kind.answers(found.report, base))
            self.page.show(partial(kind.lines, found.report, base), keep=keep)
        else:
            head.show(self._here, kind.question)
            read = self._here in self._answers
            self.page.show(partial(self._empty, kind) if read else lambda _: ())
        self.show_keys()

    def _days(self, found: Answer) -> str:
        """Of which days the figures are."""
        report = found.report
        today = self.desk.clock.today
        if report.period is None:
            return f"as of {short_day(report.as_of, today)}"
        from datetime import timedelta

        last = report.period.end - timedelta(days=1)
        return f"{short_day(report.period.start, today)} to {short_day(last, today)}"

    def _empty(self, kind: Kind, width: int) -> list[Line]:
        shown = self.crm_app.keymap.shown
        nothing, place, action, words = kind.empty
        texts = ["", nothing, f"{shown(place)} {words.format(shown(action))}"]
        return [line for text in texts for line in in_ink(wrap(text, width), "dim") or [[]]]

    @on(ReportHead.Chosen)
    def _head_chosen(self, event: ReportHead.Chosen) -> None:
        event.stop()
        self.choose(event.name)
