"""Customers by how recently, how often and for how much they bought, each scored from 1 to 5.

A score is the fifth of all customers in which one is: 1 + 5 x below / (below + above), rounded down, at most 5, where
``below`` are the customers with less and ``above`` those with more. So customers with the same figure have the same
score, who bought last has 5, and where all are the same everybody has 3. How recently counts by the day of the last
purchase, how often by the number of purchases, how much by what they bought without tax, credits taken off; several
currencies are compared by the rates of the day of the report.

The eleven groups are those of Putler's RFM segments (putler.com/rfm-analysis): of recency, and of the mean of the two
other scores, halves rounded up. There the ranges overlap; ``GROUPS`` gives each pair to one of its groups.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, pairwise, product
from operator import add
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from crm_tui.domain.reports.buyers import Buyers, Made, buyers, worths
from crm_tui.domain.reports.currencies import whole
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY, IDS
from crm_tui.domain.reports.wishes import by_of, day_of, period_or_none
from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "RFM"
QUESTION: Final = "Who are the best customers, and who is about to leave?"
BY: Final = ("customer", "group")
PERIOD: Final = True
CONDITION: Final = "invoices"
NAMES: Final = (
    "Champions", "Loyal", "Potential loyalists", "New customers", "Promising", "Need attention", "About to sleep",
    "At risk", "Cannot lose them", "Hibernating", "Lost",
)  # fmt: skip
GROUPS: Final = {
    5: ("New customers", "Potential loyalists", "Loyal", "Champions", "Champions"),
    4: ("Promising", "Potential loyalists", "Loyal", "Champions", "Champions"),
    3: ("About to sleep", "About to sleep", "Need attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At risk", "At risk", "At risk"),
    1: ("Lost", "Lost", "At risk", "Cannot lose them", "Cannot lose them"),
}
"""By recency, the groups by the mean of the other two scores, from 1 to 5."""
_BASE: Final = 6
_DIGITS: Final = tuple(product(range(_BASE), repeat=3))
"""The scores r, f and m of a mark, which has them as its digits; a score that is not known is 0."""
_HIGHEST: Final = 15


class RfmRow(NamedTuple):
    """A customer; ``m`` and ``revenue`` are None where a currency has no rate, and ``score`` adds up what is known."""

    customer: str
    company_id: int | None
    contact_id: int | None
    group: str
    r: int
    f: int
    m: int | None
    score: int
    last_on: date
    purchases: int
    currency: str | None
    revenue: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmGroup:
    """A group: how many customers, which part of all of them, and what they bought."""

    group: str
    customers: int
    share: float
    currency: str | None
    revenue: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmTotals:
    """All customers, how many there are in each group, and what they bought."""

    customers: int
    champions: int
    loyal: int
    potential_loyalists: int
    new_customers: int
    promising: int
    need_attention: int
    about_to_sleep: int
    at_risk: int
    cannot_lose_them: int
    hibernating: int
    lost: int
    currency: str | None
    converted: bool
    revenue: Money | None


def _table(values: Iterable[int]) -> bytes:
    """What marks are translated by."""
    return bytes(values).ljust(256, b"\0")


_R, _F, _M = (_table(digits[place] for digits in _DIGITS) for place in range(3))
_TOTAL: Final = _table(sum(digits) for digits in _DIGITS)


class Scored(NamedTuple):
    """Customers with their scores, each at the same place everywhere.

    Attributes:
        found: what they bought.
        marks: a byte each, a place in ``_DIGITS``.
        worth: what they bought is worth in the currency ``code``; None where one of theirs has no rate.
        order: their places, who brought most first.
    """

    found: Buyers
    marks: bytes
    worth: Sequence[int | None]
    order: list[int]
    code: str

    @property
    def r(self) -> bytes:
        """The scores of recency."""
        return self.marks.translate(_R)

    @property
    def f(self) -> bytes:
        """The scores of frequency."""
        return self.marks.translate(_F)

    @property
    def m(self) -> bytes:
        """The scores of money."""
        return self.marks.translate(_M)

    def group(self, place: int) -> str:
        """The group of a customer."""
        return group(*_DIGITS[self.marks[place]])


_COLUMNS: Final = {
    "customer": (
        Figure("customer", "Customer"),
        *IDS,
        Figure("group", "Group"),
        Figure("r", "R", Unit.SCORE),
        Figure("f", "F", Unit.SCORE),
        Figure("m", "M", Unit.SCORE),
        Figure("score", "Score", Unit.SCORE),
        Figure("last_on", "Last", Unit.DAY),
        Figure("purchases", "Purchases", Unit.COUNT),
        CURRENCY,
        Figure("revenue", "Revenue", Unit.MONEY),
    ),
    "group": (
        Figure("group", "Group"),
        Figure("customers", "Customers", Unit.COUNT),
        Figure("share", "Share", Unit.RATE),
        CURRENCY,
        Figure("revenue", "Revenue", Unit.MONEY),
    ),
}


def key_of(name: str) -> str:
    """The key of a group's number among the totals."""
    return name.lower().replace(" ", "_")


