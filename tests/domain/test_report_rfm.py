"""Customers by recency, frequency and money: scores with ties, groups, currencies, as of a day, each explained."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.reports.buyers import buyers
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.rfm import GROUPS, NAMES, cuts, group
from crm_tui.errors import AmbiguousError, NotFoundError, UsageError
from crm_tui.money import Money
from tests.sales_rows import invoice


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def shop(crm: Crm) -> dict[str, int]:
    """Six customers, with ties.

              last        purchases  bought
    Ana       2026-03-01  3          900.00
    Ben       2026-03-01  1          50.00
    Cem       2026-01-10  3          300.00
    Dia       2025-12-31  1          50.00
    Eva       2025-06-01  1          400.00
    Fox Ltd   2024-02-29  2          20.00

    r, by below / (below + above), times 5: Fox 0/5 = 0, Eva 1/5 -> 1, Dia 2/5 -> 2, Cem 3/5 -> 3,
       Ana and Ben 4/4 -> 5, at most 4; plus 1: Fox 1, Eva 2, Dia 3, Cem 4, Ana 5, Ben 5
    f: Ben, Dia, Eva 0/3 -> 1; Fox 3/5 x 5 = 3 -> 4; Ana, Cem 4/4 -> 5
    m: Fox 0/5 -> 1; Ben, Dia 1/4 x 5 = 1.25 -> 2; Cem 3/5 -> 4; Eva 4/5 -> 5; Ana 5/5 -> 5
    """
    people = {name: crm.contacts.add(name=name).id for name in ("Ana", "Ben", "Cem", "Dia", "Eva")}
    people["Fox Ltd"] = crm.companies.add(name="Fox Ltd").id
    for name, *sales in (
        ("Ana", ("2025-01-01", 30000), ("2026-02-01", 30000), ("2026-03-01", 30000)),
        ("Ben", ("2026-03-01", 5000)),
        ("Cem", ("2025-01-01", 10000), ("2025-12-31", 10000), ("2026-01-10", 10000)),
        ("Dia", ("2025-12-31", 5000)),
        ("Eva", ("2025-06-01", 40000)),
    ):
        for day, minor in sales:
            invoice(crm, day, minor, contact=people[name])
    invoice(crm, "2024-01-01", 1000, company=people["Fox Ltd"], contact=people["Ana"])
    invoice(crm, "2024-02-29", 1000, company=people["Fox Ltd"])
    # what is no purchase: a void invoice, one over nothing, one to nobody; a credit comes off below
    invoice(crm, "2026-03-02", 99900, contact=people["Dia"], void="2026-03-02")
    invoice(crm, "2026-03-02", 0, contact=people["Dia"])
    invoice(crm, "2026-03-02", 99900)
    return people


def test_scores_with_ties(crm: Crm) -> None:
    people = shop(crm)
    found = crm.reports.ask("rfm")
    assert [(row.customer, row.r, row.f, row.m, row.score, row.group) for row in found.rows] == [
        ("Ana", 5, 5, 5, 15, "Champions"),
        ("Cem", 4, 5, 4, 13, "Champions"),
        ("Eva", 2, 1, 5, 8, "At risk"),  # (1 + 5) / 2 = 3
        ("Ben", 5, 1, 2, 8, "Potential loyalists"),  # (1 + 2) / 2 = 1.5 -> 2
        ("Dia", 3, 1, 2, 6, "About to sleep"),
        ("Fox Ltd", 1, 4, 1, 6, "At risk"),  # (4 + 1) / 2 = 2.5 -> 3
    ]
    first, last = found.rows[0], found.rows[-1]
    assert (first.contact_id, first.company_id, first.last_on) == (people["Ana"], None, date(2026, 3, 1))
    assert (first.purchases, first.revenue, first.currency) == (3, eur(90000), "EUR")
    assert (last.contact_id, last.company_id) == (None, people["Fox Ltd"])
    totals = found.totals
    assert (totals.customers, totals.champions, totals.at_risk, totals.potential_loyalists) == (6, 2, 2, 1)
    # 900 + 50 + 300 + 50 + 400 + 20
    assert (totals.revenue, totals.converted) == (eur(172000), False)
    assert found.answer[1] == "6 customers: 2 champions, 1 potential loyalists"
    assert found.rows[1:3] == (found.rows[1], found.rows[2])


def test_by_group(crm: Crm) -> None:
    shop(crm)
    found = crm.reports.ask("rfm", Asked(by="group"))
    rows = {row.group: row for row in found.rows}
    assert list(rows) == list(NAMES)
    assert (rows["Champions"].customers, rows["Champions"].revenue) == (2, eur(120000))
    assert rows["Champions"].share == 2 / 6
    assert sum(row.customers for row in found.rows) == 6
    assert sum(row.revenue.minor for row in found.rows) == 172000
    assert [bar.value for bar in found.plots[0].bars] == [row.customers for row in found.rows]


def test_a_credit_comes_off_and_is_no_purchase(crm: Crm) -> None:
    people = shop(crm)
    invoice(crm, "2026-03-02", -1000, contact=people["Ben"])
    ben = next(row for row in crm.reports.ask("rfm").rows if row.customer == "Ben")
    assert (ben.purchases, ben.last_on, ben.revenue, ben.m) == (1, date(2026, 3, 1), eur(4000), 2)


def test_as_of_and_in_a_period(crm: Crm) -> None:
    shop(crm)
    # until 2025-06-01: Fox 2 and 20.00, Ana 1 and 300.00, Cem 1 and 100.00, Eva 1 and 400.00
    found = crm.reports.ask("rfm", Asked(as_of=date(2025, 6, 1)))
    assert [(row.customer, row.r, row.f, row.m) for row in found.rows] == [
        # r: Fox 0/3 -> 1; Ana, Cem 1/2 x 5 = 2.5 -> 3; Eva 5. f: Ana, Cem, Eva 0 -> 1; Fox 5
        # m: Fox 0 -> 1, Cem 1/3 x 5 -> 2, Ana 2/3 x 5 = 3.3 -> 4, Eva 5
        ("Eva", 5, 1, 5), ("Ana", 3, 1, 4), ("Fox Ltd", 1, 5, 1), ("Cem", 3, 1, 2),
    ]  # fmt: skip
    assert crm.reports.ask("rfm", Asked(as_of=date(2026, 3, 2))) == crm.reports.ask("rfm")
    year = Period(date(2025, 1, 1), date(2026, 1, 1))
    found = crm.reports.ask("rfm", Asked(period=year))
    assert (found.totals.customers, found.period) == (4, year)
    # on 2026-03-01 the void invoice was none yet
    dia = next(
        row for row in crm.reports.ask("rfm", Asked(as_of=date(2026, 3, 1))).rows if row.customer == "Dia"
    )
    assert dia.purchases == 1


def test_currencies_are_compared_by_the_rates_of_the_day(crm: Crm) -> None:
    people = [crm.contacts.add(name=name).id for name in ("Ann", "Bob", "Col")]
    crm.rates.set("USD", "0.5", date(2026, 1, 1))
    invoice(crm, "2026-01-01", 1000, contact=people[0], currency="USD")  # 5.00 EUR
    invoice(crm, "2026-01-01", 600, contact=people[1])
    invoice(crm, "2026-01-01", 9, contact=people[2], currency="JPY")  # no rate
    found = crm.reports.ask("rfm")
    # r and f are all the same: 3; m: Ann below Bob
    assert [(row.customer, row.r, row.f, row.m, row.score, row.revenue) for row in found.rows] == [
        ("Bob", 3, 3, 5, 11, eur(600)), ("Ann", 3, 3, 1, 7, eur(500)), ("Col", 3, 3, None, 6, None),
    ]  # fmt: skip
    assert found.totals.revenue is None
    assert "There is no rate for JPY" in found.notes[0]
    assert found.notes[1] == "1 has bought in a currency without a rate and has no score for money."
    assert found.rows[2].group == "Need attention"


def test_in_one_foreign_currency_nothing_is_converted(crm: Crm) -> None:
    invoice(crm, "2026-01-01", 9, contact=crm.contacts.add(name="Ann").id, currency="JPY")
    found = crm.reports.ask("rfm")
    assert (found.rows[0].revenue, found.rows[0].m, found.totals.revenue) == (
        Money(9, "JPY"),
        3,
        Money(9, "JPY"),
    )
    assert not found.totals.converted
    invoice(crm, "2026-01-01", 9, contact=1, currency="USD", void="2026-01-02")
    assert crm.reports.ask("rfm").rows == found.rows


def test_explained(crm: Crm) -> None:
    shop(crm)
    why = crm.reports.why("rfm", "Ben")
    assert (why.value, why.title) == (8, "RFM of Ben: 512, Potential loyalists")
    assert why.arithmetic[1:] == (
        "r: last bought on 2026-03-01; 4 below, 0 above: 1 + 5 x 4 / 4 -> 5",
        "f: 1 purchase; 0 below, 3 above: 1 + 5 x 0 / 3 -> 1",
        "m: 50.00 EUR; 1 below, 3 above: 1 + 5 x 1 / 4 -> 2",
        "= 5 + 1 + 2 = 8",
    )
    assert [(reason.kind, reason.value) for reason in why.reasons] == [("invoice", eur(5000))]
    fox = crm.reports.why("rfm", "Fox")
    assert ([reason.on for reason in fox.reasons], fox.value) == ([date(2024, 1, 1), date(2024, 2, 29)], 6)
    crm.contacts.add(name="Zed")
    crm.companies.add(name="Ben")
    with pytest.raises(UsageError, match="Zed has bought nothing"):
        crm.reports.why("rfm", "Zed")
    with pytest.raises(UsageError, match="figure of one customer"):
        crm.reports.why("rfm")
    with pytest.raises(AmbiguousError, match="a person, Ben, and a company, Ben"):
        crm.reports.why("rfm", "Ben")
    with pytest.raises(NotFoundError):
        crm.reports.why("rfm", "Nobody")


def test_nobody_has_bought(crm: Crm) -> None:
    for by in ("customer", "group"):
        found = crm.reports.ask("rfm", Asked(by=by))
        assert (len(found.rows), found.is_empty, found.totals.customers) == (0, True, 0)
        assert found.answer == ("Nobody has bought anything.",)


def test_each_pair_of_scores_has_one_of_the_eleven_groups() -> None:
    assert {name for names in GROUPS.values() for name in names} == set(NAMES)
    assert [group(5, 5, 5), group(1, 1, 1), group(1, 5, 4), group(5, 1, 1), group(4, 1, 1)] == [
        "Champions", "Lost", "Cannot lose them", "New customers", "Promising",
    ]  # fmt: skip


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60))
def test_a_score_is_the_fifth_by_the_customers_below_and_above(values: list[int]) -> None:
    from bisect import bisect_right

    found = cuts(values)
    for value in values:
        below, above = (sum(each < value for each in values), sum(each > value for each in values))
        wanted = min(5, 1 + 5 * below // (below + above)) if below + above else 3
        assert 1 + bisect_right(found, value) == wanted


def test_distinct_values_come_in_fifths() -> None:
    from bisect import bisect_right

    found: list[Any] = cuts(range(100))
    scores = [1 + bisect_right(found, value) for value in range(100)]
    assert [scores.count(score) for score in (1, 2, 3, 4, 5)] == [20] * 5


def plans_of(crm: Crm, asked: Asked, marked: str) -> list[list[str]]:
    """How SQLite reads the customers."""
    seen: list[str] = []
    crm.connection.set_trace_callback(seen.append)
    crm.reports.ask("rfm", asked)
    crm.connection.set_trace_callback(None)
    queries = [sql for sql in seen if marked in sql]
    return [[row[3] for row in crm.connection.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in queries]


def test_a_day_gone_by_is_read_from_two_covering_indexes_in_their_order(crm: Crm) -> None:
    plans = plans_of(crm, Asked(as_of=date(2026, 1, 1)), "GROUP BY invoices")
    assert [[step for step in plan if "INDEX" in step] for plan in plans] == [
        ["SEARCH invoices USING COVERING INDEX invoices_by_company (company_id>?)"],
        ["SEARCH invoices USING COVERING INDEX invoices_of_people (contact_id>?)"],
    ]
    assert not any("TEMP B-TREE" in step for plan in plans for step in plan)


def test_now_it_reads_what_is_kept_in_its_order(crm: Crm) -> None:
    plans = plans_of(crm, Asked(), "FROM customer_sums")
    assert [[step for step in plan if " s " in step] for plan in plans] == [
        ["SEARCH s USING PRIMARY KEY (company_id>?)"],
        ["SEARCH s USING PRIMARY KEY (company_id=? AND contact_id>?)"],
    ]
    assert not any("TEMP B-TREE" in step for plan in plans for step in plan)


def test_what_is_kept_says_what_the_invoices_say(crm: Crm) -> None:
    acme, anna = crm.companies.add(name="Acme").id, crm.contacts.add(name="Anna").id
    for company, contact, price, code in (
        (acme, None, 500, "EUR"), (acme, anna, 900, "USD"), (None, anna, 300, "EUR"), (None, anna, -100, "EUR"),
        (acme, None, -50, "EUR"),
    ):  # fmt: skip
        crm.invoices.add(
            lines=[LineDraft("work", unit_price_minor=price)],
            company_id=company,
            contact_id=contact,
            currency=code,
        )
    day = "2026-03-02"
    now = buyers(crm, Asked(), first=True, named=True)
    assert now == (
        ("EUR", "USD"),
        1,
        [acme, anna],
        [day] * 2,
        [day] * 2,
        [2, 1],
        [[450, 200], [900, 0]],
        ["Acme", "Anna"],
    )
    assert now == buyers(crm, Asked(condition="issued_on:any"), first=True, named=True)
    assert (now.parts(0), now.parts(1)) == ((acme, None), (None, anna))
    bare = now._replace(first=[], names=[])
    assert buyers(crm, Asked()) == bare == buyers(crm, Asked(condition="issued_on:any"))


@pytest.mark.parametrize("code", ["EUR", "JPY"])
def test_one_currency_is_read_as_several_are(crm: Crm, code: str) -> None:
    people = shop(crm)
    one = buyers(crm, Asked(), first=True, named=True)
    assert one.codes == ("EUR",)
    # a currency in which nobody's purchase is left
    invoice(crm, "2026-02-01", 9, contact=people["Ana"], currency=code, void="2026-02-02")
    again = buyers(crm, Asked(), first=True, named=True)
    assert (again.names, again.last, again.sums[0]) == (one.names, one.last, one.sums[0])
    assert again.sums[1:] == [[0] * len(one.ids)] * (code != "EUR")


def test_names_are_whatever_they_are(crm: Crm) -> None:
    names = ["[/]", '"quoted", \\ and \n', "Əliyə 💶", "\x1b[31m", "null"]
    for name in names:
        with crm.transaction("add") as writing:
            person = writing.insert("contacts", {"name": name, "name_key": "x"})
        invoice(crm, "2026-01-01", 100, contact=person)
    assert buyers(crm, Asked(), named=True).names == names
