"""Whatever is invoiced, paid, given back, voided and undone: sums, balance, status and numbers are right."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any, Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm, payers
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import CrmError
from crm_tui.models import InvoiceView
from crm_tui.money import exponent, format_decimal
from crm_tui.store import sales
from tests.conftest import NOW
from tests.everything import assert_sound, content

TODAY: Final = NOW.date()
CODES: Final = st.sampled_from(["EUR", "JPY", "KWD"])
QUANTITY: Final = st.decimals(Decimal("-99"), Decimal("999"), places=3).filter(bool).map(str)
PERCENT: Final = st.none() | st.decimals(0, 100, places=2).map(str) | st.sampled_from(["0", "20", "7.5"])
LINES: Final = st.lists(
    st.builds(
        LineDraft,
        description=st.just("Work"),
        quantity=QUANTITY,
        unit_price_minor=st.integers(-(10**6), 10**7),
        product_id=st.none(),
        discount_percent=PERCENT,
        tax_percent=PERCENT,
    ),
    min_size=1,
    max_size=6,
)
DAYS: Final = st.integers(-40, 40)
INVOICE: Final = st.integers(0, 4)
SMALL: Final = st.lists(
    st.builds(LineDraft, st.just("Work"), st.just("1"), st.integers(0, 500), st.none(), st.none(), st.none()),
    min_size=1,
    max_size=2,
)
STEP: Final = st.one_of(
    st.tuples(st.just("add"), SMALL, DAYS, st.none() | st.sampled_from(["2026-3", "X-1"])),
    st.tuples(st.just("pay"), INVOICE, st.none() | st.integers(-300, 600), DAYS),
    st.tuples(st.just("edit"), INVOICE, SMALL),
    st.tuples(st.just("correct"), INVOICE, st.integers(-300, 600)),
    st.tuples(st.just("remove"), INVOICE),
    st.tuples(st.just("void"), INVOICE),
    st.tuples(st.just("undo"), st.integers(0, 3)),
    st.tuples(st.just("redo")),
)


@contextmanager
def business() -> Iterator[Crm]:
    with tempfile.TemporaryDirectory() as folder, Crm.open(Path(folder) / "crm.db", now=NOW) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        yield crm


def by_hand(line: LineDraft) -> tuple[int, int]:
    """A line's amounts by decimal arithmetic: a second way to the same."""
    unit = Decimal(1)
    off = Decimal(100) - Decimal(line.discount_percent or 0)
    net = (Decimal(line.quantity) * (line.unit_price_minor or 0) * off / 100).quantize(unit, ROUND_HALF_EVEN)
    tax = (net * Decimal(line.tax_percent or 0) / 100).quantize(unit, ROUND_HALF_EVEN)
    return int(net), int(tax)


@settings(max_examples=40, deadline=None)
@given(LINES, CODES)
@example([LineDraft("Work", "2.5", 1), LineDraft("Work", "3.5", 1)], "JPY")
def test_an_invoice_is_the_sum_of_its_lines_rounded_one_by_one(lines: list[LineDraft], code: str) -> None:
    with business() as crm:
        made = crm.invoices.add(lines=lines, currency=code)
        amounts = [by_hand(line) for line in lines]
        assert [(line.net_minor, line.tax_minor) for line in crm.invoices.lines(made.id)] == amounts
        assert made.net_minor == sum(net for net, _ in amounts)
        assert made.tax_minor == sum(tax for _, tax in amounts)
        for name in ("net", "tax", "total", "balance"):
            text = getattr(made, name)
            assert int(Decimal(text).scaleb(exponent(code))) == getattr(made, f"{name}_minor")
        assert made.total == format_decimal(made.net_minor + made.tax_minor, code)
        if crm.invoices.count():
            (totals,) = crm.invoices.totals()
            assert (totals.net_minor, totals.tax_minor) == (made.net_minor, made.tax_minor)


