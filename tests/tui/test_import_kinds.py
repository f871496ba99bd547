"""Import of every kind on the screen: options, first rows with amounts, and what they can be matched by."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_tui.domain.loading.companies import CompanyKind
from crm_tui.domain.loading.deals import DealKind
from crm_tui.domain.loading.followups import FollowupKind
from crm_tui.domain.loading.interactions import InteractionsKind
from crm_tui.domain.loading.invoices import InvoiceKind
from crm_tui.domain.loading.payments import PaymentKind
from crm_tui.domain.loading.people import KEY_FIELDS
from crm_tui.domain.loading.products import ProductKind
from crm_tui.domain.loading.records import RecordKind
from crm_tui.interchange.options import KINDS
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.importing.import_options import KEYS
from tests.tui.conftest import Opener, press, screen_text
from tests.tui.test_import_screen import pick, row_of, screen

FILES = {
    "deals": 'title,amount,currency,stage\nRoof,1.200 EUR,,Lead\nDoor,"1.200,50 EUR",,Lead\n',
    "products": 'sku,name,price,currency\nA-1,Olive oil,"12,50",EUR\nA-2,Press,"1.200,00",EUR\n',
    "invoices": 'number,company,description,unit_price,currency\nX-1,Acme,Oil,"12,50",EUR\n',
    "payments": 'invoice,amount,currency,paid_on\nX-1,"100,00",EUR,2026-02-10\n',
}
AMOUNTS = {"deals": "1,200.00 EUR", "products": "12.50 EUR", "invoices": "12,50", "payments": "100.00 EUR"}


def test_what_every_kind_is_matched_by() -> None:
    kinds: dict[str, type[RecordKind]] = {
        "companies": CompanyKind, "deals": DealKind, "followups": FollowupKind, "interactions": InteractionsKind,
        "products": ProductKind, "invoices": InvoiceKind, "payments": PaymentKind,
    }  # fmt: skip
    wanted = {"contacts": KEY_FIELDS, **{name: kind.key_fields for name, kind in kinds.items()}}
    assert wanted == KEYS
    assert set(KEYS) == set(KINDS)


@pytest.mark.parametrize("kind", FILES)
async def test_first_rows_and_options_of_what_has_amounts(opened: Opener, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"some-{kind}.csv"
    path.write_text(FILES[kind])
    async with opened((80, 40), start="import") as pilot:
        await pick(pilot, path)
        assert f" {kind} · utf-8" in screen_text(pilot)
        assert "whole file" not in screen_text(pilot)
        seen = screen(pilot).seen
        assert seen is not None
        assert AMOUNTS[kind] in [text for _, text in seen.first[0].fields]
        await press(pilot, "o")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert f"[{kind}]" in row_of(pilot, "rows are")
        assert f"one of {', '.join(KEYS[kind])}" in screen_text(pilot)
        # another sign reads the same cells anew, and back again
        form.fill({"decimal": ","})
        await press(pilot, "ctrl+s", "o")
        back = pilot.app.screen
        assert isinstance(back, FormScreen)
        back.fill({"decimal": "auto"})
        await press(pilot, "ctrl+s")
        assert "whole file" not in screen_text(pilot)
        assert "decimal" not in row_of(pilot, f" {kind} ·")


async def test_what_is_lacking_is_a_sentence(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "head.csv"
    path.write_text("c0,c1\n")
    async with opened((80, 30), start="import") as pilot:
        await pick(pilot, path)
        assert "head.csv · 1 line" in screen_text(pilot)
        assert "1 lines" not in screen_text(pilot)
        assert "! No column holds the name of contacts: choose one with enter." in screen_text(pilot)
        await press(pilot, "d")
        assert "! No column holds the name of contacts.  Choose one with enter." in screen_text(pilot)


async def test_one_row_and_one_invoice_are_told_as_one(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{FILES['invoices']}X-1,Acme,Press,3,EUR\n")
    async with opened((80, 30), start="import") as pilot:
        await pick(pilot, path)
        await press(pilot, "d")
        assert "2 rows are 1 invoice." in screen_text(pilot)
        await press(pilot, "escape", "escape")
        path.write_text(FILES["payments"].replace("X-1", "none"))
        await pick(pilot, path)
        await press(pilot, "d")
        assert "rejected 1" in screen_text(pilot)
        path.write_text(FILES["products"].splitlines()[0] + "\nA-1,Oil,1,EUR\n")
        await press(pilot, "escape", "escape")
        await pick(pilot, path)
        await press(pilot, "c", "6", "d", "i", "y")
        assert "1  row\n" in screen_text(pilot)
