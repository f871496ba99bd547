"""The customers behind the cohorts, the repeat rate and the churn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.dates import Period, add_months
from crm_tui.domain.reports import sold
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.retention import MONTHS, buying
from crm_tui.domain.reports.sale_reasons import BOUGHT, Known, both, of_customers
from crm_tui.domain.reports.wishes import months_of, months_within

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell

_MONTH: Final = "month_"
KEYS: Final[tuple[str, ...]] = (
    "customers", *(f"{_MONTH}{number}" for number in range(1, MONTHS + 1)),
    "repeat_customers", "repeat_rate", "churned", "churn",
)  # fmt: skip
"""The figures that are explained here."""
_AGAIN: Final = "customers with two purchases or more"
_GONE: Final = "customers whose time to buy again has passed"
_FORMULAS: Final = {
    "customers": "customers = the companies and people with a purchase, counted",
    "repeat_customers": f"repeat_customers = the {_AGAIN}, counted",
    "repeat_rate": f"repeat_rate = {_AGAIN} / customers",
    "churned": f"churned = the {_GONE}, counted",
    "churn": f"churn = {_GONE} / customers",
}
_TITLES: Final = {"repeat_rate": "Repeat rate", "churn": "Churn"}
_BOUGHT_IN: Final = "SELECT DISTINCT {customer} FROM invoices WHERE {counted}"


class _Buyer(NamedTuple):
    """A customer as ``retention.buying`` has it."""

    company: int
    person: int
    first_on: str
    last_on: str
    number: int
    days: int
    is_churned: int

    @property
    def customer(self) -> sold.Customer:
        """Which one."""
        return self.company, self.person

    @property
    def times(self) -> str:
        """How often it bought."""
        return f"{self.number:,} {'purchase' if self.number == 1 else 'purchases'}"

    @property
    def until(self) -> str:
        """The last day on which it is expected to have bought again."""
        try:
            return f"until {date.fromisoformat(self.last_on) + timedelta(days=self.days)}"
        except OverflowError:
            return "for ever"


def behind(crm: Crm, cell: Cell) -> Behind:
    """The customers of a cohort, or all: whether they bought so many months after, or again, or stopped."""
    query, params = buying(crm, cell.asked)
    rows = crm.connection.execute(f"{query} ORDER BY f.last_on DESC, f.company, f.person", params)
    found = [_Buyer(*row) for row in rows]
    return _total(crm, cell, found) if cell.row is None else _cohort(crm, cell, found)


def _cohort(crm: Crm, cell: Cell, found: list[_Buyer]) -> Behind:
    """The customers who first bought in a month, and whether they did in the one that a figure is of."""
    key, cohort = cell.figure.key, cell.row.cohort
    asked, month = months_of(crm, cell.asked), date.fromisoformat(f"{cohort}-01")
    days = months_within(asked, month)
    first, end = days.start.isoformat(), days.end.isoformat()
    found = [each for each in found if first <= each.first_on < end]
    if key == "customers":
        formula = f"customers = the companies and people whose first purchase was in {cohort}, counted"
        return _reasons(crm, found, formula, lambda each: each.times, period=days)
    number = int(key.removeprefix(_MONTH))
    title = f"Bought again {number} {'month' if number == 1 else 'months'} after"
    later = add_months(month, number)
    name = later.isoformat()[:7]
    formula = f"{key} = customers of {cohort} with a purchase in {name} / customers of {cohort}"
    if found and cell.value is None:
        return Behind(
            formula=formula,
            reasons=(),
            how=How.STATED,
            steps=(f"= not known, for {name} has not begun",),
            period=days,
            title=title,
        )
    counted = both(sold.standing(crm, cell.asked).within(Period(later, add_months(later, 1))), BOUGHT)
    query = _BOUGHT_IN.format(customer=sold.CUSTOMER, counted=counted.sql)
    bought = set(crm.connection.execute(query, counted.params))
    return _reasons(
        crm, found, formula, lambda each: f"bought in {name}" if each.customer in bought else None,
        value=lambda each: each.customer in bought, period=days, title=title,
    )  # fmt: skip


def _total(crm: Crm, cell: Cell, found: list[_Buyer]) -> Behind:
    """All customers, or those who bought again, or who stopped; for a rate, all and whether they did."""
    key = cell.figure.key
    churn = key in ("churn", "churned")
    if key in ("repeat_customers", "churned"):
        found = [each for each in found if (each.is_churned if churn else each.number > 1)]
    part: Callable[[_Buyer], str]
    value: Callable[[_Buyer], bool] | None = None
    if key in _TITLES:
        value = (lambda each: bool(each.is_churned)) if churn else (lambda each: each.number > 1)
    part = (lambda each: each.until) if churn else (lambda each: each.times)
    return _reasons(crm, found, _FORMULAS[key], part, value=value, title=_TITLES.get(key, ""))


def _reasons(
    crm: Crm, found: list[_Buyer], formula: str, part: Callable[[_Buyer], str | None], *,
    value: Callable[[_Buyer], bool] | None = None, period: Period | None = None, title: str = "",
) -> Behind:  # fmt: skip
    """Customers, each counted; or for a share with 1 or 0, whether it is one of those."""
    rows = of_customers(
        crm,
        (
            Known(
                each.customer,
                date.fromisoformat(each.last_on if period is None else each.first_on),
                part(each),
                1 if value is None else int(value(each)),
            )
            for each in found
        ),
    )
    how = How.SUM if value is None else How.SHARE
    return Behind(formula=formula, reasons=rows, how=how, period=period, of_a_day=period is None, title=title)
