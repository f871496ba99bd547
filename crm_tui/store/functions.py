"""The SQL functions that queries may call."""

from __future__ import annotations

import sqlite3


def register(connection: sqlite3.Connection) -> None:
    """Offer ``crm_fold(text)`` on a connection: the search fold of a text, NULL for NULL."""
    connection.create_function("crm_fold", 1, _fold, deterministic=True)


def _fold(value: object) -> str | None:
    from crm_tui.text import fold

    return None if value is None else fold(str(value))
