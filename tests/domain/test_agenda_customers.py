"""Customers on the morning list: who went silent, and who is due to buy again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.agenda_items import AgendaItem, Group
from crm_tui.domain.reminders import Reminder
from tests import sales_rows
from tests.conftest import NOW
from tests.sales_rows import product

TODAY = date(2026, 3, 2)


@contextmanager
def at(database: Path, day: str, silent_days: int = 0, lead_days: int = 0) -> Iterator[Crm]:
    config = Config(silent_days=silent_days, reorder_lead_days=lead_days)
    with Crm.open(database, now=f"{day} 09:00", config=config) as crm:
        yield crm


def invoice(
    crm: Crm, day: str, *lines: int | tuple[int, int], contact: int, company: int | None = None
) -> None:
    """Something bought that need not be paid for yet."""
    sales_rows.invoice(crm, day, *lines, contact=contact, company=company, due="9999-12-31")


def brief(items: Sequence[AgendaItem]) -> list[tuple[str, int, str | None, str, int]]:
    return [(each.kind, each.ref, each.contact, each.due_on.isoformat(), each.overdue_days) for each in items]


def listed(database: Path, day: str, **rule: int) -> list[str]:
    with at(database, day, **rule) as crm:
        return [each.title for each in crm.agenda.items()]


def test_without_a_rule_nobody_is_silent(database: Path) -> None:
    with at(database, "2026-03-02") as crm:
        invoice(crm, "2020-01-01", 100, contact=crm.contacts.add(name="Anna").id)
        assert crm.agenda.items(3660) == []


def test_silent_from_the_day_the_rule_says_on(database: Path) -> None:
    with at(database, "2026-01-01") as crm:
        anna = crm.contacts.add(name="Anna").id
        crm.contacts.add(name="No customer")
        invoice(crm, "2026-01-01", 100, contact=anna)
    assert listed(database, "2026-01-30", silent_days=30) == []
    assert listed(database, "2026-01-31", silent_days=30) == ["silent for 30 days"]
    with at(database, "2026-03-02", silent_days=30) as crm:
        (item,) = crm.agenda.items()
        assert brief([item]) == [("silent", anna, "Anna", "2026-01-31", 30)]
        assert (item.group, item.last_on, item.company_id) == (Group.CUSTOMERS, date(2026, 1, 1), None)
        assert crm.agenda.summary().line == "overdue 1"
    with at(database, "2026-01-29", silent_days=30) as crm:
        assert brief(crm.agenda.items(2)) == [("silent", anna, "Anna", "2026-01-31", -2)]
        assert crm.agenda.items(1) == []
        summary = crm.agenda.summary(2)
        assert (summary.groups[Group.CUSTOMERS], summary.listed[Group.CUSTOMERS], summary.coming) == (1, 0, 1)


def test_a_purchase_or_a_contact_ends_the_silence_and_a_note_does_not(database: Path) -> None:
    with at(database, "2026-03-02", silent_days=30) as crm:
        anna = crm.contacts.add(name="Anna").id
        invoice(crm, "2026-01-01", 100, contact=anna)
        crm.interactions.add("note", [anna], "thought of her")
        assert len(crm.agenda.items()) == 1
        crm.interactions.add("call", [anna], "spoke")
        assert crm.agenda.items() == []
        crm.undo()
        assert len(crm.agenda.items()) == 1
        invoice(crm, "2026-02-28", 100, contact=anna)
        assert crm.agenda.items() == []
        crm.undo()
        crm.undo()


def test_a_company_is_as_silent_as_the_last_of_its_people(database: Path) -> None:
    with at(database, "2026-03-02", silent_days=30) as crm:
        anna = crm.contacts.add(name="Anna", company="Acme")
        bo = crm.contacts.add(name="Bo", company="Acme").id
        invoice(crm, "2026-01-01", 100, contact=bo, company=anna.company_id)
        (item,) = crm.agenda.items()
        # whom the invoice named is the one to turn to
        assert brief([item]) == [("silent", bo, "Bo", "2026-01-31", 30)]
        assert (item.company, item.company_id, item.contact_id) == ("Acme", anna.company_id, bo)
        crm.interactions.add("call", [anna.id], "spoke", occurred_at="2026-01-10T10:00:00Z")
        assert brief(crm.agenda.items()) == [("silent", bo, "Bo", "2026-02-09", 21)]
        crm.contacts.update(bo, opted_out_on=TODAY)
        assert brief(crm.agenda.items()) == [("silent", anna.id, "Anna", "2026-02-09", 21)]
        crm.contacts.archive(anna.id)
        (item,) = crm.agenda.items()
        assert brief([item]) == [("silent", 0, "Acme", "2026-02-09", 21)]
        crm.companies.archive(anna.company_id or 0)
        assert crm.agenda.items() == []
        assert crm.agenda.summary().groups[Group.CUSTOMERS] == 0


def test_who_was_put_away_or_opted_out_is_left_in_peace(database: Path) -> None:
    with at(database, "2026-03-02", silent_days=30) as crm:
        oil = product(crm, "Oil", reorder_days=30)
        for name in ("Away", "Out"):
            invoice(crm, "2026-01-01", (100, oil), contact=crm.contacts.add(name=name).id)
        assert len(crm.agenda.items()) == 4
        crm.contacts.archive(1)
        crm.contacts.update(2, opted_out_on=TODAY)
        assert crm.agenda.items(30) == []
        assert crm.agenda.summary(30).line == ""
        crm.contacts.restore(1)
        assert [each.contact for each in crm.agenda.items()] == ["Away", "Away"]


def test_due_to_buy_again_from_its_day_on(database: Path) -> None:
    with at(database, "2026-01-01") as crm:
        anna = crm.contacts.add(name="Anna").id
        oil, cup = product(crm, "Oil", reorder_days=60), product(crm, "Cup")
        invoice(crm, "2025-12-31", (100, oil), (50, cup), contact=anna)
    assert listed(database, "2026-02-28") == []
    with at(database, "2026-03-01") as crm:
        (item,) = crm.agenda.items()
        assert brief([item]) == [("reorder", anna, "Anna", "2026-03-01", 0)]
        assert (item.title, item.product, item.last_on) == ("due to buy Oil again", "Oil", date(2025, 12, 31))
        assert crm.agenda.summary().line == "today 1"
    with at(database, "2026-03-05") as crm:
        assert crm.agenda.summary().line == "overdue 1"
        invoice(crm, "2026-03-04", (10, cup), contact=anna)
        assert len(crm.agenda.items()) == 1
        invoice(crm, "2026-03-05", (100, oil), contact=anna)
        assert crm.agenda.items() == []
        crm.undo()
        crm.products.archive(oil)
        assert crm.agenda.items() == []


def test_days_ahead_of_a_reorder(database: Path) -> None:
    with at(database, "2026-01-01") as crm:
        product(crm, "Oil", reorder_days=60)
        invoice(crm, "2025-12-31", (100, 1), contact=crm.contacts.add(name="Anna").id)
    assert listed(database, "2026-02-21", lead_days=7) == []
    with at(database, "2026-02-22", lead_days=7) as crm:
        (item,) = crm.agenda.items()
        assert (item.due_on, item.overdue_days, item.listed_on) == (date(2026, 3, 1), -7, date(2026, 2, 22))
        summary = crm.agenda.summary()
        assert (summary.coming, summary.line) == (1, "")
        assert (summary.groups[Group.CUSTOMERS], summary.listed[Group.CUSTOMERS]) == (1, 1)
    with at(database, "2026-02-20", lead_days=7) as crm:
        assert len(crm.agenda.items(2)) == 1
        assert crm.agenda.summary(2).listed[Group.CUSTOMERS] == 0


@pytest.mark.parametrize(
    ("spoke", "lead_days", "left"),
    [
        ("2025-12-31", 7, 1), ("2026-02-21", 7, 1), ("2026-02-22", 7, 0), ("2026-02-28", 0, 1), ("2026-03-01", 0, 0),
        ("2026-03-04", 0, 0), ("2025-12-31", 366, 1), ("2026-01-01", 366, 0),
    ],
)  # fmt: skip
def test_a_contact_since_it_was_listed_answers_it(
    database: Path, spoke: str, lead_days: int, left: int
) -> None:
    with at(database, "2026-03-05", lead_days=lead_days) as crm:
        anna = crm.contacts.add(name="Anna").id
        invoice(crm, "2025-12-31", (100, product(crm, "Oil", reorder_days=60)), contact=anna)
        crm.interactions.add("call", [anna], "spoke", occurred_at=f"{spoke}T12:00:00Z")
        assert len(crm.agenda.items()) == left
        assert crm.agenda.summary().groups[Group.CUSTOMERS] == left


def test_two_products_of_a_customer_are_two_occurrences(database: Path) -> None:
    with at(database, "2026-03-02", silent_days=30) as crm:
        anna = crm.contacts.add(name="Anna").id
        for name in ("Oil", "Ink"):
            invoice(crm, "2026-01-01", (100, product(crm, name, reorder_days=30)), contact=anna)
        assert len({each.occurrence for each in crm.agenda.items()}) == 3


def test_each_is_delivered_once_and_again_after_the_next_purchase(database: Path) -> None:
    told: list[Reminder] = []

    def deliver(day: str, silent_days: int = 60) -> list[tuple[str, bool]]:
        told.clear()
        with at(database, day, silent_days=silent_days) as crm:
            crm.reminders.deliver_once("stdout", told.extend)
        return [(each.title, each.late) for each in told]

    with at(database, "2026-01-01") as crm:
        anna = crm.contacts.add(name="Anna").id
        oil = product(crm, "Oil", reorder_days=30)
        invoice(crm, "2026-01-01", (100, oil), contact=anna)
    assert deliver("2026-01-31") == [("due to buy Oil again", False)]
    assert deliver("2026-02-01") == []
    assert deliver("2026-03-03") == [("silent for 61 days", True)]
    # the same silence, whatever the rule says
    assert deliver("2026-03-04", 50) == []
    with at(database, "2026-03-05") as crm:
        invoice(crm, "2026-03-05", (100, oil), contact=anna)
    assert deliver("2026-04-04") == [("due to buy Oil again", False)]
    assert deliver("2026-05-04") == [("silent for 60 days", False)]


def test_a_limit_keeps_the_longest_silent(database: Path) -> None:
    with at(database, "2026-03-02", silent_days=10) as crm:
        for number in range(5):
            invoice(crm, f"2026-01-0{5 - number}", 100, contact=crm.contacts.add(name=f"P{number}").id)
        assert [each.contact for each in crm.agenda.items(limit=2)] == ["P4", "P3"]
        assert crm.agenda.summary().groups[Group.CUSTOMERS] == 5


def test_the_calendars_ends_are_no_failure(database: Path) -> None:
    with at(database, "9999-12-30", silent_days=3650, lead_days=366) as crm:
        oil = product(crm, "Oil", reorder_days=36_500)
        invoice(crm, "9999-12-01", (100, oil), contact=crm.contacts.add(name="Anna").id)
        assert [each.due_on for each in crm.agenda.items(3660)] == [date(9999, 12, 31)]
    with at(database, "0001-01-05", silent_days=3650) as crm:
        assert crm.agenda.items() == []
        assert crm.agenda.summary().groups[Group.CUSTOMERS] == 0


SALE = st.tuples(st.integers(1, 3), st.integers(0, 200), st.integers(1, 2))
CALL = st.tuples(st.integers(1, 3), st.integers(0, 200))


@given(
    st.lists(SALE, max_size=8),
    st.lists(CALL, max_size=5),
    st.integers(0, 100),
    st.integers(0, 40),
    st.integers(0, 60),
)
@settings(max_examples=40, deadline=None)
def test_the_figures_count_what_is_listed(
    tmp_path_factory: pytest.TempPathFactory,
    sales: list[tuple[int, int, int]],
    calls: list[tuple[int, int]],
    silent_days: int,
    lead_days: int,
    ahead: int,
) -> None:
    config = Config(silent_days=silent_days, reorder_lead_days=lead_days)
    with Crm.open(tmp_path_factory.mktemp("agenda") / "crm.db", now=NOW, config=config) as crm:
        with crm.transaction("fill"):
            for name, company in (("Anna", None), ("Bo", "Acme"), ("Cy", "Acme")):
                crm.contacts.add(name=name, company=company)
            for number, days in ((1, 30), (2, 90)):
                product(crm, f"P{number}", reorder_days=days)
            for contact, days, of in sales:
                day = str(TODAY - timedelta(days=days))
                invoice(crm, day, (100, of), contact=contact, company=1 if contact > 1 else None)
            for contact, days in calls:
                day = str(TODAY - timedelta(days=days))
                crm.interactions.add("call", [contact], "spoke", occurred_at=f"{day}T09:00:00Z")
        items, summary = crm.agenda.items(ahead), crm.agenda.summary(ahead)
        assert summary.groups[Group.CUSTOMERS] == len(items)
        assert summary.overdue == sum(each.overdue_days > 0 for each in items)
        assert summary.today == sum(each.overdue_days == 0 for each in items)
        assert summary.coming == sum(each.overdue_days < 0 for each in items)
        now = {each.occurrence for each in crm.agenda.items()}
        assert summary.listed[Group.CUSTOMERS] == len(now)
        assert now == {each.occurrence for each in items if each.listed_on <= TODAY}
