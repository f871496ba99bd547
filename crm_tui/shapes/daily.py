"""What happened, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_tui.shapes.record import Instant, Record
from crm_tui.shapes.words import Direction, FollowupStatus, InteractionKind, Priority, RepeatFrom


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Record):
    """Something that happened with one or more people."""

    kind: InteractionKind
    direction: Direction | None = None
    occurred_at: Instant
    summary: str
    body: str | None = None
    duration_minutes: int | None = None
    deal_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Record):
    """A contact's part in an interaction; ``occurred_at`` repeats the interaction's for the timeline."""

    interaction_id: int
    contact_id: int
    occurred_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup(Record):
    """A promise: due on a day, with an optional local time ``HH:MM``. ``repeat`` is a rule's text."""

    title: str
    due_on: date
    due_time: str | None = None
    contact_id: int | None = None
    deal_id: int | None = None
    priority: Priority = Priority.NORMAL
    repeat: str | None = None
    repeat_from: RepeatFrom | None = None
    series_id: int | None = None
    status: FollowupStatus = FollowupStatus.OPEN
    done_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionView(Interaction):
    """An interaction with the names of the people and the deal it concerns."""

    contacts: tuple[str, ...] = ()
    contact_ids: tuple[int, ...] = ()
    deal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowupView(Followup):
    """A follow-up with the names it refers to; ``overdue_days`` is negative while it is still to come."""

    contact: str | None = None
    deal: str | None = None
    overdue_days: int = 0
