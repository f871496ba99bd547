"""crm pipeline: ways of selling."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from crm_tui.columns import simple
from crm_tui.commands.context import ListCommand, RecordCommand, done, example, reading, show, writing
from crm_tui.commands.short_lists import arranged

app = typer.Typer(rich_markup_mode=None, help="Ways of selling.")

PIPELINES: Final = simple(
    "pipeline", "id", "name", "is_default", "stages", "created_at", "updated_at",
    table=("id", "name", "is_default", "stages"),
)  # fmt: skip
Ref = Annotated[str, typer.Argument(metavar="PIPELINE", help="A name, the beginning of one, or an id.")]


@app.command("list", cls=ListCommand, epilog=example("crm pipeline list", "crm pipeline list --json"))
def list_(ctx: typer.Context) -> None:
    """List the pipelines with their stages; new deals go to the default one."""
    with reading(ctx) as crm:
        show(ctx, crm, PIPELINES, arranged(ctx, PIPELINES, crm.pipelines.list()))


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm pipeline add Renewals",
        "crm pipeline add Courses --stage Asked=20 --stage Booked=80 --stage Paid",
    ),
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    stage: Annotated[
        list[str] | None,
        typer.Option("--stage", metavar="NAME[=N]", help="An open stage and its probability, in order."),
    ] = None,
) -> None:
    """Add a pipeline with the stages given, or the usual ones; Won and Lost come by themselves."""
    with writing(ctx) as crm:
        from crm_tui.domain.pipelines import NewStage

        stages = [NewStage.parse(each) for each in stage or ()]
        done(ctx, crm, PIPELINES, [crm.pipelines.add(name, stages=stages)])


@app.command("edit", cls=RecordCommand, epilog=example("crm pipeline edit Sales --name 'New business'"))
def edit(
    ctx: typer.Context, ref: Ref, name: Annotated[str, typer.Option("--name", help="Another name.")]
) -> None:
    """Give a pipeline another name."""
    with writing(ctx) as crm:
        done(ctx, crm, PIPELINES, [crm.pipelines.update(crm.pipelines.find(ref).id, name=name)])


@app.command(
    "remove",
    cls=RecordCommand,
    epilog=example("crm pipeline remove Courses", "crm pipeline remove Courses --move-to Lead"),
)
def remove(
    ctx: typer.Context,
    ref: Ref,
    move_to: Annotated[
        str | None,
        typer.Option("--move-to", metavar="STAGE", help="Where its open deals go: a stage of another one."),
    ] = None,
) -> None:
    """Remove a pipeline; one that deals are in needs to be told where they go."""
    with writing(ctx) as crm:
        pipeline = crm.pipelines.find(ref).id
        target = None if move_to is None else crm.pipelines.find_elsewhere(move_to, pipeline).id
        done(ctx, crm, PIPELINES, [crm.pipelines.remove(pipeline, move_to=target)])
