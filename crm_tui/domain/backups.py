"""Backups of a database in the folder beside it: made, listed, thinned out, brought back.

A backup of our own is named after the database and the moment it was made, ``crm-20260302T093000Z.db``.
Only files of that name are ever removed, and never the newest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.errors import UsageError
from crm_tui.locations import backup_folder
from crm_tui.store import backup as copies

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm

_STAMP: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = r"{stem}-([0-9]{{8}}T[0-9]{{6}}Z)(?:-([0-9]+))?\.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made: where, how large, its SHA-256, and the older ones removed for it."""

    file: str
    bytes: int
    sha256: str
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored from where, and where the former file is kept, if there was one."""

    file: str
    database: str
    kept: str | None


def make(crm: Crm, target: Path | None = None, keep: int | None = None) -> Backup:
    """Copy the database to ``target``, or into its backup folder, of which the newest ``keep`` remain.

    Raises:
        UsageError: ``keep`` is no number from 1 on, or given together with a target.
        ConflictError: the target exists.
        DatabaseError: the copy cannot be written, or the database is damaged.
    """
    if keep is not None and target is not None:
        raise UsageError("--keep is for the usual folder only.", "Leave out --keep or -o.")
    if keep is not None and keep < 1:
        raise UsageError(f"--keep {keep} would keep nothing.", "Give a number from 1 on.")
    file = target or new_name(crm.path, crm.clock)
    copies.back_up(crm.path, file)
    removed: list[str] = []
    if target is None:
        for old, _ in own(crm.path)[crm.config.backup_keep if keep is None else keep :]:
            copies.remove(old)
            removed.append(str(old))
    return Backup(
        file=str(file), bytes=file.stat().st_size, sha256=copies.digest(file), removed=tuple(removed)
    )


def restore(
    source: Path, database: Path, clock: Clock, agree: Callable[[], object] | None = None
) -> Restored:
    """Make a database the same as a backup, while others may have it open; the former one is kept.

    ``agree`` is called before a database is replaced, once the backup is known to be good; it raises what stops it.

    Raises:
        DatabaseError: the backup is damaged, foreign or newer, or the database cannot be written.
    """
    from crm_tui.store.connection import connect
    from crm_tui.store.restore import restore as bring_back

    kept = bring_back(source, database, new_name(database, clock, "-before-restore"), agree)
    connect(database).close()
    return Restored(file=str(source), database=str(database), kept=None if kept is None else str(kept))


def own(database: Path) -> list[tuple[Path, datetime]]:
    """The backups of a database in its folder with the moment of each, newest first."""
    folder = backup_folder(database)
    pattern = re.compile(_NAME.format(stem=re.escape(database.stem)))
    found = []
    for file in folder.iterdir() if folder.is_dir() else ():
        named = pattern.fullmatch(file.name)
        if named is not None:
            made = datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC)
            found.append((made, int(named[2] or 1), file))
    return [(file, made) for made, _, file in sorted(found, reverse=True)]


def new_name(database: Path, clock: Clock, purpose: str = "") -> Path:
    """A free name in the backup folder, after the moment; a second one in the same second gets a number."""
    first = backup_folder(database) / f"{database.stem}{purpose}-{clock.now.astimezone(UTC):{_STAMP}}.db"
    # above the highest number, not in the first gap, so that the newest name is the newest file
    taken = [
        file.stem.removeprefix(first.stem).removeprefix("-")
        for file in first.parent.glob(f"{escape(first.stem)}*.db")
    ]
    number = max((int(each or 1) for each in taken if each.isdecimal() or not each), default=0)
    return first.with_name(f"{first.stem}-{number + 1}.db") if number else first
