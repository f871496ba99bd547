"""The root object: one open file, the clock, the configuration, and a service for each feature.

Every write goes through ``transaction``: the rows, the journal, the maintained columns and the search index
change together or not at all, as one numbered operation that can be undone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from crm_tui.config import Config
from crm_tui.dates import Clock
from crm_tui.errors import DatabaseError
from crm_tui.models import Operation
from crm_tui.store import connection as store
from crm_tui.store.bulk import is_empty
from crm_tui.store.transaction import Transaction

if TYPE_CHECKING:
    from crm_tui.domain.agenda import Agenda
    from crm_tui.domain.companies import Companies
    from crm_tui.domain.contacts import Contacts
    from crm_tui.domain.deals import Deals
    from crm_tui.domain.duplicates import Duplicates
    from crm_tui.domain.fields import Fields
    from crm_tui.domain.followups import Followups
    from crm_tui.domain.goals import Goals
    from crm_tui.domain.interactions import Interactions
    from crm_tui.domain.invoices import Invoices
    from crm_tui.domain.merging import Merging
    from crm_tui.domain.payments import Payments
    from crm_tui.domain.pipelines import Pipelines
    from crm_tui.domain.products import Products
    from crm_tui.domain.rates import Rates
    from crm_tui.domain.references import References
    from crm_tui.domain.reminders import Reminders
    from crm_tui.domain.reports.service import Reports
    from crm_tui.domain.search import Search
    from crm_tui.domain.tags import Tags
    from crm_tui.store import journal

_PARTIES: Final = frozenset({"contacts", "companies"})
_SOLD: Final = frozenset({"invoices", "invoice_lines", "payments", "products"}) | _PARTIES
"""Tables whose rows say what was sold, and to whom."""
_STEPS: Final = 100_000
"""Instructions of SQLite's machine between two looks whether to stop: a millisecond or two."""


