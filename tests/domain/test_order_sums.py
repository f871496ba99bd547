"""Orders as lines of invoices: by hand for the usual shops, and to the minor unit for any amounts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.order_cells import LineCells, OrderCells
from crm_tui.domain.loading.order_sums import Orders, Worked
from crm_tui.money import format_decimal, line_amounts

AMOUNTS = st.integers(1, 10_000_000)


def amounts(worked: Sequence[Worked]) -> list[tuple[int, int]]:
    """What each line comes to without tax, and its tax."""
    return [
        line_amounts(each.quantity, each.unit_price_minor, each.discount_percent, each.tax_percent)
        for each in worked
    ]


def work(
    *cells: LineCells, currency: str = "EUR", prices: Sequence[int | None] = (), **order: str
) -> list[Worked]:
    return Orders(currency, "auto").lines(cells, prices or [None] * len(cells), OrderCells(**order), 2)


def test_prices_without_tax_and_a_tax_of_the_order() -> None:
    # 2 x 16.00 + 20.00 + 6.00 - 5.00 = 53.00; 3.29 on it: 6.21 % of 32, 20, 6 and -5 are 1.99, 1.24, 0.37 and -0.31
    found = work(
        LineCells(2, product="Print", quantity="2", unit_price="16.00"),
        LineCells(3, product="Tote", quantity="1", unit_price="20.00"),
        shipping="6.00", order_discount="5.00", order_tax="3.29", total="56.29",
    )  # fmt: skip
    assert [(each.description, each.quantity, each.unit_price_minor, each.tax_percent) for each in found] == [
        ("", "2", 1600, "6.21"), ("", "1", 2000, "6.21"), ("Shipping", "1", 600, "6.21"),
        ("Discount", "1", -500, "6.21"),
    ]  # fmt: skip
    assert amounts(found) == [(3200, 199), (2000, 124), (600, 37), (-500, -31)]


def test_prices_that_hold_the_tax_are_told_by_the_total() -> None:
    # 3 x 23.00 + 50.00 = 119.00 is the total, 19.00 of it tax: 19 %; 69 / 1.19 = 57.98, 50 / 1.19 = 42.02
    found = work(
        LineCells(2, quantity="3", unit_price="23.00"),
        LineCells(3, unit_price="50"),
        order_tax="19",
        total="119.00",
    )
    assert amounts(found) == [(5798, 1102), (4202, 798)]
    assert [each.tax_percent for each in found] == ["19", "19"]
    # no price of three makes 57.98: 19.33 do 57.99, less 0.02 %
    assert (found[0].unit_price_minor, found[0].discount_percent) == (1933, "0.02")


def test_a_price_with_tax_at_a_rate() -> None:
    # 9.99 / 1.19 = 8.394... is 8.39 with 1.59 of tax, 9.98: so the tax is 1.60, and the percentage what comes to it
    (line,) = work(LineCells(2, unit_price_gross="9.99", tax_percent="19"), total="9.99")
    assert amounts([line]) == [(839, 160)]
    assert line.tax_percent == "19.1"
    (line,) = work(LineCells(2, unit_price_gross="11.90", tax_percent="19%"))
    assert (amounts([line]), line.tax_percent) == ([(1000, 190)], "19")


def test_a_discount_in_money_is_the_plainest_percentage() -> None:
    (line,) = work(LineCells(2, quantity="2", unit_price="50.00", discount="12.50"))
    assert (line.unit_price_minor, line.discount_percent) == (5000, "12.5")
    (line,) = work(LineCells(2, quantity="1", unit_price="30.00", discount="10.00"))
    assert (line.discount_percent, amounts([line])) == ("33.33", [(2000, 0)])
    (line,) = work(LineCells(2, quantity="1", unit_price="30.00", discount="10 %"))
    assert line.discount_percent == "10"


def test_a_line_that_says_what_it_comes_to() -> None:
    (line,) = work(LineCells(2, quantity="4", line_total="10.00"))
    assert (line.quantity, line.unit_price_minor, line.discount_percent) == ("4", 250, None)
    (line,) = work(LineCells(2, quantity="3", line_total="10.00"))
    assert (line.unit_price_minor, amounts([line])) == (334, [(1000, 0)])
    (line,) = work(LineCells(2, quantity="-2", line_total="-7.00"))
    assert (line.quantity, line.unit_price_minor) == ("-2", 350)


def test_what_is_rounded_away_is_a_line_of_its_own() -> None:
    found = work(LineCells(2, quantity="3", unit_price="3.33"), total="10.00")
    assert [(each.description, each.unit_price_minor) for each in found] == [("", 333), ("Rounding", 1)]


def test_a_part_that_was_given_back_is_claimed_no_more() -> None:
    found = work(LineCells(2, unit_price="100", tax_percent="19"), total="119", refunded="11.90")
    assert [each.description for each in found] == ["", "Refund"]
    assert amounts(found) == [(10000, 1900), (-1000, -190)]


def test_nothing_is_given_back_of_nothing() -> None:
    assert work(refunded="11.90") == []


def test_a_total_alone_is_a_line() -> None:
    (line,) = work(total="119.00", order_tax="19.00")
    assert amounts([line]) == [(10000, 1900)]
    (line,) = work(LineCells(2, description="Consulting", quantity="2"), total="119.00", order_tax="19.00")
    assert (line.place, line.unit_price_minor, line.tax_percent) == (0, 5000, "19")


def test_the_price_of_the_catalogue_where_the_file_has_none() -> None:
    (line,) = work(LineCells(2, quantity="2"), prices=[450])
    assert line.unit_price_minor == 450


def test_nothing_of_something_is_no_line() -> None:
    assert work(LineCells(2, quantity="0", unit_price="5")) == []


@pytest.mark.parametrize(
    ("cells", "order", "words"),
    [
        ({"unit_price": "10"}, {"total": "15"}, "lines come to 10.00, its total is 15.00"),
        ({"unit_price": "ten"}, {}, '"ten" is no amount'),
        ({"quantity": "x", "unit_price": "1"}, {}, '"x" is no quantity'),
        ({"quantity": "1,000", "unit_price": "1"}, {}, "with or without decimals"),
        ({"quantity": "2"}, {}, "there is no price"),
        ({"unit_price": "5", "discount": "6"}, {}, "the discount is more than the line"),
        ({"unit_price": "5", "tax_percent": "120"}, {}, "The tax percent is 120 percent"),
        ({"unit_price": "5", "tax_amount": "6"}, {}, "a tax of 6.00 on 5.00 is no share of it"),
        ({"unit_price": "5", "tax_percent": "10"}, {"order_tax": "2"}, "taxes of its lines come to 0.50, not 2.00"),
        ({"unit_price": "0"}, {"order_tax": "2"}, "a tax of 2.00 on nothing"),
        ({"quantity": "999999999999", "unit_price": "9000"}, {}, "999999999999 times 900000"),
    ],
    ids=["total", "price", "quantity", "thousand", "none", "discount", "rate", "tax", "taxes", "nothing", "product"],
)  # fmt: skip
def test_what_does_not_agree(cells: dict[str, str], order: dict[str, str], words: str) -> None:
    with pytest.raises(RejectedRowError) as caught:
        work(LineCells(2, **cells), **order)  # type: ignore[arg-type]  # all of them are texts
    assert words in caught.value.reason


@given(
    st.lists(st.tuples(st.integers(1, 50), AMOUNTS), min_size=1, max_size=5),
    st.integers(0, 2500),
    st.integers(0, 50_000),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_the_lines_come_to_the_total_and_its_tax(
    sold: list[tuple[int, int]], rate: int, shipping: int, inclusive: bool
) -> None:
    def text(minor: int) -> str:
        return format_decimal(minor, "EUR")

    value = sum(count * price for count, price in sold) + shipping
    # some tax that a shop may have worked out, whatever way it rounds
    tax = value * rate // (10_000 + rate if inclusive else 10_000)
    total = value if inclusive else value + tax
    cells = [LineCells(2, quantity=str(count), unit_price=text(price)) for count, price in sold]
    found = amounts(work(*cells, shipping=text(shipping), order_tax=text(tax), total=text(total)))
    assert sum(net + part for net, part in found) == total
    assert sum(part for _, part in found) == tax


@given(st.integers(1, 99), AMOUNTS, st.data())
@settings(max_examples=200, deadline=None)
def test_a_line_comes_to_what_it_says(count: int, price: int, data: st.DataObject) -> None:
    whole = count * price
    net = data.draw(st.integers(0, whole))
    tax = data.draw(st.integers(0, net))
    (line,) = work(
        LineCells(
            2, quantity=str(count), unit_price=format_decimal(price, "JPY"), line_total=format_decimal(net, "JPY"),
            tax_amount=format_decimal(tax, "JPY"),
        ),
        currency="JPY",
    )  # fmt: skip
    assert amounts([line]) == [(net, tax)]
    assert (line.quantity, line.unit_price_minor) == (str(count), price)
