"""Amounts of orders as prices and percentages that come to exactly the same, all in minor units.

Each is the plainest that does: 19 where 19 does, else as many of nine decimals as it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from crm_tui.money import divide_half_even, line_amounts

_DECIMALS: Final = 9
_PLAIN: Final = 3


def tax_on(net: int, rate: str) -> int:
    """The tax on an amount at a percentage."""
    return line_amounts("1", net, None, rate)[1]


def without_tax(gross: int, rate: str) -> int:
    """An amount less the tax that it holds."""
    whole, _, fraction = rate.partition(".")
    scale = 10 ** len(fraction)
    return divide_half_even(gross * 100 * scale, 100 * scale + int(whole + fraction))


def parts(values: Sequence[int], whole: int) -> list[int]:
    """An amount in proportion to values, exactly: each sum up to a line is rounded, halves to the even neighbour.

    Raises:
        ZeroDivisionError: there is something to share out and the values come to nothing.
    """
    if not whole:
        return [0] * len(values)
    sign, everything = (-1 if sum(values) < 0 else 1), sum(values)
    found, given, so_far = [], 0, 0
    for value in values:
        so_far += value
        up_to = divide_half_even(sign * whole * so_far, sign * everything)
        found.append(up_to - given)
        given = up_to
    return found


def common_rate(lines: Sequence[tuple[int, bool]], tax: int) -> str | None:
    """The plainest percentage at which lines have a tax together; None where none of few decimals does.

    Args:
        lines: what each comes to, and whether that holds the tax.
        tax: of all of them.
    """
    value = sum(each for each, _ in lines)
    base = value - tax if all(gross for _, gross in lines) else value
    if base <= 0 or tax < 0 or tax > base:
        return None
    for decimals in range(_PLAIN + 1):
        rate = _text(divide_half_even(tax * 100 * 10**decimals, base), decimals)
        held = (each - without_tax(each, rate) if gross else tax_on(each, rate) for each, gross in lines)
        if sum(held) == tax:
            return rate
    return None


def rate_of(net: int, tax: int) -> str | None:
    """The plainest percentage at which an amount has a tax; None where it is no share of it."""
    if net == 0 or (net < 0) != (tax < 0 or (tax == 0 and net < 0)) or abs(tax) > abs(net):
        return None
    return next((each for each in _percentages(abs(tax), abs(net)) if tax_on(net, each) == tax), None)


def priced(net: int, quantity: str, price: int | None) -> tuple[int, str | None] | None:
    """A price and a discount in percent with which a quantity comes to an amount; None where there are none.

    Args:
        net: the amount.
        quantity: decimal text.
        price: what one is said to cost, to be tried first.
    """
    for each in [*([price] if price is not None else []), _least_price(net, quantity)]:
        base = line_amounts(quantity, each)[0]
        if base == net:
            return each, None
        if base and (base < 0) == (net < 0 or (net == 0 and base < 0)) and abs(net) <= abs(base):
            for discount in _percentages(abs(base - net), abs(base)):
                if line_amounts(quantity, each, discount)[0] == net:
                    return each, discount
    return None


def _least_price(net: int, quantity: str) -> int:
    """The least price of which a quantity comes to no less than an amount."""
    from decimal import Decimal

    count, scale = abs(Decimal(quantity)).as_integer_ratio()
    sign = -1 if (net < 0) != quantity.startswith("-") else 1
    return sign * -(-abs(net) * scale // count)


def _percentages(part: int, whole: int) -> Iterable[str]:
    for decimals in range(_DECIMALS + 1):
        yield _text(divide_half_even(part * 100 * 10**decimals, whole), decimals)


def _text(scaled: int, decimals: int) -> str:
    whole, fraction = divmod(scaled, 10**decimals)
    return f"{whole}.{fraction:0{decimals}d}".rstrip("0").rstrip(".") if decimals else str(whole)
