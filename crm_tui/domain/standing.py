"""Where a deal stands: entering a stage, being closed and reopened.

Every entry writes a stage move. The stage's type alone decides what follows: a won deal has a closing day and
makes its person a customer, a lost one has a reason besides, an open one has neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.dates import When, local_day
from crm_tui.domain import checks
from crm_tui.errors import InvalidDataError, NotFoundError, UsageError
from crm_tui.models import Lifecycle, Stage, StageType

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import SqlValue, Transaction

_STANDING: Final = """SELECT id, title, contact_id, stage_id, status, stage_entered_at, probability_set,
    closed_on, lost_reason, lost_note FROM deals WHERE id = ?"""


@dataclass(frozen=True, slots=True)
class Closing:
    """What is said about the end of a deal; None leaves what is known, or the usual: today, no note.

    An empty note takes the note away.
    """

    on: date | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The columns of a deal that depend on its stage."""

    id: int
    title: str
    contact_id: int | None
    stage_id: int
    status: StageType
    entered_at: str
    by_hand: bool
    closed_on: str | None
    lost_reason: str | None
    lost_note: str | None


def standing(crm: Crm, deal_id: int) -> Standing:
    """Where the deal stands now.

    Raises:
        NotFoundError: there is no such deal.
    """
    row = crm.connection.execute(_STANDING, (deal_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"There is no deal {deal_id}.", "crm deal list shows those there are.")
    values = list(row)
    values[4:7] = StageType(row[4]), row[5], bool(row[6])
    return Standing(*values)


def enter(
    crm: Crm, writing: Transaction, old: Standing, stage: Stage, closing: Closing
) -> dict[str, SqlValue]:
    """Write the move to another stage; returns the deal's columns that follow from it.

    Raises:
        UsageError: the stage is a lost one and there is no reason.
        InvalidDataError: what is said about the end does not fit the stage.
    """
    refuse_ending(stage.type, closing, old.title)
    day = _closing_day(crm, old, stage.type, closing)
    moved_at = writing.stamp if closing.on is None else max(old.entered_at, moment(crm, writing, closing.on))
    write_move(writing, old.id, old.stage_id, stage.id, moved_at)
    if stage.type is StageType.WON:
        make_customer(writing, old.contact_id)
    row = columns(stage, day, _ending(old, stage.type, closing, old.title))
    row["stage_entered_at"] = moved_at
    if not (old.by_hand and stage.type is StageType.OPEN):
        row.update(probability=stage.probability, probability_set=0)
    return row


def begin(
    crm: Crm, writing: Transaction, stage: Stage, closing: Closing, created_at: str, title: str
) -> dict[str, SqlValue]:
    """The columns of a deal that begins in a stage, at the instant ``created_at``.

    Raises:
        UsageError: the stage is a lost one and there is no reason.
        InvalidDataError: it is an open one, and a closing day or a reason is given.
    """
    refuse_ending(stage.type, closing, title)
    day = None
    if stage.type is not StageType.OPEN:
        day = closing.on or local_day(created_at, crm.clock)
    row = columns(stage, day, _ending(None, stage.type, closing, title))
    entered_at = created_at if closing.on is None else max(created_at, moment(crm, writing, closing.on))
    row.update(stage_entered_at=entered_at, probability=stage.probability, probability_set=0)
    return row


def write_beginning(
    crm: Crm, writing: Transaction, deal_id: int, stage: Stage, created_at: str, entered_at: str
) -> None:
    """Write the moves of a new deal; one that was closed after it was made was open in between."""
    first: int | None = None
    if entered_at > created_at:
        first = crm.pipelines.first_stage(stage.pipeline_id, StageType.OPEN).id
        write_move(writing, deal_id, None, first, created_at)
    write_move(writing, deal_id, first, stage.id, entered_at)


def amend(crm: Crm, writing: Transaction, old: Standing, closing: Closing) -> dict[str, SqlValue]:
    """The columns of a closed deal whose day, reason or note is corrected; its last move follows the day.

    Raises:
        InvalidDataError: the deal is not closed, or not lost.
    """
    refuse_ending(old.status, closing, old.title)
    row: dict[str, SqlValue] = {}
    if closing.reason:
        row["lost_reason"] = checks.line(closing.reason, "reason")
    if closing.note is not None:
        row["lost_note"] = checks.optional_text(closing.note, "note")
    if closing.on is None or closing.on.isoformat() == old.closed_on:
        return row
    row["closed_on"] = closing.on.isoformat()
    moves = crm.connection.execute(
        "SELECT id, moved_at, to_stage_id FROM stage_moves WHERE deal_id = ?"
        " ORDER BY moved_at DESC, id DESC LIMIT 2",
        (old.id,),
    ).fetchall()
    if len(moves) == 2 and moves[0][2] == old.stage_id:
        moved_at = max(moves[1][1], moment(crm, writing, closing.on))
        writing.update("stage_moves", moves[0][0], {"moved_at": moved_at})
        row["stage_entered_at"] = moved_at
    return row


def last_open_stage(crm: Crm, old: Standing) -> Stage:
    """The open stage the deal was in last; its pipeline's first one when it was in none that is there."""
    row = crm.connection.execute(
        "SELECT stages.id FROM stage_moves m JOIN stages ON stages.id = m.to_stage_id"
        " WHERE m.deal_id = ? AND stages.type = 'open' AND stages.archived_at IS NULL"
        " ORDER BY m.moved_at DESC, m.id DESC LIMIT 1",
        (old.id,),
    ).fetchone()
    if row is not None:
        return crm.pipelines.get_stage(row[0])
    return crm.pipelines.first_stage(crm.pipelines.get_stage(old.stage_id).pipeline_id, StageType.OPEN)


def columns(stage: Stage, day: date | None, ending: tuple[str | None, str | None]) -> dict[str, SqlValue]:
    """The columns that repeat the stage and the end of the deal."""
    return {
        "stage_id": stage.id,
        "status": stage.type.value,
        "closed_on": None if day is None else day.isoformat(),
        "lost_reason": ending[0],
        "lost_note": ending[1],
    }


def make_customer(writing: Transaction, contact_id: int | None) -> None:
    """Note that the person of a won deal is a customer."""
    if contact_id is not None:
        writing.update("contacts", contact_id, {"lifecycle": Lifecycle.CUSTOMER.value})


def moment(crm: Crm, writing: Transaction, day: date) -> str:
    """The instant of a closing day: now for today, else its local noon, but never in the future."""
    if day == crm.clock.today:
        return writing.stamp
    return min(When(day).instant(crm.clock), writing.stamp)


def refuse_future(crm: Crm, day: date | None, verb: str) -> None:
    """Refuse a closing day that is still to come.

    Raises:
        InvalidDataError: it is.
    """
    if day is not None and day > crm.clock.today:
        raise InvalidDataError(
            f"A deal cannot be {verb} on {day.isoformat()}, which is still to come.",
            "Set the expected close instead: crm deal edit REF --close D.",
        )


def refuse_ending(status: StageType, closing: Closing, title: str) -> None:
    """Refuse to say how a deal ended that did not end so.

    Raises:
        InvalidDataError: a closing day for an open deal, or a reason for one that is not lost.
    """
    if status is StageType.OPEN and closing.on is not None:
        raise InvalidDataError(
            f"{title} is open and has no closing day.", "Close it with crm deal win or crm deal lose."
        )
    if status is not StageType.LOST and (closing.reason or closing.note):
        raise InvalidDataError(
            f"{title} is not lost and has no reason for it.", "Lose it with crm deal lose."
        )


def write_move(writing: Transaction, deal_id: int, from_id: int | None, to_id: int, moved_at: str) -> None:
    """Note that a deal entered a stage."""
    writing.insert(
        "stage_moves",
        {"deal_id": deal_id, "from_stage_id": from_id, "to_stage_id": to_id, "moved_at": moved_at},
    )


def _closing_day(crm: Crm, old: Standing, kind: StageType, closing: Closing) -> date | None:
    if kind is StageType.OPEN:
        return None
    if closing.on is None and old.status is kind and old.closed_on is not None:
        return date.fromisoformat(old.closed_on)
    return closing.on or crm.clock.today


def _ending(
    old: Standing | None, kind: StageType, closing: Closing, title: str
) -> tuple[str | None, str | None]:
    """Reason and note of a lost deal."""
    if kind is not StageType.LOST:
        return None, None
    known = old if old is not None and old.status is StageType.LOST else None
    reason = known.lost_reason if not closing.reason and known is not None else closing.reason
    if reason is None or not reason.strip():
        raise UsageError(f"Why was {title} lost?", "Losing needs a reason: crm deal lose REF --reason price.")
    note = known.lost_note if closing.note is None and known is not None else closing.note
    return checks.line(reason, "reason"), checks.optional_text(note, "note")
