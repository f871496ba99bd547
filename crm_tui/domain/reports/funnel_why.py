"""What is behind the funnel: the deals that began or entered a stage, their stays there, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.dates import local_day
from crm_tui.domain.reports.asking import OPEN, Deals, looking, period_of
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.funnel_paths import Path, Steps, paths
from crm_tui.domain.reports.report import Reason
from crm_tui.domain.service import chunks, marks
from crm_tui.models import StageType

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell

KEYS: Final = (
    "began", "won", "lost", "open_deals", "conversion", "entered", "advanced", "days_median", "days_mean", "stays",
)  # fmt: skip
"""The figures that are explained here."""
_OF_ALL: Final = {
    "began": "began = the deals whose first move lies in the period, counted",
    "won": "won = those of the deals that began which are won, counted",
    "lost": "lost = those of the deals that began which are lost, counted",
    "open_deals": "open = those of the deals that began which are open, counted",
    "conversion": "conversion = won / began",
}
_OF_STAGE: Final = {
    "entered": "entered = the deals that reached the stage in the period, passing over it included, counted",
    "advanced": "went on = those that entered and then reached a later stage or were won, counted",
    "conversion": "conversion = went on / entered",
    "lost": "lost = those that entered and were lost from this stage, counted",
    "days_median": "days = the middle of the lengths of the stays that ended in the period",
    "days_mean": "days = the lengths of the stays that ended in the period, on average",
    "stays": "stays = the stays that ended in the period, counted",
    "open_deals": "open now = the deals standing in the stage at the end of the day, counted",
}
_FEW: Final = 5_000
"""Up to how many titles are read by the ids of the deals."""
_HOW: Final = {"conversion": How.SHARE, "days_median": How.MEDIAN, "days_mean": How.MEAN}


class _Step(NamedTuple):
    """A deal, or a stay of one, with the instant it counts for."""

    deal_id: int
    at: str
    part: str
    value: int | float = 1


def behind(crm: Crm, cell: Cell) -> Behind:
    """The deals or stays of a stage, or the deals that began."""
    key, row = cell.figure.key, cell.row
    of_stage = row is not None
    with looking(crm, cell.asked) as deals:
        if of_stage and key == "open_deals":
            reasons = tuple(_standing(deals, row.stage_id))
        else:
            found = paths(deals, Steps.of(crm), period_of(cell.asked, deals.day))
            if not of_stage:
                steps = _of_all(found, key)
            elif key in ("days_median", "days_mean", "stays"):
                steps = _stays(found, key, row.stage_id, crm.clock)
            else:
                steps = _entries(found, key, row.stage_id)
            reasons = tuple(_reasons(deals, [*steps]))
    return Behind(
        formula=(_OF_STAGE if of_stage else _OF_ALL)[key],
        reasons=reasons,
        how=_HOW.get(key, How.SUM),
        of_a_day=of_stage and key == "open_deals",
    )


def _of_all(found: Iterator[Path], key: str) -> Iterator[_Step]:
    """The deals that began in the period, by what they are."""
    for path in found:
        status = path.shape.status
        if not path.began or (key in ("won", "lost") and status.value != key):
            continue
        if key == "open_deals" and status in (StageType.WON, StageType.LOST):
            continue
        value = int(status is StageType.WON) if key == "conversion" else 1
        yield _Step(path.deal_id, path.moves[0].moved_at, status.value, value)


def _stays(found: Iterator[Path], key: str, stage_id: int, clock: Clock) -> Iterator[_Step]:
    """The stays in a stage that ended in the period, on the day they ended."""
    for path in found:
        for stay in path.stays:
            if stay.stage_id == stage_id:
                before, move = path.moves[stay.move - 1], path.moves[stay.move]
                part = f"since {local_day(before.moved_at, clock)}"
                yield _Step(path.deal_id, move.moved_at, part, 1 if key == "stays" else stay.days)


def _entries(found: Iterator[Path], key: str, stage_id: int) -> Iterator[_Step]:
    """The deals that entered a stage, on the day they did; those lost on the day they were."""
    for path in found:
        shape = path.shape
        entry = shape.entered.get(stage_id)
        if entry is None:
            continue
        at = path.moves[entry.move]
        is_lost = shape.lost_from == stage_id
        if key == "lost":
            if is_lost:
                yield _Step(path.deal_id, path.moves[-1].moved_at, "lost")
        elif key != "advanced" or entry.went_on:
            part = "went on" if entry.went_on else "lost" if is_lost else shape.status.value
            if key == "entered" and at.stage_id != stage_id:
                part = "passed over"
            value = int(entry.went_on) if key == "conversion" else 1
            yield _Step(path.deal_id, at.moved_at, part, value)


def _standing(deals: Deals, stage_id: int) -> Iterator[Reason]:
    """The deals that stand in a stage, on the day they came there."""
    rows = deals.rows(
        "deals.id, deals.title, deals.stage_entered_at",
        f"{OPEN} AND deals.stage_id = ?",
        (stage_id,),
        "ORDER BY deals.stage_entered_at, deals.id",
    )
    for deal_id, title, at in rows:
        on = local_day(at, deals.crm.clock)
        yield Reason(kind="deal", id=deal_id, title=title, on=on, part="open", value=1)


def _reasons(deals: Deals, chosen: Sequence[_Step]) -> Iterator[Reason]:
    clock, titles = deals.crm.clock, _titles(deals, {each.deal_id for each in chosen})
    # one deleted in between by another process has none
    for deal_id, at, part, value in chosen:
        on = local_day(at, clock)
        yield Reason(kind="deal", id=deal_id, title=titles.get(deal_id, "?"), on=on, part=part, value=value)


def _titles(deals: Deals, ids: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    if deals.is_past or len(ids) > _FEW:
        # the table of a day in the past has no index
        rows = deals.rows("deals.id, deals.title")
        return {deal_id: title for deal_id, title in rows if deal_id in ids}
    for some in chunks(sorted(ids)):
        found |= dict(deals.rows("deals.id, deals.title", f"deals.id IN ({marks(some)})", some))
    return found
