"""crm edit: the chosen records as text in the person's own editor, the differences, one operation."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_tui import output
from crm_tui.commands.context import RecordCommand, at_terminal, confirm, done, example, writing
from crm_tui.commands.values import parsed
from crm_tui.errors import ConflictError, CrmError, InvalidDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.interchange.block_edit import Edit, RecordChange

app = typer.Typer(rich_markup_mode=None, help="Change many records as text, in your editor.")


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm edit contacts tag:newsletter",
        "crm edit deals status:open stage:proposal",
        "EDITOR=\"sed -i 's/^title: CTO$/title: Head of IT/'\" crm edit contacts title:CTO --yes",
    ),
)
def edit(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="contacts, companies, deals, followups, interactions, products, invoices (but for their lines) or"
            " payments.",
        ),
    ],
    filters: Annotated[list[str], typer.Argument(metavar="FILTER...", help="See docs/filters.md.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
) -> None:
    """Open the records that match in $VISUAL or $EDITOR, show what was changed, and write it as one operation.

    A record or line that is taken out of the text stays as it is. A text that cannot be taken is kept in its file.
    """
    from crm_tui.interchange.block_edit import Edit
    from crm_tui.interchange.block_fields import KINDS

    table = _kind(kind, tuple(KINDS))
    condition = parsed(filters)
    if not yes and not at_terminal():
        raise UsageError("There is nobody to ask whether the changes are right.", "Add --yes to write them.")
    with writing(ctx) as crm:
        ids = [*getattr(crm, table).ids(condition)]
        if not ids:
            output.say(f"No {KINDS[table].many} match; there is nothing to change.")
            return
        work = Edit(crm, KINDS[table], ids)
        place = _new_file(table)
        changes = _edited(work, place, yes=yes)
        rows = []
        if changes:
            try:
                rows = work.apply(changes)
            except CrmError:
                _keep(place)
                raise
        else:
            crm.last_operation = None
        place.unlink(missing_ok=True)
        done(ctx, crm, work.kind.columns, rows)


def _kind(text: str, known: Sequence[str]) -> str:
    from crm_tui.text import nearest

    wanted = text.strip().lower().replace("-", "")
    if wanted in known:
        return wanted
    near = nearest(wanted, known)
    raise UsageError(
        f'"{text}" cannot be changed as text.',
        f"Did you mean {near}?" if near else f"Use one of: {', '.join(known)}.",
    )


def _new_file(table: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=f"crm-{table}-", suffix=".txt")
    os.close(handle)
    return Path(name)


def _edited(work: Edit, place: Path, *, yes: bool) -> list[RecordChange]:
    """What the person changed and agreed to; nothing when they changed nothing."""
    from crm_tui.interchange import editor

    editor.put(place, work.text)
    while True:
        _run_editor(work, place)
        try:
            text = editor.read(place)
            if text == work.text:
                return []
            changes = work.changes(text)
        except InvalidDataError as error:
            if not _again(error, place):
                raise
            continue
        except ConflictError:
            _keep(place)
            raise
        if changes:
            _show(work, changes)
            try:
                many = work.kind.noun if len(changes) == 1 else work.kind.many
                confirm(f"Write these changes to {len(changes):,} {many}?", yes=yes)
            except (typer.Abort, KeyboardInterrupt):
                _keep(place)
                raise
        return changes


def _run_editor(work: Edit, place: Path) -> None:
    from crm_tui.interchange import editor

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or editor.USUAL
    try:
        code = editor.run(command, place)
    except CrmError:
        place.unlink(missing_ok=True)
        raise
    if code:
        if place.exists() and place.read_bytes() != work.text.encode("utf-8", "surrogatepass"):
            _keep(place)
        else:
            place.unlink(missing_ok=True)
        raise CrmError(
            f"The editor ended with code {code}; nothing was changed.", f'It was called as "{command}".'
        )


def _again(error: InvalidDataError, place: Path) -> bool:
    """Whether to go back into the editor; off a terminal the text is kept and the error told."""
    if at_terminal():
        output.say(f"{error.message} {error.hint}")
        try:
            confirm("Edit it again?", yes=False)
        except (typer.Abort, KeyboardInterrupt):
            _keep(place)
            raise
        return True
    _keep(place)
    return False


def _keep(place: Path) -> None:
    output.say(f"Your text is kept in {place}.")


def _show(work: Edit, changes: Sequence[RecordChange]) -> None:
    from crm_tui.interchange.block_edit import differences

    for sign, line in differences(work.kind, changes):
        output.say(f"  {sign} {line}" if sign else line)
