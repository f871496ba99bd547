"""What there is of what a goal aims at, on the days of a span up to the day looked from.

Each figure is the report's of the same name: revenue without tax by the day of the invoice, void ones left out;
received by the day of the payment, refunds taken off; won by the day a deal was closed. Whole months, and hours of
interactions, are read from what is kept of them, other days from an index.

A goal in the base currency counts amounts in other currencies too, by the rate of the day looked from; one in
another currency counts only that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.dates import Period, add_months, day_start
from crm_tui.domain.reports.tally import tally

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

MONEY: Final = ("revenue", "received", "won")
"""Amounts."""
KINDS: Final = {
    "calls": ("call",),
    "emails": ("email",),
    "meetings": ("meeting",),
    "messages": ("message",),
    "touches": ("call", "email", "meeting", "message"),
}
"""Numbers of interactions, and of which kinds; touches are all but notes."""
COUNTS: Final = ("deals", *KINDS, "contacts", "customers")
"""Numbers."""
_DAY: Final = timedelta(days=1)
_WON: Final = """FROM deals WHERE closed_on >= ? AND closed_on < ? AND status = 'won' AND archived_at IS NULL
    AND closed_on IS NOT NULL"""
DAYS: Final = {
    "revenue": """SELECT currency, sum(net_minor) FROM invoices INDEXED BY invoices_by_day
    WHERE issued_on >= ? AND issued_on < ? AND voided_on IS NULL GROUP BY currency""",
    "received": """SELECT i.currency, sum(p.amount_minor) FROM payments p CROSS JOIN invoices i ON i.id = p.invoice_id
    WHERE p.paid_on >= ? AND p.paid_on < ? GROUP BY i.currency""",
    "won": f"SELECT currency, sum(amount_minor) {_WON} AND amount_minor IS NOT NULL GROUP BY currency",
    "deals": f"SELECT count(*) {_WON}",
    "customers": "SELECT count(*) FROM customers WHERE first_on >= ? AND first_on < ?",
}
"""Over days."""
MONTHS: Final = {
    "revenue": "SELECT currency, sum(net_minor) FROM revenue_months WHERE month >= ? AND month < ? GROUP BY currency",
    "received": """SELECT currency, sum(amount_minor) FROM received_months WHERE month >= ? AND month < ?
    GROUP BY currency""",
}
"""Over whole months."""
CONTACTS: Final = "SELECT count(*) FROM contacts WHERE created_at >= ? AND created_at < ?"


class Actual(NamedTuple):
    """What there is: minor units or a number; see ``GoalProgress``."""

    value: int
    converted: bool = False
    unrated: tuple[str, ...] = ()


def actual(crm: Crm, metric: str, currency: str | None, period: Period, today: date) -> Actual:
    """What there is of a metric in a period up to the end of a day."""
    until = min(period.end, today + min(_DAY, date.max - today))
    if until <= period.start:
        return Actual(0)
    days = Period(period.start, until)
    if currency is not None:
        return _in_one(crm, _sums(crm, metric, days), currency, today)
    if metric in DAYS:
        bounds = (days.start.isoformat(), days.end.isoformat())
        return Actual(crm.connection.execute(DAYS[metric], bounds).fetchone()[0])
    if metric in KINDS:
        instants = (day_start(days.start, crm.clock), day_start(days.end, crm.clock))
        return Actual(sum(*tally(crm.connection, instants, KINDS[metric])))
    return Actual(sum(_contacts(crm, days)))


def _contacts(crm: Crm, days: Period) -> Iterator[int]:
    """How many came to be known, month by month: a year of them is too many for one query."""
    start = days.start
    while start < days.end:
        end = min(days.end, _next_month(start))
        bounds = (day_start(start, crm.clock), day_start(end, crm.clock))
        yield crm.connection.execute(CONTACTS, bounds).fetchone()[0]
        start = end


def _sums(crm: Crm, metric: str, days: Period) -> Mapping[str, int]:
    """Minor units by currency."""
    found: Counter[str] = Counter()
    for sign, query, first, last in _parts(metric, days):
        for code, minor in crm.connection.execute(query, (first, last)):
            found[code] += sign * minor
    return found


def _parts(metric: str, days: Period) -> Iterator[tuple[int, str, str, str]]:
    """The queries that cover the days, each to be added or taken off.

    Whole months are read where they are kept. Of a month that is not over the days after are taken off: there is
    seldom anything on them.
    """
    start, end = days.start, days.end
    # the calendar's last year has no month after it
    if metric not in MONTHS or start.day != 1 or end.year == date.max.year:
        yield 1, DAYS[metric], start.isoformat(), end.isoformat()
        return
    over = end if end.day == 1 else _next_month(end)
    yield 1, MONTHS[metric], start.isoformat()[:7], over.isoformat()[:7]
    if end < over:
        yield -1, DAYS[metric], end.isoformat(), over.isoformat()


def _next_month(day: date) -> date:
    """The first day of the month after; the calendar's last day after its last month begins."""
    return date.max if (day.year, day.month) == (date.max.year, 12) else add_months(day.replace(day=1), 1)


def _in_one(crm: Crm, sums: Mapping[str, int], currency: str, today: date) -> Actual:
    from crm_tui.domain.reports.currencies import whole

    own = sums.get(currency, 0)
    others = {code: minor for code, minor in sums.items() if code != currency}
    if currency != crm.config.base_currency or not others:
        return Actual(own)
    found = whole(crm, {currency: own, **others}, today)
    if found.unrated:
        rated = {code: minor for code, minor in sums.items() if code not in found.unrated}
        known = whole(crm, {currency: own, **rated}, today)
        return Actual(known.money.minor if known.money else own, known.converted, found.unrated)
    return Actual(found.money.minor if found.money else own, found.money is not None)
