"""Companies, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_tui.shapes.record import CustomValue, Instant, Record
from crm_tui.shapes.words import MethodKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Company(Record):
    """An organisation people work for."""

    name: str
    domain: str | None = None
    industry: str | None = None
    size: str | None = None
    website: str | None = None
    parent_id: int | None = None
    note: str | None = None
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    archived_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMethod(Record):
    """As ContactMethod, for a company."""

    company_id: int
    kind: MethodKind
    value: str
    normal: str | None = None
    label: str | None = None
    is_primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView(Company):
    """A company with what belongs to it."""

    parent: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
