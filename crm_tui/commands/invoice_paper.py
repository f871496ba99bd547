"""crm invoice print: an invoice as the customer gets it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui import output
from crm_tui.commands.context import reading
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    import typer

    from crm_tui.interchange.papers.writing import Form

_WORDS: Final[dict[str, Form]] = {"text": "txt", "txt": "txt", "html": "html", "htm": "html", "pdf": "pdf"}
"""What is typed, or the ending of a file, and what it means."""


def print_paper(ctx: typer.Context, ref: str, form: str | None, file: str | None, *, force: bool) -> None:
    """Print an invoice, or write it to a file."""
    path = Path(file).expanduser() if file is not None else None
    wanted = _form(form, path)
    if wanted == "pdf" and path is None and sys.stdout.isatty():
        raise UsageError("A PDF is nothing to print on a terminal.", "Name a file: -o invoice.pdf.")
    with reading(ctx) as crm:
        from crm_tui.interchange.papers import writing
        from crm_tui.interchange.papers.paper import paper

        invoice = crm.references.invoice(ref)
        if path is not None:
            found = writing.save(crm, invoice, path, wanted, replace=force)
            output.say(f"Wrote {found.title.lower()} {found.number} to {path}.")
        else:
            found = paper(crm, invoice)
            data = writing.data(crm, found, wanted)
            if wanted == "txt":
                output.write(data.decode().removesuffix("\n"))
            else:
                output.write_bytes(data)
        if missing := writing.lacking(found):
            output.say(missing)


def _form(form: str | None, path: Path | None) -> Form:
    """What it is to be: as asked for, else by the file's ending, else text."""
    ending = path.suffix.lower().removeprefix(".") if path is not None else ""
    by_name = _WORDS.get(ending)
    if form is None:
        if path is not None and by_name is None:
            raise UsageError(
                f"{path.name} does not say what it is to be.",
                "End it in .txt, .html or .pdf, or say -f text.",
            )
        return by_name or "txt"
    wanted = _WORDS.get(form.strip().lower())
    if wanted is None:
        raise UsageError(f"An invoice is not printed as {form}.", "Use text, html or pdf.")
    if path is not None and by_name not in (None, wanted):
        raise UsageError(f"{path.name} does not go with {form}.", "Choose another ending, or leave -f out.")
    return wanted
