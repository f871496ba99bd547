"""From the rows of a file to drafts of records that are no people: what the readers of each kind share.

A kind says which fields there are, how the text of each is read, and where in the draft it goes. A plain ``--default``
fills what is empty in the row and in the record, and changes nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from crm_tui.dates import parse_duration_minutes
from crm_tui.domain import checks
from crm_tui.domain.fields import parse_value
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.cells_in import Get, convert, is_nothing
from crm_tui.interchange.columns_in import Columns
from crm_tui.models import CustomField, CustomValue
from crm_tui.text import check_tag, fold, name_key, split_tags, unguard_formula

Convert = Callable[[str], object]
Into = Literal["columns", "values"]
_CLOCK: Final = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Spec:
    """One field of a kind.

    Attributes:
        field: its name, also in the draft.
        read: makes its value of a text; InvalidDataError when that cannot be.
        into: the draft's columns, or its values.
        binding: a plain default counts like a cell: it does not only fill what is empty.
        words: the words programs write for nothing are text in it.
    """

    field: str
    read: Convert
    into: Into = "columns"
    binding: bool = False
    words: bool = False


class RecordReader:
    """Makes drafts of records from rows."""

    def __init__(
        self,
        columns: Columns,
        specs: Iterable[Spec],
        *,
        name: str,
        custom: Sequence[CustomField] = (),
        own: bool = False,
    ) -> None:
        self.columns = columns
        # an own export leaves blank what is nothing
        self._own = own
        self._name = columns.get(name)
        self._name_reader = convert(lambda text: checks.name(text, name), columns.header_of(name))
        self._external = columns.get("external_id")
        self._external_reader = convert(
            lambda text: checks.line(text, "external id"), columns.header_of("external_id")
        )
        self._created = columns.get("created_at")
        self._created_reader = convert(columns.instant("created_at"), columns.header_of("created_at"))
        self._readers: dict[Into, list[tuple[str, Get, Convert, bool]]] = {"columns": [], "values": []}
        self._defaults: dict[Into, dict[str, Any]] = {"columns": {}, "values": {}}
        for spec in specs:
            self._add(spec)
        self._custom = [
            (field.key, get, _custom_reader(field, columns.header_of(field.key)))
            for field in custom
            if (get := columns.get(field.key)) is not None
        ]
        self._tags = _tags(columns) if columns.has("tags") or columns.options.tags else None

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        self.columns.check_width(cells)
        made = RecordDraft(line, defaults=self._defaults["columns"], value_defaults=self._defaults["values"])
        text = self._name(cells) if self._name is not None else ""
        if text:
            made.name = str(self._name_reader(text))
            made.key = name_key(made.name)
        if self._external is not None and (text := self._external(cells)):
            made.external = str(self._external_reader(text))
        if self._created is not None and (text := self._created(cells)) and not is_nothing(text):
            made.created_at = str(self._created_reader(text))
        made.columns = self._read("columns", cells)
        made.values = self._read("values", cells)
        if self._custom:
            made.custom = {key: read(text) for key, get, read in self._custom if (text := get(cells))}
        if self._tags is not None:
            made.tags = self._tags(cells)
        return made

    def _add(self, spec: Spec) -> None:
        columns = self.columns
        read = convert(spec.read, columns.header_of(spec.field))
        default = None if spec.binding else columns.plain_default(spec.field)
        if default:
            self._defaults[spec.into][spec.field] = read(default)
        get = columns.cell(spec.field) if default else columns.get(spec.field)
        if get is not None:
            self._readers[spec.into].append((spec.field, get, read, spec.words))

    def _read(self, into: Into, cells: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field, get, read, words in self._readers[into]:
            text = get(cells)
            if text and (words or self._own or not is_nothing(text)):
                found[field] = read(text)
        return found


def line_of(what: str) -> Convert:
    """A reader of one line of text."""
    return lambda text: checks.line(text, what)


def name_of(what: str, longest: int = checks.LINE) -> Convert:
    """A reader of one line of text by which a record is called."""
    return lambda text: checks.name(text, what, longest)


def text_of(what: str) -> Convert:
    """A reader of text of any number of lines."""
    return lambda text: checks.optional_text(text, what)


def word_of(words: Mapping[str, str], what: str) -> Convert:
    """A reader of one of some words, folded, that mean ours."""

    def read(text: str) -> str:
        found = words.get(" ".join(fold(text).replace("-", " ").replace("_", " ").split()))
        if found is None:
            ours = ", ".join(dict.fromkeys(words.values()))
            raise InvalidDataError(
                f'"{text[:60]}" is no {what}; it is one of {ours}, or [values] in a recipe says what is meant.'
            )
        return found

    return read


def minutes(text: str) -> int:
    """A duration in minutes: ``15``, ``15m``, ``1h 30m``, ``0:15:00``.

    Raises:
        InvalidDataError: it is none.
    """
    match = _CLOCK.fullmatch(text)
    if match is not None:
        return int(match[1]) * 60 + int(match[2]) + (int(match[3]) >= 30)
    return parse_duration_minutes(re.sub(r"(?<=[0-9]) *(?:minutes?|mins?|min\.)$", "", text.lower()))


def several(columns: Columns, field: str) -> Get | None:
    """One column as it is; of several that hold the field, each with its header in front."""
    places = columns.every(field)
    if len(places) < 2:
        return columns.get(field)

    def read(cells: list[str]) -> str:
        filled = [(header, cells[place].strip()) for place, _, header in places]
        return "\n".join(f"{header}: {unguard_formula(text)}" for header, text in filled if text)

    return read


def _tags(columns: Columns) -> Callable[[list[str]], list[str]]:
    given = [check_tag(tag) for tag in columns.options.tags]
    places = columns.every("tags")
    default = columns.defaults.get("tags", "")

    def read(cells: list[str]) -> list[str]:
        found: list[str] = []
        for place, _, header in places:
            try:
                found += [check_tag(tag) for tag in columns.tags(unguard_formula(cells[place].strip()))]
            except InvalidDataError as error:
                raise RejectedRowError(error.message.rstrip("."), header) from error
        if not found and default:
            found = [check_tag(tag) for tag in split_tags(default)]
        return [*found, *given]

    return read


def _custom_reader(field: CustomField, header: str) -> Callable[[str], CustomValue]:
    def read(text: str) -> CustomValue:
        try:
            return parse_value(field, text)
        except InvalidDataError as error:
            raise RejectedRowError(error.message.rstrip("."), header) from error

    return read
