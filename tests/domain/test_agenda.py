"""The morning list: what belongs on it, from which day on, in which order, and by which index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm, agenda_sources
from crm_tui.domain.agenda_items import AgendaItem, Group, ItemKind
from crm_tui.errors import UsageError
from crm_tui.models import Priority
from tests.sales_rows import invoice as sold
from tests.sales_rows import product

TODAY = date(2026, 3, 2)


@contextmanager
def at(database: Path, day: str) -> Iterator[Crm]:
    with Crm.open(database, now=f"{day} 09:00") as crm:
        yield crm


def brief(items: Sequence[AgendaItem]) -> list[tuple[str, int, str, int]]:
    return [(item.kind.value, item.ref, item.due_on.isoformat(), item.overdue_days) for item in items]


def dates_on(database: Path, day: str, days: int = 0) -> list[tuple[str, str]]:
    """Birthdays and dates listed on a day: contact and the day it is kept on."""
    with at(database, day) as crm:
        found = [item for item in crm.agenda.items(days) if item.group is Group.DATES]
    return [(str(item.contact), item.due_on.isoformat()) for item in found]


def log(crm: Crm, contact_id: int, day: str, kind: str = "call") -> None:
    with crm.transaction(f"log {kind}") as writing:
        when = f"{day}T10:00:00Z"
        made = writing.insert("interactions", {"kind": kind, "occurred_at": when, "summary": "spoke"})
        writing.insert(
            "participants", {"interaction_id": made, "contact_id": contact_id, "occurred_at": when}
        )


def invoice(
    crm: Crm, number: str, due_on: str, lines: Sequence[tuple[str, int]], paid: int = 0, **values: str | int
) -> int:
    with crm.transaction(f"add invoice {number}") as writing:
        row = {"number": number, "issued_on": "2026-01-01", "due_on": due_on, "currency": "EUR", **values}
        made = writing.insert("invoices", row)
        for quantity, price in lines:
            writing.insert(
                "invoice_lines",
                {"invoice_id": made, "description": "work", "quantity": quantity, "unit_price_minor": price},
            )
        if paid:
            writing.insert("payments", {"invoice_id": made, "paid_on": "2026-02-01", "amount_minor": paid})
    return made


def test_nothing_is_nothing(crm: Crm) -> None:
    assert crm.agenda.items(days=30) == []
    assert crm.agenda.grouped() == []
    summary = crm.agenda.summary()
    assert (summary.overdue, summary.today, summary.coming, summary.line) == (0, 0, 0, "")


def test_followups_overdue_today_and_within_the_window(crm: Crm) -> None:
    late = crm.followups.add("late", date(2026, 2, 27))
    any_time = crm.followups.add("any time", TODAY)
    at_two = crm.followups.add("at two", TODAY, due_time="14:00")
    high = crm.followups.add("high", TODAY, priority="high")
    soon = crm.followups.add("soon", date(2026, 3, 5))
    crm.followups.add("far", date(2026, 3, 6))
    crm.followups.cancel(crm.followups.add("gone", TODAY).id)
    assert [item.ref for item in crm.agenda.items()] == [late.id, at_two.id, high.id, any_time.id]
    assert brief(crm.agenda.items(days=3))[-1] == ("followup", soon.id, "2026-03-05", -3)
    groups = [(group, len(items)) for group, items in crm.agenda.grouped(days=3)]
    assert groups == [(Group.OVERDUE, 1), (Group.TODAY, 3), (Group.COMING, 1)]
    assert crm.agenda.summary().line == "overdue 1, today 3"


def test_a_followup_tells_whom_and_what_it_is_about(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna Kowalska", company="Acme")
    deal = crm.deals.add("Website", contact_id=anna.id)
    crm.followups.add("ask", TODAY, deal_id=deal.id, due_time="14:00", priority="low")
    (item,) = [each for each in crm.agenda.items() if each.kind is ItemKind.FOLLOWUP]
    assert (item.contact, item.contact_id, item.company) == ("Anna Kowalska", anna.id, "Acme")
    assert (item.deal, item.deal_id) == ("Website", deal.id)
    assert (item.due_time, item.priority) == ("14:00", Priority.LOW)


def test_somebody_never_contacted_is_due_at_once(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", cadence_days=30)
    crm.contacts.add(name="Without a cadence")
    (item,) = crm.agenda.items()
    assert brief([item]) == [("touch", anna.id, "2026-03-02", 0)]
    assert item.title == "never contacted"


def test_a_newer_interaction_moves_the_touch_and_an_older_one_does_not(database: Path) -> None:
    with at(database, "2026-01-01") as crm:
        anna = crm.contacts.add(name="Anna", cadence_days=30)
        log(crm, anna.id, "2026-01-20")
    with at(database, "2026-02-18") as crm:
        assert crm.agenda.items() == []
    with at(database, "2026-02-19") as crm:
        (item,) = crm.agenda.items()
        assert brief([item]) == [("touch", anna.id, "2026-02-19", 0)]
        assert (item.title, item.last_on) == ("last spoke 30 days ago", date(2026, 1, 20))
        log(crm, anna.id, "2026-01-10")
        assert len(crm.agenda.items()) == 1
        log(crm, anna.id, "2026-02-19", kind="note")
        assert len(crm.agenda.items()) == 1
        log(crm, anna.id, "2026-02-19")
        assert crm.agenda.items() == []
        assert brief(crm.agenda.items(days=30)) == [("touch", anna.id, "2026-03-21", -30)]
        crm.undo()
        assert len(crm.agenda.items()) == 1


def test_who_was_put_away_or_opted_out_is_left_in_peace(crm: Crm) -> None:
    away = crm.contacts.add(name="Away", cadence_days=30, birthday="--03-02")
    crm.contacts.set_date(away.id, "wedding", "2001-03-02")
    silent = crm.contacts.add(name="Silent", cadence_days=30)
    assert len(crm.agenda.items()) == 4
    crm.contacts.archive(away.id)
    crm.contacts.update(silent.id, opted_out_on=TODAY)
    assert crm.agenda.items() == []
    assert crm.agenda.summary().line == ""


def test_birthdays_and_dates_on_their_day_and_within_the_window(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", birthday="1985-03-04")
    omar = crm.contacts.add(name="Omar", birthday="--03-02")
    crm.contacts.set_date(omar.id, "wedding", "2001-03-03")
    assert brief(crm.agenda.items()) == [("birthday", omar.id, "2026-03-02", 0)]
    items = crm.agenda.items(days=2)
    assert brief(items) == [
        ("birthday", omar.id, "2026-03-02", 0),
        ("date", omar.id, "2026-03-03", -1),
        ("birthday", anna.id, "2026-03-04", -2),
    ]
    assert [item.title for item in items] == ["birthday", "wedding", "birthday"]
    assert [item.age for item in items] == [None, 25, 41]


def test_two_dates_of_a_person_on_one_day_are_two_occurrences(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", birthday="--03-02")
    crm.contacts.set_date(anna.id, "wedding", "--03-02")
    crm.contacts.set_date(anna.id, "first order", "2020-03-02")
    assert len({item.occurrence for item in crm.agenda.items()}) == 3


def test_29_february_is_kept_on_the_28th_of_a_common_year(database: Path) -> None:
    with at(database, "2020-01-01") as crm:
        crm.contacts.add(name="Leap", birthday="1996-02-29")
        crm.contacts.add(name="Last", birthday="--02-28")
        crm.contacts.add(name="First", birthday="--03-01")
    assert dates_on(database, "2026-02-28") == [("Leap", "2026-02-28"), ("Last", "2026-02-28")]
    assert dates_on(database, "2026-03-01") == [("First", "2026-03-01")]
    assert dates_on(database, "2028-02-28") == [("Last", "2028-02-28")]
    assert dates_on(database, "2028-02-29") == [("Leap", "2028-02-29")]
    expected = [("Leap", "2026-02-28"), ("Last", "2026-02-28"), ("First", "2026-03-01")]
    assert dates_on(database, "2026-02-20", days=20) == expected


def test_the_window_crosses_the_year_end(database: Path) -> None:
    with at(database, "2020-01-01") as crm:
        crm.contacts.add(name="Eve", birthday="--12-31")
        crm.contacts.add(name="New", birthday="1990-01-01")
        crm.contacts.add(name="Late", birthday="--01-05")
    assert dates_on(database, "2026-12-30", days=3) == [("Eve", "2026-12-31"), ("New", "2027-01-01")]
    assert dates_on(database, "2026-12-31") == [("Eve", "2026-12-31")]
    assert dates_on(database, "2026-12-30", days=366)[-1] == ("Eve", "2027-12-31")


def test_a_date_with_a_year_counts_from_that_year_on(database: Path) -> None:
    with at(database, "2020-01-01") as crm:
        anna = crm.contacts.add(name="Anna")
        crm.contacts.set_date(anna.id, "renewal", "2026-03-02")
    assert dates_on(database, "2025-03-02") == []
    assert dates_on(database, "2026-03-02") == [("Anna", "2026-03-02")]
    assert dates_on(database, "2027-03-02") == [("Anna", "2027-03-02")]


def test_deals_past_their_expected_close(crm: Crm) -> None:
    acme = crm.deals.add("Website", company="Acme", amount_minor=450_000, expected_close_on=date(2026, 3, 1))
    crm.deals.add("Due today", expected_close_on=TODAY)
    won = crm.deals.add("Won", expected_close_on=date(2026, 2, 1))
    crm.deals.win(won.id)
    away = crm.deals.add("Away", expected_close_on=date(2026, 2, 1))
    crm.deals.archive(away.id)
    (item,) = crm.agenda.items()
    assert brief([item]) == [("deal", acme.id, "2026-03-01", 1)]
    assert (item.title, item.contact, item.amount_minor, item.currency) == ("Website", "Acme", 450_000, "EUR")
    assert (item.stage, item.group, item.listed_on) == ("Lead", Group.STUCK, TODAY)


def test_deals_without_movement_for_the_stages_days(database: Path) -> None:
    with at(database, "2026-02-16") as crm:
        resting = crm.deals.add("Resting", expected_close_on=date(2026, 6, 1))
    with at(database, "2026-03-01") as crm:
        assert crm.agenda.items() == []
        assert crm.agenda.summary().line == ""
    with at(database, "2026-03-02") as crm:
        (item,) = crm.agenda.items()
        assert brief([item]) == [("deal", resting.id, "2026-03-02", 0)]
        assert item.last_on == date(2026, 2, 16)
        assert crm.agenda.summary().line == "today 1"
        crm.deals.move(resting.id, "Qualified")
        assert crm.agenda.items() == []
    with at(database, "2026-03-17") as crm:
        (item,) = crm.agenda.items()
        assert brief([item]) == [("deal", resting.id, "2026-03-16", 1)]
        assert crm.agenda.summary().line == "overdue 1"
        crm.pipelines.update_stage(crm.deals.get(resting.id).stage_id, rot_days=None)
        assert crm.agenda.items() == []


def test_a_deal_is_listed_once_however_late_it_is(database: Path) -> None:
    with at(database, "2026-01-01") as crm:
        crm.deals.add("Both", expected_close_on=date(2026, 2, 1))
    with at(database, "2026-03-02") as crm:
        assert brief(crm.agenda.items()) == [("deal", 1, "2026-02-01", 29)]
        assert crm.agenda.summary().overdue == 1


def test_overdue_invoices_by_their_balance(crm: Crm) -> None:
    acme = crm.companies.add(name="Acme")
    open_one = invoice(crm, "2026-014", "2026-02-21", [("2", 50_000), ("0.5", 36_001)], 1, company_id=acme.id)
    invoice(crm, "2026-015", "2026-02-21", [("1", 1000)], paid=1000)
    invoice(crm, "2026-016", "2026-02-21", [("1", 1000)], paid=1100)
    invoice(crm, "2026-017", "2026-03-02", [("1", 1000)])
    invoice(crm, "2026-018", "2026-02-21", [("1", 1000)], voided_on="2026-02-22")
    invoice(crm, "2026-019", "2026-02-21", [])
    (item,) = crm.agenda.items()
    assert brief([item]) == [("invoice", open_one, "2026-02-21", 9)]
    assert (item.title, item.contact) == ("invoice 2026-014", "Acme")
    # 2 x 500.00 + 180.00 (180.005 to the even cent) - 0.01
    assert (item.amount_minor, item.currency) == (117_999, "EUR")
    assert crm.agenda.summary().groups[Group.UNPAID] == 1


def test_groups_come_in_their_order(database: Path) -> None:
    with at(database, "2026-02-01") as crm:
        invoice(crm, "1", "2026-02-21", [("1", 1000)])
        crm.deals.add("Stuck")
        crm.contacts.add(name="Anna", cadence_days=3, birthday="--03-02")
        for day in (date(2026, 3, 3), TODAY, date(2026, 3, 1)):
            crm.followups.add("call", day)
        sold(crm, "2026-02-01", (500, product(crm, "Oil", reorder_days=29)), contact=1, void=None)
    with at(database, "2026-03-02") as crm:
        groups = crm.agenda.grouped(days=1)
        assert [group for group, _ in groups] == list(Group)
        assert {group: len(items) for group, items in groups} == crm.agenda.summary(days=1).groups
        summary = crm.agenda.summary(days=1)
        items = crm.agenda.items(days=1)
        assert summary.overdue == sum(item.overdue_days > 0 for item in items) == 5
        assert summary.today == sum(item.overdue_days == 0 for item in items) == 3
        assert summary.coming == sum(item.overdue_days < 0 for item in items) == 1


def test_a_limit_keeps_the_longest_overdue_of_a_kind(crm: Crm) -> None:
    for day in range(1, 6):
        crm.followups.add(f"f{day}", date(2026, 2, day))
        invoice(crm, f"{day}", f"2026-02-0{day}", [("1", 1000)])
    items = crm.agenda.items(limit=2)
    assert [item.title for item in items] == ["f1", "f2", "invoice 1", "invoice 2"]


def test_another_day_can_be_looked_at(crm: Crm) -> None:
    crm.followups.add("call", date(2026, 3, 5))
    assert brief(crm.agenda.items(today=date(2026, 3, 6))) == [("followup", 1, "2026-03-05", 1)]
    assert crm.agenda.summary(today=date(2026, 3, 5)).line == "today 1"


@pytest.mark.parametrize("days", [-1, 3661])
def test_refuses_windows_out_of_range(crm: Crm, days: int) -> None:
    with pytest.raises(UsageError, match=str(days)):
        crm.agenda.items(days)


def test_the_calendars_end_is_no_failure(database: Path) -> None:
    with at(database, "9999-12-30") as crm:
        crm.contacts.add(name="Anna", birthday="--12-31")
        assert [item.due_on.isoformat() for item in crm.agenda.items(days=30)] == ["9999-12-31"]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (agenda_sources.FOLLOWUPS, "followups_open (due_on<"),
        (agenda_sources.TOUCHES, "contacts_by_touch (next_touch_on<"),
        (agenda_sources.SILENT, "customers_by_silence (reachable=? AND quiet_since<"),
        (agenda_sources.REORDERS, "reorders_by_day (reachable=? AND due_on<"),
        (agenda_sources.BIRTHDAYS, "contacts_by_birthday (<expr>>"),
        (agenda_sources.DATES, "important_dates_by_day (<expr>>"),
        (agenda_sources.CLOSING, "deals_open (expected_close_on<"),
        (agenda_sources.STUCK, "deals_by_movement (stage_id=? AND stage_entered_at<"),
        (agenda_sources.INVOICES, "invoices_unpaid (due_on<"),
    ],
)
def test_each_source_reads_its_index_and_scans_nothing(crm: Crm, query: str, index: str) -> None:
    rows = crm.connection.execute(f"EXPLAIN QUERY PLAN {query}", [None] * query.count("?"))
    plan = [row[3] for row in rows]
    assert any(index in step for step in plan), plan
    assert not any(step.startswith("SCAN") or "TEMP B-TREE" in step for step in plan), plan


def test_the_figures_are_counted_in_the_indexes(crm: Crm) -> None:
    steps: list[str] = []
    crm.deals.add("one", expected_close_on=TODAY)
    crm.config = Config(silent_days=30, reorder_lead_days=5)
    crm.connection.set_trace_callback(steps.append)
    crm.agenda.summary(1)
    crm.connection.set_trace_callback(None)
    counting = [step for step in steps if "count(*)" in step]
    assert len(counting) == 15
    for step in counting:
        plan = [row[3] for row in crm.connection.execute(f"EXPLAIN QUERY PLAN {step}")]
        assert all("USING COVERING INDEX" in each for each in plan), (step, plan)
