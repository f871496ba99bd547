"""Taking operations back and bringing them again, row by row, exactly.

An undo is refused when a later operation touched the same rows or hangs something on them; it names that operation.
An undone operation can be brought back until the next one is made.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from crm_tui.errors import ConflictError, NothingToUndoError, NotFoundError
from crm_tui.models import Operation
from crm_tui.store.transaction import Row, SqlValue, unpack, write_row

ChangedRow = tuple[str, int, Row | None, Row | None]
_PARK: Final = 2000
_OPERATION: Final = "SELECT id, summary, created_at, undone_at FROM operations"


@dataclass(slots=True)
class Replay:
    """What an undo or redo did: the operation, and which rows changed, for search and maintained columns."""

    operation: Operation
    rows: list[tuple[str, int]] = field(default_factory=list)
    ranges: list[tuple[str, int, int]] = field(default_factory=list)


def newest_done(connection: sqlite3.Connection) -> Operation:
    """The newest operation that is not undone."""
    return _one(
        connection,
        f"{_OPERATION} WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1",
        (),
        NothingToUndoError("There is nothing to undo.", "See crm history for what was done."),
    )


def find(connection: sqlite3.Connection, operation_id: int) -> Operation:
    """The operation with this number."""
    return _one(
        connection,
        f"{_OPERATION} WHERE id = ?",
        (operation_id,),
        NotFoundError(f"There is no operation {operation_id}.", "See crm history for their numbers."),
    )


def history(
    connection: sqlite3.Connection, limit: int | None = None, before: int | None = None
) -> list[Operation]:
    """Operations, newest first; ``before`` pages on from a number."""
    rows = connection.execute(
        f"{_OPERATION} WHERE id < ? ORDER BY id DESC LIMIT ?",
        (before or 1 << 62, -1 if limit is None else limit),
    )
    return [Operation(*row) for row in rows]  # type: ignore[misc]


def history_of(
    connection: sqlite3.Connection, rows: Sequence[tuple[str, int]], limit: int | None
) -> list[Operation]:
    """The operations that touched any of the rows (table, id), newest first."""
    ids: set[int] = set()
    for table, row_id in rows:
        ids.update(
            row[0]
            for row in connection.execute(
                "SELECT operation_id FROM changes WHERE entity = ? AND entity_id = ? UNION"
                " SELECT operation_id FROM change_ranges WHERE entity = ? AND ? BETWEEN first_id AND last_id",
                (table, row_id, table, row_id),
            )
        )
    newest = sorted(ids, reverse=True)[: limit if limit is not None else None]
    return [find(connection, number) for number in newest]


def undo(connection: sqlite3.Connection, operation_id: int, stamp: str) -> Replay:
    """Put every row back as it was before the operation; inside the caller's transaction.

    Raises:
        ConflictError: it is undone already, or a later operation touched the same rows.
    """
    operation = find(connection, operation_id)
    if operation.undone_at is not None:
        raise ConflictError(
            f"Operation {operation_id} is undone already.", "crm redo brings back the last one undone."
        )
    _refuse_if_touched(connection, operation)
    replay = Replay(operation)
    changes = _changes(connection, operation_id)
    ranges = _ranges(connection, operation_id)
    _refuse_if_referenced(connection, operation, changes, ranges)
    for table, row_id, before, after in reversed(changes):
        _put(connection, table, row_id, after, before)
        replay.rows.append((table, row_id))
    for range_id, table, first, last in reversed(ranges):
        _park(connection, range_id, table, first, last)
        replay.ranges.append((table, first, last))
    connection.execute(
        "UPDATE operations SET undone_at = ?, undone_after = (SELECT max(id) FROM operations) WHERE id = ?",
        (stamp, operation_id),
    )
    return replay


def redo(connection: sqlite3.Connection) -> Replay:
    """Bring back the operation that was undone last; inside the caller's transaction.

    Raises:
        NothingToUndoError: nothing is undone, or something was done since.
    """
    operation = _one(
        connection,
        f"{_OPERATION} WHERE undone_at IS NOT NULL AND undone_after = (SELECT max(id) FROM operations)"
        " ORDER BY undone_at DESC, id ASC LIMIT 1",
        (),
        NothingToUndoError(
            "There is nothing to redo.", "Only what was undone last, with nothing done since, can come back."
        ),
    )
    replay = Replay(operation)
    for range_id, table, first, last in _ranges(connection, operation.id):
        _unpark(connection, range_id, table)
        replay.ranges.append((table, first, last))
    for table, row_id, before, after in _changes(connection, operation.id):
        _put(connection, table, row_id, before, after)
        replay.rows.append((table, row_id))
    connection.execute(
        "UPDATE operations SET undone_at = NULL, undone_after = NULL WHERE id = ?", (operation.id,)
    )
    return replay


def ranges(connection: sqlite3.Connection, operation_id: int) -> list[tuple[str, int, int]]:
    """The rows an operation made in bulk: table, first and last id."""
    return [found[1:] for found in _ranges(connection, operation_id)]


def changed_rows(
    connection: sqlite3.Connection, operation_id: int
) -> Iterator[tuple[str, int, Row | None, Row | None]]:
    """Each row changed one by one in an operation: table, id, before, after."""
    yield from _changes(connection, operation_id)


def _one(
    connection: sqlite3.Connection,
    sql: str,
    params: tuple[SqlValue, ...],
    missing: NothingToUndoError | NotFoundError,
) -> Operation:
    row = connection.execute(sql, params).fetchone()
    if row is None:
        raise missing
    return Operation(id=row[0], summary=row[1], created_at=row[2], undone_at=row[3])


def _changes(
    connection: sqlite3.Connection, operation_id: int
) -> list[tuple[str, int, Row | None, Row | None]]:
    rows = connection.execute(
        "SELECT entity, entity_id, before, after FROM changes WHERE operation_id = ? ORDER BY id",
        (operation_id,),
    )
    return [(table, row_id, unpack(before), unpack(after)) for table, row_id, before, after in rows]


def _ranges(connection: sqlite3.Connection, operation_id: int) -> list[tuple[int, str, int, int]]:
    return connection.execute(
        "SELECT id, entity, first_id, last_id FROM change_ranges WHERE operation_id = ? ORDER BY id",
        (operation_id,),
    ).fetchall()


def _refuse_if_touched(connection: sqlite3.Connection, operation: Operation) -> None:
    # NOT INDEXED-free joins: one probe of (entity, entity_id, operation_id) a row, one range scan a range
    found = connection.execute(
        "SELECT min(later.operation_id) FROM changes mine JOIN changes later"
        " ON later.entity = mine.entity AND later.entity_id = mine.entity_id AND later.operation_id > mine.operation_id"
        " JOIN operations ON operations.id = later.operation_id AND operations.undone_at IS NULL"
        " WHERE mine.operation_id = ?",
        (operation.id,),
    ).fetchone()[0]
    if found is None:
        found = connection.execute(
            "SELECT min(later.operation_id) FROM change_ranges mine JOIN changes later"
            " ON later.entity = mine.entity AND later.entity_id BETWEEN mine.first_id AND mine.last_id"
            " AND later.operation_id > mine.operation_id"
            " JOIN operations ON operations.id = later.operation_id AND operations.undone_at IS NULL"
            " WHERE mine.operation_id = ?",
            (operation.id,),
        ).fetchone()[0]
    if found is not None:
        raise _conflict(operation, find(connection, found))


def _refuse_if_referenced(
    connection: sqlite3.Connection,
    operation: Operation,
    changes: list[tuple[str, int, Row | None, Row | None]],
    ranges: list[tuple[int, str, int, int]],
) -> None:
    made = {(table, row_id) for table, row_id, before, _ in changes if before is None}
    spans = [(table, first, last) for _, table, first, last in ranges]
    singles = [(table, row_id, row_id) for table, row_id in made]
    references = referring_columns(connection)
    for table, first, last in spans + singles:
        for child, column in references.get(table, ()):
            own = [(low, high) for name, low, high in spans if name == child]
            outside = "".join(" AND id NOT BETWEEN ? AND ?" for _ in own)
            rows = connection.execute(
                f"SELECT id FROM {child} WHERE {column} BETWEEN ? AND ?{outside}",  # noqa: S608 - schema names
                (first, last, *(bound for pair in own for bound in pair)),
            )
            for (row_id,) in rows:
                if (child, row_id) not in made:
                    later = history_of(connection, [(child, row_id)], None)
                    culprit = next((found for found in later if found.id != operation.id), None)
                    if culprit is not None:
                        raise _conflict(operation, culprit)


def _conflict(operation: Operation, later: Operation) -> ConflictError:
    return ConflictError(
        f"Operation {operation.id} cannot be undone: operation {later.id} ({later.summary}) came later and uses"
        " the same records.",
        f"Undo that one first: crm undo {later.id}.",
    )


def referring_columns(connection: sqlite3.Connection) -> Mapping[str, list[tuple[str, str]]]:
    """For each table, the (table, column) pairs whose foreign keys point at it."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = connection.execute(
        'SELECT m.name, f."table", f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f'
        " WHERE m.type = 'table'"
    )
    for child, parent, column in rows:
        found.setdefault(parent, []).append((child, column))
    return found


