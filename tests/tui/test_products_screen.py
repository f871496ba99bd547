"""Products: the list and every key of the screen."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crm_tui.columns import PRODUCTS
from crm_tui.domain import Crm
from crm_tui.screens.billing.product_list import WARES
from crm_tui.screens.billing.products import ProductsScreen
from crm_tui.text import is_clean
from tests.tui.bills import HOSTILE, Bills, bills, cells, form, save, signs, table
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


@pytest.fixture
def made(crm_of: Crm) -> Bills:
    return bills(crm_of)


async def test_all_of_them(opened: Opener, made: Bills) -> None:
    async with opened((80, 24), "products") as pilot:
        assert cells(pilot) == ["Olive oil 5 l", "Yuzu"]
        text = screen_text(pilot)
        for part in ("OIL-5", "24.50 EUR", "1,200 JPY", "90 days", "by name · 2"):
            assert part in text, part
    async with opened((140, 40), "products") as pilot:
        assert "12 months" in screen_text(pilot)


async def test_g_p_leads_there(opened: Opener, made: Bills) -> None:
    async with opened((80, 24)) as pilot:
        await press(pilot, "g")
        assert "p Products" in screen_text(pilot)
        assert "v Invoices" in screen_text(pilot)
        await press(pilot, "p")
        assert isinstance(pilot.app.screen, ProductsScreen)


async def test_add_change_and_undo(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "products") as pilot:
        await press(pilot, "a")
        await save(
            pilot, {"name": "Saffron", "price": "1.234 KWD", "warranty_months": "6", "reorder_days": "3m"}
        )
        found = crm_of.products.find("saffron")
        assert (found.sku, found.price_minor, found.currency) == ("SAFFRON", 1234, "KWD")
        assert (found.warranty_months, found.reorder_days) == (6, 90)
        assert table(pilot).cursor_key == found.id
        await press(pilot, "enter")
        assert form(pilot).texts() == {
            "name": "Saffron", "sku": "SAFFRON", "price": "1.234 KWD", "warranty_months": "6", "reorder_days": "90d",
        }  # fmt: skip
        await save(pilot, {"price": "2", "reorder_days": ""})
        found = crm_of.products.get(found.id)
        assert (found.price_minor, found.currency, found.reorder_days) == (2000, "KWD", None)
        await press(pilot, "e")
        await save(pilot, {"price": ""})
        assert crm_of.products.get(found.id).price_minor is None
        await press(pilot, "u", "u", "u")
        assert cells(pilot) == ["Olive oil 5 l", "Yuzu"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"name": ""}, "Name is empty."),
        ({"name": "x", "sku": "oil-5"}, "has the SKU"),
        ({"name": "x", "price": "-1"}, "below zero"),
        ({"name": "x", "price": "much"}, "no amount"),
        ({"name": "x", "warranty_months": "long"}, "is no number of months"),
        ({"name": "x", "reorder_days": "often"}, "often"),
    ],
    ids=["name", "sku", "below", "price", "warranty", "reorder"],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    opened: Opener, crm_of: Crm, made: Bills, texts: dict[str, str], said: str
) -> None:
    async with opened((80, 24), "products") as pilot:
        await press(pilot, "a")
        await save(pilot, texts)
        assert said in screen_text(pilot)
        assert texts.items() <= form(pilot).texts().items()
        assert crm_of.products.count() == 2


async def test_put_away_and_back(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "products") as pilot:
        await press(pilot, "A")
        assert cells(pilot) == ["Yuzu"]
        assert "Archive product Olive oil 5 l." in screen_text(pilot)
        await press(pilot, "/")
        await type_in(pilot, "archived_at:any")
        assert signs(pilot) == "x"
        await press(pilot, "enter", "A", "escape")
        assert cells(pilot) == ["Olive oil 5 l", "Yuzu"]
        await press(pilot, "*", "A")
        assert crm_of.products.count() == 0
        assert "Archive 2 products." in screen_text(pilot)
        await press(pilot, "u")
        assert crm_of.products.count() == 2


async def test_only_what_was_never_sold_is_deleted(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "products") as pilot:
        await press(pilot, "D")
        assert "Remove Olive oil 5 l?" in screen_text(pilot)
        await press(pilot, "2")
        assert "Olive oil 5 l is on 1 invoice line and cannot be deleted." in screen_text(pilot)
        await press(pilot, "j", "D", "2")
        assert cells(pilot) == ["Olive oil 5 l"]
        await press(pilot, "u", "home", "D", "1")
        assert crm_of.products.get(made.oil).archived_at is not None


async def test_the_marked_ones_are_removed_together(opened: Opener, crm_of: Crm, made: Bills) -> None:
    for name in ("Fig", "[/]"):
        crm_of.products.add(name)
    async with opened((80, 24), "products") as pilot:
        # the cursor goes on to a third one, which stays
        await press(pilot, "home", "space", "space", "D")
        assert "Remove 2 products?" in screen_text(pilot)
        await press(pilot, "2")
        assert "Delete 2 products." in screen_text(pilot)
        assert cells(pilot) == ["Olive oil 5 l", "Yuzu"]
        await press(pilot, "u")
        assert crm_of.products.count() == 4
        # one of them was sold, so none is deleted
        await press(pilot, "*", "D", "2")
        assert "cannot be deleted" in screen_text(pilot)
        assert crm_of.products.count() == 4
        await press(pilot, "D", "1")
        assert crm_of.products.count() == 0


async def test_sort_copy_and_export(opened: Opener, made: Bills, tmp_path: Path) -> None:
    async with opened((80, 24), "products") as pilot:
        await press(pilot, "2")
        assert "dearest first" in screen_text(pilot)
        await press(pilot, "1", "y")
        await press(pilot, "2")
        assert pilot.app.clipboard in ("OIL-5", "YUZU")
        await press(pilot, "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "out.csv"))
        await press(pilot, "enter")
        with (tmp_path / "out.csv").open(newline="") as file:
            assert {row["sku"] for row in csv.DictReader(file)} == {"OIL-5", "YUZU"}


async def test_an_empty_file_teaches_the_first_key(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), "products", path=tmp_path / "none.db") as pilot:
        assert "a adds the first one; only a name is needed." in screen_text(pilot)
        await press(pilot, "e", "A", "y", "enter", "E", "*", "1", "2", "4")
        assert isinstance(pilot.app.screen, ProductsScreen)
        await press(pilot, "a")
        await save(pilot, {"name": "First"})
        assert cells(pilot) == ["First"]


async def test_what_another_process_writes_is_seen(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "products") as pilot:
        await press(pilot, "end")
        crm_of.products.add("Apples")
        crm_app(pilot).on_changed_elsewhere()
        await settle(pilot)
        assert cells(pilot) == ["Apples", "Olive oil 5 l", "Yuzu"]
        assert table(pilot).cursor_key == made.yuzu


async def test_names_that_mean_harm_are_text_at_any_size(opened: Opener, crm_of: Crm) -> None:
    for name in HOSTILE:
        crm_of.products.add(name, sku=name)
    for size in ((140, 40), (20, 6)):
        async with opened(size, "products") as pilot:
            for _ in HOSTILE:
                for key in ("e", "y"):
                    await press(pilot, key)
                    lines = screen_text(pilot).splitlines()
                    assert all(is_clean(line) and len(line) <= size[0] for line in lines)
                    await press(pilot, "escape")
                await press(pilot, "j")
            assert pilot.app.return_code is None


def test_columns_are_called_as_on_the_command_line() -> None:
    titles = {each.key: each.title for each in PRODUCTS.columns}
    shown = {each.key: each.title for each in WARES.catalogue.columns}
    assert {key: titles[key] for key in ("name", "price", "warranty_months", "reorder_days")} == {
        key: shown[key] for key in ("name", "price", "warranty_months", "reorder_days")
    }
    assert shown["reorder_days"] == "Reorder"
