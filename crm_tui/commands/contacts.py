"""crm contact: people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_tui.columns import CONTACTS
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    confirm,
    done,
    example,
    list_options,
    reading,
    show,
    show_one,
    writing,
)

from crm_tui.commands.values import assignments, given, parsed

if TYPE_CHECKING:
    from crm_tui.domain.contacts import ContactValues
    from crm_tui.domain.crm import Crm

app = typer.Typer(rich_markup_mode=None, help="People: add, list, show, edit, tag, put away.")

Ref = Annotated[str, typer.Argument(metavar="REF", help="An id, e-mail, phone or unique name.")]
Emails = Annotated[
    list[str] | None, typer.Option("--email", metavar="E", help="An e-mail; may be given again.")
]
Phones = Annotated[
    list[str] | None, typer.Option("--phone", metavar="P", help="A phone number; may be given again.")
]
Company = Annotated[str | None, typer.Option(help="Where they work; made when it is not there yet.")]
Title = Annotated[str | None, typer.Option(help="What they are there.")]
Lifecycle = Annotated[str | None, typer.Option(help="lead, prospect, customer or former.")]
Source = Annotated[str | None, typer.Option(help="Where they came from.")]
ReferredBy = Annotated[str | None, typer.Option("--referred-by", metavar="REF", help="Who brought them.")]
Birthday = Annotated[str | None, typer.Option(metavar="D", help="YYYY-MM-DD, or --MM-DD without the year.")]
Cadence = Annotated[str | None, typer.Option(metavar="SPAN", help="Keep in touch every 30d, 6w, 3m, 1y.")]
Language = Annotated[str | None, typer.Option(help="The language to write to them in.")]
Timezone = Annotated[str | None, typer.Option(help="Their time zone, such as Europe/Istanbul.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="A tag; may be given again.")]
Note = Annotated[str | None, typer.Option(help="A note.")]
Custom = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A custom field's value.")
]


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm contact add 'Anna Kowalska'",
        "crm contact add 'Elvin Məmmədov' --email elvin@example.com --company 'Caspian Foods' --cadence 30d --tag vip",
    ),
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The person's name; nothing else is needed.")],
    email: Emails = None,
    phone: Phones = None,
    company: Company = None,
    title: Title = None,
    lifecycle: Lifecycle = None,
    source: Source = None,
    referred_by: ReferredBy = None,
    birthday: Birthday = None,
    cadence: Cadence = None,
    language: Language = None,
    timezone: Timezone = None,
    tag: Tags = None,
    note: Note = None,
    custom: Custom = None,
) -> None:
    """Add a person."""
    with writing(ctx) as crm:
        values = _values(
            crm,
            given(
                emails=email, phones=phone, company=company, title=title, lifecycle=lifecycle, source=source,
                referred_by=referred_by, birthday=birthday, cadence=cadence, language=language, timezone=timezone,
                tags=tag, note=note, custom=custom,
            ),
        )  # fmt: skip
        values["name"] = name
        done(ctx, crm, CONTACTS, [crm.contacts.add(**values)])


@app.command(
    "list",
    cls=ListCommand,
    epilog=example(
        "crm contact list",
        "crm contact list tag:vip 'last_contacted_on<30d' --sort -last_contacted_on",
        "crm contact list company:acme -f csv --columns name,emails,phones",
    ),
)
def list_(
    ctx: typer.Context,
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
) -> None:
    """List people, by name unless sorted otherwise."""
    with reading(ctx) as crm:
        show(ctx, crm, CONTACTS, crm.contacts.iterate(parsed(filters), **list_options(ctx)))


@app.command(
    "show",
    cls=RecordCommand,
    epilog=example("crm contact show anna@example.com", "crm contact show 12 --json"),
)
def show_(ctx: typer.Context, ref: Ref) -> None:
    """Show one person."""
    with reading(ctx) as crm:
        show_one(ctx, crm, CONTACTS, crm.contacts.find(ref))


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm contact edit anna --title 'Head of purchasing'",
        "crm contact edit 12 --cadence none --set size=L",
    ),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    email: Emails = None,
    phone: Phones = None,
    company: Company = None,
    title: Title = None,
    lifecycle: Lifecycle = None,
    source: Source = None,
    referred_by: ReferredBy = None,
    birthday: Birthday = None,
    cadence: Cadence = None,
    language: Language = None,
    timezone: Timezone = None,
    tag: Tags = None,
    note: Note = None,
    custom: Custom = None,
) -> None:
    """Change a person. E-mails, phones and tags given replace those there are; "none" empties a field."""
    with writing(ctx) as crm:
        contact = crm.references.contact(ref)
        values = _values(
            crm,
            given(
                emails=email, phones=phone, company=company, title=title, lifecycle=lifecycle, source=source,
                referred_by=referred_by, birthday=birthday, cadence=cadence, language=language, timezone=timezone,
                tags=tag, note=note, custom=custom,
            ),
        )  # fmt: skip
        if name is not None:
            values["name"] = name
        done(ctx, crm, CONTACTS, [crm.contacts.update(contact, **values)])


@app.command("delete", cls=RecordCommand, epilog=example("crm contact delete 12 --yes"))
def delete(
    ctx: typer.Context, ref: Ref, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Remove a person who has no history; the others are put away with archive."""
    with writing(ctx) as crm:
        contact = crm.contacts.find(ref)
        confirm(f"Delete {contact.name} ({contact.id})?", yes=yes)
        done(ctx, crm, CONTACTS, [crm.contacts.delete(contact.id)])


def _values(crm: Crm, options: dict[str, Any]) -> ContactValues:
    values: ContactValues = {}
    for name, value in options.items():
        if name == "referred_by":
            values["referred_by_id"] = None if value is None else crm.references.contact(value)
        elif name == "cadence":
            from crm_tui.dates import span_days

            values["cadence_days"] = None if value is None else span_days(value)
        elif name == "custom":
            values["custom"] = assignments(value)
        else:
            values[name] = value  # type: ignore[literal-required]  # the options are named like the fields
    return values
