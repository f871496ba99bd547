"""Any report as lines for any width: its rows and totals as a table, its plots beside or beneath it, its notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports.report import Unit
from crm_tui.report_text import CONVERTED, days_text, for_people, grid, machine, people
from crm_tui.text import cell_width, clean, cut
from crm_tui.widgets.figures.plots import Bar, bars, sparkline
from crm_tui.widgets.figures.report_lines import Table, TableRow, beside, is_beside, notes, plot_room, title
from crm_tui.widgets.lines import Ink, Line, wrap
from crm_tui.widgets.tables.table_lines import TableColumn, cell

if TYPE_CHECKING:
    from crm_tui.domain.reports.report import Explanation, Plot, Report
    from crm_tui.report_text import Grid, Head

_FINE: Final = 1_000_000  # bars are drawn of whole numbers; a rate needs its decimals
_NOTHING: Final = ("", "0", "-", "0.0 %")
_NAMES: Final = (28, 22, 18, 14)  # cells of a name, the most that leave room for the other columns
_LEAST: Final = 10  # cells of bars that need no name: the rows beside them have it
_TITLE: Final = 20  # cells of the name of a row behind a figure, at least
_PART: Final = 28  # cells of which part of it counts
_MOST: Final = 1_000  # rows behind a figure that are laid out
_COURSE: Final = 60  # numbers in time that one sparkline holds


def lines(report: Report[Any, Any], width: int) -> list[Line]:
    """A report as lines of at most ``width`` cells."""
    found = grid(report)
    table = _table(report, found, width)
    facts = _facts(found, width)
    own = None if is_beside(table, width) or not is_beside(table, width, _LEAST) else _of_rows(report)
    plots = _plots(report.plots, plot_room(table, width) if table.rows else width, own)
    if own is not None:
        drawn = bars(
            [replace(_bar(each), label="", figure="") for each in own.bars], plot_room(table, width, _LEAST)
        )
        page = beside(table, [[[], *drawn]], width, _LEAST, facts)
        page += [line for plot in plots for line in ([], *plot)]
    elif table.rows or table.sums:
        page = beside(table, plots, width, tail=facts)
    else:
        page = [line for block in (facts, *plots) if block for line in (*block, [])][:-1]
    return [*page, *notes(report.notes, width)]


def _of_rows(report: Report[Any, Any]) -> Plot | None:
    """The plot with a bar for each row, in their order: it needs no names where it stands beside them."""
    for plot in report.plots:
        for figure in report.columns:
            names = [str(machine(getattr(row, figure.key))) for row in report.rows]
            if names and names == [each.label for each in plot.bars]:
                return plot
    return None


def why_lines(found: Explanation, today: date, width: int) -> list[Line]:
    """How a figure comes about, as lines: what it is, the arithmetic, the rows behind it."""
    value = clean(people(found.value, found.unit))
    page: list[Line] = [[(value or "none", "strong"), (f"  {days_text(found, today)}", "dim")], []]
    page += [[(line, "plain")] for text in found.arithmetic for line in wrap(text, max(1, width))]
    if not found.reasons:
        return page
    rows = [
        (
            each.kind,
            each.title,
            people(each.on, Unit.DAY),
            cut(clean(each.part or ""), _PART),
            "" if each.value is None else people(each.value, _unit(found, each.value)),
        )
        for each in found.reasons[:_MOST]
    ]
    columns = (
        TableColumn("kind", "Kind", 4, drop=3),
        TableColumn("title", "Title", 8),
        TableColumn("on", "On", 6, align="right", drop=2),
        TableColumn("part", "Part", 4, drop=1),
        TableColumn("value", "Value", 5, align="right"),
    )
    filled = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    cells = [TableRow(tuple(row[place] for place in filled)) for row in rows]
    table = Table([columns[place] for place in filled], cells)
    # the title takes what the others leave
    rest = sum(column.width + 2 for column in table.measured() if column.key != "title")
    page += [[], *replace(table, longest=max(_TITLE, width - rest)).lines(width)]
    more = len(found.reasons) - _MOST
    return [*page, [(f"and {more:,} more; crm why lists all of them", "dim")]] if more > 0 else page


def _unit(found: Explanation, value: object) -> Unit:
    return Unit.RATE if found.unit is Unit.RATE and isinstance(value, float) else Unit.COUNT


def _table(report: Report[Any, Any], found: Grid, width: int) -> Table:
    # of columns for which there is no room the last are left out, the first, a name, never
    columns = [
        TableColumn(head.key, head.title, 1, align="right" if head.right else "left", drop=place)
        for place, head in enumerate(found.heads)
    ]
    rows = [_row(cells, found.heads) for cells in found.rows] if for_people(report.columns) else []
    sums = [TableRow(cells, "strong" if CONVERTED in cells[:1] else "plain") for cells in found.sums]
    tables = [Table(columns, rows, sums, longest) for longest in _NAMES]
    return next((table for table in tables if table.width <= width), tables[-1])


def _row(cells: Sequence[str], heads: Sequence[Head]) -> TableRow:
    """A row; figures of nothing are dim, and its names too when there is nothing in it at all."""
    dull = [head.right and text in _NOTHING for text, head in zip(cells, heads, strict=True)]
    empty = all(dim for dim, head in zip(dull, heads, strict=True) if head.right) and any(dull)
    inks: tuple[Ink, ...] = tuple("dim" if dim or empty else "plain" for dim in dull)
    return TableRow(tuple(cells), inks=inks)


def _facts(found: Grid, width: int) -> list[Line]:
    """The totals that are no sums of the rows: their titles, and the figures of each currency."""
    if not found.facts:
        return []
    if len(found.kinds) == 1:
        pair = (TableColumn("title", "", 1, drop=1), TableColumn("figure", "", 1, align="right"))
        rows = [TableRow((title, figure), inks=("dim", "plain")) for title, figure in found.facts]
        return Table(pair, rows).lines(width)[1:]
    columns = [
        TableColumn("kind", "", 1),
        *(
            TableColumn(fact[0], fact[0], 1, align="right", drop=place)
            for place, fact in enumerate(found.facts)
        ),
    ]
    rows = [
        TableRow((kind, *(fact[place + 1] for fact in found.facts))) for place, kind in enumerate(found.kinds)
    ]
    return Table(columns, rows).lines(width)


def _plots(plots: Sequence[Plot], room: int, drawn: Plot | None) -> list[list[Line]]:
    """The plots, without one that is drawn already: bars each, but several over the same time as their courses."""
    found: list[list[Line]] = []
    in_time = [each for each in plots if each.in_time and each.bars]
    courses = in_time[1:] if len(in_time) > 2 and len({len(each.bars) for each in in_time}) == 1 else []
    for each in plots:
        if not each.bars or each in courses or each is drawn:
            continue
        if each.in_time and len(each.bars) > _COURSE:
            courses.append(each)
            continue
        found.append([title(each.title, room), *bars([_bar(bar) for bar in each.bars], room)])
    if courses:
        found.append(_courses(courses, room))
    return found


def _bar(each: Any) -> Bar:
    part = None if each.part is None else _fine(each.part)
    return Bar(each.label, _fine(each.value), each.text, part=part)


def _fine(number: float) -> int:
    return round(number * _FINE)


def _courses(plots: Sequence[Plot], room: int) -> list[Line]:
    """A sparkline for each plot in which there is anything, all to one scale."""
    shown = [plot for plot in plots if any(each.value for each in plot.bars)]
    if not shown:
        return []
    largest = max(_fine(each.value) for plot in shown for each in plot.bars)
    name = min(room // 3, max(cell_width(clean(plot.title)) for plot in shown))
    return [_course(plot, largest, name, room) for plot in shown]


def _course(plot: Plot, largest: int, name: int, room: int) -> Line:
    kept = plot.bars[-max(1, room - name - 1) :]
    values = [_fine(each.value) for each in kept]
    most = kept[len(values) - 1 - values[::-1].index(max(values))]
    course = sparkline(values, largest)
    said = f"  most {most.text} in {most.label}"
    return [
        (f"{cell(plot.title, name)} ", "plain"),
        (course, "accent"),
        (cell(said, min(cell_width(clean(said)), max(0, room - name - 1 - len(course)))), "dim"),
    ]
