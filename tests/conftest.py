"""What every test gets: a temporary home, UTC, no settings from outside, and a clock that stands still."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

from crm_tui.domain import Crm

NOW: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
INSTANT: Final = "2026-03-02T09:30:00Z"
FOLDERS: Final = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
UNWANTED: Final = ("LC_ALL", "LC_CTYPE", "LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "EDITOR", "VISUAL")

# the same examples for everybody, so that a run says something about the change; make fuzz draws new ones
settings.register_profile("steady", derandomize=True)
settings.register_profile("fuzz", max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(autouse=True)
def _hermetic(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
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


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the test's database is, or will be."""
    return tmp_path / "crm.db"


@pytest.fixture
def crm(database: Path) -> Iterator[Crm]:
    """An empty business on a Monday morning, which does not wait for the disk."""
    with Crm.open(database, now=NOW) as opened:
        opened.connection.execute("PRAGMA synchronous = OFF")
        yield opened
