"""The page of the report on activity, as lines for any width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.text import cell_width, pad
from crm_tui.widgets.figures.plots import NOTHING, Bar, bars, sparkline
from crm_tui.widgets.figures.report_lines import Table, TableRow, beside, is_beside, plot_room, title
from crm_tui.widgets.figures.words import KINDS, counted, month_name
from crm_tui.widgets.lines import Ink, Line, spread
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.reports import ActivityRow, Counts, Report

_COLUMNS: Final = (
    TableColumn("week", "Week of", 9),
    *(
        TableColumn(kind, KINDS[kind][1].capitalize(), 5, align="right", drop=place + 1)
        for place, kind in enumerate(KINDS)
    ),
    TableColumn("total", "All", 5, align="right"),
)
_LEAST: Final = 10  # cells of bars that need no name: the table's rows are theirs


def answer(report: Report[ActivityRow, Counts]) -> tuple[str, ...]:
    """The activity in one line of figures; then the same shorter."""
    totals = report.totals
    kinds = [counted(getattr(totals, kind), kind) for kind in KINDS if getattr(totals, kind)]
    weeks = "1 week" if len(report.rows) == 1 else f"{len(report.rows)} weeks"
    short = f"{report.rows[-1].total:,} this week · {totals.total:,} in {weeks}"
    return f"{short}: {', '.join(kinds)}", short


def lines(report: Report[ActivityRow, Counts], width: int) -> list[Line]:
    """The activity: a table by week with a bar for each, and the course of each kind."""
    rows = [_row(row, this=row is report.rows[-1]) for row in report.rows]
    totals = report.totals
    figures = [f"{getattr(totals, kind):,}" for kind in (*KINDS, "total")]
    table = Table(_COLUMNS, rows, [TableRow(("in all", *figures))])
    found = table.lines(width)
    if is_beside(table, width, _LEAST):
        weeks = [Bar("", row.total, "") for row in report.rows]
        found = beside(table, [[[], *bars(weeks, plot_room(table, width, _LEAST))]], width, _LEAST)
    return [*found, [], title("By kind", width), *_courses(report, width)]


def _day(day: date) -> str:
    """A day of the last months, without its year: 5 Jan."""
    return f"{day.day} {month_name(day)}"


def _row(row: ActivityRow, *, this: bool) -> TableRow:
    numbers = [getattr(row, kind) for kind in KINDS]
    inks: list[Ink] = ["plain" if number else "dim" for number in (*numbers, row.total)]
    cells = (f"{number:,}" if number else NOTHING for number in (*numbers, row.total))
    return TableRow(("this week" if this else _day(row.week), *cells), inks=("plain", *inks))


def _courses(report: Report[ActivityRow, Counts], width: int) -> list[Line]:
    """A sparkline for each kind that there was, all to one scale."""
    courses = {kind: [getattr(row, kind) for row in report.rows] for kind in KINDS}
    largest = max(max(course) for course in courses.values())
    return [
        spread(_course(report.rows, kind, course, largest), [], width)
        for kind, course in courses.items()
        if any(course)
    ]


def _course(rows: Sequence[ActivityRow], kind: str, course: Sequence[int], largest: int) -> Line:
    most = max(course)
    when = rows[len(course) - 1 - course[::-1].index(most)]
    week = "this week" if when is rows[-1] else f"in the week of {_day(when.week)}"
    name = max(cell_width(words[1]) for words in KINDS.values())
    return [
        (f"{pad(KINDS[kind][1], name)} ", "plain"),
        (sparkline(course, largest), "accent"),
        (f"  most {most:,} {week}", "dim"),
    ]
