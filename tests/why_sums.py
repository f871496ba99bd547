"""A small business to ask why of, and the figures of reports worked out anew from the rows behind them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.reports import service
from crm_tui.domain.reports.behind import Behind, How, explanation, told, totals
from crm_tui.domain.reports.cells import Cell, is_explained
from crm_tui.domain.reports.report import Asked, Explanation, Report
from crm_tui.money import Money, convert, divide_half_even
from tests.conftest import NOW
from tests.copies import copy_of
from tests.sales_rows import invoice, pay, product

RATES: Final = (
    ("USD", "0.9137", "2024-01-01"),
    ("USD", "0.9541", "2025-11-01"),
    ("JPY", "0.0061", "2025-10-01"),
)
_DAY: Final = st.dates(min_value=date(2025, 6, 1), max_value=NOW.date()).map(str)
_SALE: Final = st.tuples(
    _DAY,
    st.lists(st.tuples(st.integers(-500, 5000), st.sampled_from([None, 1, 2])), min_size=1, max_size=2),
    st.sampled_from([None, 1, 2, 3, 4]),
    st.sampled_from([None, None, 1, 2]),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from(["EUR", "USD", "JPY"]),
    st.sampled_from([None, None, "2026-03-02", "2026-01-15"]),
    st.lists(st.tuples(_DAY, st.integers(-99, 6000)), max_size=2),
)
_SPOKE: Final = (
    ("call", 1, "2025-12-01"), ("call", 3, "2025-11-11"), ("call", 4, "2026-02-01"), ("note", 2, "2026-02-20"),
)  # fmt: skip
BUSINESSES: Final = st.tuples(
    st.lists(_SALE, min_size=1, max_size=10),
    st.sampled_from([RATES, RATES, RATES[1:], RATES[:2], ()]),
    st.sampled_from([None, None, date(2026, 1, 31), date(2025, 12, 31)]),
    st.booleans(),
)
"""Sales, rates, the day asked about, and whether rows are converted."""


def fill(crm: Crm) -> None:
    """Four people, two firms, two products, deals of three sources, calls."""
    for name in ("Firm", "Works"):
        crm.companies.add(name=name)
    crm.contacts.add(name="Ann", source="web", last_contacted_on=date(2025, 2, 1))
    crm.contacts.add(name="Bob", referred_by_id=1, source="unknown")
    crm.contacts.add(name="Cid", company_id=1, referred_by_id=1, source="fair")
    crm.contacts.add(name="Dee", company_id=2, referred_by_id=2)
    for name, days in (("tea", 20), ("cake", None)):
        product(crm, name, reorder_days=days)
    for number, (source, code, ends, on) in enumerate(
        [
            (None, "EUR", "won", "2026-01-10"), ("web", "USD", "won", "2025-11-20"), ("ad", "JPY", "won", "2025-09-01"),
            ("fair", None, "won", "2026-01-12"), (None, "EUR", "lost", "2026-01-13"), ("ad", "USD", "", ""),
            ("unknown", "USD", "won", "2025-10-20"), (None, "JPY", "won", "2025-12-20"),
        ]
    ):  # fmt: skip
        amount: dict[str, Any] = {} if code is None else {"amount_minor": 10_005 + number, "currency": code}
        deal = crm.deals.add(
            f"deal {number}",
            contact_id=number % 4 + 1,
            source=source,
            created_at="2025-08-01T10:00:00Z",
            **amount,
        )
        if ends:
            # at their time, for a day in the past is rebuilt from when things were done
            with Crm.open(crm.path, now=datetime.fromisoformat(f"{on}T12:00:00+00:00")) as later:
                later.deals.win(deal.id) if ends == "won" else later.deals.lose(deal.id, "price")
    with Crm.open(crm.path, now=NOW) as later:
        for kind, person, day in _SPOKE:
            later.interactions.add(kind, [person], "spoke", occurred_at=f"{day}T10:00:00Z")


@contextmanager
def business(sales: list[Any], rates: tuple[tuple[str, str, str], ...]) -> Iterator[Crm]:
    """The business with these sales and rates."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        copy_of(fill, datetime(2025, 8, 1, 9, tzinfo=UTC), path)
        with Crm.open(path, now=NOW, config=Config(silent_days=40)) as crm:
            for code, rate, day in rates:
                crm.rates.set(code, rate, date.fromisoformat(day))
            for day, lines, contact, company, deal, currency, void, paid in sales:
                made = invoice(
                    crm, day, *lines, contact=contact, company=company, deal=deal, currency=currency,
                    void=void if void and void >= day else None, tax="20",
                )  # fmt: skip
                for on, minor in paid:
                    pay(crm, made, max(on, day), minor)
            yield crm


