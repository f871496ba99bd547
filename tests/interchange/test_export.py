"""Exports: every field, safe cells, files that appear whole; and that they come back in without a change."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, DatabaseError, UsageError
from crm_tui.interchange import csv_out, json_out
from crm_tui.interchange.saving import saved
from crm_tui.models import FieldType
from tests.conftest import NOW
from tests.everything import assert_sound, content
from tests.loading import Loader, counts

KINDS = ("companies", "contacts", "deals", "interactions", "followups")
HOSTILE = "=cmd|' /C calc'!A0\r\nsecond, \"line\"; \x1b]52;c;x\x07 \u202e"


def business(crm: Crm) -> None:
    """One of everything, in words that are hard to write down."""
    crm.fields.add("contacts", "shoe_size", FieldType.NUMBER)
    crm.fields.add("contacts", "vegan", FieldType.FLAG)
    crm.fields.add("deals", "size", FieldType.TEXT)
    acme = crm.companies.add(
        name="-Acme; GmbH", domain="acme.com", note=HOSTILE, emails=["i@acme.com"], tags=["a b"]
    )
    crm.companies.add(name="=Child", parent_id=acme.id)
    anna = crm.contacts.add(
        name="@Anna, \"x\"; y", company="-Acme; GmbH", emails=["a@example.com", "b@example.com"],
        phones=["+48 500 070 001", "1;2"], note=HOSTILE, tags=["vip"], custom={"shoe_size": "38", "vegan": "yes"},
        title="none", birthday="--02-29", cadence_days=30,
    )  # fmt: skip
    crm.contacts.add(name="Namesake")
    crm.contacts.add(name="Namesake", referred_by_id=anna.id)
    crm.contacts.archive(crm.contacts.add(name="'=Away").id)
    deal = crm.deals.add(
        "Website", contact_id=anna.id, amount_minor=120050, currency="EUR", custom={"size": "=1"}
    )
    crm.deals.add(
        "Website",
        contact_id=2,
        stage="Lost",
        lost_reason="-",
        lost_note=HOSTILE,
        amount_minor=5,
        currency="JPY",
    )
    crm.deals.add("+1", stage="Won", probability=None)
    crm.deals.update(deal.id, probability=33)
    crm.interactions.add("call", [2, 3], HOSTILE, body=HOSTILE, duration_minutes=5, deal_id=deal.id)
    crm.interactions.add("note", [anna.id], "n/a", direction="in")
    crm.followups.add(
        "Pay", NOW.date(), due_time="08:00", contact_id=2, repeat="every month", repeat_from="done"
    )
    crm.followups.complete(1)
    crm.followups.add(HOSTILE, NOW.date(), deal_id=deal.id, priority="high")
    crm.followups.cancel(3)


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_changes_nothing_when_it_comes_back(load: Loader, kind: str) -> None:
    business(load.crm)
    before, operations = content(load.crm), len(load.crm.history())
    text = load.export(kind)
    summary = load(kind, text)
    assert counts(summary) == (0, 0, summary.rows, 0, 0)
    assert (summary.rows, summary.operation, summary.notices) == (text.count("\n") and summary.rows, None, [])
    assert content(load.crm) == before
    assert len(load.crm.history()) == operations


def test_what_was_put_away_is_exported_only_when_asked(load: Loader) -> None:
    business(load.crm)
    assert "Away" not in load.export("contacts")
    every = io.StringIO(newline="")
    csv_out.write(
        load.crm.contacts.iterate("archived_at:any"), csv_out.columns_of(load.crm, "contacts"), every
    )
    assert "''=Away" in every.getvalue()
    assert counts(load("contacts", every.getvalue())) == (0, 0, 1, 0, 0)


def test_every_field_is_a_column(load: Loader) -> None:
    business(load.crm)
    header = load.export("contacts").split("\n")[0].split(",")
    assert header[-3:] == ["archived_at", "shoe_size", "vegan"]
    row = next(csv.DictReader(io.StringIO(load.export("contacts"), newline="")))
    assert (row["name"], row["shoe_size"], row["vegan"]) == ('\'@Anna, "x"; y', "38", "yes")
    assert (row["emails"], row["phones"], row["note"]) == (
        "a@example.com;b@example.com",
        "+48 500 070 001;1;2",
        f"'{HOSTILE}",
    )
    assert load.export("interactions").split("\n")[0].split(",")[7:10] == ["contacts", "contact_ids", "deal"]


def test_of_an_edited_export_only_the_edited_cells_count(load: Loader) -> None:
    business(load.crm)
    text = load.export("contacts").replace("Namesake", "Namesake the first", 1)
    assert counts(load("contacts", text)) == (0, 1, 2, 0, 0)
    assert load.changes() == [("name", "Namesake", "Namesake the first")]
    assert [each.name for each in load.crm.contacts.list(sort="id")][1:] == ["Namesake the first", "Namesake"]
    text = load.export("deals").replace(",Lead,", ",Proposal,", 1)
    assert counts(load("deals", text)) == (0, 1, 2, 0, 0)
    assert load.changes() == [("stage", "Lead", "Proposal")]
    assert load.crm.deals.get(1).probability == 33
    text = load.export("deals").replace("1200.50,EUR", "1300,EUR")
    assert counts(load("deals", text)) == (0, 1, 2, 0, 0)
    assert load.changes() == [("amount", "1200.50", "1300.00")]
    text = load.export("followups").replace(",high,", ",low,")
    assert counts(load("followups", text)) == (0, 1, 2, 0, 0)
    assert load.changes() == [("priority", "high", "low")]
    text = load.export("interactions").replace("n/a", "thought")
    assert counts(load("interactions", text)) == (0, 1, 1, 0, 0)
    text = load.export("companies").replace('"acme.com"', '"acme.org"', 1)
    assert counts(load("companies", text)) == (0, 1, 1, 0, 0)
    assert_sound(load.crm)
    assert all(counts(load(kind, load.export(kind)))[1] == 0 for kind in KINDS)


def test_an_edited_cell_that_cannot_be_is_a_rejected_row(load: Loader, tmp_path: Path) -> None:
    business(load.crm)
    text = load.export("deals").replace("1200.50,EUR", "much,EUR")
    bad = tmp_path / "bad.csv"
    assert counts(load("deals", text, rejects=bad)) == (0, 0, 2, 0, 1)
    # whole, and still known as an export
    assert counts(load("deals", bad.read_bytes().decode().replace("much", "1200.50"))) == (0, 0, 1, 0, 0)


def test_the_last_of_several_rows_of_one_record_counts(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", title="Buyer")
    header, row, _ = load.export("contacts").split("\n")
    text = f"{header}\n{row.replace('Buyer', 'Owner')}\n{row}\n"
    assert counts(load("contacts", text)) == (0, 0, 2, 0, 0)
    assert load.crm.contacts.get(1).title == "Buyer"
    text = f"{header}\n{row}\n{row.replace('Buyer', 'Owner')}\n"
    load("contacts", text)
    assert load.crm.contacts.get(1).title == "Owner"
    assert counts(load("contacts", text)) == (0, 0, 2, 0, 0)


def test_tags_and_defaults_still_reach_untouched_rows(load: Loader) -> None:
    load.crm.contacts.add(name="Anna")
    load.crm.deals.add("A")
    assert counts(load("contacts", load.export("contacts"), tags=["x"])) == (0, 1, 0, 0, 0)
    assert counts(load("deals", load.export("deals"), defaults={"source": "fair"})) == (0, 1, 0, 0, 0)
    assert counts(load("deals", load.export("deals"), mapping={"source": "lost_reason"})) == (0, 0, 1, 0, 0)


def test_an_export_goes_into_another_base_and_is_known_there(load: Loader, tmp_path: Path) -> None:
    business(load.crm)
    with Crm.open(tmp_path / "other.db", now="2026-03-02 11:00") as other:
        for field in load.crm.fields.list():
            other.fields.add(field.entity, field.key, field.type)
        # ids of its own that mean other records
        other.contacts.add(name="Somebody else")
        other.deals.add("Another deal")
        there = Loader(other, tmp_path)
        for kind in KINDS:
            text = load.export(kind)
            first = there(kind, text)
            assert (first.rejected, first.created) == (0, first.rows), (
                kind,
                [(o.line, o.verdict, o.name, o.id) for o in there.outcomes],
            )
            again = there(kind, text)
            assert counts(again) == (0, 0, again.rows, 0, 0), (kind, there.changes())
        assert_sound(other)
        # what came from elsewhere is at home here too
        for kind in KINDS:
            again = there(kind, there.export(kind))
            assert counts(again) == (0, 0, again.rows, 0, 0), (kind, there.changes())
        assert other.contacts.get(1).name == "Somebody else"
        call = other.interactions.list("kind:call")[0]
        assert [other.contacts.get(each).referred_by_id for each in call.contact_ids] == [None, None]
        assert (call.contacts, len(set(call.contact_ids)), call.deal) == (
            ("Namesake", "Namesake"),
            2,
            "Website",
        )
        assert other.deals.get(call.deal_id or 0).contact == '@Anna, "x"; y'
        assert other.deals.list("probability:33")[0].custom == {"size": "=1"}


def test_a_record_with_the_same_id_in_another_base_is_another_one(load: Loader, tmp_path: Path) -> None:
    with (
        Crm.open(tmp_path / "b.db", now="2025-01-01 10:00") as second,
        Crm.open(tmp_path / "c.db", now="2025-01-02 10:00") as third,
    ):
        second.contacts.add(name="Anna")
        third.contacts.add(name="Bob")
        assert counts(load("contacts", Loader(second, tmp_path).export("contacts"))) == (1, 0, 0, 0, 0)
        assert counts(load("contacts", Loader(third, tmp_path).export("contacts"))) == (1, 0, 0, 0, 0)
    assert [each.name for each in load.crm.contacts.list(sort="id")] == ["Anna", "Bob"]


def test_from_crm_is_told_or_recognised(load: Loader) -> None:
    load.crm.contacts.add(name="Anna")
    short = "id,name,created_at\n1,Annette,2026-03-02T09:30:00Z\n"
    assert counts(load("contacts", short, own=True)) == (0, 1, 0, 0, 0)
    with pytest.raises(UsageError, match="is no export of this program: it has no column created_at"):
        load("contacts", "id,name\n1,Anna\n", own=True)
    # a file that only happens to have ids is none
    assert counts(load("contacts", short)) == (1, 0, 0, 0, 0)
    assert counts(load("contacts", load.export("contacts"), own=False))[3:] == (0, 0)


def test_json_and_json_lines(load: Loader) -> None:
    business(load.crm)
    columns = csv_out.columns_of(load.crm, "contacts", nested=True)
    file = io.StringIO()
    assert json_out.write(load.crm.contacts.iterate(), columns, file) == 3
    first = json.loads(file.getvalue())[0]
    assert (first["custom"], first["emails"]) == (
        {"shoe_size": 38, "vegan": True},
        ["a@example.com", "b@example.com"],
    )
    lines = io.StringIO()
    assert json_out.write_lines(load.crm.contacts.iterate(), columns, lines) == 3
    assert [json.loads(line) for line in lines.getvalue().splitlines()] == json.loads(file.getvalue())
    empty = io.StringIO()
    assert json_out.write([], columns, empty) == 0
    assert json.loads(empty.getvalue()) == []


def test_a_file_appears_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with saved(path) as file:
        file.write("ə\r\n")
        assert not path.exists()
    assert path.read_bytes() == "ə\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConflictError, match=r"out\.csv exists already"), saved(path) as file:
        file.write("never")
    with saved(path, replace=True) as file:
        file.write("new")
    assert path.read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_nothing_is_left_of_a_file_that_failed(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(ZeroDivisionError), saved(path) as file:
        file.write(str(1 // 0))
    assert list(tmp_path.iterdir()) == []
    with (
        pytest.raises(DatabaseError, match="cannot be written: No such file"),
        saved(tmp_path / "none" / "x.csv"),
    ):
        pass


def test_somebody_else_was_quicker(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(ConflictError), saved(path):
        path.write_text("theirs")
    assert path.read_text() == "theirs"
