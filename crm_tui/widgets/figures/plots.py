"""Plots in text: from numbers to lines, nothing else.

The rule it keeps: a bar's length is its share of the largest, to an eighth of a cell. What is not nothing always shows
at least a sliver, and nothing shows none; the figure stands beside every bar, and signs beside colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crm_tui.text import cell_width, clean
from crm_tui.widgets.lines import Ink, Line, Span
from crm_tui.widgets.tables.table_lines import cell

NOTHING: Final = "·"
"""What a sparkline shows for nothing."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_HEIGHTS: Final = "▁▂▃▄▅▆▇█"
_BELOW_NOTHING: Final = "-"
_REST: Final = "░"
_NARROWEST: Final = 4  # cells of a bar that still says something
_SHARE: Final = 3  # a name and a label take at most one part in so many of a line each


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, its number, the figure beside it, and its ink and sign.

    A negative number is drawn as long as it would be above nothing, with a minus for its sign. Of a bar with a ``part``
    only that much is drawn full, the rest in outline.
    """

    label: str
    value: int
    figure: str
    ink: Ink = "accent"
    sign: str = " "
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that belong together, under one name."""

    name: str
    bars: Sequence[Bar]


def bar(value: int, largest: int, width: int) -> str:
    """A bar that is ``width`` cells long for the largest number; whole cells, and one in eighths at its end."""
    whole, rest = divmod(_share(abs(value), largest, 8 * width), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def sparkline(values: Sequence[int], largest: int | None = None) -> str:
    """One cell a number, as high as its share of the largest of them, or of the one given.

    Nothing, and what is below it, is a ``·``.
    """
    top = max(values, default=0) if largest is None else largest
    steps = (_share(value, top, len(_HEIGHTS)) for value in values)
    return "".join(_HEIGHTS[step - 1] if step else NOTHING for step in steps)


def bars(found: Sequence[Bar], width: int) -> list[Line]:
    """A line for each bar: its label, the bar, the figure.

    Where it is narrow the label gives way first, then the bar, the figure last.
    """
    return grouped([Group("", found)], width)


def grouped(groups: Sequence[Group], width: int) -> list[Line]:
    """Bars in groups, all drawn to one scale; the name of a group stands before the first of its bars."""
    every = [each for group in groups for each in group.bars]
    if not every or width <= 0:
        return []
    room = _Room.of(groups, every, width)
    largest = max(abs(each.value) for each in every)
    return [
        room.line("" if place else group.name, each, largest)
        for group in groups
        for place, each in enumerate(group.bars)
    ]


@dataclass(frozen=True, slots=True)
class _Room:
    """The cells of the parts of a line; a part without any is left out, with the gap after it."""

    name: int
    label: int
    sign: int
    bar: int
    figure: int

    @classmethod
    def of(cls, groups: Sequence[Group], every: Sequence[Bar], width: int) -> _Room:
        """How a line of ``width`` cells is shared."""
        figure = min(width, _widest(each.figure for each in every))
        sign = int(any(_sign(each) != " " for each in every))
        left = width - figure - _with_gap(sign) - 1
        name = min(width // _SHARE, _widest(group.name for group in groups))
        label = min(width // _SHARE, _widest(each.label for each in every))
        # a label of one or two cells says nothing any more
        label = _fitting(label, left - _with_gap(name) - _NARROWEST - 1)
        name = _fitting(name, left - _with_gap(label) - _NARROWEST - 1)
        left -= _with_gap(name) + _with_gap(label)
        return cls(name, label, sign, left, figure) if left >= _NARROWEST else cls(0, 0, 0, 0, figure)

    def line(self, name: str, each: Bar, largest: int) -> Line:
        """One bar as a line."""
        drawn = bar(each.value if each.part is None else each.part, largest, self.bar)
        parts: tuple[tuple[str, int, Ink], ...] = (
            (name, self.name, "plain"),
            (each.label, self.label, "dim" if self.name else "plain"),
            (_sign(each), self.sign, each.ink),
        )
        spans: list[Span] = [(f"{cell(text, width)} ", ink) for text, width, ink in parts if width]
        if each.part is None or not self.bar:
            spans += [(f"{cell(drawn, self.bar)} ", each.ink)] if self.bar else []
        else:
            rest = _REST * (len(bar(each.value, largest, self.bar)) - len(drawn))
            spans += [(drawn, each.ink), (cell(rest, self.bar - len(drawn) + 1), "dim")]
        return [*spans, (cell(each.figure, self.figure, "right"), "plain")]


def _share(value: int, largest: int, steps: int) -> int:
    """How many of so many steps a number is of the largest, to the nearest; one at least of anything above nothing."""
    if value <= 0 or largest <= 0 or steps <= 0:
        return 0
    return max(1, min(steps, (2 * value * steps + largest) // (2 * largest)))


def _sign(each: Bar) -> str:
    return _BELOW_NOTHING if each.value < 0 else each.sign[:1] or " "


def _widest(texts: Iterable[str]) -> int:
    return max((cell_width(clean(text)) for text in texts), default=0)


def _with_gap(width: int) -> int:
    return width + 1 if width else 0


def _fitting(width: int, room: int) -> int:
    """A width that fits, or none when too little would be left of the text."""
    return width if width <= room else room if room > 2 else 0
