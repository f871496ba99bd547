"""The file of rejected rows: their original cells with the line, the column and the reason, to be mended and imported
again. It appears under its name only when the import is through.
"""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from crm_tui.errors import DatabaseError
from crm_tui.interchange.headers import REJECT_COLUMNS
from crm_tui.text import guard_formula


class Rejects:
    """Writes rejected rows beside their target, and puts the file in place at the end; without a target, nowhere."""

    def __init__(self, target: Path | None, header: Sequence[str]) -> None:
        self._target = target
        self._header = header
        # columns that an earlier rejects file added are not carried on
        self._kept = [place for place, name in enumerate(header) if name not in REJECT_COLUMNS]
        self._temporary: Path | None = None
        self._file: IO[str] | None = None

    def add(self, line: int, cells: Sequence[str], column: str, reason: str) -> None:
        """Keep one row."""
        if self._target is None:
            return
        if self._file is None:
            self._open(self._target)
        extra = cells[len(self._header) :]
        kept = [cells[place] if place < len(cells) else "" for place in self._kept]
        csv.writer(self._file).writerow([*kept, line, column, guard_formula(reason), *extra])  # type: ignore[arg-type]

    def publish(self) -> Path | None:
        """Put the file in place, replacing an older one; returns where it is, None when nothing was rejected."""
        if self._file is None or self._temporary is None or self._target is None:
            return None
        self._file.close()
        self._temporary.replace(self._target)
        self._temporary = None
        return self._target

    def discard(self) -> None:
        """Remove what was not put in place."""
        if self._file is not None:
            self._file.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def _open(self, target: Path) -> None:
        self._temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            handle = os.open(self._temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except OSError as error:
            raise DatabaseError(
                f"The rejects file {target} cannot be written: {error.strerror}.",
                "Choose another place for --rejects.",
            ) from error
        self._file = os.fdopen(handle, "w", encoding="utf-8", newline="")
        csv.writer(self._file).writerow([*(self._header[place] for place in self._kept), *REJECT_COLUMNS])
