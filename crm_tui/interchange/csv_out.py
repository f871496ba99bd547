"""Records as CSV: every field of their kind, custom fields as columns by key, one record a row, of invoices one a line.

A cell that a spreadsheet would take for a formula gets an apostrophe, which an import takes off again. Rows are
written as they come, so that a million take no more memory than one.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

from crm_tui.columns import (
    COMPANIES,
    CONTACTS,
    DEALS,
    FOLLOWUPS,
    INTERACTIONS,
    INVOICES,
    PAYMENTS,
    PRODUCTS,
    Column,
    cell,
    custom_columns,
)
from crm_tui.text import guard_formula

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_KINDS = {
    "contacts": CONTACTS,
    "companies": COMPANIES,
    "deals": DEALS,
    "followups": FOLLOWUPS,
    "interactions": INTERACTIONS,
    "products": PRODUCTS,
    "invoices": INVOICES,
    "payments": PAYMENTS,
}
# names alone do not say which of two namesakes took part
_PARTICIPANTS = Column("contact_ids", "Contact ids", lambda record: record.contact_ids)


def columns_of(crm: Crm, kind: str, *, nested: bool = False) -> list[Column]:
    """The columns of an export; custom fields as one object when ``nested``, as a column each otherwise."""
    if kind == "invoices":
        from crm_tui.interchange.invoice_rows import nested_columns, row_columns

        return [*nested_columns(crm)] if nested else row_columns()
    found = list(_KINDS[kind].columns)
    if kind == "interactions":
        found.insert(next(place for place, each in enumerate(found) if each.key == "deal"), _PARTICIPANTS)
    if not _KINDS[kind].custom:
        return found
    if nested:
        return [*found, Column("custom", "Custom", lambda record: record.custom)]
    return [*found, *custom_columns([field.key for field in crm.fields.list(kind)])]


def rows_of(crm: Crm, kind: str, records: Iterable[Any]) -> Iterable[Any]:
    """The rows of a table of records: each is one, an invoice as many as it has lines."""
    if kind != "invoices":
        return records
    from crm_tui.interchange.invoice_rows import one_a_line

    return one_a_line(crm, records)


def written(column: Column, record: Any) -> str:
    """The cell of a record as it stands in the file."""
    return guard_formula(cell(column.value(record)))


def row_writer(file: IO[str]) -> Callable[[Sequence[str]], object]:
    """A function that writes the cells of a row, lines ending in a line feed."""
    usual = csv.writer(file, lineterminator="\n")
    # with that line end Python 3.11 leaves a carriage return bare, and a reader takes it for one
    quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def write_row(cells: Sequence[str]) -> object:
        return (quoting if any("\r" in each for each in cells) else usual).writerow(cells)

    return write_row


def write(rows: Iterable[Any], columns: Sequence[Column], file: IO[str]) -> int:
    """Write records under a header; returns how many there were."""
    write_row = row_writer(file)
    write_row([column.key for column in columns])
    count = 0
    for row in rows:
        write_row([written(column, row) for column in columns])
        count += 1
    return count
