"""crm contact query: what mutt and aerc are answered, and how little is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_tui.cli import app
from crm_tui.commands.query import usual_database
from crm_tui.domain import Crm
from crm_tui.locations import default_database
from crm_tui.store import addresses, connection, migrations, search

HEAVY = {
    "typer",
    "anyascii",
    "rich",
    "crm_tui.domain",
    "crm_tui.text",
    "pathlib",
    "typing",
    "dataclasses",
    "sqlite_utils",
}
LOADED = """
import sys
from crm_tui.commands.query import at_once
import os
os._exit = lambda code: print(code, *sys.modules, file=sys.stderr)
at_once(sys.argv[1:])
"""


@pytest.fixture
def people(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with Crm.open(database, now="2026-03-02 09:30") as crm:
        crm.contacts.add(
            name="Elvin Məmmədov", emails=["elvin@example.com", "e.m@home.example"], company="Acme"
        )
        crm.contacts.add(name="Anna\tKowalska\n\x1b[31m", emails=["anna@example.com"])
        crm.contacts.add(name="Annabel Lee", emails=["Lee@Acme.example"], company="Acme")
        crm.contacts.add(name="Hannah Anna", emails=["hannah@x.example"])
        crm.contacts.add(name="Qasım O'Connor", emails=["qasim.o'connor@x.example"])
        crm.contacts.add(name="Anna without address", phones=["+994 12 345 67 89"])
        gone = crm.contacts.add(name="Anna Away", emails=["away@example.com"])
        crm.contacts.archive(gone.id)
        crm.interactions.add("note", [3], "Anna is mentioned here")
    monkeypatch.setenv("CRM_DB", str(database))
    return database


def ask(*words: str) -> tuple[list[str], int]:
    """The ordinary way and the quick way, which are to answer alike."""
    slow = CliRunner().invoke(app, ["contact", "query", *words])
    quick = subprocess.run(
        [sys.executable, "-m", "crm_tui", "contact", "query", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (quick.stdout, quick.returncode) == (slow.stdout, slow.exit_code)
    assert quick.stderr == slow.stderr == ""
    return quick.stdout.splitlines(), quick.returncode


def test_a_name_is_found_however_it_is_typed(people: Path) -> None:
    expected = ["elvin@example.com\tElvin Məmmədov\tAcme", "e.m@home.example\tElvin Məmmədov\tAcme"]
    for words in (["memmedov"], ["Məmm"], ["ELVIN", "mem"], ["elvin mem"]):
        assert ask(*words) == (["2 addresses found.", *expected], 0)


def test_the_best_comes_first_and_cells_are_clean(people: Path) -> None:
    lines, code = ask("anna")
    assert code == 0
    assert lines == [
        "3 addresses found.",
        "anna@example.com\tAnna Kowalska ␛[31m",
        "Lee@Acme.example\tAnnabel Lee\tAcme",
        "hannah@x.example\tHannah Anna",
    ]


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        ("e.m@home", "e.m@home.example", 2),
        ("lee@acme", "Lee@Acme.example", 1),
        ("@acme.ex", "Lee@Acme.example", 1),
        ("acme lee", "Lee@Acme.example", 1),
        ("qasim.o'c", "qasim.o'connor@x.example", 1),
        ("kasim", "qasim.o'connor@x.example", 1),
        ("<anna@example.com>", "anna@example.com", 1),
    ],
)
def test_addresses_and_companies_are_found(people: Path, text: str, first: str, count: int) -> None:
    lines, _ = ask(text)
    assert lines[1].partition("\t")[0] == first
    assert len(lines) == count + 1


@pytest.mark.parametrize(
    "text", ["zzz", "away", "mentioned", "", "   ", '"', "a OR", "*", "%", "x' OR 1=1 --", "\x00"]
)
def test_no_match_is_said_in_the_first_line_and_by_the_exit_code(people: Path, text: str) -> None:
    if "\x00" in text:
        with Crm.open(people) as crm:
            assert addresses.search(crm.connection, text) == []
    else:
        assert ask(text) == (["No address matches."], 1)


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [
        ("&-", 0, ""),
        pytest.param(
            "/dev/full",
            1,
            "standard output cannot be written",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full"),
        ),
    ],
    ids=["closed", "full"],
)
def test_an_answer_that_cannot_be_given(people: Path, where: str, code: int, said: str) -> None:
    words = [sys.executable, "-m", "crm_tui", "contact", "query", "anna"]
    shell = ["sh", "-c", f'exec "$@" >{where}', "sh", *words]
    done = subprocess.run(shell, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_begins_with_a_dash_comes_behind_two(people: Path) -> None:
    assert ask("--", "-anna") == ask("anna")
    assert ask("--", "--db") == (["No address matches."], 1)


def test_no_more_than_can_be_looked_through(people: Path) -> None:
    with Crm.open(people) as crm, crm.transaction("many"):
        for number in range(120):
            crm.contacts.add(name=f"Zara {number:03}", emails=[f"zara{number:03}@x.example"])
    lines, _ = ask("zara")
    assert len(lines) == addresses.MOST + 1
    assert lines[1] == "zara119@x.example\tZara 119"


def test_what_is_out_of_the_ordinary_is_left_to_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DB", str(tmp_path / "gone.db"))
    done = subprocess.run(
        [sys.executable, "-m", "crm_tui", "contact", "query", "anna"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (7, "")
    assert "gone.db" in done.stderr
    (tmp_path / "gone.db").write_text("no database")
    assert addresses.search_file(str(tmp_path / "gone.db"), "anna") is None
    result = CliRunner().invoke(app, ["contact", "query", "--help"])
    assert "crm contact query memmedov" in result.stdout


def test_a_newer_file_is_not_answered_from(people: Path) -> None:
    with Crm.open(people) as crm:
        crm.connection.execute("PRAGMA user_version = 9999")
    assert addresses.search_file(str(people), "anna") is None


@pytest.mark.parametrize("typed", ["memmedov", "Məmmədov", "Мария"], ids=["plain", "latin", "cyrillic"])
def test_nothing_heavy_is_loaded_and_nothing_is_written(people: Path, typed: str) -> None:
    before = people.read_bytes()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            LOADED,
            "--db",
            str(people),
            "contact",
            "query",
            typed,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = done.stderr.split()
    assert code in ("0", "1")
    assert not set(modules) & HEAVY
    assert "crm_tui.store.addresses" in modules
    assert people.read_bytes() == before


def test_what_is_repeated_to_save_time_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert search.document_id("contacts", 0) == addresses.CONTACTS
    assert (connection.APPLICATION_ID, migrations.LATEST) == (addresses.OURS, addresses.SCHEMA)
    monkeypatch.delenv("CRM_DB", raising=False)
    assert usual_database() == str(default_database())
    monkeypatch.delenv("XDG_DATA_HOME")
    assert usual_database() == str(default_database())
