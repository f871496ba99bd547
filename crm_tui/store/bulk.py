"""Loading many rows: many to a statement, and into empty tables with the indexes built once at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crm_tui.store.transaction import SqlValue

_TOGETHER: Final = 50  # rows a statement: starting one costs as much as adding a row


def is_empty(connection: sqlite3.Connection, table: str) -> bool:
    """Whether a table has no row."""
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None  # noqa: S608 - a table's name


def insert(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[SqlValue]],
    same: Mapping[str, SqlValue] | None = None,
) -> None:
    """Add rows; ``same`` holds the columns that are alike in every one."""
    quoted = [
        connection.execute("SELECT quote(?)", (value,)).fetchone()[0] for value in (same or {}).values()
    ]
    names = ", ".join((*columns, *(same or ())))
    row = f"({', '.join((*('?' * len(columns)), *quoted))})"
    insert = f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608 - names, and texts quoted by SQLite
    most = connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    together = min(_TOGETHER, most // len(columns))
    whole = len(rows) - len(rows) % together
    batches = (rows[start : start + together] for start in range(0, whole, together))
    connection.executemany(
        insert + ", ".join([row] * together), (list(chain.from_iterable(batch)) for batch in batches)
    )
    connection.executemany(insert + row, rows[whole:])


def drop_indexes(connection: sqlite3.Connection, tables: Sequence[str]) -> list[str]:
    """Drop the indexes of these tables inside the transaction; returns the statements that make them again."""
    statements: list[str] = []
    for table in tables:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            (table,),
        ).fetchall()
        for name, sql in rows:
            connection.execute(f"DROP INDEX {name}")
            statements.append(sql)
    return statements


def make_indexes(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    """Make dropped indexes again."""
    for statement in statements:
        connection.execute(statement)
