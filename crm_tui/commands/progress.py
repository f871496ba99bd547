"""How far long work has come, on stderr when that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Tell = Callable[[int, int], None]


def tell_upgrade(path: Path, copy: Path) -> None:
    """Say that an older file is being upgraded, which takes its time when it is big."""
    if sys.stderr.isatty():
        from crm_tui.output import say

        say(f"Upgrading {path} for this version; a copy is kept as {copy.name} beside it.", dim=True)


@contextmanager
def progress(what: str) -> Iterator[Tell | None]:
    """A function that is told the steps done and the steps there are; None off a terminal.

    Nothing is drawn before it is told something, so that short work shows nothing.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    task = bar.add_task(what, total=None)

    def tell(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=max(done, total))

    try:
        yield tell
    finally:
        bar.stop()
