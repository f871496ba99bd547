"""Why a figure of a report on deals is what it is: in every row and total, the deals behind it come to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.domain.reports import service
from crm_tui.domain.reports.cells import is_explained, names
from crm_tui.domain.reports.report import Asked
from tests.why_deals import ASKED, DEALS, RATES, TODAY, VIEWS, Drawn, business, cells, check

NOT_EXPLAINED: Final = {"pipeline.probability", "activity.week", "activity.day"}
"""A setting, and what stands before the figures."""
NAMES: Final = ("pipeline", "forecast", "funnel", "winloss", "velocity", "activity")
PARTS: Final = {"count", "open_deals", "won", "lost", "amount", "weighted", "expected", "stuck", "missing"}
"""Figures of which those of the rows make up the totals."""
ALONE: Final = {("funnel", "lost"), ("funnel", "open_deals")}
"""Totals that are of other deals than the rows: of those that began."""
A_WIN: Final = Drawn(5_000, "EUR", ("Sales", "Won"), 0, 60, 20, "web", None, "")
SOME: Final = (
    A_WIN,
    A_WIN._replace(currency="USD", place=("Partners", "Lost")),
    A_WIN._replace(place=("Sales", "Lead"), closes=30, then="Won"),
    A_WIN._replace(place=("Sales", "Lead"), closes=30, percent=35, minor=333),
    A_WIN._replace(place=("Sales", "Lead"), closes=30, currency="USD"),
    A_WIN._replace(place=("Partners", "Lead"), closes=None, minor=None),
)


def told(view: tuple[str, str | None]) -> str:
    return "-".join(part for part in view if part)


@pytest.mark.parametrize("view", VIEWS, ids=told)
@given(deals=DEALS, rates=st.sampled_from(RATES), asked=ASKED)
@settings(max_examples=12, deadline=None)
def test_the_deals_behind_a_figure_come_to_it(
    view: tuple[str, str | None],
    deals: list[Drawn],
    rates: Sequence[tuple[str, str, date]],
    asked: Asked,
) -> None:
    name, by = view
    with business(deals, rates) as crm:
        asked = replace(asked, by=by)
        found = crm.reports.ask(name, asked)
        of_rows: dict[str, set[int]] = defaultdict(set)
        of_all: dict[str, set[int]] = {}
        for cell in cells(found, asked):
            ids = {each.id for each in check(crm, cell).reasons}
            if cell.row is not None:
                of_rows[cell.figure.key] |= ids
            elif cell.code is None:
                of_all[cell.figure.key] = ids
        for key in PARTS & of_all.keys() & of_rows.keys():
            if (name, by) != ("winloss", "reason") and (name, key) not in ALONE:
                assert of_rows[key] == of_all[key]


@pytest.mark.parametrize("view", VIEWS, ids=told)
@pytest.mark.parametrize("past", [None, date(2026, 2, 1)], ids=["today", "past"])
def test_a_row_is_asked_for_by_its_name(view: tuple[str, str | None], past: date | None) -> None:
    name, by = view
    with business(SOME, RATES[1]) as crm:
        asked = Asked(by=by, as_of=past)
        found = crm.reports.ask(name, asked)
        assert found.rows
        for title, row in names(found):
            for figure in found.columns:
                if figure.key in service.explained(name):
                    told_so = crm.reports.why(f"{name}.{figure.key}", title, asked)
                    assert told_so.value == getattr(row, figure.key)
                    assert told_so.title.endswith(f": {title}")


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_explained_and_every_explanation_is_of_a_figure(name: str) -> None:
    found = set()
    with business(SOME) as crm:
        for by in service.module(name).BY or (None,):
            for as_of in (None, date(2026, 2, 1)):
                report = crm.reports.ask(name, Asked(by=by, as_of=as_of))
                found |= {each.key for each in (*report.columns, *report.total_columns) if is_explained(each)}
    wanted = {key for key in found if f"{name}.{key}" not in NOT_EXPLAINED}
    assert wanted == set(service.explained(name))
    assert len(wanted) == len(service.explained(name))


@pytest.mark.parametrize("view", VIEWS, ids=told)
@pytest.mark.parametrize("convert", [False, True], ids=["as it is", "converted"])
def test_where_there_is_nothing_it_is_said(crm: Crm, view: tuple[str, str | None], convert: bool) -> None:
    name, by = view
    asked = Asked(by=by, convert=convert)
    found = crm.reports.ask(name, asked)
    number = 0
    for number, cell in enumerate(cells(found, asked), 1):  # noqa: B007 - the last is their number
        assert check(crm, cell).reasons == ()
    assert number >= len(found.total_columns) - 2
    crm.deals.add("nothing known", created_at=f"{TODAY}T08:00:00Z")
    for cell in cells(crm.reports.ask(name, asked), asked):
        check(crm, cell)