class Crm:
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
        self._settle(
            [(*key, *rows) for key, rows in writing.touched().items()], list(writing.unfilled.values())
        )
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
        from crm_tui.store import journal

        # the checks in the journal are stricter than the foreign keys and cost one scan, not one a row
        with store.explained(self.path), self._unchecked_references(), self._immediate():
            if operation_id is None:
                operation_id = journal.newest_done(self.connection).id
            replay = self._undo(operation_id)
        return replay.operation

    def redo(self) -> Operation:
        """Bring back the operation that was undone last.

        Raises:
            NothingToUndoError: nothing is undone, or something was done since.
        """
        with store.explained(self.path), self._unchecked_references(), self._immediate():
            replay = self._redo()
        return replay.operation

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

    def _settle(self, rows: Sequence[journal.ChangedRow], unfilled: Sequence[tuple[int, int]] = ()) -> None:
        from crm_tui.domain import documents, touch
        from crm_tui.store import hours

        touch.settle(self.connection, self.clock, rows)
        if any(row[0] in _SOLD for row in rows):
            from crm_tui.store import sales

            sales.settle(self.connection, rows)
        hours.settle(self.connection, rows)
        documents.settle(self.connection, rows, unfilled)

    def _undo(self, operation_id: int) -> journal.Replay:
        from crm_tui.domain import documents, touch, undoing
        from crm_tui.store import hours, journal

        ranges = journal.ranges(self.connection, operation_id)
        counted = hours.in_ranges(self.connection, ranges)
        contacts = touch.contacts_in(self.connection, ranges)
        owners = documents.owners_in(self.connection, ranges)
        before = undoing.look(self.connection, operation_id, ranges)
        replay = journal.undo(self.connection, operation_id, self.clock.instant)
        documents.forget_ranges(self.connection, replay.ranges)
        touch.refresh(self.connection, self.clock, contacts)
        for table, ids in owners.items():
            documents.refresh(self.connection, table, ids)
        self._settle(replay.changes)
        self._resell(replay)
        hours.refresh(self.connection, counted)
        if before is not None:
            undoing.refuse(self.connection, self.config.invoice_number, replay.operation, before)
        return replay

    def _redo(self) -> journal.Replay:
        from crm_tui.domain import documents, touch
        from crm_tui.store import hours, journal

        replay = journal.redo(self.connection)
        touch.refresh(self.connection, self.clock, touch.contacts_in(self.connection, replay.ranges))
        documents.restore_ranges(self.connection, replay.ranges)
        for table, ids in documents.owners_in(self.connection, replay.ranges).items():
            documents.refresh(self.connection, table, ids)
        self._settle(replay.changes)
        self._resell(replay)
        hours.refresh(self.connection, hours.in_ranges(self.connection, replay.ranges))
        return replay

    def _resell(self, replay: journal.Replay) -> None:
        """Work anew what follows from sales that went or came back in bulk."""
        if any(table in _SOLD - _PARTIES for table, _, _ in replay.ranges):
            from crm_tui.store import sales

            sales.rebuild(self.connection)

    @cached_property
    def contacts(self) -> Contacts:
        """People."""
        from crm_tui.domain.contacts import Contacts

        return Contacts(self)

    @cached_property
    def companies(self) -> Companies:
        """The organisations they work for."""
        from crm_tui.domain.companies import Companies

        return Companies(self)

    @cached_property
    def interactions(self) -> Interactions:
        """What happened with them."""
        from crm_tui.domain.interactions import Interactions

        return Interactions(self)

    @cached_property
    def pipelines(self) -> Pipelines:
        """Pipelines and their stages."""
        from crm_tui.domain.pipelines import Pipelines

        return Pipelines(self)

    @cached_property
    def deals(self) -> Deals:
        """Possible sales."""
        from crm_tui.domain.deals import Deals

        return Deals(self)

    @cached_property
    def products(self) -> Products:
        """What is sold."""
        from crm_tui.domain.products import Products

        return Products(self)

    @cached_property
    def invoices(self) -> Invoices:
        """What is asked for it."""
        from crm_tui.domain.invoices import Invoices

        return Invoices(self)

    @cached_property
    def payments(self) -> Payments:
        """What of that was received."""
        from crm_tui.domain.payments import Payments

        return Payments(self)

    @cached_property
    def rates(self) -> Rates:
        """What currencies are worth."""
        from crm_tui.domain.rates import Rates

        return Rates(self)

    @cached_property
    def followups(self) -> Followups:
        """Promises."""
        from crm_tui.domain.followups import Followups

        return Followups(self)

    @cached_property
    def agenda(self) -> Agenda:
        """What is to be done today."""
        from crm_tui.domain.agenda import Agenda

        return Agenda(self)

    @cached_property
    def reminders(self) -> Reminders:
        """What of it was delivered."""
        from crm_tui.domain.reminders import Reminders

        return Reminders(self)

    @cached_property
    def goals(self) -> Goals:
        """What the person means to reach."""
        from crm_tui.domain.goals import Goals

        return Goals(self)

    @cached_property
    def reports(self) -> Reports:
        """What it is all worth, and what works."""
        from crm_tui.domain.reports.service import Reports

        return Reports(self)

    @cached_property
    def search(self) -> Search:
        """Everything, by what is remembered of it."""
        from crm_tui.domain.search import Search

        return Search(self)

    @cached_property
    def tags(self) -> Tags:
        """Words put on contacts, companies and deals."""
        from crm_tui.domain.tags import Tags

        return Tags(self)

    @cached_property
    def fields(self) -> Fields:
        """Fields of the user's own."""
        from crm_tui.domain.fields import Fields

        return Fields(self)

    @cached_property
    def merging(self) -> Merging:
        """Making one record of several."""
        from crm_tui.domain.merging import Merging

        return Merging(self)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Records that are likely the same."""
        from crm_tui.domain.duplicates import Duplicates

        return Duplicates(self)

    @cached_property
    def references(self) -> References:
        """From what was typed to the record it means."""
        from crm_tui.domain.references import References

        return References(self)


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
