"""Dates and instants in the cells of an import, where one order of day and month holds for a whole column.

Called up to a million times an import: the common ISO forms take a short path.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final

from crm_tui.dates.clock import Clock, at_local, instant_of, is_instant
from crm_tui.dates.days import iso_day
from crm_tui.dates.when import NOON, iso_moment, parse_time, relative
from crm_tui.dates.words import MONTH_NAMES
from crm_tui.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 64
_CENTURY_PIVOT: Final = 50
_DATE_HINT: Final = "Write it as YYYY-MM-DD, or tell the order of day and month with --date-format."
_NUMERIC: Final = r"(?P<a>[0-9]{1,4})(?P<by>[/.\-])(?P<b>[0-9]{1,2})(?P=by)(?P<c>[0-9]{1,4})(?=$|[ ,tT])"
_MONTH = r"(?P<month>[a-z]{3,9})"
_DAY_FIRST: Final = (
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\.?[ \-]{_MONTH}\.?,?[ \-](?P<year>[0-9]{{4}}|[0-9]{{2}})"
)
_MONTH_FIRST: Final = rf"{_MONTH}\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<year>[0-9]{{4}})"
# fmt: off
_MONTHS: Final = {name.lower(): number for number, name in enumerate(MONTH_NAMES, 1)} | {
    "january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8,
    "sept": 9, "september": 9, "october": 10, "november": 11, "december": 12,
}
# fmt: on
_TIMED: Final = r"(?P<day>.+?),? (?P<time>[0-9]{1,2}(?::[0-9]{2}){0,2}(?: ?[ap]m)?)"
_MIDNIGHT: Final = r".{10}[t ]00:00(?::00(?:[.,]0+)?)?(?: ?(?:z|utc|gmt|[+-][0-9:]+))?"


class DateOrder(StrEnum):
    """In which order a column writes day, month and year; AMBIGUOUS is an answer, never an instruction."""

    DMY = "DMY"
    MDY = "MDY"
    YMD = "YMD"
    AMBIGUOUS = "AMBIGUOUS"


_ORDERS: Final = (DateOrder.DMY, DateOrder.MDY, DateOrder.YMD)


def detect_date_order(samples: Iterable[str]) -> DateOrder | None:
    """Decide the order of day, month and year over a whole column.

    Cells that tell their own order (a year first in four digits, a named month), blanks and cells that are no
    date in any order do not count.

    Returns:
        The only order in which every counted cell is a date; AMBIGUOUS where several orders fit and they give
        different days, or where the cells contradict each other; None where no cell needs an order.
    """
    possible: frozenset[DateOrder] | None = None
    differing: set[tuple[DateOrder, DateOrder]] = set()
    seen: set[str] = set()
    for sample in samples:
        head = sample.strip().partition(" ")[0]
        readings = {} if head in seen else _readings(head)
        if not readings:
            continue
        seen.add(head)
        possible = frozenset(readings) if possible is None else possible & readings.keys()
        differing.update(pair for pair in combinations(readings, 2) if readings[pair[0]] != readings[pair[1]])
    if possible is None:
        return None
    left = [order for order in _ORDERS if order in possible]
    if not left or any(pair in differing for pair in combinations(left, 2)):
        return DateOrder.AMBIGUOUS
    return left[0]


def parse_date_cell(text: str, order: DateOrder | None, clock: Clock) -> date:
    """Read the day of a cell.

    Takes ISO days and instants, ``01/02/2026``, ``1.2.2026`` and ``01-02-26`` in the given order,
    ``01 Jul 2026``, ``Jul 1, 2026``, ``1-July-26``, and ``today``, ``+3d``, ``-2w``; a time of day after any
    of them is left out. A year of two digits is 2000 to 2049 or 1950 to 1999 (RFC 5322 section 4.3). An
    instant with an offset is its day in the clock's zone, but exactly midnight is the day as written: exports
    write plain days that way.

    Args:
        text: the cell.
        order: the order of the column; None where no cell of it needs one.
        clock: for relative days and the zone.

    Raises:
        InvalidDataError: no date, or a date that needs an order and has none.
    """
    day = iso_day(text)
    if day is not None:
        return day
    words = _words(text)
    try:
        moment = iso_moment(words, clock)
        if moment is not None:
            return date.fromisoformat(words[:10]) if re.fullmatch(_MIDNIGHT, words) else moment.date()
        match = re.fullmatch(_TIMED, words)
        timed = match is not None and parse_time(match["time"]) is not None
        day = _cell_day(match["day"] if match is not None and timed else words, order, clock)
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise InvalidDataError(f'"{text[:60]}" is no date.', _DATE_HINT)
    return day


def parse_instant_cell(text: str, order: DateOrder | None, clock: Clock) -> str:
    """Read the moment of a cell into a UTC instant with ``Z``, fractions of a second dropped.

    Takes the days of ``parse_date_cell``, alone or with a time (``14:30``, ``2:30 PM``), and ISO instants.
    Without an offset the time is local. A day alone is its local noon: the same moment at every import, and
    the right day in nearly every zone a person may travel to.

    Raises:
        InvalidDataError: no moment, or a date that needs an order and has none.
    """
    if is_instant(text):
        return text
    words = _words(text)
    try:
        moment = iso_moment(words, clock)
        if moment is not None:
            return instant_of(moment)
        match = re.fullmatch(_TIMED, words)
        at = parse_time(match["time"]) if match is not None else None
        day = _cell_day(match["day"] if match is not None and at is not None else words, order, clock)
        if day is not None:
            return instant_of(at_local(day, at or NOON, clock))
    except (ValueError, OverflowError):
        pass
    raise InvalidDataError(f'"{text[:60]}" is no date or time.', _DATE_HINT)


def _words(text: str) -> str:
    return " ".join(text.split()).lower() if len(text) <= _LONGEST else ""


def _cell_day(words: str, order: DateOrder | None, clock: Clock) -> date | None:
    """Read the day of a cell without its time; a ValueError says that the day does not exist."""
    day = iso_day(words)
    if day is not None:
        return day
    match = re.fullmatch(_NUMERIC, words)
    if match is not None:
        return _numeric_day(match, order, words)
    match = re.fullmatch(_DAY_FIRST, words) or re.fullmatch(_MONTH_FIRST, words)
    if match is not None:
        month = _MONTHS.get(match["month"])
        return None if month is None else date(_year(match["year"]), month, int(match["day"]))
    return relative(words, clock)


def _numeric_day(match: re.Match[str], order: DateOrder | None, words: str) -> date | None:
    if len(match["a"]) == 4:
        return _ordered(match["a"], match["b"], match["c"])
    if order is None or order is DateOrder.AMBIGUOUS:
        raise InvalidDataError(
            f'"{words[:60]}" can be read with the day or the month first.',
            "Say which with --date-format DMY, MDY or YMD.",
        )
    return _read(match, order)


def _readings(text: str) -> dict[DateOrder, date]:
    """Return the days a numeric cell can mean, by order; empty for a cell that does not need an order."""
    match = re.match(_NUMERIC, text) if len(text) <= _LONGEST else None
    if match is None or len(match["a"]) == 4:
        return {}
    # With slashes or dots a year of two digits comes last; with hyphens it may come first, as ISO has it.
    orders = _ORDERS if len(match["c"]) == 2 and match["by"] == "-" else _ORDERS[:2]
    readings: dict[DateOrder, date] = {}
    for order in orders:
        try:
            day = _read(match, order)
        except ValueError:
            continue
        if day is not None:
            readings[order] = day
    return readings


def _read(match: re.Match[str], order: DateOrder) -> date | None:
    a, b, c = match["a"], match["b"], match["c"]
    if order is DateOrder.YMD:
        return _ordered(a, b, c)
    return _ordered(c, b, a) if order is DateOrder.DMY else _ordered(c, a, b)


def _ordered(year: str, month: str, day: str) -> date | None:
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    return date(_year(year), int(month), int(day))


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        year += 2000 if year < _CENTURY_PIVOT else 1900
    return year
