"""Follow-ups: what can be promised, finished, moved and given up, and what a repeat rule opens next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError, UsageError
from crm_tui.models import Followup, FollowupStatus, FollowupView, Priority, RepeatFrom
from crm_tui.store import records

TODAY = date(2026, 3, 2)


@contextmanager
def at(database: Path, day: str) -> Iterator[Crm]:
    """The business at nine on another day."""
    with Crm.open(database, now=f"{day} 09:00") as crm:
        yield crm


def rows(crm: Crm) -> list[tuple[int, str, str]]:
    return [(each.id, each.due_on.isoformat(), each.status.value) for each in crm.followups.list(sort="id")]


def complete(database: Path, day: str, followup_id: int) -> FollowupView | None:
    with at(database, day) as crm:
        return crm.followups.complete(followup_id)[1]


def due_days(database: Path, days: list[str], first: int) -> list[str]:
    """The days a series comes due on, each occurrence completed on one of the given days."""
    found = []
    current = first
    for day in days:
        following = complete(database, day, current)
        assert following is not None
        found.append(following.due_on.isoformat())
        current = following.id
    return found


def test_add_keeps_every_field(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna Kowalska")
    made = crm.followups.add(
        "  send\noffer ", TODAY, due_time="9:05", contact_id=anna.id, priority="HIGH", repeat="every  month"
    )
    assert made.title == "send offer"
    assert (made.due_on, made.due_time) == (TODAY, "09:05")
    assert (made.contact_id, made.contact, made.deal) == (anna.id, "Anna Kowalska", None)
    assert made.priority is Priority.HIGH
    assert (made.repeat, made.repeat_from) == ("every month", RepeatFrom.DUE)
    assert made.series_id == made.id
    assert (made.status, made.done_at, made.overdue_days) == (FollowupStatus.OPEN, None, 0)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"title": "  "}, "title is empty"),
        ({"due_time": "25:00"}, "25:00"),
        ({"due_time": "noon"}, "noon"),
        ({"due_time": "9:05:30"}, "9:05:30"),
        ({"priority": "urgent"}, "urgent"),
        ({"repeat": "now and then"}, "now and then"),
        ({"repeat": "every month", "repeat_from": "birth"}, "birth"),
        ({"repeat_from": "done"}, "nothing to count from"),
    ],
)
def test_refuses_what_cannot_be(crm: Crm, values: dict[str, str], word: str) -> None:
    with pytest.raises(InvalidDataError, match=word):
        crm.followups.add(**{"title": "call", "due_on": TODAY, **values})  # type: ignore[arg-type]
    assert crm.followups.count() == 0
    assert crm.history() == []


def test_refuses_people_and_deals_that_are_not_there(crm: Crm) -> None:
    with pytest.raises(NotFoundError, match="contact 7"):
        crm.followups.add("call", TODAY, contact_id=7)
    with pytest.raises(NotFoundError, match="deal 7"):
        crm.followups.add("call", TODAY, deal_id=7)


def test_overdue_days_count_while_it_is_open(crm: Crm) -> None:
    late = crm.followups.add("late", date(2026, 2, 27))
    coming = crm.followups.add("coming", date(2026, 3, 5))
    assert (late.overdue_days, coming.overdue_days) == (3, -3)
    done, _ = crm.followups.complete(late.id)
    assert done.overdue_days == 0


def test_list_puts_open_ones_first_by_day_and_hour(crm: Crm) -> None:
    any_time = crm.followups.add("any time", TODAY)
    tomorrow = crm.followups.add("tomorrow", date(2026, 3, 3), due_time="08:00")
    at_two = crm.followups.add("at two", TODAY, due_time="14:00")
    gone = crm.followups.add("gone", date(2026, 1, 1))
    crm.followups.complete(gone.id)
    assert [each.id for each in crm.followups.list()] == [at_two.id, any_time.id, tomorrow.id, gone.id]
    assert crm.followups.ids("status:open", sort="-due_on") == [tomorrow.id, any_time.id, at_two.id]
    assert crm.followups.ids("status:done") == [gone.id]
    assert crm.followups.ids("due_on<today") == [gone.id]
    assert crm.followups.ids("due:+1d") == [tomorrow.id]


def test_filters_by_person_and_priority(crm: Crm) -> None:
    anna = crm.contacts.add(name="Əlvin Məmmədov")
    first = crm.followups.add("a", TODAY, contact_id=anna.id, priority="high")
    second = crm.followups.add("b", TODAY, priority="low")
    third = crm.followups.add("c", TODAY)
    assert crm.followups.ids("contact:memmedov") == [first.id]
    assert crm.followups.ids(f"contact:{anna.id}") == [first.id]
    assert crm.followups.ids(sort="-priority") == [first.id, third.id, second.id]
    with pytest.raises(UsageError, match="prioritty"):
        crm.followups.ids("prioritty:high")


def test_completing_keeps_it_as_history(crm: Crm) -> None:
    made = crm.followups.add("send offer", TODAY)
    done, following = crm.followups.complete(made.id)
    assert (done.status, done.done_at) == (FollowupStatus.DONE, "2026-03-02T09:30:00Z")
    assert following is None
    assert crm.followups.get(made.id) == done
    assert crm.history()[0].summary == "complete follow-up send offer"


def test_completing_twice_never_makes_two(crm: Crm) -> None:
    made = crm.followups.add("report", TODAY, repeat="every month")
    crm.followups.complete(made.id)
    with pytest.raises(ConflictError, match=r"report \(1\) is done already"):
        crm.followups.complete(made.id)
    assert rows(crm) == [(1, "2026-03-02", "done"), (2, "2026-04-02", "open")]


def test_naming_one_twice_completes_it_once(crm: Crm) -> None:
    made = crm.followups.add("report", TODAY, repeat="every month")
    assert len(crm.followups.complete_all([made.id, made.id])) == 1
    assert len(rows(crm)) == 2


def test_a_series_with_an_open_one_opens_no_other(crm: Crm) -> None:
    made = crm.followups.add("report", TODAY, repeat="every month")
    _, following = crm.followups.complete(made.id)
    assert following is not None
    # as a merge of two files can leave it
    with crm.unjournaled() as connection:
        connection.execute("UPDATE followups SET status = 'open', done_at = NULL WHERE id = ?", (made.id,))
    assert crm.followups.complete(made.id)[1] is None
    assert [status for _, _, status in rows(crm)] == ["done", "open"]


def test_several_are_one_operation_or_none(crm: Crm) -> None:
    first, second = (crm.followups.add(title, TODAY, repeat="every week") for title in "ab")
    crm.followups.complete(second.id)
    before = rows(crm)
    with pytest.raises(ConflictError, match=r"b \(2\) is done already"):
        crm.followups.complete_all([first.id, second.id])
    assert rows(crm) == before
    third = crm.followups.add("c", TODAY)
    assert [done.id for done, _ in crm.followups.complete_all([first.id, third.id])] == [first.id, third.id]
    assert crm.history()[0].summary == "complete 2 follow-ups"
    crm.undo()
    assert crm.followups.get(first.id).status is FollowupStatus.OPEN
    assert crm.followups.get(third.id).status is FollowupStatus.OPEN


def test_undo_takes_the_next_one_away_and_refuses_once_it_was_done(crm: Crm) -> None:
    made = crm.followups.add("report", TODAY, repeat="every month")
    before = rows(crm)
    crm.followups.complete(made.id)
    operation = crm.last_operation
    assert operation is not None
    crm.undo(operation.id)
    assert rows(crm) == before
    _, following = crm.followups.complete(made.id)
    again = crm.last_operation
    assert following is not None
    assert again is not None
    crm.followups.complete(following.id)
    with pytest.raises(ConflictError):
        crm.undo(again.id)


def test_the_31st_comes_back_after_february(database: Path) -> None:
    with at(database, "2026-01-20") as crm:
        first = crm.followups.add("pay the rent", date(2026, 1, 31), repeat="every month", due_time="10:00")
    days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert due_days(database, days, first.id) == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    with at(database, "2026-05-01") as crm:
        every = crm.followups.list(sort="id")
    assert {each.series_id for each in every} == {first.id}
    assert {each.due_time for each in every} == {"10:00"}
    assert [each.status.value for each in every] == ["done"] * 4 + ["open"]


def test_29_february_yearly_falls_on_the_28th_and_comes_back(database: Path) -> None:
    with at(database, "2024-02-29") as crm:
        first = crm.followups.add("leap day", date(2024, 2, 29), repeat="every year")
    days = ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]
    expected = ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]
    assert due_days(database, days, first.id) == expected


def test_a_late_completion_opens_no_overdue_one(database: Path) -> None:
    with at(database, "2026-01-20") as crm:
        first = crm.followups.add("pay the rent", date(2026, 1, 31), repeat="every month")
    assert due_days(database, ["2026-04-10"], first.id) == ["2026-04-30"]


def test_an_early_completion_does_not_open_the_same_again(database: Path) -> None:
    with at(database, "2026-01-20") as crm:
        first = crm.followups.add("pay the rent", date(2026, 1, 31), repeat="every month")
    assert due_days(database, ["2026-01-25", "2026-02-01"], first.id) == ["2026-02-28", "2026-03-31"]


def test_repeat_from_done_counts_from_completion(database: Path) -> None:
    with at(database, "2026-01-20") as crm:
        first = crm.followups.add(
            "change the filter", date(2026, 1, 31), repeat="every 3 months", repeat_from="done"
        )
    assert due_days(database, ["2026-02-10", "2026-05-01"], first.id) == ["2026-05-10", "2026-08-01"]


def test_weekdays_and_the_last_friday(database: Path) -> None:
    with at(database, "2026-03-02") as crm:
        weekly = crm.followups.add("plan", date(2026, 3, 2), repeat="every 2 weeks on mon,thu")
        monthly = crm.followups.add("books", date(2026, 3, 27), repeat="last friday of month")
    days = ["2026-03-02", "2026-03-05", "2026-03-16"]
    assert due_days(database, days, weekly.id) == ["2026-03-05", "2026-03-16", "2026-03-19"]
    assert due_days(database, ["2026-03-27", "2026-04-24"], monthly.id) == ["2026-04-24", "2026-05-29"]


@pytest.mark.parametrize("origin", ["due", "done"])
def test_a_count_ends_the_series(database: Path, origin: str) -> None:
    with at(database, "2026-03-02") as crm:
        first = crm.followups.add("course", TODAY, repeat="FREQ=DAILY;COUNT=3", repeat_from=origin)
    assert due_days(database, ["2026-03-02", "2026-03-03"], first.id) == ["2026-03-03", "2026-03-04"]
    with at(database, "2026-03-04") as crm:
        last = crm.followups.ids("status:open")
    assert complete(database, "2026-03-04", last[0]) is None


def test_until_ends_the_series(database: Path) -> None:
    with at(database, "2026-03-02") as crm:
        first = crm.followups.add("course", TODAY, repeat="FREQ=WEEKLY;UNTIL=20260310")
    assert due_days(database, ["2026-03-02"], first.id) == ["2026-03-09"]
    assert complete(database, "2026-03-09", first.id + 1) is None


def test_snoozing_keeps_the_schedule(database: Path) -> None:
    with at(database, "2026-01-31") as crm:
        first = crm.followups.add("pay the rent", date(2026, 1, 31), repeat="every month", due_time="10:00")
        moved = crm.followups.snooze(first.id, date(2026, 2, 3))
        assert (moved.due_on, moved.due_time) == (date(2026, 2, 3), "10:00")
        assert crm.connection.execute("SELECT count(*) FROM interactions").fetchone() == (0,)
    following = complete(database, "2026-02-03", first.id)
    assert following is not None
    assert following.due_on == date(2026, 2, 28)
    with at(database, "2026-02-28") as crm:
        crm.followups.snooze(following.id, date(2026, 3, 2), "14:30")
    last = complete(database, "2026-03-02", following.id)
    assert last is not None
    assert (last.due_on, last.due_time) == (date(2026, 3, 31), "14:30")


def test_bringing_one_forward_does_not_open_its_own_day_again(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        first = crm.followups.add("pay the rent", date(2026, 3, 31), repeat="every month")
        crm.followups.snooze(first.id, date(2026, 3, 25))
        crm.followups.snooze(first.id, date(2026, 3, 20))
    assert due_days(database, ["2026-03-20"], first.id) == ["2026-04-30"]


def test_snoozing_several_is_one_operation(crm: Crm) -> None:
    first, second = (crm.followups.add(title, TODAY) for title in "ab")
    crm.followups.snooze_all([first.id, second.id], date(2026, 3, 9))
    assert [day for _, day, _ in rows(crm)] == ["2026-03-09", "2026-03-09"]
    crm.undo()
    assert [day for _, day, _ in rows(crm)] == ["2026-03-02", "2026-03-02"]
    with pytest.raises(InvalidDataError):
        crm.followups.snooze(first.id, TODAY, "24:30")


def test_a_finished_one_is_neither_snoozed_nor_cancelled(crm: Crm) -> None:
    first, second = (crm.followups.add(title, TODAY) for title in "ab")
    crm.followups.complete(first.id)
    gone = crm.followups.cancel(second.id)
    assert (gone.status, gone.done_at) == (FollowupStatus.CANCELLED, "2026-03-02T09:30:00Z")
    before = rows(crm)
    with pytest.raises(ConflictError, match="done already"):
        crm.followups.snooze(first.id, date(2026, 3, 9))
    with pytest.raises(ConflictError, match="cancelled"):
        crm.followups.complete(second.id)
    with pytest.raises(ConflictError, match="cancelled"):
        crm.followups.cancel(second.id)
    assert rows(crm) == before


def test_cancelling_ends_the_series(crm: Crm) -> None:
    made = crm.followups.add("report", TODAY, repeat="every month")
    crm.followups.cancel(made.id)
    assert rows(crm) == [(1, "2026-03-02", "cancelled")]


def test_a_new_day_or_rule_begins_the_schedule_anew(database: Path) -> None:
    with at(database, "2026-01-20") as crm:
        first = crm.followups.add("rent", date(2026, 1, 31), repeat="every month")
        crm.followups.update(first.id, due_on=date(2026, 2, 5))
    assert due_days(database, ["2026-02-05"], first.id) == ["2026-03-05"]
    with at(database, "2026-03-05") as crm:
        changed = crm.followups.update(first.id + 1, repeat="every 2 months", priority="low")
        assert (changed.repeat, changed.repeat_from, changed.series_id) == (
            "every 2 months",
            RepeatFrom.DUE,
            first.id,
        )
    assert due_days(database, ["2026-03-05"], first.id + 1) == ["2026-05-05"]


def test_other_edits_leave_the_schedule(database: Path) -> None:
    with at(database, "2026-01-20") as crm:
        first = crm.followups.add("rent", date(2026, 1, 31), repeat="every month")
    due_days(database, ["2026-01-31"], first.id)
    with at(database, "2026-02-01") as crm:
        crm.followups.update(
            first.id + 1, title="pay rent", due_on=date(2026, 2, 28), repeat="EVERY month", due_time="08:00"
        )
    assert due_days(database, ["2026-02-28"], first.id + 1) == ["2026-03-31"]


def test_a_rule_can_be_given_and_taken_later(crm: Crm) -> None:
    made = crm.followups.add("rent", TODAY)
    repeated = crm.followups.update(made.id, repeat="every month", repeat_from="done")
    assert (repeated.series_id, repeated.repeat_from) == (made.id, RepeatFrom.DONE)
    assert crm.followups.update(made.id, repeat="every week").repeat_from is RepeatFrom.DONE
    plain = crm.followups.update(made.id, repeat=None)
    assert (plain.repeat, plain.repeat_from) == (None, None)
    assert crm.followups.complete(made.id)[1] is None


def test_an_edit_that_changes_nothing_is_no_operation(crm: Crm) -> None:
    made = crm.followups.add("rent", TODAY, repeat="every month")
    crm.followups.update(made.id, title="rent", due_on=TODAY, repeat="every month", repeat_from="due")
    assert crm.last_operation is None


def test_an_imported_series_hangs_on_its_first(database: Path) -> None:
    with at(database, "2026-02-01") as crm:
        first = crm.followups.add("rent", date(2026, 1, 31), repeat="every month")
        _, second = crm.followups.complete(first.id)
        assert second is not None
        with crm.unjournaled() as connection:
            connection.execute("UPDATE followups SET anchor_on = NULL, scheduled_on = NULL")
    assert due_days(database, ["2026-02-28"], second.id) == ["2026-03-31"]


def test_delete_keeps_the_first_of_a_series(crm: Crm) -> None:
    made = crm.followups.add("report", TODAY, repeat="every month")
    _, following = crm.followups.complete(made.id)
    assert following is not None
    with pytest.raises(ConflictError, match="first of a series with 1 more"):
        crm.followups.delete(made.id)
    assert crm.followups.delete(following.id).id == following.id
    assert crm.followups.delete(made.id).title == "report"
    assert rows(crm) == []
    crm.undo()
    assert [each for each, _, _ in rows(crm)] == [made.id]


def test_every_column_is_a_field_or_the_schedules(crm: Crm) -> None:
    columns = {row[1] for row in crm.connection.execute("PRAGMA table_info(followups)")}
    assert columns == {*records.columns(Followup), *records.STORAGE_ONLY["followups"]}


def test_a_note_is_logged_and_is_no_contact(database: Path) -> None:
    with at(database, "2026-01-01") as crm:
        anna = crm.contacts.add(name="Anna", cadence_days=30)
        deal = crm.deals.add("Website", contact_id=anna.id)
        with_anna = crm.followups.add("call", date(2026, 2, 1), contact_id=anna.id)
        with_deal = crm.followups.add("ask", date(2026, 2, 1), deal_id=deal.id)
    with at(database, "2026-02-01") as crm:
        crm.followups.complete_all([with_anna.id, with_deal.id], note="wants an offer\n\nby Friday")
        logged = crm.interactions.list(sort="id")
        assert [(each.kind.value, each.contact_ids, each.deal_id) for each in logged] == [
            ("note", (anna.id,), None),
            ("note", (anna.id,), deal.id),
        ]
        assert {(each.summary, each.body) for each in logged} == {("wants an offer", "by Friday")}
        assert crm.contacts.get(anna.id).last_contacted_on is None
        assert len([each for each in crm.history() if each.summary.startswith("complete")]) == 1
        crm.undo()
        assert crm.interactions.count() == 0
        assert crm.followups.count("status:open") == 2


def test_a_note_needs_somebody_to_log_it_with(crm: Crm) -> None:
    made = crm.followups.add("tidy the desk", TODAY)
    with pytest.raises(InvalidDataError, match="concerns nobody"):
        crm.followups.complete(made.id, note="took an hour")
    assert crm.followups.get(made.id).status is FollowupStatus.OPEN
    crm.followups.complete(made.id, note="  ")


def test_what_another_process_completed_is_done(crm: Crm, database: Path) -> None:
    made = crm.followups.add("report", TODAY, repeat="every month")
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE followups SET status = 'done', done_at = '2026-03-02T09:00:00Z'")
    other.execute("COMMIT")
    other.close()
    with pytest.raises(ConflictError):
        crm.followups.complete(made.id)
