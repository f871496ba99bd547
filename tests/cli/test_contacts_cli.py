"""crm contact, end to end: every command, every format, exact exit codes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
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
    "id", "name", "given_name", "family_name", "company", "company_id", "title", "lifecycle", "emails",
    "phones", "tags", "source", "referred_by_id", "birthday", "language", "timezone", "cadence_days",
    "last_contacted_on", "next_touch_on", "opted_out_on", "note", "created_at", "updated_at", "archived_at",
]  # fmt: skip
COMMANDS = [
    "add", "list", "show", "edit", "tag", "archive", "restore", "delete", "export", "forget", "date", "relate",
    "duplicates", "merge", "query",
]  # fmt: skip


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", NOW, *words], input=stdin)

    return call


@pytest.fixture
def two(run: Run) -> Run:
    """The commands over Anna at Acme and the bare Bo."""
    words = ("--email", "anna@example.com", "--company", "Acme", "--tag", "vip", "--tag", "fair")
    assert run("contact", "add", "Anna Kowalska", *words, "--cadence", "30d").exit_code == 0
    assert run("contact", "add", "Bo").exit_code == 0
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
    assert "Traceback" not in result.stderr


def test_add_says_where_what_and_how_to_undo_it(run: Run, database: Path) -> None:
    result = run("contact", "add", "Anna Kowalska")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == (
        f"Created {database}.\nAdd contact Anna Kowalska (1). Operation 1; crm undo 1 takes it back.\n"
    )


def test_add_takes_every_field(run: Run) -> None:
    run("field", "add", "contacts", "shoe", "--type", "number")
    run("contact", "add", "Bo", "--email", "bo@example.com")
    made = data(
        run(
            "contact", "add", "Anna Kowalska", "--email", "anna@example.com", "--email", "ak@example.com",
            "--phone", "+48 22 123 45 67", "--company", "Acme", "--title", "Head", "--lifecycle", "customer",
            "--source", "fair", "--referred-by", "bo@example.com", "--birthday", "--02-29", "--cadence", "2w",
            "--language", "pl", "--timezone", "Europe/Warsaw", "--tag", "vip", "--note", "Likes plov",
            "--set", "shoe=38", "--json",
        )
    )  # fmt: skip
    assert list(made) == [*KEYS, "custom"]
    assert made == {
        "id": 2, "name": "Anna Kowalska", "given_name": None, "family_name": None, "company": "Acme",
        "company_id": 1, "title": "Head", "lifecycle": "customer",
        "emails": ["anna@example.com", "ak@example.com"], "phones": ["+48 22 123 45 67"], "tags": ["vip"],
        "source": "fair", "referred_by_id": 1, "birthday": "--02-29", "language": "pl",
        "timezone": "Europe/Warsaw", "cadence_days": 14, "last_contacted_on": None,
        "next_touch_on": "2026-03-02", "opted_out_on": None, "note": "Likes plov", "created_at": INSTANT,
        "updated_at": INSTANT, "archived_at": None, "custom": {"shoe": 38},
    }  # fmt: skip


def test_a_note_can_come_from_stdin(run: Run) -> None:
    made = run("contact", "add", "Anna", "--note", "-", "--json", stdin="two\nlines\n")
    assert data(made)["note"] == "two\nlines"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add",), 2, "Missing argument"),
        (("add", " "), 5, "The name is empty"),
        (("add", "Cem", "--email", "cem"), 5, '"cem" is no e-mail address'),
        (("add", "Cem", "--email", "ANNA@example.com"), 6, "Anna Kowalska (1) has"),
        (("add", "Cem", "--lifecycle", "none"), 5, '"none" is no lifecycle'),
        (("add", "Cem", "--cadence", "soon"), 5, "soon"),
        (("add", "Cem", "--referred-by", "nobody"), 3, "nobody"),
        (("add", "Cem", "--set", "shoe"), 2, "KEY=VALUE"),
        (("add", "Cem", "--set", "shoe=1"), 3, 'no field "shoe"'),
        (("add", "Cem", "--colour", "red"), 2, "--colour"),
        (("show", "zoe"), 3, "zoe"),
        (("show", "99"), 3, "99"),
        (("edit", "zoe", "--title", "x"), 3, "zoe"),
        (("edit", "anna", "--set", "none"), 2, "KEY=VALUE"),
        (("tag", "anna"), 2, "No tag is named"),
        (("tag", "anna", "--add", "a;b"), 5, "semicolon"),
        (("delete", "bo"), 2, "--yes"),
        (("date", "anna", "wedding", "soon"), 5, "soon"),
        (("date", "anna", "wedding", "none"), 3, 'no date "wedding"'),
        (("date", "anna", "wedding", "2010-06-05", "--colour"), 2, "--colour"),
        (("relate", "anna", "boss", "anna"), 5, "themselves"),
        (("relate", "anna", "boss", "bo", "--remove"), 3, "Bo is not the boss"),
        (("method", "add", "anna", "fax", "1"), 5, '"fax" is no kind of method'),
        (("method", "remove", "anna", "email", "x@example.com"), 3, "anna@example.com"),
        (("list", "lifecicle:lead"), 2, "lifecycle"),
        (("list", "--sort", "colour"), 2, "colour"),
        (("list", "--columns", "nmae"), 2, "Did you mean name?"),
        (("list", "--limit", "-1"), 2, "--limit"),
        (("list", "-f", "xml"), 2, '"xml"'),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_failures_and_their_exit_codes(two: Run, words: tuple[str, ...], code: int, said: str) -> None:
    failed(two("contact", *words), code, said)
    assert [each["id"] for each in data(two("history", "--json"))] == [2, 1]


def test_two_who_match_are_named(two: Run) -> None:
    two("contact", "add", "Anna Nowak")
    failed(two("contact", "show", "anna"), 4, "Anna Kowalska", "Anna Nowak")


LISTED = {
    "json": (
        '[\n{"id": 1, "name": "Anna Kowalska", "emails": ["anna@example.com"], "tags": ["vip", "fair"]},\n'
        '{"id": 2, "name": "Bo", "emails": [], "tags": []}\n]\n'
    ),
    "jsonl": (
        '{"id": 1, "name": "Anna Kowalska", "emails": ["anna@example.com"], "tags": ["vip", "fair"]}\n'
        '{"id": 2, "name": "Bo", "emails": [], "tags": []}\n'
    ),
    "csv": "id,name,emails,tags\n1,Anna Kowalska,anna@example.com,vip;fair\n2,Bo,,\n",
    "tsv": "id\tname\temails\ttags\n1\tAnna Kowalska\tanna@example.com\tvip;fair\n2\tBo\t\t\n",
    "table": (
        "Id  Name           E-mail            Tags\n"
        " 1  Anna Kowalska  anna@example.com  vip, fair\n"
        " 2  Bo\n"
    ),
    "ids": "1\n2\n",
}  # fmt: skip


@pytest.mark.parametrize("form", list(LISTED))
def test_a_list_in_every_format(two: Run, form: str) -> None:
    result = two("contact", "list", "--columns", "id,name,emails,tags", "-f", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == LISTED[form]


def test_a_list_has_every_field_unless_told_otherwise(two: Run) -> None:
    two("field", "add", "contact", "shoe", "--type", "number")
    assert [list(each) for each in data(two("contact", "list", "--json"))] == [[*KEYS, "custom"]] * 2
    header = two("contact", "list").stdout.partition("\n")[0]
    assert header.split("\t") == [*KEYS, "shoe"]


def test_an_empty_list_is_empty_in_every_format(two: Run) -> None:
    empty = {
        form: two("contact", "list", "name:zoe", "--columns", "id,name", "-f", form).stdout for form in LISTED
    }
    assert empty == {
        "json": "[]\n", "jsonl": "", "csv": "id,name\n", "tsv": "id\tname\n", "table": "", "ids": "",
    }  # fmt: skip


def test_lists_filter_sort_and_stop(two: Run) -> None:
    def ids(*words: str) -> list[str]:
        return two("contact", "list", *words, "-f", "ids").stdout.split()

    assert ids("tag:vip") == ["1"]
    assert ids("not", "tag:vip") == ["2"]
    assert two("contact", "list", "-f", "ids", "--", "-tag:vip").stdout == "2\n"
    assert ids("--sort", "-name") == ["2", "1"]
    assert ids("--limit", "1") == ["1"]
    assert ids("--limit", "0") == []
    assert ids("lifecycle:lead", "company:acme") == ["1"]


def test_show_holds_what_no_list_shows(two: Run) -> None:
    two("contact", "method", "add", "anna", "address", "Nizami 5, Baku", "--label", "home")
    two("contact", "date", "anna", "name day", "--07-26")
    two("contact", "relate", "anna", "Boss", "bo")
    shown = data(two("contact", "show", "anna@example.com", "--json"))
    assert list(shown) == [*KEYS, "methods", "dates", "relations", "custom"]
    assert shown["methods"] == [
        {"kind": "address", "value": "Nizami 5, Baku", "label": "home", "is_primary": True},
        {"kind": "email", "value": "anna@example.com", "label": None, "is_primary": True},
    ]
    assert shown["dates"] == [{"label": "name day", "date": "--07-26"}]
    assert shown["relations"] == [{"kind": "boss", "contact_id": 2, "contact": "Bo"}]
    table = two("contact", "show", "1", "-f", "table").stdout.splitlines()
    assert "Methods       address: Nizami 5, Baku (home)" in table
    assert "Relations     boss: Bo (2)" in table
    assert "Dates         name day: --07-26" in table


def test_show_says_what_others_are_related_as(two: Run) -> None:
    two("contact", "relate", "anna", "boss", "bo")
    two("contact", "relate", "anna", "spouse", "bo")
    two("contact", "relate", "bo", "spouse", "anna")
    assert data(two("contact", "show", "bo", "--json"))["relations"] == [
        {"kind": "spouse", "contact_id": 1, "contact": "Anna Kowalska"}
    ]
    table = two("contact", "show", "bo", "-f", "table").stdout
    assert "Relations   spouse: Anna Kowalska (1)\n            boss of: Anna Kowalska (1)\n" in table
    brief = two("brief", "bo", "-f", "table").stdout
    assert "Related     spouse Anna Kowalska (1), boss of Anna Kowalska (1)" in brief
    assert (
        data(two("brief", "bo", "--json"))["relations"]
        == data(two("contact", "show", "bo", "--json"))["relations"]
    )


def test_show_is_one_record_in_the_formats_of_lists(two: Run) -> None:
    assert two("contact", "show", "2", "-f", "ids").stdout == "2\n"
    header, row = two("contact", "show", "2").stdout.splitlines()
    assert dict(zip(header.split("\t"), row.split("\t"), strict=True))["name"] == "Bo"


def test_edit_changes_and_empties(two: Run) -> None:
    anna = data(
        two(
            "contact", "edit", "anna", "--name", "Anna Nowak", "--company", "none", "--cadence", "none",
            "--email", "an@example.com", "--tag", "none", "--referred-by", "bo", "--json",
        )
    )  # fmt: skip
    assert (anna["name"], anna["company"], anna["cadence_days"]) == ("Anna Nowak", None, None)
    assert (anna["emails"], anna["tags"], anna["referred_by_id"]) == (["an@example.com"], [], 2)
    assert anna["next_touch_on"] is None
    assert data(two("contact", "edit", "1", "--referred-by", "none", "--json"))["referred_by_id"] is None
    same = two("contact", "edit", "1", "--name", "Anna Nowak")
    assert (same.exit_code, same.stdout, same.stderr) == (0, "", "Nothing changed.\n")


def test_tag_archive_and_restore(two: Run) -> None:
    assert data(two("contact", "tag", "anna", "--add", "new", "--remove", "VIP", "--json"))["tags"] == [
        "fair",
        "new",
    ]
    assert data(two("contact", "archive", "anna", "--json"))["archived_at"] == INSTANT
    assert two("contact", "list", "-f", "ids").stdout == "2\n"
    assert two("contact", "list", "archived_at:any", "-f", "ids").stdout == "1\n"
    assert data(two("contact", "restore", "anna", "--json"))["archived_at"] is None
    assert two("contact", "list", "-f", "ids").stdout == "1\n2\n"


def test_methods_are_added_and_removed(two: Run) -> None:
    added = data(two("contact", "method", "add", "anna", "email", "ak@example.com", "--primary", "--json"))
    assert added["emails"] == ["ak@example.com", "anna@example.com"]
    removed = data(two("contact", "method", "remove", "anna", "email", "AK@example.com", "--json"))
    assert removed["emails"] == ["anna@example.com"]


def test_dates_are_removed_with_none(two: Run) -> None:
    two("contact", "date", "anna", "wedding", "2010-06-05")
    assert two("contact", "date", "anna", "wedding", "none").exit_code == 0
    assert data(two("contact", "show", "anna", "--json"))["dates"] == []
    assert data(two("contact", "date", "anna", "birthday", "--02-29", "--json"))["birthday"] == "--02-29"


def test_relations_are_taken_back(two: Run) -> None:
    two("contact", "relate", "anna", "spouse", "bo")
    assert two("contact", "relate", "anna", "spouse", "bo", "--remove").exit_code == 0
    assert data(two("contact", "show", "anna", "--json"))["relations"] == []


def test_delete_with_yes_can_be_undone(two: Run) -> None:
    deleted = two("contact", "delete", "bo", "--yes", "-f", "ids")
    assert (deleted.exit_code, deleted.stdout) == (0, "2\n")
    failed(two("contact", "show", "2"), 3)
    assert two("undo").exit_code == 0
    assert two("contact", "show", "2", "-f", "ids").stdout == "2\n"


def test_delete_never_destroys_history(two: Run) -> None:
    two("deal", "add", "Website", "--contact", "bo")
    failed(two("contact", "delete", "bo", "--yes"), 6, "Bo has 1 deal", "crm contact archive 2")


@pytest.mark.parametrize(("answer", "code", "left"), [("y", 0, "1\n"), ("n", 1, "1\n2\n")])
def test_delete_asks_on_a_terminal(two: Run, database: Path, answer: str, code: int, left: str) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "crm_tui", "--db", str(database), "contact", "delete", "bo"]
    try:
        os.write(ours, f"{answer}\n".encode())
        result = subprocess.run(
            command, stdin=theirs, capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert (result.returncode, result.stdout) == (code, "")
    assert "Delete Bo (2)? [y/N]" in result.stderr
    assert two("contact", "list", "-f", "ids").stdout == left


def test_hostile_text_reaches_no_terminal(run: Run) -> None:
    name = "Eve \x1b]52;c;eA==\x07 [red]x[/] \u202egnp"
    added = run("contact", "add", name)
    assert "\x1b" not in added.stderr
    assert "\u202e" not in added.stderr
    for form in ("table", "json"):
        shown = run("contact", "list", "-f", form).stdout
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "[red]x[/]" in shown
    assert data(run("contact", "list", "--json"))[0]["name"] == name


def test_reading_before_anything_was_written(run: Run, database: Path) -> None:
    failed(run("contact", "list"), 7, "There is no database at")
    assert not database.exists()
    usual = CliRunner().invoke(app, ["contact", "list"])
    assert (usual.exit_code, usual.stdout) == (0, "")
    assert "nothing is here yet" in usual.stderr


@pytest.mark.parametrize("command", [*COMMANDS, "method add", "method remove"])
def test_every_help_has_an_example(run: Run, command: str) -> None:
    result = run("contact", *command.split(), "--help")
    assert result.exit_code == 0
    assert f"crm contact {command}" in result.stdout.partition("Examples:")[2]


def test_the_groups_help_names_every_command(run: Run) -> None:
    shown = run("contact", "--help").stdout.partition("Commands:")[2]
    assert [line.split()[0] for line in shown.splitlines() if line.strip()] == [*COMMANDS, "method"]
