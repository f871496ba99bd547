"""Delimited files of every make: the acid test for quotes, line ends, encodings and delimiters."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.table import look

ACCENTED = "Ad;Şəhər\nƏlia;Gəncə\n"


def cells(
    path: Path, text: str | bytes, *, encoding: str | None = None, delimiter: str | None = None
) -> list[list[str]]:
    """The header and the rows of a file."""
    path = path / "file.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    table = look(path, encoding=encoding, delimiter=delimiter)
    return [list(table.header), *(row for _, row in table.numbered())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n1,2,3\n", [["a", "b", "c"], ["1", "2", "3"]]),
        ("a,b,c\r\n1,2,3\r\n", [["a", "b", "c"], ["1", "2", "3"]]),
        ("a,b,c\r1,2,3\r", [["a", "b", "c"], ["1", "2", "3"]]),
        ("a,b,c\n1,2,3", [["a", "b", "c"], ["1", "2", "3"]]),
        ('a,b\n1,"x, ""y"" z"\n', [["a", "b"], ["1", 'x, "y" z']]),
        ('a,b\n1,"ha \n""ha"" \nha"\n3,4\n', [["a", "b"], ["1", 'ha \n"ha" \nha'], ["3", "4"]]),
        ('a,b\r\n1,"x\r\ny"\r\n', [["a", "b"], ["1", "x\r\ny"]]),
        ('a,b\n1,""\n2,3\n', [["a", "b"], ["1", ""], ["2", "3"]]),
        ('key,val\n1,"{""type"": ""Point""}"\n', [["key", "val"], ["1", '{"type": "Point"}']]),
        ('"a ","b\nc"\n1,2\n', [["a", "b\nc"], ["1", "2"]]),
        ("a,b\n\n1,2\n,\n\n3,4\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
        ("a,b\n1,2,3\n4\n", [["a", "b"], ["1", "2", "3"], ["4"]]),
        ("a,b\n1,ʤ\n", [["a", "b"], ["1", "ʤ"]]),
        ("a,b\n1,x\x85y\u2028z\x0bw\x1c\n", [["a", "b"], ["1", "x\x85y\u2028z\x0bw\x1c"]]),
        ("a,b\n1,x\x00y\n", [["a", "b"], ["1", "x\x00y"]]),
    ],
    ids=[
        "plain", "crlf", "cr", "no last line end", "quotes", "newlines", "crlf in a cell", "empty", "json",
        "a header of two lines", "blank lines", "uneven", "utf8", "unusual separators", "nul",
    ],
)  # fmt: skip
def test_every_shape_of_row(tmp_path: Path, text: str, expected: list[list[str]]) -> None:
    assert cells(tmp_path, text) == expected


@pytest.mark.parametrize(
    "mark",
    [
        codecs.BOM_UTF8 + ACCENTED.encode(),
        ACCENTED.encode(),
        codecs.BOM_UTF16_LE + ACCENTED.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + ACCENTED.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + ACCENTED.encode("utf-32-le"),
    ],
    ids=["utf-8 with a mark", "utf-8", "utf-16 little", "utf-16 big", "utf-32"],
)
def test_unicode_in_every_order(tmp_path: Path, mark: bytes) -> None:
    assert cells(tmp_path, mark) == [["Ad", "Şəhər"], ["Əlia", "Gəncə"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    assert cells(tmp_path, "name,city\nAnna,Baku\n".encode(encoding)) == [["name", "city"], ["Anna", "Baku"]]


def test_an_older_encoding_is_read_when_told(tmp_path: Path) -> None:
    text = "Имя;Город\nСергей;Казань\n"
    assert cells(tmp_path, text.encode("cp1251"), encoding="cp1251")[1] == ["Сергей", "Казань"]


def test_an_older_encoding_is_only_suggested(tmp_path: Path) -> None:
    rows = "Имя;Город;Заметка\n" + "Сергей Кузнецов;Казань;любит короткие письма\n" * 30
    with pytest.raises(UsageError, match="is not UTF-8: byte 0 does not fit") as caught:
        cells(tmp_path, rows.encode("cp1251"))
    assert "--encoding" in caught.value.hint


def test_a_wrong_byte_far_down_is_found_before_the_first_row(tmp_path: Path) -> None:
    text = b"name\n" + b"Anna\n" * 300_000 + b"\xff\n"
    with pytest.raises(UsageError, match="byte 1,500,005 does not fit"):
        cells(tmp_path, text)


def test_an_encoding_that_is_told_and_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="is not utf-8: byte 5"):
        cells(tmp_path, b"name\n\xff\n", encoding="UTF8")
    with pytest.raises(UsageError, match='no encoding "utf-99"'):
        cells(tmp_path, b"name\n", encoding="utf-99")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_divides_evenly(tmp_path: Path, delimiter: str) -> None:
    others = "".join(each for each in ",;|" if each != delimiter)
    text = delimiter.join(["name", "note"]) + "\n" + delimiter.join(["Anna", f"a{others}b"]) + "\n"
    assert cells(tmp_path, text) == [["name", "note"], ["Anna", f"a{others}b"]]


def test_a_spreadsheet_announces_its_delimiter(tmp_path: Path) -> None:
    assert cells(tmp_path, "sep=;\na;b\n1,5;2\n") == [["a", "b"], ["1,5", "2"]]
    table = look(tmp_path / "file.csv")
    assert [line for line, _ in table.numbered()] == [3]


@pytest.mark.parametrize(("told", "sign"), [("tab", "\t"), ("\\t", "\t"), (":", ":"), ("semicolon", ";")])
def test_a_delimiter_that_is_told_counts(tmp_path: Path, told: str, sign: str) -> None:
    assert cells(tmp_path, f"a{sign}b\n1,2{sign}3\n", delimiter=told) == [["a", "b"], ["1,2", "3"]]


def test_no_delimiter(tmp_path: Path) -> None:
    for told in ("ab", '"', "\n", ""):
        with pytest.raises(UsageError, match="cannot be a delimiter"):
            cells(tmp_path, "a\n", delimiter=told)


def test_a_line_is_where_a_row_begins(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('a,"b\nb"\n1,"x\ny\nz"\n\n2,3\n', newline="")
    assert [line for line, _ in look(path).numbered()] == [3, 7]


def test_a_quote_that_never_closes_is_known_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('a,b\n1,"x\n2,3\n', newline="")
    assert look(path).open_quote
    path.write_text('a,b\n1,"x"\n2,3\n', newline="")
    assert not look(path).open_quote


def test_a_cell_of_several_megabytes(tmp_path: Path) -> None:
    assert cells(tmp_path, f'a,b\n1,"{"x" * 3_000_000}"\n')[1][1] == "x" * 3_000_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_header_of_a_survey(tmp_path: Path, encoding: str) -> None:
    questions = [
        f"Frage {number}: Wie schön war es bei uns, \u0259, alles in allem? {'x' * 200}"
        for number in range(500)
    ]
    header = ";".join(f'"{each}"' for each in questions)
    text = f"{header}\n{';'.join(map(str, range(500)))}\n"
    assert cells(tmp_path, text.encode(encoding)) == [questions, [str(number) for number in range(500)]]


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InvalidDataError, match="is empty"):
        look(tmp_path / "empty.csv")
    with pytest.raises(InvalidDataError, match="cannot be read: No such file"):
        look(tmp_path / "missing.csv")
    with pytest.raises(InvalidDataError, match="cannot be read: Is a directory"):
        look(tmp_path)
