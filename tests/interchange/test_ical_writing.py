"""Follow-ups and meetings as calendars: the very text, and what every calendar can do with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.interchange import vdir
from crm_tui.interchange.ical.writing import item
from crm_tui.models import FollowupView, InteractionView
from tests.calendars import Calendars, base, followups_of, interactions_of, unfolded
from tests.loading import counts

GOLDEN = Path(__file__).parent / "calendars"


def business(path: Path) -> Crm:
    """Some of everything that a calendar is written of, on a Monday morning in Berlin."""
    crm = base(path, "Europe/Berlin")
    crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
    crm.contacts.add(name="Ray, Bob")
    crm.deals.add("Website; relaunch", contact_id=1)
    crm.followups.add(
        "Send the offer", date(2026, 3, 3), due_time="14:30", contact_id=1, deal_id=1, priority="high"
    )
    crm.followups.add("Invoice", date(2026, 1, 31), repeat="every month", contact_id=2)
    crm.followups.complete(2)
    crm.followups.add(
        "Newsletter, long: " + "ü" * 60, date(2026, 3, 9), due_time="09:00", repeat="every week"
    )
    crm.followups.add("Fair", date(2026, 5, 1), priority="low")
    crm.followups.cancel(5)
    crm.interactions.add(
        "meeting",
        [1, 2],
        "First talk",
        occurred_at="2026-02-27T09:00:00Z",
        duration_minutes=45,
        body="About prices;\nnext: an offer",
        deal_id=1,
    )
    crm.interactions.add("call", [1], "Thanks", direction="out", occurred_at="2026-02-28T09:00:00Z")
    return crm


@pytest.mark.parametrize("kind", ["followups", "interactions"])
def test_the_very_text(tmp_path: Path, kind: str) -> None:
    with business(tmp_path / "x.db") as crm:
        written = (followups_of if kind == "followups" else interactions_of)(crm)
        assert written.replace("\r\n", "\n") == (GOLDEN / f"{kind}.ics").read_text(encoding="utf-8")
        assert written.count("\n") == written.count("\r\n")
        assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
        assert (followups_of if kind == "followups" else interactions_of)(crm) == written


def test_the_hand_written_calendar(tmp_path: Path) -> None:
    """A calendar as several programs write it, and what is written of it after it was read."""
    with base(tmp_path / "x.db", "Europe/Berlin") as crm:
        crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
        load = Calendars(crm, tmp_path)
        summary = load.file(GOLDEN / "given.ics")
        assert counts(summary) == (7, 0, 0, 2, 1)
        assert load.reasons() == ['"Some day": it has no day on which it is due']
        written = load.written().replace("\r\n", "\n")
        assert written == (GOLDEN / "given-out.ics").read_text(encoding="utf-8")
        assert counts(load.file(GOLDEN / "given.ics")) == (0, 0, 7, 2, 1)
        assert load.summary.operation is None


def test_the_31st_is_written_so_that_calendars_do_not_pass_over_short_months(tmp_path: Path) -> None:
    with base(tmp_path / "x.db") as crm:
        crm.followups.add("Rent", date(2026, 3, 31), repeat="every month")
        crm.followups.add("Leap", date(2028, 2, 29), repeat="every year")
        crm.followups.add("Ends", date(2026, 3, 5), due_time="10:00", repeat="FREQ=DAILY;UNTIL=20260331")
        rules = [line for line in unfolded(followups_of(crm)) if line.startswith("RRULE")]
        assert sorted(set(rules)) == [
            "RRULE:FREQ=DAILY;UNTIL=20260331T235959",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
        ]


def test_a_counted_series_goes_on_where_it_is(tmp_path: Path) -> None:
    with base(tmp_path / "x.db", now=datetime(2026, 3, 1, 9, tzinfo=UTC)) as crm:
        crm.followups.add("Dose", date(2026, 3, 1), repeat="FREQ=DAILY;COUNT=5")
        crm.followups.complete(1)
        assert "RRULE:FREQ=DAILY;COUNT=4" in unfolded(followups_of(crm))


def test_a_snoozed_one_keeps_its_schedule(tmp_path: Path) -> None:
    with base(tmp_path / "one.db") as one, base(tmp_path / "two.db") as two:
        one.followups.add("Rent", date(2026, 3, 2), repeat="every week")
        one.followups.snooze(1, date(2026, 3, 5))
        text = followups_of(one)
        assert "RRULE:FREQ=WEEKLY;BYDAY=MO" in unfolded(text)
        Calendars(two, tmp_path).text(text)
        assert two.followups.complete(1)[1] == one.followups.complete(1)[1]


def test_times_over_a_change_of_the_clocks(tmp_path: Path) -> None:
    with base(tmp_path / "x.db", "Europe/Berlin") as crm:
        for day in (date(2026, 3, 28), date(2026, 3, 29)):
            crm.followups.add("Call", day, due_time="02:30")
        crm.followups.add("Daily", date(2026, 3, 28), due_time="02:30", repeat="every day")
        dues = [line for line in unfolded(followups_of(crm)) if line.startswith("DUE")]
        # there is no half past two on the 29th: UTC would make another time of it
        assert dues == ["DUE:20260328T013000Z", "DUE:20260329T023000", "DUE:20260328T023000"]
        assert Calendars(crm, tmp_path).text(followups_of(crm)).operation is None
        assert [each.due_time for each in crm.followups.list()] == ["02:30"] * 3


def test_nobody_is_sent_an_invitation(tmp_path: Path) -> None:
    with business(tmp_path / "x.db") as crm:
        text = followups_of(crm) + interactions_of(crm)
        for word in ("ATTENDEE", "ORGANIZER", "METHOD", "VALARM"):
            assert word not in text


def test_one_file_an_entry(tmp_path: Path) -> None:
    with business(tmp_path / "x.db") as crm, base(tmp_path / "y.db", "Europe/Berlin") as other:
        folder = tmp_path / "vdir"
        rows: list[FollowupView | InteractionView] = [
            *crm.followups.iterate(sort="id"),
            *crm.interactions.iterate(sort="id"),
        ]
        tally = vdir.write(folder, (item(crm, row) for row in rows), ".ics")
        assert tally.written == len(rows)
        # a file has its one to-do, and nothing that only shows it
        assert all(path.read_text().count("BEGIN:V") == 2 for path in folder.glob("*.ics"))
        load = Calendars(crm, tmp_path)
        assert load.file(folder).operation is None
        other.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
        other.contacts.add(name="Ray, Bob")
        other.deals.add("Website; relaunch")
        assert counts(Calendars(other, tmp_path).file(folder)) == (len(rows), 0, 0, 0, 0)
        there: list[FollowupView | InteractionView] = [
            *other.followups.iterate(),
            *other.interactions.iterate(),
        ]
        again = vdir.write(folder, (item(other, row) for row in there), ".ics")
        # the numbers of people are those of the other base, and so is every file that names one
        assert (again.written + again.unchanged, again.left, again.removed) == (len(rows), 0, 0)
        assert len(list(folder.iterdir())) == len(rows) + 1


def test_names_of_files_are_no_paths(tmp_path: Path) -> None:
    with base(tmp_path / "x.db") as crm:
        Calendars(crm, tmp_path)("VTODO\nUID:../../etc/x\nSUMMARY:A\nDUE;VALUE=DATE:20260310")
        name, text = item(crm, crm.followups.get(1))
        assert "/" not in name
        assert name.endswith(".ics")
        assert "UID:../../etc/x" in unfolded(text)
