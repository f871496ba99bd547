"""What was done: interactions by week, kind and local day; this week and what was won this month."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.board import Total
from crm_tui.domain.reports.activity import ActivityRow, Counts, DayRow, KindRow, MonthRow
from crm_tui.domain.reports.report import Asked
from crm_tui.errors import UsageError
from crm_tui.models import InteractionKind
from tests.conftest import NOW

TODAY = date(2026, 3, 2)
MONDAY = date(2025, 12, 15)


def log(crm: Crm, *moments: tuple[str, str]) -> None:
    anna = crm.contacts.add(name="Anna").id
    for kind, moment in moments:
        crm.interactions.add(kind, [anna], "spoke", occurred_at=moment)


def test_counts_have_every_kind() -> None:
    names = [*(kind.value for kind in InteractionKind), "total"]
    assert [field.name for field in fields(Counts)] == names
    assert [field.name for field in fields(ActivityRow)] == ["week", *names]


def test_twelve_weeks_from_monday_to_sunday_the_last_one_until_today(crm: Crm) -> None:
    log(
        crm,
        ("call", "2025-12-14T23:59:59Z"),  # the Sunday before all
        ("call", "2025-12-15T00:00:00Z"),
        ("email", "2026-02-22T23:59:59Z"),
        ("call", "2026-02-23T00:00:00Z"),
        ("meeting", "2026-03-01T23:59:59Z"),
        ("message", "2026-03-02T00:00:00Z"),
        ("note", "2026-03-02T09:00:00Z"),
    )
    found = crm.reports.ask("activity")
    assert (found.name, found.as_of) == ("activity", TODAY)
    assert found.period == Period(MONDAY, date(2026, 3, 3))
    assert [row.week for row in found.rows] == [MONDAY + timedelta(weeks=number) for number in range(12)]
    assert found.rows[0] == ActivityRow(MONDAY, 1, 0, 0, 0, 0, 1)
    assert found.rows[-3] == ActivityRow(date(2026, 2, 16), 0, 1, 0, 0, 0, 1)
    assert found.rows[-2] == ActivityRow(date(2026, 2, 23), 1, 0, 1, 0, 0, 2)
    assert found.rows[-1] == ActivityRow(TODAY, 0, 0, 0, 1, 1, 2)
    assert found.totals == Counts(2, 1, 1, 1, 1, 6)


def test_an_interaction_of_several_people_counts_once(crm: Crm) -> None:
    people = [crm.contacts.add(name=name).id for name in ("Anna", "Bo", "Cem")]
    crm.interactions.add("meeting", people, "all of us")
    assert crm.reports.ask("activity").totals.meeting == 1


def test_undo_and_delete_are_seen_at_once(crm: Crm) -> None:
    log(crm, ("call", "2026-03-02T09:00:00Z"))
    assert crm.reports.ask("activity").totals.total == 1
    crm.undo()
    assert crm.reports.ask("activity").totals.total == 0
    crm.redo()
    assert crm.reports.ask("activity").totals.total == 1


def test_days_are_those_of_the_zone_across_the_change_of_the_clock(database: Path) -> None:
    # in Berlin the clock went forward on Sunday 29 March 2026: that week is an hour shorter
    now = datetime(2026, 4, 1, 10, tzinfo=UTC)
    with Crm.open(database, now=now, config=Config(timezone="Europe/Berlin")) as crm:
        log(
            crm,
            ("call", "2026-03-22T22:59:59Z"),  # Sunday, 23:59:59 in winter time
            ("call", "2026-03-22T23:00:00Z"),  # Monday
            ("call", "2026-03-29T21:59:59Z"),  # Sunday, 23:59:59 in summer time
            ("call", "2026-03-29T22:00:00Z"),  # Monday
        )
        asked = Asked(period=Period(date(2026, 3, 16), date(2026, 4, 2)))
        rows = {row.week: row.call for row in crm.reports.ask("activity", asked).rows}
        assert rows == {date(2026, 3, 16): 1, date(2026, 3, 23): 2, date(2026, 3, 30): 1}


@pytest.mark.parametrize(
    ("by", "period"),
    [
        ("week", Period(date(2016, 3, 14), date(2026, 3, 3))),  # 521 weeks
        ("day", Period(date(2024, 9, 28), date(2026, 3, 3))),  # 521 days
        ("month", Period(date(1982, 11, 1), date(2026, 3, 3))),  # 521 months
        ("week", Period(date.min, date.max)),
    ],
    ids=["weeks", "days", "months", "ever"],
)
def test_an_impossible_number_of_rows_is_refused(crm: Crm, by: str, period: Period) -> None:
    with pytest.raises(UsageError, match="more than 520 rows cannot be looked at"):
        crm.reports.ask("activity", Asked(by=by, period=period))
    span = timedelta(days={"week": 7, "day": 1, "month": 31}[by])
    if period.start > date.min:
        within = Period(period.start + span, period.end)
        assert len(crm.reports.ask("activity", Asked(by=by, period=within)).rows) == 520


def test_weeks_at_the_edges_count_only_the_days_of_the_period(crm: Crm) -> None:
    log(
        crm,
        ("call", "2025-12-30T12:00:00Z"),  # Tuesday, the day before
        ("call", "2025-12-31T12:00:00Z"),  # Wednesday
        ("email", "2026-01-05T12:00:00Z"),  # the Monday after
        ("call", "2026-01-07T00:00:00Z"),  # the day after all
    )
    found = crm.reports.ask("activity", Asked(period=Period(date(2025, 12, 31), date(2026, 1, 7))))
    assert found.rows == (
        ActivityRow(date(2025, 12, 29), 1, 0, 0, 0, 0, 1), ActivityRow(date(2026, 1, 5), 0, 1, 0, 0, 0, 1),
    )  # fmt: skip


def test_by_day_by_month_and_by_kind_add_up_to_the_same(crm: Crm) -> None:
    log(
        crm,
        ("call", "2024-02-29T12:00:00Z"),
        ("call", "2024-02-29T13:00:00Z"),
        ("note", "2024-03-01T00:00:00Z"),
    )
    period = Period(date(2024, 2, 28), date(2024, 3, 2))
    by_day = crm.reports.ask("activity", Asked(by="day", period=period))
    assert by_day.rows == (
        DayRow(date(2024, 2, 28), 0, 0, 0, 0, 0, 0),
        DayRow(date(2024, 2, 29), 2, 0, 0, 0, 0, 2),
        DayRow(date(2024, 3, 1), 0, 0, 0, 0, 1, 1),
    )
    by_month = crm.reports.ask("activity", Asked(by="month", period=period))
    assert by_month.rows == (MonthRow("2024-02", 2, 0, 0, 0, 0, 2), MonthRow("2024-03", 0, 0, 0, 0, 1, 1))
    by_kind = crm.reports.ask("activity", Asked(by="kind", period=period))
    assert by_kind.rows[0] == KindRow("call", 2, 2 / 3)
    assert by_kind.totals == by_month.totals == by_day.totals == Counts(2, 0, 0, 0, 1, 3)
    assert by_kind.answer[0] == "3 in all: 2 calls, 1 note"
    assert by_day.answer[0] == "1 in the last day · 3 in 3 days: 2 calls, 1 note"
    assert [plot.title for plot in by_day.plots] == ["All by day", "Call by day", "Note by day"]


def test_as_of_a_past_day_the_weeks_end_with_it(crm: Crm) -> None:
    log(crm, ("call", "2026-02-10T23:59:59Z"), ("call", "2026-02-11T00:00:00Z"))
    found = crm.reports.ask("activity", Asked(as_of=date(2026, 2, 10)))
    assert (found.period, found.as_of) == (Period(date(2025, 11, 24), date(2026, 2, 11)), date(2026, 2, 10))
    assert (len(found.rows), found.totals.call) == (12, 1)


def test_without_anything_logged_it_is_empty(crm: Crm) -> None:
    found = crm.reports.ask("activity")
    assert (found.is_empty, len(found.rows), found.answer[-1]) == (True, 12, "Nothing was logged.")
    assert crm.reports.ask("activity", Asked(by="kind")).rows[0].share is None


def test_it_reads_ranges_of_the_index_alone(crm: Crm) -> None:
    seen: list[str] = []
    crm.connection.set_trace_callback(seen.append)
    crm.reports.ask("activity")
    crm.connection.set_trace_callback(None)
    queries = [sql for sql in seen if "interactions" in sql]
    assert len(queries) == 12
    plan = crm.connection.execute(f"EXPLAIN QUERY PLAN {queries[0]}").fetchall()
    tables = [row[3] for row in plan if "interaction" in row[3]]
    assert len(tables) == 3 * len(InteractionKind)
    assert all(step.startswith("SEARCH") for step in tables)


def test_its_figures_are_the_fields_of_its_rows(crm: Crm) -> None:
    log(crm, ("call", "2026-03-02T09:00:00Z"))
    for by, first in (("week", TODAY), ("day", TODAY), ("month", "2026-03"), ("kind", "call")):
        asked = Asked(by=by, period=Period(date(2026, 2, 23), date(2026, 3, 3)))
        found = crm.reports.ask("activity", asked)
        row = found.rows[0 if by == "kind" else -1]
        assert [figure.key for figure in found.columns] == [field.name for field in fields(row)]
        assert getattr(row, by) == first
        assert [getattr(found.totals, figure.key) for figure in found.total_columns] == [1, 0, 0, 0, 0, 1]


def test_the_week_has_its_days_until_today_and_what_was_won_this_month(database: Path) -> None:
    with Crm.open(database, now=datetime(2026, 3, 4, 18, tzinfo=UTC)) as crm:
        log(
            crm,
            ("call", "2026-03-01T23:00:00Z"),
            ("call", "2026-03-02T08:00:00Z"),
            ("email", "2026-03-04T17:00:00Z"),
        )
        for minor, on in ((100, date(2026, 2, 28)), (300, date(2026, 3, 1)), (500, date(2026, 3, 4))):
            deal = crm.deals.add("won", amount_minor=minor, currency="EUR", created_at="2026-02-01T09:00:00Z")
            crm.deals.win(deal.id, on=on)
        away = crm.deals.win(crm.deals.add("put away", amount_minor=900, currency="EUR").id)
        crm.deals.archive(away.id)
        found = crm.reports.week()
        assert (found.monday, found.as_of) == (TODAY, date(2026, 3, 4))
        assert [(day.call, day.email, day.total) for day in found.days] == [(1, 0, 1), (0, 0, 0), (0, 1, 1)]
        assert found.won == (Total("EUR", 2, 800, 0, 0),)


def test_an_empty_week(crm: Crm) -> None:
    found = crm.reports.week()
    assert found.days == (Counts(0, 0, 0, 0, 0, 0),)
    assert found.won == ()
    assert NOW.date() == found.as_of
