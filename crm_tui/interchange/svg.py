"""Plots as SVG in a page: bars of a report, with a name and a description for who does not see them.

The rule it keeps: no script, no link, nothing from outside, and every text escaped. Colours are classes, so that the
page decides them for dark, light and paper; the figure stands beside every bar.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from crm_tui.text import cell_width, clean, cut

if TYPE_CHECKING:
    from crm_tui.domain.reports.report import Bar, Plot

_WIDTH: Final = 720
_LINE: Final = 24
_BAR: Final = 14
_GLYPH: Final = 7.2  # the width of a cell of text in 13 px, with some room
_LONGEST: Final = 28  # cells of a name
_HEIGHT: Final = 220
_FOOT: Final = 22
_HEAD: Final = 20
_MOST_COLUMNS: Final = 60


def text(data: str) -> str:
    """A text of data for a page: escaped, and without what directs or hides other text."""
    return escape(clean(data), quote=True)


def plot(found: Plot, number: int) -> str:
    """A plot as an ``svg`` element; columns for what follows in time, else bars with their names.

    Args:
        found: the plot.
        number: its number on the page, which makes its ids unique.
    """
    columns = found.in_time and 1 < len(found.bars) <= _MOST_COLUMNS
    drawn, height = _columns(found.bars) if columns else _bars(found.bars)
    told = "; ".join(f"{text(each.label)}: {text(each.text)}" for each in found.bars)
    return (
        f'<svg role="img" aria-labelledby="t{number} d{number}" viewBox="0 0 {_WIDTH} {height}"'
        f' width="{_WIDTH}" height="{height}">'
        f'<title id="t{number}">{text(found.title)}</title><desc id="d{number}">{told}</desc>{drawn}</svg>'
    )


def _bars(bars: tuple[Bar, ...]) -> tuple[str, int]:
    names = [cut(clean(each.label), _LONGEST) for each in bars]
    left = max((cell_width(name) for name in names), default=0) * _GLYPH + 10
    right = max((cell_width(clean(each.text)) for each in bars), default=0) * _GLYPH + 10
    low, high = min(0.0, *(each.value for each in bars)), max(0.0, *(each.value for each in bars))
    scale = max(60.0, _WIDTH - left - right) / ((high - low) or 1.0)
    zero = left - low * scale
    lines = []
    for place, (each, name) in enumerate(zip(bars, names, strict=True)):
        top = place * _LINE + (_LINE - _BAR) // 2
        base = place * _LINE + _LINE * 0.69
        lines.append(
            f"<g><title>{text(each.label)}: {text(each.text)}</title>"
            f'<text x="{_n(left - 10)}" y="{_n(base)}" class="name">{text(name)}</text>'
            f"{_lying(each, zero, scale, top)}"
            f'<text x="{_WIDTH}" y="{_n(base)}" class="figure">{text(each.text)}</text></g>'
        )
    axis = f'<line class="axis" x1="{_n(zero)}" x2="{_n(zero)}" y1="0" y2="{len(bars) * _LINE}"/>'
    return "".join(lines) + axis, max(1, len(bars)) * _LINE


def _lying(each: Bar, zero: float, scale: float, top: int) -> str:
    found = []
    for length, name in _strengths(each):
        wide = _seen(length * scale)
        start = zero if length >= 0 else zero - wide
        found.append(
            f'<rect class="{name}" x="{_n(start)}" y="{top}" width="{_n(wide)}" height="{_BAR}" rx="1"/>'
        )
    return "".join(found)


def _columns(bars: tuple[Bar, ...]) -> tuple[str, int]:
    low, high = min(0.0, *(each.value for each in bars)), max(0.0, *(each.value for each in bars))
    scale = (_HEIGHT - _HEAD - _FOOT) / ((high - low) or 1.0)
    zero = _HEAD + high * scale
    step = _WIDTH / len(bars)
    # every so many columns have a name, so that names never touch
    widest = max(cell_width(clean(each.label)) for each in bars) * _GLYPH + 8
    every = max(1, -(-int(widest) // max(1, int(step))))
    figures = max(cell_width(clean(each.text)) for each in bars) * _GLYPH + 6 <= step
    most = max(range(len(bars)), key=lambda place: bars[place].value)
    found = []
    for place, each in enumerate(bars):
        middle = step * (place + 0.5)
        lines = [f"<g><title>{text(each.label)}: {text(each.text)}</title>"]
        for length, name in _strengths(each):
            tall = _seen(length * scale)
            top = zero - tall if length >= 0 else zero
            lines.append(
                f'<rect class="{name}" x="{_n(middle - step * 0.36)}" y="{_n(top)}" width="{_n(step * 0.72)}"'
                f' height="{_n(tall)}" rx="1"/>'
            )
        if figures or place == most:
            lines.append(_label(each.text, middle, min(zero, zero - each.value * scale) - 5, "above"))
        if (len(bars) - 1 - place) % every == 0:
            lines.append(_label(each.label, middle, _HEIGHT - 6, "below"))
        found.append("".join([*lines, "</g>"]))
    axis = f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_n(zero)}" y2="{_n(zero)}"/>'
    return "".join(found) + axis, _HEIGHT


def _label(words: str, middle: float, y: float, name: str) -> str:
    """A text in the middle of a column, moved in where it would leave the picture."""
    half = cell_width(clean(words)) * _GLYPH / 2
    x = min(max(middle, half), _WIDTH - half)
    return f'<text x="{_n(x)}" y="{_n(y)}" class="{name}">{text(words)}</text>'


def _strengths(each: Bar) -> list[tuple[float, str]]:
    """The lengths that are drawn of a bar: all of it, and over it the part that is strong."""
    if each.part is None:
        return [(each.value, "strong")] if each.value else []
    return [(length, name) for length, name in ((each.value, "faint"), (each.part, "strong")) if length]


def _seen(length: float) -> float:
    """What is not nothing always shows."""
    return max(1.5, abs(length))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
