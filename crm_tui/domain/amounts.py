"""Quantities, percentages and figures as invoices keep them: exact decimal text, one way of writing each."""

from __future__ import annotations

from crm_tui.errors import InvalidDataError
from crm_tui.money import format_decimal, parse_amount, parse_decimal, parse_percent


def quantity(text: str) -> str:
    """How many of something; below zero for what comes back.

    Raises:
        InvalidDataError: it is no number, or zero.
    """
    found = parse_decimal(text, "quantity")
    if found == "0":
        raise InvalidDataError("The quantity is 0.", "Give how many, or leave the line out.")
    return found


def percent(text: str | None, what: str) -> str | None:
    """A share of 0 to 100 percent; None when there is none.

    Raises:
        InvalidDataError: it is no number, or not from 0 to 100.
    """
    return None if text is None or not text.strip() else parse_percent(text, what)


def same_figure(minor: int, known: str, wanted: str) -> int:
    """The same figure in another currency: 1200 JPY become 1200.00 EUR.

    Raises:
        InvalidDataError: the other currency has fewer decimals than the figure needs, or it is too large there.
    """
    return parse_amount(format_decimal(minor, known), wanted, ".")