_COUNT: Final = Figure("customers", "Customers", Unit.COUNT)
_MONEY: Final = (CURRENCY, Figure("revenue", "Revenue", Unit.MONEY), CONVERTED)
_TOTALS: Final = {
    "customer": (_COUNT, *(Figure(key_of(name), name, Unit.COUNT) for name in NAMES), *_MONEY),
    # the groups are its rows
    "group": (_COUNT, *_MONEY),
}


def report(crm: Crm, asked: Asked) -> Report[RfmRow | RfmGroup, RfmTotals]:
    """The customers by their score, the highest first, then by what they bought; or their groups.

    Everything they ever bought counts, unless a period is asked for.

    Raises:
        UsageError: no such rows, or the filter is malformed, or the day is still to come.
    """
    by, day = by_of(asked, "rfm", BY), day_of(crm, asked)
    scored = scores(crm, asked, named=by == "customer")
    groups, number = _counted(scored), len(scored.marks)
    sums = {code: sum(column) for code, column in zip(scored.found.codes, scored.found.sums, strict=True)}
    total = whole(crm, {code: minor for code, minor in sums.items() if minor}, day)
    totals = RfmTotals(
        customers=number, **{key_of(name): groups[name] for name in NAMES},
        currency=total.money.currency if total.money else None, converted=total.converted, revenue=total.money,
    )  # fmt: skip
    unknown = sum(each is None for each in scored.worth)
    return Report(
        name="rfm", title=TITLE, question=QUESTION, period=period_or_none(crm, asked), as_of=day, by=by,
        columns=_COLUMNS[by], rows=_customers(scored) if by == "customer" else _groups(scored, groups),
        total_columns=_TOTALS[by], totals=totals, plots=_plots(groups),
        answer=_answer(number, groups), notes=tuple(_notes(total.note, unknown)),
        is_empty=not number,
    )  # fmt: skip


def scores(crm: Crm, asked: Asked, *, named: bool = False) -> Scored:
    """Every customer's scores; what they are called only where asked.

    Raises:
        UsageError: the filter is malformed, or the day is still to come.
    """
    found = buyers(crm, asked, period_or_none(crm, asked), named=named)
    used = [at for at, column in enumerate(found.sums) if any(column)]
    code = crm.config.base_currency
    worth: Sequence[int | None]
    if len(used) == 1:
        code, worth = found.codes[used[0]], found.sums[used[0]]
    else:
        worth = worths(crm, found, day_of(crm, asked))
    order = [at for at, each in enumerate(worth) if each is not None]
    order.sort(key=cast("Sequence[int]", worth).__getitem__, reverse=True)
    r, f = _marks(found.last, _BASE**2), _marks(found.purchases, _BASE)
    marks = bytes(map(add, map(add, r, f), _money_marks(worth, order)))
    return Scored(found, marks, worth, order + [at for at, each in enumerate(worth) if each is None], code)


def _marks(values: Sequence[Any], times: int) -> Iterable[int]:
    """The score of each of many values of which few differ, so many times."""
    counts = Counter(values)
    bounds = cuts([value for value in sorted(counts) for _ in range(counts[value])])
    marks = {value: times * (1 + bisect_right(bounds, value)) for value in counts}
    return map(marks.__getitem__, values)


