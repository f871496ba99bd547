"""Products and payments from tables: found again by SKU, number, day and amount."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.store import sales
from tests.everything import assert_sound, content
from tests.loading import Loader, counts, table


@pytest.fixture(autouse=True)
def _sums_hold(crm: Crm) -> Iterator[None]:
    """Whatever was loaded, what follows from it is right."""
    yield
    assert [*sales.problems(crm.connection)] == []
    assert_sound(crm)


@pytest.fixture
def billed(crm: Crm, load: Loader) -> Loader:
    """A base with an invoice of 10.00 EUR and one of 500 JPY."""
    crm.invoices.add(lines=[LineDraft("a", unit_price_minor=1000)], number="A1")
    crm.invoices.add(lines=[LineDraft("b", unit_price_minor=500)], number="A2", currency="JPY")
    return load


def test_products_by_sku_or_name(load: Loader) -> None:
    crm = load.crm
    text = table(
        ("SKU", "Product name", "Price", "Currency", "Warranty", "Reorder"),
        ["W-1", "Widget", "12.50", "EUR", "2 years", "30 days"],
        ["", "Gadget", "$1,200.00", "", "", ""],
        ["w-1", "", "13.00", "", "", ""],
        ["", "", "5", "", "", ""],
        ["X", "Bad", "cheap", "", "", ""],
    )
    before = content(crm)
    assert counts(load("products", text)) == (2, 1, 0, 0, 2)
    assert [each[1:] for each in load.reasons()] == [
        ("Product name", "there is no name"),
        ("Price", '"cheap" is no amount'),
    ]
    found = [
        (each.sku, each.name, each.price, each.currency, each.warranty_months) for each in crm.products.list()
    ]
    assert found == [("GADGET", "Gadget", "1200.00", "USD", None), ("w-1", "Widget", "13.00", "EUR", 24)]
    after = content(crm)
    assert counts(load("products", text)) == (0, 0, 3, 0, 2)
    assert content(crm) == after
    assert counts(load("products", load.export("products"))) == (0, 0, 2, 0, 0)
    assert counts(load("products", load.export("products").replace("13.00", "14.00"))) == (0, 1, 1, 0, 0)
    assert crm.products.find("w-1").price == "14.00"
    crm.undo()
    crm.undo()
    assert content(crm) == before


def test_two_products_of_a_name(load: Loader) -> None:
    load.crm.products.add("Widget", sku="A")
    load.crm.products.add("Widget", sku="B")
    assert counts(load("products", table(("Name", "Price"), ["Widget", "5"]))) == (0, 0, 0, 0, 1)
    assert counts(load("products", table(("SKU", "Name", "Price"), ["B", "Widget", "5"]))) == (0, 1, 0, 0, 0)


def test_payments_find_their_invoice_and_themselves(billed: Loader) -> None:
    crm = billed.crm
    text = table(
        ("Invoice", "Date", "Amount", "Currency", "Method", "Reference"),
        ["A1", "2026-02-03", "4.00", "EUR", "bank", "TX1"],
        ["A1", "2026-02-03", "4.00", "", "bank", "TX2"],
        ["A1", "2026-02-03", "-1.50", "", "", ""],
        ["A2", "2026-02-04", "500", "JPY", "", ""],
        ["A9", "2026-02-04", "5", "", "", ""],
        ["A1", "2026-02-04", "5", "USD", "", ""],
        ["A1", "2027-02-04", "5", "", "", ""],
        ["A1", "", "5", "", "", ""],
        ["A1", "2026-02-05", "", "", "", ""],
        ["", "2026-02-05", "5", "", "", ""],
        ["A2", "2026-02-04", "1.50", "", "", ""],
    )
    before = content(crm)
    assert counts(billed("payments", text)) == (4, 0, 0, 0, 7)
    assert [each[1:] for each in billed.reasons()] == [
        ("Invoice", 'there is no invoice "A9"'),
        ("Currency", "invoice A1 is in EUR"),
        ("Date", "2027-02-04 is still to come"),
        ("Date", "there is no day on which it was paid"),
        ("Amount", "there is no amount"),
        ("Invoice", "there is no invoice"),
        ("Amount", '"1.50" has more decimals than JPY has'),
    ]
    assert (crm.invoices.find("A1").paid, crm.invoices.find("A2").status.value) == ("6.50", "paid")
    after = content(crm)
    assert counts(billed("payments", text)) == (0, 0, 4, 0, 7)
    assert content(crm) == after
    export = billed.export("payments")
    assert counts(billed("payments", export)) == (0, 0, 4, 0, 0)
    assert counts(billed("payments", export.replace("TX2", "TX3"))) == (0, 1, 3, 0, 0)
    crm.undo()
    crm.undo()
    assert content(crm) == before


def test_payments_by_the_ids_of_their_source(billed: Loader) -> None:
    crm = billed.crm
    header = ("Transaction id", "Order id", "Date", "Amount")
    billed(
        "invoices", table(("Order id", "Order number", "Date", "Total"), ["981", "B7", "2026-02-01", "30"])
    )
    rows = (["t1", "981", "2026-02-03", "10"], ["t2", "981", "2026-02-03", "10"])
    assert counts(billed("payments", table(header, *rows))) == (2, 0, 0, 0, 0)
    assert (crm.invoices.find("B7").paid, counts(billed("payments", table(header, *rows)))) == (
        "20.00",
        (0, 0, 2, 0, 0),
    )
    assert counts(billed("payments", table(header, ["t2", "981", "2026-02-04", "20"]))) == (0, 1, 0, 0, 0)
    assert (crm.invoices.find("B7").paid, crm.invoices.find("B7").status.value) == ("30.00", "paid")


def test_no_payment_of_what_is_void(billed: Loader) -> None:
    billed.crm.invoices.void(1)
    text = table(("Invoice", "Date", "Amount"), ["A1", "2026-02-03", "4"])
    assert counts(billed("payments", text)) == (0, 0, 0, 0, 1)
    assert billed.reasons()[0][2] == "invoice A1 is void"


def test_more_given_back_than_received_is_told(billed: Loader) -> None:
    text = table(("Invoice", "Date", "Amount"), ["A1", "2026-02-03", "-4"], ["A2", "2026-02-03", "5"])
    assert billed("payments", text).notices == ["More was given back than received for invoice A1."]
