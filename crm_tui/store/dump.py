"""Every record of a file as lines of text, and back: one record a line, in a fixed order, the same each time.

A line is a JSON object with its table's name and the row, keys sorted, empty columns left out:
``{"tags":{"created_at":"...","id":1,"name":"vip","updated_at":"..."}}``. Tables come in the order of ``TABLES``, rows
by id; a header says format and schema, and a last line that nothing is missing. What follows from other rows (search
index, keep-in-touch dates) is left out, and so is the journal: a dump is the state, not how it came about.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from crm_tui.errors import DatabaseError, InvalidDataError
from crm_tui.store import hours, migrations, sales
from crm_tui.store.transaction import DERIVED, SqlValue

FORMAT: Final = 1
FIRST_SCHEMA: Final = 2
"""The schema of the first version that wrote dumps."""
TABLES: Final = (
    "meta", "sequences", "custom_fields", "tags", "rates", "pipelines", "stages", "products", "companies",
    "company_methods", "company_tags", "contacts", "contact_methods", "contact_tags", "important_dates", "relations",
    "deals", "deal_tags", "stage_moves", "interactions", "participants", "threads", "followups", "invoices",
    "invoice_lines", "payments", "external_refs", "kept_lines", "distinct_pairs", "deliveries", "goals",
)  # fmt: skip
LEFT_OUT: Final = frozenset({"operations", "changes", "change_ranges", "parked_rows", "search_docs"}) | {
    *sales.TABLES,
    *hours.TABLES,
}
"""The journal, what the search index is made of, what sales add up to, and the interactions of each hour."""
_HEADER: Final = "crm_dump"
_END: Final = '{"end":true}'
_KEYS: Final = {"meta": "key", "sequences": "entity"}
_BATCH: Final = 500
# a terminal would obey some of these, and some break lines in editors
_HIDDEN: Final = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LARGEST: Final = 1 << 63
_AGAIN: Final = "Nothing was written. Write the dump anew with crm dump, or mend that line."


class Dumped(NamedTuple):
    """A row of a dump: the line it stands in, its table and its values by column."""

    line: int
    table: str
    row: dict[str, SqlValue]


def count(connection: sqlite3.Connection) -> int:
    """How many rows a dump has."""
    return sum(
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - the names above
        for table in TABLES
    )


def lines(connection: sqlite3.Connection) -> Iterator[str]:
    """The lines of a dump, each with its end; all of one moment, however many others are writing."""
    connection.execute("BEGIN")
    try:
        # the first read decides which moment it is
        yield f"{_text({_HEADER: {'format': FORMAT, 'schema': _schema(connection)}})}\n"
        for table in TABLES:
            key = _KEYS.get(table, "id")
            derived = DERIVED.get(table, frozenset())
            cursor = connection.execute(f"SELECT * FROM {table} ORDER BY {key}")  # noqa: S608 - the names above
            names = [column[0] for column in cursor.description]
            for values in cursor:
                row = {
                    name: value
                    for name, value in zip(names, values, strict=True)
                    if value is not None and name not in derived
                }
                yield f"{_text({table: row})}\n"
        yield f"{_END}\n"
    finally:
        connection.execute("ROLLBACK")


def _schema(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _text(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text if text.isascii() else _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def read(source: Iterable[str]) -> Iterator[Dumped]:
    """The rows of a dump, checked for their shape and order.

    Raises:
        DatabaseError: a newer version wrote it.
        InvalidDataError: it is no dump, or a line of it is damaged; the line is named.
    """
    numbered = enumerate(source, 1)
    first = next(numbered, (1, ""))[1]
    _check_header(first)
    place, last = 0, ""
    line = 1
    for line, text in numbered:
        if text.rstrip("\r\n") == _END:
            extra = next(numbered, None)
            if extra is not None:
                raise damaged(extra[0], "stands after the end")
            return
        found = _parsed(line, text)
        order = TABLES.index(found.table)
        mark = _mark(found)
        if order < place or (order == place and mark <= last):
            raise damaged(line, f"is out of order: {found.table} {_name(found)}")
        place, last = order, mark
        yield found
    raise damaged(line + 1, "is missing: the dump ends too early")


def _check_header(text: str) -> None:
    try:
        header = json.loads(text)[_HEADER]
        form, schema = int(header["format"]), int(header["schema"])
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise InvalidDataError(
            "This is no dump of crm: line 1 does not say so.",
            "crm dump -o FILE writes one; crm import reads other files, crm restore a backup.",
        ) from None
    if form > FORMAT or schema > migrations.LATEST:
        raise DatabaseError(
            "The dump was written by a newer version of crm.", "Upgrade crm-tui, then try again."
        )
    if form < 1 or schema < FIRST_SCHEMA:
        raise damaged(1, f"names a format or schema that never was ({form}, {schema})")


def _parsed(line: int, text: str) -> Dumped:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise damaged(line, "is no JSON") from None
    if not isinstance(data, dict) or len(data) != 1:
        raise damaged(line, "is no record")
    ((table, row),) = data.items()
    if table not in TABLES or not isinstance(row, dict):
        raise damaged(line, f'is of no table that is known: "{str(table)[:40]}"')
    for name, value in row.items():
        whole = isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value < _LARGEST
        if not whole and not (isinstance(value, str) and _keepable(value)):
            raise damaged(line, f"has a value that cannot be kept in {name[:40]}")
    key = _KEYS.get(table, "id")
    if not isinstance(row.get(key), str if table in _KEYS else int):
        raise damaged(line, f"has no {key}")
    return Dumped(line, table, row)


def _keepable(text: str) -> bool:
    if "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def _mark(found: Dumped) -> str:
    """What sorts a row within its table."""
    key = found.row[_KEYS.get(found.table, "id")]
    return f"{key:020d}" if isinstance(key, int) else str(key)


def _name(found: Dumped) -> str:
    return str(found.row[_KEYS.get(found.table, "id")])[:40]


def damaged(line: int, what: str) -> InvalidDataError:
    """The error for a line that cannot be taken."""
    return InvalidDataError(f"Line {line} {what}.", _AGAIN)


def load(connection: sqlite3.Connection, rows: Iterable[Dumped]) -> tuple[int, dict[str, int]]:
    """Write the rows of a dump into the empty tables, inside the caller's transaction with foreign keys deferred.

    Returns:
        How many there were, and the line in which each table begins.

    Raises:
        InvalidDataError: a row does not fit the schema; its line is named.
    """
    statements = _drop_plain_indexes(connection)
    total, begins = 0, dict[str, int]()
    batch: list[Dumped] = []
    for row in chain(rows, [None]):
        if batch and (row is None or len(batch) == _BATCH or row.table != batch[0].table):
            _insert(connection, batch)
            total += len(batch)
            batch = []
        if row is not None:
            begins.setdefault(row.table, row.line)
            batch.append(row)
    for statement in statements:
        connection.execute(statement)
    return total, begins


def line_of(connection: sqlite3.Connection, begins: dict[str, int], table: str, row_id: int) -> int:
    """The line that a loaded row stood in."""
    (before,) = connection.execute(f"SELECT count(*) FROM {table} WHERE id < ?", (row_id,)).fetchone()  # noqa: S608 - a table
    return begins[table] + int(before)


def _drop_plain_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes that only make things quick; returns what makes them again.

    The unique ones stay: they are what says in which line a value comes twice.
    """
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
        " AND tbl_name IN (SELECT value FROM json_each(?))",
        (json.dumps(TABLES),),
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _insert(connection: sqlite3.Connection, batch: Sequence[Dumped]) -> None:
    table = batch[0].table
    defaults, texts = _columns(connection, table)
    for each in batch:
        for name, value in each.row.items():
            if name not in defaults:
                raise damaged(each.line, f"has a column that {table} have not: {name[:40]}")
            if isinstance(value, str) != (name in texts):
                raise damaged(each.line, f"has a value of the wrong kind in {name}")
    insert = f"INSERT INTO {table} ({', '.join(defaults)}) VALUES ({', '.join('?' * len(defaults))})"  # noqa: S608 - schema
    connection.execute("SAVEPOINT batch")
    try:
        connection.executemany(insert, [_values(each, defaults) for each in batch])
    except sqlite3.IntegrityError:
        # one by one, to see which it is
        connection.execute("ROLLBACK TO batch")
        for each in batch:
            try:
                connection.execute(insert, _values(each, defaults))
            except sqlite3.IntegrityError as error:
                raise damaged(each.line, f"cannot be kept: {error}") from error
    connection.execute("RELEASE batch")


def _values(each: Dumped, defaults: dict[str, SqlValue]) -> list[SqlValue]:
    return [each.row.get(name, default) for name, default in defaults.items()]


def _columns(connection: sqlite3.Connection, table: str) -> tuple[dict[str, SqlValue], set[str]]:
    """The columns of a table that a dump holds, each with its default, and which of them hold text."""
    derived = DERIVED.get(table, frozenset())
    rows = connection.execute("SELECT name, type, dflt_value FROM pragma_table_info(?)", (table,)).fetchall()
    defaults = {
        name: None if default is None else connection.execute(f"SELECT {default}").fetchone()[0]
        for name, _, default in rows
        if name not in derived
    }
    return defaults, {name for name, kind, _ in rows if kind == "TEXT"}
