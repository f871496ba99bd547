"""crm backup, restore, doctor, sql: looking after the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui import output
from crm_tui.columns import Column, Kind, simple
from crm_tui.commands.context import (
    RecordCommand,
    confirm,
    example,
    from_stdin,
    given_format,
    globals_of,
    reading,
)
from crm_tui.errors import CrmError, DamagedError, DatabaseError, UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.domain.doctor import Finding

app = typer.Typer(rich_markup_mode=None, help="Backups, checks, and questions in SQL.")

BACKUP: Final = simple("backup", "file", "bytes", "sha256", "removed")
RESTORED: Final = simple("restore", "file", "database", "kept")
FINDINGS: Final = simple("finding", "check", "status", "detail", "advice")
_NO_DAY: Final = date.min  # none of these columns tells a day relative to today
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command(
    "backup",
    cls=RecordCommand,
    epilog=example("crm backup", "crm backup --keep 30", "crm backup -o /media/stick/crm.db"),
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", readable=False, help="Where to; the backup folder unless given."
        ),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(metavar="N", help="How many remain in the folder; backup_keep unless given.")
    ] = None,
) -> None:
    """Copy the whole database, checked, with its hash beside it; safe while others are writing."""
    from crm_tui.domain import backups

    form = _form(ctx)
    with reading(ctx) as crm:
        made = backups.make(crm, file.expanduser() if file else None, keep)
        gone = f" {len(made.removed)} older removed." if made.removed else ""
        output.say(f"Backed up to {made.file} ({made.bytes:,} bytes).{gone} crm restore brings it back.")
        _print_one(form, BACKUP, made)


@app.command(
    "restore",
    cls=RecordCommand,
    epilog=example("crm restore ~/.local/share/crm/backups/crm-20260302T093000Z.db"),
)
def restore(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", readable=False, help="A backup made with crm backup.")
    ],
    yes: Yes = False,
) -> None:
    """Bring back a backup; what is there now is kept first."""
    from crm_tui.domain import backups
    from crm_tui.domain.crm import clock_for

    form, given = _form(ctx), globals_of(ctx)
    path, source = given.path(), file.expanduser()
    restored = backups.restore(
        source,
        path,
        clock_for(given.now, given.load_config().timezone)(),
        lambda: confirm(f"Replace {path} with {source}?", yes=yes),
    )
    back = f" What was there is kept; crm restore {restored.kept} goes back." if restored.kept else ""
    output.say(f"Restored {path} from {source}.{back}")
    _print_one(form, RESTORED, restored)


@app.command(
    "doctor", cls=RecordCommand, epilog=example("crm doctor", "crm doctor --fix", "crm doctor --json")
)
def doctor(
    ctx: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be worked out anew, after a backup.")
    ] = False,
) -> None:
    """Check the database: its structure, references, search, maintained columns, journal and permissions.

    The exit code is 0 when all is well, 7 when the file is damaged, and 1 when something else is left to do.
    """
    from crm_tui.domain.doctor import PROBLEM, is_damaged

    form = _form(ctx) or output.default_format()
    findings = _examined(ctx, fix=fix)
    if is_damaged(findings) and fix:
        _salvage(ctx)
    if form is Format.TABLE:
        for each in findings:
            output.write(_line(each))
    else:
        output.records(findings, FINDINGS.columns, FINDINGS.columns, form, _NO_DAY)
    if is_damaged(findings):
        raise typer.Exit(DatabaseError.exit_code)
    if any(each.status == PROBLEM for each in findings):
        raise typer.Exit(CrmError.exit_code)


@app.command(
    "sql",
    cls=RecordCommand,
    epilog=example(
        'crm sql "SELECT lifecycle, count(*) AS people FROM contacts GROUP BY 1"',
        "crm sql \"SELECT name FROM sqlite_master WHERE type = 'table'\" -f csv",
        "crm sql - < question.sql",
    ),
)
def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="SELECT", help="One SELECT; - reads it from stdin.")],
    limit: Annotated[int | None, typer.Option(metavar="N", min=0, help="At most so many rows.")] = None,
) -> None:
    """Ask the database, read only; what takes more than ten seconds is stopped."""
    from crm_tui.store.console import ask
    from crm_tui.text import clean

    with reading(ctx) as crm:
        answer = ask(crm.path, from_stdin(query), limit=limit)
        form = given_format(ctx) or output.default_format()
        columns = [_place(clean(name), place) for place, name in enumerate(answer.columns)]
        if form is Format.IDS:
            columns = _only_id(answer.columns)
            for row in answer.rows:
                output.write(str(columns[0].value(row)))
        else:
            output.records(answer.rows, columns, columns, form, crm.clock.today)


def _place(name: str, place: int) -> Column:
    return Column(name, name, lambda row: row[place], flex=1)


def _only_id(names: Sequence[str]) -> list[Column]:
    if "id" not in names:
        raise UsageError("The query has no column named id.", "Select one for -f ids, or use another format.")
    return [_place("id", list(names).index("id"))]


def _examined(ctx: typer.Context, *, fix: bool) -> list[Finding]:
    from crm_tui.domain import doctor as checks
    from crm_tui.locations import is_own_folder

    try:
        with reading(ctx) as crm:
            own = is_own_folder(crm.path.absolute().parent)
            findings = checks.examine(crm, own_folder=own)
            if (
                fix
                and not checks.is_damaged(findings)
                and any(each.status == checks.PROBLEM for each in findings)
            ):
                kept = checks.mend(crm, own_folder=own)
                output.say(f"Mended what could be. The file as it was is kept in {kept}.")
                findings = checks.examine(crm, own_folder=own)
            return findings
    except DamagedError as error:
        return [checks.damage(error)]


def _salvage(ctx: typer.Context) -> None:
    from crm_tui.domain.crm import clock_for
    from crm_tui.domain.doctor import salvage_name, save_what_can_be_read

    given = globals_of(ctx)
    path = given.path()
    target = salvage_name(path, clock_for(given.now, given.load_config().timezone)())
    what = save_what_can_be_read(path, target)
    output.say(f"Saved {what} of {path} into {target}; the damaged file was left as it is.")
    output.say(
        f"Look at it with crm --db {target} today; crm restore {target} puts it in its place.", dim=True
    )


def _line(finding: Finding) -> str:
    from crm_tui.text import clean

    sign = output.style(f"{finding.status:<7}", "green" if finding.status == "ok" else "red")
    rest = " ".join(part for part in (_sentence(finding.detail), finding.advice) if part)
    return f"{finding.check:<11}  {sign}  {clean(rest)}".rstrip()


def _sentence(text: str) -> str:
    return text if not text or text.endswith(".") else f"{text}."


def _form(ctx: typer.Context) -> Format | None:
    form = given_format(ctx)
    if form is Format.IDS:
        raise UsageError("There are no ids to print here.", "Use json, jsonl, csv, tsv or table.")
    return form


def _print_one(form: Format | None, kind: Kind, row: Any) -> None:
    if form is not None:
        output.record(row, kind.columns, form, _NO_DAY)
