"""crm import: files of every make, again and again, without duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui import output
from crm_tui.commands.context import RecordCommand, example, given_format, globals_of, writing
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.commands.import_wish import Wish
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.run import Summary

app = typer.Typer(rich_markup_mode=None, help="Load files, again and again, without duplicates.")
_RECIPE_HELP: Final = (
    "Exports of Google Contacts, Outlook, LinkedIn, HubSpot, Pipedrive, Salesforce, Shopify and WooCommerce are known"
    " by their headers;"
    " vCards, calendars, mail and folders of them by what is in them.\n\n"
    "A recipe is a TOML file with [map] (their header = our field), [maybe] (the same for columns that may be lacking,"
    " * standing for a number), [defaults] (field = value, {Header} standing for the row's cell), [values.FIELD] (their"
    " word = ours, as in [values.stage]), [split] (field = what parts several values in a cell), [length] (field = how"
    " many characters count), and above them the options by their names: title, as, from, source, header, only,"
    ' full_rows, lifecycle = "forward" (never back) or "set", key, on_match, tag, create_missing, encoding,'
    ' delimiter, date_format = "DMY", decimal, region, strict.'
    " What the command line says counts more. The presets are recipes: --show-preset google prints one, to be copied"
    " and changed."
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
        "crm import orders_export_1.csv --create-missing --rejects bad.csv",
        "crm import bank.csv --as payments --map 'Verwendungszweck=invoice'",
        "zcat people.csv.gz | crm import - --tag fair-2026",
        "crm import Connections.csv --dry-run",
        "crm import ~/Mail/archive --from maildir --create",
        "crm import --show-preset hubspot-deals > mine.toml",
    ),
)
def import_(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A file, or a folder of mail or cards; - reads stdin."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="contacts, companies, deals, followups, interactions, products, invoices or payments; told by the"
            " header unless given.",
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="PROGRAM",
            help="auto, google, outlook, linkedin, hubspot, pipedrive, salesforce, shopify, woocommerce, vcard, ics,"
            " mbox, maildir, crm (an export of this program) or csv (any other table).",
        ),
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
        bool,
        typer.Option(
            "--create-missing",
            "--create",
            help="Make stages, pipelines, products and people that are not there; of mail, its senders and"
            " receivers.",
        ),
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
    show_preset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Print the recipe of a preset, and import nothing.")
    ] = None,
) -> None:
    """Load a file: new rows are added, known ones updated, a blank cell never erases anything.

    The same file twice changes nothing. A row that cannot be taken is left out alone; crm undo takes the whole
    import back.
    """
    if show_preset is not None:
        from crm_tui.interchange.presets import text

        output.write(text(show_preset).rstrip("\n"))
        return
    if file is None:
        raise UsageError("There is no file to import.", "Name one, or give - to read stdin.")
    from crm_tui.commands.import_wish import understood

    form = _form(ctx)
    with _opened(file) as (path, name):
        # the options above, by their names
        wish = understood(path, name, ctx.params)
        if wish.notice:
            output.say(wish.notice, dim=True)
        summary = _load(ctx, wish, rejects.expanduser() if rejects else None, form, dry_run=dry_run)
    if summary.rows and summary.rejected == summary.rows:
        raise typer.Exit(InvalidDataError.exit_code)


def _form(ctx: typer.Context) -> Format | None:
    """The format asked for; off a terminal the usual one."""
    form = given_format(ctx)
    if form is Format.IDS:
        raise UsageError("There are no ids to print here.", "Use json, jsonl, csv, tsv or table.")
    usual = output.default_format()
    return form or (usual if usual is not Format.TABLE else None)


@contextmanager
def _opened(file: str) -> Iterator[tuple[Path, str]]:
    """The file and what the operation calls it; stdin or a pipe is kept in a private file while it is read."""
    path = Path(file).expanduser()
    pipe = file != "-" and _is_pipe(path)
    if file != "-" and not pipe:
        yield path, path.name
        return
    import tempfile

    from crm_tui.interchange.table import spool, standard_input

    with tempfile.TemporaryDirectory(prefix="crm-") as folder:
        if not pipe:
            yield spool(standard_input(), Path(folder)), "stdin"
            return
        with path.open("rb") as stream:
            kept = spool(stream, Path(folder), "pipe")
        yield kept, kept.name


def _is_pipe(path: Path) -> bool:
    """Whether it can be read only once, as what a shell makes of ``<(command)``."""
    try:
        return path.is_fifo() or path.is_char_device() or path.is_socket()
    except OSError:
        return False


def _load(
    ctx: typer.Context, wish: Wish, rejects: Path | None, form: Format | None, *, dry_run: bool
) -> Summary:
    from crm_tui.commands.import_telling import say_summary, show_plan, show_summary
    from crm_tui.commands.progress import progress
    from crm_tui.interchange.plan import Plan

    load, name = wish.loader(), wish.name
    told: dict[str, Any] = {"name": name, "rejects": rejects}
    if not dry_run:
        with writing(ctx) as crm, progress(f"Importing {name}") as tell:
            summary = load(crm, wish.path, wish.options, progress=tell, **told)
        say_summary(summary, wish, dry_run=False)
        show_summary(summary, form)
        return summary
    with closing(Plan()) as plan:
        with _untouched(ctx) as crm, progress(f"Reading {name}") as tell:
            summary = load(crm, wish.path, wish.options, dry_run=True, report=plan.add, progress=tell, **told)
            today = crm.clock.today
        say_summary(summary, wish, dry_run=True)
        show_plan(plan, summary, form or Format.TABLE, today)
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
