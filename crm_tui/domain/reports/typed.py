"""What a person types about a report, read into what the report is asked: days, what its rows are of, a filter.

What a report does not know is refused here in the same words for all of them, before anything is read.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Period, add_months, local_day, parse_period, parse_when
from crm_tui.domain.reports import service
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.wishes import no_rows_by
from crm_tui.errors import InvalidDataError, UsageError

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.listing import Filter

CHOICES: Final = ("this month", "this quarter", "this year", "last 12 months", "last year", "all")
"""Periods with a name of their own."""
_DAY: Final = timedelta(days=1)
_HINT: Final = "Try 2026, 2026-q1, 2026-03, 2026-03-02, today or 3 days ago."
_ONE_DAY: Final = "Leave --from and --to out; --as-of says which day."
_OF_A_DAY: Final = frozenset({"repeat_rate", "churn", "repeat_customers", "churned"})
"""Figures of a day in a report whose rows are of a period."""
_FIRST: Final = """SELECT (SELECT min(day) FROM (
    SELECT min(issued_on) AS day FROM invoices UNION ALL SELECT min(paid_on) FROM payments
    UNION ALL SELECT min(closed_on) FROM deals WHERE closed_on IS NOT NULL)),
    (SELECT min(instant) FROM (
    SELECT min(occurred_at) AS instant FROM interactions UNION ALL SELECT min(created_at) FROM deals
    UNION ALL SELECT min(created_at) FROM contacts))"""


def about(
    crm: Crm,
    name: str,
    *,
    start: str | None = None,
    end: str | None = None,
    by: str | None = None,
    as_of: str | None = None,
    convert: bool = False,
    condition: Filter = None,
) -> Asked:
    """The question to a report, of texts as people type them.

    Args:
        crm: the business.
        name: the report.
        start: the first day, or a period that begins with it.
        end: the last day, which is included, or a period that ends with it.
        by: what the rows are of.
        as_of: the day whose end the state is of.
        convert: whether rows too are in the base currency.
        condition: a filter.

    Raises:
        UsageError: there is no such report, or it is not about that.
        InvalidDataError: a day or period is not understood, or one ends before it begins.
    """
    if name not in service.NAMES:
        # refused there, with what there is
        crm.reports.ask(name)
    report = service.module(name)
    if by is not None and by not in report.BY:
        raise no_rows_by(name, by, report.BY)
    if (start or end) and not report.PERIOD:
        raise UsageError(f"The report {name} is about one day, not about a period.", _ONE_DAY)
    if condition is not None and report.CONDITION is None:
        raise UsageError(f"The report {name} takes no filter.", f"Filters are for: {', '.join(filtered())}.")
    return _asked(crm, start, end, as_of, by=by, convert=convert, condition=condition)


def figure_about(
    crm: Crm,
    figure: str,
    ref: str | None = None,
    *,
    start: str | None = None,
    end: str | None = None,
    by: str | None = None,
    as_of: str | None = None,
    convert: bool = False,
    condition: Filter = None,
) -> Asked:
    """The question how a figure comes about; as ``about``.

    Raises:
        UsageError: there is no such figure, or it is not about that.
        InvalidDataError: a day or period is not understood, or one ends before it begins.
    """
    home = service.of_record(figure, ref)
    if home is not None:
        if by is not None or convert:
            raise UsageError(f"{figure} is the figure of one {home.what}.", "Leave --by and --convert out.")
        if condition is not None and not home.filtered:
            raise UsageError(f"The figure {figure} takes no filter.", "Leave --filter out.")
        name = home.report
        if name is None:
            return _of_nothing(crm, figure, start or end, as_of)
    else:
        name, key = service.place(figure)
        if (start or end) and key in _OF_A_DAY:
            raise UsageError(f"The figure {figure} is about one day, not about a period.", _ONE_DAY)
    return about(crm, name, start=start, end=end, by=by, as_of=as_of, convert=convert, condition=condition)


def _of_nothing(crm: Crm, figure: str, period: str | None, as_of: str | None) -> Asked:
    """The question about a figure that stands in no report."""
    if period:
        raise UsageError(f"The figure {figure} is about one day, not about a period.", _ONE_DAY)
    return _asked(crm, None, None, as_of)


def chosen(crm: Crm, words: str) -> Period | None:
    """The period of one of ``CHOICES``, or of a text such as 2026-q1 or 2026-01..2026-03; None for no text at all.

    Raises:
        InvalidDataError: it is none.
    """
    today = crm.clock.today
    month = today.replace(day=1)
    if not words.strip():
        return None
    if words == "this month":
        return Period(month, add_months(month, 1))
    if words == "this quarter":
        first = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        return Period(first, add_months(first, 3))
    if words in ("this year", "last year"):
        year = today.year if words == "this year" else max(today.year - 1, 1)
        return Period(date(year, 1, 1), date(year + 1, 1, 1))
    if words == "last 12 months":
        return Period(add_months(today + _DAY, -12), today + _DAY)
    if words == "all":
        return Period(min(first_day(crm), today), today + _DAY)
    return parse_period(words)


def state_day(words: str | None, clock: Clock) -> date | None:
    """The day whose end the state is of; None for this moment.

    Raises:
        InvalidDataError: it is no day, or one to come.
    """
    if words is None or not words.strip():
        return None
    today = clock.today
    day = _span(words, clock).end - _DAY
    if day > today:
        raise InvalidDataError(
            f'"{words[:60]}" is to come, and nobody knows the state of that day.', "Give a day up to today."
        )
    return day if day < today else None


def first_day(crm: Crm) -> date:
    """The day of the first thing that a report could be about; today while there is nothing."""
    day, instant = crm.connection.execute(_FIRST).fetchone()
    days = [date.fromisoformat(day)] if day else []
    days += [local_day(instant, crm.clock)] if instant else []
    return min(days, default=crm.clock.today)


def filtered() -> tuple[str, ...]:
    """The reports that take a filter."""
    return tuple(name for name in service.NAMES if service.module(name).CONDITION is not None)


def _asked(crm: Crm, start: str | None, end: str | None, as_of: str | None, **rest: Any) -> Asked:
    day = state_day(as_of, crm.clock)
    return Asked(period=_period(crm, start, end, day), as_of=day, **rest)


def _period(crm: Crm, start: str | None, end: str | None, as_of: date | None) -> Period | None:
    if not start and not end:
        return None
    after = (as_of or crm.clock.today) + _DAY
    first = _span(start, crm.clock) if start else None
    # from a day to come on there is only the period itself
    last = _span(end, crm.clock).end if end else first.end if first and first.start >= after else after
    begin = first.start if first else min(first_day(crm), last - _DAY)
    if begin >= last:
        raise InvalidDataError(
            f"The period would end on {last - _DAY}, before it begins on {begin}.",
            "Put the earlier day after --from.",
        )
    return Period(begin, last)


def _span(words: str, clock: Clock) -> Period:
    """The days of a period or of a WHEN."""
    if ".." not in words:
        try:
            return parse_period(words)
        except InvalidDataError:
            pass
        try:
            day = parse_when(words, clock).day
            return Period(day, day + _DAY)
        except (InvalidDataError, OverflowError):
            pass
    raise InvalidDataError(f'"{words[:60]}" is no day or period.', _HINT)
