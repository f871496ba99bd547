"""The root object: one open file, the clock, the configuration, and a service for each feature.

Every write goes through ``transaction``: the rows, the journal, the maintained columns and the search index
change together or not at all, as one numbered operation that can be undone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from crm_tui.config import Config
from crm_tui.dates import Clock
from crm_tui.domain.services import Services
from crm_tui.errors import DatabaseError
from crm_tui.models import Operation
from crm_tui.store import connection as store
from crm_tui.store.bulk import is_empty
from crm_tui.store.transaction import Transaction

_STEPS: Final = 100_000
"""Instructions of SQLite's machine between two looks whether to stop: a millisecond or two."""


class Crm(Services):
    """The business in one file. Use ``Crm.open`` in a ``with`` block.

    A connection belongs to the thread that opened it: each thread opens its own.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, clock: Callable[[], Clock], config: Config
    ) -> None:
        self.connection = connection
        self.path = path
        self.config = config
        self.last_operation: Operation | None = None
        self._clock = clock
        self._transaction: Transaction | None = None

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        now: datetime | str | None = None,
        *,
        config: Config | None = None,
        create: bool = True,
        readonly: bool = False,
        frugal: bool = False,
        upgrading: store.Upgrading | None = None,
    ) -> Self:
        """Open a file, making it first when there is none and ``create`` is set.

        Args:
            path: the database; the usual place when None.
            now: stand the clock still at this moment (a datetime, or a WHEN text); the real time when None.
            config: the settings; the defaults when None.
            create: make the file when it is not there.
            readonly: open without any right to write.
            frugal: keep little of the file in memory, for a program that holds several of these open.
            upgrading: is told the file and its copy before an older file is upgraded, which can take long.

        Raises:
            DatabaseError: the file cannot be opened, is damaged, foreign or newer.
        """
        from crm_tui.store.functions import register

        if path is None:
            from crm_tui.locations import default_database

            path = default_database()
        path = Path(path)
        config = config or Config()
        clock = clock_for(now, config.timezone)
        if create and not readonly and not path.exists():
            store.create(path)
        connection = store.connect(path, readonly=readonly, frugal=frugal, upgrading=upgrading)
        register(connection)
        return cls(connection, path, clock, config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; an unfinished transaction is rolled back."""
        self.connection.close()

    @property
    def clock(self) -> Clock:
        """The present moment and the zone of days."""
        return self._clock()

    @contextmanager
    def transaction(self, summary: str, *, bulk: bool = False) -> Iterator[Transaction]:
        """Write as one operation; a transaction inside another one is part of it.

        An error that leaves a block takes back what was written in it, and nothing else. ``bulk`` is for a load of
        very many rows that refers only to those it has made or looked up itself: SQLite does not check them again,
        and an empty file that nobody else has open is locked until the end.

        Raises:
            ConflictError: a value is taken, or a record is missing or still in use.
            DatabaseError: the file is locked, full or damaged; nothing was written.
        """
        if self._transaction is not None:
            with self._transaction.part():
                yield self._transaction
            return
        self.last_operation = None
        unchecked = self._unchecked_references() if bulk else nullcontext()
        fills = bulk and is_empty(self.connection, "contacts")
        once = store.written_once(self.connection) if fills else nullcontext()
        with store.explained(self.path), unchecked, once, self._immediate():
            writing = Transaction(self.connection, summary, self.clock.instant)
            self._transaction = writing
            try:
                yield writing
                if writing.changed:
                    self.settle(writing)
            finally:
                self._transaction = None
        if writing.operation_id is not None:
            self.last_operation = Operation(
                id=writing.operation_id, summary=writing.summary, created_at=writing.stamp
            )

    def settle(self, writing: Transaction) -> None:
        """Settle what a long operation has written so far, so that it stays small in memory."""
        from crm_tui.domain import settling

        rows = [(*key, *images) for key, images in writing.touched().items()]
        settling.settle(self.connection, self.clock, rows, list(writing.unfilled.values()))
        writing.write_journal()

    @contextmanager
    def unjournaled(self) -> Iterator[sqlite3.Connection]:
        """Write what is no record and cannot be undone, such as the ledger of reminders."""
        with store.explained(self.path), self._immediate():
            yield self.connection

    def undo(self, operation_id: int | None = None) -> Operation:
        """Take an operation back, the newest one unless given.

        Raises:
            NothingToUndoError: nothing was done, or all is undone.
            NotFoundError: there is no such operation.
            ConflictError: a later operation touched the same rows; it is named.
        """
        from crm_tui.domain import settling
        from crm_tui.store import journal

        # the checks in the journal are stricter than the foreign keys and cost one scan, not one a row
        with store.explained(self.path), self._unchecked_references(), self._immediate():
            if operation_id is None:
                operation_id = journal.newest_done(self.connection).id
            return settling.undo(self, operation_id).operation

    def redo(self) -> Operation:
        """Bring back the operation that was undone last.

        Raises:
            NothingToUndoError: nothing is undone, or something was done since.
        """
        from crm_tui.domain import settling

        with store.explained(self.path), self._unchecked_references(), self._immediate():
            return settling.redo(self).operation

    def history(self, limit: int | None = None, before: int | None = None) -> list[Operation]:
        """The operations, newest first."""
        from crm_tui.store import journal

        return journal.history(self.connection, limit, before)

    def history_of(self, rows: Sequence[tuple[str, int]], limit: int | None = None) -> list[Operation]:
        """The operations that touched any of the rows (table, id), newest first."""
        from crm_tui.store import journal

        return journal.history_of(self.connection, rows, limit)

    @contextmanager
    def stoppable(self, stop: Callable[[], bool]) -> Iterator[None]:
        """Let SQLite end a long statement inside the block soon after ``stop`` says so, which is asked in this thread.

        What is short, such as taking a transaction back, is never ended.

        Raises:
            DatabaseError: a transaction around the statement was taken back because of it.
        """
        self.connection.set_progress_handler(stop, _STEPS)
        try:
            yield
        finally:
            self.connection.set_progress_handler(None, 0)

    def data_version(self) -> int:
        """A number that differs once another process has written."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _unchecked_references(self) -> Iterator[None]:
        """Foreign keys off; they can only be switched outside a transaction."""
        self.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def _immediate(self) -> Iterator[None]:
        nested = self.connection.in_transaction
        if nested:
            raise DatabaseError(
                f"{self.path}: a write began inside another write.", "This is a fault in crm-tui."
            )
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise


def clock_for(now: datetime | str | None, zone: str | None) -> Callable[[], Clock]:
    """A clock that runs, or stands still at a moment (a datetime, or a WHEN text), in a zone."""
    if now is None:
        return partial(Clock.system, zone)
    running = Clock.system(zone)
    if isinstance(now, str):
        from crm_tui.dates import parse_instant

        now = datetime.fromisoformat(parse_instant(now, running))
    standing = Clock.fixed(now, running.zone)
    return lambda: standing
