"""crm demo: everything to try out, in a database that is thrown away."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from crm_tui import output
from crm_tui.commands.context import RecordCommand, at_terminal, example, globals_of

app = typer.Typer(rich_markup_mode=None, help="Try everything on sample data.")


@app.command("demo", cls=RecordCommand, epilog=example("crm demo", "crm demo --json | head"))
def demo(ctx: typer.Context) -> None:
    """Try everything on sample data, in a database of its own that is removed at the end.

    On a terminal it opens the screens; elsewhere it prints what is to be done today.
    """
    from crm_tui.domain import Crm
    from crm_tui.interchange.sample import load_sample

    given = globals_of(ctx)
    with TemporaryDirectory(prefix="crm-demo-") as folder:
        path = Path(folder) / "demo.db"
        with Crm.open(path, given.now, config=given.load_config()) as crm:
            count = load_sample(crm)
        output.say(f"Loaded {count:,} invented records into {path}, which is removed at the end.", dim=True)
        ctx.find_root().obj = replace(given, db=path)
        if at_terminal() and sys.stdout is not None and sys.stdout.isatty():
            from crm_tui.commands.screens import run

            raise typer.Exit(run(ctx))
        from crm_tui.commands.today import today

        today(ctx)
