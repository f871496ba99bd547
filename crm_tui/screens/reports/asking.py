"""The dialogs of the reports: which one, of which days, by what, and how a figure comes about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import parse_period
from crm_tui.domain.reports import typed
from crm_tui.domain.reports.report import Unit
from crm_tui.domain.reports.service import TITLES
from crm_tui.errors import CrmError, UsageError
from crm_tui.report_text import people
from crm_tui.screens.forms.dialogs import Choose, Option, lettered, widest
from crm_tui.screens.forms.pick_dialog import Pick
from crm_tui.screens.forms.report_dialog import ReportDialog
from crm_tui.screens.reports.ask_line import AskLine
from crm_tui.screens.reports.asked import Kind
from crm_tui.text import clean, pad, words

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Explanation, Report
    from crm_tui.screens.reports.asked import Wish
    from crm_tui.screens.shell.base import DataMixin

_OTHER: Final = "other"
_MOST: Final = 200
Taken = Callable[["Wish"], None]


def which(screen: DataMixin, then: Callable[[str], None]) -> None:
    """Ask which report; what each answers is loaded in a thread."""

    def ask(kinds: Sequence[Kind]) -> None:
        room = widest([*TITLES.values()])
        questions = {each.name: each.question for each in kinds}
        texts = [
            (f"{pad(title, room)}  {questions.get(name, '')}".rstrip(), name, "")
            for name, title in TITLES.items()
        ]
        screen.app.push_screen(
            Choose("Which report?", lettered(texts)), lambda name: then(name) if name else None
        )

    nothing: list[Kind] = []
    screen.read(lambda _: [Kind.of(name) for name in TITLES], ask, group="kinds", empty=nothing)


def period(screen: DataMixin, wish: Wish, then: Taken) -> None:
    """Ask of which days the reports are to be."""
    choices = [("the usual days of each report", ""), *((words, words) for words in typed.CHOICES)]
    texts = [(text, value, "now" if value == wish.period else "") for text, value in choices]
    known = wish.period in {value for _, value in choices}
    other = ("another, typed", _OTHER, "" if known else wish.period)

    def chosen(found: str | None) -> None:
        if found == _OTHER:
            screen.app.push_screen(
                AskLine(
                    "Of which days?",
                    "" if known else wish.period,
                    "2026, 2026-q1, 2026-03, 2026-w05, 2026-03-02, or from one to another: 2026-01..2026-03.",
                    parse_period,
                ),
                lambda words: then(replace(wish, period=words)) if words is not None else None,
            )
        elif found is not None:
            then(replace(wish, period=found))

    screen.app.push_screen(Choose("Of which days?", lettered([*texts, other])), chosen)


def as_of(screen: DataMixin, wish: Wish, clock: Clock, then: Taken) -> None:
    """Ask as of which day the state is to be."""
    screen.app.push_screen(
        AskLine(
            "As of the end of which day?",
            wish.as_of,
            "A day gone by, such as 2026-01-31, 2026-q1 or 30 days ago, rebuilt from the history; nothing for now.",
            lambda words: typed.state_day(words, clock),
        ),
        lambda words: then(replace(wish, as_of=words)) if words is not None else None,
    )


def next_by(kind: Kind, wish: Wish) -> Wish:
    """The rows by the next of what they can be of."""
    here = wish.by.get(kind.name, kind.by[0])
    place = (kind.by.index(here) + 1) % len(kind.by)
    return replace(wish, by={**wish.by, kind.name: kind.by[place]})


def why(screen: DataMixin, kind: Kind, wish: Wish, report: Report[Any, Any]) -> None:
    """Ask which figure, and of which record where it is of one; then show how it comes about."""
    explain = partial(_figure, screen, kind, wish, report)
    if len(kind.figures) == 1:
        explain(kind.figures[0])
        return
    texts = [(figure.replace("_", " "), figure, _now(report, figure)) for figure in kind.figures]
    screen.app.push_screen(
        Choose("How does it come about?", lettered(texts)), lambda found: explain(found) if found else None
    )


def _now(report: Report[Any, Any], figure: str) -> str:
    """What the figure is in the totals."""
    found = next((each for each in report.total_columns if each.key == figure), None)
    return people(getattr(report.totals, figure), found.unit) if found is not None else ""


def _figure(screen: DataMixin, kind: Kind, wish: Wish, report: Report[Any, Any], figure: str) -> None:
    """Show how a figure comes about; where it is of one record, ask of which."""

    def refused(error: CrmError) -> None:
        if isinstance(error, UsageError):
            _of_which(screen, kind, wish, report, figure)
        else:
            screen.refuse(error)

    _explain(screen, kind, wish, figure, None, refused)


def _of_which(screen: DataMixin, kind: Kind, wish: Wish, report: Report[Any, Any], figure: str) -> None:
    rows = _records(report)

    def fitting(text: str) -> list[tuple[str, str]]:
        keys = words(text)
        named = [
            name for name in rows if all(any(word.startswith(key) for word in words(name)) for key in keys)
        ]
        return [(name, "") for name in named[:_MOST]]

    def chosen(name: str | None) -> None:
        if name:
            _explain(screen, kind, wish, figure, rows.get(name, name), screen.refuse)

    if rows:
        screen.app.push_screen(Pick("Of which?", fitting), chosen)
    else:
        asked = AskLine(
            f"{figure.replace('_', ' ').capitalize()} of which?", "", "Its id, number or name.", _some
        )
        screen.app.push_screen(asked, chosen)


def _some(text: str) -> None:
    if not text.strip():
        raise UsageError("Nothing is named.", "Type an id, a number or a name.")


def _records(report: Report[Any, Any]) -> dict[str, str]:
    """How the records that the rows are of are named, by what they are called; empty where rows are of none."""
    keys = [each.key for each in report.columns]
    if "id" not in keys and "contact_id" not in keys:
        return {}
    name = next(each.key for each in report.columns if each.unit is Unit.TEXT and not each.for_machines)
    return {
        clean(str(getattr(row, name))): str(getattr(row, "id" if "id" in keys else name))
        for row in report.rows
    }


def _explain(
    screen: DataMixin,
    kind: Kind,
    wish: Wish,
    figure: str,
    ref: str | None,
    otherwise: Callable[[CrmError], None],
) -> None:
    def read(crm: Crm) -> Explanation | None:
        # a figure is of the whole, whatever the rows are of
        return crm.reports.why(figure, ref, replace(wish, by={}, convert=False).asked(crm, kind))

    screen.read(read, partial(_show, screen), group="why", empty=None, otherwise=otherwise)


def _show(screen: DataMixin, found: Explanation | None) -> None:
    from crm_tui.widgets.figures.report_page import why_lines

    if found is None:
        return
    today = screen.desk.clock.today
    back = (Option("", "Back to the report", value=None),)
    screen.app.push_screen(
        ReportDialog[None](clean(found.title), lambda width: why_lines(found, today, width), back)
    )
