"""The records: shape only.

One dataclass a record, its fields named like the table's columns, the JSON keys and the CSV headers. Days are
``datetime.date``; instants are text in UTC, ``YYYY-MM-DDTHH:MM:SSZ``; a birthday is text because it may lack a
year (``--MM-DD``). Money is minor units beside an ISO 4217 code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Instant = str
CustomValue = str | int | float | bool


class Lifecycle(StrEnum):
    """How far a person has come as a customer."""

    LEAD = "lead"
    PROSPECT = "prospect"
    CUSTOMER = "customer"
    FORMER = "former"


class MethodKind(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    URL = "url"
    IM = "im"


class InteractionKind(StrEnum):
    """What happened with a person."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    MESSAGE = "message"
    NOTE = "note"


class Direction(StrEnum):
    """Who began an interaction: they (in) or we (out)."""

    IN = "in"
    OUT = "out"


class StageType(StrEnum):
    """What a stage means; code branches on this and never on a stage's name."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Priority(StrEnum):
    """How much a follow-up matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class RepeatFrom(StrEnum):
    """Whether the next occurrence is counted from the due date or from completion."""

    DUE = "due"
    DONE = "done"


class FollowupStatus(StrEnum):
    """Where a follow-up stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class FieldType(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record has."""

    id: int
    created_at: Instant
    updated_at: Instant


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
class Interaction(Record):
    """Something that happened with one or more people."""

    kind: InteractionKind
    direction: Direction | None = None
    occurred_at: Instant
    summary: str
    body: str | None = None
    duration_minutes: int | None = None
    deal_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Record):
    """A contact's part in an interaction; ``occurred_at`` repeats the interaction's for the timeline."""

    interaction_id: int
    contact_id: int
    occurred_at: Instant


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
class Followup(Record):
    """A promise: due on a day, with an optional local time ``HH:MM``. ``repeat`` is a rule's text."""

    title: str
    due_on: date
    due_time: str | None = None
    contact_id: int | None = None
    deal_id: int | None = None
    priority: Priority = Priority.NORMAL
    repeat: str | None = None
    repeat_from: RepeatFrom | None = None
    series_id: int | None = None
    status: FollowupStatus = FollowupStatus.OPEN
    done_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Record):
    """Something that is sold."""

    sku: str
    name: str
    price_minor: int | None = None
    currency: str | None = None
    warranty_months: int | None = None
    reorder_days: int | None = None
    archived_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(Record):
    """A claim for money; its status and balance are derived from lines and payments."""

    number: str
    contact_id: int | None = None
    company_id: int | None = None
    deal_id: int | None = None
    issued_on: date
    due_on: date
    currency: str
    voided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine(Record):
    """One line of an invoice; quantity and percentages are decimal text."""

    invoice_id: int
    product_id: int | None = None
    description: str
    quantity: str = "1"
    unit_price_minor: int
    discount_percent: str | None = None
    tax_percent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Record):
    """Money received for an invoice; a refund is negative."""

    invoice_id: int
    paid_on: date
    amount_minor: int
    method: str | None = None
    reference: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Record):
    """From ``day`` on, one unit of ``currency`` is worth ``rate`` (decimal text) of the base currency."""

    currency: str
    rate: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One user action in the journal."""

    id: int
    summary: str
    created_at: Instant
    undone_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView(Contact):
    """A contact as lists and cards show it, with what belongs to it."""

    company: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView(Company):
    """A company with what belongs to it."""

    parent: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DealView(Deal):
    """A deal with the names it refers to; ``amount`` is decimal text, ``weighted_minor`` counts open deals only."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowupView(Followup):
    """A follow-up with the names it refers to; ``overdue_days`` is negative while it is still to come."""

    contact: str | None = None
    deal: str | None = None
    overdue_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionView(Interaction):
    """An interaction with the names of the people and the deal it concerns."""

    contacts: tuple[str, ...] = ()
    contact_ids: tuple[int, ...] = ()
    deal: str | None = None
