"""Who comes back: customers by the month of their first purchase, and how many bought again in each month after.

- Repeat rate: customers with at least two purchases, of all customers.
- Churn: customers whose time to buy again has passed, of all customers. That time is the longest reorder time of the
  products they bought; where none has one, the setting ``silent_days``, else 365 days. Its last day belongs to it.

Both are of all customers there are, whatever months have rows. The present month is not over: its part still grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import add_months
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sold import PERSON, standing
from crm_tui.domain.reports.wishes import day_of, is_past, months_of, refuse

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

TITLE: Final = "Retention"
QUESTION: Final = "Who buys again, and who stopped?"
BY: Final[tuple[str, ...]] = ()
PERIOD: Final = True
CONDITION: Final = None
MONTHS: Final = 11
"""How many months after the first are looked at."""
USUAL_DAYS: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Customers by the month of their first purchase; ``month_1`` is the part that bought in the month after.

    None where that month has not begun.
    """

    cohort: str
    customers: int
    month_1: float | None
    month_2: float | None
    month_3: float | None
    month_4: float | None
    month_5: float | None
    month_6: float | None
    month_7: float | None
    month_8: float | None
    month_9: float | None
    month_10: float | None
    month_11: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTotals:
    """All customers, those who bought again, and those who stopped."""

    customers: int
    repeat_customers: int
    repeat_rate: float | None
    churned: int
    churn: float | None


_COLUMNS: Final = (
    Figure("cohort", "First bought", Unit.MONTH),
    Figure("customers", "Customers", Unit.COUNT),
    *(Figure(f"month_{number}", f"+{number}", Unit.RATE) for number in range(1, MONTHS + 1)),
)
_TOTALS: Final = (
    Figure("customers", "Customers", Unit.COUNT),
    Figure("repeat_customers", "Bought again", Unit.COUNT),
    Figure("repeat_rate", "Repeat rate", Unit.RATE),
    Figure("churned", "Stopped", Unit.COUNT),
    Figure("churn", "Churn", Unit.RATE),
)
_BOUGHT: Final = "invoices.net_minor > 0"
_FIRST: Final = """SELECT invoices.company_id AS company, 0 AS person, min(invoices.issued_on) AS first_on,
    max(invoices.issued_on) AS last_on, count(*) AS number
    FROM invoices INDEXED BY invoices_by_company WHERE invoices.company_id IS NOT NULL AND {bought} GROUP BY 1
    UNION ALL SELECT 0, invoices.contact_id, min(invoices.issued_on), max(invoices.issued_on), count(*)
    FROM invoices INDEXED BY invoices_of_people WHERE {person} AND {bought} GROUP BY 2"""
_MONTHS: Final = """SELECT f.cohort, count(*), {later} FROM ({both}) f GROUP BY 1 ORDER BY 1"""
_SEEN: Final = """SELECT c.company_id, c.contact_id, substr(c.first_on, 1, 7) AS cohort, {flags}
    FROM {firsts} c CROSS JOIN invoices INDEXED BY {index}
    ON invoices.{column} = c.{column} {alone}
    WHERE c.first_on >= ? AND c.first_on < ? AND {zero} = 0 AND {bought} GROUP BY 1, 2"""


def report(crm: Crm, asked: Asked) -> Report[Cohort, RetentionTotals]:
    """The customers who first bought in the last twelve months with the present one, unless others are asked for.

    Raises:
        UsageError: rows of another kind or a filter are asked for, or the day is still to come.
    """
    refuse(asked, "retention", by=True, condition=True)
    day, period = day_of(crm, asked), months_of(crm, asked)
    totals = counted(crm, asked)
    rows = tuple(_cohorts(crm, asked, period, day)) if totals.customers else ()
    return Report(
        name="retention", title=TITLE, question=QUESTION, period=period, as_of=day, columns=_COLUMNS, rows=rows,
        total_columns=_TOTALS, totals=totals, plots=_plots(rows), answer=_answer(totals),
        notes=tuple(_notes(crm, rows, day)), is_empty=not totals.customers,
    )  # fmt: skip


def counted(crm: Crm, asked: Asked) -> RetentionTotals:
    """The repeat rate and the churn of all customers."""
    query, params = buying(crm, asked)
    row = crm.connection.execute(
        f"SELECT count(*), ifnull(sum(number > 1), 0), ifnull(sum(is_churned), 0) FROM ({query})",  # noqa: S608
        params,
    ).fetchone()
    number, again, gone = row
    return RetentionTotals(
        customers=number, repeat_customers=again, repeat_rate=again / number if number else None,
        churned=gone, churn=gone / number if number else None,
    )  # fmt: skip


def buying(crm: Crm, asked: Asked) -> tuple[str, dict[str, str | int]]:
    """A query with named parameters: customers, first and last day, purchases, time to buy again, whether it passed."""
    day = day_of(crm, asked).isoformat()
    counts = standing(crm, asked)
    named = counts.sql.replace("?", ":day")
    first = _FIRST.format(bought=f"{_BOUGHT} AND {named}", person=PERSON)
    days = _THEN if is_past(crm, asked) else _NOW
    query = (
        "SELECT f.company, f.person, f.first_on, f.last_on, f.number, ifnull(w.days, :usual) AS days,"  # noqa: S608
        " julianday(:day) - julianday(f.last_on) > ifnull(w.days, :usual) AS is_churned"
        f" FROM ({first}) f LEFT JOIN ({days.format(standing=named)}) w"
        " ON w.key = f.person - f.company"
    )
    return query, {"day": day, "usual": usual_days(crm)}


