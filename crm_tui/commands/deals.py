"""crm deal: possible sales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from crm_tui import output
from crm_tui.columns import DEALS, simple
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    confirm,
    done,
    example,
    given_format,
    list_options,
    reading,
    show,
    show_one,
    writing,
)
from crm_tui.commands.values import assignments, given, parsed, whole
from crm_tui.output import Format

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.deal_values import DealChanges, DealValues
    from crm_tui.models import Deal

app = typer.Typer(rich_markup_mode=None, help="Possible sales: add, move, win, lose, board.")

BOARD: Final = simple(
    "board",
    "pipeline",
    "stage",
    "count",
    "currency",
    "amount",
    "weighted",
    right=("count", "amount", "weighted"),
)
Ref = Annotated[str, typer.Argument(metavar="REF", help="An id, or a unique title.")]
Contact = Annotated[str | None, typer.Option(metavar="REF", help="Whom it is with.")]
Company = Annotated[
    str | None, typer.Option(help="Their company, made when it is not there yet; the contact's unless given.")
]
Amount = Annotated[
    str | None, typer.Option(metavar="M", help='"1200 EUR", or 1200 in the deal\'s or the base currency.')
]
Stage = Annotated[str | None, typer.Option(metavar="S", help="The stage; the first one unless given.")]
OfPipeline = Annotated[
    str | None, typer.Option("--pipeline", metavar="P", help="The pipeline; the deal's own unless given.")
]
Close = Annotated[str | None, typer.Option("--close", metavar="D", help="When it is expected to close.")]
Source = Annotated[str | None, typer.Option(help="Where it came from.")]
Probability = Annotated[
    str | None, typer.Option(metavar="N", help="The chance in percent; the stage's unless given.")
]
Closed = Annotated[str | None, typer.Option("--closed", metavar="D", help="When it was closed, if it is.")]
Reason = Annotated[str | None, typer.Option("--lost-reason", metavar="R", help="Why it was lost, if it is.")]
LostNote = Annotated[str | None, typer.Option("--lost-note", metavar="T", help="What else there is to say.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="A tag; may be given again.")]
Custom = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A custom field's value.")
]
On = Annotated[str | None, typer.Option("--on", metavar="D", help="The day; today unless given.")]


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm deal add 'Website relaunch'",
        "crm deal add 'Web shop' --contact anna@example.com --amount '1200 EUR' --stage Proposal --close eom",
    ),
)
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What it is about; nothing else is needed.")],
    contact: Contact = None,
    company: Company = None,
    amount: Amount = None,
    stage: Stage = None,
    pipeline: OfPipeline = None,
    close: Close = None,
    source: Source = None,
    probability: Probability = None,
    closed: Closed = None,
    lost_reason: Reason = None,
    lost_note: LostNote = None,
    tag: Tags = None,
    custom: Custom = None,
) -> None:
    """Add a deal, in the first stage unless told otherwise."""
    with writing(ctx) as crm:
        options = given(
            contact=contact, company=company, amount=amount, close=close, source=source, closed=closed,
            probability=probability, lost_reason=lost_reason, lost_note=lost_note, tags=tag, custom=custom,
        )  # fmt: skip
        values = _values(crm, options, _place(stage, pipeline), None)
        done(ctx, crm, DEALS, [crm.deals.add(title, **values)])


@app.command(
    "list",
    cls=ListCommand,
    epilog=example(
        "crm deal list status:open",
        "crm deal list stage:proposal,negotiation 'amount>=1000' --sort -amount",
        "crm deal list status:lost closed_on:2026 -f csv --columns title,amount,currency,lost_reason",
    ),
)
def list_(
    ctx: typer.Context,
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
) -> None:
    """List deals: the open ones by expected close, then the closed ones, the newest first."""
    with reading(ctx) as crm:
        show(ctx, crm, DEALS, crm.deals.iterate(parsed(filters), **list_options(ctx)))


@app.command(
    "show", cls=RecordCommand, epilog=example("crm deal show 'Website relaunch'", "crm deal show 12 --json")
)
def show_(ctx: typer.Context, ref: Ref) -> None:
    """Show one deal."""
    with reading(ctx) as crm:
        show_one(ctx, crm, DEALS, crm.deals.find(ref))


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm deal edit 12 --amount 1500 --close 'next friday'", "crm deal edit 12 --probability none"
    ),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    title: Annotated[str | None, typer.Option(help="Another title.")] = None,
    contact: Contact = None,
    company: Company = None,
    amount: Amount = None,
    stage: Stage = None,
    pipeline: OfPipeline = None,
    close: Close = None,
    source: Source = None,
    probability: Probability = None,
    closed: Closed = None,
    lost_reason: Reason = None,
    lost_note: LostNote = None,
    tag: Tags = None,
    custom: Custom = None,
) -> None:
    """Change a deal. Tags given replace those there are; "none" empties a field, or follows the stage."""
    with writing(ctx) as crm:
        deal = crm.deals.get(crm.references.deal(ref))
        options = given(
            contact=contact, company=company, amount=amount, close=close, source=source, closed=closed,
            probability=probability, lost_reason=lost_reason, lost_note=lost_note, tags=tag, custom=custom,
        )  # fmt: skip
        changes = cast("DealChanges", _values(crm, options, _place(stage, pipeline), deal))
        if title is not None:
            changes["title"] = title
        done(ctx, crm, DEALS, [crm.deals.update(deal.id, **changes)])


@app.command(
    "move",
    cls=RecordCommand,
    epilog=example("crm deal move 12 Proposal", "crm deal move 12 Lead --pipeline Renewals"),
)
def move(
    ctx: typer.Context,
    ref: Ref,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="A name, the beginning of one, or an id.")],
    pipeline: OfPipeline = None,
) -> None:
    """Move a deal to another stage."""
    with writing(ctx) as crm:
        done(ctx, crm, DEALS, [crm.deals.move(crm.references.deal(ref), stage, pipeline=pipeline)])


@app.command(
    "win",
    cls=RecordCommand,
    epilog=example("crm deal win 'Website relaunch'", "crm deal win 12 --on yesterday --amount '1150 EUR'"),
)
def win(ctx: typer.Context, ref: Ref, on: On = None, amount: Amount = None) -> None:
    """Win a deal; its person becomes a customer."""
    with writing(ctx) as crm:
        deal = crm.deals.get(crm.references.deal(ref))
        values = {} if amount is None else _money(crm, amount, deal)
        done(ctx, crm, DEALS, [crm.deals.win(deal.id, on=_day(crm, on, "Won on"), **values)])


@app.command(
    "lose",
    cls=RecordCommand,
    epilog=example(
        "crm deal lose 12 --reason price",
        "crm deal lose 12 --reason timing --note 'after the move' --win-back 90d",
    ),
)
def lose(
    ctx: typer.Context,
    ref: Ref,
    reason: Annotated[str, typer.Option(metavar="R", help="Why, in a word or two.")],
    note: Annotated[str | None, typer.Option(metavar="T", help="What else there is to say.")] = None,
    win_back: Annotated[
        str | None, typer.Option("--win-back", metavar="WHEN", help="When to try again: 90d, or a day.")
    ] = None,
    on: On = None,
) -> None:
    """Lose a deal, and plan when to try again."""
    with writing(ctx) as crm:
        deal = crm.references.deal(ref)
        again = None if win_back is None else _day_or_span(crm, win_back)
        day = _day(crm, on, "Lost on")
        done(ctx, crm, DEALS, [crm.deals.lose(deal, reason, note=note, on=day, win_back_on=again)])


@app.command("reopen", cls=RecordCommand, epilog=example("crm deal reopen 12"))
def reopen(ctx: typer.Context, ref: Ref) -> None:
    """Take a closed deal back to the open stage it was in last."""
    with writing(ctx) as crm:
        done(ctx, crm, DEALS, [crm.deals.reopen(crm.references.deal(ref))])


@app.command(
    "tag", cls=RecordCommand, epilog=example("crm deal tag 12 --add web --remove design --remove old")
)
def tag(
    ctx: typer.Context,
    ref: Ref,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="T", help="Put this tag on.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="T", help="Take it off.")] = None,
) -> None:
    """Put tags on a deal and take others off."""
    with writing(ctx) as crm:
        done(ctx, crm, DEALS, [crm.deals.tag(crm.references.deal(ref), add=add or (), remove=remove or ())])


@app.command("archive", cls=RecordCommand, epilog=example("crm deal archive 12"))
def archive(ctx: typer.Context, ref: Ref) -> None:
    """Put a deal away: out of every list and total, nothing lost."""
    with writing(ctx) as crm:
        done(ctx, crm, DEALS, [crm.deals.archive(crm.references.deal(ref))])


@app.command("restore", cls=RecordCommand, epilog=example("crm deal restore 12"))
def restore(ctx: typer.Context, ref: Ref) -> None:
    """Bring a deal back into the lists."""
    with writing(ctx) as crm:
        done(ctx, crm, DEALS, [crm.deals.restore(crm.references.deal(ref))])


@app.command("delete", cls=RecordCommand, epilog=example("crm deal delete 12 --yes"))
def delete(
    ctx: typer.Context, ref: Ref, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Remove a deal that nothing refers to; the others are put away with archive."""
    with writing(ctx) as crm:
        deal = crm.deals.find(ref)
        confirm(f"Delete {deal.title} ({deal.id})?", yes=yes)
        done(ctx, crm, DEALS, [crm.deals.delete(deal.id)])


