"""The deals of a pipeline by stage: what they are worth, how long they stand there, and what comes next.

The open ones, and where asked for those that were closed lately. Read with one query for each of the two, however many
deals there are. A deal is stuck once it has been in its stage for the stage's ``rot_days``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui import filters
from crm_tui.dates import Clock, day_start
from crm_tui.domain.deal_fields import LISTING
from crm_tui.domain.listing import Filter, speaks_of, where
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


class Card(NamedTuple):
    """A deal on the board; ``next_step`` is its next open follow-up, due on ``next_due_on``.

    A tuple, because thousands are made at once. ``weighted_minor`` and ``is_stuck`` are of open deals; ``closed_on``
    and ``lost_reason`` of closed ones.
    """

    id: int
    title: str
    stage_id: int
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
    closed_on: date | None
    lost_reason: str | None
    is_archived: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage of the board: its deals and their totals by currency.

    Open deals that close soonest come first; of closed ones the newest.
    """

    stage: StageView
    cards: tuple[Card, ...]
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A pipeline's stages in order, the open ones first; nothing in a file that has no pipeline yet.

    ``closed_since`` is the day on or after which the closed deals shown were closed; None where there is no such limit.
    """

    pipeline: PipelineView | None
    lanes: tuple[Lane, ...]
    closed_since: date | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One stage and currency of the board for machines; amounts are decimal text, None without any."""

    pipeline: str
    stage: str
    count: int
    currency: str | None
    amount: str | None
    weighted: str | None


_CARDS: Final = """SELECT deals.id, deals.title, deals.stage_id, deals.contact_id, contacts.name,
    companies.name, deals.amount_minor, deals.currency, deals.probability, deals.expected_close_on,
    deals.stage_entered_at, f.title, f.due_on, deals.closed_on, deals.lost_reason, deals.archived_at IS NOT NULL
    FROM stages JOIN deals ON deals.stage_id = stages.id
    LEFT JOIN contacts ON contacts.id = deals.contact_id
    LEFT JOIN companies ON companies.id = deals.company_id
    LEFT JOIN followups f ON f.id = (
        SELECT n.id FROM followups n WHERE n.deal_id = deals.id AND n.status = 'open'
        ORDER BY n.due_on, n.due_time IS NULL, n.due_time, n.id LIMIT 1)
    WHERE stages.pipeline_id = ?"""
_OPEN: Final = """ AND stages.type = 'open'
    ORDER BY deals.expected_close_on IS NULL, deals.expected_close_on, deals.stage_entered_at, deals.id"""
_CLOSED: Final = """ AND stages.type <> 'open' AND deals.closed_on >= ?
    ORDER BY deals.closed_on DESC, deals.stage_entered_at DESC, deals.id DESC"""


def board(
    crm: Crm, pipeline_id: int | None, condition: Filter = None, *, closed_since: date | None = None
) -> Board:
    """The board of a pipeline, the usual one unless given.

    Args:
        crm: the file.
        pipeline_id: the pipeline.
        condition: which deals; all that are not archived when None.
        closed_since: also the won and lost stages, with the deals closed on that day or later; with all of them where
            the filter speaks of ``closed_on``.

    Raises:
        NotFoundError: there is no such pipeline.
        UsageError: the filter is malformed or names an unknown field.
    """
    found = where(crm, LISTING, condition)
    if pipeline_id is None and not crm.pipelines.list():
        return Board(None, ())
    pipeline = crm.pipelines.default() if pipeline_id is None else crm.pipelines.get(pipeline_id)
    stages = [
        stage
        for stage in crm.pipelines.stages(pipeline.id)
        if stage.type is StageType.OPEN or closed_since is not None
    ]
    # whatever the order in which they were made, what is finished stands at the end
    stages.sort(key=lambda stage: stage.type is not StageType.OPEN)
    rows = crm.connection.execute(
        f"{_CARDS} AND {found.sql}{_OPEN}",
        (pipeline.id, *found.params),
    ).fetchall()
    since = closed_since
    if closed_since is not None:
        node = filters.parse(condition) if isinstance(condition, str) else condition
        if node is not None and any(speaks_of(node, name) for name in ("closed_on", "closed")):
            since = None
        rows += crm.connection.execute(
            f"{_CARDS} AND {found.sql}{_CLOSED}",
            (pipeline.id, *found.params, (since or date.min).isoformat()),
        ).fetchall()
    rot = {stage.id: stage.rot_days if stage.type is StageType.OPEN else None for stage in stages}
    cards: dict[int, list[Card]] = {stage.id: [] for stage in stages}
    age = ages(crm.clock)
    for row in rows:
        if row[2] in cards:
            cards[row[2]].append(_card(row, rot[row[2]], age))
    lanes = (Lane(stage, tuple(cards[stage.id]), tuple(totals(cards[stage.id]))) for stage in stages)
    return Board(pipeline, tuple(lanes), since)


def reasons(crm: Crm, limit: int = 6) -> Sequence[str]:
    """The reasons deals were lost for, the most frequent first."""
    rows = crm.connection.execute(
        "SELECT lost_reason FROM deals WHERE status = 'lost' AND lost_reason IS NOT NULL"
        " GROUP BY lost_reason ORDER BY count(*) DESC, max(closed_on) DESC LIMIT ?",
        (limit,),
    )
    return [reason for (reason,) in rows]


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


def ages(clock: Clock) -> Callable[[str], int]:
    """What tells how many local days ago an instant was; 0 for today and later.

    An instant lies in the local day that bears its UTC date, or in the one beside it; so a day's two ends are worked
    out once and compared as text.
    """
    today = clock.today
    begun = day_start(today, clock)

    @cache
    def ends(day: str) -> tuple[int, str, str]:
        first = date.fromisoformat(day)
        return (today - first).days, day_start(first, clock), day_start(first + timedelta(days=1), clock)

    def age(instant: str) -> int:
        if instant >= begun:
            return 0
        days, begins, ends_at = ends(instant[:10])
        return max(0, days + (instant < begins) - (instant >= ends_at))

    return age


def is_stuck(age_days: int, rot_days: int | None) -> bool:
    """Whether a deal that has been in its stage for so long counts as without movement."""
    return rot_days is not None and age_days >= rot_days


def _card(row: Sequence[Any], rot_days: int | None, age: Callable[[str], int]) -> Card:
    minor, percent, closes, entered_at, closed = row[6], row[8], row[9], row[10], row[13]
    days = age(entered_at)
    return Card._make(
        (
            *row[:9],
            None if minor is None or closed else weighted(minor, percent),
            date.fromisoformat(closes) if closes else None,
            entered_at,
            days,
            is_stuck(days, rot_days),
            row[11],
            date.fromisoformat(row[12]) if row[12] else None,
            date.fromisoformat(closed) if closed else None,
            row[14],
            bool(row[15]),
        )
    )


def _row(stage: StageView, total: Total) -> BoardRow:
    amount = value = None
    if total.currency is not None:
        amount = format_decimal(total.amount_minor, total.currency)
        value = format_decimal(total.weighted_minor, total.currency)
    return BoardRow(stage.pipeline, stage.name, total.count, total.currency, amount, value)
