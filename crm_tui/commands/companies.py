"""crm company: organisations people work for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_tui.columns import COMPANIES, Kind
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
    method_column,
    method_group,
    party_values,
    payer_columns,
    tag_changes,
)
from crm_tui.commands.values import parsed

if TYPE_CHECKING:
    from crm_tui.domain.companies import CompanyValues

app = typer.Typer(rich_markup_mode=None, help="Organisations people work for.")
app.add_typer(
    method_group(
        "company", COMPANIES, lambda crm, ref: crm.references.company(ref), lambda crm: crm.companies
    ),
    name="method",
)

Ref = Annotated[str, typer.Argument(metavar="REF", help="An id, e-mail, phone or unique name.")]
Domain = Annotated[str | None, typer.Option(help="The domain of its mail addresses, such as acme.example.")]
Industry = Annotated[str | None, typer.Option(help="What it does.")]
Size = Annotated[str | None, typer.Option(help="How large it is, such as 11-50.")]
Website = Annotated[str | None, typer.Option(help="Its website.")]
Parent = Annotated[
    str | None, typer.Option(metavar="C", help="The company it belongs to; made when it is not there yet.")
]


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm company add Acme",
        "crm company add 'Caspian Foods' --domain caspian.example --size 11-50 --tag export",
    ),
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name; nothing else is needed.")],
    domain: Domain = None,
    industry: Industry = None,
    size: Size = None,
    website: Website = None,
    parent: Parent = None,
    email: Emails = None,
    phone: Phones = None,
    tag: Tags = None,
    note: Note = None,
    custom: Custom = None,
) -> None:
    """Add a company."""
    with writing(ctx) as crm:
        values = _values(
            domain=domain, industry=industry, size=size, website=website, parent=parent, emails=email,
            phones=phone, tags=tag, note=note, custom=custom,
        )  # fmt: skip
        values["name"] = name
        done(ctx, crm, COMPANIES, [crm.companies.add(**values)])


@app.command(
    "list",
    cls=ListCommand,
    epilog=example("crm company list", "crm company list tag:export industry:food --sort -created_at"),
)
def list_(ctx: typer.Context, filters: Filters = None) -> None:
    """List companies, by name unless sorted otherwise."""
    with reading(ctx) as crm:
        show(ctx, crm, COMPANIES, crm.companies.iterate(parsed(filters), **list_options(ctx)))


@app.command("show", cls=RecordCommand, epilog=example("crm company show acme", "crm company show 3 --json"))
def show_(ctx: typer.Context, ref: Ref) -> None:
    """Show one company, with every way to reach it."""
    with reading(ctx) as crm:
        company = crm.companies.find(ref)
        money = payer_columns(ctx, lambda: crm.invoices.payer(company_id=company.id))
        columns = (*COMPANIES.columns, method_column(crm.companies.methods(company.id)), *money)
        show_one(ctx, crm, Kind(COMPANIES.noun, columns, COMPANIES.table, custom=True), company)


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm company edit acme --name 'Acme Foods' --size 51-200", "crm company edit 3 --parent none"
    ),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    domain: Domain = None,
    industry: Industry = None,
    size: Size = None,
    website: Website = None,
    parent: Parent = None,
    email: Emails = None,
    phone: Phones = None,
    tag: Tags = None,
    note: Note = None,
    custom: Custom = None,
) -> None:
    """Change a company. E-mails, phones and tags given replace those there are; "none" empties a field."""
    with writing(ctx) as crm:
        company = crm.references.company(ref)
        values = _values(
            domain=domain, industry=industry, size=size, website=website, parent=parent, emails=email,
            phones=phone, tags=tag, note=note, custom=custom,
        )  # fmt: skip
        if name is not None:
            values["name"] = name
        done(ctx, crm, COMPANIES, [crm.companies.update(company, **values)])


@app.command("tag", cls=RecordCommand, epilog=example("crm company tag acme --add export --remove old"))
def tag_(ctx: typer.Context, ref: Ref, add: TagsOn = None, remove: TagsOff = None) -> None:
    """Put tags on a company and take others off."""
    with writing(ctx) as crm:
        changes = tag_changes(add, remove)
        done(ctx, crm, COMPANIES, [crm.companies.tag(crm.references.company(ref), **changes)])


@app.command("archive", cls=RecordCommand, epilog=example("crm company archive acme"))
def archive(ctx: typer.Context, ref: Ref) -> None:
    """Put a company away: out of every list, nothing lost."""
    with writing(ctx) as crm:
        done(ctx, crm, COMPANIES, [crm.companies.archive(crm.references.company(ref))])


@app.command(
    "restore",
    cls=RecordCommand,
    epilog=example("crm company list archived_at:any", "crm company restore acme"),
)
def restore(ctx: typer.Context, ref: Ref) -> None:
    """Bring a company that was put away back into the lists."""
    with writing(ctx) as crm:
        done(ctx, crm, COMPANIES, [crm.companies.restore(crm.references.company(ref))])


@app.command(
    "delete",
    cls=RecordCommand,
    epilog=example("crm company delete acme --yes", "crm company delete 3 --move-to 5 --yes"),
)
def delete(
    ctx: typer.Context,
    ref: Ref,
    move_to: Annotated[
        str | None,
        typer.Option("--move-to", metavar="REF", help="Whose its contacts, deals and invoices will be."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Remove a company; what refers to it is moved first, else it is refused."""
    with writing(ctx) as crm:
        company = crm.companies.find(ref)
        target = None if move_to is None else crm.references.company(move_to)
        confirm(f"Delete {company.name} ({company.id})?", yes=yes)
        done(ctx, crm, COMPANIES, [crm.companies.delete(company.id, move_to=target)])


add_to(app, "company", COMPANIES)


def _values(**options: Any) -> CompanyValues:
    return party_values(**options)  # type: ignore[return-value]  # the options are named like the fields
