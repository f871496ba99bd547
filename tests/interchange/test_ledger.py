"""Journals for ledger, hledger and beancount: hostile names mean nothing, sums are those of the reports.

Where one of the programs is installed its own check reads what is written.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.interchange import ledger_out
from crm_tui.interchange.ledger_out import Form
from crm_tui.money import exponent, parse_amount
from tests.conftest import NOW

FORMS: Final[tuple[Form, ...]] = ("ledger", "hledger", "beancount")
CHECKS: Final[dict[Form, list[str]]] = {
    "ledger": ["ledger", "--strict", "--pedantic", "-f", "{}", "balance"],
    "hledger": ["hledger", "-f", "{}", "check", "--strict", "ordereddates"],
    "beancount": ["bean-check", "{}"],
}
NASTY: Final = (
    'Acme "Ltd"; date: 2026-13-45', "(x) * Evil\\", "x | y  ; z:: 1+", "include /etc/passwd", "Müller & Söhne",
    "ООО Ромашка", "=2026/01/01 [=2025-99-99]", "株式会社", "P @ 5 {6}", '" "b', "end comment", "~ monthly",
    "-- :tag: #tag ^link", "a\u2028b\u0085c", "\u202eevil", "!!!",
)  # fmt: skip
SKUS: Final = ("W-1", "w-2", "A/1", "A-1-S3", "S7", "!!!", "Çay", "株", "x:y; z", "W  1", '"', "a\u2028b")
POSTING = re.compile(r"    (?P<account>[A-Z][A-Za-z0-9:-]*) +(?P<amount>-?[0-9.]+) (?P<currency>[A-Z]{3})")
HEADS: Final[dict[Form, re.Pattern[str]]] = {
    "ledger": re.compile(r"\d{4}-\d\d-\d\d \* \([^();]*\) [^;|]*"),
    "hledger": re.compile(
        r"\d{4}-\d\d-\d\d \* \([^();]*\) [^;|]* \| (?:Invoice|Payment of|Refund of) [^;|]*"
    ),
    "beancount": re.compile(r'\d{4}-\d\d-\d\d \* "[^"\\]*" "(?:Invoice|Payment of|Refund of) [^"\\]*"'),
}
PLAIN: Final[dict[Form, re.Pattern[str]]] = {
    "ledger": re.compile(
        r"account [A-Za-z0-9:-]+|commodity [A-Z]{3}|    format 1000(?:\.0+)? [A-Z]{3}|; .*|"
    ),
    "hledger": re.compile(r"account [A-Za-z0-9:-]+|commodity 1000\.0* [A-Z]{3}|decimal-mark \.|; .*|"),
    "beancount": re.compile(
        r'\d{4}-\d\d-\d\d (?:open [A-Za-z0-9:-]+|commodity [A-Z]{3})|option "operating_currency" "[A-Z]{3}"|; .*|'
    ),
}


def journal(crm: Crm, form: Form, kind: str = "invoices") -> str:
    file = io.StringIO()
    ledger_out.write(ledger_out.entries(crm, kind, None), file, form, kind)
    return file.getvalue()


def sums(text: str) -> Counter[tuple[str, str]]:
    """Minor units by account, the customers' together, and currency; every line is one that may be."""
    found: Counter[tuple[str, str]] = Counter()
    for match in filter(None, map(POSTING.fullmatch, text.split("\n"))):
        account = ":".join(match["account"].split(":")[:2])
        digits = match["amount"].partition(".")[2]
        assert len(digits) == exponent(match["currency"])
        found[account, match["currency"]] += parse_amount(match["amount"], match["currency"], ".")
    return found


def assert_plain(text: str, form: Form) -> None:
    """Nothing stands in a journal but what this program means to write."""
    for line in text.split("\n"):
        assert POSTING.fullmatch(line) or HEADS[form].fullmatch(line) or PLAIN[form].fullmatch(line), line
        assert "\r" not in line


