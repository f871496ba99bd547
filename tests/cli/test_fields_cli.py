"""crm field, end to end: defining, listing and removing, and the values in use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from tests.conftest import INSTANT

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", NOW, *words])

    return call


@pytest.fixture
def two(run: Run) -> Run:
    """The commands over a choice of deals and a number of people."""
    run("field", "add", "deal", "fit", "--type", "choice", "--choice", "good", "--choice", "poor")
    run("field", "add", "contacts", "Shoe", "--type", "number", "--label", "Shoe size")
    return run


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_add_prints_the_field_and_how_to_undo_it(run: Run) -> None:
    result = run("field", "add", "contacts", "shoe", "--json")
    assert data(result) == {
        "id": 1, "entity": "contacts", "key": "shoe", "label": "shoe", "type": "text", "choices": [],
        "created_at": INSTANT, "updated_at": INSTANT,
    }  # fmt: skip
    assert result.stderr.endswith("Add field shoe to contacts (1). Operation 1; crm undo 1 takes it back.\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "contacts"), 2, "Missing argument"),
        (("add", "people", "x"), 2, '"people" has no custom fields'),
        (("add", "contacts", "Shoe size"), 5, "no key for a field"),
        (("add", "contacts", "hue", "--type", "colour"), 5, '"colour" is no type of field'),
        (("add", "contacts", "hue", "--type", "choice"), 5, "Choices belong"),
        (("add", "contacts", "shoe"), 6, 'a field "shoe" already'),
        (("add", "contacts", "birthday"), 6, 'a field "birthday" already'),
        (("list", "people"), 2, '"people" has no custom fields'),
        (("list", "--sort", "colour"), 2, "colour"),
        (("remove", "contacts", "shoes"), 3, "Did you mean shoe?"),
        (("remove", "people", "shoe"), 2, '"people" has no custom fields'),
    ],
)
def test_failures_and_their_exit_codes(two: Run, words: tuple[str, ...], code: int, said: str) -> None:
    result = two("field", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith("crm: ")
    assert said in result.stderr
    assert len(data(two("field", "list", "--json"))) == 2


LISTED = {
    "json": (
        '[\n{"entity": "contacts", "key": "shoe", "type": "number", "choices": []},\n'
        '{"entity": "deals", "key": "fit", "type": "choice", "choices": ["good", "poor"]}\n]\n'
    ),
    "jsonl": (
        '{"entity": "contacts", "key": "shoe", "type": "number", "choices": []}\n'
        '{"entity": "deals", "key": "fit", "type": "choice", "choices": ["good", "poor"]}\n'
    ),
    "csv": "entity,key,type,choices\ncontacts,shoe,number,\ndeals,fit,choice,good;poor\n",
    "tsv": "entity\tkey\ttype\tchoices\ncontacts\tshoe\tnumber\t\ndeals\tfit\tchoice\tgood;poor\n",
    "table": "Entity    Key   Type    Choices\ncontacts  shoe  number\ndeals     fit   choice  good, poor\n",
    "ids": "2\n1\n",
}


@pytest.mark.parametrize("form", list(LISTED))
def test_a_list_in_every_format(two: Run, form: str) -> None:
    result = two("field", "list", "--columns", "entity,key,type,choices", "-f", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == LISTED[form]


def test_a_list_of_one_kind_sorted(two: Run) -> None:
    assert two("field", "list", "contact", "-f", "ids").stdout == "2\n"
    assert two("field", "list", "--sort", "-entity", "-f", "ids").stdout == "1\n2\n"
    assert two("field", "list", "--limit", "1", "-f", "ids").stdout == "2\n"


def test_values_are_set_filtered_and_shown(two: Run) -> None:
    two("contact", "add", "Anna", "--set", "shoe=38.5")
    two("contact", "add", "Bo", "--set", "shoe=44")
    assert two("contact", "list", "shoe>40", "-f", "ids").stdout == "2\n"
    assert two("contact", "list", "--sort", "shoe", "--columns", "name,shoe").stdout == (
        "name\tshoe\nAnna\t38.5\nBo\t44\n"
    )
    assert data(two("contact", "edit", "bo", "--set", "shoe=", "--json"))["custom"] == {}


def test_a_field_in_use_is_not_removed(two: Run) -> None:
    two("contact", "add", "Anna", "--set", "shoe=38")
    refused = two("field", "remove", "contacts", "shoe")
    assert (refused.exit_code, refused.stdout) == (6, "")
    two("contact", "edit", "anna", "--set", "shoe=")
    assert data(two("field", "remove", "contacts", "shoe", "--json"))["key"] == "shoe"
    assert two("field", "list", "-f", "ids").stdout == "1\n"
    assert two("undo").exit_code == 0
    assert two("field", "list", "-f", "ids").stdout == "2\n1\n"


@pytest.mark.parametrize("command", ["add", "list", "remove"])
def test_every_help_has_an_example(run: Run, command: str) -> None:
    result = run("field", command, "--help")
    assert result.exit_code == 0
    assert f"crm field {command}" in result.stdout.partition("Examples:")[2]
