"""Records with what belongs to them, read for many at once: names, e-mails, phones, tags."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from crm_tui.domain.service import CHUNK, marks
from crm_tui.store import records

R = TypeVar("R")
Named = dict[int, tuple[str, ...]]


def by_ids(
    connection: sqlite3.Connection, record: type[R], table: str, ids: Sequence[int]
) -> dict[int, tuple[Any, ...]]:
    """The columns of a record for each id, in the order of ``records.columns(record)``."""
    rows = connection.execute(
        f"SELECT {records.select_list(record, table)} FROM {table} WHERE {table}.id IN ({marks(ids)})",  # noqa: S608 - names of the schema only
        ids,
    )
    place = records.columns(record).index("id")
    return {row[place]: row for row in rows}


def names(
    connection: sqlite3.Connection, table: str, column: str, ids: Iterable[int | None]
) -> dict[int, str]:
    """The name or title of each id."""
    wanted = sorted({each for each in ids if each is not None})
    found: dict[int, str] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        found.update(
            connection.execute(f"SELECT id, {column} FROM {table} WHERE id IN ({marks(part)})", part)  # noqa: S608
        )
    return found


def methods(connection: sqlite3.Connection, owner: str, ids: Sequence[int]) -> tuple[Named, Named]:
    """The e-mails and the phones of each owner as typed, the primary one first."""
    emails: dict[int, list[str]] = defaultdict(list)
    phones: dict[int, list[str]] = defaultdict(list)
    rows = connection.execute(
        f"SELECT {owner}_id, kind, value FROM {owner}_methods"  # noqa: S608 - fixed names
        f" WHERE {owner}_id IN ({marks(ids)}) AND kind IN ('email', 'phone') ORDER BY is_primary DESC, id",
        ids,
    )
    for owner_id, kind, value in rows:
        (emails if kind == "email" else phones)[owner_id].append(value)
    return _frozen(emails), _frozen(phones)


def tags(connection: sqlite3.Connection, owner: str, ids: Sequence[int]) -> Named:
    """The tags of each owner, in the order they were put on."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = connection.execute(
        f"SELECT {owner}_id, tags.name FROM {owner}_tags JOIN tags ON tags.id = tag_id"  # noqa: S608 - fixed names
        f" WHERE {owner}_id IN ({marks(ids)}) ORDER BY {owner}_tags.id",
        ids,
    )
    for owner_id, name in rows:
        found[owner_id].append(name)
    return _frozen(found)


def in_chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids in runs short enough for one statement."""
    source = iter(ids)
    while part := list(islice(source, CHUNK)):
        yield part


def _frozen(found: dict[int, list[str]]) -> Named:
    return {owner: tuple(values) for owner, values in found.items()}
