"""Customers of whom nothing was heard for long: neither a purchase nor a real contact, which a note is not.

Silent is who has been so for the setting ``silent_days``, 180 days where there is no such rule; a company is as silent
as the least silent of its people. Who was put away or opted out by then is left out. Who brought most comes first, by
the rates of the day where there are several currencies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.dates import day_start
from crm_tui.domain.reports import rated
from crm_tui.domain.reports.buyers import Made, best_first
from crm_tui.domain.reports.currencies import whole
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY, IDS
from crm_tui.domain.reports.sold import COMPANY, PERSON, standing
from crm_tui.domain.reports.wishes import DAY, day_of, is_past, refuse
from crm_tui.errors import InvalidDataError
from crm_tui.money import Money, convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "Silent customers"
QUESTION: Final = "Which customers went quiet, and what were they worth?"
BY: Final[tuple[str, ...]] = ()
PERIOD: Final = False
CONDITION: Final = None
USUAL_DAYS: Final = 180
BARS: Final = 12


class SilentRow(NamedTuple):
    """A customer, the days of the last purchase and of the last sign of life, and what it brought in all."""

    customer: str
    company_id: int | None
    contact_id: int | None
    last_on: date
    quiet_since: date
    days: int
    phone: str | None
    currency: str | None
    revenue: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentTotals:
    """How many are silent, of how many customers, and what they brought."""

    silent: int
    customers: int
    share: float | None
    currency: str | None
    revenue: Money | None
    converted: bool = False


_Silent = tuple[tuple[Any, ...], dict[str, int]]
"""The facts of a customer, and what it brought by currency."""
_NAME, _QUIET = 0, 4
_COLUMNS: Final = (
    Figure("customer", "Customer"),
    *IDS,
    Figure("last_on", "Last bought", Unit.DAY),
    Figure("quiet_since", "Quiet since", Unit.DAY),
    Figure("days", "Days", Unit.DAYS),
    Figure("phone", "Phone"),
    CURRENCY,
    Figure("revenue", "Revenue", Unit.MONEY),
)
_TOTALS: Final = (
    Figure("silent", "Silent", Unit.COUNT),
    Figure("customers", "Customers", Unit.COUNT),
    Figure("share", "Share", Unit.RATE),
    CURRENCY,
    Figure("revenue", "Revenue", Unit.MONEY),
    CONVERTED,
)
_NOW: Final = "customers"
_HEARD: Final = """(SELECT max(p.occurred_at) FROM participants p JOIN interactions i ON i.id = p.interaction_id
    WHERE p.contact_id = n.id AND p.occurred_at < :until AND i.kind <> 'note')"""
_BASE: Final = "CASE WHEN n.last_contacted_base_on <= :day THEN n.last_contacted_base_on END"
# a day of the clock's zone out of an instant is crm_day
_SIGN: Final = f"max(ifnull({_BASE}, ''), ifnull(crm_silent_day({_HEARD}), ''))"
_THEN: Final = f"""(SELECT company_id, contact_id, last_on, max(last_on, ifnull(CASE WHEN company_id > 0
    THEN (SELECT max({_SIGN}) FROM contacts n WHERE n.company_id = b.company_id)
    ELSE (SELECT {_SIGN} FROM contacts n WHERE n.id = b.contact_id) END, '')) AS quiet_since
    FROM (SELECT invoices.company_id AS company_id, 0 AS contact_id, max(invoices.issued_on) AS last_on FROM invoices
    WHERE {COMPANY} AND {{bought}} GROUP BY 1 UNION ALL SELECT 0, invoices.contact_id, max(invoices.issued_on)
    FROM invoices INDEXED BY invoices_of_people WHERE {PERSON} AND {{bought}} GROUP BY 2) b)"""  # noqa: S608 - texts of this package
_PHONE: Final = """(SELECT m.value FROM {methods} m WHERE m.{column} = c.{column} AND m.kind = 'phone'
    ORDER BY m.is_primary DESC, m.id LIMIT 1)"""
_SILENT: Final = """SELECT c.{column}, r.name, c.last_on, c.quiet_since, {phone}, invoices.currency,
    sum(invoices.net_minor) FROM {customers} c CROSS JOIN {table} r ON r.id = c.{column}
    CROSS JOIN invoices INDEXED BY {index} ON invoices.{column} = c.{column}{alone}
    WHERE c.quiet_since <= :limit AND c.{column} > 0 AND {shown} AND {standing}
    GROUP BY c.{column}, c.last_on, c.quiet_since, invoices.currency"""
# customers are read by id, as their names are; + keeps SQLite from the index over their silence, which has them in
# another order, and from looking up the sums by half of their key
_SILENT_NOW: Final = """SELECT c.{column}, r.name, c.last_on, c.quiet_since, {phone}, s.currency, s.net_minor
    FROM customers c CROSS JOIN {table} r ON r.id = c.{column}
    CROSS JOIN customer_sums s ON s.company_id = +c.company_id AND s.contact_id = +c.contact_id
    WHERE c.{column} > 0 AND c.{other} = 0 AND +c.quiet_since <= :limit AND {shown}"""
# who is shown today, and who is on a day in the past: who was put away or opted out after it
_COMPANIES: Final = ("r.archived_at IS NULL", "ifnull(r.archived_at >= :until, 1)")
_PEOPLE: Final = (
    f"{_COMPANIES[0]} AND r.opted_out_on IS NULL",
    f"{_COMPANIES[1]} AND ifnull(r.opted_out_on > :day, 1)",
)
_HALVES: Final = (
    ("company_id", "companies", "company_methods", "invoices_by_company", "", _COMPANIES),
    (
        "contact_id", "contacts", "contact_methods", "invoices_of_people", " AND invoices.company_id IS NULL",
        _PEOPLE,
    ),
)  # fmt: skip


def report(crm: Crm, asked: Asked) -> Report[SilentRow, SilentTotals]:
    """The silent customers, who brought most first, one row each.

    Raises:
        UsageError: a period, a filter or other rows are asked for, or the day is still to come.
    """
    refuse(asked, "silent", by=True, period=True, condition=True)
    day, least = day_of(crm, asked), least_days(crm)
    number, found = _read(crm, asked, day, least)
    sums: dict[str, int] = {}
    for _, by_code in found:
        for code, minor in by_code.items():
            sums[code] = sums.get(code, 0) + minor
    total = whole(crm, sums, day)
    foreign = asked.convert and any(code != crm.config.base_currency for code in sums)
    to_base, base = foreign or len(sums) > 1, _Base(crm, day)
    code = crm.config.base_currency if to_base else next(iter(sums), "")
    worth = [_worth(by_code, base if to_base else None) for _, by_code in found]
    order = best_first(worth, *([facts[column] for facts, _ in found] for column in (_QUIET, _NAME)))
    rows = Made(order, lambda at: _row(day, found[at][0], worth[at], code))
    money = base.of(sums) if to_base else total.money
    totals = SilentTotals(
        silent=len(rows), customers=number, share=len(rows) / number if number else None,
        currency=money.currency if money else None, revenue=money, converted=to_base and money is not None,
    )  # fmt: skip
    by_currency = tuple(
        SilentTotals(
            silent=len(rows),
            customers=number,
            share=totals.share,
            currency=code,
            revenue=Money(sums[code], code),
        )
        for code in rated.ordered(crm, sums)
    )
    return Report(
        name="silent", title=TITLE, question=QUESTION, period=None, as_of=day, columns=_COLUMNS, rows=rows,
        total_columns=_TOTALS, totals=totals,
        by_currency=by_currency if len(by_currency) > 1 else (), plots=_plots(rows), answer=_answer(totals, least),
        notes=(
            f"Silent: neither a purchase nor a contact for {least} days.", *([total.note] if total.note else []),
        ),
        is_empty=not number,
    )  # fmt: skip


def least_days(crm: Crm) -> int:
    """For how many days nothing has been heard of who is silent."""
    return crm.config.silent_days or USUAL_DAYS


def _read(crm: Crm, asked: Asked, day: date, least: int) -> tuple[int, list[_Silent]]:
    """How many customers there are, and the facts of the silent ones with what they brought by currency."""
    counts = standing(crm, asked).sql.replace("?", ":day")
    customers, statement = _NOW, _SILENT_NOW
    if is_past(crm, asked):
        from crm_tui.dates import local_day

        crm.connection.create_function(
            "crm_silent_day", 1, lambda at: at and local_day(at, crm.clock).isoformat(), deterministic=True
        )
        customers, statement = _THEN.format(bought=f"invoices.net_minor > 0 AND {counts}"), _SILENT
    named = {
        "day": day.isoformat(),
        "until": day_start(day + DAY, crm.clock),
        "limit": (day - timedelta(days=least)).isoformat(),
    }
    (number,) = crm.connection.execute(f"SELECT count(*) FROM {customers}", named).fetchone()  # noqa: S608
    found: dict[tuple[int, int], _Silent] = {}
    for column, table, methods, index, alone, shown in _HALVES:
        phone = _PHONE.format(methods=methods, column=column)
        query = statement.format(
            column=column, table=table, phone=phone, customers=customers, index=index, alone=alone,
            shown=shown[is_past(crm, asked)], standing=counts,
            other="contact_id" if column == "company_id" else "company_id",
        )  # fmt: skip
        is_company = table == "companies"
        for row_id, name, last_on, quiet, number_of, code, minor in crm.connection.execute(query, named):
            key = (row_id, 0) if is_company else (0, row_id)
            facts = (name, *key, last_on, quiet, number_of)
            found.setdefault(key, (facts, {}))[1][code] = minor
    return number, list(found.values())


def _worth(by_code: dict[str, int], base: _Base | None) -> int | None:
    """What a customer brought: in the base currency, or in the only one there is."""
    if base is None:
        return sum(by_code.values())
    money = base.of(by_code)
    return money.minor if money else None


def _row(day: date, facts: tuple[Any, ...], worth: int | None, code: str) -> SilentRow:
    name, company, person, last_on, quiet, phone = facts
    money = None if worth is None else Money(worth, code)
    since = date.fromisoformat(quiet)
    return SilentRow(
        name, company or None, person or None, date.fromisoformat(last_on), since, (day - since).days, phone,
        money.currency if money else None, money,
    )  # fmt: skip


class _Base:
    """Sums in the base currency by the rates of a day, each rate read once."""

    def __init__(self, crm: Crm, day: date) -> None:
        self._base = crm.config.base_currency
        self._rate = cache(lambda code: crm.rates.rate_on(code, day))

    def of(self, by_code: dict[str, int]) -> Money | None:
        """What sums are worth; None without a rate, or where it is too large an amount."""
        total = 0
        for code, minor in by_code.items():
            rate = self._rate(code)
            if rate is None:
                return None
            try:
                total += minor if code == self._base else convert(minor, code, self._base, rate)
            except InvalidDataError:
                return None
        return Money(total, self._base)


def _plots(rows: Sequence[SilentRow]) -> tuple[Plot, ...]:
    shown = [row for row in rows[:BARS] if row.revenue is not None]
    bars = tuple(
        Bar(row.customer, row.revenue.minor, rated.told(row.revenue)) for row in shown if row.revenue
    )
    return (Plot("What they were worth", bars),) if bars else ()


def _answer(totals: SilentTotals, least: int) -> tuple[str, ...]:
    if not totals.silent:
        return (f"No customer has been silent for {least} days.", "Nobody is silent.")
    who = f"{totals.silent:,} of {totals.customers:,} customers"
    worth = f", worth {rated.told(totals.revenue)}" if totals.revenue else ""
    return f"{who} silent for {least} days{worth}", f"{who} silent{worth}", f"{who} silent"
