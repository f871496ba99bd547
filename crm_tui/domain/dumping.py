"""The whole business as text, and a new one from it: what ``crm dump`` writes and ``crm load`` reads.

A load is one transaction into an empty base, and what follows from other rows is worked out anew and checked. It is
no operation of the journal: a base that begins with it has nothing that it could go back to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from crm_tui.domain import derived, documents
from crm_tui.errors import ConflictError, CrmError, DatabaseError
from crm_tui.store import dump
from crm_tui.store.bulk import is_empty
from crm_tui.store.connection import written_once

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_STEP: Final = 10_000
_INSTANTS: Final = frozenset(
    {"created_at", "updated_at", "archived_at", "occurred_at", "moved_at", "done_at"}
) | {
    "stage_entered_at",
    "delivered_at",
}
_DAYS: Final = frozenset(
    {"due_on", "expected_close_on", "closed_on", "opted_out_on", "last_contacted_base_on"}
) | {
    "from_on",
    "issued_on",
    "voided_on",
    "paid_on",
    "anchor_on",
    "scheduled_on",
    "day",
    "birthday",
    "date",
}
_PRICED: Final = ("deals", "rates", "products", "invoices", "goals")
_TIMES: Final = frozenset({"due_time"})
_UNREADABLE: Final = """SELECT key, (SELECT count(*) FROM meta o WHERE o.key < meta.key) FROM meta
    WHERE (key LIKE 'remind.%' AND date(value, '+0 days') IS NOT value)
    OR (key = 'device' AND (value GLOB '*[^0-9]*' OR CAST(value AS INTEGER) NOT BETWEEN 0 AND 9000000))
    ORDER BY key"""
_OBJECTS: Final = {"custom": "object", "choices": "array"}


def lines(crm: Crm) -> Iterator[str]:
    """The lines of a dump of everything, each with its end."""
    return dump.lines(crm.connection)


def load(crm: Crm, source: Iterable[str], tell: Callable[[int], None] | None = None) -> int:
    """Fill the empty base with a dump; returns how many rows there were.

    Args:
        crm: an empty base.
        source: the lines of the dump.
        tell: told the number of lines read, now and then.

    Raises:
        ConflictError: the base is not empty.
        InvalidDataError: it is no dump, or a line is damaged; the line is named and nothing was written.
        DatabaseError: the dump is of a newer version, or the base cannot be written.
    """
    refuse_if_used(crm)
    rows = dump.read(source)
    first = next(rows, None)
    with written_once(crm.connection), crm.unjournaled() as connection:
        refuse_if_used(crm)
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("DELETE FROM meta")
        total, begins = dump.load(connection, _told(rows, first, tell))
        _check(connection, begins)
        _rebuild(crm, connection)
    return total


def refuse_if_used(crm: Crm) -> None:
    """Refuse a base in which there is, or was, anything.

    Raises:
        ConflictError: there is.
    """
    for table in (*dump.TABLES, "operations"):
        if table != "meta" and not is_empty(crm.connection, table):
            raise ConflictError(
                f"{crm.path} is in use already; a dump is loaded into an empty base only.",
                "Load it beside with crm --db NEW.db load FILE, or use crm import to add to what is there.",
            )


def _told(
    rows: Iterator[dump.Dumped], first: dump.Dumped | None, tell: Callable[[int], None] | None
) -> Iterator[dump.Dumped]:
    if first is not None:
        yield first
    for row in rows:
        yield row
        if tell is not None and not row.line % _STEP:
            tell(row.line)


def _check(connection: sqlite3.Connection, begins: dict[str, int]) -> None:
    """Refuse what the schema cannot: rows that refer to none, days that are none, contradictions."""

    def wrong(table: str, row_id: int, what: str) -> CrmError:
        return dump.damaged(dump.line_of(connection, begins, table, row_id), what)

    for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        raise wrong(table, row_id, f"refers to a record of {parent} that is missing")
    for table in begins:
        columns = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        for column in columns:
            condition = _nonsense(column)
            if condition is None:
                continue
            found = connection.execute(
                f"SELECT id FROM {table} WHERE {column} IS NOT NULL AND ({condition}) ORDER BY id LIMIT 1"  # noqa: S608 - schema
            ).fetchone()
            if found is not None:
                raise wrong(table, found[0], f"has a {column} that cannot be")
    found = connection.execute(
        "SELECT d.id FROM deals d JOIN stages s ON s.id = d.stage_id WHERE d.status <> s.type ORDER BY d.id LIMIT 1"
    ).fetchone()
    if found is not None:
        raise wrong("deals", found[0], "has a status that is not its stage's")
    _check_words(connection, wrong)
    _check_meta(connection, begins)


def _check_meta(connection: sqlite3.Connection, begins: dict[str, int]) -> None:
    """Refuse notes of the program's own that it could not read: the day of a run, the number of the device."""
    for key, before in connection.execute(_UNREADABLE).fetchall():
        raise dump.damaged(begins["meta"] + before, f"has a value that cannot be: {key[:40]}")


