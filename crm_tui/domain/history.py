"""What was done: the journal's operations as a person reads them, of everything or of one record.

A record's history holds what touched its own row and the rows that belong to it, removed ones included,
because the journal keeps them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.domain.service import chunks, marks
from crm_tui.errors import UsageError
from crm_tui.models import Operation

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

SORTS: Final = ("id", "created_at", "summary", "status", "changes")
# Of each kind of record: the tables whose rows belong to it, and the column that says to which one.
_BELONGINGS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "contacts": (
        ("contact_methods", "contact_id"),
        ("important_dates", "contact_id"),
        ("relations", "contact_id"),
        ("relations", "other_id"),
        ("contact_tags", "contact_id"),
        ("participants", "contact_id"),
        ("followups", "contact_id"),
    ),
    "invoices": (("invoice_lines", "invoice_id"), ("payments", "invoice_id")),
    "products": (),
    "companies": (("company_methods", "company_id"), ("company_tags", "company_id")),
    "deals": (
        ("deal_tags", "deal_id"),
        ("stage_moves", "deal_id"),
        ("interactions", "deal_id"),
        ("followups", "deal_id"),
    ),
    "followups": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Operation):
    """An operation with its ``status`` (done, undone) and the number of rows it changed."""

    status: str
    changes: int


def entries(
    crm: Crm, record: tuple[str, int] | None = None, *, sort: str | None = None, limit: int | None = None
) -> Iterator[Entry]:
    """The operations, newest first unless sorted otherwise; of one record (table, id) or of everything.

    Raises:
        UsageError: they cannot be sorted by that.
    """
    numbers = None if record is None else sorted(_touching(crm.connection, *record), reverse=True)
    if sort is not None:
        return iter(_sorted(_read(crm, numbers, None), sort)[:limit])
    return _read(crm, numbers, limit)


def numbered(crm: Crm, numbers: Sequence[int]) -> list[Entry]:
    """The operations with these numbers, newest first; those that are gone are left out."""
    return [*_read(crm, numbers, None)]


def _read(crm: Crm, numbers: Sequence[int] | None, limit: int | None) -> Iterator[Entry]:
    if numbers is None:
        rows = crm.connection.execute(
            "SELECT id FROM operations ORDER BY id DESC LIMIT ?", (-1 if limit is None else limit,)
        )
        numbers = [number for (number,) in rows]
    for part in chunks(numbers[:limit]):
        sizes = _sizes(crm.connection, part)
        rows = crm.connection.execute(
            "SELECT id, summary, created_at, undone_at FROM operations"  # noqa: S608 - parameter marks
            f" WHERE id IN ({marks(part)}) ORDER BY id DESC",
            part,
        )
        for number, summary, created_at, undone_at in rows:
            yield Entry(
                id=number,
                summary=summary,
                created_at=created_at,
                undone_at=undone_at,
                status="undone" if undone_at else "done",
                changes=sizes.get(number, 0),
            )


def _sizes(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, int]:
    sizes: dict[int, int] = {}
    for measure, table in (("count(*)", "changes"), ("sum(last_id - first_id + 1)", "change_ranges")):
        rows = connection.execute(
            f"SELECT operation_id, {measure} FROM {table}"  # noqa: S608 - the names above
            f" WHERE operation_id IN ({marks(numbers)}) GROUP BY 1",
            numbers,
        )
        for number, size in rows:
            sizes[number] = sizes.get(number, 0) + size
    return sizes


def _touching(connection: sqlite3.Connection, table: str, record_id: int) -> set[int]:
    found = {
        number
        for (number,) in connection.execute(
            "SELECT operation_id FROM changes WHERE entity = ? AND entity_id = ? UNION"
            " SELECT operation_id FROM change_ranges WHERE entity = ? AND ? BETWEEN first_id AND last_id",
            (table, record_id, table, record_id),
        )
    }
    for child, column in _BELONGINGS[table]:
        rows = connection.execute(
            "SELECT operation_id FROM changes WHERE entity = ?"  # noqa: S608 - the names above
            f" AND (json_extract(before, '$.{column}') = ? OR json_extract(after, '$.{column}') = ?)"
            " UNION SELECT operation_id FROM change_ranges r WHERE r.entity = ? AND EXISTS ("
            f"SELECT 1 FROM {child} c WHERE c.{column} = ? AND c.id BETWEEN r.first_id AND r.last_id)",
            (child, record_id, record_id, child, record_id),
        )
        found.update(number for (number,) in rows)
    return found


def _sorted(found: Iterator[Entry], sort: str) -> list[Entry]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        from crm_tui.text import nearest

        near = nearest(name, SORTS)
        raise UsageError(
            f'The history cannot be sorted by "{name}".',
            f"Did you mean {near}?" if near else f"It can be sorted by: {', '.join(SORTS)}.",
        )
    return sorted(found, key=lambda entry: (getattr(entry, name), entry.id), reverse=sort.startswith("-"))
