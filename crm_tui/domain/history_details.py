"""What an operation did, row by row, as a person reads it: fields by their words, names instead of ids.

The journal is read and never changed. However much an operation did, only the first rows are told one by one;
everything is counted. Rows made in bulk are told as counts and the first few names.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from crm_tui.domain import history_words as words
from crm_tui.domain.history import Entry, numbered
from crm_tui.domain.service import chunks, marks
from crm_tui.store import journal
from crm_tui.store.transaction import Row, SqlValue, unpack

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

LIMIT: Final = 200
"""Rows told one by one unless more are asked for."""
_SAMPLE: Final = 5
_LONGEST: Final = 400
_BEFORE: Final = 60


class Deed(StrEnum):
    """What happened to a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: its words, what it was and what it became; None where it was or became empty.

    Long texts are shortened, to where they begin to differ.
    """

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row: its table and the word for it, what it is told by, to whom it belongs, and its fields."""

    table: str
    noun: str
    title: str
    owner: str
    deed: Deed
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a table were added, changed or removed; ``names`` are the first of those made in bulk."""

    table: str
    deed: Deed
    rows: int
    names: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The count in words: 2 contacts."""
        return f"{self.rows:,} {words.noun(self.table, self.rows)}"


@dataclass(frozen=True, slots=True)
class Details:
    """All that an operation did. ``more`` rows were changed one by one and are not among ``rows``."""

    entry: Entry
    counts: tuple[Count, ...]
    rows: tuple[RowChange, ...]
    more: int


def details(crm: Crm, number: int, limit: int = LIMIT) -> Details | None:
    """What an operation did; None when there is no such operation.

    Args:
        crm: The business.
        number: The operation.
        limit: How many rows are told one by one.
    """
    entry = next(iter(numbered(crm, [number])), None)
    if entry is None:
        return None
    ranges = journal.ranges(crm.connection, number)
    single = entry.changes - sum(last - first + 1 for _, first, last in ranges)
    found = _changed(crm.connection, number, limit)
    name = _namer(crm.connection, found)
    return Details(
        entry,
        _counts(crm.connection, entry, ranges, found if single <= limit else None),
        tuple(_row(crm, each, name) for each in found),
        max(0, single - len(found)),
    )


def _changed(connection: sqlite3.Connection, number: int, limit: int) -> list[journal.ChangedRow]:
    rows = connection.execute(
        "SELECT entity, entity_id, before, after FROM changes WHERE operation_id = ? ORDER BY id LIMIT ?",
        (number, limit),
    )
    found = [(table, row_id, unpack(before), unpack(after)) for table, row_id, before, after in rows]
    return [*_in_currencies(connection, found)]


def _in_currencies(
    connection: sqlite3.Connection, changed: Sequence[journal.ChangedRow]
) -> Iterator[journal.ChangedRow]:
    """The rows; lines and payments with the currency of their invoice, in which their amounts are."""
    known: dict[object, SqlValue] = {
        row_id: row["currency"]
        for table, row_id, before, after in changed
        if table == "invoices" and (row := after or before)
    }
    for table, row_id, *images in changed:
        told = [row and dict(row) for row in images]
        for row in told if table in ("invoice_lines", "payments") else ():
            if row:
                invoice = row["invoice_id"]
                if invoice not in known:
                    (known[invoice],) = connection.execute(
                        "SELECT max(currency) FROM invoices WHERE id = ?", (invoice,)
                    ).fetchone()
                row["currency"] = known[invoice]
        yield table, row_id, told[0], told[1]


