"""Taking what is to be forgotten out of the file itself: the journal's images, parked rows, free pages and the log.

What is deleted stays readable in a database file until its pages are written anew. Here they are, and the bytes are
then looked through in a copy that SQLite makes page by page, unused pages included. The database itself is opened by
SQLite alone.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from crm_tui.store.connection import make_private, told
from crm_tui.store.transaction import Row, pack, unpack

ERASED: Final = "{}"
"""An image of the journal whose row was erased for good: its operation cannot be undone any more."""
_CHUNK: Final = 1 << 22
Rewrite = Callable[[str, int, Row], Row | None]
"""From a table, an id and an image to the image that may be kept; None when none may."""


def rewrite_journal(connection: sqlite3.Connection, rewrite: Rewrite) -> set[int]:
    """Look through every image of the journal and keep what may be kept.

    Returns:
        The operations of which an image was erased.
    """
    erased: set[int] = set()
    new: list[tuple[str | None, str | None, int]] = []
    rows = connection.execute("SELECT id, operation_id, entity, entity_id, before, after FROM changes")
    for change, operation, table, row_id, *images in rows:
        kept = [_kept(image, table, row_id, rewrite) for image in images]
        if kept != images:
            new.append((kept[0], kept[1], change))
            if ERASED in kept:
                erased.add(operation)
    connection.executemany("UPDATE changes SET before = ?, after = ? WHERE id = ?", new)
    return erased


def _kept(image: str | None, table: str, row_id: int, rewrite: Rewrite) -> str | None:
    row = unpack(image)
    if not row:
        return image
    found = rewrite(table, row_id, row)
    return image if found == row else ERASED if found is None else pack(found)


def parked(connection: sqlite3.Connection) -> Iterator[tuple[str, Row]]:
    """The rows, each with its table, that undone loads had made."""
    for table, packed in connection.execute(
        "SELECT r.entity, p.packed FROM parked_rows p JOIN change_ranges r ON r.id = p.range_id"
    ):
        columns, rows = json.loads(zlib.decompress(packed))
        yield from ((table, dict(zip(columns, values, strict=True))) for values in rows)


def rewrite_parked(connection: sqlite3.Connection, rewrite: Rewrite) -> None:
    """The same for rows that an undone load had made."""
    for parked, table, packed in connection.execute(
        "SELECT p.id, r.entity, p.packed FROM parked_rows p JOIN change_ranges r ON r.id = p.range_id"
    ).fetchall():
        columns, rows = json.loads(zlib.decompress(packed))
        kept = []
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            found = rewrite(table, row["id"], row)
            if found is not None:
                kept.append([found[name] for name in columns])
        if kept != rows:
            again = zlib.compress(json.dumps([columns, kept], ensure_ascii=False).encode(), 1)
            connection.execute("UPDATE parked_rows SET packed = ? WHERE id = ?", (again, parked))


def operations_that_made(connection: sqlite3.Connection, table: str, ids: Collection[int]) -> set[int]:
    """The operations that made any of these rows in bulk."""
    found: set[int] = set()
    ranges = connection.execute(
        "SELECT operation_id, first_id, last_id FROM change_ranges WHERE entity = ?", (table,)
    )
    for operation, first, last in ranges:
        if any(first <= each <= last for each in ids):
            found.add(operation)
    return found


def mark_erased(connection: sqlite3.Connection, operation: int, table: str, row_id: int) -> None:
    """Note that a row which the operation made or changed was erased for good."""
    connection.execute(
        "INSERT INTO changes (operation_id, entity, entity_id, before, after) VALUES (?, ?, ?, ?, NULL)",
        (operation, table, row_id, ERASED),
    )


def tidy_search(connection: sqlite3.Connection) -> None:
    """Merge each search index into one piece, which holds nothing of what was taken out of it."""
    for index in ("search_keys", "search_fragments", "search_body"):
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 - fixed names


def write_anew(connection: sqlite3.Connection) -> bool:
    """Write the whole file anew and empty its log, outside a transaction; says whether the log could be emptied."""
    connection.execute("VACUUM")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def search_bytes(
    connection: sqlite3.Connection, path: Path, needles: Sequence[bytes]
) -> tuple[int, set[bytes]]:
    """Look for texts in the bytes of the file, in a private copy that is removed afterwards.

    Returns:
        How many bytes were looked through, and which of the texts are there.

    Raises:
        DatabaseError: the copy cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.proof")
    with told(temporary):
        try:
            make_private(temporary)
            copy = sqlite3.connect(temporary)
            try:
                connection.backup(copy)
            finally:
                copy.close()
            return _searched(temporary, needles)
        finally:
            for end in ("", "-journal", "-wal", "-shm"):
                temporary.with_name(temporary.name + end).unlink(missing_ok=True)


def _searched(path: Path, needles: Sequence[bytes]) -> tuple[int, set[bytes]]:
    found: set[bytes] = set()
    size = path.stat().st_size
    if not needles:
        return size, found
    longest = max(map(len, needles))
    pattern = re.compile(b"|".join(re.escape(each) for each in sorted(needles, key=len, reverse=True)), re.I)
    for piece in _pieces(path, longest):
        if pattern.search(piece):
            small = piece.lower()
            found.update(each for each in needles if each.lower() in small)
    return size, found


def _pieces(path: Path, overlap: int) -> Iterator[bytes]:
    """The bytes in pieces; each begins with the end of the one before, so that nothing lies between two."""
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-overlap:]
