"""The best customers, and the silent ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked
from crm_tui.errors import UsageError
from crm_tui.money import Money
from tests.conftest import NOW
from tests.sales_rows import invoice


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_the_best_customers(crm: Crm) -> None:
    anna, bo = crm.contacts.add(name="Anna").id, crm.contacts.add(name="Bo").id
    firm = crm.companies.add(name="Firm").id
    # Anna 100.00 + 100.01 - 50.00 = 150.01 in 2 purchases; Bo 20.00; Firm 400.00
    invoice(crm, "2025-12-31", 10000, contact=anna)
    invoice(crm, "2026-01-01", 10001, contact=anna)
    invoice(crm, "2026-01-05", -5000, contact=anna)
    invoice(crm, "2024-02-29", 2000, contact=bo)
    invoice(crm, "2026-02-28", 40000, company=firm, contact=bo)
    invoice(crm, "2026-02-28", 99900)
    found = crm.reports.ask("customers")
    assert [(row.customer, row.revenue, row.purchases, row.average, row.share) for row in found.rows] == [
        ("Firm", eur(40000), 1, eur(40000), 40000 / 57001),
        ("Anna", eur(15001), 2, eur(7500), 15001 / 57001),  # 7500.5, half to even
        ("Bo", eur(2000), 1, eur(2000), 2000 / 57001),
    ]
    assert [(row.company_id, row.contact_id) for row in found.rows] == [
        (firm, None),
        (None, anna),
        (None, bo),
    ]
    assert (found.rows[1].first_on, found.rows[1].last_on) == (date(2025, 12, 31), date(2026, 1, 1))
    totals = found.totals
    assert (totals.customers, totals.purchases, totals.revenue, totals.average) == (
        3,
        4,
        eur(57001),
        eur(14250),
    )
    assert (found.period, found.answer[0]) == (None, "3 customers: 570.01 EUR in 4 purchases")
    found = crm.reports.ask("customers", Asked(period=Period(date(2026, 1, 1), date(2026, 2, 1))))
    assert [(row.customer, row.revenue.minor) for row in found.rows] == [("Anna", 5001)]
    found = crm.reports.ask("customers", Asked(as_of=date(2026, 1, 4)))
    assert [(row.customer, row.revenue.minor) for row in found.rows] == [("Anna", 20001), ("Bo", 2000)]


def test_customers_in_several_currencies(crm: Crm) -> None:
    anna, bo = crm.contacts.add(name="Anna").id, crm.contacts.add(name="Bo").id
    crm.rates.set("USD", "0.5", date(2026, 1, 1))
    invoice(crm, "2026-01-01", 1000, contact=anna)
    invoice(crm, "2026-01-01", 3000, contact=anna, currency="USD")
    invoice(crm, "2026-01-01", 2000, contact=bo)
    found = crm.reports.ask("customers")
    # Anna is worth 10.00 + 15.00 = 25.00, Bo 20.00
    assert [(row.customer, row.revenue, row.average) for row in found.rows] == [
        ("Anna", eur(1000), eur(1000)), ("Anna", Money(3000, "USD"), Money(3000, "USD")), ("Bo", eur(2000), eur(2000)),
    ]  # fmt: skip
    assert (found.totals.customers, found.totals.revenue, found.totals.converted) == (2, eur(4500), True)
    assert [(each.currency, each.customers) for each in found.by_currency] == [("EUR", 2), ("USD", 1)]
    found = crm.reports.ask("customers", Asked(convert=True))
    assert [(row.customer, row.revenue, row.average) for row in found.rows] == [
        ("Anna", eur(2500), eur(1250)), ("Bo", eur(2000), eur(2000)),
    ]  # fmt: skip
    assert (found.totals.revenue, found.totals.converted) == (eur(4500), True)


@pytest.mark.parametrize(
    "asked",
    [Asked(), Asked(period=Period(date(2025, 1, 1), date(2027, 1, 1))), Asked(condition="id>0")],
    ids=["as-kept", "of-a-period", "of-a-filter"],
)
def test_purchases_are_counted_in_the_currency_of_the_row(crm: Crm, asked: Asked) -> None:
    anna, bo = crm.contacts.add(name="Anna").id, crm.contacts.add(name="Bo").id
    firm = crm.companies.add(name="Firm").id
    # Anna: EUR 10.00 + 10.00 in 2, USD 30.00 in 1. Bo: EUR 20.00 in 1, all of it given back, USD 5.00 in 1.
    # Firm: EUR 7.00 in 1, a credit of JPY 100 in none
    for day, minor, code in (
        ("2026-01-01", 1000, "EUR"),
        ("2026-01-02", 1000, "EUR"),
        ("2026-01-03", 3000, "USD"),
    ):
        invoice(crm, day, minor, contact=anna, currency=code)
    for day, minor, code in (
        ("2026-01-01", 2000, "EUR"),
        ("2026-01-02", -2000, "EUR"),
        ("2026-01-03", 500, "USD"),
    ):
        invoice(crm, day, minor, contact=bo, currency=code)
    invoice(crm, "2026-01-01", 700, company=firm)
    invoice(crm, "2026-01-02", -100, company=firm, currency="JPY")
    # Cem: USD 4.00 in 1, all of it given back
    cem = crm.contacts.add(name="Cem").id
    for day, minor in (("2026-01-01", 400), ("2026-01-02", -400)):
        invoice(crm, day, minor, contact=cem, currency="USD")
    found = crm.reports.ask("customers", asked)
    rows = {
        (row.customer, row.currency): (row.purchases, row.revenue.minor, row.average) for row in found.rows
    }
    assert rows == {
        ("Anna", "EUR"): (2, 2000, eur(1000)),
        ("Anna", "USD"): (1, 3000, Money(3000, "USD")),
        ("Bo", "EUR"): (1, 0, eur(0)),
        ("Bo", "USD"): (1, 500, Money(500, "USD")),
        ("Cem", "USD"): (1, 0, Money(0, "USD")),
        ("Firm", "EUR"): (1, 700, eur(700)),
        ("Firm", "JPY"): (0, -100, None),
    }
    assert (found.totals.customers, found.totals.purchases) == (4, 7)
    told = [(each.currency, each.customers, each.purchases, each.average) for each in found.by_currency]
    assert sorted(told) == [("EUR", 3, 4, eur(675)), ("JPY", 1, 0, None), ("USD", 3, 3, Money(1167, "USD"))]
    assert found.totals.purchases == sum(row.purchases for row in found.rows)


def test_nobody_has_bought(crm: Crm) -> None:
    found = crm.reports.ask("customers")
    assert (len(found.rows), found.is_empty, found.totals.average) == (0, True, None)
    with pytest.raises(UsageError, match="no other rows"):
        crm.reports.ask("customers", Asked(by="month"))


def hushed(crm: Crm) -> dict[str, int]:
    """180 days before 2026-03-02 is 2025-09-03.

    Anna bought 10.00 on 2025-09-03: silent, 180 days
    Bo bought 20.00 on 2025-09-04: 179 days
    Cem bought 30.00 on 2025-01-01, spoke on 2025-09-04: not silent; a note today is no contact
    Dia bought 40.00 on 2025-01-01, spoke on 2025-02-01: silent
    Firm bought 50.00 on 2024-02-29, Eve of Firm spoke on 2024-03-01: silent
    Gus and Old Ltd bought and were put away, Hal opted out
    """
    ids = {name: crm.contacts.add(name=name).id for name in ("Anna", "Bo", "Cem", "Gus", "Hal")}
    ids["Dia"] = crm.contacts.add(name="Dia", phones=["+1 202 555 0147"]).id
    ids["Firm"], ids["Old Ltd"] = (crm.companies.add(name=name).id for name in ("Firm", "Old Ltd"))
    ids["Eve"] = crm.contacts.add(name="Eve", company_id=ids["Firm"]).id
    for name, day, minor in (
        ("Anna", "2025-09-03", 1000), ("Bo", "2025-09-04", 2000), ("Cem", "2025-01-01", 3000),
        ("Dia", "2025-01-01", 4000), ("Gus", "2025-01-01", 9000), ("Hal", "2025-01-01", 9000),
    ):  # fmt: skip
        invoice(crm, day, minor, contact=ids[name])
    invoice(crm, "2024-02-29", 5000, company=ids["Firm"])
    invoice(crm, "2024-02-29", 9000, company=ids["Old Ltd"])
    crm.interactions.add("call", [ids["Cem"]], "spoke", occurred_at="2025-09-04T00:00:00Z")
    crm.interactions.add("note", [ids["Cem"], ids["Dia"]], "thought of them")
    crm.interactions.add("email", [ids["Dia"]], "wrote", occurred_at="2025-02-01T23:59:59Z")
    crm.interactions.add("call", [ids["Eve"]], "spoke", occurred_at="2024-03-01T12:00:00Z")
    crm.contacts.archive(ids["Gus"])
    crm.companies.archive(ids["Old Ltd"])
    crm.contacts.update(ids["Hal"], opted_out_on=date(2025, 2, 1))
    return ids


def test_the_silent_ones_who_brought_most_first(crm: Crm) -> None:
    ids = hushed(crm)
    found = crm.reports.ask("silent")
    assert [(row.customer, row.revenue, row.last_on, row.quiet_since, row.days) for row in found.rows] == [
        ("Firm", eur(5000), date(2024, 2, 29), date(2024, 3, 1), 731),
        ("Dia", eur(4000), date(2025, 1, 1), date(2025, 2, 1), 394),
        ("Anna", eur(1000), date(2025, 9, 3), date(2025, 9, 3), 180),
    ]
    assert [(row.company_id, row.contact_id) for row in found.rows[:2]] == [
        (ids["Firm"], None),
        (None, ids["Dia"]),
    ]
    assert (found.totals.silent, found.totals.customers, found.totals.revenue) == (3, 8, eur(10000))
    assert [row.phone for row in found.rows] == [None, "+1 202 555 0147", None]
    assert found.answer[0] == "3 of 8 customers silent for 180 days, worth 100.00 EUR"
    assert found.notes == ("Silent: neither a purchase nor a contact for 180 days.",)


def test_silent_as_of_a_past_day(crm: Crm) -> None:
    hushed(crm)
    # 180 days before 2025-08-01 is 2025-02-02: Cem had not spoken since 2025-01-01, Dia since 2025-02-01
    found = crm.reports.ask("silent", Asked(as_of=date(2025, 8, 1)))
    # Gus and Old Ltd were put away on 2026-03-02; Hal did not want to hear more then
    assert [(row.customer, row.quiet_since) for row in found.rows] == [
        ("Old Ltd", date(2024, 2, 29)), ("Gus", date(2025, 1, 1)),
        ("Firm", date(2024, 3, 1)), ("Dia", date(2025, 2, 1)), ("Cem", date(2025, 1, 1)),
    ]  # fmt: skip
    assert found.totals.customers == 6
    # 2024-08-27 is 180 days after the 29th of February, and 179 after the call
    for day, silent in ((26, []), (27, ["Old Ltd"]), (28, ["Old Ltd", "Firm"])):
        past = crm.reports.ask("silent", Asked(as_of=date(2024, 8, day)))
        assert [row.customer for row in past.rows] == silent
    today, past = crm.reports.ask("silent"), crm.reports.ask("silent", Asked(as_of=date(2026, 3, 1)))
    assert [row.customer for row in past.rows] == [
        "Old Ltd",
        "Gus",
        *[row.customer for row in today.rows][:2],
    ]


def test_the_setting_is_for_how_long(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(silent_days=179)) as crm:
        hushed(crm)
        assert {row.customer for row in crm.reports.ask("silent").rows} == {
            "Firm",
            "Dia",
            "Anna",
            "Bo",
            "Cem",
        }


def test_silent_in_several_currencies(crm: Crm) -> None:
    anna, bo = crm.contacts.add(name="Anna").id, crm.contacts.add(name="Bo").id
    invoice(crm, "2025-01-01", 1000, contact=anna)
    invoice(crm, "2025-01-01", 1000, contact=anna, currency="USD")
    invoice(crm, "2025-01-01", 1200, contact=bo)
    found = crm.reports.ask("silent")
    assert [(row.customer, row.revenue) for row in found.rows] == [("Bo", eur(1200)), ("Anna", None)]
    assert (found.totals.revenue, [(each.currency, each.revenue.minor) for each in found.by_currency]) == (
        None, [("EUR", 2200), ("USD", 1000)],
    )  # fmt: skip
    crm.rates.set("USD", "0.5", date(2026, 3, 2))
    found = crm.reports.ask("silent")
    assert [(row.customer, row.revenue) for row in found.rows] == [("Anna", eur(1500)), ("Bo", eur(1200))]
    assert (found.totals.revenue, found.totals.converted) == (eur(2700), True)


def test_nobody_is_silent(crm: Crm) -> None:
    found = crm.reports.ask("silent")
    assert (found.rows, found.is_empty, found.totals.share) == ((), True, None)
    assert found.answer[0] == "No customer has been silent for 180 days."
    # who has customers is told that none of them is
    invoice(crm, "2026-03-01", 1000, contact=crm.contacts.add(name="Anna").id)
    found = crm.reports.ask("silent")
    assert (found.rows, found.is_empty, found.totals.customers, found.totals.share) == ((), False, 1, 0.0)
    assert found.answer[0] == "No customer has been silent for 180 days."


def test_the_sums_of_the_silent_are_looked_up_by_their_whole_key(crm: Crm) -> None:
    seen: list[str] = []
    crm.connection.set_trace_callback(seen.append)
    crm.reports.ask("silent")
    crm.connection.set_trace_callback(None)
    queries = [sql for sql in seen if "customer_sums" in sql]
    plans = [[row[3] for row in crm.connection.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in queries]
    assert [[step for step in plan if step.startswith(("SEARCH c ", "SEARCH s "))] for plan in plans] == [
        [f"SEARCH c USING PRIMARY KEY ({key})", "SEARCH s USING PRIMARY KEY (company_id=? AND contact_id=?)"]
        for key in ("company_id>?", "company_id=? AND contact_id>?")
    ]