def _counts(
    connection: sqlite3.Connection,
    entry: Entry,
    ranges: Sequence[tuple[str, int, int]],
    all_rows: Sequence[journal.ChangedRow] | None,
) -> tuple[Count, ...]:
    """The counts, those of bulk first; from the rows where these are all."""
    bulk: dict[str, int] = {}
    names: dict[str, tuple[str, ...]] = {}
    for table, first, last in ranges:
        bulk[table] = bulk.get(table, 0) + last - first + 1
        if table not in names and entry.undone_at is None:
            names[table] = _first_names(connection, table, first, last)
    single: Counter[tuple[str, Deed]] = Counter()
    if all_rows is not None:
        single.update((table, _deed(before, after)) for table, _, before, after in all_rows)
    else:
        grouped = connection.execute(
            "SELECT entity, before IS NULL, after IS NULL, count(*) FROM changes WHERE operation_id = ?"
            " GROUP BY 1, 2, 3 ORDER BY min(id)",
            (entry.id,),
        )
        for table, made, gone, count in grouped:
            single[(table, Deed.ADDED if made else Deed.REMOVED if gone else Deed.CHANGED)] = count
    for table in bulk:
        bulk[table] += single.pop((table, Deed.ADDED), 0)
    return (
        *(Count(table, Deed.ADDED, count, names.get(table, ())) for table, count in bulk.items()),
        *(Count(table, deed, count) for (table, deed), count in single.items()),
    )


def _first_names(connection: sqlite3.Connection, table: str, first: int, last: int) -> tuple[str, ...]:
    if table not in words.NAMES:
        return ()
    rows = connection.execute(
        f"SELECT substr({words.NAMES[table]}, 1, 80) FROM {table}"  # noqa: S608 - names of the schema only
        " WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
        (first, last, _SAMPLE),
    )
    return tuple(name for (name,) in rows)


def _deed(before: Row | None, after: Row | None) -> Deed:
    return Deed.ADDED if before is None else Deed.REMOVED if after is None else Deed.CHANGED


def _row(crm: Crm, changed: journal.ChangedRow, name: words.Namer) -> RowChange:
    table, _, before, after = changed
    row = after if after is not None else before
    assert row is not None
    old = words.told(table, before, name, crm.clock)
    new = words.told(table, after, name, crm.clock)
    fields = dict.fromkeys((*old, *new))
    return RowChange(
        table,
        words.row_noun(table, row),
        words.title(table, row, name),
        words.owner(table, row, name),
        _deed(before, after),
        tuple(
            FieldChange(each, *_shortened(old.get(each), new.get(each)))
            for each in fields
            if old.get(each) != new.get(each)
        ),
    )


def _shortened(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Both texts from a little before they begin to differ, where they are long."""
    if max(len(old or ""), len(new or "")) <= _LONGEST:
        return old, new
    pairs = zip(old or "", new or "", strict=False)
    same = next((place for place, (one, other) in enumerate(pairs) if one != other), 0)
    begin = same - _BEFORE if same > 2 * _BEFORE else 0
    head = "…" if begin else ""

    def short(text: str | None) -> str | None:
        return None if text is None else words.shortened(head + text[begin:], _LONGEST)

    return short(old), short(new)


def _namer(connection: sqlite3.Connection, changed: Iterable[journal.ChangedRow]) -> words.Namer:
    """Names of rows: as they are now, else as the operation had them, else the word and the number."""
    wanted: dict[str, set[int]] = {}
    known: dict[tuple[str, int], str] = {}
    for table, row_id, before, after in changed:
        for row in (before, after):
            # an erased image has nothing left to tell
            if not row:
                continue
            if table in words.NAMES:
                known[(table, row_id)] = str(row.get(words.NAMES[table]))
            for target, target_id in words.referred(table, row):
                wanted.setdefault(target, set()).add(target_id)
    for table, ids in wanted.items():
        for part in chunks(sorted(ids)):
            rows = connection.execute(
                f"SELECT id, {words.NAMES[table]} FROM {table} WHERE id IN ({marks(part)})",  # noqa: S608 - schema
                part,
            )
            known.update({(table, row_id): name for row_id, name in rows})
    return lambda table, row_id: known.get((table, row_id)) or f"{words.noun(table)} {row_id}"
