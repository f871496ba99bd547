"""A row that is called like a currency is told apart from the totals of that currency."""

from __future__ import annotations

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.reports.cells import names
from crm_tui.domain.reports.report import Asked
from crm_tui.money import Money
from tests.sales_rows import invoice


@pytest.mark.parametrize("others", [("EUR",), ("EUR", "GEL")], ids=["one-currency", "two-currencies"])
def test_a_customer_called_like_a_currency(crm: Crm, others: tuple[str, ...]) -> None:
    named = [crm.contacts.add(name=name).id for name in ("EUR", "Gel", "Anna")]
    invoice(crm, "2026-02-01", 700, contact=named[0])
    invoice(crm, "2026-02-02", 500, contact=named[1], currency=others[-1])
    invoice(crm, "2026-02-03", 300, contact=named[2])
    asked = Asked(by="customer")
    found = crm.reports.ask("revenue", asked)
    rows = names(found)
    gel = "Gel GEL" if "GEL" in others else "Gel"
    assert {name for name, _ in rows} == {"EUR EUR", gel, "Anna"}
    for name, row in rows:
        assert crm.reports.why("revenue", name, asked).value == row.revenue
    # the code alone means the totals of it
    euros = 700 + 300 + (500 if others == ("EUR",) else 0)
    assert crm.reports.why("revenue", "EUR", asked).value == Money(euros, "EUR")


def test_a_source_called_like_a_currency(crm: Crm) -> None:
    for source in ("EUR", "fair"):
        deal = crm.deals.add(f"from {source}", source=source, amount_minor=1000, currency="EUR")
        crm.deals.win(deal.id)
    asked = Asked(by="source")
    won = {name: crm.reports.why("winloss.won", name, asked).value for name in ("EUR EUR", "fair", "EUR")}
    assert won == {"EUR EUR": 1, "fair": 1, "EUR": 2}
