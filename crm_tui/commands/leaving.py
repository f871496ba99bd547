"""crm contact export and crm contact forget: what is kept about somebody, and nothing any more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer

from crm_tui import output
from crm_tui.columns import simple
from crm_tui.commands.context import confirm, given_format, reading
from crm_tui.errors import CrmError, UsageError
from crm_tui.output import Format

FORGOTTEN: Final = simple(
    "forgotten", "id", "operation", "erased", "kept", "operations", "redacted", "mentions", "searched_bytes",
    "searched_for", "found", "backups",
)  # fmt: skip


def export_person(ctx: typer.Context, ref: str, file: Path | None, *, force: bool) -> None:
    """Print or save everything that is kept about a person."""
    from crm_tui.domain.dossier import dossier
    from crm_tui.interchange import dossier_out

    file = None if file == Path("-") else file
    form = _form(ctx, file)
    with reading(ctx) as crm:
        contact_id = crm.references.contact(ref)
        if file is not None:
            path = file.expanduser()
            kind: dossier_out.Form = "txt" if form is Format.TABLE else "json"
            name = dossier_out.save(crm, contact_id, path, kind, replace=force)
            output.say(f"Wrote everything about {name} to {path}.")
            return
        found = dossier(crm, contact_id)
    if form is not Format.TABLE:
        output.value(found)
        return
    for line, is_heading in dossier_out.readable(found):
        output.write(output.style(line, "bold") if is_heading else line)


def _form(ctx: typer.Context, file: Path | None) -> Format:
    form = given_format(ctx)
    if form is None:
        form = Format.JSON if file is not None else output.default_format()
        return Format.TABLE if form is Format.TABLE else Format.JSON
    if form not in (Format.JSON, Format.TABLE):
        raise UsageError(f"A person's everything is no {form.value}.", "Use json or table.")
    return form


def forget_person(ctx: typer.Context, ref: str, *, redact: bool, yes: bool) -> None:
    """Erase a person for good, after a question that says what goes; exit 1 when something still names them."""
    from crm_tui.domain import forget_words, forgetting
    from crm_tui.locations import state_folder

    with reading(ctx) as crm:
        prospect = forgetting.look(crm, crm.references.contact(ref))
        for line in forget_words.before(prospect, redact=redact, way="--redact"):
            output.say(line)
        confirm(f"Forget {prospect.name} ({prospect.id}) for good? {forget_words.FOREVER}", yes=yes)
        done = forgetting.forget(crm, prospect.id, redact=redact)
        files = forgetting.files_that_name(prospect.identity, state_folder())
        for line in forget_words.after(done, files):
            output.say(line)
        form = given_format(ctx)
        if form is not None:
            output.record(done, FORGOTTEN.columns, form, crm.clock.today)
    if not done.is_clean:
        raise typer.Exit(CrmError.exit_code)
