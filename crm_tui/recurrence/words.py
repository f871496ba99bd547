"""Repeat rules told to a person, in English."""

from __future__ import annotations

from typing import Final

from crm_tui.recurrence.rule import FREQS, WEEKDAYS, WORKDAYS, Rule

# fmt: off
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on


def describe(rule: Rule) -> str:
    """Tell a rule to a person: "every 2 weeks on Monday and Thursday", "every month on the last Friday"."""
    unit = FREQS[rule.freq]
    if rule.byday == WORKDAYS and not rule.bysetpos and rule.freq == "WEEKLY" and rule.interval == 1:
        text = "every weekday"
    else:
        text = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
        text += _describe_days(rule)
    if rule.bymonth:
        text += f" in {_listed([_MONTHS[month - 1] for month in rule.bymonth])}"
    if rule.count is not None:
        text += ", once" if rule.count == 1 else f", {rule.count} times"
    if rule.until is not None:
        text += f", until {rule.until.day} {_MONTHS[rule.until.month - 1]} {rule.until.year}"
    return text


def _describe_days(rule: Rule) -> str:
    if rule.bysetpos == (-1,) and rule.bymonthday[:1] == (28,) and not rule.byday:
        return f" on the {ordinal(rule.bymonthday[-1])} or the last day"
    each = [("the " + ordinal(n) + " " if n else "") + WEEKDAYS[day].capitalize() for n, day in rule.byday]
    days = "weekday" if rule.byday == WORKDAYS else _listed(each)
    dates = _listed([f"the {ordinal(n)}" + (" day" if n < 0 else "") for n in rule.bymonthday])
    chosen = " if it is ".join(part for part in (dates, days) if part)
    if rule.bysetpos and chosen == "weekday":
        return f" on {_listed([f'the {ordinal(n)}' for n in rule.bysetpos])} weekday"
    if rule.bysetpos:
        return f" on {_listed([f'the {ordinal(n)}' for n in rule.bysetpos])} of: {chosen}"
    return f" on {chosen}" if chosen else ""


def ordinal(number: int) -> str:
    """Write "1st", "22nd", and for places from the end "last", "2nd last"."""
    if number < 0:
        return "last" if number == -1 else f"{ordinal(-number)} last"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
