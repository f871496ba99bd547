"""Import: a file of another program is known by its header, shown as such, and read with its preset."""

from __future__ import annotations

from pathlib import Path

from crm_tui.screens.importing.frame import COLUMNS, PLAN
from tests.interchange.test_presets import LINKEDIN
from tests.tui.conftest import Opener, press, screen_text, settle
from tests.tui.test_import_screen import pick, screen


async def test_a_preset_is_named_and_reads_the_file(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "Connections.csv"
    path.write_text(LINKEDIN, encoding="utf-8", newline="")
    async with opened((120, 40), start="import") as pilot:
        await pick(pilot, path)
        await settle(pilot)
        shown = screen(pilot)
        assert shown.step == COLUMNS
        assert "LinkedIn export of connections" in screen_text(pilot)
        assert "urls (linkedin)" in screen_text(pilot)
        # other rows are read without it
        seen = shown.seen
        assert seen is not None
        assert seen.options.of_kind("deals").title == ""
        await press(pilot, "d")
        await settle(pilot)
        assert shown.step == PLAN
        assert "Ada Brink" in screen_text(pilot)


async def test_a_report_is_told_before_its_columns_are_chosen(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "pivot.csv"
    path.write_text("Sales 2026,,\n,Q1,Q2\nNorth,1,2\nSouth,3,4\n", encoding="utf-8")
    async with opened((120, 40), start="import") as pilot:
        await pick(pilot, path)
        await settle(pilot)
        told = '! pivot.csv is a report, no list of records: line 1 is a title ("Sales 2026").'
        assert told in screen_text(pilot)
        # what its columns hold does not make it a list
        await press(pilot, "enter", *"name", "enter")
        await settle(pilot)
        assert screen(pilot).step == COLUMNS
        assert told in screen_text(pilot)
        # and the file that is chosen next is none
        path.write_text("Name,Email\nAda,ada@example.com\n", encoding="utf-8")
        await press(pilot, "escape")
        await pick(pilot, path)
        await settle(pilot)
        assert "is a report" not in screen_text(pilot)
