"""What follows from other rows: held against what it follows from, and worked out anew.

Each check answers with sentences about what differs; each ``mend_`` verb makes it right. Only the status of
a deal is journaled, because a person sees it change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from crm_tui.dates import local_day
from crm_tui.domain import documents, touch
from crm_tui.store import connection as store
from crm_tui.store import hours, sales, search
from crm_tui.store.transaction import DEVICE_RANGE, SqlValue

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm

_MOST: Final = 1000
_TOUCHED: Final = """SELECT id FROM contacts WHERE cadence_days IS NOT NULL
    OR last_contacted_base_on IS NOT NULL OR last_contacted_on IS NOT NULL OR next_touch_on IS NOT NULL
    OR id IN (SELECT contact_id FROM participants)"""
_MISPLACED_DEALS: Final = """SELECT d.id, s.type, d.closed_on, d.lost_reason, d.lost_note, d.stage_entered_at
    FROM deals d JOIN stages s ON s.id = d.stage_id WHERE d.status <> s.type"""
_NEWEST_MOVE: Final = "(SELECT max(moved_at) FROM stage_moves WHERE deal_id = deals.id)"
_WRONG_ENTRY: Final = f"stage_entered_at <> {_NEWEST_MOVE}"


def broken_references(crm: Crm) -> list[str]:
    """Rows that refer to rows that are not there."""
    rows = crm.connection.execute("PRAGMA foreign_key_check")
    return [f"{table} {rowid} refers to {parent} that are missing" for table, rowid, parent, _ in rows]


def search_problems(crm: Crm) -> list[str]:
    """Documents that differ from their record, and indexes that differ from the documents."""
    found = [
        f"the entry of {table} {record_id} is stale"
        for table, record_id in islice(documents.differing(crm.connection), _MOST)
    ]
    with _trial(crm):
        found.extend(f"the index {name} is damaged" for name in search.problems(crm.connection))
    return found


def mend_search(crm: Crm) -> None:
    """Build the whole search index anew."""
    with crm.unjournaled() as connection:
        documents.rebuild(connection)


def column_problems(crm: Crm) -> list[str]:
    """Maintained dates, standings of deals, sums and counts that do not follow from the rows they repeat."""
    connection = crm.connection
    found = []
    with _trial(crm):
        before = connection.total_changes
        for (contact_id,) in connection.execute(_TOUCHED).fetchall():
            touch.refresh(connection, crm.clock, [contact_id])
            if connection.total_changes != before:
                before = connection.total_changes
                found.append(f"the keep-in-touch dates of contact {contact_id} are wrong")
    found += [
        f"the status of deal {row[0]} is not its stage's" for row in connection.execute(_MISPLACED_DEALS)
    ]
    entries = connection.execute(f"SELECT id FROM deals WHERE {_WRONG_ENTRY}")  # noqa: S608 - the text above
    found += [f"deal {deal_id} entered its stage at another moment" for (deal_id,) in entries]
    found += islice(sales.problems(connection), _MOST)
    return [*found, *islice(hours.problems(connection), _MOST)]


def mend_columns(crm: Crm) -> None:
    """Work out the maintained columns of contacts and deals, sums of sales and the counts of hours anew."""
    with crm.unjournaled() as connection:
        refresh_columns(connection, crm.clock)
    rows = crm.connection.execute(_MISPLACED_DEALS).fetchall()
    if not rows:
        return
    with crm.transaction("mend the status of deals") as writing:
        for deal_id, status, closed_on, reason, note, entered_at in rows:
            row: dict[str, SqlValue] = {
                "status": status,
                "closed_on": None,
                "lost_reason": None,
                "lost_note": None,
            }
            if status != "open":
                row["closed_on"] = closed_on or local_day(entered_at, crm.clock).isoformat()
            if status == "lost":
                row.update(lost_reason=reason or "unknown", lost_note=note)
            writing.update("deals", deal_id, row)


def refresh_columns(connection: sqlite3.Connection, clock: Clock) -> None:
    """Work out keep-in-touch dates, entries of deals, sums and counts, in the caller's transaction."""
    touch.refresh(connection, clock, [row[0] for row in connection.execute(_TOUCHED).fetchall()])
    connection.execute(f"UPDATE deals SET stage_entered_at = {_NEWEST_MOVE} WHERE {_WRONG_ENTRY}")  # noqa: S608 - names of the schema only
    sales.rebuild(connection)
    hours.rebuild(connection)


def journal_problems(crm: Crm) -> list[str]:
    """Operations whose rows do not fit what they say: put away though done, alive though undone."""
    connection = crm.connection
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found = [
        f"operation {number} speaks of the unknown table {entity}"
        for number, entity in connection.execute(
            "SELECT DISTINCT operation_id, entity FROM changes"
            " UNION SELECT operation_id, entity FROM change_ranges"
        )
        if entity not in tables
    ]
    rows = connection.execute(
        "SELECT r.operation_id, r.entity, r.first_id, r.last_id, o.undone_at IS NOT NULL,"
        " EXISTS (SELECT 1 FROM parked_rows p WHERE p.range_id = r.id)"
        " FROM change_ranges r JOIN operations o ON o.id = r.operation_id"
    )
    for number, entity, first, last, undone, parked in rows.fetchall():
        if entity not in tables:
            continue
        (alive,) = connection.execute(
            f"SELECT EXISTS (SELECT 1 FROM {entity} WHERE id BETWEEN ? AND ?)",  # noqa: S608 - a known table
            (first, last),
        ).fetchone()
        if undone and alive:
            found.append(f"operation {number} is undone but its {entity} are there")
        if parked and not undone:
            found.append(f"operation {number} is done but rows of it are put away")
    return found


def number_problems(crm: Crm) -> list[str]:
    """Tables whose next id was given already."""
    return [f"the next id of {table} was given before" for table, _ in _used_numbers(crm.connection)]


def mend_numbers(crm: Crm) -> None:
    """Let every table go on after its highest id of this device."""
    with crm.unjournaled() as connection:
        continue_numbers(connection)


def continue_numbers(connection: sqlite3.Connection) -> None:
    """As ``mend_numbers``, in the caller's transaction."""
    connection.executemany(
        "INSERT INTO sequences (entity, last_id) VALUES (?, ?)"
        " ON CONFLICT (entity) DO UPDATE SET last_id = excluded.last_id",
        list(_used_numbers(connection)),
    )


def _used_numbers(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    device = connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
    floor = int(device[0]) * DEVICE_RANGE if device else 0
    given = dict(connection.execute("SELECT entity, last_id FROM sequences").fetchall())
    minted = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%id INTEGER PRIMARY KEY CHECK%'"
    )
    for (table,) in minted.fetchall():
        (highest,) = connection.execute(
            f"SELECT max(id) FROM {table} WHERE id > ? AND id <= ?",  # noqa: S608 - a table of the schema
            (floor, floor + DEVICE_RANGE),
        ).fetchone()
        if highest is not None and given.get(table, floor) < highest:
            yield table, highest


@contextmanager
def _trial(crm: Crm) -> Iterator[None]:
    """Try something that writes, and take it back."""
    with store.told(crm.path):
        crm.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            crm.connection.execute("ROLLBACK")
