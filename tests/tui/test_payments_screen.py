"""Payments: the list and every key of the screen."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.screens.billing.payments import PaymentsScreen
from crm_tui.text import is_clean
from tests.tui.bills import HOSTILE, Bills, bills, cells, form, save, signs, table
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


@pytest.fixture
def made(crm_of: Crm) -> Bills:
    found = bills(crm_of)
    crm_of.payments.add(found.partly, -5000, paid_on=date(2026, 2, 28))
    return found


async def test_all_of_them_the_newest_first(opened: Opener, made: Bills) -> None:
    async with opened((120, 30), "payments") as pilot:
        assert signs(pilot) == "++-"
        assert cells(pilot, 3) == ["20,000 JPY", "1,000.00 EUR", "-50.00 EUR"]
        text = screen_text(pilot)
        for part in ("newest first · 3", "Caspian Foods", "bank", "TX 4711", "Sat 28 Feb"):
            assert part in text, part
        await press(pilot, "/")
        await type_in(pilot, "amount<0")
        assert cells(pilot, 3) == ["-50.00 EUR"]
        await press(pilot, "ctrl+u")
        await type_in(pilot, "4711")
        assert cells(pilot, 3) == ["1,000.00 EUR"]
        await press(pilot, "escape", "2")
        assert "most first" in screen_text(pilot)


async def test_a_day_of_another_year_is_told_whole(opened: Opener, crm_of: Crm, made: Bills) -> None:
    crm_of.payments.add(made.partly, 700, paid_on=date(2025, 12, 24))
    async with opened((80, 24), "payments") as pilot:
        assert "Wed 24 Dec 2025" in screen_text(pilot)


async def test_add_by_the_number_of_the_invoice(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "payments") as pilot:
        await press(pilot, "a")
        await type_in(pilot, "2026-001")
        assert "Acme · Anna Kowalska · 123.78 EUR to be paid" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        (found,) = crm_of.invoices.payments(made.overdue)
        assert found.amount_minor == 12_378
        assert table(pilot).cursor_key == found.id
        await press(pilot, "a")
        await save(pilot, {"invoice": "2026-004", "amount": "-1", "reference": "kept"})
        assert "! The amount is -1.000 KWD." in screen_text(pilot)
        await save(pilot, {"invoice": "nothing"})
        assert 'no invoice "nothing"' in screen_text(pilot)
        assert form(pilot).texts()["reference"] == "kept"
        await save(pilot, {"invoice": "2026-004", "amount": "0.567"})
        assert [each.amount_minor for each in crm_of.invoices.payments(made.soon)] == [567]
        await press(pilot, "u", "u")
        assert crm_of.payments.count() == 3


async def test_change_open_and_delete(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "payments") as pilot:
        await press(pilot, "end", "e")
        await save(pilot, {"amount": "60"})
        assert crm_of.payments.list("amount<0")[0].amount_minor == -6000
        await press(pilot, "enter")
        assert crm_app(pilot).front.scope == "record"
        assert "Consulting" in screen_text(pilot)
        await press(pilot, "escape", "D")
        assert "Delete the payment of -60.00 EUR for 2026-002?" in screen_text(pilot)
        await press(pilot, "n", "D", "y")
        assert crm_of.payments.count() == 2
        await press(pilot, "*", "D")
        assert "Delete 2 payments?" in screen_text(pilot)
        await press(pilot, "y")
        assert crm_of.payments.count() == 0
        assert "Delete 2 payments." in screen_text(pilot)
        await press(pilot, "u")
        assert crm_of.payments.count() == 2


async def test_copy_and_export(opened: Opener, made: Bills, tmp_path: Path) -> None:
    async with opened((80, 24), "payments") as pilot:
        await press(pilot, "j", "y", "2")
        assert pilot.app.clipboard == "TX 4711"
        await press(pilot, "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "out.csv"))
        await press(pilot, "enter")
        with (tmp_path / "out.csv").open(newline="") as file:
            assert len(list(csv.DictReader(file))) == 3


async def test_an_empty_file_and_a_click_on_a_place(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), "payments", path=tmp_path / "none.db") as pilot:
        assert "a notes the first one." in screen_text(pilot)
        await press(pilot, "e", "D", "y", "E", "enter", "*", "1", "2")
        assert isinstance(pilot.app.screen, PaymentsScreen)
        await press(pilot, "g")
        line = next(line for line in screen_text(pilot).splitlines() if "p Products" in line)
        await pilot.click(offset=(line.index("Products"), screen_text(pilot).splitlines().index(line)))
        await settle(pilot)
        assert crm_app(pilot).current_mode == "products"


async def test_hostile_words_are_text_at_any_size(opened: Opener, crm_of: Crm) -> None:
    for place, name in enumerate(HOSTILE):
        invoice = crm_of.invoices.add(
            lines=[LineDraft(name, unit_price_minor=100)], company=name, number=f"{name}{place}"
        )
        crm_of.payments.add(invoice.id, 1, method=name, reference=name)
    for size in ((140, 40), (20, 6)):
        async with opened(size, "payments") as pilot:
            for _ in HOSTILE:
                for key in ("e", "y", "D", "a"):
                    await press(pilot, key)
                    lines = screen_text(pilot).splitlines()
                    assert all(is_clean(line) and len(line) <= size[0] for line in lines)
                    await press(pilot, "escape")
                await press(pilot, "j")
            assert pilot.app.return_code is None
