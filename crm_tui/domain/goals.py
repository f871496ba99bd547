"""What the person means to reach in every week, month, quarter or year, and how far it is.

A goal holds from the first day of a span on, until another one of the same metric, currency and span is set from a
later day; a target of 0 ends it. So a span that is over keeps the target it had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Period, add_months
from crm_tui.domain import goal_figures
from crm_tui.domain.service import Service
from crm_tui.errors import InvalidDataError, NotFoundError, UsageError
from crm_tui.models import Goal, Per
from crm_tui.money import MAX_MINOR, check_currency, format_money, parse_money

if TYPE_CHECKING:
    from crm_tui.store.transaction import Transaction

METRICS: Final = (*goal_figures.MONEY, *goal_figures.COUNTS)
"""What can be aimed at: amounts first, then numbers."""
_MONTHS: Final = {Per.MONTH: 1, Per.QUARTER: 3, Per.YEAR: 12}
_DAY: Final = timedelta(days=1)
_MOST: Final = 1_000_000_000
_LONGEST: Final = 18
_NUMBER: Final = "-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)"
Key = tuple[str, Per, str | None]


class GoalStatus(StrEnum):
    """How a goal stands."""

    REACHED = "reached"
    ON_TRACK = "on track"
    BEHIND = "behind"
    TO_COME = "to come"
    """Its first span has not begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalProgress:
    """A goal in a span of it: what was planned, and what there was of it by the day looked from.

    Attributes:
        id: of the goal.
        metric, per, currency: what is aimed at, in every what, and of money in which currency.
        since: the day from which on the goal holds.
        period: the days of the span.
        target, actual: minor units where there is a currency, else numbers.
        share: actual / target; above 1 when there is more than was aimed at.
        expected: the share of the span's days that were over before the day looked from.
        status: reached from the target on, behind when the share is less than expected.
        converted: whether amounts in other currencies were added by their rates.
        unrated: the currencies that were left out because they have no rate.
    """

    id: int
    metric: str
    per: Per
    currency: str | None
    since: date
    period: Period
    target: int
    actual: int
    share: float
    expected: float
    status: GoalStatus
    converted: bool = False
    unrated: tuple[str, ...] = ()


