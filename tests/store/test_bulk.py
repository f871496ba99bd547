"""Loading very many rows: many to a statement, written once, and taken back whole when the process is killed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from crm_tui.domain import Crm, doctor
from crm_tui.store import bulk
from crm_tui.store import connection as store
from tests.conftest import NOW

LOADER = """
import sys
from crm_tui.domain import Crm
with Crm.open(sys.argv[1]) as crm:
    crm.connection.execute("PRAGMA cache_size = 10")
    with crm.transaction("load", bulk=True) as writing:
        print(crm.connection.execute("PRAGMA journal_mode").fetchone()[0], flush=True)
        for number in range(2000):
            crm.contacts.add(name=f"Person {number}", note="x" * 500)
        print("written", flush=True)
        sys.stdin.read()
"""


def mode_of(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_rows_are_all_added_whatever_their_number(count: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE people (id INTEGER, name TEXT, stamp TEXT)")
    rows = [(number, f"Person {number}") for number in range(count)]
    bulk.insert(connection, "people", ("id", "name"), rows, {"stamp": "it's one"})
    found = connection.execute("SELECT id, name, stamp FROM people ORDER BY id").fetchall()
    assert found == [(*row, "it's one") for row in rows]


def test_many_columns_stay_within_what_a_statement_may_hold() -> None:
    connection = sqlite3.connect(":memory:")
    connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 7)
    connection.execute("CREATE TABLE points (a, b, c)")
    rows = [(number, 2 * number, 3 * number) for number in range(5)]
    bulk.insert(connection, "points", ("a", "b", "c"), rows)
    assert connection.execute("SELECT * FROM points").fetchall() == rows


def test_an_empty_file_is_filled_without_the_log_and_gets_it_back(tmp_path: Path) -> None:
    with Crm.open(tmp_path / "crm.db", now=NOW) as crm:
        with crm.transaction("load", bulk=True):
            assert mode_of(crm.connection) == "delete"
            crm.contacts.add(name="Anna")
        assert mode_of(crm.connection) == "wal"
        with crm.transaction("load more", bulk=True):
            assert mode_of(crm.connection) == "wal"
            crm.contacts.add(name="Bo")
        assert crm.contacts.count() == 2


def test_the_log_comes_back_after_a_load_that_failed(tmp_path: Path) -> None:
    with Crm.open(tmp_path / "crm.db", now=NOW) as crm:
        with suppress(ZeroDivisionError), crm.transaction("load", bulk=True):
            crm.contacts.add(name="Anna")
            raise ZeroDivisionError
        assert mode_of(crm.connection) == "wal"
        assert crm.contacts.count() == 0


def test_whoever_has_the_file_open_goes_on_reading(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with Crm.open(path, now=NOW) as crm, Crm.open(path, now=NOW) as other:
        assert other.contacts.count() == 0
        with crm.transaction("load", bulk=True):
            assert mode_of(crm.connection) == "wal"
            crm.contacts.add(name="Anna")
            assert other.contacts.count() == 0
        assert other.contacts.count() == 1


@pytest.mark.parametrize("readonly", [True, False])
def test_a_killed_load_is_taken_back_by_whoever_opens_the_file(tmp_path: Path, readonly: bool) -> None:
    path = tmp_path / "crm.db"
    store.create(path)
    loading = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert loading.stdout is not None
    assert [loading.stdout.readline().strip() for _ in range(2)] == ["delete", "written"]
    loading.kill()
    loading.communicate()
    assert path.with_name("crm.db-journal").exists()
    connection = store.connect(path, readonly=readonly)
    try:
        assert connection.execute("SELECT count(*) FROM contacts").fetchone() == (0,)
        assert mode_of(connection) == "wal"
    finally:
        connection.close()
    with Crm.open(path, now=NOW) as crm:
        assert [each for each in doctor.examine(crm, own_folder=False) if each.status != doctor.OK] == []
