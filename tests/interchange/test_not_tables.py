"""What cannot be imported as a table is refused with a reason; what only looks odd is read."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.formats import told
from crm_tui.interchange.importer import load
from crm_tui.interchange.options import Options
from crm_tui.interchange.reports import refuse_reports
from crm_tui.interchange.table import look
from tests.loading import counts

MESSAGE = b"Received: by x\r\nFrom: Anna <a@example.com>\r\nTo: b@example.com\r\nSubject: Hi\r\n\r\nText\r\n"


def reason(path: Path, text: str) -> str:
    """Why a table is refused, "" when it is not."""
    file = path / "file.csv"
    file.write_text(text, encoding="utf-8", newline="")
    try:
        refuse_reports(look(file))
    except InvalidDataError as error:
        return error.message.removeprefix("file.csv is a report, no list of records: ")
    return ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Sales by region 2026,,,\n,Q1,Q2,Total\nNorth,100,200,300\nSouth,50,70,120\nGrand Total,150,270,420\n",
            'line 1 is a title ("Sales by region 2026").',
        ),
        ("Quarterly report\n\nName,Amount\nAnna,1\nBob,2\n", 'line 1 is a title ("Quarterly report").'),
        (
            "Stage,Count,Amount\nLead,3,1200\nWon,2,900\nTotal,5,2100\n",
            'line 4 sums up the lines above it ("Total").',
        ),
        (
            "Kunde;Betrag\nAnna;1.200,50 €\nBert;800,25 €\nSumme;2.000,75 €\n",
            'line 4 sums up the lines above it ("Summe").',
        ),
        (
            'Клиент,Сумма\nАнна,"1 200,50"\nБорис,"800,25"\nИтого,"2 000,75"\n',
            'line 4 sums up the lines above it ("Итого").',
        ),
        (
            "name,amount\nAnna,(5.00)\nBob,20.00\nTotal: 2 records,15.00\n",
            'line 4 sums up the lines above it ("Total: 2 records").',
        ),
        (
            "name,email\nAnna,a@x.example\nBob,b@x.example\nTotal: 2,\n",
            'line 4 sums up the lines above it ("Total: 2").',
        ),
        ("name,sum\nA,1\nGrand total,9\n", 'line 3 sums up the lines above it ("Grand total").'),
        (
            "name,2025,,2026,,\nAnna,1,2,3,4,5\nBob,1,2,3,4,5\n",
            "its header names 3 of 6 columns, as where cells are merged.",
        ),
        (
            "name,a\nAnna,1,2\nBob,1,2,3\nCarl,1,2,3,4\nDora,1\nEva,1,2\n",
            "4 of its first 5 rows have more cells than the header, 2.",
        ),
    ],
)
def test_a_report_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert reason(tmp_path, text) == words


@pytest.mark.parametrize(
    "text",
    [
        "name,email\nAnna,a@x.example\nTotal,info@total.example\n",
        "name,amount\nAnna,100\nBob,200\nTotal,50\n",
        "title,amount,currency\nTotal,300,EUR\nOther,300,EUR\n",
        "name\nAnna\nTotal\n",
        "name,phone\nAnna,+48500070001\nBob,+48500070002\nTotal Energy,+48500070003\n",
        "name\nSum\nTotal\n",
        "name\nAnna,x\nBob,y\n",
        "name,,phone,\nAnna,,1,\nBob,,2,\n",
        "name,a\nAnna,1,2\nBob,1\n",
        "name,visits\nAnna,3\nBob,0\nTotal,0\n",
        'name,note\nAnna,"Total: 2"\nBob,\n',
        "Sum 41,amount\nA,1\n",
    ],
)
def test_a_table_with_odd_names_is_none(tmp_path: Path, text: str) -> None:
    assert reason(tmp_path, text) == ""


def test_a_report_of_many_lines_is_known_by_its_end(tmp_path: Path) -> None:
    rows = "".join(f'"Customer {n}",{n}\n' for n in range(2000))
    assert reason(tmp_path, f"name,amount\n{rows}Total,{sum(range(2000))}\n") == (
        'line 2002 sums up the lines above it ("Total").'
    )
    assert reason(tmp_path, f"name,amount\n{rows}Total,7\n") == ""


def test_it_is_refused_before_anything_is_imported_unless_it_is_to_be_read(crm: Crm, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("name,visits\nAnna,3\nBob,2\nTotal,5\n", encoding="utf-8")
    with pytest.raises(InvalidDataError, match="is a report") as caught:
        load(crm, path, Options())
    assert "--from csv" in caught.value.hint
    assert not crm.contacts.count()
    assert counts(load(crm, path, Options(own=False))) == (3, 0, 0, 0, 0)


def _workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_workbook(), "is no text: it is a workbook"),
        (b"%PDF-1.7\n...", "is no text: it is a PDF"),
        (gzip.compress(b"name\nAnna\n"), "is no text: it is compressed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "is no text: it is a workbook or a document"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "is no text: it is a database"),
        (b"<!DOCTYPE html>\n<html><body>", "is no table: it is a web page"),
        (b"\n  <table><tr><td>name</td></tr></table>", "is no table: it is a web page"),
        (b'<?xml version="1.0"?>\n<a/>', "is no table: it is XML"),
        (b'[{"name": "Anna"}]', "is no table: it is JSON"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)), "is no text"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nEND:VCARD\r\n", "is no table"),
    ],
    ids=["xlsx", "pdf", "gzip", "ole", "sqlite", "html", "table", "xml", "json", "elf", "vcard"],
)
def test_another_format_is_named(crm: Crm, tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    with pytest.raises(InvalidDataError, match=words):
        load(crm, path, Options())


def test_of_json_it_is_said_what_comes_back_in(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text('{"crm_dump":{"format":1,"schema":3}}\n', encoding="utf-8")
    with pytest.raises(InvalidDataError) as caught:
        look(path)
    assert "crm load" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.csv", b"name,email\nAnna,\n", "table"),
        ("a.csv", b"From,To\nAnna,Bob\n", "table"),
        ("a.csv", b"From Anna,To 10:30\nAnna,Bob\n", "table"),
        ("a.csv", b"date: x,from: y\n1,2\n", "table"),
        ("a.txt", b"\xef\xbb\xbf\r\nbegin:vcard\r\n", "vcard"),
        ("a", "BEGIN:VCARD\r\n".encode("utf-16"), "vcard"),
        ("a.csv", b"BEGIN:VCALENDAR\r\n", "ics"),
        ("a", b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\nFrom: a\nTo: b\n\nx\n", "mbox"),
        ("a", MESSAGE, "mbox"),
        ("a.eml", b"X: 1\n\nx", "mbox"),
        ("a.mbox", b"", "mbox"),
        ("a.vcf", b"", "vcard"),
        ("a.ics", b"junk", "ics"),
        ("a.vcf", b"PK\x03\x04", "table"),
    ],
)
def test_what_a_file_is(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert told(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("inside", "kind"),
    [("cur/", "maildir"), ("new/", "maildir"), ("mbox", "mbox"), ("a.vcf", "vcard"), ("a.ics", "ics")],
)
def test_what_a_folder_is(tmp_path: Path, inside: str, kind: str) -> None:
    path = tmp_path / inside.rstrip("/")
    if inside.endswith("/"):
        path.mkdir()
    else:
        path.touch()
    assert told(tmp_path) == kind


def test_a_folder_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="is a folder without anything"):
        told(tmp_path)
    with pytest.raises(InvalidDataError, match="cannot be read: No such file"):
        told(tmp_path / "none")
