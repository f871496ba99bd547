"""Moving cards from stage to stage, by key and by mouse.

The rule it keeps: a card that is moved is seen in its new place at once; moves are written one after the other, and
what is read meanwhile does not throw a card back.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual import on

from crm_tui.errors import CrmError
from crm_tui.models import StageType
from crm_tui.screens.deals.work import DealWork, is_open, words
from crm_tui.screens.forms import deal_forms
from crm_tui.widgets.board.widget import Board


class DealMoves(DealWork):
    """A screen with a board whose cards move."""

    def __init__(self) -> None:
        super().__init__()
        self._moves: list[tuple[Mapping[int, int], str]] = []
        self._moving = False

    @property
    def board(self) -> Board:
        """The board."""
        return self.query_one(Board)

    @property
    def on_the_way(self) -> bool:
        """Whether moves are shown that are not written yet."""
        return self._moving or bool(self._moves)

    def do_stage_back(self) -> None:
        """Move deals one stage back."""
        self._step(-1)

    def do_stage_on(self) -> None:
        """Move deals one stage on; from the last one on they are won."""
        self._step(1)

    def _step(self, step: int) -> None:
        """Move each open deal to the open stage beside its own."""
        lanes = [lane for lane in self.board.state.lanes if is_open(lane.stage)]
        places = {lane.stage.id: place for place, lane in enumerate(lanes)}
        cards = self.opened
        stages = {
            card.id: lanes[places[card.stage_id] + step].stage.id
            for card in cards
            if 0 <= places[card.stage_id] + step < len(lanes)
        }
        if stages:
            way = "on" if step > 0 else "back"
            self.relocate(stages, f"move {len(stages):,} deals one stage {way}")
        elif step > 0:
            self.win(cards)
        elif cards:
            self.crm_app.tell(f"{words(cards)} cannot go further back than {lanes[0].stage.name}.")

    def relocate(self, stages: Mapping[int, int], words: str) -> None:
        """Show moves at once and write them one after the other."""
        self.board.move_cards(stages, self.desk.clock.instant)
        self._moves.append((stages, words))
        self._write_move()

    def _write_move(self) -> None:
        if self._moving or not self._moves:
            return
        self._moving = True
        stages, words = self._moves.pop(0)
        self.write(lambda crm: deal_forms.place(crm, stages, words), self._moved, self._not_moved)

    def _moved(self, _: object) -> None:
        self._moving = False
        if self._moves:
            self._write_move()
        else:
            self.reload()

    def _not_moved(self, error: CrmError) -> None:
        self._moving = False
        self._moves.clear()
        self.refuse(error)
        self.reload()

    @on(Board.Dropped)
    def _dropped(self, event: Board.Dropped) -> None:
        event.stop()
        state = self.board.state
        stage = next(lane.stage for lane in state.lanes if lane.stage.id == event.stage_id)
        cards = [card for card in state.ordered(event.keys) if card.stage_id != stage.id]
        if is_open(stage):
            stages = dict.fromkeys((card.id for card in cards), stage.id)
            self.relocate(stages, f"move {words(cards)} to {stage.name}")
        elif stage.type is StageType.WON:
            self.win(cards, stage.id)
        else:
            self.lose(cards, stage.id)
