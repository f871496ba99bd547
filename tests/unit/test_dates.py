"""The clock, calendar days and birthdays, and how days are told, around leap years and clock changes."""

from __future__ import annotations

import time as system_time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from crm_tui.dates import (
    Clock,
    add_months,
    age_on,
    birthday_in_year,
    day_distance,
    day_start,
    local_datetime,
    local_day,
    month_length,
    next_anniversary,
    parse_birthday,
    parse_day,
    parse_instant,
    parse_when,
    relative_day,
    shift_day,
    short_day,
)
from crm_tui.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
BERLIN = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "Europe/Berlin")
NEW_YORK = Clock.fixed(datetime(2026, 3, 2, 2, 30, tzinfo=UTC), "America/New_York")


def day(text: str) -> date:
    return date.fromisoformat(text)


# The clock


def test_the_clock_tells_instant_and_local_day() -> None:
    assert MONDAY.instant == "2026-03-02T09:30:00Z"
    assert MONDAY.today == day("2026-03-02")
    assert NEW_YORK.instant == "2026-03-02T02:30:00Z"
    assert NEW_YORK.today == day("2026-03-01")
    assert NEW_YORK.local_now.hour == 21


def test_a_naive_moment_is_local_time_of_the_zone() -> None:
    clock = Clock.fixed(datetime(2026, 7, 1, 12, 0), ZoneInfo("Europe/Berlin"))  # noqa: DTZ001 - the case itself
    assert clock.instant == "2026-07-01T10:00:00Z"


def test_the_system_clock_reads_the_present() -> None:
    before = datetime.now(UTC)
    clock = Clock.system("Asia/Baku")
    assert before <= clock.now <= datetime.now(UTC)
    assert clock.local_now.utcoffset() == timedelta(hours=4)


@pytest.mark.parametrize("zone", ["", "Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "a\x00b"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidDataError, match="no time zone"):
        Clock.system(zone)


@pytest.fixture
def _machine_in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    system_time.tzset()
    yield
    monkeypatch.undo()
    system_time.tzset()


@pytest.mark.usefixtures("_machine_in_berlin")
def test_the_machine_zone_knows_its_clock_changes() -> None:
    machine = Clock.system()
    named = Clock.fixed(machine.now, "Europe/Berlin")
    assert machine.local_now.tzname() in ("CET", "CEST")
    for text in ("2026-01-15 12:00", "2026-07-15 12:00", "2026-03-29 02:30", "2026-10-25 02:30"):
        assert parse_instant(text, machine) == parse_instant(text, named)
    for instant in (
        "2026-03-29T00:59:59Z",
        "2026-03-29T01:00:00Z",
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
    ):
        ours, theirs = local_datetime(instant, machine), local_datetime(instant, named)
        assert (ours.replace(tzinfo=None), ours.fold) == (theirs.replace(tzinfo=None), theirs.fold)
        assert parse_when(instant, machine).instant(machine) == instant


def test_a_local_day_of_an_instant() -> None:
    assert local_day("2026-03-01T23:30:00Z", BERLIN) == day("2026-03-02")
    assert local_day("2026-03-01T23:30:00Z", MONDAY) == day("2026-03-01")
    assert local_day("2026-03-02T04:59:59Z", NEW_YORK) == day("2026-03-01")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01",
        "2026-03-01T23:30:00",
        "2026-02-30T10:00:00Z",
        "2026-W10-1T10:00:00Z",
        "2026-03-01x10:00:00Z",
    ],
)
def test_what_is_no_stored_instant_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="no instant"):
        local_day(text, MONDAY)


def test_local_days_begin_at_local_midnight() -> None:
    assert day_start(day("2026-03-29"), BERLIN) == "2026-03-28T23:00:00Z"
    assert day_start(day("2026-03-30"), BERLIN) == "2026-03-29T22:00:00Z"
    assert day_start(day("2026-03-08"), NEW_YORK) == "2026-03-08T05:00:00Z"
    havana = Clock.fixed(MONDAY.now, "America/Havana")
    assert day_start(day("2026-03-08"), havana) == "2026-03-08T05:00:00Z"


# Days and birthdays


