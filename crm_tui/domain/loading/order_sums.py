"""From the amounts of an order to lines of an invoice that come to exactly the same.

A file says what a line costs in one of several ways: a price with or without tax, what the line comes to, a discount in
money or percent, a tax in money or percent, and of the order as a whole shipping, a discount, its tax and its total. An
invoice keeps a price without tax, a discount and a tax in percent. So an amount becomes the plainest percentage that
comes to it: 19 where 19 does, else as many of nine decimals as it takes. What cannot be made to agree is rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crm_tui.domain.loading import order_shares
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.order_cells import Cells, LineCells, LineError, OrderCells, refusing
from crm_tui.money import Separator, divide_half_even, format_decimal, line_amounts

SHIPPING: Final = "Shipping"
DISCOUNT: Final = "Discount"
ROUNDING: Final = "Rounding"
REFUND: Final = "Refund"


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
        self._cells = Cells(currency, decimal)

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
        with refusing("total", None):
            return self._lines(cells, prices, order, first)

    def amount(self, text: str, column: str) -> int:
        """An amount in minor units.

        Raises:
            RejectedRowError: it is none.
        """
        return self._cells.money(text, column) or 0

    def _lines(
        self, cells: Sequence[LineCells], prices: Sequence[int | None], order: OrderCells, first: int
    ) -> list[Worked]:
        shipping, discount, tax = (
            self.amount(getattr(order, name), name) for name in ("shipping", "order_discount", "order_tax")
        )
        total = self._cells.money(order.total, "total")
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
        back = abs(self.amount(order.refunded, "refunded"))
        if back and items:
            items.append(_refund(items, back, first))
        return [self._worked(each) for each in items]

    def _item(self, cells: LineCells, place: int, own_price: int | None, rest: int | None) -> _Item | None:
        """A line by itself; None for none of something."""
        quantity = self._cells.quantity(cells)
        if quantity is None:
            return None
        plain, with_tax, whole = (
            self._cells.money(getattr(cells, name), name, cells.line)
            for name in ("unit_price", "unit_price_gross", "line_total")
        )
        gross = plain is None and with_tax is not None
        price = with_tax if gross else plain
        if price is None and whole is None:
            # what a file says comes before what the catalogue does
            whole, price = rest, own_price if rest is None else None
        if price is None and whole is None:
            raise LineError("there is no price", "unit_price", cells.line)
        share, off = self._discount(cells)
        value = whole or 0
        if price is not None:
            value = _less(cells, quantity, price, share, off)
            if whole is not None and not gross:
                value = whole
        return _Item(
            place, "", cells.line, quantity, None if gross else price, value, gross, share,
            self._cells.percent(cells.tax_percent, "tax_percent", cells.line),
            self._cells.money(cells.tax_amount, "tax_amount", cells.line),
        )  # fmt: skip

    def _discount(self, cells: LineCells) -> tuple[str | None, int]:
        """The discount of a line: in percent, and in money."""
        share = self._cells.percent(cells.discount_percent, "discount_percent", cells.line)
        if cells.discount.rstrip().endswith("%"):
            return share or self._cells.percent(cells.discount, "discount", cells.line), 0
        return share, abs(self._cells.money(cells.discount, "discount", cells.line) or 0)

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
        total, tax = self.amount(order.total, "total"), self._cells.money(order.order_tax, "order_tax")
        value, added = sum(each.value for each in items), sum(_own_tax(each) for each in items)
        added = added if tax is None else tax
        sums = (value, value + added)
        return min(abs(each - total) for each in sums) < min(abs(each - discount - total) for each in sums)

    def _share_out(self, items: Sequence[_Item], tax: int) -> None:
        """Give lines of which nothing else is known their parts of a tax."""
        rate = order_shares.common_rate([(each.value, each.gross) for each in items], tax) if tax else None
        if rate is not None:
            for each in items:
                each.rate = rate
                _settle_own(each)
            return
        try:
            parts = order_shares.parts([each.value for each in items], tax)
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
            found = order_shares.priced(item.net, item.quantity, item.price)
            if found is None:
                raise LineError("no price and discount come to what the line is", "line_total", item.line)
            price, discount = found
        tax = item.tax or 0
        rate = item.rate
        if not tax and rate is None:
            return Worked(item.place, item.name, item.quantity, price, discount)
        if rate is None or order_shares.tax_on(item.net, rate) != tax:
            rate = order_shares.rate_of(item.net, tax)
        if rate is None:
            raise LineError(
                f"a tax of {self._shown(tax)} on {self._shown(item.net)} is no share of it",
                "tax_amount",
                item.line,
            )
        return Worked(item.place, item.name, item.quantity, price, discount, rate)

    def _shown(self, minor: int) -> str:
        return format_decimal(minor, self._cells.currency)


def _less(cells: LineCells, quantity: str, price: int, share: str | None, off: int) -> int:
    """What a quantity comes to less its discount, in percent and in money."""
    with refusing("unit_price", cells.line):
        value = line_amounts(quantity, price, share)[0]
    if off > abs(value):
        raise LineError("the discount is more than the line", "discount", cells.line)
    return value - off if value > 0 else value + off


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
    return order_shares.tax_on(item.value, item.rate) if item.rate is not None else 0


def _settle_own(item: _Item) -> None:
    """The amounts of a line that says what tax is on it."""
    if not item.gross:
        item.net, item.tax = item.value, _own_tax(item)
    elif item.tax is not None:
        item.net = item.value - item.tax
    else:
        item.net = order_shares.without_tax(item.value, item.rate or "0")
        item.tax = item.value - item.net
