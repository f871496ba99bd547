"""Orders that were paid, and of which a later file says that the money was given back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_tui.domain import Crm
from crm_tui.store import sales
from tests.everything import assert_sound, content
from tests.loading import Loader, counts, table


def order(*cells: str) -> str:
    """A file of one order of 20.00: status, paid at, cancelled at, refunded amount."""
    header = ("Order", "Date", "Description", "Price", "Status", "Paid at", "Cancelled at", "Refunded amount")
    return table(header, ["A1", "2026-01-05", "Gadget", "20", *cells])


PAID = order("paid", "2026-01-07", "", "")


@pytest.fixture(autouse=True)
def _sums_hold(crm: Crm) -> Iterator[None]:
    """Whatever was loaded, what follows from it is right."""
    yield
    assert [*sales.problems(crm.connection)] == []
    assert_sound(crm)


def test_an_order_that_was_paid_and_then_refunded_is_void_and_the_money_back(load: Loader) -> None:
    crm = load.crm
    load("invoices", PAID)
    before = content(crm)
    part = order("partially refunded", "2026-01-07", "", "5")
    assert counts(load("invoices", part)) == (0, 1, 0, 0, 0)
    whole = order("refunded", "2026-01-07", "2026-01-20", "20")
    assert counts(load("invoices", whole)) == (0, 1, 0, 0, 0)
    assert load.changes() == [
        ("lines", "2 of 15.00", "1 of 20.00"), ("payment", "", "2026-01-20 -15.00"), ("voided_on", "", "2026-01-20"),
    ]  # fmt: skip
    found = crm.invoices.find("A1")
    assert (found.status.value, found.paid, str(found.voided_on)) == ("void", "0.00", "2026-01-20")
    assert [(str(each.paid_on), each.amount) for each in crm.invoices.payments(found.id)] == [
        ("2026-01-07", "20.00"), ("2026-01-07", "-5.00"), ("2026-01-20", "-15.00"),
    ]  # fmt: skip
    assert counts(load("invoices", whole)) == (0, 0, 1, 0, 0)
    crm.undo()
    crm.undo()
    assert content(crm) == before


@pytest.mark.parametrize(
    ("status", "cancelled", "refunded", "day"),
    [
        ("refunded", "", "", "2026-01-07"),
        ("refunded", "", "20", "2026-01-07"),
        ("cancelled", "", "20", "2026-01-07"),
        ("cancelled", "2026-01-09", "99", "2026-01-09"),
    ],
    ids=["by-status", "by-both", "by-amount", "more-than-received"],
)
def test_what_was_given_back_of_an_order_that_is_gone(
    load: Loader, status: str, cancelled: str, refunded: str, day: str
) -> None:
    load("invoices", PAID)
    gone = order(status, "2026-01-07", cancelled, refunded)
    summary = load("invoices", gone)
    assert counts(summary) == (0, 1, 0, 0, 0)
    assert bool(summary.notices) != bool(cancelled)
    assert load.crm.invoices.find("A1").status.value == "void"
    assert [(str(each.paid_on), each.amount) for each in load.crm.invoices.payments(1)][1:] == [
        (day, "-20.00")
    ]
    assert counts(load("invoices", gone)) == (0, 0, 1, 0, 0)


def test_an_order_that_is_gone_while_its_money_is_here_stays(load: Loader) -> None:
    load("invoices", PAID)
    assert counts(load("invoices", order("cancelled", "", "", "5"))) == (0, 0, 0, 0, 1)
    assert load.reasons()[0][2] == "15.00 EUR is paid on invoice A1"
    assert load.crm.invoices.find("A1").paid == "20.00"
