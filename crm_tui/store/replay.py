"""Putting rows back as they were or as they became, one by one or parked in bulk; foreign keys being off."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from typing import Final

from crm_tui.store.transaction import Row, write_row

PutBack = tuple[str, int, Row | None, Row | None]
_PARK: Final = 2000


class TakenError(Exception):
    """A row cannot come back because another one has its place: the same value where each may occur once."""

    def __init__(self, table: str, row: Row) -> None:
        super().__init__(table, row["id"])
        self.table = table
        self.row = row


def put_back(connection: sqlite3.Connection, rows: Iterable[PutBack]) -> None:
    """Turn each row (table, id, what it is now, what it is to be) into what it is to be.

    Rows that pass a value on to each other that may occur only once wait for one another.

    Raises:
        TakenError: a row that is none of these has such a value.
    """
    waiting: list[tuple[str, Row]] = []
    for table, row_id, old, new in rows:
        try:
            _put(connection, table, row_id, old, new)
        except sqlite3.IntegrityError:
            if new is None:
                raise
            waiting.append((table, {**_take(connection, table, row_id), **new}))
    for table, row in waiting:
        try:
            write_row(connection, table, row)
        except sqlite3.IntegrityError as error:
            raise TakenError(table, row) from error


def park(connection: sqlite3.Connection, range_id: int, table: str, first: int, last: int) -> None:
    """Take a range of rows out of its table and keep them, packed, under the number of the range."""
    rows_of = f"{table} WHERE id BETWEEN ? AND ?"
    cursor = connection.execute(f"SELECT * FROM {rows_of} ORDER BY id", (first, last))  # noqa: S608 - a table
    columns = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(_PARK):
        packed = zlib.compress(json.dumps([columns, rows], ensure_ascii=False).encode(), 1)
        connection.execute("INSERT INTO parked_rows (range_id, packed) VALUES (?, ?)", (range_id, packed))
    connection.execute(f"DELETE FROM {rows_of}", (first, last))  # noqa: S608 - a table's name


def unpark(connection: sqlite3.Connection, range_id: int, table: str) -> None:
    """Put the rows of a parked range back into their table.

    Raises:
        TakenError: another row has a value of theirs that may occur only once.
    """
    parked = connection.execute("SELECT packed FROM parked_rows WHERE range_id = ? ORDER BY id", (range_id,))
    for (packed,) in parked:
        columns, rows = json.loads(zlib.decompress(packed))
        marks = ", ".join("?" * len(columns))
        try:
            connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - schema names
                rows,
            )
        except sqlite3.IntegrityError as error:
            raise TakenError(table, dict(zip(columns, rows[0], strict=True))) from error
    connection.execute("DELETE FROM parked_rows WHERE range_id = ?", (range_id,))


def _put(connection: sqlite3.Connection, table: str, row_id: int, old: Row | None, new: Row | None) -> None:
    if new is None:
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - a table's name
    elif old is None:
        write_row(connection, table, new)
    elif differing := {name: value for name, value in new.items() if old.get(name) != value}:
        assignments = ", ".join(f"{name} = ?" for name in differing)
        connection.execute(
            f"UPDATE {table} SET {assignments} WHERE id = ?",  # noqa: S608 - names of tables and columns
            (*differing.values(), row_id),
        )


def _take(connection: sqlite3.Connection, table: str, row_id: int) -> Row:
    """Remove a row and return it; empty when there is none."""
    cursor = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - a table
    names = [column[0] for column in cursor.description]
    values = cursor.fetchone()
    connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - a table's name
    return {} if values is None else dict(zip(names, values, strict=True))
