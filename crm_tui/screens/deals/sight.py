"""What the board of deals shows, read in one go: a pipeline's stages with their deals, and its first line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.models import StageType
from crm_tui.money import exponent
from crm_tui.widgets.board.board_cards import SINCE_DAYS, is_late

if TYPE_CHECKING:
    from crm_tui.domain.board import Lane
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.pipelines import PipelineView


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the screen shows.

    Attributes:
        pipelines: every one.
        pipeline: the one in sight.
        lanes: its stages with their deals.
        figures: the first line.
        span: of what time the closed deals are, in words; empty when of all times.
    """

    pipelines: Sequence[PipelineView]
    pipeline: PipelineView | None
    lanes: Sequence[Lane]
    figures: str
    span: str = ""


NOTHING: Final = Sight((), None, (), "No deals yet.")


def read(crm: Crm, pipeline_id: int | None, condition: str) -> Sight:
    """Read a pipeline with what fits a filter, in a worker thread; the usual one where that one is gone."""
    pipelines = crm.pipelines.list()
    if not pipelines:
        return NOTHING
    usual = next((each for each in pipelines if each.is_default), pipelines[0])
    wanted = next((each for each in pipelines if each.id == pipeline_id), usual)
    since = crm.clock.today - timedelta(days=SINCE_DAYS)
    found = crm.deals.board(wanted.id, condition or None, closed_since=since)
    return Sight(
        pipelines,
        found.pipeline,
        found.lanes,
        figures(found.lanes, crm.clock.today, crm.config.base_currency),
        f"in {SINCE_DAYS} days" if found.closed_since is not None else "",
    )


def figures(lanes: Sequence[Lane], today: date, base: str) -> str:
    """The open deals in figures, the currency ``base`` first, else the one of most deals."""
    opened = [lane for lane in lanes if lane.stage.type is StageType.OPEN]
    cards = [card for lane in opened for card in lane.cards]
    sums: dict[str, tuple[int, int, int]] = {}
    for lane in opened:
        for total in lane.totals:
            if total.currency is not None:
                count, amount, value = sums.get(total.currency, (0, 0, 0))
                sums[total.currency] = (
                    count + total.count,
                    amount + total.amount_minor,
                    value + total.weighted_minor,
                )
    ordered = sorted(sums.items(), key=lambda each: (each[0] != base, -each[1][0], each[0]))
    counts = (
        (len(cards), "open"),
        (sum(card.is_stuck for card in cards), "stuck"),
        (sum(is_late(card, today) for card in cards), "late"),
    )
    parts = [f"{number:,} {word}" for number, word in counts if number or word == "open"]
    for code, (_, amount, value) in ordered[:1]:
        parts.append(f"{_whole(amount, code)} {code}, {_whole(value, code)} weighted")
    if len(ordered) > 1:
        parts.append(f"{len(ordered) - 1} more {'currency' if len(ordered) == 2 else 'currencies'}")
    idle = sum(card.next_step is None for card in cards)
    return " · ".join([*parts, *([f"{idle:,} without a next step"] if idle else [])])


def _whole(minor: int, currency: str) -> str:
    return f"{round(minor / 10 ** exponent(currency)):,}"
