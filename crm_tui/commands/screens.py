"""crm without a command, on a terminal: the screens."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, TextIO

from crm_tui.errors import CrmError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from crm_tui.config import Config


def run(ctx: typer.Context) -> int:
    """Show the screens until the person leaves; returns the exit code.

    Raises:
        UsageError: this is no terminal that screens can be shown on.
        InvalidDataError: the configuration names a key or an action that does not exist.
        DatabaseError: the file cannot be opened.
    """
    from crm_tui.commands.context import globals_of

    _refuse_unless_terminal()
    given = globals_of(ctx)
    return _show(given.path(), given.now, given.load_config())


def run_at_once() -> int | None:
    """As ``run``, without options; None when the command line had better say what stands in the way."""
    from crm_tui.config import load
    from crm_tui.locations import default_config, default_database

    try:
        _refuse_unless_terminal()
        return _show(default_database(), os.environ.get("CRM_NOW"), load(default_config()))
    except CrmError:
        return None


def _refuse_unless_terminal() -> None:
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "The screens need a terminal.", "crm today prints what is to be done; crm --help has the rest."
        )
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        raise UsageError(
            "This terminal cannot show screens (TERM is dumb or not set).",
            "crm today prints what is to be done; crm --help has the rest.",
        )


def _show(path: Path, now: str | None, config: Config) -> int:
    if path.exists():
        _try(path, now, config)
    from crm_tui.app import CrmApp

    # a full collection takes longer than a key may; what is imported stays anyhow
    gc.freeze()
    gc.set_threshold(10_000, 50, 50)
    app = CrmApp(path, now, config)
    app.run()
    _let_go(sys.__stdout__, sys.__stderr__)
    if app.return_code and app.fault is not None:
        _tell_fault(app.fault, app.crash_report)
    return app.return_code or 0


def _let_go(*streams: TextIO | None) -> None:
    """Drop what is left for a terminal that was closed: trying it again at exit would change the exit code to 120."""
    for stream in streams:
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _try(path: Path, now: str | None, config: Config) -> None:
    """Open the file once before the screens, so that what is wrong with it is told on the command line."""
    from crm_tui.commands.progress import tell_upgrade
    from crm_tui.domain import Crm

    Crm.open(path, now, config=config, create=False, upgrading=tell_upgrade).close()


def _tell_fault(fault: BaseException, report: object) -> None:
    from crm_tui.output import say

    say(f"crm: the screens stopped: {type(fault).__name__}: {fault}.")
    where = f" What happened is written down in {report}." if report else ""
    say(f"This is a fault in crm-tui; nothing was left half done, and drafts are kept.{where}", dim=True)
