"""Ids out of the search index: the newest matches of each table, without any ranking over all of them.

A beginning of a few letters has an index of its own, so its matches stream; the matches of a longer one are
gathered by SQLite before the first of them comes. So several tables share one pass then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from crm_tui.domain.search_query import SearchQuery, trigrams
from crm_tui.domain.service import chunks, marks
from crm_tui.store import search as index

KEYS: Final = "search_keys"
BODY: Final = "search_body"
# the longest beginning that each index keeps; see its "prefix" in the schema
_STREAMED: Final = {KEYS: 4, BODY: 3}
Found = dict[str, list[int]]


def span(table: str) -> tuple[int, int]:
    """The first and the last document number of a table."""
    base = index.document_id(table, 0)
    return base, base + index.SPAN - 1


def matching(
    connection: sqlite3.Connection, name: str, expression: str, tables: Iterable[str], limit: int
) -> Found:
    """The newest ids of each table that match an FTS5 expression whose matches stream."""
    found: Found = {}
    for table in tables:
        first, last = span(table)
        rows = connection.execute(
            f"SELECT rowid - ? FROM {name} WHERE {name} MATCH ? AND rowid BETWEEN ? AND ?"  # noqa: S608 - fixed names
            " ORDER BY rowid DESC LIMIT ?",
            (first, expression, first, last, limit),
        )
        found[table] = [record for (record,) in rows]
    return found


def beginning(
    connection: sqlite3.Connection,
    name: str,
    expression: str,
    query: SearchQuery,
    tables: Sequence[str],
    limit: int,
) -> Found:
    """The newest ids of each table that match an expression of prefixes."""
    if len(tables) < 2 or all(len(word) <= _STREAMED[name] for word in query.words):
        return matching(connection, name, expression, tables, limit)
    spans = sorted((span(table), table) for table in tables)
    found: Found = {table: [] for table in tables}
    (lowest, _), last_table = spans[0]
    rows = connection.execute(
        f"SELECT rowid FROM {name} WHERE {name} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC",  # noqa: S608 - names of the schema only
        (expression, lowest, spans[-1][0][1]),
    )
    for (document,) in rows:
        table, record = index.record_of(document)
        if table in found and len(found[table]) < limit:
            found[table].append(record)
            if table == last_table and len(found[table]) == limit:
                break
    rows.close()
    return found


def holding(
    connection: sqlite3.Connection, fragments: tuple[str, ...], rest: str | None, table: str, limit: int
) -> list[int]:
    """The newest ids of a table that hold all fragments, and match the words in ``rest``."""
    sql, params = holding_sql(fragments, rest, table)
    rows = connection.execute(f"{sql} ORDER BY rowid DESC LIMIT ?", (*params, limit))
    first, _ = span(table)
    return [document - first for (document,) in rows]


def holding_sql(
    fragments: tuple[str, ...], rest: str | None, table: str
) -> tuple[str, tuple[str | int, ...]]:
    """The SELECT of documents that hold all fragments and match the words in ``rest``, and its parameters."""
    sql = "SELECT rowid FROM search_fragments WHERE search_fragments MATCH ? AND rowid BETWEEN ? AND ?"
    params: tuple[str | int, ...] = (trigrams(fragments), *span(table))
    if rest is not None:
        # the plus keeps SQLite from searching the fragments anew for each rowid
        words = "SELECT rowid FROM search_keys WHERE search_keys MATCH ? AND rowid BETWEEN ? AND ?"
        sql += f" AND +rowid IN ({words})"
        params = (*params, rest, *span(table))
    return sql + " AND instr(fragments, ?) > 0" * len(fragments), (*params, *fragments)


def keys_of(connection: sqlite3.Connection, table: str, ids: Sequence[int]) -> dict[int, str]:
    """The folded keys of records."""
    first, _ = span(table)
    found: dict[int, str] = {}
    for part in chunks(ids):
        rows = connection.execute(
            f"SELECT id - ?, keys FROM search_docs WHERE id IN ({marks(part)})",  # noqa: S608 - marks only
            (first, *(first + record for record in part)),
        )
        found.update(rows)
    return found
