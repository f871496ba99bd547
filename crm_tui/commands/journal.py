"""crm history, crm undo, crm redo: what was done, taken back and brought again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from crm_tui import output
from crm_tui.columns import OPERATION_DONE, OPERATIONS
from crm_tui.commands.context import (
    ListCommand,
    NothingYetError,
    RecordCommand,
    example,
    given_format,
    list_options,
    reading,
    show,
    show_one,
)
from crm_tui.errors import NothingToUndoError, UsageError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import Operation

app = typer.Typer(rich_markup_mode=None, help="What was done, and how to take it back.")
KINDS = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "followup": "followups",
    "invoice": "invoices",
    "product": "products",
}


@app.command(
    "history",
    cls=ListCommand,
    epilog=example(
        "crm history --limit 20", "crm history anna@example.com", "crm history 12 --kind deal --json"
    ),
)
def history(
    ctx: typer.Context,
    ref: Annotated[
        str | None, typer.Argument(metavar="[REF]", help="Only what touched this record and what is its own.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="What REF names: contact, company, deal, followup, invoice or product.")
    ] = "contact",
) -> None:
    """What was done, newest first."""
    from crm_tui.domain.history import entries

    with reading(ctx) as crm:
        record = None if ref is None else _record(crm, kind, ref)
        show(ctx, crm, OPERATIONS, entries(crm, record, **list_options(ctx)))


@app.command("undo", cls=RecordCommand, epilog=example("crm undo", "crm undo 41"))
def undo(
    ctx: typer.Context,
    operation: Annotated[
        int | None, typer.Argument(metavar="[OPERATION]", help="Its number; the newest unless given.")
    ] = None,
) -> None:
    """Take an operation back; without a number the newest one that is not undone."""
    with _existing(ctx) as crm:
        undone = crm.undo(operation)
        _tell(ctx, crm, undone, f"Undone: {undone.summary} (operation {undone.id}). crm redo brings it back.")


@app.command("redo", cls=RecordCommand, epilog=example("crm redo"))
def redo(ctx: typer.Context) -> None:
    """Bring back what was undone last, as long as nothing was done since."""
    with _existing(ctx) as crm:
        back = crm.redo()
        _tell(
            ctx,
            crm,
            back,
            f"Done again: {back.summary} (operation {back.id}). crm undo {back.id} takes it back.",
        )


@contextmanager
def _existing(ctx: typer.Context) -> Iterator[Crm]:
    try:
        with reading(ctx) as crm:
            yield crm
    except NothingYetError:
        raise NothingToUndoError("Nothing was done yet.", "Begin with crm contact add NAME.") from None


def _tell(ctx: typer.Context, crm: Crm, operation: Operation, sentence: str) -> None:
    output.say(sentence)
    if given_format(ctx) is not None:
        show_one(ctx, crm, OPERATION_DONE, operation)


def _record(crm: Crm, kind: str, ref: str) -> tuple[str, int]:
    if kind not in KINDS:
        raise UsageError(
            f'"{kind}" is no kind of record that has a history.', f"Use one of: {', '.join(KINDS)}."
        )
    finders = crm.references
    found = {
        "contact": finders.contact,
        "company": finders.company,
        "deal": finders.deal,
        "followup": finders.followup,
        "invoice": finders.invoice,
        "product": finders.product,
    }[kind](ref)
    return KINDS[kind], found
