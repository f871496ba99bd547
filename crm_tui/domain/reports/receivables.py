"""What is owed, by how long it has been due.

An invoice is owed from the day it was issued until its payments come up to its total; it is past due from the day after
its due day on. What was paid too much is no receivable and takes nothing off what others owe. For a day in the past the
payments until its end count, and invoices voided later were not void yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.rated import Row
from crm_tui.domain.reports.report import Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.sales_rows import CONVERTED, CURRENCY, IDS
from crm_tui.domain.reports.wishes import by_of, day_of, is_past, refuse
from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked
    from crm_tui.store.transaction import SqlValue

TITLE: Final = "Receivables"
QUESTION: Final = "Who owes what, and for how long?"
BY: Final = ("age", "customer")
PERIOD: Final = False
CONDITION: Final = "invoices"
AGES: Final = {"not due": None, "1-30": 30, "31-60": 60, "61-90": 90, "over 90": None}
"""The ages in days past due, each with its last day."""
BARS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRow:
    """What is owed in a currency and has been due for so long."""

    age: str
    currency: str
    invoices: int
    outstanding: Money
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorRow:
    """What a customer owes in a currency, by age; ``oldest_due_on`` is the earliest day any of it was due."""

    customer: str
    company_id: int | None
    contact_id: int | None
    currency: str
    invoices: int
    outstanding: Money
    not_due: Money
    days_1_30: Money
    days_31_60: Money
    days_61_90: Money
    over_90: Money
    oldest_due_on: date
    overdue_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is owed in all, and how much of it is past due."""

    currency: str | None
    invoices: int
    outstanding: Money | None
    overdue_invoices: int
    overdue: Money | None
    overdue_share: float | None
    converted: bool = False


_COLUMNS: Final = {
    "age": (
        Figure("age", "Days past due"),
        CURRENCY,
        Figure("invoices", "Invoices", Unit.COUNT),
        Figure("outstanding", "Outstanding", Unit.MONEY),
        Figure("share", "Share", Unit.RATE),
    ),
    "customer": (
        Figure("customer", "Customer"),
        *IDS,
        CURRENCY,
        Figure("invoices", "Invoices", Unit.COUNT),
        Figure("outstanding", "Outstanding", Unit.MONEY),
        Figure("not_due", "Not due", Unit.MONEY),
        Figure("days_1_30", "1-30 days", Unit.MONEY),
        Figure("days_31_60", "31-60 days", Unit.MONEY),
        Figure("days_61_90", "61-90 days", Unit.MONEY),
        Figure("over_90", "Over 90", Unit.MONEY),
        Figure("oldest_due_on", "Oldest due", Unit.DAY),
        Figure("overdue_days", "Days past due", Unit.DAYS),
    ),
}
_TOTALS: Final = (
    CURRENCY,
    Figure("invoices", "Invoices", Unit.COUNT),
    Figure("outstanding", "Outstanding", Unit.MONEY),
    Figure("overdue_invoices", "Past due", Unit.COUNT),
    Figure("overdue", "Amount past due", Unit.MONEY),
    Figure("overdue_share", "Share past due", Unit.RATE),
    CONVERTED,
)
_TOTAL: Final = "(invoices.net_minor + invoices.tax_minor)"
_PAID_THEN: Final = """(SELECT ifnull(sum(p.amount_minor), 0) FROM payments p
    WHERE p.invoice_id = invoices.id AND p.paid_on <= '{day}')"""
# besides what is unpaid now, only what was paid or voided since can have been owed
_MAYBE_THEN: Final = f"""invoices.id IN (SELECT id FROM invoices
    WHERE voided_on IS NULL AND paid_minor < net_minor + tax_minor
    UNION SELECT invoice_id FROM payments WHERE paid_on > ?
    UNION SELECT id FROM invoices WHERE voided_on IS NOT NULL AND voided_on > ?)
    AND {_TOTAL} > {{paid}}"""  # noqa: S608 - fixed names


class Open(NamedTuple):
    """The invoices with something to pay on a day: a trusted condition, its parameters, and what is left of one."""

    sql: str
    params: tuple[SqlValue, ...]
    balance: str


