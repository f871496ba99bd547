"""crm product, invoice and payment, end to end: every command, every format, exact exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"
PRODUCT = [
    "id", "sku", "name", "price", "currency", "warranty_months", "reorder_days", "created_at", "updated_at",
    "archived_at",
]  # fmt: skip
INVOICE = [
    "id", "number", "contact", "contact_id", "company", "company_id", "deal", "deal_id", "issued_on", "due_on",
    "currency", "net", "tax", "total", "paid", "balance", "status", "overdue_days", "voided_on", "created_at",
    "updated_at",
]  # fmt: skip
LINE = [
    "id", "product_id", "sku", "product", "description", "quantity", "unit_price", "discount_percent", "tax_percent",
    "net", "tax",
]  # fmt: skip
PAYMENT = [
    "id", "invoice", "invoice_id", "contact", "contact_id", "company", "company_id", "paid_on", "amount", "currency",
    "method", "reference", "created_at", "updated_at",
]  # fmt: skip


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, now: str = NOW) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", now, *words])

    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ink in the catalogue; Anna's overdue invoice in part paid, a void one, an open one in yen; a won deal."""
    path = tmp_path_factory.mktemp("billing") / "crm.db"
    with Crm.open(path, now=NOW) as crm:
        crm.products.add("Ink, black", sku="INK-B", price_minor=9_90)
        anna = crm.contacts.add(name="Anna Kowalska", company="Acme")
        day = crm.clock.today
        work = LineDraft("Workshop", "2", 50_00, tax_percent="20")
        crm.invoices.add(lines=[work], contact_id=anna.id, issued_on=day.replace(month=2, day=1))
        crm.payments.add(1, 20_00, method="bank")
        crm.invoices.void(crm.invoices.add(lines=[work]).id)
        crm.invoices.add(lines=[LineDraft("Tea", unit_price_minor=9000)], currency="JPY", company="Zenith")
        crm.deals.win(crm.deals.add("Website", contact_id=anna.id, amount_minor=1200_00).id)
    return path


@pytest.fixture
def some(run: Run, made: Path, database: Path) -> Run:
    """The commands over a copy of that database."""
    shutil.copy(made, database)
    return run


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(result: Result, code: int, *words: str) -> None:
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


def test_a_product_is_added_and_told(run: Run) -> None:
    result = run(
        "product", "add", "Ink", "--price", "9.90 EUR", "--warranty", "12", "--reorder", "3m", "--json"
    )
    found = data(result)
    assert list(found) == PRODUCT
    assert [found[key] for key in ("sku", "price", "currency", "warranty_months", "reorder_days")] == [
        "INK", "9.90", "EUR", 12, 90,
    ]  # fmt: skip
    assert "Add product Ink (1). Operation 1; crm undo 1 takes it back." in result.stderr
    assert run("product", "add", "Tea").stdout == ""


def test_a_product_is_edited_put_away_and_deleted(some: Run) -> None:
    changed = data(
        some("product", "edit", "ink", "--price", "10.40", "--name", "Ink", "--sku", "I", "--json")
    )
    assert (changed["name"], changed["sku"], changed["price"]) == ("Ink", "I", "10.40")
    assert data(some("product", "edit", "I", "--price", "none", "--json"))["price"] is None
    assert data(some("product", "archive", "I", "--json"))["archived_at"]
    assert some("product", "list", "-f", "ids").stdout == ""
    assert data(some("product", "restore", "I", "--json"))["archived_at"] is None
    refused(some("product", "delete", "I"), 2, "Delete Ink (1)?", "--yes")
    assert data(some("product", "delete", "I", "--yes", "--json"))["sku"] == "I"
    refused(some("product", "show", "I"), 3)


def test_what_was_sold_is_not_deleted(some: Run) -> None:
    assert some("invoice", "add", "--product", "INK-B").exit_code == 0
    refused(some("product", "delete", "INK-B", "--yes"), 6, "crm product archive 1")


def test_an_invoice_of_lines_and_products(some: Run) -> None:
    result = some(
        "invoice", "add", "--contact", "anna", "--line", "2 x Widget @ 12.50 tax 20 off 5", "--product", "INK-B*3",
        "--product", "ink*2 @ 8", "--tax", "10", "--json",
    )  # fmt: skip
    found = data(result)
    assert list(found) == [*INVOICE, "lines", "payments"]
    assert (found["number"], found["contact"], found["company"]) == ("2026-004", "Anna Kowalska", "Acme")
    # 23.75 + 29.70 + 16.00; 4.75 + 2.97 + 1.60
    assert [found[key] for key in ("net", "tax", "total", "paid", "balance")] == [
        "69.45", "9.32", "78.77", "0.00", "78.77",
    ]  # fmt: skip
    assert (found["due_on"], found["status"], found["overdue_days"]) == ("2026-03-16", "open", -14)
    assert list(found["lines"][1]) == LINE
    assert [(line["sku"], line["quantity"], line["net"]) for line in found["lines"]] == [
        (None, "2", "23.75"),
        ("INK-B", "3", "29.70"),
        ("INK-B", "2", "16.00"),
    ]
    assert "Add invoice 2026-004 (4). Operation " in result.stderr
    assert "78.77 EUR in all, due on Mon 16 Mar." in result.stderr


