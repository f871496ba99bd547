"""How the figures of reports are written, for machines and for people, and the grid that every face draws.

The rule it keeps: a figure is written in one place, so that it is the same in a table, as JSON, as CSV, on a page and
on the screen. Machines get exact values; what people read is made of the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports.report import Unit
from crm_tui.money import Money, format_decimal, format_money

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.reports.report import Explanation, Figure, Report, Value

_LEFT: Final = (Unit.TEXT, Unit.DAY, Unit.MONTH)
_UNKNOWN: Final = "-"
_SILENT: Final = (Unit.TEXT, Unit.DAY, Unit.MONTH, Unit.COUNT)
_RATES: Final = 6
ALL: Final = "all"
CONVERTED: Final = "converted"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column.

    Attributes:
        key: the key of its figure.
        title: what it is called.
        right: whether its cells stand at the right.
        gives_way: whether its cells can be cut where it is narrow: names can, figures and days never.
    """

    key: str
    title: str
    right: bool
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A report as people read it.

    Attributes:
        heads: the columns.
        rows: their cells; a name that only the currency tells from the row above is not said again.
        sums: the totals that are figures of the rows too, a line each for all, or for each currency.
        kinds: what the cells of the facts are of: the currencies; one empty text where there is only one.
        facts: the other totals, each with its title and then its figure for each of the kinds.
    """

    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]


def machine(value: Value) -> str | int | float | None:
    """A figure for machines: money as decimal text, a day as ISO text, everything else as it is."""
    if isinstance(value, Money):
        return format_decimal(value.minor, value.currency)
    return value.isoformat() if isinstance(value, date) else value


def people(value: Value, unit: Unit, *, briefly: bool = False) -> str:
    """A figure for people: grouped, a rate in percent to a tenth, an average of days to a tenth.

    What is not known is a dash, or nothing at all where no figure is expected. ``briefly`` is in whole percent.
    """
    if value is None:
        return "" if unit in _SILENT else _UNKNOWN
    if isinstance(value, Money):
        return format_money(value.minor, value.currency)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if unit is Unit.RATE:
        return f"{100 * value:.{0 if briefly else 1}f} %"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}"


def day_text(day: date) -> str:
    """A day with its year and without its weekday: 1 Mar 2026."""
    from crm_tui.dates.words import MONTH_NAMES

    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def last_day(period: Period) -> date:
    """The last day that is in a period."""
    return period.end - timedelta(days=1)


def period_text(period: Period) -> str:
    """The days of a period: 1 Mar 2025 - 28 Feb 2026."""
    last = last_day(period)
    return day_text(last) if period.start == last else f"{day_text(period.start)} - {day_text(last)}"


def heading(report: Report[Any, Any]) -> str:
    """What a report is called, with what its rows are of: Revenue by month."""
    return f"{report.title} by {report.by}" if report.by else report.title


def days_text(found: Report[Any, Any] | Explanation, today: date) -> str:
    """Of which days the figures are, and as of which day where that is not today."""
    parts = [period_text(found.period)] if found.period is not None else []
    if found.period is None or found.as_of != today:
        parts.append(f"as of {day_text(found.as_of)}")
    return ", ".join(parts)


def subtitle(report: Report[Any, Any], today: date, most: int | None = None) -> str:
    """The days and the currencies of a report: 1 Mar 2025 - 28 Feb 2026, EUR.

    Args:
        report: the report.
        today: the present day.
        most: of more currencies than that only their number is told.
    """
    codes, whole = _currencies(report)
    if most is not None and len(codes) > most:
        codes = [f"{len(codes)} currencies"]
    return ", ".join([days_text(report, today), *codes, *whole])


def all_totals(report: Report[Any, Any]) -> tuple[Any, ...]:
    """The totals of a report: of each currency where there are several, and of all."""
    return (*report.by_currency, report.totals)


def for_people(figures: Iterable[Figure]) -> list[Figure]:
    """The figures that people are shown."""
    return [each for each in figures if not each.for_machines]


def is_right(unit: Unit) -> bool:
    """Whether figures of that unit line up at the right."""
    return unit not in _LEFT


def cells(row: Any, figures: Sequence[Figure]) -> tuple[str, ...]:
    """A row as people read it; of many rates side by side, as of cohorts, whole percent say enough."""
    briefly = sum(each.unit is Unit.RATE for each in figures) > _RATES
    return tuple(people(getattr(row, each.key), each.unit, briefly=briefly) for each in figures)


def grid(report: Report[Any, Any]) -> Grid:
    """A report as people read it."""
    figures = _telling(report, for_people(report.columns))
    totals = {each.key: each for each in for_people(report.total_columns)}
    shared = [each.key for each in figures if each.key in totals]
    every = all_totals(report)
    labels = _labels(report)
    facts = [each for each in totals.values() if each.key not in shared]
    return Grid(
        heads=tuple(
            Head(each.key, each.title, is_right(each.unit), each.unit is Unit.TEXT) for each in figures
        ),
        rows=tuple(_quieter(report.rows, figures)),
        sums=tuple(_sum(each, label, figures, totals) for each, label in zip(every, labels, strict=True))
        if shared
        else (),
        kinds=labels if len(labels) > 1 else ("",),
        facts=tuple(
            (each.title, *(people(getattr(total, each.key), each.unit) for total in every)) for each in facts
        ),
    )


def _telling(report: Report[Any, Any], figures: list[Figure]) -> list[Figure]:
    """The figures without a first name that is the same in all rows, where a second one tells them apart."""
    if len(figures) < 2 or any(is_right(each.unit) for each in figures[:2]):
        return figures
    first, second = ({getattr(row, each.key) for row in report.rows} for each in figures[:2])
    return figures[1:] if len(first) == 1 and len(second) > 1 else figures


def _labels(report: Report[Any, Any]) -> tuple[str, ...]:
    whole = CONVERTED if getattr(report.totals, "converted", False) else ALL
    return (*(str(getattr(each, "currency", None) or "") for each in report.by_currency), whole)


def _sum(total: Any, label: str, figures: Sequence[Figure], known: dict[str, Figure]) -> tuple[str, ...]:
    found = [
        people(getattr(total, each.key), known[each.key].unit) if each.key in known else ""
        for each in figures
    ]
    if figures[0].key not in known and not is_right(figures[0].unit):
        found[0] = label
    return tuple(found)


def _quieter(rows: Sequence[Any], figures: Sequence[Figure]) -> Iterable[tuple[str, ...]]:
    """The rows; where only the currency is another one than above, what they are of is not said again."""
    names = [place for place, each in enumerate(figures) if not is_right(each.unit)]
    before: tuple[str, ...] | None = None
    currency: str | None = None
    for row in rows:
        found = cells(row, figures)
        other = getattr(row, "currency", None)
        same = (
            before is not None
            and other != currency
            and any(found[place] for place in names)
            and all(found[place] == before[place] for place in names)
        )
        yield tuple("" if same and place in names else text for place, text in enumerate(found))
        before, currency = found, other


def _currencies(report: Report[Any, Any]) -> tuple[list[str], list[str]]:
    """The currencies of the figures, and the one they are converted to."""
    if not any(each.unit is Unit.MONEY for each in (*report.columns, *report.total_columns)):
        return [], []
    codes = [code for each in report.by_currency if (code := getattr(each, "currency", None))]
    whole = getattr(report.totals, "currency", None)
    if getattr(report.totals, "converted", False) and whole:
        return codes, [f"converted to {whole}"]
    return codes or ([whole] if whole else []), []
