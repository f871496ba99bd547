"""crm quick from the outside: one line in, one operation out, and what is refused with which code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app

MONDAY = "2026-03-02 09:30"


@pytest.fixture(autouse=True)
def _moment(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", MONDAY)


@pytest.fixture
def business() -> None:
    crm("contact", "add", "Anna Kowalska", "--email", "anna@example.com", "--company", "Acme")
    crm("contact", "add", "Anna Nowak")
    crm("deal", "add", "Website relaunch", "--contact", "1", "--amount", "4500 EUR")


def crm(*words: str, code: int = 0, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=stdin)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def made(line: str) -> Any:
    return json.loads(crm("quick", line, "-f", "json").stdout)


@pytest.mark.usefixtures("business")
def test_a_line_is_one_operation() -> None:
    result = crm("quick", "call anna k: wants the offer #hot -> friday send offer")
    assert result.stdout == ""
    assert result.stderr == (
        "Log call with Anna Kowalska, follow up on 2026-03-06 (1). Operation 4; crm undo 4 takes it back.\n"
    )
    (item,) = json.loads(crm("followup", "list", "--json").stdout)
    assert (item["title"], item["due_on"], item["contact"]) == ("send offer", "2026-03-06", "Anna Kowalska")
    crm("undo")
    assert json.loads(crm("followup", "list", "--json").stdout) == []


@pytest.mark.usefixtures("business")
def test_each_verb_prints_its_record() -> None:
    assert made("email anna@example.com: sent it")["kind"] == "email"
    assert made("todo send contract to Acme +3d")["due_on"] == "2026-03-05"
    assert made("deal Shop 12 EUR Acme @Prop")["stage"] == "Proposal"
    assert made("person Jane Doe jane@example.com at Acme #vip")["tags"] == ["vip"]
    assert made("lose Shop: too dear")["lost_reason"] == "too dear"
    assert made("win Website")["status"] == "won"


@pytest.mark.usefixtures("business")
def test_words_without_quotes_and_stdin() -> None:
    crm("quick", "call", "anna@example.com:", "wants", "it")
    crm("quick", "-", stdin="note anna@example.com: by mail\n")
    items = json.loads(crm("timeline", "1", "--json").stdout)
    assert {"by mail", "wants it"} <= {item["title"] for item in items}


@pytest.mark.usefixtures("business")
def test_ambiguous_is_4_with_the_candidates() -> None:
    result = crm("quick", "call anna: x", code=4)
    assert '"anna" matches 2 people: Anna Kowalska (1), Anna Nowak (2).' in result.stderr
    crm("quick", "call Anna Nowak (2): x")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("", 2, "Nothing was typed."),
        ("cal anna: x", 2, "Did you mean call?"),
        ("call Anna K: x -> soon", 2, 'There is no day in "-> soon".'),
        ("todo send it", 2, "There is no day at the end."),
        ("call Anan: x", 3, 'Nobody is called "Anan".'),
        ("win Nothing", 3, 'No deal is called "Nothing".'),
        ("person Jane anna@example.com", 6, "Anna Kowalska (1) has anna@example.com already."),
    ],
)
@pytest.mark.usefixtures("business")
def test_what_is_refused_writes_nothing(line: str, code: int, said: str) -> None:
    before = crm("history", "-f", "ids").stdout
    assert said in crm("quick", line, code=code).stderr
    assert said in crm("quick", line, "--dry-run", code=code).stderr
    assert crm("history", "-f", "ids").stdout == before


@pytest.mark.usefixtures("business")
def test_a_dry_run_tells_and_writes_nothing(database: Path) -> None:
    before = database.read_bytes()
    result = crm("quick", "call anna k: x -> friday", "--dry-run", "-f", "json")
    assert [(item["piece"], item["typed"], item["means"]) for item in json.loads(result.stdout)] == [
        ("name", "anna k", "call with Anna Kowalska (Acme)"),
        ("at", "", "now, Mon 2 Mar"),
        ("text", "x", "“x”"),
        ("next", "-> friday", "follow-up Fri 6 Mar (in 4 days)"),
    ]
    assert database.read_bytes() == before
    assert "There are no ids" in crm("quick", "win Website", "--dry-run", "-f", "ids", code=2).stderr


@pytest.mark.usefixtures("business")
def test_a_dry_run_tells_what_it_understood_before_what_it_did_not() -> None:
    result = crm("quick", "call anna: x", "--dry-run", code=4)
    assert "call with anna" in result.stdout


def test_a_line_that_cannot_be_written_makes_no_file(database: Path) -> None:
    crm("quick", "call Anna: x", code=3)
    crm("quick", "todo x", code=2)
    assert not database.exists()
    assert "Created" in crm("quick", "call +Anna: x").stderr
    assert json.loads(crm("contact", "list", "--json").stdout)[0]["name"] == "Anna"


def test_a_dry_run_in_the_usual_place_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_DB")
    assert "new person Anna" in crm("quick", "call +Anna: x", "--dry-run").stdout
    crm("quick", "call Anna: x", "--dry-run", code=3)


def test_a_dry_run_on_a_named_file_that_is_not_there_is_7(tmp_path: Path) -> None:
    crm("--db", str(tmp_path / "none.db"), "quick", "call +Anna: x", "--dry-run", code=7)
