"""What was bought and said before customers fell silent, and who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crm_tui.dates import day_start, local_day
from crm_tui.domain.reports import sold
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.report import Reason
from crm_tui.domain.reports.sale_reasons import (
    BOUGHT,
    Known,
    both,
    bought_by,
    credited,
    of_customer,
    of_customers,
    reasons,
    sales,
    sales_of,
    stated_day,
    unrated,
)
from crm_tui.domain.reports.silent import least_days
from crm_tui.domain.reports.wishes import DAY, is_past

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell

KEYS: Final = ("last_on", "quiet_since", "days", "revenue", "silent", "customers", "share")
"""The figures that are explained here."""
_FORMULAS: Final = {
    "last_on": "last bought = the latest day of a purchase",
    "quiet_since": "quiet since = the latest day of a purchase or of a contact, which a note is not",
    "days": "days = the days since the latest purchase or contact, which a note is not",
    "revenue": "revenue = sum of the net amounts of the customer's invoices that are not void, credits taken off",
    "customers": "customers = the companies and people with a purchase, counted",
    "share": "share = silent customers / customers",
}
_OF_ALL: Final = (
    "revenue = sum of the net amounts of the silent customers' invoices that are not void, credits taken off"
)
_SPOKE: Final = """SELECT DISTINCT i.id, i.kind, i.summary, i.occurred_at
    FROM contacts n CROSS JOIN participants p ON p.contact_id = n.id JOIN interactions i ON i.id = p.interaction_id
    WHERE n.{whose} = ? AND i.kind <> 'note' AND p.occurred_at < ? ORDER BY i.occurred_at, i.id"""
_GIVEN: Final = """SELECT n.id, n.name, n.last_contacted_base_on FROM contacts n
    WHERE n.{whose} = ? AND n.last_contacted_base_on <= ? ORDER BY n.last_contacted_base_on, n.id"""
_ALWAYS: Final = "9999-12-31"


def behind(crm: Crm, cell: Cell) -> Behind:
    """What one silent customer bought and when it was last spoken to, or all of the silent ones."""
    return _of_one(crm, cell) if cell.row is not None else _of_all(crm, cell)


def _of_one(crm: Crm, cell: Cell) -> Behind:
    key, row, day = cell.figure.key, cell.row, cell.report.as_of
    own = both(sold.standing(crm, cell.asked), of_customer(row.company_id, row.contact_id))
    if key == "revenue":
        rows = reasons(crm, sales(crm, own), part=credited)
        return Behind(formula=_FORMULAS[key], reasons=rows, notes=unrated(cell, rows))
    bought = reasons(crm, sales(crm, both(own, BOUGHT)))
    if key == "last_on":
        return stated_day(cell, _FORMULAS[key], bought)
    signs = tuple(
        sorted((*bought, *_contacts(crm, cell)), key=lambda each: (each.on or day, each.kind, each.id))
    )
    if key == "quiet_since":
        return stated_day(cell, _FORMULAS[key], signs)
    length = f"{row.days:,} {'day' if row.days == 1 else 'days'}"
    step = f"= from {row.quiet_since} to {day}: {length}"
    return Behind(formula=_FORMULAS[key], reasons=signs, how=How.STATED, steps=(step,))


def _of_all(crm: Crm, cell: Cell) -> Behind:
    key, report = cell.figure.key, cell.report
    silent = [
        Known((row.company_id or 0, row.contact_id or 0), row.quiet_since, f"{row.days:,} days")
        for row in report.rows
    ]
    if key == "revenue":
        found = sales_of(crm, sold.standing(crm, cell.asked), {each.customer for each in silent})
        rows = reasons(crm, [each for each in found if cell.code in (None, each.code)], part=credited)
        return Behind(formula=_OF_ALL, reasons=rows, notes=unrated(cell, rows))
    if key == "customers":
        every = bought_by(crm, sold.standing(crm, cell.asked))
        return Behind(formula=_FORMULAS[key], reasons=of_customers(crm, every))
    rows = of_customers(crm, silent)
    if key == "share":
        return Behind(formula=_FORMULAS[key], reasons=rows, how=How.SHARE, whole=report.totals.customers)
    least = f"silent = customers with neither a purchase nor a contact for {least_days(crm):,} days, counted"
    return Behind(formula=least, reasons=rows, notes=("Who was put away or opted out is left out.",))


def _contacts(crm: Crm, cell: Cell) -> Iterator[Reason]:
    """The real contacts with a customer's people, and the days of contact that were given by hand."""
    row, past = cell.row, is_past(crm, cell.asked)
    whose, of = ("company_id", row.company_id) if row.company_id else ("id", row.contact_id)
    until = day_start(cell.report.as_of + DAY, crm.clock) if past else _ALWAYS
    for row_id, kind, summary, at in crm.connection.execute(_SPOKE.format(whose=whose), (of, until)):
        yield Reason(
            kind="interaction", id=row_id, title=summary or kind, on=local_day(at, crm.clock), part=kind
        )
    last = cell.report.as_of.isoformat() if past else _ALWAYS
    for row_id, name, on in crm.connection.execute(_GIVEN.format(whose=whose), (of, last)):
        yield Reason(
            kind="contact", id=row_id, title=name, on=sold.iso(on), part="last contact given by hand"
        )
