"""New rows of a load, written in batches and journaled as ranges of ids; what follows from them comes at the end.

Documents of the search, keep-in-touch dates, sums of sales and counts of hours lag behind until ``complete``, which has
to come before anything of the transaction is settled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from crm_tui.domain import documents, touch
from crm_tui.store import hours
from crm_tui.store.transaction import Row, SqlValue

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

_BATCH: Final = 2000
_SOLD: Final = ("invoices", "invoice_lines", "payments")
# a row comes after those it refers to
_ORDER: Final = (
    "companies", "company_methods", "company_tags", "products", "deals", "stage_moves", "deal_tags", "followups",
    "interactions", "participants", "threads", "invoices", "invoice_lines", "payments", "external_refs",
    "kept_lines",
)  # fmt: skip


class NewRows:
    """Takes rows of new records."""

    def __init__(self, crm: Crm, writing: Transaction) -> None:
        self._crm = crm
        self._writing = writing
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._kept = 0
        self._unsearched: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._met: set[int] = set()
        self._sold: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._hours: set[str] = set()

    def add(self, table: str, row: Mapping[str, SqlValue], *, itself: str | None = None) -> int:
        """Take a row with the same columns as the others of its table.

        Returns:
            Its id, which is also put into the column ``itself``.
        """
        made = self._writing.mint(table)
        stamp = self._writing.stamp
        whole: Row = {"id": made, "created_at": stamp, "updated_at": stamp, **row}
        if itself is not None:
            whole[itself] = made
        self._rows[table].append(whole)
        self._kept += 1
        if self._kept >= _BATCH:
            self.flush()
        return made

    def flush(self) -> None:
        """Write what was taken."""
        for table in _ORDER:
            rows = self._rows.pop(table, None)
            if not rows:
                continue
            columns = tuple(rows[0])
            self._writing.insert_many(table, columns, [tuple(row[name] for name in columns) for row in rows])
            for first, last in _runs([int(str(row["id"])) for row in rows]):
                self._writing.record_range(table, first, last)
                if table in documents.BUILDERS:
                    self._unsearched[table].append((first, last))
                if table in _SOLD:
                    self._sold[table].append((first, last))
            if table == "participants":
                self._met.update(int(str(row["contact_id"])) for row in rows)
            elif table == hours.COUNTED:
                self._hours.update(hours.hour_of(row) for row in rows)
        self._kept = 0

    def complete(self) -> None:
        """Write what was taken, and what follows from it."""
        self.flush()
        if self._sold:
            from crm_tui.store import sales

            made = [(name, *span) for name, spans in self._sold.items() for span in _joined(spans)]
            sales.load(self._crm.connection, made)
            self._sold.clear()
        for table, ranges in self._unsearched.items():
            for first, last in _joined(ranges):
                documents.load_range(self._crm.connection, table, first, last)
        self._unsearched.clear()
        touch.refresh(self._crm.connection, self._crm.clock, sorted(self._met))
        self._met.clear()
        hours.refresh(self._crm.connection, self._hours)
        self._hours.clear()


def _runs(ids: list[int]) -> list[tuple[int, int]]:
    """Ascending ids as ranges without gaps."""
    return _joined([(each, each) for each in ids])


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in ranges:
        if found and found[-1][1] + 1 == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
