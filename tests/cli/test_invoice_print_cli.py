"""crm invoice print, end to end: every form, where it goes, exact exit codes."""

from __future__ import annotations

import importlib.util
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.locations import default_config

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"


@pytest.fixture
def run(database: Path) -> Run:
    """Calls ``crm invoice print`` where Anna has one invoice."""
    with Crm.open(database, now=NOW) as crm:
        anna = crm.contacts.add(name="Anna Kowalska")
        crm.invoices.add(contact_id=anna.id, lines=[LineDraft("Work", unit_price_minor=100_00)])

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", NOW, "invoice", "print", *words])

    return call


def test_text_on_stdout_unless_told_otherwise(run: Run) -> None:
    found = run("2026-001")
    assert found.exit_code == 0
    assert found.stdout.splitlines()[0].split() == ["INVOICE"]
    assert "To be paid by 16 March 2026  100.00 EUR" in found.stdout
    assert found.stdout == run("1", "-f", "text").stdout
    assert found.stdout.endswith("EUR\n")


def test_without_a_name_of_ones_own_it_says_so_aside(run: Run) -> None:
    assert "business_name" in run("2026-001").stderr
    path = default_config()
    path.parent.mkdir(parents=True)
    path.write_text('business_name = "Kestrel"\nbusiness_address = "High Street 1; Bristol"\n')
    found = run("2026-001")
    assert [line.split("  ")[0] for line in found.stdout.splitlines()[:2]] == ["Kestrel", "High Street 1"]
    assert found.stderr == ""


def test_the_ending_says_what_it_is_to_be(run: Run, tmp_path: Path) -> None:
    for name, begins in (("a.html", "<!DOCTYPE html>"), ("a.htm", "<!DOCTYPE html>"), ("a.txt", " ")):
        path = tmp_path / name
        found = run("2026-001", "-o", str(path))
        assert (found.exit_code, found.stdout) == (0, "")
        assert f"Wrote invoice 2026-001 to {path}." in found.stderr
        assert path.read_text(encoding="utf-8").startswith(begins)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_unless_forced(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("mine")
    assert run("2026-001", "-o", str(path)).exit_code == 6
    assert path.read_text() == "mine"
    assert run("2026-001", "-o", str(path), "--force").exit_code == 0
    assert "INVOICE" in path.read_text()
    assert [each.name for each in tmp_path.glob("*.part")] == []


def test_nothing_is_journaled(run: Run, database: Path, tmp_path: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        before = crm.history()
    run("2026-001")
    run("2026-001", "-o", str(tmp_path / "a.html"))
    with Crm.open(database, now=NOW) as crm:
        assert crm.history() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["2026-001", "-f", "docx"], 2, "An invoice is not printed as docx"),
        (["2026-001", "-o", "a"], 2, "a does not say what it is to be"),
        (["2026-001", "-f", "text", "-o", "a.pdf"], 2, "a.pdf does not go with text"),
        (["2026-009"], 3, 'There is no invoice "2026-009"'),
        (["2026-001", "-o", "no/such/folder/a.txt"], 7, "cannot be written"),
    ],
    ids=["another form", "no ending", "another ending", "no such invoice", "no folder"],
)
def test_what_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run(*words)
    assert found.exit_code == code
    assert said in found.stderr
    assert found.stdout == ""


def test_a_pdf_on_stdout_off_a_terminal(run: Run) -> None:
    for each in ("fpdf", "uharfbuzz"):
        pytest.importorskip(each)
    found = run("2026-001", "-f", "pdf")
    assert found.exit_code == 0
    assert found.stdout_bytes.startswith(b"%PDF-")
    assert found.stdout_bytes.rstrip().endswith(b"%%EOF")


def test_a_pdf_to_a_file(run: Run, tmp_path: Path) -> None:
    for each in ("fpdf", "uharfbuzz"):
        pytest.importorskip(each)
    path = tmp_path / "a.pdf"
    assert run("2026-001", "-o", str(path)).exit_code == 0
    assert path.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_the_extra_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "fpdf" else find(name))
    path = tmp_path / "a.pdf"
    found = run("2026-001", "-o", str(path))
    assert found.exit_code == 2
    assert "pip install fpdf2 uharfbuzz" in found.stderr
    assert not path.exists()
