"""crm stage: the steps of a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui.columns import simple
from crm_tui.commands.context import ListCommand, RecordCommand, done, example, reading, show, writing
from crm_tui.commands.short_lists import arranged
from crm_tui.commands.values import empty, whole

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

app = typer.Typer(rich_markup_mode=None, help="The steps of a pipeline.")

STAGES: Final = simple(
    "stage", "id", "pipeline", "pipeline_id", "name", "position", "type", "probability", "rot_days",
    "created_at", "updated_at", "archived_at",
    table=("id", "pipeline", "position", "name", "type", "probability", "rot_days"),
    right=("pipeline_id", "position", "probability", "rot_days"),
)  # fmt: skip
Ref = Annotated[str, typer.Argument(metavar="STAGE", help="A name, the beginning of one, or an id.")]
Of = Annotated[
    str | None,
    typer.Option("--pipeline", metavar="P", help="The pipeline; the one of new deals unless given."),
]
Probability = Annotated[int | None, typer.Option(metavar="N", help="The chance of deals there, in percent.")]
RotDays = Annotated[
    str | None,
    typer.Option("--rot-days", metavar="N", help="Deals are stuck after so many days; none for never."),
]


@app.command(
    "list", cls=ListCommand, epilog=example("crm stage list", "crm stage list --pipeline Renewals --json")
)
def list_(
    ctx: typer.Context,
    pipeline: Annotated[
        str | None, typer.Option("--pipeline", metavar="P", help="Only the stages of this pipeline.")
    ] = None,
) -> None:
    """List the stages of every pipeline, in order."""
    with reading(ctx) as crm:
        found = crm.pipelines.stages(None if pipeline is None else crm.pipelines.find(pipeline).id)
        show(ctx, crm, STAGES, arranged(ctx, STAGES, found))


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example("crm stage add Contract --probability 90", "crm stage add Demo --at 3 --rot-days 7"),
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    pipeline: Of = None,
    type_: Annotated[str, typer.Option("--type", metavar="T", help="open, won or lost.")] = "open",
    probability: Probability = None,
    rot_days: RotDays = None,
    at: Annotated[int | None, typer.Option("--at", metavar="N", help="Its place, counted from 1.")] = None,
) -> None:
    """Add a stage: an open one after the open ones, another at the end."""
    with writing(ctx) as crm:
        values = _values(probability=probability, rot_days=rot_days)
        made = crm.pipelines.add_stage(_pipeline(crm, pipeline), name, type=type_, position=at, **values)
        done(ctx, crm, STAGES, [made])


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm stage edit Lead --name New", "crm stage edit Proposal --probability 60 --rot-days none"
    ),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    pipeline: Of = None,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    type_: Annotated[str | None, typer.Option("--type", metavar="T", help="open, won or lost.")] = None,
    probability: Probability = None,
    rot_days: RotDays = None,
) -> None:
    """Change a stage; the deals in it stay as they are."""
    with writing(ctx) as crm:
        values = _values(name=name, type=type_, probability=probability, rot_days=rot_days)
        done(ctx, crm, STAGES, [crm.pipelines.update_stage(_stage(crm, ref, pipeline), **values)])


@app.command("move", cls=RecordCommand, epilog=example("crm stage move Demo --to 2"))
def move(
    ctx: typer.Context,
    ref: Ref,
    to: Annotated[int, typer.Option("--to", metavar="N", help="Its new place, counted from 1.")],
    pipeline: Of = None,
) -> None:
    """Put a stage at another place of its pipeline."""
    with writing(ctx) as crm:
        done(ctx, crm, STAGES, [crm.pipelines.move_stage(_stage(crm, ref, pipeline), to)])


@app.command(
    "remove",
    cls=RecordCommand,
    epilog=example("crm stage remove Demo", "crm stage remove Demo --move-to Proposal"),
)
def remove(
    ctx: typer.Context,
    ref: Ref,
    pipeline: Of = None,
    move_to: Annotated[
        str | None, typer.Option("--move-to", metavar="STAGE", help="Where its deals go.")
    ] = None,
) -> None:
    """Remove a stage; one that deals are in needs to be told where they go."""
    with writing(ctx) as crm:
        stage = _stage(crm, ref, pipeline)
        target = None if move_to is None else _stage(crm, move_to, pipeline)
        done(ctx, crm, STAGES, [crm.pipelines.remove_stage(stage, move_to=target)])


def _pipeline(crm: Crm, ref: str | None) -> int:
    return (crm.pipelines.default() if ref is None else crm.pipelines.find(ref)).id


def _stage(crm: Crm, ref: str, pipeline: str | None) -> int:
    return crm.pipelines.find_stage(ref, _pipeline(crm, pipeline)).id


def _values(**options: object) -> dict[str, Any]:
    values: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if "rot_days" in values:
        days = empty(values["rot_days"])
        values["rot_days"] = None if days is None else whole(days, "number of days")
    return values
