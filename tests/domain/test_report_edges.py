"""Reports asked about the edges of the calendar, and what stands at them: nothing is refused, nothing breaks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.reports import typed
from crm_tui.domain.reports.cells import is_explained, names
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.service import NAMES, explained, module
from crm_tui.errors import InvalidDataError
from crm_tui.money import Money
from tests.conftest import NOW
from tests.sales_rows import invoice

TODAY: Final = NOW.date()
TOMORROW: Final = date(2026, 3, 3)
LATE: Final = Period(date(9999, 11, 1), date(9999, 12, 31))
"""Its last month ends after the last day there is."""
VIEWS: Final = [
    (name, by)
    for name in NAMES
    if name != "activity" and module(name).PERIOD
    for by in module(name).BY or (None,)
]


@pytest.fixture
def late(crm: Crm) -> Crm:
    """A deal won and an invoice issued in the last December, and some in this year."""
    anna = crm.contacts.add(name="Anna", source="web").id
    invoice(crm, "2026-01-10", 500, contact=anna)
    invoice(crm, "9999-12-15", 700, contact=anna)
    crm.deals.add("open", amount_minor=100, currency="EUR", expected_close_on=date(9999, 12, 31))
    for day in (date(2026, 1, 10), date(9999, 12, 10)):
        crm.deals.add("won", stage="Won", amount_minor=100, currency="EUR", closed_on=day)
    return crm


def told(view: tuple[str, str | None]) -> str:
    return "-".join(part for part in view if part)


@pytest.mark.parametrize("view", VIEWS, ids=told)
def test_the_last_months_of_the_calendar(late: Crm, view: tuple[str, str | None]) -> None:
    name, by = view
    asked = Asked(by=by, period=LATE)
    found = late.reports.ask(name, asked)
    for title, row in names(found):
        for figure in found.columns:
            if is_explained(figure) and figure.key in explained(name):
                assert late.reports.why(f"{name}.{figure.key}", title, asked).value == getattr(
                    row, figure.key
                )


def test_the_last_month_is_of_its_days(late: Crm) -> None:
    won = late.reports.why("winloss.won", "9999-12", Asked(by="period", period=LATE))
    assert (won.value, won.period) == (1, Period(date(9999, 12, 1), LATE.end))
    for by, name in (("month", "9999-12"), ("quarter", "9999-Q4"), ("year", "9999")):
        sold = late.reports.why("revenue", name, Asked(by=by, period=LATE))
        assert (sold.value, [each.on for each in sold.reasons]) == (
            Money(700, "EUR"),
            [date(9999, 12, 15)],
        )


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Baku", "America/New_York"], ids=str)
def test_a_period_from_the_first_year_on(database: Path, zone: str | None) -> None:
    with Crm.open(database, now=NOW, config=Config(timezone=zone)) as crm:
        crm.deals.add("open", amount_minor=100, currency="EUR")
        for name in ("funnel", "winloss", "velocity", "revenue", "retention", "rfm", "customers"):
            found = crm.reports.ask(name, Asked(period=Period(date(1, 1, 2), date(2026, 3, 3))))
            assert found.period == Period(date(1, 1, 2), date(2026, 3, 3))


def test_the_first_day_of_all_begins_nowhere_in_the_zone_of_the_machine(crm: Crm) -> None:
    crm.deals.add("open")
    with pytest.raises(InvalidDataError, match="0001-01-01 is outside the calendar"):
        crm.reports.ask("funnel", Asked(period=Period(date.min, date(2026, 3, 3))))


def test_a_deal_is_not_stuck_after_more_days_than_there_are(crm: Crm) -> None:
    crm.deals.add("old", created_at="2026-01-10T09:00:00Z")
    assert crm.reports.ask("pipeline").totals.stuck == len(crm.agenda.items()) == 1
    crm.pipelines.update_stage(crm.pipelines.stages()[0].id, rot_days=1_000_000)
    assert crm.reports.ask("pipeline").totals.stuck == len(crm.agenda.items()) == 0
    assert crm.reports.why("stuck").reasons == ()
    assert crm.reports.ask("pipeline", Asked(as_of=date(1, 1, 2))).is_empty


def test_an_invoice_of_a_day_to_come_is_owed_and_its_balance_explained(crm: Crm) -> None:
    lines = [LineDraft("tea", unit_price_minor=100)]
    coming = crm.invoices.add(lines=lines, issued_on=date(2026, 5, 1), currency="EUR")
    assert crm.reports.ask("receivables").totals.outstanding == Money(100, "EUR")
    why = crm.reports.why("balance", coming.number)
    assert (why.value, why.arithmetic[-1]) == (Money(100, "EUR"), "= 1.00 EUR")
    assert [each.id for each in crm.reports.why("outstanding").reasons] == [coming.id]


def test_the_clock_near_the_end_of_the_calendar(database: Path) -> None:
    with Crm.open(database, now=datetime(9998, 12, 1, 9, tzinfo=UTC)) as crm:
        crm.deals.add("open", amount_minor=100, currency="EUR")
        for name in NAMES:
            assert crm.reports.ask(name).as_of == date(9998, 12, 1)


@pytest.mark.parametrize(
    ("zone", "first"),
    [("America/New_York", date(2025, 12, 31)), ("UTC", date(2026, 1, 1))],
    ids=["before-midnight", "after"],
)
def test_everything_begins_with_the_first_of_all_on_its_local_day(
    database: Path, zone: str, first: date
) -> None:
    with Crm.open(database, now=NOW, config=Config(timezone=zone)) as crm:
        assert typed.chosen(crm, "all") == Period(TODAY, TOMORROW)
        crm.deals.add("open", created_at="2026-01-01T03:00:00Z")
        every = typed.about(crm, "funnel", end="2026-03-02").period
        assert every == typed.chosen(crm, "all") == Period(first, TOMORROW)
        assert crm.reports.ask("funnel", Asked(period=every)).totals.began == 1
        # people count for sources
        with Crm.open(database, now=datetime(2024, 5, 1, 12, tzinfo=UTC)) as earlier:
            earlier.contacts.add(name="Anna")
        assert typed.chosen(crm, "all") == Period(date(2024, 5, 1), TOMORROW)
        invoice(crm, "2023-01-01", 100)
        assert typed.chosen(crm, "all") == Period(date(2023, 1, 1), TOMORROW)