class Goals(Service):
    """Verbs on goals."""

    def set(
        self,
        metric: str,
        target: int,
        *,
        currency: str | None = None,
        per: str,
        from_on: date | None = None,
    ) -> GoalProgress:
        """Aim at something in every span from one on; it replaces the target that held there.

        Args:
            metric: one of ``METRICS``.
            target: minor units of an amount, else a number.
            currency: of an amount; the base currency unless given.
            per: week, month, quarter or year.
            from_on: a day of the first span; the present one unless given.

        Raises:
            UsageError: there is no such metric or span, or a number is given a currency.
            InvalidDataError: the target is nothing or too much, or the currency unknown.
        """
        key = metric, span, code = self._key(metric, per, currency)
        if not 0 < target <= (_MOST if code is None else MAX_MINOR):
            raise InvalidDataError(
                f"The target of {metric} is {target:,}." if code is None else "That is no amount to aim at.",
                f"Aim at something above 0; crm goal remove {metric} --per {span} ends a goal.",
            )
        start = span_of(from_on or self.clock.today, span).start
        with self.crm.transaction(f"set goal {words(metric, target, code)} per {span}") as writing:
            made = self._write(writing, key, start, target)
        return self._shown(self.one(Goal, made), max(start, span_of(self.clock.today, span).start))

    def read_target(self, metric: str, text: str, currency: str | None = None) -> tuple[int, str | None]:
        """What a text says of a metric: a number, or minor units and their currency.

        An amount that names no currency is in the one given, the base currency unless there is one.

        Raises:
            UsageError: there is no such metric, or the text is no whole number.
            InvalidDataError: the text is no amount.
        """
        if check_metric(metric) in goal_figures.MONEY:
            money = parse_money(text, currency or self.crm.config.base_currency)
            return money.minor, money.currency
        plain = text.strip()
        if not re.fullmatch(_NUMBER, plain) or len(plain) > _LONGEST:
            raise UsageError(f'"{text[:40]}" is no number of {metric}.', "Write a whole number.")
        return int(plain.replace(",", "")), None

    def remove(self, metric: str, per: str, currency: str | None = None) -> GoalProgress:
        """End a goal with the span before this one; returns it as it stood.

        Raises:
            UsageError: there is no such metric or span.
            NotFoundError: nothing is aimed at there.
        """
        key = metric, span, code = self._key(metric, per, currency)
        start = span_of(self.clock.today, span).start
        name = f"{metric}{f' in {code}' if code else ''} per {span}"
        with self.crm.transaction(f"remove goal {name}") as writing:
            goals = self._of(key)
            held = _in_force(goals, start)
            later = [each for each in goals if each.from_on > start]
            ended = held or next((each for each in later if each.target), None)
            if ended is None:
                raise NotFoundError(f"There is no goal {name}.", "crm goal list shows those there are.")
            stood = self._shown(ended, max(ended.from_on, start))
            for each in later:
                writing.delete("goals", each.id)
            if held is not None:
                self._end(writing, key, start, goals)
        return stood

    def list(self) -> Sequence[Goal]:
        """The goals that hold now or will, the shortest spans first."""
        today = self.clock.today
        return [goal for goal, _ in self._standing(today)]

    def progress(self, today: date | None = None) -> Sequence[GoalProgress]:
        """What was planned against what there is, for each goal that holds now or will.

        Args:
            today: the day to look from; the clock's unless given. What came later counts as not there yet.
        """
        day = today or self.clock.today
        return [self._shown(goal, start, day) for goal, start in self._standing(day)]

    def held(self) -> Sequence[GoalProgress]:
        """The progress of the goals that hold now."""
        return [each for each in self.progress() if each.period.start <= self.clock.today]

    def _standing(self, today: date) -> Iterator[tuple[Goal, date]]:
        """The goals that hold on a day or later, each with the first day of the span to look at."""
        base = self.crm.config.base_currency
        goals = sorted(
            self.read(Goal),
            key=lambda goal: (
                list(Per).index(goal.per), METRICS.index(goal.metric), goal.currency != base, goal.currency or "",
                goal.from_on,
            ),
        )  # fmt: skip
        for _, members in groupby(goals, key=lambda goal: (goal.per, goal.metric, goal.currency)):
            same = list(members)
            start = span_of(today, same[0].per).start
            held = _in_force(same, start)
            if held is not None:
                yield held, start
            yield from ((each, each.from_on) for each in same if each.from_on > start and each.target)

    def _shown(self, goal: Goal, start: date, today: date | None = None) -> GoalProgress:
        day = today or self.clock.today
        period = span_of(start, goal.per)
        found = goal_figures.actual(self.crm, goal.metric, goal.currency, period, day)
        gone = min(max((day - period.start).days, 0), (period.end - period.start).days)
        days = (period.end - period.start).days
        if found.value >= goal.target:
            status = GoalStatus.REACHED
        elif day < period.start:
            status = GoalStatus.TO_COME
        else:
            behind = found.value * days < goal.target * gone
            status = GoalStatus.BEHIND if behind else GoalStatus.ON_TRACK
        return GoalProgress(
            id=goal.id, metric=goal.metric, per=goal.per, currency=goal.currency, since=goal.from_on, period=period,
            target=goal.target, actual=found.value, share=found.value / goal.target, expected=gone / days,
            status=status, converted=found.converted, unrated=found.unrated,
        )  # fmt: skip

    def _key(self, metric: str, per: str, currency: str | None) -> Key:
        check_metric(metric)
        if per not in list(Per):
            raise _unknown("span", per, tuple(Per))
        if metric in goal_figures.MONEY:
            return metric, Per(per), check_currency(currency or self.crm.config.base_currency)
        if currency is not None:
            raise UsageError(f"{metric} is a number, not an amount.", f"Leave {currency[:20]} out.")
        return metric, Per(per), None

    def _of(self, key: Key) -> Sequence[Goal]:
        """The rows of a goal, the first ones first."""
        rest = "WHERE metric = ? AND per = ? AND ifnull(currency, '') = ? ORDER BY from_on"
        return [*self.read(Goal, rest, (key[0], key[1].value, key[2] or ""))]

    def _write(self, writing: Transaction, key: Key, start: date, target: int) -> int:
        known = next((each for each in self._of(key) if each.from_on == start), None)
        if known is not None:
            writing.update("goals", known.id, {"target": target})
            return known.id
        metric, per, code = key
        row = {"metric": metric, "currency": code, "per": per.value, "from_on": start.isoformat()}
        return writing.insert("goals", {**row, "target": target})

    def _end(self, writing: Transaction, key: Key, start: date, goals: Sequence[Goal]) -> None:
        """Let a goal hold no longer from a day on; nothing is kept of one that begins there."""
        here = next((each for each in goals if each.from_on == start), None)
        earlier = [each for each in goals if each.from_on < start]
        if earlier and earlier[-1].target:
            self._write(writing, key, start, 0)
        elif here is not None:
            writing.delete("goals", here.id)


def check_metric(metric: str) -> str:
    """The metric, if it is one of ``METRICS``.

    Raises:
        UsageError: there is no such metric.
    """
    if metric not in METRICS:
        raise _unknown("goal", metric, METRICS)
    return metric


def span_of(day: date, per: str) -> Period:
    """The week (from Monday on), month, quarter or year of the calendar that a day is in."""
    if per == Per.WEEK:
        start = day - day.weekday() * _DAY
        return Period(start, start + min(7 * _DAY, date.max - start))
    months = _MONTHS[Per(per)]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    # the last days of the calendar end with it
    last = start.year == date.max.year and start.month + months > 12
    return Period(start, date.max if last else add_months(start, months))


def words(metric: str, number: int, currency: str | None) -> str:
    """A metric with a number of it: "calls 10", "revenue 20,000.00 EUR"."""
    return f"{metric} {format_money(number, currency) if currency is not None else f'{number:,}'}"


def _in_force(goals: Sequence[Goal], start: date) -> Goal | None:
    """The goal that holds in the span that begins on a day."""
    held = [each for each in goals if each.from_on <= start][-1:]
    return held[0] if held and held[0].target else None


def _unknown(what: str, name: str, known: Sequence[str]) -> UsageError:
    from crm_tui.text import nearest

    near = nearest(name, known)
    return UsageError(
        f'There is no {what} "{name[:40]}".',
        f"Did you mean {near}?" if near else f"Use one of: {', '.join(known)}.",
    )
