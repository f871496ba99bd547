"""Who was brought by whom, and the invoices of those who were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crm_tui.dates import local_day
from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.behind import Behind
from crm_tui.domain.reports.rated import Row
from crm_tui.domain.reports.referrers import known_then, totalled
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.sale_reasons import belongs, both, not_here, reasons, sales
from crm_tui.domain.reports.sold import Sold
from crm_tui.domain.reports.wishes import day_of, need_ref, period_or_none
from crm_tui.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Asked

KEYS: Final = ("contacts", "customers", "revenue", "referrers")
"""The figures that are explained here."""
_FORMULAS: Final = {
    "contacts": "brought = the people whom somebody brought, counted",
    "customers": "customers = the people brought whom an invoice above 0 names that is not void, counted",
    "revenue": "revenue = sum of the net amounts of the invoices that name people brought and are not void",
    "referrers": "referrers = the people who brought somebody, counted",
}
_BROUGHT: Final = """SELECT n.id, n.name, n.created_at, (SELECT r.name FROM contacts r WHERE r.id = n.referred_by_id)
    FROM contacts n INDEXED BY contacts_by_referrer WHERE {whose}{bought} ORDER BY n.id"""
_BOUGHT: Final = """ AND EXISTS (SELECT 1 FROM invoices INDEXED BY invoices_by_contact
    WHERE invoices.contact_id = n.id AND invoices.net_minor > 0 AND {sold})"""
_REFERRERS: Final = """SELECT r.id, r.name, count(*) FROM contacts n INDEXED BY contacts_by_referrer
    JOIN contacts r ON r.id = n.referred_by_id WHERE {whose} GROUP BY r.id ORDER BY r.id"""
_OF_BROUGHT: Final = "invoices.contact_id IN (SELECT n.id FROM contacts n WHERE {whose})"
_REASONS: Final = """SELECT n.id, n.name, n.created_at, invoices.id, invoices.number, invoices.issued_on,
    invoices.currency, invoices.net_minor FROM contacts n LEFT JOIN invoices ON invoices.contact_id = n.id AND {sold}
    WHERE n.referred_by_id = ?{known} ORDER BY n.id, invoices.issued_on, invoices.id"""


def behind(crm: Crm, cell: Cell) -> Behind:
    """The people whom one person brought, or all who were brought, and their invoices."""
    key, row, asked = cell.figure.key, cell.row, cell.asked
    formula = _FORMULAS[key]
    if row is not None and cell.value is None:
        return not_here(formula)
    known, instants = known_then(crm, asked, cell.report.as_of)
    whose = Sold(f"n.referred_by_id IS NOT NULL{known}", instants)
    if row is not None:
        whose = Sold(f"n.referred_by_id = ?{known}", (row.contact_id, *instants))
    counted = sold.sold(crm, asked).within(period_or_none(crm, asked))
    if key == "revenue":
        in_it, of_them = belongs(crm, cell), Sold(_OF_BROUGHT.format(whose=whose.sql), whose.params)
        found = [each for each in sales(crm, both(counted, of_them)) if in_it(each.code, each.day)]
        return Behind(formula=formula, reasons=reasons(crm, found), by_own_days=asked.convert)
    if key == "referrers":
        return Behind(formula=formula, reasons=tuple(_referrers(crm, whose)))
    bought = Sold(_BOUGHT.format(sold=counted.sql), counted.params) if key == "customers" else Sold("", ())
    query = Sold(_BROUGHT.format(whose=whose.sql, bought=bought.sql), (*whose.params, *bought.params))
    return Behind(formula=formula, reasons=tuple(_brought(crm, query, told=row is None)))


def _referrers(crm: Crm, whose: Sold) -> Iterator[Reason]:
    query = _REFERRERS.format(whose=whose.sql)
    for row_id, name, number in crm.connection.execute(query, whose.params):
        yield Reason(kind="contact", id=row_id, title=name, part=f"{number:,} brought", value=1)


def _brought(crm: Crm, query: Sold, *, told: bool) -> Iterator[Reason]:
    """The people who were brought; by whom is ``told`` where it is not of one."""
    for row_id, name, added, referrer in crm.connection.execute(*query):
        part = f"brought by {referrer}" if told else None
        on = local_day(added, crm.clock)
        yield Reason(kind="contact", id=row_id, title=name, on=on, part=part, value=1)


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """The invoices of the people whom one person brought; who bought nothing is named with nothing.

    Raises:
        UsageError: nobody was named.
        NotFoundError: there is no such person.
        AmbiguousError: there is more than one.
    """
    contact_id = crm.references.contact(need_ref(figure, ref, "person"))
    day, period = day_of(crm, asked), period_or_none(crm, asked)
    counted = sold.sold(crm, asked).within(period)
    known, instants = known_then(crm, asked, day)
    rows = crm.connection.execute(
        _REASONS.format(sold=counted.sql, known=known), (*counted.params, contact_id, *instants)
    ).fetchall()
    money = [Row(None, code, on, (net,)) for *_, on, code, net in rows if code]
    sums = rated.together(crm, money, convert_all=asked.convert)
    totals, _, notes = totalled(crm, [], sums, day, rated.is_converted(crm, asked, money))
    dated = money if asked.convert else [each._replace(day=day.isoformat()) for each in money]
    parts = rated.rated(crm, dated)
    steps = rated.arithmetic(crm, parts, totals.revenue, converted=totals.converted)
    name = sold.names(crm, [(0, contact_id)])[0, contact_id]
    brought = len({row[0] for row in rows})
    return Explanation(
        figure=figure,
        title=f"What the people are worth whom {name} brought",
        value=totals.revenue,
        unit=Unit.MONEY,
        period=period,
        as_of=day,
        arithmetic=(
            f"referred = sum of the net amounts of the invoices of the people {name} brought ({brought:,})",
            *steps,
            *([f"= {rated.told(totals.revenue)}"] if totals.revenue else notes),
        ),
        reasons=tuple(_reason(row, crm) for row in rows),
    )


def _reason(row: tuple[object, ...], crm: Crm) -> Reason:
    contact_id, name, created_at, invoice_id, number, on, code, net = row
    if invoice_id is None:
        added = local_day(str(created_at), crm.clock)
        return Reason(
            kind="contact", id=int(str(contact_id)), title=str(name), on=added, part="bought nothing"
        )
    return Reason(
        kind="invoice", id=int(str(invoice_id)), title=f"{number}, {name}", on=sold.iso(str(on)), part=str(name),
        value=Money(int(str(net)), str(code)),
    )  # fmt: skip
