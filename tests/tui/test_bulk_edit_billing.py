"""Invoices, payments and products changed as text from their lists."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from crm_tui.app import CrmApp
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from tests.tui.conftest import Opener, press, screen_text

Script = Callable[[str], None]


class Suspendable(CrmApp):
    """In a test there is no terminal to hand over."""

    def suspend(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Makes an editor of a sed script."""

    def make(change: str) -> None:
        place = tmp_path / "ed"
        place.write_text(f"#!/bin/sh\nsed -i '{change}' \"$1\"\n")
        place.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(place))

    return make


async def test_payments(opened: Opener, crm_of: Crm, editor: Script) -> None:
    invoice = crm_of.invoices.add(lines=[LineDraft("Work", "1", 10000)], contact_id=1, currency="EUR").id
    crm_of.payments.add(invoice, 4000)
    editor("s/^method:$/method: bank/; s/^amount: 40.00$/amount: 45/")
    async with opened((100, 30), "payments", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        assert "Write these changes to 1 payment?" in screen_text(pilot)
        assert "+ amount: 45" in screen_text(pilot)
        await press(pilot, "y")
    (found,) = crm_of.payments.list()
    assert (found.method, found.amount) == ("bank", "45.00")


async def test_invoices(opened: Opener, crm_of: Crm, editor: Script) -> None:
    for _ in range(2):
        crm_of.invoices.add(lines=[LineDraft("Work", "1", 10000)], contact_id=1, currency="EUR")
    before = [each.total for each in crm_of.invoices.list()]
    editor("s/^currency: EUR$/currency: USD/")
    async with opened((80, 24), "invoices", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e")
        assert "Write these changes to 2 invoices?" in screen_text(pilot)
        await press(pilot, "y")
    assert {each.currency for each in crm_of.invoices.list()} == {"USD"}
    assert [each.total for each in crm_of.invoices.list()] == before


async def test_products(opened: Opener, crm_of: Crm, editor: Script) -> None:
    crm_of.products.add("Chair", sku="C-1", price_minor=1000, currency="EUR")
    editor("s/^warranty_months:$/warranty_months: 24/")
    async with opened((80, 24), "products", make=Suspendable) as pilot:
        await press(pilot, "ctrl+e", "y")
    assert [each.warranty_months for each in crm_of.products.list()] == [24]
