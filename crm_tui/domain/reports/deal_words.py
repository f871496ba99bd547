"""What the reports on deals say in words: amounts, rates, counts, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crm_tui.domain.reports.report import Figure, Unit
from crm_tui.money import Money, divide_half_even, exponent

if TYPE_CHECKING:
    from crm_tui.domain.reports.cells import Cell

Kept = tuple[Figure, ...]


def money(key: str, title: str) -> tuple[Figure]:
    """A figure of money."""
    return (Figure(key, title, Unit.MONEY),)


def counts(**titles: str) -> Kept:
    """Figures that count, by their keys."""
    return tuple(Figure(key, title, Unit.COUNT) for key, title in titles.items())


CURRENCY: Kept = (Figure("currency", "Currency", Unit.TEXT, for_machines=True),)
TOTAL_CURRENCY: Kept = (*CURRENCY, Figure("converted", "Converted", Unit.TEXT, for_machines=True))


ROUNDED_BY_DAY = "Converted amounts are rounded for each day of closing; the lines can differ by as much."
"""A note on sums of deals that were converted day by day."""
_ROUNDED_BY_ROW = "Converted amounts are rounded for each row of the report; the lines can differ by as much."


def whole_units(amount: Money) -> str:
    """An amount in whole units with its currency, halves to the even neighbour: 4,200 EUR."""
    return f"{divide_half_even(amount.minor, 10 ** exponent(amount.currency)):,} {amount.currency}"


def percent(rate: float | None) -> str:
    """A rate in whole percent; a dash where there is none."""
    return "-" if rate is None else f"{rate * 100:.0f} %"


def rate(value: float | None) -> str:
    """A rate with a decimal, for arithmetic; a dash where there is none."""
    return "-" if value is None else f"{value * 100:.1f} %"


def length(days: float | None) -> str:
    """A number of days, with a decimal where it is no whole one."""
    if days is None:
        return "-"
    shown = f"{days:,.1f}".removesuffix(".0")
    return f"{shown} {'day' if shown == '1' else 'days'}"


def some(number: int, words: str) -> list[str]:
    """A count with its words, nothing where it is 0."""
    return [f"{number:,} {words}"] if number else []


def joined(*forms: Sequence[str]) -> tuple[str, ...]:
    """Answers of several lengths, each once, without the figures that are empty."""
    found = (" · ".join(part for part in parts if part) for parts in forms)
    return tuple(dict.fromkeys(found))


def worth(amounts: Sequence[Money]) -> tuple[str, str]:
    """Amounts of several currencies: all of them, and the first with how many more there are."""
    texts = [whole_units(each) for each in amounts]
    more = len(texts) - 1
    if more < 1:
        return "".join(texts), "".join(texts)
    return " + ".join(texts), f"{texts[0]} + {more} more {'currency' if more == 1 else 'currencies'}"


def without_amount(missing: int) -> list[str]:
    """A note on deals without an amount."""
    if not missing:
        return []
    deals = "1 deal has" if missing == 1 else f"{missing:,} deals have"
    return [f"{deals} no amount, which counts as nothing."]


def rounded_by_row(cell: Cell, codes: Iterable[str | None]) -> list[str]:
    """A note on totals that rows come to which were converted from other currencies, each by itself."""
    is_total = cell.row is None and cell.code is None and cell.asked.convert and cell.value is not None
    foreign = is_total and any(code not in (None, cell.currency) for code in codes)
    return [_ROUNDED_BY_ROW] if foreign else []
