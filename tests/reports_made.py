"""Reports made by hand, of every unit: so the faces are tested apart from any real report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st

from crm_tui.dates import Period
from crm_tui.domain.crm import Crm
from crm_tui.domain.reports import service
from crm_tui.domain.reports.behind import Behind
from crm_tui.domain.reports.cells import Cell
from crm_tui.domain.reports.report import Asked, Bar, Figure, Plot, Reason, Report, Unit
from crm_tui.money import MAX_MINOR, Money


@dataclass(frozen=True, slots=True)
class MadeRow:
    """A figure of every unit."""

    id: int
    name: str
    month: str
    on: date | None
    count: int
    currency: str | None
    amount: Money | None
    rate: float | None
    days: float | None
    score: int


@dataclass(frozen=True, slots=True)
class MadeTotals:
    """Some of them added up, and one that is no column."""

    count: int
    currency: str | None
    converted: bool
    amount: Money | None
    average: Money | None


COLUMNS = (
    Figure("id", "Id", Unit.COUNT, for_machines=True),
    Figure("name", "Name"),
    Figure("month", "Month", Unit.MONTH),
    Figure("on", "On", Unit.DAY),
    Figure("count", "Deals", Unit.COUNT),
    Figure("currency", "Currency", for_machines=True),
    Figure("amount", "Amount", Unit.MONEY),
    Figure("rate", "Rate", Unit.RATE),
    Figure("days", "Days", Unit.DAYS),
    Figure("score", "Score", Unit.SCORE),
)
TOTALS = (
    Figure("count", "Deals", Unit.COUNT),
    Figure("currency", "Currency", for_machines=True),
    Figure("converted", "Converted", for_machines=True),
    Figure("amount", "Amount", Unit.MONEY),
    Figure("average", "Average", Unit.MONEY),
)
PERIOD = Period(date(2025, 3, 1), date(2026, 3, 1))
ROWS = (
    MadeRow(1, "Anna", "2026-01", date(2026, 1, 31), 1200, "EUR", Money(123456, "EUR"), 0.25, 12.0, 5),
    MadeRow(2, "Bob", "2026-02", None, 0, "EUR", None, None, None, 1),
)


def made(rows: Sequence[MadeRow] = ROWS, **changes: Any) -> Report[MadeRow, MadeTotals]:
    """A report of two rows, or of others."""
    known: dict[str, Any] = {
        "name": "made", "title": "Made up", "question": "What if?", "period": PERIOD, "as_of": date(2026, 3, 2),
        "columns": COLUMNS, "total_columns": TOTALS,
        "totals": MadeTotals(1200, "EUR", False, Money(123456, "EUR"), Money(103, "EUR")),
        "plots": (Plot("EUR by name", (Bar("Anna", 123456, "1,235 EUR"), Bar("Bob", 0, "0 EUR"))),),
        "answer": ("1,200 deals · 1,235 EUR", "1,200 deals"), "notes": ("1 row has no amount.",),
        "is_empty": not rows,
    }  # fmt: skip
    return Report(rows=tuple(rows), **(known | changes))


def several() -> Report[MadeRow, MadeTotals]:
    """One with two currencies, added up by a rate."""
    euro, yen = (
        MadeTotals(3, "EUR", False, Money(500, "EUR"), None),
        MadeTotals(1, "JPY", False, Money(700, "JPY"), None),
    )
    rows = (
        MadeRow(1, "Anna", "2026-01", None, 3, "EUR", Money(500, "EUR"), 1.0, 1.0, 5),
        MadeRow(1, "Anna", "2026-01", None, 1, "JPY", Money(700, "JPY"), 0.0, 2.5, 5),
    )
    whole = MadeTotals(4, "EUR", True, Money(900, "EUR"), Money(225, "EUR"))
    return made(rows, totals=whole, by_currency=(euro, yen), plots=())


_names = st.text(min_size=1, max_size=30)
_money = st.none() | st.builds(
    Money, st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(("EUR", "JPY", "KWD", "AZN"))
)
_rows = st.builds(
    MadeRow,
    id=st.integers(1, 2**53),
    name=_names,
    month=st.from_regex(r"20[0-9]{2}-(0[1-9]|1[0-2])", fullmatch=True),
    on=st.none() | st.dates(),
    count=st.integers(0, 10**9),
    currency=st.none(),
    amount=_money,
    rate=st.none() | st.floats(0, 1),
    days=st.none() | st.floats(0, 1e6),
    score=st.integers(1, 5),
)


@st.composite
def reports(draw: st.DrawFn) -> Report[MadeRow, MadeTotals]:
    """Any report of that shape, with a plot of its rows."""
    found = draw(st.lists(_rows, max_size=5))
    rows = tuple(
        MadeRow(**{**_fields(row), "currency": row.amount.currency if row.amount else None}) for row in found
    )
    amount = draw(_money)
    code = amount.currency if amount else None
    totals = MadeTotals(draw(st.integers(0, 10**9)), code, draw(st.booleans()), amount, draw(_money))
    bars = tuple(
        Bar(row.name, float(row.count), f"{row.count:,}", draw(st.none() | st.just(1.0))) for row in rows
    )
    plots = (Plot(draw(_names), bars, draw(st.booleans())),)
    notes, by = (draw(_names),), draw(st.none() | st.just("name"))
    return made(rows, totals=totals, plots=plots, notes=notes, by=by, is_empty=False)


def _fields(row: MadeRow) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in COLUMNS}


def install(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Make it a report that can be asked for by name; returns what it was asked about."""
    asked: list[Asked] = []

    def report(crm: Crm, question: Asked) -> Report[MadeRow, MadeTotals]:
        asked.append(question)
        return made(period=question.period, as_of=question.as_of or crm.clock.today, by=question.by)

    def behind(crm: Crm, cell: Cell) -> Behind:
        reasons = (
            Reason(
                kind="deal",
                id=7,
                title="Website",
                on=date(2026, 1, 31),
                part="open",
                value=Money(123456, "EUR"),
            ),
            Reason(kind="deal", id=8, title="No amount", part="no amount"),
        )
        return Behind(formula="amount = a + b", reasons=reasons)

    module = ModuleType("crm_tui.domain.reports.made")
    vars(module).update(
        TITLE="Made up", QUESTION="What if?", BY=("name", "month"), PERIOD=True, CONDITION=None,
        report=report,
    )  # fmt: skip
    why = ModuleType(f"{module.__name__}_why")
    vars(why).update(KEYS=("amount", "count"), behind=behind)
    for each in (module, why):
        monkeypatch.setitem(sys.modules, each.__name__, each)
    monkeypatch.setattr(service, "NAMES", (*service.NAMES, "made"))
    monkeypatch.setattr(service, "FIGURES", {**service.FIGURES, "made_amount": ("made", "amount")})
    return asked