def test_the_invoice_of_a_won_deal_in_one_command(some: Run) -> None:
    found = data(some("invoice", "add", "--deal", "Website", "--tax", "20", "--due", "30d", "--json"))
    assert (found["deal"], found["company"], found["total"]) == ("Website", "Acme", "1440.00")
    assert found["due_on"] == "2026-04-01"
    refused(some("invoice", "add", "--deal", "Website"), 6, "invoiced already: 2026-004")
    some("deal", "add", "Logo", "--amount", "90")
    refused(some("invoice", "add", "--deal", "Logo"), 6, "Logo is open, not won.", "crm deal win 2")
    assert some("invoice", "add", "--deal", "Logo", "--line", "In advance @ 30").exit_code == 0


def test_the_currency_is_the_one_the_prices_name(run: Run) -> None:
    add = ("invoice", "add", "--json", "--line")
    assert data(run(*add, "Tea @ ¥9000"))["currency"] == "JPY"
    assert data(run(*add, "Tea @ 1.500 KWD"))["total"] == "1.500"
    assert data(run(*add, "Tea @ 12", "--line", "Cups @ $5"))["currency"] == "USD"
    assert data(run(*add, "Tea @ 12", "--currency", "gbp"))["currency"] == "GBP"
    refused(run(*add, "Tea @ 12 EUR", "--line", "Cups @ $5"), 5, "EUR, USD")
    refused(run(*add, "Tea @ 12.5", "--currency", "JPY"), 5, "more decimals than JPY")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, '--line "2 x Widget @ 12.50"'),
        (["--line", "Widget"], 5, "2 x Widget @ 12.50 tax 20 off 5"),
        (["--line", "Widget @ 3 vat 5"], 5, "In the line of Widget"),
        (["--product", "nothing"], 3, "crm product list"),
        (["--contact", "nobody", "--line", "Work @ 1"], 3, "nobody"),
        (["--deal", "none such", "--line", "Work @ 1"], 3, "none such"),
        (["--line", "Work @ 1", "--due", "2026-03-01"], 5, "before it is issued"),
        (["--line", "Work @ 1", "--due", "someday"], 5, "someday"),
        (["--line", "Work @ 1", "--number", "2026-001"], 6, "The next number is 2026-004"),
        (["--line", "Work @ 1", "--currency", "XX"], 5, "XX"),
        (["--line", "Work @ 1", "--tax", "x"], 5, "tax"),
    ],
    ids=[
        "nothing",
        "form",
        "price",
        "product",
        "contact",
        "deal",
        "early",
        "day",
        "number",
        "currency",
        "tax",
    ],
)
def test_what_cannot_be_invoiced_is_refused(some: Run, words: list[str], code: int, said: str) -> None:
    refused(some("invoice", "add", *words), code, said)
    assert some("invoice", "list", "-f", "ids").stdout.split() == ["3", "2", "1"]


def test_invoices_are_listed_filtered_and_sorted(some: Run) -> None:
    def ids(*words: str) -> list[str]:
        return some("invoice", "list", *words, "-f", "ids").stdout.split()

    assert ids("status:overdue") == ["1"]
    assert ids("balance>0", "--sort", "-balance") == ["3", "1"]
    assert ids("kowal", "issued_on:2026-02") == ["1"]
    refused(some("invoice", "list", "state:open"), 2, "Did you mean")
    refused(some("invoice", "list", "--sort", "colour"), 2, "colour")
    table = some("invoice", "list", "-f", "table").stdout
    assert "! 15 days ago" in table
    assert max(map(len, table.splitlines())) <= 80


