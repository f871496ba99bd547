"""Days of cards: with and without a year, in the forms of every version.

Sources: RFC 6350 section 4.3 (19800229, --0229), RFC 2426 section 3.1.5 (1980-02-29), Apple's X-APPLE-OMIT-YEAR
(1604-02-29 with the parameter saying 1604).
"""

from __future__ import annotations

import re
from typing import Final

from crm_tui.dates import parse_birthday
from crm_tui.errors import InvalidDataError
from crm_tui.interchange import content_lines as cl

_TIME: Final = re.compile(r"(.{4,10}?)(?:T[0-9:.,]*(?:Z|[+-][0-9:]+)?| [0-9:]+)?", re.IGNORECASE)
_NO_TIME: Final = re.compile(r"T0*(?::?0+)*(?:\.0*)?(?:Z|[+-]0*:?0*)?", re.IGNORECASE)
OMITTED: Final = "1604"


def day_of(line: cl.Line) -> str | None:
    """The day of a property as it is stored, ``YYYY-MM-DD`` or ``--MM-DD``; None when it is none."""
    if (line.param("VALUE") or "").lower() == "text":
        return None
    found = _TIME.fullmatch(cl.unescape(line.value).strip())
    if found is None:
        return None
    try:
        day = parse_birthday(found[1])
    except InvalidDataError:
        return None
    omitted = line.param("X-APPLE-OMIT-YEAR")
    return f"-{day[4:]}" if omitted is not None and day.startswith(omitted.strip()) else day


def has_time(line: cl.Line) -> bool:
    """Whether the property says more than the day."""
    _, sign, time = line.value.upper().partition("T")
    return bool(sign) and _NO_TIME.fullmatch(f"T{time}") is None


def as_value(day: str, version: str) -> tuple[str, list[tuple[str, str]]]:
    """A stored day as value and parameters."""
    if version == "4.0":
        return day.replace("-", "") if day[0] != "-" else f"--{day[2:].replace('-', '')}", []
    return apple(day)


def apple(day: str) -> tuple[str, list[tuple[str, str]]]:
    """A stored day in the form that works without vCard 4."""
    if day[0] != "-":
        return day, []
    return OMITTED + day[1:], [("X-APPLE-OMIT-YEAR", OMITTED)]
