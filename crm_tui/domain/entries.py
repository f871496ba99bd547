"""What a calendar entry says of a record beside its fields: UID, kept lines, people, where a series stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.entries import FORMAT, SOURCE, own_uid
from crm_tui.domain.service import marks

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

MOST: Final = 500
"""Records that are asked about at once."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Beside the fields of one record.

    Attributes:
        uid: what calendars know it by.
        kept: the lines that no field holds, "" for none.
        anchor: the day the schedule of a repeating follow-up hangs on.
        scheduled: the day it has by that schedule.
    """

    uid: str
    kept: str = ""
    anchor: date | None = None
    scheduled: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody an entry is about; ``mail`` is "" for who has none."""

    id: int
    name: str
    mail: str = ""


def extras(crm: Crm, table: str, made: Sequence[tuple[int, str]]) -> dict[int, Extra]:
    """What is beside the fields of records, given by id and the instant they were made, ``MOST`` at a time."""
    ids = [each for each, _ in made]
    uids = dict(
        crm.connection.execute(
            "SELECT entity_id, min(key) FROM external_refs"  # noqa: S608 - marks only
            f" WHERE entity = ? AND source = ? AND entity_id IN ({marks(ids)}) GROUP BY entity_id",
            (table, SOURCE, *ids),
        ).fetchall()
    )
    kept = dict(
        crm.connection.execute(
            "SELECT entity_id, lines FROM kept_lines"  # noqa: S608 - marks only
            f" WHERE entity = ? AND format = ? AND entity_id IN ({marks(ids)})",
            (table, FORMAT, *ids),
        ).fetchall()
    )
    days = _schedules(crm, ids) if table == "followups" else {}
    return {
        record_id: Extra(
            uids.get(record_id) or own_uid(table, record_id, created),
            kept.get(record_id, ""),
            *days.get(record_id, (None, None)),
        )
        for record_id, created in made
    }


def people(crm: Crm, ids: Sequence[int]) -> dict[int, Person]:
    """The people with these ids, ``MOST`` at a time, each with the mail address to be reached by first."""
    rows = crm.connection.execute(
        "SELECT c.id, c.name, m.value FROM contacts c"  # noqa: S608 - marks only
        " LEFT JOIN contact_methods m ON m.contact_id = c.id AND m.kind = 'email'"
        f" WHERE c.id IN ({marks(ids)}) ORDER BY c.id, m.is_primary DESC, m.id",
        ids,
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for contact, name, mail in rows:
        found[contact].append((name, mail or ""))
    return {contact: Person(contact, *each[0]) for contact, each in found.items()}


def _schedules(crm: Crm, ids: Sequence[int]) -> dict[int, tuple[date, date]]:
    rows = crm.connection.execute(
        "SELECT f.id, coalesce(f.anchor_on, first.anchor_on, first.due_on, f.due_on),"  # noqa: S608 - marks only
        " coalesce(f.scheduled_on, f.due_on) FROM followups f LEFT JOIN followups first ON first.id = f.series_id"
        f" WHERE f.repeat IS NOT NULL AND f.id IN ({marks(ids)})",
        ids,
    )
    return {row_id: (date.fromisoformat(anchor), date.fromisoformat(day)) for row_id, anchor, day in rows}
