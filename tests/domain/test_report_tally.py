"""Interactions between two instants: whole hours from what is kept of them, the rest of an hour from the rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.dates import day_start
from crm_tui.domain import Crm
from crm_tui.domain.reports.tally import KINDS, query, tally

# whole hours, half of one, three quarters, a change of the clock at midnight, one of half an hour, a skipped day
ZONES = (
    "UTC",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
START, END = datetime(2011, 12, 26, tzinfo=UTC), datetime(2012, 1, 4, tzinfo=UTC)
MOMENTS = st.integers(0, int((END - START).total_seconds()) // 900 - 1).flatmap(
    # the second before and after a quarter, too
    lambda quarter: st.sampled_from([-1, 0, 1]).map(
        lambda off: (START + timedelta(minutes=15 * quarter, seconds=off)).strftime("%Y-%m-%dT%H:%M:%SZ")
    )
)
DAYS = st.dates(date(2011, 12, 26), date(2012, 1, 4))


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), MOMENTS), max_size=30),
    st.lists(DAYS, min_size=2, max_size=4).map(sorted),
    st.sampled_from(ZONES),
)
@settings(max_examples=40, deadline=None)
def test_between_local_days_it_is_what_the_rows_say(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], days: list[date], zone: str
) -> None:
    folder = tmp_path_factory.mktemp("tally")
    with Crm.open(folder / "crm.db", now=END, config=Config(timezone=zone)) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        anna = crm.contacts.add(name="Anna").id
        with crm.transaction("all"):
            for kind, moment in rows:
                crm.interactions.add(kind, [anna], "spoke", occurred_at=moment)
        instants = [day_start(day, crm.clock) for day in days]
        expected = [
            tuple(sum(each == kind and start <= moment < end for each, moment in rows) for kind in KINDS)
            for start, end in pairwise(instants)
        ]
        assert tally(crm.connection, instants) == expected
        chosen = ("meeting", "call")
        places = [KINDS.index(kind) for kind in chosen]
        assert tally(crm.connection, instants, chosen) == [
            tuple(numbers[place] for place in places) for numbers in expected
        ]


def test_no_row_is_read_for_whole_hours(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna").id
    for moment in ("2026-02-01T23:59:59Z", "2026-02-02T00:00:00Z", "2026-02-02T23:59:59Z"):
        crm.interactions.add("call", [anna], "spoke", occurred_at=moment)
    crm.connection.execute("UPDATE interaction_hours SET number = 7")
    whole = ("2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z")
    assert tally(crm.connection, whole, ["call"]) == [(14,)]
    # half past six in the morning of India
    assert tally(crm.connection, ("2026-02-02T00:30:00Z", "2026-02-02T23:30:00Z"), ["call"]) == [(6,)]


def test_each_part_reads_its_index(crm: Crm) -> None:
    bounds = {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
    rows = crm.connection.execute(f"EXPLAIN QUERY PLAN {query(('call', 'note'))}", bounds)
    plan = [row[3] for row in rows if row[3].startswith(("SCAN", "SEARCH")) and row[3] != "SCAN CONSTANT ROW"]
    kept = "SEARCH interaction_hours USING PRIMARY KEY (kind=? AND hour>? AND hour<?)"
    rest = "SEARCH interactions USING COVERING INDEX interactions_by_time (occurred_at>? AND occurred_at<?)"
    assert plan == [kept, rest, rest] * 2
