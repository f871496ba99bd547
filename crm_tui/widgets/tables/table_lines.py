"""How the lines of a table are drawn: which columns fit, and each row as one strip of plain text.

Cells reach the screen here and nowhere else, through ``clean`` and ``cut``, as the text of a segment: they
can be neither markup nor escape codes. Widths are counted as Textual counts them, so that nothing beside a
table shifts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from crm_tui.text import cell_width, clean, pad
from crm_tui.widgets.tables.rows import Align, RowView, Tone

CURSOR: Final = ">"
MARK: Final = "*"
MARK_WIDTH: Final = 2
"""Cells at the left of every line, for the signs of the cursor and of a mark."""

_NARROW: Final = 60
_WAITING: Final = "…"
_UNREAD: Final = "could not be read"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: at least ``width`` cells, and ``flex`` parts of the room that is left.

    Where they do not all fit, those with the highest ``drop`` go first; of equals the one furthest right.
    """

    key: str
    title: str
    width: int
    flex: int = 0
    align: Align = "left"
    drop: int = 0
    tone: Tone = "plain"


class Slot(NamedTuple):
    """A column that is shown: its place among all columns, and its width on this screen."""

    place: int
    column: TableColumn
    width: int


def fit(columns: Sequence[TableColumn], room: int) -> tuple[list[Slot], int]:
    """The columns that fit into ``room`` cells with their widths, and the gap between them.

    One column is always shown, however little room there is.
    """
    gap = 1 if room < _NARROW else 2
    shown = list(range(len(columns)))

    def spare() -> int:
        return room - sum(columns[i].width for i in shown) - gap * (len(shown) - 1)

    while len(shown) > 1 and spare() < 0:
        shown.remove(max(shown, key=lambda i: (columns[i].drop, i)))
    left = spare()
    if left < 0:
        return [Slot(i, columns[i], max(0, room)) for i in shown], gap
    parts = sum(columns[i].flex for i in shown)
    slots = []
    for i in shown:
        share = left * columns[i].flex // parts if parts else 0
        left, parts = left - share, parts - columns[i].flex
        slots.append(Slot(i, columns[i], columns[i].width + share))
    return slots, gap


def cell(text: str, width: int, align: Align = "left") -> str:
    """Any text as exactly ``width`` cells of one line."""
    if len(text) > 4 * width + 8:  # What lies beyond cannot be seen, and a cell may hold a book.
        text = text[: 4 * width + 8] + "…"
    # The sign that asks for the emoji form makes one cell in some terminals and two in others: do without it.
    return pad(clean(text).replace("\ufe0f", ""), width, align)


class Look(NamedTuple):
    """The styles of a table, resolved against the theme and the background."""

    base: Style
    cursor: Style
    dim: Style
    mark: Style
    tones: Mapping[Tone, Style]


class LinePainter:
    """Draws the lines of one table, and keeps those it has drawn.

    Args:
        columns: The columns, all of them.
        signs: Whether rows carry a sign, which takes two cells more.
    """

    def __init__(self, columns: Sequence[TableColumn], *, signs: bool) -> None:
        self._columns = tuple(columns)
        self._signs = signs
        self._gutter = MARK_WIDTH + (2 if signs else 0)
        self._width = 0
        self._slots: list[Slot] = []
        self._gap = 2
        plain = Style()
        self._look = Look(plain, plain, plain, plain, {})
        self._drawn: LRUCache[tuple[int, bool, bool], tuple[RowView, Strip]] = LRUCache(256)

    @property
    def look(self) -> Look:
        """The styles in use."""
        return self._look

    def dress(self, look: Look) -> None:
        """Take new styles."""
        self._look = look
        self._drawn.clear()

    def resize(self, width: int) -> None:
        """Fit the columns into a line of ``width`` cells."""
        if width != self._width:
            self._width = width
            self._slots, self._gap = fit(self._columns, width - self._gutter)
            self._drawn.clear()

    def header(self) -> Strip:
        """The line of titles."""
        titles = [cell(slot.column.title, slot.width, slot.column.align) for slot in self._slots]
        line = " " * self._gutter + (" " * self._gap).join(titles)
        return self._strip([(line, self._look.dim)], self._look.dim)

    def row(self, index: int, row: RowView, *, cursor: bool, marked: bool) -> Strip:
        """The line of one row."""
        drawn = self._drawn.get((index, cursor, marked))
        if drawn is None or drawn[0] != row:
            drawn = row, self._draw(row, cursor=cursor, marked=marked)
            self._drawn[(index, cursor, marked)] = drawn
        return drawn[1]

    def absent(self, *, cursor: bool, failed: bool) -> Strip:
        """The line of a row that is not in hand: on its way, or impossible to read."""
        style = self._look.cursor if cursor else self._look.base
        room = max(0, self._width - self._gutter)
        text = cell(_UNREAD if failed else _WAITING, room)
        gutter = (CURSOR if cursor else " ").ljust(self._gutter)
        return self._strip([(gutter, style), (text, style if cursor else self._look.dim)], style)

    def blank(self) -> Strip:
        """An empty line."""
        return Strip.blank(self._width, self._look.base)

    def note(self, text: str, height: int) -> list[Strip]:
        """A text in the middle of ``height`` lines."""
        room = max(1, self._width - 2)
        lines = [line for part in text.split("\n") for line in _wrap(clean(part), room)][:height]
        above = (height - len(lines)) // 2
        drawn = [
            self._strip([(" " + cell(line, room, "center"), self._look.dim)], self._look.dim)
            for line in lines
        ]
        return [self.blank()] * above + drawn + [self.blank()] * (height - above - len(lines))

    def _draw(self, row: RowView, *, cursor: bool, marked: bool) -> Strip:
        look = self._look
        style = look.cursor if cursor else look.base

        def toned(tone: Tone) -> Style:
            return style if cursor else look.tones.get(tone, style)

        pieces = [
            (CURSOR if cursor else " ", style),
            (MARK, style if cursor else look.mark) if marked else (" ", style),
        ]
        if self._signs:
            pieces += [(cell(row.sign, 1), toned(row.tone)), (" ", style)]
        for number, slot in enumerate(self._slots):
            if number:
                pieces.append((" " * self._gap, style))
            text = row.cells[slot.place] if slot.place < len(row.cells) else ""
            tone = row.tones[slot.place] if slot.place < len(row.tones) else slot.column.tone
            pieces.append((cell(text, slot.width, slot.column.align), toned(tone)))
        return self._strip(pieces, style)

    def _strip(self, pieces: Sequence[tuple[str, Style]], rest: Style) -> Strip:
        segments = [
            Segment("".join(text for text, _ in group), style)
            for style, group in groupby(pieces, itemgetter(1))
        ]
        return Strip(segments).adjust_cell_length(self._width, rest)


def _wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` cells, broken between words; a word that is longer is cut."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line] or [""]