@pytest.mark.parametrize("text", ["2026-03-02", " 2026-03-02 ", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_iso_days(text: str) -> None:
    assert parse_day(text) == day(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-3-2",
        "20260302",
        "2026-W10-1",
        "2026-02-29",
        "2026-13-01",
        "2026/03/02",
        "2026-03-02T10:00",
        "٢٠٢٦-03-02",
    ],
)
def test_what_is_no_iso_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="is no day"):
        parse_day(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -13, "2024-12-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-05-05", 0, "2026-05-05"),
    ],
)
def test_months_clamp_to_the_end(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


def test_month_lengths_of_the_century() -> None:
    assert [month_length(year, 2) for year in (1900, 2000, 2024, 2026, 2100)] == [28, 29, 29, 28, 28]


def test_days_outside_the_calendar_are_refused() -> None:
    for count, unit in ((1, "d"), (1, "w"), (1, "m"), (1, "y"), (999_999, "y")):
        with pytest.raises(InvalidDataError, match="outside the calendar"):
            shift_day(date.max, count, unit)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1980-02-29", "1980-02-29"),
        ("--02-29", "--02-29"),
        (" --12-31 ", "--12-31"),
        ("--0229", "--02-29"),
        ("19800229", "1980-02-29"),
    ],
)
def test_birthdays(text: str, stored: str) -> None:
    assert parse_birthday(text) == stored
    assert parse_birthday(stored) == stored


@pytest.mark.parametrize(
    "text", ["", "1981-02-29", "--02-30", "--13-01", "--00-10", "02-29", "-02-29", "0000-01-01", "1980"]
)
def test_what_is_no_birthday_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="no birthday"):
        parse_birthday(text)


def test_the_29th_of_february_is_kept_on_the_28th() -> None:
    assert birthday_in_year("--02-29", 2026) == day("2026-02-28")
    assert birthday_in_year("2000-02-29", 2028) == day("2028-02-29")
    assert birthday_in_year("1980-12-31", 2026) == day("2026-12-31")


@pytest.mark.parametrize(
    ("birthday", "today", "expected"),
    [
        ("--03-02", "2026-03-02", "2026-03-02"),
        ("--03-01", "2026-03-02", "2027-03-01"),
        ("1980-01-01", "2026-12-31", "2027-01-01"),
        ("2000-02-29", "2026-03-01", "2027-02-28"),
        ("2000-02-29", "2027-03-01", "2028-02-29"),
        ("2000-02-29", "2026-02-28", "2026-02-28"),
        ("2027-05-01", "2026-03-02", "2027-05-01"),
    ],
)
def test_the_next_anniversary(birthday: str, today: str, expected: str) -> None:
    assert next_anniversary(birthday, day(today)) == day(expected)


@pytest.mark.parametrize(
    ("birthday", "on", "age"),
    [
        ("1980-03-02", "2026-03-01", 45),
        ("1980-03-02", "2026-03-02", 46),
        ("2000-02-29", "2026-02-28", 26),
        ("2000-02-29", "2028-02-28", 27),
        ("2026-03-02", "2026-03-02", 0),
        ("2027-01-01", "2026-03-02", None),
        ("--03-02", "2026-03-02", None),
    ],
)
def test_ages(birthday: str, on: str, age: int | None) -> None:
    assert age_on(birthday, day(on)) == age


# Words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("2026-03-02", "today"),
        ("2026-03-03", "tomorrow"),
        ("2026-03-01", "yesterday"),
        ("2026-03-05", "in 3 days"),
        ("2026-02-27", "3 days ago"),
        ("2026-03-09", "in 7 days"),
        ("2026-03-14", "in 12 days"),
        ("2026-03-16", "in 2 weeks"),
        ("2026-02-16", "2 weeks ago"),
        ("2026-03-20", "in 18 days"),
        ("2026-01-20", "41 days ago"),
        ("2026-04-02", "in 1 month"),
        ("2026-02-02", "1 month ago"),
        ("2026-06-02", "in 3 months"),
        ("2026-08-20", "in 6 months"),
        ("2027-03-02", "in 1 year"),
        ("2024-03-02", "2 years ago"),
        ("2024-08-10", "19 months ago"),
        ("2016-07-01", "10 years ago"),
    ],
)
def test_relative_days(target: str, words: str) -> None:
    assert relative_day(day(target), day("2026-03-02")) == words


def test_distances_have_no_direction() -> None:
    first, second = day("2026-03-02"), day("2026-03-14")
    assert day_distance(first, second) == day_distance(second, first) == "12 days"
    assert day_distance(first, first) == "0 days"
    assert day_distance(first, day("2026-03-03")) == "1 day"
    assert relative_day(date.max, date.min).startswith("in 99")


def test_short_days() -> None:
    today = day("2026-03-02")
    assert short_day(day("2026-03-05"), today) == "Thu 5 Mar"
    assert short_day(day("2025-12-31"), today) == "Wed 31 Dec 2025"
    assert short_day(day("2027-01-01"), today) == "Fri 1 Jan 2027"