def _money_marks(worth: Sequence[int | None], order: Sequence[int]) -> bytearray:
    """The scores of money, which nearly all differ: ranges of the places in their order, the highest first."""
    found, number = bytearray(len(worth)), len(order)
    # few of them are looked at
    ranked = Made(order[::-1], cast("Sequence[int]", worth).__getitem__)
    edges = [0, *(bisect_left(ranked, cut) for cut in _cuts(ranked)), number]
    for score, (low, high) in enumerate(pairwise(edges), 1):
        for at in order[number - high : number - low]:
            found[at] = score
    return found


def cuts(values: Iterable[Any]) -> list[Any]:
    """The values from which on the scores 2, 3, 4 and 5 are given; as many as are."""
    return _cuts(sorted(values))


def _cuts(ranked: Sequence[Any]) -> list[Any]:
    number = len(ranked)

    def score(place: int) -> int:
        value = ranked[place]
        below = bisect_left(ranked, value)
        others = number - bisect_right(ranked, value) + below
        return min(5, 1 + 5 * below // others) if others else 3

    places = [bisect_left(range(number), wanted, key=score) for wanted in (2, 3, 4, 5)]
    return [ranked[place] for place in places if place < number]


def group(r: int, f: int, m: int) -> str:
    """The group of three scores; without one for money the frequency counts alone."""
    return GROUPS[r][((f + m + 1) // 2 if m else f) - 1]


def _customers(scored: Scored) -> Sequence[RfmRow]:
    totals = scored.marks.translate(_TOTAL)
    by_total: list[list[int]] = [[] for _ in range(_HIGHEST + 1)]
    for place in scored.order:
        by_total[totals[place]].append(place)
    places = [*chain.from_iterable(reversed(by_total))]
    return Made(places, lambda place: _row(scored, place))


def _row(scored: Scored, place: int) -> RfmRow:
    found, worth = scored.found, scored.worth[place]
    r, f, m = _DIGITS[scored.marks[place]]
    return RfmRow(
        found.names[place], *found.parts(place), group(r, f, m), r, f, m or None, r + f + m,
        date.fromisoformat(found.last[place]), found.purchases[place],
        None if worth is None else scored.code, None if worth is None else Money(worth, scored.code),
    )  # fmt: skip


def _counted(scored: Scored) -> Counter[str]:
    """How many customers there are in each group."""
    found = Counter[str]()
    for mark, number in Counter(scored.marks).items():
        found[group(*_DIGITS[mark])] += number
    return found


def _groups(scored: Scored, groups: Counter[str]) -> tuple[RfmGroup, ...]:
    by_mark, sums = Counter[int](), Counter[str]()
    for mark, worth in zip(scored.marks, scored.worth, strict=True):
        by_mark[mark] += worth or 0
    for mark, worth in by_mark.items():
        sums[group(*_DIGITS[mark])] += worth
    number = len(scored.marks)
    return tuple(
        RfmGroup(
            group=name, customers=groups[name], share=groups[name] / number,
            currency=scored.code, revenue=Money(sums[name], scored.code),
        )
        for name in NAMES
        if number
    )  # fmt: skip


def _plots(groups: Counter[str]) -> tuple[Plot, ...]:
    bars = tuple(Bar(name, groups[name], f"{groups[name]:,}") for name in NAMES)
    return (Plot("Customers by group", bars),) if groups else ()


def _answer(number: int, groups: Counter[str]) -> tuple[str, ...]:
    if not number:
        return ("Nobody has bought anything.",)
    who = f"{number:,} {'customer' if number == 1 else 'customers'}"
    parts = [f"{groups[name]:,} {name.lower()}" for name in NAMES if groups[name]]
    return tuple(dict.fromkeys((f"{who}: {', '.join(parts)}", f"{who}: {', '.join(parts[:2])}", who)))


def _notes(note: str, unknown: int) -> Iterable[str]:
    if note:
        yield note
    if unknown:
        have = "has" if unknown == 1 else "have"
        yield f"{unknown:,} {have} bought in a currency without a rate and {have} no score for money."
