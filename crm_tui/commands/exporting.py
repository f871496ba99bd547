"""crm export: records as CSV or JSON, to stdout or into a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui import output
from crm_tui.commands.context import example, reading
from crm_tui.commands.progress import Tell, progress
from crm_tui.commands.values import parsed
from crm_tui.errors import UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node

app = typer.Typer(rich_markup_mode=None, help="Write contacts, companies, deals and the rest to a file.")
KINDS: Final = ("contacts", "companies", "deals", "followups", "interactions")
FORMATS: Final = (Format.CSV, Format.JSON, Format.JSONL)
_STEP: Final = 1000


@app.command(
    "export",
    epilog=example(
        "crm export contacts -o contacts.csv",
        "crm export deals status:open 'amount>1000' -f json",
        "crm export contacts archived_at:any -o everybody.csv --force",
    ),
)
def export(
    ctx: typer.Context,
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="contacts, companies, deals, followups or interactions.")
    ],
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", "-f", metavar="F", help="csv (unless given), json or jsonl.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as -f json.")] = False,
    file: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; stdout unless given.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")] = False,
) -> None:
    """Write every field of the records that match; what was put away only when the filter speaks of archived_at.

    A CSV export comes back in with crm import and changes nothing.
    """
    wanted, chosen, condition = _kind(kind), _format("json" if as_json else form), parsed(filters)
    with reading(ctx) as crm:
        if file is None:
            _print(crm, wanted, chosen, condition)
            return
        path = file.expanduser()
        with progress(f"Writing {path.name}") as tell:
            count = _save(crm, wanted, chosen, condition, path, force=force, tell=tell)
        output.say(f"Wrote {count:,} {wanted} to {path}.")


def _kind(text: str) -> str:
    from crm_tui.text import nearest

    wanted = text.strip().lower().replace("-", "")
    if wanted in KINDS:
        return wanted
    near = nearest(wanted, KINDS)
    hint = f"Did you mean {near}?" if near else f"Use one of: {', '.join(KINDS)}."
    raise UsageError(f'"{text}" cannot be exported.', hint)


def _format(text: str | None) -> Format:
    for each in FORMATS:
        if (text or Format.CSV.value).strip().lower() == each.value:
            return each
    raise UsageError(f'Nothing is exported as "{text}".', f"Use one of: {', '.join(FORMATS)}.")


def _rows(crm: Crm, kind: str, condition: Node | None) -> Iterator[Any]:
    found: Iterator[Any] = getattr(crm, kind).iterate(condition, sort="id")
    return found


def _print(crm: Crm, kind: str, form: Format, condition: Node | None) -> None:
    from crm_tui.interchange.csv_out import columns_of

    columns = columns_of(crm, kind, nested=form is not Format.CSV)
    output.records(_rows(crm, kind, condition), columns, columns, form, crm.clock.today)


def _save(
    crm: Crm, kind: str, form: Format, condition: Node | None, path: Path, *, force: bool, tell: Tell | None
) -> int:
    from crm_tui.interchange import csv_out, json_out
    from crm_tui.interchange.saving import saved

    rows: Iterable[Any] = _rows(crm, kind, condition)
    if tell is not None:
        rows = _told(rows, getattr(crm, kind).count(condition), tell)
    write = {Format.CSV: csv_out.write, Format.JSON: json_out.write, Format.JSONL: json_out.write_lines}[form]
    with saved(path, replace=force) as file:
        return write(rows, csv_out.columns_of(crm, kind, nested=form is not Format.CSV), file)


def _told(rows: Iterable[Any], total: int, tell: Tell) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        yield row
        if not number % _STEP:
            tell(number, total)
