"""What a board knows: the stages with their cards, the cursor, the marks, and how far each column is scrolled.

Without a screen. The rule it keeps: nothing moves unless the person moved it. After a reload the cursor stands on the
same card, the marks stay, and each column begins with the card it began with.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from crm_tui.models import StageType

if TYPE_CHECKING:
    from crm_tui.domain.board import Card, Lane


class BoardState:
    """The state of one board. ``height`` is how many whole cards a column shows."""

    def __init__(self) -> None:
        self.lanes: Sequence[Lane] = ()
        self.column = 0
        self.row = 0
        self.height = 1
        self.tops: list[int] = []
        self.marks: set[int] = set()
        self.leaves = False
        """Whether the card under the cursor goes elsewhere without the cursor."""
        self._places: dict[int, tuple[int, int]] = {}

    @property
    def lane(self) -> Lane | None:
        """The stage the cursor is in."""
        return self.lanes[self.column] if self.lanes else None

    @property
    def card(self) -> Card | None:
        """The card under the cursor."""
        lane = self.lane
        return lane.cards[self.row] if lane is not None and self.row < len(lane.cards) else None

    @property
    def key(self) -> int | None:
        """The deal under the cursor."""
        return None if self.card is None else self.card.id

    @property
    def count(self) -> int:
        """How many cards there are."""
        return len(self._places)

    def find(self, key: int) -> Card | None:
        """The card of a deal."""
        place = self._places.get(key)
        return None if place is None else self.lanes[place[0]].cards[place[1]]

    def column_of(self, key: int) -> int | None:
        """The column of a deal."""
        place = self._places.get(key)
        return None if place is None else place[0]

    def ordered(self, keys: Iterable[int]) -> list[Card]:
        """The cards of deals, from the first stage to the last and from top to bottom."""
        places = sorted(self._places[key] for key in keys if key in self._places)
        return [self.lanes[column].cards[row] for column, row in places]

    def every(self) -> list[int]:
        """Every deal, in the same order."""
        return [card.id for lane in self.lanes for card in lane.cards]

    def take(self, lanes: Sequence[Lane]) -> None:
        """Take in what was read anew."""
        key, screen_row = self.key, self.row - self.tops[self.column] if self.tops else 0
        stage = None if self.lane is None else self.lane.stage.id
        heads = {lane.stage.id: (self._head(place), top) for place, (lane, top) in enumerate(self._tops())}
        self.lanes = lanes
        self._index()
        self.marks &= self._places.keys()
        self.tops = [
            self._top(heads.get(lane.stage.id, (None, 0)), place) for place, lane in enumerate(lanes)
        ]
        stages = [lane.stage.id for lane in lanes]
        same = stage in stages
        self.column = stages.index(stage) if stage is not None and same else self._first_filled()
        self.row = self.row if same else 0
        place = self._places.get(key) if key is not None else None
        if place is not None and (place[0] == self.column or not self.leaves):
            self.column, self.row = place
            if 0 <= screen_row < self.height:
                self.tops[self.column] = self.row - screen_row
        self._clamp()

    def put(self, column: int, row: int) -> None:
        """Put the cursor on a card, or on the nearest there is, and show it."""
        if not self.lanes:
            return
        self.leaves = False
        self.column, self.row = max(0, min(column, len(self.lanes) - 1)), row
        self._clamp()
        self.reveal()

    def put_on(self, key: int) -> bool:
        """Put the cursor on a deal; says whether it is there."""
        place = self._places.get(key)
        if place is not None:
            self.put(*place)
        return place is not None

    def seek(self) -> None:
        """Go to where there is something, when the cursor stands in an empty column."""
        if self.card is None and self.count:
            self.put(self._first_filled(), 0)

    def sideways(self, step: int) -> None:
        """Go to another column, as far down the screen as before."""
        if self.lanes:
            column = max(0, min(self.column + step, len(self.lanes) - 1))
            seen = max(0, min(self.row - self.tops[self.column], self.height - 1))
            self.put(column, self.tops[column] + seen)

    def page(self, screens: float) -> None:
        """Move the cursor and the column by so many screens."""
        if self.lanes:
            step = max(1, int(self.height * abs(screens))) * (1 if screens > 0 else -1)
            self.scroll(self.column, step)
            self.put(self.column, self.row + step)

    def scroll(self, column: int, rows: int) -> None:
        """Scroll a column; the cursor stays."""
        self.tops[column] += rows
        self._clamp_tops()

    def reveal(self) -> None:
        """Bring the cursor into view."""
        if not self.lanes:
            return
        top = self.tops[self.column]
        self.tops[self.column] = max(self.row - self.height + 1, min(top, self.row))
        self._clamp_tops()

    def move(self, stages: Mapping[int, int], entered_at: str) -> None:
        """Put cards into other stages at once, before that is written; the cursor goes with its card."""
        from crm_tui.domain.board import totals

        moved = [
            card._replace(stage_id=stages[card.id], stage_entered_at=entered_at, age_days=0, is_stuck=False)
            for card in self.ordered(stages)
        ]
        touched = {card.stage_id for card in moved} | {card.stage_id for card in self.ordered(stages)}
        lanes: list[Lane] = []
        for lane in self.lanes:
            if lane.stage.id in touched:
                cards = [card for card in lane.cards if card.id not in stages]
                for card in moved:
                    if card.stage_id == lane.stage.id:
                        cards.insert(bisect_left(cards, _order(card), key=_order), card)
                lane = replace(lane, cards=tuple(cards), totals=tuple(totals(cards)))
            lanes.append(lane)
        self.leaves = False
        self.take(lanes)
        self.reveal()

    def resize(self, height: int) -> None:
        """Take in how many whole cards a column shows; a cursor that was in view stays in view."""
        seen = bool(self.tops) and 0 <= self.row - self.tops[self.column] < self.height
        self.height = max(1, height)
        self._clamp_tops()
        if seen:
            self.reveal()

    def _tops(self) -> list[tuple[Lane, int]]:
        return list(zip(self.lanes, self.tops, strict=True))

    def _head(self, place: int) -> int | None:
        """The deal that a column begins with, unless it is the column's first."""
        top, cards = self.tops[place], self.lanes[place].cards
        return cards[top].id if 0 < top < len(cards) else None

    def _top(self, head: tuple[int | None, int], place: int) -> int:
        key, top = head
        found = self._places.get(key) if key is not None else None
        return found[1] if found is not None and found[0] == place else top

    def _index(self) -> None:
        self._places = {
            card.id: (column, row)
            for column, lane in enumerate(self.lanes)
            for row, card in enumerate(lane.cards)
        }

    def _first_filled(self) -> int:
        return next((place for place, lane in enumerate(self.lanes) if lane.cards), 0)

    def _clamp(self) -> None:
        if not self.lanes:
            self.column = self.row = 0
            return
        self.column = min(self.column, len(self.lanes) - 1)
        self.row = max(0, min(self.row, len(self.lanes[self.column].cards) - 1))
        self._clamp_tops()

    def _clamp_tops(self) -> None:
        for place, lane in enumerate(self.lanes):
            self.tops[place] = max(0, min(self.tops[place], len(lane.cards) - self.height))


def _order(card: Card) -> tuple[bool, date, str, int]:
    """The order of open deals: those that close soonest first."""
    return (
        card.expected_close_on is None,
        card.expected_close_on or date.min,
        card.stage_entered_at,
        card.id,
    )


def is_closed(lane: Lane) -> bool:
    """Whether a stage holds what is won or lost."""
    return lane.stage.type is not StageType.OPEN
