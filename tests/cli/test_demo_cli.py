"""crm demo: the sample data in a database that leaves no trace."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_tui.cli import app


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_prints_the_morning_of_the_sample_business_and_leaves_nothing(scratch: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--json"])
    assert result.exit_code == 0, result.stderr
    items = json.loads(result.stdout)
    assert {"followup", "touch", "deal"} <= {item["kind"] for item in items}
    assert any(item["overdue_days"] > 0 for item in items)
    assert str(scratch) in result.stderr
    assert list(scratch.iterdir()) == [], "the folder is gone"
    assert not list(Path.home().rglob("*.db")), "and nothing was made anywhere else"


@pytest.mark.usefixtures("scratch")
def test_any_day_of_the_year_has_something_to_show() -> None:
    for day in ("2027-02-28", "2028-02-29", "2026-12-31"):
        result = CliRunner().invoke(app, ["--now", f"{day} 08:00", "demo", "-f", "jsonl"])
        assert result.exit_code == 0, result.stderr
        assert len(result.stdout.splitlines()) > 5
