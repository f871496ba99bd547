"""Named periods (half-open), spans such as ``30d``, and durations in minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crm_tui.dates.days import add_months, iso_day, shift_day
from crm_tui.errors import InvalidDataError

_NAMED: Final = r"(?P<year>[0-9]{4})(?:-(?:q(?P<quarter>[1-4])|w(?P<week>[0-9]{2})|(?P<month>[0-9]{2})))?"
_SPAN: Final = r"(?P<count>[0-9]{1,6})(?P<unit>[dwmy]?)"
_DURATION: Final = r"(?:(?P<hours>[0-9]{1,4})h)? ?(?:(?P<minutes>[0-9]{1,5})m?)?"
_UNIT_DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}
_LONGEST_SPAN_DAYS: Final = 36_500
_LONGEST_DURATION: Final = 31 * 24 * 60
_PERIOD_HINT: Final = "Try 2026, 2026-q1, 2026-01, 2026-w05, 2026-01-31 or 2026-01..2026-03."


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` up to, but without, ``end``."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Span:
    """A length of calendar time: a count of ``d`` days, ``w`` weeks, ``m`` months or ``y`` years."""

    count: int
    unit: str

    def after(self, day: date) -> date:
        """Return the day one span later; months and years clamp to the end of a shorter month.

        Raises:
            InvalidDataError: the result is after the year 9999.
        """
        return shift_day(day, self.count, self.unit)

    @property
    def days(self) -> int:
        """The span in days, with a week of 7, a month of 30 and a year of 365 days."""
        return self.count * _UNIT_DAYS[self.unit]


def parse_period(text: str) -> Period:
    """Read ``2026``, ``2026-q1``, ``2026-01``, ``2026-w05`` (ISO 8601 week), a day, or two with ``..``.

    The second of a pair is included: ``2026-01..2026-03`` ends with March.

    Raises:
        InvalidDataError: anything else, or a pair that ends before it begins.
    """
    first, dots, last = text.strip().lower().partition("..")
    try:
        start = _named_period(first.strip())
        end = _named_period(last.strip()) if dots else start
    except (ValueError, OverflowError):
        start = end = None
    if start is None or end is None:
        raise InvalidDataError(f'"{text[:60]}" is no period.', _PERIOD_HINT)
    if start.start >= end.end:
        raise InvalidDataError(f'"{text[:60]}" ends before it begins.', "Put the earlier period first.")
    return Period(start.start, end.end)


def parse_span(text: str) -> Span:
    """Read ``30d``, ``2w``, ``3m``, ``1y``, or a plain number of days; from a day to a hundred years.

    Raises:
        InvalidDataError: anything else.
    """
    match = re.fullmatch(_SPAN, text.strip().lower())
    if match is not None:
        span = Span(int(match["count"]), match["unit"] or "d")
        if 1 <= span.days <= _LONGEST_SPAN_DAYS:
            return span
    raise InvalidDataError(
        f'"{text[:60]}" is no span of days.', "Write it like 30d, 2w, 3m or 1y, up to 100 years."
    )


def span_days(text: str) -> int:
    """Read a span into days, for a cadence: a week is 7 days, a month 30, a year 365.

    Raises:
        InvalidDataError: the text is no span.
    """
    return parse_span(text).days


def parse_duration_minutes(text: str) -> int:
    """Read ``15m``, ``2h``, ``1h30m``, ``1h 30m``, ``1h30`` or plain minutes, up to 31 days, into minutes.

    Raises:
        InvalidDataError: anything else.
    """
    words = text.strip().lower()
    match = re.fullmatch(_DURATION, words)
    if match is not None and words:
        minutes = int(match["hours"] or 0) * 60 + int(match["minutes"] or 0)
        if minutes <= _LONGEST_DURATION:
            return minutes
    raise InvalidDataError(f'"{text[:60]}" is no duration.', "Write it like 15m, 2h, 1h30m or 90 (minutes).")


def _named_period(text: str) -> Period | None:
    day = iso_day(text)
    if day is not None:
        return Period(day, day + timedelta(days=1))
    match = re.fullmatch(_NAMED, text)
    if match is None:
        return None
    year = int(match["year"])
    if match["week"]:
        monday = date.fromisocalendar(year, int(match["week"]), 1)
        return Period(monday, monday + timedelta(days=7))
    if match["month"]:
        start, months = date(year, int(match["month"]), 1), 1
    elif match["quarter"]:
        start, months = date(year, int(match["quarter"]) * 3 - 2, 1), 3
    else:
        start, months = date(year, 1, 1), 12
    return Period(start, add_months(start, months))
