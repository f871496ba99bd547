"""Days and instants: what a typed day, month, year or range covers, and the comparison with it.

One rule: a value covers a half-open span. ``:`` means within it, ``>`` from its end on, ``>=`` from its
start on, ``<`` before its start, ``<=`` before its end. So ``>2026-01`` begins with February, and ``:30d``
is the one day 30 days ago.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

from crm_tui.errors import InvalidDataError
from crm_tui.filters.fields import Where
from crm_tui.filters.syntax import Op

if TYPE_CHECKING:
    from crm_tui.dates import Clock

_NAMED_PERIOD = re.compile(r"[0-9]{4}(?:-(?:[0-9]{2}|[QqWw][0-9]{1,2}))?")
_YEARLESS = re.compile(r"--(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?")
_WITH_SECONDS = re.compile(r"[0-9]:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True)
class _Span:
    """Half-open, in the text the column holds; an empty end is open."""

    start: str
    end: str


def day_match(sql: str, op: Op, text: str, clock: Clock) -> Where:
    """A column of days against a day, month, year or range; with ``:`` also ``--MM`` and ``--MM-DD``.

    Raises:
        InvalidDataError: the text is none of these, a range is turned round, or is compared by order.
    """
    yearless = _YEARLESS.fullmatch(text)
    if yearless and op in (Op.EQ, Op.NE):
        wanted = text.removeprefix("--")
        return Where(f"(substr({sql}, -5, ?) = ?)", (len(wanted), wanted))
    start, end = _days(text, op, clock)
    lower, upper = _bounds(op, _Span(start.isoformat() if start else "", end.isoformat() if end else ""))
    # A birthday without its year (--05-12) and an empty text sort before every day: keep them out.
    return _between(sql, lower or "0", upper)


def instant_match(sql: str, op: Op, text: str, clock: Clock) -> Where:
    """A column of UTC instants against the local days of the clock's zone, or against an instant as typed.

    An instant without an offset is local; it covers its second, or its minute when no seconds are given.

    Raises:
        InvalidDataError: as ``day_match``.
    """
    span = _moment(text, clock)
    if span is None:
        start, end = _days(text, op, clock)
        span = _Span(_midnight(start, clock), _midnight(end, clock))
    return _between(sql, *_bounds(op, span))


def _bounds(op: Op, span: _Span) -> tuple[str, str]:
    """The first text that matches and the first that no longer does; empty where there is no bound."""
    match op:
        case Op.GT:
            return span.end, ""
        case Op.GE:
            return span.start, ""
        case Op.LT:
            return "", span.start
        case Op.LE:
            return "", span.end
        case Op.EQ | Op.NE:
            return span.start, span.end


def _between(sql: str, lower: str, upper: str) -> Where:
    if lower and upper:
        return Where(f"({sql} >= ? AND {sql} < ?)", (lower, upper))
    return Where(f"({sql} >= ?)", (lower,)) if lower else Where(f"({sql} < ?)", (upper,))


def _days(text: str, op: Op, clock: Clock) -> tuple[date | None, date | None]:
    """The first day and the day after the last; None where a range is open."""
    if ".." not in text:
        return _period(text, clock)
    if op not in (Op.EQ, Op.NE):
        raise InvalidDataError(
            f"The range '{text[:60]}' cannot be compared by order.", "Use a range with : only."
        )
    low, _, high = text.partition("..")
    start = _period(low, clock)[0] if low else None
    end = _period(high, clock)[1] if high else None
    if start is None and end is None:
        raise InvalidDataError("The range has no beginning and no end.", "Write it as 2026-01..2026-03.")
    if start and end and start >= end:
        raise InvalidDataError(
            f"The range '{text[:60]}' ends before it begins.", "Put the earlier day first."
        )
    return start, end


def _period(text: str, clock: Clock) -> tuple[date, date]:
    from crm_tui.dates import filter_day, parse_period

    try:
        if _NAMED_PERIOD.fullmatch(text):
            period = parse_period(text)
            return period.start, period.end
        day = filter_day(text, clock)
        return day, day + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise _beyond(text) from error


def _midnight(day: date | None, clock: Clock) -> str:
    from crm_tui.dates import day_start

    return _bound(day_start(day, clock)) if day else ""


def _moment(text: str, clock: Clock) -> _Span | None:
    """The second or the minute that an ISO 8601 day and time covers; None for any other text."""
    from crm_tui.dates import instant_of
    from crm_tui.dates.when import iso_moment

    try:
        start = iso_moment(text.lower(), clock)
        if start is None:
            return None
        length = timedelta(seconds=1 if _WITH_SECONDS.search(text) else 60)
        return _Span(_bound(instant_of(start)), _bound(instant_of(start.astimezone(UTC) + length)))
    except (ValueError, OverflowError) as error:
        raise _beyond(text) from error


def _bound(instant: str) -> str:
    """The instant without its ``Z``, which sorts before every stored form of that second."""
    return instant.removesuffix("Z")


def _beyond(text: str) -> InvalidDataError:
    return InvalidDataError(
        f"There is no day or time '{text[:60]}'.", "Write it as 2026-01-31 or 2026-01-31T14:30."
    )
