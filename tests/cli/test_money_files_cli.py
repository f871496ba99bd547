"""Products, invoices and payments in and out on the command line, and products as text."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm

Run = Callable[..., Result]
ORDERS = (
    "Order number,Customer email,Order date,SKU,Item name,Qty,Price,Currency,Paid at\n"
    "A1,anna@example.com,2026-01-05,W-1,Widget,2,12.50,EUR,2026-01-07\n"
    "A1,,,,Gadget,1,7.99,,\n"
    "A2,bo@example.com,2026-02-06,,Gadget,3,8,USD,\n"
)
KINDS = ("products", "invoices", "payments")


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, ["--db", str(database), "--now", "2026-03-02 09:30", *words])
        assert result.exit_code == code, (result.stdout, result.stderr)
        return result

    return call


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> Run:
    """Two orders that came from a file, told by its header."""
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    result = run("import", str(path), "--create-missing", "--json")
    assert json.loads(result.stdout)["created"] == 3
    assert "Read as invoices; --as says otherwise." in result.stderr
    assert "3 rows are 2 invoices." in result.stderr
    return run


def test_all_three_go_out_and_come_back(shop: Run, tmp_path: Path) -> None:
    for kind in KINDS:
        path = tmp_path / f"{kind}.csv"
        counted = {"products": "2 products", "invoices": "2 invoices", "payments": "1 payment"}[kind]
        assert f"Wrote {counted} to {path}." in shop("export", kind, "-o", str(path)).stderr
        back = json.loads(shop("import", str(path), "--json").stdout)
        assert (back["rejected"], back["unchanged"], back["operation"]) == (0, back["rows"], None)
        assert back["rows"] == {"products": 2, "invoices": 3, "payments": 1}[kind]


def test_invoices_have_a_row_a_line_and_their_lines_in_json(shop: Run) -> None:
    rows = [*csv.DictReader(io.StringIO(shop("export", "invoices", "currency:EUR").stdout))]
    assert [
        (each["number"], each["total"], each["line"], each["sku"], each["line_net"]) for each in rows
    ] == [
        ("A1", "32.99", "1", "W-1", "25.00"),
        ("A1", "32.99", "2", "GADGET", "7.99"),
    ]
    (found,) = json.loads(shop("export", "invoices", "currency:EUR", "--json").stdout)
    assert (found["number"], found["balance"], found["status"]) == ("A1", "0.00", "paid")
    assert [(each["sku"], each["quantity"], each["net"]) for each in found["lines"]] == [
        ("W-1", "2", "25.00"), ("GADGET", "1", "7.99"),
    ]  # fmt: skip
    assert [(each["paid_on"], each["amount"]) for each in found["payments"]] == [("2026-01-07", "32.99")]
    (line,) = shop("export", "payments", "-f", "jsonl").stdout.splitlines()
    assert json.loads(line)["invoice"] == "A1"


def test_the_number_of_invoices_is_told_and_not_of_rows(shop: Run, tmp_path: Path) -> None:
    for form in ("csv", "json", "hledger"):
        path = tmp_path / f"out.{form}"
        assert "Wrote 2 invoices to" in shop("export", "invoices", "-f", form, "-o", str(path)).stderr


@pytest.mark.parametrize("form", ["ledger", "hledger", "beancount"])
def test_journals(shop: Run, form: str) -> None:
    text = shop("export", "invoices", "-f", form).stdout
    assert "Assets:Receivable:Anna-Example-Com-P1" in text
    assert text.count("2026-01-05 * ") == text.count("2026-01-07 * ") == 1
    assert "-32.99 EUR" in text
    alone = shop("export", "payments", "-f", form).stdout
    assert ("2026-01-07 * " in alone, "2026-01-05 * " in alone) == (True, False)
    shop("export", "contacts", "-f", form, code=2)


def test_accounts_can_be_set(shop: Run) -> None:
    shop("config", "set", "account_bank", "Assets:Bank:Giro")
    assert "Assets:Bank:Giro " in shop("export", "payments", "-f", "ledger").stdout
    for wrong in ("Bank", "Assets:bank", "Assets:Bank\ninclude x", "Assets:"):
        assert "is to be an account" in shop("config", "set", "account_bank", wrong, code=5).stderr


@pytest.mark.parametrize("form", ["ledger", "hledger", "beancount"])
def test_each_product_can_have_an_account(shop: Run, form: str) -> None:
    shop("config", "set", "account_sales", "Income:Shop:{product}")
    text = shop("export", "invoices", "currency:EUR", "-f", form).stdout
    assert [line.split()[:2] for line in text.splitlines() if line.startswith("    Income")] == [
        ["Income:Shop:W-1", "-25.00"], ["Income:Shop:GADGET", "-7.99"],
    ]  # fmt: skip
    for wrong in ("{product}", "Income:{product}", "Income:{product}:Shop", "Income:Shop:{sku}"):
        told = shop("config", "set", "account_sales", wrong, code=5).stderr
        assert "account_sales is to be an account like Income:Sales or Income:Sales:{product}." in told
    assert (
        "is to be an account"
        in shop("config", "set", "account_tax", "Liabilities:Tax:{product}", code=5).stderr
    )


def test_products_as_text(shop: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "editor.py"
    program.write_text(
        "import pathlib, sys\nplace = pathlib.Path(sys.argv[-1])\ntext = place.read_text()\n"
        "text = text.replace('price: 12.50', 'price: 13').replace('currency: EUR', 'currency: CHF')\n"
        "place.write_text(text.replace('reorder_days: \\n', 'reorder_days: 30\\n', 1))\n"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} -I {program}")
    shop("edit", "products", "sku:W-1", "--yes")
    with Crm.open(database, create=False) as crm:
        found = crm.products.find("W-1")
        assert (found.price, found.currency, found.name) == ("13.00", "CHF", "Widget")
        assert crm.history()[0].summary == "edit product Widget"
