"""Opening and creating the file: pragmas, permissions, refusal of what is not ours.

Files are made readable by their owner only. A new file is built whole under a temporary name and then linked
into place, so nobody ever sees half a schema, and of two processes that create it at once one wins and the
other opens what the first one made.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crm_tui.errors import ConflictError, CrmError, DamagedError, DatabaseError, InvalidDataError
from crm_tui.store import migrations

APPLICATION_ID: Final = 0x43524D54  # "CRMT"
SYNCHRONOUS: Final = "FULL"
"""What is committed is on the disk, whatever becomes of the machine."""
BUSY_MILLISECONDS: Final = 20_000
FRUGAL_KIB: Final = 256
"""The page cache of a frugal connection, in KiB; SQLite\'s own is 2,000."""
Upgrading = Callable[[Path, Path], object]
"""Is told which file is upgraded, and where its copy is kept."""
_NOT_ONE: Final = "Check the path; crm restore FILE brings back a backup made with crm backup."


def connect(
    path: Path, *, readonly: bool = False, frugal: bool = False, upgrading: Upgrading | None = None
) -> sqlite3.Connection:
    """Open an existing file of ours, migrating it first when it is older.

    Args:
        path: the database file; it must exist.
        readonly: open without any right to write; an older file is refused rather than migrated.
        frugal: keep few pages and statements in memory, for a program that holds several connections all day.
        upgrading: is told before an older file is copied and migrated, which takes long when it is big.

    Raises:
        DatabaseError: the file is missing, no database, not ours, damaged, or from a newer version.
    """
    check_file(path)
    with told(path):
        if readonly and path.with_name(f"{path.name}-journal").exists():
            # what a killed load left is taken back by the first who may write
            connect(path).close()
        connection = _raw(path, readonly=readonly, frugal=frugal)
        try:
            check_identity(connection, path)
            if not readonly and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                _try_journal_mode(connection, "wal")
            if connection.execute("PRAGMA user_version").fetchone()[0] < migrations.LATEST:
                connection.close()
                _upgrade(path, readonly=readonly, upgrading=upgrading)
                connection = _raw(path, readonly=readonly, frugal=frugal)
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
        return connection


def create(path: Path) -> None:
    """Make a new, empty database at ``path`` unless another process was quicker.

    Raises:
        DatabaseError: the folder cannot be written.
    """
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.new")
    with told(path):
        try:
            make_private(temporary)
            connection = _raw(temporary)
            try:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("BEGIN IMMEDIATE")
                migrations.apply(connection)
                connection.execute("COMMIT")
            finally:
                connection.close()
            publish(temporary, path)
        finally:
            for leftover in (
                temporary,
                *(temporary.with_name(temporary.name + end) for end in ("-wal", "-shm")),
            ):
                leftover.unlink(missing_ok=True)


@contextmanager
def written_once(connection: sqlite3.Connection) -> Iterator[None]:
    """Write under a rollback journal, if nobody else has the file open: a write-ahead log writes every page twice.

    Whoever opens the file meanwhile waits. Should this process be killed, SQLite takes its transaction back and the
    next ``connect`` returns to the write-ahead log.
    """
    alone = _try_journal_mode(connection, "delete")
    try:
        yield
    finally:
        if alone:
            _try_journal_mode(connection, "wal")


def _try_journal_mode(connection: sqlite3.Connection, mode: str) -> bool:
    """Whether the mode could be set at once; it cannot while others have the file open."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        return bool(connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0] == mode)
    except sqlite3.OperationalError:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS:d}")


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents, for the owner only; existing ones stay as they are."""
    try:
        missing = [part for part in (folder, *folder.parents) if not part.exists()]
        for part in reversed(missing):
            part.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Choose another place with --db or CRM_DB.",
        ) from error


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def publish(temporary: Path, path: Path) -> None:
    """Put a finished file in its place without ever replacing one that is there already."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:
        # a file system without hard links
        if not path.exists():
            temporary.rename(path)


def _raw(path: Path, *, readonly: bool = False, frugal: bool = False) -> sqlite3.Connection:
    mode = "ro" if readonly else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_MILLISECONDS / 1000,
        cached_statements=64 if frugal else 256,
    )
    connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    if frugal:
        # the system keeps the pages too, and hands them over in microseconds
        connection.execute(f"PRAGMA cache_size = -{FRUGAL_KIB:d}")
    return connection


def check_file(path: Path) -> None:
    """Refuse what is missing, a folder, unreadable or empty, without opening it.

    A database is opened by SQLite alone: closing any other descriptor of the file would drop the locks that this
    process's connections hold on it (POSIX advisory locks belong to the process), and the next command to end
    elsewhere would take the write-ahead log away under them.

    Raises:
        DatabaseError: it is.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise DatabaseError(
            f"There is no database at {path}.",
            "Check the path; a first crm contact add makes one in the usual place.",
        ) from None
    except OSError as error:
        raise DatabaseError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error
    if stat.S_ISDIR(found.st_mode):
        raise DatabaseError(f"{path} is a folder, not a database.", "Name the file inside it with --db.")
    if not os.access(path, os.R_OK):
        raise DatabaseError(f"{path} cannot be read: Permission denied.", "Check its permissions.")
    if found.st_size == 0:
        raise DatabaseError(f"{path} is not a database.", _NOT_ONE)


