"""Reports and explanations as text for a terminal: title, days and currency, rows, a rule, totals, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.report_text import Head, days_text, grid, heading, people, subtitle
from crm_tui.text import cell_width, clean, cut, pad

if TYPE_CHECKING:
    from crm_tui.domain.reports.report import Explanation, Report
    from crm_tui.report_text import Grid

Style = Callable[[str, str], str]
Cells = Sequence[str]
_GAP: Final = "  "
_NARROWEST: Final = 12


def report_lines(report: Report[Any, Any], today: date, width: int, style: Style) -> Iterator[str]:
    """A report as lines.

    Args:
        report: what is shown.
        today: the present day.
        width: the cells of a line.
        style: puts a text in a style of the terminal.
    """
    found = grid(report)
    yield style(clean(heading(report)), "bold")
    yield style(clean(subtitle(report, today)), "dim")
    yield ""
    if report.is_empty:
        yield "Nothing to show."
    else:
        yield from _figures(found, width, style)
    if report.notes:
        yield ""
        for note in report.notes:
            yield from (style(line, "dim") for line in _wrapped(clean(note), width))


def _figures(found: Grid, width: int, style: Style) -> Iterator[str]:
    if found.rows or found.sums:
        yield from _table(found.heads, found.rows, found.sums, width, style)
        if found.facts:
            yield ""
    yield from _facts(found, width, style)


def _facts(found: Grid, width: int, style: Style) -> Iterator[str]:
    """The other totals, a line each; a line a currency instead where there are many."""
    if not found.facts:
        return
    if len(found.kinds) == 1:
        heads = [Head("", "", right=False, gives_way=True), Head("", "", right=True)]
        yield from list(_table(heads, found.facts, (), width, style))[1:]
        return
    kinds = [Head("", each, right=True) for each in found.kinds]
    lines = list(_table([Head("", "", right=False), *kinds], found.facts, (), width, style))
    if len(found.kinds) > len(found.facts):
        heads = [Head("", "", right=False), *(Head("", title, right=True) for title, *_ in found.facts)]
        figures = zip(*(figures for _, *figures in found.facts), strict=True)
        rows = [(kind, *each) for kind, each in zip(found.kinds, figures, strict=True)]
        lines = list(_table(heads, rows, (), width, style))
    yield from lines


def why_lines(found: Explanation, today: date, width: int, style: Style) -> Iterator[str]:
    """How a figure comes about, as lines: what it is, the arithmetic, the rows."""
    yield style(f"{clean(found.title)}: {clean(people(found.value, found.unit)) or 'none'}", "bold")
    yield style(days_text(found, today), "dim")
    yield ""
    for line in found.arithmetic:
        yield from (f"{_GAP}{each}" for each in _wrapped(clean(line), width - len(_GAP)))
    if found.reasons:
        from crm_tui.interchange.report_out import reason_columns

        columns = [each for each in reason_columns(found) if each.key != "currency"]
        rows = [
            [each.show(row, today) if each.show else str(each.value(row) or "") for each in columns]
            for row in found.reasons
        ]
        filled = [place for place in range(len(columns)) if any(row[place] for row in rows)]
        heads = [
            Head(each.key, each.title, each.right, bool(each.flex))
            for each in (columns[place] for place in filled)
        ]
        yield ""
        yield from _table(heads, [[row[place] for place in filled] for row in rows], (), width, style)


def _table(
    heads: Sequence[Head], rows: Sequence[Cells], sums: Sequence[Cells], width: int, style: Style
) -> Iterator[str]:
    """Rows under their heads; columns for which there is no room are named beneath."""
    cleaned = [[clean(each) for each in row] for row in rows]
    added = [[clean(each) for each in row] for row in sums]
    widths = _widths(heads, [*cleaned, *added], width)

    def line(cells: Cells) -> str:
        parts = [
            pad(cut(text, size), size, "right" if head.right else "left")
            for text, size, head in zip(cells, widths, heads, strict=False)
        ]
        return _GAP.join(parts).rstrip()

    # the widths are fewer than the columns where there is no room for all
    yield style(line([head.title for head in heads]), "dim")
    yield from (line(row) for row in cleaned)
    # a sum whose column has no room would be a name alone
    added = [row for row in added if any(row[1 : len(widths)])]
    if added:
        yield style("─" * min(width, sum(widths) + len(_GAP) * (len(widths) - 1)), "dim")
        yield from (line(row) for row in added)
    if len(widths) < len(heads):
        names = ", ".join(clean(head.title) for head in heads[len(widths) :])
        yield from (style(each, "dim") for each in _wrapped(f"No room here for: {names}.", width))


def _widths(heads: Sequence[Head], rows: Sequence[Cells], width: int) -> list[int]:
    """As wide as what they hold; names give way where it is narrow, then the last columns, figures never."""
    widths = [
        max([cell_width(head.title), *(cell_width(row[place]) for row in rows)])
        for place, head in enumerate(heads)
    ]
    least = [
        min(size, _NARROWEST) if head.gives_way else size for size, head in zip(widths, heads, strict=True)
    ]
    while len(least) > 2 and _spread(least) > width:
        del least[-1]
    widths = widths[: len(least)]
    while _spread(widths) > width:
        able = [place for place, size in enumerate(widths) if size > least[place]]
        if not able:
            break
        widest = max(able, key=lambda place: widths[place])
        over = (_spread(widths) - width) // len(able)
        widths[widest] -= min(widths[widest] - least[widest], max(1, over))
    return widths


def _spread(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, max(20, width)) or [""]
