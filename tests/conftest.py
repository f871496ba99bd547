"""What every test gets: a temporary home, UTC, no settings from outside, and a clock that stands still."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

from crm_tui.domain import Crm
from crm_tui.store import connection
from tests.copies import create_copy

NOW: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
INSTANT: Final = "2026-03-02T09:30:00Z"
FOLDERS: Final = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
UNWANTED: Final = ("LC_ALL", "LC_CTYPE", "LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "EDITOR", "VISUAL")

# the same examples for everybody, so that a run says something about the change; make fuzz draws new ones
settings.register_profile("steady", derandomize=True)
settings.register_profile("fuzz", max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_collection_finish() -> None:
    """Spare the collector of cycles what stays to the end: modules, tests, their parameters."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each test; the numbering of pytest looks at all earlier ones each time."""
    top = tmp_path_factory.mktemp("homes")
    return (top / str(number) for number in count(1))


@pytest.fixture(autouse=True)
def _hermetic(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _homes: Iterator[Path]
) -> Iterator[None]:
    home = next(_homes)
    home.mkdir(mode=0o700)
    failed = request.session.testsfailed
    monkeypatch.setenv("HOME", str(home))
    for variable in FOLDERS:
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in [name for name in os.environ if name.startswith("CRM_") or name in UNWANTED]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
    if request.session.testsfailed == failed:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def _quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """New databases are copies of one, and none waits for the disk: that is for a machine that dies."""
    monkeypatch.setattr(connection, "create", create_copy)
    monkeypatch.setattr(connection, "SYNCHRONOUS", "OFF")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the test's database is, or will be."""
    return tmp_path / "crm.db"


@pytest.fixture
def crm(database: Path) -> Iterator[Crm]:
    """An empty business on a Monday morning."""
    with Crm.open(database, now=NOW) as opened:
        yield opened
