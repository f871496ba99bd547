"""A report is of one moment, and so is an explanation: another process that writes meanwhile changes no part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked
from crm_tui.errors import UsageError
from crm_tui.money import Money
from tests.conftest import NOW
from tests.sales_rows import invoice


def during(crm: Crm, statement: int, write: Callable[[Crm], object]) -> None:
    """Let another connection write once, before the statement of that number is run."""
    seen: list[str] = []

    def meet(sql: str) -> None:
        seen.append(sql)
        if len(seen) == statement:
            with Crm.open(crm.path, now=NOW) as other:
                write(other)

    crm.connection.set_trace_callback(meet)


@pytest.fixture
def shop(crm: Crm) -> Crm:
    """Anna bought for 1.00, and a deal is open."""
    invoice(crm, "2026-01-10", 100, contact=crm.contacts.add(name="Anna").id)
    crm.deals.add("open", amount_minor=100, currency="EUR", created_at="2026-01-10T09:00:00Z")
    return crm


@pytest.mark.parametrize("statement", [3, 4, 5])
def test_the_rows_come_to_the_totals(shop: Crm, statement: int) -> None:
    during(shop, statement, lambda other: invoice(other, "2026-01-11", 900, contact=1))
    found = shop.reports.ask("revenue", Asked(by="customer"))
    shop.connection.set_trace_callback(None)
    assert [row.revenue for row in found.rows] == [found.totals.revenue] == [Money(100, "EUR")]
    assert shop.reports.ask("revenue").totals.revenue == Money(1000, "EUR")


@pytest.mark.parametrize("as_of", [None, date(2026, 2, 1)], ids=["today", "past"])
def test_the_reasons_come_to_the_figure(shop: Crm, as_of: date | None) -> None:
    statements: list[str] = []
    shop.connection.set_trace_callback(statements.append)
    shop.reports.why("open_amount", None, Asked(as_of=as_of))

    def add(other: Crm) -> None:
        other.deals.add("new", amount_minor=900, currency="EUR", created_at="2026-01-11T09:00:00Z")

    # what is written in the middle, when the figure is known and its reasons are not
    during(shop, len(statements) // 2 + 1, add)
    found = shop.reports.why("open_amount", None, Asked(as_of=as_of))
    shop.connection.set_trace_callback(None)
    assert (found.value, [each.value for each in found.reasons]) == (
        Money(100, "EUR"),
        [Money(100, "EUR")],
    )
    assert shop.reports.why("open_amount").value == Money(1000, "EUR")


def test_a_failure_leaves_nothing_open(crm: Crm) -> None:
    with pytest.raises(UsageError, match="colour"):
        crm.reports.ask("pipeline", Asked(condition="colour:red"))
    crm.contacts.add(name="Anna")
    assert crm.contacts.count() == 1


def test_within_a_write_it_is_of_what_was_written_so_far(crm: Crm) -> None:
    with crm.transaction("add two"):
        crm.deals.add("one")
        assert crm.reports.ask("pipeline").totals.open_deals == 1
        assert crm.reports.why("pipeline.open_deals", None, Asked(as_of=date(2026, 2, 1))).value == 0
        crm.deals.add("two")
    assert crm.deals.count() == 2
