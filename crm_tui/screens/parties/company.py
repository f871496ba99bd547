"""Reading a company for the card: in a worker thread, with a handful of indexed questions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crm_tui.screens.parties.person import UNPAID
from crm_tui.widgets.records.company_card import Organisation
from crm_tui.widgets.records.money import MOST

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

PAGE: Final = 50
_PEOPLE: Final = 8
_DEALS: Final = 8


def read(crm: Crm, company_id: int) -> Organisation | None:
    """The company with the newest part of its timeline; None when there is no such company."""
    company = next(crm.companies.views([company_id]), None)
    if company is None:
        return None
    items = crm.interactions.timeline(company_id=company_id, limit=PAGE)
    return Organisation(
        company=company,
        figures=crm.companies.figures([company_id])[company_id],
        methods=crm.companies.methods(company_id),
        people=crm.contacts.list(f"company:{company_id}", sort="name", limit=_PEOPLE),
        deals=crm.deals.list(f"company:{company_id} status:open", limit=_DEALS),
        items=items,
        more=len(items) == PAGE,
        payer=(payer := crm.invoices.payer(company_id=company_id)),
        unpaid=crm.invoices.list(f"company:{company_id} {UNPAID}", sort="due_on", limit=MOST)
        if payer.unpaid
        else (),
    )


def go_on(crm: Crm, found: Organisation) -> Organisation:
    """The company with one more page of the timeline."""
    before = found.items[-1].key
    items = crm.interactions.timeline(company_id=found.company.id, limit=PAGE, before=before)
    return replace(found, items=[*found.items, *items], more=len(items) == PAGE)
