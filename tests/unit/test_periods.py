"""Periods, spans and durations as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.dates import (
    Period,
    Span,
    parse_duration_minutes,
    parse_period,
    parse_span,
    span_days,
)
from crm_tui.errors import InvalidDataError


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-01", "2026-01-01", "2026-02-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-q1", "2026-01-01", "2026-04-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-w05", "2026-01-26", "2026-02-02"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2026-w01", "2025-12-29", "2026-01-05"),
        ("2026-03-02", "2026-03-02", "2026-03-03"),
        ("2026-12-31", "2026-12-31", "2027-01-01"),
        ("2026-01..2026-03", "2026-01-01", "2026-04-01"),
        ("2025 .. 2026-q2", "2025-01-01", "2026-07-01"),
        ("2026-03-02..2026-03-02", "2026-03-02", "2026-03-03"),
        ("2024-02", "2024-02-01", "2024-03-01"),
    ],
)
def test_periods(text: str, start: str, end: str) -> None:
    assert parse_period(text) == Period(day(start), day(end))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "..",
            "2026-..",
            "..2026",
            "2026-13",
            "2026-00",
            "2026-q5",
            "2026-q0",
            "2026-w54",
            "2025-w53",
            "2026-w00",
        ),
        *("26", "2026-1", "2026-03..2026-01", "2026..2027..2028", "2026-02-30", "last month", "0000", "9999"),
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "span", "days"),
    [
        ("30d", Span(30, "d"), 30),
        ("2W", Span(2, "w"), 14),
        (" 3m ", Span(3, "m"), 90),
        ("1y", Span(1, "y"), 365),
        ("30", Span(30, "d"), 30),
    ],
)
def test_spans(text: str, span: Span, days: int) -> None:
    assert parse_span(text) == span
    assert span_days(text) == days


def test_a_span_moves_by_the_calendar() -> None:
    assert parse_span("1m").after(day("2026-01-31")) == day("2026-02-28")
    assert parse_span("1y").after(day("2024-02-29")) == day("2025-02-28")
    assert parse_span("90d").after(day("2026-12-01")) == day("2027-03-01")


@pytest.mark.parametrize(
    "text", ["", "0", "0d", "-3d", "+3d", "3h", "3 d", "1.5m", "101y", "999999", "9999999d", "d"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="no span"):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15m", 15),
        ("1h30m", 90),
        ("1h 30m", 90),
        ("1H30", 90),
        ("90", 90),
        ("2h", 120),
        ("0", 0),
        (" 5m ", 5),
    ],
)
def test_durations(text: str, minutes: int) -> None:
    assert parse_duration_minutes(text) == minutes


@pytest.mark.parametrize(
    "text", ["", " ", "h", "m", "1:30", "1.5h", "-5", "30m1h", "5 minutes", "99999", "9999h"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError, match="no duration"):
        parse_duration_minutes(text)
