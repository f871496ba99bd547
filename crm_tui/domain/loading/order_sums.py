"""From the amounts of an order to lines of an invoice that come to exactly the same.

A file says what a line costs in one of several ways: a price with or without tax, what the line comes to, a discount in
money or percent, a tax in money or percent, and of the order as a whole shipping, a discount, its tax and its total. An
invoice keeps a price without tax, a discount and a tax in percent. So an amount becomes the plainest percentage that
comes to it: 19 where 19 does, else as many of nine decimals as it takes. What cannot be made to agree is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crm_tui.domain import amounts
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.errors import InvalidDataError
from crm_tui.money import (
    Separator,
    divide_half_even,
    format_decimal,
    line_amounts,
    parse_amount,
    parse_decimal,
)

SHIPPING: Final = "Shipping"
DISCOUNT: Final = "Discount"
ROUNDING: Final = "Rounding"
REFUND: Final = "Refund"
_DECIMALS: Final = 9
_PLAIN: Final = 3
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


class LineError(RejectedRowError):
    """What is wrong with one line of several; ``line`` is that of the file."""

    def __init__(self, reason: str, column: str, line: int) -> None:
        super().__init__(reason, column)
        self.line = line


class LineCells(NamedTuple):
    """What a row says about a line, "" for what it leaves open; ``line`` is that of the file."""

    line: int
    sku: str = ""
    product: str = ""
    description: str = ""
    quantity: str = ""
    unit_price: str = ""
    unit_price_gross: str = ""
    line_total: str = ""
    discount: str = ""
    discount_percent: str = ""
    tax_percent: str = ""
    tax_amount: str = ""


class OrderCells(NamedTuple):
    """What the rows say about the order as a whole."""

    shipping: str = ""
    order_discount: str = ""
    order_tax: str = ""
    total: str = ""
    refunded: str = ""


class Worked(NamedTuple):
    """A line as an invoice keeps it; ``place`` is that of its cells, None for what the order as a whole has."""

    place: int | None
    description: str
    quantity: str
    unit_price_minor: int
    discount_percent: str | None = None
    tax_percent: str | None = None


@dataclass(slots=True)
class _Item:
    """A line on the way: ``value`` is what it comes to, with tax where ``gross``."""

    place: int | None
    name: str
    line: int
    quantity: str
    price: int | None
    value: int
    gross: bool
    discount: str | None = None
    rate: str | None = None
    tax: int | None = None
    net: int = field(default=0)

    @property
    def is_open(self) -> bool:
        """Whether nothing says what tax is on it."""
        return self.rate is None and self.tax is None


class Orders:
    """Works out orders in one currency.

    Args:
        currency: its code.
        decimal: the decimal sign of the file.
    """

    def __init__(self, currency: str, decimal: Separator) -> None:
        self._currency = currency
        self._decimal = decimal

    def lines(
        self, cells: Sequence[LineCells], prices: Sequence[int | None], order: OrderCells, first: int
    ) -> list[Worked]:
        """The lines of an order.

        Args:
            cells: what the rows say, one a line.
            prices: what the products cost without tax, for lines that do not say it.
            order: what they say of the order as a whole.
            first: the line of the file where it begins.

        Raises:
            RejectedRowError: a cell is no amount, or they do not agree.
        """
        shipping, discount, tax = (
            self._money(getattr(order, name), name) or 0
            for name in ("shipping", "order_discount", "order_tax")
        )
        total = self._money(order.total, "total") if order.total else None
        # of a single line, or none, the total tells what nothing else does
        rest = None if total is None or len(cells) > 1 else total - tax - shipping + abs(discount)
        found = (self._item(each, place, prices[place], rest) for place, each in enumerate(cells))
        items = [each for each in found if each is not None]
        gross = bool(items) and all(each.gross for each in items)
        if not cells and total is not None:
            items = [_Item(None, "", first, "1", rest, rest or 0, gross=False)]
        if shipping:
            items.append(_Item(None, SHIPPING, first, "1", shipping, shipping, gross))
        if discount and not self._is_in_prices(items, abs(discount), order):
            items.append(_Item(None, DISCOUNT, first, "1", -abs(discount), -abs(discount), gross))
        self._settle_taxes(items, tax if order.order_tax else None, total)
        if total is not None:
            items += self._rounding(items, total, first)
        back = abs(self._money(order.refunded, "refunded") or 0)
        if back:
            items.append(_refund(items, back, first))
        return [self._worked(each) for each in items]

    def amount(self, text: str, column: str) -> int:
        """An amount in minor units.

        Raises:
            RejectedRowError: it is none.
        """
        return self._money(text, column) or 0

    def _money(self, text: str, column: str, line: int | None = None) -> int | None:
        if not text:
            return None
        try:
            return parse_amount(text, self._currency, self._decimal)
        except InvalidDataError as error:
            raise _refused(error.message.rstrip("."), column, line) from error

    def _item(self, cells: LineCells, place: int, own_price: int | None, rest: int | None) -> _Item | None:
        """A line by itself; None for none of something."""
        quantity = self._quantity(cells)
        if quantity is None:
            return None
        plain, with_tax, whole = (
            self._money(getattr(cells, name), name, cells.line)
            for name in ("unit_price", "unit_price_gross", "line_total")
        )
        gross = plain is None and with_tax is not None
        price = with_tax if gross else plain
        if price is None and whole is None:
            # what a file says comes before what the catalogue does
            whole, price = rest, own_price if rest is None else None
        if price is None and whole is None:
            raise LineError("there is no price", "unit_price", cells.line)
        share = self._percent(cells.discount_percent, "discount_percent", cells.line)
        off: int | None = None
        if cells.discount.rstrip().endswith("%"):
            share = share or self._percent(cells.discount, "discount", cells.line)
        else:
            off = self._money(cells.discount, "discount", cells.line)
        if price is None:
            value = whole or 0
        else:
            value = line_amounts(quantity, price, share)[0]
            if abs(off or 0) > abs(value):
                raise LineError("the discount is more than the line", "discount", cells.line)
            value -= abs(off or 0) if value > 0 else -abs(off or 0)
            if whole is not None and not gross:
                value = whole
        return _Item(
            place, "", cells.line, quantity, None if gross else price, value, gross, share,
            self._percent(cells.tax_percent, "tax_percent", cells.line),
            self._money(cells.tax_amount, "tax_amount", cells.line),
        )  # fmt: skip

    def _quantity(self, cells: LineCells) -> str | None:
        text = cells.quantity.replace("\u00a0", "").replace(" ", "") or "1"
        if "," in text:
            if self._decimal == "auto" and _THOUSANDS.fullmatch(text):
                raise LineError(f'"{text[:40]}" can be read with or without decimals', "quantity", cells.line)
            grouping = "," if self._decimal == "." else "."
            text = text.replace(grouping, "").replace(",", ".")
        try:
            found = parse_decimal(text, "quantity")
            return None if found == "0" else amounts.quantity(found)
        except InvalidDataError as error:
            raise LineError(error.message.rstrip("."), "quantity", cells.line) from error

    def _percent(self, text: str, column: str, line: int) -> str | None:
        try:
            return amounts.percent(text.replace(",", "."), column.replace("_", " "))
        except InvalidDataError as error:
            raise LineError(error.message.rstrip("."), column, line) from error

    def _settle_taxes(self, items: list[_Item], tax: int | None, total: int | None) -> None:
        """Find each line's amounts without tax and its tax."""
        if total is not None and self._is_inclusive(items, tax, total):
            for each in items:
                each.gross, each.price = True, None
        for each in items:
            if not each.is_open:
                _settle_own(each)
        known = sum(each.tax or 0 for each in items if not each.is_open)
        rest = [each for each in items if each.is_open]
        left = 0 if tax is None else tax - known
        if left and not rest:
            raise RejectedRowError(
                f"the taxes of its lines come to {self._shown(known)}, not {self._shown(known + left)}",
                "order_tax",
            )
        self._share_out(rest, left)

    def _is_inclusive(self, items: Sequence[_Item], tax: int | None, total: int) -> bool:
        """Whether the prices hold the tax: they come to the total without it being added."""
        if any(each.gross for each in items):
            return False
        own = sum(_own_tax(each) for each in items)
        value = sum(each.value for each in items)
        added = own if tax is None else tax
        # as near as the roundings of the lines can be off
        return (
            bool(added)
            and abs(value - total) < abs(value + added - total)
            and abs(value - total) <= len(items)
        )

    def _is_in_prices(self, items: Sequence[_Item], discount: int, order: OrderCells) -> bool:
        """Whether the prices come to the total as they are, and not less a discount of the whole order."""
        if not order.total:
            return False
        total, tax = self._money(order.total, "total") or 0, self._money(order.order_tax, "order_tax")
        value, added = sum(each.value for each in items), sum(_own_tax(each) for each in items)
        added = added if tax is None else tax
        sums = (value, value + added)
        return min(abs(each - total) for each in sums) < min(abs(each - discount - total) for each in sums)

    def _share_out(self, items: Sequence[_Item], tax: int) -> None:
        """Give lines of which nothing else is known their parts of a tax."""
        rate = _plain_rate(items, tax) if tax else None
        if rate is not None:
            for each in items:
                each.rate = rate
                _settle_own(each)
            return
        try:
            parts = _parts([each.value for each in items], tax)
        except ZeroDivisionError:
            raise RejectedRowError(f"a tax of {self._shown(tax)} on nothing", "order_tax") from None
        for each, part in zip(items, parts, strict=True):
            each.tax = part
            each.net = each.value - part if each.gross else each.value

    def _rounding(self, items: Sequence[_Item], total: int, first: int) -> list[_Item]:
        """What the roundings of the lines leave over, no more than one unit a line."""
        found = sum(each.net + (each.tax or 0) for each in items)
        off = total - found
        if abs(off) > len(items):
            raise RejectedRowError(
                f"its lines come to {self._shown(found)}, its total is {self._shown(total)}", "total"
            )
        return [_Item(None, ROUNDING, first, "1", off, off, gross=False, tax=0, net=off)] if off else []

    def _worked(self, item: _Item) -> Worked:
        price, discount = item.price, item.discount
        if price is None or line_amounts(item.quantity, price, discount)[0] != item.net:
            price, discount = _priced(item)
        tax = item.tax or 0
        rate = item.rate
        if not tax and rate is None:
            return Worked(item.place, item.name, item.quantity, price, discount)
        if rate is None or line_amounts("1", item.net, None, rate)[1] != tax:
            rate = _share(item.net, tax)
        if rate is None:
            raise _refused(
                f"a tax of {self._shown(tax)} on {self._shown(item.net)} is no share of it",
                "tax_amount",
                item.line,
            )
        return Worked(item.place, item.name, item.quantity, price, discount, rate)

    def _shown(self, minor: int) -> str:
        return format_decimal(minor, self._currency)


