"""Taking operations back and bringing them again, row by row, exactly.

An undo is refused when a later operation touched the same rows or hangs something on them; it names that
operation. An undone operation can be brought back until the next one is made.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crm_tui.errors import ConflictError, NotFoundError, NothingToUndoError
from crm_tui.models import Operation
from crm_tui.store import conflicts
from crm_tui.store.replay import TakenError, park, put_back, unpark
from crm_tui.store.transaction import Row, SqlValue, unpack

ChangedRow = tuple[str, int, Row | None, Row | None]
_OPERATION: Final = "SELECT id, summary, created_at, undone_at FROM operations"


@dataclass(frozen=True, slots=True)
class Replay:
    """What an undo or redo did: the operation, the rows it had changed, the ranges it had made in bulk."""

    operation: Operation
    changes: Sequence[ChangedRow]
    ranges: Sequence[tuple[str, int, int]]


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
    return [_operation(row) for row in rows]


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
    """Put every row back as it was before the operation; inside the caller's transaction, foreign keys off.

    Raises:
        NotFoundError: there is no such operation.
        ConflictError: it is undone already, or a later operation touched or uses the same rows.
    """
    operation = find(connection, operation_id)
    if operation.undone_at is not None:
        raise ConflictError(
            f"Operation {operation_id} is undone already.", "crm redo brings back the last one undone."
        )
    conflicts.refuse_if_erased(connection, operation)
    changes = list(changed_rows(connection, operation_id))
    replay = Replay(operation, changes, ranges(connection, operation_id))
    conflicts.refuse_if_touched(connection, operation)
    conflicts.refuse_if_used(connection, operation, changes, replay.ranges)
    backwards = ((table, row_id, after, before) for table, row_id, before, after in reversed(changes))
    try:
        put_back(connection, backwards)
    except TakenError as error:
        raise conflicts.taken(connection, operation, error.table, error.row) from error
    for range_id, table, first, last in reversed(_ranges(connection, operation_id)):
        park(connection, range_id, table, first, last)
    conflicts.refuse_if_dangling(connection, operation, changes)
    connection.execute(
        "UPDATE operations SET undone_at = ?, undone_after = (SELECT max(id) FROM operations) WHERE id = ?",
        (stamp, operation_id),
    )
    return replay


def redo(connection: sqlite3.Connection) -> Replay:
    """Bring back the operation that was undone last; inside the caller's transaction, foreign keys off.

    Nothing was done since, and what was undone before it commutes with it, so nothing can be in the way.

    Raises:
        NothingToUndoError: nothing is undone, or something was done since.
    """
    operation = _one(
        connection,
        f"{_OPERATION} WHERE undone_at IS NOT NULL"  # noqa: S608 - a fixed text
        " AND undone_after = (SELECT max(id) FROM operations) ORDER BY undone_at DESC, id ASC LIMIT 1",
        (),
        NothingToUndoError(
            "There is nothing to redo.", "Only what was undone last, with nothing done since, can come back."
        ),
    )
    changes = list(changed_rows(connection, operation.id))
    replay = Replay(operation, changes, ranges(connection, operation.id))
    for range_id, table, _, _ in _ranges(connection, operation.id):
        unpark(connection, range_id, table)
    put_back(connection, changes)
    connection.execute(
        "UPDATE operations SET undone_at = NULL, undone_after = NULL WHERE id = ?", (operation.id,)
    )
    return replay


def ranges(connection: sqlite3.Connection, operation_id: int) -> list[tuple[str, int, int]]:
    """The rows an operation made in bulk: table, first and last id."""
    return [found[1:] for found in _ranges(connection, operation_id)]


def changed_rows(
    connection: sqlite3.Connection, operation_id: int, tables: Sequence[str] | None = None
) -> Iterator[ChangedRow]:
    """Each row changed one by one in an operation, of these tables or of all: table, id, before, after."""
    chosen = "" if tables is None else f" AND entity IN ({', '.join('?' * len(tables))})"
    rows = connection.execute(
        f"SELECT entity, entity_id, before, after FROM changes WHERE operation_id = ?{chosen} ORDER BY id",  # noqa: S608 - marks only
        (operation_id, *(tables or ())),
    )
    return ((table, row_id, unpack(before), unpack(after)) for table, row_id, before, after in rows)


def _one(
    connection: sqlite3.Connection,
    sql: str,
    params: tuple[SqlValue, ...],
    missing: NothingToUndoError | NotFoundError,
) -> Operation:
    row = connection.execute(sql, params).fetchone()
    if row is None:
        raise missing
    return _operation(row)


def _operation(row: tuple[int, str, str, str | None]) -> Operation:
    return Operation(id=row[0], summary=row[1], created_at=row[2], undone_at=row[3])


def _ranges(connection: sqlite3.Connection, operation_id: int) -> list[tuple[int, str, int, int]]:
    return connection.execute(
        "SELECT id, entity, first_id, last_id FROM change_ranges WHERE operation_id = ? ORDER BY id",
        (operation_id,),
    ).fetchall()
