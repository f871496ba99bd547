"""What is kept beside invoices follows from them, whatever is done, undone and done again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm, doctor
from crm_tui.domain.loading.rows import NewRows
from crm_tui.errors import CrmError
from crm_tui.store import sales
from crm_tui.store.transaction import SqlValue
from tests.conftest import NOW

DAY = st.dates(min_value=NOW.date().replace(year=2024), max_value=NOW.date()).map(str)
PARTY = st.sampled_from([None, 1, 2])
STEP = st.one_of(
    st.tuples(st.just("invoice"), PARTY, PARTY, DAY, st.sampled_from(["EUR", "JPY"])),
    st.tuples(st.just("line"), st.integers(0, 3), st.sampled_from([None, 1, 2]), st.integers(-500, 3000)),
    st.tuples(st.just("payment"), st.integers(0, 3), DAY, st.integers(-500, 3000)),
    st.tuples(st.just("void"), st.integers(0, 3), DAY),
    st.tuples(st.just("move"), st.integers(0, 3), PARTY, PARTY),
    st.tuples(st.just("reorder"), st.sampled_from([1, 2]), st.sampled_from([None, 30, 36_500])),
    st.tuples(st.just("call"), st.sampled_from([1, 2])),
    st.tuples(st.just("join"), st.sampled_from([1, 2]), PARTY),
    st.tuples(st.just("leave"), st.sampled_from(["contacts", "companies"]), st.sampled_from([1, 2])),
    st.tuples(st.just("opt out"), st.sampled_from([1, 2]), st.sampled_from([None, NOW.date()])),
    st.tuples(st.just("currency"), st.integers(0, 3), st.sampled_from(["EUR", "JPY"])),
    st.tuples(st.just("drop"), st.integers(0, 5)),
    st.tuples(st.just("load"), PARTY, PARTY, DAY, st.integers(0, 3)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def begin(crm: Crm) -> None:
    for name in ("Anna", "Bo"):
        crm.contacts.add(name=name)
        crm.companies.add(name=f"{name} & Sons")
    with crm.transaction("add products") as writing:
        for number in (1, 2):
            writing.insert("products", {"sku": f"P{number}", "name": f"Product {number}", "reorder_days": 30})


def pick(crm: Crm, table: str, place: int) -> int:
    ids = [row_id for (row_id,) in crm.connection.execute(f"SELECT id FROM {table} ORDER BY id")]
    return ids[place % len(ids)] if ids else 0


def load(crm: Crm, contact: int | None, company: int | None, day: str, place: int) -> None:
    """An invoice with a line in bulk, and payments of it and of one that may be there already."""
    paid = pick(crm, "invoices", place)
    with crm.transaction("load", bulk=True) as writing:
        new = NewRows(crm, writing)
        row: dict[str, SqlValue] = {"issued_on": day, "due_on": day, "currency": "EUR"}
        row |= {"number": str(writing.next_id("invoices")), "contact_id": contact, "company_id": company}
        made = new.add("invoices", row)
        new.add(
            "invoice_lines",
            {"invoice_id": made, "product_id": 1, "description": "a", "unit_price_minor": 100},
        )
        for invoice in {made, paid or made}:
            new.add("payments", {"invoice_id": invoice, "paid_on": day, "amount_minor": 50})
        new.complete()


def take(crm: Crm, step: Sequence[Any]) -> None:
    what, *rest = step
    if what == "load":
        load(crm, *rest)
    elif what == "undo":
        crm.undo()
    elif what == "redo":
        crm.redo()
    elif what == "call":
        crm.interactions.add("call", rest, "spoke")
    elif what == "join":
        crm.contacts.update(rest[0], company_id=rest[1])
    elif what == "leave":
        service = crm.contacts if rest[0] == "contacts" else crm.companies
        (service.restore if service.get(rest[1]).archived_at else service.archive)(rest[1])
    elif what == "opt out":
        crm.contacts.update(rest[0], opted_out_on=rest[1])
    else:
        with crm.transaction(what) as writing:
            invoice = pick(crm, "invoices", rest[0]) if isinstance(rest[0], int) else 0
            if what == "invoice":
                contact, company, day, currency = rest
                days = {"issued_on": day, "due_on": day, "currency": currency}
                number = writing.next_id("invoices")
                writing.insert(
                    "invoices", {"number": f"{number}", "contact_id": contact, "company_id": company, **days}
                )
            elif what == "line" and invoice:
                row = {"product_id": rest[1], "unit_price_minor": rest[2], "tax_percent": "20"}
                writing.insert("invoice_lines", {"invoice_id": invoice, "description": "a", **row})
            elif what == "payment" and invoice:
                writing.insert(
                    "payments", {"invoice_id": invoice, "paid_on": rest[1], "amount_minor": rest[2]}
                )
            elif what == "currency" and invoice:
                writing.update("invoices", invoice, {"currency": rest[1]})
            elif what == "void" and invoice:
                writing.update("invoices", invoice, {"voided_on": rest[1]})
            elif what == "move" and invoice:
                writing.update("invoices", invoice, {"contact_id": rest[1], "company_id": rest[2]})
            elif what == "reorder":
                writing.update("products", rest[0], {"reorder_days": rest[1]})
            elif what == "drop" and (line := pick(crm, "invoice_lines", rest[0])):
                writing.delete("invoice_lines", line)


@given(st.lists(STEP, max_size=25))
@settings(max_examples=25, deadline=None)
def test_sums_follow_from_the_rows_after_any_steps(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Sequence[Any]]
) -> None:
    with Crm.open(tmp_path_factory.mktemp("sums") / "crm.db", now=NOW) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        begin(crm)
        for step in steps:
            try:
                take(crm, step)
            except CrmError:
                continue
            assert list(sales.problems(crm.connection)) == [], step


def test_the_doctor_finds_and_mends_wrong_sums(crm: Crm) -> None:
    begin(crm)
    for step in (
        ("invoice", 1, None, "2026-01-05", "EUR"),
        ("line", 0, 1, 1000),
        ("payment", 0, "2026-01-06", 200),
    ):
        take(crm, step)
    connection = crm.connection
    assert connection.execute("SELECT net_minor, tax_minor, paid_minor FROM invoices").fetchall() == [
        (1000, 200, 200)
    ]
    assert connection.execute("SELECT * FROM customers").fetchall() == [
        (0, 1, "2026-01-05", "2026-01-05", "2026-01-05", 1)
    ]
    due = (0, 1, 1, "2026-01-05", "2026-02-04", None, 1)
    assert connection.execute("SELECT * FROM reorders").fetchall() == [due]
    assert connection.execute("SELECT * FROM revenue_months").fetchall() == [("2026-01", "EUR", 1, 1000)]
    assert connection.execute("SELECT * FROM received_months").fetchall() == [("2026-01", "EUR", 1, 200)]
    connection.execute("UPDATE invoice_lines SET net_minor = 1")
    connection.execute("UPDATE invoices SET paid_minor = 1")
    for table in sales.TABLES:
        connection.execute(f"DELETE FROM {table}")
    found = list(sales.problems(connection))
    assert found == [
        "the amounts of invoice line 1 are wrong",
        "the sums of invoice 1 are wrong",
        "the sums in customers are wrong",
        "the sums in customer_sums are wrong",
        "the sums in reorders are wrong",
        "the sums in revenue_months are wrong",
        "the sums in received_months are wrong",
    ]
    doctor.mend(crm, own_folder=False)
    assert list(sales.problems(connection)) == []


def test_a_payment_touches_what_was_received_and_nothing_else(crm: Crm) -> None:
    begin(crm)
    take(crm, ("invoice", 1, None, "2026-01-05", "EUR"))
    take(crm, ("line", 0, 1, 1000))
    # what is not worked out anew stays wrong
    connection = crm.connection
    connection.execute("UPDATE customer_sums SET net_minor = 1")
    connection.execute("UPDATE customers SET last_on = '2026-01-06'")
    connection.execute("UPDATE reorders SET due_on = '2026-01-06'")
    connection.execute("UPDATE revenue_months SET net_minor = 1")
    take(crm, ("payment", 0, "2026-01-06", 200))
    assert connection.execute("SELECT paid_minor FROM invoices").fetchall() == [(200,)]
    assert list(sales.problems(connection)) == [
        f"the sums in {table} are wrong" for table in sales.TABLES if table != "received_months"
    ]
    crm.undo()
    assert connection.execute("SELECT count(*) FROM received_months").fetchone() == (0,)
    assert connection.execute("SELECT net_minor FROM revenue_months").fetchall() == [(1,)]


def test_a_newer_contact_moves_the_silence_of_a_customer_and_of_their_company(crm: Crm) -> None:
    begin(crm)
    take(crm, ("invoice", 1, None, "2026-01-05", "EUR"))
    take(crm, ("line", 0, 1, 1000))
    take(crm, ("invoice", None, 2, "2026-01-05", "EUR"))
    take(crm, ("line", 1, 1, 1000))
    take(crm, ("join", 2, 2))
    quiet = "SELECT quiet_since FROM customers ORDER BY company_id"
    assert crm.connection.execute(quiet).fetchall() == [("2026-01-05",), ("2026-01-05",)]
    take(crm, ("call", 1))
    take(crm, ("call", 2))
    assert crm.connection.execute(quiet).fetchall() == [("2026-03-02",), ("2026-03-02",)]
    crm.undo()
    assert crm.connection.execute(quiet).fetchall() == [("2026-03-02",), ("2026-01-05",)]


def test_what_was_said_since_a_sale_is_kept_with_what_is_due_again(crm: Crm) -> None:
    begin(crm)
    take(crm, ("invoice", 1, None, "2026-01-05", "EUR"))
    take(crm, ("line", 0, 1, 1000))
    spoke = "SELECT spoke_days, reachable FROM reorders"
    crm.interactions.add("call", [1], "on the day of the sale", occurred_at="2026-01-05T12:00:00Z")
    assert crm.connection.execute(spoke).fetchall() == [(None, 1)]
    crm.interactions.add("call", [1], "a week before it is due", occurred_at="2026-01-28T12:00:00Z")
    assert crm.connection.execute(spoke).fetchall() == [(7, 1)]
    crm.interactions.add("call", [1], "after it", occurred_at="2026-02-06T12:00:00Z")
    assert crm.connection.execute(spoke).fetchall() == [(-2, 1)]
    crm.contacts.update(1, opted_out_on=NOW.date())
    assert crm.connection.execute(spoke).fetchall() == [(-2, 0)]
    crm.undo()
    crm.undo()
    assert crm.connection.execute(spoke).fetchall() == [(7, 1)]
