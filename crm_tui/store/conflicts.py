"""Why an operation cannot be undone: what came later and touched, uses or replaced its rows.

Every refusal names the newest operation in the way, so that undoing that one first gets the person on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from crm_tui.errors import ConflictError
from crm_tui.models import Operation
from crm_tui.store.replay import PutBack
from crm_tui.store.transaction import Row

Range = tuple[str, int, int]


def refuse_if_erased(connection: sqlite3.Connection, operation: Operation) -> None:
    """Refuse when somebody whom the operation concerned was forgotten since: nothing is kept to go back to.

    Raises:
        ConflictError: somebody was; the newest earlier operation that can be undone is named.
    """
    erased = "SELECT 1 FROM changes WHERE operation_id = {} AND '{{}}' IN (before, after)"
    if connection.execute(erased.format("?"), (operation.id,)).fetchone() is None:
        return
    (earlier,) = connection.execute(
        "SELECT max(id) FROM operations WHERE id < ? AND undone_at IS NULL"  # noqa: S608 - the text above
        f" AND NOT EXISTS ({erased.format('operations.id')})",
        (operation.id,),
    ).fetchone()
    hint = "Whoever is forgotten is forgotten for good."
    raise ConflictError(
        f"Operation {operation.id} ({operation.summary}) cannot be undone: a person it concerned was forgotten.",
        hint if earlier is None else f"{hint} crm undo {earlier} takes back the one before it.",
    )


def refuse_if_touched(connection: sqlite3.Connection, operation: Operation) -> None:
    """Refuse when a later operation changed a row of this one.

    Raises:
        ConflictError: one did; it is named.
    """
    # one probe of (entity, entity_id, operation_id) a row, one scan of the index a range
    for mine, same_row in (
        ("changes", "later.entity_id = mine.entity_id"),
        ("change_ranges", "later.entity_id BETWEEN mine.first_id AND mine.last_id"),
    ):
        (found,) = connection.execute(
            f"SELECT max(later.operation_id) FROM {mine} mine JOIN changes later"  # noqa: S608 - fixed names
            f" ON later.entity = mine.entity AND {same_row} AND later.operation_id > mine.operation_id"
            " JOIN operations ON operations.id = later.operation_id AND operations.undone_at IS NULL"
            " WHERE mine.operation_id = ?",
            (operation.id,),
        ).fetchone()
        if found is not None:
            raise _conflict(connection, operation, found)


def refuse_if_used(
    connection: sqlite3.Connection, operation: Operation, changes: Sequence[PutBack], ranges: Sequence[Range]
) -> None:
    """Refuse when rows that came later refer to rows the operation made.

    Raises:
        ConflictError: some do; the operation that made them do so is named.
    """
    mine = {(table, row_id) for table, row_id, _, _ in changes}
    made = [(table, row_id, row_id) for table, row_id, before, _ in changes if before is None]
    references = _references(connection)
    for table, first, last in (*ranges, *made):
        for child, column in references.get(table, ()):
            own = [(low, high) for name, low, high in ranges if name == child]
            outside = "".join(" AND id NOT BETWEEN ? AND ?" for _ in own)
            rows = connection.execute(
                f"SELECT id FROM {child} WHERE {column} BETWEEN ? AND ?{outside}",  # noqa: S608 - schema names
                (first, last, *(bound for pair in own for bound in pair)),
            )
            for (row_id,) in rows:
                if (child, row_id) not in mine:
                    raise _conflict(connection, operation, _newest(connection, operation, child, row_id))


def refuse_if_dangling(
    connection: sqlite3.Connection, operation: Operation, changes: Sequence[PutBack]
) -> None:
    """Refuse when a row that was put back refers to one that has been removed since.

    Raises:
        ConflictError: one does; the operation that removed its target is named.
    """
    referred: dict[str, list[tuple[str, str]]] = {}
    made = {(table, row_id) for table, row_id, before, _ in changes if before is None}
    for table, row_id, before, after in changes:
        if before is None or (table, row_id) in made:
            continue
        if table not in referred:
            referred[table] = _referred(connection, table)
        for column, parent in referred[table]:
            target = before[column]
            if target is None or (after is not None and after[column] == target):
                continue
            there = connection.execute(f"SELECT 1 FROM {parent} WHERE id = ?", (target,))  # noqa: S608 - schema
            if there.fetchone() is None:
                newest = _newest(connection, operation, parent, int(str(target)))
                raise _conflict(connection, operation, newest)


def taken(connection: sqlite3.Connection, operation: Operation, table: str, row: Row) -> ConflictError:
    """The error for a row that cannot come back because another one has its place."""
    holder = next(_rivals(connection, table, row), None)
    newest = None if holder is None else _newest(connection, operation, table, holder)
    return _conflict(connection, operation, newest)


def _conflict(connection: sqlite3.Connection, operation: Operation, later: int | None) -> ConflictError:
    found = connection.execute("SELECT id, summary FROM operations WHERE id = ?", (later,)).fetchone()
    if found is None:
        return ConflictError(
            f"Operation {operation.id} ({operation.summary}) cannot be undone: other records are in its way.",
            "Change or remove those records first.",
        )
    return ConflictError(
        f"Operation {operation.id} cannot be undone: operation {found[0]} ({found[1]}) came later and uses"
        " the same records.",
        f"Undo that one first: crm undo {found[0]}.",
        operation=found[0],
    )


def _newest(connection: sqlite3.Connection, operation: Operation, table: str, row_id: int) -> int | None:
    """The newest operation still in effect that touched a row after this one did its work."""
    found: int | None = connection.execute(
        "SELECT max(operations.id) FROM operations JOIN ("
        " SELECT operation_id FROM changes WHERE entity = ? AND entity_id = ? UNION"
        " SELECT operation_id FROM change_ranges WHERE entity = ? AND ? BETWEEN first_id AND last_id)"
        " ON operation_id = operations.id WHERE undone_at IS NULL AND operations.id > ?",
        (table, row_id, table, row_id, operation.id),
    ).fetchone()[0]
    return found


def _references(connection: sqlite3.Connection) -> Mapping[str, list[tuple[str, str]]]:
    """For each table, the (table, column) pairs whose values are its ids."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = connection.execute(
        'SELECT m.name, f."table", f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f'
        " WHERE m.type = 'table'"
    )
    for child, parent, column in rows:
        found.setdefault(parent, []).append((child, column))
    outside = connection.execute(
        "SELECT name FROM sqlite_master m WHERE type = 'table'"
        " AND EXISTS (SELECT 1 FROM external_refs WHERE entity = m.name)"
    )
    for (parent,) in outside:
        found.setdefault(parent, []).append(("external_refs", f"entity = '{parent}' AND entity_id"))
    return found


def _referred(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """The (column, table) pairs of a table's foreign keys."""
    return connection.execute('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (table,)).fetchall()


def _rivals(connection: sqlite3.Connection, table: str, row: Row) -> Iterator[int]:
    """The ids of other rows that equal the row in the columns of a unique index."""
    indexes = connection.execute('SELECT name FROM pragma_index_list(?) WHERE "unique"', (table,)).fetchall()
    for (index,) in indexes:
        columns = connection.execute(
            "SELECT name, coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno", (index,)
        ).fetchall()
        equal = " AND ".join(f"{name} = ? COLLATE {collation}" for name, collation in columns)
        rows = connection.execute(
            f"SELECT id FROM {table} WHERE {equal} AND id <> ?",  # noqa: S608 - names from the schema
            (*(row[name] for name, _ in columns), row["id"]),
        )
        yield from (row_id for (row_id,) in rows)
