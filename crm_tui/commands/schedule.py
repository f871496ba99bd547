"""crm schedule: text for cron or systemd to run crm remind; nothing is installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from crm_tui import output
from crm_tui.commands.context import example, globals_of
from crm_tui.errors import CrmError, UsageError

app = typer.Typer(rich_markup_mode=None, help="Text for cron or systemd to run crm remind.")

At = Annotated[str, typer.Option(metavar="HH:MM", help="The local time of the day.")]
Notify = Annotated[
    str | None, typer.Option(metavar="WAY", help="desktop, email or command; printed unless given.")
]


@app.command("cron", epilog=example("crm schedule cron --at 07:30", "crm schedule cron --notify desktop"))
def cron(ctx: typer.Context, at: At = "07:30", notify: Notify = None) -> None:
    """Print the lines of a crontab."""
    from crm_tui.domain import schedule

    bus = _session_bus() if notify == "desktop" else None
    text = schedule.cron(_command(ctx, notify), schedule.parse_at(at), bus=bus)
    output.write(text.rstrip("\n"))
    output.say("Add these lines with: crontab -e", dim=True)


@app.command("systemd", epilog=example("crm schedule systemd --at 07:30 --notify desktop"))
def systemd(ctx: typer.Context, at: At = "07:30", notify: Notify = None) -> None:
    """Print a user service and its timer."""
    from crm_tui.domain import schedule

    text = schedule.systemd(_command(ctx, notify), schedule.parse_at(at))
    output.write(text.rstrip("\n"))
    unit = schedule.UNIT
    output.say(
        f"Save the two parts as {unit}.service and {unit}.timer in ~/.config/systemd/user, then:"
        f" systemctl --user enable --now {unit}.timer",
        dim=True,
    )
    if notify is None:
        output.say(f"Without --notify the text goes to: journalctl --user -u {unit}", dim=True)


def _command(ctx: typer.Context, notify: str | None) -> list[str]:
    """The words that run crm remind from anywhere: absolute paths, and nothing left to the environment."""
    from crm_tui.locations import default_config

    given = globals_of(ctx)
    database = given.path().absolute()
    if not database.exists():
        output.say(f"There is no database at {database} yet; crm contact add makes one.", dim=True)
    words = [str(_program()), "--db", str(database)]
    config = given.config or default_config()
    if config.exists():
        words += ["--config", str(config.absolute())]
    return [*words, "remind", "--once", *_delivery(notify)]


def _delivery(notify: str | None) -> list[str]:
    if notify is None:
        return ["--format", "table"]
    from crm_tui.interchange.notify import Channel

    if notify not in list(Channel):
        raise UsageError(f'There is no way "{notify}" to notify.', f"Use one of: {', '.join(Channel)}.")
    return ["--notify", notify]


def _program() -> Path:
    """The crm that is running, or the one on the path; not what a link points to, which an upgrade moves.

    Raises:
        CrmError: there is none, as when it runs from a checkout.
    """
    import shutil

    running = Path(sys.argv[0]).absolute()
    if running.name == "crm" and os.access(running, os.X_OK):
        return running
    beside = Path(sys.executable).with_name("crm")
    if os.access(beside, os.X_OK):
        return beside
    found = shutil.which("crm")
    if found is None:
        raise CrmError("The program crm is not installed.", "Install it, such as with pipx install crm-tui.")
    return Path(found).absolute()


def _session_bus() -> str | None:
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if named:
        return named
    usual = Path(f"/run/user/{os.getuid()}/bus")
    return f"unix:path={usual}" if usual.exists() else None
