"""The file of rejected rows, to be mended and imported again.

It holds the original cells with the line, the column and the reason, and appears under its name only when the import
is through.
"""

from __future__ import annotations

import csv
import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from crm_tui.errors import ConflictError, DatabaseError
from crm_tui.interchange.headers import REJECT_COLUMNS
from crm_tui.interchange.saving import refuse_special
from crm_tui.interchange.table import Table
from crm_tui.text import guard_formula

_ITEMS: Final = ("line", "reason", "text")


class RejectFile(ABC):
    """Collects what was rejected, and writes it to its target at the end; without a target, nowhere.

    Raises:
        ConflictError: what is there is neither empty nor the rejects file of an earlier import.
        DatabaseError: there is no folder for it.
    """

    def __init__(self, target: Path | None) -> None:
        if target is not None:
            _check_target(target)
        self._target = target
        self._rows: list[tuple[int, Any, str, str]] = []

    def add(self, line: int, row: Any, column: str, reason: str) -> None:
        """Keep one row."""
        if self._target is not None:
            self._rows.append((line, row, column, reason))

    def publish(self) -> Path | None:
        """Write the file, replacing an older one; returns where it is, None when nothing was rejected.

        Raises:
            DatabaseError: it cannot be written.
        """
        if not self._rows or self._target is None:
            return None
        temporary = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}.part")
        try:
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                    self._write(file)
                temporary.replace(self._target)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"The import is done, but the rejects file {self._target} cannot be written: {error.strerror}.",
                "Import the file again with another --rejects; what was imported stays unchanged.",
            ) from error
        return self._target

    @abstractmethod
    def _write(self, file: IO[str]) -> None:
        """Write all rows."""


def _check_target(target: Path) -> None:
    """What somebody else wrote is not written over: a slip of the hand would cost it."""
    refuse_special(target)
    if not target.parent.is_dir():
        raise DatabaseError(
            f"The rejects file {target} cannot be written: there is no folder {target.parent}.",
            "Make it, or name another file; nothing was imported.",
        )
    if not target.is_file():
        return
    try:
        with target.open("rb") as file:
            first = file.read(65_536)
    except OSError:
        # told when it cannot be written
        return
    if (
        first
        and not first.startswith(",".join(_ITEMS).encode())
        and ",".join(REJECT_COLUMNS).encode() not in first
    ):
        raise ConflictError(
            f"{target} is there already, and no rejects file of an earlier import.",
            "Name another one for --rejects; nothing was imported.",
        )


class RejectedItems(RejectFile):
    """What was rejected of a file of items: cards, calendar entries, messages. A row is the text of the item."""

    def __init__(self, target: Path | None) -> None:
        super().__init__(target)
        self._texts: dict[int, str] = {}

    def note(self, line: int, text: str) -> None:
        """Keep the text of an item that can be rejected after others were taken."""
        if self._target is not None:
            self._texts[line] = text

    def _write(self, file: IO[str]) -> None:
        writer = csv.writer(file)
        writer.writerow(_ITEMS)
        for line, item, _, reason in self._rows:
            text = item if isinstance(item, str) else self._texts.get(line, "")
            writer.writerow([line, guard_formula(reason), guard_formula(text)])


class Rejects(RejectFile):
    """The rejected rows of a table; those that are no list of cells are read from the file again at the end."""

    def __init__(self, target: Path | None, table: Table) -> None:
        super().__init__(target)
        if target is not None and target.exists() and target.samefile(table.path):
            raise ConflictError(f"{target} is the file that is imported.", "Name another one for --rejects.")
        self._table = table

    def _write(self, file: IO[str]) -> None:
        header = self._table.header
        # columns that an earlier rejects file added are not carried on
        kept = [place for place, name in enumerate(header) if name not in REJECT_COLUMNS]
        places = self._table.places
        said = str if places is None else places.said
        writer = csv.writer(file)
        writer.writerow([*(header[place] for place in kept), *REJECT_COLUMNS])
        for line, cells, column, reason in self._with_cells():
            original = [cells[place] if place < len(cells) else "" for place in kept]
            told = (self._table.told(line), column, guard_formula(said(reason)))
            writer.writerow([*original, *told, *cells[len(header) :]])

    def _with_cells(self) -> Iterator[tuple[int, list[str], str, str]]:
        lacking = {line for line, cells, _, _ in self._rows if not isinstance(cells, list)}
        found = {line: cells for line, cells in self._table.numbered() if line in lacking} if lacking else {}
        for line, cells, column, reason in self._rows:
            yield line, cells if isinstance(cells, list) else found[line], column, reason
