"""What is said where a currency has no rate: once, in every report that would be converted."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked
from tests.sales_rows import invoice

REPORTS = ("pipeline", "forecast", "winloss", "velocity", "sources", "revenue", "customers")


@pytest.fixture
def abroad(crm: Crm) -> Crm:
    """Deals and invoices in yen and dollars, open, won and paid; there is no rate of any."""
    for code in ("EUR", "JPY", "USD"):
        anna = crm.contacts.add(name=f"Anna {code}", source="fair").id
        invoice(crm, "2026-01-10", 1000, contact=anna, currency=code)
        crm.deals.add("Open", contact_id=anna, amount_minor=1000, currency=code, source="fair")
        won = crm.deals.add("Won", contact_id=anna, amount_minor=1000, currency=code, source="fair")
        crm.deals.win(won.id)
    return crm


@pytest.mark.parametrize("name", REPORTS)
def test_without_any_rate_one_note_is_enough(abroad: Crm, name: str) -> None:
    for convert in (False, True):
        notes = abroad.reports.ask(name, Asked(convert=convert)).notes
        told = [note for note in notes if " rate" in note and "win rate" not in note]
        assert [note[:52] for note in told if "probabilities" not in note] == [
            "There is no rate for JPY, USD, so there is no sum of"
        ]
        assert not any("onverted" in note for note in notes)


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "customers"])
def test_rows_left_as_they_are_are_told_where_the_sum_is_not_in_the_way(abroad: Crm, name: str) -> None:
    # known since yesterday: the sum of today has it, what was sold before has not
    abroad.rates.set("USD", "0.5", date(2026, 3, 1))
    abroad.rates.set("JPY", "0.01", date(2026, 3, 1))
    anna = abroad.contacts.add(name="Old", source="fair").id
    invoice(abroad, "2026-02-10", 1000, contact=anna, currency="JPY")
    notes = abroad.reports.ask(name, Asked(convert=True)).notes
    assert not any("no sum of all" in note for note in notes)
    rows = [note for note in notes if "left as they are" in note]
    # invoices of January and February, while the deals were closed today
    assert len(rows) == (1 if name in ("revenue", "sources") else 0)
    assert all("for JPY, USD;" in note for note in rows)


def test_one_currency_alone_that_cannot_be_converted_is_told(crm: Crm) -> None:
    crm.deals.add("Open", amount_minor=1000, currency="USD")
    found = crm.reports.ask("pipeline", Asked(convert=True))
    assert len(found.notes) == 1
    assert "no rate for USD; those rows are left as they are" in found.notes[0]


def test_the_rates_that_there_are_are_told_beside_the_one_that_is_missing(abroad: Crm) -> None:
    abroad.rates.set("USD", "0.5", date(2025, 1, 1))
    notes = abroad.reports.ask("revenue", Asked(convert=True)).notes
    assert [note.partition(" ")[0] for note in notes] == ["Converted", "There"]
    assert "There is no rate for JPY, so" in notes[1]
    notes = abroad.reports.ask("pipeline", Asked(convert=True)).notes
    assert [note.partition(" ")[0] for note in notes] == ["There", "Rows"]
