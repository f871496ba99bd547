"""An invoice written to a file as the customer gets it: a PDF, a page or text, by the function of the command line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from crm_tui.screens.leaving.saving import Saving
from crm_tui.screens.lists.list_export import Target

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.papers.paper import Paper
    from crm_tui.interchange.papers.writing import Form
    from crm_tui.screens.shell.base import DataMixin


def save(screen: DataMixin, invoice_id: int) -> None:
    """Ask where to and as what, and write the invoice there."""
    from crm_tui.interchange.papers import paper

    nothing: Paper | None = None
    screen.read(
        lambda crm: paper.paper(crm, invoice_id),
        partial(_ask_where, screen, invoice_id),
        group="paper",
        empty=nothing,
    )


def _ask_where(screen: DataMixin, invoice_id: int, found: Paper | None) -> None:
    if found is None:
        return
    from crm_tui.interchange.papers import writing

    what = f"{found.title.lower()} {found.number}"

    def write(crm: Crm, target: Target, over: bool) -> str:
        path = target.file()
        written = writing.save(crm, invoice_id, path, cast("Form", target.form), replace=over)
        return " ".join((f"Wrote {what} to {path}.", writing.lacking(written))).strip()

    first = Target(writing.named(found), "pdf" if writing.can_pdf() else "html", formats=writing.FORMS)
    Saving(screen, what, write).ask(first)
