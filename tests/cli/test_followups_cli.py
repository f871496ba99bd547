"""crm followup from the outside: options in, records and exit codes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app

MONDAY = "2026-03-02 09:30"


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", MONDAY)


def crm(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def records(*words: str) -> Any:
    return json.loads(crm(*words, "--json").stdout)


def test_add_takes_every_option_and_echoes_the_day() -> None:
    crm("contact", "add", "Anna Kowalska")
    crm("deal", "add", "Website relaunch", "--contact", "anna")
    result = crm(
        "followup", "add", "send offer", "--contact", "anna", "--deal", "website", "--due", "friday 14:30",
        "--repeat", "every 2 weeks on mon,thu", "--repeat-from", "done", "--priority", "high", "--json",
    )  # fmt: skip
    made = json.loads(result.stdout)
    expected = {
        "id": 1,
        "title": "send offer",
        "due_on": "2026-03-06",
        "due_time": "14:30",
        "contact": "Anna Kowalska",
        "deal": "Website relaunch",
        "priority": "high",
        "repeat": "every 2 weeks on mon,thu",
        "repeat_from": "done",
        "series_id": 1,
        "status": "open",
        "done_at": None,
        "overdue_days": -4,
    }
    assert {key: made[key] for key in expected} == expected
    assert "Add follow-up send offer for 2026-03-06 14:30 (1). Operation 3" in result.stderr


def test_add_needs_a_day_it_understands() -> None:
    assert "due" in crm("followup", "add", "call", code=2).stderr
    assert "someday" in crm("followup", "add", "call", "--due", "someday", code=5).stderr
    assert (
        "no repeat rule"
        in crm("followup", "add", "call", "--due", "today", "--repeat", "often", code=5).stderr
    )
    assert "nobody" in crm("followup", "add", "call", "--due", "today", "--contact", "nobody", code=3).stderr
    assert records("followup", "list") == []


def test_list_filters_sorts_and_prints_in_every_format() -> None:
    for title, due in (("late", "2026-02-27"), ("soon", "+3d"), ("gone", "today")):
        crm("followup", "add", title, "--due", due)
    crm("followup", "done", "gone")
    assert [each["title"] for each in records("followup", "list")] == ["late", "soon", "gone"]
    assert [each["overdue_days"] for each in records("followup", "list", "status:open")] == [3, -3]
    assert crm("followup", "list", "due_on<today", "-f", "ids").stdout == "1\n"
    assert crm("followup", "list", "--sort", "-due_on", "--limit", "1", "-f", "ids").stdout == "2\n"
    tsv = crm("followup", "list", "lat", "--columns", "id,title,due_on").stdout
    assert tsv == "id\ttitle\tdue_on\n1\tlate\t2026-02-27\n"
    table = crm("followup", "list", "-f", "table").stdout
    assert "! 3 days ago" in table
    assert "+ today" in table
    assert "priority" in crm("followup", "list", "prioriti:high", code=2).stderr
    assert records("followup", "show", "soon")["due_on"] == "2026-03-05"


def test_done_opens_the_next_and_says_so() -> None:
    crm("followup", "add", "rent", "--due", "2026-01-31", "--repeat", "every month")
    result = crm("followup", "done", "1", "--json")
    done = json.loads(result.stdout)
    assert (done["status"], done["done_at"]) == ("done", "2026-03-02T09:30:00Z")
    assert "Next: rent (2) on 2026-03-31." in result.stderr
    assert [each["id"] for each in records("followup", "list", "status:open")] == [2]


def test_done_twice_is_a_conflict_and_several_are_all_or_none() -> None:
    crm("followup", "add", "a", "--due", "today", "--repeat", "every week")
    crm("followup", "add", "b", "--due", "today")
    crm("followup", "done", "1")
    before = records("followup", "list")
    assert "a (1) is done already" in crm("followup", "done", "2", "1", code=6).stderr
    assert records("followup", "list") == before
    assert [each["id"] for each in records("followup", "done", "2", "3")] == [2, 3]
    crm("followup", "done", "nothing like it", code=3)


def test_done_with_a_note_logs_it() -> None:
    crm("contact", "add", "Anna")
    crm("followup", "add", "call", "--due", "today", "--contact", "anna")
    crm("followup", "add", "tidy", "--due", "today")
    assert "concerns nobody" in crm("followup", "done", "1", "2", "--note", "went well", code=5).stderr
    assert records("followup", "list", "status:done") == []
    crm("followup", "done", "call", "--note", "went well")
    assert "went well" in crm("timeline", "anna", "--json").stdout


def test_snooze_moves_the_day_and_keeps_or_sets_the_time() -> None:
    crm("followup", "add", "call", "--due", "today 14:30")
    crm("followup", "add", "write", "--due", "today")
    result = crm("followup", "snooze", "call", "write", "next monday", "--json")
    assert [each["due_on"] for each in json.loads(result.stdout)] == ["2026-03-09", "2026-03-09"]
    assert [each["due_time"] for each in json.loads(result.stdout)] == ["14:30", None]
    assert "Snooze 2 follow-ups to 2026-03-09 (1, 2)." in result.stderr
    assert records("followup", "snooze", "1", "2026-03-10 08:00")["due_time"] == "08:00"
    crm("followup", "snooze", "1", "whenever", code=5)


def test_edit_changes_and_empties() -> None:
    crm("contact", "add", "Anna")
    crm("followup", "add", "call", "--due", "today 14:30", "--contact", "anna", "--repeat", "every week")
    edited = records(
        "followup", "edit", "call", "--title", "ring", "--due", "+1w", "--time", "none", "--contact", "none",
        "--repeat", "none", "--priority", "low",
    )  # fmt: skip
    expected = {
        "title": "ring",
        "due_on": "2026-03-09",
        "due_time": None,
        "contact": None,
        "repeat": None,
        "repeat_from": None,
        "priority": "low",
    }
    assert {key: edited[key] for key in expected} == expected
    assert "none" in crm("followup", "edit", "ring", "--priority", "none", code=5).stderr
    assert "Nothing changed" in crm("followup", "edit", "ring", "--title", "ring").stderr


def test_cancel_ends_a_series() -> None:
    crm("followup", "add", "rent", "--due", "today", "--repeat", "every month")
    assert records("followup", "cancel", "rent")["status"] == "cancelled"
    crm("followup", "cancel", "1", code=6)
    crm("followup", "done", "1", code=6)
    assert len(records("followup", "list")) == 1


@pytest.mark.parametrize("verb", ["add", "list", "show", "done", "snooze", "edit", "cancel"])
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    assert f"crm followup {verb}" in crm("followup", verb, "--help").stdout
