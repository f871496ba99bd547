"""Money loses nothing: not in writing and reading, not in sums, not in conversion."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.errors import InvalidDataError
from crm_tui.money import (
    CURRENCIES,
    MAX_MINOR,
    Money,
    convert,
    exponent,
    format_decimal,
    format_money,
    parse_amount,
    parse_money,
    weighted,
)

currencies = st.sampled_from(sorted(CURRENCIES))
amounts = st.integers(-MAX_MINOR, MAX_MINOR)


@settings(max_examples=200)
@given(minor=amounts, currency=currencies)
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert parse_amount(format_decimal(minor, currency), currency, ".") == minor
    assert parse_money(format_money(minor, currency), None, ".") == Money(minor, currency)


@settings(max_examples=100)
@given(minor=amounts, currency=currencies)
def test_the_european_way_of_writing_means_the_same(minor: int, currency: str) -> None:
    text = format_money(minor, currency).translate(str.maketrans(",.", ".,"))
    assert parse_money(text, None, ",") == Money(minor, currency)


@settings(max_examples=100)
@given(minor=amounts, currency=currencies)
def test_without_a_decimal_sign_the_answer_is_right_or_refused(minor: int, currency: str) -> None:
    text = format_money(minor, currency)
    doubtful = exponent(currency) in (0, 3) and abs(minor) < 10**6
    with suppress(InvalidDataError) if doubtful else nullcontext():
        assert parse_amount(text, currency) == minor


@settings(max_examples=100)
@given(minors=st.lists(st.integers(-(10**12), 10**12), max_size=40), currency=currencies)
def test_sums_are_exact(minors: list[int], currency: str) -> None:
    total = sum((Decimal(format_decimal(minor, currency)) for minor in minors), Decimal(0))
    assert total == Decimal(format_decimal(sum(minors), currency))


@settings(max_examples=100)
@given(minor=amounts, percent=st.integers(0, 100))
def test_weighted_value_is_the_nearest_integer(minor: int, percent: int) -> None:
    assert weighted(minor, percent) == round(Fraction(minor * percent, 100))


@settings(max_examples=100)
@given(
    minor=st.integers(-(10**9), 10**9),
    source=currencies,
    target=currencies,
    rate=st.decimals("0.0001", "9999", places=6).filter(lambda rate: rate > 0),
)
def test_conversion_is_the_nearest_integer(minor: int, source: str, target: str, rate: Decimal) -> None:
    exact = Fraction(minor, 10 ** exponent(source)) * Fraction(rate) * 10 ** exponent(target)
    assert convert(minor, source, target, rate) == round(exact)


@settings(max_examples=300)
@given(text=st.text(alphabet="0123456789.,' -+()€$EURkr\u2212\u00a0x", max_size=14))
def test_any_text_is_an_amount_or_a_clean_refusal(text: str) -> None:
    with suppress(InvalidDataError):
        money = parse_money(text, "EUR")
        assert abs(money.minor) <= MAX_MINOR
        assert any(char.isdigit() for char in text)
