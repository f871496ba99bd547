"""crm today, status, remind: what is to be done, for a person, for a prompt, and for cron."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crm_tui import output
from crm_tui.columns import AGENDA, REMINDERS
from crm_tui.commands.context import (
    ListCommand,
    NothingYetError,
    RecordCommand,
    example,
    given_format,
    list_options,
    reading,
    show,
)
from crm_tui.commands.values import in_order
from crm_tui.errors import EXIT_SOMETHING_DUE, DeliveryError, UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.domain.agenda_items import AgendaItem
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reminders import Reminder
    from crm_tui.interchange.notify import Channel

app = typer.Typer(rich_markup_mode=None)

STDOUT = "stdout"
_MAIL_WIDTH = 78
Days = Annotated[
    int | None, typer.Option(metavar="N", help="Look so many days ahead; remind_days unless given.")
]


@app.command(
    "today",
    cls=ListCommand,
    epilog=example("crm today", "crm today --days 7", "crm today --json"),
)
def today(ctx: typer.Context, days: Days = None) -> None:
    """What is overdue, due today, silent, to be bought again, celebrated, stuck and unpaid; goals on a terminal."""
    with reading(ctx) as crm:
        items = crm.agenda.items(crm.config.remind_days if days is None else days)
        options = list_options(ctx)
        items = in_order(items, AGENDA, options["sort"])[: options["limit"]]
        as_page = _as_page(ctx) and not options["sort"]
        if items and as_page:
            _print_text(crm, items, headed=True)
        else:
            show(ctx, crm, AGENDA, items)
        if as_page:
            _print_goals(crm)


@app.command("status", epilog=example("crm status", "PS1='$(crm status 2>/dev/null) $ '"))
def status(ctx: typer.Context) -> None:
    """One line for a prompt or a status bar, such as "overdue 2, today 3"; nothing due prints nothing."""
    try:
        with reading(ctx) as crm:
            line = crm.agenda.summary().line
    except NothingYetError:
        return
    if line:
        output.write(line)


@app.command(
    "remind",
    cls=RecordCommand,
    epilog=example(
        "crm remind",
        "crm remind --once --notify desktop",
        "crm remind --days 2 --exit-code || echo 'there is something to do'",
    ),
)
def remind(
    ctx: typer.Context,
    days: Days = None,
    once: Annotated[
        bool, typer.Option("--once", help="Leave out what was delivered this way before.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 10 when there was something.")
    ] = False,
    notify: Annotated[
        str | None, typer.Option(metavar="WAY", help="desktop, email or command instead of stdout.")
    ] = None,
) -> None:
    """What is due, for cron: nothing due prints nothing."""
    with reading(ctx) as crm:
        ahead = crm.config.remind_days if days is None else days
        deliver = _way(ctx, crm, notify)
        if once:
            surely = partial(_whole, deliver) if notify is None else deliver
            reminders = crm.reminders.deliver_once(notify or STDOUT, surely, ahead)
        else:
            reminders = crm.reminders.due(ahead)
            if reminders:
                deliver(reminders)
    if exit_code and reminders:
        raise typer.Exit(EXIT_SOMETHING_DUE)


Deliver = Callable[[Sequence["Reminder"]], None]


def _way(ctx: typer.Context, crm: Crm, notify: str | None) -> Deliver:
    given_format(ctx)  # a wrong format is told whether or not something is due
    if notify is None:
        return partial(_print, ctx, crm)
    from crm_tui.interchange.notify import Channel

    if notify not in list(Channel):
        raise UsageError(f'There is no way "{notify}" to notify.', f"Use one of: {', '.join(Channel)}.")
    return partial(_send, crm, Channel(notify))


def _print(ctx: typer.Context, crm: Crm, reminders: Sequence[Reminder]) -> None:
    if _as_page(ctx):
        _print_text(crm, reminders)
    else:
        show(ctx, crm, REMINDERS, reminders)


def _send(crm: Crm, channel: Channel, reminders: Sequence[Reminder]) -> None:
    from crm_tui.agenda_lines import headline, text
    from crm_tui.interchange.notify import send

    lines = text(reminders, crm.clock.today, _MAIL_WIDTH)
    send(channel, f"crm: {headline(reminders)}", "\n".join(lines), crm.config, crm.clock.local_now)


def _print_goals(crm: Crm) -> None:
    from crm_tui.agenda_lines import goals_text

    for line in goals_text(crm.goals.held(), output.style):
        output.write(line)


def _whole(deliver: Deliver, reminders: Sequence[Reminder]) -> None:
    """Print, and be sure that all of it left the program."""
    if sys.__stdout__ is None:
        raise DeliveryError("There is no standard output to remind on.", "Use crm remind --notify instead.")
    try:
        deliver(reminders)
        sys.stdout.flush()
    except OSError as error:
        # what is left in the buffer must not be tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise DeliveryError(
            f"The reminders could not be written to standard output: {error.strerror}.",
            "They count as not delivered; the next run brings them again.",
        ) from error


def _as_page(ctx: typer.Context) -> bool:
    form = given_format(ctx) or output.default_format()
    return form is Format.TABLE and not ctx.meta.get("crm.columns")


def _print_text(crm: Crm, items: Sequence[AgendaItem], *, headed: bool = False) -> None:
    from crm_tui.agenda_lines import headline, text

    if headed:
        output.write(headline(items))
    for line in text(items, crm.clock.today, output.width(), output.style):
        output.write(line)
