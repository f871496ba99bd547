"""Products and payments from tables: found again by SKU, number, day and amount."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.loading.drafts import OnMatch
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


@pytest.mark.parametrize(
    ("warranty", "reorder", "months", "days"),
    [
        ("24", "90", 24, 90),
        ("2y", "3m", 24, 90),
        ("6 Months", "2 weeks", 6, 14),
        ("1 year", "1 year", 12, 365),
        ("0", "1d", 0, 1),
        ("12 mo.", "1 mo.", 12, 30),
    ],
)
def test_spans_as_a_catalogue_writes_them(
    load: Loader, warranty: str, reorder: str, months: int, days: int
) -> None:
    load("products", table(("Name", "Warranty", "Reorder"), ["Ink", warranty, reorder]))
    made = load.crm.products.get(1)
    assert (made.warranty_months, made.reorder_days) == (months, days)


@pytest.mark.parametrize("span", ["soon", "1.5", "-3", "0 days", "999999 years"])
def test_what_is_no_span_takes_its_row_alone(load: Loader, span: str) -> None:
    rows = table(("Name", "Reorder"), ["Ink", span], ["Tea", "30"])
    assert counts(load("products", rows)) == (1, 0, 0, 0, 1)
    assert [each.name for each in load.crm.products.list()] == ["Tea"]


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


def test_rows_that_are_alike_are_one_payment_and_it_is_told(billed: Loader) -> None:
    row = ["A1", "2026-02-03", "4.00", ""]
    text = table(("Invoice", "Date", "Amount", "Reference"), row, row, [*row[:3], "TX2"])
    told = ["1 row says the same as an earlier one and made no payment; a reference of its own would."]
    summary = billed("payments", text)
    assert (counts(summary), summary.notices) == ((2, 0, 1, 0, 0), told)
    assert billed.crm.invoices.find("A1").paid == "8.00"
    again = billed("payments", text)
    assert (counts(again), again.notices) == ((0, 0, 3, 0, 0), told)


def test_an_sku_that_another_product_has_in_another_case(load: Loader) -> None:
    load.crm.products.add("Widget", sku="W-1")
    text = table(("SKU", "Name"), ["w-1", "Gadget"], ["w-2", "Gizmo"], ["W-2", "Gizmo 2"])
    assert counts(load("products", text, on_match=OnMatch.CREATE)) == (1, 0, 0, 0, 2)
    assert [each[2] for each in load.reasons()] == [
        "Widget (1) has the SKU w-1 already",
        "Gizmo (2) has the SKU W-2 already",
    ]


@pytest.mark.parametrize("kind", ["products", "deals"])
@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("JPY", "600", "600 JPY"),
        ("JPY", "1.50", None),
        ("JPY", "$1.50", "1.50 USD"),
        ("JPY", "1.50 EUR", "1.50 EUR"),
        ("KWD", "1.350", "1.350 KWD"),
        ("EUR", "1.350", None),
        ("EUR", "1,350", "1350.00 EUR"),
        ("EUR", "-1", None),
        ("EUR", "cheap", None),
    ],
)
def test_a_bare_number_never_changes_the_currency(
    load: Loader, kind: str, code: str, text: str, found: str | None
) -> None:
    crm = load.crm
    crm.products.add("Tea", price_minor=500, currency=code)
    crm.deals.add("Tea", amount_minor=500, currency=code)
    field = {"products": "price", "deals": "amount"}[kind]
    rows = table(("Name" if kind == "products" else "Title", field), ["Tea", text])
    assert counts(load(kind, rows)) == ((0, 0, 0, 0, 1) if found is None else (0, 1, 0, 0, 0))
    kept = crm.products.get(1) if kind == "products" else crm.deals.get(1)
    amount = crm.products.get(1).price if kind == "products" else crm.deals.get(1).amount
    before = {"JPY": "500 JPY", "KWD": "0.500 KWD", "EUR": "5.00 EUR"}[code]
    assert f"{amount} {kept.currency}" == (found or before)
