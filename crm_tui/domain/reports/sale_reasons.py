"""The invoices and the customers behind figures on sales: read at once, named in bulk, and narrowed to a currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.behind import Behind, How, money_lines, told
from crm_tui.domain.reports.report import Reason, Unit
from crm_tui.domain.reports.sold import Customer, Sold
from crm_tui.domain.service import chunks, marks
from crm_tui.money import Money

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Value

BOUGHT: Final = Sold("invoices.net_minor > 0", ())
"""The condition for purchases among the invoices that count."""
ALL: Final = Sold("1", ())
_SALES: Final = """SELECT invoices.id, invoices.number, {customer}, invoices.currency, {day}, {amount}
    FROM invoices WHERE {counted} ORDER BY {day}, invoices.id"""
_BUYERS: Final = """SELECT {customer}, max(invoices.issued_on), count(*) FROM invoices
    WHERE {counted} AND (invoices.company_id IS NOT NULL OR invoices.contact_id IS NOT NULL)
    GROUP BY company, person ORDER BY company, person"""
_MANY: Final = 5_000
_WORDS: Final = {"invoice": "purchase", "interaction": "contact", "contact": "contact"}


class Sale(NamedTuple):
    """An invoice or a payment, as far as it counts.

    Attributes:
        id: its own.
        number: of the invoice.
        company, person: the customer of the invoice, 0 for none.
        code: its currency.
        day: the day it counts for.
        minor: the amount that counts.
    """

    id: int
    number: str
    company: int
    person: int
    code: str
    day: str
    minor: int

    @property
    def customer(self) -> Customer:
        """Whom it was sold to."""
        return self.company, self.person


def sales(
    crm: Crm, counted: Sold, *, amount: str = "invoices.net_minor", day: str = "invoices.issued_on"
) -> list[Sale]:
    """The invoices that fit a trusted condition, by their days; ``amount`` and ``day`` are trusted expressions."""
    query = _SALES.format(customer=sold.CUSTOMER, day=day, amount=amount, counted=counted.sql)
    return [Sale(*row) for row in crm.connection.execute(query, counted.params)]


def sales_of(crm: Crm, counted: Sold, customers: Collection[Customer]) -> list[Sale]:
    """The invoices of these customers that fit a trusted condition, by their days."""
    wanted = set(customers)
    if len(wanted) > _MANY:
        return [each for each in sales(crm, counted) if each.customer in wanted]
    halves = (
        ("invoices.company_id", [company for company, _ in wanted if company]),
        ("invoices.company_id IS NULL AND invoices.contact_id", [person for _, person in wanted if person]),
    )
    found = [
        each
        for column, ids in halves
        for part in chunks(sorted(ids))
        for each in sales(crm, both(counted, Sold(f"{column} IN ({marks(part)})", tuple(part))))
    ]
    return sorted(found, key=lambda each: (each.day, each.id))


def both(*conditions: Sold) -> Sold:
    """What fits all of these conditions."""
    params = (param for each in conditions for param in each.params)
    return Sold(" AND ".join(f"({each.sql})" for each in conditions), tuple(params))


def of_customer(company: int | None, person: int | None) -> Sold:
    """The condition for the invoices of a customer; of neither, for those that name nobody."""
    if company:
        return Sold("invoices.company_id = ?", (company,))
    if person:
        return Sold("invoices.company_id IS NULL AND invoices.contact_id = ?", (person,))
    return Sold("invoices.company_id IS NULL AND invoices.contact_id IS NULL", ())


def belongs(crm: Crm, cell: Cell) -> Callable[[str, str], bool]:
    """Whether an amount in a currency, converted by the rate of a day where that is asked, stands where a figure does.

    In the row or the totals of one currency stands what is in it; in the totals of all, everything.
    """
    rates, base, asked = rated.Rates(crm), crm.config.base_currency, cell.asked
    wanted = cell.code if cell.row is None else cell.row.currency
    if cell.row is None and wanted is None:
        return lambda code, day: True
    return lambda code, day: (base if asked.convert and rates.on(code, day) is not None else code) == wanted


def reasons(
    crm: Crm,
    found: Sequence[Sale],
    *,
    kind: str = "invoice",
    value: Callable[[Sale], Value] | None = None,
    part: Callable[[Sale], str | None] | None = None,
) -> tuple[Reason, ...]:
    """Invoices or payments as the rows behind a figure; their value is the amount unless another is given."""
    known = sold.names(crm, {each.customer for each in found})
    return tuple(
        Reason(
            kind=kind,
            id=each.id,
            title=f"{each.number}, {known.get(each.customer, '?')}",
            on=sold.iso(each.day),
            part=part(each) if part else None,
            value=value(each) if value else Money(each.minor, each.code),
        )
        for each in found
    )


def one(_: object) -> int:
    """The value of a row that is counted."""
    return 1


def credited(sale: Sale) -> str | None:
    """The part of an invoice in what a customer bought: a credit takes away."""
    return "credit" if sale.minor < 0 else None


class Known(NamedTuple):
    """A customer behind a figure, with what is to be said of it."""

    customer: Customer
    on: date | None = None
    part: str | None = None
    value: Value = 1


def of_customers(crm: Crm, known: Iterable[Known]) -> tuple[Reason, ...]:
    """Customers as the rows behind a figure."""
    found = [*known]
    names = sold.names(crm, [each.customer for each in found])
    return tuple(
        Reason(
            kind="company" if each.customer[0] else "contact",
            id=each.customer[0] or each.customer[1],
            title=names.get(each.customer, "?"),
            on=each.on,
            part=each.part,
            value=each.value,
        )
        for each in found
    )


def shared(
    crm: Crm, cell: Cell, formula: str, rows: tuple[Reason, ...], part: Money | None, whole: Value
) -> Behind:
    """What is behind money that is divided: what part of it all it is, or what each of many brought.

    Args:
        crm: the file.
        cell: the figure.
        formula: in words.
        rows: whose values come to ``part``.
        part: what is divided; None where currencies cannot be added up.
        whole: what by.
    """
    if part is not None and all(
        each.value.currency == part.currency for each in rows if isinstance(each.value, Money)
    ):
        return Behind(formula=formula, reasons=rows, how=How.SHARE, whole=whole)
    steps = [*money_lines(crm, cell, rows, part)]
    if part is not None:
        if whole == 0 or (isinstance(whole, Money) and not whole.minor):
            steps.append("= not known, for there is nothing to divide by")
        else:
            value = told(cell.value, cell.figure.unit)
            steps.append(f"= {told(part, Unit.MONEY)} / {told(whole, Unit.COUNT)} = {value}")
    return Behind(formula=formula, reasons=rows, how=How.STATED, steps=tuple(steps))


def bought_by(crm: Crm, counted: Sold) -> list[Known]:
    """The customers with a purchase among the invoices that count, each with the day of the last one."""
    query = _BUYERS.format(customer=sold.CUSTOMER, counted=both(counted, BOUGHT).sql)
    return [
        Known((company, person), sold.iso(last), f"{number:,} {'purchase' if number == 1 else 'purchases'}")
        for company, person, last, number in crm.connection.execute(query, counted.params)
    ]


def stated_day(cell: Cell, formula: str, rows: tuple[Reason, ...]) -> Behind:
    """What is behind a day that is the first or the last one of its rows."""
    kinds = Counter(_WORDS[each.kind] for each in rows)
    number = ", ".join(f"{count:,} {word if count == 1 else f'{word}s'}" for word, count in kinds.items())
    step = f"= {cell.value}, of {number or 'nothing'}"
    return Behind(formula=formula, reasons=rows, how=How.STATED, steps=(step,))


def unrated(cell: Cell, rows: tuple[Reason, ...]) -> tuple[str, ...]:
    """Why there is no amount, where the rows are of one currency and so do not say it."""
    codes = {getattr(each.value, "currency", None) for each in rows}
    if cell.value is not None or len(codes) != 1:
        return ()
    return tuple(note for note in cell.report.notes if note.startswith("There is no rate"))


def of_buyers(found: Sequence[Sale]) -> list[Sale]:
    """Of invoices those of the customers with a purchase among them."""
    buyers = {each.customer for each in found if each.minor > 0} - {sold.UNNAMED}
    return [each for each in found if each.customer in buyers]


def used_codes(found: list[Sale]) -> list[Sale]:
    """Invoices without those of currencies in which they come to nothing, unless all do."""
    sums = Counter[str]()
    for each in found:
        sums[each.code] += each.minor
    return [each for each in found if sums[each.code]] or found


def not_here(formula: str) -> Behind:
    """What is behind a number that stands in another row: those of several currencies have it once."""
    step = "= not known here, for it stands in the row of the first currency"
    return Behind(formula=formula, reasons=(), how=How.STATED, steps=(step,))
