"""What was won and lost: rates, amounts and days by hand; every way to cut it; periods at the ends of months."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked, Report
from crm_tui.domain.reports.winloss import WinlossRow, WinlossTotals
from crm_tui.errors import UsageError
from crm_tui.money import Money
from tests.conftest import NOW

ALL = Period(date(2025, 1, 1), date(2026, 3, 3))


def winloss(crm: Crm, **asked: Any) -> Report[Any, Any]:
    return crm.reports.ask("winloss", Asked(**asked))


def close(crm: Crm, title: str, made: str, ended: str, **values: Any) -> None:
    """A deal made on a day and closed on a day: won with an amount, or lost with a reason."""
    stage = "Lost" if "lost_reason" in values else "Won"
    values = {"currency": "EUR", **values} if "amount_minor" in values else values
    day = date.fromisoformat(ended)
    crm.deals.add(title, stage=stage, created_at=f"{made}T10:00:00Z", closed_on=day, **values)


def fill(crm: Crm) -> None:
    close(crm, "a", "2026-01-01", "2026-01-11", amount_minor=100_000, source="web")  # 10 days
    close(crm, "b", "2026-01-01", "2026-02-10", amount_minor=50_001, source="fair")  # 40 days
    close(crm, "c", "2026-02-01", "2026-02-02", source="web")  # 1 day, no amount
    close(
        crm, "d", "2026-01-01", "2026-01-31", amount_minor=90_000, source="web", lost_reason="price"
    )  # 30 days
    close(crm, "e", "2026-02-08", "2026-02-10", lost_reason="price")  # 2 days
    close(crm, "f", "2026-02-10", "2026-02-10", lost_reason="timing")  # the same day
    crm.deals.add("open", amount_minor=1_000_000, currency="EUR")
    crm.deals.archive(crm.deals.list("a")[0].id)


def golden(crm: Crm) -> None:
    fill(crm)
    crm.deals.restore(crm.deals.list("title:a archived_at:any")[0].id)


def test_nothing_is_in_a_new_file(crm: Crm) -> None:
    found = winloss(crm)
    assert (found.rows, found.is_empty, found.by) == ((), True, "reason")
    assert found.period == Period(date(2025, 3, 3), date(2026, 3, 3))
    totals = found.totals
    # there is no rate, no average and no length of nothing
    assert (totals.win_rate, totals.average_won, totals.cycle_days_won, totals.cycle_days_lost) == (None,) * 4
    assert totals.won_amount == Money(0, crm.config.base_currency)


def test_totals_by_hand(crm: Crm) -> None:
    golden(crm)
    found = winloss(crm, period=ALL)
    assert found.totals == WinlossTotals(
        won=3,
        lost=3,
        win_rate=0.5,
        currency="EUR",
        converted=False,
        won_amount=Money(150_001, "EUR"),
        average_won=Money(75_000, "EUR"),  # 1500.01 / 2 = 750.005, to the even neighbour
        cycle_days_won=17.0,  # (10 + 40 + 1) / 3
        cycle_days_lost=32 / 3,  # (30 + 2 + 0) / 3
    )
    assert {field.name for field in fields(WinlossTotals)} == {
        "won", "lost", "win_rate", "won_amount", "average_won", "cycle_days_won", "cycle_days_lost",
        "currency", "converted",
    }  # fmt: skip
    assert [figure.key for figure in found.total_columns] == [field.name for field in fields(WinlossTotals)]
    assert "3 deals have no amount, which counts as nothing." in found.notes


def test_what_was_put_away_does_not_count(crm: Crm) -> None:
    fill(crm)
    assert winloss(crm, period=ALL).totals.won == 2
    assert winloss(crm, period=ALL, condition="archived_at:any").totals.won == 1


def test_by_reason_there_are_the_lost_ones(crm: Crm) -> None:
    golden(crm)
    found = winloss(crm, period=ALL)
    assert [(row.group, row.lost, row.share, row.lost_amount, row.cycle_days_lost) for row in found.rows] == [
        ("price", 2, 2 / 3, Money(90_000, "EUR"), 16.0),
        ("timing", 1, 1 / 3, Money(0, "EUR"), 0.0),
    ]
    assert [figure.key for figure in found.columns] == [
        "group", "lost", "share", "currency", "lost_amount", "cycle_days_lost",
    ]  # fmt: skip
    assert [(bar.label, bar.value) for bar in found.plots[0].bars] == [("price", 2), ("timing", 1)]


def test_by_source(crm: Crm) -> None:
    golden(crm)
    found = winloss(crm, period=ALL, by="source")
    assert found.rows[0] == WinlossRow(
        "web", 2, 1, 2 / 3, 1 / 3, "EUR", Money(100_000, "EUR"), Money(100_000, "EUR"),
        Money(90_000, "EUR"), 5.5, 30.0,
    )  # fmt: skip
    # no source comes last, however many there are
    assert [(row.group, row.won, row.lost) for row in found.rows] == [
        ("web", 2, 1),
        ("fair", 1, 0),
        (None, 0, 2),
    ]
    assert [bar.label for bar in found.plots[0].bars] == ["web", "fair", "no source"]


def test_by_size_in_decades(crm: Crm) -> None:
    for number, minor in enumerate((0, 9_999, 10_000, 99_999, 100_000, 99_999_999, 100_000_000, 10**12)):
        close(crm, f"e{number}", "2026-01-01", "2026-01-11", amount_minor=minor)
    close(crm, "y", "2026-01-01", "2026-01-11", amount_minor=100, currency="JPY")  # yen have no cents
    close(crm, "none", "2026-01-01", "2026-01-11", lost_reason="price")
    found = winloss(crm, period=ALL, by="size")
    assert [(row.group, row.currency, row.won, row.lost) for row in found.rows] == [
        ("under 100", "EUR", 2, 0),
        ("100 to 1,000", "EUR", 2, 0),
        ("100 to 1,000", "JPY", 1, 0),
        ("1,000 to 10,000", "EUR", 1, 0),
        ("100,000 to 1,000,000", "EUR", 1, 0),
        ("1,000,000 and more", "EUR", 2, 0),
        (None, "EUR", 0, 1),
    ]


def test_by_month_with_the_months_between(crm: Crm) -> None:
    close(crm, "a", "2025-11-01", "2025-11-30", amount_minor=1_00)
    close(crm, "b", "2025-11-01", "2026-01-01", amount_minor=2_00)
    close(crm, "c", "2025-11-01", "2025-12-31", lost_reason="price")
    close(crm, "d", "2025-11-01", "2026-03-02", amount_minor=3_00)
    found = winloss(crm, by="period")
    assert [(row.group, row.won, row.lost, row.win_rate) for row in found.rows] == [
        ("2025-11", 1, 0, 1.0),
        ("2025-12", 0, 1, 0.0),
        ("2026-01", 1, 0, 1.0),
        ("2026-02", 0, 0, None),
        ("2026-03", 1, 0, 1.0),
    ]
    assert found.plots[0].in_time


def test_by_pipeline(crm: Crm) -> None:
    close(crm, "a", "2026-01-01", "2026-01-11", amount_minor=100)
    crm.pipelines.add("Partners")
    close(crm, "b", "2026-01-01", "2026-01-11", amount_minor=100, pipeline="Partners")
    close(crm, "c", "2026-01-01", "2026-01-11", lost_reason="x", pipeline="Partners")
    found = winloss(crm, by="pipeline")
    assert [(row.group, row.won, row.lost) for row in found.rows] == [("Sales", 1, 0), ("Partners", 1, 1)]


def test_other_rows_are_refused(crm: Crm) -> None:
    with pytest.raises(UsageError, match="owner"):
        winloss(crm, by="owner")


@pytest.mark.parametrize(
    ("today", "start"),
    [
        pytest.param("2026-03-02", "2025-03-03", id="usual"),
        pytest.param("2026-02-28", "2025-03-01", id="end-of-february"),
        pytest.param("2024-02-29", "2023-03-01", id="leap-day"),
        pytest.param("2025-02-28", "2024-03-01", id="year-after-leap-year"),
        pytest.param("2024-02-28", "2023-02-28", id="day-before-leap-day"),
        pytest.param("2025-12-31", "2025-01-01", id="end-of-year"),
        pytest.param("2026-01-31", "2025-02-01", id="end-of-january"),
    ],
)
def test_the_trailing_months(database: Path, today: str, start: str) -> None:
    with Crm.open(database, now=f"{today} 12:00") as crm:
        period = winloss(crm).period
        assert period is not None
        assert (period.start, period.end.toordinal()) == (
            date.fromisoformat(start), date.fromisoformat(today).toordinal() + 1,
        )  # fmt: skip


def test_a_period_has_its_first_and_last_day(crm: Crm) -> None:
    for day in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"):
        close(crm, day, "2025-12-01", day, amount_minor=100)
    assert winloss(crm, period=Period(date(2026, 1, 1), date(2026, 2, 1))).totals.won == 2


def test_a_cycle_is_of_local_days_and_never_below_zero(database: Path) -> None:
    config = Config(timezone="America/New_York")
    with Crm.open(database, now=NOW, config=config) as crm:
        # made on the evening of 31 December in New York, closed on 2 January
        crm.deals.add("a", stage="Won", created_at="2026-01-01T03:00:00Z", closed_on=date(2026, 1, 2))
        assert winloss(crm).totals.cycle_days_won == 2.0
        # noted after it was closed
        crm.deals.add("b", stage="Won", created_at="2026-02-01T12:00:00Z", closed_on=date(2026, 1, 2))
        assert winloss(crm).totals.cycle_days_won == 1.0


def two_currencies(crm: Crm) -> None:
    close(crm, "a", "2026-01-01", "2026-01-10", amount_minor=100_00)
    close(crm, "b", "2026-01-01", "2026-01-20", amount_minor=100_00, currency="USD")
    close(crm, "c", "2026-01-01", "2026-02-20", amount_minor=100_00, currency="USD")
    close(crm, "d", "2026-01-01", "2026-02-20", lost_reason="price")


def test_several_currencies_by_themselves_and_as_one(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(base_currency="EUR")) as crm:
        two_currencies(crm)
        found = winloss(crm, by="pipeline")
        assert (found.totals.won, found.totals.won_amount, found.totals.average_won) == (3, None, None)
        euro, dollar = found.by_currency
        # the deal without an amount stands with the base currency
        assert (euro.won, euro.lost, euro.won_amount) == (1, 1, Money(100_00, "EUR"))
        assert (dollar.won, dollar.lost, dollar.won_amount) == (2, 0, Money(200_00, "USD"))
        assert [(row.currency, row.won, row.lost) for row in found.rows] == [("EUR", 1, 1), ("USD", 2, 0)]
        crm.rates.set("USD", "0.9", date(2026, 1, 1))
        crm.rates.set("USD", "0.8", date(2026, 2, 1))
        totals = winloss(crm).totals
        # 100 + 200 x 0.8, the rate of the day of the report; by three
        assert (totals.won_amount, totals.average_won, totals.converted) == (
            Money(260_00, "EUR"), Money(86_67, "EUR"), True,
        )  # fmt: skip
        found = winloss(crm, by="pipeline", convert=True)
        # 100 + 100 x 0.9 + 100 x 0.8, the rates of the days of closing
        assert [(row.currency, row.won, row.won_amount) for row in found.rows] == [
            ("EUR", 3, Money(270_00, "EUR"))
        ]
        assert (found.totals.won_amount, found.totals.converted) == (Money(270_00, "EUR"), True)
        assert found.by_currency == (euro, dollar)
        assert any("the rates of the days of closing" in note for note in found.notes)


def test_it_can_be_said_in_a_line(crm: Crm) -> None:
    golden(crm)
    answer = winloss(crm, period=ALL).answer
    assert answer[0] == "3 won, 3 lost · 50 % win rate · 1,500 EUR won · 17 days to win"
    assert answer[-1] == "3 won, 3 lost"


def test_a_renamed_stage_and_a_reopened_deal(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        golden(crm)
        before = winloss(crm, period=ALL).totals
        for stage in crm.pipelines.stages():
            crm.pipelines.update_stage(stage.id, name=f"{stage.name} 2")
        assert winloss(crm, period=ALL).totals == before
        crm.deals.reopen(crm.deals.list("title:f")[0].id)
        assert winloss(crm, period=ALL).totals.lost == 2
    with Crm.open(database, now=datetime(2026, 3, 5, 9, tzinfo=UTC)) as crm:
        assert winloss(crm, period=ALL, as_of=date(2026, 3, 1)).totals.lost == 3
