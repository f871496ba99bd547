"""The arithmetic of a figure, worked out from the rows behind it.

A report says what is behind a figure: the formula in words, the rows, and how they come to it. The lines with the
numbers are made here, in the same way for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from crm_tui.domain.reports import rated
from crm_tui.domain.reports.currencies import whole
from crm_tui.domain.reports.deal_words import length, rate
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.money import Money, format_money

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Value


class How(StrEnum):
    """How the values of the rows come to a figure."""

    SUM = "sum"
    """Added up: money of several currencies by rates, numbers as they are; a row that counts has the value 1."""
    SHARE = "share"
    """Added up, and divided by ``whole``, or where there is none by the number of rows."""
    MEAN = "mean"
    """Added up, and divided by the number of rows that have a value."""
    MEDIAN = "median"
    """The middle one of the values, or the mean of the two in the middle."""
    STATED = "stated"
    """As ``steps`` say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What is behind a figure.

    Attributes:
        formula: the formula in words, such as ``win rate = won / (won + lost)``.
        reasons: the rows.
        how: how their values come to the figure.
        whole: what a share is of; None for the number of rows.
        steps: the lines of ``How.STATED``; for the others, lines between the formula and the numbers.
        notes: what is to be known beside it.
        by_own_days: whether money is converted by the rate of the day of each row, not of the day of the state.
        period: the days it is of, where they are not those of the report.
        of_a_day: whether it is of one day, in a report of a period.
        title: what the figure is, where its heading and its row do not say it.
    """

    formula: str
    reasons: tuple[Reason, ...]
    how: How = How.SUM
    whole: Value = None
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    by_own_days: bool = False
    period: Period | None = None
    of_a_day: bool = False
    title: str = ""


def explanation(crm: Crm, cell: Cell, behind: Behind, called: str) -> Explanation:
    """How a figure comes about, with its numbers."""
    of = cell.report.title
    title = behind.title or f"{cell.figure.title}, {of if of.isupper() else of.lower()}"
    if cell.name:
        title = f"{title}: {cell.name}"
    return Explanation(
        figure=called,
        title=title,
        value=cell.value,
        unit=cell.figure.unit,
        period=None if behind.of_a_day else behind.period or cell.report.period,
        as_of=cell.report.as_of,
        arithmetic=(behind.formula, *behind.steps, *_lines(crm, cell, behind), *behind.notes),
        reasons=behind.reasons,
    )


def _lines(crm: Crm, cell: Cell, behind: Behind) -> Iterator[str]:
    if behind.how is How.STATED:
        return
    values = [each.value for each in behind.reasons if each.value is not None]
    if behind.how is How.MEDIAN:
        middle = f"the middle of {len(values):,} values: {told(cell.value, cell.figure.unit)}"
        yield f"= {middle if values else 'not known, for there are no values'}"
    elif behind.how is How.SUM:
        yield from _sum(crm, cell, behind, len(values))
    else:
        by = behind.whole
        if by is None:
            by = len(behind.reasons) if behind.how is How.SHARE else len(values)
        if by == 0 or (isinstance(by, Money) and not by.minor):
            yield "= not known, for there is nothing to divide by"
            return
        yield f"= {_added(values)} / {told(by, Unit.COUNT)} = {told(cell.value, cell.figure.unit)}"


def _sum(crm: Crm, cell: Cell, behind: Behind, number: int) -> Iterator[str]:
    """How values are added up: where there are several currencies, each with its rate."""
    total = cell.value
    if cell.figure.unit is not Unit.MONEY:
        yield f"= {told(total, cell.figure.unit)}"
        return
    amount = total if isinstance(total, Money) else None
    yield from money_lines(crm, cell, behind.reasons, amount, by_own_days=behind.by_own_days)
    if amount is not None:
        yield f"= {told(amount, Unit.MONEY)} ({number:,} added up)"


def money_lines(
    crm: Crm, cell: Cell, reasons: Sequence[Reason], amount: Money | None, *, by_own_days: bool = False
) -> Iterator[str]:
    """How the money of reasons comes to an amount: nothing where it is one currency, else each with its rate.

    Where there is no amount, the sums of the currencies, and why there is none.
    """
    parts = rated.rated(crm, _rows(crm, cell, reasons, by_own_days=by_own_days))
    foreign = amount is not None and any(part.currency != amount.currency for part in parts)
    if parts:
        yield from rated.arithmetic(crm, parts, amount, converted=foreign)
    if amount is None:
        # a currency in which nothing is added up here is one of the totals all the same
        every = cell.report.by_currency if cell.row is None and cell.code is None else ()
        sums = dict.fromkeys((each.currency for each in every), 0)
        sums |= {part.currency: part.money[0] for part in parts}
        note = whole(crm, sums, cell.report.as_of).note
        why = "it is too large an amount" if parts else "there is nothing to add up"
        yield note or f"= not known, for {why}"


def _rows(crm: Crm, cell: Cell, reasons: Iterable[Reason], *, by_own_days: bool) -> Iterator[rated.Row]:
    """The money of the reasons, each on the day of its rate.

    Money that has no rate on its own day is left apart in rows, and told by the rate of the day of the state in totals.
    """
    state, rates = cell.report.as_of, rated.Rates(crm)
    for each in reasons:
        if isinstance(each.value, Money):
            code = each.value.currency
            on = each.on if by_own_days and each.on else state
            if cell.row is None and rates.on(code, on.isoformat()) is None:
                on = state
            yield rated.Row(None, code, on.isoformat(), (each.value.minor,))


def _added(values: Sequence[Value]) -> str:
    """Values added up, as people read it; money of several currencies apart."""
    sums = totals(values)
    if sums:
        return " + ".join(format_money(minor, code) for code, minor in sorted(sums.items()))
    number = sum(each for each in values if isinstance(each, (int, float)))
    return f"{number:,}" if isinstance(number, int) else f"{number:,.2f}".rstrip("0").removesuffix(".")


def totals(values: Iterable[Value]) -> dict[str, int]:
    """The money among values, in minor units by currency."""
    found: dict[str, int] = {}
    for each in values:
        if isinstance(each, Money):
            found[each.currency] = found.get(each.currency, 0) + each.minor
    return found


def told(value: Value, unit: Unit) -> str:
    """A figure as it is written in arithmetic; a dash where it is not known."""
    if value is None:
        return "-"
    if isinstance(value, Money):
        return format_money(value.minor, value.currency)
    if unit is Unit.RATE and isinstance(value, (int, float)):
        return rate(value)
    if unit is Unit.DAYS and isinstance(value, (int, float)):
        return length(value)
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)
