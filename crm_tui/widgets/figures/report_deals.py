"""The pages of the reports on open deals: the pipeline and the forecast, as lines for any width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.dates import short_day
from crm_tui.domain.board import Total
from crm_tui.domain.reports.forecast import Part
from crm_tui.money import format_money
from crm_tui.widgets.figures.plots import Bar, Group, bars, grouped
from crm_tui.widgets.figures.report_lines import Table, TableRow, beside, notes, plot_room, title
from crm_tui.widgets.figures.words import month_name, whole
from crm_tui.widgets.lines import Ink, Line
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.reports import DealTotals, ForecastRow, PipelineRow, PipelineTotals, Report

_MONEY: Final = (
    TableColumn("deals", "Deals", 5, align="right"),
    TableColumn("amount", "Amount", 12, align="right"),
    TableColumn("weighted", "Weighted", 12, align="right", drop=1),
)
_PIPELINE: Final = (
    TableColumn("stage", "Stage", 8),
    *_MONEY,
    TableColumn("stuck", "Stuck", 5, align="right", drop=2),
    TableColumn("missing", "No amount", 9, align="right", drop=3),
)
_FORECAST: Final = (
    TableColumn("month", "Closes", 8),
    *_MONEY,
    TableColumn("missing", "No amount", 9, align="right", drop=3),
)
_PARTS: Final = {Part.OVERDUE: "! overdue", Part.LATER: "  later", Part.UNDATED: "  no date"}


def pipeline_answer(report: Report[PipelineRow, PipelineTotals], base: str) -> tuple[str, ...]:
    """The pipeline in one line of figures, the base currency first; then the same shorter."""
    totals = report.totals
    worth = [
        f"{whole(each.amount_minor, each.currency)}, {_bare(each.weighted_minor, each.currency)} weighted"
        for each in _known(totals.sums, base)
        if each.currency is not None
    ]
    doubts = [(totals.stuck, "stuck"), (totals.missing, "without an amount")]
    rest = [f"{number:,} {words}" for number, words in doubts if number]
    head = f"{totals.count:,} open"
    every, few = _shorter(worth)
    return tuple(" · ".join([head, *parts]) for parts in ((*every, *rest), (*few, *rest), (*few, *rest[:1])))


def forecast_answer(report: Report[ForecastRow, DealTotals], base: str) -> tuple[str, ...]:
    """The forecast in one line of figures, the base currency first; then the same shorter."""
    from crm_tui.domain.reports.shape import added

    coming = added(total for row in report.rows if row.part is Part.MONTH for total in row.sums)
    sums = [whole(each.weighted_minor, each.currency) for each in _known(coming, base) if each.currency]
    apart = {row.part: row.count for row in report.rows if row.part is not Part.MONTH}
    words = {Part.OVERDUE: "overdue", Part.LATER: "later", Part.UNDATED: "without a date"}
    rest = [f"{apart[part]:,} {words[part]}" for part in words if part in apart]
    return tuple(
        " · ".join([f"{' + '.join(each) or 'nothing'} weighted in 12 months", *rest])
        for each in _shorter(sums)
    )


def pipeline_lines(report: Report[PipelineRow, PipelineTotals], base: str, width: int) -> list[Line]:
    """The pipeline: a table by stage, and for each currency the value of each stage."""
    totals = report.totals
    several = len({row.pipeline for row in report.rows}) > 1
    rows: list[TableRow] = []
    for place, row in enumerate(report.rows):
        if several and (place == 0 or report.rows[place - 1].pipeline != row.pipeline):
            rows.append(TableRow((row.pipeline,), "title"))
        rows += _stage_rows(row, base)
    sums = _sum_rows(totals, base, (_signed(totals.stuck), _some(totals.missing)))
    table = Table(_PIPELINE, rows, sums)
    room = plot_room(table, width)
    plots = [_stages(report.rows, code, base, room, several=several) for code in _codes(totals.sums, base)]
    return [*beside(table, plots, width), *notes(_remarks(totals, base, report.as_of), width)]


def forecast_lines(report: Report[ForecastRow, DealTotals], base: str, width: int) -> list[Line]:
    """The forecast: a table by month, and for each currency the weighted value of each month."""
    totals = report.totals
    rows: list[TableRow] = []
    for row in report.rows:
        name = f"  {_month(row.month)}" if row.part is Part.MONTH else _PARTS[row.part]
        ink: Ink = "bad" if row.part is Part.OVERDUE else "plain"
        rows += _money_rows(name, row.count, row.sums, base, (_some(row.missing),), ink)
    table = Table(_FORECAST, rows, _sum_rows(totals, base, (_some(totals.missing),), indent="  "))
    room = plot_room(table, width)
    months = [row for row in report.rows if row.part is Part.MONTH]
    plots = [_months(months, code, room) for code in _codes(totals.sums, base)]
    remarks = ["Weighted by the probability of each deal, which is its stage's unless set by hand."]
    remarks += _remarks(totals, base, report.as_of)
    return [*beside(table, [plot for plot in plots if plot], width), *notes(remarks, width)]


def _stage_rows(row: PipelineRow, base: str) -> list[TableRow]:
    ink: Ink = "plain" if row.count else "dim"
    return _money_rows(row.stage, row.count, row.sums, base, (_signed(row.stuck), _some(row.missing)), ink)


def _money_rows(
    name: str, count: int, sums: Sequence[Total], base: str, rest: tuple[str, ...], ink: Ink = "plain"
) -> list[TableRow]:
    """A row with the first currency, and one for each other."""
    known = _known(sums, base) or [Total(None, 0, 0, 0, 0)]
    inks: tuple[Ink, ...] = (
        ink,
        ink,
        ink,
        ink,
        *("soon" if each.startswith("~") else "dim" for each in rest),
    )
    found = []
    for place, each in enumerate(known):
        head = (name, f"{count:,}") if place == 0 else ("", "")
        money = ("", "")
        if each.currency is not None:
            money = (
                format_money(each.amount_minor, each.currency),
                format_money(each.weighted_minor, each.currency),
            )
        found.append(TableRow((*head, *money, *(rest if place == 0 else ())), ink, inks))
    return found


def _sum_rows(totals: DealTotals, base: str, rest: tuple[str, ...], indent: str = "") -> list[TableRow]:
    found = _money_rows(f"{indent}all open", totals.count, totals.sums, base, rest)
    if totals.converted is not None:
        each = totals.converted
        cells = (
            f"{indent}converted",
            "",
            format_money(each.amount_minor, each.currency),
            format_money(each.weighted_minor, each.currency),
        )
        found.append(TableRow(cells, "strong"))
    return found


def _remarks(totals: DealTotals, base: str, today: date) -> list[str]:
    found = []
    if totals.missing:
        deals = "1 deal has" if totals.missing == 1 else f"{totals.missing:,} deals have"
        found.append(f"{deals} no amount, which counts as nothing.")
    if totals.converted is not None:
        day = short_day(totals.converted.day, today)
        rates = ", ".join(f"1 {code} = {rate:f} {base}" for code, rate in totals.converted.rates)
        found.append(f"Converted to {base} by the rates of {day}: {rates}.")
    elif totals.unrated:
        code = totals.unrated[0]
        found.append(
            f"There is no total in {base}, for there is no rate of {', '.join(totals.unrated)}."
            f" crm rate set {code} RATE sets one."
        )
    return found


def _stages(rows: Iterable[PipelineRow], code: str, base: str, room: int, *, several: bool) -> list[Line]:
    """The value of each stage in a currency, and what of it is weighted."""
    groups = []
    for row in rows:
        total = _in(code, row.sums)
        # a stage has its place among the others in the currency one works in
        if not total.count and code != base:
            continue
        name = f"{row.pipeline}: {row.stage}" if several else row.stage
        groups.append(
            Group(
                name,
                (
                    Bar("amount", total.amount_minor, whole(total.amount_minor, code), "dim"),
                    Bar("weighted", total.weighted_minor, whole(total.weighted_minor, code)),
                ),
            )
        )
    return [title(f"{code} by stage", room), *grouped(groups, room)]


def _months(rows: Sequence[ForecastRow], code: str, room: int) -> list[Line]:
    """The weighted value of each month in a currency; nothing where there is none in any."""
    found = []
    for row in rows:
        total = _in(code, row.sums)
        found.append(Bar(_month(row.month), total.weighted_minor, whole(total.weighted_minor, code)))
    if not any(each.value for each in found):
        return []
    return [title(f"{code} weighted by month", room), *bars(found, room)]


def _shorter(texts: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Figures of several currencies: all of them, and the first with how many more there are."""
    more = len(texts) - 1
    if more < 1:
        return texts, texts
    return texts, [texts[0], f"{more} more {'currency' if more == 1 else 'currencies'}"]


def _in(code: str, sums: Iterable[Total]) -> Total:
    return next((each for each in sums if each.currency == code), Total(code, 0, 0, 0, 0))


def _known(sums: Iterable[Total], base: str) -> list[Total]:
    """The sums with a currency, the base one first."""
    found = [each for each in sums if each.currency is not None]
    return sorted(found, key=lambda each: (each.currency != base, -each.count))


def _codes(sums: Iterable[Total], base: str) -> list[str]:
    return [each.currency for each in _known(sums, base) if each.currency is not None]


def _bare(minor: int, currency: str) -> str:
    return whole(minor, currency).partition(" ")[0]


def _month(day: date | None) -> str:
    return f"{month_name(day)} {day.year}" if day is not None else ""


def _some(number: int) -> str:
    return f"{number:,}" if number else ""


def _signed(number: int) -> str:
    return f"~ {number:,}" if number else ""
