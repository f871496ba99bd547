"""The open deals of a pipeline by stage: what they are worth, how long they stand there, and what comes next.

Read with one query however many deals there are. A deal is stuck once it has been in its stage for the
stage's ``rot_days``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock, local_day
from crm_tui.models import StageType
from crm_tui.money import format_decimal, weighted

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.pipelines import PipelineView
    from crm_tui.domain.stages import StageView


@dataclass(frozen=True, slots=True)
class Total:
    """Deals of one currency added up, in minor units; those without an amount have a total without currency.

    ``weighted_minor`` adds the weighted values of the open ones; ``missing`` counts deals without an amount.
    """

    currency: str | None
    count: int
    amount_minor: int
    weighted_minor: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An open deal on the board; ``next_step`` is its next open follow-up, due on ``next_due_on``."""

    id: int
    title: str
    contact_id: int | None
    contact: str | None
    company: str | None
    amount_minor: int | None
    currency: str | None
    probability: int
    weighted_minor: int | None
    expected_close_on: date | None
    stage_entered_at: str
    age_days: int
    is_stuck: bool
    next_step: str | None
    next_due_on: date | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage of the board: its deals, those that close soonest first, and their totals by currency."""

    stage: StageView
    cards: tuple[Card, ...]
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A pipeline's open stages in order; nothing in a file that has no pipeline yet."""

    pipeline: PipelineView | None
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One stage and currency of the board for machines; amounts are decimal text, None without any."""

    pipeline: str
    stage: str
    count: int
    currency: str | None
    amount: str | None
    weighted: str | None


_CARDS: Final = """SELECT deals.stage_id, deals.id, deals.title, deals.contact_id, contacts.name,
    companies.name, deals.amount_minor, deals.currency, deals.probability, deals.expected_close_on,
    deals.stage_entered_at, f.title, f.due_on
    FROM stages JOIN deals ON deals.stage_id = stages.id
    LEFT JOIN contacts ON contacts.id = deals.contact_id
    LEFT JOIN companies ON companies.id = deals.company_id
    LEFT JOIN followups f ON f.id = (
        SELECT n.id FROM followups n WHERE n.deal_id = deals.id AND n.status = 'open'
        ORDER BY n.due_on, n.due_time IS NULL, n.due_time, n.id LIMIT 1)
    WHERE stages.pipeline_id = ? AND stages.type = 'open' AND deals.archived_at IS NULL
    ORDER BY deals.expected_close_on IS NULL, deals.expected_close_on, deals.stage_entered_at, deals.id"""


def board(crm: Crm, pipeline_id: int | None) -> Board:
    """The board of a pipeline, the usual one unless given.

    Raises:
        NotFoundError: there is no such pipeline.
    """
    if pipeline_id is None and not crm.pipelines.list():
        return Board(None, ())
    pipeline = crm.pipelines.default() if pipeline_id is None else crm.pipelines.get(pipeline_id)
    stages = [stage for stage in crm.pipelines.stages(pipeline.id) if stage.type is StageType.OPEN]
    by_id = {stage.id: stage for stage in stages}
    cards: dict[int, list[Card]] = {stage.id: [] for stage in stages}
    clock = crm.clock
    for stage_id, *values in crm.connection.execute(_CARDS, (pipeline.id,)):
        if stage_id in by_id:
            cards[stage_id].append(_card(values, by_id[stage_id].rot_days, clock))
    lanes = (Lane(stage, tuple(cards[stage.id]), tuple(totals(cards[stage.id]))) for stage in stages)
    return Board(pipeline, tuple(lanes))


def totals(cards: Iterable[Card]) -> Sequence[Total]:
    """The cards added up by currency, those without an amount last."""
    sums: dict[str | None, tuple[int, int, int]] = {}
    for card in cards:
        code = None if card.amount_minor is None else card.currency
        count, amount, value = sums.get(code, (0, 0, 0))
        sums[code] = (count + 1, amount + (card.amount_minor or 0), value + (card.weighted_minor or 0))
    ordered = sorted(sums.items(), key=lambda each: (each[0] is None, each[0] or ""))
    return [Total(code, *figures, figures[0] if code is None else 0) for code, figures in ordered]


def rows(found: Board) -> Sequence[BoardRow]:
    """The board for machines: a row for each stage and currency, and one for a stage without deals."""
    return [
        _row(lane.stage, total) for lane in found.lanes for total in lane.totals or (Total(None, 0, 0, 0, 0),)
    ]


def age_in_days(entered_at: str, clock: Clock) -> int:
    """How many local days ago an instant was; 0 for today and later."""
    return max(0, (clock.today - local_day(entered_at, clock)).days)


def is_stuck(age_days: int, rot_days: int | None) -> bool:
    """Whether a deal that has been in its stage for so long counts as without movement."""
    return rot_days is not None and age_days >= rot_days


def _card(values: Sequence[Any], rot_days: int | None, clock: Clock) -> Card:
    deal_id, title, contact_id, contact, company, minor, currency, percent, closes, entered_at, step, due = (
        values
    )
    age = age_in_days(entered_at, clock)
    return Card(
        id=deal_id,
        title=title,
        contact_id=contact_id,
        contact=contact,
        company=company,
        amount_minor=minor,
        currency=currency,
        probability=percent,
        weighted_minor=None if minor is None else weighted(minor, percent),
        expected_close_on=date.fromisoformat(closes) if closes else None,
        stage_entered_at=entered_at,
        age_days=age,
        is_stuck=is_stuck(age, rot_days),
        next_step=step,
        next_due_on=date.fromisoformat(due) if due else None,
    )


def _row(stage: StageView, total: Total) -> BoardRow:
    amount = value = None
    if total.currency is not None:
        amount = format_decimal(total.amount_minor, total.currency)
        value = format_decimal(total.weighted_minor, total.currency)
    return BoardRow(stage.pipeline, stage.name, total.count, total.currency, amount, value)