def _nonsense(column: str) -> str | None:
    """The condition that finds values of a column which look right to the schema and are not.

    SQLite takes the 30th of February for what it is only when it is to move it.
    """
    if column in _INSTANTS:
        return f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '+0 days') IS NOT {column} OR {column} < '0001'"
    if column in _DAYS:
        # a day without a year is one of a leap year
        full = f"CASE WHEN substr({column}, 1, 2) = '--' THEN '2000' || substr({column}, 2) ELSE {column} END"
        return f"date({full}, '+0 days') IS NOT {full} OR {full} < '0001'"
    if column in _TIMES:
        return f"strftime('%H:%M', {column}, '+0 days') IS NOT {column}"
    if column in _OBJECTS:
        return f"json_type({column}) IS NOT '{_OBJECTS[column]}'"
    return None


def _check_words(connection: sqlite3.Connection, wrong: Callable[[str, int, str], CrmError]) -> None:
    """Refuse texts that the rules cannot read, each looked at once."""
    from crm_tui.domain.rates import plain_rate
    from crm_tui.money import check_currency, parse_decimal, parse_percent
    from crm_tui.recurrence import parse_rule

    known: tuple[tuple[str, str, Callable[[str], object], str], ...] = (
        *(
            (table, "currency", check_currency, 'has the currency "{}", and there is none')
            for table in _PRICED
        ),
        ("rates", "rate", plain_rate, 'has the rate "{}", which cannot be'),
        (
            "invoice_lines",
            "quantity",
            partial(parse_decimal, what="quantity"),
            "has a quantity that cannot be",
        ),
        (
            "invoice_lines",
            "discount_percent",
            partial(parse_percent, what=""),
            "has a discount that cannot be",
        ),
        ("invoice_lines", "tax_percent", partial(parse_percent, what=""), "has a tax that cannot be"),
        ("followups", "repeat", parse_rule, "has a repeat rule that cannot be"),
    )
    for table, column, parse, what in known:
        for row_id, text in connection.execute(
            f"SELECT min(id), {column} FROM {table} WHERE {column} IS NOT NULL GROUP BY {column}"  # noqa: S608 - fixed
        ).fetchall():
            try:
                parse(text)
            except CrmError:
                raise wrong(table, row_id, what.format(text[:40])) from None
    _check_goals(connection, wrong)


def _check_goals(connection: sqlite3.Connection, wrong: Callable[[str, int, str], CrmError]) -> None:
    from crm_tui.domain.goal_figures import COUNTS, MONEY

    for row_id, metric, currency in connection.execute("SELECT id, metric, currency FROM goals ORDER BY id"):
        if metric not in (COUNTS if currency is None else MONEY):
            raise wrong("goals", row_id, "aims at something that cannot be")


def _rebuild(crm: Crm, connection: sqlite3.Connection) -> None:
    """Work out what a dump leaves out, and hold it against what it follows from."""
    derived.continue_numbers(connection)
    derived.refresh_columns(connection, crm.clock)
    documents.rebuild(connection)
    for stale in documents.differing(connection):
        raise DatabaseError(
            f"The search entry of {stale[0]} {stale[1]} could not be made.", "This is a fault in crm-tui."
        )
