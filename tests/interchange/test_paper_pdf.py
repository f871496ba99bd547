"""An invoice as PDF: its text is read back, letters are there or refused by name, long ones turn the page."""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Iterable
from pathlib import Path
from string import ascii_letters, digits, punctuation
from typing import Any

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.papers import pdf_paper
from crm_tui.interchange.papers.paper import Paper, paper
from tests import papers

PLAIN = ascii_letters + digits + punctuation


@pytest.fixture
def _extra() -> None:
    for each in ("fpdf", "uharfbuzz", "pypdf"):
        pytest.importorskip(each)


def made(crm: Crm, found: Paper, region: str = "GB", folders: Iterable[Path] = (), **how: Any) -> bytes:
    return pdf_paper.document(found, region=region, made_at=crm.clock.local_now, folders=folders, **how)


def pages(document: bytes) -> list[str]:
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]


def fonts_of(document: bytes) -> set[str]:
    from pypdf import PdfReader

    page: Any = PdfReader(io.BytesIO(document)).pages[0]
    found = page["/Resources"]["/Font"]
    return {str(each.get_object()["/BaseFont"]).partition("+")[2] or "own" for each in found.values()}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.usefixtures("_extra")
def test_every_text_is_in_it_and_no_font_is_needed(database: Path) -> None:
    with papers.business(database) as crm:
        found = paper(crm, papers.relaunch(crm).id)
        document = made(crm, found)
    (text,) = pages(document)
    assert fonts_of(document) == {"own"}
    assert [each for each in found.texts if squeezed(each) not in squeezed(text)] == []


@pytest.mark.usefixtures("_extra")
def test_the_same_invoice_is_the_same_file(database: Path) -> None:
    with papers.business(database) as crm:
        found = paper(crm, papers.relaunch(crm).id)
        assert made(crm, found) == made(crm, found)


@pytest.mark.usefixtures("_extra")
@pytest.mark.parametrize(("region", "size"), [("US", (612, 792)), ("DE", (595, 842))], ids=["Letter", "A4"])
def test_the_size_of_the_paper(crm: Crm, region: str, size: tuple[int, int]) -> None:
    from pypdf import PdfReader

    bill = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=1)])
    box = PdfReader(io.BytesIO(made(crm, paper(crm, bill.id), region))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


@pytest.mark.usefixtures("_extra")
def test_many_lines_turn_the_page_with_their_heads_and_numbers(crm: Crm) -> None:
    lines = [LineDraft(f"Item {number} of many", "1", number) for number in range(1, 101)]
    found = pages(made(crm, paper(crm, crm.invoices.add(lines=lines).id)))
    assert len(found) > 2
    items = [int(number) for page in found for number in re.findall(r"Item (\d+) of many", page)]
    assert items == list(range(1, 101))
    heads = ["Unit price" in page for page in found]
    assert heads == [bool(re.search(r"Item \d+ of many", page)) for page in found]
    assert [f"Invoice 2026-001, page {n} of {len(found)}" in page for n, page in enumerate(found, 1)] == [
        True
    ] * len(found)
    # 1 + 2 + ... + 100 = 5050 cents
    assert "50.50 EUR" in found[-1]


@pytest.mark.usefixtures("_extra")
def test_a_description_longer_than_a_page_and_figures_too_wide(crm: Crm) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    lines = [
        LineDraft(words, "999999999999.999999999", 9_00, None, "12.123456789", "19.123456789"),
        *(LineDraft(words, "1", 1) for _ in range(40)),
    ]
    found = pages(made(crm, paper(crm, crm.invoices.add(lines=lines).id)))
    text = squeezed("".join(found))
    assert text.count("word59") == 41
    assert "999999999999.999999999" in text


@pytest.mark.usefixtures("_extra")
def test_letters_that_helvetica_lacks_are_taken_from_a_font(crm: Crm, tmp_path: Path) -> None:
    papers.font(tmp_path / "fonts" / "DejaVuSans.ttf", f"{PLAIN}ƏəӘлиявңғ")
    papers.font(tmp_path / "fonts" / "Other.ttf", "日本")
    who = crm.contacts.add(name="Əlia Əliyeva 日本")
    bill = crm.invoices.add(contact_id=who.id, lines=[LineDraft("Әлия", unit_price_minor=1)])
    document = made(crm, paper(crm, bill.id), folders=[tmp_path / "fonts"])
    text = squeezed("".join(pages(document)))
    assert squeezed("Əlia Əliyeva 日本") in text
    assert "Әлия" in text
    assert fonts_of(document) == {"DejaVuSans", "Other"}


@pytest.mark.usefixtures("_extra")
def test_a_letter_that_no_font_has_is_refused_not_left_out(crm: Crm, tmp_path: Path) -> None:
    papers.font(tmp_path / "fonts" / "DejaVuSans.ttf", PLAIN)
    who = crm.contacts.add(name="Məmmədov")
    bill = crm.invoices.add(contact_id=who.id, lines=[LineDraft("Work", unit_price_minor=1)])
    with pytest.raises(InvalidDataError, match=r"No font here has the letters ə \(U\+0259\)"):
        made(crm, paper(crm, bill.id), folders=[tmp_path / "fonts"])


@pytest.mark.usefixtures("_extra")
def test_the_font_that_is_set_is_used_for_plain_letters_too(crm: Crm, tmp_path: Path) -> None:
    own = papers.font(tmp_path / "mine.ttf", PLAIN)
    bill = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=1)])
    assert fonts_of(made(crm, paper(crm, bill.id), font=str(own))) == {"mine"}


@pytest.mark.usefixtures("_extra")
def test_hostile_texts_are_shown(crm: Crm) -> None:
    evil = "(a) Tj /JS {nb} **b** --c-- \\) \x1b".replace("\x1b", "")
    bill = crm.invoices.add(
        lines=[LineDraft(evil, unit_price_minor=1), LineDraft("\u202eb", unit_price_minor=1)]
    )
    (text,) = pages(made(crm, paper(crm, bill.id)))
    assert squeezed(evil) in squeezed(text)
    assert "<U+202E>b" in text


def test_without_the_extra_it_says_how_to_get_it(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    bill = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=1)])
    found = paper(crm, bill.id)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as told:
        made(crm, found)
    assert told.value.exit_code == 2
    assert "pip install fpdf2 uharfbuzz" in told.value.hint
