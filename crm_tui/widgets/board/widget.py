"""The board under one's hands: keys move the cursor, the mouse does too and draws cards from stage to stage.

How it looks is ``board_view``. The widget writes nothing: it says what the person wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from crm_tui.widgets.board.columns import Slot, arrange, revealing
from crm_tui.widgets.board.state import is_closed
from crm_tui.widgets.board.view import CARD, GUTTER, BoardView, Grip
from crm_tui.widgets.jump import Target
from crm_tui.widgets.moving import MOVES

if TYPE_CHECKING:
    from crm_tui.domain.board import Lane

_DRAG: Final = 2  # cells a card is drawn along before it counts


class Spot(NamedTuple):
    """What is under the pointer: a column, the card's row in it, None for the head, and whether its left edge."""

    column: int
    row: int | None
    edge: bool


class Board(BoardView, can_focus=True, inherit_bindings=False):
    """Deals by stage.

    Args:
        id: The id of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Highlighted(Message):
        """The cursor stands on another deal, or on none when ``key`` is None, or in another column."""

        def __init__(self, key: int | None) -> None:
            super().__init__()
            self.key = key

    class Opened(Message):
        """The person wants to see a deal whole."""

        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    class Marked(Message):
        """The marks have changed."""

    class Dropped(Message):
        """Cards were drawn to another stage."""

        def __init__(self, keys: Sequence[int], stage_id: int) -> None:
            super().__init__()
            self.keys = keys
            self.stage_id = stage_id

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self._told: tuple[int, int | None] | None = None
        self._was_drag = False

    @property
    def cursor_key(self) -> int | None:
        """The deal under the cursor."""
        return self.state.key

    @property
    def marked(self) -> set[int]:
        """The marked deals: a copy."""
        return set(self.state.marks)

    @property
    def dragging(self) -> bool:
        """Whether a card is being drawn along."""
        return self._target is not None

    def show(self, lanes: Sequence[Lane], today: date, empty: str, *, base: str = "", span: str = "") -> None:
        """Show other stages and deals.

        Args:
            lanes: the stages with their deals.
            today: the day from which others are told.
            empty: what is said in the middle when there are no deals.
            base: the currency whose sums come first.
            span: of what time the closed deals are.
        """
        before = [lane.stage.id for lane in self.state.lanes]
        self.state.take(lanes)
        self._today, self._empty, self._base, self._span = today, empty, base, span
        if self._grip is not None and (
            self.state.find(self._grip.key) is None or before != [lane.stage.id for lane in lanes]
        ):
            self.let_go()
        self._renew()

    def move_cards(self, stages: Mapping[int, int], entered_at: str) -> None:
        """Show cards in other stages at once, before that is written."""
        self.state.move(stages, entered_at)
        self._renew()

    def put_on(self, key: int) -> bool:
        """Put the cursor on a deal; says whether it is there."""
        found = self.state.put_on(key)
        self._renew(keep=True)
        return found

    def seek(self) -> None:
        """Go to where there is something, when the cursor stands in an empty column."""
        self.state.seek()
        self._renew(keep=True)

    def set_marks(self, keys: Iterable[int]) -> None:
        """Mark exactly these deals."""
        self.state.marks = {key for key in keys if self.state.find(key) is not None}
        self.post_message(self.Marked())
        self.refresh()

    def let_go(self) -> None:
        """Leave a card that is being drawn along where it was."""
        if self._grip is not None:
            self._grip = self._target = None
            self.release_mouse()
            self.refresh()

    def action_move(self, rows: int) -> None:
        """Move the cursor up or down."""
        self.state.put(self.state.column, self.state.row + rows)
        self._renew(keep=True)

    def action_page(self, screens: float) -> None:
        """Move the cursor by so many screens."""
        self.state.page(screens)
        self._renew(keep=True)

    def action_first(self) -> None:
        """Go to the first card of the stage."""
        self.state.put(self.state.column, 0)
        self._renew(keep=True)

    def action_last(self) -> None:
        """Go to the last card of the stage."""
        lane = self.state.lane
        self.state.put(self.state.column, len(lane.cards) - 1 if lane else 0)
        self._renew(keep=True)

    def action_column(self, step: int) -> None:
        """Go to another stage."""
        self.state.sideways(step)
        self._renew(keep=True)

    def action_mark(self) -> None:
        """Mark the card, or take its mark off, and go on to the next."""
        key = self.cursor_key
        if key is not None:
            self.set_marks(self.state.marks ^ {key})
            self.action_move(1)

    def action_open(self) -> None:
        """Open the deal."""
        key = self.cursor_key
        if key is not None:
            self.post_message(self.Opened(key))

    def jump_targets(self) -> list[Target]:
        """The cards in view, for jump mode, row by row."""

        def target(slot: Slot, row: int, y: int) -> Target:
            def go() -> None:
                self.focus()
                self.state.put(slot.place, row)
                self._renew(keep=True)

            place = self.content_region
            return Region(place.x + slot.left, place.y + y, slot.width, 1), go

        found: list[Target] = []
        for nth, y in enumerate(range(self._head_lines, self.size.height, self._stride)):
            for slot in self._slots:
                row = self.state.tops[slot.place] + nth
                if row < len(self.state.lanes[slot.place].cards):
                    found.append(target(slot, row, y))
        return found

    def on_resize(self) -> None:
        """Fit the columns, and keep the cursor in view."""
        self._renew(keep=True)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of a card."""
        self._was_drag = False
        spot = self._spot(event)
        if event.button == 1 and spot is not None and spot.row is not None:
            card = self.state.lanes[spot.column].cards[spot.row]
            self._grip = Grip(card.id, event.x, event.y)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw the card along."""
        grip = self._grip
        if grip is None:
            return
        if not event.button:
            # it was let go where nobody could see it
            self.let_go()
            return
        if self._target is None and max(abs(event.x - grip.x), abs(event.y - grip.y)) < _DRAG:
            return
        self._scroll_at_edge(event.x)
        self._target = self._column_at(event.x)
        self.refresh()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the card go in the stage that is under the pointer."""
        grip, target = self._grip, self._target
        if grip is None:
            return
        self._was_drag = target is not None
        self.let_go()
        if target is None or target == self.state.column_of(grip.key):
            return
        self.state.put_on(grip.key)
        keys = [grip.key]
        if grip.key in self.state.marks:
            keys = [card.id for card in self.state.ordered(self.state.marks)]
        self.post_message(self.Dropped(keys, self.state.lanes[target].stage.id))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the card; at its left edge also mark it, twice also open it."""
        spot = self._spot(event)
        if self._was_drag or spot is None:
            return
        if spot.row is None:
            step = self._more_at(event.x) if event.y == 0 else 0
            self.state.put(spot.column + step, self.state.tops[spot.column])
        else:
            self.state.put(spot.column, spot.row)
        self._renew(keep=True)
        if spot.row is not None and spot.edge:
            self.set_marks(self.state.marks ^ {self.state.lanes[spot.column].cards[spot.row].id})
        elif spot.row is not None and event.chain == 2:
            self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the column under the pointer; the cursor stays."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the column under the pointer; the cursor stays."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        event.prevent_default()
        column = self._column_at(event.x)
        if column is not None:
            self.state.scroll(column, rows)
            self.refresh()

    def _renew(self, *, keep: bool = False) -> None:
        """Fit everything to the size and what there is; ``keep`` when the cards are the same."""
        if not keep or len(self._faces) > 2000:
            self._faces.clear()
        self._measure()
        body = self.size.height - self._head_lines
        self.state.resize((body + self._stride - CARD) // self._stride)
        closed = [is_closed(lane) for lane in self.state.lanes]
        self._first = revealing(closed, self._first, self.state.column, self.size.width) if closed else 0
        self._slots = arrange(closed, self._first, self.size.width)
        self.refresh()
        told = self.state.column, self.cursor_key
        if told != self._told or not keep:
            self._told = told
            self.post_message(self.Highlighted(self.cursor_key))

    def _column_at(self, x: int) -> int | None:
        """The column at a cell, the nearest one beside them all."""
        found = [slot.place for slot in self._slots if slot.left <= x]
        return found[-1] if found else next((slot.place for slot in self._slots), None)

    def _spot(self, event: events.MouseEvent) -> Spot | None:
        slot = next((each for each in self._slots if each.left <= event.x < each.left + each.width), None)
        if slot is None:
            return None
        head = self._head_lines
        if event.y < head:
            return Spot(slot.place, None, edge=False)
        row, nth = divmod(event.y - head, self._stride)
        row += self.state.tops[slot.place]
        if nth >= CARD or row >= len(self.state.lanes[slot.place].cards):
            return None
        return Spot(slot.place, row, edge=event.x - slot.left < GUTTER)

    def _more_at(self, x: int) -> int:
        """The way to go from a click on one of the signs that there are more stages: -1, 1, or 0 for none."""
        first, last = self._slots[0], self._slots[-1]
        if first.place and x < GUTTER:
            return -1
        end = last.left + last.width
        return int(last.place < len(self.state.lanes) - 1 and end - 4 <= x < end)

    def _scroll_at_edge(self, x: int) -> None:
        """Bring the next stage into view when a card is drawn to the edge."""
        if not self._slots:
            return
        closed = [is_closed(lane) for lane in self.state.lanes]
        first, last = self._slots[0].place, self._slots[-1].place
        if x <= 0 and first > 0:
            self._first = first - 1
        elif x >= self.size.width - 1 and last < len(closed) - 1:
            self._first = revealing(closed, self._first, last + 1, self.size.width)
        else:
            return
        self._slots = arrange(closed, self._first, self.size.width)
