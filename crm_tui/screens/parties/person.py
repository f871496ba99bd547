"""Reading somebody whole for the card: in a worker thread, with a handful of indexed questions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crm_tui.widgets.records.card import Person
from crm_tui.widgets.records.money import MOST

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

PAGE: Final = 50
UNPAID: Final = "status:open,overdue"
_MOST: Final = 20


def read(crm: Crm, contact_id: int) -> Person | None:
    """The person with the newest part of the timeline; None when there is no such person."""
    contact = next(crm.contacts.views([contact_id]), None)
    if contact is None:
        return None
    items = crm.interactions.timeline(contact_id=contact_id, limit=PAGE)
    return Person(
        contact=contact,
        methods=crm.contacts.methods(contact_id),
        dates=crm.contacts.dates(contact_id),
        relations=crm.contacts.relations(contact_id),
        relations_to=crm.contacts.relations_back(contact_id),
        followups=crm.followups.list(f"contact:{contact_id} status:open", sort="due_on", limit=_MOST),
        deals=crm.deals.list(f"contact:{contact_id} status:open", limit=_MOST),
        items=items,
        more=len(items) == PAGE,
        payer=(payer := crm.invoices.payer(contact_id=contact_id)),
        unpaid=crm.invoices.list(f"contact:{contact_id} {UNPAID}", sort="due_on", limit=MOST)
        if payer.unpaid
        else (),
    )


def go_on(crm: Crm, person: Person) -> Person:
    """The person with one more page of the timeline."""
    items = crm.interactions.timeline(contact_id=person.contact.id, limit=PAGE, before=person.items[-1].key)
    return replace(person, items=[*person.items, *items], more=len(items) == PAGE)