@pytest.fixture
def books(crm: Crm) -> Crm:
    """Invoices of nasty customers in four currencies: open, paid, paid too much, refunded in part, void."""
    for place, name in enumerate(NASTY):
        company = crm.companies.add(name=name).id
        made = crm.invoices.add(
            lines=[LineDraft(name, "3", 1999 + place * 1000, None, "7.5", "19")],
            company_id=company,
            currency=("EUR", "USD", "JPY", "KWD")[place % 4],
            issued_on=date(2026, 1, 1 + place),
            number=name[:30],
        )
        if place % 3 == 0:
            crm.payments.add(made.id, paid_on=date(2026, 1, 20))
        if place % 3 == 1:
            crm.payments.add(made.id, made.total_minor + 500, paid_on=date(2026, 1, 20))
            crm.payments.add(made.id, -200, paid_on=date(2026, 1, 21))
    gone = crm.invoices.add(lines=[LineDraft("gone", unit_price_minor=100)], number="gone")
    crm.payments.add(gone.id, 100)
    crm.payments.add(gone.id, -100)
    crm.invoices.void(gone.id)
    crm.invoices.add(lines=[LineDraft("nothing", unit_price_minor=0)], number="nothing")
    return crm


@pytest.mark.parametrize("form", FORMS)
def test_the_sums_are_those_of_the_invoices(books: Crm, form: Form) -> None:
    text = journal(books, form)
    assert_plain(text, form)
    found = sums(text)
    for each in books.invoices.totals():
        assert found["Assets:Receivable", each.currency] == each.balance_minor
        assert found["Income:Sales", each.currency] == -each.net_minor
        assert found["Liabilities:Tax", each.currency] == -each.tax_minor
        assert found["Assets:Bank", each.currency] == each.paid_minor
    assert "; 2026-03-02 invoice gone is void" in text
    assert "; 2026-03-02 invoice nothing comes to nothing" in text
    alone = sums(journal(books, form, "payments"))
    assert {key: minor for key, minor in alone.items() if key[0] == "Assets:Bank"} == {
        key: minor for key, minor in found.items() if key[0] == "Assets:Bank"
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["invoices", "payments"])
def test_the_program_itself_takes_it(books: Crm, tmp_path: Path, form: Form, kind: str) -> None:
    check(journal(books, form, kind), form, tmp_path)


def check(text: str, form: Form, folder: Path) -> None:
    """Let the program that a journal is for read it, where it is installed."""
    command = CHECKS[form]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    path = folder / f"books.{form}"
    path.write_text(text, encoding="utf-8")
    words = [each.replace("{}", str(path)) for each in command]
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "LANG": "C.UTF-8"}
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_sums_are_those_of_the_reports(books: Crm) -> None:
    found = sums(journal(books, "hledger"))
    overpaid: Counter[str] = Counter()
    for each in books.invoices.iterate():
        # what was paid too much is no receivable of the report, and stands against it in the books
        overpaid[each.currency] += max(-each.balance_minor, 0)
    owed = {each.currency: each.outstanding.minor for each in books.reports.ask("receivables").by_currency}
    sold = {each.currency: each for each in books.reports.ask("revenue").by_currency}
    assert set(owed) == set(sold) == {"EUR", "USD", "JPY", "KWD"}
    for code, total in sold.items():
        assert found["Assets:Receivable", code] == owed[code] - overpaid[code]
        assert found["Income:Sales", code] == -total.revenue.minor
        assert found["Liabilities:Tax", code] == -total.tax.minor
        assert found["Assets:Bank", code] == total.received.minor


def test_a_journal_day_by_day_with_each_name_declared_first(books: Crm) -> None:
    days = re.findall(r"^(\d{4}-\d\d-\d\d) \*", journal(books, "hledger"), re.MULTILINE)
    assert days == sorted(days)
    seen: set[str] = set()
    for line in journal(books, "ledger").split("\n"):
        if line.startswith("account "):
            assert line not in seen
            seen.add(line)
        elif match := POSTING.fullmatch(line):
            assert f"account {match['account']}" in seen


