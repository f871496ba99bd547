"""Repeat rules of calendars: an RRULE into one of ours and back, and the days on which an event was.

Where the two differ: a monthly RRULE of the 31st passes over shorter months, ours takes their last day. What is
written says the latter in full, so that every calendar comes to the same days. Source: RFC 5545 section 3.3.10.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from crm_tui.dates import Clock
from crm_tui.interchange.ical.moments import basic
from crm_tui.recurrence import Rule, next_occurrence, parse_rule

MOST_OCCURRENCES: Final = 500
"""Meetings that one repeating event becomes: the latest ones that have happened."""
_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNTIL_MOMENT: Final = re.compile(r"(UNTIL=)([0-9]{8}T[0-9]{6}Z)", re.IGNORECASE)
# what looking for the next day costs, in microseconds: of a plain rule, and of one with days in it
_COST: Final = {"DAILY": (8, 8), "WEEKLY": (8, 60), "MONTHLY": (50, 80), "YEARLY": (100, 1000)}
_COST_OF_A_DAY: Final = 4
# what any event may take, whatever those before it took: a meeting of every week for thirty years
_ALWAYS: Final = 20_000


def rule_of(value: str, clock: Clock) -> Rule:
    """The rule that an RRULE says; its end is a local day.

    Raises:
        InvalidDataError: it is one that follow-ups cannot have.
    """

    def local_end(found: re.Match[str]) -> str:
        try:
            end = datetime.strptime(found[2].upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return found[1] + basic(end.astimezone(clock.zone).date())
        except (ValueError, OverflowError):
            return found[0]

    return _parsed(_UNTIL_MOMENT.sub(local_end, value.strip()))


def alike(one: Rule, other: Rule) -> bool:
    """Whether two rules mean the same, however they are written."""
    return replace(one, text="") == replace(other, text="")


@dataclass(frozen=True, slots=True)
class Series:
    """Where a repeating follow-up stands: the day its schedule hangs on, its day by it, and when it is due."""

    anchor: date
    scheduled: date
    due: date
    due_time: str | None = None


def rrule(rule: Rule, series: Series) -> str:
    """A rule as an RRULE that counts from the day a follow-up is due."""
    rule = _explicit(rule, series)
    parts = [f"FREQ={rule.freq}"]
    if rule.interval != 1:
        parts.append(f"INTERVAL={rule.interval}")
    for name, numbers in (("BYMONTH", rule.bymonth), ("BYMONTHDAY", rule.bymonthday)):
        if numbers:
            parts.append(f"{name}={','.join(map(str, numbers))}")
    if rule.byday:
        parts.append("BYDAY=" + ",".join(f"{n or ''}{_CODES[day]}" for n, day in rule.byday))
    if rule.bysetpos:
        parts.append("BYSETPOS=" + ",".join(map(str, rule.bysetpos)))
    if rule.wkst:
        parts.append(f"WKST={_CODES[rule.wkst]}")
    if rule.count is not None:
        parts.append(f"COUNT={max(1, rule.count - _passed(rule, series))}")
    if rule.until is not None:
        parts.append(f"UNTIL={_end(rule.until, series)}")
    return ";".join(parts)


class Budget:
    """How long the repeating events of a load may take, counted and not measured, so that none holds it up."""

    def __init__(self, whole: int = 1_000_000, each: int = 450_000) -> None:
        self._left = whole
        self._each = each

    def occurrences(self, rule: Rule, start: date, last: date) -> list[date] | None:
        """The days of a repeating event up to a day, the latest and three to spare; None when that takes too long.

        The first day counts whatever the rule says; RFC 5545 leaves open what happens there, calendars show it.
        """
        rule = _as_calendars_do(rule, start)
        found: deque[date] = deque(maxlen=MOST_OCCURRENCES + 3)
        day, number, endless = start, 1, replace(rule, count=None, until=min(last, rule.until or last))
        if start <= last:
            found.append(start)
        by_parts = bool(rule.byday or rule.bymonthday or rule.bymonth)
        spent = 0
        while rule.count is None or number < rule.count:
            spent += _COST[rule.freq][by_parts]
            if spent > self._each or spent > max(self._left, _ALWAYS):
                self._left -= min(spent, self._left)
                return None
            following = next_occurrence(endless, start, day)
            if following is None:
                break
            if rule.freq == "DAILY":
                spent += (following - day).days * _COST_OF_A_DAY
            found.append(following)
            day, number = following, number + 1
        self._left -= min(spent, self._left)
        return list(found)


@lru_cache(maxsize=512)
def _parsed(value: str) -> Rule:
    return parse_rule(value if "=" in value else f"RRULE:{value}")


def _as_calendars_do(rule: Rule, start: date) -> Rule:
    """The rule with the day it repeats said in full: where there is no such day, nothing happens."""
    if rule.byday or rule.bymonthday or rule.freq in ("DAILY", "WEEKLY"):
        return rule
    months = rule.bymonth or ((start.month,) if rule.freq == "YEARLY" else ())
    return replace(rule, bymonth=months, bymonthday=(start.day,))


def _explicit(rule: Rule, series: Series) -> Rule:
    """The rule with the day it repeats said in full, where a calendar would take it from another day."""
    anchor = series.anchor
    on_it = series.due == series.scheduled and series.due.day == anchor.day
    if rule.byday or rule.bymonthday or rule.freq == "DAILY" or (on_it and anchor.day <= 28):
        return rule
    if rule.freq == "WEEKLY":
        return rule if series.due == series.scheduled else replace(rule, byday=((0, anchor.weekday()),))
    months = rule.bymonth or ((anchor.month,) if rule.freq == "YEARLY" else ())
    if anchor.day <= 28:
        return replace(rule, bymonth=months, bymonthday=(anchor.day,))
    if rule.freq == "YEARLY" and len(months) > 1:
        return rule
    return replace(rule, bymonth=months, bymonthday=tuple(range(28, anchor.day + 1)), bysetpos=(-1,))


def _passed(rule: Rule, series: Series) -> int:
    """How many of a counted series came before the day a follow-up is on."""
    passed, day, endless = 0, series.anchor - timedelta(days=1), replace(rule, count=None)
    while passed < (rule.count or 0):
        following = next_occurrence(endless, series.anchor, day)
        if following is None or following >= series.scheduled:
            break
        passed, day = passed + 1, following
    return passed


def _end(until: date, series: Series) -> str:
    """The end of a series in the form of its days: a day, or for times of the day its last second, local like them."""
    return basic(until) if series.due_time is None else f"{basic(until)}T235959"
