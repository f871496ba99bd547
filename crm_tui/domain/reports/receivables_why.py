"""The invoices behind what is outstanding, and what the balance of one invoice is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crm_tui.domain.reports import sold
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.receivables import AgeRow, age_of, unpaid
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.sale_reasons import (
    ALL,
    Sale,
    belongs,
    both,
    of_customer,
    one,
    reasons,
    sales,
    shared,
)
from crm_tui.domain.reports.wishes import day_of, is_past, need_ref, refuse
from crm_tui.errors import UsageError
from crm_tui.money import Money, format_money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Asked

KEYS: Final = (
    "invoices", "outstanding", "share", "not_due", "days_1_30", "days_31_60", "days_61_90", "over_90",
    "oldest_due_on", "overdue_days", "overdue_invoices", "overdue", "overdue_share",
)  # fmt: skip
"""The figures that are explained here."""
_LEFT: Final = "net + tax - paid, of the invoices that are not void and not paid"
_AGES: Final = {
    "not_due": "not due",
    "days_1_30": "1-30",
    "days_31_60": "31-60",
    "days_61_90": "61-90",
    "over_90": "over 90",
}
_LATE: Final = ("overdue_invoices", "overdue", "overdue_share")
_OF_ALL: Final = ("oldest_due_on", "overdue_days")
"""Figures of a customer that are of all currencies."""
_FORMULAS: Final = {
    "invoices": "invoices = the invoices that are not void and not paid, counted",
    "outstanding": f"outstanding = sum of {_LEFT}",
    "share": "share = outstanding of this age / outstanding",
    "overdue_invoices": "past due = the invoices that are not void, not paid and were due before the day, counted",
    "overdue": f"amount past due = sum of {_LEFT} and were due before the day",
    "overdue_share": "share past due = amount past due / outstanding",
    "oldest_due_on": "oldest due = the earliest day on which any of what is owed was due, in whichever currency",
    "overdue_days": "days past due = the days since the oldest due day, 0 before it",
}
_EACH: Final = "Each age is converted and rounded by itself; their sum can differ from that by as much."
_INVOICE: Final = """SELECT number, currency, issued_on, due_on, voided_on, net_minor, tax_minor
    FROM invoices WHERE id = ?"""
_PAYMENTS: Final = """SELECT id, paid_on, amount_minor, method, reference FROM payments
    WHERE invoice_id = ? AND paid_on <= ? ORDER BY paid_on, id"""


def behind(crm: Crm, cell: Cell) -> Behind:
    """The invoices with something to pay of a row, or of the totals, and what is left to pay of each."""
    key, day = cell.figure.key, cell.report.as_of
    found = _owed(crm, cell)
    if key in _OF_ALL:
        return _oldest(crm, found, key, day)
    in_it = belongs(crm, cell)
    found = [each for each in found if in_it(each.code, day.isoformat())]
    rows = reasons(
        crm,
        found,
        value=one if key in ("invoices", "overdue_invoices") else None,
        part=lambda each: age_of(day, each.day),
    )
    if key in ("share", "overdue_share"):
        return _share(crm, cell, rows)
    formula = _FORMULAS.get(key) or f"{_AGES[key].replace(' ', '_')} = sum of {_LEFT} and have this age"
    title, notes = ("Outstanding", _rounding(crm, cell, found)) if key == "outstanding" else ("", ())
    return Behind(formula=formula, reasons=rows, title=title, notes=notes)


def _rounding(crm: Crm, cell: Cell, found: list[Sale]) -> tuple[str, ...]:
    """That what a customer owes is what its ages come to, where those were converted."""
    is_added = cell.row is not None and cell.report.by == "customer" and cell.asked.convert
    return (_EACH,) if is_added and any(each.code != crm.config.base_currency for each in found) else ()


def _owed(crm: Crm, cell: Cell) -> list[Sale]:
    """The invoices with something to pay of the row and the age that a figure is of, in every currency."""
    row, key, day = cell.row, cell.figure.key, cell.report.as_of
    owed = unpaid(crm, cell.asked)
    of_row = of_customer(row.company_id, row.contact_id) if cell.report.by == "customer" and row else ALL
    counted = both(sold.Sold(owed.sql, owed.params), of_row)
    found = sales(crm, counted, amount=f"({owed.balance})", day="invoices.due_on")
    age = row.age if isinstance(row, AgeRow) else _AGES.get(key)
    if age is not None:
        return [each for each in found if age_of(day, each.day) == age]
    return [each for each in found if each.day < day.isoformat()] if key in _LATE else found


def _share(crm: Crm, cell: Cell, rows: tuple[Reason, ...]) -> Behind:
    """What is owed of an age in a currency by all of that currency; what is past due by all."""
    of_code = next((each for each in cell.report.by_currency if each.currency == cell.currency), None)
    totals = cell.report.totals if of_code is None or (cell.row is None and cell.code is None) else of_code
    part = cell.row.outstanding if cell.row is not None else totals.overdue
    return shared(crm, cell, _FORMULAS[cell.figure.key], rows, part, totals.outstanding)


def _oldest(crm: Crm, found: list[Sale], key: str, day: date) -> Behind:
    """The first day on which anything was due that a customer owes, and how long ago that is."""
    first = min((each.day for each in found), default=day.isoformat())
    due = sold.iso(first) or day
    late = max(0, (day - due).days)
    step = f"= {first}, of {len(found):,} {'invoice' if len(found) == 1 else 'invoices'}"
    if key == "overdue_days":
        ago = f"from {first} to {day}" if late else f"due on {first}"
        step = f"= {ago}: {late:,} {'day' if late == 1 else 'days'}"
    return Behind(
        formula=_FORMULAS[key],
        reasons=reasons(crm, found, part=lambda each: age_of(day, each.day)),
        how=How.STATED,
        steps=(step,),
    )


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """The balance of one invoice: total less payments, those until the day asked for; nothing once it is void.

    Raises:
        UsageError: no invoice was named, or it was issued after a day in the past.
        NotFoundError: there is no such invoice.
        AmbiguousError: there is more than one.
    """
    refuse(asked, "receivables", period=True)
    day, until = day_of(crm, asked), _until(crm, asked)
    invoice_id = crm.references.invoice(need_ref(figure, ref, "invoice"))
    number, code, issued_on, due_on, voided_on, net, tax = crm.connection.execute(
        _INVOICE, (invoice_id,)
    ).fetchone()
    if issued_on > until:
        raise UsageError(f"Invoice {number} was issued on {issued_on}, after {day}.", "Ask for a later day.")
    payments = crm.connection.execute(_PAYMENTS, (invoice_id, until)).fetchall()
    void = voided_on is not None and voided_on <= until
    paid = sum(minor for _, _, minor, _, _ in payments)
    left = 0 if void else net + tax - paid
    reasons = [_of_invoice(invoice_id, number, issued_on, "total", Money(net + tax, code))]
    reasons += [_of_payment(row, code) for row in payments]
    if void:
        reasons.append(_of_invoice(invoice_id, number, voided_on, "void", Money(paid - net - tax, code)))
    sums = f"{format_money(net, code)} + {format_money(tax, code)} - {format_money(paid, code)}"
    return Explanation(
        figure=figure,
        title=f"Balance of {number}, due on {due_on}",
        value=Money(left, code),
        unit=Unit.MONEY,
        period=None,
        as_of=day,
        arithmetic=(
            "balance = net + tax - paid, 0 once void",
            f"void since {voided_on}" if void else sums,
            f"= {format_money(left, code)}",
        ),
        reasons=tuple(reasons),
    )


def _until(crm: Crm, asked: Asked) -> str:
    """The last day on which things count; what is of a day to come is of the present state too."""
    return day_of(crm, asked).isoformat() if is_past(crm, asked) else "9999-12-31"


def _of_invoice(row_id: int, number: str, on: str, part: str, value: Money) -> Reason:
    return Reason(kind="invoice", id=row_id, title=number, on=sold.iso(on), part=part, value=value)


def _of_payment(row: Sequence[Any], code: str) -> Reason:
    """A payment, which takes off what is owed."""
    row_id, on, minor, method, reference = row
    title, part = " ".join(filter(None, (method, reference))) or "payment", "refund" if minor < 0 else "paid"
    return Reason(
        kind="payment", id=row_id, title=title, on=sold.iso(on), part=part, value=Money(-minor, code)
    )
