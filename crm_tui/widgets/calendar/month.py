"""A calendar month to move about in, a day at a time.

The rule it keeps: it shows the month of the day under its cursor, and only what it was given of each day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from crm_tui.dates import month_length
from crm_tui.text import clean
from crm_tui.widgets.calendar.month_days import (
    EMPTY,
    WEEKDAYS,
    DayCell,
    columns,
    day_lines,
    heights,
    shifted,
    span,
    weeks,
)
from crm_tui.widgets.jump import Target
from crm_tui.widgets.lines import Inked, Line
from crm_tui.widgets.moving import MOVES
from crm_tui.widgets.tables.table_lines import cell

_WEEK_NUMBERS: Final = 5  # cells for them, where there is room
_ROOMY: Final = 100
_SHORT: Final = 2
_WHOLE_NAMES: Final = 12


class MonthGrid(Inked, can_focus=True):
    """The weeks of a month, Monday first.

    Args:
        day: The day the cursor stands on.
        today: The day that is marked.
        id: The id of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Moved(Message):
        """The cursor stands on another day."""

        def __init__(self, day: date) -> None:
            super().__init__()
            self.day = day

        def can_replace(self, message: Message) -> bool:
            """Only the last of several in a row counts."""
            return isinstance(message, MonthGrid.Moved)

    class Opened(Message):
        """The person wants to see a day whole."""

    class Marked(Message):
        """The person wants to mark what falls on the day."""

    def __init__(self, day: date, today: date, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._day = day
        self._today = today
        self._cells: Mapping[date, DayCell] = {}
        self._drawn: dict[date, list[Line]] = {}

    @property
    def day(self) -> date:
        """The day under the cursor."""
        return self._day

    def show(self, cells: Mapping[date, DayCell], today: date) -> None:
        """Show what falls on the days; a day that is not among them is empty."""
        self._cells, self._today = cells, today
        self._redraw()

    def go_to(self, day: date) -> None:
        """Put the cursor on a day."""
        if day != self._day:
            self._day = day
            self.post_message(self.Moved(day))
        self._redraw()

    def step(self, days: int) -> None:
        """Move the cursor by days."""
        self.go_to(shifted(self._day, days=days))

    def action_move(self, rows: int) -> None:
        """Move the cursor by weeks."""
        self.step(7 * rows)

    def action_page(self, screens: float) -> None:
        """Move the cursor by months, or by two weeks for half of one."""
        if abs(screens) < 1:
            self.step(14 if screens > 0 else -14)
        else:
            self.go_to(shifted(self._day, months=int(screens)))

    def action_first(self) -> None:
        """Go to the first of the month."""
        self.go_to(self._day.replace(day=1))

    def action_last(self) -> None:
        """Go to the last of the month."""
        self.go_to(self._day.replace(day=month_length(self._day.year, self._day.month)))

    def action_mark(self) -> None:
        """Mark what falls on the day."""
        self.post_message(self.Marked())

    def action_open(self) -> None:
        """Open the day."""
        self.post_message(self.Opened())

    def on_resize(self) -> None:
        """Draw for the new size; nothing scrolls."""
        self.virtual_size = Size(0, 0)
        self._redraw()

    def notify_style_update(self) -> None:
        """Draw in the new styles."""
        super().notify_style_update()
        self._drawn.clear()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the day; twice also open it."""
        found = self._day_at(event.x, event.y)
        if found is not None:
            self.go_to(found)
            if event.chain == 2:
                self.action_open()

    def jump_targets(self) -> list[Target]:
        """The days in view, for jump mode."""
        place, seen = self.content_region, set[date]()
        found: list[Target] = []
        for y in range(self._top, self.size.height):
            week = self._week_at(y)
            if week is None or week[0] in seen:
                continue
            seen.add(week[0])
            at = place.x + self._margin
            for offset, width in enumerate(self._columns):
                day = week[0] + timedelta(days=offset)
                found.append((Region(at, place.y + y, width, 1), partial(self._jump, day)))
                at += width
        return found

    def _jump(self, day: date) -> None:
        self.focus()
        self.go_to(day)

    def render_line(self, y: int) -> Strip:
        """Draw a line of the names of the days, or one of a week."""
        if y < self._top:
            return self._names()
        place = self._week_at(y)
        if place is None:
            return self.strip(())
        monday, nth, height = place
        segments = []
        if self._margin:
            number = f" W{monday.isocalendar().week:<3}" if nth == 0 else " " * self._margin
            segments.append(Segment(number, self.ink("dim")))
        for offset, width in enumerate(self._columns):
            day = monday + timedelta(days=offset)
            style = self.ink("cursor") if day == self._day else None
            line = self._day_lines(day, width, height)[nth]
            segments += [Segment(clean(text), style or self.ink(ink)) for text, ink in line if text]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    @property
    def _top(self) -> int:
        """The lines above the first week: the names of the days, where there is room for them."""
        return 1 if self.size.height > _SHORT else 0

    @property
    def _margin(self) -> int:
        return _WEEK_NUMBERS if self.size.width >= _ROOMY else 0

    @property
    def _columns(self) -> list[int]:
        return columns(self.size.width - self._margin)

    def _names(self) -> Strip:
        spans = [(" " * self._margin, "dim")]
        for name, width in zip(WEEKDAYS, self._columns, strict=True):
            shown = name if width >= _WHOLE_NAMES else name[:3]
            spans.append((cell(f" {shown}" if width > 3 else name[:2], width), "dim"))
        return self.strip(spans)  # type: ignore[arg-type]

    def _week_at(self, y: int) -> tuple[date, int, int] | None:
        """The Monday of the week that a line of the widget shows, which of its lines that is, and how many it has."""
        mondays, lines = weeks(self._day), self.size.height - self._top
        sizes = heights(lines, len(mondays))
        here = (self._day - mondays[0]).days // 7
        # where they do not all fit, the week of the cursor is the last in view
        line = y - self._top + max(0, sum(sizes[: here + 1]) - lines)
        for monday, height in zip(mondays, sizes, strict=True):
            if line < height:
                return monday, line, height
            line -= height
        return None

    def _day_at(self, x: int, y: int) -> date | None:
        place = self._week_at(y) if y >= self._top else None
        if place is None:
            return None
        at = self._margin
        for offset, width in enumerate(self._columns):
            at += width
            if x < at:
                return place[0] + timedelta(days=offset)
        return None

    def _day_lines(self, day: date, width: int, height: int) -> list[Line]:
        found = self._drawn.get(day)
        if found is None or len(found) != height:
            found = self._drawn[day] = day_lines(
                day,
                self._cells.get(day, EMPTY),
                width,
                height,
                cursor=day == self._day,
                today=self._today,
                month=self._day.month,
            )
        return found

    def _redraw(self) -> None:
        self._drawn.clear()
        self.refresh()

    @property
    def span(self) -> tuple[date, date]:
        """The first day that is shown, and the day after the last."""
        return span(self._day)
