"""The schema's history, append-only: a landed migration is never edited, the next one is added below it.

``PRAGMA user_version`` repeats the number of applied migrations, so that opening an up-to-date file costs one
pragma and no import of sqlite-utils.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

NAMES: Final = ("m0001_foundation", "m0002_interchange", "m0003_money", "m0004_hours")
LATEST: Final = len(NAMES)
SET_NAME: Final = "crm"
_FIRST_SUMS: Final = 3
"""The first schema with what sales add up to."""
_FIRST_HOURS: Final = 4
"""The first schema with the interactions of each hour."""


def migration_set() -> Migrations:
    """Build the set of all migrations, in order."""
    from sqlite_utils.migrations import Migrations

    from crm_tui.store.migrations import m0001_foundation, m0002_interchange, m0003_money, m0004_hours

    migrations = Migrations(SET_NAME)

    @migrations(name=NAMES[0])
    def foundation(db: Database) -> None:
        for statement in m0001_foundation.STATEMENTS:
            db.conn.execute(statement)

    @migrations(name=NAMES[1])
    def interchange(db: Database) -> None:
        for statement in m0002_interchange.STATEMENTS:
            db.conn.execute(statement)

    @migrations(name=NAMES[2])
    def money(db: Database) -> None:
        for statement in m0003_money.STATEMENTS:
            db.conn.execute(statement)

    @migrations(name=NAMES[3])
    def hours(db: Database) -> None:
        for statement in m0004_hours.STATEMENTS:
            db.conn.execute(statement)

    return migrations


def apply(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date inside the caller's transaction, foreign keys being off."""
    from sqlite_utils import Database

    (before,) = connection.execute("PRAGMA user_version").fetchone()
    migration_set().apply(Database(connection, execute_plugins=False))
    # after all of them, since it is done as the program of today does it
    if 0 < before < _FIRST_SUMS:
        from crm_tui.store import sales

        sales.rebuild(connection)
    if 0 < before < _FIRST_HOURS:
        from crm_tui.store import hours

        hours.rebuild(connection)
    connection.execute(f"PRAGMA user_version = {LATEST:d}")


def unknown_names(connection: sqlite3.Connection) -> list[str]:
    """Name the applied migrations this program does not know: the file is from a newer one."""
    try:
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET_NAME,)
        ).fetchall()
    except sqlite3.OperationalError:
        return []
    return [name for (name,) in rows if name not in NAMES]
