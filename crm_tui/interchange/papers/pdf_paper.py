"""An invoice as PDF, by fpdf2, which the extra ``pdf`` brings.

What Helvetica, one of PDF's own fonts, has the letters for is set in it, so that no font is needed; everything else in
installed ones that have every letter, shaped and ordered as its script asks for.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from datetime import datetime
from logging import ERROR, getLogger
from typing import TYPE_CHECKING, Final

from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.papers.fonts import Shelf, printable
from crm_tui.locations import font_folders
from crm_tui.text import clean, is_visible

if TYPE_CHECKING:
    from pathlib import Path

    from fpdf import FPDF

    from crm_tui.interchange.papers.fonts import Family
    from crm_tui.interchange.papers.paper import Paper

LETTER: Final = frozenset(
    ("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE")
)
"""Where paper is Letter; elsewhere it is A4 (Unicode CLDR, supplemental data, paperSize)."""
_OWN: Final = "windows-1252"
"""The letters of PDF's own Helvetica."""
_ALWAYS: Final = frozenset(string.ascii_letters + string.digits + ".,:-%")
_BODY: Final = "body"


def document(
    paper: Paper,
    *,
    region: str,
    made_at: datetime,
    font: str | None = None,
    folders: Iterable[Path] | None = None,
) -> bytes:
    """The invoice as a PDF document.

    Args:
        paper: what stands on it.
        region: the country whose size of paper is used, two letters.
        made_at: the instant that the document says it was made at.
        font: the font to use, a file or a name; Helvetica or an installed one when None.
        folders: where fonts are looked for; where they are installed when None.

    Raises:
        UsageError: what the extra brings is not there.
        NotFoundError: there is no such font.
        InvalidDataError: no font has some of the letters, or one cannot be put into a document.
    """
    _refuse_without_extra()
    # a table of a font that is left out is nothing to tell a person
    getLogger("fontTools").setLevel(ERROR)
    from fpdf import FPDF

    from crm_tui.interchange.papers.pdf_sheet import Sheet

    pdf = FPDF(format="letter" if region in LETTER else "A4")
    # else this text of somebody would become the number of pages
    pdf.alias_nb_pages("")
    pdf.set_creation_date(made_at)
    pdf.set_title(f"{paper.title} {paper.number}")
    pdf.set_lang("en")
    if paper.seller:
        pdf.set_author(paper.seller)
    _set_fonts(pdf, paper, font, folders)
    Sheet(pdf, paper, _BODY if _BODY in pdf.fonts else "helvetica").draw()
    return bytes(pdf.output())


def letters(paper: Paper) -> set[str]:
    """The letters that are printed, of those with a shape."""
    found = {each for text in paper.texts for each in printable(text) if is_visible(each)}
    return found | _ALWAYS


def can_be_made() -> bool:
    """Whether what a PDF needs is installed."""
    from importlib.util import find_spec

    return all(find_spec(each) for each in ("fpdf", "fontTools", "uharfbuzz"))


def _refuse_without_extra() -> None:
    if not can_be_made():
        raise UsageError(
            "A PDF needs packages that are not installed.",
            "Add them: pipx inject crm-tui fpdf2 uharfbuzz, or pip install fpdf2 uharfbuzz. Or print the page of"
            " -f html.",
        )


def _set_fonts(pdf: FPDF, paper: Paper, font: str | None, folders: Iterable[Path] | None) -> None:
    needed = letters(paper)
    if font is None and _fits_own("".join(needed)):
        pdf.core_fonts_encoding = _OWN
        return
    families = Shelf(font_folders() if folders is None else folders).families(needed, font)
    names = [_BODY, *(f"{_BODY}{place}" for place in range(1, len(families)))]
    for name, family in zip(names, families, strict=True):
        _add(pdf, name, family)
    pdf.set_fallback_fonts(names[1:], exact_match=False)
    pdf.set_text_shaping(use_shaping_engine=True)


def _add(pdf: FPDF, name: str, family: Family) -> None:
    for style, file in (("", family.regular), ("B", family.bold or family.regular)):
        try:
            pdf.add_font(name, style, file)
        # whatever a damaged font makes a reader of fonts do
        except (OSError, ValueError, KeyError, IndexError, AssertionError, RuntimeError) as error:
            raise InvalidDataError(
                f"The font {clean(str(file))} cannot be used.", "Set invoice_font to another one."
            ) from error


def _fits_own(text: str) -> bool:
    try:
        text.encode(_OWN)
    except UnicodeEncodeError:
        return False
    return True
