"""What the rows of a file say about an order, and how their cells are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from crm_tui.domain import amounts
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.errors import InvalidDataError
from crm_tui.money import Separator, parse_amount, parse_decimal

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


class Cells:
    """Reads cells of orders in one currency.

    Args:
        currency: its code.
        decimal: the decimal sign of the file.
    """

    def __init__(self, currency: str, decimal: Separator) -> None:
        self.currency = currency
        self._decimal = decimal

    def money(self, text: str, column: str, line: int | None = None) -> int | None:
        """An amount in minor units; None for a blank cell.

        Raises:
            RejectedRowError: it is none.
        """
        if not text:
            return None
        with refusing(column, line):
            return parse_amount(text, self.currency, self._decimal)

    def quantity(self, cells: LineCells) -> str | None:
        """How many a line has, as decimal text; None for none.

        Raises:
            LineError: it is no number.
        """
        text = cells.quantity.replace("\u00a0", "").replace(" ", "") or "1"
        if "," in text:
            if self._decimal == "auto" and _THOUSANDS.fullmatch(text):
                raise LineError(f'"{text[:40]}" can be read with or without decimals', "quantity", cells.line)
            grouping = "," if self._decimal == "." else "."
            text = text.replace(grouping, "").replace(",", ".")
        with refusing("quantity", cells.line):
            found = parse_decimal(text, "quantity")
            return None if found == "0" else amounts.quantity(found)

    def percent(self, text: str, column: str, line: int) -> str | None:
        """A percentage as decimal text; None for a blank cell.

        Raises:
            LineError: it is none.
        """
        if not text:
            return None
        with refusing(column, line):
            return amounts.percent(text.replace(",", "."), column.replace("_", " "))


@contextmanager
def refusing(column: str, line: int | None) -> Iterator[None]:
    """What cannot be an amount within the block rejects the row, or of several the line."""
    try:
        yield
    except InvalidDataError as error:
        reason = error.message.rstrip(".")
        raise (
            RejectedRowError(reason, column) if line is None else LineError(reason, column, line)
        ) from error
