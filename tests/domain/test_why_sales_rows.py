"""Why the figure of one row is what it is: the row by its name, its rows, the arithmetic, and what is not known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked, Explanation
from crm_tui.errors import AmbiguousError, UsageError
from crm_tui.money import Money
from tests.conftest import NOW
from tests.sales_rows import invoice, pay


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def why(crm: Crm, figure: str, ref: str | None = None, **asked: Any) -> Explanation:
    return crm.reports.why(figure, ref, Asked(**asked))


def numbers(found: Explanation) -> list[tuple[str, object]]:
    """What the rows are called, with what they add."""
    return [(each.title, each.value) for each in found.reasons]


@pytest.fixture
def shop(crm: Crm) -> Crm:
    """Two customers; 1 USD = 0.5 EUR.

    N1 2025-01-10 Anna 100.00, paid
    N2 2025-01-20 Anna 60.00, paid
    N3 2025-03-05 Anna 20.00 USD, due 2025-03-19, paid 5.00 on 2026-03-01
    N4 2025-06-01 Anna -10.00, a credit
    N5 2026-02-20 Firm 40.00, due 2026-03-06
    N6 2026-01-01 Firm 7.00, due 2026-01-15
    N7 2026-02-01 to nobody 9.00, paid
    """
    anna, firm = crm.contacts.add(name="Anna", source="web").id, crm.companies.add(name="Firm").id
    crm.rates.set("USD", "0.5", date(2025, 1, 1))
    pay(crm, invoice(crm, "2025-01-10", 10000, contact=anna), "2025-01-11", 10000)
    pay(crm, invoice(crm, "2025-01-20", 6000, contact=anna), "2025-01-21", 6000)
    pay(crm, invoice(crm, "2025-03-05", 2000, contact=anna, currency="USD"), "2026-03-01", 500)
    invoice(crm, "2025-06-01", -1000, contact=anna)
    invoice(crm, "2026-02-20", 4000, company=firm)
    invoice(crm, "2026-01-01", 700, company=firm)
    pay(crm, invoice(crm, "2026-02-01", 900), "2026-02-01", 900)
    return crm


def test_what_a_customer_owes_by_age(shop: Crm) -> None:
    late = why(shop, "receivables.days_31_60", "Firm", by="customer")
    assert (late.value, numbers(late), late.reasons[0].part) == (eur(700), [("N6, Firm", eur(700))], "31-60")
    oldest = why(shop, "receivables.oldest_due_on", "Firm", by="customer")
    assert (oldest.value, oldest.arithmetic[1]) == (date(2026, 1, 15), "= 2026-01-15, of 2 invoices")
    days = why(shop, "receivables.overdue_days", "Firm", by="customer")
    assert (days.value, days.arithmetic[1]) == (46, "= from 2026-01-15 to 2026-03-02: 46 days")
    before = why(shop, "receivables.overdue_days", "Firm", by="customer", as_of=date(2026, 1, 15))
    assert (before.value, before.arithmetic[1]) == (0, "= due on 2026-01-15: 0 days")


def test_shares_of_what_is_owed(shop: Crm) -> None:
    share = why(shop, "receivables.share", "31-60")
    assert (share.value, share.arithmetic[1]) == (700 / 4700, "= 7.00 EUR / 47.00 EUR = 14.9 %")
    # 15.00 USD are 7.50 EUR: with 7.00 past due, of 54.50
    late = why(shop, "receivables.overdue_share")
    assert late.value == 1450 / 5450
    assert late.arithmetic[1:] == (
        "7.00 EUR",
        "15.00 USD x 0.5 = 7.50 EUR",
        "= 14.50 EUR / 54.50 EUR = 26.6 %",
    )
    assert why(shop, "receivables.overdue_share", "USD").arithmetic[1] == "= 15.00 USD / 15.00 USD = 100.0 %"
    invoice(shop, "2025-01-01", 100)
    with pytest.raises(AmbiguousError, match="over 90 EUR, over 90 USD"):
        why(shop, "receivables.share", "over 90")


def test_what_a_customer_bought(shop: Crm) -> None:
    revenue = why(shop, "customers.revenue", "Anna EUR")
    assert numbers(revenue) == [("N1, Anna", eur(10000)), ("N2, Anna", eur(6000)), ("N4, Anna", eur(-1000))]
    assert [each.part for each in revenue.reasons] == [None, None, "credit"]
    average = why(shop, "customers.average", "Anna EUR")
    assert (average.value, average.arithmetic[1]) == (eur(7500), "= 150.00 EUR / 2 = 75.00 EUR")
    share = why(shop, "customers.share", "Firm")
    assert share.arithmetic[1] == "= 47.00 EUR / 197.00 EUR = 23.9 %"
    first = why(shop, "customers.first_on", "Anna USD")
    # the days are of all currencies
    assert (first.value, first.arithmetic[1]) == (date(2025, 1, 10), "= 2025-01-10, of 3 purchases")
    every = why(shop, "customers.customers")
    assert [(each.kind, each.title, each.part) for each in every.reasons] == [
        ("contact", "Anna", "3 purchases"), ("company", "Firm", "2 purchases"),
    ]  # fmt: skip
    # to nobody named is to no customer
    assert why(shop, "customers.purchases").value == 5
    converted = why(shop, "customers.revenue", convert=True)
    assert converted.value == eur(15000 + 1000 + 4700)
    assert converted.arithmetic[1:3] == ("197.00 EUR", "20.00 USD x 0.5 = 10.00 EUR")
    assert "rounded by itself" in converted.arithmetic[-1]


def test_since_when_a_customer_is_silent(shop: Crm) -> None:
    shop.interactions.add("call", [1], "spoke", occurred_at="2025-07-01T10:00:00Z")
    shop.interactions.add("note", [1], "a note", occurred_at="2025-07-02T10:00:00Z")
    quiet = why(shop, "silent.quiet_since", "Anna")
    assert (quiet.value, quiet.arithmetic[1]) == (date(2025, 7, 1), "= 2025-07-01, of 3 purchases, 1 contact")
    days = why(shop, "silent.days", "Anna")
    assert (days.value, days.arithmetic[1]) == (244, "= from 2025-07-01 to 2026-03-02: 244 days")
    assert why(shop, "silent.last_on", "Anna").value == date(2025, 3, 5)
    revenue = why(shop, "silent.revenue", "Anna")
    assert revenue.arithmetic[1:] == (
        "150.00 EUR",
        "20.00 USD x 0.5 = 10.00 EUR",
        "= 160.00 EUR (4 added up)",
    )
    share = why(shop, "silent.share")
    assert (share.arithmetic[1], numbers(share)) == ("= 1 / 2 = 50.0 %", [("Anna", 1)])
    # what was given by hand is a contact as well
    shop.contacts.update(1, last_contacted_on=date(2025, 8, 1))
    assert why(shop, "silent.quiet_since", "Anna").reasons[-1].part == "last contact given by hand"


def test_scores_and_groups(shop: Crm) -> None:
    score = why(shop, "rfm.r", "Firm")
    assert score.arithmetic[1:] == ("last bought on 2026-02-20; 1 below, 0 above: 1 + 5 x 1 / 1 -> 5", "= 5")
    assert why(shop, "rfm.score", "Firm").arithmetic == why(shop, "rfm", "Firm").arithmetic
    assert why(shop, "rfm.purchases", "Anna").value == 3
    (group,) = why(shop, "rfm.customers", "Cannot lose them", by="group").reasons
    assert (group.title, group.part, group.value) == ("Anna", "155", 1)
    assert why(shop, "rfm.cannot_lose_them").reasons == (group,)
    brought = why(shop, "rfm.revenue", "Cannot lose them", by="group")
    assert (brought.value, numbers(brought)) == (eur(16000), [("Anna", eur(16000))])
    invoice(shop, "2026-02-21", 5, company=1, currency="JPY")
    assert why(shop, "rfm.m", "Firm").arithmetic[1:] == ("= not known, for a currency has no rate",)
    assert "There is no rate for JPY" in why(shop, "rfm.revenue", "Firm").arithmetic[-1]


def test_cohorts(shop: Crm) -> None:
    again = why(shop, "retention.month_1", "2026-01")
    assert (again.title, again.value) == ("Bought again 1 month after: 2026-01", 1.0)
    assert (numbers(again), again.reasons[0].part) == ([("Firm", 1)], "bought in 2026-02")
    assert why(shop, "retention.month_2", "2026-01").arithmetic[1] == "= 0 / 1 = 0.0 %"
    to_come = why(shop, "retention.month_3", "2026-01")
    assert (to_come.value, to_come.arithmetic[1]) == (None, "= not known, for 2026-04 has not begun")
    nobody = why(shop, "retention.month_1", "2025-12")
    assert (nobody.value, nobody.arithmetic[1]) == (None, "= not known, for there is nothing to divide by")
    stopped = why(shop, "retention.churned")
    # Anna's 365 days were over on 5 March 2026, three days from now
    assert (stopped.value, stopped.period) == (0, None)


def test_sources_and_who_brought_whom(shop: Crm) -> None:
    shop.contacts.add(name="Bo", source="unknown", referred_by_id=1)
    shop.contacts.add(name="Cy", referred_by_id=1)
    # a source that is called unknown is one that is not known
    unknown = why(shop, "sources.contacts", "unknown")
    assert [each.title for each in unknown.reasons] == ["Bo", "Cy"]
    rate = why(
        shop, "sources.win_rate", "web EUR" if len(shop.reports.ask("sources").by_currency) > 1 else "web"
    )
    assert (rate.value, rate.arithmetic[1]) == (None, "= not known, for there is nothing to divide by")
    invoice(shop, "2026-01-05", 300, contact=2, currency="USD")
    invoice(shop, "2026-01-06", 400, contact=2)
    brought = why(shop, "sources.revenue", "Anna USD", by="referrer")
    assert (brought.value, numbers(brought)) == (usd(300), [("N8, Bo", usd(300))])
    # of a person with two currencies, the numbers stand in the first row
    elsewhere = why(shop, "sources.contacts", "Anna USD", by="referrer")
    assert (elsewhere.value, elsewhere.reasons) == (None, ())
    assert "stands in the row of the first currency" in elsewhere.arithmetic[1]
    assert [each.part for each in why(shop, "sources.contacts", by="referrer").reasons] == [
        "brought by Anna"
    ] * 2
    assert [each.title for each in why(shop, "sources.customers", "Anna EUR", by="referrer").reasons] == [
        "Bo"
    ]
    with pytest.raises(UsageError, match="no figure"):
        why(shop, "sources.referrers", "Anna EUR", by="referrer")


def test_why_there_is_no_amount_is_told(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(silent_days=10)) as crm:
        for name, code in (("Anna", "USD"), ("Bo", "JPY")):
            invoice(crm, "2026-01-10", 1000, contact=crm.contacts.add(name=name).id, currency=code)
        for figure, ref in (
            ("silent.revenue", "Anna"), ("silent.revenue", None), ("rfm.revenue", "Bo"), ("rfm.revenue", None),
            ("customers.average", None), ("outstanding", None), ("revenue", None),
        ):  # fmt: skip
            found = why(crm, figure, ref)
            assert found.value is None, figure
            assert "There is no rate for JPY, USD" in found.arithmetic[-1], figure


def test_a_row_is_the_one_that_is_called_so_not_whose_name_goes_on_like_that(shop: Crm) -> None:
    invoice(shop, "2026-02-25", 12300, contact=shop.contacts.add(name="Anna Eurich").id)
    assert why(shop, "customers.revenue", "Anna EUR").value == eur(15000)
    assert why(shop, "customers.revenue", "Anna Eur").value == eur(12300)
    assert why(shop, "customers.revenue", "Anna Eurich").value == eur(12300)


def test_a_person_and_a_company_of_one_name_and_id_are_told_apart(shop: Crm) -> None:
    # somebody who trades under the own name
    firm = shop.companies.add(name="Bo Berg").id
    assert shop.contacts.add(name="Bo Berg").id == firm == 2
    invoice(shop, "2026-02-25", 100, contact=firm)
    invoice(shop, "2026-02-26", 200, company=firm)
    assert why(shop, "customers.revenue", "Bo Berg EUR (2) contact").value == eur(100)
    assert why(shop, "customers.revenue", "Bo Berg EUR (2) company").value == eur(200)
    with pytest.raises(AmbiguousError, match=r"Bo Berg EUR \(2\) company, Bo Berg EUR \(2\) contact"):
        why(shop, "customers.revenue", "Bo Berg")


def test_what_a_customer_owes_is_what_its_converted_ages_come_to(crm: Crm) -> None:
    crm.rates.set("USD", "0.9541", date(2025, 1, 1))
    for day, minor in (("2025-06-01", 6), ("2026-01-01", 5)):
        invoice(crm, day, minor, contact=None, currency="USD")
    found = why(crm, "receivables.outstanding", "no customer", by="customer", convert=True)
    # 0.06 x 0.9541 = 0.057 and 0.05 x 0.9541 = 0.048; together 0.105
    assert (found.value, found.arithmetic[1:]) == (
        eur(11),
        (
            "0.11 USD x 0.9541 = 0.10 EUR",
            "= 0.11 EUR (2 added up)",
            "Each age is converted and rounded by itself; their sum can differ from that by as much.",
        ),
    )
    assert why(crm, "outstanding", convert=True).value == eur(10)
