"""How a conversion comes about: the deals that began or entered a stage, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.dates import local_day
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import Deals, looking, period_of
from crm_tui.domain.reports.funnel_paths import Path, Steps, paths
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.errors import UsageError
from crm_tui.models import StageType

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked
    from crm_tui.domain.stages import StageView


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """How ``conversion`` comes about: of the deals that began, or of the stage that ``ref`` names.

    Raises:
        UsageError: the stage is no open one.
        NotFoundError: there is no such stage.
        AmbiguousError: there is more than one.
    """
    stage = None if ref is None else crm.pipelines.get_stage(crm.references.stage(ref))
    if stage is not None and stage.type is not StageType.OPEN:
        raise UsageError(f"{stage.name} is a {stage.type.value} stage.", "Conversion is of the open ones.")
    with looking(crm, asked) as deals:
        period = period_of(asked, deals.day)
        found = [*paths(deals, Steps.of(crm), period)]
        chosen = [path for path in found if (path.began if stage is None else stage.id in path.shape.entered)]
        reasons = tuple(_reason(deals, path, stage) for path in chosen)
    hits = sum(reason.value == 1 for reason in reasons)
    formula = "won / began" if stage is None else f"went on / entered {stage.name}"
    value = hits / len(reasons) if reasons else None
    return Explanation(
        figure=figure, title="Conversion" if stage is None else f"Conversion of {stage.name}", value=value,
        unit=Unit.RATE, period=period, as_of=deals.day,
        arithmetic=(f"conversion = {formula}", f"= {hits:,} / {len(reasons):,} = {words.rate(value)}"),
        reasons=reasons,
    )  # fmt: skip


def _reason(deals: Deals, path: Path, stage: StageView | None) -> Reason:
    title = (deals.any_of("deals.title", path.deal_id) or ("",))[0]
    shape, at = path.shape, path.moves[0].moved_at
    part, hit = shape.status.value, shape.status is StageType.WON
    if stage is not None:
        move, hit = shape.entered[stage.id]
        at = path.moves[move].moved_at
        part = "went on" if hit else "lost" if shape.lost_from == stage.id else shape.status.value
    on = local_day(at, deals.crm.clock)
    return Reason(kind="deal", id=path.deal_id, title=title, on=on, part=part, value=int(hit))
