"""crm log: what happened, in one line, with what comes next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from crm_tui import output
from crm_tui.columns import INTERACTIONS
from crm_tui.commands.context import (
    RecordCommand,
    done,
    example,
    from_stdin,
    given_format,
    show_one,
    writing,
)
from crm_tui.errors import UsageError

app = typer.Typer(rich_markup_mode=None, help="Log a call, e-mail, meeting, message or note.")

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="REF... TEXT",
        help="With whom (none is needed with --deal), then what was said; - reads it from stdin."
        " The first line is the summary.",
    ),
]
MailWords = Annotated[
    list[str],
    typer.Argument(
        metavar="REF... TEXT",
        help="With whom (none is needed with --deal), then what was said; - in place of the text reads it from"
        " stdin. The first line is the summary. - before or without REF reads a whole message from stdin.",
    ),
]
At = Annotated[str | None, typer.Option("--at", metavar="WHEN", help="When it happened; now unless given.")]
In = Annotated[bool, typer.Option("--in", help="They began.")]
Out = Annotated[bool, typer.Option("--out", help="I began.")]
Duration = Annotated[str | None, typer.Option(metavar="TIME", help="How long it took: 15m, 1h, 1h30m.")]
DealRef = Annotated[str | None, typer.Option("--deal", metavar="REF", help="The deal it was about.")]
Next = Annotated[str | None, typer.Option("--next", metavar="WHEN", help="Open a follow-up for that day.")]
NextTitle = Annotated[str | None, typer.Option("--next-title", metavar="T", help="What to do then.")]
Create = Annotated[
    bool,
    typer.Option(
        "--create", help="Make a contact of whom a whole message is with, if nobody has the address."
    ),
]

# kind: (help, the examples after "crm log KIND")
_KINDS: Final = {
    "call": (
        "Log a call.",
        ("anna 'wants an offer' --in --duration 15m --next friday", "12 'no answer' --out --next +2d"),
    ),
    "email": (
        "Log an e-mail; - reads a whole message from stdin and logs it, once, with those on it and named after the -.",
        (
            "anna@example.com 'sent the offer' --out --deal 'Website relaunch'",
            "anna - --in < mail.txt",
            "- --next +3d < message.eml",
            "- anna < message.eml",
        ),
    ),
    "meeting": (
        "Log a meeting.",
        ("anna elvin 'kick-off at their office' --at '2026-03-02 10:00' --duration 1h",),
    ),
    "message": ("Log a message.", ("elvin 'asked for the price list' --in --next tomorrow",)),
    "note": (
        "Log a note; it does not count as having been in touch.",
        ("anna 'prefers calls before noon'", "--deal 7 'the budget is decided in May'"),
    ),
}


def _logger(kind: str) -> Callable[..., None]:
    def log(
        ctx: typer.Context,
        words: Words,
        at: At = None,
        began_in: In = False,
        began_out: Out = False,
        duration: Duration = None,
        deal: DealRef = None,
        next_: Next = None,
        next_title: NextTitle = None,
    ) -> None:
        direction = _direction(began_in, began_out)
        _check_next(next_, next_title)
        *refs, text = words
        if not refs and deal is None:
            raise UsageError(
                f"Nobody is named to log the {kind} with.",
                f"Write it like crm log {kind} anna 'what was said'.",
            )
        from crm_tui.dates import parse_duration_minutes, parse_instant, parse_when

        text = from_stdin(text)
        with writing(ctx) as crm:
            made, _ = crm.interactions.log(
                kind,
                [crm.references.contact(ref) for ref in refs],
                text,
                occurred_at=None if at is None else parse_instant(at, crm.clock),
                direction=direction,
                duration_minutes=None if duration is None else parse_duration_minutes(duration),
                deal_id=None if deal is None else crm.references.deal(deal),
                next_due=None if next_ is None else parse_when(next_, crm.clock),
                next_title=next_title,
            )
            done(ctx, crm, INTERACTIONS, [made])

    return log


def _email(
    ctx: typer.Context,
    words: MailWords,
    at: At = None,
    began_in: In = False,
    began_out: Out = False,
    duration: Duration = None,
    deal: DealRef = None,
    next_: Next = None,
    next_title: NextTitle = None,
    create: Create = False,
) -> None:
    first, *refs = words
    # a text from stdin that is only about a deal is no whole message
    if first != "-" or (deal is not None and not refs):
        if create:
            raise UsageError(
                "--create is for a whole message.", "Write it like crm log email - --create < message.eml."
            )
        _logger("email")(ctx, words, at, began_in, began_out, duration, deal, next_, next_title)
        return
    if create and refs:
        raise UsageError(
            "--create makes contacts of those the message is with, and somebody is named.",
            "Leave out --create, or the name.",
        )
    if at is not None or duration is not None:
        raise UsageError("A whole message says itself when it was sent.", "Leave out --at and --duration.")
    direction = _direction(began_in, began_out)
    _check_next(next_, next_title)
    if sys.stdin is None:
        raise UsageError(
            "There is nothing on stdin.", "Pipe a message into it: crm log email - < message.eml."
        )
    from crm_tui.dates import parse_when
    from crm_tui.interchange.mail.single import log_message

    with writing(ctx) as crm:
        found, new, unclear = log_message(
            crm,
            sys.stdin.buffer,
            create=create,
            named=[crm.references.contact(ref) for ref in refs],
            deal_id=None if deal is None else crm.references.deal(deal),
            direction=direction,
            next_due=None if next_ is None else parse_when(next_, crm.clock),
            next_title=next_title,
        )
        for each in unclear:
            output.say(f"{each}: logged with the others only. To name one of them: crm log email - REF.")
        if new:
            done(ctx, crm, INTERACTIONS, [found])
            return
        output.say(f"Unchanged: the message is there already ({found.id}).")
        if given_format(ctx) is not None:
            show_one(ctx, crm, INTERACTIONS, found)


def _direction(began_in: bool, began_out: bool) -> str | None:
    if began_in and began_out:
        raise UsageError("--in and --out exclude each other.", "Give the one that says who began.")
    return "in" if began_in else "out" if began_out else None


def _check_next(next_: str | None, next_title: str | None) -> None:
    if next_title is not None and next_ is None:
        raise UsageError("--next-title needs a day.", "Say when with --next, such as --next friday.")


for _kind, (_help, _examples) in _KINDS.items():
    app.command(
        _kind,
        cls=RecordCommand,
        help=_help,
        epilog=example(*(f"crm log {_kind} {line}" for line in _examples)),
    )(_email if _kind == "email" else _logger(_kind))
