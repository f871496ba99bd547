"""From what is set on an invoice to its columns: whom it is for, its days, its currency and number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TypedDict

from crm_tui.domain import checks, numbering
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.models import Company, Contact, Deal, Invoice
from crm_tui.money import check_currency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.invoice_lines import LineDraft
    from crm_tui.store.transaction import SqlValue, Transaction

NUMBER: Final = 100
"""The longest number."""


class DealInvoiceValues(TypedDict, total=False):
    """What can be set on an invoice of a deal; see ``InvoiceValues``."""

    contact_id: int | None
    company: str | None
    company_id: int | None
    number: str | None
    issued_on: date | None
    due_on: date | None
    currency: str | None


class InvoiceValues(DealInvoiceValues, total=False):
    """What can be set on an invoice.

    ``company`` is a name, made when there is none. What is not given of person and company is the deal's; a person's
    company is billed unless ``company`` or ``company_id`` says otherwise, None for nobody but the person. ``number``
    None is the next of its series.
    """

    deal_id: int | None


class InvoiceChanges(InvoiceValues, total=False):
    """What can be changed on an invoice: also its lines, all of them anew."""

    lines: Sequence[LineDraft]


def beginning(crm: Crm, writing: Transaction, values: InvoiceValues) -> dict[str, SqlValue]:
    """The columns of a new invoice but for its currency.

    Raises:
        InvalidDataError: a value cannot be what it claims to be.
        NotFoundError: there is no such contact, company or deal.
        ConflictError: the number is taken.
    """
    issued = values.get("issued_on") or crm.clock.today
    due = values.get("due_on") or payable(issued, crm.config.payment_days)
    refuse_order(issued, due)
    number = values.get("number")
    return {
        **_parties(crm, writing, values),
        "issued_on": issued.isoformat(),
        "due_on": due.isoformat(),
        "number": numbering.following(crm.connection, crm.config.invoice_number, issued)
        if number is None
        else free_number(crm, number, None),
    }


def changes(crm: Crm, writing: Transaction, values: InvoiceValues, old: Invoice) -> dict[str, SqlValue]:
    """The columns of an invoice that is changed but for its currency.

    Raises:
        InvalidDataError: a value cannot be what it claims to be.
        NotFoundError: there is no such contact, company or deal.
        ConflictError: the number is taken, or the old one would be missing in its series.
    """
    row: dict[str, SqlValue] = {}
    if "contact_id" in values:
        row["contact_id"] = _contact(crm, values["contact_id"])
    if "company" in values or "company_id" in values:
        row["company_id"] = _company(crm, writing, values)
    if "deal_id" in values:
        row["deal_id"] = _deal(crm, values["deal_id"])
    issued = values.get("issued_on") or old.issued_on
    due = values.get("due_on") or old.due_on
    refuse_order(issued, due)
    row.update(issued_on=issued.isoformat(), due_on=due.isoformat())
    number = values.get("number")
    if number is not None:
        row["number"] = free_number(crm, number, old)
        if row["number"] != old.number:
            lost = numbering.Lost(old.id, old.number, numbering.giver(crm.connection, old.id) or 0)
            numbering.refuse_gap(
                crm.connection, crm.config.invoice_number, [lost], "The number cannot be changed"
            )
    return row


def free_number(crm: Crm, number: str, old: Invoice | None) -> str:
    """A number, checked that no other invoice has it.

    Raises:
        InvalidDataError: it cannot be a number.
        ConflictError: another invoice has it.
    """
    wanted = checks.name(number, "number", NUMBER)
    row = crm.connection.execute(
        "SELECT id FROM invoices WHERE number = ? AND id <> ?", (wanted, old.id if old is not None else 0)
    ).fetchone()
    if row is not None:
        raise ConflictError(
            f"There is an invoice {wanted} already ({row[0]}).",
            f"The next number is {following(crm)}; it is taken when none is given.",
        )
    return wanted


def following(crm: Crm) -> str:
    """The number an invoice of today would get."""
    return numbering.following(crm.connection, crm.config.invoice_number, crm.clock.today)


def currency(values: InvoiceValues) -> str | None:
    """The currency that is given; None where none is.

    Raises:
        InvalidDataError: there is no such currency.
    """
    given = values.get("currency")
    return check_currency(given) if given else None


def refuse_order(issued: date, due: date) -> None:
    """Refuse an invoice that is due before it is issued.

    Raises:
        InvalidDataError: it is.
    """
    if due < issued:
        raise InvalidDataError(
            f"The invoice would be due on {due.isoformat()}, before it is issued on {issued.isoformat()}.",
            "Give the day it is due as well.",
        )


def payable(issued: date, days: int) -> date:
    """The day an invoice is due so many days after it is issued, within the calendar."""
    try:
        return issued + timedelta(days=days)
    except OverflowError:
        return date.max


def _parties(crm: Crm, writing: Transaction, values: InvoiceValues) -> dict[str, SqlValue]:
    contact, company = values.get("contact_id"), None
    deal_id = _deal(crm, values.get("deal_id"))
    names_company = "company" in values or "company_id" in values
    if names_company:
        company = _company(crm, writing, values)
    if deal_id is not None and "contact_id" not in values:
        deal = crm.deals.one(Deal, deal_id)
        # somebody else's company is not to be mixed with the deal's person
        if not names_company or company in (None, deal.company_id):
            contact = deal.contact_id
        if not names_company:
            company, names_company = deal.company_id, deal.company_id is not None
    _contact(crm, contact)
    if contact is not None and not names_company:
        company = crm.contacts.one(Contact, contact).company_id
    return {"contact_id": contact, "company_id": company, "deal_id": deal_id}


def _contact(crm: Crm, contact_id: int | None) -> int | None:
    return None if contact_id is None else crm.contacts.one(Contact, contact_id).id


def _deal(crm: Crm, deal_id: int | None) -> int | None:
    return None if deal_id is None else crm.deals.one(Deal, deal_id).id


def _company(crm: Crm, writing: Transaction, values: InvoiceValues) -> int | None:
    name, company_id = values.get("company"), values.get("company_id")
    if name is not None and name.strip():
        return crm.companies.ensure(writing, name)
    return None if company_id is None else crm.companies.one(Company, company_id).id
