"""The fields that can be set on many records at once, each with the check of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock, short_day
from crm_tui.domain import checks
from crm_tui.domain.fields import parse_value
from crm_tui.errors import InvalidDataError
from crm_tui.models import CustomField, FieldType, Lifecycle
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Check, Field, Filled, Form
from crm_tui.text import clean, name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

NONE: Final = "none"
"""The word that empties a field, as it asks for an empty one in a filter; in quotes it is the word."""
_HINTS: Final = {
    FieldType.NUMBER: "12 or 12.5",
    FieldType.DATE: "2026-12-01",
    FieldType.FLAG: "yes or no",
}


@dataclass(frozen=True, slots=True)
class Settable:
    """A field that can be set.

    Attributes:
        key: its name for the domain; the key of a custom field.
        label: the word for it.
        check: from text to value; the text itself when None.
        hint: what to type.
        same: makes equal what means the same.
        needed: whether it cannot be empty.
        complete: the table whose names complete it.
        custom: whether it is a field of the person's own.
    """

    key: str
    label: str
    check: Check | None = None
    hint: str = ""
    same: Callable[[Any], Any] = str
    needed: bool = False
    complete: str = ""
    custom: bool = False

    def read(self, text: str, clock: Clock) -> Any:
        """The value of a text, None for the word that empties the field.

        Raises:
            InvalidDataError: it is none.
        """
        if text == NONE:
            if self.needed:
                raise InvalidDataError(f"{self.label.capitalize()} cannot be empty.", f"It is {self.hint}.")
            return None
        text = NONE if text == f'"{NONE}"' else text
        return text if self.check is None else self.check(text, clock)

    def of(self, record: Any) -> Any:
        """The value that a record has."""
        return record.custom.get(self.key) if self.custom else getattr(record, self.key)

    def differs(self, record: Any, value: Any) -> bool:
        """Whether setting the value would change the record."""
        present = self.of(record)
        if present is None or value is None:
            return present is not value
        return bool(self.same(present) != self.same(value))

    def values(self, value: Any) -> dict[str, Any]:
        """What the domain is given."""
        return {"custom": {self.key: value}} if self.custom else {self.key: value}


def _lifecycle(text: str, _: Clock) -> str:
    return checks.choice(Lifecycle, text, "lifecycle").value


_TEXT: Final = "none empties it"
_SETTABLE: Final[Mapping[str, tuple[Settable, ...]]] = {
    "contacts": (
        Settable("lifecycle", "lifecycle", _lifecycle, ", ".join(Lifecycle), needed=True),
        Settable("company", "company", None, _TEXT, name_key, complete="companies"),
        Settable("title", "title", None, _TEXT),
        Settable("source", "source", None, _TEXT),
        Settable("cadence_days", "in touch", fields.cadence, "every 30d, 6w, 3m; none", int),
        Settable("language", "language", None, _TEXT),
        Settable("timezone", "time zone", fields.zone, "Europe/Istanbul"),
        Settable("birthday", "birthday", fields.birthday, "1985-06-25 or --06-25"),
        Settable("last_contacted_on", "last contact", fields.day, "yesterday, 2026-12-01"),
        Settable("opted_out_on", "opted out", fields.day, "today, 2026-12-01; none"),
        Settable("note", "note", None, _TEXT),
    ),
    "companies": (
        Settable("industry", "industry", None, _TEXT),
        Settable("size", "size", None, "60, 11-50"),
        Settable("parent", "belongs to", None, _TEXT, name_key, complete="companies"),
        Settable("domain", "domain", lambda text, _: checks.domain(text), "example.com"),
        Settable("website", "website", None, "https://example.com"),
        Settable("note", "note", None, _TEXT),
    ),
}


def settable(table: str, custom: Iterable[CustomField]) -> list[Settable]:
    """The fields of a table that can be set on many records, those of the person's own last."""
    return [*_SETTABLE[table], *map(_own, custom)]


def _own(field: CustomField) -> Settable:
    hint = ", ".join(field.choices) or _HINTS.get(field.type, _TEXT)
    same: Callable[[Any], Any] = float if field.type is FieldType.NUMBER else str
    return Settable(
        field.key, clean(field.label), lambda text, _: parse_value(field, text), hint, same, custom=True
    )


def set_field(table: str, records: Sequence[Any], whom: str, field: Settable) -> Form:
    """The value of a field for many records; while one types it says how many will change.

    Args:
        table: Their table.
        records: As they are now.
        whom: The words for them.
        field: What is set.
    """

    def tell(value: Any, clock: Clock) -> str:
        changed = sum(field.differs(each, value) for each in records)
        shown = (
            "empty" if value is None else short_day(value, clock.today) if field.check is fields.day else ""
        )
        return f"{f'{shown}, ' if shown else ''}changes {changed:,} of {len(records):,}"

    def save(crm: Crm, filled: Filled) -> Any:
        value = filled.values["value"]
        service: Any = getattr(crm, table)
        now = service.views([each.id for each in records])
        ids = [each.id for each in now if field.differs(each, value)]
        if ids:
            service.update_all(ids, **field.values(value))
        return True

    first = field.of(records[0]) if len(records) == 1 else None
    return Form(
        f"set-{table}-{field.key}",
        f"Set {field.label} of {clean(whom)}",
        (
            Field(
                "value", field.label, value="" if first is None else _typed(first), hint=field.hint, required=True,
                check=field.read, echo=tell, complete=field.complete,
            ),
        ),
        save,
        "" if field.needed else f"The word {NONE} empties it.",
        keep=False,
    )  # fmt: skip


def _typed(value: Any) -> str:
    """A value as one would type it, on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(str(value).splitlines())
