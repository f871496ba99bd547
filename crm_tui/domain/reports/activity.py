"""What was done, week by week: the interactions of each kind.

A week begins on Monday, by the days of the clock's zone. The counts come from ranges of the index over the time, one
a week: what is older than the weeks asked for costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Period, day_start
from crm_tui.domain.reports.shape import Report
from crm_tui.errors import UsageError
from crm_tui.models import InteractionKind

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

NAME: Final = "activity"
WEEKS: Final = 12
"""How many weeks are looked at unless told otherwise, this one included."""
LONGEST: Final = 520
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_KINDS: Final = ", ".join(f"coalesce(sum(kind = '{kind.value}'), 0)" for kind in InteractionKind)
_COUNTS: Final = f"SELECT {_KINDS}, count(*) FROM interactions WHERE occurred_at >= ? AND occurred_at < ?"  # noqa: S608 - fixed names


@dataclass(frozen=True, slots=True)
class Counts:
    """How many interactions there were of each kind, and in all."""

    call: int
    email: int
    meeting: int
    message: int
    note: int
    total: int


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """The interactions of the week that begins on a Monday; those of this week so far."""

    week: date
    call: int
    email: int
    meeting: int
    message: int
    note: int
    total: int


def report(crm: Crm, weeks: int = WEEKS) -> Report[ActivityRow, Counts]:
    """The interactions of the last weeks, the oldest first; this week's until the end of today.

    Raises:
        UsageError: not a number of weeks from 1 to ``LONGEST``.
    """
    if not 1 <= weeks <= LONGEST:
        raise UsageError(f"{weeks} weeks cannot be looked at.", f"Use a number from 1 to {LONGEST}.")
    today = crm.clock.today
    monday = today - today.weekday() * _DAY
    starts = [monday - number * _WEEK for number in range(weeks - 1, -1, -1)]
    period = Period(starts[0], today + _DAY)
    found = counts(crm, [*starts, period.end])
    rows = tuple(ActivityRow(start, *_figures(each)) for start, each in zip(starts, found, strict=True))
    return Report(NAME, period, today, rows, added(found))


def counts(crm: Crm, bounds: Sequence[date]) -> list[Counts]:
    """The interactions from each day up to, but without, the next one given."""
    clock = crm.clock
    instants = [day_start(day, clock) for day in bounds]
    return [Counts(*crm.connection.execute(_COUNTS, pair).fetchone()) for pair in pairwise(instants)]


def added(found: Iterable[Counts]) -> Counts:
    """Several counts as one."""
    figures = [_figures(each) for each in found]
    return Counts(*(sum(column) for column in zip(*figures, strict=True)))


def _figures(each: Counts) -> tuple[int, ...]:
    return tuple(getattr(each, field.name) for field in fields(Counts))