def _put(connection: sqlite3.Connection, table: str, row_id: int, old: Row | None, new: Row | None) -> None:
    if new is None:
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - a table's name
    elif old is None:
        write_row(connection, table, new)
    else:
        differing = {name: value for name, value in new.items() if old.get(name) != value}
        assignments = ", ".join(f"{name} = ?" for name in differing)
        connection.execute(
            f"UPDATE {table} SET {assignments} WHERE id = ?",  # noqa: S608 - names of tables and columns
            (*differing.values(), row_id),
        )


def _park(connection: sqlite3.Connection, range_id: int, table: str, first: int, last: int) -> None:
    cursor = connection.execute(
        f"SELECT * FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id",
        (first, last),  # noqa: S608 - a table's name
    )
    columns = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(_PARK):
        packed = zlib.compress(json.dumps([columns, rows], ensure_ascii=False).encode(), 1)
        connection.execute("INSERT INTO parked_rows (range_id, packed) VALUES (?, ?)", (range_id, packed))
    connection.execute(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", (first, last))  # noqa: S608 - a table's name


def _unpark(connection: sqlite3.Connection, range_id: int, table: str) -> None:
    for (packed,) in connection.execute(
        "SELECT packed FROM parked_rows WHERE range_id = ? ORDER BY id", (range_id,)
    ):
        columns, rows = json.loads(zlib.decompress(packed))
        marks = ", ".join("?" * len(columns))
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - names from the schema
            rows,
        )
    connection.execute("DELETE FROM parked_rows WHERE range_id = ?", (range_id,))
