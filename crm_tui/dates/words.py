"""How a day is told to a person, in English and in the coarsest unit that stays honest."""

from __future__ import annotations

from datetime import date
from typing import Final

from crm_tui.dates.days import add_months
from crm_tui.errors import InvalidDataError

# strftime would follow the machine's locale.
WEEKDAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTH_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WEEKS_UNTIL: Final = 60
_DAYS_UNTIL: Final = 90
_MONTHS_UNTIL: Final = 36
_MONTH: Final = 365.2425 / 12


def relative_day(day: date, today: date) -> str:
    """Tell a day from today: "today", "tomorrow", "yesterday", "in 3 days", "2 weeks ago", "in 5 months"."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    if near is not None:
        return near
    distance = day_distance(day, today)
    return f"in {distance}" if day > today else f"{distance} ago"


def day_distance(day: date, today: date) -> str:
    """Tell how far two days are apart, either way: "0 days", "1 day", "2 weeks", "5 months", "3 years".

    Weeks, months and years are used where they are exact. Otherwise days up to 90, then the nearest number of
    months up to 3 years, then the nearest number of years.
    """
    days = abs((day - today).days)
    exact = _exact_months(day, today)
    if exact:
        return _count(exact // 12, "year") if exact % 12 == 0 else _count(exact, "month")
    if days % 7 == 0 and 7 < days < _WEEKS_UNTIL:
        return _count(days // 7, "week")
    if days < _DAYS_UNTIL:
        return _count(days, "day")
    months = round(days / _MONTH)
    return _count(months, "month") if months < _MONTHS_UNTIL else _count(round(months / 12), "year")


def short_day(day: date, today: date) -> str:
    """Write a day shortly, "Thu 5 Mar", with the year where it is not this one, "Thu 5 Mar 2026"."""
    text = f"{WEEKDAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def _exact_months(day: date, today: date) -> int:
    """Return the calendar months between the days where they are whole, or whole years, else 0."""
    months = (day.year - today.year) * 12 + day.month - today.month
    if months == 0 or (abs(months) >= _MONTHS_UNTIL and months % 12):
        return 0
    try:
        return abs(months) if add_months(today, months) == day else 0
    except InvalidDataError:
        return 0


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
