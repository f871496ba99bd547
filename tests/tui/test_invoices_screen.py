"""Invoices: the list, its figures and card, and every key of the screen."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.screens.billing.invoices import InvoicesScreen
from crm_tui.text import is_clean
from crm_tui.widgets.lines import Lines
from tests.tui.bills import HOSTILE, Bills, bills, cells, form, save, signs, table
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


@pytest.fixture
def made(crm_of: Crm) -> Bills:
    return bills(crm_of)


def figures(text: str) -> str:
    """The line of figures."""
    return text.splitlines()[1].strip()


async def test_the_newest_first_each_with_its_sign(opened: Opener, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        assert cells(pilot) == ["2026-005", "2026-004", "2026-003", "2026-002", "2026-001"]
        assert signs(pilot) == "x~+~!"
        text = screen_text(pilot)
        for part in ("Acme", "27 days overdue", "due in 2 days", "paid", "void", "123.78 EUR", "20,000 JPY"):
            assert part in text, part
        assert "1,234.567 KWD" in text
        assert figures(text) == "3 unpaid · 2,663.78 EUR open, 123.78 overdue · 1,234.567 KWD open"
        assert "newest first · 5" in text


async def test_the_figures_follow_the_filter(opened: Opener, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "company:caspian")
        assert cells(pilot) == ["2026-003", "2026-002"]
        assert figures(screen_text(pilot)) == "1 unpaid · 2,540.00 EUR open"
        await press(pilot, "ctrl+u")
        await type_in(pilot, "status:overdue")
        assert cells(pilot) == ["2026-001"]
        assert figures(screen_text(pilot)) == "1 unpaid · 123.78 EUR open, all overdue"
        await press(pilot, "ctrl+u")
        await type_in(pilot, "status:paid")
        assert figures(screen_text(pilot)) == "nothing is owed"
        await press(pilot, "ctrl+u")
        await type_in(pilot, "oil")
        assert cells(pilot) == ["2026-001"]
        await press(pilot, "ctrl+u")
        await type_in(pilot, "nosuch:1")
        assert "nosuch" in screen_text(pilot).splitlines()[-2]


async def test_the_card_beside_it_from_120_on(opened: Opener, made: Bills) -> None:
    async with opened((119, 40), "invoices") as pilot:
        assert not pilot.app.screen.query_one("#card", Lines).display
        await pilot.resize_terminal(120, 40)
        await press(pilot, "j", "j", "j")
        text = screen_text(pilot)
        for part in (
            "~ due in 4 days", "Caspian Foods · Elvin Məmmədov", "issued   Fri 20 Feb", "Consulting",
            "2.5 x 1,200.00 · 18 % tax", "net", "3,000.00 EUR", "540.00 EUR", "3,540.00 EUR", "to be paid",
            "2,540.00 EUR", "+ Mon 2 Mar  bank · TX 4711    1,000.00 EUR",
        ):  # fmt: skip
            assert part in text, part
        await press(pilot, "j", "tab")
        assert "less 5 %" in screen_text(pilot)
        assert pilot.app.screen.query_one("#card", Lines).has_focus
        await press(pilot, "escape")
        assert table(pilot).has_focus


@pytest.mark.parametrize(
    ("key", "sort"),
    [("1", "issued_on"), ("2", "due_on"), ("3", "-balance"), ("4", "number")],
    ids=["day", "due", "owed", "number"],
)
async def test_sorting(opened: Opener, crm_of: Crm, made: Bills, key: str, sort: str) -> None:
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, key)
        assert cells(pilot) == [each.number for each in crm_of.invoices.list(sort=sort)]


async def test_columns_can_be_chosen(opened: Opener, made: Bills) -> None:
    async with opened((120, 40), "invoices") as pilot:
        await press(pilot, "c")
        assert "To be paid" in screen_text(pilot)
        assert "Issued" in screen_text(pilot)
        await press(pilot, "escape", "S")
        assert "Total" in screen_text(pilot)


async def test_a_payment_of_the_balance_and_its_undo(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        await press(pilot, "end", "p")
        assert form(pilot).texts()["amount"] == "123.78"
        assert "all of it" in screen_text(pilot)
        await save(pilot, {"method": "card"})
        found = crm_of.invoices.payments(made.overdue)
        assert [(each.amount_minor, each.method, each.paid_on) for each in found] == [
            (12378, "card", date(2026, 3, 2))
        ]
        assert "Add payment of 123.78 EUR to invoice 2026-001." in screen_text(pilot)
        assert signs(pilot) == "x~+~+"
        assert figures(screen_text(pilot)).startswith("2 unpaid")
        await press(pilot, "u")
        assert signs(pilot) == "x~+~!"


async def test_a_credit_is_to_give_back(opened: Opener, crm_of: Crm, made: Bills) -> None:
    anna = crm_of.references.contact("anna@example.com")
    crm_of.invoices.add(lines=[LineDraft("Returned", unit_price_minor=-1500)], contact_id=anna)
    async with opened((80, 24), "invoices") as pilot:
        (line,) = (each for each in screen_text(pilot).splitlines() if "-15.00 EUR" in each)
        assert "to give back" in line
        assert "overpaid" not in screen_text(pilot)


async def test_a_part_too_much_and_a_refund(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "end", "p")
        form(pilot).fill({"amount": "100"})
        await settle(pilot)
        assert "23.78 EUR stays to be paid" in screen_text(pilot)
        form(pilot).fill({"amount": "130"})
        await settle(pilot)
        assert "6.22 EUR too much" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert crm_of.invoices.get(made.overdue).balance_minor == -622
        assert "overpaid" in screen_text(pilot)
        await press(pilot, "R")
        assert form(pilot).texts()["amount"] == "6.22"
        assert "123.78 EUR stays paid" in screen_text(pilot)
        await save(pilot, {})
        assert [each.amount_minor for each in crm_of.invoices.payments(made.overdue)] == [13_000, -622]
        assert "Add refund of 6.22 EUR to invoice 2026-001." in screen_text(pilot)


async def test_a_wrong_payment_is_refused_where_it_was_typed(
    opened: Opener, crm_of: Crm, made: Bills
) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "end", "p")
        await save(pilot, {"amount": "0"})
        assert "! The amount is 0.00 EUR." in screen_text(pilot)
        await save(pilot, {"amount": "-5"})
        assert "! The amount is -5.00 EUR." in screen_text(pilot)
        await save(pilot, {"amount": "12.345"})
        assert "12.345" in screen_text(pilot)
        await save(pilot, {"amount": "50", "on": "tomorrow"})
        assert "still to come" in screen_text(pilot)
        assert form(pilot).texts()["amount"] == "50"
        assert not crm_of.invoices.payments(made.overdue)


async def test_a_voided_meanwhile_invoice_keeps_what_was_typed(
    opened: Opener, crm_of: Crm, made: Bills
) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "end", "p")
        crm_of.invoices.void(made.overdue)
        await save(pilot, {"reference": "typed before"})
        assert "Invoice 2026-001 is void" in screen_text(pilot)
        assert form(pilot).texts()["reference"] == "typed before"


async def test_void_asks_and_is_refused_when_something_is_paid(
    opened: Opener, crm_of: Crm, made: Bills
) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "end", "V")
        assert "Void invoice 2026-001? It keeps its number" in screen_text(pilot)
        await press(pilot, "n")
        assert crm_of.invoices.get(made.overdue).voided_on is None
        await press(pilot, "V", "y")
        assert crm_of.invoices.get(made.overdue).voided_on == date(2026, 3, 2)
        assert "Void invoice 2026-001." in screen_text(pilot)
        await press(pilot, "k", "V", "y")
        assert "1,000.00 EUR is paid on invoice 2026-002." in screen_text(pilot)
        # what is void can be neither voided nor paid again
        await press(pilot, "home", "V", "p", "R")
        assert isinstance(pilot.app.screen, InvoicesScreen)


async def test_several_are_paid_as_one_operation(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "*", "p")
        text = screen_text(pilot)
        assert "Payments of 3 invoices" in text
        assert "2,663.78 EUR and 1,234.567 KWD" in text
        assert "2 with nothing to pay" in text
        await save(pilot, {"method": "bank"})
        assert crm_of.invoices.count("status:open,overdue") == 0
        assert not table(pilot).marked
        assert "Add payments of 3 invoices." in screen_text(pilot)
        await press(pilot, "u")
        assert crm_of.invoices.count("status:open,overdue") == 3


async def test_several_are_voided_or_none(opened: Opener, crm_of: Crm, made: Bills) -> None:
    other = crm_of.invoices.add(lines=[LineDraft("Another", unit_price_minor=1)]).id
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "4", "home", "space", "space", "V")
        assert "Void 2 invoices? They keep their numbers" in screen_text(pilot)
        await press(pilot, "y")
        assert crm_of.invoices.count("status:void") == 1
        await press(pilot, "escape", "end", "space", "home", "space", "V", "y")
        assert crm_of.invoices.count("status:void") == 3
        assert crm_of.invoices.get(other).voided_on is not None


async def test_log_follow_up_mail_and_copy(
    opened: Opener, crm_of: Crm, made: Bills, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "end", "l")
        assert "Log with Anna Kowalska" in screen_text(pilot)
        await save(pilot, {"summary": "asked for the money"})
        assert crm_of.interactions.list("asked for the money")[0].contacts == ("Anna Kowalska",)
        await press(pilot, "f")
        assert "Follow up with Anna Kowalska" in screen_text(pilot)
        await press(pilot, "escape", "o")
        assert "mail" in screen_text(pilot) or "Open which?" in screen_text(pilot)
        await press(pilot, "escape", "y")
        assert "to be paid" in screen_text(pilot)
        await press(pilot, "1")
        assert pilot.app.clipboard == "2026-001"


async def test_without_a_person_nothing_is_logged(opened: Opener, crm_of: Crm) -> None:
    crm_of.invoices.add(lines=[LineDraft("For nobody", unit_price_minor=100)])
    async with opened((120, 30), "invoices") as pilot:
        await press(pilot, "l", "f", "o")
        assert isinstance(pilot.app.screen, InvoicesScreen)
        assert "for nobody" in screen_text(pilot)


async def test_export_what_is_shown(opened: Opener, made: Bills, tmp_path: Path) -> None:
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "company:caspian")
        await press(pilot, "enter", "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "out.csv"))
        await press(pilot, "enter")
        with (tmp_path / "out.csv").open(newline="") as file:
            numbers = {row["number"] for row in csv.DictReader(file)}
        assert numbers == {"2026-002", "2026-003"}


async def test_enter_opens_it_whole(opened: Opener, made: Bills) -> None:
    async with opened((80, 24), "invoices") as pilot:
        for key in ("end", "tab"):
            await press(pilot, key, *(["enter"] if key == "end" else []))
            assert crm_app(pilot).front.scope == "record"
            assert "Olive oil 5 l" in screen_text(pilot)
            await press(pilot, "escape")
            assert crm_app(pilot).front.scope == "invoices"


async def test_an_empty_file_teaches_the_first_key(opened: Opener, crm_of: Crm, tmp_path: Path) -> None:
    async with opened((80, 24), "invoices", path=tmp_path / "none.db") as pilot:
        assert "a adds the first one" in screen_text(pilot)
        keys = ("p", "R", "V", "e", "l", "f", "o", "y", "E", "enter", "tab", "*", "1", "2", "3", "4")
        await press(pilot, *keys)
        assert isinstance(pilot.app.screen, InvoicesScreen)
        await press(pilot, "a")
        await save(pilot, {"company": "First Ltd", "lines": "Work @ 100"})
        assert cells(pilot, 1) == ["First Ltd"]
        assert "1 unpaid · 100.00 EUR open" in screen_text(pilot)


async def test_what_another_process_writes_is_seen(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((120, 30), "invoices") as pilot:
        await press(pilot, "end")
        key = table(pilot).cursor_key
        crm_of.payments.add(made.overdue, 2378)
        crm_of.invoices.add(lines=[LineDraft("Newer", unit_price_minor=5)])
        crm_app(pilot).on_changed_elsewhere()
        await settle(pilot)
        assert table(pilot).cursor_key == key
        assert "2,640.05 EUR open, 100.00 overdue" in screen_text(pilot)
        assert "to be paid                       100.00 EUR" in screen_text(pilot)


async def test_names_that_mean_harm_are_text(opened: Opener, crm_of: Crm) -> None:
    for place, name in enumerate(HOSTILE):
        person = crm_of.contacts.add(name=name, company=name)
        made = crm_of.invoices.add(
            lines=[LineDraft(name, unit_price_minor=100)], contact_id=person.id, number=f"{name}{place}"
        )
        crm_of.payments.add(made.id, 1, method=name, reference=name)
    async with opened((140, 40), "invoices") as pilot:
        for _ in HOSTILE:
            for key in ("p", "R", "V", "e", "y", "l"):
                await press(pilot, key)
                assert all(is_clean(line) for line in screen_text(pilot).splitlines())
                await press(pilot, "escape")
            await press(pilot, "enter", "escape", "j")
        assert isinstance(pilot.app.screen, InvoicesScreen)
        assert pilot.app.return_code is None


async def test_resized_to_almost_nothing_and_back(opened: Opener, made: Bills) -> None:
    async with opened((120, 40), "invoices") as pilot:
        await press(pilot, "j")
        key, before = table(pilot).cursor_key, screen_text(pilot)
        for size in ((20, 6), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            await press(pilot, "a", "escape", "p", "escape")
            assert all(len(line) <= size[0] for line in screen_text(pilot).splitlines())
        assert table(pilot).cursor_key == key
        assert screen_text(pilot).splitlines()[:-2] == before.splitlines()[:-2]
