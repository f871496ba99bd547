"""A dump in a file: written whole or not at all, and read back into an unused base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain import dumping
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.saving import saved

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

Tell = Callable[[int], None]
"""Told the number of lines that are through, now and then."""
_STEP: Final = 10_000


def save(crm: Crm, path: Path, *, replace: bool = False, tell: Tell | None = None) -> None:
    """Write everything to a file.

    Raises:
        ConflictError: there is such a file, and it is not to be replaced.
        DatabaseError: it cannot be written.
    """
    with saved(path, replace=replace) as opened:
        for number, line in enumerate(dumping.lines(crm), 1):
            opened.write(line)
            if tell is not None and not number % _STEP:
                tell(number)


def load(crm: Crm, path: Path, tell: Tell | None = None) -> int:
    """Fill an unused base from a file; returns how many rows there were.

    Raises:
        ConflictError: the base is in use.
        InvalidDataError: the file cannot be read, is no dump, or a line of it is damaged.
        DatabaseError: the dump is of a newer version, or the base cannot be written.
    """
    with opened(path) as source:
        return dumping.load(crm, source, tell)


@contextmanager
def opened(path: Path) -> Iterator[Iterable[str]]:
    """The lines of a file; what is no UTF-8 is left to be found in its line.

    Raises:
        InvalidDataError: it cannot be read.
    """
    try:
        source = path.open(encoding="utf-8", errors="surrogateescape", newline="\n")
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    with source:
        yield source
