"""Repeat rules as typed, the days they give, and what follows a completion."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.errors import InvalidDataError
from crm_tui.recurrence import describe, next_due, next_occurrence, next_touch_on, parse_rule


def day(text: str) -> date:
    return date.fromisoformat(text)


def series(rule: str, anchor: str, length: int) -> list[str]:
    """The first days of a series from its anchor on."""
    parsed, first, days = parse_rule(rule), day(anchor), list[str]()
    found = next_occurrence(parsed, first, date.fromordinal(first.toordinal() - 1))
    while found is not None and len(days) < length:
        days.append(found.isoformat())
        found = next_occurrence(parsed, first, found)
    return days


@pytest.mark.parametrize(
    ("text", "stored", "told"),
    [
        ("every day", "every day", "every day"),
        ("daily", "every day", "every day"),
        ("Weekly", "every week", "every week"),
        ("monthly", "every month", "every month"),
        ("quarterly", "every 3 months", "every 3 months"),
        ("every quarter", "every 3 months", "every 3 months"),
        ("yearly", "every year", "every year"),
        (" EVERY   3 Months ", "every 3 months", "every 3 months"),
        ("every 1 week", "every week", "every week"),
        ("every other week", "every 2 weeks", "every 2 weeks"),
        ("every 2 weeks on thu, mon", "every 2 weeks on mon,thu", "every 2 weeks on Monday and Thursday"),
        ("every week on friday and fri", "every week on fri", "every week on Friday"),
        ("every friday", "every week on fri", "every week on Friday"),
        ("every mon, wed and fri", "every week on mon,wed,fri", "every week on Monday, Wednesday and Friday"),
        ("every weekday", "every weekday", "every weekday"),
        ("last friday of month", "last friday of month", "every month on the last Friday"),
        ("the Last Fri of every month", "last friday of month", "every month on the last Friday"),
        ("first monday of month", "first monday of month", "every month on the 1st Monday"),
        ("2nd tuesday of the month", "2nd tuesday of month", "every month on the 2nd Tuesday"),
        ("last day of month", "last day of month", "every month on the last day"),
        ("first day of month", "first day of month", "every month on the 1st"),
        ("last weekday of month", "last weekday of month", "every month on the last weekday"),
        ("every 15th", "every 15th", "every month on the 15th"),
        ("every 22nd of the month", "every 22nd", "every month on the 22nd"),
        ("every 31st", "every 31st", "every month on the 31st or the last day"),
        ("rrule:freq=daily;interval=1", "FREQ=DAILY", "every day"),
        (
            "INTERVAL=2;FREQ=WEEKLY;BYDAY=FR,MO;",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
            "every 2 weeks on Monday and Friday",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
            "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
            "every month on the last Friday, 3 times",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1,15",
            "FREQ=MONTHLY;BYMONTHDAY=15,-1",
            "every month on the 15th and the last day",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-2;COUNT=1",
            "FREQ=MONTHLY;BYMONTHDAY=-2;COUNT=1",
            "every month on the 2nd last day, once",
        ),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
            "every month on the 13th if it is Friday",
        ),
        (
            "FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=1",
            "FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=1",
            "every month on the 1st of: Tuesday and Thursday",
        ),
        (
            "FREQ=YEARLY;BYMONTH=5,2;UNTIL=20300101T000000Z",
            "FREQ=YEARLY;BYMONTH=2,5;UNTIL=20300101",
            "every year in February and May, until 1 January 2030",
        ),
        ("FREQ=WEEKLY;BYDAY=MO;WKST=SU", "FREQ=WEEKLY;BYDAY=MO;WKST=SU", "every week on Monday"),
        ("FREQ=MONTHLY;BYDAY=+2TU", "FREQ=MONTHLY;BYDAY=2TU", "every month on the 2nd Tuesday"),
    ],
)
def test_rules_are_stored_in_one_form_and_told_in_words(text: str, stored: str, told: str) -> None:
    rule = parse_rule(text)
    assert rule.text == stored
    assert parse_rule(stored) == rule
    assert describe(rule) == told


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "sometimes",
            "every",
            "every 0 days",
            "every 1000 days",
            "every -1 days",
            "every 1.5 weeks",
            "biweekly",
        ),
        *(
            "every month on mon",
            "every week on",
            "every week on foo",
            "every foo",
            "every fr",
            "sixth monday of month",
        ),
        *("last foo of month", "last friday", "every 0th", "every 32nd", "every 15", "every hour", "30d"),
        *(
            "RRULE:",
            "FREQ=",
            "INTERVAL=2",
            "FREQ=SECONDLY",
            "FREQ=MINUTELY",
            "FREQ=HOURLY",
            "FREQ=DAILY;INTERVAL=0",
        ),
        *(
            "FREQ=DAILY;INTERVAL=1000",
            "FREQ=DAILY;INTERVAL=-1",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;BYHOUR=9",
        ),
        *(
            "FREQ=YEARLY;BYWEEKNO=5",
            "FREQ=YEARLY;BYYEARDAY=5",
            "FREQ=YEARLY;BYEASTER=0",
            "FREQ=DAILY;X-FOO=1",
        ),
        *("EXRULE:FREQ=DAILY", "FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "DTSTART:20260101\nRRULE:FREQ=DAILY"),
        *(
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=WEEKLY;BYDAY=1MO",
            "FREQ=DAILY;BYDAY=-1MO",
            "FREQ=MONTHLY;BYDAY=54MO",
        ),
        *(
            "FREQ=MONTHLY;BYDAY=0MO",
            "FREQ=MONTHLY;BYDAY=",
            "FREQ=WEEKLY;BYMONTHDAY=1",
            "FREQ=MONTHLY;BYMONTHDAY=0",
        ),
        *(
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=YEARLY;BYMONTH=13",
            "FREQ=YEARLY;BYMONTH=-1",
            "FREQ=MONTHLY;BYSETPOS=1",
        ),
        *(
            "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
            "FREQ=DAILY;WKST=XX",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=99999",
        ),
        *(
            "FREQ=DAILY;COUNT=2;UNTIL=20260101",
            "FREQ=DAILY;UNTIL=20260230",
            "FREQ=DAILY;UNTIL=2026",
            "FREQ=DAILY;COUNT=٣",
        ),
        "every day" * 99,
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="no repeat rule") as caught:
        parse_rule(text)
    assert "every 3 months" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=8",
        "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
    ],
)
def test_a_rule_whose_day_never_comes_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="never comes"):
        parse_rule(text)


@pytest.mark.parametrize(
    ("rule", "anchor", "days"),
    [
        ("every day", "2026-12-30", ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("every 10 days", "2024-02-20", ["2024-02-20", "2024-03-01", "2024-03-11"]),
        ("every 2 weeks", "2026-12-24", ["2026-12-24", "2027-01-07", "2027-01-21"]),
        ("every month", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("every month", "2024-01-30", ["2024-01-30", "2024-02-29", "2024-03-30"]),
        ("every 3 months", "2025-11-30", ["2025-11-30", "2026-02-28", "2026-05-30"]),
        ("every year", "2024-02-29", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("FREQ=MONTHLY", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("every weekday", "2026-03-06", ["2026-03-06", "2026-03-09", "2026-03-10"]),
        ("every 2 weeks on mon,thu", "2026-03-04", ["2026-03-05", "2026-03-16", "2026-03-19", "2026-03-30"]),
        ("last friday of month", "2026-01-01", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("first monday of month", "2026-03-03", ["2026-04-06", "2026-05-04"]),
        ("fifth friday of month", "2026-01-01", ["2026-01-30", "2026-05-29", "2026-07-31"]),
        ("last day of month", "2024-01-31", ["2024-01-31", "2024-02-29", "2024-03-31"]),
        ("last weekday of month", "2026-01-01", ["2026-01-30", "2026-02-27", "2026-03-31"]),
        ("every 15th", "2026-01-20", ["2026-02-15", "2026-03-15"]),
        ("every 31st", "2026-01-01", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("every 29th", "2026-01-30", ["2026-02-28", "2026-03-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-01", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=YEARLY;BYMONTH=2,5", "2024-05-31", ["2024-05-31", "2025-02-28", "2025-05-31"]),
        ("FREQ=MONTHLY;BYMONTH=1,2", "2026-01-31", ["2026-01-31", "2026-02-28", "2027-01-31"]),
        ("FREQ=YEARLY;BYDAY=1MO", "2026-01-01", ["2026-01-05", "2027-01-04", "2028-01-03"]),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "2026-01-01", ["2026-03-29", "2027-03-28"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-01-01", ["2028-02-29", "2032-02-29"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", ["2026-02-13", "2026-03-13", "2026-11-13"]),
        ("FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1", "2026-03-04", ["2026-03-09", "2026-03-16"]),
    ],
)
def test_the_days_of_a_series(rule: str, anchor: str, days: list[str]) -> None:
    assert series(rule, anchor, len(days)) == days


@pytest.mark.parametrize(
    ("rule", "anchor", "days"),
    [
        ("FREQ=DAILY;COUNT=2", "2026-01-01", ["2026-01-01", "2026-01-02"]),
        ("FREQ=MONTHLY;COUNT=3", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", "2026-01-31", ["2026-02-27", "2026-03-27"]),
        ("FREQ=WEEKLY;UNTIL=20260115", "2026-01-01", ["2026-01-01", "2026-01-08", "2026-01-15"]),
        ("FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20260201", "2026-01-01", ["2026-01-01", "2026-02-01"]),
        ("FREQ=DAILY;UNTIL=20251231", "2026-01-01", []),
    ],
)
def test_a_series_ends_with_its_count_or_last_day(rule: str, anchor: str, days: list[str]) -> None:
    assert series(rule, anchor, 99) == days


def test_a_series_that_its_anchor_makes_impossible_gives_nothing() -> None:
    rule = parse_rule("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29")
    assert next_occurrence(rule, day("2024-01-01"), day("2024-01-01")) == day("2024-02-29")
    assert next_occurrence(rule, day("2025-01-01"), day("2025-01-01")) is None
    assert (
        next_occurrence(
            parse_rule("FREQ=MONTHLY;INTERVAL=12;BYMONTH=2"), day("2026-03-01"), day("2026-03-01")
        )
        is None
    )


@pytest.mark.parametrize(
    "rule", ["every day", "every year", "every weekday", "last day of month", "FREQ=YEARLY;BYMONTH=12"]
)
def test_a_series_ends_with_the_calendar(rule: str) -> None:
    assert next_occurrence(parse_rule(rule), day("9999-12-30"), date.max) is None


def test_a_day_before_the_anchor_gives_the_first_of_the_series() -> None:
    assert next_occurrence(parse_rule("every month"), day("2026-05-31"), day("2020-01-01")) == day(
        "2026-05-31"
    )
    assert next_occurrence(parse_rule("every 15th"), day("2026-05-31"), day("2020-01-01")) == day(
        "2026-06-15"
    )


@pytest.mark.parametrize(
    ("rule", "anchor", "due", "done_on", "repeat_from", "expected"),
    [
        ("every week", "2026-03-02", "2026-03-02", "2026-03-02", "due", "2026-03-09"),
        ("every week", "2026-03-02", "2026-03-09", "2026-03-04", "due", "2026-03-16"),
        ("every week", "2026-03-02", "2026-03-02", "2026-04-08", "due", "2026-04-13"),
        ("every week", "2026-03-02", "2026-03-02", "2026-04-13", "due", "2026-04-20"),
        ("every month", "2026-01-31", "2026-02-28", "2026-02-28", "due", "2026-03-31"),
        ("every month", "2026-01-31", "2026-03-05", "2026-03-05", "due", "2026-03-31"),
        ("every month", "2026-01-31", "2026-02-28", "2026-03-05", "done", "2026-04-05"),
        ("every 3 months", "2025-11-30", "2025-11-30", "2025-11-30", "done", "2026-02-28"),
        ("every week", "2026-03-02", "2026-03-09", "2026-03-04", "done", "2026-03-11"),
        ("last friday of month", "2026-01-30", "2026-01-30", "2026-02-02", "done", "2026-02-27"),
        ("every weekday", "2026-03-02", "2026-03-06", "2026-03-06", "done", "2026-03-09"),
        ("FREQ=WEEKLY;UNTIL=20260305", "2026-03-02", "2026-03-02", "2026-03-02", "due", None),
        ("FREQ=WEEKLY;UNTIL=20260305", "2026-03-02", "2026-03-02", "2026-03-02", "done", None),
        ("FREQ=WEEKLY;COUNT=2", "2026-03-02", "2026-03-02", "2026-03-02", "due", "2026-03-09"),
        ("FREQ=WEEKLY;COUNT=2", "2026-03-02", "2026-03-09", "2026-03-09", "due", None),
    ],
)
def test_what_is_due_next(
    rule: str, anchor: str, due: str, done_on: str, repeat_from: str, expected: str | None
) -> None:
    found = next_due(parse_rule(rule), day(anchor), day(due), day(done_on), repeat_from)
    assert found == (None if expected is None else day(expected))


def test_a_count_from_completion_ends_with_the_number_finished() -> None:
    rule, on = parse_rule("FREQ=DAILY;COUNT=3"), day("2026-03-02")
    assert next_due(rule, on, on, on, "done") == day("2026-03-03")
    assert next_due(rule, on, on, on, "done", finished=2) == day("2026-03-03")
    assert next_due(rule, on, on, on, "done", finished=3) is None


def test_another_way_to_repeat_is_refused() -> None:
    on = day("2026-03-02")
    with pytest.raises(InvalidDataError, match="no way to repeat"):
        next_due(parse_rule("every day"), on, on, on, "completion")


def test_when_to_get_in_touch_again() -> None:
    created = day("2026-01-15")
    assert next_touch_on(day("2024-02-01"), 30, created) == day("2024-03-02")
    assert next_touch_on(None, 30, created) == created
    assert next_touch_on(day("2026-02-01"), None, created) is None
    assert next_touch_on(None, None, created) is None
    with pytest.raises(InvalidDataError):
        next_touch_on(date.max, 1, created)
