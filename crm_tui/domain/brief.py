"""One page before a call: who it is, how to reach them, what is open, what was said, what is coming up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.dates import age_on, next_anniversary
from crm_tui.domain.service import marks

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.payers import Payer
    from crm_tui.models import (
        CompanyView,
        ContactMethod,
        ContactView,
        DealView,
        FollowupView,
        InteractionView,
    )

RECENT: Final = 5
"""Interactions on the page."""
AHEAD: Final = 60
"""Days within which a date is coming up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefDate:
    """A day that is coming up; ``years`` is the age or the years since, where the year is known."""

    label: str
    on: date
    in_days: int
    years: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefRelation:
    """``contact`` is the person's ``kind``."""

    kind: str
    contact: str
    contact_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What is good to know before a call.

    Attributes:
        contact: the person.
        methods: every way to reach them, the primary ones first.
        company: where they work.
        referred_by: the name of who brought them.
        last: the newest interaction that is no note.
        deals: the open ones, theirs and their company's without a contact, the next to close first.
        followups: the open ones, the next due first.
        interactions: the newest few, notes included.
        dates: birthday and other days within the next ``AHEAD`` days, the next first.
        relations: the people they are tied to.
        relations_back: those who are tied to them and to whom they are not in the same way: they are the ``kind``
            of the contact.
        payer: what they owe, and how late they pay.
    """

    contact: ContactView
    methods: tuple[ContactMethod, ...]
    company: CompanyView | None
    referred_by: str | None
    last: InteractionView | None
    deals: tuple[DealView, ...]
    followups: tuple[FollowupView, ...]
    interactions: tuple[InteractionView, ...]
    dates: tuple[BriefDate, ...]
    relations: tuple[BriefRelation, ...]
    relations_back: tuple[BriefRelation, ...]
    payer: Payer

    @property
    def id(self) -> int:
        """The contact's id."""
        return self.contact.id


def brief(crm: Crm, contact_id: int) -> Brief:
    """The page about a person.

    Raises:
        NotFoundError: there is no such contact.
    """
    contact = crm.contacts.get(contact_id)
    referrer = contact.referred_by_id
    deals = _deals(crm, contact)
    recent = crm.interactions.views(_recent(crm, contact_id, "1", RECENT))
    last = crm.interactions.views(_recent(crm, contact_id, "i.kind <> 'note'", 1))
    return Brief(
        contact=contact,
        methods=tuple(crm.contacts.methods(contact_id)),
        company=None if contact.company_id is None else crm.companies.get(contact.company_id),
        referred_by=None if referrer is None else crm.contacts.get(referrer).name,
        last=next(last, None),
        deals=deals,
        followups=_followups(crm, contact_id, [deal.id for deal in deals]),
        interactions=tuple(recent),
        dates=tuple(sorted(_dates(crm, contact), key=lambda each: (each.on, each.label))),
        relations=tuple(
            BriefRelation(kind=relation.kind, contact=name, contact_id=relation.other_id)
            for relation, name in crm.contacts.relations(contact_id)
        ),
        relations_back=tuple(
            BriefRelation(kind=relation.kind, contact=name, contact_id=relation.contact_id)
            for relation, name in crm.contacts.relations_back(contact_id)
        ),
        payer=crm.invoices.payer(contact_id=contact_id),
    )


def _recent(crm: Crm, contact_id: int, condition: str, limit: int) -> list[int]:
    rows = crm.connection.execute(
        "SELECT p.interaction_id FROM participants p JOIN interactions i ON i.id = p.interaction_id"  # noqa: S608 - fixed names
        f" WHERE p.contact_id = ? AND {condition} ORDER BY p.occurred_at DESC, p.interaction_id DESC LIMIT ?",
        (contact_id, limit),
    )
    return [interaction for (interaction,) in rows]


def _deals(crm: Crm, contact: ContactView) -> tuple[DealView, ...]:
    rows = crm.connection.execute(
        "SELECT id FROM deals WHERE (contact_id = ? OR (company_id = ? AND contact_id IS NULL))"
        " AND status = 'open' AND archived_at IS NULL"
        " ORDER BY expected_close_on IS NULL, expected_close_on, id",
        (contact.id, contact.company_id),
    )
    return tuple(crm.deals.views([deal for (deal,) in rows]))


def _followups(crm: Crm, contact_id: int, deal_ids: list[int]) -> tuple[FollowupView, ...]:
    rows = crm.connection.execute(
        f"SELECT id FROM followups WHERE (contact_id = ? OR deal_id IN ({marks(deal_ids)}))"  # noqa: S608 - fixed names
        " AND status = 'open' ORDER BY due_on, due_time IS NULL, due_time, id",
        (contact_id, *deal_ids),
    )
    return tuple(crm.followups.views([followup for (followup,) in rows]))


def _dates(crm: Crm, contact: ContactView) -> Iterator[BriefDate]:
    days = [(each.label, each.date) for each in crm.contacts.dates(contact.id)]
    if contact.birthday is not None:
        days.append(("birthday", contact.birthday))
    today = crm.clock.today
    for label, day in days:
        on = next_anniversary(day, today)
        if (on - today).days <= AHEAD:
            yield BriefDate(label=label, on=on, in_days=(on - today).days, years=age_on(day, on))
