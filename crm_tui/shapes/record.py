"""What every record has, and the journal's entry."""

from __future__ import annotations

from dataclasses import dataclass

Instant = str
CustomValue = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record has."""

    id: int
    created_at: Instant
    updated_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One user action in the journal."""

    id: int
    summary: str
    created_at: Instant
    undone_at: Instant | None = None
