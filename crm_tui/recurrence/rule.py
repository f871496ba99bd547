"""The repeat rule as a value, and the names it is written with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

FREQS: Final = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORKDAYS: Final = tuple((0, weekday) for weekday in range(5))


@dataclass(frozen=True, slots=True)
class Rule:
    """A repeat rule; ``text`` is its stored form, from which ``parse_rule`` makes an equal rule again.

    ``freq`` and the ``by`` parts mean what RFC 5545 section 3.3.10 says. ``byday`` holds (n, weekday): n is 0
    for every such day, and Monday is 0. A rule without ``byday`` and ``bymonthday`` repeats the anchor's own
    day, clamped to the end of a shorter month.
    """

    text: str
    freq: str
    interval: int = 1
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    bymonth: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()
    wkst: int = 0
    count: int | None = None
    until: date | None = None
