"""Rates: exact, dated, and never a guess where none is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError
from crm_tui.money import Money

NOVEMBER = date(2026, 11, 1)


def test_a_rate_holds_from_its_day_until_the_next_one(crm: Crm) -> None:
    crm.rates.set("usd", "0.92", date(2026, 1, 1))
    crm.rates.set("USD", "0.9", NOVEMBER)
    assert crm.rates.rate_on("USD", date(2025, 12, 31)) is None
    assert crm.rates.rate_on("USD", date(2026, 1, 1)) == Decimal("0.92")
    assert crm.rates.rate_on("usd", date(2026, 10, 31)) == Decimal("0.92")
    assert crm.rates.rate_on("USD", NOVEMBER) == Decimal("0.9")
    assert crm.rates.rate_on("USD", date(2030, 1, 1)) == Decimal("0.9")


def test_without_a_day_a_rate_holds_from_today(crm: Crm) -> None:
    assert crm.rates.set("USD", "0.92").day == date(2026, 3, 2)


def test_setting_a_day_again_replaces_its_rate_and_the_same_rate_changes_nothing(crm: Crm) -> None:
    first = crm.rates.set("USD", "0.92", NOVEMBER)
    assert crm.rates.set("USD", "0.93", NOVEMBER).id == first.id
    assert [rate.rate for rate in crm.rates.list()] == ["0.93"]
    crm.rates.set("USD", "0.930", NOVEMBER)
    assert crm.last_operation is None


def test_undo_brings_the_old_rate_back(crm: Crm) -> None:
    crm.rates.set("USD", "0.92", NOVEMBER)
    crm.rates.set("USD", "0.93", NOVEMBER)
    crm.undo()
    assert crm.rates.rate_on("USD", NOVEMBER) == Decimal("0.92")
    crm.undo()
    assert crm.rates.list() == []


def test_amounts_are_converted_exactly_into_the_base_currency(crm: Crm) -> None:
    crm.rates.set("JPY", "0.0061", NOVEMBER)
    crm.rates.set("KWD", "3.005", NOVEMBER)
    assert crm.rates.convert(10_000, "JPY", NOVEMBER) == Money(6100, "EUR")
    assert crm.rates.convert(1_000, "KWD", NOVEMBER) == Money(300, "EUR")
    assert crm.rates.convert(3_000, "KWD", NOVEMBER) == Money(902, "EUR")
    assert crm.rates.convert(1_234, "EUR", NOVEMBER) == Money(1_234, "EUR")
    assert crm.rates.convert(1_000, "GBP", NOVEMBER) is None


def test_the_base_currency_comes_from_the_configuration(database: Path) -> None:
    with Crm.open(database, config=Config(base_currency="AZN")) as crm:
        crm.rates.set("EUR", "1.92", NOVEMBER)
        assert crm.rates.convert(100_00, "EUR", NOVEMBER) == Money(192_00, "AZN")
        with pytest.raises(InvalidDataError, match="AZN is the base currency"):
            crm.rates.set("AZN", "1")


def test_rates_are_listed_by_currency_the_newest_first(crm: Crm) -> None:
    crm.rates.set("USD", "0.9", date(2026, 1, 1))
    crm.rates.set("USD", "0.92", NOVEMBER)
    crm.rates.set("AZN", "0.5", NOVEMBER)
    assert [(rate.currency, rate.rate) for rate in crm.rates.list()] == [
        ("AZN", "0.5"),
        ("USD", "0.92"),
        ("USD", "0.9"),
    ]
    assert [rate.rate for rate in crm.rates.list("usd")] == ["0.92", "0.9"]


@pytest.mark.parametrize(
    ("typed", "kept"), [("1.920", "1.92"), ("02", "2"), ("0.5", "0.5"), (" 10.00 ", "10")]
)
def test_a_rate_is_kept_without_needless_zeros(crm: Crm, typed: str, kept: str) -> None:
    assert crm.rates.set("USD", typed).rate == kept


@pytest.mark.parametrize("typed", ["", "1,92", "1e3", "nan", "1.", ".5", "-.5", "١", "1" * 13])
def test_what_is_no_rate_is_refused(crm: Crm, typed: str) -> None:
    with pytest.raises(InvalidDataError, match="no rate"):
        crm.rates.set("USD", typed)
    assert crm.rates.list() == []


@pytest.mark.parametrize("typed", ["0", "0.00", "-1", "-0.5"])
def test_a_rate_is_above_nothing(crm: Crm, typed: str) -> None:
    with pytest.raises(InvalidDataError, match=f"A rate is above 0, and {typed} is not."):
        crm.rates.set("USD", typed)
    assert crm.rates.list() == []


def test_an_unknown_currency_is_refused(crm: Crm) -> None:
    with pytest.raises(InvalidDataError, match="no known currency"):
        crm.rates.set("EUX", "1")
    with pytest.raises(InvalidDataError, match="no known currency"):
        crm.rates.rate_on("EUX", NOVEMBER)
