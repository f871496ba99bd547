"""People with all that a card says of them, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_tui.domain import card_ids
from crm_tui.domain.service import CHUNK, marks
from crm_tui.models import ContactMethod, ContactView, ImportantDate
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node


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


def card_records(crm: Crm, condition: str | Node | None = None) -> Iterator[CardRecord]:
    """The matching people in the order of their ids; those put away only when the filter speaks of archived_at."""
    part: list[ContactView] = []
    for each in crm.contacts.iterate(condition, sort="id"):
        part.append(each)
        if len(part) == CHUNK:
            yield from _completed(crm, part)
            part = []
    yield from _completed(crm, part)


def _completed(crm: Crm, contacts: Sequence[ContactView]) -> Iterator[CardRecord]:
    ids = [each.id for each in contacts]
    chosen = f"contact_id IN ({marks(ids)})"
    methods: dict[int, list[ContactMethod]] = defaultdict(list)
    order = "instr('email phone address url im', kind), is_primary DESC, id"
    for method in records.read(crm.connection, ContactMethod, f"WHERE {chosen} ORDER BY {order}", ids):
        methods[method.contact_id].append(method)
    dates: dict[int, list[ImportantDate]] = defaultdict(list)
    for day in records.read(crm.connection, ImportantDate, f"WHERE {chosen} ORDER BY id", ids):
        dates[day.contact_id].append(day)
    ties = crm.connection.execute(
        f"SELECT contact_id, kind, other_id FROM relations WHERE {chosen} ORDER BY id",  # noqa: S608 - marks only
        ids,
    ).fetchall()
    kept = dict(
        crm.connection.execute(
            "SELECT entity_id, lines FROM kept_lines WHERE entity = 'contacts' AND format = 'vcard'"  # noqa: S608
            f" AND entity_id IN ({marks(ids)})",
            ids,
        ).fetchall()
    )
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
