"""What comes in a day, by hand."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked, Report
from crm_tui.domain.reports.velocity import VelocityTotals
from crm_tui.money import Money
from tests.conftest import NOW

TODAY = date(2026, 3, 2)


def velocity(crm: Crm, **asked: Any) -> Report[Any, Any]:
    return crm.reports.ask("velocity", Asked(**asked))


def closed(crm: Crm, days: int, ended: date, **values: Any) -> None:
    """A deal closed on a day after so many days: lost where there is a reason, else won."""
    made = f"{ended - timedelta(days=days)}T10:00:00Z"
    stage = "Lost" if "lost_reason" in values else "Won"
    crm.deals.add("ended", stage=stage, created_at=made, closed_on=ended, **values)


def golden(crm: Crm, currency: str = "EUR", minor: int = 25_000_00) -> None:
    """40 open deals, 25,000 won on average, a quarter of the closed ones won, in 90 days."""
    with crm.transaction("fill"):
        for number in range(40):
            crm.deals.add(f"open {number}", amount_minor=number, currency=currency)
        closed(crm, 80, date(2026, 1, 10), amount_minor=minor - 5_000, currency=currency, source="web")
        closed(crm, 100, date(2026, 2, 10), amount_minor=minor + 5_000, currency=currency, source="web")
        for _ in range(6):
            closed(crm, 7, date(2026, 2, 10), lost_reason="price")


def test_nothing_is_in_a_new_file(crm: Crm) -> None:
    found = velocity(crm)
    assert (found.rows, found.is_empty, found.by) == ((), True, "pipeline")
    assert found.totals == VelocityTotals(0, None, crm.config.base_currency, False, None, None, None)


def test_forty_open_deals(crm: Crm) -> None:
    golden(crm)
    found = velocity(crm)
    assert found.totals == VelocityTotals(
        open_deals=40,
        win_rate=0.25,
        currency="EUR",
        converted=False,
        average_won=Money(25_000_00, "EUR"),
        cycle_days=90.0,
        per_day=Money(2_777_78, "EUR"),  # 40 x 25,000 x 0.25 / 90 = 2,777.777...
    )
    assert {field.name for field in fields(VelocityTotals)} == {
        "open_deals", "win_rate", "average_won", "cycle_days", "per_day", "currency", "converted",
    }  # fmt: skip
    assert [figure.key for figure in found.total_columns] == [field.name for field in fields(VelocityTotals)]
    (row,) = found.rows
    assert (row.group, row.open_deals, row.won, row.lost, row.per_day) == (
        "Sales",
        40,
        2,
        6,
        found.totals.per_day,
    )
    assert (
        found.answer[0]
        == "2,778 EUR a day · 40 open · 25 % win rate · 25,000 EUR on average · 90 days to win"
    )
    assert [(bar.label, bar.value) for bar in found.plots[0].bars] == [("Sales", 2_777_78)]


def test_it_is_rounded_once_and_at_the_end(crm: Crm) -> None:
    # 3 open x 1/3 x (100.01 / 1) / 7 days = 14.287..., though a third is no decimal
    for number in range(3):
        crm.deals.add(f"open {number}")
    closed(crm, 7, TODAY, amount_minor=10_001, currency="EUR")
    closed(crm, 7, TODAY, lost_reason="x")
    closed(crm, 7, TODAY, lost_reason="x")
    assert velocity(crm).totals.per_day == Money(1_429, "EUR")


def test_yen_have_no_decimals(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(base_currency="JPY")) as crm:
        golden(crm, "JPY", 25_000)
        assert velocity(crm).totals.per_day == Money(2_778, "JPY")


def test_there_is_none_where_nothing_was_won_or_at_once(crm: Crm) -> None:
    crm.deals.add("open", amount_minor=100, currency="EUR")
    closed(crm, 5, TODAY, lost_reason="price")
    totals = velocity(crm).totals
    assert (totals.win_rate, totals.average_won, totals.cycle_days, totals.per_day) == (0.0, None, None, None)
    closed(crm, 0, TODAY, amount_minor=100, currency="EUR")
    totals = velocity(crm).totals
    assert (totals.win_rate, totals.average_won, totals.cycle_days, totals.per_day) == (
        0.5, Money(100, "EUR"), 0.0, None,
    )  # fmt: skip


def test_a_won_deal_without_an_amount_counts_in_no_average(crm: Crm) -> None:
    crm.deals.add("open")
    closed(crm, 10, TODAY, amount_minor=300, currency="EUR")
    closed(crm, 30, TODAY)
    found = velocity(crm)
    # 1 open x 1 x 3.00 / 20 days = 0.15
    assert found.totals.average_won == Money(300, "EUR")
    assert (found.totals.cycle_days, found.totals.per_day) == (20.0, Money(15, "EUR"))
    assert found.notes == ("1 won deal has no amount and counts in no average.",)
    closed(crm, 30, TODAY)
    assert velocity(crm).notes == ("2 won deals have no amount and count in no average.",)


def test_only_the_trailing_months_count(crm: Crm) -> None:
    closed(crm, 10, date(2025, 3, 2), amount_minor=300, currency="EUR")
    assert velocity(crm).totals.win_rate is None
    closed(crm, 10, date(2025, 3, 3), amount_minor=300, currency="EUR")
    assert velocity(crm).totals.win_rate == 1.0


def test_by_source(crm: Crm) -> None:
    golden(crm)
    crm.deals.add("open", source="web")
    found = velocity(crm, by="source")
    assert [(row.group, row.open_deals, row.won, row.lost) for row in found.rows] == [
        ("web", 1, 2, 0),
        (None, 40, 0, 6),
    ]
    # 1 x 25,000 x 1 / 90
    assert [row.per_day for row in found.rows] == [Money(277_78, "EUR"), None]


def test_several_currencies(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(base_currency="EUR")) as crm:
        crm.deals.add("a", amount_minor=1, currency="EUR")
        crm.deals.add("b", amount_minor=1, currency="USD")
        closed(crm, 10, TODAY, amount_minor=100_00, currency="EUR")
        closed(crm, 30, TODAY, amount_minor=200_00, currency="USD")
        found = velocity(crm)
        assert (found.totals.open_deals, found.totals.cycle_days, found.totals.per_day) == (2, 20.0, None)
        assert [(each.currency, each.open_deals, each.per_day) for each in found.by_currency] == [
            ("EUR", 1, Money(10_00, "EUR")),
            ("USD", 1, Money(6_67, "USD")),
        ]
        assert [(row.currency, row.per_day) for row in found.rows] == [
            ("EUR", Money(10_00, "EUR")),
            ("USD", Money(6_67, "USD")),
        ]
        assert found.answer[0].startswith("10 EUR + 7 USD a day · 2 open")
        assert found.answer[-1] == "10 EUR + 1 more currency a day"
        crm.rates.set("USD", "0.5", date(2026, 1, 1))
        found = velocity(crm)
        # (100 + 200 x 0.5) / 2 = 100 on average; 2 x 1 x 100 / 20 = 10
        assert (found.totals.average_won, found.totals.per_day, found.totals.converted) == (
            Money(100_00, "EUR"), Money(10_00, "EUR"), True,
        )  # fmt: skip
        found = velocity(crm, convert=True)
        assert [(row.currency, row.open_deals, row.won, row.per_day) for row in found.rows] == [
            ("EUR", 2, 2, Money(10_00, "EUR"))
        ]


def test_as_of_a_day_in_the_past(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        golden(crm)
    with Crm.open(database, now=datetime(2026, 6, 1, 9, tzinfo=UTC)) as crm:
        for deal in crm.deals.list("status:open", limit=20):
            crm.deals.lose(deal.id, "price")
        crm.deals.add("new", amount_minor=100, currency="EUR")
        assert velocity(crm).totals.open_deals == 21
        found = velocity(crm, as_of=TODAY)
        assert found.totals.per_day == Money(2_777_78, "EUR")
        assert found.period is not None
        assert found.period.end == date(2026, 3, 3)


@pytest.mark.parametrize("by", ["pipeline", "source"])
def test_a_file_without_closed_deals_has_open_ones(crm: Crm, by: str) -> None:
    crm.deals.add("open", amount_minor=100, currency="EUR")
    found = velocity(crm, by=by)
    assert not found.is_empty
    assert [row.open_deals for row in found.rows] == [1]
    assert found.answer[0] == "1 open"
