"""Why, on the screen: of each currency's totals, of the figures that are shown, of rows whatever they are called."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.screens.forms.pick_dialog import Pick
from crm_tui.screens.forms.report_dialog import ReportDialog
from tests.tui.conftest import Opener, press, screen_text, settle, type_in
from tests.tui.test_reports_screen import reports, sold, squeezed

__all__ = ["sold"]


async def why(pilot: Pilot[Any], report: str, figure: str) -> None:
    """Ask how a figure of a report comes about."""
    reports(pilot).choose(report)
    await settle(pilot)
    await press(pilot, "w")
    await press(pilot, letter(pilot, figure))


def letter(pilot: Pilot[Any], answer: str) -> str:
    """The key of an answer in the dialog."""
    found = re.search(rf"│ (?:> )?(\w) {answer}\b", squeezed(pilot))
    assert found, squeezed(pilot)
    return found[1]


def within(pilot: Pilot[Any]) -> str:
    """What stands in the dialog."""
    return "\n".join(
        line.split("│")[1].strip() for line in squeezed(pilot).splitlines() if line.count("│") == 2
    )


def sell(crm: Crm, company: str, amount: int, currency: str = "EUR") -> None:
    crm.invoices.add(
        lines=[LineDraft("Oil", unit_price_minor=amount)], company=company, currency=currency,
        issued_on=date(2026, 2, 2),
    )  # fmt: skip


async def test_the_totals_of_each_currency(opened: Opener, crm_of: Crm, sold: None) -> None:
    async with opened((100, 40), start="reports") as pilot:
        await why(pilot, "revenue", "Revenue")
        assert "> all -\nEUR 300.00 EUR\nUSD 50.00 USD" in within(pilot)
        await press(pilot, "down", "down", "enter")
        assert isinstance(pilot.app.screen, ReportDialog)
        assert "50.00 USD 1 Apr 2025" in within(pilot)
        assert "300.00 EUR" not in within(pilot)


async def test_a_total_that_no_row_has_is_of_a_currency_too(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("Yen", amount_minor=500, currency="JPY")
    async with opened((100, 40), start="reports") as pilot:
        await why(pilot, "pipeline", "Open")
        assert "Open of which currency?" in screen_text(pilot)
        await type_in(pilot, "jp")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReportDialog)
        assert "deal Yen" in within(pilot)
        assert "deal Maintenance" not in within(pilot)


async def test_it_is_of_the_figures_that_are_shown(opened: Opener) -> None:
    async with opened((100, 40), start="reports") as pilot:
        # the filter is not typed to its end, so the figures are still of all
        await press(pilot, "/")
        await type_in(pilot, "(stage:lead")
        await press(pilot, "enter")
        assert "still of all deals" in screen_text(pilot)
        await press(pilot, "w")
        await press(pilot, letter(pilot, "Open"))
        assert isinstance(pilot.app.screen, ReportDialog)
        assert "deal Website relaunch" in squeezed(pilot)


async def test_rows_are_found_whatever_they_are_called(opened: Opener, crm_of: Crm) -> None:
    for place, company in enumerate(("all", "Odd\x1b[2J\u202e GmbH", "[/]")):
        sell(crm_of, company, 100 * (place + 1))
    async with opened((100, 40), start="reports") as pilot:
        await why(pilot, "customers", "Revenue")
        assert isinstance(pilot.app.screen, Pick)
        for typed, amount in (("odd", "2.00 EUR"), ("all", "6.00 EUR")):
            await type_in(pilot, typed)
            await press(pilot, "enter")
            assert isinstance(pilot.app.screen, ReportDialog), screen_text(pilot)
            assert f"\n{amount} " in within(pilot)
            await press(pilot, "escape")
            await why(pilot, "customers", "Revenue")
        await type_in(pilot, "all")
        await press(pilot, "down", "enter")
        assert "\n1.00 EUR " in within(pilot)


async def test_an_export_has_the_day_of_its_figures_in_its_name(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("Old", amount_minor=20_000, currency="EUR", created_at="2026-01-10T09:00:00Z")
    async with opened((100, 40), start="reports") as pilot:
        await press(pilot, "E")
        assert "pipeline-2026-03-02" in screen_text(pilot)
        await press(pilot, "escape", "t")
        await type_in(pilot, "2026-01-31")
        await press(pilot, "enter", "E")
        assert "pipeline-2026-01-31" in screen_text(pilot)
