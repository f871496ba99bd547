"""Why a figure of a report on sales is what it is: in every row and total, the rows behind it come to it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings

from crm_tui.domain.reports import service
from crm_tui.domain.reports.cells import is_explained
from crm_tui.domain.reports.report import Asked
from tests.why_sums import BUSINESSES, RATES, asked_of, business, check

SALES: Final = ("revenue", "receivables", "customers", "silent", "rfm", "retention", "sources")
TODAY: Final = date(2026, 3, 2)


@pytest.mark.parametrize("name", SALES)
@given(asked=BUSINESSES)
@settings(max_examples=15, deadline=None)
def test_the_rows_behind_a_figure_come_to_it(
    name: str, asked: tuple[list[Any], tuple[tuple[str, str, str], ...], date | None, bool]
) -> None:
    sales, rates, as_of, convert_all = asked
    with business(sales, rates) as crm:
        for each in asked_of(name, as_of, convert_all):
            check(crm, name, each)


@pytest.mark.parametrize("name", SALES)
def test_every_figure_of_a_report_is_explained(name: str) -> None:
    sale: Any = ("2025-12-01", [(100, 1)], 1, None, None, "EUR", None, [])
    found: set[str] = set()
    with business([sale], RATES) as crm:
        for by in service.module(name).BY or (None,):
            report = crm.reports.ask(name, Asked(by=by))
            found |= {each.key for each in (*report.columns, *report.total_columns) if is_explained(each)}
            assert report.rows
    assert found == set(service.explained(name))


@pytest.mark.parametrize("name", SALES)
def test_nothing_of_an_empty_business_is_explained(name: str) -> None:
    with business([], ()) as crm:
        for each in asked_of(name, date(2025, 7, 31), convert_all=False):
            assert check(crm, name, each) > 0
