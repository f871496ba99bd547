"""crm report and crm why: questions about the whole business, and how a figure of an answer comes about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from crm_tui import output
from crm_tui.columns import Kind, simple
from crm_tui.commands.context import ListCommand, RecordCommand, example, given_format, list_options, reading
from crm_tui.commands.values import parsed
from crm_tui.errors import UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.domain.reports.report import Explanation, Figure
    from crm_tui.domain.reports.report import Report as Answer

app = typer.Typer(rich_markup_mode=None)
HTML: Final = "html"
REPORTS: Final = simple(
    "report", "report", "title", "question", "by", "period", "filter", table=("report", "question")
)
FIGURES: Final = simple("figure", "figure", "report")
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="D", help="The first day, or a period that begins with it: 2026, 2026-q1, 2026-03."
    ),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="D", help="The last day, which is included, or a period that ends with it."),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="D", help="The state at the end of that day, rebuilt; now unless given."),
]
By = Annotated[
    str | None,
    typer.Option(
        metavar="WHAT", help="What the rows are of, such as month or source; crm report --json lists it."
    ),
]
Convert = Annotated[
    bool, typer.Option("--convert", help="Rows too in the base currency, by the rates of their days.")
]


class ReportCommand(ListCommand):
    """A command that prints a report: it takes every format and the page, ``--columns`` and ``--limit``."""

    def extra(self) -> list[Any]:
        """The options of a list that a report has."""
        found = [each for each in super().extra() if each.name != "sort"]
        for each in found:
            if each.name == "format":
                each.help = "table, json, jsonl, csv, tsv, ids, or html: a page with plots."
        return found


def _names(incomplete: str) -> list[str]:
    from crm_tui.domain.reports.service import NAMES

    return [name for name in NAMES if name.startswith(incomplete)]


def _figures(incomplete: str) -> list[str]:
    from crm_tui.domain.reports.service import every_figure

    return [name for name in every_figure() if name.startswith(incomplete)]


@app.command(
    "report",
    cls=ReportCommand,
    epilog=example(
        "crm report",
        "crm report pipeline",
        "crm report revenue --from 2026 --by product",
        "crm report winloss source:web --from 2026-01 --to 2026-03 --by reason --json",
        "crm report receivables --as-of 2026-03-31 -f csv",
        "crm report forecast -f html -o forecast.html",
    ),
)
def report(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="The report; without one they are listed.", autocompletion=_names
        ),
    ] = None,
    filters: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILTER]...", help="Which deals or invoices count; see docs/filters.md."),
    ] = None,
    from_: From = None,
    to: To = None,
    by: By = None,
    as_of: AsOf = None,
    convert: Convert = False,
    totals: Annotated[bool, typer.Option("--totals", help="The totals alone.")] = False,
    file: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to a file: html, csv, json or jsonl."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Answer a question in figures: rows, totals, of which days and in which currency.

    Rates are in percent for people and from 0 to 1 for machines. The last day of a period is included.
    """
    if name is None:
        if any((from_, to, by, as_of, convert, totals, file)):
            raise UsageError("No report is named.", "Name one: crm report pipeline. crm report lists them.")
        _list(ctx, REPORTS, _reports())
        return
    form = _form(ctx, file)
    with reading(ctx) as crm:
        from crm_tui.domain.reports import typed

        asked = typed.about(
            crm, name, start=from_, end=to, by=by, as_of=as_of, convert=convert, condition=parsed(filters)
        )
        found = _shortened(ctx, crm.reports.ask(name, asked), form, totals=totals)
        if file is None:
            _print(found, form, crm.clock.today, totals=totals)
            return
        from crm_tui.interchange import report_out

        path = Path(file).expanduser()
        report_out.save(found, path, form, crm.clock.today, replace=force, totals=totals)
        output.say(f"Wrote the report {name} to {path}.")


