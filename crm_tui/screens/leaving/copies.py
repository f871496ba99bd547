"""Copies of the file in its backup folder: made, and brought back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.dates import relative_day
from crm_tui.screens.forms.dialogs import Choose, confirm, lettered

if TYPE_CHECKING:
    from crm_tui.domain.backups import Backup, Restored
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.shell.base import DataMixin

_OFFERED: Final = 20
Copies = list[tuple[str, Path, str]]
"""The words for a copy, its file, and how long ago it was made."""


def back_up(screen: DataMixin) -> None:
    """Copy the file into its backup folder, and say where."""
    from crm_tui.domain import backups

    nothing: Backup | None = None

    def made(copy: Backup | None) -> None:
        if copy is None:
            screen.crm_app.tell("Nothing is here yet to back up.")
            return
        gone = f" {len(copy.removed)} older removed." if copy.removed else ""
        # the whole path would leave no room for the rest
        file = Path(copy.file)
        where = f"{file.parent.name}/{file.name}"
        screen.crm_app.tell(f"Backed up to {where} ({copy.bytes:,} bytes).{gone}", mood="good")

    screen.crm_app.tell("Backing up…")
    screen.read(lambda crm: backups.make(crm), made, group="backup", empty=nothing)


def restore(screen: DataMixin) -> None:
    """Ask which copy is to be brought back."""
    nothing: Copies = []
    screen.read(_copies, partial(_ask, screen), group="backup", empty=nothing)


def _copies(crm: Crm) -> Copies:
    from crm_tui.domain import backups

    zone, today = crm.clock.zone, crm.clock.today
    return [
        (
            f"{made.astimezone(zone):%Y-%m-%d %H:%M}  {file.stat().st_size:,} bytes",
            file,
            relative_day(made.astimezone(zone).date(), today),
        )
        for file, made in backups.own(crm.path)[:_OFFERED]
    ]


def _ask(screen: DataMixin, found: Copies) -> None:
    if not found:
        screen.crm_app.tell("There is no copy in the backup folder yet.", "crm restore FILE takes any other.")
        return
    screen.app.push_screen(
        Choose("Bring back which copy?", lettered(found)),
        lambda file: _confirm(screen, file) if file is not None else None,
    )


def _confirm(screen: DataMixin, file: Path) -> None:
    question = f"Everything becomes as it is in {file.name}. What is there now is kept as another copy."
    screen.app.push_screen(
        confirm(question, "Bring it back"), lambda yes: _restore(screen, file) if yes else None
    )


def _restore(screen: DataMixin, file: Path) -> None:
    from crm_tui.domain import backups

    app = screen.crm_app

    def work(crm: Crm) -> Restored:
        return backups.restore(file, crm.path, crm.clock)

    def restored(done: Restored) -> None:
        # every thread opens what is there now
        app.desk.renew()
        app.data_changed()
        kept = f" What was there is kept in {Path(done.kept).name}." if done.kept else ""
        app.tell(f"Restored {file.name}.{kept}", mood="good")

    app.tell(f"Restoring {file.name}…")
    screen.write(work, restored)
