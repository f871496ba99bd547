"""What every service has: the root object it reaches its neighbours through."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from crm_tui.errors import NotFoundError
from crm_tui.store import records
from crm_tui.store.transaction import SqlValue

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

R = TypeVar("R")
CHUNK = 500


class Service:
    """A feature's verbs over the shared connection."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the root object."""
        return self.crm.connection

    @property
    def clock(self) -> Clock:
        """The present moment as the root object has it."""
        return self.crm.clock

    def read(self, record: type[R], rest: str = "", params: Sequence[SqlValue] = ()) -> Iterator[R]:
        """Records of a table; ``rest`` is trusted SQL after FROM, with ``?`` for the parameters."""
        return records.read(self.connection, record, rest, params)

    def one(self, record: type[R], record_id: int) -> R:
        """The record with this id.

        Raises:
            NotFoundError: there is none.
        """
        table = records.table_of(record)
        rest = f"WHERE {table}.id = ?"
        # beyond what SQLite can hold there is nothing to look for
        found = next(self.read(record, rest, (record_id,)), None) if 0 < record_id < 1 << 63 else None
        if found is None:
            noun = record.__name__.lower()
            raise NotFoundError(f"There is no {noun} {record_id}.", f"crm {noun} list shows those there are.")
        return found

    def remove_rows(
        self, writing: Transaction, table: str, condition: str, params: Sequence[SqlValue]
    ) -> None:
        """Remove the rows of a table that fit a trusted condition, each journaled."""
        rows = self.connection.execute(f"SELECT id FROM {table} WHERE {condition}", params)  # noqa: S608
        for (row_id,) in rows.fetchall():
            writing.delete(table, row_id)

    def remove_origin(self, writing: Transaction, entity: str, record_id: int) -> None:
        """Remove what other programs' files brought for a record that goes: its references and kept lines."""
        for table in ("external_refs", "kept_lines"):
            self.remove_rows(writing, table, "entity = ? AND entity_id = ?", (entity, record_id))


def marks(values: Sequence[object]) -> str:
    """As many parameter marks as values, for IN (...)."""
    return ", ".join("?" * len(values))


def chunks(values: Sequence[R], size: int = CHUNK) -> Iterator[Sequence[R]]:
    """The values in runs short enough for one statement's parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
