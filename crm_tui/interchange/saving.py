"""Files written for the person: readable by their owner only, under their name only once they are whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from crm_tui.errors import ConflictError, DatabaseError

_SQLITE: Final = b"SQLite format 3\0"


@contextmanager
def saved(path: Path, *, replace: bool = False) -> Iterator[IO[str]]:
    """A text file in UTF-8 that appears at ``path`` when the block is through, and never when it fails.

    Args:
        path: where it is to be.
        replace: take the place of a file that is there.

    Raises:
        ConflictError: there is a file of that name, or what is there is never replaced.
        DatabaseError: it cannot be written.
    """
    with _opened(path, replace, "w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def saved_bytes(path: Path, *, replace: bool = False) -> Iterator[IO[bytes]]:
    """As ``saved``, a file of bytes."""
    with _opened(path, replace, "wb") as file:
        yield file


@contextmanager
def _opened(
    path: Path, replace: bool, mode: str, *, encoding: str | None = None, newline: str | None = None
) -> Iterator[IO[Any]]:
    if path.exists() and not replace:
        raise _taken(path)
    refuse_special(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, mode, encoding=encoding, newline=newline) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _publish(temporary, path, replace=replace)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise DatabaseError(f"{path} cannot be written: {error.strerror}.", "Check the folder.") from error


def refuse_special(path: Path) -> None:
    """Refuse to put a file in the place of a database, or of a device such as /dev/null, whatever was said.

    Raises:
        ConflictError: so it is.
    """
    if path.is_dir() or not path.exists():
        return
    if not path.is_file():
        raise ConflictError(f"{path} is no ordinary file.", "Choose another name.")
    if _begins(path, len(_SQLITE)) == _SQLITE:
        raise ConflictError(f"{path} is a database, which is never written over.", "Choose another name.")


def _begins(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        # what cannot be read is told when it cannot be written
        return b""


def _publish(temporary: Path, path: Path, *, replace: bool) -> None:
    if replace:
        temporary.replace(path)
        return
    try:
        # unlike a rename it fails when somebody was quicker
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:
        # a file system without hard links
        if path.exists():
            raise FileExistsError from None
        temporary.replace(path)


def _taken(path: Path) -> ConflictError:
    return ConflictError(f"{path} exists already.", "Choose another name, or add --force to replace it.")
