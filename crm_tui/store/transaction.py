"""Journaled writes: rows and their before and after, together or not at all.

A transaction begins with BEGIN IMMEDIATE, so that two processes queue instead of failing, and ends as one
numbered operation. Several changes of one row become one entry. Rows made in bulk are journaled as a range of
ids: the rows themselves are their after-image.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from crm_tui.errors import NotFoundError
from crm_tui.store import bulk

SqlValue = str | int | float | bytes | None
Row = dict[str, SqlValue]

# Maintained from other rows and rebuilt after an undo, so a change of theirs is no change of the record.
DERIVED: Final[Mapping[str, frozenset[str]]] = {
    "contacts": frozenset({"last_contacted_on", "next_touch_on"}),
    "invoice_lines": frozenset({"net_minor", "tax_minor"}),
    "invoices": frozenset({"net_minor", "tax_minor", "paid_minor"}),
}
DEVICE_RANGE: Final = 10**12
_Entry = tuple[Row | None, Row | None] | None


class Transaction:
    """The writes of one operation. ``stamp`` is the instant given to every row written in it."""

    def __init__(self, connection: sqlite3.Connection, summary: str, stamp: str) -> None:
        self.connection = connection
        self.summary = summary
        self.stamp = stamp
        self.operation_id: int | None = None
        self.ranges: list[tuple[str, int, int]] = []
        self.unfilled: dict[str, tuple[int, int]] = {}
        """Search documents, a range a table, that a bulk load has written and will index at its end."""
        self._changes: dict[tuple[str, int], tuple[Row | None, Row | None]] = {}
        self._within_ranges: dict[tuple[str, int], tuple[Row | None, Row | None]] = {}
        self._range_ids: list[int] = []
        self._recorded: list[tuple[tuple[str, int], _Entry, _Entry]] = []
        """For each thing recorded, what was recorded of its row before, so that a part can be taken back."""

    @property
    def changed(self) -> bool:
        """Whether anything was written so far."""
        return self.operation_id is not None or bool(self._changes)

    def touched(self) -> dict[tuple[str, int], tuple[Row | None, Row | None]]:
        """Every row changed one by one, with its before and after, keyed by (table, id)."""
        return {**self._within_ranges, **self._changes}

    def fetch(self, table: str, row_id: int) -> Row:
        """A whole row as it stands now.

        Raises:
            NotFoundError: the row is gone.
        """
        cursor = self.connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,))  # noqa: S608
        values = cursor.fetchone()
        if values is None:
            raise NotFoundError(
                f"There is no record {row_id} in {table} any more.", "Look at the list again."
            )
        return dict(zip((column[0] for column in cursor.description), values, strict=True))

    def insert(self, table: str, values: Mapping[str, SqlValue]) -> int:
        """Add a row, minting its id and stamping it; returns the id."""
        row: Row = {"id": self.mint(table), "created_at": self.stamp, "updated_at": self.stamp, **values}
        row_id = int(str(row["id"]))
        write_row(self.connection, table, row)
        self._record(table, row_id, None, self.fetch(table, row_id))
        return row_id

    def update(self, table: str, row_id: int, values: Mapping[str, SqlValue]) -> bool:
        """Change a row's columns; returns whether anything differed. Else the row is left alone.

        Raises:
            NotFoundError: the row is gone.
        """
        before = self.fetch(table, row_id)
        changed = {name: value for name, value in values.items() if before[name] != value}
        if not changed:
            return False
        changed.setdefault("updated_at", self.stamp)
        assignments = ", ".join(f"{name} = ?" for name in changed)
        self.connection.execute(
            f"UPDATE {table} SET {assignments} WHERE id = ?",  # noqa: S608 - names of tables and columns only
            (*changed.values(), row_id),
        )
        self._record(table, row_id, before, {**before, **changed})
        return True

    def delete(self, table: str, row_id: int) -> None:
        """Remove a row for good.

        Raises:
            NotFoundError: the row is gone.
        """
        before = self.fetch(table, row_id)
        self.connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))  # noqa: S608 - a table's name
        self._record(table, row_id, before, None)

    def insert_many(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[SqlValue]],
        same: Mapping[str, SqlValue] | None = None,
    ) -> None:
        """Add rows in bulk, each beginning with an id from ``mint``; ``record_range`` journals them.

        ``same`` holds the columns that are alike in every row: they cost a row nothing.
        """
        bulk.insert(self.connection, table, columns, rows, same)

    def record_range(self, table: str, first_id: int, last_id: int) -> None:
        """Journal rows made in bulk; adjoining ranges of a table become one."""
        self.begin_operation()
        for place, (name, first, last) in enumerate(self.ranges):
            if name == table and last + 1 == first_id:
                self.ranges[place] = (name, first, last_id)
                self.connection.execute(
                    "UPDATE change_ranges SET last_id = ? WHERE id = ?", (last_id, self._range_ids[place])
                )
                return
        cursor = self.connection.execute(
            "INSERT INTO change_ranges (operation_id, entity, first_id, last_id) VALUES (?, ?, ?, ?)",
            (self.operation_id, table, first_id, last_id),
        )
        self.ranges.append((table, first_id, last_id))
        self._range_ids.append(int(cursor.lastrowid or 0))

    def mint(self, table: str, count: int = 1) -> int:
        """Take ``count`` ids from this device's range, never to be given again; returns the first."""
        floor = self._device_floor()
        (last,) = self.connection.execute(
            "INSERT INTO sequences (entity, last_id) VALUES (?, ?)"
            " ON CONFLICT (entity) DO UPDATE SET last_id = last_id + ? RETURNING last_id",
            (table, floor + count, count),
        ).fetchone()
        return int(last) - count + 1

    def next_id(self, table: str) -> int:
        """The id that ``mint`` would give next."""
        found = self.connection.execute("SELECT last_id FROM sequences WHERE entity = ?", (table,)).fetchone()
        return int(found[0]) + 1 if found else self._device_floor() + 1

    def begin_operation(self) -> int:
        """Give the operation its number at the first write; returns it."""
        if self.operation_id is None:
            cursor = self.connection.execute(
                "INSERT INTO operations (summary, created_at) VALUES (?, ?)", (self.summary, self.stamp)
            )
            self.operation_id = int(cursor.lastrowid or 0)
        return self.operation_id

    def write_journal(self) -> None:
        """Write what was recorded and forget it: before the commit, and in between when it grows large."""
        entries = [(*key, before, after) for key, (before, after) in self._changes.items() if before != after]
        self._changes.clear()
        self._within_ranges.clear()
        self._recorded.clear()
        if not entries:
            return
        operation = self.begin_operation()
        self.connection.executemany(
            "INSERT INTO changes (operation_id, entity, entity_id, before, after) VALUES (?, ?, ?, ?, ?)",
            (
                (operation, table, row_id, pack(before), pack(after))
                for table, row_id, before, after in entries
            ),
        )

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part that is taken back alone when an error leaves it, rows and record of them alike."""
        known, operation, spans = len(self._recorded), self.operation_id, len(self.ranges)
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")
            self._take_back(known)
            self.operation_id = operation
            del self.ranges[spans:], self._range_ids[spans:]
            raise
        self.connection.execute("RELEASE part")

    def _take_back(self, known: int) -> None:
        while len(self._recorded) > known:
            key, change, within = self._recorded.pop()
            for entries, before in ((self._changes, change), (self._within_ranges, within)):
                if before is None:
                    entries.pop(key, None)
                else:
                    entries[key] = before

    def _record(self, table: str, row_id: int, before: Row | None, after: Row | None) -> None:
        key = (table, row_id)
        self._recorded.append((key, self._changes.get(key), self._within_ranges.get(key)))
        if key in self._changes:
            before = self._changes.pop(key)[0]
            if before is None and after is None:
                return
        elif before is not None and after is not None and self._in_range(table, row_id):
            # the row is its own after-image; only what follows from it has to be brought up to date
            self._within_ranges[key] = (_plain(table, before), _plain(table, after))
            return
        self._changes[key] = (_plain(table, before), _plain(table, after))

    def _in_range(self, table: str, row_id: int) -> bool:
        return any(name == table and first <= row_id <= last for name, first, last in self.ranges)

    def _device_floor(self) -> int:
        found = self.connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
        return int(found[0]) * DEVICE_RANGE if found else 0


def write_row(connection: sqlite3.Connection, table: str, row: Mapping[str, SqlValue]) -> None:
    """Insert a whole row as it is, id and stamps included."""
    marks = ", ".join("?" * len(row))
    connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 - names of tables and columns only
        tuple(row.values()),
    )


def pack(row: Row | None) -> str | None:
    """A row as the journal keeps it."""
    return None if row is None else json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str | None) -> Row | None:
    """The row the journal kept."""
    if text is None:
        return None
    row: Row = json.loads(text)
    return row


def _plain(table: str, row: Row | None) -> Row | None:
    derived = DERIVED.get(table)
    if row is None or derived is None:
        return row
    return {name: value for name, value in row.items() if name not in derived}
