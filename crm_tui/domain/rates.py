"""What currencies are worth in the base currency, from a day on until the next rate.

A rate is exact decimal text: one unit of the currency is worth so much of the configuration's base currency.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.domain.service import Service
from crm_tui.errors import InvalidDataError
from crm_tui.models import Rate
from crm_tui.money import Money, check_currency, convert

if TYPE_CHECKING:
    from decimal import Decimal

_RATE: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")


class Rates(Service):
    """Verbs on rates."""

    def set(self, currency: str, rate: str, on: date | None = None) -> Rate:
        """Note what one unit of a currency is worth from a day on, today unless given; it replaces the day's.

        Raises:
            InvalidDataError: the currency is unknown or the base currency, or the rate no positive decimal.
        """
        code = check_currency(currency)
        if code == self._base:
            raise InvalidDataError(
                f"{code} is the base currency.", "Rates say what other currencies are worth in it."
            )
        day = (on or self.clock.today).isoformat()
        text = plain_rate(rate)
        with self.crm.transaction(f"set rate of {code} to {text} on {day}") as writing:
            known = self.connection.execute(
                "SELECT id FROM rates WHERE currency = ? AND day = ?", (code, day)
            ).fetchone()
            if known is None:
                made = writing.insert("rates", {"currency": code, "rate": text, "day": day})
            else:
                made = int(known[0])
                writing.update("rates", made, {"rate": text})
        return self.one(Rate, made)

    def rate_on(self, currency: str, day: date) -> Decimal | None:
        """What one unit is worth in the base currency on a day; None before its first rate.

        Raises:
            InvalidDataError: the currency is unknown.
        """
        from decimal import Decimal

        code = check_currency(currency)
        if code == self._base:
            return Decimal(1)
        row = self.connection.execute(
            "SELECT rate FROM rates WHERE currency = ? AND day <= ? ORDER BY day DESC LIMIT 1",
            (code, day.isoformat()),
        ).fetchone()
        return None if row is None else Decimal(row[0])

    def convert(self, minor: int, currency: str, day: date) -> Money | None:
        """An amount in the base currency by the rate of a day, halves to even; None without a rate.

        Raises:
            InvalidDataError: the currency is unknown, or the result too large an amount.
        """
        rate = self.rate_on(currency, day)
        return None if rate is None else Money(convert(minor, currency, self._base, rate), self._base)

    def list(self, currency: str | None = None) -> Sequence[Rate]:
        """The rates of a currency, or of all, the newest first.

        Raises:
            InvalidDataError: the currency is unknown.
        """
        if currency is None:
            return [*self.read(Rate, "ORDER BY currency, day DESC")]
        return [*self.read(Rate, "WHERE currency = ? ORDER BY day DESC", (check_currency(currency),))]

    @property
    def _base(self) -> str:
        return self.crm.config.base_currency


def plain_rate(text: str) -> str:
    """A positive decimal number without needless zeros.

    Raises:
        InvalidDataError: it is none.
    """
    found = text.strip()
    if _RATE.fullmatch(found.lstrip("-")) and (found.startswith("-") or not found.strip("0.")):
        raise InvalidDataError(
            f"A rate is above 0, and {found} is not.", "Give what one unit is worth, like 1.0825."
        )
    if not _RATE.fullmatch(found):
        raise InvalidDataError(
            f'"{text[:40]}" is no rate.', "Write it as a decimal number with a point, like 1.0825."
        )
    whole, point, fraction = found.partition(".")
    rest = fraction.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{point if rest else ''}{rest}"
