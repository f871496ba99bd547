"""How the pace comes about: the open deals, and those won and lost in the period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm_tui.domain.reports import closed, velocity, winloss_why
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import OPEN, Deals, looking, period_of
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.wishes import refuse_ref
from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """How ``cycle_days`` or ``per_day`` comes about.

    Raises:
        UsageError: a record is named.
    """
    refuse_ref(figure, ref)
    with looking(crm, asked) as deals:
        period = period_of(asked, deals.day)
        return _cycle(deals, period) if figure == "cycle_days" else _per_day(deals, period)


def _cycle(deals: Deals, period: Period) -> Explanation:
    rows = winloss_why.rows(deals, period, "deals.status = 'won'")
    days = sum(row[-1] for row in rows)
    value = days / len(rows) if rows else None
    return Explanation(
        figure="cycle_days", title="Average cycle of the won deals", value=value, unit=Unit.DAYS, period=period,
        as_of=deals.day,
        arithmetic=(
            "cycle days = the days from being made to being won of each won deal, on average",
            f"= {days:,} / {len(rows):,} = {words.length(value)}",
        ),
        reasons=tuple(
            Reason(kind="deal", id=row[0], title=row[1], on=deals.day_of(row[2]), part="won", value=row[-1])
            for row in rows
        ),
    )  # fmt: skip


def _per_day(deals: Deals, period: Period) -> Explanation:
    ended = closed.tallies(deals, period, "NULL")
    standing = deals.rows(
        "deals.id, deals.title, deals.expected_close_on, deals.amount_minor, deals.currency",
        OPEN,
        rest="ORDER BY deals.expected_close_on IS NULL, deals.expected_close_on, deals.id",
    )
    totals, notes = velocity.totals_of(ended, len(standing), deals)
    whole = closed.together(ended.values())
    return Explanation(
        figure="per_day", title="What comes in a day", value=totals.per_day, unit=Unit.MONEY, period=period,
        as_of=deals.day,
        arithmetic=(
            "per day = open deals x win rate x average won amount / average cycle days",
            f"win rate = {whole.won:,} / ({whole.won:,} + {whole.lost:,}) = {words.rate(totals.win_rate)}",
            f"average won = amount won / {whole.valued:,} = {words.exact(totals.average_won)}",
            f"cycle = {whole.won_days:,} days / {whole.won:,} = {words.length(totals.cycle_days)}",
            _product(totals),
            *notes,
        ),
        reasons=(
            *(_reason(deals, (*row[:3], "open", *row[3:])) for row in standing),
            *(_reason(deals, row) for row in winloss_why.rows(deals, period)),
        ),
    )  # fmt: skip


def _product(totals: velocity.VelocityTotals) -> str:
    rate, average = words.rate(totals.win_rate), words.exact(totals.average_won)
    days = words.length(totals.cycle_days)
    return f"= {totals.open_deals:,} x {rate} x {average} / {days} = {words.exact(totals.per_day)}"


def _reason(deals: Deals, row: tuple[Any, ...]) -> Reason:
    deal_id, title, day, status, minor, code = row[:6]
    value = None if minor is None else Money(minor, code)
    return Reason(kind="deal", id=deal_id, title=title, on=deals.day_of(day), part=status, value=value)
