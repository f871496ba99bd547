"""Checking a database, and mending what can be worked out anew: search, maintained columns, permissions, ids.

What a person entered is never changed. A damaged file is left as it is: what can be read of it is saved
into a new file beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain import backups, derived, privacy
from crm_tui.errors import CrmError, DatabaseError
from crm_tui.store.connection import is_damage

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm

OK: Final = "ok"
PROBLEM: Final = "problem"
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: its name, ``ok`` or ``problem``, what was seen, and what to do about it."""

    check: str
    status: str
    detail: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    look: Callable[[Crm], list[str]]
    """What is wrong, in words; nothing when all is well."""
    mend: Callable[[Crm], None] | None
    advice: str


def examine(crm: Crm, *, own_folder: bool) -> list[Finding]:
    """Run every check; ``own_folder`` says that the database's folder is the program's own.

    The checks after the file's structure are left out when that is damaged.
    """
    structure = _structure(crm.connection)
    if structure.status == PROBLEM:
        return [structure]
    found = [structure]
    for check in _checks(own_folder):
        wrong = check.look(crm)
        if wrong:
            found.append(
                Finding(check=check.name, status=PROBLEM, detail=_joined(wrong), advice=check.advice)
            )
        else:
            found.append(Finding(check=check.name, status=OK, detail=""))
    return [*found, _newest_backup(crm)]


def mend(crm: Crm, *, own_folder: bool) -> str:
    """Make a backup, then work out anew what can be; returns where the backup is.

    Raises:
        DatabaseError: the backup or the mended rows cannot be written.
    """
    from crm_tui.store.backup import back_up

    kept = backups.new_name(crm.path, crm.clock, "-before-mending")
    back_up(crm.path, kept)
    for check in _checks(own_folder):
        if check.mend is not None and check.look(crm):
            check.mend(crm)
    return str(kept)


def is_damaged(findings: list[Finding]) -> bool:
    """Whether the structure of the file is broken."""
    return any(each.check == "structure" and each.status == PROBLEM for each in findings)


def damage(error: CrmError) -> Finding:
    """The finding for a file too damaged to be opened."""
    return Finding(check="structure", status=PROBLEM, detail=_joined([error.message]), advice=_DAMAGED)


def save_what_can_be_read(path: Path, target: Path) -> str:
    """Save the readable rows of a damaged file into the new file ``target``; says how many.

    Raises:
        DatabaseError: nothing can be read, or the new file cannot be written.
    """
    from crm_tui.domain.crm import Crm
    from crm_tui.store.connection import told
    from crm_tui.store.salvage import salvage

    with told(target):
        saved, lost = salvage(path, target)
    if not any(saved.values()):
        target.unlink(missing_ok=True)
        raise DatabaseError(f"Nothing can be read of {path}.", "Bring back a backup with crm restore FILE.")
    with Crm.open(target, create=False) as crm:
        derived.mend_numbers(crm)
        derived.mend_search(crm)
        derived.mend_columns(crm)
    people, deals = saved.get("contacts", 0), saved.get("deals", 0)
    left_out = f"; {lost:,} rows could not be kept" if lost else ""
    return f"{sum(saved.values()):,} rows ({people:,} contacts, {deals:,} deals){left_out}"


def _checks(own_folder: bool) -> tuple[_Check, ...]:
    return (
        _Check(
            "references",
            derived.broken_references,
            None,
            "Bring back a backup with crm restore FILE, or send in a report.",
        ),
        _Check("search", derived.search_problems, derived.mend_search, _FIX),
        _Check("maintained", derived.column_problems, derived.mend_columns, _FIX),
        _Check(
            "journal", derived.journal_problems, None, "crm undo may fail for these; a backup has them whole."
        ),
        _Check("numbers", derived.number_problems, derived.mend_numbers, _FIX),
        _Check(
            "permissions",
            lambda crm: privacy.too_open(crm.path, own_folder=own_folder),
            lambda crm: privacy.close(crm.path, own_folder=own_folder),
            _FIX,
        ),
    )


_FIX: Final = "crm doctor --fix mends it, after a backup."
_DAMAGED: Final = (
    "crm restore FILE brings back a backup; crm doctor --fix saves what can be read into a new file."
)


def _structure(connection: sqlite3.Connection) -> Finding:
    try:
        rows = [row for (row,) in connection.execute(f"PRAGMA integrity_check({_SHOWN:d})")]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        rows = [str(error)]
    if rows == ["ok"]:
        return Finding(check="structure", status=OK, detail="")
    return Finding(check="structure", status=PROBLEM, detail=_joined(rows), advice=_DAMAGED)


def _newest_backup(crm: Crm) -> Finding:
    known = backups.own(crm.path)
    if not known:
        return Finding(check="backup", status=OK, detail="none yet", advice="crm backup makes one.")
    file, made = known[0]
    days = max(0, (crm.clock.now.astimezone(UTC) - made).days)
    age = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    advice = "crm backup makes a newer one." if days > _OLD_DAYS else ""
    return Finding(check="backup", status=OK, detail=f"{file.name}, made {age}", advice=advice)


_OLD_DAYS: Final = 7


def _joined(wrong: list[str]) -> str:
    more = f"; and {len(wrong) - _SHOWN:,} more" if len(wrong) > _SHOWN else ""
    return "; ".join(" ".join(each.split()) for each in wrong[:_SHOWN]) + more


def salvage_name(path: Path, clock: Clock) -> Path:
    """A free name beside the damaged file, after the moment."""
    stamp = clock.now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    name, number = path.with_name(f"{path.stem}.salvaged-{stamp}.db"), 1
    while name.exists():
        number += 1
        name = path.with_name(f"{path.stem}.salvaged-{stamp}-{number}.db")
    return name
