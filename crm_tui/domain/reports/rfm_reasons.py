"""How the scores of one customer come about, and the invoices they are of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.buyers import LAST, PURCHASES
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.rfm import Scored, scores
from crm_tui.domain.reports.wishes import day_of, need_ref, period_or_none
from crm_tui.errors import UsageError
from crm_tui.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

_INVOICES: Final = """SELECT invoices.id, invoices.number, invoices.issued_on, invoices.currency, invoices.net_minor
    FROM invoices WHERE {whose} = ? AND {sold} ORDER BY invoices.issued_on, invoices.id"""


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
    wanted = sold.parts((company, person))
    place = next((each for each in range(len(scored.facts)) if scored.found.parts(each) == wanted), None)
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
    fact, worth = scored.facts[place], scored.worth[place]
    r, f, m = scored.r[place], scored.f[place], scored.m[place]
    lines = [
        "score = r + f + m, each 1 + 5 x below / (below + above), rounded down and at most 5",
        f"r: last bought on {fact[LAST]}{_fifth([each[LAST] for each in scored.facts], fact[LAST], r)}",
        f"f: {_times(fact[PURCHASES])}{_fifth([each[PURCHASES] for each in scored.facts], fact[PURCHASES], f)}",
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
    counted = sold.sold(crm, asked).within(period_or_none(crm, asked))
    whose = "invoices.company_id" if company else "invoices.company_id IS NULL AND invoices.contact_id"
    query = _INVOICES.format(whose=whose, sold=counted.sql)
    return [
        Reason(
            kind="invoice", id=row_id, title=number, on=sold.iso(day),
            part="purchase" if net > 0 else "credit", value=Money(net, code),
        )
        for row_id, number, day, code, net in crm.connection.execute(query, (company or person, *counted.params))
    ]  # fmt: skip
