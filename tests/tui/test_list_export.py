"""Exporting what a list shows: where to, as what, and never over a file without asking."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from crm_tui.domain import Crm
from crm_tui.errors import UsageError
from crm_tui.screens.lists.list_export import ExportDialog, Target
from tests.tui.conftest import Opener, press, screen_text, type_in


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one is in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def read(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def replace(pilot: Pilot[None], text: str) -> None:
    """Type another path."""
    pilot.app.screen.query_one(Input).value = ""
    await type_in(pilot, text)


async def test_what_the_filter_finds_in_the_order_of_the_list(
    opened: Opener, crm_of: Crm, here: Path
) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "company:any")
        await press(pilot, "enter", "1", "E")
        text = screen_text(pilot)
        assert "Export 3 people" in text
        assert "contacts-2026-03-02" in text
        await press(pilot, "enter")
        place = here / "contacts-2026-03-02.csv"
        found = read(place)
        assert [each["name"] for each in found] == ["Jürgen Großmann", "Elvin Məmmədov", "Anna Kowalska"]
        assert found[2]["emails"] == "anna@example.com;kowalska@example.org"
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert "Wrote 3 people to" in screen_text(pilot)


async def test_it_is_what_crm_export_writes(opened: Opener, crm_of: Crm, here: Path) -> None:
    from typer.testing import CliRunner

    from crm_tui.cli import app

    args = ["--db", str(crm_of.path), "--now", "2026-03-02", "export", "contacts", "-o", "cli.csv"]
    assert CliRunner().invoke(app, args).exit_code == 0
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "4", "4", "E")
        await replace(pilot, "tui.csv")
        await press(pilot, "enter")
    assert (here / "tui.csv").read_bytes() == (here / "cli.csv").read_bytes()


async def test_words_alone_export_what_was_found_the_best_first(opened: Opener, here: Path) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "an")
        await press(pilot, "enter", "E", "enter")
        assert [each["name"] for each in read(here / "contacts-2026-03-02.csv")] == ["Anna Kowalska"]


async def test_other_formats(opened: Opener, here: Path) -> None:
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "E", "tab", "right")
        assert "here/companies-2026-03-02.json" in screen_text(pilot)
        await press(pilot, "enter", "E", "tab", "right", "right", "enter")
    rows = json.loads((here / "companies-2026-03-02.json").read_text())
    assert [row["name"] for row in rows] == ["Acme", "Caspian Foods", "Nord Labs"]
    assert rows[0]["custom"] == {}
    assert [
        json.loads(line) for line in (here / "companies-2026-03-02.jsonl").read_text().splitlines()
    ] == rows


async def test_a_file_that_is_there_is_only_replaced_when_one_says_so(opened: Opener, here: Path) -> None:
    place = here / "mine.csv"
    place.write_text("mine")
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "E")
        await replace(pilot, "mine.csv")
        await press(pilot, "enter")
        assert "mine.csv is there already." in screen_text(pilot)
        await press(pilot, "n")
        assert place.read_text() == "mine"
        dialog = pilot.app.screen
        assert isinstance(dialog, ExportDialog)
        assert dialog.target.path == "mine.csv"
        await press(pilot, "enter", "y")
        assert len(read(place)) == 3
        assert "Wrote 3 companies to" in screen_text(pilot)


async def test_a_folder_that_cannot_be_written_keeps_what_was_typed(opened: Opener, here: Path) -> None:
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "E")
        await replace(pilot, "nowhere/out.csv")
        await press(pilot, "enter")
        dialog = pilot.app.screen
        assert isinstance(dialog, ExportDialog)
        assert "out.csv cannot be written" in screen_text(pilot)
        assert dialog.target.path == "nowhere/out.csv"
        await replace(pilot, "out.json")
        await press(pilot, "enter")
        assert "does not go with csv" in screen_text(pilot)
        await replace(pilot, "")
        await press(pilot, "enter")
        assert "There is no file name." in screen_text(pilot)
        await press(pilot, "escape")
    assert not any(here.iterdir())  # noqa: ASYNC240


def test_where_a_target_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    assert Target("out").file() == tmp_path / "out.csv"
    assert Target("out.v2", "json").file() == tmp_path / "out.v2.json"
    assert Target("~/a.CSV").file() == Path("/home/me/a.CSV")
    with pytest.raises(UsageError, match=r"a\.csv does not go with jsonl"):
        Target("a.csv", "jsonl").file()
