"""What a report is asked, checked: the days, what the rows are of, and what the report does not know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Period, add_months
from crm_tui.errors import InvalidDataError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked
    from crm_tui.filters import Node

DAY: Final = timedelta(days=1)


def day_of(crm: Crm, asked: Asked) -> date:
    """The day whose end the state is of; today unless another is asked for.

    Raises:
        UsageError: it is still to come.
    """
    today = crm.clock.today
    if asked.as_of is not None and asked.as_of > today:
        raise UsageError(f"{asked.as_of} is still to come.", "A report is about today or a day in the past.")
    return asked.as_of or today


def is_past(crm: Crm, asked: Asked) -> bool:
    """Whether a state is asked for that is not today's."""
    return asked.as_of is not None and asked.as_of < crm.clock.today


def months_of(crm: Crm, asked: Asked, months: int = 12) -> Period:
    """The days asked for, else the last months of the calendar with the present one, until the day of the state."""
    day = day_of(crm, asked)
    if asked.period is None:
        return Period(add_months(day.replace(day=1), 1 - months), day + DAY)
    return clipped(crm, asked, asked.period)


def period_or_none(crm: Crm, asked: Asked) -> Period | None:
    """The days asked for, until the day of the state; None where none are, for everything ever."""
    return None if asked.period is None else clipped(crm, asked, asked.period)


def clipped(crm: Crm, asked: Asked, period: Period) -> Period:
    """A period without the days after a past state.

    Raises:
        UsageError: nothing of it is left.
    """
    if not is_past(crm, asked):
        return period
    day = day_of(crm, asked)
    if period.start > day:
        raise UsageError(
            f"The period begins on {period.start}, after {day}.", "Let it begin before the day of --as-of."
        )
    return Period(period.start, min(period.end, day + DAY))


def months_within(period: Period, first: date, months: int = 1) -> Period:
    """The days of a period in the months that begin with a day; the last of all ends with the calendar."""
    try:
        end = min(add_months(first, months), period.end)
    except InvalidDataError:
        end = period.end
    return Period(max(first, period.start), end)


def by_of(asked: Asked, name: str, known: Sequence[str]) -> str:
    """What the rows are to be of, the first that is known unless asked for.

    Raises:
        UsageError: the report has no such rows.
    """
    if asked.by is None or asked.by in known:
        return asked.by or known[0]
    raise no_rows_by(name, asked.by, known)


def no_rows_by(name: str, by: str, known: Sequence[str]) -> UsageError:
    """That a report has no such rows, with the nearest it has."""
    if not known:
        return UsageError(f"The report {name} has no other rows.", "Leave --by out.")
    from crm_tui.text import nearest

    near = nearest(by, known)
    return UsageError(
        f'The report {name} has no rows by "{by[:40]}".',
        f"Did you mean {near}?" if near else f"It has them by: {', '.join(known)}.",
    )


def refuse(
    asked: Asked, name: str, *, by: bool = False, period: bool = False, condition: bool = False
) -> None:
    """Refuse what a report does not know: rows of another kind, a period, a filter.

    Raises:
        UsageError: it was asked for.
    """
    if by and asked.by is not None:
        raise no_rows_by(name, asked.by, ())
    if period and asked.period is not None:
        raise UsageError(f"The report {name} is about a day, not a period.", "Name the day with --as-of.")
    if condition and asked.condition:
        raise UsageError(f"The report {name} takes no filter.", "Leave the filter out.")


def filter_note(condition: Node | str, what: str) -> str:
    """What is said of figures that are of some only: of which."""
    from crm_tui.filters import to_text

    text = condition.strip() if isinstance(condition, str) else to_text(condition)
    return f"Of the {what} that fit {text} only."


def need_ref(figure: str, ref: str | None, what: str) -> str:
    """The record a figure is of.

    Raises:
        UsageError: none was named.
    """
    if ref is None or not ref.strip():
        raise UsageError(f"{figure} is the figure of one {what}.", f"Name it: crm why {figure} REF.")
    return ref
