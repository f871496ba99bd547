"""The way of each deal through the stages, read from its moves by the definitions of ``funnel``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.dates import Period, day_start
from crm_tui.models import StageType

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.asking import Deals
    from crm_tui.domain.stages import StageView

_SECONDS: Final = 86_400


class Move(NamedTuple):
    """A deal entering a stage at an instant."""

    stage_id: int
    moved_at: str


class Entry(NamedTuple):
    """A stage reached by the move of that number, and whether the deal went on from it."""

    move: int
    went_on: bool


class Stay(NamedTuple):
    """How long a deal was in an open stage that it left by the move of that number."""

    stage_id: int
    days: float
    move: int


@dataclass(frozen=True, slots=True)
class Steps:
    """Every stage there is or was: the open ones in their order, their rank among those of their pipeline."""

    all: Mapping[int, StageView]
    open: Sequence[StageView]
    rank: Mapping[int, int]
    present: Mapping[int, Sequence[int]]
    """The open stages of a pipeline that were not put away, in order: those that can be passed over."""

    @classmethod
    def of(cls, crm: Crm) -> Steps:
        """The stages of a file; one put away stands before the one that took its place."""
        every = [
            crm.pipelines.get_stage(stage_id)
            for (stage_id,) in crm.connection.execute(
                "SELECT id FROM stages ORDER BY pipeline_id, position, archived_at IS NULL, id"
            ).fetchall()
        ]
        ordered = [stage for stage in every if stage.type is StageType.OPEN]
        present: dict[int, list[int]] = {}
        for stage in ordered:
            if stage.archived_at is None:
                present.setdefault(stage.pipeline_id, []).append(stage.id)
        return cls(
            {stage.id: stage for stage in every},
            ordered,
            {stage.id: place for place, stage in enumerate(ordered)},
            present,
        )

    def before(self, stage: StageView) -> list[int]:
        """The stages that are passed by reaching this one, which is open or won."""
        known = self.present.get(stage.pipeline_id, ())
        if stage.type is not StageType.OPEN:
            return [*known]
        return [each for each in known if self.rank[each] < self.rank[stage.id]]

    def is_beyond(self, later: StageView, stage: StageView) -> bool:
        """Whether reaching ``later`` is going on from an open stage."""
        if later.type is StageType.OPEN:
            return later.pipeline_id == stage.pipeline_id and self.rank[later.id] > self.rank[stage.id]
        return later.type is StageType.WON


@dataclass(frozen=True, slots=True)
class Shape:
    """What follows from the order of the stages a deal entered, and which of these moves lie in the period.

    Attributes:
        status: what the deal is at the end.
        lost_from: the open stage it was lost from, if it is lost.
        entered: the stages entered in the period.
    """

    status: StageType
    lost_from: int | None
    entered: Mapping[int, Entry]


@dataclass(frozen=True, slots=True)
class Path:
    """What the moves of a deal come to.

    Attributes:
        deal_id: the deal.
        moves: its moves until the end of the day.
        began: whether the first of them lies in the period.
        shape: what follows from their order.
        stays: those in open stages that ended in the period.
    """

    deal_id: int
    moves: Sequence[Move]
    began: bool
    shape: Shape
    stays: Sequence[Stay]


def paths(deals: Deals, steps: Steps, period: Period) -> Iterator[Path]:
    """The ways of the deals that moved in the period."""
    clock = deals.crm.clock
    start, end = day_start(period.start, clock), day_start(period.end, clock)
    # whose newest move was before the period did nothing in it
    rows = deals.rows(
        "deals.id, m.to_stage_id, m.moved_at",
        "deals.stage_entered_at >= ? AND m.moved_at < ?",
        (start, deals.until),
        "ORDER BY deals.id, m.moved_at, m.id",
        joins=f"CROSS JOIN {deals.moves} m ON m.deal_id = deals.id",
    )
    # thousands of deals go the same few ways
    shape = cache(partial(_shape, steps))
    for deal_id, group in groupby(rows, key=itemgetter(0)):
        moves = [Move(stage_id, moved_at) for _, stage_id, moved_at in group if stage_id in steps.all]
        if moves:
            inside = tuple(start <= move.moved_at < end for move in moves)
            stays = [
                Stay(before.stage_id, _days(before.moved_at, after.moved_at), place)
                for place, (before, after) in enumerate(pairwise(moves), 1)
                if inside[place] and before.stage_id in steps.rank
            ]
            found = shape(tuple(move.stage_id for move in moves), inside)
            yield Path(int(deal_id), moves, inside[0], found, stays)


def _shape(steps: Steps, way: Sequence[int], inside: Sequence[bool]) -> Shape:
    stages = [steps.all[stage_id] for stage_id in way]
    reached: set[int] = set()
    entered: dict[int, Entry] = {}
    for place, stage in enumerate(stages):
        if stage.type is StageType.LOST:
            continue
        passed = [each for each in steps.before(stage) if each not in reached]
        if inside[place]:
            for each in passed:
                entered.setdefault(each, Entry(place, went_on=True))
            if stage.type is StageType.OPEN:
                goes_on = any(steps.is_beyond(later, stage) for later in stages[place + 1 :])
                entered.setdefault(stage.id, Entry(place, goes_on))
        reached.update(passed, [stage.id])
    before = next((stage for stage in reversed(stages) if stage.type is not StageType.LOST), None)
    lost_from = None
    if stages[-1].type is StageType.LOST and before is not None and before.type is StageType.OPEN:
        lost_from = before.id
    return Shape(stages[-1].type, lost_from, entered)


def _days(begun: str, ended: str) -> float:
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds() / _SECONDS
