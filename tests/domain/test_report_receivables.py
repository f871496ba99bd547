"""What is owed: by age on the boundary days, by customer, in currencies, as it was on a day, and one balance."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports.receivables import age_of
from crm_tui.domain.reports.report import Asked
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.money import Money
from tests.conftest import NOW
from tests.sales_rows import invoice, pay

TODAY = date(2026, 3, 2)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize(
    ("due_on", "age"),
    [
        ("2026-03-03", "not due"),
        ("2026-03-02", "not due"),  # on its due day it is not past due
        ("2026-03-01", "1-30"),
        ("2026-01-31", "1-30"),  # 30 days: 28 of February and 2 of March
        ("2026-01-30", "31-60"),
        ("2026-01-01", "31-60"),  # 60 days
        ("2025-12-31", "61-90"),  # over the end of the year
        ("2025-12-02", "61-90"),  # 90 days
        ("2025-12-01", "over 90"),
    ],
)
def test_the_boundary_days(crm: Crm, due_on: str, age: str) -> None:
    invoice(crm, "2025-11-01", 100, due=due_on)
    found = crm.reports.ask("receivables")
    assert [(row.age, row.invoices, row.outstanding) for row in found.rows if row.invoices] == [
        (age, 1, eur(100))
    ]
    assert (found.totals.overdue_invoices, found.totals.overdue) == (
        (0, eur(0)) if age == "not due" else (1, eur(100))
    )


def test_a_leap_day_is_a_day() -> None:
    # 2024-02-29 lies between: 30 days after 2024-01-31 is 2024-03-01, a year later it is 2025-03-02
    assert age_of(date(2024, 3, 1), "2024-01-31") == "1-30"
    assert age_of(date(2024, 3, 2), "2024-01-31") == "31-60"
    assert age_of(date(2025, 3, 2), "2025-01-31") == "1-30"


def owe(crm: Crm) -> dict[str, int]:
    """What Anna and Bo & Sons owe on 2026-03-02.

    N1 Anna 100.00 + 20 % = 120.00 due 2026-02-01, 50.00 paid on 2026-02-10: 70.00, 29 days past due
    N2 Bo & Sons 300.00 due 2026-03-31: 300.00, not due
    N3 Bo & Sons 40.00 due 2025-11-30: 40.00, 92 days past due
    N4 Anna 10.00 paid 15.00: nothing, the 5.00 too much take nothing off
    N5 Anna 80.00 void since 2026-02-20: nothing
    N6 Anna 25.00 due 2026-02-27, paid 25.00 on 2026-02-20, 25.00 given back on 2026-03-01: 25.00, 3 days past due
    """
    anna, sons = crm.contacts.add(name="Anna").id, crm.companies.add(name="Bo & Sons").id
    pay(crm, invoice(crm, "2026-01-15", 10000, contact=anna, tax="20", due="2026-02-01"), "2026-02-10", 5000)
    invoice(crm, "2026-03-01", 30000, company=sons, due="2026-03-31")
    invoice(crm, "2025-11-15", 4000, company=sons, due="2025-11-30")
    pay(crm, invoice(crm, "2026-02-01", 1000, contact=anna), "2026-02-02", 1500)
    invoice(crm, "2026-02-01", 8000, contact=anna, void="2026-02-20")
    refunded = invoice(crm, "2026-02-13", 2500, contact=anna, due="2026-02-27")
    pay(crm, refunded, "2026-02-20", 2500)
    pay(crm, refunded, "2026-03-01", -2500)
    return {"anna": anna, "sons": sons}


def test_by_age(crm: Crm) -> None:
    owe(crm)
    found = crm.reports.ask("receivables")
    assert (found.period, found.as_of, found.by) == (None, TODAY, "age")
    # 300 of 435 is 20/29, 95 is 19/87, 40 is 8/87
    assert [(row.age, row.invoices, row.outstanding.minor, row.share) for row in found.rows] == [
        ("not due", 1, 30000, 30000 / 43500),
        ("1-30", 2, 9500, 9500 / 43500),
        ("31-60", 0, 0, 0.0),
        ("61-90", 0, 0, 0.0),
        ("over 90", 1, 4000, 4000 / 43500),
    ]
    totals = found.totals
    assert (totals.invoices, totals.outstanding, totals.overdue_invoices, totals.overdue) == (
        4,
        eur(43500),
        3,
        eur(13500),
    )
    assert totals.overdue_share == 13500 / 43500
    assert found.answer[0] == "435.00 EUR outstanding in 4 invoices · 135.00 EUR past due"


def test_by_customer(crm: Crm) -> None:
    ids = owe(crm)
    sons, anna = crm.reports.ask("receivables", Asked(by="customer")).rows
    assert (sons.customer, sons.company_id, sons.contact_id) == ("Bo & Sons", ids["sons"], None)
    assert (sons.outstanding, sons.not_due, sons.over_90) == (eur(34000), eur(30000), eur(4000))
    assert (sons.oldest_due_on, sons.overdue_days, sons.invoices) == (date(2025, 11, 30), 92, 2)
    assert (anna.customer, anna.outstanding, anna.days_1_30, anna.overdue_days) == (
        "Anna",
        eur(9500),
        eur(9500),
        29,
    )


@pytest.mark.parametrize(
    ("day", "minor"),
    [
        # N3; N1 and N4..N6 were not issued
        ("2026-01-14", 4000),
        # N1 12000 unpaid, N3 4000
        ("2026-01-31", 16000),
        # N4 and N5 issued: 1000 + 8000
        ("2026-02-01", 25000),
        # N4 overpaid
        ("2026-02-09", 24000),
        # N1 paid 5000
        ("2026-02-10", 19000),
        # N6 issued
        ("2026-02-19", 21500),
        # N5 void, N6 paid
        ("2026-02-20", 11000),
        # N2 issued, N6 given back
        ("2026-03-01", 43500),
        ("2026-03-02", 43500),
    ],
)
def test_as_of(crm: Crm, day: str, minor: int) -> None:
    owe(crm)
    asked = Asked(as_of=date.fromisoformat(day))
    assert crm.reports.ask("receivables", asked).totals.outstanding == eur(minor)
    why = crm.reports.why("outstanding", None, asked)
    assert why.value == eur(minor)
    assert sum(reason.value.minor for reason in why.reasons if isinstance(reason.value, Money)) == minor


def test_currencies_stand_apart(crm: Crm) -> None:
    crm.rates.set("USD", "0.5", date(2026, 1, 1))
    crm.rates.set("USD", "0.9", date(2026, 3, 1))
    anna = crm.contacts.add(name="Anna").id
    invoice(crm, "2026-01-01", 1000, currency="USD", contact=anna)
    invoice(crm, "2026-01-01", 500, contact=anna)
    found = crm.reports.ask("receivables")
    assert [(row.age, row.currency) for row in found.rows][2:4] == [("31-60", "EUR"), ("31-60", "USD")]
    # what is owed is worth what it is worth today: 10.00 x 0.9 + 5.00
    assert (found.totals.outstanding, found.totals.converted) == (eur(1400), True)
    assert [(each.currency, each.outstanding.minor) for each in found.by_currency] == [
        ("EUR", 500),
        ("USD", 1000),
    ]
    (row,) = crm.reports.ask("receivables", Asked(by="customer", convert=True)).rows
    assert (row.outstanding, row.days_31_60, row.invoices) == (eur(1400), eur(1400), 2)
    why = crm.reports.why("outstanding")
    assert (why.value, why.arithmetic[1:3]) == (eur(1400), ("5.00 EUR", "10.00 USD x 0.9 = 9.00 EUR"))
    invoice(crm, "2026-01-01", 7, currency="JPY")
    found = crm.reports.ask("receivables")
    assert (found.totals.outstanding, found.totals.currency, len(found.by_currency)) == (None, None, 3)
    assert "There is no rate for JPY" in found.notes[0]


def test_nothing_is_owed(crm: Crm) -> None:
    for by in ("age", "customer"):
        found = crm.reports.ask("receivables", Asked(by=by))
        assert (found.rows, found.is_empty, found.answer) == ((), True, ("Nothing is owed.",))
        assert (found.totals.outstanding, found.totals.overdue_share) == (eur(0), None)
    with pytest.raises(UsageError, match="about a day"):
        crm.reports.ask("receivables", Asked(period=Period(TODAY, date(2026, 3, 3))))


def test_the_balance_of_an_invoice(crm: Crm) -> None:
    owe(crm)
    why = crm.reports.why("balance", "N1")
    assert (why.value, why.arithmetic[1:]) == (
        eur(7000),
        ("100.00 EUR + 20.00 EUR - 50.00 EUR", "= 70.00 EUR"),
    )
    assert [(reason.kind, reason.part, reason.value) for reason in why.reasons] == [
        ("invoice", "total", eur(12000)), ("payment", "paid", eur(-5000)),
    ]  # fmt: skip
    assert crm.reports.why("balance", "N1", Asked(as_of=date(2026, 2, 9))).value == eur(12000)
    assert crm.reports.why("balance", "N4").value == eur(-500)
    void = crm.reports.why("balance", "N5")
    assert (void.value, [reason.part for reason in void.reasons]) == (eur(0), ["total", "void"])
    assert crm.reports.why("balance", "N5", Asked(as_of=date(2026, 2, 19))).value == eur(8000)
    with pytest.raises(UsageError, match="is the figure of one invoice"):
        crm.reports.why("balance")
    with pytest.raises(UsageError, match="was issued on 2026-01-15, after 2026-01-14"):
        crm.reports.why("balance", "N1", Asked(as_of=date(2026, 1, 14)))
    with pytest.raises(NotFoundError):
        crm.reports.why("balance", "nobody")


DAY = st.dates(min_value=date(2025, 10, 1), max_value=NOW.date()).map(str)
CLAIM = st.tuples(
    DAY, DAY, st.integers(-500, 2000), st.sampled_from(["EUR", "USD"]), st.sampled_from([None, None, "2026-02-01"]),
    st.lists(st.tuples(DAY, st.integers(-300, 2000)), max_size=3),
)  # fmt: skip


@given(st.lists(CLAIM, max_size=8), st.dates(min_value=date(2025, 10, 1), max_value=NOW.date()))
@settings(max_examples=25, deadline=None)
def test_as_of_is_what_the_rows_until_then_say(
    tmp_path_factory: pytest.TempPathFactory, claims: list[Any], day: date
) -> None:
    with Crm.open(tmp_path_factory.mktemp("owed") / "crm.db", now=NOW) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        wanted: dict[str, int] = {}
        for issued, due, minor, currency, void, paid in claims:
            made = invoice(crm, issued, minor, currency=currency, due=due, void=void, tax="20")
            for on, amount in paid:
                pay(crm, made, on, amount)
            total = sum(
                crm.connection.execute(
                    "SELECT net_minor, tax_minor FROM invoices WHERE id = ?", (made,)
                ).fetchone()
            )
            left = total - sum(amount for on, amount in paid if on <= str(day))
            if issued <= str(day) and not (void and void <= str(day)) and left > 0:
                wanted[currency] = wanted.get(currency, 0) + left
        for by in ("age", "customer"):
            found = crm.reports.ask("receivables", Asked(as_of=day, by=by))
            sums: dict[str, int] = {}
            for row in found.rows:
                sums[row.currency] = sums.get(row.currency, 0) + row.outstanding.minor
            # today's table also knows what is issued later, which there is nothing of
            assert sums == wanted
        why = crm.reports.why("outstanding", None, Asked(as_of=day))
        assert why.value == found.totals.outstanding
        assert sum(reason.value.minor for reason in why.reasons if isinstance(reason.value, Money)) == sum(
            wanted.values()
        )
