"""crm import: CSV files, again and again, without duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui import output
from crm_tui.columns import Column, Kind
from crm_tui.commands.context import RecordCommand, example, given_format, globals_of, writing
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.options import Options
    from crm_tui.interchange.plan import Plan
    from crm_tui.interchange.run import Summary

app = typer.Typer(rich_markup_mode=None, help="Load a CSV file, again and again, without duplicates.")
_FIELDS: Final = (
    "rows", "created", "updated", "unchanged", "skipped", "rejected", "operation", "rejects_file",
)  # fmt: skip
SUMMARY: Final = Kind(
    "import",
    tuple(Column(name, name.replace("_", " ").capitalize(), itemgetter(name)) for name in _FIELDS),
    _FIELDS,
)
_RECIPE_HELP: Final = (
    "A recipe is a TOML file with [map] (their header = our field), [defaults] (field = value, {Header} standing for"
    " the row's cell), [values.FIELD] (their word = ours, as in [values.stage]), and above them the options by their"
    ' names: as, from, source, key, on_match, tag, create_missing, encoding, delimiter, date_format = "DMY", decimal,'
    " region, strict. What the command line says counts more."
)


@app.command(
    "import",
    cls=RecordCommand,
    epilog=f"{_RECIPE_HELP}\n\n"
    + example(
        "crm import contacts.csv --dry-run",
        "crm import deals.csv --as deals --default currency=USD --default 'title={product} for {account}'",
        "crm import export.csv --map 'E-mail address=email' --map 'Kunde seit=created_at' --rejects bad.csv",
        "crm import pipeline.csv --recipe pipeline.toml --create-missing --json",
        "zcat people.csv.gz | crm import - --tag fair-2026",
    ),
)
def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV file; - reads stdin.")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="contacts, companies, deals, followups or interactions; told by the header unless given.",
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option("--from", metavar="PROGRAM", help="auto, crm (an export of this program) or csv."),
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="Header=field", help="What a column holds; - leaves it out."),
    ] = None,
    defaults: Annotated[
        list[str] | None,
        typer.Option(
            "--default", metavar="FIELD=VALUE", help="For blank cells; {Header} stands for the row's cell."
        ),
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file that says all this.")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="FIELD", help="The one field to match by.")] = None,
    on_match: Annotated[
        str | None,
        typer.Option(metavar="MODE", help="update, skip, create or fail for what is there already."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen to each row.")] = False,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where rows go that cannot be taken, with the reason.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Take all rows or none.")] = False,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="T", help="A tag for every row; may be given again.")
    ] = None,
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Make stages, pipelines and people that are not there.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="Such as cp1251; UTF-8 unless given.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="D", help="A character, or tab, comma, semicolon, pipe.")
    ] = None,
    date_format: Annotated[str | None, typer.Option(metavar="ORDER", help="auto, DMY, MDY or YMD.")] = None,
    decimal: Annotated[str | None, typer.Option(metavar="SIGN", help="auto, . or , in amounts.")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="CC", help="The country of phone numbers without +.")
    ] = None,
) -> None:
    """Load a CSV file: new rows are added, known ones updated, a blank cell never erases anything.

    The same file twice changes nothing. A row that cannot be taken is left out alone; crm undo takes the whole
    import back.
    """
    from crm_tui.interchange import options as reading

    form = _form(ctx)
    recipe_data = reading.read_recipe(recipe.expanduser()) if recipe is not None else {}
    options = reading.from_recipe(recipe_data).with_pairs(maps or (), defaults or ())
    given: dict[str, Any] = {
        "own": reading.origin(origin) if origin is not None else None,
        "key": key,
        "on_match": reading.on_match(on_match) if on_match is not None else None,
        "tags": [*options.tags, *tag] if tag else None,
        "encoding": encoding,
        "delimiter": delimiter,
        "date_order": reading.date_order(date_format),
        "decimal": reading.decimal_sign(decimal) if decimal is not None else None,
        "region": _region(region),
        "strict": strict or None,
        "create_missing": create_missing or None,
    }
    options = replace(options, **{name: value for name, value in given.items() if value is not None})
    said = kind or recipe_data.get("as")
    with _source(file) as (path, name):
        options = replace(options, kind=reading.check_kind(said) if said else _guessed(path, options))
        summary = _load(ctx, path, name, options, dry_run=dry_run, rejects=rejects, form=form)
    if summary.rows and summary.rejected == summary.rows:
        raise typer.Exit(InvalidDataError.exit_code)


def _form(ctx: typer.Context) -> Format | None:
    """The format asked for; off a terminal the usual one."""
    form = given_format(ctx)
    if form is Format.IDS:
        raise UsageError("There are no ids to print here.", "Use json, jsonl, csv, tsv or table.")
    usual = output.default_format()
    return form or (usual if usual is not Format.TABLE else None)


def _region(text: str | None) -> str | None:
    if text is not None and not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise UsageError(f'"{text}" is no country.', "Use two letters, such as DE.")
    return text.upper() if text else None


@contextmanager
def _source(file: str) -> Iterator[tuple[Path, str]]:
    """The file and what the operation calls it; stdin is kept in a private file for as long as it is read."""
    if file != "-":
        path = Path(file).expanduser()
        yield path, path.name
        return
    import tempfile

    from crm_tui.interchange.table import spool, standard_input

    path = spool(standard_input(), Path(tempfile.gettempdir()))
    try:
        yield path, "stdin"
    finally:
        path.unlink()


def _guessed(path: Path, options: Options) -> str:
    from crm_tui.interchange.kinds import PEOPLE, guess
    from crm_tui.interchange.table import look

    table = look(path, encoding=options.encoding, delimiter=options.delimiter)
    found = guess(table.header, [*options.mapping.values(), *options.defaults])
    if found != PEOPLE:
        output.say(f"Read as {found}; --as says otherwise.", dim=True)
    return found


def _load(
    ctx: typer.Context,
    path: Path,
    name: str,
    options: Options,
    *,
    dry_run: bool,
    rejects: Path | None,
    form: Format | None,
) -> Summary:
    from crm_tui.commands.progress import progress
    from crm_tui.interchange.importer import load
    from crm_tui.interchange.plan import Plan

    target = rejects.expanduser() if rejects is not None else None
    if not dry_run:
        with writing(ctx) as crm, progress(f"Importing {name}") as tell:
            summary = load(crm, path, options, name=name, rejects=target, progress=tell)
        _say(summary, name, dry_run=False)
        _print(summary, form)
        return summary
    with closing(Plan()) as plan:
        with _untouched(ctx) as crm, progress(f"Reading {name}") as tell:
            summary = load(
                crm, path, options, name=name, dry_run=True, rejects=target, report=plan.add, progress=tell
            )
            today = crm.clock.today
        _say(summary, name, dry_run=True)
        _print_plan(plan, summary, form or Format.TABLE, today)
    return summary


@contextmanager
def _untouched(ctx: typer.Context) -> Iterator[Crm]:
    """The base, or an empty one elsewhere while there is none."""
    if globals_of(ctx).path().exists():
        with writing(ctx) as crm:
            yield crm
        return
    import tempfile

    from crm_tui.domain import Crm

    given = globals_of(ctx)
    with (
        tempfile.TemporaryDirectory() as folder,
        Crm.open(Path(folder) / "crm.db", given.now, config=given.load_config()) as crm,
    ):
        yield crm


def _say(summary: Summary, name: str, *, dry_run: bool) -> None:
    counts = ", ".join(
        f"{getattr(summary, field):,} {field}"
        for field in ("created", "updated", "unchanged", "skipped", "rejected")
        if getattr(summary, field) or field in ("created", "updated")
    )
    if dry_run:
        output.say(f"Dry run of {name}: {counts}. Nothing was changed.")
    elif summary.operation is None:
        output.say(f"Imported {name}: {counts}. Nothing changed.")
    else:
        number = summary.operation
        output.say(f"Imported {name}: {counts}. Operation {number}; crm undo {number} takes it back.")
    for each in summary.first_rejects:
        where = f'line {each.line}, "{each.column}"' if each.column else f"line {each.line}"
        output.say(f"  {where}: {each.reason}")
    more = summary.rejected - len(summary.first_rejects)
    if more:
        output.say(f"  and {more:,} more.")
    if summary.rejects_file is not None:
        output.say(
            f"The rejected rows are in {summary.rejects_file}; mend them and import it again.", dim=True
        )
    elif summary.rejected:
        output.say("--rejects FILE keeps the rejected rows, to be mended and imported again.", dim=True)
    for notice in summary.notices:
        output.say(notice, dim=True)


def _print(summary: Summary, form: Format | None) -> None:
    from datetime import date

    if form is not None:
        # none of these columns tells a day relative to today
        output.record(summary.as_object(), SUMMARY.columns, form, date.min)


def _print_plan(plan: Plan, summary: Summary, form: Format, today: Any) -> None:
    from crm_tui.columns import as_object
    from crm_tui.commands.plan import PLAN

    if form is not Format.JSON:
        table = [column for column in PLAN.columns if column.key in PLAN.table]
        output.records(plan.steps(), PLAN.columns, table, form, today)
        return
    output.write(f'{output.dump(summary.as_object())[:-1]}, "plan": [')
    before = ""
    for step in plan.steps():
        if before:
            output.write(f"{before},")
        before = output.dump(as_object(step, PLAN.columns))
    output.write(f"{before}]}}" if before else "]}")