@app.command(
    "board", cls=RecordCommand, epilog=example("crm deal board", "crm deal board --pipeline Renewals --json")
)
def board(
    ctx: typer.Context,
    pipeline: Annotated[
        str | None, typer.Option("--pipeline", metavar="P", help="The pipeline; the usual one unless given.")
    ] = None,
) -> None:
    """Show the open deals by stage: what they are worth, what is stuck (!), and what comes next.

    Machine formats have a row for each stage and currency, and ids are those of the deals.
    """
    from crm_tui.commands.board_lines import lines
    from crm_tui.domain.board import rows

    with reading(ctx) as crm:
        found = crm.deals.board(None if pipeline is None else crm.pipelines.find(pipeline).id)
        form = given_format(ctx) or output.default_format()
        if form is Format.TABLE and found.lanes:
            for line in lines(found, crm.clock.today, output.width(), output.style):
                output.write(line)
        elif form is Format.IDS:
            show(ctx, crm, BOARD, (card for lane in found.lanes for card in lane.cards))
        else:
            show(ctx, crm, BOARD, rows(found))


def _place(stage: str | None, pipeline: str | None) -> DealValues:
    values: DealValues = {}
    if stage is not None:
        values["stage"] = stage
    if pipeline is not None:
        values["pipeline"] = pipeline
    return values


