"""crm log from the outside: one line in, one operation out, and what is refused."""

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
    crm("contact", "add", "Anna Kowalska", "--email", "anna@example.com")
    crm("contact", "add", "Elvin Məmmədov")


def crm(*words: str, code: int = 0, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=stdin)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def records(*words: str) -> Any:
    return json.loads(crm(*words, "--json").stdout)


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "message", "note"])
def test_each_kind_is_logged_in_one_line(kind: str) -> None:
    result = crm("log", kind, "anna", "wants an offer")
    assert result.stdout == ""
    assert result.stderr == (f"Log {kind} with Anna Kowalska (1). Operation 3; crm undo 3 takes it back.\n")
    (item,) = records("timeline", "anna")
    assert (item["kind"], item["title"], item["at"]) == (kind, "wants an offer", "2026-03-02T09:30:00Z")


def test_every_option_ends_up_in_the_record() -> None:
    crm("deal", "add", "Website relaunch", "--contact", "anna")
    result = crm(
        "log",
        "call",
        "anna@example.com",
        "memmedov",
        "wants an offer\nfor ten chairs",
        "--at",
        "yesterday 14:00",
        "--in",
        "--duration",
        "1h15m",
        "--deal",
        "website",
        "--next",
        "friday 10:00",
        "--next-title",
        "send it",
        "--json",
    )
    made = json.loads(result.stdout)
    expected = {
        "id": 1,
        "kind": "call",
        "direction": "in",
        "occurred_at": "2026-03-01T14:00:00Z",
        "summary": "wants an offer",
        "body": "for ten chairs",
        "duration_minutes": 75,
        "contacts": ["Anna Kowalska", "Elvin Məmmədov"],
        "deal": "Website relaunch",
    }
    assert {key: made[key] for key in expected} == expected
    assert "on 2026-03-01, follow up on 2026-03-06 10:00" in result.stderr
    (promise,) = records("followup", "list")
    assert (promise["title"], promise["due_on"], promise["due_time"]) == ("send it", "2026-03-06", "10:00")
    assert (promise["contact"], promise["deal"]) == ("Anna Kowalska", "Website relaunch")
    crm("undo")
    assert records("followup", "list") == records("timeline", "elvin") == []


def test_the_text_can_come_from_stdin() -> None:
    made = json.loads(
        crm("log", "email", "anna", "-", "--out", "--json", stdin="Offer\n\nDear Anna,\n").stdout
    )
    assert (made["summary"], made["body"], made["direction"]) == ("Offer", "Dear Anna,", "out")


def test_a_deal_needs_nobody_named() -> None:
    crm("deal", "add", "Website", "--contact", "anna")
    made = json.loads(crm("log", "note", "--deal", "website", "budget in May", "--json").stdout)
    assert (made["contacts"], made["deal"]) == (["Anna Kowalska"], "Website")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["call", "hello"], 2, "Nobody is named"),
        (["call"], 2, "REF... TEXT"),
        (["call", "anna", "x", "--in", "--out"], 2, "exclude"),
        (["call", "anna", "x", "--next-title", "y"], 2, "--next"),
        (["visit", "anna", "x"], 2, "visit"),
        (["call", "nobody", "x"], 3, "nobody"),
        (["call", "anna", "x", "--deal", "nothing"], 3, "nothing"),
        (["call", "anna", " "], 5, "summary is empty"),
        (["call", "anna", "x", "--at", "someday"], 5, "someday"),
        (["call", "anna", "x", "--at", "tomorrow"], 5, "2026-03-03 is still to come"),
        (["call", "anna", "x", "--duration", "long"], 5, "long"),
        (["call", "anna", "x", "--next", "someday"], 5, "someday"),
    ],
)
def test_what_is_wrong_is_told_with_its_code_and_writes_nothing(
    words: list[str], code: int, told: str
) -> None:
    assert told in crm("log", *words, code=code).stderr
    assert len(records("history")) == 2


def test_two_of_a_name_are_never_guessed_among() -> None:
    crm("contact", "add", "Anna Nowak")
    result = crm("log", "call", "ann", "hello", code=4)
    assert result.stderr.startswith('crm: "ann" matches 2 contacts: Anna Kowalska (1), Anna Nowak (3).\n')


def test_every_kind_has_help_with_an_example() -> None:
    assert "meeting" in crm("log", "--help").stdout
    for kind in ("call", "email", "meeting", "message", "note"):
        text = crm("log", kind, "--help").stdout
        assert f"crm log {kind} " in text
        assert "--next-title" in text
