"""Goals: spans of the calendar, targets that change, and what there is of each metric, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm, goal_figures
from crm_tui.domain.goals import METRICS, GoalProgress, GoalStatus, span_of
from crm_tui.domain.history_words import told
from crm_tui.domain.reports.report import Asked
from crm_tui.errors import InvalidDataError, NotFoundError, UsageError
from crm_tui.models import Goal
from tests.conftest import NOW
from tests.sales_rows import invoice, pay


@contextmanager
def at(database: Path, day: str, **settings: str) -> Iterator[Crm]:
    with Crm.open(database, now=f"{day} 09:00", config=Config(**settings)) as crm:  # type: ignore[arg-type]
        yield crm


def only(crm: Crm, today: date | None = None) -> GoalProgress:
    (found,) = crm.goals.progress(today)
    return found


def targets(crm: Crm, day: str) -> list[int]:
    """The targets that hold on a day."""
    return [each.target for each in crm.goals.progress(date.fromisoformat(day)) if each.status != "to come"]


@pytest.mark.parametrize(
    ("day", "per", "start", "end"),
    [
        ("2026-03-02", "week", "2026-03-02", "2026-03-09"),
        ("2026-03-01", "week", "2026-02-23", "2026-03-02"),
        ("2026-01-01", "week", "2025-12-29", "2026-01-05"),
        ("2024-02-29", "month", "2024-02-01", "2024-03-01"),
        ("2026-02-28", "month", "2026-02-01", "2026-03-01"),
        ("2026-12-31", "month", "2026-12-01", "2027-01-01"),
        ("2026-01-01", "quarter", "2026-01-01", "2026-04-01"),
        ("2026-06-30", "quarter", "2026-04-01", "2026-07-01"),
        ("2026-12-31", "quarter", "2026-10-01", "2027-01-01"),
        ("2024-02-29", "year", "2024-01-01", "2025-01-01"),
        ("9999-12-31", "week", "9999-12-27", "9999-12-31"),
        ("9999-12-31", "month", "9999-12-01", "9999-12-31"),
        ("9999-11-30", "quarter", "9999-10-01", "9999-12-31"),
        ("9999-01-01", "year", "9999-01-01", "9999-12-31"),
    ],
)
def test_spans_of_the_calendar(day: str, per: str, start: str, end: str) -> None:
    assert span_of(date.fromisoformat(day), per) == Period(date.fromisoformat(start), date.fromisoformat(end))


def test_a_goal_of_a_week_counts_from_monday_to_today(database: Path) -> None:
    with at(database, "2026-03-04") as crm:
        anna = crm.contacts.add(name="Anna").id
        crm.goals.set("calls", 10, per="week")
        for when in ("2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z", "2026-03-04T23:59:59Z"):
            crm.interactions.add("call", [anna], "spoke", occurred_at=when)
        crm.interactions.add("email", [anna], "wrote", occurred_at="2026-03-03T10:00:00Z")
        found = only(crm)
    assert (found.metric, found.per, found.currency) == ("calls", "week", None)
    assert found.period == Period(date(2026, 3, 2), date(2026, 3, 9))
    # 2 of 10, and two of seven days are over
    assert (found.actual, found.share, found.expected) == (2, 0.2, 2 / 7)
    assert found.status is GoalStatus.BEHIND


def test_the_days_of_a_zone_are_local(database: Path) -> None:
    with at(database, "2026-03-04", timezone="Asia/Baku") as crm:
        anna = crm.contacts.add(name="Anna").id
        crm.goals.set("calls", 10, per="week")
        # Monday 00:30 and Sunday 23:30 in Baku, four hours ahead
        for when in ("2026-03-01T20:30:00Z", "2026-03-01T19:30:00Z"):
            crm.interactions.add("call", [anna], "spoke", occurred_at=when)
        assert only(crm).actual == 1


def test_interactions_by_kind_and_all_but_notes(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna").id
    for number, kind in enumerate(("call", "email", "meeting", "message", "note"), 1):
        for _ in range(number):
            crm.interactions.add(kind, [anna], "a")
    for metric in ("calls", "emails", "meetings", "messages", "touches"):
        crm.goals.set(metric, 4, per="year")
    found = {each.metric: each.actual for each in crm.goals.progress()}
    assert found == {"calls": 1, "emails": 2, "meetings": 3, "messages": 4, "touches": 10}


def test_on_the_first_morning_nobody_is_behind(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.goals.set("calls", 10, per="week")
    for day, status in (("2026-03-02", "on track"), ("2026-03-03", "behind"), ("2026-03-08", "behind")):
        with at(database, day) as crm:
            assert only(crm).status == status


def test_the_border_of_behind_is_exact(database: Path) -> None:
    with at(database, "2026-03-09") as crm:
        crm.goals.set("deals", 31, per="month")
        for number in range(8):
            assert only(crm).status == "behind"
            crm.deals.win(crm.deals.add(f"d{number}").id)
        # 8 of 31 on the ninth: eight of 31 days are over
        assert (only(crm).share, only(crm).status) == (8 / 31, "on track")


def test_revenue_over_whole_months_and_parts(database: Path) -> None:
    with at(database, "2026-03-17") as crm:
        anna = crm.contacts.add(name="Anna").id
        crm.goals.set("revenue", 2_000_000, currency="EUR", per="quarter")
        for day, minor in (
            ("2025-12-31", 1), ("2026-01-01", 10), ("2026-01-31", 100), ("2026-02-28", 1000), ("2026-03-01", 10_000),
            ("2026-03-17", 100_000), ("2026-03-18", 1_000_000),
        ):  # fmt: skip
            invoice(crm, day, minor, contact=anna, tax="20")
        invoice(crm, "2026-02-02", 7, contact=anna, void="2026-02-03")
        invoice(crm, "2026-02-02", -5, contact=anna)
        found = only(crm)
        assert (found.actual, found.target, found.converted) == (111_105, 2_000_000, False)
        # 31 + 28 + 16 of 90 days
        assert found.expected == 75 / 90
        assert found.status == "behind"
        assert only(crm, date(2026, 3, 31)).actual == 1_111_105
        assert only(crm, date(2026, 1, 30)).actual == 10
        assert only(crm, date(2025, 12, 31)).status == "to come"


def test_received_counts_refunds_and_the_day_of_payment(database: Path) -> None:
    with at(database, "2024-03-01") as crm:
        anna = crm.contacts.add(name="Anna").id
        made = invoice(crm, "2023-12-01", 100_000, contact=anna)
        crm.goals.set("received", 50_000, per="year")
        for day, minor in (
            ("2023-12-31", 1),
            ("2024-02-29", 30_000),
            ("2024-03-01", -10_000),
            ("2024-03-02", 9),
        ):
            pay(crm, made, day, minor)
        found = only(crm)
        assert (found.actual, found.currency) == (20_000, "EUR")
        # January and February of a leap year
        assert found.expected == 60 / 366
        assert found.status == "on track"


def test_won_deals_by_amount_and_number(crm: Crm) -> None:
    for title, amount in (("a", 40_000), ("b", None), ("c", 5), ("d", 7)):
        crm.deals.add(title, amount_minor=amount, currency="EUR" if amount else None)
    crm.deals.win(1)
    crm.deals.win(2)
    crm.deals.win(3, on=date(2026, 2, 28))
    crm.deals.win(4)
    crm.deals.archive(4)
    crm.goals.set("won", 40_000, per="month")
    crm.goals.set("deals", 3, per="month")
    won, deals = crm.goals.progress()
    assert (won.actual, won.status) == (40_000, "reached")
    assert (deals.actual, deals.status) == (2, "on track")


def test_new_contacts_and_new_customers(database: Path) -> None:
    with at(database, "2026-02-28") as crm:
        anna = crm.contacts.add(name="Anna").id
        invoice(crm, "2026-02-28", 100, contact=anna)
    with at(database, "2026-03-02") as crm:
        bo = crm.contacts.add(name="Bo").id
        crm.contacts.add(name="Cy")
        invoice(crm, "2026-03-01", 100, contact=anna)
        invoice(crm, "2026-03-02", 100, contact=bo)
        crm.goals.set("contacts", 2, per="month")
        crm.goals.set("customers", 4, per="month")
        contacts, customers = crm.goals.progress()
    assert (contacts.actual, contacts.status) == (2, "reached")
    assert (customers.actual, customers.share) == (1, 0.25)


def test_the_base_currency_counts_others_by_their_rates(database: Path) -> None:
    with at(database, "2026-03-02") as crm:
        anna = crm.contacts.add(name="Anna").id
        crm.goals.set("revenue", 1_000_000, currency="EUR", per="month")
        crm.goals.set("revenue", 1_000_000, currency="USD", per="month")
        invoice(crm, "2026-03-01", 100_000, contact=anna)
        invoice(crm, "2026-03-02", 20_000, contact=anna, currency="USD")
        invoice(crm, "2026-03-02", 5000, contact=anna, currency="JPY")
        euros, dollars = crm.goals.progress()
        assert (euros.actual, euros.converted, euros.unrated) == (100_000, False, ("JPY", "USD"))
        assert (dollars.actual, dollars.converted, dollars.unrated) == (20_000, False, ())
        crm.rates.set("USD", "0.5")
        euros, dollars = crm.goals.progress()
        assert (euros.actual, euros.converted, euros.unrated) == (110_000, True, ("JPY",))
        crm.rates.set("JPY", "0.01")
        euros, dollars = crm.goals.progress()
        # 1,000 + 200 x 0.5 + 5000 x 0.01 = 1,150
        assert (euros.actual, euros.converted, euros.unrated) == (115_000, True, ())
        assert dollars.actual == 20_000


def test_revenue_and_received_are_the_reports(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna").id
    crm.rates.set("USD", "0.333", date(2026, 1, 1))
    for day, minor, code in (
        ("2026-01-05", 12_345, "EUR"),
        ("2026-02-28", 999, "USD"),
        ("2026-03-01", 10, "USD"),
    ):
        pay(crm, invoice(crm, day, minor, contact=anna, currency=code), day, minor // 2)
    crm.goals.set("revenue", 1, per="quarter")
    crm.goals.set("received", 1, per="quarter")
    totals = crm.reports.ask("revenue", Asked(period=Period(date(2026, 1, 1), date(2026, 4, 1)))).totals
    assert [each.actual for each in crm.goals.progress()] == [totals.revenue.minor, totals.received.minor]
    # 123.45 + (9.99 + 0.10) x 0.333 = 126.80997
    assert totals.revenue.minor == 12_681


def test_a_goal_in_the_base_currency_with_sales_only_in_another(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna").id
    crm.goals.set("revenue", 1000, per="year")
    invoice(crm, "2026-03-02", 20_000, contact=anna, currency="USD")
    assert (only(crm).actual, only(crm).unrated) == (0, ("USD",))
    crm.rates.set("USD", "0.5")
    assert (only(crm).actual, only(crm).converted) == (10_000, True)


def test_a_span_that_is_over_keeps_its_target(database: Path) -> None:
    with at(database, "2026-01-15") as crm:
        crm.goals.set("calls", 10, per="month")
    with at(database, "2026-03-15") as crm:
        crm.goals.set("calls", 20, per="month")
        crm.goals.set("calls", 25, per="month")
        crm.goals.set("calls", 30, per="month", from_on=date(2026, 5, 20))
        held = [
            targets(crm, day)
            for day in ("2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01", "2026-05-01")
        ]
        assert held == [[], [10], [10], [25], [30]]
        assert [(each.target, each.status) for each in crm.goals.progress()] == [
            (25, "behind"),
            (30, "to come"),
        ]
        assert [each.from_on for each in crm.goals.list()] == [date(2026, 3, 1), date(2026, 5, 1)]


def test_removing_ends_it_with_the_span_before(database: Path) -> None:
    with at(database, "2026-01-15") as crm:
        crm.goals.set("calls", 10, per="month")
    with at(database, "2026-03-15") as crm:
        crm.goals.set("calls", 20, per="month")
        crm.goals.set("calls", 30, per="month", from_on=date(2026, 5, 1))
        assert crm.goals.remove("calls", "month").target == 20
        assert [targets(crm, day) for day in ("2026-02-01", "2026-03-01", "2026-05-01")] == [[10], [], []]
        with pytest.raises(NotFoundError, match="no goal calls per month"):
            crm.goals.remove("calls", "month")
        crm.undo()
        assert [targets(crm, day) for day in ("2026-02-01", "2026-03-01", "2026-05-01")] == [[10], [20], [30]]
        crm.redo()
        crm.goals.set("calls", 5, per="month")
        assert [targets(crm, day) for day in ("2026-02-01", "2026-03-01", "2026-05-01")] == [[10], [5], [5]]


def test_removing_one_that_was_never_held_leaves_nothing(crm: Crm) -> None:
    crm.goals.set("calls", 10, per="month")
    crm.goals.remove("calls", "month")
    crm.goals.set("calls", 10, per="week", from_on=date(2026, 5, 1))
    assert crm.goals.remove("calls", "week").target == 10
    assert [*crm.goals.read(Goal)] == []


def test_the_same_again_changes_nothing(crm: Crm) -> None:
    crm.goals.set("revenue", 100, per="year")
    crm.goals.set("revenue", 100, per="year")
    assert crm.last_operation is None
    assert [each.summary for each in crm.history()] == ["set goal revenue 1.00 EUR per year"]
    row = crm.connection.execute("SELECT * FROM goals").fetchone()
    names = [each[1] for each in crm.connection.execute("PRAGMA table_info (goals)")]
    known = told("goals", dict(zip(names, row, strict=True)), lambda table, row_id: "", crm.clock)
    assert known["target"] == "1.00 EUR"


def test_the_shortest_spans_come_first_and_amounts_before_numbers(crm: Crm) -> None:
    crm.goals.set("deals", 1, per="year")
    crm.goals.set("revenue", 1, currency="USD", per="month")
    crm.goals.set("revenue", 1, per="month")
    crm.goals.set("calls", 1, per="month")
    crm.goals.set("touches", 1, per="week")
    found = [(each.per, each.metric, each.currency) for each in crm.goals.progress()]
    assert found == [
        ("week", "touches", None), ("month", "revenue", "EUR"), ("month", "revenue", "USD"), ("month", "calls", None),
        ("year", "deals", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "target", "per", "currency", "said"),
    [
        ("cals", 1, "week", None, "Did you mean calls"),
        ("calls", 1, "day", None, "week, month, quarter, year"),
        ("calls", 1, "week", "EUR", "Leave EUR out"),
    ],
    ids=["metric", "span", "currency"],
)
def test_what_cannot_be_aimed_at(
    crm: Crm, metric: str, target: int, per: str, currency: str | None, said: str
) -> None:
    with pytest.raises(UsageError) as told_of:
        crm.goals.set(metric, target, per=per, currency=currency)
    assert said in told_of.value.hint
    with pytest.raises(UsageError):
        crm.goals.remove(metric, per, currency)


@pytest.mark.parametrize("target", [0, -1, 1_000_000_001])
def test_targets_out_of_range(crm: Crm, target: int) -> None:
    with pytest.raises(InvalidDataError, match="The target of calls is"):
        crm.goals.set("calls", target, per="week")


def test_an_unknown_currency(crm: Crm) -> None:
    with pytest.raises(InvalidDataError, match="EUX"):
        crm.goals.set("won", 1, per="week", currency="EUX")


def test_the_calendars_end_is_no_failure(database: Path) -> None:
    with at(database, "9999-12-30") as crm:
        for metric in METRICS:
            for per in ("week", "month", "quarter", "year"):
                crm.goals.set(metric, 5, per=per)
        assert len(crm.goals.progress()) == 4 * len(METRICS)


DAY = st.dates(date(2023, 12, 1), date(2025, 1, 31))


@given(
    st.lists(st.tuples(DAY, st.integers(-300, 500)), max_size=12),
    DAY,
    st.sampled_from(["week", "month", "quarter", "year"]),
)
@settings(max_examples=30, deadline=None)
def test_months_and_days_together_are_the_rows_of_the_span(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[date, int]], today: date, per: str
) -> None:
    with Crm.open(tmp_path_factory.mktemp("goals") / "crm.db", now=NOW) as crm:
        anna = crm.contacts.add(name="Anna").id
        with crm.transaction("all"):
            for day, minor in rows:
                pay(crm, invoice(crm, str(day), minor, contact=anna), str(day), minor)
        period = span_of(today, per)
        expected = sum(minor for day, minor in rows if period.start <= day <= today)
        for metric in ("revenue", "received"):
            assert goal_figures.actual(crm, metric, "EUR", period, today).value == expected


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (goal_figures.DAYS["revenue"], "COVERING INDEX invoices_by_day (issued_on>? AND issued_on<?)"),
        (goal_figures.DAYS["received"], "COVERING INDEX payments_by_day (paid_on>? AND paid_on<?)"),
        (goal_figures.DAYS["won"], "COVERING INDEX deals_closed (closed_on>? AND closed_on<?)"),
        (goal_figures.DAYS["deals"], "COVERING INDEX deals_closed (closed_on>? AND closed_on<?)"),
        (goal_figures.DAYS["customers"], "INDEX customers_by_first (first_on>? AND first_on<?)"),
        (goal_figures.MONTHS["revenue"], "PRIMARY KEY (month>? AND month<?)"),
        (goal_figures.MONTHS["received"], "PRIMARY KEY (month>? AND month<?)"),
        (goal_figures.CONTACTS, "COVERING INDEX contacts_by_creation (created_at>? AND created_at<?)"),
    ],
    ids=[
        "revenue",
        "received",
        "won",
        "deals",
        "customers",
        "months",
        "months received",
        "contacts",
    ],
)
def test_each_figure_reads_its_index(crm: Crm, query: str, index: str) -> None:
    rows = crm.connection.execute(f"EXPLAIN QUERY PLAN {query}", ["2026"] * query.count("?"))
    plan = [row[3] for row in rows]
    assert any(index in step for step in plan), plan
    assert not any(step.startswith("SCAN") for step in plan), plan


def test_a_day_is_the_same_from_every_side() -> None:
    day = date(2026, 3, 2)
    for per in ("week", "month", "quarter", "year"):
        period = span_of(day, per)
        assert span_of(period.start, per) == period
        assert span_of(period.end - timedelta(days=1), per) == period
        assert span_of(period.end, per).start == period.end
