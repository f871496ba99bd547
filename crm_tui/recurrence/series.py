"""The days of a series: what comes next by the schedule, after a completion, or by the keep-in-touch cadence.

Worked out here and not by a library, because every search has to end soon: a rule whose day never comes sends
python-dateutil through the calendar to the year 9999, which takes seconds. The tests hold the two together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count, islice
from typing import TYPE_CHECKING, Final

from crm_tui.dates import add_months, month_length, shift_day
from crm_tui.errors import InvalidDataError
from crm_tui.recurrence.rule import FREQS, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

# How many periods a search looks ahead: enough for 29 February on a given weekday, too few to be felt.
_PERIODS_AHEAD: Final = {"DAILY": 36_525, "WEEKLY": 5_219, "MONTHLY": 4_800, "YEARLY": 400}


def next_occurrence(rule: Rule, anchor: date, after: date) -> date | None:
    """Return the first day of the series strictly after a day.

    Args:
        rule: the rule.
        anchor: the first day of the series. It decides the day of month, the weekday and the phase of an
            interval; where the ``by`` parts leave it out it is itself no occurrence.
        after: the day to go on from.

    Returns:
        The day, or None where COUNT or UNTIL has ended the series or nothing comes within the calendar.
    """
    reached = _periods_until(rule, anchor, after)
    skipped = 0 if rule.count is not None else reached
    if rule.byday or rule.bymonthday:
        days = _by_parts(rule, anchor, skipped, reached + _PERIODS_AHEAD[rule.freq])
    else:
        days = _plain(rule, anchor, skipped)
    found = next((day for day in islice(days, rule.count) if day > after), None)
    return None if found is None or (rule.until is not None and found > rule.until) else found


def next_due(
    rule: Rule, anchor: date, due: date, done_on: date, repeat_from: str, finished: int = 1
) -> date | None:
    """Return the day on which the next follow-up of a series is due once this one is completed.

    Args:
        rule: the rule.
        anchor: the due day of the first follow-up of the series.
        due: the due day of the completed one.
        done_on: the day of completion.
        repeat_from: ``due`` keeps the schedule: the first occurrence after both days, so that a late
            completion opens no overdue one and an early one does not open the same again. ``done`` counts
            from completion.
        finished: how many of the series are completed, this one included; it ends a COUNT that runs from
            completion, where the schedule cannot tell.

    Raises:
        InvalidDataError: ``repeat_from`` is neither.
    """
    if repeat_from == "due":
        return next_occurrence(rule, anchor, max(due, done_on))
    if repeat_from != "done":
        raise InvalidDataError(f'"{repeat_from[:60]}" is no way to repeat.', "Use due or done.")
    if rule.count is not None and finished >= rule.count:
        return None
    return next_occurrence(replace(rule, count=None), done_on, done_on)


def next_touch_on(last_contacted_on: date | None, cadence_days: int | None, created_on: date) -> date | None:
    """Return the day to get in touch again: the last real interaction plus the cadence.

    Without a cadence there is none; a person never contacted is due at once, on the day they were added.

    Raises:
        InvalidDataError: the day is after the year 9999.
    """
    if cadence_days is None:
        return None
    return created_on if last_contacted_on is None else shift_day(last_contacted_on, cadence_days, "d")


def _periods_until(rule: Rule, anchor: date, after: date) -> int:
    """Return how many periods can be skipped without missing a day after the given one."""
    if rule.freq in ("DAILY", "WEEKLY"):
        passed = (after - anchor).days // (7 if rule.freq == "WEEKLY" else 1)
    elif rule.freq == "MONTHLY":
        passed = (after.year - anchor.year) * 12 + after.month - anchor.month
    else:
        passed = after.year - anchor.year
    return max(0, passed // rule.interval)


def _shifted(rule: Rule, anchor: date, periods: int) -> date:
    return shift_day(anchor, periods * rule.interval, FREQS[rule.freq][0])


def _plain(rule: Rule, anchor: date, skipped: int) -> Iterator[date]:
    """Yield the days of a rule that repeats the anchor's own day, from a period on, to the calendar's end."""
    for period in count(skipped):
        try:
            day = _shifted(rule, anchor, period)
        except InvalidDataError:
            return
        if rule.freq == "YEARLY" and rule.bymonth:
            months = (
                add_months(anchor, (day.year - anchor.year) * 12 + m - anchor.month) for m in rule.bymonth
            )
            yield from (month for month in months if month >= anchor)
        elif not rule.bymonth or day.month in rule.bymonth:
            yield day


def _by_parts(rule: Rule, anchor: date, skipped: int, last: int) -> Iterator[date]:
    """Yield the days of a rule with BYDAY or BYMONTHDAY, over its periods from one to before another."""
    # A period is entered at its first day, so that BYSETPOS counts over the whole of it.
    first = anchor
    if rule.freq == "WEEKLY":
        first = shift_day(anchor, -((anchor.weekday() - rule.wkst) % 7), "d")
    elif rule.freq != "DAILY":
        first = anchor.replace(month=anchor.month if rule.freq == "MONTHLY" else 1, day=1)
    for period in range(skipped, last):
        try:
            begin = _shifted(rule, first, period)
            days = [day for day in _period_days(rule, begin) if _matches(rule, day)]
        except (InvalidDataError, OverflowError):
            return
        if rule.until is not None and begin > rule.until:
            return
        if rule.bysetpos:
            places = {place - 1 if place > 0 else len(days) + place for place in rule.bysetpos}
            days = [day for place, day in enumerate(days) if place in places]
        yield from (day for day in days if day >= anchor)


def _period_days(rule: Rule, begin: date) -> Iterator[date]:
    if rule.freq in ("DAILY", "WEEKLY"):
        yield from (begin + timedelta(days=n) for n in range(7 if rule.freq == "WEEKLY" else 1))
        return
    for month in (begin.month,) if rule.freq == "MONTHLY" else (rule.bymonth or range(1, 13)):
        for day in range(1, month_length(begin.year, month) + 1):
            yield date(begin.year, month, day)


def _matches(rule: Rule, day: date) -> bool:
    if rule.bymonth and day.month not in rule.bymonth:
        return False
    from_end = day.day - 1 - month_length(day.year, day.month)
    if rule.bymonthday and day.day not in rule.bymonthday and from_end not in rule.bymonthday:
        return False
    return not rule.byday or any(
        weekday == day.weekday() and n in (0, *_nth_weekday(rule, day)) for n, weekday in rule.byday
    )


def _nth_weekday(rule: Rule, day: date) -> tuple[int, int]:
    """Return which of its weekday a day is, from the start and from the end of its month, or of its year."""
    if rule.freq == "YEARLY" and not rule.bymonth:
        place, length = day.timetuple().tm_yday, 337 + month_length(day.year, 2)
    else:
        place, length = day.day, month_length(day.year, day.month)
    return (place - 1) // 7 + 1, -((length - place) // 7 + 1)
