"""Files written for the person: readable by their owner only, under their name only once they are whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from crm_tui.errors import ConflictError, DatabaseError


@contextmanager
def saved(path: Path, *, replace: bool = False) -> Iterator[IO[str]]:
    """A text file in UTF-8 that appears at ``path`` when the block is through, and never when it fails.

    Args:
        path: where it is to be.
        replace: take the place of a file that is there.

    Raises:
        ConflictError: there is a file of that name.
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
