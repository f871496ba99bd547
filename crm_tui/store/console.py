"""Questions a person asks in SQL: read only, whatever the text says.

Four locks, one behind the other: the file is opened without the right to write, ``query_only`` is set, an
authorizer allows nothing but reading tables of this file, and a progress handler stops what takes too long.
Values are limited in length, so that no function can fill the memory.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crm_tui.errors import CrmError, UsageError
from crm_tui.store.connection import BUSY_MILLISECONDS, explain
from crm_tui.store.functions import register

SECONDS: Final = 10.0
LONGEST: Final = 32_000_000
"""Bytes of a single value; the largest of our own are the rows an undone import is kept in."""
_STEPS: Final = 2_000
_REFUSED_FUNCTIONS: Final = frozenset(
    {"load_extension", "zeroblob", "randomblob", "printf", "format", "fts3_tokenizer", "fts5", "sqlite_log"}
)
_READ_PRAGMAS: Final = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
)
_TABLE_FUNCTIONS: Final = frozenset({"json_each", "json_tree", *(f"pragma_{name}" for name in _READ_PRAGMAS)})
_SCHEMA: Final = frozenset({"sqlite_master", "sqlite_schema"})
# Everything else is the query's own fault.
_FAULTS_OF_THE_FILE: Final = (
    "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR", "SQLITE_CANTOPEN",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """The names of the columns, made unique, and the rows."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def ask(path: Path, question: str, *, limit: int | None = None, seconds: float = SECONDS) -> Answer:
    """Run one reading statement.

    Args:
        path: the database.
        question: a single SELECT, VALUES, WITH or EXPLAIN.
        limit: at most so many rows.
        seconds: how long SQLite may work altogether; the time a reader takes over the rows does not count.

    Raises:
        UsageError: the statement is malformed, would write, or took too long.
        DatabaseError: the file is locked or damaged.
    """
    if not question.strip():
        raise UsageError("There is no query.", 'Give one, such as crm sql "SELECT name FROM contacts".')
    watch = _Watch(seconds)
    connection = _open(path, watch)
    try:
        cursor = watch.timed(lambda: connection.execute(question))
    except (sqlite3.Error, sqlite3.Warning, UnicodeError, ValueError) as error:
        connection.close()
        raise _told(error, path, watch) from error
    names = _unique([column[0] for column in cursor.description or ()])
    return Answer(names, _rows(connection, cursor, path, watch, limit))


class _Watch:
    """Counts the time spent inside SQLite."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.spent = 0.0
        self.started = 0.0
        self.stopped = False

    def timed(self, action: Any) -> Any:
        self.started = time.monotonic()
        try:
            return action()
        finally:
            self.spent += time.monotonic() - self.started

    def over(self) -> bool:
        self.stopped = self.spent + time.monotonic() - self.started > self.seconds
        return self.stopped


def _open(path: Path, watch: _Watch) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_MILLISECONDS / 1000,
        isolation_level=None,
    )
    register(connection)
    connection.text_factory = _text
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    ours = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    virtual = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'").fetchall()
    for table in (*(name for (name,) in virtual), *_TABLE_FUNCTIONS):
        # a virtual table is declared on first use, which the authorizer would take for a write
        connection.execute(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608 - names of the schema
    for what, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 500),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    ):
        connection.setlimit(what, most)
    connection.set_progress_handler(watch.over, _STEPS)
    connection.set_authorizer(_Guard(frozenset(ours) | _SCHEMA | _TABLE_FUNCTIONS))
    return connection


class _Guard:
    """The authorizer: SELECT, functions, and reads of known tables."""

    def __init__(self, tables: frozenset[str]) -> None:
        self.tables = tables

    def __call__(
        self, action: int, first: str | None, second: str | None, schema: str | None, source: str | None
    ) -> int:
        match action:
            case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
                allowed = True
            case sqlite3.SQLITE_READ:
                # without a column it only counts rows, also those of a table the query made itself
                allowed = second == "" or first in self.tables
            case sqlite3.SQLITE_FUNCTION:
                allowed = (second or "").lower() not in _REFUSED_FUNCTIONS
            case sqlite3.SQLITE_PRAGMA:
                # FTS5 asks for data_version to see whether its index changed
                allowed = first in _READ_PRAGMAS or (first == "data_version" and second is None)
            case _:
                allowed = False
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _rows(
    connection: sqlite3.Connection, cursor: sqlite3.Cursor, path: Path, watch: _Watch, limit: int | None
) -> Iterator[tuple[Any, ...]]:
    count = 0
    try:
        while limit is None or count < limit:
            row = watch.timed(cursor.fetchone)
            if row is None:
                return
            count += 1
            yield tuple(_plain(value) for value in row)
    except sqlite3.Error as error:
        raise _told(error, path, watch) from error
    finally:
        connection.close()


def _told(error: Exception, path: Path, watch: _Watch) -> CrmError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if watch.stopped:
        return UsageError(
            f"The query was stopped after {watch.seconds:g} seconds.", "Narrow it with WHERE or LIMIT."
        )
    if isinstance(error, sqlite3.Error) and name.startswith(_FAULTS_OF_THE_FILE):
        return explain(error, path)
    if name == "SQLITE_AUTH" or "not authorized" in str(error) or "prohibited" in str(error):
        return UsageError(f"{_sentence(error)}", "crm sql only reads: give one SELECT.")
    return UsageError(_sentence(error), 'crm sql "SELECT name FROM sqlite_master" lists the tables.')


def _sentence(error: Exception) -> str:
    text = str(error).strip().rstrip(".") or type(error).__name__
    return f"SQLite says: {text}."


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, a number put after one that was there before."""
    found: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate in found:
            candidate, number = f"{name}_{number}", number + 1
        found.append(candidate)
    return tuple(found)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """A value that every format can write: bytes as hexadecimal, infinity as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    return value
