"""What a line of an invoice comes to: exact, halves to the even neighbour, tax by the line."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.errors import InvalidDataError
from crm_tui.money import line_amounts

PERCENT = st.decimals("0", "100", places=2)


@pytest.mark.parametrize(
    ("line", "amounts"),
    [
        (("1", 1000), (1000, 0)),
        (("3", 333, None, "18"), (999, 180)),  # 179.82
        (("0.5", 1001), (500, 0)),  # 500.5 to the even cent
        (("0.5", 1003), (502, 0)),
        (("1", 1000, "12.5"), (875, 0)),
        (("1", 1000, "12.5", "20"), (875, 175)),
        (("-1", 1000, None, "20"), (-1000, -200)),
        (("1", 1000, "100", "20"), (0, 0)),
        (("1.333", 999), (1332, 0)),  # 1331.667
        (("1", 10, None, "25"), (10, 2)),  # 2.5 to the even cent
    ],
    ids=str,
)
def test_line_amounts(line: tuple[str, int], amounts: tuple[int, int]) -> None:
    assert line_amounts(*line) == amounts


@given(st.decimals("-1000", "1000", places=3), st.integers(-(10**9), 10**9), PERCENT, PERCENT)
@settings(max_examples=200)
def test_line_amounts_are_what_decimal_says(
    quantity: Decimal, price: int, off: Decimal, tax: Decimal
) -> None:
    net = (quantity * price * (100 - off) / 100).quantize(Decimal(1), ROUND_HALF_EVEN)
    added = (net * tax / 100).quantize(Decimal(1), ROUND_HALF_EVEN)
    assert line_amounts(str(quantity), price, str(off), str(tax)) == (int(net), int(added))


def test_amounts_beyond_what_json_keeps_are_refused() -> None:
    with pytest.raises(InvalidDataError, match="too large"):
        line_amounts("1000000", 2**52)
