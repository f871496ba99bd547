"""An invoice written as a document: the one way that the command line and the screens share. Nothing is journaled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from crm_tui.interchange.papers.paper import Paper, paper

if TYPE_CHECKING:
    from pathlib import Path

    from crm_tui.domain.crm import Crm

Form = Literal["txt", "html", "pdf"]
_LONGEST: Final = 60  # characters of the name of a file
FORMS: Final[tuple[Form, ...]] = ("txt", "html", "pdf")
"""What an invoice can be written as, each the ending of the file too."""


def data(crm: Crm, found: Paper, form: Form) -> bytes:
    """An invoice as the content of a file, text in UTF-8.

    Raises:
        UsageError: a PDF is asked for, and what it needs is not installed.
        NotFoundError: the font that is set is not there.
        InvalidDataError: no font has some of the letters.
    """
    if form == "pdf":
        from crm_tui.interchange.papers.pdf_paper import document

        config = crm.config
        made_at = crm.clock.local_now
        return document(found, region=config.region, made_at=made_at, font=config.invoice_font)
    if form == "html":
        from crm_tui.interchange.papers.html_paper import page

        return page(found).encode("utf-8", "replace")
    from crm_tui.interchange.papers.text_paper import lines

    return "".join(f"{line}\n" for line in lines(found)).encode("utf-8", "replace")


def save(crm: Crm, invoice_id: int, path: Path, form: Form, *, replace: bool = False) -> Paper:
    """Write an invoice to a file that only its owner may read; returns what stands on it.

    Raises:
        NotFoundError: there is no such invoice, or no such font.
        UsageError: a PDF is asked for, and what it needs is not installed.
        InvalidDataError: no font has some of the letters.
        ConflictError: there is such a file, and it is not to be replaced.
        DatabaseError: it cannot be written.
    """
    from crm_tui.interchange.saving import saved_bytes

    found = paper(crm, invoice_id)
    content = data(crm, found, form)
    with saved_bytes(path, replace=replace) as file:
        file.write(content)
    return found


def can_pdf() -> bool:
    """Whether what a PDF needs is installed."""
    from crm_tui.interchange.papers.pdf_paper import can_be_made

    return can_be_made()


def lacking(found: Paper) -> str:
    """What a customer would miss on it that settings can give, in words; nothing where it is all there."""
    return (
        "Your own name is not on it: set business_name, business_address and business_payment with crm config set."
        if not found.seller
        else ""
    )


def named(found: Paper) -> str:
    """A name for its file, without an ending: what it is and its number, as letters, digits and minus signs."""
    from crm_tui.text import fold

    words = "".join(each if each.isalnum() else " " for each in fold(f"{found.title} {found.number}")).split()
    return "-".join(words)[:_LONGEST]
