"""The deals of the board as a plain list: the same cards, one line each, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.dates import relative_day
from crm_tui.models import StageType
from crm_tui.widgets.board import board_cards
from crm_tui.widgets.tables.rows import RowView, Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.board import Card, Lane

COLUMNS: Final = (
    TableColumn("title", "Deal", 22, flex=5),
    TableColumn("stage", "Stage", 11, flex=1),
    TableColumn("who", "Person", 12, flex=3, drop=3, tone="dim"),
    TableColumn("company", "Company", 12, flex=3, drop=5, tone="dim"),
    TableColumn("amount", "Amount", 14, align="right"),
    TableColumn("age", "In stage", 9, align="right", drop=2, tone="dim"),
    TableColumn("close", "Closes", 12, drop=1, tone="dim"),
    TableColumn("next", "Next step", 16, flex=4, drop=4),
)
_TONES: Final[dict[str, Tone]] = {"!": "bad", "~": "soon", "+": "good", "x": "bad"}


class DealRows:
    """Deals as rows; ``lanes`` may be exchanged for those read anew."""

    def __init__(self, lanes: Sequence[Lane], today: date) -> None:
        self.renew(lanes, today)

    def renew(self, lanes: Sequence[Lane], today: date) -> None:
        """Take in what was read anew."""
        # one tuple, so that a thread that pages sees the old list or the new one
        self._all = [(card, lane) for lane in lanes for card in lane.cards], today

    @property
    def keys(self) -> list[int]:
        """The deals, from top to bottom."""
        return [card.id for card, _ in self._all[0]]

    def first_of_stage(self, row: int, step: int) -> int:
        """The row where the stage after that of a row begins; that of its own, and then of the one before."""
        firsts, known = [], None
        for place, (_, lane) in enumerate(self._all[0]):
            if lane is not known:
                firsts.append(place)
                known = lane
        if step > 0:
            return next((first for first in firsts if first > row), row)
        return next((first for first in reversed(firsts) if first < row), row)

    def count(self) -> int:
        """How many deals there are."""
        return len(self._all[0])

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        """The rows from ``offset`` on."""
        rows, today = self._all
        return [_row(card, lane, today) for card, lane in rows[offset : offset + limit]]

    def position(self, key: int) -> int | None:
        """The row of a deal."""
        return next((place for place, (card, _) in enumerate(self._all[0]) if card.id == key), None)


def _row(card: Card, lane: Lane, today: date) -> RowView:
    sign = board_cards.sign(card, today, won=lane.stage.type is StageType.WON).sign
    money = board_cards.amount(card.amount_minor, card.currency) or "no amount"
    step = card.next_step or ""
    if card.closed_on is not None:
        age, close = "", relative_day(card.closed_on, today)
        step = card.lost_reason or step
    else:
        age = board_cards.age_words(card.age_days, today)
        close = relative_day(card.expected_close_on, today) if card.expected_close_on else ""
        step = step or "no next step"
    plain: Tone = "plain"
    bad: Tone = "bad"
    dim: Tone = "dim"
    tones = (
        plain,
        plain,
        dim,
        dim,
        plain if card.amount_minor is not None else dim,
        bad if card.is_stuck else dim,
        bad if board_cards.is_late(card, today) else dim,
        plain if card.next_step or card.lost_reason else dim,
    )
    cells = (card.title, lane.stage.name, card.contact or "", card.company or "", money, age, close, step)
    return RowView(card.id, cells, sign, _TONES.get(sign, "plain"), tones)
