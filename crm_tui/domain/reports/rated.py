"""Sums by currency: left apart, or each converted by the rate of its own day.

Converted sums are rounded once, half to even, for each row, currency and rate; the total is rounded by itself, so
that it is the same whatever the rows are of.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from crm_tui.domain.reports.currencies import Whole, base_first, left_as_they_are, whole
from crm_tui.errors import InvalidDataError
from crm_tui.money import Money, convert, format_decimal, format_money

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

K = TypeVar("K", bound=Hashable)
Sums = dict[str, list[int]]
"""Figures by currency, each in minor units or a number of things."""
ROUNDING: Final = (
    "Converted by the rate of each day, rounded half to even for each row, currency and rate;"
    " rows can differ from the total by as much."
)


class Row(NamedTuple):
    """What one currency and day came to, of one row: first amounts of money, then counts."""

    key: Hashable
    currency: str
    day: str
    money: tuple[int, ...]
    counts: tuple[int, ...] = ()


class Part(NamedTuple):
    """What was in one currency, and at one rate if it was converted."""

    currency: str
    rate: Decimal | None
    money: tuple[int, ...]


class Rates:
    """The rates of a file by day; each currency is read once."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self._known: dict[str, tuple[list[str], list[Decimal]]] = {}

    def on(self, currency: str, day: str) -> Decimal | None:
        """What one unit was worth in the base currency; None before the first rate."""
        from decimal import Decimal

        if currency == self._crm.config.base_currency:
            return Decimal(1)
        if currency not in self._known:
            known = self._crm.rates.list(currency)[::-1]
            self._known[currency] = (
                [each.day.isoformat() for each in known],
                [Decimal(each.rate) for each in known],
            )
        days, rates = self._known[currency]
        place = bisect_right(days, day)
        return rates[place - 1] if place else None


def folded(crm: Crm, rows: Iterable[Row], *, convert_all: bool) -> dict[Hashable, Sums]:
    """The rows added up by their keys: by currency, or in the base currency as far as there are rates."""
    groups: dict[Hashable, dict[tuple[str, Decimal | None], tuple[list[int], list[int]]]] = {}
    rates = Rates(crm)
    for key, currency, day, money, counts in rows:
        at = (currency, rates.on(currency, day) if convert_all else None)
        sums = groups.setdefault(key, {}).setdefault(at, ([0] * len(money), [0] * len(counts)))
        for known, figures in zip(sums, (money, counts), strict=True):
            for place, figure in enumerate(figures):
                known[place] += figure
    return {key: _converted(crm, parts) for key, parts in groups.items()}


def together(crm: Crm, rows: Iterable[Row], *, convert_all: bool) -> Sums:
    """The rows added up whatever their keys."""
    return folded(crm, (each._replace(key=None) for each in rows), convert_all=convert_all).get(None, {})


def is_converted(crm: Crm, asked: Asked, rows: Iterable[Row]) -> bool:
    """Whether any of the rows is to be converted."""
    return asked.convert and any(each.currency != crm.config.base_currency for each in rows)


def rated(crm: Crm, rows: Iterable[Row]) -> list[Part]:
    """The rows added up by currency and the rate of their day, in order."""
    rates, groups = Rates(crm), dict[tuple[str, "Decimal | None"], list[int]]()
    for _, currency, day, money, _ in rows:
        sums = groups.setdefault((currency, rates.on(currency, day)), [0] * len(money))
        for place, figure in enumerate(money):
            sums[place] += figure
    ordered = sorted(groups.items(), key=lambda each: (each[0][0], each[0][1] is None, each[0][1]))
    return [Part(currency, rate, tuple(sums)) for (currency, rate), sums in ordered]


def _converted(
    crm: Crm, parts: Mapping[tuple[str, Decimal | None], tuple[list[int], list[int]]]
) -> dict[str, list[int]]:
    base = crm.config.base_currency
    found: Sums = {}
    for (currency, rate), (money, counts) in parts.items():
        code, worth = currency, money
        if rate is not None:
            try:
                code, worth = base, [convert(minor, currency, base, rate) for minor in money]
            except InvalidDataError:
                # too large an amount in the base currency
                code = currency
        figures = [*worth, *counts]
        known = found.setdefault(code, [0] * len(figures))
        found[code] = [one + other for one, other in zip(known, figures, strict=True)]
    return found


def wholes(crm: Crm, sums: Mapping[str, Sequence[int]], money: int, day: date) -> list[Whole]:
    """The first ``money`` figures of all currencies, each as one sum: all in the same currency or none of them."""
    return [
        whole(crm, {code: figures[place] for code, figures in sums.items()}, day) for place in range(money)
    ]


def notes(
    crm: Crm, sums: Mapping[str, Sequence[int]], *, converted: bool, unrated: Collection[str] = ()
) -> list[str]:
    """What is to be said about converted rows: how they are rounded, and what could not be converted.

    Of the ``unrated`` ones, for want of whose rate there is no sum of all, that is said, and once is enough.
    """
    if not converted:
        return []
    rounding = [ROUNDING] if crm.rates.list() else []
    left = sorted(set(sums) - {crm.config.base_currency} - set(unrated))
    return [*rounding, left_as_they_are(left)] if left else rounding


def ordered(crm: Crm, codes: Iterable[str]) -> list[str]:
    """Currencies, the base one first."""
    return sorted(codes, key=base_first(crm))


def told(money: Money | None) -> str:
    """Money as people read it; a dash where it is not known."""
    return "-" if money is None else format_money(money.minor, money.currency)


def several(sums: Mapping[str, int]) -> str:
    """Sums of several currencies in a line."""
    return " + ".join(format_money(minor, code) for code, minor in sums.items()) or "nothing"


def arithmetic(crm: Crm, parts: Sequence[Part], total: Money | None, *, converted: bool) -> list[str]:
    """How parts become a total, a line each: nothing where it is their sum, the sums apart where there is no total."""
    if converted:
        return _steps(crm, parts)
    if total is not None:
        return []
    sums: dict[str, int] = {}
    for currency, _, money in parts:
        sums[currency] = sums.get(currency, 0) + money[0]
    return [several(sums)]


def _steps(crm: Crm, parts: Sequence[Part]) -> list[str]:
    base = crm.config.base_currency
    lines = []
    for currency, rate, money in parts:
        line = format_money(money[0], currency)
        if rate is None:
            line += ": no rate"
        elif currency != base:
            line += f" x {rate} = {_worth(money[0], currency, base, rate)}"
        lines.append(line)
    return lines


def _worth(minor: int, currency: str, base: str, rate: Decimal) -> str:
    try:
        return format_money(convert(minor, currency, base, rate), base)
    except InvalidDataError:
        return "too large an amount"


def nominal(minor: int, currency: str) -> float:
    """An amount as a length, by its figure: 1,000 JPY as long as 1,000.00 EUR."""
    return float(format_decimal(minor, currency))
