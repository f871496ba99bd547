"""What every report is made of, and how sums of deals become totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from crm_tui.domain.board import Total
from crm_tui.errors import InvalidDataError
from crm_tui.money import convert, format_decimal

if TYPE_CHECKING:
    from decimal import Decimal

    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm

Row = TypeVar("Row")
Totals = TypeVar("Totals")


@dataclass(frozen=True, slots=True)
class Report(Generic[Row, Totals]):
    """An answer: its rows and totals, and the days they are about.

    ``period`` holds the days that were looked at, None where the report is about the state of one day alone. That
    day is ``as_of``: the state is that of its end, or of this moment when it is today.
    """

    name: str
    period: Period | None
    as_of: date
    rows: tuple[Row, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Converted:
    """Sums of several currencies in the base currency, in minor units.

    ``rates`` are those of the day: what one unit of each other currency was worth.
    """

    currency: str
    day: date
    amount_minor: int
    weighted_minor: int
    rates: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealTotals:
    """Deals added up by currency, those without an amount last.

    ``converted`` is there only when there are other currencies than the base one and each has a rate; ``unrated``
    names those that have none.
    """

    sums: tuple[Total, ...]
    converted: Converted | None = None
    unrated: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many deals there are, those without an amount included."""
        return count(self.sums)

    @property
    def missing(self) -> int:
        """How many of them have no amount."""
        return missing(self.sums)


@dataclass(frozen=True, slots=True)
class MoneyCells:
    """The money of a row for machines: decimal text, None where no amount is known."""

    currency: str | None
    amount: str | None
    weighted: str | None

    @classmethod
    def of(cls, total: Total) -> MoneyCells:
        """The amounts of a total."""
        if total.currency is None:
            return cls(None, None, None)
        return cls(
            total.currency,
            format_decimal(total.amount_minor, total.currency),
            format_decimal(total.weighted_minor, total.currency),
        )


def count(sums: Iterable[Total]) -> int:
    """How many deals the sums are made of."""
    return sum(each.count for each in sums)


def missing(sums: Iterable[Total]) -> int:
    """How many of them have no amount."""
    return sum(each.missing for each in sums)


def added(sums: Iterable[Total]) -> tuple[Total, ...]:
    """Sums of several rows as one of each currency, deals without an amount last."""
    found: dict[str | None, Total] = {}
    for each in sums:
        known = found.get(each.currency, Total(each.currency, 0, 0, 0, 0))
        found[each.currency] = Total(
            each.currency,
            known.count + each.count,
            known.amount_minor + each.amount_minor,
            known.weighted_minor + each.weighted_minor,
            known.missing + each.missing,
        )
    return tuple(sorted(found.values(), key=lambda each: (each.currency is None, each.currency or "")))


def converted(crm: Crm, sums: Sequence[Total], day: date) -> tuple[Converted | None, tuple[str, ...]]:
    """The sums in the base currency by the rates of a day, and the currencies that have no rate.

    Nothing where there is only the base currency, where a rate is missing, or where the result is too large an amount.
    """
    base = crm.config.base_currency
    known = [each for each in sums if each.currency is not None]
    others = sorted({each.currency for each in known if each.currency not in (None, base)}, key=str)
    rates = {code: crm.rates.rate_on(code, day) for code in others if code is not None}
    unrated = tuple(code for code, rate in rates.items() if rate is None)
    if not rates or unrated:
        return None, unrated
    amount = value = 0
    try:
        for each in known:
            rate = rates.get(each.currency or base)
            if rate is None or each.currency is None:
                amount, value = amount + each.amount_minor, value + each.weighted_minor
            else:
                amount += convert(each.amount_minor, each.currency, base, rate)
                value += convert(each.weighted_minor, each.currency, base, rate)
    except InvalidDataError:
        return None, ()
    exact = tuple((code, rate) for code, rate in rates.items() if rate is not None)
    return Converted(base, day, amount, value, exact), ()


def as_table(lines: Sequence[object], kind: type) -> list[tuple[str, ...]]:
    """Lines for machines as texts, the names of their fields first; what is not known is empty."""
    names = [field.name for field in fields(kind)]
    rows = [tuple(_text(getattr(line, name)) for name in names) for line in lines]
    return [tuple(names), *rows]


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
