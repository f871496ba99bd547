"""The one search index for every kind of record: what is looked up, not what it means.

A document has three folded texts: ``keys`` (names and titles, matched by word prefix from the first letter
on), ``fragments`` (e-mails, phone digits, links; matched anywhere inside) and ``body`` (free text after the
keys, by word). Documents live in a table and the three FTS5 indexes take their content from it, so that an
index can be checked and rebuilt, and a bulk load fills them with one INSERT ... SELECT. Nothing is ever
ordered by rank: matches stream by document number, newest first, which costs the same for one letter as for a
whole name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from crm_tui.store import bulk

KINDS: Final = {
    "contacts": 1,
    "companies": 2,
    "deals": 3,
    "interactions": 4,
    "followups": 5,
    "products": 6,
    "invoices": 7,
}
SPAN: Final = 10**15
BULK: Final = 20_000
_USUAL_MERGE: Final = 4
_INDEXES: Final = (("search_keys", "keys"), ("search_fragments", "fragments"), ("search_body", "body"))
Document = tuple[int, str, str, str]


def document_id(table: str, record_id: int) -> int:
    """The number of a record's document: kind * 10^15 + id, so that a kind is one range."""
    return KINDS[table] * SPAN + record_id


def record_of(document: int) -> tuple[str, int]:
    """The (table, id) of a document."""
    kind, record_id = divmod(document, SPAN)
    return next(table for table, number in KINDS.items() if number == kind), record_id


def put(
    connection: sqlite3.Connection, documents: Iterable[Document], unfilled: Sequence[tuple[int, int]] = ()
) -> None:
    """Add or replace documents (number, keys, fragments, body), one by one; equal ones are left alone.

    Those in the ``unfilled`` ranges are in no index yet: a bulk load is about to ``fill`` them in.
    """
    for document in documents:
        if any(first <= document[0] <= last for first, last in unfilled):
            connection.execute(
                "INSERT OR REPLACE INTO search_docs (id, keys, fragments, body) VALUES (?, ?, ?, ?)", document
            )
            continue
        old = _get(connection, document[0])
        if old == document:
            continue
        if old is not None:
            _forget(connection, old)
        connection.execute(
            "INSERT INTO search_docs (id, keys, fragments, body) VALUES (?, ?, ?, ?)", document
        )
        for place, (index, column) in enumerate(_INDEXES, 1):
            if document[place]:
                connection.execute(
                    f"INSERT INTO {index} (rowid, {column}) VALUES (?, ?)",  # noqa: S608 - fixed names
                    (document[0], document[place]),
                )


def put_many(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
    """Add new documents that ``fill`` will index."""
    bulk.insert(connection, "search_docs", ("id", "keys", "fragments", "body"), documents)


def remove(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Take documents out."""
    for number in numbers:
        old = _get(connection, number)
        if old is not None:
            _forget(connection, old)


def remove_range(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Take a range of documents out with one statement an index."""
    (count,) = connection.execute(
        "SELECT count(*) FROM search_docs WHERE id BETWEEN ? AND ?", (first, last)
    ).fetchone()
    (total,) = connection.execute("SELECT count(*) FROM search_docs").fetchone()
    if count == total:
        for index, _ in _INDEXES:
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")  # noqa: S608 - fixed names
    else:
        for index, column in _INDEXES:
            connection.execute(
                f"INSERT INTO {index} ({index}, rowid, {column})"  # noqa: S608 - fixed names
                f" SELECT 'delete', id, {column} FROM search_docs"
                f" WHERE id BETWEEN ? AND ? AND {column} <> ''",
                (first, last),
            )
    connection.execute("DELETE FROM search_docs WHERE id BETWEEN ? AND ?", (first, last))


def fill(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Index documents that a bulk load wrote into ``search_docs``; tidy the index if they are most of it."""
    (count,) = connection.execute(
        "SELECT count(*) FROM search_docs WHERE id BETWEEN ? AND ?", (first, last)
    ).fetchone()
    (total,) = connection.execute("SELECT count(*) FROM search_docs").fetchone()
    many = count > BULK
    for index, column in _INDEXES:
        if many:
            _merge_by(connection, index, 0)
        connection.execute(
            f"INSERT INTO {index} (rowid, {column})"  # noqa: S608 - fixed names
            f" SELECT id, {column} FROM search_docs WHERE id BETWEEN ? AND ? AND {column} <> ''",
            (first, last),
        )
        if many:
            _merge_by(connection, index, _USUAL_MERGE)
            if count * 2 > total:
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 - fixed names


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the three indexes anew from the documents."""
    for index, column in _INDEXES:
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")  # noqa: S608 - fixed names
        connection.execute(
            f"INSERT INTO {index} (rowid, {column}) SELECT id, {column} FROM search_docs WHERE {column} <> ''"  # noqa: S608 - names of the schema only
        )


def problems(connection: sqlite3.Connection) -> list[str]:
    """Name the indexes that are damaged or differ from the documents; inside a writing transaction."""
    broken = []
    for index, _ in _INDEXES:
        try:
            # rank 1: against the documents too
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except sqlite3.DatabaseError:
            broken.append(index)
    return broken


def _get(connection: sqlite3.Connection, number: int) -> Document | None:
    row: Document | None = connection.execute(
        "SELECT id, keys, fragments, body FROM search_docs WHERE id = ?", (number,)
    ).fetchone()
    return row


def _forget(connection: sqlite3.Connection, document: Document) -> None:
    for place, (index, column) in enumerate(_INDEXES, 1):
        if document[place]:
            connection.execute(
                f"INSERT INTO {index} ({index}, rowid, {column}) VALUES ('delete', ?, ?)",  # noqa: S608 - fixed names
                (document[0], document[place]),
            )
    connection.execute("DELETE FROM search_docs WHERE id = ?", (document[0],))


def _merge_by(connection: sqlite3.Connection, index: str, segments: int) -> None:
    connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('automerge', ?)", (segments,))  # noqa: S608
