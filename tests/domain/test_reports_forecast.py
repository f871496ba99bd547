"""What is to come in: by month, with what is overdue and what has no day apart, and what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports import history
from crm_tui.domain.reports.forecast import ForecastRow
from crm_tui.domain.reports.report import Asked, Report
from crm_tui.errors import UsageError
from crm_tui.money import Money
from tests.conftest import NOW

TODAY = date(2026, 3, 2)


def forecast(crm: Crm, **asked: Any) -> Report[Any, Any]:
    return crm.reports.ask("forecast", Asked(**asked))


def row(part: str, month: str | None, count: int, *money: Any, missing: int = 0) -> ForecastRow:
    """A row; money is amount and weighted in minor units and the currency; what is expected is the weighted value."""
    if not money:
        return ForecastRow(part, month, count, None, None, None, None, missing)
    amount, weighted, code = money
    likely = Money(weighted, code)
    return ForecastRow(part, month, count, code, Money(amount, code), likely, likely, missing)


def fill(crm: Crm) -> None:
    def add(
        title: str, minor: int | None, currency: str | None, closes: date | None, stage: str = "Lead"
    ) -> None:
        crm.deals.add(
            title, amount_minor=minor, currency=currency, expected_close_on=closes, stage=stage
        )  # fmt: skip

    add("yesterday", 10_000, "EUR", date(2026, 3, 1))
    add("today", 20_000, "EUR", TODAY, "Proposal")
    add("this month", 30_000, "USD", date(2026, 3, 31))
    add("no amount", None, None, date(2026, 3, 31))
    add("may", 1_005, "JPY", date(2026, 5, 1), "Proposal")
    add("last month", 40_000, "EUR", date(2027, 2, 28))
    add("after it", 50_000, "EUR", date(2027, 3, 1))
    add("some day", 60_000, "EUR", None)
    crm.deals.win(crm.deals.add("won", amount_minor=1, currency="EUR", expected_close_on=TODAY).id)
    lost = crm.deals.add("lost", amount_minor=1, currency="EUR", expected_close_on=TODAY)
    crm.deals.lose(lost.id, "price")


def test_months_follow_each_other_and_the_rest_stands_apart(crm: Crm) -> None:
    fill(crm)
    found = forecast(crm)
    assert found.period == Period(TODAY, date(2027, 3, 1))
    assert found.as_of == TODAY
    assert found.rows == (
        row("overdue", None, 1, 10_000, 1_000, "EUR"),
        row("month", "2026-03", 1, 20_000, 10_000, "EUR"),
        row("month", "2026-03", 1, 30_000, 3_000, "USD"),
        row("month", "2026-03", 1, missing=1),
        row("month", "2026-04", 0),
        # half of 1,005 yen is 502.5, to the even neighbour
        row("month", "2026-05", 1, 1_005, 502, "JPY"),
        *(row("month", f"2026-{month:02}", 0) for month in range(6, 13)),
        row("month", "2027-01", 0),
        row("month", "2027-02", 1, 40_000, 4_000, "EUR"),
        row("later", None, 1, 50_000, 5_000, "EUR"),
        row("undated", None, 1, 60_000, 6_000, "EUR"),
    )


def test_totals_are_those_of_all_open_deals(crm: Crm) -> None:
    fill(crm)
    found = forecast(crm)
    totals, stages = found.totals, crm.reports.ask("pipeline").totals
    assert (totals.open_deals, totals.missing) == (stages.open_deals, stages.missing) == (8, 1)
    euro = found.by_currency[0]
    assert (euro.open_deals, euro.amount, euro.weighted) == (5, Money(180_000, "EUR"), Money(26_000, "EUR"))
    crm.rates.set("USD", "0.5", TODAY)
    crm.rates.set("JPY", "0.006", TODAY)
    totals, stages = forecast(crm).totals, crm.reports.ask("pipeline").totals
    assert (totals.amount, totals.weighted, totals.converted) == (stages.amount, stages.weighted, True)
    assert totals.weighted == totals.expected


def test_the_probability_is_the_deals_own(crm: Crm) -> None:
    made = crm.deals.add("a", amount_minor=10_000, currency="EUR", probability=35, expected_close_on=TODAY)
    assert forecast(crm).totals.weighted == Money(3_500, "EUR")
    stage = crm.pipelines.stages()[0]
    crm.pipelines.update_stage(stage.id, probability=90)
    assert forecast(crm).totals.weighted == Money(3_500, "EUR")
    crm.deals.update(made.id, probability=40)
    assert forecast(crm).totals.weighted == Money(4_000, "EUR")


def test_a_missing_probability_is_the_stages(crm: Crm) -> None:
    made = crm.deals.add("a", amount_minor=10_000, currency="EUR", stage="Qualified", probability=None)
    assert forecast(crm).totals.weighted == Money(2_500, "EUR")
    crm.deals.update(made.id, probability=90)
    crm.deals.update(made.id, probability=None)
    assert forecast(crm).totals.weighted == Money(2_500, "EUR")


def test_lost_deals_never_count(crm: Crm) -> None:
    def add(**values: Any) -> int:
        return crm.deals.add("a", amount_minor=10_000, currency="EUR", expected_close_on=TODAY, **values).id

    by_verb = add(probability=100)
    crm.deals.lose(by_verb, "price")
    add(stage="Lost", lost_reason="price", probability=100)
    stage = next(each for each in crm.pipelines.stages() if each.name == "Lost")
    crm.pipelines.update_stage(stage.id, name="Nearly there")
    for name in ("forecast", "pipeline"):
        found = crm.reports.ask(name)
        assert (found.totals.open_deals, found.totals.weighted) == (0, Money(0, "EUR"))
    assert forecast(crm).rows == ()
    assert crm.reports.why("weighted", str(by_verb)).value is None
    crm.deals.reopen(by_verb)
    assert forecast(crm).totals.weighted == Money(1_000, "EUR")


def test_of_a_file_without_probabilities_the_stages_count(crm: Crm, tmp_path: Path) -> None:
    from crm_tui.interchange import importer
    from crm_tui.interchange.options import Options

    file = tmp_path / "deals.csv"
    file.write_text(
        "title,amount,currency,stage,probability,expected_close_on,created_at,closed_on,lost_reason\n"
        "a,100,EUR,Proposal,,2026-03-20,2026-01-10,,\n"
        "b,33.33,EUR,Lead,,2026-03-31,2026-01-10,,\n"
        "c,,EUR,Negotiation,,2026-03-31,2026-01-10,,\n"
        "d,40,EUR,Lead,60,2026-03-31,2026-01-10,,\n"
        "e,900,EUR,Lost,,2026-03-31,2026-01-10,2026-02-01,price\n"
        "f,900,EUR,Won,,2026-03-31,2026-01-10,2026-02-01,\n"
    )
    importer.load(crm, file, Options(kind="deals"))
    (march, missing) = forecast(crm).rows
    # 100 x 50 % + 33.33 x 10 % = 50 + 3.333, rounded 3.33; 40 x 60 % = 24; c has no amount
    assert (march.count, march.amount, march.weighted) == (3, Money(173_33, "EUR"), Money(77_33, "EUR"))
    assert (missing.count, missing.weighted, missing.missing) == (1, None, 1)
    assert forecast(crm).totals.weighted == Money(77_33, "EUR")


def test_only_parts_with_deals_are_there(crm: Crm) -> None:
    assert forecast(crm).rows == ()
    assert forecast(crm).is_empty
    crm.deals.add("some day", amount_minor=100, currency="EUR")
    assert [each.part for each in forecast(crm).rows] == ["undated"]
    crm.deals.add("soon", amount_minor=100, currency="EUR", expected_close_on=date(2026, 4, 30))
    assert [each.month for each in forecast(crm).rows] == ["2026-03", "2026-04", None]


def test_it_is_about_no_period_of_ones_own(crm: Crm) -> None:
    with pytest.raises(UsageError):
        forecast(crm, period=Period(TODAY, date(2026, 4, 1)))


def test_it_can_be_drawn_and_said_in_a_line(crm: Crm) -> None:
    fill(crm)
    found = forecast(crm)
    assert [plot.title for plot in found.plots] == [
        f"{code} by month, weighted" for code in ("EUR", "JPY", "USD")
    ]
    assert all(plot.in_time for plot in found.plots)
    march = found.plots[0].bars[0]
    assert (march.label, march.value, march.part, march.text) == ("2026-03", 20_000, 10_000, "100 EUR")
    assert found.answer[0] == (
        "140 EUR + 502 JPY + 30 USD weighted in 12 months · 1 overdue · 1 later · 1 without a date"
    )
    assert found.answer[-1] == "140 EUR + 2 more currencies weighted in 12 months"


def closed(crm: Crm, stage: str, won: int, lost: int) -> None:
    """Deals that were in a stage and ended."""
    with crm.transaction("fill"):
        for number in range(won + lost):
            made = crm.deals.add(f"{stage} {number}", stage=stage)
            if number < won:
                crm.deals.win(made.id)
            else:
                crm.deals.lose(made.id, "price")


def test_own_win_rates_are_used_from_twenty_closed_deals_on(crm: Crm) -> None:
    crm.deals.add("a", amount_minor=100_001, currency="EUR", stage="Proposal", expected_close_on=TODAY)
    crm.deals.add("b", amount_minor=10_000, currency="EUR", stage="Lead", expected_close_on=TODAY)
    closed(crm, "Proposal", 14, 5)
    found = forecast(crm)
    assert found.totals.expected == found.totals.weighted
    assert "Proposal: configured probabilities, for n = 19 is below 20." in found.notes
    closed(crm, "Proposal", 0, 1)
    found = forecast(crm)
    # Proposal: 1000.01 x 14 / 20 = 700.007, which is 700.01; Lead stays at 10 percent of 100.00
    assert found.totals.expected == Money(70_001 + 1_000, "EUR")
    # half of 1000.01 is 500.005, to the even neighbour 500.00
    assert found.totals.weighted == Money(50_000 + 1_000, "EUR")
    # p = 0.7, z² = 3.8416: (0.7 + 0.09604 ± 1.96 √(0.0105 + 0.0024010)) / 1.19208 = 0.4810 and 0.8545
    assert "Proposal: own win rate 70 % of n = 20 (95 %: 48 to 85 %)." in found.notes
    assert "Lead: configured probabilities, for n = 0 is below 20." in found.notes


def test_own_win_rates_are_those_known_on_the_day(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        crm.deals.add("a", amount_minor=10_000, currency="EUR", stage="Lead")
        crm.deals.add("b", amount_minor=10_000, currency="EUR", stage="Qualified")
        closed(crm, "Lead", 0, 30)
        then = forecast(crm)
        assert "Lead: own win rate 0 % of n = 30 (95 %: 0 to 11 %)." in then.notes
    with Crm.open(database, now=datetime(2026, 5, 1, 9, tzinfo=UTC)) as crm:
        for deal in crm.deals.list("status:lost"):
            crm.deals.move(deal.id, "Qualified")
            crm.deals.win(deal.id)
        found = forecast(crm)
        assert "Qualified: own win rate 100 % of n = 30 (95 %: 89 to 100 %)." in found.notes
        assert forecast(crm, as_of=TODAY).notes == then.notes


def test_a_stage_that_was_skipped_was_not_entered(crm: Crm) -> None:
    crm.deals.add("a", amount_minor=10_000, currency="EUR", stage="Qualified")
    closed(crm, "Lead", 25, 0)  # straight from Lead to Won
    assert "Qualified: configured probabilities, for n = 0 is below 20." in forecast(crm).notes


@pytest.mark.parametrize(
    ("won", "n", "low", "high"),
    [
        # Wilson's interval with z = 1.96, worked out by hand:
        # p = 0: low 0, high z²/n / (1 + z²/n) = 0.38416 / 1.38416
        pytest.param(0, 10, 0.0, 0.27754, id="none-won"),
        pytest.param(10, 10, 0.72246, 1.0, id="all-won"),
        # p = 0.5, n = 20: (0.5 + 0.09604 ± 1.96 √(0.0125 + 0.002401)) / 1.19208 = (0.59604 ± 0.23926) / 1.19208
        pytest.param(10, 20, 0.29929, 0.70071, id="half-won"),
    ],
)
def test_the_interval_is_wilsons(won: int, n: int, low: float, high: float) -> None:
    assert history.interval(won, n) == pytest.approx((low, high), abs=0.00002)


def test_a_forecast_of_a_day_in_the_past_says_what_came_of_it(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        add = crm.deals.add
        first = add(
            "a", amount_minor=10_000, currency="EUR", stage="Proposal", expected_close_on=date(2026, 3, 20)
        )
        second = add(
            "b", amount_minor=20_000, currency="EUR", stage="Lead", expected_close_on=date(2026, 3, 31)
        )
        third = add("c", stage="Lead", expected_close_on=date(2026, 4, 1))
        fourth = add("d", amount_minor=40_000, currency="EUR", expected_close_on=date(2026, 4, 1))
        then = forecast(crm)
        assert "won_count" not in [figure.key for figure in then.columns]
    with Crm.open(database, now=datetime(2026, 5, 1, 9, tzinfo=UTC)) as crm:
        crm.deals.win(first.id, on=date(2026, 3, 25), amount_minor=9_000)
        crm.deals.lose(second.id, "price")
        crm.deals.win(third.id, amount_minor=700, currency="USD")
        crm.deals.update(fourth.id, expected_close_on=date(2027, 1, 1), amount_minor=1)
        crm.deals.add("new", amount_minor=5_000, currency="EUR")
        found = forecast(crm, as_of=TODAY)
        figures = [
            (each.part, each.month, each.currency, each.count, each.amount, each.won_count, each.won_amount)
            for each in found.rows
        ]
        assert figures == [
            ("month", "2026-03", "EUR", 2, Money(30_000, "EUR"), 1, Money(9_000, "EUR")),
            ("month", "2026-04", "EUR", 1, Money(40_000, "EUR"), 0, Money(0, "EUR")),
            # nobody knew of dollars then: what came in stands in a row of its own
            ("month", "2026-04", "USD", 0, Money(0, "USD"), 1, Money(700, "USD")),
            ("month", "2026-04", None, 1, None, 0, None),
        ]
        assert (found.totals.open_deals, found.totals.won_count) == (4, 2)
        euro = found.by_currency[0]
        assert (euro.amount, euro.weighted) == (then.totals.amount, then.totals.weighted)
        assert (euro.won_count, euro.won_amount) == (1, Money(9_000, "EUR"))
        assert "2 of 4 won since" in found.answer[0]
        assert "won_amount" in [figure.key for figure in found.columns]


def test_what_was_won_since_in_another_currency_takes_nothing_from_the_totals(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        deal = crm.deals.add("a", amount_minor=40, currency="JPY", expected_close_on=date(2026, 4, 1))
        then = forecast(crm).totals
    with Crm.open(database, now=datetime(2026, 5, 1, 9, tzinfo=UTC)) as crm:
        crm.deals.win(deal.id, amount_minor=700, currency="USD")
        found = forecast(crm, as_of=TODAY)
        assert (
            (found.totals.amount, found.totals.weighted)
            == (then.amount, then.weighted)
            == (
                Money(40, "JPY"),
                Money(4, "JPY"),
            )
        )
        # there is no rate for either, so what was won cannot be told in yen
        assert (found.totals.won_count, found.totals.won_amount) == (1, None)
        assert any("There is no rate" in note for note in found.notes)
