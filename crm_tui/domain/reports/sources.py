"""Where people and deals come from, and what that brought; who brought whom.

- A deal is of its own source, else of its person's; an invoice of its deal's, else of its person's.
- ``contacts`` are those added in the period, ``deals`` those begun in it, ``won`` and ``lost`` those closed in it,
  ``revenue`` what was invoiced in it without tax. Put away is left out, but what was sold to whom was put away counts.
- Win rate is won / (won + lost), as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import day_start
from crm_tui.domain.reports import rated
from crm_tui.domain.reports.asking import looking
from crm_tui.domain.reports.closed import CLOSED
from crm_tui.domain.reports.rated import Row
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY
from crm_tui.domain.reports.sold import Sold, sold
from crm_tui.domain.reports.wishes import DAY, by_of, day_of, is_past, months_of, refuse
from crm_tui.money import Money

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "Sources"
QUESTION: Final = "Where do customers come from, and what is that worth?"
BY: Final = ("source", "referrer")
PERIOD: Final = True
CONDITION: Final = None
BARS: Final = 12
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source and a currency; where it has several, only its first row has the numbers, so that they add up."""

    source: str
    contacts: int | None
    deals: int | None
    won: int | None
    lost: int | None
    win_rate: float | None
    currency: str
    won_amount: Money
    revenue: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTotals:
    """All sources together."""

    contacts: int
    deals: int
    won: int
    lost: int
    win_rate: float | None
    currency: str | None
    won_amount: Money | None
    revenue: Money | None
    converted: bool = False


_COUNTS: Final = (
    Figure("contacts", "Contacts", Unit.COUNT),
    Figure("deals", "Deals", Unit.COUNT),
    Figure("won", "Won", Unit.COUNT),
    Figure("lost", "Lost", Unit.COUNT),
    Figure("win_rate", "Win rate", Unit.RATE),
    CURRENCY,
    Figure("won_amount", "Won amount", Unit.MONEY),
    Figure("revenue", "Revenue", Unit.MONEY),
)
_COLUMNS: Final = (Figure("source", "Source"), *_COUNTS)
_TOTALS: Final = (*_COUNTS, CONVERTED)
CONTACT_SOURCE: Final = f"ifnull(nullif(contacts.source, '{UNKNOWN}'), '')"
"""The source of a person; empty where it is not known, as of a deal and of an invoice."""
DEAL_SOURCE: Final = f"""ifnull(nullif(ifnull(deals.source,
    (SELECT c.source FROM contacts c WHERE c.id = deals.contact_id)), '{UNKNOWN}'), '')"""  # noqa: S608 - fixed names
INVOICE_SOURCE: Final = f"""ifnull(nullif(coalesce((SELECT d.source FROM deals d WHERE d.id = invoices.deal_id),
    (SELECT c.source FROM contacts c WHERE c.id = invoices.contact_id),
    (SELECT c.source FROM deals d JOIN contacts c ON c.id = d.contact_id WHERE d.id = invoices.deal_id)),
    '{UNKNOWN}'), '')"""  # noqa: S608 - fixed names
_ADDED: Final = "{kept} AND contacts.created_at >= ? AND contacts.created_at < ?"
BEGUN: Final = "deals.created_at >= ? AND deals.created_at < ?"
_CONTACTS: Final = f"SELECT {CONTACT_SOURCE}, count(*) FROM contacts WHERE {{added}} GROUP BY 1"  # noqa: S608 - fixed names
Counts = dict[str, list[int]]
"""Contacts, deals, won and lost by source."""


def report(crm: Crm, asked: Asked) -> Report[Any, Any]:
    """The sources of the last twelve months with the present one, or whoever brought somebody ever; else a period.

    Raises:
        UsageError: no such rows, a filter was given, or the day is still to come.
    """
    refuse(asked, "sources", condition=True)
    if by_of(asked, "sources", BY) == "referrer":
        from crm_tui.domain.reports import referrers

        return referrers.report(crm, asked)
    day, period = day_of(crm, asked), months_of(crm, asked)
    counts: Counts = {}
    money = [*_read(crm, asked, period, counts)]
    found = rated.folded(crm, money, convert_all=asked.convert)
    total = rated.together(crm, money, convert_all=asked.convert)
    foreign = rated.is_converted(crm, asked, money)
    totals, by_currency, notes = _totalled(crm, counts, total, day, foreign)
    rows = tuple(_rows(crm, counts, found))
    return Report(
        name="sources", title=TITLE, question=QUESTION, period=period, as_of=day, by="source", columns=_COLUMNS,
        rows=rows, total_columns=_TOTALS, totals=totals, by_currency=by_currency, plots=tuple(_plots(rows)),
        answer=_answer(rows, totals), notes=tuple(notes), is_empty=not rows,
    )  # fmt: skip


def added(crm: Crm, asked: Asked, period: Period) -> Sold:
    """The condition for the people added in a period, without those put away by the day of the state."""
    params = (day_start(period.start, crm.clock), day_start(period.end, crm.clock))
    if not is_past(crm, asked):
        return Sold(_ADDED.format(kept="contacts.archived_at IS NULL"), params)
    until = day_start(day_of(crm, asked) + DAY, crm.clock)
    kept = "ifnull(contacts.archived_at >= ?, 1)"
    return Sold(_ADDED.format(kept=kept), (until, *params))


