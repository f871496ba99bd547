"""WHEN as people type it, across clock changes and year ends, and the days of filters."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from crm_tui.dates import (
    Clock,
    When,
    filter_day,
    parse_instant,
    parse_when,
)
from crm_tui.errors import InvalidDataError

MONDAY = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
FRIDAY = Clock.fixed(datetime(2026, 3, 6, 9, 30, tzinfo=UTC))
BERLIN = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "Europe/Berlin")
NEW_YORK = Clock.fixed(datetime(2026, 3, 2, 2, 30, tzinfo=UTC), "America/New_York")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-03-02"),
        (" ToMorrow ", "2026-03-03"),
        ("yesterday", "2026-03-01"),
        ("monday", "2026-03-09"),
        ("tue", "2026-03-03"),
        ("Friday", "2026-03-06"),
        ("sun", "2026-03-08"),
        ("next monday", "2026-03-09"),
        ("next  friday", "2026-03-13"),
        ("next sunday", "2026-03-15"),
        ("last monday", "2026-02-23"),
        ("last friday", "2026-02-27"),
        ("last sun", "2026-03-01"),
        ("in 3 days", "2026-03-05"),
        ("in 1 day", "2026-03-03"),
        ("in 2 weeks", "2026-03-16"),
        ("in 6 months", "2026-09-02"),
        ("in 2 years", "2028-03-02"),
        ("3 days ago", "2026-02-27"),
        ("1 month ago", "2026-02-02"),
        ("+2w", "2026-03-16"),
        ("-2d", "2026-02-28"),
        ("+1m", "2026-04-02"),
        ("+1y", "2027-03-02"),
        ("eow", "2026-03-08"),
        ("eom", "2026-03-31"),
        ("eoy", "2026-12-31"),
        ("2026-12-01", "2026-12-01"),
    ],
)
def test_when_is_a_day(text: str, expected: str) -> None:
    assert parse_when(text, MONDAY) == When(day(expected))


def test_weekdays_seen_from_that_weekday() -> None:
    assert parse_when("friday", FRIDAY).day == day("2026-03-13")
    assert parse_when("next friday", FRIDAY).day == day("2026-03-13")
    assert parse_when("next monday", FRIDAY).day == day("2026-03-09")
    assert parse_when("last friday", FRIDAY).day == day("2026-02-27")
    sunday = Clock.fixed(datetime(2026, 3, 8, 12, tzinfo=UTC))
    assert parse_when("next monday", sunday).day == day("2026-03-09")
    assert parse_when("eow", sunday).day == day("2026-03-08")


def test_ends_in_leap_years_and_at_new_year() -> None:
    leap = Clock.fixed(datetime(2024, 2, 10, tzinfo=UTC))
    assert parse_when("eom", leap).day == day("2024-02-29")
    new_year = Clock.fixed(datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert parse_when("eom", new_year).day == parse_when("eoy", new_year).day == day("2026-12-31")
    assert parse_when("+2m", new_year).day == day("2027-02-28")
    assert parse_when("tomorrow", new_year).day == day("2027-01-01")


@pytest.mark.parametrize(
    ("text", "expected", "at"),
    [
        ("14:30", "2026-03-02", time(14, 30)),
        ("0:05", "2026-03-02", time(0, 5)),
        ("9am", "2026-03-02", time(9)),
        ("12am", "2026-03-02", time(0)),
        ("12:15 PM", "2026-03-02", time(12, 15)),
        ("2:30pm", "2026-03-02", time(14, 30)),
        ("tomorrow 9:00", "2026-03-03", time(9)),
        ("tomorrow at 9am", "2026-03-03", time(9)),
        ("friday 14:30", "2026-03-06", time(14, 30)),
        ("next monday 2 pm", "2026-03-09", time(14)),
        ("in 3 days 14:30", "2026-03-05", time(14, 30)),
        ("+2w 8:15", "2026-03-16", time(8, 15)),
        ("eom 17:00", "2026-03-31", time(17)),
        ("2026-12-01 14:30", "2026-12-01", time(14, 30)),
        ("2026-12-01T14:30", "2026-12-01", time(14, 30)),
        ("2026-12-01 9:30", "2026-12-01", time(9, 30)),
        ("2026-12-01 14:30:15", "2026-12-01", time(14, 30, 15)),
        ("2026-12-01 2:30 pm", "2026-12-01", time(14, 30)),
        ("now", "2026-03-02", time(9, 30)),
        ("in 3 hours", "2026-03-02", time(12, 30)),
        ("in 15 hours", "2026-03-03", time(0, 30)),
        ("in 45 minutes", "2026-03-02", time(10, 15)),
        ("10 hours ago", "2026-03-01", time(23, 30)),
        ("2024-08-14T11:39:02.318+00:00", "2024-08-14", time(11, 39, 2)),
        ("2024-08-14T11:39:02Z", "2024-08-14", time(11, 39, 2)),
        ("2024-08-14T23:39:02-0330", "2024-08-15", time(3, 9, 2)),
        ("2024-08-14 11:39 +02", "2024-08-14", time(9, 39)),
        ("2024-08-14 11:39:00 UTC", "2024-08-14", time(11, 39)),
    ],
)
def test_when_is_a_day_and_a_time(text: str, expected: str, at: time) -> None:
    assert parse_when(text, MONDAY) == When(day(expected), at)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "soon",
            "30d",
            "2w",
            "+3",
            "+3h",
            "3d+",
            "+-3d",
            "in days",
            "in 3",
            "in 3 days ago",
            "3 days",
        ),
        *(
            "in -3 days",
            "in 1.5 days",
            "in three days",
            "next",
            "next week",
            "this friday",
            "next month",
            "fri.",
        ),
        *("fr", "freitag", "tues", "01.04", "1/4/2026", "2026-1-4", "20260104", "2026-02-29", "2026-13-01"),
        *(
            "24:00",
            "14:60",
            "14",
            "1430",
            "13pm",
            "0am",
            "14:30pm",
            "25:00 tomorrow",
            "tomorrow 25:00",
            "at 9:00",
        ),
        *(
            "tomorrow tomorrow",
            "14:30 15:30",
            "now 9:00",
            "in 2 hours 9:00",
            "2026-12-01T25:00",
            "2026-12-01T14:30+99:00",
        ),
        *(
            "yarın saat 9",
            "завтра",
            "+999999y",
            "in 999999 years",
            "in 999999 weeks",
            "tomorrow\x00",
            "x" * 5000,
        ),
        "0001-01-01T00:00+10:00",
    ],
)
def test_what_is_no_when_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        parse_when(text, MONDAY)
    assert text[:60] in caught.value.message
    assert "tomorrow" in caught.value.hint


def test_an_offset_is_turned_into_local_time() -> None:
    when = parse_when("2026-07-01T23:30:00Z", BERLIN)
    assert when == When(day("2026-07-02"), time(1, 30))
    assert when.due_time == "01:30"
    assert parse_when("2026-07-01T03:30:00Z", NEW_YORK).day == day("2026-06-30")
    assert parse_when("tomorrow", NEW_YORK).day == day("2026-03-02")


@pytest.mark.parametrize(
    ("clock", "text", "instant"),
    [
        (BERLIN, "2026-03-29 01:59", "2026-03-29T00:59:00Z"),
        (BERLIN, "2026-03-29 02:30", "2026-03-29T01:30:00Z"),
        (BERLIN, "2026-03-29 03:00", "2026-03-29T01:00:00Z"),
        (BERLIN, "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        (BERLIN, "2026-10-25 03:00", "2026-10-25T02:00:00Z"),
        (NEW_YORK, "2026-03-08 02:30", "2026-03-08T07:30:00Z"),
        (NEW_YORK, "2026-11-01 01:30", "2026-11-01T05:30:00Z"),
        (BERLIN, "2026-12-31 23:59", "2026-12-31T22:59:00Z"),
        (NEW_YORK, "2026-12-31 23:59", "2027-01-01T04:59:00Z"),
        (BERLIN, "2026-07-01", "2026-07-01T10:00:00Z"),
        (NEW_YORK, "2026-07-01", "2026-07-01T16:00:00Z"),
        (BERLIN, "now", "2026-03-02T09:30:00Z"),
        (BERLIN, "today", "2026-03-02T09:30:00Z"),
    ],
)
def test_instants_across_clock_changes(clock: Clock, text: str, instant: str) -> None:
    assert parse_instant(text, clock) == instant


def test_a_time_the_clock_change_skips_is_shown_moved() -> None:
    assert parse_when("2026-03-29 02:30", BERLIN).due_time == "03:30"
    assert parse_when("2026-03-08 02:30", NEW_YORK).due_time == "03:30"


def test_the_second_of_two_equal_hours_keeps_its_instant() -> None:
    for instant in ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"):
        assert parse_when(instant, BERLIN).due_time == "02:30"
        assert parse_instant(instant, BERLIN) == instant
    late = Clock.fixed(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin")
    assert parse_instant("now", late) == late.instant


def test_a_when_without_time_has_none() -> None:
    assert parse_when("tomorrow", MONDAY).due_time is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-03-02"),
        ("Tomorrow", "2026-03-03"),
        ("yesterday", "2026-03-01"),
        ("2026-12-01", "2026-12-01"),
        ("30d", "2026-01-31"),
        ("-30d", "2026-01-31"),
        ("+7d", "2026-03-09"),
        ("2w", "2026-02-16"),
        ("1m", "2026-02-02"),
        ("1y", "2025-03-02"),
        ("+1m", "2026-04-02"),
    ],
)
def test_filter_days(text: str, expected: str) -> None:
    assert filter_day(text, MONDAY) == day(expected)


@pytest.mark.parametrize(
    "text", ["", "30", "d", "+today", "-tomorrow", "30 d", "--3d", "friday", "2026-02-30", "14:30", "9h"]
)
def test_what_is_no_filter_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError):
        filter_day(text, MONDAY)
