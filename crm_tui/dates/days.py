"""Calendar days: strict ISO days, month arithmetic, birthdays and their anniversaries."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from crm_tui.errors import InvalidDataError

_DAY_HINT: Final = "Write the day as YYYY-MM-DD, for example 2026-03-02."
_BIRTHDAY: Final = r"(?P<year>[0-9]{4}-?|--)(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})"
_LEAP_YEAR: Final = 2000
_MONTH_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def parse_day(text: str) -> date:
    """Read a day written exactly as YYYY-MM-DD.

    Raises:
        InvalidDataError: any other form, or a day that does not exist.
    """
    day = iso_day(text.strip())
    if day is None:
        raise InvalidDataError(f'"{text[:60]}" is no day.', _DAY_HINT)
    return day


def iso_day(text: str) -> date | None:
    """Return the day of a text that is exactly YYYY-MM-DD, else None. Costs well under a microsecond."""
    # fromisoformat alone would also take 20260302 and 2026-W10-1.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month of the Gregorian calendar."""
    # The calendar module has it too, and takes the locale module with it at start-up.
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == 2 else _MONTH_LENGTHS[month - 1]


def add_months(day: date, months: int) -> date:
    """Return the same day of the month some months later, or that month's last day where it is shorter.

    Raises:
        InvalidDataError: the result is outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise _out_of_calendar()
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def shift_day(day: date, count: int, unit: str) -> date:
    """Move a day by a count of ``d`` days, ``w`` weeks, ``m`` months or ``y`` years; months and years clamp.

    Raises:
        InvalidDataError: the result is outside the years 1 to 9999.
    """
    if unit in ("m", "y"):
        return add_months(day, count * (12 if unit == "y" else 1))
    try:
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    except OverflowError:
        raise _out_of_calendar() from None


def parse_birthday(text: str) -> str:
    """Read a birthday into its stored form, "YYYY-MM-DD", or "--MM-DD" without the year.

    The compact forms of vCard (RFC 6350 section 4.3.1), "19800229" and "--0229", are taken too.

    Raises:
        InvalidDataError: any other form, or a day that does not exist.
    """
    match = re.fullmatch(_BIRTHDAY, text.strip())
    if match is not None:
        year = match["year"].rstrip("-")
        canonical = f"{year or '-'}-{match['month']}-{match['day']}"
        if iso_day(canonical if year else f"{_LEAP_YEAR}{canonical[1:]}") is not None:
            return canonical
    raise InvalidDataError(
        f'"{text[:60]}" is no birthday.', "Write it as YYYY-MM-DD, or as --MM-DD where the year is unknown."
    )


def birthday_in_year(birthday: str, year: int) -> date:
    """Return the day a birthday is kept in a year; 29 February is kept on the 28th in a common year."""
    month, day = int(birthday[-5:-3]), int(birthday[-2:])
    if (month, day) == (2, 29) and month_length(year, 2) == 28:
        day = 28
    return date(year, month, day)


def next_anniversary(birthday: str, today: date) -> date:
    """Return the first anniversary of a birthday on or after today, and never before the day itself."""
    first = birthday_in_year(birthday, int(birthday[:4])) if birthday[0] != "-" else today
    since = max(today, first)
    this_year = birthday_in_year(birthday, since.year)
    return this_year if this_year >= since else birthday_in_year(birthday, since.year + 1)


def age_on(birthday: str, day: date) -> int | None:
    """Return the age in whole years; None where the year is unknown or the day comes before the birth."""
    if birthday.startswith("-"):
        return None
    age = day.year - int(birthday[:4]) - (day < birthday_in_year(birthday, day.year))
    return age if age >= 0 else None


def _out_of_calendar() -> InvalidDataError:
    return InvalidDataError("That day is outside the calendar.", "Use a day between the years 1 and 9999.")
