"""What is still to be paid of an invoice, exactly, in minor units.

A line is quantity x unit price less its discount, rounded to minor units with halves to the even one, and
the tax on that, rounded likewise: so net, tax and gross add up as they are printed. The balance is the sum of
the lines less the payments; a refund is a negative payment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from crm_tui.domain.service import chunks, marks
from crm_tui.money import divide_half_even


def line_total(
    quantity: str, unit_price_minor: int, discount_percent: str | None = None, tax_percent: str | None = None
) -> int:
    """The gross total of one line in minor units; quantity and percentages are decimal text."""
    count, scale = _ratio(quantity)
    off, off_scale = _ratio(discount_percent or "0")
    # q/10^s * price * (100 - d/10^t) / 100
    top = count * unit_price_minor * (100 * off_scale - off)
    net = divide_half_even(top, scale * off_scale * 100)
    tax, tax_scale = _ratio(tax_percent or "0")
    return net + divide_half_even(net * tax, tax_scale * 100)


def balances(connection: sqlite3.Connection, invoice_ids: Sequence[int]) -> dict[int, int]:
    """What is still to be paid of each invoice, in minor units of its currency; below zero when overpaid."""
    found = dict.fromkeys(invoice_ids, 0)
    for part in chunks(invoice_ids):
        lines = connection.execute(
            "SELECT invoice_id, quantity, unit_price_minor, discount_percent, tax_percent"  # noqa: S608 - marks only
            f" FROM invoice_lines WHERE invoice_id IN ({marks(part)})",
            part,
        )
        for invoice_id, *line in lines:
            found[invoice_id] += line_total(*line)
        paid = connection.execute(
            "SELECT invoice_id, sum(amount_minor) FROM payments"  # noqa: S608 - marks only
            f" WHERE invoice_id IN ({marks(part)}) GROUP BY invoice_id",
            part,
        )
        for invoice_id, amount in paid:
            found[invoice_id] -= amount
    return found


def _ratio(decimal: str) -> tuple[int, int]:
    """A decimal text as an integer over a power of ten."""
    if decimal.isdecimal():
        return int(decimal), 1
    from decimal import Decimal

    return Decimal(decimal).as_integer_ratio()
