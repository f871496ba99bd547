"""Invoices on the pages of people, companies and deals, an invoice whole, unpaid ones on Today, and the search."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from datetime import date

import pytest
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.text import is_clean
from tests.tui.bills import HOSTILE, Bills, bills, form, save
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


@pytest.fixture
def made(crm_of: Crm) -> Bills:
    return bills(crm_of)


def record(pilot: Pilot[None]) -> RecordScreen:
    screen = pilot.app.screen
    assert isinstance(screen, RecordScreen)
    return screen


async def go(pilot: Pilot[None], *key: Hashable) -> None:
    """Put the cursor on an item."""
    record(pilot).go_to(key)
    await settle(pilot)
    row = record(pilot).row
    assert row is not None
    assert row.key == key


@asynccontextmanager
async def shown(
    opened: Opener, table: str, record_id: int, size: tuple[int, int] = (120, 50)
) -> AsyncIterator[Pilot[None]]:
    """A record opened over the contacts."""
    async with opened(size, "contacts") as pilot:
        crm_app(pilot).open_record(table, record_id)
        await settle(pilot)
        yield pilot


@pytest.mark.parametrize("size", [(80, 40), (120, 40), (200, 60)], ids=["80", "120", "200"])
async def test_an_invoice_whole(opened: Opener, made: Bills, size: tuple[int, int]) -> None:
    async with shown(opened, "invoices", made.partly, size) as pilot:
        text = screen_text(pilot)
        for part in (
            "~ due in 4 days", "Caspian Foods · Elvin Məmmədov · 3,540.00 EUR · 2,540.00 EUR to be paid", "Consulting",
            "2.5 x 1,200.00 · 18 % tax", "net", "3,000.00 EUR", "540.00 EUR", "+ Mon 2 Mar", "bank · TX 4711",
            "→ person", "→ company", "Fri 20 Feb",
        ):  # fmt: skip
            assert part in text, part


async def test_its_items_are_changed_in_place(opened: Opener, crm_of: Crm, made: Bills) -> None:
    crm_of.invoices.update(
        made.partly, lines=[LineDraft("Consulting", "1", 500_000), LineDraft("Travel", "1", 9900)]
    )
    line = crm_of.invoices.lines(made.partly)[1].id
    payment = crm_of.invoices.payments(made.partly)[0].id
    async with shown(opened, "invoices", made.partly) as pilot:
        await go(pilot, "line", line)
        await press(pilot, "e")
        assert set(form(pilot).texts()) == {"lines", "currency"}
        await save(pilot, {"lines": "Consulting @ 5000\nTravel by train @ 99"})
        assert [each.description for each in crm_of.invoices.lines(made.partly)] == [
            "Consulting",
            "Travel by train",
        ]
        await go(pilot, "payment", payment)
        await press(pilot, "e")
        await save(pilot, {"amount": "1500", "method": "", "on": "2026-03-01"})
        found = crm_of.payments.get(payment)
        assert (found.amount_minor, found.method, found.paid_on) == (150_000, None, date(2026, 3, 1))
        await go(pilot, "field", "due_on")
        await press(pilot, "e")
        await save(pilot, {"due": "30d"})
        assert crm_of.invoices.get(made.partly).due_on == date(2026, 3, 22)
        await go(pilot, "field", "contact")
        await press(pilot, "e")
        await save(pilot, {"person": "anna"})
        assert crm_of.invoices.get(made.partly).contact == "Anna Kowalska"
        await go(pilot, "field", "deal")
        await press(pilot, "e")
        await save(pilot, {"deal": "relaunch"})
        assert crm_of.invoices.get(made.partly).deal == "Website relaunch"
        await go(pilot, "field", "number")
        await press(pilot, "e")
        await save(pilot, {"number": "2026-001"})
        assert "There is an invoice 2026-001 already" in screen_text(pilot)


async def test_its_items_are_taken_away(opened: Opener, crm_of: Crm, made: Bills) -> None:
    drafts = [LineDraft(name, unit_price_minor=100) for name in ("one", "two", "two", "three")]
    crm_of.invoices.update(made.soon, lines=drafts, currency="EUR")
    lines = [each.id for each in crm_of.invoices.lines(made.soon)]
    async with shown(opened, "invoices", made.soon) as pilot:
        await go(pilot, "line", lines[1])
        await press(pilot, "D", "y")
        assert [each.description for each in crm_of.invoices.lines(made.soon)] == ["one", "two", "three"]
        await go(pilot, "line", lines[0])
        await press(pilot, "space", "space", "D")
        assert "Take away 2 items?" in screen_text(pilot)
        await press(pilot, "y")
        assert [each.description for each in crm_of.invoices.lines(made.soon)] == ["three"]
        await go(pilot, "line", crm_of.invoices.lines(made.soon)[0].id)
        await press(pilot, "D", "y")
        assert "The invoice has no lines." in screen_text(pilot)
        await press(pilot, "p")
        await save(pilot, {"amount": "0.40"})
        await settle(pilot)
        payment = crm_of.invoices.payments(made.soon)[0].id
        await go(pilot, "payment", payment)
        await press(pilot, "D")
        assert "Delete the payment of 0.40 EUR?" in screen_text(pilot)
        await press(pilot, "y")
        assert not crm_of.invoices.payments(made.soon)
        await go(pilot, "field", "number")
        await press(pilot, "D", "y")
        assert crm_of.invoices.get(made.soon).status.value == "void"
        assert "x void" in screen_text(pilot)
        await press(pilot, "u")
        assert "~ due in 2 days" in screen_text(pilot)


async def test_adding_from_an_invoice(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with shown(opened, "invoices", made.overdue) as pilot:
        await press(pilot, "a", "i")
        await save(pilot, {"lines": f"{form(pilot).texts()['lines']}\nTip @ 1"})
        assert len(crm_of.invoices.lines(made.overdue)) == 3
        await press(pilot, "a", "p")
        assert form(pilot).texts()["amount"] == "124.78"
        await press(pilot, "escape", "l")
        assert "Log with Anna Kowalska" in screen_text(pilot)
        await press(pilot, "escape", "t", "A", "n")
        assert record(pilot).table == "invoices"


async def test_its_links_lead_on_and_back(opened: Opener, made: Bills) -> None:
    async with shown(opened, "invoices", made.overdue) as pilot:
        await go(pilot, "field", "contact")
        await press(pilot, "enter")
        assert (record(pilot).table, record(pilot).record_id) == ("contacts", 1)
        await go(pilot, "invoice", made.overdue)
        await press(pilot, "enter")
        assert (record(pilot).table, record(pilot).record_id) == ("invoices", made.overdue)
        await press(pilot, "escape", "escape", "escape")
        assert crm_app(pilot).front.scope == "contacts"


async def test_a_person_with_what_they_owe(opened: Opener, made: Bills) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        text = screen_text(pilot)
        for part in (
            "! owes 123.78 EUR and 1,234.567 KWD", "123.78 EUR of it overdue", "27 days overdue", "! 2026-001",
            "~ 2026-004", "x 2026-005", "  invoice  2026-001",
        ):  # fmt: skip
            assert part in text, part
        await go(pilot, "invoice", made.overdue)
        await press(pilot, "p", "ctrl+s")
        assert "Add payment of 123.78 EUR" in screen_text(pilot)
        assert "pays 27 days late on average (of 1)" in screen_text(pilot)
        assert "+ payment  2026-001" in screen_text(pilot)


async def test_a_company_and_a_payment_in_its_timeline(opened: Opener, crm_of: Crm, made: Bills) -> None:
    caspian = crm_of.companies.ids("caspian")[0]
    async with shown(opened, "companies", caspian) as pilot:
        assert "owes 2,540.00 EUR" in screen_text(pilot)
        row = next(
            row
            for row in record(pilot).two.rows
            if row.of is not None and getattr(row.of, "kind", "") == "payment"
        )
        assert row.key is not None
        await go(pilot, *row.key)
        await press(pilot, "e")
        assert "Change the payment of invoice" in screen_text(pilot)
        await press(pilot, "escape", "enter")
        assert record(pilot).table == "invoices"
        await press(pilot, "escape", "D")
        assert "Delete the payment of" in screen_text(pilot)


@pytest.mark.parametrize(
    ("table", "record_id"),
    [("contacts", 1), ("companies", 1), ("deals", 1)],
    ids=["person", "company", "deal"],
)
async def test_an_invoice_added_from_there(opened: Opener, crm_of: Crm, table: str, record_id: int) -> None:
    async with shown(opened, table, record_id) as pilot:
        await press(pilot, "a", "v")
        await save(pilot, {"lines": "Work @ 100"})
        (found,) = crm_of.invoices.list()
        assert found.company == "Acme"
        assert found.contact == (None if table == "companies" else "Anna Kowalska")
        assert found.deal == ("Website relaunch" if table == "deals" else None)
        row = record(pilot).row
        assert row is not None
        assert row.key == ("invoice", found.id)


async def test_a_won_deal_on_its_page(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "deals", 1) as pilot:
        await press(pilot, "i")
        assert record(pilot).table == "deals"
        await press(pilot, "w", "ctrl+s", "i", "ctrl+s")
        assert [each.total for each in crm_of.invoices.list("deal:relaunch")] == ["4500.00"]
        assert "due in 2 weeks" in screen_text(pilot)


async def test_the_cards_beside_the_lists(opened: Opener, made: Bills) -> None:
    async with opened((120, 40), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "anna")
        text = screen_text(pilot)
        for part in ("money", "! owes 123.78 EUR", "! 2026-001  27 days", "invoice 2026-001"):
            assert part in text, part
        await press(pilot, "escape", "g", "o", "/")
        await type_in(pilot, "caspian")
        assert "owes 2,540.00 EUR" in screen_text(pilot)


async def test_no_words_where_nothing_was_ever_invoiced(opened: Opener) -> None:
    async with shown(opened, "contacts", 3) as pilot:
        assert "Invoices" not in "\n".join(screen_text(pilot).splitlines()[1:])


async def test_an_unpaid_invoice_on_today(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 30), "today") as pilot:
        while "> ! invoice 2026-001" not in screen_text(pilot):
            await press(pilot, "down")
        await press(pilot, "s")
        assert "What is owed cannot be put off." in screen_text(pilot)
        await press(pilot, "e")
        assert "Change invoice 2026-001" in screen_text(pilot)
        await press(pilot, "escape", "enter")
        assert record(pilot).record_id == made.overdue
        await press(pilot, "escape", "d")
        assert form(pilot).texts()["amount"] == "123.78"
        await press(pilot, "ctrl+s")
        assert crm_of.invoices.get(made.overdue).status.value == "paid"
        assert "invoice 2026-001" not in "\n".join(screen_text(pilot).splitlines()[:-2])


async def test_marked_follow_ups_come_before_the_invoice_under_the_cursor(
    opened: Opener, crm_of: Crm, made: Bills
) -> None:
    async with opened((80, 30), "today") as pilot:
        await press(pilot, "space")
        while "> ! invoice 2026-001" not in screen_text(pilot):
            await press(pilot, "down")
        await press(pilot, "d")
        assert crm_of.followups.count("status:done") == 1
        assert not crm_of.invoices.payments(made.overdue)


async def test_the_search_finds_and_opens_both(opened: Opener, made: Bills) -> None:
    async with opened((100, 30), "search") as pilot:
        await type_in(pilot, "oil")
        text = screen_text(pilot)
        assert "Olive oil 5 l" in text
        assert "! 2026-001" in text
        assert "27 days overdue" in text
        await press(pilot, "ctrl+u")
        await type_in(pilot, "kind:product oil")
        await press(pilot, "down", "enter")
        assert form(pilot).texts()["sku"] == "OIL-5"
        await press(pilot, "escape", "slash", "ctrl+u")
        await type_in(pilot, "kind:invoice oil")
        await press(pilot, "down", "e")
        assert "Change invoice 2026-001" in screen_text(pilot)
        await press(pilot, "escape", "enter")
        assert record(pilot).record_id == made.overdue


async def test_hostile_invoices_are_text(opened: Opener, crm_of: Crm) -> None:
    for place, name in enumerate(HOSTILE):
        person = crm_of.contacts.add(name=name, company=name)
        invoice = crm_of.invoices.add(
            lines=[LineDraft(name, "2", 100)], contact_id=person.id, number=f"{name}{place}",
            issued_on=date(2026, 1, 1), due_on=date(2026, 1, 2),
        )  # fmt: skip
        payment = crm_of.payments.add(invoice.id, 1, method=name, reference=name)
        for table, record_id in (("invoices", invoice.id), ("contacts", person.id)):
            async with shown(opened, table, record_id) as pilot:
                if table == "invoices":
                    await go(pilot, "payment", payment.id)
                for key in ("e", "D", "p", "V", "a"):
                    await press(pilot, key)
                    assert all(is_clean(line) for line in screen_text(pilot).splitlines())
                    await press(pilot, "escape")
                assert pilot.app.return_code is None


async def test_gone_is_said(opened: Opener) -> None:
    async with shown(opened, "invoices", 99) as pilot:
        assert "This invoice is gone." in screen_text(pilot)
        await press(pilot, "p", "e", "D", "V", "escape")
        assert crm_app(pilot).front.scope == "contacts"


@pytest.mark.parametrize("size", [(20, 6), (40, 10)], ids=["20x6", "40x10"])
async def test_whole_in_almost_no_room(opened: Opener, made: Bills, size: tuple[int, int]) -> None:
    async with shown(opened, "invoices", made.overdue, size) as pilot:
        for key in ("down", "end", "p", "escape", "home", "V", "escape"):
            await press(pilot, key)
            assert all(len(line) <= size[0] for line in screen_text(pilot).splitlines())
