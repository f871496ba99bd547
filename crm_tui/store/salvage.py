"""Saving what can still be read of a damaged file, row by row, into a new one beside it.

The damaged file is only read. Each table is read from both ends up to where it breaks, and what lies
between is asked for id by id. Rows that no longer fit the schema, or that belong to one that is lost, are
left out and counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from crm_tui.store import hours, sales
from crm_tui.store.connection import connect, create

_PROBES: Final = 2_000_000
_HOPELESS: Final = 20_000
# What is built from other rows, and what the new file has of its own.
_SKIPPED: Final = ("search_", "sqlite_", "_sqlite_migrations", *sales.TABLES, *hours.TABLES)
Row = tuple[Any, ...]


def salvage(source: Path, target: Path) -> tuple[dict[str, int], int]:
    """Copy every readable row of ``source`` into the new file ``target``.

    Returns:
        The rows saved by table, and how many were read but had to be left out.
    """
    create(target)
    old = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    old.text_factory = _text
    new = connect(target)
    saved: dict[str, int] = {}
    lost = 0
    try:
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN IMMEDIATE")
        for table in _tables(new):
            # a damaged file is not upgraded: what came later is not there
            there = _columns(old, table)
            columns = [name for name in _columns(new, table) if name in there]
            if not columns:
                continue
            kept, left_out = _copy(new, table, columns, _rows(old, table, columns))
            saved[table] = kept
            lost += left_out
        lost += _drop_orphans(new)
        new.execute("COMMIT")
    finally:
        old.close()
        new.close()
    return saved, lost


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rootpage, name")
    return [name for (name,) in rows if not name.startswith(_SKIPPED)]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table; none where there is no such table, or nobody can tell."""
    try:
        return [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    except sqlite3.Error:
        return []


def _copy(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[Row]
) -> tuple[int, int]:
    kept = left_out = 0
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - names of the schema only
    for row in rows:
        try:
            connection.execute(statement, row[1:])
            kept += 1
        except sqlite3.Error:
            left_out += 1
    return kept, left_out


def _rows(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[Row]:
    """The readable rows, each with its rowid first."""
    select = f"SELECT rowid, {', '.join(columns)} FROM {table}"  # noqa: S608 - names of the schema
    highest = lowest = None
    whole = True
    try:
        for row in connection.execute(f"{select} ORDER BY rowid"):
            highest = row[0]
            yield row
    except sqlite3.Error:
        whole = False
    if whole:
        return
    try:
        for row in connection.execute(f"{select} ORDER BY rowid DESC"):
            if highest is not None and row[0] <= highest:
                return
            lowest = row[0]
            yield row
    except sqlite3.Error:
        pass
    first = 1 if highest is None else highest + 1
    last = first + _PROBES if lowest is None else min(lowest - 1, first + _PROBES)
    yield from _probed(connection, f"{select} WHERE rowid = ?", range(first, last + 1))


def _probed(connection: sqlite3.Connection, select: str, numbers: Iterable[int]) -> Iterator[Row]:
    failures = 0
    for number in numbers:
        try:
            row = connection.execute(select, (number,)).fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                return
            failures += 1
            if failures > _HOPELESS:
                return
            continue
        failures = 0
        if row is not None:
            yield row


def _drop_orphans(connection: sqlite3.Connection) -> int:
    """Unhang rows from lost ones: the reference is emptied, or the row left out where it needs one."""
    lost = 0
    while broken := connection.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, _, place in broken:
            keys = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            column = next(key[3] for key in keys if key[0] == place)
            needed = any(
                name == column and notnull
                for _, name, _, notnull, *_ in connection.execute(f"PRAGMA table_info({table})")
            )
            if needed:
                statement = f"DELETE FROM {table} WHERE rowid = ?"  # noqa: S608 - names of the schema
                lost += connection.execute(statement, (rowid,)).rowcount
            else:
                statement = f"UPDATE {table} SET {column} = NULL WHERE rowid = ?"  # noqa: S608 - names of the schema
                connection.execute(statement, (rowid,))
    return lost


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
