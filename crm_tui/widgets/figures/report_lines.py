"""How a report is laid out: a table of figures, and plots beside it where there is room, else beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from crm_tui.text import cell_width, clean, cut
from crm_tui.widgets.lines import Ink, Line, Span, wrap
from crm_tui.widgets.tables.table_lines import TableColumn, cell, fit

PLOT: Final = 56
"""The cells that a plot with names and figures needs beside a table."""
_GAP: Final = 4  # cells between a table and what stands beside it
_WIDEST: Final = 90  # cells beyond which a plot says no more
_NAME: Final = 28  # cells of a name in a table


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its cells, the ink of them all or of each."""

    cells: tuple[str, ...]
    ink: Ink = "plain"
    inks: tuple[Ink, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Columns as wide as what they hold, names at most ``longest``; the rows, and beneath a rule their sums."""

    columns: Sequence[TableColumn]
    rows: Sequence[TableRow]
    sums: Sequence[TableRow] = ()
    longest: int = _NAME

    def measured(self) -> list[TableColumn]:
        """The columns with the width of their widest cell; names are cut where they are very long."""
        rows = [*self.rows, *self.sums]
        found = []
        for place, column in enumerate(self.columns):
            widest = max([cell_width(column.title), *(_width(row, place) for row in rows)])
            found.append(
                replace(column, width=widest if column.align == "right" else min(widest, self.longest))
            )
        return found

    @property
    def width(self) -> int:
        """The cells it takes when it has them."""
        columns = self.measured()
        return sum(column.width for column in columns) + 2 * (len(columns) - 1)

    def lines(self, width: int) -> list[Line]:
        """The table in at most ``width`` cells; columns that do not fit are left out."""
        slots, gap = fit(self.measured(), width)
        used = sum(slot.width for slot in slots) + gap * (len(slots) - 1)
        blank = " " * gap

        def line(row: TableRow) -> Line:
            spans: list[Span] = []
            for slot in slots:
                ink = row.inks[slot.place] if slot.place < len(row.inks) else row.ink
                text = row.cells[slot.place] if slot.place < len(row.cells) else ""
                spans += [(cell(text, slot.width, slot.column.align), ink), (blank, "plain")]
            return spans[:-1]

        titles = TableRow(tuple(column.title for column in self.columns), "dim")
        found = [line(titles), *(line(row) for row in self.rows)]
        if self.sums:
            found += [[("─" * used, "dim")], *(line(row) for row in self.sums)]
        return found


def beside(
    left: Table,
    right: Sequence[Sequence[Line]],
    width: int,
    least: int = PLOT,
    tail: Sequence[Line] = (),
) -> list[Line]:
    """A table with plots beside it if they have room there, else beneath it.

    Args:
        left: the table.
        right: the plots, no wider than ``plot_room`` says.
        width: the cells of both together.
        least: the cells that the plots need beside it.
        tail: what stands beneath the table, an empty line between them.
    """
    lines = [*left.lines(width), *([[], *tail] if tail else [])]
    blocks = [line for block in right for line in (*block, [])][:-1]
    if not blocks:
        return lines
    if not is_beside(left, width, least) or any(_cells(line) > left.width for line in tail):
        return [*lines, [], *blocks]
    gap = left.width + _GAP
    padded: list[Line] = []
    for place in range(max(len(lines), len(blocks))):
        first = lines[place] if place < len(lines) else ()
        second = blocks[place] if place < len(blocks) else ()
        used = _cells(first)
        padded.append([*first, (" " * (gap - used), "plain"), *second] if second else first)
    return padded


def is_beside(table: Table, width: int, least: int = PLOT) -> bool:
    """Whether a plot has room at the right of a table."""
    return width - table.width - _GAP >= least


def plot_room(table: Table, width: int, least: int = PLOT) -> int:
    """How many cells a plot gets, beside the table or beneath it."""
    room = width - table.width - _GAP if is_beside(table, width, least) else width
    return min(room, _WIDEST)


def title(text: str, width: int) -> Line:
    """The heading of a plot."""
    return [(cut(clean(text), width), "title")]


def notes(texts: Sequence[str], width: int) -> list[Line]:
    """What there is to say about the figures, in as many lines as it takes."""
    lines: list[Line] = [[(line, "dim")] for text in texts for line in wrap(text, max(1, width))]
    return [[], *lines] if lines else []


def _cells(line: Line) -> int:
    return sum(cell_width(clean(text)) for text, _ in line)


def _width(row: TableRow, place: int) -> int:
    return cell_width(clean(row.cells[place])) if place < len(row.cells) else 0
