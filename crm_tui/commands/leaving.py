"""crm contact export and crm contact forget: what is kept about somebody, and nothing any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from crm_tui import output
from crm_tui.columns import simple
from crm_tui.commands.context import confirm, given_format, reading
from crm_tui.errors import CrmError, UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crm_tui.domain.forgetting import Forgotten, Prospect

FORGOTTEN: Final = simple(
    "forgotten", "id", "operation", "erased", "kept", "operations", "redacted", "mentions", "searched_bytes",
    "searched_for", "found", "backups",
)  # fmt: skip
_SHOWN: Final = 20


def export_person(ctx: typer.Context, ref: str, file: Path | None, *, force: bool) -> None:
    """Print or save everything that is kept about a person."""
    import json

    from crm_tui.domain.dossier import dossier
    from crm_tui.interchange.saving import saved

    form = _form(ctx, file)
    with reading(ctx) as crm:
        found = dossier(crm, crm.references.contact(ref))
    lines = _readable(found) if form is Format.TABLE else [json.dumps(found, ensure_ascii=False, indent=2)]
    if file is None:
        if form is Format.TABLE:
            for line in lines:
                output.write(line)
        else:
            output.value(found)
        return
    path = file.expanduser()
    with saved(path, replace=force) as opened:
        opened.writelines(f"{line}\n" for line in lines)
    output.say(f"Wrote everything about {found['contact']['name']} to {path}.")


def _form(ctx: typer.Context, file: Path | None) -> Format:
    form = given_format(ctx)
    if form is None:
        form = Format.JSON if file is not None else output.default_format()
        return Format.TABLE if form is Format.TABLE else Format.JSON
    if form not in (Format.JSON, Format.TABLE):
        raise UsageError(f"A person's everything is no {form.value}.", "Use json or table.")
    return form


def _readable(found: Mapping[str, Any]) -> Iterator[str]:
    """The document as text: a heading a part, a line a field, a blank line between records."""
    from crm_tui.text import clean_lines

    for place, (part, content) in enumerate(found.items()):
        if not content:
            continue
        yield from ([""] if place else [])
        yield output.style(part.replace("_", " ").capitalize(), "bold")
        for number, row in enumerate(content if isinstance(content, list) else [content]):
            yield from ([""] if number else [])
            for name, value in row.items():
                if value not in (None, "", [], {}):
                    text = value if isinstance(value, str) else output.dump(value)
                    first, *rest = clean_lines(text)
                    yield f"  {name}: {first}"
                    yield from (f"    {line}" for line in rest)


def forget_person(ctx: typer.Context, ref: str, *, redact: bool, yes: bool) -> None:
    """Erase a person for good, after a question that says what goes; exit 1 when something still names them."""
    from crm_tui.domain import forgetting
    from crm_tui.locations import state_folder

    with reading(ctx) as crm:
        prospect = forgetting.look(crm, crm.references.contact(ref))
        for line in _told_before(prospect, redact=redact):
            output.say(line)
        confirm(f"Forget {prospect.name} ({prospect.id}) for good? This cannot be undone.", yes=yes)
        done = forgetting.forget(crm, prospect.id, redact=redact)
        for line in _told_after(done):
            output.say(line)
        for file in forgetting.files_that_name(prospect.identity, state_folder()):
            output.say(
                f"{file} of the screens names them still; remove it, or open the screens and clear it."
            )
        form = given_format(ctx)
        if form is not None:
            output.record(done, FORGOTTEN.columns, form, crm.clock.today)
    if not done.is_clean:
        raise typer.Exit(CrmError.exit_code)


def _told_before(prospect: Prospect, *, redact: bool) -> Iterator[str]:
    yield f"This erases {prospect.name} ({prospect.id}): {_counts(prospect.erased)}."
    if prospect.kept:
        yield f"Without their name stay: {_counts(prospect.kept)}."
    if prospect.mentions:
        what = (
            "[forgotten] will stand there"
            if redact
            else "they stay, unless --redact writes [forgotten] there"
        )
        yield f"{_texts(len(prospect.mentions))} of other records name them; {what}:"
        for each in prospect.mentions[:_SHOWN]:
            yield f"  {each.table} {each.id}, {each.field}: {_short(each.text)}"
        if len(prospect.mentions) > _SHOWN:
            yield f"  and {len(prospect.mentions) - _SHOWN:,} more"


def _told_after(done: Forgotten) -> Iterator[str]:
    yield f"Forgot contact {done.id}: {_counts(done.erased)} erased. Operation {done.operation}; nothing takes it back."
    if done.operations:
        plural = "operation" if done.operations == 1 else "operations"
        yield f"{done.operations:,} earlier {plural} concerned them and cannot be undone any more."
    if done.redacted:
        yield f"In {_texts(done.redacted)} of other records [forgotten] stands now."
    sought = (
        f"{done.searched_bytes:,} bytes of the file were searched for {done.searched_for} spellings of their"
    )
    sought += " names, e-mails and phones"
    if done.is_clean:
        yield f"{sought}: nothing was found."
    else:
        yield f"{sought}. Still there:"
    for each in done.mentions:
        sure = "" if each["sure"] else " (perhaps them)"
        yield f"  {each['kind']} {each['id']}, {each['field']}: {_short(str(each['text']))}{sure}"
    for found in done.found:
        yield f"  {found}"
    if done.backups:
        yield "These copies were made before and hold them still; remove them when you may:"
        yield from (f"  {each}" for each in done.backups)


def _texts(number: int) -> str:
    return f"{number:,} text{'' if number == 1 else 's'}"


def _counts(counts: Mapping[str, int]) -> str:
    from crm_tui.domain.history_words import noun

    return ", ".join(f"{number:,} {noun(table, number)}" for table, number in counts.items()) or "nothing"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 70 else f"{plain[:69]}…"
