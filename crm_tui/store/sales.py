"""What follows from invoices, their lines and payments: amounts on the rows, and what customers and months add up to.

Kept so that a list, the morning and a report read an index and not a million rows. None of it is journaled: it is
worked out anew from the rows after every operation, undo and redo, and ``problems`` holds it against them.

A purchase is an invoice that is not void and has something on it to pay without tax. Its customer is its company, or
its person where it names no company.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from crm_tui.money import line_amounts
from crm_tui.store import bulk
from crm_tui.store.transaction import Row

Customer = tuple[int, int]
"""The ids of a company and a person, one of them 0."""
ChangedRow = tuple[str, int, Row | None, Row | None]
Range = tuple[str, int, int]

TABLES: Final = ("customers", "customer_sums", "reorders", "revenue_months", "received_months")
"""Tables that hold nothing else."""


class Reach(NamedTuple):
    """What follows from rows made in bulk: sums of these invoices, customers and months."""

    invoices: set[int]
    customers: set[Customer]
    months: set[str]
    received: set[str]


_STEP: Final = 5000
_LINES: Final = "SELECT id, quantity, unit_price_minor, discount_percent, tax_percent FROM invoice_lines"
_SUMS: Final = """UPDATE invoices SET (net_minor, tax_minor) =
    (SELECT coalesce(sum(net_minor), 0), coalesce(sum(tax_minor), 0) FROM invoice_lines WHERE invoice_id = invoices.id),
    paid_minor = (SELECT coalesce(sum(amount_minor), 0) FROM payments WHERE invoice_id = invoices.id)"""
_REPEATS: Final = ("reorder_days", "archived_at")
_REACHES: Final = ("company_id", "archived_at", "opted_out_on")
_BOUGHT: Final = "i.voided_on IS NULL AND i.net_minor > 0"
_OF_COMPANY: Final = "i.company_id IS NOT NULL"
_OF_PERSON: Final = "i.company_id IS NULL AND i.contact_id IS NOT NULL"
_COMPANY_QUIET: Final = "(SELECT max(p.last_contacted_on) FROM contacts p WHERE p.company_id = i.company_id)"
_PERSON_QUIET: Final = "(SELECT p.last_contacted_on FROM contacts p WHERE p.id = i.contact_id)"
_COMPANY_THERE: Final = (
    "EXISTS (SELECT 1 FROM companies o WHERE o.id = i.company_id AND o.archived_at IS NULL)"
)
_PERSON_THERE: Final = """EXISTS (SELECT 1 FROM contacts p
    WHERE p.id = i.contact_id AND p.archived_at IS NULL AND p.opted_out_on IS NULL)"""
_SPOKE: Final = "CASE WHEN {0} > last_on THEN CAST(julianday(due_on) - julianday({0}) AS INTEGER) END"


def _customers(company: str = "", person: str = "") -> str:
    """The rows of ``customers`` as they follow from the invoices; more conditions for each half."""
    columns = "min(i.issued_on), max(i.issued_on), max(max(i.issued_on), ifnull({}, '')), {}"
    return (
        f"SELECT i.company_id, 0, {columns.format(_COMPANY_QUIET, _COMPANY_THERE)} FROM invoices i"  # noqa: S608 - texts of this module
        f" WHERE {_BOUGHT} AND {_OF_COMPANY}{company} GROUP BY i.company_id"
        f" UNION ALL SELECT 0, i.contact_id, {columns.format(_PERSON_QUIET, _PERSON_THERE)} FROM invoices i"
        f" WHERE {_BOUGHT} AND {_OF_PERSON}{person} GROUP BY i.contact_id"
    )


def _customer_sums(company: str = "", person: str = "") -> str:
    """The rows of ``customer_sums`` as they follow from the invoices; more conditions for each half."""
    bought = "CASE WHEN i.net_minor > 0 THEN i.issued_on END"
    sums = f"i.currency, min({bought}), max({bought}), sum(i.net_minor > 0), sum(i.net_minor) FROM invoices i"
    return (
        f"SELECT i.company_id, 0, {sums} WHERE i.voided_on IS NULL AND {_OF_COMPANY}{company}"
        f" GROUP BY i.company_id, i.currency UNION ALL SELECT 0, i.contact_id, {sums}"
        f" WHERE i.voided_on IS NULL AND {_OF_PERSON}{person} GROUP BY i.contact_id, i.currency"
    )


def _reorders(rest: str = "") -> str:
    """The rows of ``reorders`` as they follow from the lines; a day beyond the calendar is its last."""
    company = "CASE WHEN i.company_id IS NULL THEN 0 ELSE i.company_id END"
    person = "CASE WHEN i.company_id IS NULL THEN i.contact_id ELSE 0 END"
    heard = f"CASE WHEN i.company_id IS NULL THEN {_PERSON_QUIET} ELSE {_COMPANY_QUIET} END"
    there = f"CASE WHEN i.company_id IS NULL THEN {_PERSON_THERE} ELSE {_COMPANY_THERE} END"
    return (
        "SELECT company_id, contact_id, product_id, last_on, due_on,"  # noqa: S608 - texts of this module
        f" {_SPOKE.format('heard_on')}, there FROM (SELECT {company} AS company_id, {person} AS contact_id,"
        " l.product_id AS product_id, max(i.issued_on) AS last_on,"
        " ifnull(date(max(i.issued_on), '+' || s.reorder_days || ' days'), '9999-12-31') AS due_on,"
        f" {heard} AS heard_on, {there} AS there"
        " FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id JOIN products s ON s.id = l.product_id"
        f" WHERE s.reorder_days IS NOT NULL AND s.archived_at IS NULL AND {_BOUGHT} AND l.net_minor > 0"
        f" AND (i.company_id IS NOT NULL OR i.contact_id IS NOT NULL){rest} GROUP BY 1, 2, 3)"
    )


_MONTHS: Final = """SELECT substr(i.issued_on, 1, 7), i.currency, count(*), sum(i.net_minor) FROM invoices i
    WHERE i.voided_on IS NULL{} GROUP BY 1, 2"""
_RECEIVED: Final = """SELECT substr(p.paid_on, 1, 7), i.currency, count(*), sum(p.amount_minor)
    FROM payments p JOIN invoices i ON i.id = p.invoice_id{} GROUP BY 1, 2"""
_HEARD_OF_COMPANY: Final = "SELECT max(last_contacted_on) FROM contacts WHERE company_id = ?"
_HEARD_OF_PERSON: Final = "SELECT max(last_contacted_on) FROM contacts WHERE id = ?"
_HEARD: Final = (
    "UPDATE customers SET quiet_since = max(last_on, ifnull(?1, '')) WHERE company_id = ?2 AND contact_id = ?3",
    f"UPDATE reorders SET spoke_days = {_SPOKE.format('?1')} WHERE company_id = ?2 AND contact_id = ?3",  # noqa: S608
)
# a company is as silent as the least silent of its people
_EMPLOYERS: Final = """SELECT DISTINCT p.company_id FROM contacts p
    JOIN customers c ON c.company_id = p.company_id AND c.contact_id = 0
    WHERE p.id BETWEEN ? AND ? AND p.last_contacted_on IS NOT NULL"""
_SOLD: Final = {
    table: f"""SELECT i.id, i.company_id, i.contact_id, substr(i.issued_on, 1, 7) FROM {table} t
    JOIN invoices i ON i.id = t.{column} WHERE t.id BETWEEN ? AND ?"""  # noqa: S608 - fixed names
    for table, column in (("invoices", "id"), ("invoice_lines", "invoice_id"))
}
_PAID: Final = "SELECT invoice_id, substr(paid_on, 1, 7) FROM payments WHERE id BETWEEN ? AND ?"
_COMPUTED: Final = {
    "customers": _customers(),
    "customer_sums": _customer_sums(),
    "reorders": _reorders(),
    "revenue_months": _MONTHS.format(""),
    "received_months": _RECEIVED.format(""),
}


def settle(connection: sqlite3.Connection, rows: Sequence[ChangedRow]) -> None:
    """Bring up to date whatever the changed rows concern."""
    lines: set[int] = set()
    invoices: set[int] = set()
    paid: set[int] = set()
    customers: set[Customer] = set()
    months: set[str] = set()
    received: set[str] = set()
    products: set[int] = set()
    for table, row_id, before, after in rows:
        both = [row for row in (before, after) if row is not None]
        if table == "invoice_lines":
            lines.add(row_id)
            invoices.update(int(str(row["invoice_id"])) for row in both)
        elif table == "payments":
            # what was received is no part of what was sold
            paid.update(int(str(row["invoice_id"])) for row in both)
            received.update(str(row["paid_on"])[:7] for row in both)
        elif table == "invoices":
            invoices.add(row_id)
            received.update(_months_of(connection, row_id, both))
            customers.update(
                found for row in both if (found := customer_of(row["company_id"], row["contact_id"]))
            )
            months.update(str(row["issued_on"])[:7] for row in both)
        elif table == "products":
            if len(both) == 1 or any(both[0][name] != both[1][name] for name in _REPEATS):
                products.add(row_id)
        elif table == "contacts":
            customers.update(_concerned(connection, row_id, both))
        elif table == "companies" and (len(both) == 1 or both[0]["archived_at"] != both[1]["archived_at"]):
            customers.update(_known(connection, [(row_id, 0)]))
    refresh(connection, lines, invoices | paid)
    for company, person, issued in _of(connection, invoices):
        months.add(issued[:7])
        customers.update(found for found in [customer_of(company, person)] if found)
    refresh_customers(connection, customers)
    _refresh_months(connection, "revenue_months", months)
    _refresh_months(connection, "received_months", received)
    for product in products:
        _replace(connection, "reorders", "product_id = ?", (product,), _reorders(" AND s.id = ?"), (product,))


def refresh(connection: sqlite3.Connection, line_ids: Iterable[int], invoice_ids: Iterable[int]) -> None:
    """Work out the amounts of these lines, then of these invoices; ids that are gone are passed over."""
    for line_id in line_ids:
        for found in connection.execute(f"{_LINES} WHERE id = ?", (line_id,)).fetchall():
            _put_amounts(connection, [found])
    connection.executemany(f"{_SUMS} WHERE id = ?", ((each,) for each in invoice_ids))


def refresh_customers(connection: sqlite3.Connection, customers: Iterable[Customer]) -> None:
    """Work out what these customers have bought, and when they are to buy again."""
    for company, person in customers:
        key = (company, person)
        _refresh_customer(connection, key)
        whose = " AND i.company_id = ?" if company else f" AND {_OF_PERSON} AND i.contact_id = ?"
        _replace(
            connection,
            "reorders",
            "company_id = ? AND contact_id = ?",
            key,
            _reorders(whose),
            (company or person,),
        )


def heard_of(connection: sqlite3.Connection, contact_id: int) -> None:
    """The day of the last contact with a person changed: bring their customer's silence up to date."""
    row = connection.execute("SELECT company_id FROM contacts WHERE id = ?", (contact_id,)).fetchone()
    customers = [(0, contact_id), *([(row[0], 0)] if row is not None and row[0] is not None else [])]
    for company, person in customers:
        (heard_on,) = connection.execute(
            _HEARD_OF_COMPANY if company else _HEARD_OF_PERSON, (company or person,)
        ).fetchone()
        for statement in _HEARD:
            connection.execute(statement, (heard_on, company, person))


