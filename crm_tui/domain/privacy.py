"""Who may read the database, its companions and its backups: the owner, and nobody else."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from glob import escape
from pathlib import Path

from crm_tui.errors import DatabaseError
from crm_tui.locations import backup_folder


def too_open(database: Path, *, own_folder: bool) -> list[str]:
    """Files and folders that others may read; ``own_folder`` says that the database's folder is ours too."""
    return [f"{path} can be read by others" for path in _ours(database, own_folder) if _is_open(path)]


def close(database: Path, *, own_folder: bool) -> None:
    """Take the rights of everybody but the owner away.

    Raises:
        DatabaseError: a file belongs to somebody else.
    """
    for path in _ours(database, own_folder):
        if _is_open(path):
            try:
                path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)
            except OSError as error:
                raise DatabaseError(
                    f"The permissions of {path} cannot be changed: {error.strerror}.", "Ask its owner to."
                ) from error


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except FileNotFoundError:
        # SQLite removes its companions when the last process closes the file
        return False


def _ours(database: Path, own_folder: bool) -> Iterator[Path]:
    if own_folder:
        yield database.absolute().parent
    for end in ("", "-wal", "-shm", "-journal"):
        yield database.with_name(database.name + end)
    folder = backup_folder(database)
    if folder.is_dir():
        yield folder
        yield from sorted(folder.glob(f"{escape(database.stem)}*.db*"))
