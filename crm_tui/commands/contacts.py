"""crm contact: people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_tui.columns import CONTACTS, Kind
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
from crm_tui.commands.duplicates import add_to
from crm_tui.commands.party_options import (
    Custom,
    Emails,
    Filters,
    Note,
    Phones,
    Tags,
    TagsOff,
    TagsOn,
    Yes,
    detail,
    method_column,
    method_group,
    party_values,
    payer_columns,
    tag_changes,
)
from crm_tui.commands.values import NONE, empty, parsed

if TYPE_CHECKING:
    from crm_tui.domain.contacts import ContactValues
    from crm_tui.domain.crm import Crm
    from crm_tui.models import ContactView

app = typer.Typer(rich_markup_mode=None, help="People: add, list, show, edit, tag, put away.")
app.add_typer(
    method_group("contact", CONTACTS, lambda crm, ref: crm.references.contact(ref), lambda crm: crm.contacts),
    name="method",
)

Ref = Annotated[str, typer.Argument(metavar="REF", help="An id, e-mail, phone or unique name.")]
Company = Annotated[str | None, typer.Option(help="Where they work; made when it is not there yet.")]
Title = Annotated[str | None, typer.Option(help="What they are there.")]
Lifecycle = Annotated[str | None, typer.Option(help="lead, prospect, customer or former.")]
Source = Annotated[str | None, typer.Option(help="Where they came from.")]
ReferredBy = Annotated[str | None, typer.Option("--referred-by", metavar="REF", help="Who brought them.")]
Birthday = Annotated[str | None, typer.Option(metavar="D", help="YYYY-MM-DD, or --MM-DD without the year.")]
Cadence = Annotated[str | None, typer.Option(metavar="SPAN", help="Keep in touch every 30d, 6w, 3m, 1y.")]
Language = Annotated[str | None, typer.Option(help="The language to write to them in.")]
Timezone = Annotated[str | None, typer.Option(help="Their time zone, such as Europe/Istanbul.")]


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm contact add 'Anna Kowalska'",
        "crm contact add 'Elvin Məmmədov' --email elvin@acme.example --company Acme --cadence 30d",
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
            emails=email, phones=phone, company=company, title=title, lifecycle=lifecycle, source=source,
            referred_by=referred_by, birthday=birthday, cadence=cadence, language=language, timezone=timezone,
            tags=tag, note=note, custom=custom,
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
    filters: Filters = None,
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
    """Show one person, with every way to reach them, their dates and relations."""
    with reading(ctx) as crm:
        contact = crm.contacts.find(ref)
        card = _card(crm, contact)
        money = payer_columns(ctx, lambda: crm.invoices.payer(contact_id=contact.id))
        show_one(ctx, crm, card._replace(columns=(*card.columns, *money)), contact)


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
            emails=email, phones=phone, company=company, title=title, lifecycle=lifecycle, source=source,
            referred_by=referred_by, birthday=birthday, cadence=cadence, language=language, timezone=timezone,
            tags=tag, note=note, custom=custom,
        )  # fmt: skip
        if name is not None:
            values["name"] = name
        done(ctx, crm, CONTACTS, [crm.contacts.update(contact, **values)])


@app.command(
    "tag", cls=RecordCommand, epilog=example("crm contact tag anna --add vip --add fair --remove old")
)
def tag_(ctx: typer.Context, ref: Ref, add: TagsOn = None, remove: TagsOff = None) -> None:
    """Put tags on a person and take others off."""
    with writing(ctx) as crm:
        changes = tag_changes(add, remove)
        done(ctx, crm, CONTACTS, [crm.contacts.tag(crm.references.contact(ref), **changes)])


@app.command("archive", cls=RecordCommand, epilog=example("crm contact archive anna"))
def archive(ctx: typer.Context, ref: Ref) -> None:
    """Put a person away: out of every list, nothing lost."""
    with writing(ctx) as crm:
        done(ctx, crm, CONTACTS, [crm.contacts.archive(crm.references.contact(ref))])


@app.command(
    "restore",
    cls=RecordCommand,
    epilog=example("crm contact list archived_at:any", "crm contact restore anna"),
)
def restore(ctx: typer.Context, ref: Ref) -> None:
    """Bring a person who was put away back into the lists."""
    with writing(ctx) as crm:
        done(ctx, crm, CONTACTS, [crm.contacts.restore(crm.references.contact(ref))])


@app.command("delete", cls=RecordCommand, epilog=example("crm contact delete 12 --yes"))
def delete(ctx: typer.Context, ref: Ref, yes: Yes = False) -> None:
    """Remove a person who has no history; the others are put away with archive."""
    with writing(ctx) as crm:
        contact = crm.contacts.find(ref)
        confirm(f"Delete {contact.name} ({contact.id})?", yes=yes)
        done(ctx, crm, CONTACTS, [crm.contacts.delete(contact.id)])


@app.command(
    "export",
    cls=RecordCommand,
    epilog=example("crm contact export anna -o anna.json", "crm contact export 12 -f table"),
)
def export(
    ctx: typer.Context,
    ref: Ref,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", readable=False, help="Where to; stdout unless given."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")] = False,
) -> None:
    """Write everything that is kept about a person, for when they ask: JSON, or text with -f table."""
    from crm_tui.commands.leaving import export_person

    export_person(ctx, ref, file, force=force)


@app.command(
    "forget",
    cls=RecordCommand,
    epilog=example("crm contact forget anna@example.com", "crm contact forget 12 --redact --yes"),
)
def forget(
    ctx: typer.Context,
    ref: Ref,
    redact: Annotated[
        bool, typer.Option("--redact", help="Write [forgotten] where texts of other records name them.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Erase a person for good, from the history too, and prove that nothing is left; it cannot be undone.

    Deals, invoices and payments stay without a name. The exit code is 1 when something still names the person.
    """
    from crm_tui.commands.leaving import forget_person

    forget_person(ctx, ref, redact=redact, yes=yes)


