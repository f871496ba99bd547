"""What of the invoices counts on a day, and who the customers are called.

An invoice counts from the day it was issued until the day it was voided. What its lines say now is what they said
then: a correction is one of the past as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.listing import where
from crm_tui.domain.reports.wishes import day_of, is_past
from crm_tui.domain.service import chunks, marks

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked
    from crm_tui.store.transaction import SqlValue

COMPANY: Final = "invoices.company_id IS NOT NULL"
PERSON: Final = "invoices.company_id IS NULL AND invoices.contact_id IS NOT NULL"
CUSTOMER: Final = """ifnull(invoices.company_id, 0) AS company,
    CASE WHEN invoices.company_id IS NULL THEN ifnull(invoices.contact_id, 0) ELSE 0 END AS person"""
"""The customer of an invoice as two columns, both 0 where it names nobody."""
UNNAMED: Final = (0, 0)
_FEW: Final = 20_000
Customer = tuple[int, int]


class Sold(NamedTuple):
    """The trusted condition on ``invoices`` of those that count, and its parameters in order."""

    sql: str
    params: tuple[SqlValue, ...]

    def within(self, period: Period | None) -> Sold:
        """Those of them issued on the days of a period; of None all."""
        if period is None:
            return self
        days = (period.start.isoformat(), period.end.isoformat())
        return Sold(
            f"invoices.issued_on >= ? AND invoices.issued_on < ? AND {self.sql}", (*days, *self.params)
        )


def filtered(crm: Crm, asked: Asked) -> Sold:
    """The filter on invoices of what is asked, closed in itself whatever is joined to them; of no filter, all.

    Raises:
        UsageError: it is malformed or names an unknown field.
    """
    if not asked.condition:
        return Sold("1", ())
    from crm_tui.domain.invoice_fields import listing

    found = where(crm, listing(day_of(crm, asked)), asked.condition)
    return Sold(f"invoices.id IN (SELECT invoices.id FROM invoices WHERE {found.sql})", found.params)  # noqa: S608


def sold(crm: Crm, asked: Asked) -> Sold:
    """The invoices that count on the day asked for and fit the filter.

    Raises:
        UsageError: the filter is malformed or names an unknown field, or the day is still to come.
    """
    all_of_them = standing(crm, asked)
    if not asked.condition:
        return all_of_them
    found = filtered(crm, asked)
    return Sold(f"{all_of_them.sql} AND {found.sql}", (*all_of_them.params, *found.params))


def standing(crm: Crm, asked: Asked) -> Sold:
    """The invoices that count on the day asked for, whatever the filter."""
    day = day_of(crm, asked).isoformat()
    if not is_past(crm, asked):
        return Sold("invoices.voided_on IS NULL", ())
    return Sold(
        "invoices.issued_on <= ? AND (invoices.voided_on IS NULL OR invoices.voided_on > ?)", (day, day)
    )


def currencies(crm: Crm) -> list[str]:
    """The currencies of all invoices, void ones included, the base currency first."""
    from crm_tui.domain.reports.rated import ordered

    rows = crm.connection.execute(
        "SELECT DISTINCT currency FROM revenue_months UNION"
        " SELECT DISTINCT currency FROM invoices WHERE voided_on IS NOT NULL"
    )
    return ordered(crm, (code for (code,) in rows))


def names(crm: Crm, customers: Collection[Customer]) -> dict[Customer, str]:
    """What these customers are called."""
    found: dict[Customer, str] = {UNNAMED: "no customer"}
    companies = [company for company, _ in customers if company]
    people = [person for _, person in customers if person]
    found |= {(row_id, 0): name for row_id, name in _named(crm, "companies", "company_id", companies)}
    found |= {(0, row_id): name for row_id, name in _named(crm, "contacts", "contact_id", people)}
    return found


def _named(crm: Crm, table: str, column: str, ids: list[int]) -> Iterator[tuple[int, str]]:
    if len(ids) > _FEW:
        # in the order of the table, which the customers of one kind have as well
        bought = f"SELECT {column} FROM customers WHERE {column} > 0 ORDER BY {column}"  # noqa: S608 - fixed names
        known = dict(
            crm.connection.execute(f"SELECT r.id, r.name FROM ({bought}) JOIN {table} r ON r.id = {column}")  # noqa: S608 - fixed names
        )
        yield from known.items()
        ids = [row_id for row_id in ids if row_id not in known]
    for part in chunks(ids):
        yield from crm.connection.execute(f"SELECT id, name FROM {table} WHERE id IN ({marks(part)})", part)  # noqa: S608 - fixed names


def parts(customer: Customer) -> tuple[int | None, int | None]:
    """The company and the contact of a customer as machines see them: None where there is none."""
    return customer[0] or None, customer[1] or None


def customer(crm: Crm, ref: str) -> Customer:
    """The customer a reference means: a person, or a company where nobody is called so.

    Raises:
        NotFoundError: there is neither.
        AmbiguousError: there is more than one.
    """
    from crm_tui.errors import AmbiguousError

    people, companies = crm.references.matches("contact", ref), crm.references.matches("company", ref)
    if people and companies:
        raise AmbiguousError(
            f'"{ref[:60]}" is a person, {people[0][1]}, and a company, {companies[0][1]}.',
            "Name the one by an e-mail or more of the name.",
        )
    if companies:
        return crm.references.company(ref), 0
    return 0, crm.references.contact(ref)


def iso(day: str | None) -> date | None:
    """A stored day."""
    return None if day is None else date.fromisoformat(day)
