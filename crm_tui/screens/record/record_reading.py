"""Reading a contact, company or deal whole: in a worker thread, by the services' verbs alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from crm_tui.domain.board import Total
    from crm_tui.domain.crm import Crm
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
        Relation,
        Stage,
    )

PAGE: Final = 50
"""The things of a kind that are read at first."""
MORE: Final = 200
"""The things of a kind that are read when one goes on."""
_TOGETHER: Final = 400  # ids in one question
NOUNS: Final = {"contacts": "contact", "companies": "company", "deals": "deal"}
"""The word for one record of each table."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each kind are asked for."""

    people: int = PAGE
    deals: int = PAGE
    followups: int = PAGE
    items: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All there is of a record.

    Attributes:
        table: contacts, companies or deals.
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
    stage: Stage | None = None
    moves: Sequence[TimelineItem] = ()
    items: Sequence[TimelineItem] = ()
    more: bool = False
    sizes: Sizes = field(default_factory=Sizes)

    @property
    def name(self) -> str:
        """What the record is called."""
        return str(self.view.title if self.table == "deals" else self.view.name)

    @property
    def noun(self) -> str:
        """The word for what it is."""
        return NOUNS[self.table]


def service(crm: Crm, table: str) -> Any:
    """The verbs on a kind of record."""
    return {"contacts": crm.contacts, "companies": crm.companies, "deals": crm.deals}[table]


def read(crm: Crm, table: str, record_id: int, sizes: Sizes) -> Whole | None:
    """The record whole; None when there is no such one."""
    view = next(service(crm, table).views([record_id]), None)
    if view is None:
        return None
    whole = Whole(table=table, view=view, custom=crm.fields.list(table), sizes=sizes)
    whole = _READERS[table](crm, whole)
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
    relations = crm.contacts.relations(person.id)
    return _with_work(
        crm,
        replace(
            whole,
            methods=crm.contacts.methods(person.id),
            dates=crm.contacts.dates(person.id),
            relations=relations,
            relations_to=one_way(relations, crm.contacts.relations_to(person.id)),
            referrer=referrer,
        ),
        f"contact:{person.id}",
        [person.id],
    )


def one_way(
    relations: Sequence[tuple[Relation, str]], back: Sequence[tuple[Relation, str]]
) -> list[tuple[Relation, str]]:
    """The relations to a person that do not say what one of the person's own says already, as of two spouses."""
    said = {(each.kind, each.other_id) for each, _ in relations}
    return [(each, name) for each, name in back if (each.kind, each.contact_id) not in said]


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
        whole,
        methods=methods,
        people=people,
        people_count=len(people),
        followups=followups[: whole.sizes.followups],
        more_followups=len(followups) > whole.sizes.followups,
        stage=crm.pipelines.get_stage(deal.stage_id),
        moves=timeline.moves(crm, deal.id),
    )


_READERS: Final = {"contacts": _contact, "companies": _company, "deals": _deal}


def _with_work(crm: Crm, whole: Whole, whose: str, people: Sequence[int]) -> Whole:
    """The deals of a person or company, and what is promised to the people and about the deals."""
    sizes = whole.sizes
    open_deals = crm.deals.ids(f"{whose} status:open")
    known = {each.id: each for each in _promised(crm, "contact", people, sizes.followups + 1)}
    known |= {each.id: each for each in _promised(crm, "deal", open_deals, sizes.followups + 1)}
    followups = sorted(known.values(), key=lambda each: (each.due_on, each.due_time or "~", each.id))
    return replace(
        whole,
        deals=crm.deals.list(whose, limit=sizes.deals),
        deal_count=crm.deals.count(whose),
        totals=crm.deals.totals(f"{whose} status:open"),
        followups=followups[: sizes.followups],
        more_followups=len(followups) > sizes.followups,
    )


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
