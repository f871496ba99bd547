"""Pipelines, deals and what currencies are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crm_tui.shapes.record import CustomValue, Instant, Record
from crm_tui.shapes.words import StageType


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline(Record):
    """A way of selling: an ordered list of stages."""

    name: str
    archived_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Record):
    """A step of a pipeline. ``probability`` in percent; ``rot_days`` without movement make a deal stuck."""

    pipeline_id: int
    name: str
    position: int
    type: StageType
    probability: int
    rot_days: int | None = None
    archived_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal(Record):
    """A possible sale. ``amount_minor`` may be missing; ``probability`` in percent."""

    title: str
    contact_id: int | None = None
    company_id: int | None = None
    stage_id: int
    amount_minor: int | None = None
    currency: str | None = None
    probability: int
    expected_close_on: date | None = None
    closed_on: date | None = None
    source: str | None = None
    lost_reason: str | None = None
    lost_note: str | None = None
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    archived_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMove(Record):
    """A deal entering a stage; ``from_stage_id`` is None when the deal was made."""

    deal_id: int
    from_stage_id: int | None = None
    to_stage_id: int
    moved_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Record):
    """From ``day`` on, one unit of ``currency`` is worth ``rate`` (decimal text) of the base currency."""

    currency: str
    rate: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DealView(Deal):
    """A deal with the names it refers to; ``amount`` is decimal text, ``weighted_minor`` is of open deals."""

    contact: str | None = None
    company: str | None = None
    pipeline: str = ""
    stage: str = ""
    status: StageType = StageType.OPEN
    amount: str | None = None
    weighted: str | None = None
    weighted_minor: int | None = None
    stage_entered_at: Instant = ""
    tags: tuple[str, ...] = ()
