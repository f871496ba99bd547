"""What is owed of an invoice: exact lines, halves to even, payments and refunds."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.domain.balance import balances, line_total

PERCENT = st.decimals("0", "100", places=2)


@pytest.mark.parametrize(
    ("line", "total"),
    [
        (("1", 1000), 1000),
        (("3", 333, None, "18"), 1179),  # 999 + 179.82
        (("0.5", 1001), 500),  # 500.5 to the even cent
        (("0.5", 1003), 502),
        (("1", 1000, "12.5"), 875),
        (("1", 1000, "12.5", "20"), 1050),
        (("-1", 1000, None, "20"), -1200),
        (("1", 1000, "100", "20"), 0),
        (("1.333", 999), 1332),  # 1331.667
    ],
)
def test_line_total(line: tuple[str, int], total: int) -> None:
    assert line_total(*line) == total


@given(st.decimals("-1000", "1000", places=3), st.integers(-(10**9), 10**9), PERCENT, PERCENT)
@settings(max_examples=200)
def test_line_total_is_what_decimal_says(quantity: Decimal, price: int, off: Decimal, tax: Decimal) -> None:
    net = (quantity * price * (100 - off) / 100).quantize(Decimal(1), ROUND_HALF_EVEN)
    gross = net + (net * tax / 100).quantize(Decimal(1), ROUND_HALF_EVEN)
    assert line_total(str(quantity), price, str(off), str(tax)) == int(gross)


def test_balances_of_many_at_once(crm: Crm) -> None:
    with crm.transaction("add invoices") as writing:
        for number in range(1, 1202):
            days = {"issued_on": "2026-01-01", "due_on": "2026-02-01"}
            made = writing.insert("invoices", {"number": f"{number}", "currency": "EUR", **days})
            writing.insert(
                "invoice_lines", {"invoice_id": made, "description": "a", "unit_price_minor": number}
            )
            for amount in (number, -5):
                writing.insert(
                    "payments", {"invoice_id": made, "paid_on": "2026-02-01", "amount_minor": amount}
                )
    assert balances(crm.connection, range(1, 1202)) == dict.fromkeys(range(1, 1202), 5)
    assert balances(crm.connection, []) == {}
