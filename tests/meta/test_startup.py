"""What the commands of the day must not load: every import costs more than the work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm_tui.domain import Crm

HEAVY = (
    "rich", "textual", "sqlite_utils", "pydantic", "asyncio", "phonenumbers", "dateutil", "tomlkit",
    "anyascii", "platformdirs", "unittest", "email", "http", "logging", "zoneinfo", "secrets",
)  # fmt: skip
LOADED = """
import sys
from crm_tui.cli import main
try:
    main()
finally:
    print(*{each.partition(".")[0] for each in sys.modules}, file=sys.stderr)
"""
SCREENS = """
import asyncio, sys
from pathlib import Path
from crm_tui.app import CrmApp

async def look():
    app = CrmApp(Path(sys.argv[1]), "2026-03-02 10:00")
    async with app.run_test() as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        print(app.screen.scope, *{each.partition(".")[0] for each in sys.modules})

asyncio.run(look())
"""
NOT_EVERY_MORNING = (
    "typer", "sqlite_utils", "pydantic", "phonenumbers", "dateutil", "tomlkit", "anyascii", "hashlib",
    "email", "html", "xml", "csv", "fpdf",
)  # fmt: skip


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person with a phone and a promise due."""
    path = tmp_path_factory.mktemp("startup") / "crm.db"
    with Crm.open(path, now="2026-03-02 09:30") as crm:
        anna = crm.contacts.add(name="Anna", emails=["anna@example.com"], phones=["+994 12 345 67 89"])
        crm.followups.add("call", crm.clock.today, contact_id=anna.id)
    return path


def loaded(path: Path, *words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "--db", str(path), "--now", "2026-03-02 10:00", *words],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "words",
    [
        ["contact", "list", "-f", "tsv"],
        ["contact", "list", "lifecycle:lead", "-f", "json"],
        ["contact", "show", "1", "-f", "json"],
        ["deal", "list"],
        ["followup", "list", "-f", "csv"],
        ["today"],
        ["today", "-f", "table"],
        ["remind"],
        ["remind", "--once"],
        ["status"],
        ["find", "anna"],
        ["timeline", "1"],
        ["history"],
        ["undo", "--help"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_command_of_the_day_loads_nothing_heavy(people: Path, words: list[str]) -> None:
    assert not loaded(people, *words) & set(HEAVY)


def test_the_measure_measures(people: Path) -> None:
    assert "sqlite_utils" in loaded(people.with_name("new.db"), "contact", "add", "Anna")


def test_the_first_place_loads_nothing_that_only_some_mornings_need(people: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCREENS, str(people)],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=True,
    )
    scope, *modules = done.stdout.split()
    assert scope == "today"
    assert {"crm_tui", "textual", "sqlite3"} <= set(modules)
    assert not set(modules) & set(NOT_EVERY_MORNING)
