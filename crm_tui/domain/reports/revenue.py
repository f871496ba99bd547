"""What was sold: what was invoiced without tax, by the day of the invoice, and what was received, by the day it came.

Void invoices count as nothing; a credit, an invoice below zero, takes away. A sale is new on the day on which its
customer bought for the first time ever, and a repeat on any later one, whatever else is filtered.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import add_months
from crm_tui.domain.reports import rated, revenue_cuts, sold
from crm_tui.domain.reports.report import Bar, Plot, Report
from crm_tui.domain.reports.sales_rows import (
    TOTALS,
    CustomerSales,
    KindSales,
    MonthSales,
    ProductSales,
    QuarterSales,
    Sales,
    SalesTotals,
    YearSales,
    columns,
)
from crm_tui.domain.reports.wishes import DAY, by_of, day_of, months_of
from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.rated import Row, Sums
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "Revenue"
QUESTION: Final = "What was sold, and what came in?"
BY: Final = ("month", "quarter", "year", "product", "customer", "kind")
PERIOD: Final = True
CONDITION: Final = "invoices"
SPANS: Final = {"month": 1, "quarter": 3, "year": 12}
"""The spans of time that rows can be of, in months."""
MOST: Final = 240
"""Up to how many spans each has a row, though nothing happened; of more only those from the first sale to the last."""
BARS: Final = 12
_SPAN_ROWS: Final[dict[str, Any]] = {"month": MonthSales, "quarter": QuarterSales, "year": YearSales}
_KINDS: Final = ("new", "repeat", "unnamed")
_MONEY: Final = 3


def report(crm: Crm, asked: Asked) -> Report[Sales, SalesTotals]:
    """The sales of the last twelve months with the present one, unless another period is asked for.

    Raises:
        UsageError: no such rows, or the filter is malformed, or the day is still to come.
    """
    by, day, period = by_of(asked, "revenue", BY), day_of(crm, asked), months_of(crm, asked)
    days = [*revenue_cuts.read(crm, asked, period, revenue_cuts.DAYS)]
    total = rated.together(crm, days, convert_all=asked.convert)
    totals, by_currency, notes = totalled(crm, total, day, converted=rated.is_converted(crm, asked, days))
    rows = tuple(_rows(crm, asked, by, period, days))
    if by == "product" and total:
        notes.append("Money is received for invoices, not for products.")
    return Report(
        name="revenue", title=TITLE, question=QUESTION, period=period, as_of=day, by=by,
        columns=columns(by), rows=rows, total_columns=TOTALS, totals=totals, by_currency=by_currency,
        plots=tuple(_plots(crm, by, rows)), answer=_answer(crm, totals, total), notes=tuple(notes), is_empty=not total,
    )  # fmt: skip


def totalled(
    crm: Crm, sums: Sums, day: date, *, converted: bool = False
) -> tuple[SalesTotals, tuple[SalesTotals, ...], list[str]]:
    """Revenue, tax, received and invoices as totals, those of each currency, and notes on the rates."""
    revenue, tax, received = rated.wholes(crm, sums, _MONEY, day)
    all_of_it = SalesTotals(
        currency=revenue.money.currency if revenue.money else None,
        converted=revenue.money is not None and (revenue.converted or converted),
        revenue=revenue.money,
        tax=tax.money if revenue.money else None,
        received=received.money if revenue.money else None,
        invoices=sum(figures[_MONEY] for figures in sums.values()),
    )
    each = [SalesTotals(**_figures(code, sums[code])) for code in rated.ordered(crm, sums)]
    notes = rated.notes(crm, sums, converted=converted, unrated=revenue.unrated)
    notes += [revenue.note] if revenue.note else []
    return all_of_it, tuple(each) if len(each) > 1 else (), notes


def _rows(crm: Crm, asked: Asked, by: str, period: Period, days: Sequence[Row]) -> Iterator[Sales]:
    if by in SPANS:
        keyed = [each._replace(key=span_of(each.day, by)) for each in days]
        found = rated.folded(crm, keyed, convert_all=asked.convert)
        codes = rated.ordered(crm, {code for sums in found.values() for code in sums})
        kind = _SPAN_ROWS[by]
        for span in _spans(period, by, [str(key) for key in found]):
            # a span without sales has one row, one with some a row for each of its currencies
            sums = found.get(span) or {code: [0] * (_MONEY + 1) for code in codes[:1]}
            for code in rated.ordered(crm, sums):
                yield kind(**{by: span}, **_figures(code, sums[code]))
        return
    cut = {"product": revenue_cuts.PRODUCTS, "customer": revenue_cuts.CUSTOMERS}.get(by)
    read = revenue_cuts.read(crm, asked, period, cut or revenue_cuts.kinds(crm, asked))
    found = rated.folded(crm, read, convert_all=asked.convert)
    if by == "kind":
        for code in rated.ordered(crm, {code for sums in found.values() for code in sums}):
            for name in _KINDS:
                if code in found.get((name, 0), {}):
                    yield KindSales(kind=name, **_figures(code, found[name, 0][code]))
    elif by == "product":
        yield from _best(crm, _products(crm, found))
    else:
        yield from _best(crm, _customers(crm, found))


def _products(crm: Crm, found: Mapping[Hashable, Sums]) -> Iterator[ProductSales]:
    known = dict(crm.connection.execute("SELECT id, name FROM products"))
    for key, sums in found.items():
        product_id = key[0] if isinstance(key, tuple) else 0
        for code, figures in sums.items():
            values = _figures(code, figures) | {"received": None}
            yield ProductSales(
                product=known.get(product_id, "no product"), product_id=product_id or None, **values
            )


def _customers(crm: Crm, found: Mapping[Hashable, Sums]) -> Iterator[CustomerSales]:
    keys = [(int(key[0]), int(key[1])) for key in found if isinstance(key, tuple)]
    known = sold.names(crm, keys)
    for key in keys:
        company, person = sold.parts(key)
        for code, figures in found[key].items():
            yield CustomerSales(
                customer=known.get(key, "?"), company_id=company, contact_id=person, **_figures(code, figures)
            )


def _best(crm: Crm, rows: Iterator[Any]) -> list[Any]:
    """The largest first, each currency by itself, the base one first."""
    base = crm.config.base_currency
    return sorted(rows, key=lambda row: (row.currency != base, row.currency, -row.revenue.minor, _name(row)))


def _name(row: Sales) -> str:
    return next((str(getattr(row, name)) for name in ("product", "customer") if hasattr(row, name)), "")


def _figures(code: str, figures: Sequence[int]) -> dict[str, Any]:
    net, tax, received, count = figures
    return {
        "currency": code,
        "revenue": Money(net, code),
        "tax": Money(tax, code),
        "received": Money(received, code),
        "invoices": count,
    }


def span_of(day: str, by: str) -> str:
    """The month, quarter or year of a day: 2026-03, 2026-Q1, 2026."""
    if by == "quarter":
        return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
    return day[: 7 if by == "month" else 4]


def _spans(period: Period, by: str, found: Sequence[str]) -> list[str]:
    """The spans of a period in order, without the empty ones around when they are very many."""
    months = SPANS[by]
    first = period.start.replace(day=1)
    last = period.end - DAY
    number = (last.year - first.year) * 12 + last.month - first.month
    if number // months >= MOST:
        if not found:
            return []
        first, last = (first_of(each, by) for each in (min(found), max(found)))
        number = (last.year - first.year) * 12 + last.month - first.month
    names = [span_of(add_months(first, count).isoformat(), by) for count in range(number + 1)]
    return list(dict.fromkeys(names))


def first_of(span: str, by: str) -> date:
    """The first day of a month, quarter or year."""
    if by == "quarter":
        return date(int(span[:4]), int(span[-1]) * 3 - 2, 1)
    return date.fromisoformat(f"{span}-01" if by == "month" else f"{span}-01-01")


def _plots(crm: Crm, by: str, rows: Sequence[Sales]) -> Iterator[Plot]:
    """The revenue, for each currency by itself: all spans of time, or the best products and customers."""
    in_time = by in SPANS
    labels = dict.fromkeys(str(getattr(row, by)) for row in rows)
    for code in rated.ordered(crm, {row.currency for row in rows if row.currency}):
        known = [(str(getattr(row, by)), row.revenue) for row in rows if row.currency == code]
        if in_time:
            sold_then = dict(known)
            known = [(label, sold_then.get(label, Money(0, code))) for label in labels]
        elif by != "kind":
            known = known[:BARS]
        bars = tuple(Bar(label, money.minor, rated.told(money)) for label, money in known if money)
        yield Plot(f"Revenue by {by}, {code}", bars, in_time=in_time)


def _answer(crm: Crm, totals: SalesTotals, sums: Sums) -> tuple[str, ...]:
    if not sums:
        return ("Nothing was sold.",)
    base = {code: sums[code] for code in rated.ordered(crm, sums)}
    sales, came = (
        (rated.told(totals.revenue), rated.told(totals.received))
        if totals.revenue
        else tuple(rated.several({code: each[place] for code, each in base.items()}) for place in (0, 2))
    )
    if totals.converted:
        sales = f"about {sales}"
    number = f"{totals.invoices:,} {'invoice' if totals.invoices == 1 else 'invoices'}"
    return f"{sales} in {number} · {came} received", f"{sales} in {number}", sales