def check_identity(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file of another program or of a newer version.

    Raises:
        DatabaseError: it is.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise DatabaseError(
            f"{path} is a database of another program and was left alone.",
            "Choose another file with --db or CRM_DB.",
        )
    newer = connection.execute("PRAGMA user_version").fetchone()[0] > migrations.LATEST
    if newer or migrations.unknown_names(connection):
        raise DatabaseError(
            f"{path} was written by a newer version of crm and was left alone.",
            "Upgrade crm-tui, then try again.",
        )


def _upgrade(path: Path, *, readonly: bool, upgrading: Upgrading | None) -> None:
    from crm_tui.store.backup import back_up, remove

    if readonly:
        raise DatabaseError(
            f"{path} was made by an older version and cannot be upgraded while opened read-only.",
            "Run any crm command that may write, such as crm doctor, and try again.",
        )
    copy = path.with_name(f"{path.stem}.before-upgrade-{os.urandom(4).hex()}.db")
    if upgrading is not None:
        upgrading(path, copy)
    back_up(path, copy, quick=True)
    upgraded = False
    try:
        upgraded = _migrate(path)
    finally:
        if not upgraded:
            # the file is as it was, or another process has upgraded it and kept a copy of its own
            remove(copy)


def _migrate(path: Path) -> bool:
    """Apply the migrations that are missing; whether there were any by then."""
    connection = _raw(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            missing: bool = connection.execute("PRAGMA user_version").fetchone()[0] < migrations.LATEST
            if missing and migrations.apply(connection):
                _check_references(connection, path)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    finally:
        connection.close()
    return missing


def _check_references(connection: sqlite3.Connection, path: Path) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise DatabaseError(
            f"{path} could not be upgraded: table {broken[0]} refers to rows that are missing.",
            "The file is unchanged; run crm doctor with the older version.",
        )


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn what SQLite says inside the block into one error of ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error


@contextmanager
def told(path: Path | str) -> Iterator[None]:
    """Turn what SQLite or the file system says of this file inside the block into one error of ours."""
    try:
        with explained(path):
            yield
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be written: {error.strerror}.", "Check the disk and the permissions."
        ) from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an SQLite error says that the file is damaged, or no database at all."""
    return (getattr(error, "sqlite_errorname", "") or "").startswith(_DAMAGE)


def explain(error: sqlite3.Error, path: Path | str) -> CrmError:
    """Say in two sentences what an SQLite error means for the person."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, message, hint in _EXPLANATIONS:
        if name.startswith(prefix):
            kind = DamagedError if is_damage(error) else DatabaseError
            return kind(message.format(path=path), hint)
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        what = str(error).rpartition(": ")[2]
        return ConflictError(f"There is a record with the same {what} already.", "Nothing was written.")
    if name == "SQLITE_CONSTRAINT_FOREIGNKEY":
        message = "A record that is referred to is missing, or still in use."
        return ConflictError(message, "Nothing was written.")
    if name.startswith("SQLITE_CONSTRAINT"):
        return InvalidDataError(f"A value cannot be kept: {error}.", "Nothing was written.")
    return DatabaseError(f"{path}: {error}.", "Run crm doctor to check the file; nothing was written.")


_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_EXPLANATIONS: Final = (
    (
        "SQLITE_BUSY",
        "{path} is locked by another process.",
        "Wait until it has finished, then try again; nothing was written.",
    ),
    (
        "SQLITE_LOCKED",
        "{path} is locked by another process.",
        "Wait until it has finished, then try again; nothing was written.",
    ),
    (
        "SQLITE_FULL",
        "The disk is full: nothing could be written to {path}.",
        "Free some space and try again; what was there before is unchanged.",
    ),
    (
        "SQLITE_READONLY",
        "{path} is read-only.",
        "Check the permissions of the file and its folder, or choose another place with --db.",
    ),
    (
        "SQLITE_CANTOPEN",
        "{path} cannot be opened.",
        "Check the path and the permissions of the file and its folder.",
    ),
    ("SQLITE_NOTADB", "{path} is not a database.", _NOT_ONE),
    ("SQLITE_CORRUPT", "{path} is damaged.", "Run crm doctor, or bring back a backup with crm restore FILE."),
    (
        "SQLITE_IOERR",
        "The disk failed while {path} was read or written.",
        "Check the disk's space and health, then run crm doctor.",
    ),
)
