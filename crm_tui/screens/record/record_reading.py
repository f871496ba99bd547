"""Reading a contact, company or deal whole: in a worker thread, by the services' verbs alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.fields import ENTITIES

if TYPE_CHECKING:
    from crm_tui.domain.board import Total
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.payers import Payer
    from crm_tui.domain.timeline import TimelineItem
    from crm_tui.models import (
        CompanyMethod,
        CompanyView,
        ContactMethod,
        ContactView,
        CustomField,
        DealView,
        FollowupView,
        ImportantDate,
        InvoiceLineView,
        InvoiceView,
        PaymentView,
        Relation,
        Stage,
    )

PAGE: Final = 50
"""The things of a kind that are read at first."""
MORE: Final = 200
"""The things of a kind that are read when one goes on."""
BILLS: Final = 8
"""The invoices that are read at first: years of them would hide all else."""
_TOGETHER: Final = 400  # ids in one question
NOUNS: Final = {"contacts": "contact", "companies": "company", "deals": "deal", "invoices": "invoice"}
"""The word for one record of each table."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each kind are asked for."""

    people: int = PAGE
    deals: int = PAGE
    followups: int = PAGE
    items: int = PAGE
    invoices: int = BILLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All there is of a record.

    Attributes:
        table: contacts, companies, deals or invoices.
        view: the record itself.
        methods: the ways to reach it, by kind.
        dates: the days that matter to a person.
        relations: whom a person is tied to, with their names.
        relations_to: who is tied to the person in turn, unless the person is to them as well.
        custom: the fields of the user's own on that kind of record.
        referrer: the name of who brought a person.
        people: the first people of a company, or the person of a deal.
        people_count: how many there are.
        below: the companies whose parent it is.
        followups: the first open ones, the next due first.
        more_followups: whether there are others.
        deals: the first of its deals, open ones first.
        deal_count: how many there are.
        totals: the open deals in figures.
        invoices: the first of its invoices, unpaid ones first.
        invoice_count: how many there are.
        payer: what a person or company owes and how late they pay.
        rows: the lines of an invoice.
        payments: its payments.
        stage: the stage a deal is in.
        moves: the stages a deal has been in, the newest first.
        items: the newest part of the timeline.
        more: whether the timeline goes on.
        sizes: how much was asked for.
    """

    table: str
    view: Any
    methods: Sequence[ContactMethod | CompanyMethod] = ()
    dates: Sequence[ImportantDate] = ()
    relations: Sequence[tuple[Relation, str]] = ()
    relations_to: Sequence[tuple[Relation, str]] = ()
    custom: Sequence[CustomField] = ()
    referrer: str | None = None
    people: Sequence[ContactView] = ()
    people_count: int = 0
    below: Sequence[CompanyView] = ()
    followups: Sequence[FollowupView] = ()
    more_followups: bool = False
    deals: Sequence[DealView] = ()
    deal_count: int = 0
    totals: Sequence[Total] = ()
    invoices: Sequence[InvoiceView] = ()
    invoice_count: int = 0
    payer: Payer | None = None
    rows: Sequence[InvoiceLineView] = ()
    payments: Sequence[PaymentView] = ()
    stage: Stage | None = None
    moves: Sequence[TimelineItem] = ()
    items: Sequence[TimelineItem] = ()
    more: bool = False
    sizes: Sizes = field(default_factory=Sizes)

    @property
    def name(self) -> str:
        """What the record is called."""
        return str(getattr(self.view, {"deals": "title", "invoices": "number"}.get(self.table, "name")))

    @property
    def noun(self) -> str:
        """The word for what it is."""
        return NOUNS[self.table]


def service(crm: Crm, table: str) -> Any:
    """The verbs on a kind of record; ``table`` is one of ``NOUNS``."""
    return getattr(crm, table)


def read(crm: Crm, table: str, record_id: int, sizes: Sizes) -> Whole | None:
    """The record whole; None when there is no such one."""
    view = next(service(crm, table).views([record_id]), None)
    if view is None:
        return None
    custom = crm.fields.list(table) if table in ENTITIES else ()
    whole = _READERS[table](crm, Whole(table=table, view=view, custom=custom, sizes=sizes))
    if table == "invoices":
        return whole
    items = _timeline(crm, whole, sizes.items)
    return replace(whole, items=items, more=len(items) == sizes.items)


def go_on(crm: Crm, whole: Whole) -> Whole:
    """The record with one more part of the timeline."""
    items = _timeline(crm, whole, MORE, whole.items[-1].key) if whole.items else ()
    found = [*whole.items, *items]
    return replace(
        whole, items=found, more=len(items) == MORE, sizes=replace(whole.sizes, items=max(PAGE, len(found)))
    )


def _contact(crm: Crm, whole: Whole) -> Whole:
    person: ContactView = whole.view
    referrer = None
    if person.referred_by_id is not None:
        referrer = next((each.name for each in crm.contacts.views([person.referred_by_id])), None)
    return _with_work(
        crm,
        replace(
            whole,
            methods=crm.contacts.methods(person.id),
            dates=crm.contacts.dates(person.id),
            relations=crm.contacts.relations(person.id),
            relations_to=crm.contacts.relations_back(person.id),
            referrer=referrer,
            payer=crm.invoices.payer(contact_id=person.id),
        ),
        f"contact:{person.id}",
        [person.id],
    )


def _company(crm: Crm, whole: Whole) -> Whole:
    company_id = whole.view.id
    ids = crm.contacts.ids(f"company:{company_id}", sort="name")
    return _with_work(
        crm,
        replace(
            whole,
            methods=crm.companies.methods(company_id),
            people=[*crm.contacts.views(ids[: whole.sizes.people])],
            people_count=len(ids),
            below=crm.companies.list(f"parent:{company_id}", sort="name", limit=MORE),
            payer=crm.invoices.payer(company_id=company_id),
        ),
        f"company:{company_id}",
        ids,
    )


def _deal(crm: Crm, whole: Whole) -> Whole:
    from crm_tui.domain import timeline

    deal: DealView = whole.view
    people = [] if deal.contact_id is None else [*crm.contacts.views([deal.contact_id])]
    methods = [] if deal.contact_id is None else crm.contacts.methods(deal.contact_id)
    followups = [*_promised(crm, "deal", [deal.id], whole.sizes.followups + 1)]
    return replace(
        _with_invoices(crm, whole, f"deal:{deal.id}"),
        methods=methods,
        people=people,
        people_count=len(people),
        followups=followups[: whole.sizes.followups],
        more_followups=len(followups) > whole.sizes.followups,
        stage=crm.pipelines.get_stage(deal.stage_id),
        moves=timeline.moves(crm, deal.id),
    )


def _invoice(crm: Crm, whole: Whole) -> Whole:
    invoice: InvoiceView = whole.view
    people: Sequence[ContactView] = ()
    methods: Sequence[ContactMethod | CompanyMethod] = ()
    if invoice.contact_id is not None:
        people = [*crm.contacts.views([invoice.contact_id])]
        methods = crm.contacts.methods(invoice.contact_id)
    elif invoice.company_id is not None:
        people = crm.contacts.list(f"company:{invoice.company_id}", sort="name", limit=PAGE)
        methods = crm.companies.methods(invoice.company_id)
    return replace(
        whole,
        people=people,
        methods=methods,
        rows=crm.invoices.lines(invoice.id),
        payments=crm.invoices.payments(invoice.id),
    )


_READERS: Final = {"contacts": _contact, "companies": _company, "deals": _deal, "invoices": _invoice}


def _with_work(crm: Crm, whole: Whole, whose: str, people: Sequence[int]) -> Whole:
    """The deals of a person or company, and what is promised to the people and about the deals."""
    sizes = whole.sizes
    open_deals = crm.deals.ids(f"{whose} status:open")
    known = {each.id: each for each in _promised(crm, "contact", people, sizes.followups + 1)}
    known |= {each.id: each for each in _promised(crm, "deal", open_deals, sizes.followups + 1)}
    followups = sorted(known.values(), key=lambda each: (each.due_on, each.due_time or "~", each.id))
    return replace(
        _with_invoices(crm, whole, whose),
        deals=crm.deals.list(whose, limit=sizes.deals),
        deal_count=crm.deals.count(whose),
        totals=crm.deals.totals(f"{whose} status:open"),
        followups=followups[: sizes.followups],
        more_followups=len(followups) > sizes.followups,
    )


def _with_invoices(crm: Crm, whole: Whole, whose: str) -> Whole:
    """The invoices of a person, company or deal: those that are not paid, the next due first, then the newest."""
    most = whole.sizes.invoices
    count = crm.invoices.count(whose)
    found = crm.invoices.list(f"{whose} status:open,overdue", sort="due_on", limit=most) if count else []
    if count and len(found) < most:
        settled = f"{whose} status:paid,void"
        found = [*found, *crm.invoices.list(settled, sort="-issued_on", limit=most - len(found))]
    return replace(whole, invoices=found, invoice_count=count)


def _promised(crm: Crm, kind: str, ids: Sequence[int], most: int) -> Iterator[FollowupView]:
    """The open follow-ups that concern any of the people or deals, the next due of each part first."""
    for part in _parts(ids):
        yield from crm.followups.list(f"status:open {kind}:{part}", sort="due_on", limit=most)


def _parts(ids: Sequence[int]) -> Iterator[str]:
    """Ids as values of a filter, no more than it takes."""
    for start in range(0, len(ids), _TOGETHER):
        yield ",".join(map(str, ids[start : start + _TOGETHER]))


def _timeline(
    crm: Crm, whole: Whole, limit: int, before: tuple[str, int, int] | None = None
) -> Sequence[TimelineItem]:
    return crm.interactions.timeline(
        **{f"{NOUNS[whole.table]}_id": whole.view.id},
        limit=limit,
        before=before,
    )
