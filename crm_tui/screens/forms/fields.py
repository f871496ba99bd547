"""What a form asks for, as data: fields with their kind, their check, and what they say while one types.

A check turns the text of a field into its value or raises ``CrmError``; it is pure and quick, for it runs at each key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

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
from crm_tui.text import cell_width, check_tag, clean, cut, split_tags

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CustomField, CustomValue

NOTHING: Final = "—"
"""The choice that leaves a field empty."""
CUSTOM: Final = "custom-"
"""What the keys of custom fields begin with."""
_CHOICES_ROOM: Final = 44  # cells of a line of choices; more of them are typed
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
        complete: the table whose names complete it; each row of several.
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
        watched: the fields that ``notice`` looks at.
        notice: what is said beneath the first of them while one types, from the file and the texts; it must be quick.
    """

    name: str
    title: str
    fields: Sequence[Field]
    save: Callable[[Crm, Filled], Any]
    note: str = ""
    keep: bool = True
    watched: Sequence[str] = ()
    notice: Callable[[Crm, Mapping[str, str]], str] | None = None


def only(form: Form, keys: Collection[str], title: str) -> Form:
    """The part of a form with these fields alone; the others stay as they are."""
    chosen = [field for field in form.fields if field.key in keys]
    others = [field for field in form.fields if field.key not in keys]

    def save(crm: Crm, filled: Filled) -> Any:
        kept = {field.key: field.read(field.value, crm.clock) for field in others}
        return form.save(crm, Filled({**kept, **filled.values}, filled.changed))

    name = f"{form.name}-{'-'.join(field.key for field in chosen)}".replace("_", "-")
    watched = [key for key in form.watched if key in keys]
    return replace(
        form, name=name, title=title, fields=chosen, save=save, watched=watched,
        notice=form.notice if watched else None,
    )  # fmt: skip


def custom_fields(
    defined: Sequence[CustomField], values: Mapping[str, CustomValue] | None = None
) -> list[Field]:
    """A form's fields for the fields of the user's own, each with its check."""
    return [custom_field(each, (values or {}).get(each.key)) for each in defined]


def custom_field(custom: CustomField, value: CustomValue | None) -> Field:
    """A form's field for one of the user's own."""
    flag = custom.type.value == "flag"
    text = "" if value is None else ("no", "yes")[value] if isinstance(value, bool) else str(value)
    choices = ("yes", "no") if flag else custom.choices
    hint = {"number": "12 or 12.5", "date": "2026-12-01"}.get(custom.type.value, ", ".join(choices))
    field = Field(
        f"{CUSTOM}{custom.key}", cut(clean(custom.label), 12), value=text, hint=clean(hint),
        check=partial(_custom, custom),
    )  # fmt: skip
    wide = sum(cell_width(clean(word)) + 3 for word in choices) > _CHOICES_ROOM
    if not choices or wide or NOTHING in choices or (text and text not in choices):
        return field
    return replace(field, kind="choice", value=text or NOTHING, choices=(NOTHING, *choices))


def custom_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The custom values among those of a form, by the keys of their fields."""
    return {key.removeprefix(CUSTOM): value for key, value in values.items() if key.startswith(CUSTOM)}


def _custom(custom: CustomField, text: str, clock: Clock) -> CustomValue | None:
    from crm_tui.domain.fields import parse_value

    return None if text == NOTHING else parse_value(custom, text)


def day(text: str, clock: Clock) -> date:
    """A day."""
    return parse_when(text, clock).day


def tell_day(value: date, clock: Clock) -> str:
    """A day in words."""
    return f"{relative_day(value, clock.today)}  {short_day(value, clock.today)}"


def zone(text: str, clock: Clock) -> str | None:
    """A time zone's name."""
    from crm_tui.domain.checks import timezone

    return timezone(text)


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
