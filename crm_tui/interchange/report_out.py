"""Reports as files and for machines: rows and totals as columns, JSON, CSV and the page, by their own shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any, Final

from crm_tui.columns import Column, as_object
from crm_tui.report_text import is_right, last_day, machine, people

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from crm_tui.domain.reports.report import Explanation, Figure, Report, Value

FORMATS: Final = ("html", "csv", "json", "jsonl")
"""What a report can be written to a file as, each the ending of the file too."""


def columns(figures: Iterable[Figure]) -> list[Column]:
    """Figures as the columns of a list: exact for machines, readable for people."""
    return [_column(each) for each in figures]


def as_json(report: Report[Any, Any]) -> dict[str, Any]:
    """A report as its JSON object: the days, with the last one included, the rows, the totals."""
    days = report.period
    found: dict[str, Any] = {
        "report": report.name,
        "from": days.start.isoformat() if days is not None else None,
        "to": last_day(days).isoformat() if days is not None else None,
        "as_of": report.as_of.isoformat(),
    }
    if report.by is not None:
        found["by"] = report.by
    rows, totals = columns(report.columns), columns(report.total_columns)
    found["rows"] = [as_object(row, rows) for row in report.rows]
    found["totals"] = as_object(report.totals, totals)
    if report.by_currency:
        found["by_currency"] = [as_object(each, totals) for each in report.by_currency]
    return found


def why_json(found: Explanation) -> dict[str, Any]:
    """An explanation as its JSON object; ``rows`` add up to ``value`` where the figure is a sum."""
    days = found.period
    return {
        "figure": found.figure,
        "title": found.title,
        "value": machine(found.value),
        "currency": currency_of(found.value),
        "unit": found.unit.value,
        "from": days.start.isoformat() if days is not None else None,
        "to": last_day(days).isoformat() if days is not None else None,
        "as_of": found.as_of.isoformat(),
        "arithmetic": list(found.arithmetic),
        "rows": [as_object(each, reason_columns(found)) for each in found.reasons],
    }


def reason_columns(found: Explanation) -> list[Column]:
    """The columns of the rows behind a figure."""
    from crm_tui.domain.reports.report import Unit

    def shown(reason: Any, _: date) -> str:
        value = reason.value
        rate = found.unit is Unit.RATE and isinstance(value, float)
        return "" if value is None else people(value, Unit.RATE if rate else Unit.COUNT)

    return [
        Column("kind", "Kind", lambda each: each.kind),
        Column("id", "Id", lambda each: each.id, right=True),
        Column("title", "Title", lambda each: each.title, flex=3),
        Column("on", "On", lambda each: each.on, lambda each, _: people(each.on, Unit.DAY)),
        Column("part", "Part", lambda each: each.part, flex=1),
        Column("value", "Value", lambda each: machine(each.value), shown, right=True),
        Column("currency", "Currency", lambda each: currency_of(each.value)),
    ]


def currency_of(value: Value) -> str | None:
    """The currency of a figure that is money."""
    return getattr(value, "currency", None)


def save(
    report: Report[Any, Any],
    path: Path,
    form: str,
    today: date,
    *,
    replace: bool = False,
    totals: bool = False,
) -> None:
    """Write a report to a file that only its owner may read.

    Args:
        report: what is written.
        path: where to.
        form: one of ``FORMATS``.
        today: the present day.
        replace: take the place of a file that is there.
        totals: of a JSON object, the totals alone.

    Raises:
        ConflictError: there is such a file.
        DatabaseError: it cannot be written.
    """
    from crm_tui.interchange.saving import saved

    with saved(path, replace=replace) as file:
        if form == "json":
            _json(report, file, totals=totals)
        else:
            _WRITERS[form](report, file, today)


def _column(figure: Figure) -> Column:
    key, unit = figure.key, figure.unit

    def show(row: Any, _: date) -> str:
        return people(getattr(row, key), unit)

    right = is_right(unit)
    return Column(key, figure.title, lambda row: machine(getattr(row, key)), show, right, 0 if right else 1)


def _html(report: Report[Any, Any], file: IO[str], today: date) -> None:
    from crm_tui.interchange.report_html import page

    file.write(page(report, today))


def _csv(report: Report[Any, Any], file: IO[str], _: date) -> None:
    from crm_tui.interchange.csv_out import write

    write(report.rows, columns(report.columns), file)


def _json(report: Report[Any, Any], file: IO[str], *, totals: bool) -> None:
    whole = as_json(report)
    file.write(f"{json.dumps(whole['totals'] if totals else whole, ensure_ascii=False, indent=2)}\n")


def _jsonl(report: Report[Any, Any], file: IO[str], _: date) -> None:
    from crm_tui.interchange.json_out import write_lines

    write_lines(report.rows, columns(report.columns), file)


_WRITERS: Final[dict[str, Callable[[Report[Any, Any], IO[str], date], None]]] = {
    "html": _html,
    "csv": _csv,
    "jsonl": _jsonl,
}


def texts(report: Report[Any, Any]) -> Sequence[tuple[str, ...]]:
    """The rows as texts for machines, the keys first."""
    from crm_tui.columns import cell

    found = columns(report.columns)
    return [
        tuple(each.key for each in found),
        *(tuple(cell(each.value(row)) for each in found) for row in report.rows),
    ]
