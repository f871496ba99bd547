"""What every customer has bought: one pass for companies, one for people, in the order of their ids.

As it stands now it is kept beside the invoices; of a period, a day gone by or a filter it is read from their indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, overload

from crm_tui.domain.reports.sold import currencies, sold
from crm_tui.domain.reports.wishes import is_past
from crm_tui.money import divide_half_even, ratio

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked
    from crm_tui.store.transaction import SqlValue

R = TypeVar("R")
T = TypeVar("T")
_SUMS: Final = """SELECT invoices.{column}, {first},
    max(CASE WHEN invoices.net_minor > 0 THEN invoices.issued_on END), sum(invoices.net_minor > 0) AS purchases, {sums},
    (SELECT r.name FROM {table} r WHERE r.id = invoices.{column})
    FROM invoices INDEXED BY {index} WHERE {whose} AND {sold} GROUP BY invoices.{column} HAVING purchases > 0"""
_KEPT: Final = """SELECT s.{column}, min({first}), max(s.last_on), sum(s.purchases) AS bought, {sums}, r.name
    FROM customer_sums s LEFT JOIN {table} r ON r.id = s.{column} WHERE s.{other} = 0
    GROUP BY s.company_id, s.contact_id HAVING bought > 0"""
_KEPT_ONE: Final = """SELECT s.{column}, {first}, s.last_on, s.purchases, s.net_minor, r.name
    FROM customer_sums s LEFT JOIN {table} r ON r.id = s.{column} WHERE s.{other} = 0 AND s.purchases > 0
    ORDER BY s.company_id, s.contact_id"""
_FIRST: Final = "min(CASE WHEN invoices.net_minor > 0 THEN invoices.issued_on END)"
_HALVES: Final = (
    ("company_id", "invoices_by_company", "invoices.company_id IS NOT NULL", "companies"),
    (
        "contact_id",
        "invoices_of_people",
        "invoices.company_id IS NULL AND invoices.contact_id IS NOT NULL",
        "contacts",
    ),
)


Fact = tuple[Any, ...]
"""A customer as it is read: id, first and last purchase, their number, the sums in minor units, and the name."""
ID: Final = 0
FIRST: Final = 1
LAST: Final = 2
PURCHASES: Final = 3
SUMS: Final = slice(4, -1)
NAME: Final = -1


class Buyers(NamedTuple):
    """The customers with at least one purchase.

    Attributes:
        codes: the currencies of their sums, which are without tax and less any credits.
        companies: those that are companies, by id.
        people: those who are people, by id.
    """

    codes: tuple[str, ...]
    companies: list[Fact]
    people: list[Fact]

    @property
    def all(self) -> list[Fact]:
        """Companies, then people."""
        return self.companies + self.people

    def parts(self, place: int) -> tuple[int | None, int | None]:
        """The company and the contact of a customer by its place among all."""
        if place < len(self.companies):
            return self.companies[place][ID], None
        return None, self.people[place - len(self.companies)][ID]


def buyers(crm: Crm, asked: Asked, period: Period | None = None, *, first: bool = True) -> Buyers:
    """The customers with a purchase in a period, as it was known on the day asked for; ``first`` day only where asked.

    Raises:
        UsageError: the filter is malformed, or the day is still to come.
    """
    codes = tuple(currencies(crm))
    if period is None and not asked.condition and not is_past(crm, asked):
        return _kept(crm, codes, "s.first_on" if first else "NULL")
    counted = sold(crm, asked).within(period)
    sums = ", ".join(["sum(CASE WHEN invoices.currency = ? THEN invoices.net_minor ELSE 0 END)"] * len(codes))
    told_apart: tuple[SqlValue, ...] = codes
    if len(codes) == 1:
        sums, told_apart = "sum(invoices.net_minor)", ()
    halves = []
    for column, index, whose, table in _HALVES:
        query = _SUMS.format(
            column=column, index=index, whose=whose, table=table, sums=sums or "0", sold=counted.sql,
            first=_FIRST if first else "NULL",
        )  # fmt: skip
        halves.append(crm.connection.execute(query, (*told_apart, *counted.params)).fetchall())
    return Buyers(codes, *halves)


def _kept(crm: Crm, codes: tuple[str, ...], first: str) -> Buyers:
    sums = ", ".join(["sum(CASE WHEN s.currency = ? THEN s.net_minor ELSE 0 END)"] * len(codes))
    halves = []
    for column, _, _, table in _HALVES:
        other = "contact_id" if column == "company_id" else "company_id"
        # in one currency there is nothing to add up, which is half of the time
        query = _KEPT_ONE if len(codes) == 1 else _KEPT
        filled = query.format(column=column, table=table, other=other, sums=sums or "0", first=first)
        told_apart = codes if len(codes) > 1 else ()
        halves.append(crm.connection.execute(filled, told_apart).fetchall())
    return Buyers(codes, *halves)


def worths(crm: Crm, codes: Sequence[str], facts: Sequence[Fact], day: date) -> list[int | None]:
    """What each customer's sums are worth in the base currency by the rates of a day, each rounded half to even.

    None where one of them that is not 0 has no rate. Without the bounds of single amounts, for it is to compare by.
    """
    base = crm.config.base_currency
    found: list[int | None] = [0] * len(facts)
    for column, code in enumerate(codes, SUMS.start):
        rate = crm.rates.rate_on(code, day)
        top, bottom = (0, 0) if rate is None else ratio(rate, code, base)
        plain = top == bottom != 0
        for place, fact in enumerate(facts):
            minor = fact[column]
            if minor and (known := found[place]) is not None:
                if plain:
                    found[place] = known + minor
                else:
                    found[place] = known + divide_half_even(minor * top, bottom) if bottom else None
    return found


class Made(Sequence[R]):
    """Rows that are made of something smaller when they are looked at; they need no open file for it."""

    def __init__(self, items: Sequence[T], make: Callable[[T], R]) -> None:
        self._items = items
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> R: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[R, ...]: ...

    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, slice):
            return tuple(map(self._make, self._items[place]))
        return self._make(self._items[place])

    def __iter__(self) -> Iterator[R]:
        return map(self._make, self._items)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(one == two for one, two in zip(self, other, strict=True))
        )

    def __hash__(self) -> int:
        return hash(tuple(self))