def _read(crm: Crm, asked: Asked, period: Period, counts: Counts) -> Iterator[Row]:
    """The money by source: won amount and revenue; the numbers are put into ``counts``."""
    instants = (day_start(period.start, crm.clock), day_start(period.end, crm.clock))
    people = added(crm, asked, period)
    for source, number in crm.connection.execute(_CONTACTS.format(added=people.sql), people.params):
        counts.setdefault(source, [0] * 4)[0] += number
    days = (period.start.isoformat(), period.end.isoformat())
    with looking(crm, asked) as deals:
        begun = deals.rows(
            f"{DEAL_SOURCE}, count(*)",
            BEGUN,
            instants,
            "GROUP BY 1",
        )
        closed = deals.rows(
            f"{DEAL_SOURCE}, deals.status, ifnull(deals.currency, ''), deals.closed_on, count(*),"
            " sum(ifnull(deals.amount_minor, 0))",
            CLOSED, days, "GROUP BY 1, 2, 3, 4",
        )  # fmt: skip
    for source, number in begun:
        counts.setdefault(source, [0] * 4)[1] += number
    for source, status, code, closed_on, number, minor in closed:
        counts.setdefault(source, [0] * 4)[2 if status == "won" else 3] += number
        if status == "won" and code and minor:
            yield Row(source, code, closed_on, (minor, 0))
    yield from _revenue(crm, asked, period)


def _revenue(crm: Crm, asked: Asked, period: Period) -> Iterator[Row]:
    counted = sold(crm, asked).within(period)
    day = "invoices.issued_on" if asked.convert else "''"
    query = (
        f"SELECT {INVOICE_SOURCE}, invoices.currency, {day}, sum(invoices.net_minor) FROM invoices"  # noqa: S608
        f" WHERE {counted.sql} GROUP BY 1, 2, 3"
    )
    for source, code, on, net in crm.connection.execute(query, counted.params):
        yield Row(source, code, on, (0, net))


def _rows(crm: Crm, counts: Counts, found: Mapping[Any, rated.Sums]) -> Iterator[SourceRow]:
    """The sources with most deals won first, then most contacts."""
    sources = {*counts, *(str(key) for key in found)}

    def order(source: str) -> tuple[int, int, int, str]:
        contacts, begun, won, _ = counts.get(source, (0, 0, 0, 0))
        return -won, -begun, -contacts, source

    for source in sorted(sources, key=order):
        contacts, begun, won, lost = counts.get(source, (0, 0, 0, 0))
        sums = found.get(source) or {crm.config.base_currency: [0, 0]}
        for place, code in enumerate(rated.ordered(crm, sums)):
            first = place == 0
            yield SourceRow(
                source=source or UNKNOWN,
                contacts=contacts if first else None,
                deals=begun if first else None,
                won=won if first else None,
                lost=lost if first else None,
                win_rate=won / (won + lost) if first and won + lost else None,
                currency=code,
                won_amount=Money(sums[code][0], code),
                revenue=Money(sums[code][1], code),
            )


def _totalled(
    crm: Crm, counts: Counts, sums: rated.Sums, day: date, converted: bool
) -> tuple[SourceTotals, tuple[SourceTotals, ...], list[str]]:
    contacts, begun, won, lost = (sum(each[place] for each in counts.values()) for place in range(4))
    amount, revenue = rated.wholes(crm, sums, 2, day)
    numbers: dict[str, Any] = {
        "contacts": contacts,
        "deals": begun,
        "won": won,
        "lost": lost,
        "win_rate": won / (won + lost) if won + lost else None,
    }
    totals = SourceTotals(
        **numbers, currency=amount.money.currency if amount.money else None, won_amount=amount.money,
        revenue=revenue.money, converted=amount.money is not None and (amount.converted or converted),
    )  # fmt: skip
    each = tuple(
        SourceTotals(
            **numbers,
            currency=code,
            won_amount=Money(sums[code][0], code),
            revenue=Money(sums[code][1], code),
        )
        for code in rated.ordered(crm, sums)
    )
    notes = rated.notes(crm, sums, converted=converted, unrated=amount.unrated)
    notes += [amount.note] if amount.note else []
    return totals, each if len(each) > 1 else (), notes


def _plots(rows: Sequence[SourceRow]) -> Iterator[Plot]:
    for code in dict.fromkeys(row.currency for row in rows):
        found = [row for row in rows if row.currency == code and row.revenue.minor]
        best = sorted(found, key=lambda row: -row.revenue.minor)[:BARS]
        if best:
            bars = tuple(Bar(row.source, row.revenue.minor, rated.told(row.revenue)) for row in best)
            yield Plot(f"Revenue by source, {code}", bars)
    won = [row for row in rows if row.won][:BARS]
    if won:
        yield Plot("Deals won by source", tuple(Bar(row.source, row.won or 0, f"{row.won:,}") for row in won))


def _answer(rows: Sequence[SourceRow], totals: SourceTotals) -> tuple[str, ...]:
    if not rows:
        return ("Nobody has come yet.",)
    number = len({row.source for row in rows})
    what = f"{totals.contacts:,} contacts, {totals.won:,} deals won"
    about = "about " if totals.converted else ""
    worth = f", {about}{rated.told(totals.revenue)} of revenue" if totals.revenue else ""
    sources = f"{number:,} {'source' if number == 1 else 'sources'}"
    return f"{sources}: {what}{worth}", f"{sources}: {what}", what
