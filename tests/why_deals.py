"""A small business of deals to ask why of, and the figures of its reports worked out anew from the rows behind them."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.domain.reports import service
from crm_tui.domain.reports.behind import Behind, How, explanation
from crm_tui.domain.reports.cells import Cell, is_explained
from crm_tui.domain.reports.report import Asked, Explanation, Reason, Report, Unit
from crm_tui.money import Money, convert, divide_half_even, ratio
from tests.conftest import NOW
from tests.copies import copy_of

TODAY: Final = date(2026, 3, 2)
VIEWS: Final = tuple(
    (name, by)
    for name in ("pipeline", "forecast", "funnel", "winloss", "velocity")
    for by in service.module(name).BY or (None,)
)
"""Each report on deals with each kind of its rows."""
RATES: Final = (
    (),
    (("USD", "0.9137", date(2025, 1, 1)), ("JPY", "0.00613", date(2025, 1, 1))),
    # some days have no rate
    (
        ("USD", "0.9137", date(2026, 1, 15)),
        ("USD", "0.8811", date(2026, 2, 15)),
        ("JPY", "0.00613", date(2025, 1, 1)),
    ),
)


class Drawn(NamedTuple):
    """A deal: what it is worth, where it stands, how old it is, how long it took, and what is done with it today."""

    minor: int | None
    currency: str
    place: tuple[str, str]
    percent: int
    age: int
    length: int
    source: str | None
    closes: int | None
    then: str


DEALS: Final = st.lists(
    st.builds(
        Drawn,
        st.one_of(st.none(), st.integers(0, 10**8)),
        st.sampled_from(["EUR", "USD", "JPY"]),
        st.tuples(
            st.sampled_from(["Sales", "Partners"]),
            st.sampled_from(["Lead", "Lead", "Proposal", "Won", "Won", "Lost"]),
        ),
        st.integers(0, 100),
        st.one_of(st.integers(0, 120), st.integers(340, 400)),
        st.integers(0, 90),
        st.sampled_from([None, "web", "fair"]),
        st.one_of(st.none(), st.integers(-60, 500)),
        st.sampled_from(["", "", "Lead", "Negotiation", "Won", "again"]),
    ),
    max_size=14,
)
ASKED: Final = st.builds(
    lambda as_of, convert, condition: Asked(as_of=as_of, convert=convert, condition=condition),
    st.sampled_from([None, TODAY - timedelta(days=30)]),
    st.booleans(),
    st.sampled_from([None, None, "source:web,fair"]),
)


def fill(crm: Crm) -> None:
    """Two pipelines, and enough closed deals of the first one for an own win rate of its first stage."""
    crm.deals.add("first", created_at="2025-10-01T08:00:00Z")
    crm.pipelines.add("Partners")
    with crm.transaction("history"):
        for number in range(21):
            stage = "Won" if number % 3 == 0 else "Lost"
            reason: dict[str, Any] = {"lost_reason": "price"} if stage == "Lost" else {}
            crm.deals.add(
                f"old {number}", stage=stage, created_at="2025-09-01T08:00:00Z",
                closed_on=date(2025, 10, 1) + timedelta(days=number), **reason,
            )  # fmt: skip


@contextmanager
def business(deals: Sequence[Drawn], rates: Sequence[tuple[str, str, date]] = ()) -> Iterator[Crm]:
    """The business with these deals and rates."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        copy_of(fill, NOW, path)
        with Crm.open(path, now=NOW) as crm:
            for code, rate, day in rates:
                crm.rates.set(code, rate, day)
            with crm.transaction("deals"):
                for number, each in enumerate(deals):
                    _add(crm, number, each)
            yield crm


