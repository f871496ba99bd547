"""What is open, stage by stage: sums by currency, what is missing, what is stuck, and the same totals as elsewhere."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.board import Total
from crm_tui.domain.reports.pipeline import PipelineRow
from crm_tui.domain.reports.report import Asked, Report
from crm_tui.errors import UsageError
from crm_tui.money import Money
from tests.conftest import NOW

TODAY = date(2026, 3, 2)
LONG_AGO = "2026-01-10T09:00:00Z"


def pipeline(crm: Crm, **asked: Any) -> Report[Any, Any]:
    return crm.reports.ask("pipeline", Asked(**asked))


def row(stage: str, percent: int, *figures: Any) -> PipelineRow:
    """A row of Sales; the figures are count, currency, amount and weighted in minor units, stuck, missing."""
    count, code, amount, weighted, stuck, missing = figures
    worth, likely = (None, None) if code is None else (Money(amount, code), Money(weighted, code))
    return PipelineRow("Sales", stage, percent, count, code, worth, likely, stuck, missing)


def sums(rows: Any) -> list[Total]:
    """Rows added up by currency, as the list of deals has its totals."""
    found: dict[str | None, list[int]] = {}
    for each in rows:
        kept = found.setdefault(each.currency, [0, 0, 0, 0])
        minor = [0 if money is None else money.minor for money in (each.amount, each.weighted)]
        for place, number in enumerate((each.count, *minor, each.missing)):
            kept[place] += number
    ordered = sorted(found, key=lambda code: (code is None, code or ""))
    return [total for code in ordered if (total := Total(code, *found[code])).count]


def fill(crm: Crm) -> None:
    add = crm.deals.add
    add("a", amount_minor=100_000, currency="EUR", stage="Lead")  # weighted 10 percent: 100.00
    add("b", amount_minor=5, currency="EUR", stage="Lead")  # 0.5 cents, to the even neighbour: 0
    add("c", amount_minor=15, currency="EUR", stage="Lead")  # 1.5 cents: 2
    add("d", amount_minor=90_000, currency="USD", stage="Lead", created_at=LONG_AGO)
    add("e", stage="Lead", created_at=LONG_AGO)
    add("f", amount_minor=40_000, currency="EUR", stage="Proposal", probability=80)
    won = add("won", amount_minor=999_900, currency="EUR")
    crm.deals.win(won.id)
    lost = add("lost", amount_minor=999_900, currency="EUR")
    crm.deals.lose(lost.id, "price")
    away = add("away", amount_minor=999_900, currency="EUR")
    crm.deals.archive(away.id)


def test_nothing_is_in_a_new_file(crm: Crm) -> None:
    found = pipeline(crm)
    assert (found.name, found.period, found.as_of, found.is_empty) == ("pipeline", None, TODAY, True)
    assert found.rows == ()
    totals = found.totals
    assert (totals.open_deals, totals.missing, totals.stuck) == (0, 0, 0)
    assert totals.amount == totals.weighted == Money(0, crm.config.base_currency)


def test_every_open_stage_has_a_row_for_each_currency(crm: Crm) -> None:
    fill(crm)
    assert pipeline(crm).rows == (
        row("Lead", 10, 3, "EUR", 100_020, 10_002, 0, 0),
        row("Lead", 10, 1, "USD", 90_000, 9_000, 1, 0),
        row("Lead", 10, 1, None, None, None, 1, 1),
        row("Qualified", 25, 0, None, None, None, 0, 0),
        row("Proposal", 50, 1, "EUR", 40_000, 32_000, 0, 0),
        row("Negotiation", 75, 0, None, None, None, 0, 0),
    )


def test_totals_are_those_of_the_list_of_deals(crm: Crm) -> None:
    fill(crm)
    found = pipeline(crm)
    assert sums(found.rows) == list(crm.deals.totals("status:open"))
    totals = found.totals
    assert (totals.open_deals, totals.missing, totals.stuck) == (6, 1, 2)
    # there is no rate of the dollar, so each currency is told by itself
    assert (totals.amount, totals.weighted, totals.currency, totals.converted) == (None, None, None, False)
    euro, dollar = found.by_currency
    assert (euro.open_deals, euro.amount, euro.weighted) == (4, Money(140_020, "EUR"), Money(42_002, "EUR"))
    assert (dollar.open_deals, dollar.amount, dollar.weighted) == (
        1,
        Money(90_000, "USD"),
        Money(9_000, "USD"),
    )
    assert any("crm rate set USD RATE" in note for note in found.notes)
    assert any("1 deal has no amount" in note for note in found.notes)


def test_stuck_is_what_the_board_calls_stuck(database: Path) -> None:
    # the deal entered its stage 14 local days ago, late in the evening; the zone decides which day that was
    config = Config(timezone="America/New_York")
    for now, stuck in ((datetime(2026, 3, 2, 4, tzinfo=UTC), 0), (datetime(2026, 3, 2, 6, tzinfo=UTC), 1)):
        with Crm.open(database, now=now, config=config) as crm:
            if not crm.deals.count():
                crm.deals.add("old", created_at="2026-02-16T06:00:00Z")
            board = crm.deals.board()
            assert sum(card.is_stuck for lane in board.lanes for card in lane.cards) == stuck
            assert pipeline(crm).totals.stuck == stuck


def test_a_stage_without_rot_days_has_nothing_stuck(crm: Crm) -> None:
    crm.deals.add("old", created_at=LONG_AGO)
    stage = crm.pipelines.stages()[0]
    assert pipeline(crm).totals.stuck == 1
    crm.pipelines.update_stage(stage.id, rot_days=None)
    assert pipeline(crm).totals.stuck == 0


def test_all_pipelines_are_in_it_under_their_names(crm: Crm) -> None:
    crm.deals.add("a", amount_minor=100, currency="EUR")
    crm.pipelines.add("Partners")
    crm.deals.add("b", amount_minor=300, currency="EUR", pipeline="Partners")
    found = pipeline(crm)
    rows = [each for each in found.rows if each.count]
    assert [(each.pipeline, each.stage) for each in rows] == [("Sales", "Lead"), ("Partners", "Lead")]
    assert (found.totals.amount, found.totals.weighted) == (Money(400, "EUR"), Money(40, "EUR"))


def test_a_renamed_stage_changes_no_figure(crm: Crm) -> None:
    fill(crm)
    before = pipeline(crm)
    crm.pipelines.update_stage(crm.pipelines.stages()[0].id, name="First talk", probability=90)
    after = pipeline(crm)
    assert after.totals == before.totals
    assert [each.weighted for each in after.rows] == [each.weighted for each in before.rows]


def test_a_filter_chooses_deals(crm: Crm) -> None:
    fill(crm)
    found = pipeline(crm, condition="currency:usd")
    assert (found.totals.open_deals, found.totals.amount) == (1, Money(90_000, "USD"))
    assert pipeline(crm, condition="archived_at:any").totals.open_deals == 1


def test_what_it_cannot_be_asked_is_refused(crm: Crm) -> None:
    for asked in (
        {"period": Period(TODAY, date(2026, 4, 1))},
        {"by": "source"},
        {"as_of": date(2026, 3, 3)},
        {"condition": "stagee:x"},
    ):
        with pytest.raises(UsageError):
            pipeline(crm, **asked)


def test_one_currency_that_is_the_base_is_not_converted(crm: Crm) -> None:
    crm.deals.add("a", amount_minor=100, currency=crm.config.base_currency)
    found = pipeline(crm)
    assert (found.totals.converted, found.by_currency, found.notes) == (False, (), ())


def several(crm: Crm) -> None:
    crm.deals.add("a", amount_minor=100_000, currency="EUR")
    crm.deals.add("b", amount_minor=50_000, currency="USD")
    crm.deals.add("c", amount_minor=1_000, currency="JPY", stage="Proposal")
    crm.deals.add("none")
    crm.rates.set("USD", "0.5", date(2026, 1, 1))


def test_a_converted_total_needs_a_rate_of_every_currency(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(base_currency="EUR")) as crm:
        several(crm)
        crm.rates.set("JPY", "0.006", date(2026, 3, 3))  # from tomorrow on
        found = pipeline(crm)
        assert (found.totals.amount, found.totals.converted) == (None, False)
        assert any("crm rate set JPY RATE" in note for note in found.notes)
        crm.rates.set("JPY", "0.006", TODAY)
        found = pipeline(crm)
        # 1000.00 EUR + 500.00 USD at 0.5 + 1000 JPY at 0.006, and of them 10, 10 and 50 percent
        assert found.totals.amount == Money(100_000 + 25_000 + 600, "EUR")
        assert found.totals.weighted == Money(10_000 + 2_500 + 300, "EUR")
        assert (found.totals.currency, found.totals.converted) == ("EUR", True)
        assert any("1 JPY = 0.006 EUR, 1 USD = 0.5 EUR" in note for note in found.notes)
        assert [each.currency for each in found.by_currency] == ["EUR", "JPY", "USD"]


def test_rows_too_are_converted_where_that_is_asked_for(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(base_currency="EUR")) as crm:
        several(crm)
        found = pipeline(crm, convert=True)
        # there is no rate of the yen: its row stays as it is
        assert [
            (each.stage, each.currency, each.amount, each.count) for each in found.rows if each.count
        ] == [
            ("Lead", "EUR", Money(125_000, "EUR"), 2),
            ("Lead", None, None, 1),
            ("Proposal", "JPY", Money(1_000, "JPY"), 1),
        ]
        assert any("no rate for JPY" in note for note in found.notes)
        crm.rates.set("JPY", "0.006", TODAY)
        found = pipeline(crm, convert=True)
        assert {each.currency for each in found.rows if each.amount} == {"EUR"}
        assert found.totals == pipeline(crm).totals
        assert [each.currency for each in found.by_currency] == ["EUR", "JPY", "USD"]


def test_the_base_currency_comes_first(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(base_currency="USD")) as crm:
        for code in ("AZN", "USD", "EUR"):
            crm.deals.add(code, amount_minor=100, currency=code)
        crm.deals.add("none")
        wanted = ["USD", "AZN", "EUR"]
        found = pipeline(crm)
        assert [each.currency for each in found.rows if each.count] == [*wanted, None]
        assert [each.currency for each in found.by_currency] == wanted
        assert [each.currency for each in crm.reports.ask("forecast").rows] == [*wanted, None]


def test_it_can_be_drawn_and_said_in_a_line(crm: Crm) -> None:
    fill(crm)
    found = pipeline(crm)
    euro, dollar = found.plots
    assert [(bar.label, bar.value, bar.part, bar.text) for bar in euro.bars] == [
        ("Lead", 100_020, 10_002, "1,000 EUR"),
        ("Qualified", 0, 0, "0 EUR"),
        ("Proposal", 40_000, 32_000, "400 EUR"),
        ("Negotiation", 0, 0, "0 EUR"),
    ]
    assert [bar.label for bar in dollar.bars] == ["Lead"]
    assert found.answer[0].startswith("6 open · 1,400 EUR, 420 weighted · 900 USD")
    assert found.answer[-1] == "6 open"
    assert [len(each) for each in found.answer] == sorted((len(each) for each in found.answer), reverse=True)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 10**12)),
            st.sampled_from(["EUR", "USD", "JPY"]),
            st.sampled_from(["Lead", "Qualified", "Proposal", "Negotiation", "Won"]),
            st.one_of(st.none(), st.integers(0, 100)),
            st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2028, 12, 31))),
        ),
        max_size=12,
    )
)
def test_pipeline_forecast_and_list_always_agree(
    deals: list[tuple[int | None, str, str, int | None, date | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, Crm.open(Path(folder) / "crm.db", now=NOW) as crm:
        with crm.transaction("fill"):
            for amount, currency, stage, probability, closes in deals:
                made = crm.deals.add(
                    "deal", amount_minor=amount, currency=currency, stage=stage, expected_close_on=closes
                )
                if probability is not None and stage != "Won":
                    crm.deals.update(made.id, probability=probability)
        wanted = list(crm.deals.totals("status:open"))
        assert sums(pipeline(crm).rows) == wanted
        assert sums(crm.reports.ask("forecast").rows) == wanted
        lanes = {lane.stage.name: list(lane.totals) for lane in crm.deals.board().lanes}
        for stage, totals in lanes.items():
            assert sums(each for each in pipeline(crm).rows if each.stage == stage) == totals
