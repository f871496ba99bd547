"""A report of yesterday says what it said yesterday, and a filter that everything fits changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.service import NAMES, module
from tests import why_deals, why_sums
from tests.conftest import NOW

Answers = dict[tuple[str, str | None, bool], tuple[Any, ...]]
CONFIG: Final = Config(silent_days=40)
TODAY: Final = NOW.date()


def answers(crm: Crm, asked: Asked, names: Sequence[str] = NAMES) -> Answers:
    """What each report says in each of its ways, without what only the forecast of a past day has."""
    found: Answers = {}
    for name in names:
        for by in module(name).BY or (None,):
            for convert in (False, True):
                report = crm.reports.ask(name, replace(asked, by=by, convert=convert))
                lines = [*report.rows, report.totals, *report.by_currency]
                if name == "forecast":
                    lines = [replace(each, won_count=None, won_amount=None) for each in lines]
                notes = report.notes[1:] if asked.condition else report.notes
                found[name, by, convert] = (lines, report.period, notes, report.plots)
    return found


def differing(one: Answers, other: Answers) -> list[Any]:
    return [(key, each, other[key]) for key, each in one.items() if each != other[key]]


def check(crm: Crm, as_of: date | None) -> None:
    """Raises: AssertionError: a report says something else."""
    filtered = [name for name in NAMES if module(name).CONDITION]
    plain = answers(crm, Asked(as_of=as_of), filtered)
    assert not differing(plain, answers(crm, Asked(as_of=as_of, condition="id>0"), filtered))
    with Crm.open(crm.path, now=NOW, config=CONFIG) as today:
        said = answers(today, Asked())
    with Crm.open(crm.path, now=NOW + timedelta(days=1), config=CONFIG) as tomorrow:
        assert not differing(said, answers(tomorrow, Asked(as_of=TODAY)))


@given(business=why_sums.BUSINESSES)
@settings(max_examples=12, deadline=None)
def test_of_sales(business: tuple[list[Any], tuple[tuple[str, str, str], ...], date | None, bool]) -> None:
    sales, rates, as_of, _ = business
    with why_sums.business(sales, rates) as crm:
        check(crm, as_of)


@given(
    deals=why_deals.DEALS,
    rates=st.sampled_from(why_deals.RATES),
    as_of=st.sampled_from([None, date(2026, 2, 1)]),
)
@settings(max_examples=8, deadline=None)
def test_of_deals(
    deals: list[why_deals.Drawn], rates: Sequence[tuple[str, str, date]], as_of: date | None
) -> None:
    with why_deals.business(deals, rates) as crm:
        check(crm, as_of)