@app.command(
    "why",
    cls=RecordCommand,
    epilog=example(
        "crm why",
        "crm why win_rate --from 2026",
        "crm why weighted --as-of 2026-01-31 --json",
        "crm why revenue 2026-02",
        "crm why revenue.received Acme --by customer",
        "crm why per_day --filter currency:eur",
        "crm why next_touch_on anna@example.com",
    ),
)
def why(
    ctx: typer.Context,
    figure: Annotated[
        str | None,
        typer.Argument(
            metavar="[FIGURE]", help="The figure; without one they are listed.", autocompletion=_figures
        ),
    ] = None,
    ref: Annotated[
        str | None,
        typer.Argument(metavar="[REF]", help="The record or row it is of; without one, the total of all."),
    ] = None,
    from_: From = None,
    to: To = None,
    by: By = None,
    as_of: AsOf = None,
    convert: Convert = False,
    filters: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="FILTER", help="Which deals or invoices count; may be given again."),
    ] = None,
) -> None:
    """Show how a figure comes about: the arithmetic with its numbers, and the rows behind it.

    A figure is called REPORT.KEY, by the keys of crm report REPORT --json; some have a name of their own. A row is
    called as the report shows it: a stage, a month, a customer; where it has one for each currency, the code follows.
    """
    if figure is None:
        if any((from_, to, by, as_of, convert, filters)):
            raise UsageError("No figure is named.", "Name one: crm why win_rate. crm why lists them.")
        _list(ctx, FIGURES, _known_figures())
        return
    form = given_format(ctx) or output.default_format()
    with reading(ctx) as crm:
        from crm_tui.domain.reports import typed

        condition = parsed(filters)
        asked = typed.figure_about(
            crm, figure, ref, start=from_, end=to, by=by, as_of=as_of, convert=convert, condition=condition
        )
        _print_why(crm.reports.why(figure, ref, asked), form, crm.clock.today)


class _Known(NamedTuple):
    """A report in the list of them."""

    report: str
    title: str
    question: str
    by: tuple[str, ...]
    period: bool
    filter: str | None


class _Figure(NamedTuple):
    """A figure in the list of them, and the report it stands in, if it does."""

    figure: str
    report: str | None


def _known_figures() -> list[_Figure]:
    from crm_tui.domain.reports.service import FIGURES as KNOWN
    from crm_tui.domain.reports.service import RECORDS, every_figure

    homes = {name: home.report for name, home in RECORDS.items()} | {
        name: report for name, (report, _) in KNOWN.items()
    }
    return [
        _Figure(name, homes[name] if name in homes else name.partition(".")[0]) for name in every_figure()
    ]


def _reports() -> list[_Known]:
    from crm_tui.domain.reports.service import NAMES, module

    found = []
    for name in NAMES:
        each = module(name)
        found.append(_Known(name, each.TITLE, each.QUESTION, tuple(each.BY), each.PERIOD, each.CONDITION))
    return found


def _list(ctx: typer.Context, kind: Kind, rows: Sequence[Any]) -> None:
    """Print a list that needs no file."""
    form = given_format(ctx) or output.default_format()
    if form is Format.IDS:
        raise UsageError(f"A {kind.noun} has no id.", "Use -f tsv or -f json.")
    wanted = ctx.meta.get("crm.columns")
    columns = list(kind.columns)
    table = [each for each in columns if each.key in kind.table]
    if wanted:
        keys = [each.key for each in columns]
        columns = table = [columns[keys.index(key)] for key in _chosen(wanted, keys, kind.noun)]
    output.records(rows[: list_options(ctx)["limit"]], columns, table, form, date.min)


