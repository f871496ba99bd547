"""Fields of the user's own on contacts, companies and deals, and the checking of their values.

Values live in the record's ``custom``, keyed by the field's key: text and choices as text, numbers as
numbers, dates as ``YYYY-MM-DD``, flags as booleans.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from crm_tui.domain import checks
from crm_tui.domain.service import Service
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError, UsageError
from crm_tui.models import CustomField, CustomValue, FieldType
from crm_tui.store import records

ENTITIES: Final = ("contacts", "companies", "deals")
_TRUE: Final = frozenset({"yes", "true", "1", "on", "y"})
_FALSE: Final = frozenset({"no", "false", "0", "off", "n"})
_LARGEST: Final = 10**15
# Names beside the columns that lists, filters and options use.
_RESERVED: Final = frozenset(
    ["amount", "cadence", "company", "contact", "deal", "email", "emails", "parent", "phone", "phones",
     "open_deals", "people", "pipeline", "referred_by", "stage", "status", "tag", "tags", "weighted"]
)  # fmt: skip
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Fields(Service):
    """Verbs on custom fields."""

    def add(
        self,
        entity: str,
        key: str,
        type: str,  # noqa: A002 - the field's own name
        *,
        label: str | None = None,
        choices: Sequence[str] = (),
    ) -> CustomField:
        """Define a field.

        Raises:
            UsageError: no record of that kind has custom fields.
            InvalidDataError: the key or the type is none, or a choice field has no choices.
            ConflictError: there is one of that key, or the key is a built-in field.
        """
        key = key.strip().lower()
        kind = checks.choice(FieldType, type, "type of field")
        _check_entity(entity)
        if not _KEY.fullmatch(key):
            raise InvalidDataError(
                f'"{key}" is no key for a field.', "Use small letters, digits and _, beginning with a letter."
            )
        if key in self._taken(entity):
            raise ConflictError(f'{entity} have a field "{key}" already.', "Choose another key.")
        if (kind is FieldType.CHOICE) != bool(choices):
            raise InvalidDataError(
                "Choices belong to a field of type choice.", "Give --choice once for each of them."
            )
        values = {
            "entity": entity,
            "key": key,
            "label": checks.line(label or key, "label"),
            "type": kind,
            "choices": tuple(checks.line(each, "choice") for each in choices),
        }
        with self.crm.transaction(f"add field {key} to {entity}") as writing:
            made = writing.insert("custom_fields", records.to_row(values))
        return self.one(CustomField, made)

    def get(self, entity: str, key: str) -> CustomField:
        """The field of that key.

        Raises:
            NotFoundError: there is none; the nearest is suggested.
        """
        fields = {field.key: field for field in self.list(entity)}
        if key.strip().lower() in fields:
            return fields[key.strip().lower()]
        from crm_tui.text import nearest

        near = nearest(key, fields)
        hint = f"Did you mean {near}?" if near else f"crm field add {entity} {key} --type text defines it."
        raise NotFoundError(f'{entity} have no field "{key}".', hint)

    def remove(self, entity: str, key: str) -> CustomField:
        """Remove a field that no record uses.

        Raises:
            ConflictError: records still have a value.
        """
        field = self.get(entity, key)
        (used,) = self.connection.execute(
            f"SELECT count(*) FROM {entity} WHERE custom <> '{{}}' AND json_type(custom, ?) IS NOT NULL",  # noqa: S608
            (f'$."{field.key}"',),
        ).fetchone()
        if used:
            raise ConflictError(
                f'{used:,} {entity} have a value in "{field.key}".',
                f"Empty them first; crm export {entity} {field.key}:any lists them.",
            )
        with self.crm.transaction(f"remove field {field.key} from {entity}") as writing:
            writing.delete("custom_fields", field.id)
        return field

    def merge(
        self, entity: str, old: Mapping[str, CustomValue], new: Mapping[str, CustomValue | None]
    ) -> dict[str, CustomValue]:
        """The custom values of a record after setting some; an empty one removes the value.

        Raises:
            NotFoundError: there is no such field.
            InvalidDataError: a value does not fit its field.
        """
        merged = dict(old)
        for key, value in new.items():
            field = self.get(entity, key)
            if value is None or value == "":
                merged.pop(field.key, None)
            else:
                merged[field.key] = parse_value(field, value)
        return merged

    def _taken(self, entity: str) -> set[str]:
        columns = self.connection.execute("SELECT name FROM pragma_table_info(?)", (entity,))
        return {name for (name,) in columns} | _RESERVED | {field.key for field in self.list(entity)}

    # last, because below it the name would mean this verb
    def list(self, entity: str | None = None) -> list[CustomField]:
        """The custom fields, of one kind of record or of all."""
        if entity is None:
            return list(self.read(CustomField, "ORDER BY entity, id"))
        _check_entity(entity)
        return list(self.read(CustomField, "WHERE entity = ? ORDER BY id", (entity,)))


def _check_entity(entity: str) -> None:
    if entity not in ENTITIES:
        raise UsageError(f'"{entity}" has no custom fields.', f"They are for: {', '.join(ENTITIES)}.")


def parse_value(field: CustomField, value: CustomValue) -> CustomValue:
    """A value as the field keeps it.

    Raises:
        InvalidDataError: it does not fit the field's type.
    """
    text = checks.line(str(value), field.label)
    if field.type is FieldType.NUMBER:
        return _number(field, text)
    if field.type is FieldType.DATE:
        from crm_tui.dates import parse_day

        return parse_day(text).isoformat()
    if field.type is FieldType.FLAG:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise InvalidDataError(f'"{text}" is no answer for {field.key}.', "Use yes or no.")
    if field.type is FieldType.CHOICE:
        for known in field.choices:
            if known.casefold() == text.casefold():
                return known
        raise InvalidDataError(
            f'"{text}" is no choice of {field.key}.', f"It is one of: {', '.join(field.choices)}."
        )
    return text


def _number(field: CustomField, text: str) -> int | float:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    # nan and the infinities, which Python's JSON reads too, are in no range
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not abs(found) <= _LARGEST:
        raise InvalidDataError(f'"{text}" is no number for {field.key}.', "Write it like 12 or 12.5.")
    return found
