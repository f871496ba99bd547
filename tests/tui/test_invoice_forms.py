"""Adding and changing invoices: what is typed, what is told meanwhile, and what is kept when it is refused."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.models import InvoiceView
from crm_tui.widgets.entry.line_rows import LineRows
from tests.tui.bills import Bills, bills, cells, form, save, table
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


@pytest.fixture
def made(crm_of: Crm) -> Bills:
    return bills(crm_of)


def newest(crm: Crm) -> InvoiceView:
    """The invoice added last."""
    return crm.invoices.list(sort="-id", limit=1)[0]


async def test_one_with_products_and_the_running_total(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, "a")
        await type_in(pilot, "anna")
        await press(pilot, "tab", "tab")
        await type_in(pilot, "2 x oli")
        rows = pilot.app.screen.query_one(LineRows)
        await settle(pilot)
        assert rows.suggestion == "ve oil 5 l"
        await press(pilot, "right")
        assert rows.text == "2 x olive oil 5 l"
        assert "1 line: 49.00 EUR" in screen_text(pilot)
        await press(pilot, "enter")
        await type_in(pilot, "Delivery @ 40 tax 20")
        await settle(pilot)
        assert "2 lines: 89.00 and 8.00 tax, 97.00 EUR" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        found = newest(crm_of)
        assert (found.contact, found.company, found.total) == ("Anna Kowalska", "Acme", "97.00")
        assert (found.issued_on, found.due_on) == (date(2026, 3, 2), date(2026, 3, 16))
        assert [(each.sku, each.quantity) for each in crm_of.invoices.lines(found.id)] == [
            ("OIL-5", "2"),
            (None, "1"),
        ]
        assert table(pilot).cursor_key == found.id
        assert "Add invoice 2026-006." in screen_text(pilot)
        await press(pilot, "u")
        assert len(cells(pilot)) == 5


async def test_everything_else_that_can_be_said(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "a")
        assert "2026-006" in screen_text(pilot)
        await save(
            pilot,
            {
                "person": "+New Person", "company": "none", "lines": "Work @ 5000", "due": "30d",
                "issued": "2026-02-10", "number": "X-1", "currency": "jpy",
            },
        )  # fmt: skip
        found = newest(crm_of)
        assert (found.contact, found.company_id, found.number) == ("New Person", None, "X-1")
        assert (found.total_minor, found.currency) == (5000, "JPY")
        assert (found.issued_on, found.due_on) == (date(2026, 2, 10), date(2026, 3, 12))


async def test_the_company_of_a_person_may_be_another_or_none(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "invoices") as pilot:
        for company, billed in (("", "Acme"), ("none", None), ("Other", "Other"), ('"none"', "none")):
            await press(pilot, "a")
            await save(pilot, {"person": "anna", "company": company, "lines": "x @ 1"})
            assert newest(crm_of).company == billed


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"lines": ""}, "The invoice has no lines."),
        ({"lines": "nonsense"}, "Line 1: there is no product “nonsense”"),
        ({"lines": "x @ 1", "person": "nobody at all"}, "no contact matches"),
        ({"lines": "x @ 1", "due": "2026-01-01"}, "before it is issued"),
        ({"lines": "x @ 1", "due": "tomorrow 14:30"}, "has a time"),
        ({"lines": "x @ 1", "number": "2026-001"}, "There is an invoice 2026-001 already"),
        ({"lines": "x @ 1", "currency": "zzz"}, '"zzz" is no known currency'),
        ({"lines": "Yuzu\nOIL-5"}, "several currencies"),
    ],
    ids=["empty", "line", "person", "order", "time", "number", "currency", "mixed"],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    opened: Opener, crm_of: Crm, made: Bills, texts: dict[str, str], said: str
) -> None:
    async with opened((100, 40), "invoices") as pilot:
        await press(pilot, "a")
        await save(pilot, texts)
        text = " ".join(screen_text(pilot).replace("│", " ").split())
        assert said.casefold() in text.casefold()
        assert texts.items() <= form(pilot).texts().items()
        assert crm_of.invoices.count() == 5
        assert crm_of.contacts.count() == 10


async def test_a_draft_is_brought_back(opened: Opener, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, "a")
        form(pilot).fill({"lines": "a @ 1\nb @ 2"})
        await press(pilot, "escape")
        assert "Kept what you typed." in screen_text(pilot)
        await press(pilot, "a")
        assert form(pilot).texts()["lines"] == "a @ 1\nb @ 2"
        assert "2 lines: 3.00 EUR" in screen_text(pilot)


async def test_the_usual_tax_is_that_of_the_settings(opened: Opener, crm_of: Crm) -> None:
    config = Config(tax_percent="20", payment_days=30)
    async with opened((100, 30), "invoices", config=config) as pilot:
        await press(pilot, "a")
        assert "in 30 days" in screen_text(pilot)
        await save(pilot, {"lines": "a @ 100\nb @ 100 tax 0"})
        found = newest(crm_of)
        assert (found.net, found.tax) == ("200.00", "20.00")
        await press(pilot, "e")
        assert form(pilot).texts()["lines"] == "a @ 100\nb @ 100 tax 0"


async def test_only_what_was_changed_is_written(opened: Opener, crm_of: Crm, made: Bills) -> None:
    before = crm_of.invoices.lines(made.overdue)
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, "end", "e")
        assert form(pilot).texts()["lines"] == "3 x Olive oil 5 l @ 24.50 tax 20 off 5\nDelivery @ 40"
        await save(pilot, {"due": "2026-03-31"})
        assert crm_of.invoices.get(made.overdue).due_on == date(2026, 3, 31)
        assert crm_of.invoices.lines(made.overdue) == before
        await press(pilot, "e")
        await save(pilot, {"lines": "Delivery @ 50\n3 x Olive oil 5 l @ 24.50 tax 20 off 5", "company": ""})
        found = crm_of.invoices.get(made.overdue)
        assert (found.company_id, found.contact, found.net) == (None, "Anna Kowalska", "119.82")
        assert [each.product_id for each in crm_of.invoices.lines(made.overdue)] == [None, made.oil]


async def test_another_currency_keeps_the_figures(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, "end", "e")
        await save(pilot, {"currency": "KWD"})
        assert crm_of.invoices.get(made.overdue).currency == "KWD"
        assert [each.unit_price for each in crm_of.invoices.lines(made.overdue)] == ["24.500", "40.000"]
        await press(pilot, "e")
        await save(pilot, {"currency": "USD", "lines": "Delivery @ 40"})
        found = crm_of.invoices.get(made.overdue)
        assert (found.currency, found.total) == ("USD", "40.00")


async def test_what_is_void_cannot_be_changed(opened: Opener, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, "home", "e")
        assert "Invoice 2026-005 is void since 2026-03-02 and cannot be changed." in screen_text(pilot)
        assert crm_app(pilot).front.scope == "invoices"


async def test_the_invoice_of_a_won_deal(opened: Opener, crm_of: Crm) -> None:
    deal = crm_of.deals.list("relaunch")[0].id
    async with opened((140, 40), "deals") as pilot:
        await press(pilot, "i")
        assert crm_app(pilot).front is pilot.app.screen
        assert crm_of.invoices.count() == 0
        crm_of.deals.win(deal)
        crm_app(pilot).on_changed_elsewhere()
        await settle(pilot)
        await press(pilot, "i")
        assert form(pilot).texts()["lines"] == "Website relaunch @ 4500"
        assert "For Anna Kowalska · Acme." in screen_text(pilot)
        await press(pilot, "ctrl+s")
        found = newest(crm_of)
        assert (found.deal, found.contact, found.company, found.total) == (
            "Website relaunch", "Anna Kowalska", "Acme", "4500.00",
        )  # fmt: skip
        await press(pilot, "i")
        assert "Website relaunch is invoiced already: 2026-001." in screen_text(pilot)


async def test_of_a_won_deal_without_an_amount_the_price_is_asked(opened: Opener, crm_of: Crm) -> None:
    made = crm_of.deals.add("Talk", company="Acme")
    crm_of.deals.win(made.id)
    async with opened((140, 40), "deals") as pilot:
        await press(pilot, "right", "right", "right", "right", "i")
        assert form(pilot).texts()["lines"] == "Talk @ "
        await save(pilot, {"lines": "Talk @ 300 tax 18"})
        found = newest(crm_of)
        assert (found.deal, found.company, found.total) == ("Talk", "Acme", "354.00")


async def test_the_form_in_almost_no_room(opened: Opener, made: Bills) -> None:
    async with opened((20, 6), "invoices") as pilot:
        await press(pilot, "a")
        for _ in range(8):
            assert all(len(line) <= 20 for line in screen_text(pilot).splitlines())
            await press(pilot, "tab")
        await press(pilot, "escape")
        assert crm_app(pilot).front.scope == "invoices"
