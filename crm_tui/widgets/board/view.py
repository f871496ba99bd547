"""How the board is drawn: a column a stage, its figures above, its cards beneath, only where they are in view.

What it knows is ``board_state``, where columns stand ``board_columns``, what cards say ``board_cards``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from crm_tui.text import cell_width, clean
from crm_tui.widgets.board import board_cards as cards
from crm_tui.widgets.board.board_cards import Face
from crm_tui.widgets.board.columns import Slot
from crm_tui.widgets.board.state import BoardState, is_closed
from crm_tui.widgets.lines import Inked, wrap
from crm_tui.widgets.tables.table_lines import cell

if TYPE_CHECKING:
    from crm_tui.domain.board import Card, Lane

Piece = tuple[str, str]
"""A text and the name of its style: an ink or ``mark``."""
CARD: Final = 3  # lines
GUTTER: Final = 2  # cells at the left of a card for the cursor, the mark, the sign
_SUMS: Final = 3  # lines of figures in a head
_LEAST_BODY: Final = 4
_AIRY: Final = 11  # from so many lines on there is one between cards


class Grip(NamedTuple):
    """A card held by the mouse, and where it was taken."""

    key: int
    x: int
    y: int


class BoardView(Inked):
    """The picture of a board.

    Args:
        id: The id of the widget.
    """

    DEFAULT_CSS = """
    BoardView { overflow: hidden; scrollbar-gutter: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self.state = BoardState()
        self._today = date.min
        self._empty = self._base = self._span = ""
        self._head_lines = 0
        self._sum_lines = 1
        self._stride = CARD
        self._first = 0
        self._slots: list[Slot] = []
        self._faces: dict[tuple[int, int], Face] = {}
        self._grip: Grip | None = None
        self._target: int | None = None

    def render_line(self, y: int) -> Strip:
        """Draw one line of all columns."""
        head = self._head_lines
        if y >= head and not self.state.count:
            return self._note(y - head, self.size.height - head)
        segments: list[Segment] = []
        for slot in self._slots:
            segments += self._head(slot, y) if y < head else self._body(slot, y - head)
        return Strip(segments).adjust_cell_length(self.size.width, self.ink("plain"))

    def _measure(self) -> None:
        """Say how many lines the heads have and how far cards stand apart.

        Heads have names, sums and a rule; names alone, or nothing, where there is no room.
        """
        height, most = self.size.height, max((len(lane.totals) for lane in self.state.lanes), default=0)
        self._sum_lines = max(1, min(_SUMS, most))
        full = 2 + self._sum_lines
        self._head_lines = full if height - full >= _LEAST_BODY else 1
        if not self.state.lanes or height < 2:
            self._head_lines = 0
        self._stride = CARD + 1 if height - self._head_lines >= _AIRY else CARD

    def _head(self, slot: Slot, y: int) -> list[Segment]:
        """One line of a stage's head."""
        lane = self.state.lanes[slot.place]
        if y == 0:
            return self._title_line(slot, lane)
        if y == self._head_lines - 1:
            return self._rule(slot, lane)
        texts = cards.sums(lane, slot.width - GUTTER - 1, self._base, self._sum_lines)
        text = texts[y - 1] if y <= len(texts) else ""
        return self._piece([(" " * GUTTER, "plain"), (text, "dim")], slot.width)

    def _title_line(self, slot: Slot, lane: Lane) -> list[Segment]:
        """The stage's name and count, and at the ends how many stages there are beyond."""
        here = slot.place == self.state.column
        before = slot.place if slot.left == 0 else 0
        after = len(self.state.lanes) - 1 - slot.place if slot == self._slots[-1] else 0
        sign = "→" if slot.place == self._target else ">" if here and not lane.cards else " "
        lead = f"‹{before} " if before else f"{sign} "
        tail = f" {after}›" if after else ""
        count = f" {len(lane.cards):,}"
        room = slot.width - cell_width(lead) - len(tail) - len(count) - 1
        name = cards.shown(lane.stage.name, max(1, room))
        rest = room - cell_width(name)
        aside = f" {self._span}" if self._span and is_closed(lane) and rest > len(self._span) else ""
        found: list[Piece] = [
            (lead, "accent" if before or sign != " " else "plain"),
            (name, "mark" if here or slot.place == self._target else "strong"),
            (count, "plain"),
            (aside, "dim"),
        ]
        gap = slot.width - sum(cell_width(text) for text, _ in found) - len(tail) - 1
        return self._piece([*found, (" " * max(0, gap), "plain"), (tail, "accent")], slot.width)

    def _rule(self, slot: Slot, lane: Lane) -> list[Segment]:
        """A thin line, which says how many cards are out of sight above and below."""
        above = self.state.tops[slot.place]
        below = max(0, len(lane.cards) - above - self.state.height)
        parts = [text for text, number in ((f"↑{above:,}", above), (f"↓{below:,}", below)) if number]
        text = f" {' '.join(parts)} " if parts else ""
        room = slot.width - 1
        line = "─" * max(0, room - len(text) - 1) + text + "─" * min(1, room)
        return self._piece([(cell(line, room), "mark" if slot.place == self._target else "dim")], slot.width)

    def _body(self, slot: Slot, y: int) -> list[Segment]:
        """One line of a column of cards."""
        lane = self.state.lanes[slot.place]
        row, nth = divmod(y, self._stride)
        row += self.state.tops[slot.place]
        if nth >= CARD or row >= len(lane.cards):
            return self._piece([], slot.width)
        card = lane.cards[row]
        face = self._face(card, lane, slot.width - GUTTER - 1)
        cursor = slot.place == self.state.column and row == self.state.row
        gutter: Piece = (" ", "plain")
        if nth == 0 and cursor:
            gutter = (">", "plain")
        elif nth == 1 and card.id in self.state.marks:
            gutter = ("*", "mark")
        elif nth == 2:
            gutter = (face.sign.sign, face.sign.ink)
        line: list[Piece] = [gutter, (" ", "plain"), *face.lines[nth]]
        if self._is_drawn(card):
            line = [(text, "dim") for text, _ in line]
        return self._piece(line, slot.width, self.ink("cursor") if cursor else None)

    def _is_drawn(self, card: Card) -> bool:
        if self._grip is None or self._target is None:
            return False
        return card.id == self._grip.key or (
            self._grip.key in self.state.marks and card.id in self.state.marks
        )

    def _face(self, card: Card, lane: Lane, width: int) -> Face:
        known = self._faces.get((card.id, width))
        if known is None:
            known = self._faces[card.id, width] = cards.face(card, lane.stage.type, width, self._today)
        return known

    def _piece(self, spans: Iterable[Piece], width: int, style: Style | None = None) -> list[Segment]:
        """A column's part of a line, as wide as the column; the last cell parts it from the next."""
        segments, left = [], width - 1
        for text, ink in spans:
            if text and left > 0:
                text = cards.shown(text, left)
                left -= cell_width(text)
                segments.append(Segment(text, style or self.ink(ink)))
        if left > 0:
            segments.append(Segment(" " * left, style or self.ink("plain")))
        segments.append(Segment(" ", self.ink("plain")))
        return segments

    def _note(self, y: int, height: int) -> Strip:
        """What is said where there are no deals."""
        width = max(1, self.room - 4)
        lines = [line for part in self._empty.split("\n") for line in wrap(clean(part), width)]
        place = y - max(0, (height - len(lines)) // 2)
        text = lines[place] if 0 <= place < len(lines) else ""
        return self.strip([(cell(text, self.room, "center"), "dim")])
