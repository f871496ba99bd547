"""What a reader hands to a loader, and what a loader says of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from crm_tui.store.transaction import SqlValue


class OnMatch(StrEnum):
    """What happens to a row whose record is there already."""

    UPDATE = "update"
    SKIP = "skip"
    CREATE = "create"
    FAIL = "fail"


class Verdict(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    SKIPPED = "skipped"
    REJECTED = "rejected"


class Change(NamedTuple):
    """A field that a row changes, as text."""

    field: str
    old: str
    new: str


class Outcome(NamedTuple):
    """What became of a row: its line in the file, and its record's id and name where there is one."""

    line: int
    verdict: Verdict
    name: str = ""
    id: int | None = None
    changes: tuple[Change, ...] = ()
    column: str = ""
    reason: str = ""


Report = Callable[[Outcome], None]


class RejectedRowError(Exception):
    """A row cannot be taken; ``column`` is the header it is about, where it is about one."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


class Method(NamedTuple):
    """An e-mail, phone, address, link or handle with its match key."""

    kind: str
    value: str
    normal: str | None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What fills the blanks of new people, and of those known what is empty; one for all rows of a file."""

    columns: dict[str, SqlValue] = field(default_factory=dict)
    company: str | None = None
    custom: dict[str, str | int | float | bool] = field(default_factory=dict)


NO_DEFAULTS: Final = Defaults()


@dataclass(slots=True)
class PersonDraft:
    """A row about a person, checked. None is a blank cell, which never erases anything.

    Attributes:
        line: the row's first line in the file.
        columns: values of the contact's own columns, as stored.
        defaults: what holds where the row and the record say nothing.
    """

    line: int
    name: str | None = None
    external: str | None = None
    company: str | None = None
    referrer: str | None = None
    methods: list[Method] = field(default_factory=list)
    tags: Sequence[str] = ()
    columns: dict[str, SqlValue] = field(default_factory=dict)
    custom: dict[str, str | int | float | bool] = field(default_factory=dict)
    created_at: str | None = None
    key: str = ""
    """The folded name."""
    texts: tuple[str, str, str] = ("", "", "")
    """The texts of the search document, should the person be new and the company spelt as here."""
    defaults: Defaults = NO_DEFAULTS
    forward: bool = False
    """Whether its lifecycle counts only where it is further on."""

    @property
    def workplace(self) -> str | None:
        """The company of the row or, when it names none, of the defaults."""
        return self.company or self.defaults.company


class Tie(NamedTuple):
    """That somebody is a person's ``kind``.

    Attributes:
        kind: spouse, assistant, ...
        other: the UID of another card, or what a table calls them.
        line: what is kept where nobody is known to be meant, see ``crm_tui.domain.kept``.
    """

    kind: str
    other: str
    line: str


class Referral(NamedTuple):
    """Who brought a person, as the row in a line of the file calls them."""

    line: int
    text: str


@dataclass(slots=True)
class DetailedDraft(PersonDraft):
    """A row or card that can say more of a person than a contact's columns hold.

    Attributes:
        dates: label and day of those that matter.
        ties: to other people.
    """

    dates: Sequence[tuple[str, str]] = ()
    ties: Sequence[Tie] = ()


@dataclass(slots=True)
class Tally:
    """How many rows came to what; it is itself a report."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0

    def count(self, verdict: Verdict) -> None:
        """Count one row."""
        self.rows += 1
        if verdict is Verdict.NEW:
            self.created += 1
            return
        match verdict:
            case Verdict.CHANGED:
                self.updated += 1
            case Verdict.SAME:
                self.unchanged += 1
            case Verdict.SKIPPED:
                self.skipped += 1
            case Verdict.REJECTED:
                self.rejected += 1
