"""How somebody pays: what they owe, and how many days late their invoices were paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.money import Money

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

LOOKED_AT: Final = 50
"""So many of the newest paid invoices say how somebody pays."""
_PERSON: Final = "(i.contact_id = :contact OR (i.company_id = :company AND i.contact_id IS NULL))"
_COMPANY: Final = "i.company_id = :company"
_OWED: Final = """SELECT i.currency, sum(i.net_minor + i.tax_minor - i.paid_minor),
    sum(CASE WHEN i.due_on < :today THEN i.net_minor + i.tax_minor - i.paid_minor END),
    count(*), sum(i.due_on < :today), min(i.due_on)
    FROM invoices i WHERE {} AND i.voided_on IS NULL AND i.paid_minor < i.net_minor + i.tax_minor
    GROUP BY i.currency ORDER BY i.currency"""
_PAID: Final = """SELECT i.id, i.due_on, i.net_minor + i.tax_minor FROM invoices i
    WHERE {} AND i.voided_on IS NULL AND i.net_minor + i.tax_minor > 0
    AND i.paid_minor >= i.net_minor + i.tax_minor
    ORDER BY i.issued_on DESC, i.id DESC LIMIT :most"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """How a person or a company pays.

    Attributes:
        owed: what is still to be paid, a sum a currency; what was overpaid elsewhere is not taken off.
        overdue: what of it is past its day.
        unpaid: how many invoices that is.
        unpaid_overdue: how many of them are overdue.
        overdue_days: for how many days the oldest of them is overdue; None without any.
        paid: how many paid invoices were looked at, the newest ``LOOKED_AT`` at most.
        paid_late: how many of them were paid after their day.
        days_late: how many days after it they were paid on average, below zero for before; None without any.
    """

    owed: tuple[Money, ...] = ()
    overdue: tuple[Money, ...] = ()
    unpaid: int = 0
    unpaid_overdue: int = 0
    overdue_days: int | None = None
    paid: int = 0
    paid_late: int = 0
    days_late: float | None = None


def of_contact(crm: Crm, contact_id: int, company_id: int | None) -> Payer:
    """How a person pays: by the invoices that name them, and those of their company that name nobody."""
    return _payer(crm, _PERSON, contact_id, company_id)


def of_company(crm: Crm, company_id: int) -> Payer:
    """How a company pays: by its invoices."""
    return _payer(crm, _COMPANY, None, company_id)


def settled_on(crm: Crm, invoice_id: int, total_minor: int) -> date | None:
    """The day an invoice was paid in full, for good; None where it is not."""
    whole, day = 0, None
    for paid_on, minor in crm.connection.execute(
        "SELECT paid_on, sum(amount_minor) FROM payments WHERE invoice_id = ? GROUP BY paid_on ORDER BY paid_on",
        (invoice_id,),
    ):
        before, whole = whole, whole + minor
        if whole >= total_minor > before:
            day = date.fromisoformat(paid_on)
    return day if whole >= total_minor else None


def _payer(crm: Crm, whose: str, contact_id: int | None, company_id: int | None) -> Payer:
    today = crm.clock.today
    params = {"contact": contact_id, "company": company_id, "today": today.isoformat(), "most": LOOKED_AT}
    rows = crm.connection.execute(_OWED.format(whose), params).fetchall()
    late = [
        (day - date.fromisoformat(due)).days
        for row_id, due, total in crm.connection.execute(_PAID.format(whose), params).fetchall()
        if (day := settled_on(crm, row_id, total)) is not None
    ]
    oldest = min((date.fromisoformat(row[5]) for row in rows), default=today)
    return Payer(
        owed=tuple(Money(row[1], row[0]) for row in rows),
        overdue=tuple(Money(row[2], row[0]) for row in rows if row[2]),
        unpaid=sum(row[3] for row in rows),
        unpaid_overdue=sum(row[4] for row in rows),
        overdue_days=(today - oldest).days if oldest < today else None,
        paid=len(late),
        paid_late=sum(days > 0 for days in late),
        days_late=sum(late) / len(late) if late else None,
    )
