"""What sales add up to follows from rows made in bulk too: loaded, undone and done again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.store import sales
from tests.everything import content
from tests.loading import Loader

QUIET = "SELECT company_id, contact_id, quiet_since FROM customers ORDER BY 1, 2"


@pytest.fixture
def load(crm: Crm, tmp_path: Path) -> Loader:
    """A base in which Acme and Bo have bought something on 5 January."""
    crm.companies.add(name="Acme")
    crm.contacts.add(name="Bo", emails=["bo@x.example"])
    for contact, company in ((None, 1), (1, None)):
        line = LineDraft("oil", unit_price_minor=1000)
        day = date(2026, 1, 5)
        crm.invoices.add(lines=[line], contact_id=contact, company_id=company, issued_on=day, currency="EUR")
    return Loader(crm, tmp_path)


def back_and_forth(crm: Crm) -> None:
    """Undo, redo and undo the newest operation; nothing is ever wrong, and it comes back as it was."""
    assert list(sales.problems(crm.connection)) == []
    after = content(crm)
    crm.undo()
    assert list(sales.problems(crm.connection)) == []
    before = content(crm)
    crm.redo()
    assert content(crm) == after
    crm.undo()
    assert content(crm) == before


def test_a_company_was_heard_of_with_those_who_come_to_it(load: Loader) -> None:
    load("contacts", "name,company,last_contacted_on\nAnna,Acme,2026-02-20\nCem,Acme,2026-02-10\nDan,,\n")
    assert load.crm.connection.execute(QUIET).fetchall() == [(0, 1, "2026-01-05"), (1, 0, "2026-02-20")]
    back_and_forth(load.crm)
    assert load.crm.connection.execute(QUIET).fetchall() == [(0, 1, "2026-01-05"), (1, 0, "2026-01-05")]


def test_a_last_contact_for_every_row_counts_as_well(load: Loader) -> None:
    defaults = {"last_contacted_on": "2026-02-20"}
    load("contacts", "name,company\nAnna,Acme\n", defaults=defaults)
    assert load.crm.connection.execute(QUIET).fetchall() == [(0, 1, "2026-01-05"), (1, 0, "2026-02-20")]
    back_and_forth(load.crm)


def test_interactions_with_customers(load: Loader) -> None:
    load("interactions", "kind,contacts,summary,occurred_at\ncall,bo@x.example,hi,2026-02-10 10:00\n")
    assert load.crm.connection.execute(QUIET).fetchall() == [(0, 1, "2026-02-10"), (1, 0, "2026-01-05")]
    back_and_forth(load.crm)


def test_payments_of_invoices_that_stay(load: Loader) -> None:
    number = load.crm.invoices.get(1).number
    load("payments", f"invoice,paid_on,amount\n{number},2026-02-01,4.00\n{number},2026-03-01,6.00\n")
    assert load.crm.invoices.get(1).paid_minor == 1000
    back_and_forth(load.crm)
    assert load.crm.invoices.get(1).paid_minor == 0


def test_invoices_of_customers_old_and_new(load: Loader) -> None:
    load(
        "invoices",
        "number,company,contact,issued_on,currency,description,unit_price\n"
        "A1,Acme,,2026-02-01,EUR,oil,20.00\nA2,Newcomer,,2026-02-02,EUR,oil,5.00\nA3,,Bo,2026-01-06,USD,oil,5.00\n",
        create_missing=True,
    )
    assert load.reasons() == []
    assert load.crm.connection.execute("SELECT count(*) FROM customers").fetchone() == (3,)
    back_and_forth(load.crm)


def test_an_undo_works_out_what_went_and_nothing_else(load: Loader) -> None:
    number = load.crm.invoices.get(1).number
    load("payments", f"invoice,paid_on,amount\n{number},2026-02-01,4.00\n")
    # what is not worked out anew stays wrong
    load.crm.connection.execute("UPDATE revenue_months SET net_minor = 1")
    load.crm.connection.execute("UPDATE invoices SET net_minor = 1 WHERE id = 2")
    load.crm.undo()
    assert list(sales.problems(load.crm.connection)) == [
        "the sums of invoice 2 are wrong",
        "the sums in customer_sums are wrong",
        "the sums in revenue_months are wrong",
    ]
