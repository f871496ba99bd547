"""The sums of invoices, lines and payments that the report on revenue is made of, cut as its rows need them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.reports.rated import Row
from crm_tui.domain.reports.sold import CUSTOMER, currencies, filtered, sold, standing
from crm_tui.domain.reports.wishes import is_past

if TYPE_CHECKING:
    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked
    from crm_tui.store.transaction import SqlValue


class Cut(NamedTuple):
    """What the rows are of.

    Attributes:
        keys: two trusted expressions, the row's key.
        joins, params: what they need joined, with its parameters.
        sums: the number of invoices, their amount without tax and their tax.
        by_day: whether each day is apart in any case.
        received: whether payments can be told apart so.
    """

    keys: str
    joins: str = ""
    params: tuple[SqlValue, ...] = ()
    sums: str = "count(*), sum(invoices.net_minor), sum(invoices.tax_minor)"
    by_day: bool = False
    received: bool = True


DAYS: Final = Cut("'', 0", by_day=True)
PRODUCTS: Final = Cut(
    "ifnull(l.product_id, 0), 0",
    "JOIN invoice_lines l ON l.invoice_id = invoices.id",
    sums="count(DISTINCT invoices.id), sum(l.net_minor), sum(l.tax_minor)",
    received=False,
)
CUSTOMERS: Final = Cut(CUSTOMER)
_JOINED: Final = """LEFT JOIN {firsts} ON c.company_id = ifnull(invoices.company_id, 0)
    AND c.contact_id = CASE WHEN invoices.company_id IS NULL THEN ifnull(invoices.contact_id, 0) ELSE 0 END"""
_THEN: Final = """(SELECT company AS company_id, person AS contact_id, min(issued_on) AS first_on
    FROM (SELECT {customer}, invoices.issued_on FROM invoices WHERE invoices.net_minor > 0 AND {standing})
    GROUP BY company, person) c"""
_KIND: Final = """CASE WHEN invoices.company_id IS NULL AND invoices.contact_id IS NULL THEN 'unnamed'
    WHEN invoices.issued_on <= ifnull(c.first_on, invoices.issued_on) THEN 'new' ELSE 'repeat' END, 0"""
_INVOICED: Final = """SELECT {keys}, invoices.currency, {day}, {sums} FROM invoices {joins} WHERE {sold}
    GROUP BY 1, 2, 3, 4"""
_RECEIVED: Final = """SELECT {keys}, invoices.currency, {day}, sum(p.amount_minor)
    FROM payments p CROSS JOIN invoices ON invoices.id = p.invoice_id {joins}
    WHERE p.paid_on >= ? AND p.paid_on < ? AND {filtered} GROUP BY 1, 2, 3, 4"""

_RECEIVED_IN_ONE: Final = """SELECT paid_on, sum(amount_minor) FROM payments WHERE paid_on >= ? AND paid_on < ?
    GROUP BY paid_on"""


def kinds(crm: Crm, asked: Asked) -> Cut:
    """New customers apart from repeat sales, by the first purchase ever known on the day asked for."""
    if not is_past(crm, asked):
        return Cut(_KIND, _JOINED.format(firsts="customers c"))
    counted = standing(crm, asked)
    firsts = _THEN.format(customer=CUSTOMER, standing=counted.sql)
    return Cut(_KIND, _JOINED.format(firsts=firsts), counted.params)


def read(crm: Crm, asked: Asked, period: Period, cut: Cut) -> Iterator[Row]:
    """What was invoiced, and what was received, in a period: revenue, tax, received, and how many invoices."""
    apart = cut.by_day or asked.convert
    found = sold(crm, asked).within(period)
    # names of the schema and expressions of this package alone
    query = _INVOICED.format(
        keys=cut.keys,
        day="invoices.issued_on" if apart else "''",
        sums=cut.sums,
        joins=cut.joins,
        sold=found.sql,
    )
    for first, second, code, day, count, net, tax in crm.connection.execute(
        query, (*cut.params, *found.params)
    ):
        yield Row((first, second), code, day, (net, tax, 0), (count,))
    if cut.received:
        yield from _received(crm, asked, period, cut, apart=apart)


def _received(crm: Crm, asked: Asked, period: Period, cut: Cut, *, apart: bool) -> Iterator[Row]:
    codes = currencies(crm) if cut is DAYS and not asked.condition else []
    if len(codes) == 1:
        # then payments need not ask their invoices for the currency, which takes ten times as long
        days = (period.start.isoformat(), period.end.isoformat())
        for day, paid in crm.connection.execute(_RECEIVED_IN_ONE, days):
            yield Row(("", 0), codes[0], day, (0, 0, paid), (0,))
        return
    found = filtered(crm, asked)
    query = _RECEIVED.format(
        keys=cut.keys, day="p.paid_on" if apart else "''", joins=cut.joins,
        filtered=found.sql,
    )  # fmt: skip
    params = (*cut.params, period.start.isoformat(), period.end.isoformat(), *found.params)
    for first, second, code, day, paid in crm.connection.execute(query, params):
        yield Row((first, second), code, day, (0, 0, paid), (0,))
