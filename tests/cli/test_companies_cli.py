"""crm company, end to end: every command, every format, exact exit codes."""

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
KEYS = [
    "id", "name", "domain", "industry", "size", "website", "parent_id", "parent", "emails", "phones", "tags",
    "note", "created_at", "updated_at", "archived_at",
]  # fmt: skip
COMMANDS = ["add", "list", "show", "edit", "tag", "archive", "restore", "delete", "duplicates", "merge"]


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", NOW, *words])

    return call


@pytest.fixture
def two(run: Run) -> Run:
    """The commands over Acme, where Anna works, and Zenith above it."""
    run("company", "add", "Acme", "--domain", "acme.example", "--parent", "Zenith", "--tag", "export")
    run("contact", "add", "Anna", "--company", "Acme")
    return run


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def failed(result: Result, code: int, *said: str) -> None:
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("crm: ")
    for each in said:
        assert each in result.stderr


def test_add_takes_every_field(run: Run) -> None:
    run("field", "add", "companies", "floor", "--type", "number")
    result = run(
        "company", "add", "Acme", "--domain", "https://www.acme.example/", "--industry", "Food",
        "--size", "11-50", "--website", "https://acme.example",
        "--parent", "Zenith", "--email", "info@acme.example",
        "--phone", "+48 22 123 45 67", "--tag", "export", "--note", "Pays late", "--set", "floor=3", "--json",
    )  # fmt: skip
    made = data(result)
    assert result.stderr == "Add company Acme (2). Operation 2; crm undo 2 takes it back.\n"
    assert list(made) == [*KEYS, "custom"]
    assert made == {
        "id": 2, "name": "Acme", "domain": "acme.example", "industry": "Food", "size": "11-50",
        "website": "https://acme.example", "parent_id": 1, "parent": "Zenith",
        "emails": ["info@acme.example"], "phones": ["+48 22 123 45 67"],
        "tags": ["export"], "note": "Pays late", "created_at": INSTANT,
        "updated_at": INSTANT, "archived_at": None, "custom": {"floor": 3},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add",), 2, "Missing argument"),
        (("add", " "), 5, "The name is empty"),
        (("add", "ACME"), 6, "There is a company Acme (2) already"),
        (("add", "New", "--domain", "localhost"), 5, '"localhost" is no domain'),
        (("add", "New", "--parent", "new"), 5, "its own parent"),
        (("show", "nowhere"), 3, "nowhere"),
        (("edit", "zenith", "--name", "acme"), 6, "Acme"),
        (("edit", "zenith", "--parent", "acme"), 5, "cannot be the parent"),
        (("tag", "acme"), 2, "No tag is named"),
        (("delete", "acme"), 2, "--yes"),
        (("delete", "acme", "--yes"), 6, "Acme has 1 contact"),
        (("delete", "zenith", "--yes"), 6, "Zenith has 1 company below it"),
        (("delete", "acme", "--move-to", "acme", "--yes"), 5, "moved to itself"),
        (("delete", "acme", "--move-to", "nowhere", "--yes"), 3, "nowhere"),
        (("method", "remove", "acme", "email", "x@acme.example"), 3, "no email"),
        (("list", "industrie:food"), 2, "industry"),
        (("merge", "acme", "zenith", "x"), 3, "x"),
    ],
)
def test_failures_and_their_exit_codes(two: Run, words: tuple[str, ...], code: int, said: str) -> None:
    failed(two("company", *words), code, said)
    assert [each["id"] for each in data(two("history", "--json"))] == [2, 1]


LISTED = {
    "json": (
        '[\n{"id": 2, "name": "Acme", "parent": "Zenith", "tags": ["export"]},\n'
        '{"id": 1, "name": "Zenith", "parent": null, "tags": []}\n]\n'
    ),
    "jsonl": (
        '{"id": 2, "name": "Acme", "parent": "Zenith", "tags": ["export"]}\n'
        '{"id": 1, "name": "Zenith", "parent": null, "tags": []}\n'
    ),
    "csv": "id,name,parent,tags\n2,Acme,Zenith,export\n1,Zenith,,\n",
    "tsv": "id\tname\tparent\ttags\n2\tAcme\tZenith\texport\n1\tZenith\t\t\n",
    "table": "Id  Name    Parent  Tags\n 2  Acme    Zenith  export\n 1  Zenith\n",
    "ids": "2\n1\n",
}


@pytest.mark.parametrize("form", list(LISTED))
def test_a_list_in_every_format(two: Run, form: str) -> None:
    result = two("company", "list", "--columns", "id,name,parent,tags", "-f", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == LISTED[form]


def test_lists_filter_and_sort(two: Run) -> None:
    assert two("company", "list", "tag:export", "-f", "ids").stdout == "2\n"
    assert two("company", "list", "--sort", "-name", "--limit", "1", "-f", "ids").stdout == "1\n"
    assert [list(each) for each in data(two("company", "list", "--json"))] == [[*KEYS, "custom"]] * 2


def test_show_holds_every_method(two: Run) -> None:
    two("company", "method", "add", "acme", "url", "https://shop.acme.example", "--label", "shop")
    shown = data(two("company", "show", "acme", "--json"))
    assert list(shown) == [*KEYS, "methods", "custom"]
    assert shown["methods"] == [
        {"kind": "url", "value": "https://shop.acme.example", "label": "shop", "is_primary": True}
    ]
    assert data(two("company", "method", "remove", "2", "url", "shop.acme.example", "--json"))["id"] == 2
    assert data(two("company", "show", "acme", "--json"))["methods"] == []


def test_edit_changes_and_empties(two: Run) -> None:
    acme = data(
        two("company", "edit", "acme", "--name", "Acme Foods", "--parent", "none", "--size", "7", "--json")
    )
    assert (acme["name"], acme["parent"], acme["size"], acme["domain"]) == (
        "Acme Foods",
        None,
        "7",
        "acme.example",
    )
    assert data(two("contact", "show", "anna", "--json"))["company"] == "Acme Foods"
    assert two("company", "edit", "2", "--size", "7").stderr == "Nothing changed.\n"


def test_tag_archive_and_restore(two: Run) -> None:
    assert data(two("company", "tag", "acme", "--add", "new", "--remove", "EXPORT", "--json"))["tags"] == [
        "new"
    ]
    assert data(two("company", "archive", "acme", "--json"))["archived_at"] == INSTANT
    assert two("company", "list", "-f", "ids").stdout == "1\n"
    assert data(two("company", "restore", "acme", "--json"))["archived_at"] is None
    assert two("company", "list", "-f", "ids").stdout == "2\n1\n"


def test_delete_moves_and_can_be_undone(two: Run) -> None:
    deleted = two("company", "delete", "acme", "--move-to", "zenith", "--yes", "-f", "ids")
    assert (deleted.exit_code, deleted.stdout) == (0, "2\n")
    assert data(two("contact", "show", "anna", "--json"))["company"] == "Zenith"
    assert two("undo").exit_code == 0
    assert data(two("contact", "show", "anna", "--json"))["company"] == "Acme"


@pytest.mark.parametrize("command", [*COMMANDS, "method add", "method remove"])
def test_every_help_has_an_example(run: Run, command: str) -> None:
    result = run("company", *command.split(), "--help")
    assert result.exit_code == 0
    assert f"crm company {command}" in result.stdout.partition("Examples:")[2]


def test_the_groups_help_names_every_command(run: Run) -> None:
    shown = run("company", "--help").stdout.partition("Commands:")[2]
    assert [line.split()[0] for line in shown.splitlines() if line.strip()] == [*COMMANDS, "method"]
