"""Amounts as people and exports write them, and the exact integers they become."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest

from crm_tui.errors import InvalidDataError
from crm_tui.money import (
    CURRENCIES,
    MAX_MINOR,
    Money,
    check_currency,
    convert,
    exponent,
    format_decimal,
    format_money,
    parse_amount,
    parse_money,
    weighted,
)

Separator = Literal["auto", ".", ","]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1200", 120000),
        ("  1200 ", 120000),
        ("0", 0),
        ("0.5", 50),
        (".5", 50),
        ("00.50", 50),
        ("1,200.50", 120050),
        ("1.200,50", 120050),
        ("1 200,50", 120050),
        ("1'200.50", 120050),
        ("1’200.50", 120050),
        ("1\u00a0200,50", 120050),
        ("1\u2009200,50", 120050),
        ("1\u202f200,50", 120050),
        ("1,200", 120000),
        ("1,200,300", 120030000),
        ("1.200.300", 120030000),
        ("1,00,000.00", 10000000),
        ("12,5", 1250),
        ("12.5", 1250),
        ("1234.5000", 123450),
        ("-5", -500),
        ("- 5", -500),
        ("+5", 500),
        ("\u22125", -500),
        ("-€5", -500),
        ("€-5", -500),
        ("(5)", -500),
        ("(5.00 EUR)", -500),
        ("EUR (5)", -500),
        ("(5) €", -500),
        ("€1,200", 120000),
        ("1200EUR", 120000),
        ("eur 1200", 120000),
        ("€ 5 EUR", 500),
    ],
)
def test_euro_amounts(text: str, minor: int) -> None:
    assert parse_amount(text, "EUR") == minor


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "EUR", "-", ".", ",", "()", "abc", "1e5", "0x10", "1_000", "NaN", "inf", "٣", "１２"),
        *("5.", "1..2", "1.2.3", "1,2,3", "1,20,30", "1 20", "12 34", "1,200 300", "1.200'5", "1'200,300.5"),
        *("--5", "5-", "-(5)", "(-5)", "(+5)", "(5", "5)", "+-5", "1-2", "5 foo", "= 5", "5;", "5\n6"),
        *("0.125", "0,125", "12.345,678", "1 200.505", "1234.567", "5.001"),
        *("$5", "5 USD", "5 kr", "$5 EUR"),
        "9" * 90,
    ],
)
def test_what_is_no_euro_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        parse_amount(text, "EUR")
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")


def test_a_lone_dot_before_three_digits_asks_for_the_decimal_sign() -> None:
    with pytest.raises(InvalidDataError, match="with or without decimals") as caught:
        parse_amount("1.200", "EUR")
    assert "--decimal" in caught.value.hint
    assert parse_amount("1.200", "EUR", ",") == 120000
    assert parse_amount("1.200", "EUR", ".") == 120


def test_three_decimals_turn_the_question_round() -> None:
    assert parse_amount("1.200", "KWD") == 1200
    with pytest.raises(InvalidDataError, match="with or without decimals"):
        parse_amount("1,200", "KWD")
    assert parse_amount("1,200.500", "KWD") == 1_200_500


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("1,200", ".", 120000),
        ("1,20", ",", 120),
        ("1.200,5", ",", 120050),
        ("1 200", ",", 120000),
        ("1'200.5", ".", 120050),
    ],
)
def test_a_given_decimal_sign_decides(text: str, decimal: Separator, minor: int) -> None:
    assert parse_amount(text, "EUR", decimal) == minor


@pytest.mark.parametrize(
    ("text", "decimal"), [("1,200.50", ","), ("1.200,50", "."), ("1,20", "."), ("1.20", ",")]
)
def test_a_number_against_the_given_decimal_sign_is_refused(text: str, decimal: Separator) -> None:
    with pytest.raises(InvalidDataError):
        parse_amount(text, "EUR", decimal)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1200", "JPY", 1200),
        ("1,200", "JPY", 1200),
        ("1200.00", "JPY", 1200),
        ("¥1,200", "JPY", 1200),
        ("¥12.50", "CNY", 1250),
        ("0.0001", "CLF", 1),
        ("1.5 BHD", "BHD", 1500),
        ("kr 12,50", "SEK", 1250),
        ("12,50 zł", "PLN", 1250),
        ("R$ 1.200,50", "BRL", 120050),
        ("$5", "CAD", 500),
    ],
)
def test_amounts_in_other_currencies(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


def test_decimals_a_currency_does_not_have_are_refused() -> None:
    with pytest.raises(InvalidDataError, match="more decimals than JPY has"):
        parse_amount("12.5", "JPY")
    with pytest.raises(InvalidDataError, match="more decimals than EUR has"):
        parse_amount("12.5051", "EUR")


def test_the_limit_holds_both_ways() -> None:
    assert parse_amount("90071992547409.91", "EUR") == MAX_MINOR
    assert parse_amount("-90071992547409.91", "EUR") == -MAX_MINOR
    for text in ("90071992547409.92", "-90071992547409.92", "9" * 40):
        with pytest.raises(InvalidDataError, match="too large"):
            parse_amount(text, "EUR")


@pytest.mark.parametrize(
    ("text", "default", "money"),
    [
        ("1200 EUR", None, Money(120000, "EUR")),
        ("EUR 1200", None, Money(120000, "EUR")),
        ("1200EUR", "USD", Money(120000, "EUR")),
        ("€1,200", None, Money(120000, "EUR")),
        ("$ 5", None, Money(500, "USD")),
        ("$ 5", "aud", Money(500, "AUD")),
        ("$ 5", "EUR", Money(500, "USD")),
        ("$5 CAD", None, Money(500, "CAD")),
        ("US$5", "CAD", Money(500, "USD")),
        ("£5", None, Money(500, "GBP")),
        ("¥5", "CNY", Money(500, "CNY")),
        ("kr 5", "NOK", Money(500, "NOK")),
        ("1200 AZN", "EUR", Money(120000, "AZN")),
        ("1200", "JPY", Money(1200, "JPY")),
    ],
)
def test_money_with_its_currency(text: str, default: str | None, money: Money) -> None:
    assert parse_money(text, default) == money


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("1200", None),
        ("5 kr", None),
        ("5 kr", "EUR"),
        ("$5 EUR", "EUR"),
        ("5 XYZ", "EUR"),
        ("5", "XYZ"),
        ("5 ?", "EUR"),
    ],
)
def test_money_without_a_certain_currency_is_refused(text: str, default: str | None) -> None:
    with pytest.raises(InvalidDataError):
        parse_money(text, default)


@pytest.mark.parametrize(
    ("minor", "currency", "machine", "people"),
    [
        (120000, "EUR", "1200.00", "1,200.00 EUR"),
        (-5, "EUR", "-0.05", "-0.05 EUR"),
        (-123456789, "USD", "-1234567.89", "-1,234,567.89 USD"),
        (0, "EUR", "0.00", "0.00 EUR"),
        (1200, "JPY", "1200", "1,200 JPY"),
        (1, "KWD", "0.001", "0.001 KWD"),
        (12345, "CLF", "1.2345", "1.2345 CLF"),
    ],
)
def test_how_amounts_are_written(minor: int, currency: str, machine: str, people: str) -> None:
    assert format_decimal(minor, currency) == machine
    assert format_money(minor, currency) == people


def test_exponents_follow_iso_4217() -> None:
    none = "JPY KRW ISK VND CLP PYG UGX XAF XOF XPF RWF KMF GNF DJF BIF VUV"
    three = "BHD KWD OMR JOD TND IQD LYD"
    assert {exponent(code) for code in none.split()} == {0}
    assert {exponent(code) for code in three.split()} == {3}
    assert exponent("CLF") == exponent("UYW") == 4
    assert exponent("eur") == 2
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)


@pytest.mark.parametrize("code", ["", "EU", "EURO", "XYZ", "XAU", "€", "12"])
def test_unknown_currencies_are_refused(code: str) -> None:
    with pytest.raises(InvalidDataError, match="no known currency"):
        check_currency(code)
    with pytest.raises(InvalidDataError):
        exponent(code)


def test_a_code_comes_back_in_upper_case() -> None:
    assert check_currency(" eur ") == "EUR"


@pytest.mark.parametrize(
    ("minor", "percent", "result"),
    [
        (1000, 25, 250),
        (1, 50, 0),
        (3, 50, 2),
        (5, 50, 2),
        (-1, 50, 0),
        (-3, 50, -2),
        (101, 33, 33),
        (7, 0, 0),
        (7, 100, 7),
    ],
)
def test_weighted_value_rounds_half_to_even(minor: int, percent: int, result: int) -> None:
    assert weighted(minor, percent) == result


@pytest.mark.parametrize("percent", [-1, 101])
def test_an_impossible_probability_is_refused(percent: int) -> None:
    with pytest.raises(InvalidDataError, match="percent is impossible"):
        weighted(100, percent)


@pytest.mark.parametrize(
    ("minor", "source", "target", "rate", "result"),
    [
        (10000, "EUR", "USD", "1.0825", 10825),
        (10000, "EUR", "JPY", "162.345", 16234),
        (10000, "JPY", "EUR", "0.0062", 6200),
        (100, "EUR", "KWD", "0.3335", 334),
        (1, "EUR", "USD", "0.5", 0),
        (3, "EUR", "USD", "0.5", 2),
        (-3, "EUR", "USD", "0.5", -2),
        (120050, "EUR", "EUR", "1", 120050),
    ],
)
def test_conversion_is_exact_and_rounds_half_to_even(
    minor: int, source: str, target: str, rate: str, result: int
) -> None:
    assert convert(minor, source, target, Decimal(rate)) == result


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "1e30", "1e-30", "sNaN"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with pytest.raises(InvalidDataError, match="no exchange rate"):
        convert(100, "EUR", "USD", Decimal(rate))


def test_a_conversion_beyond_the_limit_is_refused() -> None:
    with pytest.raises(InvalidDataError, match="too large"):
        convert(MAX_MINOR, "EUR", "USD", Decimal("1.01"))
