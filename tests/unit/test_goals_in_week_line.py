"""Goals in the line of the week: what is told of each, and what gives way where it is narrow."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.cells import cell_width
from crm_tui.dates import Period
from crm_tui.domain.board import Total
from crm_tui.domain.goals import GoalProgress, GoalStatus
from crm_tui.domain.reports import Counts, Week
from crm_tui.models import Per
from crm_tui.widgets.figures.week_line import joined, parts

MONDAY = date(2026, 3, 2)


def goal(metric: str, per: str, actual: int, target: int, currency: str | None = None) -> GoalProgress:
    status = GoalStatus.REACHED if actual >= target else GoalStatus.BEHIND
    return GoalProgress(
        id=1, metric=metric, per=Per(per), currency=currency, since=MONDAY, period=Period(MONDAY, MONDAY),
        target=target, actual=actual, share=actual / target, expected=0.0, status=status,
    )  # fmt: skip


def shown(*goals: GoalProgress, width: int = 200, calls: int = 3, emails: int = 1, won: bool = False) -> str:
    days = (Counts(calls, emails, 0, 0, 0, calls + emails), Counts(0, 0, 0, 0, 0, 0))
    sums = (Total("EUR", 1, 420_000, 0, 0),) if won else ()
    week = Week(MONDAY, MONDAY, days, sums, goals)
    return "".join(text for text, _ in joined(parts(week, "EUR"), width))


CALLS = goal("calls", "week", 7, 10)
WON = goal("won", "quarter", 420_000, 2_000_000, "EUR")


def test_a_goal_of_the_week_stands_with_its_days() -> None:
    assert shown(CALLS) == "Week  calls █· 7 of 10   emails █· 1"


def test_what_is_aimed_at_is_told_though_nothing_was_done() -> None:
    assert shown(goal("meetings", "week", 0, 2), calls=0, emails=0) == "Week  meetings ·· 0 of 2"


def test_a_goal_of_a_longer_span_has_a_bar() -> None:
    told = "calls 30 of 120 ██░░░░░░░░ 25% this month"
    assert shown(goal("calls", "month", 30, 120), emails=0) == f"Week  calls █· 3   {told}"


def test_what_was_won_is_told_once() -> None:
    assert "won 4,200 EUR in Mar" in shown(CALLS, won=True)
    assert (
        shown(WON, won=True, calls=0, emails=0) == "Week  won 4,200 of 20,000 EUR ██░░░░░░░░ 21% this quarter"
    )


@pytest.mark.parametrize(
    ("actual", "bar"), [(-5, "░░░░░░░░░░ -5%"), (99, "█████████░ 99%"), (250, "██████████ 250%")]
)
def test_bars_at_their_ends(actual: int, bar: str) -> None:
    assert f" {bar} this year" in shown(goal("deals", "year", actual, 100))


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (94, "Week  calls █· 7 of 10   emails █· 1   won 4,200 of 20,000 EUR ██░░░░░░░░ 21% this quarter"),
        (85, "Week  calls █· 7 of 10   emails █· 1   won 4,200 of 20,000 EUR ██░░░░░░░░ 21%"),
        (70, "Week  calls █· 7 of 10   won 4,200 of 20,000 EUR ██░░░░░░░░ 21%"),
        (60, "Week  calls 7 of 10   won 4,200 of 20,000 EUR 21%"),
        (30, "Week  calls 7 of 10"),
    ],
    ids=["all", "no span", "aims alone", "no bar", "the first"],
)
def test_what_gives_way(width: int, line: str) -> None:
    assert shown(CALLS, WON, width=width) == line
    assert cell_width(line) <= width


def test_one_goal_alone_is_told_shortly() -> None:
    assert shown(WON, calls=0, emails=0, width=40) == "Week  won 4,200 of 20,000 EUR 21%"
