"""Why a figure is what it is: the rows behind it come to it, whatever the deals are."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.reports.currencies import whole
from crm_tui.domain.reports.report import Asked, Explanation, Unit
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.money import Money
from tests.conftest import NOW

TODAY = date(2026, 3, 2)
DEALS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 10**9)),
        st.sampled_from(["EUR", "USD", "JPY"]),
        st.sampled_from(["Lead", "Qualified", "Proposal", "Won", "Lost"]),
        st.integers(0, 100),
        st.integers(0, 500),
        st.integers(0, 500),
    ),
    max_size=15,
)


def why(crm: Crm, figure: str, ref: str | None = None, **asked: Any) -> Explanation:
    return crm.reports.why(figure, ref, Asked(**asked))


def fill(crm: Crm, deals: list[tuple[int | None, str, str, int, int, int]]) -> None:
    with crm.transaction("fill"):
        for amount, currency, stage, percent, age, length in deals:
            made = TODAY - timedelta(days=age)
            values: dict[str, Any] = {"created_at": f"{made}T08:00:00Z", "stage": stage}
            if stage in ("Won", "Lost"):
                values["closed_on"] = min(TODAY, made + timedelta(days=length))
            else:
                values["probability"] = percent
            if stage == "Lost":
                values["lost_reason"] = "price"
            crm.deals.add("deal", amount_minor=amount, currency=currency, **values)


def added(crm: Crm, found: Explanation, day: date) -> Money | None:
    """The values of the reasons added up by currency, then told in one."""
    sums: dict[str, int] = {}
    for reason in found.reasons:
        if isinstance(reason.value, Money):
            sums[reason.value.currency] = sums.get(reason.value.currency, 0) + reason.value.minor
    return whole(crm, sums, day).money


@settings(max_examples=30, deadline=None)
@given(DEALS, st.booleans(), st.sampled_from([None, TODAY - timedelta(days=40)]))
def test_the_reasons_come_to_the_figure(
    deals: list[tuple[int | None, str, str, int, int, int]], rated: bool, past: date | None
) -> None:
    config = Config(base_currency="EUR")
    with (
        tempfile.TemporaryDirectory() as folder,
        Crm.open(Path(folder) / "a.db", now=NOW, config=config) as crm,
    ):
        fill(crm, deals)
        if rated:
            crm.rates.set("USD", "0.9137", date(2025, 1, 1))
            crm.rates.set("JPY", "0.00613", date(2025, 1, 1))
        asked = Asked(as_of=past)
        day = past or TODAY
        pipeline = crm.reports.ask("pipeline", asked).totals
        forecast = crm.reports.ask("forecast", asked).totals
        ended = crm.reports.ask("winloss", asked).totals
        pace = crm.reports.ask("velocity", asked).totals
        funnel = crm.reports.ask("funnel", asked)
        for figure, value in (("open_amount", pipeline.amount), ("weighted", pipeline.weighted)):
            found = why(crm, figure, as_of=past)
            assert found.value == value == added(crm, found, day)
        assert (forecast.amount, forecast.weighted) == (pipeline.amount, pipeline.weighted)
        found = why(crm, "won_amount", as_of=past)
        assert found.value == ended.won_amount == added(crm, found, day)
        assert why(crm, "average_won", as_of=past).value == ended.average_won == pace.average_won
        rate = why(crm, "win_rate", as_of=past)
        hits = [int(str(reason.value)) for reason in rate.reasons]
        assert rate.value == ended.win_rate == pace.win_rate == (sum(hits) / len(hits) if hits else None)
        cycle = why(crm, "cycle_days", as_of=past)
        lengths = [int(str(reason.value)) for reason in cycle.reasons]
        assert cycle.value == pace.cycle_days == ended.cycle_days_won
        assert cycle.value == (sum(lengths) / len(lengths) if lengths else None)
        assert why(crm, "per_day", as_of=past).value == pace.per_day
        assert why(crm, "conversion", as_of=past).value == funnel.totals.conversion
        for row in funnel.rows:
            found = why(crm, "conversion", row.stage, as_of=past)
            assert (found.value, len(found.reasons)) == (row.conversion, row.entered)
            assert sum(int(str(reason.value)) for reason in found.reasons) == row.advanced
            assert sum(reason.part == "lost" for reason in found.reasons) <= row.lost


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
        "= 10.08 EUR",
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
        with pytest.raises(UsageError):
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
    fill(
        crm,
        [(10_000, "EUR", "Won", 0, 20, 10), (None, "EUR", "Won", 0, 20, 20), (1, "EUR", "Lost", 0, 20, 5)],
    )
    rate = why(crm, "win_rate")
    assert rate.arithmetic == ("win rate = won / (won + lost)", "= 2 / (2 + 1) = 66.7 %")
    assert [(reason.part, reason.value) for reason in rate.reasons] == [("lost", 0), ("won", 1), ("won", 1)]
    amount = why(crm, "won_amount")
    assert amount.arithmetic[1:] == ("= 100.00 EUR", "1 deal has no amount, which counts as nothing.")
    assert [reason.part for reason in amount.reasons] == ["won", "no amount"]
    assert why(crm, "average_won").arithmetic[1] == "= 100.00 EUR / 1 = 100.00 EUR"
    assert why(crm, "cycle_days").arithmetic[1] == "= 30 / 2 = 15 days"
    for figure in ("win_rate", "cycle_days", "per_day"):
        with pytest.raises(UsageError):
            why(crm, figure, "1")


def test_what_comes_in_a_day(crm: Crm) -> None:
    fill(crm, [(10_000, "EUR", "Won", 0, 20, 10), (1, "EUR", "Lost", 0, 20, 5), (7, "EUR", "Lead", 10, 1, 0)])
    found = why(crm, "per_day")
    assert found.value == Money(500, "EUR")
    assert found.arithmetic == (
        "per day = open deals x win rate x average won amount / average cycle days",
        "win rate = 1 / (1 + 1) = 50.0 %",
        "average won = amount won / 1 = 100.00 EUR",
        "cycle = 10 days / 1 = 10 days",
        "= 1 x 50.0 % x 100.00 EUR / 10 days = 5.00 EUR",
    )
    assert [reason.part for reason in found.reasons] == ["open", "lost", "won"]


def test_a_conversion(crm: Crm) -> None:
    fill(crm, [(1, "EUR", "Won", 0, 20, 10), (1, "EUR", "Lost", 0, 20, 5), (7, "EUR", "Qualified", 10, 1, 0)])
    every = why(crm, "conversion")
    assert every.arithmetic == ("conversion = won / began", "= 1 / 3 = 33.3 %")
    assert sorted(str(reason.part) for reason in every.reasons) == ["lost", "open", "won"]
    lead = why(crm, "conversion", "Lead")
    assert lead.arithmetic == ("conversion = went on / entered Lead", "= 2 / 3 = 66.7 %")
    assert sorted(str(reason.part) for reason in lead.reasons) == ["lost", "went on", "went on"]
    with pytest.raises(UsageError):
        why(crm, "conversion", "Won")
    with pytest.raises(NotFoundError):
        why(crm, "conversion", "Nowhere")
