"""What is open, stage by stage: how many deals, what they are worth, which of them are stuck.

The weighted value is amount x probability / 100, halves to the even neighbour of the minor unit, of each open deal;
a missing amount counts as nothing and is counted as missing. The probability is the deal's, which is its stage's
unless set by hand. A deal is stuck once it has been in its stage for the stage's ``rot_days``, as on the board.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from crm_tui.dates import day_start
from crm_tui.domain.board import Total
from crm_tui.domain.deal_fields import WEIGHTED
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports import then
from crm_tui.domain.reports.asking import CODE, OPEN, Deals, looking
from crm_tui.domain.reports.currencies import base_first
from crm_tui.domain.reports.deal_money import Rates, Sums
from crm_tui.domain.reports.report import Asked, Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.wishes import refuse
from crm_tui.errors import NotFoundError
from crm_tui.models import StageType
from crm_tui.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.stages import StageView

V = TypeVar("V")
Key = tuple[int, str | None]
"""A stage and a currency, None for deals without an amount."""
NAME: Final = "pipeline"
TITLE: Final = "Pipeline"
QUESTION: Final = "What is open, and what is it worth?"
BY: Final[tuple[str, ...]] = ()
PERIOD: Final = False
CONDITION: Final = "deals"
SUMS: Final = (
    f"count(*), coalesce(sum(deals.amount_minor), 0), coalesce(sum({WEIGHTED}), 0),"
    " sum(deals.amount_minor IS NULL)"
)
"""The columns of a ``Total`` behind its currency."""
COLUMNS: Final = (
    Figure("pipeline", "Pipeline"),
    Figure("stage", "Stage"),
    Figure("probability", "%", Unit.SCORE),
    *words.counts(count="Deals"),
    *words.CURRENCY,
    *words.money("amount", "Amount"),
    *words.money("weighted", "Weighted"),
    *words.counts(stuck="Stuck", missing="No amount"),
)
TOTAL_COLUMNS: Final = (
    *words.counts(open_deals="Open"),
    *words.TOTAL_CURRENCY,
    *words.money("amount", "Amount"),
    *words.money("weighted", "Weighted"),
    *words.counts(stuck="Stuck", missing="No amount"),
)


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """The open deals of a stage in a currency; those without an amount have a row without a currency.

    ``stage_id`` says which stage: one put away can have been called the same.
    ``probability`` is the stage's in percent; a deal may have another one set by hand. A stage without deals has a row
    too, without a currency.
    """

    pipeline: str
    stage: str
    probability: int
    count: int
    currency: str | None
    amount: Money | None
    weighted: Money | None
    stuck: int
    missing: int
    stage_id: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PipelineTotals:
    """All open deals added up."""

    open_deals: int
    currency: str | None
    converted: bool
    amount: Money | None
    weighted: Money | None
    stuck: int
    missing: int


def report(crm: Crm, asked: Asked) -> Report[PipelineRow, PipelineTotals]:
    """The open deals by stage, in the order of the stages.

    Raises:
        UsageError: it is asked about a period or other rows, or as ``asking.looking`` says.
    """
    refuse(asked, NAME, by=True, period=True)
    rates = Rates(crm, asked)
    with looking(crm, asked) as deals:
        found, stuck = _sums(deals), _stuck_deals(deals)
    stages = _stages(crm, {stage for stage, _ in found})
    rows = tuple(row for stage in stages for row in _rows(stage, found, stuck, rates, deals))
    codes = sorted({code for _, code in found if code is not None}, key=base_first(crm))
    totals, notes = _totals(found, stuck, deals, rates)
    apart = tuple(_totals(_in(code, found), _in(code, stuck), deals)[0] for code in codes)
    return Report(
        name=NAME, title=TITLE, question=QUESTION, period=None, as_of=deals.day, columns=COLUMNS, rows=rows,
        total_columns=TOTAL_COLUMNS, totals=totals, by_currency=apart if len(codes) > 1 else (),
        plots=_plots(rows, codes),
        answer=_answer(totals, apart),
        notes=(*words.without_amount(totals.missing), *notes, *rates.notes("that day")),
        is_empty=not totals.open_deals,
    )  # fmt: skip


def stuck_before(deals: Deals) -> dict[int, str]:
    """The instant before which a deal must have entered an open stage to be stuck there, by the stage."""
    rows = deals.crm.connection.execute(
        "SELECT id, rot_days FROM stages WHERE type = 'open' AND rot_days IS NOT NULL"
    ).fetchall()
    return {
        stage_id: day_start(deals.day - timedelta(days=rot_days - 1), deals.crm.clock)
        for stage_id, rot_days in rows
        # since before there were days, nothing can have been there
        if rot_days < deals.day.toordinal()
    }


def _stages(crm: Crm, used: set[int]) -> list[StageView]:
    """The open stages there are, and behind them those put away or deleted since in which there are deals."""
    stages = [stage for stage in crm.pipelines.stages() if stage.type is StageType.OPEN]
    known = {stage.id for stage in stages}
    return stages + [_stage(crm, stage_id) for stage_id in sorted(used - known)]


def _stage(crm: Crm, stage_id: int) -> StageView:
    try:
        return crm.pipelines.get_stage(stage_id)
    except NotFoundError:
        return then.deleted_stage(crm.connection, stage_id)


def _sums(deals: Deals) -> dict[Key, Total]:
    """The open deals by stage and currency."""
    rows = deals.rows(
        f"deals.stage_id, {CODE} AS code, {SUMS}",
        OPEN,
        rest="GROUP BY deals.stage_id, code ORDER BY deals.stage_id, code IS NULL, code",
    )
    return {(stage, code): Total(code, *figures) for stage, code, *figures in rows}


def _stuck_deals(deals: Deals) -> Mapping[Key, int]:
    """How many deals are stuck, by stage and currency."""
    found: dict[Key, int] = {}
    for stage_id, before in stuck_before(deals).items():
        rows = deals.rows(
            f"{CODE} AS code, count(*)",
            f"{OPEN} AND deals.stage_id = ? AND deals.stage_entered_at < ?",
            (stage_id, before),
            "GROUP BY code",
        )
        found.update({(stage_id, code): number for code, number in rows})
    return found


def _rows(
    stage: StageView, sums: Mapping[Key, Total], stuck: Mapping[Key, int], rates: Rates, deals: Deals
) -> list[PipelineRow]:
    """The rows of a stage, those without an amount last; in the base currency where that is asked for."""
    found: dict[str | None, list[int]] = defaultdict(lambda: [0] * 5)
    for (stage_id, own), total in sums.items():
        if stage_id != stage.id:
            continue
        code, amounts = rates.of(own, (total.amount_minor, total.weighted_minor), deals.day)
        for place, number in enumerate((total.count, *amounts, stuck.get((stage.id, own), 0), total.missing)):
            found[code][place] += number
    first = base_first(deals.crm)
    ordered = sorted(found, key=lambda code: (code is None, first(code or "")))
    return [
        PipelineRow(
            stage.pipeline, stage.name, stage.probability, count, code,
            None if code is None else Money(amount, code), None if code is None else Money(value, code), late, missing,
            stage.id,
        )
        for code in ordered or [None]
        for count, amount, value, late, missing in [found[code]]
    ]  # fmt: skip


def _totals(
    sums: Mapping[Key, Total], stuck: Mapping[Key, int], deals: Deals, rates: Rates | None = None
) -> tuple[PipelineTotals, tuple[str, ...]]:
    """Everything added up, and what is to be known about the rates."""
    kept = Sums(2)
    for total in sums.values():
        amounts = (total.amount_minor, total.weighted_minor)
        kept.add(
            *((total.currency, amounts) if rates is None else rates.of(total.currency, amounts, deals.day))
        )
    ones = kept.ones(deals.crm, deals.day, rates)
    amount, weighted = ones.money
    every = sum(total.count for total in sums.values())
    missing = sum(total.missing for total in sums.values())
    late = sum(stuck.values())
    totals = PipelineTotals(every, ones.currency, ones.converted, amount, weighted, late, missing)
    return totals, ones.notes


def _in(code: str, found: Mapping[Key, V]) -> dict[Key, V]:
    return {key: each for key, each in found.items() if key[1] == code}


def _plots(rows: Sequence[PipelineRow], codes: Sequence[str]) -> tuple[Plot, ...]:
    """The value of each stage in each currency; in the first one stages without deals have their place too."""
    several = len({row.pipeline for row in rows}) > 1
    shown = [code for code in codes if any(row.currency == code for row in rows)]
    found = []
    for code in shown:
        bars: dict[str, Bar] = {}
        for row in rows:
            name = f"{row.pipeline}: {row.stage}" if several else row.stage
            if row.currency == code and row.amount is not None and row.weighted is not None:
                amount = row.amount
                bars[name] = Bar(name, amount.minor, words.whole_units(amount), row.weighted.minor)
            elif code == shown[0]:
                bars.setdefault(name, Bar(name, 0, words.whole_units(Money(0, code)), 0))
        found.append(Plot(f"{code} by stage", tuple(bars.values())))
    return tuple(found)


def _answer(totals: PipelineTotals, apart: Sequence[PipelineTotals]) -> tuple[str, ...]:
    every = apart if len(apart) > 1 else [totals]
    values = [
        f"{words.whole_units(each.amount)}, {words.whole_units(each.weighted).partition(' ')[0]} weighted"
        for each in every
        if each.amount is not None and each.weighted is not None
    ]
    head = f"{totals.open_deals:,} open"
    stuck, missing = words.some(totals.stuck, "stuck"), words.some(totals.missing, "without an amount")
    more = len(values) - 1
    few = values[:1] + ([f"{more} more {'currency' if more == 1 else 'currencies'}"] if more > 0 else [])
    return words.joined(
        [head, *values, *stuck, *missing],
        [head, *few, *stuck, *missing],
        [head, *few, *stuck],
        [head, *few],
        [head],
    )
