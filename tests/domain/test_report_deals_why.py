"""Why a figure of the deals is what it is, by hand: the formula, the numbers, the deals and the part each plays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Unit
from crm_tui.errors import AmbiguousError, NotFoundError, UsageError
from crm_tui.money import MAX_MINOR, Money
from tests.conftest import NOW
from tests.why_deals import TODAY, enter, why


def test_the_weighted_value_of_all(crm: Crm) -> None:
    crm.deals.add("b", amount_minor=10_000, currency="EUR", expected_close_on=date(2026, 4, 1))
    crm.deals.add("a", amount_minor=15, currency="EUR", stage="Proposal", expected_close_on=date(2026, 3, 1))
    crm.deals.add("c")
    found = why(crm, "weighted")
    # 0.15 x 50 % = 0.075, to the even neighbour 0.08
    assert (found.value, found.unit, found.period, found.as_of) == (
        Money(1_008, "EUR"),
        Unit.MONEY,
        None,
        TODAY,
    )
    assert [(reason.title, reason.on, reason.part, reason.value) for reason in found.reasons] == [
        ("a", date(2026, 3, 1), "50 %", Money(8, "EUR")),
        ("b", date(2026, 4, 1), "10 %", Money(1_000, "EUR")),
        ("c", None, "no amount", None),
    ]
    assert found.arithmetic == (
        "weighted = amount x probability / 100 of each open deal, added up",
        "= 10.08 EUR (2 added up)",
        "1 deal has no amount, which counts as nothing.",
    )


def test_the_weighted_value_of_one(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        crm.deals.add("Relaunch", amount_minor=120_000, currency="EUR", probability=35)
        crm.deals.add("Nothing known")
        found = why(crm, "weighted", "relaunch")
        assert (found.value, found.arithmetic[1]) == (Money(42_000, "EUR"), "1200.00 x 35 / 100 = 420.00 EUR")
        assert why(crm, "weighted", "2").value is None
        with pytest.raises(NotFoundError):
            why(crm, "weighted", "nobody")
        with pytest.raises(NotFoundError, match='no row "relaunch"'):
            why(crm, "open_amount", "relaunch")
        with pytest.raises(NotFoundError, match="2026-03-01"):
            why(crm, "weighted", "relaunch", as_of=date(2026, 3, 1))
    with Crm.open(database, now=datetime(2026, 4, 1, 9, tzinfo=UTC)) as crm:
        crm.deals.win(1)
        found = why(crm, "weighted", "1")
        assert (found.value, found.arithmetic[1]) == (
            None,
            "It is won: only open deals have a weighted value.",
        )
        assert why(crm, "weighted", "1", as_of=TODAY).value == Money(42_000, "EUR")


def test_the_figures_of_deals_closed(crm: Crm) -> None:
    enter(
        crm,
        [(10_000, "EUR", "Won", 0, 20, 10), (None, "EUR", "Won", 0, 20, 20), (1, "EUR", "Lost", 0, 20, 5)],
    )
    rate = why(crm, "win_rate")
    assert rate.arithmetic == ("win rate = won / (won + lost)", "= 2 / 3 = 66.7 %")
    assert [(reason.part, reason.value) for reason in rate.reasons] == [("lost", 0), ("won", 1), ("won", 1)]
    amount = why(crm, "won_amount")
    assert amount.arithmetic[1:] == (
        "= 100.00 EUR (1 added up)",
        "1 deal has no amount, which counts as nothing.",
    )
    assert [reason.part for reason in amount.reasons] == ["won", "no amount"]
    assert why(crm, "average_won").arithmetic[1] == "= 100.00 EUR / 1 = 100.00 EUR"
    assert why(crm, "cycle_days").arithmetic[1] == "= 30 / 2 = 15 days"
    for figure in ("cycle_days", "per_day"):
        with pytest.raises(NotFoundError, match='no row "1"'):
            why(crm, figure, "1")
    with pytest.raises(UsageError, match=r"winloss\.win_rate is no figure of these rows"):
        why(crm, "win_rate", "price")
    assert why(crm, "win_rate", "Sales", by="pipeline").value == 2 / 3


def test_what_comes_in_a_day(crm: Crm) -> None:
    enter(
        crm, [(10_000, "EUR", "Won", 0, 20, 10), (1, "EUR", "Lost", 0, 20, 5), (7, "EUR", "Lead", 10, 1, 0)]
    )
    found = why(crm, "per_day")
    assert found.value == Money(500, "EUR")
    assert found.arithmetic == (
        "per day = open deals x win rate x average won amount / average cycle days",
        "win rate = 1 / (1 + 1) = 50.0 %",
        "average won = 100.00 EUR / 1 = 100.00 EUR",
        "cycle = 10 days / 1 = 10 days",
        "= 1 x 50.0 % x 100.00 EUR / 10 days = 5.00 EUR",
    )
    assert [reason.part for reason in found.reasons] == ["open", "lost", "won"]


def test_the_open_deals_of_a_row(crm: Crm) -> None:
    crm.deals.add("old", amount_minor=100, currency="EUR", created_at="2026-01-10T09:00:00Z")
    crm.deals.add("new", amount_minor=200, currency="EUR")
    crm.deals.add("dollars", amount_minor=300, currency="USD")
    crm.deals.add("nothing known")
    crm.deals.add("elsewhere", amount_minor=400, currency="EUR", stage="Proposal")
    lead = why(crm, "open_amount", "Lead EUR")
    assert (lead.title, lead.value) == ("Amount, pipeline: Lead EUR", Money(300, "EUR"))
    assert [each.title for each in lead.reasons] == ["old", "new"]
    stuck = why(crm, "stuck", "Lead EUR")
    assert [(each.title, each.part) for each in stuck.reasons] == [("old", "since 2026-01-10")]
    missing = why(crm, "pipeline.missing", "Lead none")
    assert (missing.value, [each.title for each in missing.reasons]) == (1, ["nothing known"])
    assert why(crm, "pipeline.amount", "Lead none").arithmetic[1:] == (
        "= not known, for there is nothing to add up",
        "1 deal has no amount, which counts as nothing.",
    )
    assert [each.title for each in why(crm, "pipeline.open_deals", "USD").reasons] == ["dollars"]
    every = why(crm, "open_amount")
    assert (every.value, every.arithmetic[1:3]) == (
        None,
        (
            "7.00 EUR + 3.00 USD",
            "There is no rate for USD, so there is no sum of all: crm rate set USD RATE.",
        ),
    )
    crm.rates.set("USD", "0.9", date(2026, 1, 1))
    assert why(crm, "open_amount").arithmetic[1:4] == (
        "7.00 EUR",
        "3.00 USD x 0.9 = 2.70 EUR",
        "= 9.70 EUR (4 added up)",
    )
    assert why(crm, "open_amount", "Lead EUR", convert=True).arithmetic[1:] == (
        "3.00 EUR",
        "3.00 USD x 0.9 = 2.70 EUR",
        "= 5.70 EUR (3 added up)",
    )


def test_stages_of_two_pipelines_have_their_names(crm: Crm) -> None:
    crm.deals.add("here", amount_minor=100, currency="EUR")
    crm.pipelines.add("Partners")
    crm.deals.add("there", amount_minor=200, currency="EUR", pipeline="Partners")
    assert why(crm, "open_amount", "Partners: Lead").value == Money(200, "EUR")
    assert why(crm, "open_amount", "sales: lead").value == Money(100, "EUR")
    with pytest.raises(AmbiguousError, match="Sales: Lead, Partners: Lead"):
        why(crm, "open_amount", "Lead")
    assert why(crm, "velocity.open_deals", "Partners").value == 1


def test_converted_by_the_rates_of_the_days_of_closing(crm: Crm) -> None:
    crm.rates.set("USD", "0.5", date(2026, 2, 1))
    crm.rates.set("USD", "0.25", date(2026, 2, 20))
    enter(
        crm,
        [(100, "EUR", "Won", 0, 60, 59), (200, "USD", "Won", 0, 60, 40), (400, "USD", "Won", 0, 60, 55),
         (None, "USD", "Won", 0, 60, 55)],
    )  # fmt: skip
    found = why(crm, "winloss.won_amount", "Sales", by="pipeline", convert=True)
    assert found.arithmetic[1:] == (
        "1.00 EUR",
        "4.00 USD x 0.25 = 1.00 EUR",
        "2.00 USD x 0.5 = 1.00 EUR",
        "= 3.00 EUR (3 added up)",
        "1 deal has no amount, which counts as nothing.",
        "Converted amounts are rounded for each day of closing; the lines can differ by as much.",
    )
    average = why(crm, "average_won", "Sales", by="pipeline", convert=True)
    assert average.arithmetic[1:5] == (*found.arithmetic[1:4], "= 3.00 EUR / 3 = 1.00 EUR")
    # the totals of several currencies go by the rate of the day of the state, unless rows are converted
    assert why(crm, "average_won").arithmetic[2:4] == (
        "6.00 USD x 0.25 = 1.50 EUR",
        "= 2.50 EUR / 3 = 0.83 EUR",
    )
    dollars = why(crm, "won_amount", "USD", by="pipeline", convert=True)
    assert (dollars.value, dollars.arithmetic[1:]) == (Money(600, "USD"), ("= 6.00 USD (2 added up)",))


def test_the_totals_of_a_currency_in_which_nothing_was_won(crm: Crm) -> None:
    enter(crm, [(100, "EUR", "Won", 0, 60, 10), (200, "JPY", "Lost", 0, 60, 20)])
    for name in ("winloss", "velocity"):
        assert [each.currency for each in crm.reports.ask(name).by_currency] == ["EUR", "JPY"]
    lost = why(crm, "winloss.lost", "jpy")
    assert (lost.value, [each.value for each in lost.reasons]) == (1, [1])
    assert why(crm, "won_amount", "JPY").value == Money(0, "JPY")
    assert why(crm, "per_day", "JPY").arithmetic[1:] == ("= not known, for nothing was won",)


def test_a_share_of_the_lost_deals(crm: Crm) -> None:
    enter(crm, [(1, "EUR", "Lost", 0, 20, 5), (1, "EUR", "Lost", 0, 30, 5), (1, "EUR", "Won", 0, 20, 5)])
    crm.deals.lose(crm.deals.add("late", created_at="2026-02-02T09:00:00Z").id, "timing")
    found = why(crm, "winloss.share", "price")
    assert (found.value, found.arithmetic) == (
        2 / 3,
        ("share = lost for this reason / all lost", "= 2 / 3 = 66.7 %"),
    )
    month = why(crm, "winloss.win_rate", "2026-02", by="period")
    assert month.period == Period(date(2026, 2, 1), date(2026, 3, 1))
    assert month.arithmetic[1] == "= 1 / 3 = 33.3 %"


def test_the_pace_where_there_is_none(crm: Crm) -> None:
    enter(crm, [(None, "EUR", "Won", 0, 20, 5)])
    assert why(crm, "per_day").arithmetic[1:] == (
        "win rate = 1 / (1 + 0) = 100.0 %",
        "average won = not known, for no deal was won that has an amount",
        "cycle = 5 days / 1 = 5 days",
        "= not known, for there is no average",
        "1 won deal has no amount and counts in no average.",
    )
    enter(crm, [(100, "EUR", "Won", 0, 400, 5), (100, "EUR", "Won", 0, 20, 0)])
    whole = Period(date(2026, 2, 10), date(2026, 2, 11))
    assert why(crm, "per_day", period=whole).arithmetic[-1] == (
        "= not known, for all were won on the day they were made"
    )


def test_the_parts_of_the_pace_are_shown_rounded(crm: Crm) -> None:
    enter(crm, [(100, "EUR", "Won", 0, 20, 10), (101, "EUR", "Won", 0, 20, 9), (1, "EUR", "Lost", 0, 20, 5)])
    enter(crm, [(7, "EUR", "Lead", 10, 1, 0)])
    found = why(crm, "per_day")
    # 1 x 2 / 3 x 2.01 / 2 x 2 / 19
    assert found.value == Money(7, "EUR")
    assert found.arithmetic[-2:] == (
        "= 1 x 66.7 % x 1.00 EUR / 9.5 days = 0.07 EUR",
        "The parts are shown rounded; it is worked out from the whole numbers above, and rounded once.",
    )


def test_amounts_too_large_to_be_converted_are_said(crm: Crm) -> None:
    crm.rates.set("USD", "1", date(2025, 1, 1))
    most = MAX_MINOR * 6 // 10
    enter(crm, [(most, "USD", "Won", 0, 20, 10), (most, "USD", "Won", 0, 20, 9)])
    found = why(crm, "won_amount", "Sales", by="pipeline", convert=True)
    assert found.value == Money(2 * most, "EUR")
    assert found.arithmetic[1].endswith("x 1 = too large an amount")
    enter(crm, [(1, "EUR", "Won", 0, 20, 10)])
    every = why(crm, "won_amount")
    assert (every.value, every.arithmetic[-1]) == (None, "= not known, for it is too large an amount")


def test_a_deal_is_stuck_from_the_day_on(crm: Crm) -> None:
    # 14 days in the stage on 2 March
    crm.deals.add("stuck", created_at="2026-02-16T23:59:59Z")
    crm.deals.add("a day short", created_at="2026-02-17T00:00:00Z")
    found = why(crm, "stuck")
    assert (found.value, [each.title for each in found.reasons]) == (1, ["stuck"])


def test_an_amount_too_large_to_be_converted_stays_in_its_row_with_its_deals(crm: Crm) -> None:
    crm.rates.set("USD", "2", date(2025, 1, 1))
    large, closes = MAX_MINOR * 6 // 10, date(2026, 4, 1)
    for minor, code in ((large, "USD"), (100, "EUR")):
        crm.deals.add(code, amount_minor=minor, currency=code, expected_close_on=closes)
    for figure, row in (("pipeline.amount", "Lead"), ("forecast.amount", "2026-04")):
        for minor, code in ((large, "USD"), (100, "EUR")):
            found = why(crm, figure, f"{row} {code}", convert=True)
            assert found.value == Money(minor, code)
            assert [each.title for each in found.reasons] == [code]
