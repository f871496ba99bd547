"""Events of calendars as meetings: those that have begun, with people who are known, one for each day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from tests.calendars import Calendars, base, calendar, followups_of, interactions_of, unfolded
from tests.conftest import NOW
from tests.loading import counts


@pytest.fixture
def load(crm: Crm, tmp_path: Path) -> Calendars:
    """Loads calendars into a business that knows Anna and Jan."""
    crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"], cadence_days=30)
    crm.contacts.add(name="Jan", emails=["jan@example.com"])
    return Calendars(crm, tmp_path)


def event(*lines: str, uid: str = "e-1") -> str:
    """An event with Anna."""
    return "\n".join(["VEVENT", f"UID:{uid}", "SUMMARY:Offer", "ATTENDEE:mailto:anna@example.com", *lines])


def days(crm: Crm) -> list[str]:
    """When everything happened."""
    return sorted(each.occurred_at for each in crm.interactions.list())


def test_an_event_is_a_meeting(load: Calendars) -> None:
    summary = load(
        event(
            "DTSTART;TZID=Europe/Berlin:20260227T100000",
            "DTEND;TZID=Europe/Berlin:20260227T113000",
            "DESCRIPTION:We talked\\nlong",
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:JAN@example.com",
            "ATTENDEE:mailto:stranger@example.com",
            "ORGANIZER:mailto:anna@example.com",
            "LOCATION:Office",
        )
    )
    (found,) = load.crm.interactions.list()
    assert (found.kind, found.occurred_at, found.duration_minutes) == ("meeting", "2026-02-27T09:00:00Z", 90)
    assert (found.summary, found.body) == ("Offer", "We talked\nlong")
    assert found.contacts == ("Anna Kowalska", "Jan")
    assert load.crm.contacts.get(1).last_contacted_on == datetime(2026, 2, 27, tzinfo=UTC).date()
    assert summary.notices == [
        "Nobody here has these addresses: stranger@example.com; --create-missing makes them."
    ]
    assert "LOCATION:Office" in unfolded(interactions_of(load.crm))


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        ("DTSTART:20260227T100000Z", None),
        ("DTSTART:20260227T100000Z\nDTEND:20260227T100000Z", 0),
        ("DTSTART:20260227T100000Z\nDURATION:PT1H15M", 75),
        ("DTSTART:20260227T100000Z\nDURATION:-PT1H", None),
        ("DTSTART:20260227T100000Z\nDTEND:20260227T103059Z", 30),
        ("DTSTART:20260227T100000Z\nDTEND:20260227T090000Z", None),
        ("DTSTART:20250227T100000Z\nDTEND:20260227T100000Z", None),
        ("DTSTART;VALUE=DATE:20260227\nDTEND;VALUE=DATE:20260228", None),
        # the clocks go forward in between
        ("DTSTART;TZID=Europe/Berlin:20250330T013000\nDTEND;TZID=Europe/Berlin:20250330T033000", 60),
    ],
)
def test_durations(load: Calendars, lines: str, minutes: int | None) -> None:
    load(event(*lines.split("\n")))
    assert load.crm.interactions.get(1).duration_minutes == minutes
    # whatever the minutes do not say comes out as it was, and nothing changes on the way
    written = interactions_of(load.crm)
    assert counts(load.text(written)) == (0, 0, 1, 0, 0)
    if minutes not in (0, 75, 60) and "\n" in lines:
        assert all(each in unfolded(written) for each in lines.split("\n"))


def test_a_whole_day_is_noon_there_and_comes_out_whole_until_it_is_moved(tmp_path: Path) -> None:
    with base(tmp_path / "berlin.db", "Europe/Berlin") as crm:
        crm.contacts.add(name="Anna", emails=["anna@example.com"])
        Calendars(crm, tmp_path)(event("DTSTART;VALUE=DATE:20260227"))
        assert days(crm) == ["2026-02-27T11:00:00Z"]
        assert "DTSTART;VALUE=DATE:20260227" in unfolded(interactions_of(crm))
        crm.interactions.update(1, occurred_at="2026-02-27T10:00:00Z")
        assert "DTSTART:20260227T100000Z" in unfolded(interactions_of(crm))
        assert counts(Calendars(crm, tmp_path).text(interactions_of(crm))) == (0, 0, 1, 0, 0)


def test_what_is_no_meeting_is_skipped_and_counted(load: Calendars) -> None:
    summary = load(
        event("DTSTART:20260227T100000Z", "STATUS:CANCELLED", uid="1"),
        event("DTSTART:20260302T100000Z", uid="2"),
        event("DTSTART:20270302T100000Z", uid="3"),
        "VEVENT\nUID:4\nSUMMARY:Alone\nDTSTART:20260227T100000Z",
        "VEVENT\nUID:5\nDTSTART:20260227T100000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:anna@example.com",
        "VEVENT\nUID:6\nDTSTART:20260227T100000Z\nATTENDEE;CUTYPE=ROOM:mailto:anna@example.com",
        "VJOURNAL\nUID:7\nSUMMARY:Dear diary",
        "VFREEBUSY\nUID:8",
    )
    assert counts(summary) == (0, 0, 0, 8, 0)
    assert summary.operation is None
    assert sorted(summary.notices) == [
        "1 skipped: cancelled.",
        "1 skipped: journal entries.",
        "1 skipped: they only say when somebody is free.",
        "2 skipped: still to come, which are meetings once they have begun.",
        "3 skipped: nobody who takes part is known here.",
    ]


def test_people_are_made_only_when_asked_for_and_never_oneself(tmp_path: Path) -> None:
    config = Config(own_emails=("me@example.com",))
    entry = (
        "VEVENT\nUID:1\nSUMMARY:First\nDTSTART:20260227T100000Z\nORGANIZER;CN=Me:mailto:Me@example.com\n"
        "ATTENDEE;CN=Zoe Doe:mailto:zoe@example.com\nATTENDEE;CN=bob@example.com:mailto:bob@example.com\n"
        "ORGANIZER:mailto:unknownorganizer@calendar.google.com"
    )
    with Crm.open(tmp_path / "x.db", now=NOW, config=config) as crm:
        load = Calendars(crm, tmp_path)
        assert counts(load(entry)) == (0, 0, 0, 1, 0)
        assert counts(load(entry, create_missing=True)) == (1, 0, 0, 0, 0)
        assert [each.name for each in crm.contacts.list(sort="id")] == ["Zoe Doe", "bob@example.com"]
        assert crm.interactions.get(1).contacts == ("Zoe Doe", "bob@example.com")
        assert counts(load(entry, create_missing=True)) == (0, 0, 1, 0, 0)
        crm.undo()
        assert crm.contacts.list() == []


def test_a_repeating_event_is_a_meeting_for_each_day_it_has_been(load: Calendars) -> None:
    weekly = event(
        "DTSTART;TZID=Europe/Berlin:20260202T100000",
        "DURATION:PT30M",
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Europe/Berlin:20260209T100000",
        "RDATE;TZID=Europe/Berlin:20260212T110000",
    )
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20260216T100000", "DTSTART;TZID=Europe/Berlin:20260217T150000"
    )
    expected = [
        "2026-02-02T09:00:00Z",
        "2026-02-12T10:00:00Z",
        "2026-02-17T14:00:00Z",
        "2026-02-23T09:00:00Z",
        "2026-03-02T09:00:00Z",
    ]
    assert counts(load(weekly, moved)) == (5, 0, 0, 0, 0)
    assert days(load.crm) == expected
    assert counts(load(weekly, moved)) == (0, 0, 5, 0, 0)
    assert "RRULE" not in interactions_of(load.crm)
    assert counts(load.text(interactions_of(load.crm))) == (0, 0, 5, 0, 0)


def test_an_event_that_begins_to_repeat_or_whose_first_day_is_moved_stays_one(load: Calendars) -> None:
    load(event("DTSTART:20260216T100000Z"))
    assert counts(load(event("DTSTART:20260216T100000Z", "RRULE:FREQ=WEEKLY"))) == (1, 0, 1, 0, 0)
    moved = event("RECURRENCE-ID:20260216T100000Z", "DTSTART:20260217T100000Z")
    assert counts(load(event("DTSTART:20260216T100000Z", "RRULE:FREQ=WEEKLY"), moved)) == (0, 1, 1, 0, 0)
    assert days(load.crm) == ["2026-02-17T10:00:00Z", "2026-02-23T10:00:00Z"]


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        ("20251231T100000Z", "FREQ=MONTHLY", ["2025-12-31", "2026-01-31"]),
        ("20240229T100000Z", "FREQ=YEARLY", ["2024-02-29"]),
        ("20251231T100000Z", "FREQ=MONTHLY;COUNT=2", ["2025-12-31", "2026-01-31"]),
        ("20260101T100000Z", "FREQ=DAILY;UNTIL=20260103T100000Z", ["2026-01-01", "2026-01-02", "2026-01-03"]),
        ("20260205T100000Z", "FREQ=MONTHLY;BYDAY=1TH", ["2026-02-05"]),
    ],
)
def test_days_are_those_that_calendars_show(
    load: Calendars, start: str, rule: str, expected: list[str]
) -> None:
    load(event(f"DTSTART:{start}", f"RRULE:{rule}"))
    assert [each[:10] for each in days(load.crm)] == expected


def test_the_hour_stays_when_the_clocks_change(tmp_path: Path) -> None:
    with base(tmp_path / "x.db", "Europe/Berlin") as crm:
        crm.contacts.add(name="Anna", emails=["anna@example.com"])
        Calendars(crm, tmp_path)(
            event("DTSTART;TZID=America/New_York:20251031T100000", "RRULE:FREQ=DAILY;COUNT=4")
        )
        assert days(crm) == [
            "2025-10-31T14:00:00Z",
            "2025-11-01T14:00:00Z",
            "2025-11-02T15:00:00Z",
            "2025-11-03T15:00:00Z",
        ]


def test_only_the_latest_of_very_many_days(load: Calendars) -> None:
    summary = load(event("DTSTART:20200101T100000Z", "RRULE:FREQ=DAILY"))
    assert summary.created == 500
    assert summary.notices == ["Offer: only the latest 500 meetings were taken"]
    assert days(load.crm)[-1] == "2026-03-01T10:00:00Z"


def test_a_rule_of_hours_gives_the_first_day_and_is_told(load: Calendars) -> None:
    summary = load(event("DTSTART:20260101T100000Z", "RRULE:FREQ=HOURLY"))
    assert days(load.crm) == ["2026-01-01T10:00:00Z"]
    assert "only the first was taken" in summary.notices[0]


def test_a_changed_event_is_an_update(load: Calendars) -> None:
    load(event("DTSTART:20260227T100000Z", "DURATION:PT30M"))
    changed = event(
        "DTSTART:20260226T100000Z", "DURATION:PT45M", "DESCRIPTION:x", "ATTENDEE:mailto:jan@example.com"
    )
    assert counts(load(changed)) == (0, 1, 0, 0, 0)
    assert {each[0] for each in load.changes()} == {
        "occurred_at",
        "duration_minutes",
        "body",
        "contacts",
        "other lines",
    }
    assert load.crm.interactions.get(1).contacts == ("Anna Kowalska", "Jan")
    load.crm.undo()
    assert load.crm.interactions.get(1).duration_minutes == 30


def test_an_event_finds_the_meeting_that_was_logged(load: Calendars) -> None:
    load.crm.interactions.add("meeting", [1], "Offer", occurred_at="2026-02-27T10:00:00Z")
    assert load(event("DTSTART:20260227T100000Z")).created == 0
    assert len(load.crm.interactions.list()) == 1


def test_a_folder_with_one_entry_a_file(load: Calendars, tmp_path: Path) -> None:
    folder = tmp_path / "vdir"
    folder.mkdir()
    (folder / "a.ics").write_text(calendar("VTODO\nUID:1\nSUMMARY:A\nDUE;VALUE=DATE:20260310"))
    (folder / "b.ics").write_text(calendar(event("DTSTART:20260227T100000Z")))
    (folder / "c.ics").write_bytes(b"BEGIN:VCALENDAR\xff")
    (folder / "d.ics").write_text(calendar("VTODO\nUID:2\nSUMMARY:D"))
    (folder / ".hidden.ics").write_text("BEGIN")
    (folder / "readme.txt").write_text("no entry")
    assert counts(load.file(folder)) == (2, 0, 0, 0, 2)
    assert load.reasons() == [
        'c.ics, "VCALENDAR": c.ics: line 1 is no UTF-8',
        'd.ics, "D": it has no day on which it is due',
    ]
    (folder / "a.ics").write_text(calendar("VTODO\nUID:1\nSUMMARY:A2\nDUE;VALUE=DATE:20260310"))
    assert counts(load.file(folder)) == (0, 1, 1, 0, 2)
    assert "SUMMARY:A2" in followups_of(load.crm)