def take(crm: Crm, step: Sequence[Any]) -> None:
    what, *rest = step
    invoices = [row_id for (row_id,) in crm.connection.execute("SELECT id FROM invoices ORDER BY id")]
    payments = [row_id for (row_id,) in crm.connection.execute("SELECT id FROM payments ORDER BY id")]
    if what == "add":
        issued = TODAY + timedelta(days=rest[1])
        crm.invoices.add(lines=rest[0], issued_on=issued, due_on=issued + timedelta(days=5), number=rest[2])
    elif what == "undo":
        done = [each.id for each in crm.history(10) if each.undone_at is None]
        if rest[0] < len(done):
            crm.undo(done[rest[0]])
    elif what == "redo":
        crm.redo()
    elif what in ("correct", "remove") and payments:
        payment = payments[rest[0] % len(payments)]
        if what == "remove":
            crm.payments.delete(payment)
        else:
            crm.payments.update(payment, amount_minor=rest[1])
    elif invoices and what in ("pay", "edit", "void"):
        invoice = invoices[rest[0] % len(invoices)]
        if what == "pay":
            crm.payments.add(invoice, rest[1], paid_on=TODAY + timedelta(days=rest[2]))
        elif what == "edit":
            crm.invoices.update(invoice, lines=rest[1])
        else:
            crm.invoices.void(invoice)


def check(crm: Crm, invoice: InvoiceView) -> None:
    total = sum(line.net_minor + line.tax_minor for line in crm.invoices.lines(invoice.id))
    paid = sum(payment.amount_minor for payment in crm.invoices.payments(invoice.id))
    void = invoice.voided_on is not None
    assert (invoice.total_minor, invoice.paid_minor) == (total, paid)
    assert invoice.balance_minor == (0 if void else total - paid)
    assert paid >= 0
    assert not (void and paid)
    wanted = "open" if invoice.due_on >= TODAY else "overdue"
    assert invoice.status.value == ("void" if void else "paid" if paid >= total else wanted)
    assert crm.invoices.ids(f"id:{invoice.id} status:{invoice.status}") == [invoice.id]
    assert crm.invoices.ids(f"id:{invoice.id} status!={invoice.status}") == []
    settled = payers.settled_on(crm, invoice.id, total)
    assert (settled is not None) is (0 < total <= paid) or total == 0
    due = [each.ref for each in crm.agenda.items() if each.kind.value == "invoice"]
    assert (invoice.id in due) is (invoice.status.value == "overdue")


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=14))
def test_balance_status_and_numbers_whatever_is_done(steps: list[Sequence[Any]]) -> None:
    with business() as crm:
        for step in steps:
            before = crm.invoices.count()
            try:
                take(crm, step)
            except CrmError:
                assert crm.invoices.count() == before
        found = crm.invoices.list(sort="id")
        for invoice in found:
            check(crm, invoice)
        numbers = [invoice.number for invoice in found]
        assert len(set(numbers)) == len(numbers)
        assert [*sales.problems(crm.connection)] == []
        assert_sound(crm)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["add", "undo", "undo second", "redo", "void"]), max_size=20))
def test_numbers_leave_none_out_and_come_once(steps: list[str]) -> None:
    work = [LineDraft("Work", unit_price_minor=1)]
    with business() as crm:
        for step in steps:
            done = [each.id for each in crm.history() if each.undone_at is None]
            try:
                if step == "add":
                    crm.invoices.add(lines=work, issued_on=date(2026, 1, 1))
                elif step == "redo":
                    crm.redo()
                elif step == "void":
                    crm.invoices.void(crm.invoices.ids(sort="-id", limit=1)[0] if crm.invoices.count() else 0)
                elif step == "undo second" and len(done) > 1:
                    crm.undo(done[1])
                elif step == "undo":
                    crm.undo()
            except CrmError:
                continue
            finally:
                numbers = [each.number for each in crm.invoices.list(sort="number")]
                assert numbers == [f"2026-{place + 1:03}" for place in range(len(numbers))]


@settings(max_examples=30, deadline=None)
@given(st.lists(STEP.filter(lambda step: step[0] not in ("undo", "redo")), max_size=8), st.data())
def test_undo_and_redo_restore_every_row_and_sum(steps: list[Sequence[Any]], data: st.DataObject) -> None:
    with business() as crm:
        crm.contacts.add(name="Anna", company="Acme")
        states = [content(crm)]
        for step in steps:
            try:
                take(crm, step)
            except CrmError:
                assert content(crm) == states[-1]
            else:
                states += (
                    [content(crm)] if crm.last_operation is not None and content(crm) != states[-1] else []
                )
        for state in reversed(states[:-1]):
            crm.undo()
            assert content(crm) == state
        for state in states[1:]:
            crm.redo()
            assert content(crm) == state
        undone = 0
        for number in data.draw(st.permutations([each.id for each in crm.history()])):
            before = content(crm)
            try:
                crm.undo(number)
            except CrmError:
                assert content(crm) == before
            else:
                undone += 1
                for invoice in crm.invoices.list():
                    check(crm, invoice)
        for _ in range(undone):
            crm.redo()
        assert content(crm) == states[-1]
        assert_sound(crm)
