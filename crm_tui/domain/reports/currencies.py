"""Sums of several currencies as one, by the rates of a day, and never without saying so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_tui.errors import InvalidDataError
from crm_tui.money import Money, convert

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from crm_tui.domain.crm import Crm


@dataclass(frozen=True, slots=True)
class Whole:
    """What sums of several currencies come to.

    Attributes:
        money: the sum in one currency; None where a currency has no rate or the result is too large an amount.
        converted: whether rates were used.
        unrated: the currencies without a rate.
        rates: what one unit of each other currency was worth in the base currency.
    """

    money: Money | None
    converted: bool = False
    unrated: tuple[str, ...] = ()
    rates: tuple[tuple[str, Decimal], ...] = ()

    @property
    def note(self) -> str:
        """A sentence about the rates; empty where none were needed."""
        if self.unrated:
            names = ", ".join(self.unrated)
            return f"There is no rate for {names}, so there is no sum of all: crm rate set {self.unrated[0]} RATE."
        if not self.converted or self.money is None:
            return ""
        worth = ", ".join(f"1 {code} = {rate} {self.money.currency}" for code, rate in self.rates)
        return f"Converted: {worth}."


def base_first(crm: Crm) -> Callable[[str], tuple[bool, str]]:
    """The order of currencies: the base one, then by their codes."""
    base = crm.config.base_currency
    return lambda code: (code != base, code)


def left_as_they_are(codes: Sequence[str]) -> str:
    """A sentence about rows that were to be converted, of currencies without a rate on their days."""
    return (
        f"On some of the days there is no rate for {', '.join(codes)}; those rows are left as they are:"
        f" crm rate set {codes[0]} RATE --on DAY."
    )


def whole(crm: Crm, sums: Mapping[str, int], day: date) -> Whole:
    """Sums in minor units by currency as one: in their own where there is only one, else in the base currency."""
    if len(sums) <= 1:
        code, minor = next(iter(sums.items()), (crm.config.base_currency, 0))
        return Whole(Money(minor, code))
    base = crm.config.base_currency
    rates = {code: crm.rates.rate_on(code, day) for code in sorted(sums) if code != base}
    unrated = tuple(code for code, rate in rates.items() if rate is None)
    known = tuple((code, rate) for code, rate in rates.items() if rate is not None)
    if unrated:
        return Whole(None, unrated=unrated, rates=known)
    try:
        minor = sums.get(base, 0) + sum(convert(sums[code], code, base, rate) for code, rate in known)
    except InvalidDataError:
        return Whole(None, converted=True, rates=known)
    return Whole(Money(minor, base), converted=True, rates=known)