@app.command(
    "date",
    cls=RecordCommand,
    # a day without a year begins like an option
    context_settings={"ignore_unknown_options": True},
    epilog=example(
        "crm contact date anna wedding 2010-06-05",
        "crm contact date anna 'name day' --07-26",
        "crm contact date anna wedding none",
    ),
)
def date_(
    ctx: typer.Context,
    ref: Ref,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="What the day is.")],
    day: Annotated[
        str, typer.Argument(metavar="DATE", help="YYYY-MM-DD, or --MM-DD without the year; none removes it.")
    ],
) -> None:
    """Note a day that matters to a person, beside the birthday."""
    with writing(ctx) as crm:
        contact = crm.references.contact(ref)
        done(ctx, crm, CONTACTS, [crm.contacts.set_date(contact, label, empty(day))])


@app.command(
    "relate",
    cls=RecordCommand,
    epilog=example("crm contact relate anna assistant piotr", "crm contact relate 12 spouse 31 --remove"),
)
def relate(
    ctx: typer.Context,
    ref: Ref,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="spouse, colleague, assistant, ...")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Who is that to them.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it back.")] = False,
) -> None:
    """Note that OTHER is a person's spouse, colleague, assistant, ..."""
    with writing(ctx) as crm:
        tie = crm.contacts.unrelate if remove else crm.contacts.relate
        done(ctx, crm, CONTACTS, [tie(crm.references.contact(ref), kind, crm.references.contact(other))])


add_to(app, "contact", CONTACTS)


def _card(crm: Crm, contact: ContactView) -> Kind:
    dates = crm.contacts.dates(contact.id)
    relations = crm.contacts.relations(contact.id)
    return Kind(
        CONTACTS.noun,
        (
            *CONTACTS.columns,
            method_column(crm.contacts.methods(contact.id)),
            detail(
                "dates",
                [{"label": each.label, "date": each.date} for each in dates],
                [f"{each.label}: {each.date}" for each in dates],
            ),
            detail(
                "relations",
                [
                    {"kind": each.kind, "contact_id": each.other_id, "contact": name}
                    for each, name in relations
                ],
                [
                    *(f"{each.kind}: {name} ({each.other_id})" for each, name in relations),
                    # the machine's field is what the person's own record says
                    *(
                        f"{each.kind} of: {name} ({each.contact_id})"
                        for each, name in crm.contacts.relations_back(contact.id)
                    ),
                ],
            ),
        ),
        CONTACTS.table,
        custom=True,
    )


def _values(crm: Crm, **options: Any) -> ContactValues:
    from crm_tui.dates import span_days

    values: dict[str, Any] = party_values(**options)
    if "referred_by" in values:
        referrer = values.pop("referred_by")
        values["referred_by_id"] = None if referrer is None else crm.references.contact(referrer)
    if "cadence" in values:
        cadence = values.pop("cadence")
        values["cadence_days"] = None if cadence is None else span_days(cadence)
    if "lifecycle" in values:
        # there is no empty one: the word is refused like any other that is none
        values["lifecycle"] = values["lifecycle"] or NONE
    return values  # type: ignore[return-value]  # the options are named like the fields


@app.command(
    "query",
    epilog=example("crm contact query anna", "crm contact query memmedov", "crm contact query anna@ex"),
)
def query(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="The beginning of a name, an address or a company.")
    ],
) -> None:
    """The address book for mutt and aerc: a line for the eye, then address, name and company with tabs between them."""
    from crm_tui import output
    from crm_tui.commands.query import told
    from crm_tui.store.addresses import search

    with reading(ctx) as crm:
        lines, code = told(search(crm.connection, " ".join(words)))
    for line in lines:
        output.write(line)
    raise typer.Exit(code)
