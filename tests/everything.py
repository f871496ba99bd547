"""The whole content of a database, for comparing it before and after."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from crm_tui.domain import Crm, documents
from crm_tui.store import hours, sales

# The journal itself, the counter of ids (never given again) and what the search index keeps inside.
BOOKKEEPING: Final = frozenset(
    {"operations", "changes", "change_ranges", "parked_rows", "sequences", "meta"}
    | {"_sqlite_migrations", "sqlite_sequence"}
)
INSIDE: Final = ("search_keys", "search_fragments", "search_body")


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables of records, and the documents of the search index."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    names = [name for (name,) in rows]
    return [name for name in names if name not in BOOKKEEPING and not name.startswith(INSIDE)]


def content(crm: Crm) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in a fixed order."""
    return {
        table: crm.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()
        for table in tables(crm.connection)
    }


def assert_sound(crm: Crm) -> None:
    """Nothing dangles, the file is whole; search index, sums and counts are what a rebuild would make of the rows."""
    connection = crm.connection
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert [*hours.problems(connection), *sales.problems(connection)] == []
    kept = search(connection)
    connection.execute("SAVEPOINT rebuilding")
    documents.rebuild(connection)
    assert kept == search(connection)
    connection.execute("ROLLBACK TO rebuilding")
    connection.execute("RELEASE rebuilding")


def search(connection: sqlite3.Connection) -> list[list[tuple[Any, ...]]]:
    """The documents, and which of them each index has under which word."""
    found = [connection.execute("SELECT * FROM search_docs ORDER BY id").fetchall()]
    for index in INSIDE:
        connection.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', '{index}', 'instance')")
        found.append(connection.execute("SELECT term, doc FROM words ORDER BY term, doc").fetchall())
        connection.execute("DROP TABLE temp.words")
    return found
