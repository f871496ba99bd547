"""What a line of quick entry can mean, as data, and the pieces of the line it was read from. Shape only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from crm_tui.dates import When
from crm_tui.models import InteractionKind, Priority
from crm_tui.money import Money

LOGS: Final = tuple(kind.value for kind in InteractionKind)
VERBS: Final = (*LOGS, "todo", "deal", "person", "win", "lose")
"""The words a line can begin with."""


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody or something as it was typed; ``new`` when it was typed with a plus and is to be made."""

    text: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """What happened. ``at`` is None for now; without ``next_due`` nothing is promised."""

    kind: InteractionKind
    names: tuple[Name, ...]
    text: str
    at: When | None = None
    tags: tuple[str, ...] = ()
    next_due: When | None = None
    next_title: str | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """A promise; ``repeat`` is a rule in its stored form."""

    title: str
    due: When
    name: Name | None = None
    priority: Priority = Priority.NORMAL
    repeat: str | None = None


@dataclass(frozen=True, slots=True)
class NewDeal:
    """A possible sale; ``party`` is a company or a person."""

    title: str
    amount: Money | None = None
    party: Name | None = None
    stage: str | None = None
    close: date | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to add."""

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Win:
    """A deal that is won."""

    deal: Name


@dataclass(frozen=True, slots=True)
class Lose:
    """A deal that is lost, and why."""

    deal: Name
    reason: str


Intent: TypeAlias = Log | Todo | NewDeal | NewPerson | Win | Lose
Value: TypeAlias = Name | When | Money | Priority | date | str | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the line that was recognised.

    Attributes:
        kind: what it is: verb, name, at, text, tag, next, next-title, title, due, priority, repeat, amount, stage,
            close, person, email, phone, company or reason.
        start: where it begins, in characters.
        end: where it ends, one past its last character.
        value: what it was read as.
    """

    kind: str
    start: int
    end: int
    value: Value = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of the line that was not understood, or the place where one is missing; two sentences."""

    start: int
    end: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A line as it was read, without a look at the file.

    Attributes:
        text: the line.
        intent: what it means; None while it is empty, incomplete or not understood.
        pieces: what was recognised, from left to right.
        problems: what was not, and what is missing, from left to right.
    """

    text: str
    intent: Intent | None
    pieces: tuple[Piece, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def verb(self) -> str:
        """The word it begins with, if that is one of the grammar's."""
        return next((str(piece.value) for piece in self.pieces if piece.kind == "verb"), "")
