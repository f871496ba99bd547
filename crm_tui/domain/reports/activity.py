"""What was done: the interactions of each kind, by week, day or month.

A week begins on Monday, days are those of the clock's zone. The counts are added up from those of hours: what is
outside the period costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Period, add_months, day_start
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.tally import KINDS, tally
from crm_tui.domain.reports.wishes import DAY, by_of, clipped, day_of, refuse
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "Activity"
QUESTION: Final = "What was done?"
BY: Final = ("week", "day", "month", "kind")
PERIOD: Final = True
CONDITION: Final = None
WEEKS: Final = 12
"""How many weeks are looked at unless told otherwise, this one included."""
LONGEST: Final = 520
"""How many rows there can be."""
_WEEK: Final = timedelta(days=7)


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
    """The interactions of the week that begins on a Monday, as far as it is in the period."""

    week: date
    call: int
    email: int
    meeting: int
    message: int
    note: int
    total: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """The interactions of a day."""

    day: date
    call: int
    email: int
    meeting: int
    message: int
    note: int
    total: int


@dataclass(frozen=True, slots=True)
class MonthRow:
    """The interactions of a month, ``2026-03``, as far as it is in the period."""

    month: str
    call: int
    email: int
    meeting: int
    message: int
    note: int
    total: int


@dataclass(frozen=True, slots=True)
class KindRow:
    """The interactions of a kind, and their part of all."""

    kind: str
    total: int
    share: float | None


_FIGURES: Final = (
    Figure("call", "Calls", Unit.COUNT),
    Figure("email", "Emails", Unit.COUNT),
    Figure("meeting", "Meetings", Unit.COUNT),
    Figure("message", "Messages", Unit.COUNT),
    Figure("note", "Notes", Unit.COUNT),
    Figure("total", "All", Unit.COUNT),
)
_COLUMNS: Final = {
    "week": (Figure("week", "Week of", Unit.DAY), *_FIGURES),
    "day": (Figure("day", "Day", Unit.DAY), *_FIGURES),
    "month": (Figure("month", "Month", Unit.MONTH), *_FIGURES),
    "kind": (Figure("kind", "Kind"), Figure("total", "All", Unit.COUNT), Figure("share", "Share", Unit.RATE)),
}


def report(crm: Crm, asked: Asked) -> Report[Any, Counts]:
    """The interactions of the last weeks, the oldest first, until the end of the day asked for.

    Raises:
        UsageError: no such rows, more of them than ``LONGEST``, a filter was given, or the day is still to come.
    """
    refuse(asked, "activity", condition=True)
    by, day = by_of(asked, "activity", BY), day_of(crm, asked)
    monday = day - day.weekday() * DAY
    period = Period(monday - (WEEKS - 1) * _WEEK, day + DAY)
    if asked.period is not None:
        period = clipped(crm, asked, asked.period)
    starts = _starts(period, by)
    found = counts(crm, [*starts, period.end])
    total = added(found)
    rows = tuple(_rows(by, starts, found, total))
    return Report(
        name="activity", title=TITLE, question=QUESTION, period=period, as_of=day, by=by, columns=_COLUMNS[by],
        rows=rows, total_columns=_FIGURES, totals=total, plots=tuple(_plots(by, starts, found, total)),
        answer=_answer(by, found, total, period), is_empty=not total.total,
    )  # fmt: skip


def counts(crm: Crm, bounds: Sequence[date]) -> list[Counts]:
    """The interactions from each day up to, but without, the next one given."""
    clock = crm.clock
    instants = [day_start(day, clock) for day in bounds]
    return [Counts(*(*numbers, sum(numbers))) for numbers in tally(crm.connection, instants)]


def added(found: Iterable[Counts]) -> Counts:
    """Several counts as one."""
    figures = [_figures(each) for each in found]
    return Counts(*(sum(column) for column in zip(*figures, strict=True)))


def _starts(period: Period, by: str) -> list[date]:
    """The first day of each row: that of the period, then Mondays, first days of months, or every day.

    Raises:
        UsageError: they are too many.
    """
    starts = [period.start]
    if by != "kind":
        while len(starts) <= LONGEST and (begun := _next(starts[-1], by)) < period.end:
            starts.append(begun)
    if len(starts) > LONGEST:
        raise UsageError(
            f"A table of more than {LONGEST} rows cannot be looked at.", "Ask for fewer days, or for months."
        )
    return starts


def _next(day: date, by: str) -> date:
    if by == "month":
        return add_months(day.replace(day=1), 1)
    return day + DAY if by == "day" else day - day.weekday() * DAY + _WEEK


def _rows(by: str, starts: Sequence[date], found: Sequence[Counts], total: Counts) -> Iterator[object]:
    if by == "kind":
        for kind in KINDS:
            number = getattr(total, kind)
            yield KindRow(kind, number, number / total.total if total.total else None)
        return
    for start, each in zip(starts, found, strict=True):
        if by == "week":
            yield ActivityRow(start - start.weekday() * DAY, *_figures(each))
        elif by == "day":
            yield DayRow(start, *_figures(each))
        else:
            yield MonthRow(start.isoformat()[:7], *_figures(each))


def _plots(by: str, starts: Sequence[date], found: Sequence[Counts], total: Counts) -> Iterator[Plot]:
    """All interactions in time, and the course of each kind that there was; by kind, one bar each."""
    if by == "kind":
        yield Plot(
            "By kind", tuple(Bar(kind, getattr(total, kind), f"{getattr(total, kind):,}") for kind in KINDS)
        )
        return
    labels = [start.isoformat()[: 7 if by == "month" else 10] for start in starts]
    for key, title in (
        ("total", "All"),
        *((kind, kind.capitalize()) for kind in KINDS if getattr(total, kind)),
    ):
        numbers = [getattr(each, key) for each in found]
        bars = tuple(Bar(label, number, f"{number:,}") for label, number in zip(labels, numbers, strict=True))
        yield Plot(f"{title} by {by}", bars, in_time=True)


def _answer(by: str, found: Sequence[Counts], total: Counts, period: Period) -> tuple[str, ...]:
    if not total.total:
        return (f"Nothing was logged from {period.start} to {period.end - DAY}.", "Nothing was logged.")
    kinds = ", ".join(_counted(getattr(total, kind), kind) for kind in KINDS if getattr(total, kind))
    if by == "kind":
        return f"{total.total:,} in all: {kinds}", f"{total.total:,} in all"
    short = f"{found[-1].total:,} in the last {by} · {total.total:,} in {_counted(len(found), by)}"
    return f"{short}: {kinds}", short, f"{total.total:,} in all"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _figures(each: Counts) -> tuple[int, ...]:
    return tuple(getattr(each, field.name) for field in fields(Counts))
