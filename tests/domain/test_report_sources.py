"""Where people come from and what that brought, and who brought whom."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.money import Money
from tests.sales_rows import invoice

EARLY = "2026-01-10T09:00:00Z"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def business(crm: Crm) -> dict[str, int]:
    """People, deals and invoices of three sources.

    fair: Anna; a deal of hers won for 1,000.00, another lost; an invoice of 700.00 to her company naming her
    web: Bo; a deal with a source of its own (web) for Anna, open; an invoice of that deal of 90.00
    none: Cem; an invoice of 5.00
    """
    firm = crm.companies.add(name="Firm").id
    ids = {
        name: crm.contacts.add(name=name, source=source).id
        for name, source in (("Anna", "fair"), ("Bo", "web"), ("Cem", None))
    }
    ids["gone"] = crm.contacts.add(name="Gone", source="web").id
    crm.contacts.archive(ids["gone"])
    won = crm.deals.add("won", contact_id=ids["Anna"], amount_minor=100000, currency="EUR", created_at=EARLY)
    crm.deals.win(won.id, on=date(2026, 2, 1))
    crm.deals.lose(
        crm.deals.add("lost", contact_id=ids["Anna"], created_at=EARLY).id, "price", on=date(2026, 2, 2)
    )
    still = crm.deals.add("open", contact_id=ids["Anna"], source="web", created_at=EARLY)
    invoice(crm, "2026-02-01", 70000, contact=ids["Anna"], company=firm)
    invoice(crm, "2026-02-01", 9000, company=firm, deal=still.id)
    invoice(crm, "2026-02-01", 500, contact=ids["Cem"])
    return ids


def test_by_source(crm: Crm) -> None:
    business(crm)
    found = crm.reports.ask("sources")
    assert (found.by, found.period) == ("source", Period(date(2025, 4, 1), date(2026, 3, 3)))
    rows = [
        (row.source, row.contacts, row.deals, row.won, row.lost, row.win_rate, row.won_amount, row.revenue)
        for row in found.rows
    ]
    assert rows == [
        ("fair", 1, 2, 1, 1, 0.5, eur(100000), eur(70000)),
        ("web", 1, 1, 0, 0, None, eur(0), eur(9000)),
        ("unknown", 1, 0, 0, 0, None, eur(0), eur(500)),
    ]
    totals = found.totals
    assert (totals.contacts, totals.deals, totals.won, totals.lost, totals.win_rate) == (3, 3, 1, 1, 0.5)
    assert (totals.won_amount, totals.revenue) == (eur(100000), eur(79500))
    assert found.answer[0] == "3 sources: 3 contacts, 1 deals won, 795.00 EUR of revenue"


def test_as_of_a_day_on_which_the_deal_was_open(crm: Crm) -> None:
    business(crm)
    found = crm.reports.ask("sources", Asked(as_of=date(2026, 2, 1)))
    fair = next(row for row in found.rows if row.source == "fair")
    # lost the day after; the people were added on 2026-03-02
    assert (fair.contacts, fair.deals, fair.won, fair.lost, fair.win_rate) == (0, 2, 1, 0, 1.0)
    assert crm.reports.ask("sources", Asked(as_of=date(2026, 1, 31))).totals.won == 0


def test_in_several_currencies_the_numbers_stand_once(crm: Crm) -> None:
    ids = business(crm)
    crm.rates.set("USD", "0.5", date(2026, 1, 1))
    invoice(crm, "2026-02-01", 1000, contact=ids["Anna"], currency="USD")
    found = crm.reports.ask("sources")
    fair = [row for row in found.rows if row.source == "fair"]
    assert [(row.contacts, row.currency, row.revenue.minor, row.won_amount.minor) for row in fair] == [
        (1, "EUR", 70000, 100000), (None, "USD", 1000, 0),
    ]  # fmt: skip
    assert sum(row.contacts or 0 for row in found.rows) == found.totals.contacts
    assert (found.totals.revenue, found.totals.converted, len(found.by_currency)) == (eur(80000), True, 2)
    converted = crm.reports.ask("sources", Asked(convert=True))
    assert [row.revenue for row in converted.rows if row.source == "fair"] == [eur(70500)]


def test_who_brought_whom(crm: Crm) -> None:
    """Ana brought Ben (100.00 and, through Firm, 50.00) and Cem (nothing); Ben brought Dia (500.00); Dia nobody."""
    firm = crm.companies.add(name="Firm").id
    ana = crm.contacts.add(name="Ana").id
    ben = crm.contacts.add(name="Ben", referred_by_id=ana).id
    crm.contacts.add(name="Cem", referred_by_id=ana)
    dia = crm.contacts.add(name="Dia", referred_by_id=ben).id
    invoice(crm, "2025-01-01", 10000, contact=ben)
    invoice(crm, "2026-01-01", 5000, contact=ben, company=firm)
    invoice(crm, "2026-01-01", 50000, contact=dia)
    invoice(crm, "2026-01-01", 99900, contact=ana)
    invoice(crm, "2026-01-01", 7700, contact=ben, void="2026-01-02")
    found = crm.reports.ask("sources", Asked(by="referrer"))
    # only whom somebody brought themselves: Dia is none of Ana's
    assert [(row.referrer, row.contact_id, row.contacts, row.customers, row.revenue) for row in found.rows] == [
        ("Ben", ben, 1, 1, eur(50000)), ("Ana", ana, 2, 1, eur(15000)),
    ]  # fmt: skip
    totals = found.totals
    assert (totals.referrers, totals.contacts, totals.customers, totals.revenue) == (2, 3, 2, eur(65000))
    assert (found.period, found.answer[0]) == (
        None,
        "2 brought 3 people, 2 of them customers, worth 650.00 EUR",
    )
    year = Asked(by="referrer", period=Period(date(2026, 1, 1), date(2027, 1, 1)))
    assert [row.revenue.minor for row in crm.reports.ask("sources", year).rows] == [50000, 5000]
    why = crm.reports.why("referred", "Ana")
    assert (why.value, why.arithmetic[1:]) == (eur(15000), ("= 150.00 EUR",))
    assert [(reason.kind, reason.title, reason.value) for reason in why.reasons] == [
        ("invoice", "N1, Ben", eur(10000)), ("invoice", "N2, Ben", eur(5000)), ("contact", "Cem", None),
    ]  # fmt: skip
    assert crm.reports.why("referred", "Dia").value == eur(0)
    # nobody was known before today
    assert crm.reports.ask("sources", Asked(by="referrer", as_of=date(2026, 3, 1))).is_empty
    with pytest.raises(UsageError, match="figure of one person"):
        crm.reports.why("referred")
    with pytest.raises(NotFoundError):
        crm.reports.why("referred", "Zed")


def test_an_empty_business(crm: Crm) -> None:
    for by, answer in (("source", "Nobody has come yet."), ("referrer", "Nobody was brought by anybody.")):
        found = crm.reports.ask("sources", Asked(by=by))
        assert (found.rows, found.is_empty, found.answer) == ((), True, (answer,))
        assert found.totals.revenue == eur(0)
    with pytest.raises(UsageError, match="takes no filter"):
        crm.reports.ask("sources", Asked(condition="status:won"))
