"""Orders and invoices from tables: rows of one number together, whole or not at all, payments once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.errors import ConflictError
from crm_tui.store import sales
from tests.everything import assert_sound, content
from tests.loading import Loader, counts, table

HEADER = ("Order", "Email", "Date", "SKU", "Item", "Qty", "Price", "Tax rate", "Currency", "Paid at")
ORDERS = table(
    HEADER,
    ["A1", "anna@example.com", "2026-01-05", "W-1", "Widget", "2", "12.50", "19", "EUR", "2026-01-07"],
    ["A2", "bob@example.com", "2026-01-06", "", "Gadget", "1", "8", "", "USD", ""],
    ["A1", "", "", "", "Gadget", "1", "7.99", "", "", ""],
)


@pytest.fixture(autouse=True)
def _sums_hold(crm: Crm) -> Iterator[None]:
    """Whatever was loaded, what follows from it is right."""
    yield
    assert [*sales.problems(crm.connection)] == []
    assert_sound(crm)


@pytest.fixture
def shop(crm: Crm, load: Loader) -> Loader:
    """A base with two people and two products."""
    crm.contacts.add(name="Anna", emails=["anna@example.com"], company="Acme")
    crm.contacts.add(name="Bob", emails=["bob@example.com"])
    crm.products.add("Widget", sku="W-1", price_minor=1250, currency="EUR")
    crm.products.add("Gadget")
    return load


def test_rows_of_a_number_are_one_invoice(shop: Loader) -> None:
    crm = shop.crm
    before = content(crm)
    summary = shop("invoices", ORDERS)
    assert counts(summary) == (3, 0, 0, 0, 0)
    assert summary.notices == ["3 rows are 2 invoices."]
    one, two = crm.invoices.find("A1"), crm.invoices.find("A2")
    # 25.00 + 7.99, 19 % on the first line alone
    assert (one.net, one.tax, one.total, one.paid, one.status.value) == (
        "32.99",
        "4.75",
        "37.74",
        "37.74",
        "paid",
    )
    assert (one.contact, one.company, str(one.due_on)) == ("Anna", "Acme", "2026-01-19")
    assert (two.contact, two.company, two.total, two.currency, two.paid) == (
        "Bob",
        None,
        "8.00",
        "USD",
        "0.00",
    )
    lines = [
        (each.sku, each.description, each.quantity, each.tax_percent) for each in crm.invoices.lines(one.id)
    ]
    assert lines == [("W-1", "Widget", "2", "19"), ("GADGET", "Gadget", "1", None)]
    assert crm.contacts.get(1).lifecycle.value == "customer"
    after = content(crm)
    assert counts(shop("invoices", ORDERS)) == (0, 0, 3, 0, 0)
    assert content(crm) == after
    crm.undo()
    assert content(crm) == before
    crm.redo()
    assert content(crm) == after


def test_a_bad_row_takes_its_invoice_with_it_and_can_be_mended(shop: Loader, tmp_path: Path) -> None:
    text = ORDERS.replace("7.99", "cheap")
    rejects = tmp_path / "bad.csv"
    summary = shop("invoices", text, rejects=rejects)
    assert counts(summary) == (1, 0, 0, 0, 2)
    assert shop.reasons() == [
        (2, "", "line 4 of the same invoice cannot be taken"),
        (4, "Price", '"cheap" is no amount'),
    ]
    mended = rejects.read_text(encoding="utf-8").replace("cheap", "7.99")
    rejects.write_text(mended, encoding="utf-8")
    assert counts(shop.file("invoices", rejects)) == (2, 0, 0, 0, 0)
    assert shop.crm.invoices.find("A1").total == "37.74"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (
            ["A1", "", "2026-01-06", "", "Gadget", "1", "1", "", "", ""],
            "Date",
            "say different things: 2026-01-06",
        ),
        (
            ["A1", "bob@example.com", "", "", "Gadget", "1", "1", "", "", ""],
            "Email",
            "bob@example.com, and anna",
        ),
        (["A1", "", "", "", "Gadget", "1", "1", "", "USD", ""], "Currency", "USD, and EUR in line 2"),
        (["A1", "", "", "", "Gizmo", "1", "1", "", "", ""], "Item", 'no product "Gizmo"; --create-missing'),
        (["A1", "", "", "X-9", "Widget", "1", "1", "", "", ""], "SKU", 'no product "X-9"'),
    ],
    ids=["day", "contact", "currency", "product", "sku"],
)
def test_rows_that_do_not_fit_their_invoice(shop: Loader, row: list[str], column: str, words: str) -> None:
    first = ["A1", "anna@example.com", "2026-01-05", "W-1", "Widget", "2", "12.50", "19", "EUR", ""]
    assert counts(shop("invoices", table(HEADER, first, row))) == (0, 0, 0, 0, 2)
    (reason,) = [each for each in shop.reasons() if each[0] == 3]
    assert (reason[1], words in reason[2]) == (column, True)
    assert shop.crm.invoices.count() == 0


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["", "", "2026-01-05", "", "Gadget", "1", "1", "", "", ""], "Order", "no number"),
        (["A1", "", "", "", "Gadget", "1", "1", "", "", ""], "Date", "no day on which it was issued"),
        (["A1", "", "2026-01-05", "", "Gadget", "1", "1", "", "", "2026-05-01"], "Paid at", "still to come"),
        (["A1", "", "2026-01-05", "", "", "", "", "", "", ""], "Order", "neither a line nor a total"),
        (
            ["A1", "eve@example.com", "2026-01-05", "", "Gadget", "1", "1", "", "", ""],
            "Email",
            "no contact is meant",
        ),
    ],
    ids=["number", "day", "future", "empty", "nobody"],
)
def test_what_an_invoice_needs(shop: Loader, row: list[str], column: str, words: str) -> None:
    assert counts(shop("invoices", table(HEADER, row))) == (0, 0, 0, 0, 1)
    ((_, found, reason),) = shop.reasons()
    assert (found, words in reason) == (column, True)


def test_what_is_missing_is_made_on_demand(load: Loader) -> None:
    assert counts(load("invoices", ORDERS, create_missing=True)) == (3, 0, 0, 0, 0)
    crm = load.crm
    assert {each.name for each in crm.contacts.list()} == {"anna@example.com", "bob@example.com"}
    assert {(each.sku, each.name, each.price, each.currency) for each in crm.products.list()} == {
        ("W-1", "Widget", "12.50", "EUR"),
        ("GADGET", "Gadget", "8.00", "USD"),
    }
    crm.undo()
    assert (crm.contacts.count(), crm.products.count(), crm.invoices.count()) == (0, 0, 0)


def test_an_order_that_goes_on(shop: Loader) -> None:
    crm = shop.crm
    shop(
        "invoices",
        table(("Order", "Date", "Item", "Price", "Paid"), ["A1", "2026-01-05", "Gadget", "20", "5"]),
    )
    assert (crm.invoices.find("A1").paid, crm.invoices.find("A1").balance) == ("5.00", "15.00")
    grown = table(("Order", "Date", "Item", "Price", "Paid"), ["A1", "2026-01-05", "Gadget", "25", "25"])
    assert counts(shop("invoices", grown)) == (0, 1, 0, 0, 0)
    assert shop.changes() == [("lines", "1 of 20.00", "1 of 25.00"), ("payment", "", "2026-01-05 20.00")]
    assert [each.amount for each in crm.invoices.payments(1)] == ["5.00", "20.00"]
    assert counts(shop("invoices", grown)) == (0, 0, 1, 0, 0)
    void = table(("Order", "Status"), ["A1", "cancelled"])
    assert counts(shop("invoices", void)) == (0, 0, 0, 0, 1)
    assert "paid on invoice A1" in shop.reasons()[0][2]


def test_a_blank_cell_erases_nothing(shop: Loader) -> None:
    crm = shop.crm
    crm.invoices.add(
        lines=[LineDraft("by hand", "3", 900, 1, "5", "7")],
        number="A1",
        contact_id=1,
        issued_on=crm.clock.today,
    )
    before = content(crm)
    assert counts(shop("invoices", table(("Order", "SKU", "Qty"), ["A1", "W-1", "3"]))) == (0, 0, 1, 0, 0)
    assert counts(shop("invoices", table(("Order", "Item"), ["A1", "Widget"]))) == (0, 0, 1, 0, 0)
    assert content(crm) == before
    assert counts(shop("invoices", table(("Order", "Qty"), ["A1", "4"]))) == (0, 1, 0, 0, 0)
    (line,) = crm.invoices.lines(1)
    assert (line.quantity, line.unit_price, line.description, line.discount_percent) == (
        "4",
        "9.00",
        "by hand",
        "5",
    )


def test_another_invoice_of_the_same_number(shop: Loader) -> None:
    shop("invoices", ORDERS)
    other = table(HEADER, ["A1", "bob@example.com", "2026-02-05", "", "Gadget", "1", "5", "", "", ""])
    assert counts(shop("invoices", other)) == (0, 0, 0, 0, 1)
    assert "there is another invoice A1" in shop.reasons()[0][2]


def test_the_id_of_the_source_finds_an_invoice_whose_number_changed(shop: Loader) -> None:
    header = ("Order id", "Order number", "Date", "Item", "Price")
    shop("invoices", table(header, ["77", "R1", "2026-01-05", "Gadget", "5"]))
    assert counts(shop("invoices", table(header, ["77", "R1b", "2026-01-05", "Gadget", "5"]))) == (
        0,
        1,
        0,
        0,
        0,
    )
    assert shop.changes() == [("number", "R1", "R1b")]
    assert (
        counts(shop("invoices", table(header[:1] + header[2:], ["78", "2026-01-05", "Gadget", "5"])))[0] == 1
    )
    assert shop.crm.invoices.find("78").total == "5.00"


def test_what_to_do_with_a_match(shop: Loader) -> None:
    shop("invoices", ORDERS)
    changed = ORDERS.replace("12.50", "13.50")
    assert counts(shop("invoices", changed, on_match=OnMatch.SKIP)) == (0, 0, 0, 3, 0)
    assert counts(shop("invoices", changed, on_match=OnMatch.CREATE)) == (0, 0, 0, 0, 3)
    with pytest.raises(ConflictError, match="Line 3: A2 is there already"):
        shop("invoices", changed, on_match=OnMatch.FAIL)


def test_a_dry_run_tells_and_leaves_nothing(shop: Loader) -> None:
    before = content(shop.crm)
    assert counts(shop("invoices", ORDERS, dry_run=True)) == (3, 0, 0, 0, 0)
    assert [(each.line, each.verdict.value, each.name) for each in shop.outcomes] == [
        (3, "new", "A2"), (2, "new", "A1"), (4, "new", "A1"),
    ]  # fmt: skip
    assert content(shop.crm) == before


def test_one_row_an_invoice_with_a_total_alone(shop: Loader) -> None:
    text = table(
        ("Invoice number", "Customer", "Invoice date", "Due date", "Total", "VAT total", "Tax total"),
        ["7", "Bob", "01/31/2026", "02/14/2026", "119.00", "", "19.00"],
    )
    assert counts(shop("invoices", text)) == (1, 0, 0, 0, 0)
    found = shop.crm.invoices.find("7")
    assert (found.net, found.tax, str(found.due_on)) == ("100.00", "19.00", "2026-02-14")
    assert [each.description for each in shop.crm.invoices.lines(found.id)] == ["Invoice 7"]
    assert counts(shop("invoices", text)) == (0, 0, 1, 0, 0)


def test_an_own_export_has_a_row_a_line_and_comes_back_unchanged(shop: Loader) -> None:
    crm = shop.crm
    shop("invoices", ORDERS)
    crm.invoices.add(lines=[LineDraft("=cmd", "1.5", 333, None, "7.5", "19")], number="-3", contact_id=1)
    crm.invoices.void(crm.invoices.find("-3").id)
    text = shop.export("invoices")
    rows = [*csv.DictReader(io.StringIO(text))]
    assert [(each["number"], each["line"], each["sku"], each["line_net"]) for each in rows] == [
        ("A2", "1", "GADGET", "8.00"), ("A1", "1", "W-1", "25.00"), ("A1", "2", "GADGET", "7.99"),
        ("-3", "1", "", "4.62"),
    ]  # fmt: skip
    before = content(crm)
    assert counts(shop("invoices", text)) == (0, 0, 4, 0, 0)
    assert content(crm) == before
    edited = text.replace(",2,12.50,", ",3,12.50,")
    assert counts(shop("invoices", edited)) == (0, 2, 2, 0, 0)
    assert crm.invoices.find("A1").net == "45.49"


def test_an_own_export_in_another_base(shop: Loader, tmp_path: Path) -> None:
    shop("invoices", ORDERS)
    with Crm.open(tmp_path / "other.db", now="2026-03-03 10:00") as other:
        there = Loader(other, tmp_path)
        other.invoices.add(lines=[LineDraft("theirs", unit_price_minor=1)], number="A2")
        for kind in ("contacts", "products"):
            there(kind, shop.export(kind))
        assert counts(there("invoices", shop.export("invoices"))) == (2, 0, 0, 0, 1)
        assert "there is another invoice A2 here" in there.reasons()[0][2]
        assert counts(there("payments", shop.export("payments"))) == (1, 0, 0, 0, 0)
        found = other.invoices.find("A1")
        assert (found.contact, found.total, found.paid) == ("Anna", "37.74", "37.74")
        assert counts(there("invoices", shop.export("invoices"))) == (0, 0, 2, 0, 1)
        assert counts(there("payments", shop.export("payments"))) == (0, 0, 1, 0, 0)
        assert_sound(other)


def test_german_amounts_and_a_currency_for_all(shop: Loader) -> None:
    text = "Rechnungsnummer;Kunde;Rechnungsdatum;Artikel;Menge;Einzelpreis\nR1;Bob;31.01.2026;Widget;1,5;1.200,40\n"
    assert counts(shop("invoices", text, defaults={"currency": "CHF", "tax_percent": "8.1"})) == (
        1,
        0,
        0,
        0,
        0,
    )
    found = shop.crm.invoices.find("R1")
    # 1.5 x 1,200.40 = 1,800.60; 8.1 % of it is 145.8486
    assert (found.net, found.tax, found.currency) == ("1800.60", "145.85", "CHF")


def test_one_impossible_amount_takes_only_its_own_invoice(shop: Loader) -> None:
    rows = (
        ["A1", "2026-01-05", "Gadget", "999999999999", "90000000000", "", ""],
        ["A2", "2026-01-05", "Gadget", "1", "5", "", ""],
        ["A3", "2026-01-05", "Gadget", "1", "90071992547409.91", "10", ""],
        ["A4", "2026-01-05", "", "", "", "", "90071992547409.91"],
    )
    text = table(("Order", "Date", "Item", "Qty", "Price", "Shipping", "Refunded amount"), *rows)
    assert counts(shop("invoices", text)) == (1, 0, 0, 0, 3)
    assert shop.reasons()[0][1:] == ("Price", '"999999999999 times 9000000000000" is too large an amount')
    assert [each.number for each in shop.crm.invoices.list()] == ["A2"]


def test_the_words_of_a_recipe_for_a_status_are_ours(shop: Loader) -> None:
    header = ("Order", "Date", "Item", "Price", "Status", "Paid")
    words = {"status": {"halb": "part", "offen": "open", "ganz": "paid", "weg": "void"}}
    rows = [
        [f"A{place}", "2026-01-05", "Gadget", "20", word, "5" if word == "halb" else ""]
        for place, word in enumerate(words["status"])
    ]
    assert counts(shop("invoices", table(header, *rows), values=words)) == (4, 0, 0, 0, 0)
    found = [(each.paid, each.status.value) for each in shop.crm.invoices.list(sort="number")]
    assert found == [("5.00", "overdue"), ("0.00", "overdue"), ("20.00", "paid"), ("0.00", "void")]


@pytest.mark.parametrize("column", ["SKU", "Item", "Company"])
def test_a_name_that_cannot_be_seen_takes_only_its_own_invoice(load: Loader, column: str) -> None:
    header = ("Order", "Date", "SKU", "Item", "Company", "Price")
    row = ["A1", "2026-01-05", "W-1", "Widget", "Acme", "5"]
    bad = [cell if name != column else "\u200b" for name, cell in zip(header, row, strict=True)]
    text = table(header, bad, ["A2", *row[1:]])
    assert counts(load("invoices", text, create_missing=True)) == (1, 0, 0, 0, 1)
    ((line, found, reason),) = load.reasons()
    assert (line, found, "is empty" in reason) == (2, column, True)
    assert [each.name for each in load.crm.companies.list()] == ["Acme"]
    assert [each.name for each in load.crm.products.list()] == ["Widget"]
