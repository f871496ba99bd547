"""Exporting from the board, the agenda and a record, and in the formats only some kinds have."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from typer.testing import CliRunner

from crm_tui.cli import app
from crm_tui.commands.exporting import KINDS
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.interchange.export_formats import formats_of
from crm_tui.screens.lists import export_write
from crm_tui.screens.lists.list_export import ExportDialog, Target
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in

DAY = "2026-03-02"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one is in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def column(place: Path, key: str) -> list[str]:
    with place.open(encoding="utf-8", newline="") as file:
        return [row[key] for row in csv.DictReader(file)]


def content(place: Path) -> str:
    return place.read_text(encoding="utf-8")


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))


def cli(crm: Crm, *words: str) -> None:
    found = CliRunner().invoke(app, ["--db", str(crm.path), "--now", DAY, "export", *words])
    assert found.exit_code == 0, found.output


async def as_(pilot: Pilot[None], path: str, form: str) -> None:
    """Type a path and choose a format in the dialog, and export."""
    dialog = pilot.app.screen
    assert isinstance(dialog, ExportDialog)
    dialog.query_one(Input).value = ""
    await type_in(pilot, path)
    await press(pilot, "tab")
    while dialog.target.form != form:
        await press(pilot, "right")
    await press(pilot, "enter")


async def test_the_deals_in_sight_as_board_or_list(opened: Opener, crm_of: Crm, here: Path) -> None:
    async with opened((100, 30), "deals") as pilot:
        await press(pilot, "E")
        assert "Export 2 deals" in screen_text(pilot)
        assert "vcard" not in screen_text(pilot)
        await press(pilot, "enter")
        assert "Wrote 2 deals to" in screen_text(pilot)
        assert sorted(column(here / f"deals-{DAY}.csv", "title")) == ["Maintenance", "Website relaunch"]
        await press(pilot, "v", "/")
        await type_in(pilot, "amount>1000")
        await press(pilot, "enter", "E")
        await as_(pilot, "large", "json")
        assert [each["title"] for each in json.loads(content(here / "large.json"))] == ["Website relaunch"]
        cli(crm_of, "deals", "amount>1000", "-f", "json", "-o", "cli.json")
        assert content(here / "large.json") == content(here / "cli.json")
        await press(pilot, "escape", "/")
        await type_in(pilot, "nothing like it")
        await press(pilot, "enter", "E")
        assert not isinstance(pilot.app.screen, ExportDialog)


async def test_the_agenda_and_the_month(opened: Opener, crm_of: Crm, here: Path) -> None:
    crm_of.followups.complete(1)
    async with opened((100, 30), "followups") as pilot:
        await press(pilot, "E", "enter")
        titles = column(here / f"followups-{DAY}.csv", "title")
        assert titles[0] == "ask for payment"
        assert "send offer" not in titles
        await press(pilot, "c", "E")
        await as_(pilot, "all", "csv")
        assert "send offer" in column(here / "all.csv", "title")
        await press(pilot, "c", "E")
        await as_(pilot, "todo.ics", "ics")
        cli(crm_of, "followups", "status:open", "-f", "ics", "-o", "cli.ics")
        assert content(here / "todo.ics").count("BEGIN:VTODO") == len(titles)
        assert sorted(content(here / "todo.ics").splitlines()) == sorted(
            content(here / "cli.ics").splitlines()
        )
        await press(pilot, "E")
        await as_(pilot, "todo/", "ics")
        assert len(files(here / "todo")) == len(titles)
        await press(pilot, "v", "E")
        await as_(pilot, "month", "csv")
        assert column(here / "month.csv", "due_on") == sorted(column(here / "month.csv", "due_on"))
        assert all(day.startswith("2026-03") for day in column(here / "month.csv", "due_on"))


async def test_what_happened_with_a_person_and_in_a_deal(opened: Opener, crm_of: Crm, here: Path) -> None:
    async with opened((100, 30), "contacts") as pilot:
        crm_app(pilot).open_record("contacts", 1)
        await settle(pilot)
        await press(pilot, "E")
        assert "Export what happened with Anna Kowalska" in screen_text(pilot)
        await press(pilot, "enter")
        assert column(here / f"contact-1-{DAY}.csv", "summary") == [
            "asked for an offer",
            "sent the catalogue",
        ]
        await press(pilot, "E")
        await as_(pilot, "anna.ics", "ics")
        cli(crm_of, "interactions", "contact:1", "-f", "ics", "-o", "cli.ics")
        assert content(here / "anna.ics") == content(here / "cli.ics")
        await press(pilot, "escape")
        crm_app(pilot).open_record("deals", 1)
        await settle(pilot)
        await press(pilot, "E", "enter")
        assert column(here / f"deal-1-{DAY}.csv", "summary") == []
        await press(pilot, "escape")
        crm_app(pilot).open_record("companies", 1)
        await settle(pilot)
        await press(pilot, "E")
        assert not isinstance(pilot.app.screen, ExportDialog)


async def test_cards_in_both_versions_and_one_a_file(opened: Opener, crm_of: Crm, here: Path) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "4", "4", "E")
        await as_(pilot, "people", "vcard")
        cli(crm_of, "contacts", "-f", "vcard", "-o", "cli.vcf")
        assert content(here / "people.vcf") == content(here / "cli.vcf")
        assert "VERSION:4.0" in content(here / "people.vcf")
        await press(pilot, "E")
        await as_(pilot, "old.vcf", "vcard 3.0")
        assert content(here / "old.vcf").count("VERSION:3.0") == 10
        await press(pilot, "/")
        await type_in(pilot, "company:any")
        await press(pilot, "enter", "E")
        await as_(pilot, "cards/", "vcard")
        assert "3 written, 0 unchanged, 0 removed in" in screen_text(pilot)
        assert len(files(here / "cards")) == 3
        await press(pilot, "E")
        await as_(pilot, "cards/", "vcard")
        assert "0 written, 3 unchanged, 0 removed in" in screen_text(pilot)
        (here / "cards" / files(here / "cards")[0]).write_text("another's")
        await press(pilot, "E")
        await as_(pilot, "cards/", "vcard")
        assert "1 changed elsewhere left alone in" in screen_text(pilot)


async def test_a_journal_of_invoices(opened: Opener, crm_of: Crm, here: Path) -> None:
    for title in ("oil", "soap"):
        line = LineDraft(title, unit_price_minor=10_000)
        crm_of.payments.add(crm_of.invoices.add(lines=[line], contact_id=1).id)
    async with opened((100, 30), "invoices") as pilot:
        await press(pilot, "E")
        await as_(pilot, "books", "hledger")
        assert "Wrote 2 invoices to" in screen_text(pilot)
        cli(crm_of, "invoices", "-f", "hledger", "-o", "cli.journal")
        assert content(here / "books.journal") == content(here / "cli.journal")
        await press(pilot, "/")
        await type_in(pilot, "2026-002")
        await press(pilot, "enter", "E")
        await as_(pilot, "one", "beancount")
        assert "2026-001" not in content(here / "one.beancount")
        assert "2026-002" in content(here / "one.beancount")


def test_a_target_knows_endings_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    target = Target("a", "vcard", formats=("csv", "vcard"), endings={"vcard": "vcf"}, folders=("vcard",))
    assert target.file() == tmp_path / "a.vcf"
    assert not target.is_folder
    folder = Target("b/", "vcard", formats=("csv", "vcard"), endings={"vcard": "vcf"}, folders=("vcard",))
    assert folder.file() == tmp_path / "b"
    assert folder.is_folder


def test_every_kind_that_can_be_exported_has_its_words_and_formats() -> None:
    for kind in KINDS:
        assert export_write.count(2, kind)
        assert {"csv", "json", "jsonl"} <= set(formats_of(kind))
