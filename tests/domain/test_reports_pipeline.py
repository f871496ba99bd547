"""What is open, stage by stage: sums by currency, what is missing, what is stuck, and the same totals as elsewhere."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.board import Total
from tests.conftest import NOW

TODAY = date(2026, 3, 2)
LONG_AGO = "2026-01-10T09:00:00Z"


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
    found = crm.reports.pipeline()
    assert (found.name, found.period, found.as_of) == ("pipeline", None, TODAY)
    assert found.rows == ()
    assert found.totals.sums == ()
    assert (found.totals.count, found.totals.missing, found.totals.stuck) == (0, 0, 0)


def test_every_open_stage_has_a_row_with_its_sums(crm: Crm) -> None:
    fill(crm)
    rows = {row.stage: row for row in crm.reports.pipeline().rows}
    assert list(rows) == ["Lead", "Qualified", "Proposal", "Negotiation"]
    lead = rows["Lead"]
    assert lead.sums == (
        Total("EUR", 3, 100_020, 10_002, 0),
        Total("USD", 1, 90_000, 9_000, 0),
        Total(None, 1, 0, 0, 1),
    )
    assert (lead.pipeline, lead.probability, lead.count, lead.missing, lead.stuck) == ("Sales", 10, 5, 1, 2)
    assert rows["Qualified"].sums == ()
    assert rows["Proposal"].sums == (Total("EUR", 1, 40_000, 32_000, 0),)


def test_totals_are_those_of_the_list_of_deals(crm: Crm) -> None:
    fill(crm)
    totals = crm.reports.pipeline().totals
    assert list(totals.sums) == list(crm.deals.totals("status:open"))
    assert totals.sums[0] == Total("EUR", 4, 140_020, 42_002, 0)
    assert (totals.count, totals.missing, totals.stuck) == (6, 1, 2)


def test_stuck_is_what_the_board_calls_stuck(database: Path) -> None:
    # the deal entered its stage 14 local days ago, late in the evening; the zone decides which day that was
    config = Config(timezone="America/New_York")
    for now, stuck in ((datetime(2026, 3, 2, 4, tzinfo=UTC), 0), (datetime(2026, 3, 2, 6, tzinfo=UTC), 1)):
        with Crm.open(database, now=now, config=config) as crm:
            if not crm.deals.count():
                crm.deals.add("old", created_at="2026-02-16T06:00:00Z")
            board = crm.deals.board()
            assert sum(card.is_stuck for lane in board.lanes for card in lane.cards) == stuck
            assert crm.reports.pipeline().totals.stuck == stuck


def test_a_stage_without_rot_days_has_nothing_stuck(crm: Crm) -> None:
    crm.deals.add("old", created_at=LONG_AGO)
    stage = crm.pipelines.stages()[0]
    assert crm.reports.pipeline().totals.stuck == 1
    crm.pipelines.update_stage(stage.id, rot_days=None)
    assert crm.reports.pipeline().totals.stuck == 0


def test_all_pipelines_are_in_it_under_their_names(crm: Crm) -> None:
    crm.deals.add("a", amount_minor=100, currency="EUR")
    crm.pipelines.add("Partners")
    crm.deals.add("b", amount_minor=300, currency="EUR", pipeline="Partners")
    rows = [row for row in crm.reports.pipeline().rows if row.count]
    assert [(row.pipeline, row.stage) for row in rows] == [("Sales", "Lead"), ("Partners", "Lead")]
    assert crm.reports.pipeline().totals.sums == (Total("EUR", 2, 400, 40, 0),)


def test_one_currency_that_is_the_base_is_not_converted(crm: Crm) -> None:
    crm.deals.add("a", amount_minor=100, currency=crm.config.base_currency)
    totals = crm.reports.pipeline().totals
    assert (totals.converted, totals.unrated) == (None, ())


def test_a_converted_total_needs_a_rate_of_every_currency(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(base_currency="EUR")) as crm:
        crm.deals.add("a", amount_minor=100_000, currency="EUR")
        crm.deals.add("b", amount_minor=50_000, currency="USD")
        crm.deals.add("c", amount_minor=1_000, currency="JPY", stage="Proposal")
        crm.deals.add("none")
        crm.rates.set("USD", "0.5", date(2026, 1, 1))
        crm.rates.set("JPY", "0.006", date(2026, 3, 3))  # from tomorrow on
        totals = crm.reports.pipeline().totals
        assert (totals.converted, totals.unrated) == (None, ("JPY",))
        crm.rates.set("JPY", "0.006", TODAY)
        totals = crm.reports.pipeline().totals
        assert totals.unrated == ()
        found = totals.converted
        assert found is not None
        # 1000.00 EUR + 500.00 USD at 0.5 + 1000 JPY at 0.006, and of them 10, 10 and 50 percent
        assert (found.currency, found.day) == ("EUR", TODAY)
        assert (found.amount_minor, found.weighted_minor) == (100_000 + 25_000 + 600, 10_000 + 2_500 + 300)
        assert found.rates == (("JPY", Decimal("0.006")), ("USD", Decimal("0.5")))


def test_for_machines_it_has_a_line_for_each_stage_and_currency(crm: Crm) -> None:
    fill(crm)
    table = crm.reports.table(crm.reports.pipeline())
    head = "pipeline stage probability count currency amount weighted stuck missing"
    assert table[0] == tuple(head.split())
    assert table[1:4] == [
        ("Sales", "Lead", "10", "3", "EUR", "1000.20", "100.02", "2", "1"),
        ("Sales", "Lead", "10", "1", "USD", "900.00", "90.00", "2", "1"),
        ("Sales", "Lead", "10", "1", "", "", "", "2", "1"),
    ]
    assert table[4] == ("Sales", "Qualified", "25", "0", "", "", "", "0", "0")


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
        wanted = tuple(crm.deals.totals("status:open"))
        assert crm.reports.pipeline().totals.sums == wanted
        assert crm.reports.forecast().totals.sums == wanted
        lanes = crm.deals.board().lanes
        assert [row.sums for row in crm.reports.pipeline().rows] == [lane.totals for lane in lanes]
