"""crm product: what is sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from crm_tui.columns import PRODUCTS
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
from crm_tui.commands.values import given, parsed, whole

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.products import ProductChanges, ProductValues
    from crm_tui.models import Product

app = typer.Typer(rich_markup_mode=None, help="What is sold: add, list, show, edit, put away.")

Ref = Annotated[str, typer.Argument(metavar="REF", help="An SKU, an id, or a unique name.")]
Sku = Annotated[str | None, typer.Option(help="Its own short name; made from the name unless given.")]
Price = Annotated[
    str | None, typer.Option(metavar="M", help='What one costs without tax: "12.50 EUR", or 12.50.')
]
Warranty = Annotated[str | None, typer.Option(metavar="MONTHS", help="For how many months: 24.")]
Reorder = Annotated[
    str | None, typer.Option(metavar="SPAN", help="After which time it is usually bought again: 90d, 3m.")
]


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm product add Widget --price 12.50",
        "crm product add 'Ink, black' --sku INK-B --price '9.90 EUR' --warranty 12 --reorder 90d",
    ),
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called; nothing else is needed.")],
    sku: Sku = None,
    price: Price = None,
    warranty: Warranty = None,
    reorder: Reorder = None,
) -> None:
    """Add a product."""
    with writing(ctx) as crm:
        options = given(sku=sku, price=price, warranty=warranty, reorder=reorder)
        done(ctx, crm, PRODUCTS, [crm.products.add(name, **_values(crm, options, None))])


@app.command(
    "list",
    cls=ListCommand,
    epilog=example(
        "crm product list", "crm product list 'price>=10' --sort -price", "crm product list ink -f csv"
    ),
)
def list_(
    ctx: typer.Context,
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
) -> None:
    """List products by name."""
    with reading(ctx) as crm:
        show(ctx, crm, PRODUCTS, crm.products.iterate(parsed(filters), **list_options(ctx)))


@app.command(
    "show", cls=RecordCommand, epilog=example("crm product show INK-B", "crm product show ink --json")
)
def show_(ctx: typer.Context, ref: Ref) -> None:
    """Show one product."""
    with reading(ctx) as crm:
        show_one(ctx, crm, PRODUCTS, crm.products.find(ref))


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example("crm product edit INK-B --price 10.40", "crm product edit ink --reorder none"),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    sku: Sku = None,
    price: Price = None,
    warranty: Warranty = None,
    reorder: Reorder = None,
) -> None:
    """Change a product; invoices keep the price they were made with. "none" empties a field."""
    with writing(ctx) as crm:
        product = crm.products.find(ref)
        options = given(sku=sku, price=price, warranty=warranty, reorder=reorder)
        changes = cast("ProductChanges", _values(crm, options, product))
        if name is not None:
            changes["name"] = name
        done(ctx, crm, PRODUCTS, [crm.products.update(product.id, **changes)])


@app.command("archive", cls=RecordCommand, epilog=example("crm product archive INK-B"))
def archive(ctx: typer.Context, ref: Ref) -> None:
    """Put a product away: out of the lists, and not due to be bought again; what was sold stays."""
    with writing(ctx) as crm:
        done(ctx, crm, PRODUCTS, [crm.products.archive(crm.references.product(ref))])


@app.command("restore", cls=RecordCommand, epilog=example("crm product restore INK-B"))
def restore(ctx: typer.Context, ref: Ref) -> None:
    """Bring a product back into the lists."""
    with writing(ctx) as crm:
        done(ctx, crm, PRODUCTS, [crm.products.restore(crm.references.product(ref))])


@app.command("delete", cls=RecordCommand, epilog=example("crm product delete INK-B --yes"))
def delete(
    ctx: typer.Context, ref: Ref, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Remove a product that was never sold; the others are put away with archive."""
    with writing(ctx) as crm:
        product = crm.products.find(ref)
        confirm(f"Delete {product.name} ({product.id})?", yes=yes)
        done(ctx, crm, PRODUCTS, [crm.products.delete(product.id)])


def _values(crm: Crm, options: dict[str, Any], product: Product | None) -> ProductValues:
    from crm_tui.dates import span_days
    from crm_tui.money import parse_money

    values: ProductValues = {}
    if "sku" in options:
        values["sku"] = options["sku"]
    if "warranty" in options:
        months = options["warranty"]
        values["warranty_months"] = None if months is None else whole(months, "number of months")
    if "reorder" in options:
        span = options["reorder"]
        values["reorder_days"] = None if span is None else span_days(span)
    if "price" in options:
        values["price_minor"] = None
        if options["price"] is not None:
            own = product.currency if product is not None else None
            money = parse_money(options["price"], own or crm.config.base_currency)
            values["price_minor"], values["currency"] = money.minor, money.currency
    return values