def report(crm: Crm, asked: Asked) -> Report[AgeRow | DebtorRow, Owed]:
    """What is owed today or was owed on a day, by age or by customer, who owes most first.

    Raises:
        UsageError: no such rows, a period was given, the filter is malformed, or the day is still to come.
    """
    refuse(asked, "receivables", period=True)
    by, day = by_of(asked, "receivables", BY), day_of(crm, asked)
    read = [*_read(crm, asked, day, by)]
    dated = (_dated(each, None, day) for each in read)
    sums = rated.together(crm, dated, convert_all=asked.convert)
    totals, by_currency, notes = _totalled(crm, sums, day, rated.is_converted(crm, asked, read))
    make: Callable[..., Iterator[Any]] = _ages if by == "age" else _debtors
    rows = tuple(make(crm, asked, day, read))
    return Report(
        name="receivables", title=TITLE, question=QUESTION, period=None, as_of=day, by=by, columns=_COLUMNS[by],
        rows=rows, total_columns=_TOTALS, totals=totals, by_currency=by_currency, plots=tuple(_plots(crm, by, rows)),
        answer=_answer(totals, {code: sums[code] for code in rated.ordered(crm, sums)}), notes=tuple(notes),
        is_empty=not read,
    )  # fmt: skip


def unpaid(crm: Crm, asked: Asked) -> Open:
    """The invoices with something to pay on the day asked for that fit the filter.

    Raises:
        UsageError: the filter is malformed, or the day is still to come.
    """
    counted = sold.sold(crm, asked)
    if not is_past(crm, asked):
        left = f"{_TOTAL} - invoices.paid_minor"
        owed = "invoices.paid_minor < invoices.net_minor + invoices.tax_minor"
        return Open(f"{counted.sql} AND {owed}", counted.params, left)
    day = day_of(crm, asked).isoformat()
    paid = _PAID_THEN.format(day=day)
    return Open(
        f"{counted.sql} AND {_MAYBE_THEN.format(paid=paid)}",
        (*counted.params, day, day),
        f"{_TOTAL} - {paid}",
    )


def age_of(day: date, due_on: str) -> str:
    """How long what was due on a day is past due."""
    days = (day - date.fromisoformat(due_on)).days
    if days <= 0:
        return "not due"
    return next((name for name, last in AGES.items() if last is not None and days <= last), "over 90")


def _read(crm: Crm, asked: Asked, day: date, by: str) -> Iterator[Row]:
    """What is owed, by due day and by customer where that is asked for; the due day as the row's day."""
    owed = unpaid(crm, asked)
    key = sold.CUSTOMER if by == "customer" else "0 AS company, 0 AS person"
    query = (
        f"SELECT {key}, invoices.currency, invoices.due_on, count(*), sum({owed.balance}) FROM invoices"  # noqa: S608
        f" WHERE {owed.sql} GROUP BY company, person, invoices.due_on, invoices.currency"
    )
    for company, person, code, due_on, count, balance in crm.connection.execute(query, owed.params):
        late = due_on < day.isoformat()
        yield Row(
            (company, person), code, due_on, (balance, balance if late else 0), (count, count if late else 0)
        )


def _dated(row: Row, key: Any, day: date) -> Row:
    """With another key, and to be converted by the rate of the day of the report: what is owed is owed today."""
    return row._replace(key=key, day=day.isoformat())


def _totalled(
    crm: Crm, sums: rated.Sums, day: date, converted: bool
) -> tuple[Owed, tuple[Owed, ...], list[str]]:
    all_of_it, late = rated.wholes(crm, sums, 2, day)
    totals = Owed(
        currency=all_of_it.money.currency if all_of_it.money else None,
        invoices=sum(each[2] for each in sums.values()),
        outstanding=all_of_it.money,
        overdue_invoices=sum(each[3] for each in sums.values()),
        overdue=late.money if all_of_it.money else None,
        overdue_share=_share(late.money.minor, all_of_it.money.minor)
        if late.money and all_of_it.money
        else None,
        converted=all_of_it.money is not None and (all_of_it.converted or converted),
    )
    each = tuple(
        Owed(
            currency=code, invoices=count, outstanding=Money(owed, code), overdue_invoices=late_count,
            overdue=Money(overdue, code), overdue_share=_share(overdue, owed),
        )
        for code in rated.ordered(crm, sums)
        for owed, overdue, count, late_count in [sums[code]]
    )  # fmt: skip
    notes = [f"Converted by the rates of {day}."] if converted else []
    return totals, each if len(each) > 1 else (), [*notes, *([all_of_it.note] if all_of_it.note else [])]


