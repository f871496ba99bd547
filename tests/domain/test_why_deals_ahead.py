"""Why a figure of the funnel or forecast is what it is, by hand: the deals, their days and the part each plays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Unit
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.money import Money
from tests.conftest import NOW
from tests.why_deals import enter, why


def test_a_conversion(crm: Crm) -> None:
    enter(
        crm, [(1, "EUR", "Won", 0, 20, 10), (1, "EUR", "Lost", 0, 20, 5), (7, "EUR", "Qualified", 10, 1, 0)]
    )
    every = why(crm, "conversion")
    assert every.arithmetic == ("conversion = won / began", "= 1 / 3 = 33.3 %")
    assert sorted(str(reason.part) for reason in every.reasons) == ["lost", "open", "won"]
    lead = why(crm, "conversion", "Lead")
    assert lead.title == "Conversion, funnel: Lead"
    assert lead.arithmetic == ("conversion = went on / entered", "= 2 / 3 = 66.7 %")
    assert sorted(str(reason.part) for reason in lead.reasons) == ["lost", "went on", "went on"]
    with pytest.raises(NotFoundError):
        why(crm, "conversion", "Won")
    with pytest.raises(NotFoundError):
        why(crm, "conversion", "Nowhere")


def test_the_stays_in_a_stage(database: Path) -> None:
    with Crm.open(database, now=datetime(2026, 1, 5, 9, tzinfo=UTC)) as crm:
        crm.deals.add("back and forth")
        crm.deals.add("straight on")
    for day, deal, stage in (
        (7, 1, "Proposal"),
        (8, 1, "Lead"),
        (8, 2, "Won"),
        (15, 1, "Won"),
        (20, 1, "Lead"),
    ):
        with Crm.open(database, now=datetime(2026, 1, day, 9, tzinfo=UTC)) as crm:
            crm.deals.move(deal, stage)
    with Crm.open(database, now=NOW) as crm:
        mean = why(crm, "funnel.days_mean", "Lead")
        assert (mean.value, mean.unit) == (4.0, Unit.DAYS)
        assert mean.arithmetic[1] == "= 12 / 3 = 4 days"
        assert [(each.title, each.on, each.part, each.value) for each in mean.reasons] == [
            ("back and forth", date(2026, 1, 7), "since 2026-01-05", 2.0),
            ("back and forth", date(2026, 1, 15), "since 2026-01-08", 7.0),
            ("straight on", date(2026, 1, 8), "since 2026-01-05", 3.0),
        ]
        assert why(crm, "funnel.days_median", "Lead").arithmetic[1] == "= the middle of 3 values: 3 days"
        assert [each.value for each in why(crm, "funnel.stays", "Lead").reasons] == [1, 1, 1]
        assert why(crm, "funnel.days_mean", "Negotiation").arithmetic[1:] == (
            "= not known, for there is nothing to divide by",
        )
        assert why(crm, "funnel.days_median", "Negotiation").arithmetic[1:] == (
            "= not known, for there are no values",
        )
        entered = why(crm, "funnel.entered", "Negotiation")
        assert [(each.on, each.part) for each in entered.reasons] == [
            (date(2026, 1, 15), "passed over"),
            (date(2026, 1, 8), "passed over"),
        ]
        standing = why(crm, "funnel.open_deals", "Lead")
        assert [(each.title, each.on, standing.period) for each in standing.reasons] == [
            ("back and forth", date(2026, 1, 20), None)
        ]


def test_what_is_expected_by_the_own_rates(crm: Crm) -> None:
    # 7 of 21 closed deals were won from Lead
    for number in range(21):
        length = 5 if number % 3 else 10
        enter(crm, [(100, "EUR", "Lost" if number % 3 else "Won", 0, 60, length)])
    for minor in (100, 100, 100):
        crm.deals.add("coming", amount_minor=minor, currency="EUR", expected_close_on=date(2026, 4, 1))
    crm.deals.add(
        "other stage", amount_minor=500, currency="EUR", stage="Proposal", expected_close_on=date(2026, 4, 2)
    )
    found = why(crm, "expected", "2026-04")
    # 3.00 x 7 / 21 is 1.00; of the single ones each would be 0.33
    assert found.value == Money(100 + 250, "EUR")
    assert [(each.part, each.value) for each in found.reasons] == [
        ("7 of 21 won", Money(33, "EUR")),
        ("7 of 21 won", Money(34, "EUR")),
        ("7 of 21 won", Money(33, "EUR")),
        ("50 %", Money(250, "EUR")),
    ]
    assert found.arithmetic[1:4] == (
        "Lead: own win rate 33 % of n = 21 (95 %: 17 to 55 %).",
        "Proposal: configured probabilities, for n = 0 is below 20.",
        "= 3.50 EUR (4 added up)",
    )
    assert "rounded for all deals of a row" in found.arithmetic[4]
    plain = why(crm, "forecast.weighted", "2026-04")
    assert (plain.value, plain.arithmetic[1:]) == (Money(280, "EUR"), ("= 2.80 EUR (4 added up)",))


def test_what_came_of_a_forecast(database: Path) -> None:
    with Crm.open(database, now=datetime(2026, 1, 5, 9, tzinfo=UTC)) as crm:
        crm.deals.add("a", amount_minor=100, currency="EUR", expected_close_on=date(2026, 2, 1))
        crm.deals.add("b", amount_minor=700, currency="EUR", expected_close_on=date(2026, 1, 2))
        crm.deals.add("c", amount_minor=900, currency="EUR", expected_close_on=date(2026, 2, 1))
    with Crm.open(database, now=NOW) as crm:
        crm.deals.win(1, on=date(2026, 2, 20), amount_minor=150, currency="EUR")
        asked = date(2026, 1, 10)
        won = why(crm, "forecast.won_amount", "2026-02", as_of=asked)
        assert (won.value, won.arithmetic[1]) == (Money(150, "EUR"), "= 1.50 EUR (1 added up)")
        assert [(each.title, each.on, each.value) for each in won.reasons] == [
            ("a", date(2026, 2, 20), Money(150, "EUR"))
        ]
        assert why(crm, "won_count", as_of=asked).value == 1
        assert why(crm, "won_count", "overdue", as_of=asked).reasons == ()
        with pytest.raises(UsageError):
            why(crm, "forecast.won_amount", "2026-02")


def test_what_began_before_the_period_is_not_among_what_began(crm: Crm) -> None:
    enter(crm, [(1, "EUR", "Won", 0, 400, 390), (1, "EUR", "Lead", 10, 20, 0)])
    assert [(each.part, each.on) for each in why(crm, "began").reasons] == [("open", date(2026, 2, 10))]
    assert why(crm, "funnel.won").reasons == ()
    # it did enter the later stages in the period
    entered = why(crm, "funnel.entered", "Proposal")
    assert [(each.part, each.on) for each in entered.reasons] == [("passed over", date(2026, 2, 20))]
