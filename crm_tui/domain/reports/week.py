"""This week in a line: what was done on each day, what was won this month, and the goals that hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from crm_tui.domain.board import Total
from crm_tui.domain.reports.activity import Counts, counts

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.goals import GoalProgress

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """The interactions of each day from Monday to ``as_of``, the deals won in its month by currency, and the goals."""

    monday: date
    as_of: date
    days: tuple[Counts, ...]
    won: tuple[Total, ...]
    goals: tuple[GoalProgress, ...] = ()


def report(crm: Crm) -> Week:
    """This week and this month so far."""
    today = crm.clock.today
    monday = today - today.weekday() * _DAY
    bounds = [monday + number * _DAY for number in range(today.weekday() + 2)]
    won = crm.deals.totals(f"status:won closed_on:{today.replace(day=1)}..{today}")
    return Week(monday, today, tuple(counts(crm, bounds)), tuple(won), tuple(crm.goals.held()))