def _add(crm: Crm, number: int, drawn: Drawn) -> None:
    made = TODAY - timedelta(days=drawn.age)
    pipeline, stage = drawn.place
    values: dict[str, Any] = {"created_at": f"{made}T08:00:00Z", "pipeline": pipeline, "stage": stage}
    if drawn.closes is not None:
        values["expected_close_on"] = TODAY + timedelta(days=drawn.closes)
    if stage in ("Won", "Lost"):
        values["closed_on"] = min(TODAY, made + timedelta(days=drawn.length))
    else:
        values["probability"] = drawn.percent
    if stage == "Lost":
        values["lost_reason"] = ("price", "timing")[number % 2]
    deal = crm.deals.add(
        f"deal {number}",
        amount_minor=drawn.minor,
        currency=drawn.currency,
        source=drawn.source,
        **values,
    )
    if drawn.then == "again" and stage in ("Won", "Lost"):
        crm.deals.reopen(deal.id)
    elif drawn.then in ("Lead", "Negotiation", "Won"):
        crm.deals.move(deal.id, drawn.then)


def enter(crm: Crm, deals: Sequence[tuple[int | None, str, str, int, int, int]]) -> None:
    """Deals by amount, currency, stage, probability, and days: since when there are, and how long until closed."""
    with crm.transaction("enter"):
        for amount, currency, stage, percent, age, length in deals:
            made = TODAY - timedelta(days=age)
            values: dict[str, Any] = {"created_at": f"{made}T08:00:00Z", "stage": stage}
            if stage in ("Won", "Lost"):
                values["closed_on"] = min(TODAY, made + timedelta(days=length))
            else:
                values["probability"] = percent
            if stage == "Lost":
                values["lost_reason"] = "price"
            crm.deals.add("deal", amount_minor=amount, currency=currency, **values)


def why(crm: Crm, figure: str, ref: str | None = None, **asked: Any) -> Explanation:
    """How a figure comes about, of what is asked."""
    return crm.reports.why(figure, ref, Asked(**asked))


def cells(found: Report[Any, Any], asked: Asked) -> Iterator[Cell]:
    """Every figure of a report that is explained: of each row, of the totals, and of those of each currency."""
    known = service.explained(found.name)
    for row in found.rows:
        for figure in found.columns:
            if is_explained(figure) and figure.key in known:
                yield Cell(found, asked, figure, row, name="a row")
    for code in (None, *(each.currency for each in found.by_currency)):
        for figure in found.total_columns:
            if is_explained(figure):
                yield Cell(found, asked, figure, code=code)


def check(crm: Crm, cell: Cell) -> Behind:
    """That the rows behind a figure come to it.

    Raises:
        AssertionError: they do not.
    """
    behind: Behind = service.module(f"{cell.report.name}_why").behind(crm, cell)
    told = explanation(crm, cell, behind, cell.figure.key)
    about = (cell.report.name, cell.report.by, cell.asked, cell.figure.key, cell.row, cell.code, told)
    assert (told.value, told.arithmetic[0]) == (cell.value, behind.formula), about
    assert len(told.arithmetic) > 1, about
    assert len({(each.id, each.on, each.part, each.value) for each in told.reasons}) == len(told.reasons), (
        about
    )
    if behind.how is How.MEDIAN:
        lengths = [each.value for each in behind.reasons]
        assert cell.value == (median(lengths) if lengths else None), about  # type: ignore[type-var]
    elif cell.figure.key == "per_day":
        _check_pace(crm, cell, behind)
    elif cell.figure.unit is Unit.MONEY:
        assert _is_near(cell.value, *_money(crm, cell, behind)), (about, _money(crm, cell, behind))
    else:
        numbers = [each.value for each in behind.reasons]
        assert cell.value == _number(numbers, behind), about
    return behind


def _number(numbers: Sequence[Any], behind: Behind) -> float | None:
    if behind.how is How.SUM:
        assert all(each == 1 for each in numbers)
        return len(numbers)
    by: Any = len(numbers) if behind.whole is None else behind.whole
    return sum(numbers) / by if by else None


def _money(crm: Crm, cell: Cell, behind: Behind) -> tuple[Money | None, int]:
    """What money comes to, and by how much the report may be off, in minor units."""
    mean = cell.figure.key == "average_won"
    amount, loose = added(crm, cell, behind.reasons, by_own_days=behind.by_own_days)
    number = sum(each.value is not None for each in behind.reasons)
    if not mean or amount is None:
        return amount, loose
    return (Money(divide_half_even(amount.minor, number), amount.currency), loose) if number else (None, 0)


