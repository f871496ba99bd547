"""A credit note on the command line: what is said to people; machines read one of the four statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from tests.conftest import INSTANT


@pytest.fixture
def database(tmp_path: Path) -> Path:
    found = tmp_path / "crm.db"
    assert run(found, "contact", "add", "Anna").exit_code == 0
    return found


def run(database: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--db", str(database), "--now", INSTANT, *words])


def status(database: Path) -> str:
    lines = run(database, "invoice", "show", "1", "-f", "table").stdout.splitlines()
    assert not any(line.startswith("Due") for line in lines)
    return next(line.removeprefix("Status").strip() for line in lines if line.startswith("Status"))


def test_nothing_of_it_is_due_and_what_is_given_back_is_told(database: Path) -> None:
    made = run(database, "invoice", "add", "--contact", "anna", "--line", "Returned @ -15 EUR")
    assert "A credit note: 15.00 EUR in all, to be given back." in made.stderr
    assert "due" not in made.stderr
    assert status(database) == "paid: a credit note, 15.00 EUR to give back"
    part = run(database, "payment", "add", "1", "5", "--refund")
    assert "Invoice 2026-001 is a credit note. 10.00 EUR of it is still to be given back." in part.stderr
    assert status(database) == "paid: a credit note, 10.00 EUR to give back"
    rest = run(database, "payment", "add", "1", "--refund")
    assert "Invoice 2026-001 is a credit note. All of it is given back." in rest.stderr
    assert status(database) == "paid: a credit note, given back"
    paper = run(database, "invoice", "print", "1").stdout
    assert "CREDIT NOTE" in paper
    assert "Nothing is left to be given back" in paper
    assert "Due" not in paper
    changed = run(database, "invoice", "edit", "1", "--line", "Returned @ -10 EUR")
    assert "A credit note: 10.00 EUR in all, to be given back." in changed.stderr
    assert status(database) == "open: a credit note, 5.00 EUR too much given back"


def test_machines_read_one_of_the_four(database: Path) -> None:
    run(database, "invoice", "add", "--contact", "anna", "--line", "Returned @ -15 EUR")
    found = json.loads(run(database, "invoice", "show", "1", "--json").stdout)
    assert (found["status"], found["balance"], found["due_on"]) == ("paid", "-15.00", "2026-03-16")
    assert run(database, "invoice", "list", "status:paid", "-f", "ids").stdout == "1\n"
    run(database, "invoice", "void", "1")
    assert status(database) == "void"
