"""Copies of the whole file that are consistent however many processes are writing.

A copy is made with SQLite's own backup API under a temporary name, checked, flushed to the disk and renamed,
with a SHA-256 beside it: one flipped byte passes SQLite's own check more often than not.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from crm_tui.errors import ConflictError, DamagedError, DatabaseError
from crm_tui.store.connection import explain, is_damage, make_folder, make_private, told

HASH_SUFFIX: Final = ".sha256"
_CHUNK: Final = 1 << 20
_CACHE: Final = 64_000
"""The page cache while a copy is checked, in KiB: each index is held against rows all over the file."""


def back_up(source: Path, target: Path, *, quick: bool = False) -> None:
    """Copy the live database ``source`` to the new file ``target`` and write its hash beside it.

    ``quick`` checks every page of the copy, and not that each index has each row: what is lost there can be made anew.

    Raises:
        ConflictError: ``target`` exists already.
        DamagedError: the source is damaged; nothing is left behind.
        DatabaseError: the copy could not be written; nothing is left behind.
    """
    if target.exists():
        raise ConflictError(f"{target} exists already.", "Choose another name with -o.")
    make_folder(target.parent)
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    beside = Path(f"{target}{HASH_SUFFIX}")
    with told(target):
        try:
            make_private(temporary)
            _copy(source, temporary, "quick_check" if quick else "integrity_check")
            flush(temporary)
            # the hash first: killed in between, a hash without its copy harms nobody
            write_private(beside, f"{digest(temporary)}  {target.name}\n")
            temporary.rename(target)
            flush(target.parent)
        finally:
            for end in ("", "-journal", "-wal", "-shm"):
                temporary.with_name(temporary.name + end).unlink(missing_ok=True)
            if not target.exists():
                beside.unlink(missing_ok=True)


def _copy(source: Path, target: Path, check: str) -> None:
    origin = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=20)
    try:
        copy = sqlite3.connect(target)
        try:
            origin.backup(copy)
            # one file, with nothing left beside it that a copier could forget
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute(f"PRAGMA cache_size = -{_CACHE:d}")
            verdict = copy.execute(f"PRAGMA {check}(1)").fetchone()[0]
        finally:
            copy.close()
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise explain(error, source) from error
        raise
    finally:
        origin.close()
    if verdict != "ok":
        raise DamagedError(
            f"{source} is damaged: {verdict}.", "Run crm doctor, or crm restore an earlier backup."
        )


def remove(path: Path) -> None:
    """Remove a copy and the hash beside it."""
    for each in (path, Path(f"{path}{HASH_SUFFIX}")):
        each.unlink(missing_ok=True)


def check_copy(path: Path) -> bool:
    """Compare a backup with the hash beside it; whether there is one.

    Raises:
        DatabaseError: the file differs from what was written.
    """
    beside = Path(f"{path}{HASH_SUFFIX}")
    if not beside.exists():
        return False
    if beside.read_text(encoding="ascii", errors="replace").split()[:1] != [digest(path)]:
        raise DatabaseError(
            f"{path} differs from its hash in {beside.name}: the copy is damaged or was changed.",
            "Use another backup; if you changed this one on purpose, remove the .sha256 file.",
        )
    return True


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def write_private(path: Path, text: str) -> None:
    """Write a small file that only its owner may read, replacing one of that name."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def flush(path: Path) -> None:
    """Have the operating system write a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