def _ages(crm: Crm, asked: Asked, day: date, read: Sequence[Row]) -> Iterator[AgeRow]:
    found = rated.folded(
        crm, (_dated(each, age_of(day, each.day), day) for each in read), convert_all=asked.convert
    )
    codes = rated.ordered(crm, {code for sums in found.values() for code in sums})
    totals = {code: sum(sums[code][0] for sums in found.values() if code in sums) for code in codes}
    for age in AGES:
        # an age in which nothing is owed has one row, else each of its currencies has one
        sums = found.get(age) or {code: [0, 0, 0, 0] for code in codes[:1]}
        for code in rated.ordered(crm, sums):
            owed, _, count, _ = sums[code]
            share = _share(owed, totals[code])
            yield AgeRow(age=age, currency=code, invoices=count, outstanding=Money(owed, code), share=share)


def _debtors(crm: Crm, asked: Asked, day: date, read: Sequence[Row]) -> Iterator[DebtorRow]:
    aged = rated.folded(
        crm,
        (_dated(each, (each.key, age_of(day, each.day)), day) for each in read),
        convert_all=asked.convert,
    )
    oldest: dict[Any, str] = {}
    for each in read:
        oldest[each.key] = min(oldest.get(each.key, each.day), each.day)
    names = sold.names(crm, list(oldest))
    rows = [
        _debtor(
            names.get(key, "?"), key, code, [aged.get((key, age), {}).get(code) for age in AGES], due_on, day
        )
        for key, due_on in oldest.items()
        for code in dict.fromkeys(code for age in AGES for code in aged.get((key, age), {}))
    ]
    base = crm.config.base_currency
    yield from sorted(
        rows, key=lambda row: (row.currency != base, row.currency, -row.outstanding.minor, row.customer)
    )


def _debtor(
    name: str, key: sold.Customer, code: str, parts: Sequence[list[int] | None], due_on: str, day: date
) -> DebtorRow:
    amounts = [part[0] if part else 0 for part in parts]
    company, person = sold.parts(key)
    oldest = date.fromisoformat(due_on)
    not_due, first, second, third, last = (Money(minor, code) for minor in amounts)
    return DebtorRow(
        customer=name, company_id=company, contact_id=person, currency=code,
        invoices=sum(part[2] for part in parts if part), outstanding=Money(sum(amounts), code),
        not_due=not_due, days_1_30=first, days_31_60=second, days_61_90=third, over_90=last,
        oldest_due_on=oldest, overdue_days=max(0, (day - oldest) // timedelta(days=1)),
    )  # fmt: skip


def _share(part: int, total: int) -> float | None:
    return part / total if total else None


def _plots(crm: Crm, by: str, rows: Sequence[Any]) -> Iterator[Plot]:
    for code in rated.ordered(crm, {row.currency for row in rows}):
        shown = [row for row in rows if row.currency == code]
        bars = tuple(
            Bar(str(getattr(row, by)), row.outstanding.minor, rated.told(row.outstanding))
            for row in (shown if by == "age" else shown[:BARS])
        )
        yield Plot(f"Outstanding by {by}, {code}", bars)


def _answer(totals: Owed, sums: rated.Sums) -> tuple[str, ...]:
    if not sums:
        return ("Nothing is owed.",)
    owed, late = (
        (rated.told(totals.outstanding), rated.told(totals.overdue))
        if totals.outstanding
        else (rated.several({code: each[place] for code, each in sums.items()}) for place in (0, 1))
    )
    if totals.converted:
        owed = f"about {owed}"
    number = f"{totals.invoices:,} {'invoice' if totals.invoices == 1 else 'invoices'}"
    return f"{owed} outstanding in {number} · {late} past due", f"{owed} outstanding · {late} past due", owed
