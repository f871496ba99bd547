"""What is on the morning list: one shape for promises, silent people, customers, dates, stuck deals, invoices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm_tui.models import Priority


class ItemKind(StrEnum):
    """What an item is about, and so what its ``ref`` is the id of."""

    FOLLOWUP = "followup"
    """A promise; the id of the follow-up."""
    TOUCH = "touch"
    """Somebody not heard of for their cadence; the id of the contact."""
    SILENT = "silent"
    """A customer who neither bought nor was in touch for ``silent_days``; the id of the contact: see ``ref``."""
    REORDER = "reorder"
    """A customer due to buy a product again; the id of the contact: see ``ref``."""
    BIRTHDAY = "birthday"
    """The id of the contact."""
    DATE = "date"
    """Another day that matters to somebody; the id of the contact."""
    DEAL = "deal"
    """A deal past its expected close or without movement; the id of the deal."""
    INVOICE = "invoice"
    """An unpaid invoice past its due day; the id of the invoice."""


class Group(StrEnum):
    """The parts of the morning list, in their order."""

    OVERDUE = "Overdue"
    TODAY = "Today"
    TOUCH = "Keep in touch"
    CUSTOMERS = "Customers"
    DATES = "Dates"
    STUCK = "Stuck"
    UNPAID = "Unpaid"
    COMING = "Coming"


GROUPS = {
    ItemKind.TOUCH: Group.TOUCH,
    ItemKind.SILENT: Group.CUSTOMERS,
    ItemKind.REORDER: Group.CUSTOMERS,
    ItemKind.BIRTHDAY: Group.DATES,
    ItemKind.DATE: Group.DATES,
    ItemKind.DEAL: Group.STUCK,
    ItemKind.INVOICE: Group.UNPAID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One thing to be done.

    Attributes:
        kind: what it is about.
        ref: the id of that, see ``ItemKind``. Where the customer is a company, the contact is the one of its people
            to turn to: whom the last invoice named, else who was in touch last; 0 where it has none to be reached.
        title: what is to be done, or what is the matter.
        due_on: the day of it: due, to get in touch, of the birthday this year, of the expected close, or the
            one on which the deal became stuck.
        overdue_days: days from then to today; negative while it is still to come.
        contact: whom it concerns; for deals, invoices and customers without a person the company.
        occurrence: what tells it from the same thing on another day, for the ledger of reminders.
        listed_on: the first day on which it was to be listed without looking ahead: ``due_on``, or the day
            after it for what is past its day only then.
        contact_id, company, deal_id, deal: what else it refers to.
        company_id: the customer, where that is a company.
        product: what is due to be bought again.
        due_time: the local time ``HH:MM`` of a follow-up.
        priority: of a follow-up.
        amount_minor, currency: a deal's amount, an invoice's balance.
        stage: a deal's stage.
        last_on: of a silent person the last contact, of a customer the last purchase, of a deal the day it entered its
            stage.
        cadence_days: of a silent person.
        age: how old somebody will be, or how many years a date is past.
    """

    kind: ItemKind
    ref: int
    title: str
    due_on: date
    overdue_days: int
    contact: str | None
    occurrence: str
    listed_on: date
    contact_id: int | None = None
    company: str | None = None
    deal_id: int | None = None
    deal: str | None = None
    company_id: int | None = None
    product: str | None = None
    due_time: str | None = None
    priority: Priority | None = None
    amount_minor: int | None = None
    currency: str | None = None
    stage: str | None = None
    last_on: date | None = None
    cadence_days: int | None = None
    age: int | None = None

    @property
    def id(self) -> int:
        """``ref``, for what prints ids."""
        return self.ref

    @property
    def group(self) -> Group:
        """The part of the list it belongs to."""
        if self.kind is not ItemKind.FOLLOWUP:
            return GROUPS[self.kind]
        if self.overdue_days < 0:
            return Group.COMING
        return Group.OVERDUE if self.overdue_days else Group.TODAY


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaSummary:
    """The list in figures.

    Attributes:
        overdue: items of any kind whose day is past.
        today: items of any kind whose day is today.
        coming: items of any kind still to come within the window.
        groups: how many items each part of the list has.
        listed: how many of them would be there without looking ahead.
    """

    overdue: int
    today: int
    coming: int
    groups: Mapping[Group, int]
    listed: Mapping[Group, int]

    @property
    def line(self) -> str:
        """One line for a prompt, "overdue 2, today 3"; empty when nothing is due."""
        parts = (("overdue", self.overdue), ("today", self.today))
        return ", ".join(f"{word} {number}" for word, number in parts if number)
