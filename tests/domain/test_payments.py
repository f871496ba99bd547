"""Payments: in parts, too much, given back, and how an invoice stands after each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError
from tests.conftest import NOW
from tests.everything import assert_sound

TODAY = date(2026, 3, 2)


def invoice(crm: Crm, minor: int = 100_00, **values: object) -> int:
    lines = [LineDraft("Work", unit_price_minor=minor)]
    return crm.invoices.add(lines=lines, **values).id  # type: ignore[arg-type]  # a test's values


def standing(crm: Crm, invoice_id: int) -> tuple[str, str, str]:
    found = crm.invoices.get(invoice_id)
    return found.paid, found.balance, found.status.value


def test_a_payment_is_all_that_is_owed_today(crm: Crm) -> None:
    made = crm.payments.add(invoice(crm))
    assert (made.amount, made.currency, made.paid_on, made.invoice) == ("100.00", "EUR", TODAY, "2026-001")
    assert standing(crm, 1) == ("100.00", "0.00", "paid")
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "add payment of 100.00 EUR to invoice 2026-001"
    with pytest.raises(ConflictError, match="Nothing is owed"):
        crm.payments.add(1)


def test_payments_in_parts_add_up(crm: Crm) -> None:
    one = invoice(crm)
    crm.payments.add(one, 40_00, paid_on=date(2026, 2, 27), method="bank", reference="TX 1")
    assert standing(crm, one) == ("40.00", "60.00", "open")
    assert crm.payments.add(one).amount == "60.00"
    assert [each.amount for each in crm.invoices.payments(one)] == ["40.00", "60.00"]
    crm.undo()
    assert standing(crm, one) == ("40.00", "60.00", "open")
    assert_sound(crm)


def test_too_much_is_taken_and_can_be_given_back(crm: Crm) -> None:
    one = invoice(crm)
    crm.payments.add(one, 120_00)
    assert standing(crm, one) == ("120.00", "-20.00", "paid")
    refund = crm.payments.add(one, -20_00)
    assert refund.amount == "-20.00"
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "add refund of 20.00 EUR to invoice 2026-001"
    assert standing(crm, one) == ("100.00", "0.00", "paid")


def test_no_more_is_given_back_than_was_received(crm: Crm) -> None:
    one = invoice(crm)
    with pytest.raises(ConflictError, match="than was received"):
        crm.payments.add(one, -1)
    crm.payments.add(one, 50_00)
    crm.payments.add(one, -50_00)
    with pytest.raises(ConflictError, match="than was received"):
        crm.payments.delete(1)
    with pytest.raises(ConflictError, match="than was received"):
        crm.payments.update(1, amount_minor=49_99)
    assert standing(crm, one) == ("0.00", "100.00", "open")


def test_a_credit_is_paid_out(crm: Crm) -> None:
    one = invoice(crm, -30_00)
    assert standing(crm, one) == ("0.00", "-30.00", "paid")
    crm.payments.add(one, -30_00)
    assert standing(crm, one) == ("-30.00", "0.00", "paid")
    with pytest.raises(ConflictError):
        crm.payments.add(one, -1)


def test_what_cannot_be_is_refused(crm: Crm) -> None:
    one = invoice(crm)
    with pytest.raises(InvalidDataError, match="still to come"):
        crm.payments.add(one, paid_on=date(2026, 3, 3))
    with pytest.raises(InvalidDataError, match="cannot be"):
        crm.payments.add(one, 0)
    with pytest.raises(InvalidDataError, match="cannot be"):
        crm.payments.add(one, 2**53)
    with pytest.raises(NotFoundError, match="invoice 9"):
        crm.payments.add(9)
    with pytest.raises(NotFoundError, match="payment 9"):
        crm.payments.get(9)
    assert crm.payments.count() == 0


def test_a_payment_is_corrected_and_removed(crm: Crm) -> None:
    one = invoice(crm)
    made = crm.payments.add(one, 40_00, method="bank")
    changed = crm.payments.update(made.id, amount_minor=45_00, paid_on=date(2026, 3, 1), method=None)
    assert (changed.amount, changed.paid_on, changed.method) == ("45.00", date(2026, 3, 1), None)
    assert standing(crm, one) == ("45.00", "55.00", "open")
    assert crm.payments.delete(made.id) == changed
    assert standing(crm, one) == ("0.00", "100.00", "open")
    crm.undo()
    assert standing(crm, one) == ("45.00", "55.00", "open")


def test_what_was_paid_on_a_void_invoice_stays(crm: Crm) -> None:
    one = invoice(crm)
    crm.payments.add(one, 10)
    crm.payments.add(one, -10)
    crm.invoices.void(one)
    acts: list[Callable[[], object]] = [
        lambda: crm.payments.add(one, 10),
        lambda: crm.payments.update(1, amount_minor=5),
        lambda: crm.payments.delete(2),
    ]
    for act in acts:
        with pytest.raises(ConflictError, match="void"):
            act()


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_an_invoice_that_is_voided_meanwhile_keeps_its_payments(database: Path, verb: str) -> None:
    begun = Event()

    def correct() -> None:
        with Crm.open(database, now=NOW) as late:
            late.connection.set_trace_callback(lambda sql: begun.set() if sql.startswith("BEGIN") else None)
            with pytest.raises(ConflictError, match="void"):
                late.payments.update(1, amount_minor=5) if verb == "update" else late.payments.delete(1)

    with Crm.open(database, now=NOW) as crm, ThreadPoolExecutor(1) as pool:
        one = invoice(crm)
        crm.payments.add(one, 10)
        crm.payments.add(one, -10)
        with crm.transaction("void it"):
            crm.invoices.void(one)
            # it has looked at the invoice, and waits for this to end
            done = pool.submit(correct)
            assert begun.wait(20)
        done.result()
        assert [each.amount for each in crm.invoices.payments(one)] == ["0.10", "-0.10"]


def test_an_undo_leaves_nothing_paid_on_a_void_invoice(crm: Crm) -> None:
    one = invoice(crm)
    crm.payments.add(one, 10)
    paid = crm.last_operation
    crm.payments.add(one, -10)
    given_back = crm.last_operation
    crm.invoices.void(one)
    voided = crm.last_operation
    assert paid is not None
    assert given_back is not None
    assert voided is not None
    with pytest.raises(ConflictError, match="while it is void") as refused:
        crm.undo(given_back.id)
    assert refused.value.operation == voided.id
    crm.undo()
    with pytest.raises(ConflictError, match="more would be given back") as refused:
        crm.undo(paid.id)
    assert refused.value.operation == given_back.id
    crm.undo(given_back.id)
    crm.undo(paid.id)
    assert standing(crm, one) == ("0.00", "100.00", "open")
    assert_sound(crm)


@pytest.mark.parametrize(("code", "amount"), [("JPY", "1500"), ("EUR", "15.00"), ("KWD", "1.500")])
def test_amounts_are_in_the_currency_of_the_invoice(crm: Crm, code: str, amount: str) -> None:
    assert crm.payments.add(invoice(crm, 1500, currency=code)).amount == amount


def test_lists_filter_and_search(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna Kowalska", company="Acme")
    crm.payments.add(invoice(crm, contact_id=anna.id), 60_00, paid_on=date(2026, 2, 1), method="Card")
    crm.payments.add(1, -10_00, paid_on=date(2026, 2, 10), reference="CHB [/] 7")
    crm.payments.add(invoice(crm, 9000, currency="JPY"))
    ids = crm.payments.ids
    assert ids() == [3, 2, 1]
    assert ids("paid_on:2026-02") == [2, 1]
    assert ids("amount<0") == [2]
    assert ids("amount>=9000JPY") == [3]
    assert ids("currency:EUR") == [2, 1]
    assert ids("company:acme contact:kowal") == [2, 1]
    assert ids("invoice:2026-001") == [2, 1]
    assert ids("invoice_id:2") == [3]
    assert ids("method:card") == [1]
    assert ids("reference:none") == [3, 1]
    assert ids("kowal") == [2, 1]
    assert ids("chb") == [2]
    assert ids("2026-002") == [3]
    assert ids(sort="amount") == [2, 1, 3]
    assert ids(sort="invoice") == [1, 2, 3]
