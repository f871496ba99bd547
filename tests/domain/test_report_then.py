"""A report of a day in the past says what the report said on that day, whatever was done since."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports import then
from crm_tui.domain.reports.report import Asked
from crm_tui.money import Money

START = datetime(2026, 2, 26, 20, 30, tzinfo=UTC)
STAGES = ("Lead", "Qualified", "Proposal", "Negotiation")
SECTIONS = ("pipeline", "forecast", "funnel", "winloss", "velocity")
YEAR = Period(date(2025, 3, 1), date(2026, 12, 1))


def at(database: Path, day: str) -> Crm:
    """The file at noon of a day."""
    return Crm.open(database, now=f"{day} 12:00", config=Config(timezone="UTC"))


def open_amounts(crm: Crm, day: date | None, **asked: Any) -> dict[str, int]:
    """What is open, in minor units by stage."""
    rows = crm.reports.ask("pipeline", Asked(as_of=day, **asked)).rows
    return {row.stage: row.amount.minor for row in rows if row.amount}


def tables(crm: Crm) -> list[str]:
    return [name for (name,) in crm.connection.execute("SELECT name FROM sqlite_temp_master")]


def test_values_are_those_of_the_day(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR")
    with at(database, "2026-02-04") as crm:
        crm.deals.update(deal.id, amount_minor=200)
        crm.deals.move(deal.id, "Proposal")
    with at(database, "2026-02-06") as crm:
        crm.deals.update(deal.id, amount_minor=400)
        crm.deals.win(deal.id)
        assert open_amounts(crm, date(2026, 2, 1)) == {}
        assert open_amounts(crm, date(2026, 2, 2)) == open_amounts(crm, date(2026, 2, 3)) == {"Lead": 100}
        assert open_amounts(crm, date(2026, 2, 4)) == open_amounts(crm, date(2026, 2, 5)) == {"Proposal": 200}
        assert open_amounts(crm, date(2026, 2, 6)) == open_amounts(crm, None) == {}
        assert tables(crm) == []


def test_a_deleted_deal_comes_back_with_its_way(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR")
    with at(database, "2026-02-04") as crm:
        crm.deals.move(deal.id, "Proposal")
    with at(database, "2026-02-06") as crm:
        crm.deals.delete(deal.id)
        assert open_amounts(crm, date(2026, 2, 3)) == {"Lead": 100}
        assert open_amounts(crm, date(2026, 2, 5)) == {"Proposal": 100}
        assert open_amounts(crm, date(2026, 2, 6)) == {}
        funnel = crm.reports.ask("funnel", Asked(as_of=date(2026, 2, 5)))
        assert [(row.entered, row.advanced) for row in funnel.rows] == [(1, 1), (1, 1), (1, 0), (0, 0)]
        assert tables(crm) == []


def test_a_stage_deleted_since_is_there_under_its_name(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR", stage="Proposal")
    with at(database, "2026-02-06") as crm:
        crm.deals.delete(deal.id)
        crm.pipelines.remove_stage(deal.stage_id)
        assert not crm.connection.execute("SELECT 1 FROM stages WHERE id = ?", (deal.stage_id,)).fetchall()
        found = crm.reports.ask("pipeline", Asked(as_of=date(2026, 2, 3)))
        last = found.rows[-1]
        assert (last.pipeline, last.stage, last.probability) == ("Sales", "Proposal", 50)
        assert (last.amount, found.totals.weighted) == (Money(100, "EUR"), Money(50, "EUR"))
        for name in SECTIONS:
            crm.reports.ask(name, Asked(as_of=date(2026, 2, 3)))


def test_a_deal_from_elsewhere_is_there_from_the_day_it_began(database: Path) -> None:
    with at(database, "2026-02-20") as crm:
        crm.deals.add(
            "won", amount_minor=500, currency="EUR", stage="Won",
            created_at="2026-01-10T09:00:00Z", closed_on=date(2026, 2, 1),
        )  # fmt: skip
        crm.deals.add("lost", stage="Lost", lost_reason="price", created_at="2026-01-10T09:00:00Z",
                      closed_on=date(2026, 2, 1))  # fmt: skip
    with at(database, "2026-02-25") as crm:
        # open in between, in the first stage and with its probability
        found = crm.reports.ask("pipeline", Asked(as_of=date(2026, 1, 31)))
        assert (found.totals.open_deals, found.totals.amount) == (2, Money(500, "EUR"))
        assert found.totals.weighted == Money(50, "EUR")
        assert crm.reports.ask("pipeline", Asked(as_of=date(2026, 1, 9))).is_empty
        ended = crm.reports.ask("winloss", Asked(as_of=date(2026, 2, 1)))
        assert (ended.totals.won, ended.totals.lost, ended.rows[0].group) == (1, 1, "price")
        assert crm.reports.ask("winloss", Asked(as_of=date(2026, 1, 31))).is_empty


def test_rows_loaded_in_bulk_are_there_from_the_day_they_began(database: Path, tmp_path: Path) -> None:
    from crm_tui.interchange import importer
    from crm_tui.interchange.options import Options

    file = tmp_path / "deals.csv"
    file.write_text(
        "title,amount,currency,stage,created_at,closed_on\n"
        "a,5,EUR,Won,2026-01-10,2026-02-01\nb,7,EUR,Proposal,2026-01-12,\n"
    )
    with at(database, "2026-02-20") as crm:
        importer.load(crm, file, Options(kind="deals"))
        assert crm.deals.count() == 2
    with at(database, "2026-02-22") as crm:
        crm.deals.update(2, amount_minor=100)
        assert open_amounts(crm, date(2026, 1, 31)) == {"Lead": 500, "Proposal": 700}
        assert open_amounts(crm, date(2026, 2, 21)) == {"Proposal": 700}
        assert open_amounts(crm, None) == {"Proposal": 100}


def test_a_win_noted_later_counts_on_its_day(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR")
    with at(database, "2026-02-20") as crm:
        crm.deals.win(deal.id, on=date(2026, 2, 10))
        assert open_amounts(crm, date(2026, 2, 9)) == {"Lead": 100}
        assert open_amounts(crm, date(2026, 2, 10)) == {}
        assert crm.reports.ask("winloss", Asked(as_of=date(2026, 2, 10))).totals.won == 1


def test_what_was_undone_was_never_done(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR")
    with at(database, "2026-02-04") as crm:
        crm.deals.update(deal.id, amount_minor=999)
    with at(database, "2026-02-06") as crm:
        crm.undo()
        assert open_amounts(crm, date(2026, 2, 4)) == {"Lead": 100}
        crm.deals.add("b", amount_minor=7, currency="EUR", created_at="2026-02-01T09:00:00Z")
        crm.undo()
        assert open_amounts(crm, date(2026, 2, 4)) == {"Lead": 100}


def test_put_away_since_is_there_then(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR", source="web")
    with at(database, "2026-02-04") as crm:
        crm.deals.archive(deal.id)
        assert open_amounts(crm, date(2026, 2, 3)) == {"Lead": 100}
        assert open_amounts(crm, date(2026, 2, 3), condition="source:web") == {"Lead": 100}
        assert open_amounts(crm, date(2026, 2, 3), condition="source:fair") == {}
        assert open_amounts(crm, None) == {}


def test_a_forgotten_image_says_nothing(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR")
    with at(database, "2026-02-04") as crm:
        crm.deals.update(deal.id, amount_minor=200)
        crm.connection.execute("UPDATE changes SET before = '{}', after = '{}'")
        assert open_amounts(crm, date(2026, 2, 3)) == {"Lead": 200}


def test_a_file_that_may_only_be_read_has_a_past_too(database: Path) -> None:
    with at(database, "2026-02-02") as crm:
        deal = crm.deals.add("a", amount_minor=100, currency="EUR")
    with at(database, "2026-02-04") as crm:
        crm.deals.delete(deal.id)
    before = database.read_bytes()
    with Crm.open(database, now="2026-02-05 12:00", readonly=True) as crm:
        for name in SECTIONS:
            crm.reports.ask(name, Asked(as_of=date(2026, 2, 3)))
        assert open_amounts(crm, date(2026, 2, 3)) == {"Lead": 100}
        assert tables(crm) == []
    assert database.read_bytes() == before


def test_the_tables_are_gone_after_a_failure(crm: Crm) -> None:
    crm.deals.add("a", created_at="2026-01-01T09:00:00Z")
    seen: list[list[str]] = []

    def fail() -> None:
        with then.rebuilt(crm.connection, crm.clock, date(2026, 2, 1)):
            seen.append(tables(crm))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert "deals_then" in seen[0]
    assert tables(crm) == []


def test_the_day_ends_where_one_lives(database: Path) -> None:
    config = Config(timezone="America/New_York")
    # 22:30 on 1 February in New York
    with Crm.open(database, now=datetime(2026, 2, 2, 3, 30, tzinfo=UTC), config=config) as crm:
        crm.deals.add("a", amount_minor=100, currency="EUR")
    with Crm.open(database, now=datetime(2026, 2, 8, 3, 30, tzinfo=UTC), config=config) as crm:
        assert open_amounts(crm, date(2026, 2, 1)) == {"Lead": 100}
        assert open_amounts(crm, date(2026, 1, 31)) == {}


Step = tuple[str, int, int]
ADDED: dict[str, Callable[[Crm, int, int], object]] = {
    "amount": lambda crm, deal, n: crm.deals.update(
        deal, amount_minor=n * 37, currency=("EUR", "USD")[n % 2]
    ),
    "no amount": lambda crm, deal, n: crm.deals.update(deal, amount_minor=None),
    "probability": lambda crm, deal, n: crm.deals.update(deal, probability=n % 101),
    "close": lambda crm, deal, n: crm.deals.update(
        deal, expected_close_on=crm.clock.today + timedelta(days=n % 70 - 9)
    ),
    "source": lambda crm, deal, n: crm.deals.update(deal, source=("web", "fair", None)[n % 3]),
    "move": lambda crm, deal, n: crm.deals.move(deal, STAGES[n % 4]),
    "win": lambda crm, deal, n: crm.deals.win(deal),
    "lose": lambda crm, deal, n: crm.deals.lose(deal, ("price", "timing")[n % 2]),
    "archive": lambda crm, deal, n: crm.deals.archive(deal),
    "restore": lambda crm, deal, n: crm.deals.restore(deal),
    "delete": lambda crm, deal, n: crm.deals.delete(deal),
}
WRITES = ("add", "reopen", "next", "undo", *ADDED)


def perform(crm: Crm, step: Step, today: list[int]) -> None:
    """A write on one of the deals there are; ``today`` are the operations of the day that can be undone."""
    verb, pick, number = step
    deals = [row[0] for row in crm.connection.execute("SELECT id FROM deals ORDER BY id")]
    newest = crm.history(1)[0].id
    if verb == "add":
        crm.deals.add(f"deal {number}", stage=STAGES[number % 4], amount_minor=number * 11, currency="EUR")
    elif verb == "undo":
        # what is undone on a later day was never done, so only the same day's writes are taken back here
        if today:
            crm.undo(today.pop())
        return
    elif deals and verb == "reopen":
        deal = crm.deals.get(deals[pick % len(deals)])
        if deal.closed_on is not None:
            crm.deals.reopen(deal.id)
    elif deals and verb in ADDED:
        ADDED[verb](crm, deals[pick % len(deals)], number)
    done = crm.history(1)[0].id
    if done != newest:
        today.append(done)


def told(crm: Crm, day: date | None) -> dict[str, tuple[Any, Any, Any]]:
    """Rows and totals of every report, without what only a past day has."""
    found = {}
    for name in SECTIONS:
        asked = Asked(as_of=day, period=YEAR if name in ("funnel", "winloss", "velocity") else None)
        report = crm.reports.ask(name, asked)
        rows = [row for row in report.rows if name != "forecast" or row.count or not row.currency]
        if name == "forecast":
            rows = [replace(row, won_count=None, won_amount=None) for row in rows]
        parts = [report.totals, *report.by_currency]
        if name == "forecast":
            parts = [replace(each, won_count=None, won_amount=None) for each in parts]
            parts = [each for each in parts if each.open_deals]
        found[name] = (rows, parts, report.period)
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(WRITES), st.integers(0, 9), st.integers(0, 999)), min_size=5, max_size=40
    ),
    st.sampled_from(["UTC", "Asia/Baku", "America/New_York"]),
)
def test_a_past_day_is_as_it_was(steps: list[Step], zone: str) -> None:
    config = Config(timezone=zone)
    days: list[list[Step]] = [[]]
    for step in [*steps, ("next", 0, 3)]:
        days[-1].append(step)
        if step[0] == "next":
            days.append([])
    with tempfile.TemporaryDirectory() as folder:
        database, now = Path(folder) / "crm.db", START
        said: dict[date, dict[str, Any]] = {}
        with Crm.open(database, now=now, config=config) as crm:
            crm.deals.add("the first brings the pipeline")
        for day in days:
            with Crm.open(database, now=now, config=config) as crm:
                crm.connection.execute("PRAGMA synchronous = OFF")
                operations: list[int] = []
                for step in day:
                    perform(crm, step, operations)
                said[crm.clock.today] = told(crm, None)
            now += timedelta(days=1 + (day[-1][2] if day else 0) % 20)
        with Crm.open(database, now=now, config=config) as crm:
            for past, wanted in said.items():
                assert told(crm, past) == wanted
            assert tables(crm) == []
