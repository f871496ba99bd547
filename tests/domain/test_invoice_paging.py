"""Invoices and products by pages: any order, words alone the best first, and how an invoice stands follows the day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crm_tui.domain import Crm, paging
from crm_tui.domain.invoice_lines import LineDraft
from tests.conftest import NOW


@pytest.fixture
def filled(database: Path) -> Path:
    with Crm.open(database, now=NOW) as crm, crm.transaction("fill"):
        today = crm.clock.today
        for place in range(30):
            crm.invoices.add(
                lines=[LineDraft(f"thing {place}", unit_price_minor=100 * (place % 7 + 1))],
                company=f"Company {place % 4}",
                issued_on=today - timedelta(days=place % 11),
                due_on=today + timedelta(days=place % 5),
            )
            crm.products.add(f"Thing {place % 9}", sku=f"T-{place}", price_minor=place)
    return database


@pytest.mark.parametrize(
    "sort", ["-issued_on", "due_on", "-balance", "number", "status", "-total", "contact"]
)
def test_pages_are_the_list(filled: Path, sort: str) -> None:
    with Crm.open(filled, now=NOW) as crm:
        for condition in ("", "company:2", "status:open"):
            pager = paging.invoices(condition, sort)
            wanted = crm.invoices.ids(condition, sort=sort)
            assert [*pager.page(crm, 0, 7), *pager.page(crm, 7, 100)] == wanted
            assert pager.count(crm) == len(wanted)
            assert pager.position(crm, wanted[-1]) == len(wanted) - 1


def test_words_alone_find_the_best_unless_another_order_is_chosen(filled: Path) -> None:
    with Crm.open(filled, now=NOW) as crm:
        assert list(paging.invoices("thing 7").page(crm, 0, 10)) == [8]
        assert isinstance(paging.invoices("thing"), paging.FoundPager)
        assert not isinstance(paging.invoices("thing", "due_on"), paging.FoundPager)
        assert list(paging.products("T-29").page(crm, 0, 10)) == [30]
        assert list(paging.products("", "-price").page(crm, 0, 3)) == [30, 29, 28]


def test_what_is_overdue_depends_on_the_day_it_is_asked(filled: Path) -> None:
    pager = paging.invoices("status:overdue", "due_on")
    with Crm.open(filled, now=NOW) as crm:
        assert pager.count(crm) == 0
        assert list(pager.page(crm, 0, 10)) == []
    pager.forget()
    with Crm.open(filled, now=NOW + timedelta(days=2)) as crm:
        assert pager.count(crm) == 12
        assert len(pager.page(crm, 0, 100)) == 12
