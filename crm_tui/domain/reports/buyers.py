"""What every customer has bought: one pass for companies, one for people, in the order of their ids.

As it stands now it is kept beside the invoices; of a period, a day gone by or a filter it is read from their indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from json import loads
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

_Query = tuple[str, "tuple[SqlValue, ...]"]
R = TypeVar("R")
T = TypeVar("T")
_SUMS: Final = """SELECT invoices.{column}, {first},
    max(CASE WHEN invoices.net_minor > 0 THEN invoices.issued_on END), sum(invoices.net_minor > 0) AS purchases, {sums},
    {name} FROM invoices INDEXED BY {index} WHERE {whose} AND {sold} GROUP BY invoices.{column} HAVING purchases > 0"""
_KEPT: Final = """SELECT s.{column}, min({first}), max(s.last_on), sum(s.purchases) AS bought, {sums}, {name}
    FROM customer_sums s {join} WHERE s.{other} = 0 AND s.{column} > 0
    GROUP BY s.company_id, s.contact_id HAVING bought > 0"""
_KEPT_ONE: Final = """SELECT s.{column}, {first}, s.last_on, s.purchases, s.net_minor, {name}
    FROM customer_sums s {join} WHERE s.{other} = 0 AND s.{column} > 0 AND s.purchases > 0"""
_NAME: Final = "(SELECT r.name FROM {table} r WHERE r.id = invoices.{column})"
_NUMBERS: Final = """SELECT {pair}, invoices.currency, sum(invoices.net_minor > 0)
    FROM invoices INDEXED BY {index} WHERE {whose} AND {sold} GROUP BY invoices.{column}, invoices.currency"""
_NUMBERS_KEPT: Final = """SELECT s.company_id, s.contact_id, s.currency, s.purchases FROM customer_sums s
    WHERE s.net_minor = 0 OR EXISTS (SELECT 1 FROM customer_sums o
    WHERE o.company_id = s.company_id AND o.contact_id = s.contact_id AND o.currency <> s.currency)"""
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


class Buyers(NamedTuple):
    """The customers with at least one purchase: companies, then people, each by id, at the same place in every list.

    Attributes:
        codes: the currencies of their sums.
        companies: how many of them are companies.
        ids: of the companies and people.
        first: the days of their first purchases, where they were asked for.
        last: the days of their last purchases.
        purchases: how many there were.
        sums: for each currency what they bought, in minor units, without tax and less any credits.
        names: what they are called, where it was asked for.
    """

    codes: tuple[str, ...]
    companies: int
    ids: list[int]
    first: list[str]
    last: list[str]
    purchases: list[int]
    sums: list[list[int]]
    names: list[str]

    def parts(self, place: int) -> tuple[int | None, int | None]:
        """The company and the contact of a customer."""
        found = self.ids[place]
        return (found, None) if place < self.companies else (None, found)


def buyers(
    crm: Crm, asked: Asked, period: Period | None = None, *, first: bool = False, named: bool = False
) -> Buyers:
    """The customers with a purchase in a period, as it was known on the day asked for.

    SQLite hands each column over as one text: a quarter of a million rows, each by itself, take twice as long.

    Args:
        crm: the root object.
        asked: the day and the filter.
        period: the days of the purchases; all when None.
        first: whether their first days are wanted.
        named: whether their names are.

    Raises:
        UsageError: the filter is malformed, or the day is still to come.
    """
    codes = tuple(currencies(crm))
    sums = [f"sum_{place}" for place, _ in enumerate(codes or ("",))]
    names = ("id", "first_on", "last_on", "purchases", *sums, "name")
    wanted = [each for each in names if (first or each != "first_on") and (named or each != "name")]
    parts = ", ".join(f"json_group_array({each})" for each in wanted)
    found: dict[str, list[Any]] = {each: [] for each in names}
    companies = None
    for query, params in _queries(crm, asked, codes, period, first=first, named=named):
        whole = f"WITH bought ({', '.join(names)}) AS ({query}) SELECT {parts} FROM bought"  # noqa: S608 - fixed names
        for each, text in zip(wanted, crm.connection.execute(whole, params).fetchone(), strict=True):
            found[each] += loads(text)
        companies = len(found["id"]) if companies is None else companies
    return Buyers(
        codes, companies or 0, found["id"], found["first_on"], found["last_on"], found["purchases"],
        [found[each] for each in sums[: len(codes)]], found["name"],
    )  # fmt: skip


def _queries(
    crm: Crm, asked: Asked, codes: tuple[str, ...], period: Period | None, *, first: bool, named: bool
) -> list[_Query]:
    """What reads the facts of companies, and those of people; ``first`` days and names are NULL where not wanted.

    Raises:
        UsageError: as for ``buyers``.
    """
    if period is None and not asked.condition and not is_past(crm, asked):
        return _kept(codes, "s.first_on" if first else "NULL", named=named)
    counted = sold(crm, asked).within(period)
    sums = ", ".join(["sum(CASE WHEN invoices.currency = ? THEN invoices.net_minor ELSE 0 END)"] * len(codes))
    told_apart: tuple[SqlValue, ...] = codes
    if len(codes) == 1:
        sums, told_apart = "sum(invoices.net_minor)", ()
    halves: list[_Query] = []
    for column, index, whose, table in _HALVES:
        query = _SUMS.format(
            column=column, index=index, whose=whose, sums=sums or "0", sold=counted.sql,
            first=_FIRST if first else "NULL", name=_NAME.format(column=column, table=table) if named else "NULL",
        )  # fmt: skip
        halves.append((query, (*told_apart, *counted.params)))
    return halves


def numbers(
    crm: Crm, asked: Asked, period: Period | None = None
) -> dict[tuple[int | None, int | None], dict[str, int]]:
    """The number of purchases in each currency, by company and contact as ``Buyers.parts`` names a customer.

    Those with a sum in one currency alone may be left out: all of their purchases are in that.
    """
    found: dict[tuple[int | None, int | None], dict[str, int]] = {}
    if period is None and not asked.condition and not is_past(crm, asked):
        rows = crm.connection.execute(_NUMBERS_KEPT).fetchall()
    else:
        counted, rows = sold(crm, asked).within(period), []
        for column, index, whose, _ in _HALVES:
            pair = "invoices.company_id, NULL" if column == "company_id" else "NULL, invoices.contact_id"
            query = _NUMBERS.format(pair=pair, column=column, index=index, whose=whose, sold=counted.sql)
            rows += crm.connection.execute(query, counted.params).fetchall()
    for company_id, contact_id, code, number in rows:
        found.setdefault((company_id or None, contact_id or None), {})[code] = number
    return found


def _kept(codes: tuple[str, ...], first: str, *, named: bool) -> list[_Query]:
    sums = ", ".join(["sum(CASE WHEN s.currency = ? THEN s.net_minor ELSE 0 END)"] * len(codes))
    halves: list[_Query] = []
    for column, _, _, table in _HALVES:
        other = "contact_id" if column == "company_id" else "company_id"
        # in one currency there is nothing to add up, which is half of the time
        query = _KEPT_ONE if len(codes) == 1 else _KEPT
        join = f"LEFT JOIN {table} r ON r.id = s.{column}" if named else ""
        name = "r.name" if named else "NULL"
        filled = query.format(column=column, other=other, sums=sums or "0", first=first, name=name, join=join)
        halves.append((filled, codes if len(codes) > 1 else ()))
    return halves


def worths(crm: Crm, found: Buyers, day: date) -> list[int | None]:
    """What each customer's sums are worth in the base currency by the rates of a day, each rounded half to even.

    None where one of them that is not 0 has no rate. Without the bounds of single amounts, for it is to compare by.
    """
    base = crm.config.base_currency
    worth: list[int | None] = [0] * len(found.ids)
    for code, column in zip(found.codes, found.sums, strict=True):
        rate = crm.rates.rate_on(code, day)
        top, bottom = (0, 0) if rate is None else ratio(rate, code, base)
        plain = top == bottom != 0
        for place, minor in enumerate(column):
            if minor and (known := worth[place]) is not None:
                if plain:
                    worth[place] = known + minor
                else:
                    worth[place] = known + divide_half_even(minor * top, bottom) if bottom else None
    return worth


def best_first(worth: Sequence[int | None], *facts: Sequence[str]) -> list[int]:
    """The places of customers: who brought most first, where that is not known last; the same in the order of facts.

    As many sorts as there are keys: one by all of them at once takes five times as long.
    """
    order = list(range(len(worth)))
    for column in reversed(facts):
        order.sort(key=column.__getitem__)
    known = [float("-inf") if each is None else each for each in worth]
    order.sort(key=known.__getitem__, reverse=True)
    return order


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
