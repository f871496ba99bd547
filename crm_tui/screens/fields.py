"""What a form asks for, as data: fields with their kind, their check, and what they say while one types.

A check turns the text of a field into its value or raises ``CrmError``; it is pure and quick, for it runs at each key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from crm_tui.dates import (
    Clock,
    parse_birthday,
    parse_duration_minutes,
    parse_when,
    relative_day,
    short_day,
    span_days,
)
from crm_tui.dates.when import When
from crm_tui.errors import InvalidDataError
from crm_tui.text import check_tag, split_tags

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

Check = Callable[[str, Clock], Any]
Echo = Callable[[Any, Clock], str]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks for.

    Attributes:
        key: the name of its value.
        label: the word beside it.
        kind: one line, several lines, or one of ``choices``.
        value: the text it begins with.
        hint: what to type, said while nothing is.
        required: whether it must not be empty.
        choices: the words to choose from.
        check: from text to value; the text itself when None, and None for an empty one.
        echo: what the value means, said beside it.
        complete: the table whose names complete it.
    """

    key: str
    label: str
    kind: Literal["line", "long", "choice"] = "line"
    value: str = ""
    hint: str = ""
    required: bool = False
    choices: Sequence[str] = ()
    check: Check | None = None
    echo: Echo | None = None
    complete: str = ""

    def read(self, text: str, clock: Clock) -> Any:
        """The value of a text.

        Raises:
            InvalidDataError: it is none.
        """
        text = text.strip() if self.kind == "line" else text.strip("\n")
        if not text.strip():
            if self.required:
                raise InvalidDataError(
                    f"{self.label.capitalize()} is empty.", "It is the one thing that is needed."
                )
            return [] if self.check is tags or self.check is several else None
        return self.check(text, clock) if self.check else text


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in: every value, and the keys of those that were changed."""

    values: Mapping[str, Any]
    changed: frozenset[str]

    def given(self) -> dict[str, Any]:
        """The values that were changed."""
        return {key: value for key, value in self.values.items() if key in self.changed}


@dataclass(frozen=True, slots=True)
class Form:
    """A form.

    Attributes:
        name: what its drafts are kept under: letters, digits and ``-``.
        title: its heading.
        fields: what it asks for.
        save: writes what was filled in.
        note: a line beneath the heading.
        keep: whether what is typed is worth a draft.
    """

    name: str
    title: str
    fields: Sequence[Field]
    save: Callable[[Crm, Filled], Any]
    note: str = ""
    keep: bool = True


def when(text: str, clock: Clock) -> When:
    """A day, and maybe a time."""
    return parse_when(text, clock)


def tell_when(value: When, clock: Clock) -> str:
    """The day in words, for a typed WHEN."""
    time = f" {value.due_time}" if value.due_time else ""
    return f"{relative_day(value.day, clock.today)}  {short_day(value.day, clock.today)}{time}"


def birthday(text: str, clock: Clock) -> str:
    """A birthday."""
    return parse_birthday(text)


def cadence(text: str, clock: Clock) -> int:
    """How often to be in touch, in days."""
    return span_days(text)


def tell_cadence(value: int, clock: Clock) -> str:
    """A cadence in words."""
    return f"every {value} days" if value != 1 else "every day"


def duration(text: str, clock: Clock) -> int:
    """A duration in minutes."""
    return parse_duration_minutes(text)


def tell_duration(value: int, clock: Clock) -> str:
    """A duration in words."""
    return f"{value} minutes" if value != 1 else "1 minute"


def rule(text: str, clock: Clock) -> str:
    """A repeat rule, as typed."""
    from crm_tui.recurrence import parse_rule

    parse_rule(text)
    return text


def several(text: str, clock: Clock) -> list[str]:
    """Values separated by ``;`` or ``,``."""
    return [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]


def tags(text: str, clock: Clock) -> list[str]:
    """Tags separated by spaces, ``,`` or ``;``."""
    return [check_tag(tag) for tag in split_tags(text)]


def tag_changes(text: str, clock: Clock) -> tuple[list[str], list[str]]:
    """Tags to put on, and with a minus those to take off."""
    add, remove = [], []
    for each in split_tags(text):
        if each.startswith("-") and len(each) > 1:
            remove.append(check_tag(each[1:]))
        else:
            add.append(check_tag(each.removeprefix("+")))
    return add, remove


def tell_tag_changes(value: tuple[list[str], list[str]], clock: Clock) -> str:
    """What will be put on and taken off."""
    add, remove = value
    parts = [f"put on {', '.join(add)}"] if add else []
    if remove:
        parts.append(f"take off {', '.join(remove)}")
    return ", ".join(parts)
