"""Reports on invoices that a filter chooses, whatever else they join; and what every report has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports import activity, customers, receivables, retention, revenue, rfm, silent, sources
from crm_tui.domain.reports.report import Asked, Unit
from crm_tui.domain.reports.service import TITLES
from crm_tui.errors import UsageError
from crm_tui.money import Money
from tests.sales_rows import invoice, pay, product

MODULES: dict[str, Any] = {
    "activity": activity, "sources": sources, "revenue": revenue, "receivables": receivables, "rfm": rfm,
    "retention": retention, "customers": customers, "silent": silent,
}  # fmt: skip
VIEWS = [(name, by) for name, module in MODULES.items() for by in module.BY or (None,)]
ALL = Period(date(2025, 1, 1), date(2026, 3, 3))


@pytest.fixture
def shop(crm: Crm) -> Crm:
    """Anna: 100.00 of tea, paid; Firm: 40.00 of cake, and 7.00 USD."""
    anna, firm = crm.contacts.add(name="Anna", source="web").id, crm.companies.add(name="Firm").id
    crm.contacts.add(name="Bo", referred_by_id=anna)
    tea, cake = product(crm, "tea"), product(crm, "cake")
    pay(crm, invoice(crm, "2025-06-01", (10000, tea), contact=anna), "2025-06-02", 10000)
    invoice(crm, "2026-01-01", (4000, cake), company=firm)
    invoice(crm, "2026-01-02", (700, cake), company=firm, currency="USD")
    crm.interactions.add("call", [anna], "spoke")
    return crm


@pytest.mark.parametrize("by", revenue.BY)
@pytest.mark.parametrize(
    ("condition", "minor"),
    [
        ("contact:anna", 10000),
        ("company:firm currency:EUR", 4000),
        ("status:paid", 10000),
        ("status:overdue currency:EUR", 4000),
        ("issued_on>=2026-01-01 currency:EUR", 4000),
        ("balance>0 total<50", None),
        ("number:N2 OR number:N1", 14000),
    ],
)  # fmt: skip
def test_revenue_of_the_invoices_a_filter_chooses(
    shop: Crm, by: str, condition: str, minor: int | None
) -> None:
    found = shop.reports.ask("revenue", Asked(by=by, period=ALL, condition=condition))
    wanted = None if minor is None else Money(minor, "EUR")
    assert found.totals.revenue == wanted
    assert shop.reports.why("revenue", None, Asked(period=ALL, condition=condition)).value == wanted
    received = shop.reports.why("received", None, Asked(period=ALL, condition=condition)).value
    assert received == found.totals.received


def test_the_other_reports_on_invoices_take_filters(shop: Crm) -> None:
    firm = Asked(condition="company:firm currency:EUR")
    assert [row.customer for row in shop.reports.ask("customers", firm).rows] == ["Firm"]
    assert [row.customer for row in shop.reports.ask("rfm", firm).rows] == ["Firm"]
    assert shop.reports.ask("receivables", firm).totals.outstanding == Money(4000, "EUR")
    assert shop.reports.why("outstanding", None, firm).value == Money(4000, "EUR")
    past = Asked(condition="company:firm currency:EUR", as_of=date(2026, 1, 1))
    assert shop.reports.ask("receivables", past).totals.outstanding == Money(4000, "EUR")
    for name, module in MODULES.items():
        if module.CONDITION is None:
            with pytest.raises(UsageError, match="takes no filter"):
                shop.reports.ask(name, firm)
        else:
            with pytest.raises(UsageError):
                shop.reports.ask(name, Asked(condition="colour:red"))


@pytest.mark.parametrize(("name", "by"), VIEWS)
@pytest.mark.parametrize("convert", [False, True], ids=["as it is", "converted"])
@pytest.mark.parametrize("as_of", [None, date(2026, 1, 15)], ids=["today", "past"])
def test_every_view_has_what_a_face_needs(
    shop: Crm, name: str, by: str | None, convert: bool, as_of: date | None
) -> None:
    shop.rates.set("USD", "0.9", date(2025, 1, 1))
    module = MODULES[name]
    found = shop.reports.ask(name, Asked(by=by, convert=convert, as_of=as_of))
    assert (found.name, found.title, found.question) == (name, module.TITLE, module.QUESTION)
    assert TITLES[name] == module.TITLE
    assert found.by == by
    for line, figures in [
        *((row, found.columns) for row in found.rows),
        *((each, found.total_columns) for each in (found.totals, *found.by_currency)),
    ]:
        for figure in figures:
            value = getattr(line, figure.key)
            if value is None:
                continue
            assert isinstance(value, Money) == (figure.unit is Unit.MONEY)
            if figure.unit is Unit.MONEY:
                assert line.currency == value.currency
            if figure.unit in (Unit.COUNT, Unit.SCORE):
                assert isinstance(value, int)
            if figure.unit is Unit.RATE:
                assert 0 <= value <= 1
            if figure.unit is Unit.DAY:
                assert isinstance(value, date)
    assert len({figure.key for figure in found.columns}) == len(found.columns)
    assert all(found.answer)
    assert [*found.answer] == sorted(found.answer, key=len, reverse=True)
    assert all(plot.bars and plot.title for plot in found.plots)
    if convert and as_of is None:
        assert {getattr(row, "currency", "EUR") for row in found.rows} <= {"EUR", None}
