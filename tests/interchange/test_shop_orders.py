"""Orders of web shops by their presets: sums, taxes, discounts, refunds and what was paid."""

from __future__ import annotations

from pathlib import Path

from crm_tui.domain import Crm
from crm_tui.interchange import presets
from crm_tui.interchange.importer import load
from crm_tui.interchange.options import Options
from crm_tui.interchange.run import Summary
from tests.interchange.shops import SHOPIFY, WOOCOMMERCE


def bring(crm: Crm, folder: Path, text: str) -> Summary:
    """Import a text with the preset that knows it."""
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8", newline="")
    preset = presets.recognised(path)
    assert preset is not None
    return load(crm, path, Options(create_missing=True).over(preset.options))


def billed(crm: Crm) -> list[tuple[str, str | None, str, str, str, str]]:
    return [
        (each.number, each.contact, each.net, each.tax, each.paid, each.status.value)
        for each in crm.invoices.list(sort="number")
    ]


def test_orders_of_shopify(crm: Crm, tmp_path: Path) -> None:
    summary = bring(crm, tmp_path, SHOPIFY)
    assert summary.notices == [
        "Refunds are noted on the day of the payment, as the file names no other: 1.",
        "4 rows are 3 invoices.",
    ]
    assert billed(crm) == [
        ("#1001", "Ada Stone", "53.00", "3.29", "56.29", "paid"),
        ("#1002", "Bo Reed", "10.00", "0.00", "0.00", "void"),
        # a tenth of 119.00 was given back, 10.00 and 1.90 of tax
        ("#1003", "Bo Reed", "90.00", "17.10", "107.10", "paid"),
    ]
    assert [each.amount for each in crm.invoices.payments(crm.invoices.find("#1003").id)] == [
        "119.00",
        "-11.90",
    ]
    assert sorted(each.sku for each in crm.products.list()) == ["FERN-1", "MUG", "POT", "TOTE-BAG"]
    assert crm.invoices.find("#1002").company == "Reed Ltd"


def test_orders_of_woocommerce(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, WOOCOMMERCE)
    # 2 x 20 + 10 + 5 of shipping - 10 = 45, 19 % of it
    assert billed(crm) == [
        ("501", "Mira Stone", "45.00", "8.55", "53.55", "paid"),
        ("502", "Jo Reed", "50.00", "0.00", "0.00", "overdue"),
    ]
    assert [each.emails for each in crm.contacts.list(sort="id")] == [("mira@stone.example",), ()]
    assert {each.tax_percent for each in crm.invoices.lines(1)} == {"19"}


def test_an_order_whose_prices_are_less_the_discount_already(crm: Crm, tmp_path: Path) -> None:
    text = WOOCOMMERCE.replace(",Chair,2,20,", ",Chair,2,16,").replace(",Lamp,1,10,", ",Lamp,1,8,")
    bring(crm, tmp_path, text)
    assert billed(crm)[0] == ("501", "Mira Stone", "45.00", "8.55", "53.55", "paid")
    assert [each.description for each in crm.invoices.lines(1)] == ["Chair", "Lamp", "Shipping"]