def load(connection: sqlite3.Connection, ranges: Sequence[Range]) -> None:
    """Work out what follows from rows that were written in bulk: table, first and last id."""
    for table, first, last in ranges:
        for low in range(first, last + 1, _STEP) if table == "invoice_lines" else ():
            high = min(low + _STEP - 1, last)
            _put_amounts(
                connection, connection.execute(f"{_LINES} WHERE id BETWEEN ? AND ?", (low, high)).fetchall()
            )
    renew(connection, reached(connection, ranges))


def reached(connection: sqlite3.Connection, ranges: Iterable[Range]) -> Reach:
    """What follows from rows made in bulk (table, first and last id), asked while they are there."""
    reach = Reach(set(), set(), set(), set())
    for table, *span in ranges:
        if table == "contacts" and not bulk.is_empty(connection, "customers"):
            reach.customers.update((company, 0) for (company,) in connection.execute(_EMPLOYERS, span))
        elif table == "payments":
            for invoice_id, month in connection.execute(_PAID, span):
                reach.invoices.add(invoice_id)
                reach.received.add(month)
        elif table in _SOLD:
            for invoice_id, company, person, month in connection.execute(_SOLD[table], span):
                reach.invoices.add(invoice_id)
                reach.months.add(month)
                reach.customers.update(found for found in [customer_of(company, person)] if found)
    return reach


