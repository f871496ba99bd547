"""Reports: a question, its answer in a line of figures, and beneath it the table and the plots.

Every report is shown by its shape alone. What is looked at (days, as of, by, currency, filter) is chosen here and holds
for the reports that are about it. Filtered figures never stand without their filter, or with one they are not of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, partialmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget

from crm_tui.domain.reports.service import TITLES
from crm_tui.errors import UsageError
from crm_tui.report_text import subtitle
from crm_tui.screens.reports import asking, explaining
from crm_tui.screens.reports.asked import Kind, Wish
from crm_tui.screens.reports.filtering import FilteredScreen
from crm_tui.screens.reports.page import ReportPage
from crm_tui.screens.shell.base import bindings
from crm_tui.screens.shell.latest import Latest
from crm_tui.text import clean, guard_formula
from crm_tui.widgets.entry.filter_bar import FilterBar, Rule
from crm_tui.widgets.figures import report_page
from crm_tui.widgets.figures.report_head import ReportHead, Tab
from crm_tui.widgets.lines import Line, in_ink, wrap

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Report
    from crm_tui.errors import CrmError
    from crm_tui.screens.lists.list_export import Target

_SLOW: Final = 0.15
"""Seconds after which it is said that a report is being read."""
_CODES: Final = 2
"""Of more currencies the head tells the number only: the table tells each."""
_DEALS: Final = ("go-deals", "add", "{} goes to Deals, where {} adds one.")
_LOG: Final = ("go-contacts", "log", "{} goes to Contacts, where {} logs a call, mail or meeting.")
_SALES: Final = ("", "", "crm invoice add makes an invoice, crm import brings those of another program.")
_LEADS: Final[dict[str | None, tuple[tuple[str, str, str], ...]]] = {
    "deals": (_DEALS,),
    "invoices": (_SALES,),
    None: (_LOG, _SALES),
}
"""What leads to figures, by what a report is about: a place and an action, and the words around their keys."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A report as it was read, about what."""

    wish: Wish
    report: Report[Any, Any]


