"""What hangs on records of any kind: tags, fields of the user's own, where a record came from."""

from __future__ import annotations

from dataclasses import dataclass

from crm_tui.shapes.record import Record
from crm_tui.shapes.words import FieldType


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Record):
    """A word put on contacts, companies and deals."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField(Record):
    """A field of the user's own on contacts, companies or deals; ``choices`` for a choice."""

    entity: str
    key: str
    label: str
    type: FieldType
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalRef(Record):
    """Where a record came from: ``key`` is its identity in ``source``."""

    source: str
    key: str
    entity: str
    entity_id: int
