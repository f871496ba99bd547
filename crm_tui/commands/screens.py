"""crm without a command, on a terminal: the screens."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from crm_tui.commands.context import globals_of
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    import typer


def run(ctx: typer.Context) -> int:
    """Show the screens until the person leaves; returns the exit code.

    Raises:
        UsageError: this is no terminal that screens can be shown on.
        InvalidDataError: the configuration names a key, an action or a theme that does not exist.
        DatabaseError: the file cannot be opened.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "The screens need a terminal.", "crm today prints what is to be done; crm --help has the rest."
        )
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        raise UsageError(
            "This terminal cannot show screens (TERM is dumb or not set).",
            "crm today prints what is to be done; crm --help has the rest.",
        )
    given = globals_of(ctx)
    config, path = given.load_config(), given.path()
    if path.exists():
        _try(ctx)
    from crm_tui.app import CrmApp

    app = CrmApp(path, given.now, config)
    app.run()
    if app.return_code and app.fault is not None:
        _tell_fault(app.fault, app.crash_report)
    return app.return_code or 0


def _try(ctx: typer.Context) -> None:
    """Open the file once before the screens, so that what is wrong with it is told on the command line."""
    from crm_tui.commands.context import reading

    with reading(ctx):
        pass


def _tell_fault(fault: BaseException, report: object) -> None:
    from crm_tui.output import say

    say(f"crm: the screens stopped: {type(fault).__name__}: {fault}.")
    where = f" What happened is written down in {report}." if report else ""
    say(f"This is a fault in crm-tui; nothing was left half done, and drafts are kept.{where}", dim=True)
