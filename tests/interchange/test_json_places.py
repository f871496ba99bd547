"""What is said of a record in JSON names its own place: its line, or its number where records share a line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from crm_tui.domain.loading.drafts import OnMatch, Verdict
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.importer import load as load_file
from crm_tui.interchange.json_in import LONGEST_CELL
from crm_tui.interchange.options import Options
from crm_tui.interchange.preview import first_cells, first_rows
from crm_tui.interchange.table import look
from tests.loading import Loader, counts

PEOPLE = [
    {"id": 1, "created_at": "x", "name": "Anna\nsecond line\r\nthird", "email": "a@x.example"},
    {"id": 2, "created_at": "x", "name": "Bob", "email": "no address"},
    {"id": 3, "created_at": "x", "name": "Carl", "email": "c@x.example", "referred_by": "Nobody"},
]  # fmt: skip
LAID_OUT = {
    "lines": ("\n\n".join(json.dumps(each) for each in PEOPLE), [1, 3, 5], "line"),
    "a record a line": ("[\n" + ",\n".join(json.dumps(each) for each in PEOPLE) + "\n]\n", [2, 3, 4], "line"),
    "indented": (json.dumps(PEOPLE, indent=2), [2, 8, 14], "line"),
    "one line": (json.dumps(PEOPLE), [1, 2, 3], "record"),
    "two on a line": (json.dumps(PEOPLE).replace('}, {"id": 3', '},\n{"id": 3'), [1, 2, 3], "record"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "places", "word"), LAID_OUT.values(), ids=LAID_OUT.keys())
def test_rows_are_told_by_their_own_place(
    load: Loader, tmp_path: Path, text: str, places: list[int], word: str
) -> None:
    path, rejects = tmp_path / "people.json", tmp_path / "bad.csv"
    path.write_text(text.replace('"x"', '"2026-03-02T09:30:00Z"'))
    summary = load.file("contacts", path, rejects=rejects)
    assert counts(summary) == (2, 0, 0, 0, 1)
    assert [each.line for each in sorted(load.outcomes)] == places
    assert [(each.line, each.column) for each in summary.first_rejects] == [(places[1], "email")]
    assert summary.place == word
    assert summary.notices[0].startswith(f"{word} {places[2]}: referred_by is left as it was: ")
    with rejects.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["reject_line"]) == ("Bob", str(places[1]))
    with pytest.raises(
        InvalidDataError, match=f'rows cannot be taken; the first is {word} {places[1]}, column "email"'
    ):
        load.file("contacts", path, strict=True)
    with pytest.raises(
        ConflictError, match=f"{word.capitalize()} {places[0]}: Anna second line third is there already"
    ):
        load.file("contacts", path, on_match=OnMatch.FAIL)
    columns = Columns(look(path), Options(), load.crm.clock)
    assert [each.line for each in first_rows(load.crm, columns, {}, first_cells(columns.table, 9))] == places


def test_a_record_that_is_blank_has_its_place_too(load: Loader, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    blank: dict[str, Any] = {"id": None, "created_at": None, "name": None}
    records = [blank, {**PEOPLE[1], "created_at": "2026-03-02T09:30:00Z"}]
    path.write_text("\n".join(map(json.dumps, records)))
    load.file("contacts", path)
    assert load.reasons() == [(2, "email", '"no" is no e-mail address')]


def test_the_rows_of_an_invoice_are_where_it_is(load: Loader, tmp_path: Path) -> None:
    lines = [
        {"description": "A", "quantity": "1", "unit_price": "5"},
        {"description": "B", "quantity": "one"},
    ]
    stamp = "2026-03-02T09:30:00Z"
    invoice = {"created_at": stamp, "currency": "EUR", "issued_on": "2026-03-01"}
    records = [
        {"id": 1, "number": "A1", **invoice, "lines": lines},
        {"id": 2, "number": "A2", **invoice, "lines": lines[:1]},
    ]
    path, rejects = tmp_path / "invoices.json", tmp_path / "bad.csv"
    path.write_text("[\n" + ",\n".join(map(json.dumps, records)) + "\n]\n")
    load.file("invoices", path, rejects=rejects)
    assert load.reasons() == [
        (2, "", "line 2 of the same invoice cannot be taken"), (2, "quantity", '"one" is no quantity'),
    ]  # fmt: skip
    assert [each.line for each in load.outcomes if each.verdict is Verdict.NEW] == [3]
    with rejects.open(newline="") as file:
        assert [(row["description"], row["reject_line"]) for row in csv.DictReader(file)] == [
            ("A", "2"),
            ("B", "2"),
        ]


def test_in_a_second_process_too(load: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.interchange.background.WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    path = tmp_path / "people.json"
    # what is held against the records it was written from is read in one
    path.write_text(json.dumps(PEOPLE).replace('"x"', '"2026-03-02T09:30:00Z"'))
    told: list[Any] = []
    summary = load_file(load.crm, path, Options(own=False), rejects=tmp_path / "bad.csv", report=told.append)
    assert counts(summary) == (2, 0, 0, 0, 1)
    assert (summary.place, [each.line for each in summary.first_rejects]) == ("record", [2])
    assert "Bob" in (tmp_path / "bad.csv").read_text()


def test_what_is_said_in_a_row_stays_as_it_is(load: Loader, tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps([{**PEOPLE[1], "email": "line 2: x", "created_at": "2026-03-02T09:30:00Z"}]))
    load.file("contacts", path)
    assert load.reasons() == [(1, "email", '"line" is no e-mail address')]


def test_a_cell_that_no_table_holds(load: Loader, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text(json.dumps({**PEOPLE[1], "note": "x" * (LONGEST_CELL + 1)}))
    with pytest.raises(InvalidDataError, match=r'people\.jsonl, record 1: its "note" is too long'):
        load.file("contacts", path)
