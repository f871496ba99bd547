"""The people, deals and invoices of a source, or of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from crm_tui.dates import day_start, local_day
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports import referrers_why, sold
from crm_tui.domain.reports.asking import looking
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.closed import CLOSED
from crm_tui.domain.reports.report import Reason
from crm_tui.domain.reports.sale_reasons import ALL, belongs, both, not_here, reasons, sales
from crm_tui.domain.reports.sold import Sold
from crm_tui.domain.reports.sources import (
    BEGUN,
    CONTACT_SOURCE,
    DEAL_SOURCE,
    INVOICE_SOURCE,
    UNKNOWN,
    added,
)
from crm_tui.domain.reports.wishes import DAY, months_of
from crm_tui.money import Money

if TYPE_CHECKING:
    from typing import Any

    from crm_tui.dates import Period
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Value

_DEALS: Final = ("won", "lost", "win_rate", "won_amount")
KEYS: Final = (*dict.fromkeys(("contacts", "deals", *_DEALS, "revenue", *referrers_why.KEYS)),)
"""The figures that are explained here, those of people who brought somebody with them."""
_FORMULAS: Final = {
    "contacts": "contacts = the people added, counted",
    "deals": "deals = the deals begun, counted",
    "won": "won = the deals won, counted",
    "lost": "lost = the deals lost, counted",
    "win_rate": "win rate = won / (won + lost), of the deals closed",
    "won_amount": "won amount = the amounts of the deals won, added up",
    "revenue": "revenue = sum of the net amounts of the invoices that are not void",
}
_PEOPLE: Final = """SELECT contacts.id, contacts.name, contacts.created_at FROM contacts WHERE {counted}
    ORDER BY contacts.created_at, contacts.id"""


def behind(crm: Crm, cell: Cell) -> Behind:
    """What is of a source, or of any; of a person who brought others, those."""
    if cell.report.by == "referrer":
        return referrers_why.behind(crm, cell)
    key, row, period = cell.figure.key, cell.row, months_of(crm, cell.asked)
    formula = f"{_FORMULAS[key]}, from {period.start} to {period.end - DAY}"
    if row is not None and row.contacts is None and key not in ("won_amount", "revenue"):
        return not_here(formula)
    if key in _DEALS:
        return _closed(crm, cell, period, formula)
    if key == "revenue":
        counted = both(sold.sold(crm, cell.asked).within(period), _of_row(cell, INVOICE_SOURCE))
        in_it = belongs(crm, cell)
        found = [each for each in sales(crm, counted) if in_it(each.code, each.day)]
        return Behind(formula=formula, reasons=reasons(crm, found), by_own_days=cell.asked.convert)
    return Behind(
        formula=formula,
        reasons=tuple(
            Reason(
                kind="contact" if key == "contacts" else "deal",
                id=row_id,
                title=title,
                on=local_day(at, crm.clock),
                value=1,
            )
            for row_id, title, at in (_people if key == "contacts" else _begun)(crm, cell, period)
        ),
    )


def _of_row(cell: Cell, source: str) -> Sold:
    """The condition for what is of the source of a row."""
    if cell.row is None:
        return ALL
    return Sold(f"{source} = ?", ("" if cell.row.source == UNKNOWN else cell.row.source,))


def _within(crm: Crm, condition: str, period: Period) -> Sold:
    """A condition on instants within the days of a period."""
    return Sold(condition, (day_start(period.start, crm.clock), day_start(period.end, crm.clock)))


def _people(crm: Crm, cell: Cell, period: Period) -> Sequence[tuple[Any, ...]]:
    counted = both(added(crm, cell.asked, period), _of_row(cell, CONTACT_SOURCE))
    return crm.connection.execute(_PEOPLE.format(counted=counted.sql), counted.params).fetchall()


def _begun(crm: Crm, cell: Cell, period: Period) -> Sequence[tuple[Any, ...]]:
    counted = both(_within(crm, BEGUN, period), _of_row(cell, DEAL_SOURCE))
    with looking(crm, cell.asked) as deals:
        return deals.rows(
            "deals.id, deals.title, deals.created_at", *counted, "ORDER BY deals.created_at, deals.id"
        )


def _closed(crm: Crm, cell: Cell, period: Period, formula: str) -> Behind:
    """The deals closed, or of them those that were won or lost."""
    key, days = cell.figure.key, (period.start.isoformat(), period.end.isoformat())
    counted = both(Sold(CLOSED, days), _of_row(cell, DEAL_SOURCE))
    with looking(crm, cell.asked) as deals:
        rows = deals.rows(
            "deals.id, deals.title, deals.closed_on, deals.status, deals.amount_minor, deals.currency",
            *counted, "ORDER BY deals.closed_on, deals.id",
        )  # fmt: skip
    if key == "win_rate":
        found = tuple(_reason(row, int(row[3] == "won")) for row in rows)
        return Behind(formula=formula, reasons=found, how=How.SHARE)
    if key != "won_amount":
        return Behind(formula=formula, reasons=tuple(_reason(row, 1) for row in rows if row[3] == key))
    won, in_it = [row for row in rows if row[3] == "won"], belongs(crm, cell)
    valued = [row for row in won if row[4] and row[5] and in_it(row[5], row[2])]
    return Behind(
        formula=formula,
        reasons=tuple(_reason(row, Money(row[4], row[5])) for row in valued),
        notes=tuple(words.without_amount(sum(row[4] is None for row in won))),
        by_own_days=cell.asked.convert,
    )


def _reason(row: Sequence[Any], value: Value) -> Reason:
    deal_id, title, on, status, *_ = row
    return Reason(kind="deal", id=deal_id, title=title, on=sold.iso(on), part=status, value=value)
