"""What is behind the figures of won and lost: the deals closed in the period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.domain.reports import closed, endings
from crm_tui.domain.reports.asking import looking
from crm_tui.domain.reports.deal_money import Rates
from crm_tui.domain.reports.wishes import months_within

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.behind import Behind
    from crm_tui.domain.reports.cells import Cell

KEYS: Final = (
    "won", "lost", "win_rate", "share", "won_amount", "average_won", "lost_amount", "cycle_days_won",
    "cycle_days_lost",
)  # fmt: skip
"""The figures that are explained here."""


def behind(crm: Crm, cell: Cell) -> Behind:
    """The deals of a row, of a currency, or all, that were closed in the period."""
    with looking(crm, cell.asked) as deals:
        found = endings.groups(deals, cell, Rates(crm, cell.asked))
    usual = closed.usual(crm, (each.code for each in found))
    return replace(endings.behind(crm, cell, endings.chosen(found, cell, usual)), period=_month_of(cell))


def _month_of(cell: Cell) -> Period | None:
    """The days of a row that is of a month."""
    period = cell.report.period
    if cell.row is None or cell.report.by != "period" or period is None:
        return None
    return months_within(period, date.fromisoformat(f"{cell.row.kind}-01"))
