"""The days of a calendar month, and one day drawn into its cell: always as many lines and cells as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crm_tui.dates import add_months, month_length
from crm_tui.text import cell_width
from crm_tui.widgets.lines import Line, Span, wrap
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import cell

FIRST: Final = date(2, 1, 1)
LAST: Final = date(9998, 12, 31)
"""The calendar's ends: every week between them is whole."""
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FULL: Final = 6  # cells of the smallest cell that shows more than the number and a sign
_INDENTED: Final = 16
_TALL: Final = 3  # lines from which one says how many more there are
_MOST_MORE: Final = 2  # lines that a long text is given beyond its first


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """What is shown of a day.

    Attributes:
        sign: the sign of its open follow-ups.
        tone: what that sign means.
        open: how many there are.
        closed: how many are done or cancelled, where those are shown.
        kept: how many dates of people fall on it.
        marked: whether any of it is marked.
        texts: what is written beneath, as far as there is room.
    """

    sign: str = " "
    tone: Tone = "plain"
    open: int = 0
    closed: int = 0
    kept: int = 0
    marked: bool = False
    texts: tuple[tuple[str, Tone], ...] = ()


EMPTY: Final = DayCell()


def weeks(day: date) -> list[date]:
    """The Mondays of the weeks that a day's month touches."""
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    count = -(-(first.weekday() + month_length(day.year, day.month)) // 7)
    return [monday + timedelta(weeks=nth) for nth in range(count)]


def span(day: date) -> tuple[date, date]:
    """The first day that is shown with a day's month, and the day after the last."""
    mondays = weeks(day)
    return mondays[0], mondays[-1] + timedelta(weeks=1)


def shifted(day: date, *, days: int = 0, months: int = 0) -> date:
    """The day so far away, or the calendar's end where that is nearer."""
    # one step beyond either end is still a day, so that the sums cannot fail
    months = max(-12 * 9997, min(months, 12 * 9997))
    total = day.year * 12 + day.month - 1 + months
    if not FIRST.year * 12 <= total < (LAST.year + 1) * 12:
        return FIRST if months < 0 else LAST
    moved = add_months(day, months).toordinal() + days
    return date.fromordinal(max(FIRST.toordinal(), min(moved, LAST.toordinal())))


def columns(room: int) -> list[int]:
    """The cells of the seven days."""
    each, rest = divmod(max(0, room), 7)
    return [each + (place < rest) for place in range(7)]


def heights(lines: int, count: int) -> list[int]:
    """The lines of each week; one at least, though they may not all be in view then."""
    each, rest = divmod(max(lines, count), count)
    return [each + (place < rest) for place in range(count)]


def day_lines(
    day: date, shown: DayCell, width: int, height: int, *, cursor: bool, today: date, month: int
) -> list[Line]:
    """A day as ``height`` lines of ``width`` cells, the last of them a gap."""
    room = width - 1
    if room < _FULL:
        sign = shown.sign if shown.open else "°" if shown.kept else " "
        number = [(cell(f"{day.day:2}", min(2, width)), "plain"), (cell(sign, max(0, width - 2)), shown.tone)]
        return [number, *([[(" " * width, "plain")]] * (height - 1))]  # type: ignore[list-item]
    lines = [_head(day, shown, room, cursor=cursor, today=today, month=month)]
    lines += _body(shown, room, height - 1)
    lines += [[(" " * room, "plain")]] * (height - len(lines))
    return [[*line, (" ", "plain")] for line in lines]


def _body(shown: DayCell, room: int, height: int) -> list[Line]:
    """What is written beneath the number: a line each, and more for long texts where there is room left."""
    texts, total = list(shown.texts), shown.open + shown.closed + shown.kept
    if height >= _TALL and total > height:
        texts = [*texts[: height - 1], (f"{total - height + 1:,} more", "dim")]
    spare = height - len(texts)
    indent = "  " if room >= _INDENTED else " "
    lines: list[Line] = []
    for text, tone in texts[: max(0, height)]:
        first, *others = (
            wrap(text, room - len(indent) - 1, 1 + min(_MOST_MORE, max(0, spare))) if spare > 0 else [text]
        )
        spare -= len(others)
        lines.append([(indent, "plain"), (cell(first, room - len(indent)), tone)])
        lines += [[(f"{indent} ", "plain"), (cell(other, room - len(indent) - 1), tone)] for other in others]
    return lines


def _head(day: date, shown: DayCell, room: int, *, cursor: bool, today: date, month: int) -> Line:
    here = day.month == month
    number = f"[{day.day:2}]" if day == today else f" {day.day:2} "
    left: list[Span] = [(">" if cursor else " ", "plain"), (number, "strong" if here else "dim")]
    words = " today" if day == today else MONTHS[day.month - 1] if day.day == 1 else ""
    right = _figures(shown, room - 5)
    rest = room - 5 - sum(cell_width(text) for text, _ in right)
    if words and len(words) <= rest:
        left.append((words, "strong" if here else "dim"))
        rest -= len(words)
    return [*left, (" " * rest, "plain"), *right]


def _figures(shown: DayCell, room: int) -> Sequence[Span]:
    """The figures of a day, those that fit: marks, follow-ups, closed ones, dates."""
    found: list[Span] = []
    if shown.marked:
        found.append(("*", "accent"))
    if shown.open:
        found.append((f"{shown.sign.strip()}{shown.open:,}", shown.tone))
    if shown.closed:
        found.append((f"+{shown.closed:,}", "dim"))
    if shown.kept:
        found.append((f"°{shown.kept:,}", "dim"))
    fitting: list[Span] = []
    for text, tone in found:
        room -= cell_width(text) + 1
        if room < 0:
            break
        fitting += [(" ", "plain"), (text, tone)]
    return fitting
