"""crm export and crm import on a folder that another program works in, as cron runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_tui.cli import app


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", "2026-03-02 09:30")
    for name in ("Anna", "Bo"):
        crm("contact", "add", name)


def crm(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result.stderr


def test_a_week_of_cron(tmp_path: Path) -> None:
    folder = tmp_path / "contacts"

    def cron() -> tuple[str, str]:
        return crm("import", str(folder)), crm("export", "contacts", "-f", "vcard", "-o", str(folder))

    crm("export", "contacts", "-f", "vcard", "-o", f"{folder}/")
    anna, bo = sorted(folder.glob("*.vcf"))
    for round_ in ("one", "two"):
        text = anna.read_text().replace(
            "\nFN:", f"\nREV:20260302T1{len(round_)}0000Z\nTITLE:{round_}\nFN:", 1
        )
        lines = [each for each in text.splitlines() if not each.startswith("TITLE:") or each.endswith(round_)]
        anna.write_text("\r\n".join(lines) + "\r\n")
        taken, given = cron()
        assert "0 created, 1 updated, 1 unchanged" in taken
        assert "Left alone" not in given
        taken, given = cron()
        assert "2 unchanged. Nothing changed." in taken
        assert given == f"Wrote 0 contacts to {folder}; 2 unchanged, 0 removed.\n"
        assert f"TITLE:{round_}" in anna.read_text()
    bo.unlink()
    crm("contact", "edit", "bo", "--title", "Boss")
    assert "Not written again, as another program removed them: 1;" in cron()[1]
    assert not bo.exists()
    said = crm("export", "contacts", "-f", "vcard", "-o", str(folder), "--force")
    assert said.startswith("Wrote 1 contact")
    assert bo.exists()
    crm("contact", "delete", "bo", "--yes")
    taken, given = cron()
    assert "0 created, 0 updated, 2 unchanged" in taken
    assert "the record is gone since" in taken
    assert "1 removed" in given