@pytest.mark.parametrize("noun", ["product", "invoice", "payment"])
def test_lists_in_every_format(some: Run, noun: str) -> None:
    keys = {"product": PRODUCT, "invoice": INVOICE, "payment": PAYMENT}[noun]
    assert list(data(some(noun, "list", "--json"))[0]) == keys
    assert list(json.loads(some(noun, "list", "-f", "jsonl").stdout.splitlines()[0])) == keys
    assert some(noun, "list", "-f", "csv").stdout.splitlines()[0] == ",".join(keys)
    assert some(noun, "list", "-f", "tsv").stdout.splitlines()[0] == "\t".join(keys)
    assert some(noun, "list", "-f", "ids").stdout.split()[-1] == "1"
    assert some(noun, "list", "--columns", "id", "-f", "csv").stdout.split()[-1] == "1"
    assert some(noun, "list", "-f", "table").stdout


def test_an_invoice_is_shown_with_its_parts(some: Run) -> None:
    found = data(some("invoice", "show", "2026-001", "--json"))
    assert (found["status"], found["overdue_days"], found["balance"]) == ("overdue", 15, "100.00")
    assert [list(payment) for payment in found["payments"]] == [PAYMENT]
    table = some("invoice", "show", "1", "-f", "table").stdout
    assert "Due           Sun 15 Feb, 15 days ago" in table
    assert "Workshop" in table
    assert "20.00 EUR  bank" in table
    assert some("invoice", "show", "1", "-f", "csv").stdout.splitlines()[0] == ",".join(INVOICE)
    assert some("invoice", "show", "1", "-f", "ids").stdout == "1\n"
    refused(some("invoice", "show", "2026-009"), 3, "crm invoice list")


def test_a_number_that_is_an_id_is_ambiguous(some: Run) -> None:
    some("invoice", "edit", "3", "--number", "1")
    refused(some("invoice", "show", "1"), 4, "number:1", "id:1")
    assert data(some("invoice", "show", "number:1", "--json"))["id"] == 3
    assert data(some("invoice", "show", "id:1", "--json"))["number"] == "2026-001"


def test_an_invoice_is_edited(some: Run) -> None:
    found = data(
        some("invoice", "edit", "2026-001", "--due", "30d", "--tax", "10", "--company", "none", "--json")
    )
    assert (found["due_on"], found["tax"], found["company"]) == ("2026-03-03", "10.00", None)
    found = data(some("invoice", "edit", "2026-001", "--line", "Talk @ 70", "--product", "INK-B", "--json"))
    assert [line["description"] for line in found["lines"]] == ["Talk", "Ink, black"]
    assert found["total"] == "79.90"
    assert "Nothing changed." in some("invoice", "edit", "2026-001").stderr
    refused(some("invoice", "edit", "2026-001", "--number", "X"), 6, "numbered after 2026-001")
    refused(some("invoice", "edit", "2026-002", "--due", "today"), 6, "void")


def test_an_invoice_is_voided(some: Run) -> None:
    refused(some("invoice", "void", "2026-001"), 6, "20.00 EUR is paid", "crm payment add 1 20.00 --refund")
    some("payment", "add", "1", "20.00", "--refund")
    found = data(some("invoice", "void", "2026-001", "--on", "yesterday", "--json"))
    assert (found["status"], found["balance"], found["voided_on"]) == ("void", "0.00", "2026-03-01")
    refused(some("invoice", "void", "3", "--on", "tomorrow"), 5, "still to come")


def test_payments_in_part_in_full_too_much_and_back(some: Run) -> None:
    part = some("payment", "add", "2026-001", "30", "--on", "yesterday", "--reference", "TX 1", "--json")
    assert list(data(part)) == PAYMENT
    assert "Paid on Sun 1 Mar (2026-03-01)." in part.stderr
    assert "Add payment of 30.00 EUR to invoice 2026-001 (2). Operation " in part.stderr
    assert "70.00 EUR of invoice 2026-001 is still to be paid." in part.stderr
    assert "Invoice 2026-001 is paid." in some("payment", "add", "2026-001").stderr
    refused(some("payment", "add", "2026-001"), 6, "Nothing is owed")
    assert "is overpaid by 5.00 EUR" in some("payment", "add", "2026-001", "5").stderr
    back = some("payment", "add", "2026-001", "--refund", "--json")
    assert data(back)["amount"] == "-5.00"
    assert "Add refund of 5.00 EUR" in back.stderr
    refused(some("payment", "add", "2026-001", "--refund"), 2, "Nothing was paid too much")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["2026-002"], 6, "void"),
        (["1", "0"], 5, "cannot be"),
        (["1", "5 USD"], 5, "another currency than EUR"),
        (["1", "x"], 5, "no amount"),
        (["1", "50", "--refund"], 6, "than was received"),
        (["1", "-50"], 6, "than was received"),
        (["1", "-50", "--refund"], 2, "without a sign"),
        (["1", "--on", "tomorrow"], 5, "still to come"),
        (["9"], 3, "invoice"),
    ],
    ids=["void", "zero", "currency", "amount", "refund", "minus", "minus-twice", "day", "invoice"],
)
def test_what_cannot_be_paid_is_refused(some: Run, words: list[str], code: int, said: str) -> None:
    refused(some("payment", "add", *words), code, said)
    assert some("payment", "list", "-f", "ids").stdout == "1\n"


