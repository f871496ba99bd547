"""WHEN: a day, and maybe a local time, the way a person types it. A closed grammar; the rest is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from crm_tui.dates.clock import Clock, at_local, instant_of
from crm_tui.dates.days import add_months, iso_day, shift_day
from crm_tui.errors import InvalidDataError

NOON: Final = time(12)
_LONGEST: Final = 64
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED_DAYS: Final = {"today": 0, "tomorrow": 1, "yesterday": -1}
_WHEN_HINT: Final = (
    "Try today, tomorrow, friday, next monday, in 3 days, +2w, eom, 2026-12-01, 2026-12-01 14:30 or 14:30."
)
_FILTER_HINT: Final = "Try today, 2026-12-01, 30d (30 days ago) or +7d (in 7 days); units are d, w, m and y."

_TIME: Final = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?: ?(?P<half>[ap])m)?"
    r"|(?P<bare_hour>[0-9]{1,2}) ?(?P<bare_half>[ap])m"
)
_MOMENT: Final = (
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[t ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]{1,9})?"
    r"(?: ?(?P<zone>z|utc|gmt|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_SHIFT: Final = r"(?P<sign>[+-])(?P<count>[0-9]{1,6})(?P<unit>[dwmy])"
_WORDED: Final = (
    r"(?P<ahead>in )?(?P<count>[0-9]{1,6}) (?P<unit>minute|hour|day|week|month|year)s?(?P<ago> ago)?"
)
_WEEKDAY: Final = r"(?:(?P<which>next|last) )?(?P<name>[a-z]+)"
_DAY_AND_TIME: Final = rf"(?P<day>.+?)(?: at)? (?P<time>{_TIME})"


@dataclass(frozen=True, slots=True)
class When:
    """A local day and, where one was given, the local time on it."""

    day: date
    time: time | None = None

    def instant(self, clock: Clock) -> str:
        """Return the UTC instant. A day without a time is its local noon, but today without a time is now."""
        if self.time is None and self.day == clock.today:
            return clock.instant
        return instant_of(at_local(self.day, self.time or NOON, clock))

    @property
    def due_time(self) -> str | None:
        """The local time as "HH:MM", or None."""
        return None if self.time is None else self.time.isoformat(timespec="minutes")


def parse_when(text: str, clock: Clock) -> When:
    """Read a WHEN against a clock.

    Days: ``today``, ``tomorrow``, ``yesterday``; a weekday, full or in three letters (the next one strictly
    after today; with ``next`` the one of the next ISO week, with ``last`` the latest one before today);
    ``in 3 days`` and ``3 days ago`` (also weeks, months, years); ``+2w``, ``-3d`` (d w m y); ``eow``
    (Sunday), ``eom``, ``eoy``; ``2026-12-01``. A time may follow a day, or stand alone for today: ``14:30``,
    ``9am``, ``2:30 pm``. Moments: ``now``, ``in 2 hours``, ``5 minutes ago``, and ISO 8601 with an offset or
    ``Z``, turned into local time.

    Raises:
        InvalidDataError: anything else.
    """
    words = " ".join(text.split()).lower() if len(text) <= _LONGEST else ""
    try:
        when = _moment(words, clock) or _timed_day(words, clock)
    except (ValueError, OverflowError, InvalidDataError):
        when = None
    if when is None:
        raise InvalidDataError(f'"{text[:60]}" is no day or time I understand.', _WHEN_HINT)
    return when


def parse_instant(text: str, clock: Clock) -> str:
    """Read a WHEN into a UTC instant with ``Z``, by the rules of ``When.instant``.

    Raises:
        InvalidDataError: the text is no WHEN.
    """
    return parse_when(text, clock).instant(clock)


def filter_day(text: str, clock: Clock) -> date:
    """Read the day of a filter value: ``today``, an ISO day, ``30d`` or ``-30d`` (ago), ``+7d`` (ahead).

    Raises:
        InvalidDataError: anything else.
    """
    words = text.strip().lower()
    signed = words if words[:1] in ("+", "-") or words in _NAMED_DAYS else f"-{words}"
    day = iso_day(words) or relative(signed, clock)
    if day is None:
        raise InvalidDataError(f'"{text[:60]}" is no day.', _FILTER_HINT)
    return day


def relative(words: str, clock: Clock) -> date | None:
    """Return the day of ``today``, ``tomorrow``, ``yesterday`` or a shift such as ``+3d``, else None."""
    if words in _NAMED_DAYS:
        return clock.today + timedelta(days=_NAMED_DAYS[words])
    match = re.fullmatch(_SHIFT, words)
    if match is None:
        return None
    return shift_day(clock.today, int(match["sign"] + match["count"]), match["unit"])


def parse_time(words: str) -> time | None:
    """Read ``14:30``, ``14:30:05``, ``9am`` or ``2:30 pm`` in lower case; None where it is no time of day."""
    match = re.fullmatch(_TIME, words)
    if match is None:
        return None
    hour, half = int(match["hour"] or match["bare_hour"]), match["half"] or match["bare_half"]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(match["minute"] or 0), int(match["second"] or 0))
    except ValueError:
        return None


def iso_moment(words: str, clock: Clock) -> datetime | None:
    """Return the aware local time of an ISO 8601 day and time in lower case, fractions dropped, else None.

    Without an offset the time is local; ``z``, ``utc``, ``gmt`` and ``+02:00`` are turned into local time.

    Raises:
        ValueError: the form is right but the day, time or offset does not exist.
    """
    match = re.fullmatch(_MOMENT, words)
    if match is None:
        return None
    at = datetime.fromisoformat(f"{match['day']}T{match['time']}")
    zone = match["zone"]
    if zone is None:
        return at_local(at.date(), at.time(), clock)
    offset = timedelta()
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
        if hours > 23 or minutes > 59:
            raise ValueError(zone)
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return (at - offset).replace(tzinfo=UTC).astimezone(clock.zone)


def _moment(words: str, clock: Clock) -> When | None:
    """Read the forms that fix a day and a time at once."""
    if words == "now":
        return _at(clock.local_now)
    iso = iso_moment(words, clock)
    if iso is not None:
        return _at(iso)
    match = re.fullmatch(_WORDED, words)
    if match is None or match["unit"] not in ("minute", "hour") or bool(match["ahead"]) == bool(match["ago"]):
        return None
    count = int(match["count"]) * (-1 if match["ago"] else 1)
    shift = timedelta(hours=count) if match["unit"] == "hour" else timedelta(minutes=count)
    return _at((clock.now + shift).astimezone(clock.zone))


def _timed_day(words: str, clock: Clock) -> When | None:
    alone = parse_time(words)
    if alone is not None:
        return _at(at_local(clock.today, alone, clock))
    match = re.fullmatch(_DAY_AND_TIME, words)
    if match is not None:
        day, at = _day(match["day"], clock), parse_time(match["time"])
        return None if day is None or at is None else _at(at_local(day, at, clock))
    day = _day(words, clock)
    return None if day is None else When(day)


def _at(local: datetime) -> When:
    # The fold stays on the time, so the second of two equal hours keeps its instant.
    return When(local.date(), local.time().replace(microsecond=0))


def _day(words: str, clock: Clock) -> date | None:
    return (
        iso_day(words)
        or relative(words, clock)
        or _worded(words, clock)
        or _edge_or_weekday(words, clock.today)
    )


def _worded(words: str, clock: Clock) -> date | None:
    match = re.fullmatch(_WORDED, words)
    if match is None or match["unit"] in ("minute", "hour") or bool(match["ahead"]) == bool(match["ago"]):
        return None
    return shift_day(clock.today, int(match["count"]) * (-1 if match["ago"] else 1), match["unit"][0])


def _edge_or_weekday(words: str, today: date) -> date | None:
    if words == "eow":
        return today + timedelta(days=6 - today.weekday())
    if words == "eom":
        return add_months(today.replace(day=1), 1) - timedelta(days=1)
    if words == "eoy":
        return date(today.year, 12, 31)
    match = re.fullmatch(_WEEKDAY, words)
    if match is None:
        return None
    number = next((n for n, name in enumerate(_WEEKDAYS) if match["name"] in (name, name[:3])), None)
    if number is None:
        return None
    if match["which"] == "next":
        return today + timedelta(days=7 - today.weekday() + number)
    if match["which"] == "last":
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
