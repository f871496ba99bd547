"""A credit note on the screens: nothing of it is due, what it comes to is given back, and how it then stands."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.widgets.records import invoice_words
from tests.tui.bills import form, save
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle

TODAY = date(2026, 3, 2)


@pytest.fixture
def credit(crm_of: Crm) -> int:
    anna = crm_of.references.contact("anna@example.com")
    lines = [LineDraft("Returned", unit_price_minor=-1500)]
    return crm_of.invoices.add(lines=lines, contact_id=anna, currency="EUR").id


def test_how_it_stands_in_words_and_signs(crm_of: Crm, credit: int) -> None:
    def told() -> tuple[object, ...]:
        view = crm_of.invoices.get(credit)
        sign = invoice_words.sign(view, TODAY)
        return view.status.value, sign[0], invoice_words.stands(view, TODAY), invoice_words.sums(view)

    assert told() == ("paid", "-", "to give back", [("total", "-15.00 EUR"), ("to give back", "15.00 EUR")])
    crm_of.payments.add(credit, -500)
    assert told()[1:] == (
        "-",
        "to give back",
        [("total", "-15.00 EUR"), ("given back", "5.00 EUR"), ("to give back", "10.00 EUR")],
    )
    crm_of.payments.add(credit, -1000)
    assert told() == ("paid", "+", "given back", [("total", "-15.00 EUR"), ("given back", "15.00 EUR")])
    crm_of.invoices.update(credit, lines=[LineDraft("Returned", unit_price_minor=-1000)])
    assert told()[3] == [("total", "-10.00 EUR"), ("given back", "15.00 EUR"), ("to be paid", "5.00 EUR")]


def test_a_void_one_is_void(crm_of: Crm, credit: int) -> None:
    view = crm_of.invoices.void(credit)
    assert (view.status.value, invoice_words.sign(view, TODAY)[0]) == ("void", "x")
    assert invoice_words.stands(view, TODAY) == "void"
    assert invoice_words.sums(view) == [("total", "-15.00 EUR")]


async def test_its_card_says_nothing_is_due(opened: Opener, credit: int) -> None:
    async with opened((120, 30), "invoices") as pilot:
        text = screen_text(pilot)
        assert "credit note" in text
        assert "- to give back" in text
        assert "due" not in " ".join(line.partition("│")[2] for line in text.splitlines())
        assert "overpaid" not in text


async def test_it_is_given_back_by_the_key_of_refunds(opened: Opener, crm_of: Crm, credit: int) -> None:
    async with opened((110, 40), "invoices") as pilot:
        await press(pilot, "p")
        assert "a credit note: 15.00 EUR is to be given back" in screen_text(pilot)
        await press(pilot, "escape", "R")
        assert form(pilot).texts()["amount"] == "15"
        assert "15.00 EUR is to be given back" in screen_text(pilot)
        form(pilot).fill({"amount": "20"})
        await settle(pilot)
        assert "more than is to be given back" in screen_text(pilot)
        form(pilot).fill({"amount": "5"})
        await settle(pilot)
        assert "10.00 EUR stays to give back" in screen_text(pilot)
        await save(pilot, {"amount": "15"})
        assert [each.amount_minor for each in crm_of.invoices.payments(credit)] == [-1500]
        assert "given back" in screen_text(pilot)
        await press(pilot, "R")
        assert "Nothing is left to give back on invoice 2026-001." in screen_text(pilot)


async def test_its_page_names_the_key_and_what_is_to_give_back(opened: Opener, credit: int) -> None:
    async with opened((120, 40), "invoices") as pilot:
        crm_app(pilot).open_record("invoices", credit)
        await settle(pilot)
        text = screen_text(pilot)
        assert "-15.00 EUR · 15.00 EUR to give back" in text
        assert "nothing is due" in text
        assert "Nothing is given back yet. R notes it." in text
        assert "too much" not in text
