"""crm field: fields of the user's own on contacts, companies and deals."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from crm_tui.columns import simple
from crm_tui.commands.context import (
    PLURALS,
    ListCommand,
    RecordCommand,
    done,
    example,
    reading,
    show,
    writing,
)
from crm_tui.commands.short_lists import arranged

app = typer.Typer(rich_markup_mode=None, help="Fields of your own on contacts, companies and deals.")

FIELDS: Final = simple(
    "field", "id", "entity", "key", "label", "type", "choices", "created_at", "updated_at",
    table=("id", "entity", "key", "label", "type", "choices"),
)  # fmt: skip
Entity = Annotated[str, typer.Argument(metavar="KIND", help="contacts, companies or deals.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="Its key: small letters, digits and _.")]


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm field add contacts shoe_size --type number",
        "crm field add deals fit --type choice --choice good --choice poor --label 'How it fits'",
    ),
)
def add(
    ctx: typer.Context,
    entity: Entity,
    key: Key,
    type_: Annotated[
        str, typer.Option("--type", metavar="T", help="text, number, date, choice or flag.")
    ] = "text",
    label: Annotated[str | None, typer.Option(help="What it is called; its key unless given.")] = None,
    choice: Annotated[
        list[str] | None, typer.Option("--choice", metavar="C", help="A choice; may be given again.")
    ] = None,
) -> None:
    """Define a field; its values are set with --set KEY=VALUE and filtered by KEY:VALUE."""
    with writing(ctx) as crm:
        made = crm.fields.add(_plural(entity), key, type_, label=label, choices=choice or ())
        done(ctx, crm, FIELDS, [made])


@app.command("list", cls=ListCommand, epilog=example("crm field list", "crm field list deals --json"))
def list_(
    ctx: typer.Context,
    entity: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="Only those of contacts, companies or deals.")
    ] = None,
) -> None:
    """List the custom fields."""
    with reading(ctx) as crm:
        found = crm.fields.list(None if entity is None else _plural(entity))
        show(ctx, crm, FIELDS, arranged(ctx, FIELDS, found))


@app.command("remove", cls=RecordCommand, epilog=example("crm field remove contacts shoe_size"))
def remove(ctx: typer.Context, entity: Entity, key: Key) -> None:
    """Remove a field that no record has a value in."""
    with writing(ctx) as crm:
        done(ctx, crm, FIELDS, [crm.fields.remove(_plural(entity), key)])


def _plural(entity: str) -> str:
    word = entity.strip().lower()
    return PLURALS.get(word, word)
