"""How deals go through the stages: who entered, who went on, who was lost, and how long it took.

It is counted from the stage moves, in the order of their instants, by these definitions:

- A deal **reaches** a stage when it moves into it. By moving into a stage, or by being won, it also reaches every
  earlier open stage of that pipeline which it had never reached: who goes from the first stage to the third has
  reached the second at that instant, and who is won at once has reached all. Being lost reaches nothing.
- **entered**: the deals that reached the stage at least once in the period, each counted once.
- **advanced**: those of them that from then on, until the end of the day the report is of, reached a later open
  stage of the pipeline or were won; **conversion** is their share of those that entered: the stage-to-stage
  conversion rate of sales funnels, by cohort of entry and not by the calendar of the exits.
- **lost**: those of them that are lost and were in this stage just before. A reopened deal is not lost.
- **days**: the length of each stay that ended in the period, from moving in to the next move of the deal whatever it
  is; a reopened deal has several stays, a stage that was passed over has none. Median and mean.
- **open_deals**: the deals standing in the stage at the end of the day.

The totals are of the deals that began in the period, that is, whose first move lies in it: how many of them are won,
lost and open; conversion is the share that is won. Stages are told apart by their ids, so a new name changes nothing,
and their order is that of now. A stage put away has a row only where something entered it in the period
or stands in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import OPEN, looking, period_of
from crm_tui.domain.reports.funnel_paths import Path, Steps, paths
from crm_tui.domain.reports.report import Asked, Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.wishes import refuse
from crm_tui.models import StageType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.stages import StageView

NAME: Final = "funnel"
TITLE: Final = "Funnel"
QUESTION: Final = "Where do deals go on, and where do they stay?"
BY: Final[tuple[str, ...]] = ()
PERIOD: Final = True
CONDITION: Final = "deals"
_CONVERSION: Final = (Figure("conversion", "Conversion", Unit.RATE),)
COLUMNS: Final = (
    Figure("pipeline", "Pipeline"),
    Figure("stage", "Stage"),
    *words.counts(entered="Entered", advanced="Went on"),
    *_CONVERSION,
    *words.counts(lost="Lost"),
    Figure("days_median", "Days, median", Unit.DAYS),
    Figure("days_mean", "Days, mean", Unit.DAYS),
    *words.counts(stays="Stays", open_deals="Open now"),
)
TOTAL_COLUMNS: Final = (
    *words.counts(began="Began", won="Won", lost="Lost", open_deals="Open"),
    *_CONVERSION,
)


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """An open stage: the deals that entered it in the period, and what became of them.

    ``stage_id`` says which stage: one put away can have been called the same.
    """

    pipeline: str
    stage: str
    entered: int
    advanced: int
    conversion: float | None
    lost: int
    days_median: float | None
    days_mean: float | None
    stays: int
    open_deals: int
    stage_id: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FunnelTotals:
    """The deals that began in the period: how many, and what they are at the end of the day."""

    began: int
    won: int
    lost: int
    open_deals: int
    conversion: float | None


def report(crm: Crm, asked: Asked) -> Report[FunnelRow, FunnelTotals]:
    """The open stages of every pipeline, in their order; over the trailing twelve months unless told otherwise.

    Raises:
        UsageError: it is asked for other rows, or as ``asking.looking`` says.
    """
    refuse(asked, NAME, by=True)
    steps = Steps.of(crm)
    with looking(crm, asked) as deals:
        period = period_of(asked, deals.day)
        found = _counted(paths(deals, steps, period))
        standing = dict(deals.rows("deals.stage_id, count(*)", OPEN, rest="GROUP BY deals.stage_id"))
    rows = _rows(steps, found, standing)
    began, won, lost = found.began.total(), found.began[StageType.WON], found.began[StageType.LOST]
    totals = FunnelTotals(began, won, lost, began - won - lost, won / began if began else None)
    return Report(
        name=NAME, title=TITLE, question=QUESTION, period=period, as_of=deals.day, columns=COLUMNS, rows=rows,
        total_columns=TOTAL_COLUMNS, totals=totals, plots=_plots(rows), answer=_answer(totals, rows),
        notes=_notes(rows),
        is_empty=not began and not any(row.entered or row.stays or row.open_deals for row in rows),
    )  # fmt: skip


def median(values: Sequence[float]) -> float | None:
    """The middle one, or the mean of the two in the middle; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass(frozen=True, slots=True)
