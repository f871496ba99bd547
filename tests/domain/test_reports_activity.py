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
from crm_tui.domain.reports import ActivityRow, Counts
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
    found = crm.reports.activity()
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
    assert crm.reports.activity().totals.meeting == 1


def test_undo_and_delete_are_seen_at_once(crm: Crm) -> None:
    log(crm, ("call", "2026-03-02T09:00:00Z"))
    assert crm.reports.activity().totals.total == 1
    crm.undo()
    assert crm.reports.activity().totals.total == 0
    crm.redo()
    assert crm.reports.activity().totals.total == 1


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
        rows = {row.week: row.call for row in crm.reports.activity(3).rows}
        assert rows == {date(2026, 3, 16): 1, date(2026, 3, 23): 2, date(2026, 3, 30): 1}


@pytest.mark.parametrize("weeks", [0, -1, 521])
def test_an_impossible_number_of_weeks_is_refused(crm: Crm, weeks: int) -> None:
    with pytest.raises(UsageError, match=f"{weeks} weeks cannot be looked at"):
        crm.reports.activity(weeks)


def test_it_reads_ranges_of_the_index_alone(crm: Crm) -> None:
    seen: list[str] = []
    crm.connection.set_trace_callback(seen.append)
    crm.reports.activity()
    crm.connection.set_trace_callback(None)
    queries = [sql for sql in seen if "interactions" in sql]
    assert len(queries) == 12
    plan = crm.connection.execute(f"EXPLAIN QUERY PLAN {queries[0]}").fetchall()
    assert [row[3] for row in plan] == [
        "SEARCH interactions USING COVERING INDEX interactions_by_time (occurred_at>? AND occurred_at<?)"
    ]


def test_for_machines_it_has_a_line_a_week(crm: Crm) -> None:
    log(crm, ("call", "2026-03-02T09:00:00Z"))
    table = crm.reports.table(crm.reports.activity(2))
    assert table == [
        ("week", "call", "email", "meeting", "message", "note", "total"),
        ("2026-02-23", "0", "0", "0", "0", "0", "0"),
        ("2026-03-02", "1", "0", "0", "0", "0", "1"),
    ]


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
