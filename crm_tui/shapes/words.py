"""The words that a field may hold: shape only."""

from __future__ import annotations

from enum import StrEnum


class Lifecycle(StrEnum):
    """How far a person has come as a customer."""

    LEAD = "lead"
    PROSPECT = "prospect"
    CUSTOMER = "customer"
    FORMER = "former"


class MethodKind(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    URL = "url"
    IM = "im"


class InteractionKind(StrEnum):
    """What happened with a person."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    MESSAGE = "message"
    NOTE = "note"


class Direction(StrEnum):
    """Who began an interaction: they (in) or we (out)."""

    IN = "in"
    OUT = "out"


class StageType(StrEnum):
    """What a stage means; code branches on this and never on a stage's name."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Priority(StrEnum):
    """How much a follow-up matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class RepeatFrom(StrEnum):
    """Whether the next occurrence is counted from the due date or from completion."""

    DUE = "due"
    DONE = "done"


class FollowupStatus(StrEnum):
    """Where a follow-up stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class FieldType(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    FLAG = "flag"
