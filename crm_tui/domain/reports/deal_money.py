"""What the money of deals is told in: each currency by itself, or the base currency, and never without saying so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_tui.domain.reports import rated
from crm_tui.domain.reports.currencies import left_as_they_are
from crm_tui.errors import InvalidDataError
from crm_tui.money import Money, convert

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked


class Rates:
    """Money of rows in the base currency, where that is asked for; else as it is."""

    def __init__(self, crm: Crm, asked: Asked) -> None:
        self._wanted = asked.convert
        self._base = crm.config.base_currency
        self._rates = rated.Rates(crm)
        self.used = False
        self._unrated: set[str] = set()
        self.without_sum: tuple[str, ...] = ()
        """The currencies for want of whose rate there is no sum of all: that is said, and once is enough."""

    def of(self, code: str | None, amounts: Sequence[int], day: date) -> tuple[str | None, Sequence[int]]:
        """Amounts of a currency, and the currency they are now in; their own where it has no rate on the day."""
        if not self._wanted or code is None or code == self._base:
            return code, amounts
        rate = self._rates.on(code, day.isoformat())
        if rate is None:
            self._unrated.add(code)
            return code, amounts
        try:
            found = [convert(each, code, self._base, rate) for each in amounts]
        except InvalidDataError:
            return code, amounts
        self.used = True
        return self._base, found

    def notes(self, days: str) -> Iterator[str]:
        """What is to be said about the rows; ``days`` are those whose rates they are converted by."""
        if self.used:
            yield f"Rows are converted to {self._base} by the rates of {days}."
        unrated = sorted(self._unrated.difference(self.without_sum))
        if unrated:
            yield left_as_they_are(unrated)


@dataclass(frozen=True, slots=True)
class Ones:
    """Sums in one currency; None where they cannot be told in one. ``notes`` say by which rates."""

    money: tuple[Money | None, ...]
    currency: str | None
    converted: bool
    notes: tuple[str, ...]


class Sums:
    """Several figures of money that are added up together, for each currency."""

    def __init__(self, figures: int) -> None:
        self._figures = figures
        self.by_code: dict[str, list[int]] = defaultdict(lambda: [0] * figures)

    def add(self, code: str | None, amounts: Sequence[int]) -> None:
        """Add minor units of a currency; nothing where there is none."""
        if code is not None:
            kept = self.by_code[code]
            for place, amount in enumerate(amounts):
                kept[place] += amount

    def ones(self, crm: Crm, day: date, rates: Rates | None = None) -> Ones:
        """The figures in one currency, by the rates of a day; ``rates`` if what was added went through them."""
        wholes = rated.wholes(crm, self.by_code, self._figures, day)
        first = wholes[0]
        converted = first.converted or (rates is not None and rates.used and first.money is not None)
        currency = None if first.money is None else first.money.currency
        note = (first.note,) if first.note else ()
        if rates is not None:
            rates.without_sum = first.unrated
        return Ones(tuple(each.money for each in wholes), currency, converted, note)