class _Counts:
    """What paths come to, by stage; ``began`` by what the deals that began are now."""

    began: Counter[StageType]
    entered: Counter[int]
    advanced: Counter[int]
    lost: Counter[int]
    stays: Mapping[int, Sequence[float]]


def _counted(found: Iterable[Path]) -> _Counts:
    """One path at a time: there may be very many."""
    began: Counter[StageType] = Counter()
    entered, advanced, lost = Counter[int](), Counter[int](), Counter[int]()
    stays: dict[int, list[float]] = defaultdict(list)
    for path in found:
        shape = path.shape
        if path.began:
            began[shape.status] += 1
        for stage_id, entry in shape.entered.items():
            entered[stage_id] += 1
            advanced[stage_id] += entry.went_on
        if shape.lost_from is not None and shape.lost_from in shape.entered:
            lost[shape.lost_from] += 1
        for stay in path.stays:
            stays[stay.stage_id].append(stay.days)
    return _Counts(began, entered, advanced, lost, stays)


def _rows(steps: Steps, found: _Counts, standing: Mapping[int, int]) -> tuple[FunnelRow, ...]:
    def row(stage: StageView) -> FunnelRow:
        number, went_on, spans = (
            found.entered[stage.id],
            found.advanced[stage.id],
            found.stays.get(stage.id, ()),
        )
        return FunnelRow(
            stage.pipeline, stage.name, number, went_on, went_on / number if number else None,
            found.lost[stage.id], median(spans), sum(spans) / len(spans) if spans else None, len(spans),
            standing.get(stage.id, 0), stage.id,
        )  # fmt: skip

    shown = (
        stage
        for stage in steps.open
        if stage.archived_at is None or found.entered[stage.id] or standing.get(stage.id)
    )
    return tuple(row(stage) for stage in shown)


def _plots(rows: Sequence[FunnelRow]) -> tuple[Plot, ...]:
    """The deals that entered each stage and how many of them went on, for each pipeline."""
    found = []
    names = list(dict.fromkeys(row.pipeline for row in rows))
    for name in names:
        own = [row for row in rows if row.pipeline == name]
        bars = tuple(
            Bar(row.stage, row.entered, f"{row.entered:,}, {words.percent(row.conversion)} on", row.advanced)
            for row in own
        )
        if any(bar.value for bar in bars):
            found.append(
                Plot(f"{name}: entered, and went on" if len(names) > 1 else "Entered, and went on", bars)
            )
    return tuple(found)


def _answer(totals: FunnelTotals, rows: Sequence[FunnelRow]) -> tuple[str, ...]:
    began = f"{totals.began:,} began"
    won = f"{totals.won:,} won" + (f" ({words.percent(totals.conversion)})" if totals.began else "")
    rest = [f"{totals.lost:,} lost", f"{totals.open_deals:,} open"]
    slow = max(rows, key=lambda row: row.days_median or 0, default=None)
    longest = (
        [f"longest in {slow.stage}: {words.length(slow.days_median)}"] if slow and slow.days_median else []
    )
    return words.joined([began, won, *rest, *longest], [began, won, *rest], [began, won])


def _notes(rows: Sequence[FunnelRow]) -> tuple[str, ...]:
    if not any(row.entered for row in rows):
        return ()
    return (
        "A stage that was skipped counts as entered and passed; days are of the stays that ended in the period.",
    )
