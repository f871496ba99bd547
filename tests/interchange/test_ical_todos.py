"""To-dos of calendars as follow-ups: what is read, what is kept, what a second import does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.models import FollowupStatus, FollowupView, Priority
from tests.calendars import Calendars, base, calendar, followups_of, unfolded
from tests.loading import counts


@pytest.fixture
def load(crm: Crm, tmp_path: Path) -> Calendars:
    """Loads calendars into the empty business."""
    return Calendars(crm, tmp_path)


def only(crm: Crm) -> FollowupView:
    """The one follow-up there is."""
    (found,) = crm.followups.list()
    return found


def todo(*lines: str) -> str:
    """A to-do with a UID and a title."""
    return "\n".join(["VTODO", "UID:t-1", "SUMMARY:Call Anna", *lines])


def test_a_todo_is_a_follow_up(load: Calendars) -> None:
    load.crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
    summary = load(
        todo(
            "DUE;VALUE=DATE:20260310",
            "PRIORITY:2",
            "STATUS:NEEDS-ACTION",
            "RRULE:FREQ=MONTHLY;INTERVAL=3",
            "CREATED:20250101T080000Z",
            "ATTENDEE;CN=Anna:MAILTO:Anna@Example.com",
        )
    )
    found = only(load.crm)
    assert counts(summary) == (1, 0, 0, 0, 0)
    assert (found.title, found.due_on, found.due_time) == ("Call Anna", date(2026, 3, 10), None)
    assert (found.priority, found.status, found.contact) == (
        Priority.HIGH,
        FollowupStatus.OPEN,
        "Anna Kowalska",
    )
    assert (found.repeat, found.created_at) == ("FREQ=MONTHLY;INTERVAL=3", "2025-01-01T08:00:00Z")


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("DUE:20260328T133000Z", ("2026-03-28", "14:30")),
        ("DUE:20260329T133000Z", ("2026-03-29", "15:30")),
        ("DUE:20260329T143000", ("2026-03-29", "14:30")),
        ("DUE;TZID=America/New_York:20260310T090000", ("2026-03-10", "14:00")),
        ("DUE;TZID=America/New_York:20260410T200000", ("2026-04-11", "02:00")),
        ("DUE;TZID=/mozilla.org/20050126_1/Asia/Tokyo:20260310T030000", ("2026-03-09", "19:00")),
        # half past two does not come on that day: what is local stays as it is, a moment is moved on
        ("DUE:20260329T023000", ("2026-03-29", "02:30")),
        ("DUE;TZID=Europe/Berlin:20260329T023000", ("2026-03-29", "03:30")),
        # half past two comes twice on that day; the first one counts
        ("DUE:20261025T023000", ("2026-10-25", "02:30")),
        ("DUE:20261025T003000Z", ("2026-10-25", "02:30")),
        ("DUE;VALUE=DATE:20260228", ("2026-02-28", None)),
        ("DTSTART;VALUE=DATE:20260228", ("2026-02-28", None)),
        ("DTSTART:20260228T100000\nDURATION:P1DT2H", ("2026-03-01", "12:00")),
        ("DUE:20260310T0930", ("2026-03-10", "09:30")),
    ],
)
def test_a_due_time_is_local(tmp_path: Path, due: str, expected: tuple[str, str | None]) -> None:
    with base(tmp_path / "berlin.db", "Europe/Berlin") as crm:
        Calendars(crm, tmp_path)(todo(*due.split("\n")))
        found = only(crm)
    assert (found.due_on.isoformat(), found.due_time) == expected


OUTLOOK = """VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT"""


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("20260328T120000", "11:00"),
        ("20260329T120000", "10:00"),
        ("20261024T120000", "10:00"),
        ("20261026T120000", "11:00"),
    ],
)
def test_a_zone_of_the_files_own_is_worked_out(load: Calendars, at: str, expected: str) -> None:
    summary = load(OUTLOOK, todo(f"DUE;TZID=W. Europe Standard Time:{at}"))
    assert only(load.crm).due_time == expected
    assert summary.notices == []


def test_an_unknown_zone_is_local_and_told(load: Calendars) -> None:
    summary = load(todo("DUE;TZID=Nowhere:20260310T090000"))
    assert only(load.crm).due_time == "09:00"
    assert summary.notices == [
        'Nothing is known of these time zones, so their times were read as local: "Nowhere".'
    ]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("STATUS:NEEDS-ACTION",), '"Call Anna": it has no day on which it is due'),
        (("DUE:someday",), '"Call Anna": "someday" is no day or time'),
        (("DUE:20260230",), '"Call Anna": "20260230" is no day or time'),
        (("DUE:00010101T000000Z",), '"Call Anna": 0001-01-01 cannot be meant'),
        (("DUE;VALUE=DATE:99991231",), '"Call Anna": 9999-12-31 cannot be meant'),
        (
            ("DTSTART;VALUE=DATE:98991231", "DURATION:P99999W"),
            '"Call Anna": it is due after the end of the calendar',
        ),
    ],
)
def test_what_cannot_be_due_is_rejected_alone(load: Calendars, lines: tuple[str, ...], reason: str) -> None:
    load(todo(*lines), "VTODO\nUID:t-2\nSUMMARY:Other\nDUE;VALUE=DATE:20260301")
    assert load.reasons() == [reason]
    assert only(load.crm).title == "Other"


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, "normal"), (1, "high"), (4, "high"), (5, "normal"), (6, "low"), (9, "low")],
)
def test_priorities(load: Calendars, number: int, word: str) -> None:
    load(todo("DUE;VALUE=DATE:20260310", f"PRIORITY:{number}"))
    assert only(load.crm).priority == word
    # the very number comes out again, and no longer once another priority was chosen here
    assert f"PRIORITY:{number}" in unfolded(followups_of(load.crm))
    load.crm.followups.update(1, priority="high" if word != "high" else "low")
    assert f"PRIORITY:{number}" not in unfolded(followups_of(load.crm))
    assert counts(load.text(followups_of(load.crm))) == (0, 0, 1, 0, 0)


def test_the_same_calendar_twice_changes_nothing(load: Calendars) -> None:
    entries = (
        todo("DUE;VALUE=DATE:20260310", "DESCRIPTION:About the roof", "RRULE:FREQ=WEEKLY"),
        "VTODO\nUID:t-2\nSUMMARY:Done\nDUE:20260101T100000Z\nSTATUS:COMPLETED\nCOMPLETED:20260101T110000Z",
        "VTODO\nSUMMARY:Without UID\nDUE;VALUE=DATE:20260401\nDTSTAMP:20260101T000000Z",
    )
    assert counts(load(*entries)) == (3, 0, 0, 0, 0)
    again = load(*[each.replace("DTSTAMP:2026", "DTSTAMP:2027") for each in entries])
    assert counts(again) == (0, 0, 3, 0, 0)
    assert again.operation is None


def test_a_changed_todo_is_an_update(load: Calendars) -> None:
    load(todo("DUE:20260310T100000Z", "DESCRIPTION:Old"))
    summary = load("VTODO\nUID:t-1\nSUMMARY:Call Anna again\nDUE;VALUE=DATE:20260311\nDESCRIPTION:New")
    assert counts(summary) == (0, 1, 0, 0, 0)
    assert load.changes() == [
        ("title", "Call Anna", "Call Anna again"),
        ("due_on", "2026-03-10", "2026-03-11"),
        ("due_time", "10:00", ""),
        ("other lines", "DESCRIPTION", "DESCRIPTION"),
    ]
    load.crm.undo()
    assert only(load.crm).due_time == "10:00"
    assert "DESCRIPTION:Old" in unfolded(followups_of(load.crm))


def test_what_an_entry_lacks_erases_nothing(load: Calendars) -> None:
    load(todo("DUE;VALUE=DATE:20260310", "PRIORITY:1", "RRULE:FREQ=DAILY"))
    assert counts(load(todo("DUE;VALUE=DATE:20260310"))) == (0, 0, 1, 0, 0)
    assert (only(load.crm).priority, only(load.crm).repeat) == ("high", "FREQ=DAILY")


def test_a_completed_todo_completes_the_follow_up_and_its_series_goes_on(load: Calendars) -> None:
    load(todo("DUE;VALUE=DATE:20260301", "RRULE:FREQ=WEEKLY"))
    done = todo(
        "DUE;VALUE=DATE:20260301", "RRULE:FREQ=WEEKLY", "STATUS:COMPLETED", "COMPLETED:20260302T080000Z"
    )
    assert counts(load(done)) == (0, 1, 0, 0, 0)
    first, following = load.crm.followups.list(sort="id")
    assert (first.status, first.done_at) == (FollowupStatus.DONE, "2026-03-02T08:00:00Z")
    assert (following.status, following.due_on, following.series_id) == (
        FollowupStatus.OPEN,
        date(2026, 3, 8),
        first.id,
    )
    assert counts(load(done)) == (0, 0, 1, 0, 0)


def test_an_old_open_todo_does_not_open_again_what_was_done_here(load: Calendars) -> None:
    lines = ("DUE;VALUE=DATE:20260301", "STATUS:NEEDS-ACTION")
    load(todo(*lines))
    load.crm.followups.complete(1)
    assert counts(load(todo(*lines, "LAST-MODIFIED:20260301T000000Z"))) == (0, 0, 1, 0, 0)
    assert only(load.crm).status is FollowupStatus.DONE


def test_a_todo_opened_again_later_is_open_again(tmp_path: Path) -> None:
    done = todo("DUE;VALUE=DATE:20260301", "STATUS:COMPLETED", "COMPLETED:20260301T080000Z")
    opened = todo("DUE;VALUE=DATE:20260301", "STATUS:NEEDS-ACTION", "LAST-MODIFIED:20260301T090000Z")
    with base(tmp_path / "x.db") as crm:
        load = Calendars(crm, tmp_path)
        load(done)
        assert counts(load(opened)) == (0, 1, 0, 0, 0)
        assert (only(crm).status, only(crm).done_at) == (FollowupStatus.OPEN, None)


def test_a_rule_that_follow_ups_cannot_have_is_kept_and_told(load: Calendars) -> None:
    summary = load(todo("DUE;VALUE=DATE:20260310", "RRULE:FREQ=YEARLY;BYWEEKNO=20"))
    assert only(load.crm).repeat is None
    assert "repeats in a way that follow-ups cannot" in summary.notices[0]
    assert "RRULE:FREQ=YEARLY;BYWEEKNO=20" in unfolded(followups_of(load.crm))
    assert counts(load.text(followups_of(load.crm))) == (0, 0, 1, 0, 0)


def test_what_is_not_modelled_comes_out_again(load: Calendars) -> None:
    kept = [
        "DTSTART;VALUE=DATE:20260301",
        "CATEGORIES:work,home",
        "DESCRIPTION:Two\\nlines\\, and a comma",
        "GEO:1.5;2.5",
        'RELATED-TO;RELTYPE="PARENT":t-0',
        "STATUS:IN-PROCESS",
        "X-APPLE-SORT-ORDER:12",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
        "END:VALARM",
    ]
    load(todo("DUE;VALUE=DATE:20260310", *kept))
    written = followups_of(load.crm)
    assert all(each in unfolded(written) for each in kept)
    assert "STATUS:NEEDS-ACTION" not in unfolded(written)
    assert counts(load.text(written)) == (0, 0, 1, 0, 0)
    assert followups_of(load.crm) == written


def test_a_picture_in_the_entry_is_left_out_and_told(load: Calendars) -> None:
    summary = load(todo("DUE;VALUE=DATE:20260310", f"ATTACH;ENCODING=BASE64:{'A' * 30_000}"))
    assert summary.notices == ["Left out, as too long to keep: ATTACH (1)."]
    assert "ATTACH" not in followups_of(load.crm)


def test_a_todo_finds_the_follow_up_that_says_the_same(load: Calendars) -> None:
    load.crm.followups.add("call anna", date(2026, 3, 10))
    assert counts(load(todo("DUE;VALUE=DATE:20260310")))[:3] == (0, 1, 0)
    assert only(load.crm).title == "Call Anna"


def test_an_address_of_two_people_is_no_guess(load: Calendars) -> None:
    load.crm.contacts.add(name="Anna", emails=["office@example.com"])
    load.crm.contacts.add(name="Jan", emails=["office@example.com"])
    load(todo("DUE;VALUE=DATE:20260310", "ATTENDEE:mailto:office@example.com"))
    assert load.reasons() == ['"Call Anna": "office@example.com" can be Anna (1), Jan (2)']
    load(todo("DUE;VALUE=DATE:20260310", "ATTENDEE;CN=Jan:mailto:office@example.com"))
    assert only(load.crm).contact == "Jan"


def test_people_are_made_only_when_asked_for(load: Calendars) -> None:
    entry = todo("DUE;VALUE=DATE:20260310", "ATTENDEE;CN=Zoe Doe:mailto:zoe@example.com")
    summary = load(entry)
    assert only(load.crm).contact is None
    assert summary.notices == [
        "Nobody here has these addresses: zoe@example.com; --create-missing makes them."
    ]
    load(entry, create_missing=True)
    assert only(load.crm).contact == "Zoe Doe"
    assert counts(load(entry, create_missing=True)) == (0, 0, 1, 0, 0)


def test_a_dry_run_leaves_everything_and_says_the_same(load: Calendars) -> None:
    entry = todo("DUE;VALUE=DATE:20260310", "DESCRIPTION:x")
    assert counts(load(entry, dry_run=True)) == (1, 0, 0, 0, 0)
    assert load.crm.followups.list() == []
    assert counts(load(entry)) == (1, 0, 0, 0, 0)
    load.crm.undo()
    assert load.crm.followups.list() == []
    assert load.crm.connection.execute("SELECT count(*) FROM kept_lines").fetchone() == (0,)


def test_rejected_entries_go_to_a_file_with_their_text(load: Calendars, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    (tmp_path / "in.ics").write_text(calendar(todo("X-NOTE:=1+1")), encoding="utf-8")
    load.file(tmp_path / "in.ics", rejects=rejects)
    text = rejects.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "line,reason,text"
    assert "no day on which it is due" in text
    assert "X-NOTE:=1+1" in text


def test_options_that_a_calendar_cannot_have(load: Calendars) -> None:
    for options in ({"mapping": {"a": "b"}}, {"tags": ["vip"]}, {"key": "title"}):
        with pytest.raises(UsageError):
            load(todo(), **options)


def test_what_is_no_calendar_is_refused(load: Calendars) -> None:
    with pytest.raises(InvalidDataError, match="no iCalendar file"):
        load.text("name,email\nAnna,a@x.com\n")
    with pytest.raises(UsageError, match="line 2 is no UTF-8"):
        load.text(b"BEGIN:VCALENDAR\r\nX:\xff\r\n")


def test_other_encodings(load: Calendars) -> None:
    text = calendar("VTODO\nUID:1\nSUMMARY:Məmmədov\nDUE;VALUE=DATE:20260310")
    load.text(b"\xff\xfe" + text.encode("utf-16-le"))
    assert only(load.crm).title == "Məmmədov"
    assert counts(load.text(b"\xef\xbb\xbf" + text.encode())) == (0, 0, 1, 0, 0)
    latin = calendar("VTODO\nUID:1\nSUMMARY:Müller\nDUE;VALUE=DATE:20260310").encode("cp1252")
    load.text(latin, encoding="cp1252")
    assert only(load.crm).title == "Müller"


def test_people_and_deals_that_are_not_here_stay_in_the_entry(tmp_path: Path) -> None:
    with base(tmp_path / "one.db") as one, base(tmp_path / "two.db") as two:
        one.contacts.add(name="Anna", emails=["anna@example.com"])
        one.deals.add("Website")
        one.followups.add("Call", date(2026, 3, 10), contact_id=1, deal_id=1)
        text = followups_of(one)
        load = Calendars(two, tmp_path)
        summary = load.text(text)
        assert counts(summary) == (1, 0, 0, 0, 0)
        assert summary.notices == [
            "Nobody here has these addresses: anna@example.com; --create-missing makes them."
        ]
        assert (only(two).contact, only(two).deal) == (None, None)
        # and are found once they are there
        two.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
        two.deals.add("Website")
        assert counts(load.text(text)) == (0, 1, 0, 0, 0)
        assert (only(two).contact, only(two).deal) == ("Anna Kowalska", "Website")
        assert two.connection.execute("SELECT count(*) FROM kept_lines").fetchone() == (0,)


def test_an_event_that_only_shows_a_follow_up_is_none(load: Calendars) -> None:
    load.crm.followups.add("Call", date(2026, 3, 10), repeat="every week")
    text = followups_of(load.crm)
    assert text.count("BEGIN:VEVENT") == 1
    assert counts(load.text(text)) == (0, 0, 1, 0, 0)
    load.crm.followups.complete(1)
    load.crm.followups.cancel(2)
    assert "BEGIN:VEVENT" not in followups_of(load.crm)


def test_a_beginning_that_says_nothing_more_is_not_kept(load: Calendars) -> None:
    load(todo("DTSTART;VALUE=DATE:20260310", "DURATION:PT90S"))
    written = followups_of(load.crm)
    assert "DTSTART" not in written.partition("BEGIN:VEVENT")[0]
    assert load.text(written).operation is None