def _form(ctx: typer.Context, file: str | None) -> str:
    """The format: the one asked for, else that of the file's ending, else the usual one."""
    from crm_tui.interchange.report_out import FORMATS

    wanted = ctx.meta.get("crm.format")
    if not ctx.meta.get("crm.json") and wanted is not None and wanted.strip().lower() == HTML:
        return HTML
    if wanted is not None and wanted.strip().lower() not in (*Format, HTML):
        raise UsageError(f'There is no format "{wanted}".', f"Use one of: {', '.join((*Format, HTML))}.")
    found = given_format(ctx)
    if file is None:
        return (found or output.default_format()).value
    ending = Path(file).suffix.lower().removeprefix(".")
    # CRM_FORMAT is for what is printed: a file's ending comes before it
    source = ctx.get_parameter_source("format")
    usual = source is not None and source.name == "ENVIRONMENT" and not ctx.meta.get("crm.json")
    form = found.value if found is not None and not (usual and ending in FORMATS) else ending
    if form not in FORMATS:
        raise UsageError(
            f"A report is not written to a file as {form or 'that'}.",
            f"Use -f with one of: {', '.join(FORMATS)}.",
        )
    return form


def _shortened(ctx: typer.Context, found: Answer[Any, Any], form: str, *, totals: bool) -> Answer[Any, Any]:
    """The report with the columns and rows that were asked for."""
    wanted, limit = ctx.meta.get("crm.columns"), list_options(ctx)["limit"]
    if wanted and totals:
        found = replace(found, total_columns=_named(wanted, found.total_columns, found.name))
    elif wanted:
        before = found.columns
        found = replace(found, columns=_named(wanted, before, found.name))
        if form in _SHOWN:
            # the totals of columns that are not shown would stand apart as if they were something else
            away = {each.key for each in before} - {each.key for each in found.columns}
            found = replace(
                found, total_columns=tuple(each for each in found.total_columns if each.key not in away)
            )
    if totals and form in _RECORDS:
        found = replace(found, columns=found.total_columns, rows=(found.totals, *found.by_currency))
    elif totals and form in _SHOWN:
        found = replace(found, columns=(), rows=())
    return found if limit is None else replace(found, rows=found.rows[:limit])


def _named(wanted: str, figures: Sequence[Figure], name: str) -> tuple[Figure, ...]:
    """The figures of those keys; what is asked for by name is shown to people too."""
    known = {each.key: each for each in figures}
    return tuple(
        replace(known[key], for_machines=False) for key in _chosen(wanted, list(known), f"report {name}")
    )


_RECORDS: Final = ("jsonl", "csv", "tsv", "ids")
_SHOWN: Final = ("table", HTML)


def _chosen(wanted: str, keys: Sequence[str], noun: str) -> list[str]:
    found = [key.strip() for key in wanted.split(",") if key.strip()]
    for key in found:
        if key not in keys:
            from crm_tui.text import nearest

            near = nearest(key, keys)
            hint = f"Did you mean {near}?" if near else f"There are: {', '.join(keys)}."
            raise UsageError(f'A {noun} has no column "{key}".', hint)
    return found


def _print(found: Answer[Any, Any], form: str, today: date, *, totals: bool) -> None:
    from crm_tui.interchange.report_out import as_json, columns

    if form == HTML:
        from crm_tui.interchange.report_html import page

        output.write(page(found, today).rstrip("\n"))
    elif form == Format.TABLE:
        from crm_tui.commands.report_lines import report_lines

        _write(report_lines(found, today, output.width(), output.style))
    elif form == Format.JSON:
        whole = as_json(found)
        output.value(whole["totals"] if totals else whole)
    else:
        _refuse_without_ids(found, form)
        shown = columns(found.columns)
        output.records(found.rows, shown, shown, Format(form), today)


def _print_why(found: Explanation, form: Format, today: date) -> None:
    from crm_tui.interchange.report_out import reason_columns, why_json

    if form is Format.JSON:
        output.value(why_json(found))
    elif form is Format.TABLE:
        from crm_tui.commands.report_lines import why_lines

        _write(why_lines(found, today, output.width(), output.style))
    else:
        columns = reason_columns(found)
        output.records(found.reasons, columns, columns, form, today)


def _refuse_without_ids(found: Answer[Any, Any], form: str) -> None:
    if form == Format.IDS and "id" not in {each.key for each in found.columns}:
        raise UsageError(f"The rows of the report {found.name} have no id.", "Use -f tsv or -f json.")


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        output.write(line)