def test_only_the_invoices_asked_for_with_their_payments(books: Crm) -> None:
    from crm_tui.filters import parse

    found = list(ledger_out.entries(books, "invoices", parse("currency:KWD")))
    assert {each.currency for each in found} == {"KWD"}
    assert {each.what for each in found} == {"invoice", "payment", "refund"}


def test_no_two_customers_have_an_account() -> None:
    assert ledger_out.customer("Acme Ltd.", 1, None) == "Acme-Ltd-C1"
    assert ledger_out.customer("ACME, Ltd", 2, 7) == "Acme-Ltd-C2"
    assert ledger_out.customer("Acme", None, 1) == "Acme-P1"
    assert ledger_out.customer("!!!", 1, None) == "C1"
    assert ledger_out.customer(None, None, None) == "Unnamed"


@pytest.fixture
def shop(database: Path) -> Iterator[Crm]:
    """Products of nasty SKUs, sold in two currencies beside what is no product, one of them given back in part."""
    with Crm.open(database, now=NOW, config=Config(account_sales="Income:Sales:{product}")) as crm:
        for place, sku in enumerate(SKUS):
            made = crm.products.add(f"Product {place}", sku=sku)
            lines = [
                LineDraft("", "2", 1000 + place, made.id, tax_percent="19"),
                LineDraft("Postage", unit_price_minor=490),
                LineDraft("", "-1", 1000 + place, made.id),
            ]
            crm.invoices.add(
                lines=lines, currency=("EUR", "KWD")[place % 2], issued_on=date(2026, 1, 1 + place)
            )
        free = LineDraft("", unit_price_minor=0, product_id=1)
        crm.invoices.add(lines=[free, LineDraft("Work", unit_price_minor=500)])
        yield crm


def test_each_product_has_an_account_of_its_own(shop: Crm) -> None:
    text = journal(shop, "ledger")
    assert_plain(text, "ledger")
    sold: Counter[tuple[str, str]] = Counter()
    for match in filter(None, map(POSTING.fullmatch, text.split("\n"))):
        sold[match["account"], match["currency"]] += parse_amount(match["amount"], match["currency"], ".")
    for place, each in enumerate(shop.products.list(sort="id")):
        account = f"Income:Sales:{ledger_out.product(each.sku, each.id)}"
        assert sold.pop((account, ("EUR", "KWD")[place % 2])) == -1000 - place
    # postage, and work of 5.00 that is no product
    assert sold["Income:Sales", "EUR"] == -6 * 490 - 500
    assert sold["Income:Sales", "KWD"] == -6 * 490
    assert not any(account.startswith("Income:Sales:") for account, _ in sold)
    whole = sums(text)
    for total in shop.invoices.totals():
        assert whole["Income:Sales", total.currency] == -total.net_minor
        assert whole["Liabilities:Tax", total.currency] == -total.tax_minor


@pytest.mark.parametrize("form", FORMS)
def test_the_program_itself_takes_products(shop: Crm, tmp_path: Path, form: Form) -> None:
    check(journal(shop, form), form, tmp_path)


def test_no_two_products_have_an_account() -> None:
    found = [ledger_out.product(sku, place) for place, sku in enumerate(SKUS, 1)]
    assert found == [
        "W-1", "W-2", "A-1-S3", "A-1-S3-S4", "S7-S5", "S6", "Cay-S7", found[7], "X-Y-Z-S9", "W-1-S10", "S11", found[11],
    ]  # fmt: skip
    assert len(set(found)) == len(SKUS)


def test_nothing_to_book(crm: Crm) -> None:
    assert journal(crm, "ledger") == "; nothing to book\n"


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_name_means_more_than_itself(name: str) -> None:
    found = ledger_out.harmless(name)
    assert re.fullmatch(r"[^\W_]?[^;|\"\\()\[\]{}@*!=:^<>~\x00-\x1f]*", found)
    assert found == found.strip()
    assert len(found.splitlines()) == 1
    assert re.fullmatch(r"[A-Z0-9][A-Za-z0-9-]*", ledger_out.customer(name, 7, None))
