"""What is open, stage by stage: how many deals, what they are worth, which of them are stuck.

A deal is stuck once it has been in its stage for the stage's ``rot_days``, as on the board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.dates import day_start
from crm_tui.domain.board import Total
from crm_tui.domain.deal_fields import WEIGHTED
from crm_tui.domain.reports.shape import DealTotals, MoneyCells, Report, added, converted, count, missing
from crm_tui.models import StageType

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.stages import StageView

NAME: Final = "pipeline"
_SUMS: Final = f"""SELECT deals.stage_id, CASE WHEN deals.amount_minor IS NOT NULL THEN deals.currency END AS code,
    count(*), coalesce(sum(deals.amount_minor), 0), coalesce(sum({WEIGHTED}), 0), sum(deals.amount_minor IS NULL)
    FROM deals WHERE deals.status = 'open' AND deals.archived_at IS NULL
    GROUP BY deals.stage_id, code ORDER BY deals.stage_id, code IS NULL, code"""  # noqa: S608 - fixed names
_STUCK: Final = """SELECT count(*) FROM deals WHERE status = 'open' AND archived_at IS NULL
    AND stage_id = ? AND stage_entered_at < ?"""


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """The open deals of a stage: by currency, those without an amount last, and how many of them are stuck.

    ``probability`` is the stage's in percent; a deal may have another one set by hand.
    """

    stage_id: int
    pipeline: str
    stage: str
    probability: int
    stuck: int
    sums: tuple[Total, ...]

    @property
    def count(self) -> int:
        """How many deals there are, those without an amount included."""
        return count(self.sums)

    @property
    def missing(self) -> int:
        """How many of them have no amount."""
        return missing(self.sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineTotals(DealTotals):
    """All open deals added up."""

    stuck: int = 0


@dataclass(frozen=True, slots=True)
class PipelineLine:
    """A stage and a currency for machines; deals without an amount have a line without a currency.

    ``count`` is of that currency alone, ``stuck`` and ``missing`` of the whole stage.
    """

    pipeline: str
    stage: str
    probability: int
    count: int
    currency: str | None
    amount: str | None
    weighted: str | None
    stuck: int
    missing: int


def report(crm: Crm) -> Report[PipelineRow, PipelineTotals]:
    """The open deals by stage, in the order of the stages; a stage without deals has a row too."""
    sums: dict[int, list[Total]] = {}
    for stage_id, *figures in crm.connection.execute(_SUMS):
        sums.setdefault(stage_id, []).append(Total(*figures))
    stages = [stage for stage in crm.pipelines.stages() if stage.type is StageType.OPEN]
    known = {stage.id for stage in stages}
    stages += [crm.pipelines.get_stage(stage_id) for stage_id in sums if stage_id not in known]
    rows = tuple(
        PipelineRow(
            stage.id,
            stage.pipeline,
            stage.name,
            stage.probability,
            _stuck(crm, stage) if stage.id in sums else 0,
            tuple(sums.get(stage.id, ())),
        )
        for stage in stages
    )
    today = crm.clock.today
    total = added(each for row in rows for each in row.sums)
    base, unrated = converted(crm, total, today)
    stuck = sum(row.stuck for row in rows)
    totals = PipelineTotals(sums=total, converted=base, unrated=unrated, stuck=stuck)
    return Report(NAME, None, today, rows, totals)


def lines(found: Report[PipelineRow, PipelineTotals]) -> Sequence[PipelineLine]:
    """The report for machines: a line for each stage and currency, and one for a stage without deals."""
    return [
        PipelineLine(
            row.pipeline, row.stage, row.probability, total.count,
            money.currency, money.amount, money.weighted, row.stuck, row.missing,
        )
        for row in found.rows
        for total in row.sums or (Total(None, 0, 0, 0, 0),)
        for money in (MoneyCells.of(total),)
    ]  # fmt: skip


def _stuck(crm: Crm, stage: StageView) -> int:
    if stage.rot_days is None:
        return 0
    before = day_start(crm.clock.today - timedelta(days=stage.rot_days - 1), crm.clock)
    return int(crm.connection.execute(_STUCK, (stage.id, before)).fetchone()[0])
