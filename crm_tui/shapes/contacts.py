"""People, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crm_tui.shapes.record import CustomValue, Instant, Record
from crm_tui.shapes.words import Lifecycle, MethodKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Record):
    """A person. Only the name is required; ``last_contacted_on`` and ``next_touch_on`` are maintained."""

    name: str
    given_name: str | None = None
    family_name: str | None = None
    company_id: int | None = None
    title: str | None = None
    lifecycle: Lifecycle = Lifecycle.LEAD
    source: str | None = None
    referred_by_id: int | None = None
    birthday: str | None = None
    language: str | None = None
    timezone: str | None = None
    cadence_days: int | None = None
    last_contacted_on: date | None = None
    next_touch_on: date | None = None
    opted_out_on: date | None = None
    note: str | None = None
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    archived_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMethod(Record):
    """An e-mail, phone, address, link or handle, as typed in ``value``; ``normal`` is its match key."""

    contact_id: int
    kind: MethodKind
    value: str
    normal: str | None = None
    label: str | None = None
    is_primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView(Contact):
    """A contact as lists and cards show it, with what belongs to it."""

    company: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportantDate(Record):
    """A day that matters to a person, every year when ``date`` is ``--MM-DD`` and from ``YYYY-MM-DD`` on."""

    contact_id: int
    label: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Record):
    """``other_id`` is the contact's ``kind``: spouse, colleague, assistant, ..."""

    contact_id: int
    other_id: int
    kind: str
