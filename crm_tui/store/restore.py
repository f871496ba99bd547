"""Bringing a backup back into the file that is in use, without pulling it from under those who have it open.

The pages are written into the live file by SQLite's backup API, as one transaction: other processes see the
old file or the new one, and killed at any moment it is still the old one. Only a file too damaged to be
written into is moved aside and a new one put in its place.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from crm_tui.errors import ConflictError, DamagedError, DatabaseError
from crm_tui.store.backup import back_up, check_copy, flush
from crm_tui.store.connection import (
    APPLICATION_ID,
    BUSY_MILLISECONDS,
    check_file,
    check_identity,
    explained,
    is_damage,
    make_folder,
    make_private,
    publish,
    told,
)

_COMPANIONS: Final = ("-wal", "-shm", "-journal")


def restore(source: Path, target: Path, kept: Path, agree: Callable[[], object] | None = None) -> Path | None:
    """Make ``target`` the same as the backup ``source``; what was there before is kept as ``kept``.

    ``agree`` is called before anything is written to a file in use, once the backup is known to be good; it raises
    what stops it all.

    Returns:
        Where the former file is: ``kept``, a copy of the damaged file beside it, or None when there was none.

    Raises:
        ConflictError: the backup is the target itself.
        DatabaseError: the backup is no intact file of ours, or the target is locked or cannot be written.
    """
    check_backup(source)
    if target.exists() and source.samefile(target):
        raise ConflictError(f"{source} is the database itself.", "Name a backup of it.")
    if not target.exists():
        _make(source, target)
        return None
    if agree is not None:
        agree()
    before = _keep(target, kept)
    with told(target):
        try:
            _copy_into(source, target)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            _set_aside(target)
            _make(source, target)
    return before


def check_backup(source: Path) -> None:
    """Check a backup before anything is written: its hash, whose it is, its version, its structure.

    Raises:
        DatabaseError: it is not to be trusted.
    """
    check_file(source)
    # it was checked when it was made, and is the same to the byte
    whole = check_copy(source)
    with told(source):
        connection = _open(source)
        try:
            check_identity(connection, source)
            verdict = "ok" if whole else connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        finally:
            connection.close()
    if verdict != "ok":
        raise DamagedError(f"{source} is damaged: {verdict}.", "Use another backup.")


def copy_damaged(source: Path, target: Path) -> Path:
    """Copy a file, and its log if there is one, byte by byte; returns the copy's path."""
    copy = target.with_name(f"{target.stem}.damaged{target.suffix}")
    for end in ("", "-wal"):
        origin = source.with_name(source.name + end)
        if origin.exists():
            there = copy.with_name(copy.name + end)
            make_private(there)
            with origin.open("rb") as old, there.open("wb") as new:
                shutil.copyfileobj(old, new)
            flush(there)
    return copy


def _keep(target: Path, kept: Path) -> Path:
    """Copy the file in use; byte by byte where it is damaged. One of another program is refused."""
    try:
        with explained(target):
            connection = _open(target)
            try:
                foreign = connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID
            finally:
                connection.close()
        if foreign:
            raise DatabaseError(
                f"{target} is a database of another program and was left alone.",
                "Choose another file with --db.",
            )
        back_up(target, kept)
    except DamagedError:
        make_folder(kept.parent)
        with told(kept):
            return copy_damaged(target, kept)
    return kept


def _copy_into(source: Path, target: Path) -> None:
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000

    def give_up(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise DatabaseError(
                f"{target} is locked by another process.", "Wait until it has finished; nothing was restored."
            )

    origin = _open(source)
    try:
        copy = sqlite3.connect(f"{target.absolute().as_uri()}?mode=rw", uri=True, timeout=1)
        try:
            copy.execute("PRAGMA synchronous = FULL")
            copy.execute("PRAGMA user_version").fetchone()
            origin.backup(copy, progress=give_up)
        finally:
            copy.close()
    finally:
        origin.close()


def _make(source: Path, target: Path) -> None:
    make_folder(target.parent)
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.new")
    with told(target):
        try:
            make_private(temporary)
            _copy_into(source, temporary)
            connection = sqlite3.connect(temporary, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.close()
            flush(temporary)
            publish(temporary, target)
            flush(target.parent)
        finally:
            for end in ("", *_COMPANIONS):
                temporary.with_name(temporary.name + end).unlink(missing_ok=True)


def _set_aside(target: Path) -> None:
    # its bytes are kept already; a log of the damaged file must never be read into the new one
    for end in (*_COMPANIONS, ""):
        target.with_name(target.name + end).unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MILLISECONDS / 1000)
