"""Import: a column is given a field with a label, and records of JSON are told by their number."""

from __future__ import annotations

import json
from pathlib import Path

from crm_tui.domain import Crm
from crm_tui.screens.importing.frame import PLAN
from tests.tui.conftest import Opener, press, screen_text, settle, type_in
from tests.tui.test_import_screen import pick, row_of, screen


async def test_a_column_is_given_a_field_with_a_label(opened: Opener, tmp_path: Path, crm_of: Crm) -> None:
    path = tmp_path / "family.csv"
    path.write_text("Name,Since,Other\nRosa Diaz,2014-06-20,Somebody [/]\n", encoding="utf-8")
    async with opened((80, 24), start="import") as pilot:
        await pick(pilot, path)
        await press(pilot, "down", "enter")
        await type_in(pilot, "date")
        assert "days that matter" in screen_text(pilot)
        await type_in(pilot, ":customer [/] since")
        assert "dates:customer [/] sin… with this label" in screen_text(pilot)
        await press(pilot, "enter")
        assert "dates (customer [/] s" in row_of(pilot, "Since")
        await press(pilot, "down", "enter")
        await type_in(pilot, "relation:wife")
        await press(pilot, "enter")
        assert row_of(pilot, "Other").rstrip().endswith("relations (wife)")
        seen = screen(pilot).seen
        assert seen is not None
        assert seen.options.mapping == {"Since": "dates:customer [/] since", "Other": "relations:wife"}
        await press(pilot, "d")
        await settle(pilot)
        assert screen(pilot).step == PLAN
        assert "1 relation names nobody here" in screen_text(pilot)


async def test_records_on_one_line_are_told_by_their_number(
    opened: Opener, tmp_path: Path, crm_of: Crm
) -> None:
    records = [
        {"id": number, "created_at": "2026-03-02T09:30:00Z", "name": f"No {number}", "email": email}
        for number, email in ((901, "a@x.example"), (902, "nothing"))
    ]
    path = tmp_path / "people.json"
    path.write_text(json.dumps(records))
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, path)
        assert "record 2" in screen_text(pilot)
        await press(pilot, "d")
        await settle(pilot)
        assert "Record" in screen_text(pilot)
