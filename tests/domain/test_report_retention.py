"""Who comes back: cohorts over a year end, the repeat rate, and churn by the reorder time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked, Report
from crm_tui.domain.reports.retention import MONTHS, Cohort, RetentionTotals
from crm_tui.errors import UsageError
from tests.conftest import NOW
from tests.sales_rows import invoice, product


def again(found: Report[Cohort, RetentionTotals]) -> dict[str, tuple[object, ...]]:
    return {
        row.cohort: (row.customers, *(getattr(row, f"month_{number}") for number in range(1, MONTHS + 1)))
        for row in found.rows
    }


def shop(crm: Crm) -> dict[str, int]:
    """Five customers over the end of a year.

    2025-11: Ana (30 Nov; 1 Dec, 31 Jan, 31 Jan), Ben (1 Nov; 28 Feb)
    2025-12: Cem (31 Dec; 31 Dec again), Dia Ltd (1 Dec; 1 Jan)
    2026-02: Eva (28 Feb)
    """
    people = {name: crm.contacts.add(name=name).id for name in ("Ana", "Ben", "Cem", "Eva")}
    people["Dia Ltd"] = crm.companies.add(name="Dia Ltd").id
    for name, *days in (
        ("Ana", "2025-11-30", "2025-12-01", "2026-01-31", "2026-01-31"),
        ("Ben", "2025-11-01", "2026-02-28"),
        ("Cem", "2025-12-31", "2025-12-31"),
        ("Eva", "2026-02-28"),
    ):
        for day in days:
            invoice(crm, day, 100, contact=people[name])
    for day in ("2025-12-01", "2026-01-01"):
        invoice(crm, day, 100, company=people["Dia Ltd"], contact=people["Eva"])
    # no purchases: void, a credit, to nobody
    invoice(crm, "2026-01-15", 100, contact=people["Cem"], void="2026-01-16")
    invoice(crm, "2026-01-15", -100, contact=people["Cem"])
    invoice(crm, "2025-10-15", 100)
    return people


def test_cohorts_over_the_end_of_a_year(crm: Crm) -> None:
    shop(crm)
    found = crm.reports.ask("retention")
    assert found.period == Period(date(2025, 4, 1), date(2026, 3, 3))
    cohorts = again(found)
    assert list(cohorts) == [f"2025-{month:02}" for month in range(4, 13)] + ["2026-01", "2026-02", "2026-03"]
    none = (None,) * MONTHS
    # +1 is December: Ana; +2 January: Ana; +3 February: Ben; +4 March has begun and nobody bought
    assert cohorts["2025-11"] == (2, 0.5, 0.5, 0.5, 0.0, *none[4:])
    # a second purchase in the first month is none of a later one; +1 is January: Dia Ltd
    assert cohorts["2025-12"] == (2, 0.5, 0.0, 0.0, *none[3:])
    assert cohorts["2026-02"] == (1, 0.0, *none[1:])
    assert cohorts["2026-03"] == (0, *none)
    assert cohorts["2025-10"] == (0, *none)


def test_the_repeat_rate_counts_purchases(crm: Crm) -> None:
    shop(crm)
    totals = crm.reports.ask("retention").totals
    # Ana 4, Ben 2, Cem 2 on one day, Dia Ltd 2; Eva 1
    assert (totals.customers, totals.repeat_customers, totals.repeat_rate) == (5, 4, 0.8)
    assert (totals.churned, totals.churn) == (0, 0.0)
    why = crm.reports.why("repeat_rate")
    assert (why.value, why.arithmetic[1:]) == (0.8, ("= 4 / 5 = 80.0 %",))
    assert sum(int(str(reason.value)) for reason in why.reasons) == 4
    assert {reason.title: reason.part for reason in why.reasons}["Eva"] == "1 purchase"


def test_as_of_a_past_day(crm: Crm) -> None:
    shop(crm)
    found = crm.reports.ask("retention", Asked(as_of=date(2025, 12, 31)))
    assert again(found)["2025-11"] == (2, 0.5, *(None,) * 10)
    # Ana 2, Cem 2; Ben and Dia Ltd 1
    assert (found.totals.customers, found.totals.repeat_customers, found.totals.repeat_rate) == (4, 2, 0.5)
    # what was voided on the 16th was a purchase until then: Cem bought in the month after
    assert again(crm.reports.ask("retention", Asked(as_of=date(2026, 1, 15))))["2025-12"][:2] == (2, 1.0)
    assert again(crm.reports.ask("retention", Asked(as_of=date(2026, 1, 16))))["2025-12"][:2] == (2, 0.5)


def test_a_period_chooses_cohorts_and_no_totals(crm: Crm) -> None:
    shop(crm)
    found = crm.reports.ask("retention", Asked(period=Period(date(2025, 12, 1), date(2026, 1, 1))))
    assert list(again(found)) == ["2025-12"]
    assert found.totals.customers == 5
    assert found.notes[1] == "The sums are of all customers, whichever months have rows."
    # month_11 of December 2025 is November 2026; that of March 2025 was over on 28 February 2026
    assert found.notes[2] == "The present month is not over."
    early = crm.reports.ask("retention", Asked(period=Period(date(2025, 3, 1), date(2025, 4, 1))))
    assert len(early.notes) == 2
    asked = Asked(period=Period(date(1900, 1, 1), date(2099, 1, 1)))
    assert list(again(crm.reports.ask("retention", asked))) == ["2025-11", "2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize(
    ("last_on", "days", "gone"),
    [
        ("2026-01-31", [30], 0),  # until 2 March, today
        ("2026-01-30", [30], 1),
        ("2026-01-30", [30, 60], 0),  # the longest of what was bought
        ("2025-12-31", [30, 60], 1),  # until 1 March
        ("2025-03-02", [None], 0),  # 365 days: today
        ("2025-03-01", [None], 1),
        ("2025-03-01", [None, 400], 0),
    ],
)
def test_churn_on_the_boundary_days(crm: Crm, last_on: str, days: list[int | None], gone: int) -> None:
    anna = crm.contacts.add(name="Anna").id
    products = [product(crm, f"P{number}", reorder_days=each) for number, each in enumerate(days)]
    invoice(crm, last_on, *((100, each) for each in products), contact=anna)
    totals = crm.reports.ask("retention").totals
    assert (totals.churned, totals.churn) == (gone, float(gone))
    why = crm.reports.why("churn")
    assert (why.value, [reason.value for reason in why.reasons]) == (float(gone), [gone])
    # the same by the way that asks for the past
    invoice(crm, "2026-03-02", 100, contact=anna)
    assert crm.reports.ask("retention", Asked(as_of=date(2026, 3, 1))).totals.customers == 1


def test_a_leap_day_counts_and_the_past_has_its_own_products(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna").id
    tea, tun = product(crm, "tea", reorder_days=30), product(crm, "tun", reorder_days=900)
    invoice(crm, "2024-01-31", (100, tea), contact=anna)
    invoice(crm, "2024-06-01", (100, tun), contact=anna)
    # 30 days after 31 January 2024 is 1 March, for there was a 29 February
    for day, gone in (("2024-03-01", 0), ("2024-03-02", 1), ("2024-05-31", 1), ("2024-06-01", 0)):
        assert crm.reports.ask("retention", Asked(as_of=date.fromisoformat(day))).totals.churned == gone


def test_the_setting_is_the_time_of_what_has_none(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(silent_days=10)) as crm:
        invoice(crm, "2026-02-20", 100, contact=crm.contacts.add(name="Anna").id)
        invoice(crm, "2026-02-19", 100, contact=crm.contacts.add(name="Bo").id)
        found = crm.reports.ask("retention")
        assert (found.totals.churned, found.totals.churn) == (1, 0.5)
        assert "10 days where nothing has one" in found.notes[0]


def test_nobody_has_bought(crm: Crm) -> None:
    found = crm.reports.ask("retention")
    assert (found.rows, found.is_empty, found.answer) == ((), True, ("Nobody has bought anything.",))
    assert (found.totals.repeat_rate, found.totals.churn) == (None, None)
    assert crm.reports.why("churn").value is None
    for asked in (Asked(by="week"), Asked(condition="a")):
        with pytest.raises(UsageError):
            crm.reports.ask("retention", asked)
