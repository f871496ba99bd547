"""Everything that happened with one person, company or deal, newest first.

Sources are the interactions, the moves of deals between stages, the follow-ups done, the invoices and the
payments. The timeline has no end: a page goes on before the last item of the one above it, by a key that no two
items share, so that nothing is shown twice or left out however many have the same second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from crm_tui.models import Instant, InteractionView
from crm_tui.money import format_money

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

TimelineKey = tuple[Instant, int, int]
PAGE: Final = 50
_INTERACTION, _MOVE, _FOLLOWUP, _INVOICE, _PAYMENT = 3, 2, 1, 0, -1
_Params = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose timeline it is: exactly one of the three."""

    contact_id: int | None = None
    company_id: int | None = None
    deal_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """Something that happened.

    Attributes:
        at: when.
        kind: call, email, meeting, message, note; added, moved, won, lost of a deal; done of a follow-up; invoice;
            payment, refund.
        direction: in or out, of an interaction.
        title: the summary of an interaction, the title of a deal or follow-up, the number of an invoice.
        detail: the body of an interaction; the stages of a move, and why it was lost; the amount of an invoice or
            payment, what it was for, how it was paid.
        duration_minutes: of an interaction.
        contacts: the names of those it happened with.
        deal: the title of the deal it was about.
        is_void: of an invoice, whether it is void.
        entity: what ``id`` is the id of: interaction, deal, followup, invoice or payment.
        id: the record to open.
        key: what ``before`` of the next page takes.
    """

    at: Instant
    kind: str
    direction: str | None = None
    title: str
    detail: str | None = None
    duration_minutes: int | None = None
    contacts: tuple[str, ...] = ()
    deal: str | None = None
    is_void: bool = False
    entity: str
    id: int
    key: TimelineKey


def page(
    crm: Crm, subject: Subject, *, limit: int = PAGE, before: TimelineKey | None = None
) -> list[TimelineItem]:
    """The newest items, or those before the item with the key ``before``.

    Raises:
        ValueError: the subject is none, or more than one.
    """
    if sum(each is not None for each in (subject.contact_id, subject.company_id, subject.deal_id)) != 1:
        raise ValueError("a timeline is of one contact, company or deal")
    found: list[Iterator[TimelineItem]] = []
    for rank, source in _SOURCES.items():
        condition, params = _older(rank, before)
        found.append(source(crm, subject, condition, {**params, **_ids(subject), "limit": limit}))
    ordered = merge(*found, key=attrgetter("key"), reverse=True)
    return list(islice(ordered, limit))


def iterate(crm: Crm, subject: Subject, limit: int | None = None) -> Iterator[TimelineItem]:
    """The items of every page, at most ``limit``."""
    left, before = limit, None
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        items = page(crm, subject, limit=size, before=before)
        yield from items
        if len(items) < size:
            return
        before = items[-1].key
        left = None if left is None else left - size


def moves(crm: Crm, deal_id: int, limit: int = PAGE) -> list[TimelineItem]:
    """The stages a deal has entered, newest first."""
    subject = Subject(deal_id=deal_id)
    return [*_moves(crm, subject, "1", {**_ids(subject), "limit": limit})]


def _ids(subject: Subject) -> _Params:
    return {"contact": subject.contact_id, "company": subject.company_id, "deal": subject.deal_id}


def _older(rank: int, before: TimelineKey | None) -> tuple[str, _Params]:
    """The condition on a source for what comes before a key; items of one second go by rank, then id."""
    if before is None:
        return "1", {}
    at, other, record = before
    if rank == other:
        return "({at}, {id}) < (:at, :id)", {"at": at, "id": record}
    return ("{at} <= :at" if rank < other else "{at} < :at"), {"at": at}