def renew(connection: sqlite3.Connection, reach: Reach) -> None:
    """Work out what follows from rows made in bulk, once they are there, or gone."""
    refresh(connection, (), sorted(reach.invoices))
    if len(reach.customers) > _STEP:
        for table, wanted in _COMPUTED.items():
            _replace(connection, table, "1", (), wanted, ())
        return
    refresh_customers(connection, reach.customers)
    _refresh_months(connection, "revenue_months", reach.months)
    _refresh_months(connection, "received_months", reach.received)


def rebuild(connection: sqlite3.Connection) -> None:
    """Work everything out anew from the rows."""
    last = 0
    while part := connection.execute(
        f"{_LINES} WHERE id > ? ORDER BY id LIMIT {_STEP:d}", (last,)
    ).fetchall():
        _put_amounts(connection, part)
        last = part[-1][0]
    connection.execute(_SUMS)
    for table, wanted in _COMPUTED.items():
        _replace(connection, table, "1", (), wanted, ())


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What differs from the rows it follows from."""
    kept = connection.execute(f"{_LINES.replace(' FROM', ', net_minor, tax_minor FROM')}")
    for line_id, *facts, net, tax in kept:
        if line_amounts(*facts) != (net, tax):
            yield f"the amounts of invoice line {line_id} are wrong"
    sums = connection.execute(
        "SELECT id FROM invoices WHERE net_minor <> (SELECT coalesce(sum(net_minor), 0) FROM invoice_lines"
        " WHERE invoice_id = invoices.id) OR tax_minor <> (SELECT coalesce(sum(tax_minor), 0) FROM invoice_lines"
        " WHERE invoice_id = invoices.id) OR paid_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM payments"
        " WHERE invoice_id = invoices.id)"
    )
    for (invoice_id,) in sums:
        yield f"the sums of invoice {invoice_id} are wrong"
    for table, wanted in _COMPUTED.items():
        both = f"SELECT * FROM {table} EXCEPT SELECT * FROM ({wanted})"  # noqa: S608 - texts of this module
        back = f"SELECT * FROM ({wanted}) EXCEPT SELECT * FROM {table}"  # noqa: S608 - texts of this module
        for differing in (both, back):
            if connection.execute(f"SELECT 1 FROM ({differing}) LIMIT 1").fetchone():  # noqa: S608
                yield f"the sums in {table} are wrong"
                break


def customer_of(company_id: object, contact_id: object) -> Customer | None:
    """The customer of an invoice that names these; None where it names nobody."""
    if company_id is not None:
        return int(str(company_id)), 0
    return (0, int(str(contact_id))) if contact_id is not None else None


def _refresh_customer(connection: sqlite3.Connection, key: Customer) -> None:
    halves = (" AND i.company_id = ?", " AND i.contact_id = ?")
    for table, wanted in (("customers", _customers(*halves)), ("customer_sums", _customer_sums(*halves))):
        _replace(connection, table, "company_id = ? AND contact_id = ?", key, wanted, key)


def _put_amounts(connection: sqlite3.Connection, lines: Sequence[Sequence[Any]]) -> None:
    connection.executemany(
        "UPDATE invoice_lines SET net_minor = ?, tax_minor = ? WHERE id = ?",
        [(*line_amounts(*facts), line_id) for line_id, *facts in lines],
    )


def _of(
    connection: sqlite3.Connection, invoice_ids: Iterable[int]
) -> Iterator[tuple[int | None, int | None, str]]:
    for invoice_id in invoice_ids:
        yield from connection.execute(
            "SELECT company_id, contact_id, issued_on FROM invoices WHERE id = ?", (invoice_id,)
        )


def _concerned(connection: sqlite3.Connection, contact_id: int, both: Sequence[Row]) -> Iterator[Customer]:
    """The customers a changed person is, or belongs to."""
    if len(both) == 2 and all(both[0][name] == both[1][name] for name in _REACHES):
        return
    yield from _known(connection, [(0, contact_id)])
    yield from ((int(str(row["company_id"])), 0) for row in both if row["company_id"] is not None)


def _known(connection: sqlite3.Connection, customers: Iterable[Customer]) -> list[Customer]:
    """Those of them that are customers."""
    known = "SELECT 1 FROM customers WHERE company_id = ? AND contact_id = ?"
    return [key for key in customers if connection.execute(known, key).fetchone()]


def _months_of(connection: sqlite3.Connection, invoice_id: int, both: Sequence[Row]) -> Iterator[str]:
    """The months of the payments of an invoice that is in another currency than before."""
    if len(both) == 2 and both[0]["currency"] != both[1]["currency"]:
        paid = "SELECT substr(paid_on, 1, 7) FROM payments WHERE invoice_id = ?"
        yield from (month for (month,) in connection.execute(paid, (invoice_id,)))


def _refresh_months(connection: sqlite3.Connection, table: str, months: Iterable[str]) -> None:
    issued = table == "revenue_months"
    # text compares as days do, and no day comes after the 31st
    span = " AND i.issued_on BETWEEN ? AND ?" if issued else " WHERE p.paid_on BETWEEN ? AND ?"
    wanted = (_MONTHS if issued else _RECEIVED).format(span)
    for month in months:
        _replace(connection, table, "month = ?", (month,), wanted, (f"{month}-01", f"{month}-31"))


def _replace(
    connection: sqlite3.Connection,
    table: str,
    condition: str,
    key: Sequence[int | str],
    wanted: str,
    params: Sequence[int | str],
) -> None:
    """Replace the rows of a table that fit a condition by those a query finds."""
    connection.execute(f"DELETE FROM {table} WHERE {condition}", key)  # noqa: S608 - texts of this module
    connection.execute(f"INSERT INTO {table} {wanted}", params)
