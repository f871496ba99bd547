"""The invoices behind what is outstanding, and what the balance of one invoice is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crm_tui.domain.reports import rated, sold
from crm_tui.domain.reports.rated import Row
from crm_tui.domain.reports.receivables import age_of, report, unpaid
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.wishes import day_of, need_ref, refuse, refuse_ref
from crm_tui.errors import UsageError
from crm_tui.money import Money

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

_UNPAID: Final = """SELECT invoices.id, invoices.number, {customer}, invoices.currency, invoices.due_on, {balance}
    FROM invoices WHERE {owed} ORDER BY invoices.due_on, invoices.id"""
_INVOICE: Final = """SELECT number, currency, issued_on, due_on, voided_on, net_minor, tax_minor
    FROM invoices WHERE id = ?"""
_PAYMENTS: Final = """SELECT id, paid_on, amount_minor, method, reference FROM payments
    WHERE invoice_id = ? AND paid_on <= ? ORDER BY paid_on, id"""


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """What is outstanding in all, or the balance of one invoice.

    Raises:
        UsageError: an invoice is missing or one too many.
        NotFoundError: there is no such invoice.
        AmbiguousError: there is more than one.
    """
    refuse(asked, "receivables", period=True)
    if figure == "balance":
        return _balance(crm, need_ref(figure, ref, "invoice"), asked)
    refuse_ref(figure, ref)
    day = day_of(crm, asked)
    totals = report(crm, replace(asked, by=None)).totals
    owed = unpaid(crm, asked)
    query = _UNPAID.format(customer=sold.CUSTOMER, balance=owed.balance, owed=owed.sql)
    rows = crm.connection.execute(query, owed.params).fetchall()
    names = sold.names(crm, {(company, person) for _, _, company, person, *_ in rows})
    parts = rated.rated(crm, (Row(None, code, day.isoformat(), (left,)) for *_, code, _, left in rows))
    steps = rated.arithmetic(crm, parts, totals.outstanding, converted=totals.converted)
    return Explanation(
        figure=figure,
        title="Outstanding",
        value=totals.outstanding,
        unit=Unit.MONEY,
        period=None,
        as_of=day,
        arithmetic=(
            "outstanding = sum of net + tax - paid, of the invoices that are not void and not paid",
            *steps,
            f"= {rated.told(totals.outstanding)} ({len(rows):,} added up)",
        ),
        reasons=tuple(
            Reason(
                kind="invoice", id=row_id, title=f"{number}, {names.get((company, person), '?')}", on=sold.iso(due_on),
                part=age_of(day, due_on), value=Money(left, code),
            )
            for row_id, number, company, person, code, due_on, left in rows
        ),
    )  # fmt: skip


def _balance(crm: Crm, ref: str, asked: Asked) -> Explanation:
    """Total less payments, those until the day asked for; nothing once it is void."""
    day = day_of(crm, asked)
    invoice_id = crm.references.invoice(ref)
    number, code, issued_on, due_on, voided_on, net, tax = crm.connection.execute(
        _INVOICE, (invoice_id,)
    ).fetchone()
    if issued_on > day.isoformat():
        raise UsageError(f"Invoice {number} was issued on {issued_on}, after {day}.", "Ask for a later day.")
    lines = _paid(crm, invoice_id, code, day)
    void = voided_on is not None and voided_on <= day.isoformat()
    total, paid = Money(net + tax, code), Money(sum(_minor(each) for each in lines), code)
    left = Money(0 if void else total.minor - paid.minor, code)
    sums = f"{rated.told(Money(net, code))} + {rated.told(Money(tax, code))} - {rated.told(paid)}"
    owed = Reason(
        kind="invoice", id=invoice_id, title=number, on=sold.iso(issued_on), part="total", value=total
    )
    cancelled = Reason(
        kind="invoice", id=invoice_id, title=number, on=sold.iso(voided_on), part="void",
        value=Money(paid.minor - total.minor, code),
    )  # fmt: skip
    taken = [
        Reason(
            kind=each.kind,
            id=each.id,
            title=each.title,
            on=each.on,
            part=each.part,
            value=Money(-_minor(each), code),
        )
        for each in lines
    ]
    return Explanation(
        figure="balance",
        title=f"Balance of {number}, due on {due_on}",
        value=left,
        unit=Unit.MONEY,
        period=None,
        as_of=day,
        arithmetic=(
            "balance = net + tax - paid, 0 once void",
            f"void since {voided_on}" if void else sums,
            f"= {rated.told(left)}",
        ),
        reasons=(owed, *taken, *([cancelled] if void else [])),
    )


def _minor(reason: Reason) -> int:
    return reason.value.minor if isinstance(reason.value, Money) else 0


def _paid(crm: Crm, invoice_id: int, code: str, day: date) -> list[Reason]:
    return [
        Reason(
            kind="payment", id=row_id, title=" ".join(filter(None, (method, reference))) or "payment",
            on=sold.iso(on), part="refund" if minor < 0 else "paid", value=Money(minor, code),
        )
        for row_id, on, minor, method, reference in crm.connection.execute(_PAYMENTS, (invoice_id, day.isoformat()))
    ]  # fmt: skip
