"""The rows and totals of the report on revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crm_tui.domain.reports.report import Figure, Unit
from crm_tui.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """What was sold in one currency: without tax, its tax, how many invoices, and what was received."""

    currency: str | None
    revenue: Money | None
    tax: Money | None
    invoices: int
    received: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSales(Sales):
    """The sales of a month, ``2026-03``."""

    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterSales(Sales):
    """The sales of a quarter, ``2026-Q1``."""

    quarter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSales(Sales):
    """The sales of a year."""

    year: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSales(Sales):
    """The lines of a product, or of none; ``invoices`` have such a line, ``received`` is never known."""

    product: str
    product_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSales(Sales):
    """The sales to a customer."""

    customer: str
    company_id: int | None
    contact_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSales(Sales):
    """The sales that were ``new`` or ``repeat`` ones, and those to nobody named, ``unnamed``."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesTotals(Sales):
    """All sales; ``converted`` where several currencies are added up."""

    converted: bool = False


CURRENCY: Final = Figure("currency", "Currency", for_machines=True)
CONVERTED: Final = Figure("converted", "Converted", for_machines=True)
IDS: Final = (
    Figure("company_id", "Company id", for_machines=True),
    Figure("contact_id", "Contact id", for_machines=True),
)
MONEY: Final = (
    CURRENCY,
    Figure("revenue", "Revenue", Unit.MONEY),
    Figure("tax", "Tax", Unit.MONEY),
    Figure("invoices", "Invoices", Unit.COUNT),
    Figure("received", "Received", Unit.MONEY),
)
TOTALS: Final = (*MONEY, CONVERTED)
HEADS: Final = {
    "month": (Figure("month", "Month", Unit.MONTH),),
    "quarter": (Figure("quarter", "Quarter"),),
    "year": (Figure("year", "Year"),),
    "product": (Figure("product", "Product"), Figure("product_id", "Product id", for_machines=True)),
    "customer": (Figure("customer", "Customer"), *IDS),
    "kind": (Figure("kind", "Kind"),),
}
"""The figures that say what a row is of."""


def columns(by: str) -> tuple[Figure, ...]:
    """The figures of rows by month, product, ...; nothing is received for a product."""
    return (*HEADS[by], *(each for each in MONEY if by != "product" or each.key != "received"))
