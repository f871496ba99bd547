"""Follow-ups and dates of people by day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import UsageError

TODAY = date(2026, 3, 2)
START, END = date(2026, 2, 23), date(2026, 4, 6)


def test_outline_has_what_is_open_by_day_and_hour(crm: Crm) -> None:
    any_time = crm.followups.add("any time", TODAY)
    at_two = crm.followups.add("at two", TODAY, due_time="14:00")
    late = crm.followups.add("late", date(2026, 2, 27))
    gone = crm.followups.add("gone", date(2026, 2, 1))
    crm.followups.cancel(gone.id)
    found = crm.followups.outline()
    assert list(found.ids) == [late.id, at_two.id, any_time.id]
    assert found.open == ((date(2026, 2, 27), 1), (TODAY, 2))
    assert (found.closed, found.open_count, found.timed) == ((), 3, True)


def test_outline_knows_whom_each_is_about(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    bob = crm.contacts.add(name="Bob")
    deal = crm.deals.add("Website", contact_id=bob.id)
    for values in (
        {"contact_id": anna.id},
        {"deal_id": deal.id},
        {"contact_id": anna.id, "deal_id": deal.id},
        {},
    ):
        crm.followups.add("call", TODAY, **values)  # type: ignore[arg-type]
    found = crm.followups.outline()
    assert list(found.people) == [anna.id, bob.id, anna.id, 0]
    planned = list(crm.followups.planned(found.ids))
    assert [(each.person_id, each.person, each.company, each.deal) for each in planned] == [
        (anna.id, "Anna", "Acme", None),
        (bob.id, "Bob", None, "Website"),
        (anna.id, "Anna", "Acme", "Website"),
        (None, None, None, None),
    ]
    assert [each.overdue_days for each in planned] == [0, 0, 0, 0]
    assert list(crm.followups.planned([99, planned[0].id])) == planned[:1]


def closed_business(database: Path) -> None:
    for day, title in (("2026-02-10", "older"), ("2026-02-27", "newer")):
        with Crm.open(database, now=datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)) as crm:
            made = crm.followups.add(title, TODAY)
            crm.followups.complete(made.id)
            crm.followups.add(f"open {title}", TODAY)


@pytest.mark.parametrize(
    ("text", "closed", "titles"),
    [
        ("", False, ["open older", "open newer"]),
        ("", True, ["open older", "open newer", "newer", "older"]),
        ("status:done", False, ["newer", "older"]),
        ("done_at>10d", False, ["newer"]),
        ("not done:none", False, ["newer", "older"]),
        ("title:older", False, ["open older"]),
        ("title:older OR status:done", False, ["open older", "newer", "older"]),
        ("newer", True, ["open newer", "newer"]),
    ],
)
def test_closed_ones_come_when_asked_for(database: Path, text: str, closed: bool, titles: list[str]) -> None:
    closed_business(database)
    with Crm.open(database, now=datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) as crm:
        found = crm.followups.outline(text, closed=closed)
        assert [each.title for each in crm.followups.planned(found.ids)] == titles
        days = crm.followups.days(TODAY, date(2026, 3, 3), text, closed=closed)
        assert sorted(each.title for each in days[TODAY].first) == sorted(titles)


def test_closed_ones_stand_on_the_local_day_they_were_closed(database: Path) -> None:
    closed_business(database)
    with Crm.open(database, now=datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) as crm:
        found = crm.followups.outline("status:done,cancelled")
    assert found.open == ()
    assert found.closed == ((date(2026, 2, 27), 1), (date(2026, 2, 10), 1))


def test_a_wrong_filter_is_refused(crm: Crm) -> None:
    with pytest.raises(UsageError, match="prioritty"):
        crm.followups.outline("prioritty:high")
    with pytest.raises(UsageError, match="prioritty"):
        crm.followups.days(START, END, "prioritty:high")


def test_days_are_half_open_counted_whole_and_read_in_part(crm: Crm) -> None:
    before = crm.followups.add("before", date(2026, 2, 22))
    first = crm.followups.add("first", START)
    crm.followups.add("after", END)
    several = [crm.followups.add(str(number), TODAY) for number in range(5)]
    crm.followups.complete(several[0].id)
    early = crm.followups.add("early", TODAY, due_time="08:00")
    found = crm.followups.days(START, END, closed=True, most=3)
    assert list(found) == [START, TODAY]
    assert before.id not in [each.id for each in found[START].first]
    assert [each.id for each in found[START].first] == [first.id]
    plan = found[TODAY]
    assert (plan.open, plan.closed) == (5, 1)
    assert [each.id for each in plan.first] == [early.id, several[1].id, several[2].id]
    assert crm.followups.days(START, END)[TODAY].closed == 0
    assert not crm.followups.days(date(2030, 1, 1), date(2030, 2, 1))


def test_kept_days_are_those_of_the_agenda(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", birthday="1985-03-03", company="Acme")
    bob = crm.contacts.add(name="Bob", birthday="--02-23")
    crm.contacts.add(name="too early", birthday="--02-22")
    crm.contacts.add(name="too late", birthday="--04-06")
    crm.contacts.add(name="not born", birthday="2027-03-03")
    away = crm.contacts.add(name="away", birthday="--03-03")
    crm.contacts.archive(away.id)
    crm.contacts.set_date(bob.id, "name day", "--03-03")
    crm.contacts.set_date(away.id, "name day", "--03-03")
    found = crm.agenda.kept_days(START, END)
    assert list(found) == [date(2026, 2, 23), date(2026, 3, 3)]
    third = found[date(2026, 3, 3)]
    assert third.count == 2
    assert [(each.kind.value, each.title, each.contact, each.company, each.age) for each in third.items] == [
        ("birthday", "birthday", "Anna", "Acme", 41),
        ("date", "name day", "Bob", None, None),
    ]
    assert third.items[0].ref == anna.id
    assert (third.items[0].overdue_days, found[date(2026, 2, 23)].items[0].overdue_days) == (-1, 7)


def test_29_february_is_kept_on_the_28th_of_a_common_year(crm: Crm) -> None:
    for birthday in ("--02-28", "--02-29", "2000-02-29"):
        crm.contacts.add(name=birthday, birthday=birthday)
    for start, end in ((date(2026, 2, 1), date(2026, 3, 1)), (date(2026, 2, 28), date(2026, 3, 2))):
        found = crm.agenda.kept_days(start, end)
        assert list(found) == [date(2026, 2, 28)]
        assert found[date(2026, 2, 28)].count == 3
    leap = crm.agenda.kept_days(date(2028, 2, 1), date(2028, 3, 1))
    assert {day: each.count for day, each in leap.items()} == {date(2028, 2, 28): 1, date(2028, 2, 29): 2}


def test_kept_days_go_over_the_end_of_the_year_and_read_only_some(crm: Crm) -> None:
    for number in range(5):
        crm.contacts.add(name=f"December {number}", birthday="--12-31")
    crm.contacts.add(name="January", birthday="--01-01")
    found = crm.agenda.kept_days(date(2026, 12, 28), date(2027, 2, 1), most=2)
    assert {day: (each.count, len(each.items)) for day, each in found.items()} == {
        date(2026, 12, 31): (5, 2),
        date(2027, 1, 1): (1, 1),
    }
