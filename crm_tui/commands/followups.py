"""crm followup: promises, and the series that repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_tui import output
from crm_tui.columns import FOLLOWUPS
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    done,
    example,
    list_options,
    reading,
    show,
    show_one,
    writing,
)
from crm_tui.commands.values import given, parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.followups import FollowupValues

app = typer.Typer(rich_markup_mode=None, help="Promises: add, done, snooze.")

Ref = Annotated[str, typer.Argument(metavar="REF", help="An id or the unique beginning of a title.")]
Refs = Annotated[list[str], typer.Argument(metavar="REF...", help="Ids or unique beginnings of titles.")]
Contact = Annotated[str | None, typer.Option(metavar="REF", help="Whom it concerns.")]
Deal = Annotated[str | None, typer.Option(metavar="REF", help="The deal it is about.")]
Repeat = Annotated[
    str | None, typer.Option(metavar="RULE", help="'every 3 months', 'last friday of month', an RRULE.")
]
RepeatFrom = Annotated[
    str | None, typer.Option("--repeat-from", help="due keeps the schedule, done counts from completion.")
]
Priority = Annotated[str | None, typer.Option(help="low, normal or high.")]
_WHEN = "today, friday, 'in 3 days', +2w, eom, 2026-12-01, '2026-12-01 14:30'."


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm followup add 'send offer' --contact anna --due 'friday 14:30'",
        "crm followup add 'ask how it goes' --contact 12 --due +3m --repeat 'every 3 months'",
    ),
)
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    due: Annotated[str, typer.Option(metavar="WHEN", help=_WHEN)],
    contact: Contact = None,
    deal: Deal = None,
    repeat: Repeat = None,
    repeat_from: RepeatFrom = None,
    priority: Priority = None,
) -> None:
    """Promise something for a day."""
    with writing(ctx) as crm:
        options = given(contact=contact, deal=deal, repeat=repeat, repeat_from=repeat_from)
        values = _values(crm, options, title=title, due=due, priority=priority)
        done(ctx, crm, FOLLOWUPS, [crm.followups.add(**values)])


@app.command(
    "list",
    cls=ListCommand,
    epilog=example(
        "crm followup list",
        "crm followup list status:open 'due_on<+7d' --sort due_on",
        "crm followup list contact:anna -f json",
    ),
)
def list_(
    ctx: typer.Context,
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
) -> None:
    """List follow-ups: what is open by the day it is due, then what is finished."""
    with reading(ctx) as crm:
        show(ctx, crm, FOLLOWUPS, crm.followups.iterate(parsed(filters), **list_options(ctx)))


@app.command("show", cls=RecordCommand, epilog=example("crm followup show 12", "crm followup show send"))
def show_(ctx: typer.Context, ref: Ref) -> None:
    """Show one follow-up."""
    with reading(ctx) as crm:
        show_one(ctx, crm, FOLLOWUPS, crm.followups.find(ref))


@app.command(
    "done",
    cls=RecordCommand,
    epilog=example("crm followup done 12", "crm followup done 12 13 --note 'sent by mail'"),
)
def done_(
    ctx: typer.Context,
    refs: Refs,
    note: Annotated[
        str | None, typer.Option(metavar="T", help="A note to log with whom it concerns.")
    ] = None,
) -> None:
    """Finish follow-ups, all or none; one that repeats opens the next."""
    with writing(ctx) as crm:
        finished = crm.followups.complete_all(_ids(crm, refs), note)
        done(ctx, crm, FOLLOWUPS, [each for each, _ in finished])
        for _, following in finished:
            if following is not None:
                output.say(f"Next: {following.title} ({following.id}) on {following.due_on}.", dim=True)


@app.command(
    "snooze",
    cls=RecordCommand,
    epilog=example("crm followup snooze 12 tomorrow", "crm followup snooze 12 13 'next monday'"),
)
def snooze(
    ctx: typer.Context,
    refs: Refs,
    when: Annotated[str, typer.Argument(metavar="WHEN", help=_WHEN)],
) -> None:
    """Move follow-ups to another day, all or none; a series keeps its schedule."""
    with writing(ctx) as crm:
        values = _values(crm, {}, due=when)
        moved = crm.followups.snooze_all(_ids(crm, refs), values["due_on"], values.get("due_time"))
        done(ctx, crm, FOLLOWUPS, moved)


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm followup edit 12 --title 'send the second offer' --priority high",
        "crm followup edit 12 --due 2026-12-01 --time none --repeat none",
    ),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    title: Annotated[str | None, typer.Option(help="What is to be done.")] = None,
    due: Annotated[str | None, typer.Option(metavar="WHEN", help=_WHEN)] = None,
    time: Annotated[str | None, typer.Option(metavar="HH:MM", help="The time of the day, or none.")] = None,
    contact: Contact = None,
    deal: Deal = None,
    repeat: Repeat = None,
    repeat_from: RepeatFrom = None,
    priority: Priority = None,
) -> None:
    """Change a follow-up; "none" empties a field, another day begins a series' schedule anew."""
    with writing(ctx) as crm:
        followup = crm.references.followup(ref)
        options = given(contact=contact, deal=deal, due_time=time, repeat=repeat, repeat_from=repeat_from)
        values = _values(crm, options, title=title, due=due, priority=priority)
        done(ctx, crm, FOLLOWUPS, [crm.followups.update(followup, **values)])


@app.command("cancel", cls=RecordCommand, epilog=example("crm followup cancel 12"))
def cancel(ctx: typer.Context, refs: Refs) -> None:
    """Give follow-ups up, all or none; a series ends, and what was promised stays as history."""
    with writing(ctx) as crm:
        done(ctx, crm, FOLLOWUPS, crm.followups.cancel_all(_ids(crm, refs)))


def _ids(crm: Crm, refs: Sequence[str]) -> list[int]:
    return [crm.references.followup(ref) for ref in refs]


def _values(
    crm: Crm,
    options: dict[str, Any],
    *,
    title: str | None = None,
    due: str | None = None,
    priority: str | None = None,
) -> FollowupValues:
    """The options as fields; a WHEN without a time leaves the time alone."""
    values: FollowupValues = {}
    if title is not None:
        values["title"] = title
    if priority is not None:
        values["priority"] = priority
    if due is not None:
        from crm_tui.dates import parse_when

        when = parse_when(due, crm.clock)
        values["due_on"] = when.day
        if when.due_time is not None:
            values["due_time"] = when.due_time
    for name, value in options.items():
        if name == "contact":
            values["contact_id"] = None if value is None else crm.references.contact(value)
        elif name == "deal":
            values["deal_id"] = None if value is None else crm.references.deal(value)
        else:
            values[name] = value  # type: ignore[literal-required]  # the options are named like the fields
    return values
