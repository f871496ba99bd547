"""crm history, undo, redo: what was done, taken back and brought again, from the outside."""

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


@pytest.fixture
def two() -> None:
    """Anna and Bob, and Anna edited once."""
    crm("contact", "add", "Anna Kowalska", "--email", "anna@example.com")
    crm("contact", "add", "Bob Brown")
    crm("contact", "edit", "anna", "--title", "Head of purchasing")


@pytest.mark.usefixtures("two")
def test_history_lists_every_operation_newest_first() -> None:
    assert [(each["id"], each["summary"], each["status"]) for each in records("history")] == [
        (3, "edit contact Anna Kowalska", "done"),
        (2, "add contact Bob Brown", "done"),
        (1, "add contact Anna Kowalska", "done"),
    ]
    first = records("history")[-1]
    assert list(first) == ["id", "created_at", "summary", "status", "changes"]
    assert first["created_at"] == "2026-03-02T09:30:00Z"
    assert first["changes"] == 2, "the person and the e-mail"


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("form", "head", "line"),
    [
        ("ids", "3", "2"),
        (
            "tsv",
            "id\tcreated_at\tsummary\tstatus\tchanges",
            "3\t2026-03-02T09:30:00Z\tedit contact Anna Kowalska\tdone\t1",
        ),
        (
            "csv",
            "id,created_at,summary,status,changes",
            "3,2026-03-02T09:30:00Z,edit contact Anna Kowalska,done,1",
        ),
        (
            "table",
            "Id  When              What                        Status  Changes",
            " 3  2026-03-02 09:30  edit contact Anna Kowalska  done          1",
        ),
    ],
)
def test_history_in_every_format(form: str, head: str, line: str) -> None:
    assert crm("history", "--limit", "2", "-f", form).stdout.splitlines()[:2] == [head, line]


@pytest.mark.usefixtures("two")
def test_history_sorts_and_limits() -> None:
    assert crm("history", "--sort", "summary", "--limit", "1", "-f", "ids").stdout == "1\n"
    assert crm("history", "--sort", "-id", "-f", "ids").stdout == "3\n2\n1\n"
    assert crm("history", "--limit", "0", "-f", "ids").stdout == ""
    wrong = crm("history", "--sort", "sumary", code=2)
    assert "Did you mean summary?" in wrong.stderr


@pytest.mark.usefixtures("two")
def test_history_of_a_person_holds_what_belongs_to_them_even_once_it_is_gone() -> None:
    crm("contact", "edit", "anna@example.com", "--email", "kowalska@example.com")
    crm("contact", "edit", "bob", "--title", "Clerk")
    assert [each["id"] for each in records("history", "kowalska@example.com")] == [4, 3, 1]
    assert [each["id"] for each in records("history", "bob", "--limit", "1")] == [5]


@pytest.mark.usefixtures("two")
def test_history_of_a_deal_and_of_what_is_not_there() -> None:
    crm("deal", "add", "Website", "--contact", "anna")
    crm("deal", "move", "website", "proposal")
    assert [each["id"] for each in records("history", "website", "--kind", "deal")] == [5, 4]
    crm("history", "nobody", code=3)
    assert "contact, company, deal, followup" in crm("history", "1", "--kind", "mouse", code=2).stderr


@pytest.mark.usefixtures("two")
def test_undo_takes_the_newest_back_and_says_how_to_return() -> None:
    result = crm("undo")
    assert result.stdout == ""
    assert result.stderr == "Undone: edit contact Anna Kowalska (operation 3). crm redo brings it back.\n"
    assert records("contact", "show", "anna")["title"] is None
    assert [each["status"] for each in records("history")] == ["undone", "done", "done"]


@pytest.mark.usefixtures("two")
def test_undo_and_redo_print_the_operation_in_json() -> None:
    assert records("undo", "2") == {"operation": 2, "summary": "add contact Bob Brown"}
    crm("contact", "show", "bob", code=3)
    again = crm("redo", "--json")
    assert json.loads(again.stdout) == {"operation": 2, "summary": "add contact Bob Brown"}
    assert again.stderr == "Done again: add contact Bob Brown (operation 2). crm undo 2 takes it back.\n"
    assert records("contact", "show", "bob")["name"] == "Bob Brown"


@pytest.mark.usefixtures("two")
def test_undo_refuses_what_a_later_operation_touched_and_names_it() -> None:
    refused = crm("undo", "1", code=6)
    assert "operation 3 (edit contact Anna Kowalska)" in refused.stderr
    assert "crm undo 3" in refused.stderr
    assert records("contact", "show", "anna")["title"] == "Head of purchasing"


@pytest.mark.usefixtures("two")
def test_undo_of_an_unknown_number_or_of_no_number() -> None:
    crm("undo", "99", code=3)
    crm("undo", "x", code=2)
    crm("undo", "3")
    assert "undone already" in crm("undo", "3", code=6).stderr


@pytest.mark.usefixtures("two")
def test_redo_needs_something_undone_with_nothing_done_since() -> None:
    crm("redo", code=9)
    crm("undo")
    crm("contact", "add", "Carl")
    crm("redo", code=9)


@pytest.mark.usefixtures("two")
def test_undo_stops_when_everything_is_undone() -> None:
    for _ in range(3):
        crm("undo")
    crm("undo", code=9)
    for _ in range(3):
        crm("redo")
    crm("redo", code=9)


def test_undo_makes_no_database(monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
    monkeypatch.delenv("CRM_DB")
    for verb in ("undo", "redo"):
        assert "Nothing was done yet." in crm(verb, code=9).stderr
    assert not database.exists()
    assert crm("history").stdout == ""
    assert not list(Path.home().rglob("*.db"))
