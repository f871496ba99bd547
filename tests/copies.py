"""New databases as copies of one: made by the program itself once a session, in a fifth of the time from then on.

What a copy has of its own (folder, rights, the name taken only when it is whole) is the program's doing too. Tests of
how a file is made, and programs that tests start, make theirs in full.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from crm_tui.domain import Crm
from crm_tui.store.connection import create, make_folder, make_private, publish, told


@cache
def _empty() -> bytes:
    """An empty database."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        create(path)
        return path.read_bytes()


@cache
def _with(fill: Callable[[Crm], None], now: datetime) -> bytes:
    """A database with a business in it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        with Crm.open(path, now=now) as crm:
            fill(crm)
        # the last one to close it has put the write-ahead log into it
        return path.read_bytes()


def create_copy(path: Path) -> None:
    """Do what ``connection.create`` does.

    Raises:
        DatabaseError: the folder cannot be written.
    """
    _place(path, _empty())


def copy_of(fill: Callable[[Crm], None], now: datetime, path: Path) -> None:
    """Make a database with a business in it, filled once a session."""
    _place(path, _with(fill, now))


def _place(path: Path, whole: bytes) -> None:
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.new")
    with told(path):
        try:
            make_private(temporary)
            temporary.write_bytes(whole)
            publish(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
