"""Reading somebody whole for the card: in a worker thread, with a handful of indexed questions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crm_tui.screens.record.record_reading import one_way
from crm_tui.widgets.records.card import Person

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

PAGE: Final = 50
_MOST: Final = 20


def read(crm: Crm, contact_id: int) -> Person | None:
    """The person with the newest part of the timeline; None when there is no such person."""
    contact = next(crm.contacts.views([contact_id]), None)
    if contact is None:
        return None
    items = crm.interactions.timeline(contact_id=contact_id, limit=PAGE)
    relations = crm.contacts.relations(contact_id)
    return Person(
        contact=contact,
        methods=crm.contacts.methods(contact_id),
        dates=crm.contacts.dates(contact_id),
        relations=relations,
        relations_to=one_way(relations, crm.contacts.relations_to(contact_id)),
        followups=crm.followups.list(f"contact:{contact_id} status:open", sort="due_on", limit=_MOST),
        deals=crm.deals.list(f"contact:{contact_id} status:open", limit=_MOST),
        items=items,
        more=len(items) == PAGE,
    )


def go_on(crm: Crm, person: Person) -> Person:
    """The person with one more page of the timeline."""
    items = crm.interactions.timeline(contact_id=person.contact.id, limit=PAGE, before=person.items[-1].key)
    return replace(person, items=[*person.items, *items], more=len(items) == PAGE)
