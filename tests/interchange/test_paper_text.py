"""An invoice as text: every figure worked out by hand, columns in cells, and no text of a person that does anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.cells import cell_width
from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.interchange.papers import text_paper, writing
from crm_tui.interchange.papers.paper import Paper, long_day, paper
from tests.papers import business, relaunch

# 12 x 12.50 = 150.00 less 10 % = 135.00; 3 x 24.90 = 74.70; net 4800.00 + 135.00 + 74.70 + 84.00 = 5093.70
# 20 % of 4800.00 = 960.00 and of 135.00 = 27.00; 5 % of 74.70 = 3.735, to the even cent 3.74
# 5093.70 + 987.00 + 3.74 = 6084.44, of which 2000.00 are paid
RELAUNCH = """\
Kestrel Studio                                                           INVOICE
12 High Street                                                          2026-001
Bristol BS1 4DJ
Tax ID: GB 123 4567 89

For                                                         Issued  2 March 2026
Acme Ltd                                                      Due  16 March 2026
Anna Kowalska
Long Lane 5
10115 Berlin
VAT ID: DE 999

Description                      Quantity  Unit price  Discount  Tax  Amount EUR
--------------------------------------------------------------------------------
Website relaunch: design, build         1    4,800.00            20%    4,800.00
and moving the old content
over, with a training afternoon
Hosting, months                        12       12.50       10%  20%      135.00
Printed handbook                        3       24.90             5%       74.70
Train ticket, passed on                 1       84.00                      84.00
--------------------------------------------------------------------------------
                                                              Net   5,093.70
                                                  No tax on 84.00       0.00
                                                  5% tax on 74.70       3.74
                                              20% tax on 4,935.00     987.00
                                                            Total   6,084.44 EUR
                              Paid on 2 March 2026, bank transfer  -2,000.00
                                ------------------------------------------------
                                Still to be paid by 16 March 2026   4,084.44 EUR

How to pay
Kestrel Bank, IBAN GB00 KEST 1234 5678 9012 34
Reference: 2026-001
"""
# yen have no decimals, and nothing is said of tax where there is none
YEN = """\
                                                                         INVOICE
                                                                        2026-001

For                                                         Issued  2 March 2026
日本株式会社                                                  Due  16 March 2026

Description                                     Quantity  Unit price  Amount JPY
--------------------------------------------------------------------------------
Әлия үшін кеңес 相談                                   2     150,000     300,000
--------------------------------------------------------------------------------
                                                              Total  300,000 JPY
                                        ----------------------------------------
                                        To be paid by 16 March 2026  300,000 JPY
"""
# 1.5 x 1234.567 = 1851.8505 less 2.5 % = 1805.5542..., so 1805.554; 7.5 % of that = 135.41655, so 135.417
VOID = """\
                                                                         INVOICE
                                                                        2026-001
                                                                            VOID

                                                            Issued  2 March 2026
                                                        Void since  2 March 2026

This document was voided on 2 March 2026. Nothing is to be paid for it.

Description                     Quantity  Unit price  Discount   Tax  Amount KWD
--------------------------------------------------------------------------------
Workshop                             1.5   1,234.567      2.5%  7.5%   1,805.554
--------------------------------------------------------------------------------
                                                              Net  1,805.554
                                            7.5% tax on 1,805.554    135.417
                                                            Total  1,940.971 KWD
                                      ------------------------------------------
                                      Void: nothing is to be paid      0.000 KWD
