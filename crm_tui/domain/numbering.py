"""The numbers of invoices: each series goes on from its highest, and none is left out or given twice.

The setting ``invoice_number`` is the pattern: ``{n}`` counts, and begins again when the rest differs, as it does each
year with ``{year}``. A number that does not fit the pattern, such as one from elsewhere, belongs to no series.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.config import NUMBER_PARTS
from crm_tui.errors import ConflictError

if TYPE_CHECKING:
    from crm_tui.store.journal import ChangedRow

_PARTS: Final = re.compile(NUMBER_PARTS)
_DIGITS: Final = 15
"""The longest count that is taken for one."""


class Place(NamedTuple):
    """Where a number stands: what comes before and after the count of its series, and the count."""

    before: str
    after: str
    nth: int


class Lost(NamedTuple):
    """A number that an undo takes back, the id of its invoice, and the operation that gave it, 0 for none known."""

    invoice_id: int
    number: str
    operation_id: int


def following(connection: sqlite3.Connection, pattern: str, day: date) -> str:
    """The number of the next invoice of a day."""
    before, after, width = _series(pattern, day)
    return f"{before}{_highest(connection, before, after) + 1:0{width}d}{after}"


def place_of(pattern: str, number: str) -> Place | None:
    """Where a number stands in a series of the pattern; None where it fits none."""
    match = _expression(pattern).fullmatch(number)
    if match is None:
        return None
    first, last = match.span("n")
    return Place(number[:first], number[last:], int(match["n"]))


def refuse_gap(connection: sqlite3.Connection, pattern: str, lost: Iterable[Lost], what: str) -> None:
    """Refuse when a number that goes away was followed by a later one of its series.

    Args:
        connection: the rows as they are when the numbers are gone.
        pattern: the setting.
        lost: the numbers that go away.
        what: the beginning of the message, such as "Operation 3 cannot be undone".

    Raises:
        ConflictError: one was; the newest is named, and the operation that made it.
    """
    series: dict[tuple[str, str], list[tuple[int, Lost]]] = defaultdict(list)
    for each in lost:
        place = place_of(pattern, each.number)
        if place is not None:
            series[place.before, place.after].append((place.nth, each))
    for (before, after), gone in series.items():
        nth, first = min(gone)
        oldest = first._replace(invoice_id=min(each.invoice_id for _, each in gone))
        for later_id, later in _later(connection, Place(before, after, nth), oldest):
            operation = giver(connection, later_id)
            hint = "Void the invoice instead: crm invoice void REF."
            if operation is not None:
                hint = (
                    f"Undo that one first: crm undo {operation}. Or void the invoice: crm invoice void REF."
                )
            raise ConflictError(
                f"{what}: invoice {later} was numbered after {first.number}, which would be missing before it.",
                hint,
                operation=operation,
            )


def given_by(
    connection: sqlite3.Connection,
    operation_id: int,
    changes: Iterable[ChangedRow],
    ranges: Iterable[tuple[str, int, int]],
) -> list[Lost]:
    """The numbers that an operation gave, while its rows are there."""
    found = [
        Lost(row_id, str(after["number"]), operation_id)
        for table, row_id, before, after in changes
        if table == "invoices"
        and after is not None
        and (before is None or before["number"] != after["number"])
    ]
    for table, first, last in ranges:
        if table == "invoices":
            rows = connection.execute(
                "SELECT id, number FROM invoices WHERE id BETWEEN ? AND ?", (first, last)
            )
            found += [Lost(row_id, number, operation_id) for row_id, number in rows]
    return found


def _series(pattern: str, day: date) -> tuple[str, str, int]:
    words = {"year": f"{day.year:04d}", "yy": f"{day.year % 100:02d}", "month": f"{day.month:02d}"}
    parts, width, last = ["", ""], 1, 0
    side = 0
    for match in _PARTS.finditer(pattern):
        parts[side] += pattern[last : match.start()]
        last = match.end()
        if match[1] == "n":
            side, width = 1, int(match[2] or 1)
        else:
            parts[side] += words[match[1]]
    parts[side] += pattern[last:]
    return parts[0], parts[1], width


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    kinds = {"year": "[0-9]{4}", "yy": "[0-9]{2}", "month": "[0-9]{2}", "n": f"(?P<n>[0-9]{{1,{_DIGITS}}})"}
    found, last = "", 0
    for match in _PARTS.finditer(pattern):
        found += re.escape(pattern[last : match.start()]) + kinds[match[1]]
        last = match.end()
    return re.compile(found + re.escape(pattern[last:]))


_COUNT: Final = "substr(number, ?, length(number) - ?)"
_IN_SERIES: Final = f"""number >= ? AND number < ? AND substr(number, -?) = ?
    AND length({_COUNT}) BETWEEN 1 AND {_DIGITS} AND {_COUNT} NOT GLOB '*[^0-9]*'"""
# of a row of the journal: before it the invoice had no number, or another one
_GIVES: Final = "json_extract(before, '$.number') IS NOT json_extract(after, '$.number')"


def _in_series(before: str, after: str) -> tuple[str, tuple[str | int, ...]]:
    """The condition of a series, over the index of numbers, and its parameters."""
    count = (len(before) + 1, len(before) + len(after))
    condition = _IN_SERIES if after else _IN_SERIES.replace(" AND substr(number, -?) = ?", "")
    end = (len(after), after) if after else ()
    return condition, (before, before + "\U0010ffff", *end, *count, *count)


def _highest(connection: sqlite3.Connection, before: str, after: str) -> int:
    condition, params = _in_series(before, after)
    count = (len(before) + 1, len(before) + len(after))
    (found,) = connection.execute(
        f"SELECT max(CAST({_COUNT} AS INTEGER)) FROM invoices WHERE {condition}",  # noqa: S608 - texts of this module
        (*count, *params),
    ).fetchone()
    return int(found or 0)


def _later(connection: sqlite3.Connection, place: Place, lost: Lost) -> list[tuple[int, str]]:
    """The invoice with the highest number after this one in its series, given after it; none or one.

    It was made after it, or has its number since a later operation than the one that gave this.
    """
    condition, params = _in_series(place.before, place.after)
    count = (len(place.before) + 1, len(place.before) + len(place.after))
    return connection.execute(
        f"SELECT id, number FROM invoices WHERE {condition} AND CAST({_COUNT} AS INTEGER) > ?"  # noqa: S608
        " AND (id > ? OR id IN (SELECT entity_id FROM changes JOIN operations ON operations.id = operation_id"
        f" WHERE entity = 'invoices' AND operation_id > ? AND undone_at IS NULL AND before IS NOT NULL AND {_GIVES}))"
        f" ORDER BY CAST({_COUNT} AS INTEGER) DESC, id DESC LIMIT 1",
        (*params, *count, place.nth, lost.invoice_id, lost.operation_id, *count),
    ).fetchall()


def giver(connection: sqlite3.Connection, invoice_id: int) -> int | None:
    """The operation in effect that gave an invoice its number; None where none is known."""
    (found,) = connection.execute(
        "SELECT max(operations.id) FROM operations JOIN ("  # noqa: S608 - texts of this module
        f" SELECT operation_id FROM changes WHERE entity = 'invoices' AND entity_id = ? AND {_GIVES} UNION"
        " SELECT operation_id FROM change_ranges WHERE entity = 'invoices' AND ? BETWEEN first_id AND last_id)"
        " ON operation_id = operations.id WHERE undone_at IS NULL",
        (invoice_id, invoice_id),
    ).fetchone()
    return None if found is None else int(found)
