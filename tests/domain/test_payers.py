"""How somebody pays: what they owe, and how late they pay on average."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.brief_lines import paying, text
from crm_tui.domain import Crm
from crm_tui.domain.brief import brief
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.payers import Payer
from crm_tui.money import Money


def bill(crm: Crm, due: date, minor: int = 100_00, code: str = "EUR", **party: int | None) -> int:
    lines = [LineDraft("Work", unit_price_minor=minor)]
    made = crm.invoices.add(lines=lines, issued_on=date(2026, 1, 1), due_on=due, currency=code, **party)  # type: ignore[arg-type]
    return made.id


def test_nobody_owes_anything_at_first(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    assert crm.invoices.payer(contact_id=anna.id) == Payer()
    assert paying(Payer()) == ""
    with pytest.raises(ValueError, match="one contact or one company"):
        crm.invoices.payer()


def test_what_is_owed_by_currency_and_since_when(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    bill(crm, date(2026, 3, 2), contact_id=anna.id)
    assert paying(crm.invoices.payer(contact_id=anna.id)) == "owes 100.00 EUR"
    bill(crm, date(2026, 2, 18), 50_00, contact_id=anna.id)
    crm.payments.add(2, 20_00)
    bill(crm, date(2026, 2, 27), 9000, "JPY", contact_id=anna.id)
    crm.invoices.void(bill(crm, date(2026, 1, 5), contact_id=anna.id))
    payer = crm.invoices.payer(contact_id=anna.id)
    assert payer.owed == (Money(130_00, "EUR"), Money(9000, "JPY"))
    assert payer.overdue == (Money(30_00, "EUR"), Money(9000, "JPY"))
    assert (payer.unpaid, payer.unpaid_overdue, payer.overdue_days, payer.paid) == (3, 2, 12, 0)
    assert paying(payer) == (
        "owes 130.00 EUR and 9,000 JPY, 30.00 EUR and 9,000 JPY of it overdue for 12 days"
    )


def test_the_average_is_of_the_days_invoices_were_paid_in_full(crm: Crm) -> None:
    acme = crm.companies.add(name="Acme").id
    # due on 1 February; paid in full on the 11th, 10 days late
    crm.payments.add(bill(crm, date(2026, 2, 1), company_id=acme), 50_00, paid_on=date(2026, 1, 20))
    crm.payments.add(1, paid_on=date(2026, 2, 11))
    # 4 days early
    crm.payments.add(bill(crm, date(2026, 2, 1), company_id=acme), paid_on=date(2026, 1, 28))
    # on the day, then given back, then paid again 21 days late: (10 - 4 + 21) / 3 = 9
    third = bill(crm, date(2026, 2, 1), company_id=acme)
    crm.payments.add(third, paid_on=date(2026, 2, 1))
    crm.payments.add(third, -10_00, paid_on=date(2026, 2, 5))
    crm.payments.add(third, paid_on=date(2026, 2, 22))
    # of nothing, and a credit: neither says how they pay
    bill(crm, date(2026, 2, 1), 0, company_id=acme)
    bill(crm, date(2026, 2, 1), -5, company_id=acme)
    payer = crm.invoices.payer(company_id=acme)
    assert (payer.paid, payer.paid_late, payer.days_late) == (3, 2, 9.0)
    assert paying(payer) == "pays 9 days late on average (of 3)"


@pytest.mark.parametrize(
    ("late", "told"),
    [(0.4, "on the day"), (1.0, "1 day late"), (-3.2, "3 days early"), (1200.0, "1,200 days late")],
)
def test_early_and_on_the_day(late: float, told: str) -> None:
    assert paying(Payer(paid=2, days_late=late)) == f"pays {told} on average (of 2)"


def test_a_person_answers_for_themselves_and_for_what_names_nobody_of_their_company(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    bo = crm.contacts.add(name="Bo", company="Acme")
    acme = anna.company_id
    assert acme is not None
    bill(crm, date(2026, 4, 1), 1_00, contact_id=anna.id)
    bill(crm, date(2026, 4, 1), 2_00, contact_id=anna.id, company_id=None)
    bill(crm, date(2026, 4, 1), 4_00, company_id=acme)
    bill(crm, date(2026, 4, 1), 8_00, contact_id=bo.id)
    assert crm.invoices.payer(contact_id=anna.id).owed == (Money(7_00, "EUR"),)
    assert crm.invoices.payer(contact_id=bo.id).owed == (Money(12_00, "EUR"),)
    assert crm.invoices.payer(company_id=acme).owed == (Money(13_00, "EUR"),)


def test_the_page_before_a_call_tells_it(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    bill(crm, date(2026, 2, 27), contact_id=anna.id)
    lines = text(brief(crm, anna.id), crm.clock, 80)
    assert "Money     ! owes 100.00 EUR, overdue for 3 days" in lines
