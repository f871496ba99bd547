"""crm rate: what currencies are worth in the base currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from crm_tui.columns import Column, Kind, simple
from crm_tui.commands.context import ListCommand, SignedCommand, done, example, reading, show, writing
from crm_tui.commands.short_lists import arranged

if TYPE_CHECKING:
    from decimal import Decimal

    from crm_tui.models import Rate

app = typer.Typer(rich_markup_mode=None, help="What currencies are worth.")


def _worth(rate: Rate) -> Decimal:
    from decimal import Decimal

    return Decimal(rate.rate)


_PLAIN: Final = simple("rate", "id", "currency", "rate", "day", "created_at", "updated_at", right=("rate",))
RATES: Final = Kind("rate", _PLAIN.columns, ("currency", "rate", "day"))
# rates are text, and sorted by what the text means
_SORTED: Final = Kind(
    "rate",
    tuple(Column("rate", "Rate", _worth) if each.key == "rate" else each for each in RATES.columns),
    RATES.table,
)


@app.command(
    "set", cls=SignedCommand, epilog=example("crm rate set EUR 1.92", "crm rate set EUR 1.92 --on 2026-11-01")
)
def set_(
    ctx: typer.Context,
    currency: Annotated[str, typer.Argument(help="A three-letter code such as EUR.")],
    rate: Annotated[str, typer.Argument(help="What one unit is worth in the base currency.")],
    on: Annotated[str | None, typer.Option(metavar="D", help="From this day on; today unless given.")] = None,
) -> None:
    """Note what one unit of a currency is worth in the base currency, from a day on."""
    from crm_tui.dates import parse_when

    with writing(ctx) as crm:
        day = None if on is None else parse_when(on, crm.clock).day
        done(ctx, crm, RATES, [crm.rates.set(currency, rate, day)])


@app.command("list", cls=ListCommand, epilog=example("crm rate list", "crm rate list usd --limit 1 --json"))
def list_(
    ctx: typer.Context,
    currency: Annotated[str | None, typer.Argument(metavar="[CURRENCY]", help="Only this currency.")] = None,
) -> None:
    """List the rates, the newest of each currency first."""
    with reading(ctx) as crm:
        show(ctx, crm, RATES, arranged(ctx, _SORTED, crm.rates.list(currency)))
