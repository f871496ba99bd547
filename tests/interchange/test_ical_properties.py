"""Any follow-up and any meeting through a calendar into another base: equal; and twice is once."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_tui.dates import instant_of
from crm_tui.domain import Crm
from crm_tui.errors import CrmError
from tests.calendars import Calendars, base, followups_of, interactions_of
from tests.everything import assert_sound, content

SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"])
# what a calendar can hold: control signs are left out of its text
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60)
HOSTILE = st.sampled_from(
    ["a\\nb", "a;b,c:d\\", '"^n"', "END:VTODO", "BEGIN:VALARM", "Ünïcödé" * 20, "日本語" * 40, "=1+1", "a  b"]
)
TITLES = st.one_of(TEXTS, HOSTILE).filter(lambda text: bool(text.strip()))
BODIES = st.lists(st.one_of(TEXTS, HOSTILE, st.just("")), min_size=1, max_size=4).map("\n".join)
RULES = st.sampled_from(
    [
        None,
        "every day",
        "every 3 months",
        "every 2 weeks on mon,thu",
        "last friday of month",
        "every 31st",
        "last weekday of month",
        "every year",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;COUNT=5",
        "FREQ=WEEKLY;UNTIL=20270101",
        "FREQ=YEARLY;BYMONTH=2,8;BYMONTHDAY=29",
        "FREQ=DAILY;INTERVAL=10;WKST=SU",
    ]
)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
TIMES = st.one_of(st.none(), st.times().map(lambda at: at.strftime("%H:%M")))
FOLLOWUPS = st.fixed_dictionaries(
    {
        "title": TITLES,
        "due_on": DAYS,
        "due_time": TIMES,
        "priority": st.sampled_from(["low", "normal", "high"]),
        "repeat": RULES,
        "repeat_from": st.sampled_from(["due", "done"]),
        "contact": st.sampled_from([None, 1, 2]),
        "deal": st.booleans(),
        "then": st.sampled_from(["", "done", "cancel", "snooze"]),
    }
)
MEETINGS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["call", "email", "meeting", "message", "note"]),
        "direction": st.sampled_from([None, "in", "out"]),
        "summary": TITLES,
        "body": st.one_of(st.none(), BODIES),
        "duration_minutes": st.one_of(st.none(), st.integers(0, 31 * 24 * 60)),
        "occurred_at": st.integers(0, 25 * 365 * 86_400).map(
            lambda seconds: instant_of(NOW - timedelta(seconds=seconds))
        ),
        "people": st.sampled_from([[1], [2], [1, 2], [2, 1]]),
        "deal": st.booleans(),
    }
)


def people(crm: Crm) -> None:
    """Anna, who has an address, and Bob, who has none; and a deal."""
    crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
    crm.contacts.add(name="Bob; Ray, Jr.")
    crm.deals.add("Web\\site; new, big")


def promise(crm: Crm, given_values: dict[str, Any]) -> None:
    values = dict(given_values)
    contact, deal, then = values.pop("contact"), values.pop("deal"), values.pop("then")
    if values["repeat"] is None:
        del values["repeat_from"]
    try:
        made = crm.followups.add(**values, contact_id=contact, deal_id=1 if deal else None)
    except CrmError:
        return
    if then == "done":
        crm.followups.complete(made.id)
    elif then == "cancel":
        crm.followups.cancel(made.id)
    elif then == "snooze":
        crm.followups.snooze(made.id, made.due_on + timedelta(days=3))


def promises(crm: Crm) -> list[tuple[Any, ...]]:
    """The follow-ups as a calendar carries them; which of them are of one series it does not."""
    schedules = (
        "SELECT coalesce(anchor_on, due_on), coalesce(scheduled_on, due_on) FROM followups WHERE id = ?"
    )
    return sorted(
        (
            each.title,
            each.due_on,
            str(each.due_time),
            each.contact or "",
            each.deal or "",
            each.priority.value,
            each.repeat or "",
            str(each.repeat_from),
            each.status.value,
            str(each.done_at),
            each.created_at,
            crm.connection.execute(schedules, (each.id,)).fetchone() if each.repeat else (),
        )
        for each in crm.followups.iterate()
    )


def history(crm: Crm) -> list[tuple[Any, ...]]:
    """What happened, as a calendar carries it."""
    return sorted(
        (
            each.kind.value,
            str(each.direction),
            each.occurred_at,
            each.summary,
            str(each.body),
            str(each.duration_minutes),
            sorted(each.contacts),
            each.deal or "",
            each.created_at,
        )
        for each in crm.interactions.iterate()
    )


@SETTINGS
@given(st.lists(FOLLOWUPS, min_size=1, max_size=6), ZONES)
def test_follow_ups_come_through_a_calendar_as_they_were(rows: list[dict[str, Any]], zone: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with base(folder / "one.db", zone, NOW) as one, base(folder / "two.db", zone, NOW) as two:
            people(one)
            people(two)
            for row in rows:
                promise(one, row)
            text = followups_of(one)
            before = content(one)
            assert Calendars(one, folder).text(text).operation is None
            assert content(one) == before
            load = Calendars(two, folder)
            load.text(text)
            assert load.reasons() == []
            assert promises(two) == promises(one)
            assert load.text(text).operation is None
            assert load.text(followups_of(two)).operation is None
            assert_sound(two)


@SETTINGS
@given(st.lists(MEETINGS, min_size=1, max_size=6), ZONES)
def test_what_happened_comes_through_a_calendar_as_it_was(rows: list[dict[str, Any]], zone: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with base(folder / "one.db", zone, NOW) as one, base(folder / "two.db", zone, NOW) as two:
            people(one)
            people(two)
            for row in rows:
                values = dict(row)
                members, deal = values.pop("people"), values.pop("deal")
                one.interactions.add(
                    values.pop("kind"), members, values.pop("summary"), deal_id=1 if deal else None, **values
                )
            text = interactions_of(one)
            before = content(one)
            assert Calendars(one, folder).text(text).operation is None
            assert content(one) == before
            load = Calendars(two, folder)
            load.text(text)
            assert load.reasons() == []
            assert history(two) == history(one)
            assert load.text(text).operation is None
            assert load.text(interactions_of(two)).operation is None
            two.undo()
            assert two.interactions.list() == []
            assert_sound(two)


LINES = st.sampled_from(
    [
        "SUMMARY:Call",
        "SUMMARY:Other",
        "DUE;VALUE=DATE:20260310",
        "DUE:20260329T013000Z",
        "DUE;TZID=Europe/Berlin:20261025T023000",
        "DTSTART:20260101T100000Z",
        "DTSTART;VALUE=DATE:20260101",
        "DTEND:20260101T113000Z",
        "DURATION:PT90S",
        "RRULE:FREQ=WEEKLY;COUNT=5",
        "RRULE:FREQ=MONTHLY;BYWEEKNO=3",
        "EXDATE:20260108T100000Z",
        "RECURRENCE-ID:20260108T100000Z",
        "STATUS:COMPLETED",
        "STATUS:IN-PROCESS",
        "STATUS:CANCELLED",
        "COMPLETED:20260202T100000Z",
        "PRIORITY:3",
        "PRIORITY:7",
        "UID:1",
        "UID:2",
        "ATTENDEE:mailto:anna@example.com",
        "ATTENDEE:mailto:nobody@example.com",
        "DESCRIPTION:two\\nlines",
        "CATEGORIES:a,b",
        "X-THING;P=\"a,b\":x",
        "BEGIN:VALARM",
        "TRIGGER:-PT5M",
        "END:VALARM",
        "no line",
        ";:;",
    ]
)  # fmt: skip
ENTRIES = st.tuples(st.sampled_from(["VTODO", "VEVENT", "VJOURNAL"]), st.lists(LINES, max_size=14))


@settings(SETTINGS, max_examples=60)
@given(st.lists(ENTRIES, max_size=5))
def test_any_calendar_twice_is_once_and_comes_out_and_in_again(entries: list[tuple[str, list[str]]]) -> None:
    lines = ["BEGIN:VCALENDAR"]
    for name, inside in entries:
        lines += [f"BEGIN:{name}", *inside, f"END:{name}"]
    text = "\r\n".join([*lines, "END:VCALENDAR", ""])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with base(folder / "x.db", "Europe/Berlin", NOW) as crm:
            people(crm)
            empty = content(crm)
            load = Calendars(crm, folder)
            first = load.text(text)
            assert load.text(text).operation is None
            written = load.written()
            assert load.text(written).operation is None
            assert load.changes() == []
            assert load.written() == written
            assert_sound(crm)
            if first.operation is not None:
                crm.undo()
            assert content(crm) == empty
