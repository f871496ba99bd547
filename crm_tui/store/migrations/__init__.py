"""The schema's history, append-only: a landed migration is never edited, the next one is added below it.

``PRAGMA user_version`` repeats the number of applied migrations, so that opening an up-to-date file costs one
pragma and no import of sqlite-utils.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations


def _sales(connection: sqlite3.Connection) -> None:
    from crm_tui.store import sales

    sales.rebuild(connection)


def _hours(connection: sqlite3.Connection) -> None:
    from crm_tui.store import hours

    hours.rebuild(connection)


class Step(NamedTuple):
    """A migration, and what a file with rows in it needs besides.

    Attributes:
        name: of its module, which holds its ``STATEMENTS``.
        rebuild: works out what it brought, from the rows that were there before.
        touches_rows: whether it writes or moves rows, so that what refers to what has to be checked after it.
    """

    name: str
    rebuild: Callable[[sqlite3.Connection], None] | None = None
    touches_rows: bool = False


STEPS: Final = (
    # what a file holds that is older than all of them is not known
    Step("m0001_foundation", touches_rows=True),
    Step("m0002_interchange"),
    Step("m0003_money", _sales),
    Step("m0004_hours", _hours),
)
NAMES: Final = tuple(step.name for step in STEPS)
LATEST: Final = len(STEPS)
SET_NAME: Final = "crm"


def migration_set() -> Migrations:
    """Build the set of all migrations, in order."""
    from sqlite_utils.migrations import Migrations

    migrations = Migrations(SET_NAME)
    for name in NAMES:
        migrations(name=name)(_running(import_module(f"{__name__}.{name}").STATEMENTS))
    return migrations


def _running(statements: tuple[str, ...]) -> Callable[[Database], None]:
    def run(db: Database) -> None:
        for statement in statements:
            db.conn.execute(statement)

    return run


def apply(connection: sqlite3.Connection) -> bool:
    """Bring the schema up to date inside the caller's transaction, foreign keys being off.

    Returns:
        Whether what refers to what has to be checked.
    """
    from sqlite_utils import Database

    (before,) = connection.execute("PRAGMA user_version").fetchone()
    migration_set().apply(Database(connection, execute_plugins=False))
    # after all of them, since it is done as the program of today does it; a new file has nothing to do it with
    for step in STEPS[before:] if before else ():
        if step.rebuild is not None:
            step.rebuild(connection)
    connection.execute(f"PRAGMA user_version = {LATEST:d}")
    return any(step.touches_rows for step in STEPS[before:])


def unknown_names(connection: sqlite3.Connection) -> list[str]:
    """Name the applied migrations this program does not know: the file is from a newer one."""
    try:
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET_NAME,)
        ).fetchall()
    except sqlite3.OperationalError:
        return []
    return [name for (name,) in rows if name not in NAMES]
