"""Why a figure of activity is what it is: the interactions behind it are as many, in every row and total."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports import activity_why
from crm_tui.domain.reports.behind import explanation
from crm_tui.domain.reports.cells import Cell, names
from crm_tui.domain.reports.report import Asked, Explanation
from crm_tui.errors import NotFoundError
from crm_tui.models import InteractionKind
from tests.conftest import NOW

TODAY = date(2026, 3, 2)
KINDS = tuple(kind.value for kind in InteractionKind)
INSTANT = st.datetimes(datetime(2025, 11, 1), datetime(2026, 3, 2, 9))  # noqa: DTZ001 - written as an instant
LOGGED = st.lists(st.tuples(st.sampled_from(KINDS), INSTANT), max_size=15)
SPAN = st.tuples(st.dates(date(2025, 11, 1), TODAY), st.integers(1, 60)).map(
    lambda each: Period(each[0], each[0] + timedelta(days=each[1]))
)


def why(crm: Crm, figure: str, ref: str | None = None, **asked: Any) -> Explanation:
    return crm.reports.why(figure, ref, Asked(**asked))


def log(crm: Crm, *logged: tuple[str, str, str]) -> None:
    contact = crm.contacts.add(name="Anna")
    for kind, at, summary in logged:
        crm.interactions.add(kind, [contact.id], summary, occurred_at=at)


@pytest.mark.parametrize("by", ["week", "day", "month", "kind"])
@given(
    logged=LOGGED,
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]),
    period=st.one_of(st.none(), SPAN),
    as_of=st.sampled_from([None, date(2026, 2, 10)]),
)
@settings(max_examples=12, deadline=None)
def test_the_interactions_behind_a_figure_are_as_many(
    by: str, logged: list[tuple[str, datetime]], zone: str, period: Period | None, as_of: date | None
) -> None:
    if period is not None and as_of is not None and period.start > as_of:
        period = None
    config = Config(timezone=zone)
    with (
        tempfile.TemporaryDirectory() as folder,
        Crm.open(Path(folder) / "a.db", now=NOW, config=config) as crm,
    ):
        log(crm, *((kind, f"{at:%Y-%m-%dT%H:%M}:00Z", "spoke") for kind, at in logged))
        asked = Asked(by=by, period=period, as_of=as_of)
        found = crm.reports.ask("activity", asked)
        seen: Counter[int] = Counter()
        for row in (None, *found.rows):
            for figure in found.total_columns if row is None else found.columns:
                if figure.key not in activity_why.KEYS:
                    continue
                cell = Cell(found, asked, figure, row)
                behind = activity_why.behind(crm, cell)
                told = explanation(crm, cell, behind, figure.key)
                number = len(told.reasons)
                assert all(each.value == 1 for each in told.reasons)
                whole = found.totals.total if figure.key == "share" else 1
                assert told.value == (number / whole if whole else None)
                assert told.period is not None
                days = {each.on for each in told.reasons if each.on is not None}
                assert all(told.period.start <= day < told.period.end for day in days)
                if figure.key in KINDS:
                    assert {each.part for each in told.reasons} <= {figure.key}
                if figure.key == "total" and row is not None:
                    seen.update(each.id for each in told.reasons)
                elif figure.key == "total":
                    every = {each.id for each in told.reasons}
        assert seen == Counter(every)


def test_the_interactions_of_a_week(crm: Crm) -> None:
    log(
        crm,
        ("call", "2026-02-23T00:00:00Z", "asked for the price"),
        ("call", "2026-02-22T23:59:59Z", "the week before"),
        ("note", "2026-03-01T23:59:59Z", "on Sunday"),
        ("call", "2026-03-02T08:00:00Z", "today"),
    )
    calls = why(crm, "call", "2026-02-23")
    assert (calls.value, calls.title) == (1, "Calls, activity: 2026-02-23")
    assert calls.period == Period(date(2026, 2, 23), TODAY)
    assert calls.arithmetic == ("calls = the calls, counted", "= 1")
    assert [(each.kind, each.title, each.on, each.part, each.value) for each in calls.reasons] == [
        ("interaction", "asked for the price", date(2026, 2, 23), "call", 1)
    ]
    assert [each.title for each in why(crm, "activity.total", "2026-02-23").reasons] == [
        "asked for the price",
        "on Sunday",
    ]
    assert why(crm, "activity.total").value == 4
    with pytest.raises(NotFoundError):
        why(crm, "call", "2026-02-24")


def test_the_first_week_is_as_long_as_the_period_has_it(crm: Crm) -> None:
    log(crm, ("call", "2026-02-24T10:00:00Z", "before"), ("call", "2026-02-26T10:00:00Z", "within"))
    whole = Period(date(2026, 2, 25), date(2026, 2, 28))
    found = why(crm, "call", "2026-02-23", period=whole)
    assert (found.value, found.period, [each.title for each in found.reasons]) == (1, whole, ["within"])
    assert why(crm, "call", "2026-02", by="month", period=whole).value == 1
    assert why(crm, "call", "2026-02-26", by="day", period=whole).value == 1


def test_the_share_of_a_kind(crm: Crm) -> None:
    log(
        crm,
        ("call", "2026-02-24T10:00:00Z", "a"),
        ("email", "2026-02-24T11:00:00Z", "b"),
        ("email", "2026-02-24T12:00:00Z", "c"),
    )
    found = why(crm, "activity.share", "email", by="kind")
    assert found.arithmetic == ("share = those of the kind / all interactions", "= 2 / 3 = 66.7 %")
    assert [each.title for each in found.reasons] == ["b", "c"]
    assert why(crm, "activity.share", "note", by="kind").value == 0
    assert [name for name, _ in names(crm.reports.ask("activity", Asked(by="kind")))] == [*KINDS]


def test_there_is_no_share_of_nothing(crm: Crm) -> None:
    found = why(crm, "activity.share", "call", by="kind")
    assert (found.value, found.reasons) == (None, ())
    assert found.arithmetic[1] == "= not known, for there is nothing to divide by"