# one number for a customer, companies below zero: SQLite makes an index of one expression, not of two
_NOW: Final = """SELECT r.contact_id - r.company_id AS key, max(s.reorder_days) AS days FROM reorders r
    JOIN products s ON s.id = r.product_id GROUP BY 1"""
_THEN: Final = """SELECT
    CASE WHEN invoices.company_id IS NULL THEN invoices.contact_id ELSE -invoices.company_id END AS key,
    max(s.reorder_days) AS days
    FROM products s JOIN invoice_lines l ON l.product_id = s.id JOIN invoices ON invoices.id = l.invoice_id
    WHERE s.reorder_days IS NOT NULL AND s.archived_at IS NULL AND l.net_minor > 0
    AND (invoices.company_id IS NOT NULL OR invoices.contact_id IS NOT NULL)
    AND invoices.net_minor > 0 AND {standing} GROUP BY 1"""


def usual_days(crm: Crm) -> int:
    """After how many days a customer of products without a reorder time has stopped."""
    return crm.config.silent_days or USUAL_DAYS


def _cohorts(crm: Crm, asked: Asked, period: Period, day: date) -> Iterator[Cohort]:
    found = {row[0]: row[1:] for row in crm.connection.execute(*_query(crm, asked, period))}
    month, last = period.start.replace(day=1), day.isoformat()[:7]
    # of many years, only the months from the first customer to the last
    if found and (period.end - period.start).days > 366 * 20:
        year, first = min(found).split("-")
        month, last = month.replace(year=int(year), month=int(first)), min(last, max(found))
    while month < period.end and (key := month.isoformat()[:7]) <= last:
        number, *again = found.get(key, (0, *[0] * MONTHS))
        later = {}
        for count, bought in enumerate(again, 1):
            begun = add_months(month, count) <= day
            later[f"month_{count}"] = bought / number if begun and number else None
        values: Any = later
        yield Cohort(cohort=key, customers=number, **values)
        month = add_months(month, 1)


def _query(crm: Crm, asked: Asked, period: Period) -> tuple[str, dict[str, str]]:
    """Customers by the month of their first purchase, and how many of them bought so many months later."""
    counts = standing(crm, asked)
    month = "(CAST(substr({0}, 1, 4) AS INTEGER) * 12 + CAST(substr({0}, 6, 2) AS INTEGER))"
    distance = f"{month.format('invoices.issued_on')} - {month.format('c.first_on')}"
    flags = ", ".join(f"max({distance} = {number}) AS m{number}" for number in range(1, MONTHS + 1))
    bought = f"{_BOUGHT} AND {counts.sql.replace('?', ':day')}"
    firsts = "customers"
    if is_past(crm, asked):
        first = _FIRST.format(bought=bought, person=PERSON)
        firsts = f"(SELECT company AS company_id, person AS contact_id, first_on FROM ({first}))"  # noqa: S608
    both = " UNION ALL ".join(
        _SEEN.format(
            flags=flags, firsts=firsts, index=index, column=column, alone=alone, zero=zero, bought=bought
        )
        for index, column, alone, zero in (
            ("invoices_by_company", "company_id", "", "c.contact_id"),
            ("invoices_of_people", "contact_id", "AND invoices.company_id IS NULL", "c.company_id"),
        )
    ).replace("?", ":start", 1)
    both = both.replace("?", ":end", 1).replace("?", ":start", 1).replace("?", ":end", 1)
    later = ", ".join(f"sum(f.m{number})" for number in range(1, MONTHS + 1))
    days = {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "day": day_of(crm, asked).isoformat(),
    }
    return _MONTHS.format(later=later, both=both), days


def _plots(rows: tuple[Cohort, ...]) -> tuple[Plot, ...]:
    """New customers by month, and what part of all cohorts bought again after so many months."""
    if not rows:
        return ()
    new = tuple(Bar(row.cohort, row.customers, f"{row.customers:,}") for row in rows)
    again = []
    for number in range(1, MONTHS + 1):
        parts = [
            (row.customers, part) for row in rows if (part := getattr(row, f"month_{number}")) is not None
        ]
        customers = sum(count for count, _ in parts)
        if customers:
            rate = sum(count * part for count, part in parts) / customers
            again.append(Bar(f"+{number}", rate, f"{rate:.0%}"))
    return (
        Plot("New customers by month", new, in_time=True),
        Plot("Bought again after so many months", tuple(again), in_time=True),
    )


def _answer(totals: RetentionTotals) -> tuple[str, ...]:
    if totals.repeat_rate is None or totals.churn is None:
        return ("Nobody has bought anything.",)
    who = f"{totals.customers:,} {'customer' if totals.customers == 1 else 'customers'}"
    rates = f"{totals.repeat_rate:.0%} bought again, {totals.churn:.0%} stopped"
    return f"{who}: {rates} ({totals.churned:,})", f"{who}: {rates}", rates


def _notes(crm: Crm, rows: tuple[Cohort, ...], day: date) -> Iterator[str]:
    yield (
        "Stopped: no purchase within the longest reorder time of what they bought,"
        f" {usual_days(crm)} days where nothing has one."
    )
    if rows:
        yield "The sums are of all customers, whichever months have rows."
        if day < add_months(date.fromisoformat(f"{rows[-1].cohort}-01"), MONTHS + 1):
            yield "The present month is not over."
