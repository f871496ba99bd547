"""A list of at most so many things of a kind: the first days of it, while the figures count all."""

from __future__ import annotations

from datetime import date, timedelta

from crm_tui.domain import Crm
from crm_tui.domain.agenda_items import Group, ItemKind

TODAY = date(2026, 3, 2)


def test_birthdays_and_dates_are_limited_each_to_the_first(crm: Crm) -> None:
    with crm.transaction("fill"):
        for number in range(12):
            # made the last first, so that no order of rows helps
            day = TODAY + timedelta(days=11 - number)
            person = crm.contacts.add(name=f"Person {number}", birthday=day.replace(year=1980).isoformat())
            crm.contacts.set_date(person.id, "anniversary", day.replace(year=2020).isoformat())
    items = crm.agenda.items(20, limit=3)
    for kind in (ItemKind.BIRTHDAY, ItemKind.DATE):
        days = [item.due_on for item in items if item.kind is kind]
        assert days == [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)]
    assert crm.agenda.summary(20).groups[Group.DATES] == 24
    assert len(crm.agenda.items(20)) == 24


def test_the_limit_holds_across_the_turn_of_the_year(crm: Crm) -> None:
    for day in ("2000-01-02", "2000-12-31", "2000-12-30", "2000-01-01"):
        crm.contacts.add(name=day, birthday=day)
    items = crm.agenda.items(10, date(2025, 12, 29), limit=3)
    assert [item.due_on for item in items] == [date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1)]
