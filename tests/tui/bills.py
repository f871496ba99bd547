"""What the tests of invoices and products share: a few of each, in euro, yen and dinar."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.screens.forms.form import FormScreen
from crm_tui.widgets.tables.record_table import RecordTable
from tests.tui.conftest import press

HOSTILE = (
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b]0;owned\x07esc",
    "\u202egnp.exe",
    "小林\u200d株式会社",
    "2 x a @ 5 tax 3 [X] off 4",
    "$text-muted {name} %s \\",
)


class Bills(NamedTuple):
    """The ids of the invoices and products."""

    overdue: int
    partly: int
    paid: int
    soon: int
    void: int
    oil: int
    yuzu: int


def bills(crm: Crm) -> Bills:
    """Five invoices, one of each kind: overdue, paid in part, paid, due soon, void; and two products."""
    anna, elvin = (crm.references.contact(f"{each}@example.com") for each in ("anna", "elvin"))
    oil = crm.products.add("Olive oil 5 l", sku="OIL-5", price_minor=2450, currency="EUR", reorder_days=90)
    yuzu = crm.products.add("Yuzu", price_minor=1200, currency="JPY", warranty_months=12)
    lines = [LineDraft("", "3", None, oil.id, "5", "20"), LineDraft("Delivery", unit_price_minor=4000)]
    add = crm.invoices.add
    overdue = add(lines=lines, contact_id=anna, issued_on=date(2026, 1, 20)).id
    partly = add(
        lines=[LineDraft("Consulting", "2.5", 120_000, tax_percent="18")],
        contact_id=elvin,
        issued_on=date(2026, 2, 20),
    ).id
    crm.payments.add(partly, 100_000, method="bank", reference="TX 4711")
    paid = add(lines=[LineDraft("Tea", unit_price_minor=20_000)], currency="JPY", contact_id=elvin).id
    crm.payments.add(paid)
    soon = add(
        lines=[LineDraft("Dates", unit_price_minor=1_234_567)], currency="KWD", contact_id=anna,
        due_on=date(2026, 3, 4),
    ).id  # fmt: skip
    void = add(lines=[LineDraft("Mistake", unit_price_minor=100)], contact_id=anna).id
    crm.invoices.void(void)
    return Bills(overdue, partly, paid, soon, void, oil.id, yuzu.id)


def table(pilot: Pilot[None]) -> RecordTable:
    """The list in front."""
    return pilot.app.screen.query_one(RecordTable)


def cells(pilot: Pilot[None], place: int = 0) -> list[str]:
    """A column of the list, from the top."""
    rows = table(pilot)
    found = [rows._list.row(row) for row in range(rows.row_count)]
    return [row.cells[place] for row in found if row is not None]


def signs(pilot: Pilot[None]) -> str:
    """The signs of the rows, from the top."""
    rows = table(pilot)
    return "".join(row.sign for each in range(rows.row_count) if (row := rows._list.row(each)) is not None)


def form(pilot: Pilot[None]) -> FormScreen:
    """The form in front."""
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


async def save(pilot: Pilot[None], texts: dict[str, str]) -> None:
    """Fill a form in and save it."""
    form(pilot).fill(texts)
    await press(pilot, "ctrl+s")
