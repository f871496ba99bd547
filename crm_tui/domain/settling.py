"""In which order what follows from rows is brought up to date: after an operation, an undo and a redo.

Keep-in-touch dates come before the sums of sales, for the silence of a customer follows from them. Of rows made in bulk
the journal knows ranges of ids alone; what they concern is asked of the rows, before they go or once they are back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crm_tui.domain import documents, touch
from crm_tui.store import hours, journal, sales

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm


class _Concerned(NamedTuple):
    """What rows made in bulk concern outside of themselves: people, owners of documents, sums and hours."""

    contacts: set[int]
    owners: Mapping[str, Sequence[int]]
    sold: sales.Reach
    hours: set[str]


def settle(
    connection: sqlite3.Connection,
    clock: Clock,
    rows: Sequence[journal.ChangedRow],
    unfilled: Sequence[tuple[int, int]] = (),
) -> None:
    """Bring up to date what rows that were changed one by one concern; see ``search.put`` for ``unfilled``."""
    touch.settle(connection, clock, rows)
    sales.settle(connection, rows)
    hours.settle(connection, rows)
    documents.settle(connection, rows, unfilled)


def undo(crm: Crm, operation_id: int) -> journal.Replay:
    """Take an operation back with all that follows from its rows, in the caller's transaction, foreign keys off.

    Raises:
        NotFoundError: there is no such operation.
        ConflictError: a later one is in its way, or it would leave invoices wrong.
    """
    from crm_tui.domain import undoing

    connection = crm.connection
    ranges = journal.ranges(connection, operation_id)
    concerned = _concerned(connection, ranges)
    before = undoing.look(connection, operation_id, ranges)
    replay = journal.undo(connection, operation_id, crm.clock.instant)
    documents.forget_ranges(connection, ranges)
    _renew(crm, concerned, replay)
    if before is not None:
        undoing.refuse(connection, crm.config.invoice_number, replay.operation, before)
    return replay


def redo(crm: Crm) -> journal.Replay:
    """Bring back what was undone last with all that follows from it, in the caller's transaction, foreign keys off.

    Raises:
        NothingToUndoError: nothing is undone, or something was done since.
    """
    connection = crm.connection
    replay = journal.redo(connection)
    documents.restore_ranges(connection, replay.ranges)
    _renew(crm, _concerned(connection, replay.ranges), replay)
    return replay


def _concerned(connection: sqlite3.Connection, ranges: Sequence[tuple[str, int, int]]) -> _Concerned:
    return _Concerned(
        touch.contacts_in(connection, ranges),
        documents.owners_in(connection, ranges),
        sales.reached(connection, ranges),
        hours.in_ranges(connection, ranges),
    )


def _renew(crm: Crm, concerned: _Concerned, replay: journal.Replay) -> None:
    connection = crm.connection
    touch.refresh(connection, crm.clock, concerned.contacts)
    for table, ids in concerned.owners.items():
        documents.refresh(connection, table, ids)
    settle(connection, crm.clock, replay.changes)
    sales.renew(connection, concerned.sold)
    hours.refresh(connection, concerned.hours)
