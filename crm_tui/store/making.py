"""A database that is filled before it is there: under a hidden name, and in its place only once it is whole.

The rule it keeps: whatever fails leaves nothing that was not there before. What a killed program leaves under the
hidden name goes when the next one makes the same database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crm_tui.errors import ConflictError
from crm_tui.store.connection import create, make_folder, publish, told

_BESIDE: Final = ("", "-wal", "-shm", "-journal")


@contextmanager
def made(path: Path) -> Iterator[Path]:
    """An empty database for the block to fill and close, which is at ``path`` once the block is through.

    Raises:
        ConflictError: there is one by then.
        DatabaseError: it cannot be made.
    """
    new_folders = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
    make_folder(path.parent)
    _sweep(path)
    hidden = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.load")
    try:
        create(hidden)
        yield hidden
        with told(path):
            publish(hidden, path)
            if hidden.exists() and not path.samefile(hidden):
                raise ConflictError(
                    f"{path} was made by another program meanwhile.",
                    "Nothing was written; look what is in it.",
                )
    finally:
        _remove(hidden)
        if not path.exists():
            for folder in new_folders:
                try:
                    folder.rmdir()
                except OSError:
                    # somebody else put something into it
                    break


def _sweep(path: Path) -> None:
    """Remove what programs that were killed have left."""
    mine = re.compile(rf"\.{re.escape(path.name)}\.(\d+)-[0-9a-f]{{8}}\.load")
    for each in path.parent.iterdir():
        found = mine.fullmatch(each.name)
        if found is not None and not _runs(int(found[1])):
            _remove(each)


def _runs(number: int) -> bool:
    """Whether there is a process of that number; where that cannot be asked without harm there may be."""
    if os.name != "posix":
        return True
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _remove(hidden: Path) -> None:
    for end in _BESIDE:
        hidden.with_name(hidden.name + end).unlink(missing_ok=True)
