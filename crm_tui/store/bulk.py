"""Loading many rows into empty tables: indexes are cheaper to build once at the end than to keep up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


def is_empty(connection: sqlite3.Connection, table: str) -> bool:
    """Whether a table has no row."""
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None  # noqa: S608 - a table's name


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