def _interactions(crm: Crm, subject: Subject, condition: str, params: _Params) -> Iterator[TimelineItem]:
    taking_part = condition.format(at="occurred_at", id="interaction_id")
    about = condition.format(at="occurred_at", id="id")
    if subject.contact_id is not None:
        sql = (
            "SELECT interaction_id AS id, occurred_at FROM participants"  # noqa: S608 - conditions of this module
            f" WHERE contact_id = :contact AND {taking_part}"
        )
    elif subject.deal_id is not None:
        sql = f"SELECT id, occurred_at FROM interactions WHERE deal_id = :deal AND {about}"  # noqa: S608
    else:
        sql = (
            "SELECT interaction_id AS id, occurred_at FROM participants"  # noqa: S608 - conditions of this module
            f" WHERE contact_id IN (SELECT id FROM contacts WHERE company_id = :company) AND {taking_part}"
            " UNION SELECT id, occurred_at FROM interactions"
            f" WHERE deal_id IN (SELECT id FROM deals WHERE company_id = :company) AND {about}"
        )
    rows = crm.connection.execute(f"{sql} ORDER BY occurred_at DESC, id DESC LIMIT :limit", params)
    return map(_happened, crm.interactions.views([row_id for row_id, _ in rows]))


def key_of(interaction: InteractionView) -> TimelineKey:
    """The key of an interaction in a timeline."""
    return interaction.occurred_at, _INTERACTION, interaction.id


def _happened(interaction: InteractionView) -> TimelineItem:
    return TimelineItem(
        at=interaction.occurred_at,
        kind=interaction.kind.value,
        direction=None if interaction.direction is None else interaction.direction.value,
        title=interaction.summary,
        detail=interaction.body,
        duration_minutes=interaction.duration_minutes,
        contacts=interaction.contacts,
        deal=interaction.deal,
        entity="interaction",
        id=interaction.id,
        key=key_of(interaction),
    )


# the deals a timeline tells of: those of the person or company, or the one
_DEALS: Final = "SELECT id FROM deals WHERE contact_id = :contact OR company_id = :company OR id = :deal"


def _moves(crm: Crm, subject: Subject, condition: str, params: _Params) -> Iterator[TimelineItem]:
    older = condition.format(at="m.moved_at", id="m.id")
    rows = crm.connection.execute(
        "SELECT m.id, m.moved_at, d.id, d.title, p.name, f.name, t.name, t.type,"  # noqa: S608 - fixed names
        " d.lost_reason, d.stage_id = t.id"
        " FROM stage_moves m JOIN deals d ON d.id = m.deal_id JOIN stages t ON t.id = m.to_stage_id"
        " LEFT JOIN stages f ON f.id = m.from_stage_id LEFT JOIN contacts p ON p.id = d.contact_id"
        f" WHERE m.deal_id IN ({_DEALS}) AND {older} ORDER BY m.moved_at DESC, m.id DESC LIMIT :limit",
        params,
    )
    for move, at, deal_id, title, contact, left, entered, kind, reason, is_there in rows:
        stages = entered if left is None else f"{left} → {entered}"
        yield TimelineItem(
            at=at,
            kind=kind if kind != "open" else "added" if left is None else "moved",
            title=title,
            detail=f"{stages}: {reason}" if kind == "lost" and is_there and reason else stages,
            contacts=() if contact is None else (contact,),
            deal=title,
            entity="deal",
            id=deal_id,
            key=(at, _MOVE, move),
        )


def _promises(crm: Crm, subject: Subject, condition: str, params: _Params) -> Iterator[TimelineItem]:
    older = condition.format(at="u.done_at", id="u.id")
    whose = "u.contact_id = :contact"
    if subject.company_id is not None:
        whose = "u.contact_id IN (SELECT id FROM contacts WHERE company_id = :company)"
    ids = (
        f"SELECT u.id FROM followups u WHERE {whose} AND u.status = 'done'"  # noqa: S608 - fixed conditions
        f" UNION SELECT u.id FROM followups u WHERE u.deal_id IN ({_DEALS}) AND u.status = 'done'"
    )
    rows = crm.connection.execute(
        "SELECT u.id, u.done_at, u.title, p.name, d.title FROM followups u"  # noqa: S608 - fixed conditions
        " LEFT JOIN contacts p ON p.id = u.contact_id LEFT JOIN deals d ON d.id = u.deal_id"
        f" WHERE u.id IN ({ids}) AND {older} ORDER BY u.done_at DESC, u.id DESC LIMIT :limit",
        params,
    )
    for row_id, at, title, contact, deal in rows:
        yield TimelineItem(
            at=at,
            kind="done",
            title=title,
            contacts=() if contact is None else (contact,),
            deal=deal,
            entity="followup",
            id=row_id,
            key=(at, _FOLLOWUP, row_id),
        )