class ReportsScreen(FilteredScreen):
    """One report at a time; the left and right keys, its own key, a list and the mouse choose which."""

    scope = "reports"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (12, "-tall")]  # noqa: RUF012  (as Textual declares it)
    AUTO_FOCUS = "#report"
    BINDINGS: ClassVar[list[BindingType]] = bindings("reports")
    CSS = """
    ReportsScreen {
        & #report { padding: 0 1; }
        &.-short ReportHead { height: 1; }
        &.-short Rule { display: none; }
        & FilterBar { display: none; }
        &.-filtering FilterBar { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[str, Kind] = {}
        self._here = next(iter(TITLES))
        self._wish = Wish()
        self._answers: dict[str, Answer | None] = {}
        self._slow: Timer | None = None
        self._latest = Latest()
        self._refusal: CrmError | None = None

    def body(self) -> ComposeResult:
        """Head, filter, page."""
        tabs, hint = self._key_names()
        yield ReportHead(tabs, self._here, hint)
        yield FilterBar("")
        yield Rule()
        yield ReportPage(id="report")

    def _key_names(self) -> tuple[list[Tab], str]:
        """The reports with their keys, and the keys that go from one to the next."""
        shown = self.crm_app.keymap.shown
        tabs = [Tab(name, title, shown(f"report-{name}")) for name, title in TITLES.items()]
        return tabs, f"{shown('left')}, {shown('right')} choose"

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
    def kind(self) -> Kind:
        """The report that is shown; its module is loaded when it is chosen, not all of them at once."""
        if self._here not in self._kinds:
            self._kinds[self._here] = Kind.of(self._here)
        return self._kinds[self._here]

    @property
    def wish(self) -> Wish:
        """What is looked at."""
        return self._wish

    @property
    def filter_of_figures(self) -> str | None:
        """What narrows the figures that are shown; None while there are none."""
        found = self._answers.get(self._here)
        return found.wish.filter(self.kind) if found is not None else None

    @property
    def answer(self) -> Report[Any, Any] | None:
        """The report as it was read; None before that, and while there is nothing in it."""
        found = self._answers.get(self._here)
        return found.report if found is not None and not found.report.is_empty else None

    def reload(self) -> None:
        """Read the report anew; the scroll stays."""
        self.query_one(ReportHead).name_keys(*self._key_names())
        if self._here not in self._answers:
            self.offer_filter()
            self._draw()
        self._read()

    def preferred(self) -> tuple[str, ...]:
        """What one wants from here."""
        return ("why", "report-period", "report-by", "filter", "report-choose", "export")

    def can_list(self) -> bool:
        """Whether there is anything to scroll or export."""
        return self.answer is not None

    def can_back(self) -> bool:
        """There is always a place to go back to."""
        return True

    def can_copy(self) -> bool:
        """Whether there are figures to copy."""
        return self.answer is not None

    def can_period(self) -> bool:
        """Whether the report is about a period."""
        return self.kind.period

    def can_by(self) -> bool:
        """Whether its rows can be of something else."""
        return len(self.kind.by) > 1

    def can_figure(self) -> bool:
        """Whether there is a figure to be explained."""
        return self.answer is not None

    def do_left(self) -> None:
        """The report before."""
        self._step(-1)

    def do_right(self) -> None:
        """The next report."""
        self._step(1)

    def do_report_choose(self) -> None:
        """Choose a report from the list of them."""
        asking.which(self, self.choose)

    def do_report_period(self) -> None:
        """Ask of which days."""
        asking.period(self, self._wish, self.look_at)

    def do_report_as_of(self) -> None:
        """Ask as of which day."""
        asking.as_of(self, self._wish, self.desk.clock, self.look_at)

    def do_report_by(self) -> None:
        """The rows by something else."""
        self.look_at(asking.next_by(self.kind, self._wish))

    def do_report_convert(self) -> None:
        """Rows in the base currency, or each in its own."""
        self.look_at(replace(self._wish, convert=not self._wish.convert))

    def do_why(self) -> None:
        """Show how a figure comes about: one of those that are shown, though others may be wished for by now."""
        found = self._answers.get(self._here)
        if found is not None and self.answer is not None:
            explaining.why(self, self.kind, found.wish, found.report)

    def do_export(self) -> None:
        """Write the report to a file, by the same writer as crm report -o."""
        from crm_tui.interchange import report_out
        from crm_tui.screens.leaving.saving import Saving
        from crm_tui.screens.lists.list_export import Target

        kind, wish = self.kind, self._wish

        def write(crm: Crm, target: Target, over: bool) -> str:
            path = target.file()
            report_out.save(wish.read(crm, kind), path, target.form, crm.clock.today, replace=over)
            return f"Wrote {kind.title} to {path}."

        # the day that the figures are as of, where there are any
        day = self.answer.as_of if self.answer is not None else self.desk.clock.today
        name = f"{kind.name}-{day.isoformat()}"
        Saving(self, kind.title, write).ask(Target(name, report_out.FORMATS[0], formats=report_out.FORMATS))

    def do_copy(self) -> None:
        """Copy the figures as lines of texts with tabs between them."""
        if self.answer is None:
            return
        from crm_tui.interchange.report_out import texts

        rows = texts(self.answer)
        text = "\n".join("\t".join(guard_formula(clean(each)) for each in row) for row in rows)
        self.app.copy_to_clipboard(f"{text}\n")
        lines = "1 row" if len(rows) == 2 else f"{len(rows) - 1:,} rows"
        self.crm_app.tell(f"Copied {self.kind.title}, {lines} with tabs.")

    def choose(self, name: str) -> None:
        """Show a report from its top."""
        if name == self._here:
            return
        self._here = name
        self._refusal = None
        self.offer_filter(afresh=True)
        # what was read before stands there until the new figures do
        self._draw()
        self._read()

    def look_at(self, wish: Wish) -> None:
        """Look at something else; what was read before stands there until the new figures do."""
        if wish != self._wish:
            self._wish = wish
            self._read()

    def _step(self, by: int) -> None:
        names = list(TITLES)
        self.choose(names[(names.index(self._here) + by) % len(names)])

    def _read(self) -> None:
        kind, wish = self.kind, self._wish
        empty: Answer | None = None
        turn = self._latest.begin()

        def work(crm: Crm) -> Answer | None:
            return Answer(wish, wish.read(crm, kind))

        if self._slow is not None:
            self._slow.stop()
        self._slow = self.set_timer(_SLOW, self.still_reading)
        self.read(
            # a state that is being rebuilt takes its tables away by itself, so it is not broken off
            work if wish.as_of else self._latest.within(turn, work),
            partial(self._take, kind.name),
            group="report",
            empty=empty,
            otherwise=self._refused,
        )
        self._latest.break_off()

    def still_reading(self) -> None:
        """Say that a report is being read, when that takes long."""
        if self._slow is not None:
            self.query_one(ReportHead).wait()

    def _done_reading(self) -> None:
        if self._slow is not None:
            self._slow.stop()
        self._slow = None

    def _refused(self, error: CrmError) -> None:
        self._done_reading()
        self._refusal = error
        self._draw(keep=True)
        if isinstance(error, UsageError) and self._wish.filter(self.kind):
            # while one types a filter is often not whole yet: the figures stay, and it is said of what they are
            self.crm_app.tell(error.message, error.hint)
        else:
            self.refuse(error)

    def _take(self, name: str, found: Answer | None) -> None:
        self._done_reading()
        if self._refusal is not None and self.crm_app.last_word[0] == self._refusal.message:
            self.crm_app.tell("")
        self._refusal = None
        before = self._answers.get(name)
        self._answers[name] = found
        if name == self._here:
            self._draw(keep=before is not None and found is not None and before.wish == found.wish)

    def _draw(self, *, keep: bool = False) -> None:
        kind, found = self.kind, self._answers.get(self._here)
        head, today = self.query_one(ReportHead), self.desk.clock.today
        if found is None:
            head.show(kind.name, kind.question)
            self.page.show(partial(self._empty, kind, ()) if self._here in self._answers else self._not_read)
        elif found.report.is_empty:
            head.show(kind.name, kind.question, subtitle(found.report, today, _CODES))
            self.page.show(partial(self._empty, kind, found.report.notes))
        else:
            report = found.report
            head.show(kind.name, _question(report), subtitle(report, today, _CODES), report.answer or ("",))
            self.page.show(partial(report_page.lines, report), keep=keep)
        self.show_filter()

    def _not_read(self, width: int) -> list[Line]:
        """Why there are no figures, where there never were any."""
        error = self._refusal
        texts = ["", self.briefly(error), error.hint] if error is not None else []
        return [line for text in texts for line in in_ink(wrap(text, width), "dim") or [[]]]

    def _empty(self, kind: Kind, notes: Sequence[str], width: int) -> list[Line]:
        shown = self.crm_app.keymap.shown
        if self._wish.filter(kind):
            texts = ["", "Nothing fits.", f"{shown('back')} shows everything again."]
            return [line for text in texts for line in in_ink(wrap(text, width), "dim") or [[]]]
        texts = ["", "There is nothing in it.", *notes]
        for place, action, words in _LEADS[kind.condition]:
            texts.append(words.format(shown(place), shown(action)) if place else words)
        return [line for text in texts for line in in_ink(wrap(text, width), "dim") or [[]]]

    @on(ReportHead.Chosen)
    def _head_chosen(self, event: ReportHead.Chosen) -> None:
        event.stop()
        self.choose(event.name)


def _question(report: Report[Any, Any]) -> str:
    return f"{report.question} By {report.by}." if report.by else report.question


# the action of each report shows it
for _name in TITLES:
    setattr(ReportsScreen, f"do_report_{_name}", partialmethod(ReportsScreen.choose, _name))
