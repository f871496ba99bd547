"""The rows of a record as data, and how each is laid out in the width of the moment.

A row is an item: a label, a text that may take several lines, something at its right end, and lines beneath. One
without a key is there to be read and cannot be reached. Whatever the texts hold, they are made safe where they are
drawn.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_tui.text import cell_width, clean, cut, pad
from crm_tui.widgets.lines import Ink, Line, Span, wrap
from crm_tui.widgets.tables.rows import Tone

GUTTER: Final = 4
"""Cells for the cursor, the mark, the sign and a space."""
BENEATH: Final = 4
"""Lines of each text beneath a row."""
_NARROWEST: Final = 8  # cells of text; below that the label gives way
_GAP: Final = 2  # cells between the text and what stands at the right
_ASIDE_SHARE: Final = 2  # what stands at the right takes at most the half


Key = tuple[Hashable, ...]
"""What a row stands for: its kind, and which one of the kind."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        key: what it stands for, unique in the record; None where it cannot be reached.
        label: the dim word before the text.
        text: what it says.
        aside: what stands at the right end of its first line.
        sign: one cell that says in black and white what ``tone`` says in colour.
        tone: of the sign and of what stands at the right.
        ink: of the text.
        beneath: dim texts under it.
        most: the lines the text may take.
        rule: whether it is a thin line with the text in it.
        of: the thing itself, for whoever acts on the row.
    """

    key: Key | None
    label: str = ""
    text: str = ""
    aside: str = ""
    sign: str = " "
    tone: Tone = "plain"
    ink: Ink = "plain"
    beneath: tuple[str, ...] = ()
    most: int = 3
    rule: bool = False
    of: Any = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what is said at its right, the width of its labels in cells, and the rows beneath."""

    title: str
    rows: Sequence[Row]
    aside: str = ""
    label: int = 12


def height(row: Row, label: int, width: int) -> int:
    """How many lines a row takes in ``width`` cells; ``label`` is the width of the labels."""
    if row.rule:
        return 1
    room, beside = _rooms(row, label, width)
    said = _said(row, label, width - GUTTER - room)
    lines = 1 if _fits(said, beside) else len(wrap(said, beside, row.most))
    return lines + sum(
        1 if _fits(text, room) else len(wrap(text, room, BENEATH)) for text in row.beneath if text
    )


def lines(row: Row, label: int, width: int, *, cursor: bool = False, marked: bool = False) -> list[Line]:
    """A row as exactly ``height`` lines of at most ``width`` cells."""
    if row.rule:
        head = cut(f"{' ' * (GUTTER - 1)}── {clean(row.text)} ", width)
        return [[(head, "dim"), ("─" * max(0, width - cell_width(head) - 1), "dim")]]
    room, beside = _rooms(row, label, width)
    shown = width - GUTTER - room
    found: list[Line] = []
    said = _said(row, label, shown)
    texts = [clean(said)] if _fits(said, beside) else wrap(said, beside, row.most)
    for place, text in enumerate(texts or [""]):
        first = place == 0
        lead = _head(row, cursor=cursor, marked=marked) if first else [(" " * GUTTER, "plain")]
        word = pad(clean(row.label) if first else "", shown - 1) + " " if shown else ""
        spans: list[Span] = [*lead, (word, "dim"), (text, row.ink)]
        if first and row.aside:
            spans += _aside(row, room - cell_width(text))
        found.append(spans)
    indent = " " * (GUTTER + shown)
    for text in row.beneath:
        if text:
            parts = [clean(text)] if _fits(text, room) else wrap(text, room, BENEATH)
            found += ([(indent, "plain"), (part, "dim")] for part in parts)
    return found


def rows_of(sections: Sequence[Section]) -> Iterator[Row]:
    """The rows that can be reached, from top to bottom."""
    return (row for section in sections for row in section.rows if row.key is not None)


def _head(row: Row, *, cursor: bool, marked: bool) -> list[Span]:
    return [
        (">" if cursor else " ", "plain"),
        ("*" if marked else " ", "accent"),
        (pad(clean(row.sign), 1), row.tone),
        (" ", "plain"),
    ]


def _said(row: Row, label: int, shown: int) -> str:
    """The text; where there is no room for a column of labels, with its label before it."""
    return f"{row.label} {row.text}" if label and row.label and not shown else row.text


def _rooms(row: Row, label: int, width: int) -> tuple[int, int]:
    """The cells of the text, and those of its first lines where something stands at the right."""
    whole = max(1, width - GUTTER)
    room = whole - label if whole - label >= _NARROWEST else whole
    return room, max(1, room - _aside_width(row, room))


def _aside_width(row: Row, room: int) -> int:
    return min(cell_width(clean(row.aside)), room // _ASIDE_SHARE) + _GAP + 1 if row.aside else 0


def _aside(row: Row, left: int) -> list[Span]:
    text = cut(clean(row.aside), max(0, left - 1 - _GAP))
    return [
        (" " * max(0, left - cell_width(text) - 1), "plain"),
        (text, row.tone if row.tone != "plain" else "dim"),
    ]


def _fits(text: str, width: int) -> bool:
    """Whether a text is one line that needs no laying out: nearly all are, and asking is much cheaper than wrapping."""
    if not text.isprintable() or len(text) > width:
        return False
    return text.isascii() or cell_width(text) <= width
