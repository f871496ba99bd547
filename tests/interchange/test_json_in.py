"""The program's own JSON and JSON lines come back as its CSV does; any other JSON, and damaged ones, are refused."""

from __future__ import annotations

import gc
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import CrmError, InvalidDataError, UsageError
from crm_tui.interchange.dump_file import save
from crm_tui.interchange.export_formats import chosen
from crm_tui.interchange.json_in import copied
from crm_tui.interchange.kinds import guess
from crm_tui.interchange.table import glance, look
from crm_tui.models import FieldType
from tests.conftest import NOW
from tests.everything import assert_sound, content
from tests.loading import Loader, counts

KINDS = ("companies", "contacts", "deals", "products", "invoices", "payments", "interactions", "followups")
HOSTILE = "=cmd|' /C calc'!A0\r\nsecond, \"line\"; \x1b]52;c;x\x07 \u202e \u2028 \x00"
ONE = '{"id": 1, "created_at": "2026-03-02T09:30:00Z", "name": "Anna"}'


@pytest.fixture(autouse=True)
def _nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever happens, no copy is left behind."""
    folder = tmp_path / "private"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    # an error that was caught holds what it passed through
    gc.collect()
    assert [*folder.iterdir()] == []


def business(crm: Crm) -> None:
    """One of everything."""
    crm.fields.add("contacts", "shoe_size", FieldType.NUMBER)
    crm.fields.add("contacts", "vegan", FieldType.FLAG)
    crm.fields.add("deals", "size", FieldType.TEXT)
    acme = crm.companies.add(
        name="-Acme; GmbH", domain="acme.com", note="=1", emails=["i@acme.com"], tags=["a b"]
    )
    crm.companies.add(name="=Child", parent_id=acme.id)
    anna = crm.contacts.add(
        name="@Anna, \"x\"; y", company="-Acme; GmbH", emails=["a@example.com", "b@example.com"],
        phones=["+48 500 070 001", "1;2"], note="a\r\nb, \"c\"\n", tags=["vip"], birthday="--02-29", cadence_days=30,
    )  # fmt: skip
    crm.contacts.add(name="Namesake", custom={"shoe_size": "38.5", "vegan": "yes"})
    crm.contacts.add(name="Namesake", referred_by_id=anna.id)
    deal = crm.deals.add(
        "Site", contact_id=anna.id, amount_minor=120050, currency="EUR", custom={"size": "=1"}
    )
    crm.deals.add("Site", contact_id=2, stage="Lost", lost_reason="-", amount_minor=5, currency="JPY")
    crm.products.add("Widget", sku="W-1", price_minor=1250, currency="EUR", warranty_months=12)
    crm.products.add("Gadget")
    paid = crm.invoices.add(
        lines=[
            LineDraft("Widget", "2", 1250, 1, tax_percent="19"),
            LineDraft("=work", "1.5", 333, None, "7.5"),
        ],
        number="A1", contact_id=anna.id,
    )  # fmt: skip
    crm.invoices.add(lines=[LineDraft("Talk", "1", 800)], number="A2", contact_id=2)
    crm.payments.add(paid.id, 500, method="cash", reference="+1")
    crm.interactions.add("call", [2, 3], "Talk\nlong", body="-b", duration_minutes=5, deal_id=deal.id)
    crm.followups.add(
        "Pay", NOW.date(), due_time="08:00", contact_id=2, repeat="every month", repeat_from="done"
    )
    crm.followups.complete(1)


def export(crm: Crm, kind: str, form: str, folder: Path) -> Path:
    """What ``crm export`` writes."""
    path = folder / f"{kind}.{form}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = chosen(form, kind)
        writer.write(crm, kind, writer.rows(crm, kind, None), file)
    return path


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_every_export_changes_nothing_when_it_comes_back(load: Loader, tmp_path: Path, form: str) -> None:
    business(load.crm)
    before = content(load.crm)
    for kind in KINDS:
        path = export(load.crm, kind, form, tmp_path)
        table = look(path)
        assert guess(table.header) == kind
        # the very cells of the CSV, but for custom fields that no record has
        other = look(export(load.crm, kind, "csv", tmp_path))
        assert {*table.header} == {*other.header}
        rows = [dict(zip(table.header, cells, strict=False)) for _, cells in table.numbered()]
        wanted = [dict(zip(other.header, cells, strict=True)) for _, cells in other.numbered()]
        assert [{name: row.get(name, "") for name in other.header} for row in rows] == wanted
        assert wanted
        summary = load.file(kind, path)
        assert counts(summary) == (0, 0, len(wanted), 0, 0), (kind, load.reasons(), load.changes())
        notices = ["3 rows are 2 invoices."] if kind == "invoices" else []
        assert (summary.operation, summary.notices) == (None, notices)
        del table
    assert content(load.crm) == before


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_in_another_base_it_is_what_the_csv_is(load: Loader, tmp_path: Path, form: str) -> None:
    business(load.crm)
    found = []
    for each in ("csv", form):
        with Crm.open(tmp_path / f"{each}.db", now="2026-03-02 11:00") as other:
            for field in load.crm.fields.list():
                other.fields.add(field.entity, field.key, field.type)
            other.contacts.add(name="Somebody else")
            there = Loader(other, tmp_path)
            for kind in KINDS:
                first = there.file(kind, path := export(load.crm, kind, each, tmp_path))
                assert (first.rejected, first.created) == (0, first.rows), (kind, there.reasons())
                again = there.file(kind, path)
                assert counts(again) == (0, 0, again.rows, 0, 0), (kind, there.changes())
            assert_sound(other)
            found.append({kind: export(other, kind, "json", tmp_path).read_text() for kind in KINDS})
    assert found[0] == found[1]


def test_of_an_edited_export_only_the_edited_fields_count(load: Loader, tmp_path: Path) -> None:
    load.crm.contacts.add(name="Anna", note="=1", tags=["x"])
    load.crm.contacts.add(name="Bob")
    path = export(load.crm, "contacts", "json", tmp_path)
    # as another program lays it out, behind a mark
    records = json.loads(path.read_text())
    records[0]["title"] = "Owner"
    path.write_text(json.dumps(records, indent=2), encoding="utf-8-sig")
    assert counts(load.file("contacts", path)) == (0, 1, 1, 0, 0)
    assert load.changes() == [("title", "", "Owner")]


def test_hostile_text_and_long_records_are_only_text(load: Loader, tmp_path: Path) -> None:
    records = [
        {
            "id": number,
            "created_at": "2026-03-02T09:30:00Z",
            "name": HOSTILE * times,
            "x": [HOSTILE, None, True],
        }
        for number, times in ((7, 1), (8, 5000), (9, 2))
    ]
    path = tmp_path / "x.json"
    for text in (json.dumps(records), "\n\n".join(json.dumps(each) for each in records)):
        path.write_text(text)
        rows = [cells for _, cells in look(path).numbered()]
        assert [row[:2] for row in rows] == [[str(number), "2026-03-02T09:30:00Z"] for number in (7, 8, 9)]
        assert [len(row[2]) for row in rows] == [len(HOSTILE) * times + 1 for times in (1, 5000, 2)]
        assert rows[0][2:] == [f"'{HOSTILE}", f"'{HOSTILE};;yes"]


def test_an_invoice_without_lines_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"id": 1, "created_at": "x", "number": "7", "lines": [], "payments": [{"id": 1}]}')
    table = look(path)
    assert (table.header, next(table.numbered())[1]) == (
        ("id", "created_at", "number", "line"),
        ["1", "x", "7", "0"],
    )


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"[{ONE},\n{ONE[:30]}", "record 2: it is no whole JSON"),
        (f"[{ONE}\n", 'record 2: the file ends where "]" has to be'),
        (f"[{ONE}, ]", "record 2: it is no object"),
        (f"[{ONE}] x", "record 2: something stands behind the end of the list"),
        (f"{ONE}\n{ONE} {ONE}\n", "record 2: something stands behind it in its line"),
        (f"{ONE}\n{ONE[:-1]}", "record 2: it is no whole JSON"),
        (f"{ONE}\n[1]\n", "record 2: it is no object"),
        (f'{ONE}\n{{"id": 2}}\n', 'record 2: it has no "created_at"'),
        (ONE[:-1] + ', "name": "B"}', 'record 1: it has "name" twice'),
        (ONE[:-1] + f', "x": {DEEP}', "record 1: it is nested too deep"),
        (ONE[:-1] + ', "x": [[1]]}', 'record 1: its "x" holds more than a list of values'),
        (ONE[:-1] + ', "custom": {"y": {}}}', 'record 1: its "y" holds more than a list of values'),
        (ONE[:-1] + ', "lines": [1]}', "record 1: a line of it is no object"),
        (ONE[:-1] + f', "x": {"9" * 5000}}}', "record 1: it holds a number that is too long"),
        (ONE[:-1] + ', "x": 1e999}', "record 1: 1e999 is too large"),
        (ONE[:-1] + ', "x": NaN}', "record 1: NaN is no number"),
        (ONE[:-1] + ', "x": "\\ud800"}', "record 1: it holds half a character"),
        (ONE[:-1] + ', "\\ud800": "x"}', "record 1: it holds half a character"),
        (
            ONE[:-1] + "".join(f', "x{number}": 1' for number in range(2000)) + "}",
            "record 1: there are more than 2,000 fields up to it",
        ),
    ],
)  # fmt: skip
def test_a_damaged_export_is_refused(load: Loader, tmp_path: Path, text: str, words: str) -> None:
    before = content(load.crm)
    path = tmp_path / "people.json"
    path.write_text(text)
    with pytest.raises(InvalidDataError) as caught:
        load.file("contacts", path)
    assert caught.value.message.startswith(f"people.json, {words}")
    assert caught.value.exit_code == 5
    assert content(load.crm) == before


def test_what_is_no_utf8_is_refused(load: Loader, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(f"{ONE}\n".encode() * 2000 + ONE.replace("Anna", "Jörg").encode("latin-1"))
    with pytest.raises(InvalidDataError, match=r"^people.jsonl is not UTF-8, as JSON is\."):
        load.file("contacts", path)


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "Anna"}]',
        '{"name": "Anna"}\n',
        '{\n "id": 1\n}',
        '[{"id": 1}]',
        '{"id": 1, "created',
        '[["id"]]',
    ],
)
def test_any_other_json_is_refused_as_ever(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    for seen in (look, glance):
        with pytest.raises(InvalidDataError, match=r"^x.json is no table: it is JSON\."):
            seen(path)


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_of_nothing_says_so(load: Loader, tmp_path: Path, kind: str) -> None:
    for form, words in (("json", "holds no records"), ("jsonl", "is empty")):
        with pytest.raises(InvalidDataError, match=rf"^{kind}\.{form} {words}\."):
            load.file(kind, export(load.crm, kind, form, tmp_path))


def test_a_dump_is_no_export(load: Loader, tmp_path: Path) -> None:
    load.crm.contacts.add(name="Anna")
    save(load.crm, path := tmp_path / "dump.jsonl")
    with pytest.raises(InvalidDataError, match="is no table: it is JSON"):
        load.file("contacts", path)


def test_an_encoding_or_a_delimiter_means_nothing(load: Loader, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(ONE)
    for encoding in ("cp1251", "nonsense"):
        with pytest.raises(UsageError, match=r"x\.json is JSON, which is not read with --encoding"):
            load.file("contacts", path, encoding=encoding)
    with pytest.raises(UsageError, match=r"x\.json is JSON, which is not read with --delimiter"):
        load.file("contacts", path, delimiter=";")
    assert load.file("contacts", path, encoding="UTF8").created == 1


def test_the_copy_is_private_shared_and_gone(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(ONE)
    copy = copied(path, None, None)
    assert copy is not None
    assert copied(path, None, None) is copy
    assert (copy.path.stat().st_mode & 0o777, copy.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert copy.path.read_text() == "id,created_at,name\n1,2026-03-02T09:30:00Z,Anna\n"
    where = copy.path
    path.write_text(ONE.replace("Anna", "Anna B"))
    other = copied(path, None, None)
    assert other is not None
    assert "Anna B" in other.path.read_text()
    del copy
    assert not where.parent.exists()


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    class StopError(CrmError):
        pass

    def stop() -> None:
        raise StopError("Stopped.", "")

    path = tmp_path / "x.jsonl"
    path.write_text(f"{ONE}\n" * 2001)
    with pytest.raises(StopError):
        copied(path, None, None, stop)


def test_a_long_list_is_read_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    # records that end within, at and behind the pieces that are read
    records = [
        {"id": number, "created_at": "x", "name": "ä" * (number * 37 % 9001)} for number in range(1, 400)
    ]
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    rows = [cells for _, cells in look(path).numbered()]
    assert rows == [[str(each["id"]), "x", each["name"]] for each in records]