def _refused(reason: str, column: str, line: int | None) -> RejectedRowError:
    return RejectedRowError(reason, column) if line is None else LineError(reason, column, line)


def _refund(items: Sequence[_Item], back: int, first: int) -> _Item:
    """What was given back of an order is not claimed any more: a part of it and of its tax alike."""
    taxes = sum(each.tax or 0 for each in items)
    total = sum(each.net for each in items) + taxes
    rates = {each.rate for each in items}
    found = _Item(None, REFUND, first, "1", None, -back, gross=True)
    if len(rates) == 1 and None not in rates:
        found.rate = rates.pop()
    else:
        found.tax = -divide_half_even(back * taxes, total) if total > 0 else 0
    _settle_own(found)
    return found


def _own_tax(item: _Item) -> int:
    if item.tax is not None:
        return item.tax
    return line_amounts("1", item.value, None, item.rate)[1] if item.rate is not None else 0


def _settle_own(item: _Item) -> None:
    """The amounts of a line that says what tax is on it."""
    if not item.gross:
        item.net, item.tax = item.value, _own_tax(item)
    elif item.tax is not None:
        item.net = item.value - item.tax
    else:
        item.net = _without(item.value, item.rate or "0")
        item.tax = item.value - item.net


def _without(gross: int, rate: str) -> int:
    """An amount less the tax that it holds."""
    whole, _, fraction = rate.partition(".")
    scale = 10 ** len(fraction)
    return divide_half_even(gross * 100 * scale, 100 * scale + int(whole + fraction))


