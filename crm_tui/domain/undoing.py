"""What an undo must leave right in invoices, beyond what the journal holds: their numbers, and what is paid on them.

No number of a series goes that others follow, nothing is paid on a void invoice, and no more is given back than was
received.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import numbering
from crm_tui.domain.service import chunks, marks
from crm_tui.errors import ConflictError
from crm_tui.store import journal

if TYPE_CHECKING:
    from crm_tui.models import Operation

_TABLES: Final = ("invoices", "invoice_lines", "payments")
_FAULTY: Final = """SELECT id FROM invoices WHERE ((voided_on IS NOT NULL AND paid_minor <> 0)
    OR paid_minor < min(net_minor + tax_minor, 0))"""
Range = tuple[str, int, int]


class Before(NamedTuple):
    """How invoices stand before an undo.

    Attributes:
        lost: the numbers the operation gave.
        invoices: the invoices it concerns; None when it may be any.
        faulty: those of them that are not right anyway.
    """

    lost: list[numbering.Lost]
    invoices: set[int] | None
    faulty: set[int]


def look(connection: sqlite3.Connection, operation_id: int, ranges: Sequence[Range]) -> Before | None:
    """How the invoices stand that an operation concerns; None when it concerns none."""
    changes = list(journal.changed_rows(connection, operation_id, _TABLES))
    concerned = [each for each in ranges if each[0] in _TABLES]
    if not changes and not concerned:
        return None
    lost = numbering.given_by(connection, operation_id, changes, concerned)
    invoices: set[int] | None = None
    if not concerned:
        invoices = set()
        for table, row_id, *images in changes:
            column = "id" if table == "invoices" else "invoice_id"
            invoices.update(int(str(row[column])) for row in images if row is not None)
            invoices.update({row_id} if table == "invoices" else ())
    return Before(lost, invoices, _faulty(connection, invoices))


def refuse(connection: sqlite3.Connection, pattern: str, operation: Operation, before: Before) -> None:
    """Refuse an undo, its rows put back and the sums worked out, that leaves invoices wrong.

    Raises:
        ConflictError: it does; the operation to undo first is named where there is one.
    """
    numbering.refuse_gap(connection, pattern, before.lost, f"Operation {operation.id} cannot be undone")
    wrong = _faulty(connection, before.invoices) - before.faulty
    if not wrong:
        return
    invoice = min(wrong)
    number, voided_on = connection.execute(
        "SELECT number, voided_on FROM invoices WHERE id = ?", (invoice,)
    ).fetchone()
    later = _later(connection, operation.id, invoice)
    what = "there would be payments on it while it is void"
    if voided_on is None:
        what = "more would be given back on it than was received"
    raise ConflictError(
        f"Operation {operation.id} ({operation.summary}) cannot be undone: invoice {number} was changed since, and"
        f" {what}.",
        "Mend its payments first." if later is None else f"Undo that one first: crm undo {later}.",
        operation=later,
    )


def _faulty(connection: sqlite3.Connection, invoices: set[int] | None) -> set[int]:
    if invoices is None:
        return {row_id for (row_id,) in connection.execute(_FAULTY)}
    found: set[int] = set()
    for part in chunks(sorted(invoices)):
        rows = connection.execute(f"{_FAULTY} AND id IN ({marks(part)})", part)
        found.update(row_id for (row_id,) in rows)
    return found


def _later(connection: sqlite3.Connection, operation_id: int, invoice: int) -> int | None:
    """The newest operation in effect after another one that touched an invoice or a payment of it."""
    found: int | None = connection.execute(
        "SELECT max(c.operation_id) FROM changes c JOIN operations o ON o.id = c.operation_id"
        " WHERE o.undone_at IS NULL AND c.operation_id > ? AND ((c.entity = 'invoices' AND c.entity_id = ?)"
        " OR (c.entity = 'payments' AND c.entity_id IN (SELECT id FROM payments WHERE invoice_id = ?)))",
        (operation_id, invoice, invoice),
    ).fetchone()[0]
    return found