"""


def printed(crm: Crm, invoice_id: int) -> str:
    return writing.data(crm, paper(crm, invoice_id), "txt").decode()


def of(crm: Crm, *lines: LineDraft, **values: object) -> Paper:
    return paper(crm, crm.invoices.add(lines=lines, **values).id)  # type: ignore[arg-type]


def test_an_invoice_with_discounts_two_taxes_and_a_part_paid(database: Path) -> None:
    with business(database) as crm:
        made = relaunch(crm)
        assert printed(crm, made.id) == RELAUNCH
        assert made.balance == "4084.44"


def test_yen_and_letters_that_take_two_cells(crm: Crm) -> None:
    who = crm.contacts.add(name="日本株式会社")
    made = crm.invoices.add(
        contact_id=who.id, currency="JPY", lines=[LineDraft("Әлия үшін кеңес 相談", "2", 150_000)]
    )
    assert printed(crm, made.id) == YEN


def test_a_void_one_says_so_and_asks_for_nothing(database: Path) -> None:
    with business(database, Config(business_payment=("IBAN 1",))) as crm:
        made = crm.invoices.add(
            currency="KWD", lines=[LineDraft("Workshop", "1.5", 1_234_567, None, "2.5", "7.5")]
        )
        crm.invoices.void(made.id)
        assert printed(crm, made.id) == VOID


def test_what_is_wholly_paid_is_marked_and_says_nothing_of_how_to_pay(database: Path) -> None:
    with business(database) as crm:
        made = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=100_00)])
        crm.payments.add(made.id)
        found = paper(crm, made.id)
    assert (found.stamp, found.payment) == ("PAID", ())
    assert (found.due.label, found.due.figure) == ("Nothing is left to be paid", "0.00 EUR")
    assert [word for word, _ in found.facts] == ["Issued"]


def test_what_is_paid_too_much_is_told(crm: Crm) -> None:
    made = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=100_00)])
    crm.payments.add(made.id, 150_00)
    crm.payments.add(made.id, -20_00, method="card")
    found = paper(crm, made.id)
    assert [(each.label, each.figure) for each in (*found.sums, found.due)] == [
        ("Total", "100.00 EUR"),
        ("Paid on 2 March 2026", "-150.00"),
        ("Given back on 2 March 2026, card", "20.00"),
        ("Paid too much", "30.00 EUR"),
    ]


def test_many_payments_are_told_together(crm: Crm) -> None:
    made = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=100_00)])
    for _ in range(7):
        crm.payments.add(made.id, 10_00)
    found = paper(crm, made.id)
    assert [(each.label, each.figure) for each in found.sums[1:]] == [("Paid in 7 payments", "-70.00")]
    assert found.due.figure == "30.00 EUR"


def test_one_below_zero_is_a_credit_note(crm: Crm) -> None:
    found = of(crm, LineDraft("Returned chair", "-1", 120_00, None, None, "20"))
    assert (found.title, found.stamp) == ("Credit note", "")
    assert [(each.label, each.figure) for each in (*found.sums, found.due)] == [
        ("Net", "-120.00"),
        ("20% tax on -120.00", "-24.00"),
        ("Total", "-144.00 EUR"),
        ("To be given back", "144.00 EUR"),
    ]


def test_no_tax_and_a_tax_of_nothing_are_not_the_same(crm: Crm) -> None:
    found = of(crm, LineDraft("A", "1", 10_00, None, None, "0"), LineDraft("B", "1", 5_00))
    assert [each.label for each in found.sums] == ["Net", "No tax on 5.00", "0% tax on 10.00", "Total"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [((None, None), "Company 1"), (("home", "Billing address"), "Company 2")],
    ids=["the first one", "the one for bills"],
)
def test_which_address_it_goes_to(crm: Crm, labels: tuple[str | None, str | None], expected: str) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    assert anna.company_id is not None
    crm.contacts.add_method(anna.id, "address", "Home 1")
    for number, label in enumerate(labels, 1):
        crm.companies.add_method(anna.company_id, "address", f"Company {number}", label=label)
    found = of(crm, LineDraft("Work", unit_price_minor=1), contact_id=anna.id)
    assert found.customer == ("Acme", "Anna", expected)


def test_a_person_without_a_company_has_their_own_address_and_tax_id(crm: Crm) -> None:
    crm.fields.add("contacts", "tin", "text", label="TIN")
    anna = crm.contacts.add(name="Anna", custom={"tin": "77"})
    crm.contacts.add_method(anna.id, "address", "Home 1\nTown")
    found = of(crm, LineDraft("Work", unit_price_minor=1), contact_id=anna.id)
    assert found.customer == ("Anna", "Home 1", "Town", "TIN: 77")


def test_figures_too_wide_stand_beneath_the_description(crm: Crm) -> None:
    made = of(
        crm, LineDraft("Very dear", "999999999999.999999999", 9_00, None, "12.123456789", "19.123456789")
    )
    found = text_paper.lines(made)
    place = found.index("Very dear")
    assert [line.strip() for line in found[place + 1 : place + 6]] == [
        "Quantity  999999999999.999999999",
        "Unit price  9.00",
        "Discount  12.123456789%",
        "Tax  19.123456789%",
        "Amount EUR  7,908,888,888,990.00",
    ]
    assert max(map(cell_width, found)) <= text_paper.WIDTH


def test_hostile_texts_are_shown_and_do_nothing(database: Path) -> None:
    evil = "\x1b]0;x\x07\u202ereversed\u2066 [bold]<script>"
    config = Config(business_name=evil, business_address=(evil * 20,), business_payment=(evil,))
    with business(database, config) as crm:
        who = crm.contacts.add(name=f"Bob {evil}"[:90].replace("\x1b", "").replace("\x07", ""))
        made = crm.invoices.add(
            contact_id=who.id, lines=[LineDraft("x" * 500 + " \u202e 相" * 60, unit_price_minor=1)]
        )
        text = printed(crm, made.id)
    assert all(each.isprintable() for each in text.replace("\n", ""))
    assert max(cell_width(line) for line in text.splitlines()) <= text_paper.WIDTH
    assert "x" * 10 in text


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("日本株式", 5, ["日本", "株式"]),
        ("a… bbbb…", 4, ["a…", "bbbb", "…"]),
        ("", 5, [""]),
    ],
    ids=["words", "a long word", "wide letters", "ellipses of its own", "nothing"],
)
def test_wrapping(text: str, width: int, expected: list[str]) -> None:
    assert text_paper.wrapped(text, width) == expected


def test_days_cannot_be_misread() -> None:
    assert long_day(date(2026, 3, 2)) == "2 March 2026"
    assert long_day(date(2028, 2, 29)) == "29 February 2028"


def test_the_name_of_its_file(crm: Crm) -> None:
    made = crm.invoices.add(number="Ə/2026 №1", lines=[LineDraft("Work", unit_price_minor=1)])
    name = writing.named(paper(crm, made.id))
    assert name.startswith("invoice-")
    assert name.isascii()
    assert name.replace("-", "").isalnum()
