"""The invoices behind what customers bought, and the customers behind their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.behind import Behind
from crm_tui.domain.reports.sale_reasons import (
    Sale,
    both,
    bought_by,
    credited,
    of_customer,
    of_customers,
    one,
    reasons,
    sales,
    shared,
    stated_day,
)
from crm_tui.domain.reports.wishes import period_or_none

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.money import Money

KEYS: Final = ("revenue", "share", "purchases", "average", "first_on", "last_on", "customers")
"""The figures that are explained here."""
_FORMULAS: Final = {
    "revenue": "revenue = sum of the net amounts of the customer's invoices that are not void, credits taken off",
    "share": "share = revenue of the customer / revenue of all in this currency",
    "purchases": "purchases = the invoices that are not void with a net amount above 0, counted",
    "average": "average = revenue / purchases",
    "first_on": "first = the earliest day of a purchase, in whichever currency",
    "last_on": "last = the latest day of a purchase, in whichever currency",
    "customers": "customers = the companies and people with a purchase, counted",
}
_OF_ALL: Final = (
    "revenue = sum of the net amounts of the invoices of all customers that are not void, credits taken off"
)
_EACH: Final = "Each customer is converted and rounded by itself; the sums can differ from that by as much."


def behind(crm: Crm, cell: Cell) -> Behind:
    """The invoices of one customer or of all, or the customers."""
    return _of_one(crm, cell) if cell.row is not None else _of_all(crm, cell)


def _of_one(crm: Crm, cell: Cell) -> Behind:
    key, row, formula = cell.figure.key, cell.row, _FORMULAS[cell.figure.key]
    counted = sold.sold(crm, cell.asked).within(period_or_none(crm, cell.asked))
    found = sales(crm, both(counted, of_customer(row.company_id, row.contact_id)))
    if key in ("first_on", "last_on"):
        return stated_day(cell, formula, reasons(crm, [*filter(_is_purchase, found)]))
    found = _Rows(crm, cell).of(found).get(row.currency, [])
    if key == "purchases":
        return Behind(formula=formula, reasons=reasons(crm, [*filter(_is_purchase, found)], value=one))
    rows = reasons(crm, found, part=credited)
    if key == "revenue":
        return Behind(formula=formula, reasons=rows)
    whole = _of_code(cell, row.currency) if key == "share" else row.purchases
    return shared(crm, cell, formula, rows, row.revenue, whole)


def _of_all(crm: Crm, cell: Cell) -> Behind:
    key, totals, asked = cell.figure.key, cell.report.totals, cell.asked
    counted = sold.sold(crm, asked).within(period_or_none(crm, asked))
    if key == "customers" and cell.code is None:
        return Behind(formula=_FORMULAS[key], reasons=of_customers(crm, bought_by(crm, counted)))
    found = sorted(_of_buyers(crm, cell, sales(crm, counted)), key=lambda each: (each.day, each.id))
    if key == "customers":
        wanted = {each.customer for each in found}
        known = [each for each in bought_by(crm, counted) if each.customer in wanted]
        return Behind(formula=_FORMULAS[key], reasons=of_customers(crm, known))
    if key == "purchases":
        return Behind(formula=_FORMULAS[key], reasons=reasons(crm, [*filter(_is_purchase, found)], value=one))
    rows = reasons(crm, found, part=credited)
    if key == "average":
        totals = next((each for each in cell.report.by_currency if each.currency == cell.code), totals)
        return shared(crm, cell, _FORMULAS[key], rows, totals.revenue, totals.purchases)
    foreign = any(each.code != crm.config.base_currency for each in found)
    return Behind(formula=_OF_ALL, reasons=rows, notes=(_EACH,) if asked.convert and foreign else ())


def _of_buyers(crm: Crm, cell: Cell, found: Sequence[Sale]) -> Iterator[Sale]:
    """Of invoices those of customers with a purchase; in the totals of a currency, what its rows are made of."""
    named = sorted((each for each in found if each.customer != sold.UNNAMED), key=lambda each: each.customer)
    rows = _Rows(crm, cell)
    for _, group in groupby(named, key=lambda each: each.customer):
        own = [*group]
        if any(map(_is_purchase, own)):
            for code, each in rows.of(own).items():
                if cell.code in (None, code):
                    yield from each


class _Rows:
    """The invoices of customers by the currencies of their rows."""

    def __init__(self, crm: Crm, cell: Cell) -> None:
        self._base = crm.config.base_currency
        self._rates = rated.Rates(crm)
        self._convert = cell.asked.convert
        self._day = cell.report.as_of.isoformat()

    def of(self, found: Sequence[Sale]) -> dict[str, list[Sale]]:
        """Those of one customer."""
        own: dict[str, list[Sale]] = {}
        for each in found:
            own.setdefault(each.code, []).append(each)
        # what came to nothing without a purchase has no row
        used = {code: each for code, each in own.items() if _total(each) or any(map(_is_purchase, each))}
        known = (self._rates.on(code, self._day) is not None for code, each in used.items() if _total(each))
        if self._convert and all(known):
            return {self._base: [sale for each in used.values() for sale in each]}
        return used


def _is_purchase(sale: Sale) -> bool:
    return sale.minor > 0


def _total(found: Sequence[Sale]) -> int:
    return sum(each.minor for each in found)


def _of_code(cell: Cell, code: str) -> Money | None:
    """The revenue of all in a currency."""
    found = next((each for each in cell.report.by_currency if each.currency == code), cell.report.totals)
    revenue: Money | None = found.revenue
    return revenue
