"""How win rate, amount won and average come about: the deals closed in the period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports import closed, winloss
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import CYCLE, Deals, looking, period_of
from crm_tui.domain.reports.pipeline_why import in_one
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.wishes import refuse_ref
from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked, Value

_TITLES: Final = {"win_rate": "Win rate", "won_amount": "Amount won", "average_won": "Average amount won"}
_COLUMNS: Final = (
    "deals.id, deals.title, deals.closed_on, deals.status, deals.amount_minor, deals.currency, deals.lost_reason,"
    f" {CYCLE}"
)


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """How ``win_rate``, ``won_amount`` or ``average_won`` comes about.

    Raises:
        UsageError: a record is named.
    """
    refuse_ref(figure, ref)
    with looking(crm, asked) as deals:
        period = period_of(asked, deals.day)
        return _explained(deals, figure, period)


def rows(deals: Deals, period: Period, condition: str = "1") -> list[tuple[Any, ...]]:
    """The deals closed in a period: id, title, day, status, amount, currency, reason, days."""
    days = (period.start.isoformat(), period.end.isoformat())
    return deals.rows(
        _COLUMNS, f"{closed.CLOSED} AND {condition}", days, "ORDER BY deals.closed_on, deals.id"
    )


def _explained(deals: Deals, figure: str, period: Period) -> Explanation:
    found = closed.tallies(deals, period, "NULL")
    totals, ones = winloss.totals_of(found, deals)
    whole = closed.together(found.values())
    won, lost = totals.won, totals.lost
    sums = winloss.sums_of(found)
    arithmetic: tuple[str, ...]
    value: Value
    if figure == "win_rate":
        value, unit, condition = totals.win_rate, Unit.RATE, "1"
        arithmetic = (
            "win rate = won / (won + lost)",
            f"= {won:,} / ({won:,} + {lost:,}) = {words.rate(totals.win_rate)}",
        )
    elif figure == "won_amount":
        value, unit, condition = totals.won_amount, Unit.MONEY, "deals.status = 'won'"
        arithmetic = ("won amount = the amounts of the won deals, added up", *in_one(sums, ones))
    else:
        value, unit, condition = totals.average_won, Unit.MONEY, "deals.status = 'won'"
        arithmetic = (
            "average won = amount won / won deals that have an amount",
            *(in_one(sums, ones) if len(sums.by_code) > 1 else ()),
            f"= {words.exact(totals.won_amount)} / {whole.valued:,} = {words.exact(totals.average_won)}",
        )
    return Explanation(
        figure=figure, title=_TITLES[figure], value=value, unit=unit, period=period, as_of=deals.day,
        arithmetic=(*arithmetic, *_missing(whole, figure)),
        reasons=tuple(_reason(deals, figure, row) for row in rows(deals, period, condition)),
    )  # fmt: skip


def _reason(deals: Deals, figure: str, row: tuple[Any, ...]) -> Reason:
    deal_id, title, day, status, minor, code, _, _ = row
    amount = None if minor is None else Money(minor, code)
    value: Value = int(status == "won") if figure == "win_rate" else amount
    part = status if figure == "win_rate" or minor is not None else "no amount"
    return Reason(kind="deal", id=deal_id, title=title, on=deals.day_of(day), part=part, value=value)


def _missing(whole: closed.Tally, figure: str) -> list[str]:
    return [] if figure == "win_rate" else words.without_amount(whole.won - whole.valued)