def test_a_payment_is_shown_corrected_and_deleted(some: Run) -> None:
    assert data(some("payment", "show", "1", "--json"))["amount"] == "20.00"
    changed = some("payment", "edit", "1", "--amount", "25", "--method", "none", "--json")
    assert (data(changed)["amount"], data(changed)["method"]) == ("25.00", None)
    assert "95.00 EUR of invoice 2026-001 is still to be paid." in changed.stderr
    refused(some("payment", "delete", "1"), 2, "Delete the payment of 25.00 EUR for 2026-001?")
    assert data(some("payment", "delete", "1", "--yes", "--json"))["id"] == 1
    refused(some("payment", "show", "1"), 3, "crm payment list")
    assert some("undo").exit_code == 0
    assert some("payment", "list", "-f", "ids").stdout == "1\n"


def test_overdue_invoices_are_in_today_and_reminded_of_once(some: Run) -> None:
    found = [each for each in data(some("today", "--json")) if each["kind"] == "invoice"]
    assert [(each["ref"], each["overdue_days"], each["contact"]) for each in found] == [
        (1, 15, "Anna Kowalska")
    ]
    assert "invoice 2026-001" in some("remind", "--once").stdout
    assert some("remind", "--once").stdout == ""
    some("payment", "add", "1")
    assert data(some("today", "--json")) == []


def test_how_somebody_pays_is_on_their_card_and_page(some: Run) -> None:
    told = "owes 100.00 EUR, overdue for 15 days"
    for words in (["contact", "show", "anna"], ["company", "show", "acme"], ["brief", "anna"]):
        assert told in some(*words, "-f", "table").stdout
    assert "money" not in data(some("contact", "show", "anna", "--json"))
    paying = data(some("brief", "anna", "--json"))["paying"]
    assert paying["owed"] == [{"amount": "100.00", "currency": "EUR"}]
    assert (paying["unpaid_overdue"], paying["overdue_days"], paying["days_late"]) == (1, 15, None)


def test_the_journal_the_timeline_and_the_search_know_them(some: Run) -> None:
    found = data(some("history", "2026-001", "--kind", "invoice", "--json"))
    assert [each["summary"] for each in found] == [
        "add payment of 20.00 EUR to invoice 2026-001",
        "add invoice 2026-001",
    ]
    assert [each["kind"] for each in data(some("timeline", "anna", "--json"))] == [
        "won", "added", "payment", "invoice",
    ]  # fmt: skip
    hits = data(some("find", "workshop", "--json"))
    assert [(each["kind"], each["title"]) for each in hits] == [
        ("invoice", "2026-002"),
        ("invoice", "2026-001"),
    ]
    assert data(some("find", "ink", "--kind", "product", "--json"))[0]["title"] == "Ink, black"


def test_an_undo_that_would_leave_a_number_out_is_refused(run: Run) -> None:
    run("invoice", "add", "--line", "Work @ 1")
    run("invoice", "add", "--line", "Work @ 1")
    refused(run("undo", "1"), 6, "invoice 2026-002 was numbered after 2026-001", "crm undo 2")
    assert run("undo").exit_code == 0
    assert data(run("invoice", "add", "--line", "Work @ 1", "--json"))["number"] == "2026-002"


def test_hostile_texts_reach_no_terminal(run: Run) -> None:
    bad = "\x1b]52;c;x\x07[@click=app.quit]x[/]"
    run("product", "add", bad, "--price", "1")
    result = run("invoice", "add", "--line", f"{bad} @ 1", "--number", bad)
    assert "\x1b" not in result.stderr
    for words in (["invoice", "list"], ["invoice", "show", "id:1"], ["product", "list"], ["find", "click"]):
        for form in ("table", "json"):
            assert "\x1b" not in run(*words, "-f", form).stdout


@pytest.mark.parametrize("noun", ["product", "invoice", "payment"])
def test_every_help_has_an_example(run: Run, noun: str) -> None:
    commands = {
        "product": "add list show edit archive restore delete",
        "invoice": "add list show edit void",
        "payment": "add list show edit delete",
    }
    for command in commands[noun].split():
        shown = run(noun, command, "--help").stdout
        assert "Examples:" in shown
        assert f"crm {noun} {command}" in shown
