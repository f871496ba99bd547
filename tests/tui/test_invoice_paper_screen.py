"""Writing an invoice for the customer from the screens: what crm invoice print writes, never over a file unasked."""

from __future__ import annotations

import importlib.util
import stat
from pathlib import Path

import pytest
from textual.widgets import Input

from crm_tui.domain import Crm
from crm_tui.interchange.papers import writing
from crm_tui.interchange.papers.paper import paper
from tests.tui.bills import Bills, bills
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


@pytest.fixture
def made(crm_of: Crm) -> Bills:
    return bills(crm_of)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one is in, where what a PDF needs is not installed."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "fpdf" else find(name))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_from_the_list(opened: Opener, crm_of: Crm, made: Bills, here: Path) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "P")
        text = screen_text(pilot)
        assert "invoice 2026-005" in text
        assert "invoice-2026-005" in text
        await press(pilot, "enter")
        assert "Wrote invoice 2026-005 to" in screen_text(pilot)
    file = here / "invoice-2026-005.html"
    newest = crm_of.invoices.find("number:2026-005")
    assert file.read_bytes() == writing.data(crm_of, paper(crm_of, newest.id), "html")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_file_that_is_there_is_asked_about(opened: Opener, made: Bills, here: Path) -> None:
    (here / "mine.txt").write_text("mine")
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "P", "tab", "left")
        pilot.app.screen.query_one(Input).value = ""
        pilot.app.screen.query_one(Input).focus()
        await type_in(pilot, "mine.txt")
        await press(pilot, "enter")
        assert "mine.txt is there already" in screen_text(pilot)
        assert (here / "mine.txt").read_text() == "mine"
        await press(pilot, "y")
        assert "INVOICE" in (here / "mine.txt").read_text()


async def test_a_pdf_without_the_extra_says_how_to_get_it(opened: Opener, made: Bills, here: Path) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "P", "tab", "right", "enter")
        text = screen_text(pilot)
        assert "A PDF needs packages that are not installed" in text
        assert names(here) == []


async def test_from_the_record(opened: Opener, made: Bills, here: Path) -> None:
    async with opened((120, 40), "contacts") as pilot:
        crm_app(pilot).open_record("invoices", made.partly)
        await settle(pilot)
        await press(pilot, "P", "enter")
        assert "Wrote invoice" in screen_text(pilot)
    assert [Path(each).suffix for each in names(here)] == [".html"]


async def test_not_for_several(opened: Opener, made: Bills, here: Path) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "space", "space", "P")
        assert "invoice-2026" not in screen_text(pilot)
