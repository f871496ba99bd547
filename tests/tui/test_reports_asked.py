"""What reports are asked about on the screen: days, as of, by, currency; why, and export."""

from __future__ import annotations

import re
import stat
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.screens.forms.report_dialog import ReportDialog
from crm_tui.screens.reports.ask_line import AskLine
from crm_tui.screens.reports.asked import Wish
from crm_tui.screens.reports.screen import ReportsScreen
from tests.tui.conftest import Opener, press, screen_text, type_in
from tests.tui.test_reports_screen import reports, sold, squeezed

__all__ = ["sold"]


async def test_other_days_hold_for_every_report_about_a_period(opened: Opener, crm_of: Crm) -> None:
    async with opened((120, 30), start="reports") as pilot:
        await press(pilot, "3", "p", "4")
        assert "1 Jan 2026 - 31 Dec 2026" in screen_text(pilot)
        await press(pilot, "6")
        assert "1 Jan 2026 - 31 Dec 2026" in screen_text(pilot)
        await press(pilot, "1", "p")
        # the pipeline is about one day
        assert "as of 2 Mar 2026" in screen_text(pilot)
        assert isinstance(pilot.app.screen, ReportsScreen)
        await press(pilot, "3", "p", "1")
        assert reports(pilot).wish == Wish()
        assert "3 Mar 2025 - 2 Mar 2026" in screen_text(pilot)


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("2", "1 Mar 2026 - 31 Mar 2026"),
        ("3", "1 Jan 2026 - 31 Mar 2026"),
        ("5", "3 Mar 2025 - 2 Mar 2026"),
        ("6", "1 Jan 2025 - 31 Dec 2025"),
        ("7", "20 Jan 2026 - 2 Mar 2026"),
    ],
)
async def test_periods_have_names(opened: Opener, key: str, days: str) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "6", "p", key)
        assert days in screen_text(pilot)


async def test_other_days_are_typed_and_asked_again_until_understood(opened: Opener) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "6", "p", "8")
        assert isinstance(pilot.app.screen, AskLine)
        await type_in(pilot, "soon")
        await press(pilot, "enter")
        assert '! "soon" is no period.' in screen_text(pilot)
        await press(pilot, "ctrl+u")
        assert "no period" not in screen_text(pilot)
        await type_in(pilot, "2026-01..2026-02")
        await press(pilot, "enter")
        assert "1 Jan 2026 - 28 Feb 2026" in screen_text(pilot)
        await press(pilot, "p")
        assert "2026-01..2026-02" in screen_text(pilot)
        await press(pilot, "escape")
        assert reports(pilot).wish.period == "2026-01..2026-02"


async def test_the_state_of_a_day_gone_by(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("Old", amount_minor=20_000, currency="EUR", created_at="2026-01-10T09:00:00Z")
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "t")
        await type_in(pilot, "2027")
        await press(pilot, "enter")
        assert "is to come" in screen_text(pilot)
        await press(pilot, "ctrl+u")
        await type_in(pilot, "2026-01")
        await press(pilot, "enter")
        assert "as of 31 Jan 2026" in screen_text(pilot)
        assert "1 open · 200 EUR" in screen_text(pilot)
        await press(pilot, "t", "ctrl+u", "enter")
        assert "as of 2 Mar 2026" in screen_text(pilot)


async def test_the_rows_by_something_else(opened: Opener, sold: None) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "8", "b")
        assert "By quarter." in screen_text(pilot)
        await press(pilot, *["b"] * 3)
        assert "By customer." in screen_text(pilot)
        assert "Acme" in screen_text(pilot)
        await press(pilot, "4", "8")
        assert "By customer." in screen_text(pilot)
        await press(pilot, "1", "b")
        assert "What is open, and what is it worth?" in screen_text(pilot)


async def test_rows_in_the_base_currency(opened: Opener, crm_of: Crm, sold: None) -> None:
    crm_of.rates.set("USD", "0.5", date(2025, 1, 1))
    async with opened((100, 30), start="reports", config=Config(base_currency="EUR")) as pilot:
        await press(pilot, "8")
        assert "50.00 USD" in screen_text(pilot)
        await press(pilot, "c")
        assert "50.00 USD" not in screen_text(pilot)
        assert "25.00 EUR" in screen_text(pilot)
        await press(pilot, "c")
        assert "50.00 USD" in screen_text(pilot)


def letter(pilot: Pilot[None], answer: str) -> str:
    """The key of an answer in a dialog."""
    found = re.search(rf"\b(\w) {re.escape(answer)}\b", squeezed(pilot))
    assert found
    return found[1]


async def test_why_shows_the_arithmetic_and_the_rows(opened: Opener) -> None:
    async with opened((100, 40), start="reports") as pilot:
        await press(pilot, "enter")
        assert "4 Weighted 540.00 EUR" in squeezed(pilot)
        await press(pilot, "4")
        # of all, unless a row is chosen
        assert "Weighted of which row?" in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReportDialog)
        text = squeezed(pilot)
        assert "540.00 EUR as of 2 Mar 2026" in text
        assert "deal Website relaunch" in text
        assert "450.00 EUR" in text
        await press(pilot, "escape")
        assert reports(pilot).chosen == "pipeline"


async def test_why_of_a_row(opened: Opener, crm_of: Crm) -> None:
    won = crm_of.deals.add("Label", amount_minor=30_000, currency="EUR", source="fair").id
    crm_of.deals.win(won)
    async with opened((100, 40), start="reports") as pilot:
        await press(pilot, "4", "b", "w")
        await press(pilot, letter(pilot, "Lost"))
        assert "Lost of which row?" in screen_text(pilot)
        await type_in(pilot, "fai")
        await press(pilot, "enter")
        text = squeezed(pilot)
        assert "Lost, won and lost: fair" in text
        assert "0 3 Mar 2025 - 2 Mar 2026" in text
        await press(pilot, "escape", "w")
        await press(pilot, letter(pilot, "Amount lost"))
        # this one is of rows alone, and there is only one
        assert "Amount lost, won and lost: fair" in squeezed(pilot)


async def test_why_of_one_record_asks_of_which(opened: Opener, sold: None) -> None:
    async with opened((100, 40), start="reports") as pilot:
        await press(pilot, "0", "w")
        await press(pilot, letter(pilot, "RFM of one customer"))
        assert "RFM of which customer?" in screen_text(pilot)
        await type_in(pilot, "acm")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReportDialog)
        assert "Acme" in screen_text(pilot)
        await press(pilot, "escape", "9", "w")
        await press(pilot, letter(pilot, "Balance of one invoice"))
        assert "Balance of which invoice?" in screen_text(pilot)
        await press(pilot, "enter")
        assert "! Nothing is named." in screen_text(pilot)
        await type_in(pilot, "nonsense")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReportsScreen)
        assert "nonsense" in screen_text(pilot).splitlines()[-2]


async def test_export_writes_what_the_command_line_does(opened: Opener, tmp_path: Path) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "pipeline"))
        await press(pilot, "enter")
        path = tmp_path / "pipeline.html"
        assert "Wrote Pipeline to " in screen_text(pilot)
        assert path.read_text().startswith("<!DOCTYPE html>")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        await press(pilot, "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "pipeline"))
        await press(pilot, "tab", "right", "enter")
        assert (
            (tmp_path / "pipeline.csv").read_text().startswith("pipeline,stage,probability,count,currency,")
        )
