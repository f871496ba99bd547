"""How the scores of customers come about, the invoices they are of, and who is in which group."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.rfm import NAMES, Scored, key_of, scores
from crm_tui.domain.reports.sale_reasons import (
    BOUGHT,
    Known,
    both,
    credited,
    of_buyers,
    of_customer,
    of_customers,
    one,
    reasons,
    sales,
    stated_day,
    unrated,
    used_codes,
)
from crm_tui.domain.reports.wishes import day_of, need_ref, period_or_none
from crm_tui.errors import UsageError
from crm_tui.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Asked

_GROUPS: Final = {key_of(name): name for name in NAMES}
_SCORES: Final = ("r", "f", "m", "score")
KEYS: Final[tuple[str, ...]] = (
    *_SCORES, "last_on", "purchases", "revenue", "customers", "share", *_GROUPS,
)  # fmt: skip
"""The figures that are explained here."""
_FIFTH: Final = "1 + 5 x below / (below + above), rounded down and at most 5"
_FORMULAS: Final = {
    "r": f"r = {_FIFTH}, of the customers who bought last before and after",
    "f": f"f = {_FIFTH}, of the customers with fewer and more purchases",
    "m": f"m = {_FIFTH}, of the customers who brought less and more",
    "score": f"score = r + f + m, each {_FIFTH}",
    "last_on": "last = the latest day of a purchase",
    "purchases": "purchases = the invoices that are not void with a net amount above 0, counted",
    "revenue": "revenue = sum of the net amounts of the customer's invoices that are not void, credits taken off",
    "customers": "customers = the companies and people with a purchase, counted",
    "share": "share = customers of the group / customers",
}
_OF_GROUP: Final = "revenue = what the customers of the group brought, each in one currency, added up"
_OF_ALL: Final = (
    "revenue = sum of the net amounts of the invoices of all customers that are not void, credits taken off"
)
_INVOICES: Final = """SELECT invoices.id, invoices.number, invoices.issued_on, invoices.currency, invoices.net_minor
    FROM invoices WHERE {whose} = ? AND {sold} ORDER BY invoices.issued_on, invoices.id"""


def behind(crm: Crm, cell: Cell) -> Behind:
    """The invoices of one customer, or the customers of a group; of all revenue, all invoices."""
    key, row = cell.figure.key, cell.row
    if row is not None and cell.report.by == "customer":
        return _score(crm, cell) if key in _SCORES else _of_one(crm, cell)
    if row is None and key == "revenue":
        found = used_codes(of_buyers(sales(crm, _counted(crm, cell.asked))))
        rows = reasons(crm, found, part=credited)
        return Behind(formula=_OF_ALL, reasons=rows, notes=unrated(cell, rows))
    name = row.group if row is not None else _GROUPS.get(key)
    rows = _customers(crm, cell.asked, name, worth=key == "revenue")
    if key == "revenue":
        left = sum(each.value is None for each in rows)
        note = f"{left:,} of them bought in a currency without a rate, which is left out."
        return Behind(formula=_OF_GROUP, reasons=rows, notes=(note,) if left else ())
    if key == "share":
        return Behind(formula=_FORMULAS[key], reasons=rows, how=How.SHARE, whole=cell.report.totals.customers)
    formula = _FORMULAS["customers"] if name is None else f"{name} = the customers of this group, counted"
    return Behind(formula=formula, reasons=rows)


def _of_one(crm: Crm, cell: Cell) -> Behind:
    key, row = cell.figure.key, cell.row
    counted = both(_counted(crm, cell.asked), of_customer(row.company_id, row.contact_id))
    if key == "revenue":
        rows = reasons(crm, used_codes(sales(crm, counted)), part=credited)
        return Behind(formula=_FORMULAS[key], reasons=rows, notes=unrated(cell, rows))
    found = sales(crm, both(counted, BOUGHT))
    if key == "purchases":
        return Behind(formula=_FORMULAS[key], reasons=reasons(crm, found, value=one))
    return stated_day(cell, _FORMULAS[key], reasons(crm, found))


def _score(crm: Crm, cell: Cell) -> Behind:
    key, row = cell.figure.key, cell.row
    scored = scores(crm, cell.asked)
    place = _place(scored, row.company_id, row.contact_id)
    if place is None:
        step = "= not known, for it was changed meanwhile"
        return Behind(formula=_FORMULAS[key], reasons=(), how=How.STATED, steps=(step,))
    lines = _arithmetic(scored, place)
    if key == "score":
        steps = lines[1:]
    else:
        step = lines[1 + _SCORES.index(key)].removeprefix(f"{key}: ")
        steps = [f"= {step}"] if cell.value is None else [step, f"= {cell.value}"]
    found = _reasons(crm, cell.asked, row.company_id or 0, row.contact_id or 0)
    return Behind(formula=_FORMULAS[key], reasons=tuple(found), how=How.STATED, steps=tuple(steps))


def _customers(crm: Crm, asked: Asked, name: str | None, *, worth: bool) -> tuple[Reason, ...]:
    """The customers of a group, or all, with their scores; of value 1 each, or what they brought."""
    scored = scores(crm, asked)
    r, f, m, last = scored.r, scored.f, scored.m, scored.found.last
    known = []
    for place in scored.order:
        if name is None or scored.group(place) == name:
            company, person = scored.found.parts(place)
            brought = scored.worth[place]
            value = (None if brought is None else Money(brought, scored.code)) if worth else 1
            part = f"{r[place]}{f[place]}{m[place] or '-'}"
            known.append(Known((company or 0, person or 0), sold.iso(last[place]), part, value))
    return of_customers(crm, known)


def _place(scored: Scored, company: int | None, person: int | None) -> int | None:
    """Where a customer is among all of them."""
    found = scored.found
    return next((each for each in range(len(found.ids)) if found.parts(each) == (company, person)), None)


def _counted(crm: Crm, asked: Asked) -> sold.Sold:
    return sold.sold(crm, asked).within(period_or_none(crm, asked))


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """A customer's score: the sum of three, each with the customers below and above.

    Raises:
        UsageError: no customer was named, or it never bought anything.
        NotFoundError: there is no such person or company.
        AmbiguousError: there is more than one.
    """
    company, person = sold.customer(crm, need_ref(figure, ref, "customer"))
    name = sold.names(crm, [(company, person)])[company, person]
    scored, day, period = scores(crm, asked), day_of(crm, asked), period_or_none(crm, asked)
    place = _place(scored, *sold.parts((company, person)))
    if place is None:
        raise UsageError(
            f"{name} has bought nothing that counts here.",
            "Only customers have scores; what a company is billed is the company's.",
        )
    r, f, m = scored.r[place], scored.f[place], scored.m[place]
    return Explanation(
        figure=figure,
        title=f"RFM of {name}: {r}{f}{m or '-'}, {scored.group(place)}",
        value=r + f + m,
        unit=Unit.SCORE,
        period=period,
        as_of=day,
        arithmetic=tuple(_arithmetic(scored, place)),
        reasons=tuple(_reasons(crm, asked, company, person)),
    )


def _arithmetic(scored: Scored, place: int) -> list[str]:
    last, purchases, worth = scored.found.last, scored.found.purchases, scored.worth[place]
    r, f, m = scored.r[place], scored.f[place], scored.m[place]
    lines = [
        _FORMULAS["score"],
        f"r: last bought on {last[place]}{_fifth(last, last[place], r)}",
        f"f: {_times(purchases[place])}{_fifth(purchases, purchases[place], f)}",
    ]
    if worth is None:
        lines.append("m: not known, for a currency has no rate")
    else:
        known = [each for each in scored.worth if each is not None]
        lines.append(f"m: {rated.told(Money(worth, scored.code))}{_fifth(known, worth, m)}")
    return [*lines, f"= {r} + {f} + {m} = {r + f + m}" if m else f"= {r} + {f} = {r + f}"]


def _times(number: int) -> str:
    return f"{number:,} {'purchase' if number == 1 else 'purchases'}"


def _fifth(values: Sequence[Any], value: Any, score: int) -> str:
    ranked = sorted(values)
    below, above = bisect_left(ranked, value), len(ranked) - bisect_right(ranked, value)
    if not below + above:
        return f"; all are the same: {score}"
    return f"; {below:,} below, {above:,} above: 1 + 5 x {below} / {below + above} -> {score}"


def _reasons(crm: Crm, asked: Asked, company: int, person: int) -> list[Reason]:
    counted = _counted(crm, asked)
    whose = "invoices.company_id" if company else "invoices.company_id IS NULL AND invoices.contact_id"
    query = _INVOICES.format(whose=whose, sold=counted.sql)
    return [
        Reason(
            kind="invoice", id=row_id, title=number, on=sold.iso(day),
            part="purchase" if net > 0 else "credit", value=Money(net, code),
        )
        for row_id, number, day, code, net in crm.connection.execute(query, (company or person, *counted.params))
    ]  # fmt: skip
