"""Keep-in-touch dates: maintained on the contact, so that today's list is one index scan.

last_contacted_on is the day of the newest real interaction (a note is none) or what was given by hand,
whichever is later; next_touch_on is that day plus the cadence. Both follow from other rows, so they are
rebuilt, never restored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from crm_tui.dates import Clock, local_day
from crm_tui.store.journal import ChangedRow

_INPUTS: Final = ("cadence_days", "last_contacted_base_on", "created_at")
_FACTS: Final = """SELECT cadence_days, last_contacted_base_on, created_at, last_contacted_on, next_touch_on,
    (SELECT p.occurred_at FROM participants p JOIN interactions i ON i.id = p.interaction_id
     WHERE p.contact_id = contacts.id AND i.kind <> 'note' ORDER BY p.occurred_at DESC LIMIT 1)
    FROM contacts WHERE id = ?"""


def settle(connection: sqlite3.Connection, clock: Clock, rows: Sequence[ChangedRow]) -> None:
    """Bring the dates of every contact up to date that the changed rows concern."""
    concerned: set[int] = set()
    for table, row_id, before, after in rows:
        if table == "contacts":
            if before is None or after is None or any(before[name] != after[name] for name in _INPUTS):
                concerned.add(row_id)
        elif table == "participants":
            concerned.update(int(str(row["contact_id"])) for row in (before, after) if row is not None)
        elif table == "interactions":
            found = connection.execute(
                "SELECT contact_id FROM participants WHERE interaction_id = ?", (row_id,)
            )
            concerned.update(contact for (contact,) in found)
    refresh(connection, clock, concerned)


def contacts_in(connection: sqlite3.Connection, ranges: Iterable[tuple[str, int, int]]) -> set[int]:
    """The contacts that took part in the interactions of these ranges of rows."""
    found: set[int] = set()
    for table, first, last in ranges:
        if table == "participants":
            rows = connection.execute(
                "SELECT DISTINCT contact_id FROM participants WHERE id BETWEEN ? AND ?", (first, last)
            )
            found.update(contact for (contact,) in rows)
    return found


def refresh(connection: sqlite3.Connection, clock: Clock, contact_ids: Iterable[int]) -> None:
    """Work the dates of these contacts out anew; ids that are gone are passed over."""
    from crm_tui.recurrence import next_touch_on
    from crm_tui.store import sales

    for contact_id in contact_ids:
        facts = connection.execute(_FACTS, (contact_id,)).fetchone()
        if facts is None:
            continue
        cadence, base, created_at, old_last, old_next, newest = facts
        days = [date.fromisoformat(base)] if base else []
        if newest:
            days.append(local_day(newest, clock))
        last = max(days, default=None)
        touch = next_touch_on(last, cadence, local_day(created_at, clock)) if cadence else None
        new = (last.isoformat() if last else None, touch.isoformat() if touch else None)
        if new != (old_last, old_next):
            connection.execute(
                "UPDATE contacts SET last_contacted_on = ?, next_touch_on = ? WHERE id = ?",
                (*new, contact_id),
            )
            if new[0] != old_last:
                sales.heard_of(connection, contact_id)