def added(crm: Crm, cell: Cell, reasons: Sequence[Reason], *, by_own_days: bool) -> tuple[Money | None, int]:
    """The money of reasons added up as the report does; loosely where only it knows what is rounded together."""
    state = cell.report.as_of
    if cell.row is not None and cell.row.currency is None:
        return None, 0
    wanted = cell.code if cell.row is None else cell.row.currency
    groups: dict[tuple[Any, ...], int] = defaultdict(int)
    for each in reasons:
        if isinstance(each.value, Money):
            size = each.value.minor if cell.report.by == "size" else None
            on = each.on if by_own_days and each.on else state
            groups[each.value.currency, on, size] += each.value.minor
    codes = {code for code, *_ in groups}
    if cell.row is None and cell.code is None and cell.report.name == "forecast":
        # what came of it is told in the currency of what was open
        codes |= {each.currency for each in cell.report.by_currency}
        codes |= {cell.currency} if not cell.report.by_currency else set()
    if wanted is None and len(codes) <= 1 and not cell.asked.convert:
        wanted = next(iter(codes), "EUR")
    if codes <= {wanted}:
        return Money(sum(groups.values()), wanted or "EUR"), 0
    if cell.row is None and cell.asked.convert:
        return _loosely(crm, cell, groups, codes)
    minor = 0
    if any(crm.rates.rate_on(code, state) is None for code in codes) and not by_own_days:
        return None, 0
    for (code, on, _), sum_ in groups.items():
        rate = crm.rates.rate_on(code, on)
        if rate is None:
            return None, 0
        minor += sum_ if code == "EUR" else convert(sum_, code, "EUR", rate)
    return Money(minor, "EUR"), 0


def _loosely(
    crm: Crm, cell: Cell, groups: dict[tuple[Any, ...], int], codes: set[str]
) -> tuple[Money | None, int]:
    """Totals of converted rows, unrounded: each is off by half a minor unit at most."""
    whole, state = Fraction(0), cell.report.as_of
    of_none = codes - {code for code, *_ in groups}
    left = {code if crm.rates.rate_on(code, state) is None else "EUR" for code in of_none}
    for (code, on, _), minor in groups.items():
        rate = crm.rates.rate_on(code, on)
        left |= {code} if rate is None else {"EUR"}
        rate = rate or crm.rates.rate_on(code, state)
        if rate is not None:
            top, bottom = ratio(rate, code, "EUR")
            whole += Fraction(minor * top, bottom)
    if any(crm.rates.rate_on(code, state) is None for code in left):
        # told in its own currency where it is the only one
        alone = Money(sum(groups.values()), left.pop()) if len(left) == 1 else None
        return alone, 0
    if len(left) == 1 and left != {"EUR"}:
        return Money(sum(groups.values()), left.pop()), 0
    return Money(round(whole), "EUR"), 60


def _is_near(value: Any, expected: Money | None, loose: int) -> bool:
    if value is None or expected is None:
        return value is expected
    return bool(value.currency == expected.currency and abs(value.minor - expected.minor) <= loose)


def _check_pace(crm: Crm, cell: Cell, behind: Behind) -> None:
    """That what comes in a day follows from the open, won and lost deals behind it."""
    by_part: dict[str | None, list[Reason]] = defaultdict(list)
    for each in behind.reasons:
        by_part[each.part].append(each)
    won, closed = by_part["won"], len(by_part["won"]) + len(by_part["lost"])
    amount, loose = added(crm, cell, won, by_own_days=behind.by_own_days)
    source = cell.row or next(
        (each for each in cell.report.by_currency if each.currency == cell.code), cell.report.totals
    )
    assert source.open_deals == len(by_part["open"])
    days = round((source.cycle_days or 0) * len(won))
    valued = sum(each.value is not None for each in won)
    if amount is None or not valued or not days:
        assert cell.value is None
    else:
        top = len(by_part["open"]) * len(won) * len(won)
        minor = divide_half_even(top * amount.minor, closed * valued * days)
        assert _is_near(cell.value, Money(minor, amount.currency), loose * top)
    assert cell.value is None or f" = {money_text(cell.value)}" in "\n".join(behind.steps)


def money_text(value: Any) -> str:
    """Money as arithmetic has it."""
    from crm_tui.domain.reports.behind import told

    return told(value, Unit.MONEY)
