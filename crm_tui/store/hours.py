"""How many interactions of each kind there were in each hour of UTC.

Kept so that a year of them is added up from some thousand rows. Not journaled: an hour is counted anew from the rows
after every operation, undo and redo that changed something in it, and ``problems`` holds the counts against them. An
hour is the beginning of the instants in it, ``2026-03-02T09``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from crm_tui.models import InteractionKind
from crm_tui.store.transaction import Row

ChangedRow = tuple[str, int, Row | None, Row | None]

COUNTED: Final = "interactions"
"""The table that is counted."""
TABLES: Final = ("interaction_hours",)
"""Tables that hold nothing else."""
_LENGTH: Final = 13
_KINDS: Final = ", ".join(f"'{kind.value}'" for kind in InteractionKind)
_COUNTS: Final = f"SELECT kind, substr(occurred_at, 1, {_LENGTH}) AS hour, count(*) FROM interactions"  # noqa: S608 - fixed names
_ALL: Final = f"{_COUNTS} GROUP BY kind, hour"
_HOUR: Final = f"{_COUNTS} WHERE occurred_at BETWEEN ?1 || ':00:00Z' AND ?1 || ':59:59Z' GROUP BY kind"
_DIFFERING: Final = f"""SELECT hour FROM (SELECT * FROM interaction_hours EXCEPT {_ALL})
    UNION SELECT hour FROM ({_ALL} EXCEPT SELECT * FROM interaction_hours) ORDER BY 1"""  # noqa: S608 - fixed names


def settle(connection: sqlite3.Connection, rows: Sequence[ChangedRow]) -> None:
    """Bring the hours up to date that the changed rows were, or are, in."""
    concerned: set[str] = set()
    for table, _, before, after in rows:
        if table == COUNTED and _place(before) != _place(after):
            concerned.update(place[0] for place in (_place(before), _place(after)) if place)
    refresh(connection, concerned)


def refresh(connection: sqlite3.Connection, hours: Iterable[str]) -> None:
    """Count these hours anew."""
    for hour in hours:
        connection.execute(f"DELETE FROM interaction_hours WHERE kind IN ({_KINDS}) AND hour = ?", (hour,))  # noqa: S608 - the kinds above
        connection.execute(f"INSERT INTO interaction_hours {_HOUR}", (hour,))


def in_ranges(connection: sqlite3.Connection, ranges: Iterable[tuple[str, int, int]]) -> set[str]:
    """The hours of the interactions among these rows: table, first and last id."""
    query = f"SELECT DISTINCT substr(occurred_at, 1, {_LENGTH}) FROM interactions WHERE id BETWEEN ? AND ?"  # noqa: S608 - a fixed name
    return {
        hour
        for table, first, last in ranges
        if table == COUNTED
        for (hour,) in connection.execute(query, (first, last))
    }


def of_rows(connection: sqlite3.Connection, ids: Iterable[int]) -> set[str]:
    """The hours of these interactions."""
    return in_ranges(connection, ((COUNTED, each, each) for each in ids))


def rebuild(connection: sqlite3.Connection) -> None:
    """Count all of them anew."""
    connection.execute("DELETE FROM interaction_hours")
    connection.execute(f"INSERT INTO interaction_hours {_ALL}")


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """The hours whose counts are not those of the rows."""
    for (hour,) in connection.execute(_DIFFERING):
        yield f"the number of interactions in the hour {hour} is wrong"


def hour_of(row: Row) -> str:
    """The hour of an interaction."""
    return str(row["occurred_at"])[:_LENGTH]


def _place(row: Row | None) -> tuple[str, str] | None:
    """The hour and the kind that a row is counted under."""
    return None if row is None else (hour_of(row), str(row["kind"]))
