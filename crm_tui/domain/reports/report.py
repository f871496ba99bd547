"""What every report is: rows and totals of figures, each with its unit, and what can be drawn of them.

A face shows any report by this shape alone, so a figure is the same in a table, as JSON, on a page and on the screen.
Rows and totals are small dataclasses whose fields are named by the figures; money in them is ``Money`` or None, a rate
a number from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.listing import Filter

Row = TypeVar("Row", covariant=True)
Totals = TypeVar("Totals", covariant=True)
Value: TypeAlias = Money | str | int | float | date | None


class Unit(StrEnum):
    """What a figure counts, and so how it is written."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    """``Money``; machines get the amount as decimal text, its code stands in the row's ``currency``."""
    RATE = "rate"
    """From 0 to 1; people read it in percent."""
    DAYS = "days"
    """A length in days, with decimals where it is an average."""
    DAY = "day"
    MONTH = "month"
    """Text, ``2026-03``."""
    SCORE = "score"
    """A whole number on a scale."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of rows, or one of the totals.

    Attributes:
        key: the field of the row, the JSON key, the CSV header.
        title: the heading for people.
        unit: what it counts.
        for_machines: whether people are not shown it: ids, the currency beside an amount.
    """

    key: str
    title: str
    unit: Unit = Unit.TEXT
    for_machines: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a plot.

    Attributes:
        label: what it is of.
        value: its length; of money minor units. It may be negative.
        text: the value as people read it.
        part: how much of it is drawn strong, such as the weighted value within the whole; None for all of it.
    """

    label: str
    value: float
    text: str
    part: float | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars of one unit, and of one currency where they are money; ``in_time`` when they follow one another in time."""

    title: str
    bars: tuple[Bar, ...]
    in_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is asked about; each report has its own defaults and refuses what it does not know.

    Attributes:
        period: the days looked at.
        by: what the rows are of, one of the report's ``BY``.
        as_of: the day whose end the state is of; today's present moment when None.
        convert: whether rows too are in the base currency, by the rates of their days.
        condition: a filter on the deals or invoices that count.
    """

    period: Period | None = None
    by: str | None = None
    as_of: date | None = None
    convert: bool = False
    condition: Filter = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Generic[Row, Totals]):
    """An answer.

    Attributes:
        name: as it is asked for.
        title: its name for people.
        question: what it answers.
        period: the days looked at; None where it is about the state of one day alone.
        as_of: that day: the state is that of its end, or of this moment when it is today.
        by: what the rows are of, where there is a choice.
        columns: the figures of a row.
        rows: the rows, in their order; a tuple, or made one by one where they are very many.
        total_columns: the figures of the totals.
        totals: the totals; in one currency, which is the base currency with ``converted`` set where there are several
            and each has a rate. Where one has none, amounts are None and ``by_currency`` says them.
        by_currency: the same totals for each currency by itself, where there are several.
        plots: what can be drawn.
        answer: the totals in a line of figures, and shorter forms of it, the longest first.
        notes: what is to be known about the figures: missing amounts, rates, which win rate was used.
        is_empty: whether there is nothing in it.
    """

    name: str
    title: str
    question: str
    period: Period | None
    as_of: date
    by: str | None = None
    columns: tuple[Figure, ...]
    rows: Sequence[Row]
    total_columns: tuple[Figure, ...]
    totals: Totals
    by_currency: tuple[Totals, ...] = ()
    plots: tuple[Plot, ...] = ()
    answer: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A row behind a figure.

    Attributes:
        kind: contact, company, deal, invoice, payment, interaction or stage_move.
        id: its id.
        title: what it is called.
        on: the day it counts for.
        part: the part it plays, such as won or lost.
        value: what it adds: ``Money``, days or a number.
    """

    kind: str
    id: int
    title: str
    on: date | None = None
    part: str | None = None
    value: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a figure comes about: the rows behind it, and the arithmetic with their numbers.

    Attributes:
        figure: its name as asked.
        title: what it is.
        value, unit: the figure itself, the same as in the report.
        period, as_of: as in the report.
        arithmetic: the formula, then the same with the numbers put in, a line each.
        reasons: the rows; where the figure is a sum, their values add up to it.
    """

    figure: str
    title: str
    value: Value
    unit: Unit
    period: Period | None
    as_of: date
    arithmetic: tuple[str, ...]
    reasons: tuple[Reason, ...]
