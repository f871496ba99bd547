"""People and companies with all that a card says of them, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from crm_tui.domain import card_ids
from crm_tui.domain.service import CHUNK, marks
from crm_tui.models import CompanyMethod, CompanyView, ContactMethod, ContactView, ImportantDate
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node

T = TypeVar("T")
_ORDER: Final = "instr('email phone address url im', kind), is_primary DESC, id"


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A person as a card.

    Attributes:
        methods: by kind, the primary one before the others of its kind.
        relations: kind, and the UID of the other person.
        referred_by: the UID of who brought them.
        kept: what no field holds, see ``crm_tui.domain.kept``.
    """

    contact: ContactView
    uid: str
    methods: Sequence[ContactMethod] = ()
    dates: Sequence[ImportantDate] = ()
    relations: Sequence[tuple[str, str]] = ()
    referred_by: str | None = None
    kept: str = ""


@dataclass(frozen=True, slots=True)
class CompanyCardRecord:
    """A company as a card; ``methods`` and ``kept`` as those of a person."""

    company: CompanyView
    uid: str
    methods: Sequence[CompanyMethod] = ()
    kept: str = ""


def card_records(crm: Crm, condition: str | Node | None = None) -> Iterator[CardRecord]:
    """The matching people in the order of their ids; those put away only when the filter speaks of archived_at."""
    return contact_cards(crm, crm.contacts.iterate(condition, sort="id"))


def company_card_records(crm: Crm, condition: str | Node | None = None) -> Iterator[CompanyCardRecord]:
    """The matching companies, likewise."""
    return company_cards(crm, crm.companies.iterate(condition, sort="id"))


def contact_cards(crm: Crm, contacts: Iterable[ContactView]) -> Iterator[CardRecord]:
    """People as cards, in the order they come in."""
    for part in _batched(contacts):
        yield from _completed(crm, part)


def company_cards(crm: Crm, companies: Iterable[CompanyView]) -> Iterator[CompanyCardRecord]:
    """Companies as cards, likewise."""
    for part in _batched(companies):
        ids = [each.id for each in part]
        methods: dict[int, list[CompanyMethod]] = defaultdict(list)
        where = f"WHERE company_id IN ({marks(ids)}) ORDER BY {_ORDER}"
        for method in records.read(crm.connection, CompanyMethod, where, ids):
            methods[method.company_id].append(method)
        kept, uids = _kept(crm, "companies", ids), card_ids.uids(crm, "companies", ids)
        for each in part:
            yield CompanyCardRecord(each, uids[each.id], methods[each.id], kept.get(each.id, ""))


def _batched(source: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(source)
    while part := list(islice(rest, CHUNK)):
        yield part


def _kept(crm: Crm, entity: str, ids: Sequence[int]) -> dict[int, str]:
    rows = crm.connection.execute(
        "SELECT entity_id, lines FROM kept_lines WHERE entity = ? AND format = 'vcard'"  # noqa: S608 - marks only
        f" AND entity_id IN ({marks(ids)})",
        (entity, *ids),
    )
    return dict(rows.fetchall())


def _completed(crm: Crm, contacts: Sequence[ContactView]) -> Iterator[CardRecord]:
    ids = [each.id for each in contacts]
    chosen = f"contact_id IN ({marks(ids)})"
    methods: dict[int, list[ContactMethod]] = defaultdict(list)
    for method in records.read(crm.connection, ContactMethod, f"WHERE {chosen} ORDER BY {_ORDER}", ids):
        methods[method.contact_id].append(method)
    dates: dict[int, list[ImportantDate]] = defaultdict(list)
    for day in records.read(crm.connection, ImportantDate, f"WHERE {chosen} ORDER BY id", ids):
        dates[day.contact_id].append(day)
    ties = crm.connection.execute(
        f"SELECT contact_id, kind, other_id FROM relations WHERE {chosen} ORDER BY id",  # noqa: S608 - marks only
        ids,
    ).fetchall()
    kept = _kept(crm, "contacts", ids)
    others = {other for _, _, other in ties} | {
        each.referred_by_id for each in contacts if each.referred_by_id
    }
    uids = card_ids.uids(crm, "contacts", sorted({*ids, *others}))
    relations: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for contact_id, kind, other in ties:
        relations[contact_id].append((kind, uids[other]))
    for each in contacts:
        yield CardRecord(
            each,
            uids[each.id],
            methods[each.id],
            dates[each.id],
            relations[each.id],
            uids[each.referred_by_id] if each.referred_by_id else None,
            kept.get(each.id, ""),
        )