def _parts(values: Sequence[int], whole: int) -> list[int]:
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


def _plain_rate(items: Sequence[_Item], tax: int) -> str | None:
    """The plainest percentage that comes to a tax over all these lines; None where none of few decimals does."""
    value = sum(each.value for each in items)
    base = value - tax if all(each.gross for each in items) else value
    if base <= 0 or tax < 0 or tax > base:
        return None
    for decimals in range(_PLAIN + 1):
        rate = _text(divide_half_even(tax * 100 * 10**decimals, base), decimals)
        if sum(_at(each, rate) for each in items) == tax:
            return rate
    return None


def _at(item: _Item, rate: str) -> int:
    """The tax of a line at a rate."""
    return (
        item.value - _without(item.value, rate)
        if item.gross
        else line_amounts("1", item.value, None, rate)[1]
    )


def _share(net: int, part: int) -> str | None:
    """The plainest percentage of an amount that comes to a part of it; None where the part is none."""
    if net == 0 or (net < 0) != (part < 0 or (part == 0 and net < 0)) or abs(part) > abs(net):
        return None
    return next(
        (each for each in _percentages(abs(part), abs(net)) if line_amounts("1", net, None, each)[1] == part),
        None,
    )


def _percentages(part: int, whole: int) -> Iterable[str]:
    for decimals in range(_DECIMALS + 1):
        yield _text(divide_half_even(part * 100 * 10**decimals, whole), decimals)


def _text(scaled: int, decimals: int) -> str:
    whole, fraction = divmod(scaled, 10**decimals)
    return f"{whole}.{fraction:0{decimals}d}".rstrip("0").rstrip(".") if decimals else str(whole)


def _priced(item: _Item) -> tuple[int, str | None]:
    """A price and a discount with which a quantity comes to the line's net amount."""
    for price in [*([item.price] if item.price is not None else []), _up(item.net, item.quantity)]:
        base = line_amounts(item.quantity, price)[0]
        if base == item.net:
            return price, None
        if (
            base
            and (base < 0) == (item.net < 0 or (item.net == 0 and base < 0))
            and abs(item.net) <= abs(base)
        ):
            for discount in _percentages(abs(base - item.net), abs(base)):
                if line_amounts(item.quantity, price, discount)[0] == item.net:
                    return price, discount
    raise _refused("no price and discount come to what the line is", "line_total", item.line)


def _up(net: int, quantity: str) -> int:
    """The least price of which a quantity comes to no less than an amount."""
    from decimal import Decimal

    count, scale = abs(Decimal(quantity)).as_integer_ratio()
    sign = -1 if (net < 0) != quantity.startswith("-") else 1
    return sign * -(-abs(net) * scale // count)