# days have no time: those of today stand when they were written down, the others at an hour that is the same day in
# the zone all year
_DAY_AT: Final = (
    "CASE WHEN date({row}.created_at, :ahead) = {day} THEN {row}.created_at ELSE {day} || :hour END"
)
_WHOSE: Final = "i.contact_id = :contact OR i.company_id = :company OR i.deal_id = :deal"


def _day_times(crm: Crm) -> _Params:
    ahead = crm.clock.now.astimezone(crm.clock.zone).utcoffset() or timedelta()
    minutes = int(ahead.total_seconds() // 60)
    return {"ahead": f"{minutes:+d} minutes", "hour": "T09:00:00Z" if minutes >= 0 else "T12:00:00Z"}


def _invoices(crm: Crm, subject: Subject, condition: str, params: _Params) -> Iterator[TimelineItem]:
    at = _DAY_AT.format(row="i", day="i.issued_on")
    older = condition.format(at=f"({at})", id="i.id")
    rows = crm.connection.execute(
        f"SELECT i.id, {at} AS at, i.number, i.net_minor + i.tax_minor, i.currency, i.voided_on, p.name, d.title,"  # noqa: S608
        " (SELECT l.description FROM invoice_lines l WHERE l.invoice_id = i.id ORDER BY l.id LIMIT 1)"
        " FROM invoices i LEFT JOIN contacts p ON p.id = i.contact_id LEFT JOIN deals d ON d.id = i.deal_id"
        f" WHERE ({_WHOSE}) AND {older} ORDER BY at DESC, i.id DESC LIMIT :limit",
        {**params, **_day_times(crm)},
    )
    for row_id, at, number, total, currency, voided_on, contact, deal, first in rows:
        amount = format_money(total, currency)
        yield TimelineItem(
            at=at,
            kind="invoice",
            title=number,
            detail=" · ".join(each for each in (amount, "void" if voided_on else None, first) if each),
            contacts=() if contact is None else (contact,),
            deal=deal,
            is_void=voided_on is not None,
            entity="invoice",
            id=row_id,
            key=(at, _INVOICE, row_id),
        )


def _payments(crm: Crm, subject: Subject, condition: str, params: _Params) -> Iterator[TimelineItem]:
    at = _DAY_AT.format(row="y", day="y.paid_on")
    older = condition.format(at=f"({at})", id="y.id")
    rows = crm.connection.execute(
        f"SELECT y.id, {at} AS at, i.number, y.amount_minor, i.currency, y.method, y.reference, p.name, d.title"  # noqa: S608
        " FROM invoices i JOIN payments y ON y.invoice_id = i.id LEFT JOIN contacts p ON p.id = i.contact_id"
        f" LEFT JOIN deals d ON d.id = i.deal_id WHERE ({_WHOSE}) AND {older}"
        " ORDER BY at DESC, y.id DESC LIMIT :limit",
        {**params, **_day_times(crm)},
    )
    for row_id, at, number, minor, currency, method, reference, contact, deal in rows:
        amount = format_money(abs(minor), currency)
        yield TimelineItem(
            at=at,
            kind="refund" if minor < 0 else "payment",
            title=number,
            detail=" · ".join(each for each in (amount, method, reference) if each),
            contacts=() if contact is None else (contact,),
            deal=deal,
            entity="payment",
            id=row_id,
            key=(at, _PAYMENT, row_id),
        )


_Source = Callable[["Crm", Subject, str, _Params], Iterator[TimelineItem]]
_SOURCES: Final[dict[int, _Source]] = {
    _INTERACTION: _interactions,
    _MOVE: _moves,
    _FOLLOWUP: _promises,
    _INVOICE: _invoices,
    _PAYMENT: _payments,
}
