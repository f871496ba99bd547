"""crm export: records as CSV, JSON, vCard, iCalendar or a journal, to stdout, a file, or one a file in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui import output
from crm_tui.commands.context import example, reading
from crm_tui.commands.export_formats import FORMATS, Chosen, chosen, show
from crm_tui.commands.progress import Tell, progress
from crm_tui.commands.values import parsed
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node

app = typer.Typer(rich_markup_mode=None, help="Write contacts, companies, deals and the rest to a file.")
KINDS: Final = (
    "contacts", "companies", "deals", "followups", "interactions", "products", "invoices", "payments",
)  # fmt: skip
_STEP: Final = 1000


@app.command(
    "export",
    epilog=example(
        "crm export contacts -o contacts.csv",
        "crm export deals status:open 'amount>1000' -f json",
        "crm export contacts archived_at:any -o everybody.csv --force",
        "crm export contacts -f vcard -o people.vcf",
        "crm export contacts tag:phone -f vcard --vcard-version 3.0 -o ~/contacts/",
        "crm export companies -f vcard -o companies.vcf",
        "crm export followups status:open -f ics -o followups.ics --force",
        "crm export invoices issued_on:2026 -f hledger -o 2026.journal",
    ),
)
def export(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"{', '.join(KINDS[:-1])} or {KINDS[-1]}.")],
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="F",
            help="csv (unless given), json, jsonl; vcard for contacts and companies; ics for followups and"
            " interactions; ledger, hledger or beancount for invoices and payments.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as -f json.")] = False,
    file: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to; stdout unless given. A folder (or a name that ends in /) gets one file a record, in vcard"
            " and ics.",
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Replace what is there: the file, or what others changed or removed in the folder.",
        ),
    ] = False,
    version: Annotated[
        str | None, typer.Option("--vcard-version", metavar="V", help="4.0 (unless given) or 3.0.")
    ] = None,
) -> None:
    """Write every field of the records that match; what was put away only when the filter speaks of archived_at.

    A CSV, JSON, JSON lines or vCard export comes back in with crm import and changes nothing. Invoices have a row a
    line in CSV, and their payments with them in a journal.
    """
    wanted = _kind(kind)
    way = chosen("json" if as_json else form, wanted, version)
    condition = parsed(filters)
    with reading(ctx) as crm:
        if file in (None, "-"):
            show(way, crm, wanted, condition)
            return
        path = Path(file).expanduser()
        folder = file.endswith("/") or path.is_dir()
        with progress(f"Writing {path.name}") as tell:
            if folder:
                output.say(_fill(crm, way, wanted, condition, path, force=force, tell=tell))
                return
            count = _save(crm, way, wanted, condition, path, force=force, tell=tell)
        output.say(f"Wrote {_counted(count, wanted)} to {path}.")


def _kind(text: str) -> str:
    from crm_tui.text import nearest

    wanted = text.strip().lower().replace("-", "")
    if wanted in KINDS:
        return wanted
    near = nearest(wanted, KINDS)
    hint = f"Did you mean {near}?" if near else f"Use one of: {', '.join(KINDS)}."
    raise UsageError(f'"{text}" cannot be exported.', hint)


def _counted(number: int, kind: str) -> str:
    """So many records of a kind: 1 company, 2 companies."""
    one = "company" if kind == "companies" else kind.removesuffix("s")
    return f"{number:,} {one if number == 1 else kind}"


def _save(
    crm: Crm, way: Chosen, kind: str, condition: Node | None, path: Path, *, force: bool, tell: Tell | None
) -> int:
    from crm_tui.interchange.saving import saved

    rows = _told(way.rows(crm, kind, condition), crm, kind, condition, tell)
    with saved(path, replace=force) as file:
        return way.write(crm, kind, rows, file)


def _fill(
    crm: Crm, way: Chosen, kind: str, condition: Node | None, folder: Path, *, force: bool, tell: Tell | None
) -> str:
    """Make a folder hold the records, one a file; returns what became of its files."""
    from crm_tui.interchange.export_formats import fill

    if way.items is None:
        names = " or ".join(each for each, writer in FORMATS.items() if writer.in_folders)
        raise UsageError(f"{folder} is a folder.", f"Name a file, or use -f {names}.")
    rows = _told(way.rows(crm, kind, condition), crm, kind, condition, tell)
    tally = fill(crm, way, kind, rows, folder, force=force)
    wrote = _counted(tally.written, kind)
    said = f"Wrote {wrote} to {folder}; {tally.unchanged:,} unchanged, {tally.removed:,} removed."
    if tally.left:
        said += (
            f" Left alone, as another program made or changed them: {tally.left:,}; import the folder first,"
            " or add --force."
        )
    if tally.gone:
        said += (
            f" Not written again, as another program removed them: {tally.gone:,}; archive or delete them here, or"
            " add --force."
        )
    return said


def _told(
    rows: Iterable[Any], crm: Crm, kind: str, condition: Node | None, tell: Tell | None
) -> Iterator[Any]:
    """The rows, with the progress told now and then."""
    total = getattr(crm, kind).count(condition) if tell is not None else 0
    for number, row in enumerate(rows, 1):
        yield row
        if tell is not None and not number % _STEP:
            tell(number, total)
