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
_SHARE: Final = 3  # a label takes at most one part in so many of a line


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, its number, the figure beside it.

    A negative number is drawn as long as it would be above nothing, with a minus before it. Of a bar with a ``part``
    only that much is drawn full, the rest in outline.
    """

    label: str
    value: int
    figure: str
    part: int | None = None


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
    """A line for each bar, all drawn to one scale: its label, the bar, the figure.

    Where it is narrow the label gives way first, then the bar, the figure last.
    """
    if not found or width <= 0:
        return []
    room = _Room.of(found, width)
    largest = max(abs(each.value) for each in found)
    return [room.line(each, largest) for each in found]


@dataclass(frozen=True, slots=True)
class _Room:
    """The cells of the parts of a line; a part without any is left out, with the gap after it."""

    label: int
    sign: int
    bar: int
    figure: int

    @classmethod
    def of(cls, every: Sequence[Bar], width: int) -> _Room:
        """How a line of ``width`` cells is shared."""
        figure = min(width, _widest(each.figure for each in every))
        sign = int(any(each.value < 0 for each in every))
        left = width - figure - _with_gap(sign) - 1
        # a label of one or two cells says nothing any more
        label = _fitting(min(width // _SHARE, _widest(each.label for each in every)), left - _NARROWEST - 1)
        left -= _with_gap(label)
        return cls(label, sign, left, figure) if left >= _NARROWEST else cls(0, 0, 0, figure)

    def line(self, each: Bar, largest: int) -> Line:
        """One bar as a line."""
        drawn = bar(each.value if each.part is None else each.part, largest, self.bar)
        parts: tuple[tuple[str, int, Ink], ...] = (
            (each.label, self.label, "plain"),
            (_BELOW_NOTHING if each.value < 0 else " ", self.sign, "accent"),
        )
        spans: list[Span] = [(f"{cell(text, width)} ", ink) for text, width, ink in parts if width]
        if each.part is None or not self.bar:
            spans += [(f"{cell(drawn, self.bar)} ", "accent")] if self.bar else []
        else:
            rest = _REST * (len(bar(each.value, largest, self.bar)) - len(drawn))
            spans += [(drawn, "accent"), (cell(rest, self.bar - len(drawn) + 1), "dim")]
        return [*spans, (cell(each.figure, self.figure, "right"), "plain")]


def _share(value: int, largest: int, steps: int) -> int:
    """How many of so many steps a number is of the largest, to the nearest; one at least of anything above nothing."""
    if value <= 0 or largest <= 0 or steps <= 0:
        return 0
    return max(1, min(steps, (2 * value * steps + largest) // (2 * largest)))


def _widest(texts: Iterable[str]) -> int:
    return max((cell_width(clean(text)) for text in texts), default=0)


def _with_gap(width: int) -> int:
    return width + 1 if width else 0


def _fitting(width: int, room: int) -> int:
    """A width that fits, or none when too little would be left of the text."""
    return width if width <= room else room if room > 2 else 0
