"""Words for figures that stand among others: amounts in whole units, kinds of interactions, months."""

from __future__ import annotations

from datetime import date
from typing import Final

from crm_tui.dates.words import MONTH_NAMES
from crm_tui.money import divide_half_even, exponent

KINDS: Final = {
    "call": ("call", "calls"),
    "email": ("email", "emails"),
    "meeting": ("meeting", "meetings"),
    "message": ("message", "messages"),
    "note": ("note", "notes"),
}
"""One interaction of a kind, and several."""


def whole(minor: int, currency: str) -> str:
    """An amount in whole units with its currency, halves to the even neighbour: 4,200 EUR."""
    return f"{divide_half_even(minor, 10 ** exponent(currency)):,} {currency}"


def counted(number: int, kind: str) -> str:
    """So many interactions of a kind: 1 call, 2 calls."""
    return f"{number:,} {KINDS[kind][0 if number == 1 else 1]}"


def month_name(day: date) -> str:
    """The month of a day, shortly: Jan."""
    return MONTH_NAMES[day.month - 1]
