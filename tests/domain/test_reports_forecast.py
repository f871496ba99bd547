"""What is to come in: by month, with what is overdue and what has no day apart."""

from __future__ import annotations

from datetime import date

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.board import Total
from crm_tui.domain.reports import Part

TODAY = date(2026, 3, 2)


def fill(crm: Crm) -> None:
    def add(
        title: str, minor: int | None, currency: str | None, closes: date | None, stage: str = "Lead"
    ) -> None:
        crm.deals.add(
            title, amount_minor=minor, currency=currency, expected_close_on=closes, stage=stage
        )  # fmt: skip

    add("yesterday", 10_000, "EUR", date(2026, 3, 1))
    add("today", 20_000, "EUR", TODAY, "Proposal")
    add("this month", 30_000, "USD", date(2026, 3, 31))
    add("no amount", None, None, date(2026, 3, 31))
    add("may", 1_005, "JPY", date(2026, 5, 1), "Proposal")
    add("last month", 40_000, "EUR", date(2027, 2, 28))
    add("after it", 50_000, "EUR", date(2027, 3, 1))
    add("some day", 60_000, "EUR", None)
    crm.deals.win(crm.deals.add("won", amount_minor=1, currency="EUR", expected_close_on=TODAY).id)


def test_months_follow_each_other_and_the_rest_stands_apart(crm: Crm) -> None:
    fill(crm)
    found = crm.reports.forecast()
    assert found.period == Period(TODAY, date(2027, 3, 1))
    assert found.as_of == TODAY
    months = [date(2026, month, 1) for month in range(3, 13)] + [date(2027, 1, 1), date(2027, 2, 1)]
    assert [(row.part, row.month) for row in found.rows] == [
        (Part.OVERDUE, None),
        *((Part.MONTH, month) for month in months),
        (Part.LATER, None),
        (Part.UNDATED, None),
    ]
    overdue, march, april, may, *_, february, later, undated = found.rows
    assert overdue.sums == (Total("EUR", 1, 10_000, 1_000, 0),)
    assert march.sums == (
        Total("EUR", 1, 20_000, 10_000, 0),
        Total("USD", 1, 30_000, 3_000, 0),
        Total(None, 1, 0, 0, 1),
    )
    assert (march.count, march.missing) == (3, 1)
    assert april.sums == ()
    # half of 1,005 yen is 502.5, to the even neighbour
    assert may.sums == (Total("JPY", 1, 1_005, 502, 0),)
    assert february.sums == (Total("EUR", 1, 40_000, 4_000, 0),)
    assert later.sums == (Total("EUR", 1, 50_000, 5_000, 0),)
    assert undated.sums == (Total("EUR", 1, 60_000, 6_000, 0),)


def test_totals_are_those_of_all_open_deals(crm: Crm) -> None:
    fill(crm)
    totals = crm.reports.forecast().totals
    assert list(totals.sums) == list(crm.deals.totals("status:open"))
    assert totals.sums == crm.reports.pipeline().totals.sums
    assert totals.sums[0] == Total("EUR", 5, 180_000, 26_000, 0)
    assert (totals.count, totals.missing) == (8, 1)


def test_the_probability_is_the_deals_own(crm: Crm) -> None:
    made = crm.deals.add("a", amount_minor=10_000, currency="EUR", probability=35, expected_close_on=TODAY)
    assert crm.reports.forecast().totals.sums[0].weighted_minor == 3_500
    stage = crm.pipelines.stages()[0]
    crm.pipelines.update_stage(stage.id, probability=90)
    assert crm.reports.forecast().totals.sums[0].weighted_minor == 3_500
    crm.deals.update(made.id, probability=40)
    assert crm.reports.forecast().totals.sums[0].weighted_minor == 4_000


def test_only_parts_with_deals_are_there(crm: Crm) -> None:
    assert crm.reports.forecast().rows == ()
    crm.deals.add("some day", amount_minor=100, currency="EUR")
    assert [row.part for row in crm.reports.forecast().rows] == [Part.UNDATED]
    crm.deals.add("soon", amount_minor=100, currency="EUR", expected_close_on=date(2026, 4, 30))
    assert [row.month for row in crm.reports.forecast().rows] == [date(2026, 3, 1), date(2026, 4, 1), None]


def test_for_machines_it_has_a_line_for_each_part_and_currency(crm: Crm) -> None:
    fill(crm)
    table = crm.reports.table(crm.reports.forecast())
    assert table[:6] == [
        ("part", "month", "count", "currency", "amount", "weighted", "missing"),
        ("overdue", "", "1", "EUR", "100.00", "10.00", "0"),
        ("month", "2026-03", "1", "EUR", "200.00", "100.00", "0"),
        ("month", "2026-03", "1", "USD", "300.00", "30.00", "0"),
        ("month", "2026-03", "1", "", "", "", "1"),
        ("month", "2026-04", "0", "", "", "", "0"),
    ]
    assert table[-1] == ("undated", "", "1", "EUR", "600.00", "60.00", "0")
