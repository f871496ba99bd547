"""Which value wins when several records become one, and what is said about the values that do not.

The rule kept here: a value given anywhere is still there afterwards. What the kept record lacks it takes from the
others, in their order; a value that loses becomes a line of the note, or a link where it is a web address. The parts
of a name go with the name, as far as its record has them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crm_tui.domain.lifecycles import furthest
from crm_tui.errors import InvalidDataError
from crm_tui.models import CustomValue, Lifecycle
from crm_tui.store.transaction import Row, SqlValue

CONTACT_FIELDS: Final = {
    "name": "name",
    "given_name": "given name",
    "family_name": "family name",
    "company_id": "company",
    "title": "title",
    "lifecycle": "lifecycle",
    "source": "source",
    "referred_by_id": "referred by",
    "birthday": "birthday",
    "language": "language",
    "timezone": "time zone",
    "cadence_days": "cadence in days",
    "opted_out_on": "opted out on",
}
COMPANY_FIELDS: Final = {
    "name": "name",
    "domain": "domain",
    "industry": "industry",
    "size": "size",
    "website": "website",
    "parent_id": "parent",
}
LINKS: Final = frozenset({"domain", "website"})
"""Fields whose losing values stay as links."""
_REFERENCES: Final = frozenset({"company_id", "referred_by_id", "parent_id"})
_PARTS_OF_NAME: Final = frozenset({"given_name", "family_name"})
_UNCHOOSABLE: Final = {"opted_out_on": "Whoever opted out stays opted out."}


@dataclass(frozen=True, slots=True)
class MergeField:
    """One field of the records to merge.

    Attributes:
        field: its name; a custom field's is its key.
        word: the name for people.
        values: what each record has, by its id; None where it has nothing.
        shown: the same as text for people.
        winner: the record whose value wins, None where none has a value.
        custom: whether it is a field of the user's own.
    """

    field: str
    word: str
    values: Mapping[int, CustomValue | None]
    shown: Mapping[int, str]
    winner: int | None
    custom: bool = False

    @property
    def value(self) -> CustomValue | None:
        """The value that wins."""
        return None if self.winner is None else self.values[self.winner]

    @property
    def losing(self) -> dict[int, str]:
        """The values that do not, as text by the first record that has each; defaults are none."""
        found: dict[int, str] = {}
        for record_id, value in self.values.items():
            silent = value is None or (self.field == "lifecycle" and value == Lifecycle.LEAD)
            if not silent and value != self.value and self.shown[record_id] not in found.values():
                found[record_id] = self.shown[record_id]
        return found

    @property
    def choosable(self) -> bool:
        """Whether a person may say whose value wins."""
        return self.field not in _UNCHOOSABLE

    @property
    def differs(self) -> bool:
        """Whether the records do not all say the same."""
        return len(set(map(repr, self.values.values()))) > 1


def decide(
    rows: Sequence[Row],
    words: Mapping[str, str],
    choose: Mapping[str, int],
    name_of: Callable[[str, int], str],
    custom_words: Mapping[str, str],
) -> list[MergeField]:
    """Every field of the records, the kept one first, and whose value wins.

    Args:
        rows: the records as stored.
        words: the fields there are, with their names for people.
        choose: field (``company`` or ``company_id`` alike) or custom key to the record whose value is to win.
        name_of: the name of the record that a column refers to.
        custom_words: the labels of custom fields by their keys.

    Raises:
        InvalidDataError: a choice names no field, none of the records, or what is not to be chosen.
    """
    ids = [_id(row) for row in rows]
    customs = {_id(row): _custom(row) for row in rows}
    keys = list(dict.fromkeys(key for custom in customs.values() for key in custom))
    chosen = _checked(choose, ids, {*words, *keys, *custom_words}, words)
    found: list[MergeField] = []
    named = chosen.get("name", ids[0])
    for field, word in words.items():
        values: dict[int, CustomValue | None] = {_id(row): _own(field, row, ids) for row in rows}
        shown = {
            each: ""
            if value is None
            else name_of(field, int(str(value)))
            if field in _REFERENCES
            else str(value)
            for each, value in values.items()
        }
        by_itself = named if field in _PARTS_OF_NAME and values[named] else _winner(field, values)
        found.append(MergeField(field, word, values, shown, chosen.get(field, by_itself)))
    for key in keys:
        custom = {each: customs[each].get(key) for each in ids}
        texts = {each: _text(value) for each, value in custom.items()}
        winner = chosen.get(key, _winner(key, custom))
        found.append(MergeField(key, custom_words.get(key, key), custom, texts, winner, custom=True))
    return found


def note_lines(fields: Sequence[MergeField], names: Mapping[int, str]) -> list[str]:
    """A line for each losing value that has no other place to stay."""
    return [
        f"{field.word}: {text} {origin(record_id, names)}"
        for field in fields
        if field.field not in LINKS
        for record_id, text in field.losing.items()
    ]


def origin(record_id: int, names: Mapping[int, str]) -> str:
    """Where a value is from, as a note says it."""
    return f"(from {names[record_id]}, #{record_id})"


def joined_note(rows: Sequence[Row], lines: Sequence[str]) -> str | None:
    """The notes of the records one below the other, none twice, then the lines."""
    parts: list[str] = []
    for note in (str(row["note"]) for row in rows if row["note"] is not None):
        # within a line it may say something else
        if not any(f"\n{note}\n" in f"\n{part}\n" for part in parts):
            parts.append(note)
    if lines:
        parts.append("\n".join(lines))
    return "\n\n".join(parts) or None


def earliest(rows: Sequence[Row], column: str) -> SqlValue:
    """The smallest value of a column, None when there is none."""
    return min((str(row[column]) for row in rows if row[column] is not None), default=None)


def latest(rows: Sequence[Row], column: str) -> SqlValue:
    """The largest value of a column, None when there is none."""
    return max((str(row[column]) for row in rows if row[column] is not None), default=None)


def _winner(field: str, values: Mapping[int, CustomValue | None]) -> int | None:
    """The record whose value wins by itself: the furthest on in the lifecycle, the earliest opt-out, else the first."""
    given = {each: value for each, value in values.items() if value is not None}
    if not given:
        return None
    if field == "lifecycle":
        ahead = furthest(str(each) for each in given.values())
        return next(each for each, value in given.items() if value == ahead)
    if field == "opted_out_on":
        return min(given, key=lambda each: str(given[each]))
    return next(iter(given))


def _checked(
    choose: Mapping[str, int], ids: Sequence[int], known: set[str], words: Mapping[str, str]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for given, record_id in choose.items():
        field = f"{given}_id" if f"{given}_id" in words else given
        if field not in known:
            from crm_tui.text import nearest

            near = nearest(given, known)
            hint = f"Did you mean {near}?" if near else f"There are: {', '.join(words)}."
            raise InvalidDataError(f'There is no field "{given}" to choose.', hint)
        if field in _UNCHOOSABLE:
            raise InvalidDataError(f"{field} is not chosen.", _UNCHOOSABLE[field])
        if record_id not in ids:
            raise InvalidDataError(
                f"{record_id} is none of the records to merge.", f"They are: {', '.join(map(str, ids))}."
            )
        found[field] = record_id
    return found


def _own(field: str, row: Row, ids: Sequence[int]) -> CustomValue | None:
    """A record's value; one that refers to another of the merged records says nothing."""
    value = row[field]
    if isinstance(value, bytes) or (field == "referred_by_id" and value in ids):
        return None
    return value


def _custom(row: Row) -> dict[str, CustomValue]:
    found: dict[str, CustomValue] = json.loads(str(row["custom"]))
    return found


def _text(value: CustomValue | None) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _id(row: Row) -> int:
    return int(str(row["id"]))
