"""The customers behind the repeat rate and the churn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from crm_tui.domain.reports import sold
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.retention import buying, counted
from crm_tui.domain.reports.wishes import day_of, refuse, refuse_ref

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """Every customer with a value of 1 or 0: whether it bought again, or stopped.

    Raises:
        UsageError: a record was named, or what is asked cannot be.
    """
    refuse_ref(figure, ref)
    refuse(asked, "retention", by=True, condition=True)
    totals = counted(crm, asked)
    churn = figure == "churn"
    query, params = buying(crm, asked)
    rows = crm.connection.execute(f"{query} ORDER BY f.last_on DESC, f.company, f.person", params).fetchall()
    names = sold.names(crm, [(company, person) for company, person, *_ in rows])
    part, rate = (totals.churned, totals.churn) if churn else (totals.repeat_customers, totals.repeat_rate)
    words = (
        "customers whose time to buy again has passed" if churn else "customers with two purchases or more"
    )
    return Explanation(
        figure=figure,
        title="Churn" if churn else "Repeat rate",
        value=rate,
        unit=Unit.RATE,
        period=None,
        as_of=day_of(crm, asked),
        arithmetic=(
            f"{figure} = {words} / customers",
            f"{part:,} / {totals.customers:,}",
            "= not known" if rate is None else f"= {rate:.4f}",
        ),
        reasons=tuple(
            Reason(
                kind="company" if company else "contact",
                id=company or person,
                title=names.get((company, person), "?"),
                on=date.fromisoformat(last_on),
                part=_part(churn, number, last_on, int(days)),
                value=int(bool(is_churned) if churn else number > 1),
            )
            for company, person, _, last_on, number, days, is_churned in rows
        ),
    )


def _part(churn: bool, number: int, last_on: str, days: int) -> str:
    if not churn:
        return f"{number:,} {'purchase' if number == 1 else 'purchases'}"
    try:
        return f"until {date.fromisoformat(last_on) + timedelta(days=days)}"
    except OverflowError:
        return "for ever"
