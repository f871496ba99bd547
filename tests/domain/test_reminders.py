"""Reminders: once an occurrence and channel, however often, late, or at the same moment they are asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.reminders import Reminder
from crm_tui.errors import DeliveryError

TODAY = date(2026, 3, 2)


@contextmanager
def at(database: Path, day: str) -> Iterator[Crm]:
    with Crm.open(database, now=f"{day} 07:30") as crm:
        yield crm


def once(database: Path, day: str, *, days: int = 0, channel: str = "stdout") -> list[tuple[str, str, bool]]:
    """What a run on a day delivers: title, day, late."""
    delivered: list[Reminder] = []
    with at(database, day) as crm:
        returned = crm.reminders.deliver_once(channel, delivered.extend, days)
    assert list(returned) == delivered
    return [(each.title, each.due_on.isoformat(), each.late) for each in delivered]


def fail(reminders: Sequence[Reminder]) -> None:
    raise DeliveryError("The desktop is away.", "Come back later.")


def test_everything_due_is_told_whenever_asked(crm: Crm) -> None:
    crm.followups.add("late", date(2026, 2, 27))
    crm.followups.add("today", TODAY)
    crm.followups.add("tomorrow", date(2026, 3, 3))
    for _ in range(2):
        assert [(each.title, each.late) for each in crm.reminders.due()] == [("late", True), ("today", False)]
    assert [each.title for each in crm.reminders.due(days=1)] == ["late", "today", "tomorrow"]


def test_once_means_once(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.followups.add("call", TODAY)
        crm.contacts.add(name="Anna", birthday="--03-02", cadence_days=1)
    assert [title for title, _, _ in once(database, "2026-03-02")] == ["call", "never contacted", "birthday"]
    assert once(database, "2026-03-02") == []
    assert once(database, "2026-03-03") == []


def test_each_channel_delivers_for_itself(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.followups.add("call", TODAY)
    assert len(once(database, "2026-03-02")) == 1
    assert len(once(database, "2026-03-02", channel="email")) == 1
    assert once(database, "2026-03-02", channel="email") == []


def test_nothing_due_calls_nobody(crm: Crm) -> None:
    assert list(crm.reminders.deliver_once("stdout", fail)) == []


def test_what_is_overdue_when_first_delivered_is_late(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.followups.add("call", TODAY)
    assert once(database, "2026-03-05") == [("call", "2026-03-02", True)]


def test_missed_birthdays_and_dates_come_late(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        anna = crm.contacts.add(name="Anna", birthday="--03-03")
        crm.contacts.set_date(anna.id, "wedding", "--03-04")
        crm.contacts.add(name="Earlier", birthday="--02-27")
    assert once(database, "2026-03-01") == []
    assert once(database, "2026-03-05") == [("birthday", "2026-03-03", True), ("wedding", "2026-03-04", True)]
    assert once(database, "2026-03-06") == []


def test_a_first_run_has_missed_nothing(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.contacts.add(name="Anna", birthday="--03-03")
    assert once(database, "2026-03-05") == []


def test_what_was_told_ahead_is_not_told_again(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.contacts.add(name="Anna", birthday="--03-03")
    assert once(database, "2026-03-01", days=3) == [("birthday", "2026-03-03", False)]
    assert once(database, "2026-03-03") == []
    assert once(database, "2026-03-09") == []


def test_missed_days_reach_over_the_year_end_but_no_birthday_comes_twice(database: Path) -> None:
    with at(database, "2025-01-01") as crm:
        crm.contacts.add(name="Anna", birthday="--12-31")
        crm.contacts.add(name="Omar", birthday="--03-02")
    assert once(database, "2025-12-30") == []
    assert once(database, "2026-01-02") == [("birthday", "2025-12-31", True)]
    assert once(database, "2028-03-02") == [
        ("birthday", "2027-12-31", True),
        ("birthday", "2028-03-02", False),
    ]


def test_each_year_is_another_occurrence(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.contacts.add(name="Anna", birthday="1996-02-29")
    assert once(database, "2027-02-28") == [("birthday", "2027-02-28", False)]
    assert once(database, "2028-02-28") == []
    assert once(database, "2028-02-29") == [("birthday", "2028-02-29", False)]


def test_a_snoozed_followup_and_the_next_of_a_series_are_new(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.followups.add("rent", TODAY, repeat="every month")
    assert once(database, "2026-03-02") == [("rent", "2026-03-02", False)]
    with at(database, "2026-03-02") as crm:
        crm.followups.snooze(1, date(2026, 3, 4))
    assert once(database, "2026-03-03") == []
    assert once(database, "2026-03-04") == [("rent", "2026-03-04", False)]
    with at(database, "2026-03-04") as crm:
        crm.followups.complete(1)
    assert once(database, "2026-04-02") == [("rent", "2026-04-02", False)]


def test_a_new_touch_is_new_and_a_stuck_deal_is_told_once(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.contacts.add(name="Anna", cadence_days=7, last_contacted_on=date(2026, 3, 1))
        crm.deals.add("Website", expected_close_on=date(2026, 3, 9))
    assert once(database, "2026-03-08") == [("last spoke 7 days ago", "2026-03-08", False)]
    # past its expected close on the 10th at the earliest, and so not late then
    assert once(database, "2026-03-10") == [("Website", "2026-03-09", False)]
    assert once(database, "2026-03-20") == []
    with at(database, "2026-03-20") as crm:
        crm.contacts.update(1, last_contacted_on=date(2026, 3, 20))
        crm.deals.update(1, expected_close_on=date(2026, 3, 22))
    assert once(database, "2026-03-27") == [
        ("last spoke 7 days ago", "2026-03-27", False),
        ("Website", "2026-03-22", True),
    ]


def test_a_failed_delivery_is_delivered_next_time(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.contacts.add(name="Anna", birthday="--03-02")
    assert once(database, "2026-03-01") == []
    with at(database, "2026-03-02") as crm, pytest.raises(DeliveryError):
        crm.reminders.deliver_once("stdout", fail)
    assert once(database, "2026-03-03") == [("birthday", "2026-03-02", True)]


def test_the_ledger_is_no_operation(database: Path) -> None:
    with at(database, "2026-03-02") as crm:
        crm.followups.add("call", TODAY)
        before = crm.history()
        crm.reminders.deliver_once("stdout", lambda _: None)
        assert crm.history() == before
        crm.undo()
        crm.redo()
    assert once(database, "2026-03-02") == []


def test_a_clock_that_went_back_delivers_nothing_twice(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        crm.contacts.add(name="Anna", birthday="--03-02")
    assert len(once(database, "2026-03-04")) == 0
    assert len(once(database, "2026-03-02")) == 1
    assert once(database, "2026-03-02") == []
    assert once(database, "2026-03-06") == []


def test_four_processes_at_once_deliver_each_item_once(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        for number in range(40):
            crm.followups.add(f"call {number}", TODAY)
            crm.contacts.add(name=f"Person {number}", birthday="--03-02")
    command = [sys.executable, "-m", "crm_tui", "--db", str(database), "--now", "2026-03-02 07:30"]
    command += ["remind", "--once", "-f", "jsonl"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    told = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    items = [json.loads(line) for output in told for line in output.decode().splitlines()]
    counted = Counter((item["kind"], item["ref"]) for item in items)
    assert len(counted) == 80
    assert set(counted.values()) == {1}