def _values(crm: Crm, options: dict[str, Any], place: DealValues, deal: Deal | None) -> DealValues:
    values = place
    for name, value in options.items():
        if name == "contact":
            values["contact_id"] = None if value is None else crm.references.contact(value)
        elif name == "amount":
            values.update(_money(crm, value, deal))  # type: ignore[typeddict-item]  # amount_minor and currency
        elif name == "close":
            values["expected_close_on"] = _day(crm, value, "Expected to close on")
        elif name == "closed":
            values["closed_on"] = _day(crm, value, "Closed on")
        elif name == "probability":
            values["probability"] = None if value is None else whole(value, "probability")
        elif name == "custom":
            values["custom"] = assignments(value)
        else:
            values[name] = value  # type: ignore[literal-required]  # the options are named like the fields
    return values


def _money(crm: Crm, text: str | None, deal: Deal | None) -> dict[str, Any]:
    from crm_tui.money import parse_money

    if text is None:
        return {"amount_minor": None}
    own = deal.currency if deal is not None else None
    money = parse_money(text, own or crm.config.base_currency)
    return {"amount_minor": money.minor, "currency": money.currency}


def _day(crm: Crm, text: str | None, what: str) -> date | None:
    from crm_tui.dates import parse_when

    return None if text is None else _told(crm, parse_when(text, crm.clock).day, text, what)


def _day_or_span(crm: Crm, text: str) -> date:
    from crm_tui.dates import parse_span, parse_when
    from crm_tui.errors import InvalidDataError

    try:
        day = parse_span(text).after(crm.clock.today)
    except InvalidDataError:
        day = parse_when(text, crm.clock).day
    return _told(crm, day, text, "Win back on")


def _told(crm: Crm, day: date, text: str, what: str) -> date:
    """Say which day was understood, unless it was written out."""
    from crm_tui.dates import short_day

    if day.isoformat() != text.strip():
        output.say(f"{what} {short_day(day, crm.clock.today)} ({day.isoformat()}).", dim=True)
    return day