def cells(found: Report[Any, Any], asked: Asked) -> Iterator[Cell]:
    """Every figure of a report that can be explained, in each of its rows and in all totals."""
    for row, figure in ((row, each) for row in found.rows for each in found.columns):
        if is_explained(figure):
            yield Cell(found, asked, figure, row, name="a row")
    codes = [None, *(each.currency for each in found.by_currency)]
    for code, figure in ((code, each) for code in codes for each in found.total_columns):
        if is_explained(figure):
            yield Cell(found, asked, figure, code=code, name=code or "")


def check(crm: Crm, name: str, asked: Asked) -> int:
    """That every figure of a report is its reasons' own; returns how many figures there were.

    Raises:
        AssertionError: one is not.
    """
    number = 0
    found = crm.reports.ask(name, asked)
    for number, cell in enumerate(cells(found, asked), 1):  # noqa: B007 - the last is their number
        behind = service.module(f"{name}_why").behind(crm, cell)
        told_so = explanation(crm, cell, behind, cell.figure.key)
        about = (name, asked, cell.figure.key, cell.row, cell.code, told_so)
        assert told_so.value == cell.value, about
        assert told_so.arithmetic[0].split(" = ")[0], about
        if cell.value is None:
            assert len(told_so.arithmetic) > 1, about
        elif behind.how is How.STATED:
            assert _is_stated(cell, told_so), about
        else:
            assert _comes_to(crm, cell, behind), about
            if behind.how is How.SUM and not isinstance(cell.value, Money):
                assert all(each.value == 1 for each in behind.reasons), about
    return number


def _is_stated(cell: Cell, told_so: Explanation) -> bool:
    """Whether a line of the arithmetic ends with the figure; and a day is that of one of the reasons."""
    text, days = told(cell.value, cell.figure.unit), [each.on for each in told_so.reasons if each.on]
    last = {"first_on": min, "oldest_due_on": min, "last_on": max, "quiet_since": max}.get(cell.figure.key)
    if last is not None and last(days) != cell.value:
        return False
    lines = [line for line in told_so.arithmetic[1:] if line.startswith("= ")]
    return any(line.endswith(text) or line.startswith(f"= {text},") for line in lines)


def _comes_to(crm: Crm, cell: Cell, behind: Behind) -> bool:
    """Whether the values of the reasons come to the figure, exactly."""
    values = [each.value for each in behind.reasons if each.value is not None]
    value, added = cell.value, _added(crm, cell, behind)
    if behind.how is How.SUM:
        # each customer is rounded by itself in the totals of converted customers
        loose = len(behind.reasons) if cell.report.name == "customers" and cell.asked.convert else 0
        if cell.report.name == "receivables" and cell.report.by == "customer" and cell.asked.convert:
            # and each age in what a customer owes
            loose = len({each.part for each in behind.reasons})
        return abs(added - (value.minor if isinstance(value, Money) else value)) <= loose  # type: ignore[operator]
    by = behind.whole if behind.whole is not None else len(behind.reasons)
    if behind.how is How.MEAN:
        by = len(values)
    if isinstance(value, Money):
        assert isinstance(by, int)
        return divide_half_even(added, by) == value.minor
    return added / (by.minor if isinstance(by, Money) else by) == value  # type: ignore[operator]


def _added(crm: Crm, cell: Cell, behind: Behind) -> int:
    """The values added up: money of one currency as it is, else each currency and rate by itself."""
    values = [each.value for each in behind.reasons if each.value is not None]
    sums = totals(values)
    if not sums:
        return sum(each for each in values if isinstance(each, int))
    code = cell.currency or (behind.whole.currency if isinstance(behind.whole, Money) else None)
    if set(sums) <= {code}:
        return sum(sums.values())
    groups: dict[tuple[str, Any], int] = {}
    for each in behind.reasons:
        if isinstance(each.value, Money):
            day = cell.report.as_of
            own = crm.rates.rate_on(each.value.currency, each.on) if behind.by_own_days and each.on else None
            key = each.value.currency, own or ("rate of the day", crm.rates.rate_on(each.value.currency, day))
            groups[key] = groups.get(key, 0) + each.value.minor
    base = crm.config.base_currency
    return sum(
        minor if each == base else convert(minor, each, base, rate[1] if isinstance(rate, tuple) else rate)
        for (each, rate), minor in groups.items()
        if minor
    )


def asked_of(name: str, as_of: date | None, convert_all: bool) -> Iterator[Asked]:
    """What a report can be asked: rows of each kind, and of some only where it takes a filter."""
    module = service.module(name)
    asked = Asked(as_of=as_of, convert=convert_all)
    plain = [replace(asked, by=by) for by in module.BY or (None,)]
    some = [
        replace(each, condition="number:N OR total>10") for each in plain if module.CONDITION == "invoices"
    ]
    return chain(plain, some[:1])
