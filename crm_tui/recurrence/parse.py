"""Repeat rules as typed: plain words or an RFC 5545 RRULE, and the stored form of both."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from crm_tui.errors import InvalidDataError
from crm_tui.recurrence.rule import FREQS, WEEKDAYS, WORKDAYS, Rule
from crm_tui.recurrence.series import next_occurrence
from crm_tui.recurrence.words import ordinal

_LONGEST: Final = 200
_HINT: Final = (
    'Try "every 3 months", "every 2 weeks on mon,thu", "last friday of month", "every 15th", '
    "or an RRULE such as FREQ=MONTHLY;BYMONTHDAY=-1."
)
# fmt: off
_PARTS: Final = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST", "COUNT", "UNTIL")
_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
}
_ALIASES: Final = {
    "daily": "every day", "weekly": "every week", "monthly": "every month", "yearly": "every year",
    "quarterly": "every 3 months", "every quarter": "every 3 months",
}
# fmt: on
_EVERY: Final = (
    r"every (?:(?P<interval>[0-9]{1,4}|other) )?(?P<unit>day|week|month|year)s?(?: on (?P<days>[a-z, ]+))?"
)
_NTH: Final = r"(?:every |the )?(?P<nth>[a-z0-9]+) (?P<day>[a-z]+) of (?:the |every |each )?month"
_MONTHDAY: Final = r"every (?P<day>[0-9]{1,2})(?:st|nd|rd|th)(?: of (?:the |every |each )?month)?"
_ON_DAYS: Final = r"every (?P<days>[a-z, ]+)"
_UNTIL: Final = r"(?P<day>[0-9]{8})(?:T[0-9]{6}Z?)?"


def parse_rule(text: str) -> Rule:
    """Read a repeat rule.

    Words: ``every day|week|month|year``, ``every 3 months``, ``every other week``, ``daily`` to ``yearly``,
    ``every 2 weeks on mon,thu``, ``every friday``, ``every weekday``, ``last friday of month``,
    ``2nd tuesday of month``, ``last weekday of month``, ``last day of month``, ``every 15th``. In a shorter
    month ``every 31st`` is the last day.

    Or an RFC 5545 RRULE with FREQ from DAILY to YEARLY, INTERVAL 1 to 999, BYDAY, BYMONTHDAY, BYMONTH,
    BYSETPOS, WKST and one of COUNT and UNTIL.

    Raises:
        InvalidDataError: anything else, or a rule that never comes due.
    """
    words = " ".join(text.split()).lower()
    if len(words) > _LONGEST:
        raise _no_rule(words, "it is too long")
    if words.startswith("rrule:") or "=" in words:
        return _parse_rrule(words)
    words = _ALIASES.get(words, words)
    rule = _parse_every(words) or _parse_nth(words) or _parse_monthday(words) or _parse_days(words)
    if rule is None:
        raise _no_rule(words, "it is not understood")
    return rule


def _parse_every(words: str) -> Rule | None:
    if words == "every weekday":
        return Rule(words, "WEEKLY", byday=WORKDAYS)
    match = re.fullmatch(_EVERY, words)
    if match is None:
        return None
    unit, number = match["unit"], match["interval"] or "1"
    interval = 2 if number == "other" else int(number)
    if not 1 <= interval <= 999:
        raise _no_rule(words, "the interval must be from 1 to 999")
    text = f"every {unit}" if interval == 1 else f"every {interval} {unit}s"
    freq = next(freq for freq, name in FREQS.items() if name == unit)
    if match["days"] is None:
        return Rule(text, freq, interval)
    days = _weekday_list(match["days"])
    if days is None or freq != "WEEKLY":
        return None
    return Rule(f"{text} on {_short_list(days)}", freq, interval, byday=tuple((0, day) for day in days))


def _parse_nth(words: str) -> Rule | None:
    match = re.fullmatch(_NTH, words)
    n = _ORDINALS.get(match["nth"]) if match is not None else None
    if match is None or n is None:
        return None
    if match["day"] == "day":
        return Rule(f"{match['nth']} day of month", "MONTHLY", bymonthday=(n,))
    if match["day"] == "weekday":
        return Rule(f"{match['nth']} weekday of month", "MONTHLY", byday=WORKDAYS, bysetpos=(n,))
    days = _weekday_list(match["day"])
    if days is None:
        return None
    return Rule(f"{match['nth']} {WEEKDAYS[days[0]]} of month", "MONTHLY", byday=((n, days[0]),))


def _parse_monthday(words: str) -> Rule | None:
    match = re.fullmatch(_MONTHDAY, words)
    if match is None:
        return None
    day = int(match["day"])
    if not 1 <= day <= 31:
        raise _no_rule(words, "a month has 31 days at most")
    text = f"every {ordinal(day)}"
    if day <= 28:
        return Rule(text, "MONTHLY", bymonthday=(day,))
    # The last of the days that a month has: its 31st, or what comes nearest.
    return Rule(text, "MONTHLY", bymonthday=tuple(range(28, day + 1)), bysetpos=(-1,))


def _parse_days(words: str) -> Rule | None:
    match = re.fullmatch(_ON_DAYS, words)
    days = _weekday_list(match["days"]) if match is not None else None
    if days is None:
        return None
    return Rule(f"every week on {_short_list(days)}", "WEEKLY", byday=tuple((0, day) for day in days))


def _weekday_list(text: str) -> list[int] | None:
    names = [name for name in re.split(r",| and | ", text) if name]
    known = {form: number for number, name in enumerate(WEEKDAYS) for form in (name, name[:3])}
    if not names or any(name not in known for name in names):
        return None
    return sorted({known[name] for name in names})


def _short_list(days: list[int]) -> str:
    return ",".join(WEEKDAYS[day][:3] for day in days)


def _parse_rrule(words: str) -> Rule:
    parts: dict[str, str] = {}
    for part in words.removeprefix("rrule:").strip().upper().rstrip(";").split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or not value or name in parts:
            raise _no_rule(words, f'"{part[:40]}" is not supported or stands twice')
        parts[name] = value
    if parts.get("FREQ") not in FREQS:
        raise _no_rule(words, "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY")
    if parts.get("WKST", "MO") not in _CODES:
        raise _no_rule(words, "WKST must be a weekday such as MO")
    rule = Rule(
        text="",
        freq=parts["FREQ"],
        interval=_number(parts.get("INTERVAL", "1"), 999, words),
        byday=_by_day(parts.get("BYDAY"), words),
        bymonthday=_numbers(parts.get("BYMONTHDAY"), 31, words),
        bymonth=_numbers(parts.get("BYMONTH"), 12, words, signed=False),
        bysetpos=_numbers(parts.get("BYSETPOS"), 366, words),
        wkst=_CODES.index(parts.get("WKST", "MO")),
        count=_number(parts["COUNT"], 9999, words) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], words) if "UNTIL" in parts else None,
    )
    _check(rule, words)
    return replace(rule, text=_rrule_text(rule))


def _check(rule: Rule, words: str) -> None:
    by_parts = bool(rule.byday or rule.bymonthday)
    if rule.count is not None and rule.until is not None:
        raise _no_rule(words, "COUNT and UNTIL exclude each other")
    if rule.bysetpos and not by_parts:
        raise _no_rule(words, "BYSETPOS needs BYDAY or BYMONTHDAY")
    if rule.bymonthday and rule.freq == "WEEKLY":
        raise _no_rule(words, "BYMONTHDAY does not go with WEEKLY")
    if rule.freq in ("DAILY", "WEEKLY") and any(n for n, _ in rule.byday):
        raise _no_rule(words, "a numbered BYDAY needs MONTHLY or YEARLY")
    # 28 years hold every pairing of date and weekday; the anchor and the interval only thin them out.
    every = replace(rule, interval=1, count=None, until=date(2028, 12, 31))
    if by_parts and next_occurrence(every, date(2000, 1, 1), date(1999, 12, 31)) is None:
        raise _no_rule(words, "such a day never comes")


def _number(value: str, highest: int, words: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", value) or not 1 <= int(value) <= highest:
        raise _no_rule(words, f'"{value[:20]}" must be from 1 to {highest}')
    return int(value)


def _numbers(value: str | None, highest: int, words: str, *, signed: bool = True) -> tuple[int, ...]:
    numbers = set()
    for item in value.split(",") if value is not None else ():
        sign = -1 if signed and item.startswith("-") else 1
        numbers.add(sign * _number(item[1:] if signed and item[:1] in ("+", "-") else item, highest, words))
    return tuple(sorted(numbers, key=lambda number: (number < 0, number)))


def _by_day(value: str | None, words: str) -> tuple[tuple[int, int], ...]:
    days = set()
    for item in value.split(",") if value is not None else ():
        number, code = item[:-2], item[-2:]
        if code not in _CODES:
            raise _no_rule(words, f'"{item[:20]}" is no weekday such as MO or -1FR')
        days.add((_numbers(number, 53, words)[0] if number else 0, _CODES.index(code)))
    return tuple(sorted(days, key=lambda day: (day[0] < 0, day)))


def _until(value: str, words: str) -> date:
    match = re.fullmatch(_UNTIL, value)
    try:
        if match is not None:
            return date.fromisoformat(match["day"])
    except ValueError:
        pass
    raise _no_rule(words, "UNTIL must be a day such as 20261231")


def _rrule_text(rule: Rule) -> str:
    values = {
        "FREQ": rule.freq,
        "INTERVAL": str(rule.interval) if rule.interval != 1 else "",
        "BYMONTH": ",".join(map(str, rule.bymonth)),
        "BYMONTHDAY": ",".join(map(str, rule.bymonthday)),
        "BYDAY": ",".join(f"{n or ''}{_CODES[day]}" for n, day in rule.byday),
        "BYSETPOS": ",".join(map(str, rule.bysetpos)),
        "WKST": _CODES[rule.wkst] if rule.wkst else "",
        "COUNT": str(rule.count or ""),
        "UNTIL": rule.until.isoformat().replace("-", "") if rule.until is not None else "",
    }
    return ";".join(f"{name}={values[name]}" for name in _PARTS if values[name])


def _no_rule(words: str, why: str) -> InvalidDataError:
    return InvalidDataError(f'"{words[:60]}" is no repeat rule: {why}.', _HINT)
