"""The program's own JSON and JSON lines coming back: a private copy of such a file in the layout of its CSV.

A record is known as one of an export by its ``id`` and ``created_at``; any other JSON is left alone. The rule it
keeps: a file is copied whole or refused with a reason, before anything of it is imported, and never more than one
record of it is held in memory.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, TextIO

from crm_tui.columns import cell
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.csv_out import row_writer
from crm_tui.interchange.json_places import Places
from crm_tui.text import guard_formula

LONGEST_CELL: Final = 16 << 20  # characters of a cell of a table
_STAMPS: Final = frozenset({"id", "created_at"})
_HEAD: Final = 64 << 10
_LONGEST: Final = 32 << 20  # characters of a record
_MOST_FIELDS: Final = 2000
_STEP: Final = 2000
_BLANK: Final = " \t\r\n"
_JSON: Final = re.compile(rb"[ \t\r\n]*(?:\{[ \t\r\n]*\"|(\[)[ \t\r\n]*\{)")
_HINT: Final = "Export it again; nothing was imported."
Check = Callable[[], None]
_Column = tuple[str, str]
"""Where a field stands in a record ("", "custom" or "lines"), and its name."""


class Copy:
    """A copy of a file in a private folder, which goes away with it."""

    def __init__(self, name: str) -> None:
        folder = tempfile.mkdtemp(prefix="crm-")
        self.path = Path(folder) / (name or "file")
        self.places = Places()
        self._end = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def remove(self) -> None:
        """Take it away now."""
        self._end()


class _BrokenError(ValueError):
    """What is wrong with a file, as the end of a sentence."""


# by name and stamp: whoever looks again at a file while another still holds its copy shares it
_COPIES: Final[weakref.WeakValueDictionary[tuple[str, int, int, int, int], Copy]] = (
    weakref.WeakValueDictionary()
)


def copied(
    path: Path, encoding: str | None, delimiter: str | None, check: Check | None = None
) -> Copy | None:
    """A copy of an own export in JSON or JSON lines as CSV; None of any other file.

    Args:
        path: the file.
        encoding: the encoding that was told; that of JSON is UTF-8.
        delimiter: the delimiter that was told; JSON has none.
        check: called now and then; what it raises ends it.

    Raises:
        OSError: it cannot be read, or the copy cannot be written.
        InvalidDataError: it is such an export, and damaged or without records.
        UsageError: an encoding or a delimiter was told.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(codecs.BOM_UTF8)
        if head.translate(None, _BLANK.encode()) == b"[]":
            raise InvalidDataError(f"{path.name} holds no records.", "There is nothing to import.")
        found = _JSON.match(head)
        if found is None or not _is_own(path, array=found[1] is not None):
            return None
        _check_told(path, encoding, delimiter)
        about = path.stat()
    key = (str(path), about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
    copy = _COPIES.get(key)
    if copy is None:
        copy = Copy(path.name)
        try:
            _convert(path, copy, array=found[1] is not None, check=check)
        except BaseException:
            copy.remove()
            raise
        _COPIES[key] = copy
    return copy


def _is_own(path: Path, *, array: bool) -> bool:
    """Whether the first record is of an export, or what can be seen of it where it is damaged."""
    with _opened(path) as file:
        try:
            _, first = next(_records(file, array=array), (0, None))
        except (_BrokenError, UnicodeDecodeError):
            with path.open("rb") as raw:
                head = raw.read(_HEAD)
            return all(f'"{name}":'.encode() in head.replace(b" ", b"") for name in _STAMPS)
    return first is not None and first.keys() >= _STAMPS


def _check_told(path: Path, encoding: str | None, delimiter: str | None) -> None:
    wrong = "--delimiter" if delimiter is not None else ""
    if encoding is not None:
        try:
            plain = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
        except LookupError:
            plain = False
        wrong = wrong if plain else "--encoding"
    if wrong:
        raise UsageError(f"{path.name} is JSON, which is not read with {wrong}.", "Leave it out.")


def _opened(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", newline="")


def _made(path: Path) -> TextIO:
    """A new file that only its owner reads."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8", newline="")


def _convert(path: Path, copy: Copy, *, array: bool, check: Check | None) -> None:
    """Write the rows, then the header above them: only the last record shows which columns there are."""
    target = copy.path
    body = target.with_name(f"{target.name[:100]}.rows")
    number = 0
    columns: dict[_Column, int] = {}
    try:
        with _opened(path) as source, _made(body) as rows:
            write_row = row_writer(rows)
            for number, (line, record) in enumerate(_records(source, array=array), 1):
                found = _rows(record, columns)
                copy.places.add(line, number, len(found))
                for cells in found:
                    write_row(cells)
                if check is not None and not number % _STEP:
                    check()
        with _made(target) as table, body.open(encoding="utf-8", newline="") as rows:
            row_writer(table)([_header(column) for column in columns])
            shutil.copyfileobj(rows, table, 1 << 20)
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{path.name} is not UTF-8, as JSON is.", _HINT) from error
    except UnicodeEncodeError as error:
        raise InvalidDataError(f"{path.name}, record {number}: it holds half a character.", _HINT) from error
    except _BrokenError as error:
        # what cannot be parsed is behind the last record; a record that makes no row is the last one
        at = number if error.args[1:] else number + 1
        raise InvalidDataError(f"{path.name}, record {at}: {error.args[0]}.", _HINT) from error
    body.unlink()


def _records(file: IO[str], *, array: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a file, parsed one by one, each with the line on which it begins.

    Raises:
        _BrokenError: what comes next is none.
    """
    for line, value in _of_array(file) if array else _of_lines(file):
        if not isinstance(value, dict):
            raise _BrokenError("it is no object")
        yield line, value


def _of_lines(file: IO[str]) -> Iterator[tuple[int, Any]]:
    number = 0
    while line := file.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            raise _BrokenError("it is too long")
        if text := line.strip(_BLANK):
            value, end = _parsed(text, 0)
            if end != len(text):
                raise _BrokenError("something stands behind it in its line")
            yield number, value


def _of_array(file: IO[str]) -> Iterator[tuple[int, Any]]:
    text = _Window(file)
    text.skip("[")
    if text.peek() == "]":
        text.skip("]")
    else:
        while True:
            yield text.value()
            if text.peek() != ",":
                break
            text.skip(",")
        text.skip("]")
    if text.peek():
        raise _BrokenError("something stands behind the end of the list")


class _Window:
    """The part of a file that is being parsed; it grows until it holds a whole record."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._line = 1

    def peek(self) -> str:
        """The next character that is not blank, "" at the end."""
        while True:
            while self._at < len(self._text):
                sign = self._text[self._at]
                if sign not in _BLANK:
                    return sign
                self._line += sign == "\n"
                self._at += 1
            self._text, self._at = self._file.read(_HEAD), 0
            if not self._text:
                return ""

    def skip(self, sign: str) -> None:
        """Pass over a sign that has to come next."""
        found = self.peek()
        if found != sign:
            what = f"there is {found!r}" if found else "the file ends"
            raise _BrokenError(f'{what} where "{sign}" has to be')
        self._at += 1

    def value(self) -> tuple[int, Any]:
        """The next record, with the line on which it begins."""
        if self.peek() != "{":
            raise _BrokenError("it is no object")
        line = self._line
        # twice as much each time, so that a long record is not parsed over and over
        while True:
            try:
                value, end = _parsed(self._text, self._at)
            except _BrokenError:
                begun = self._text[self._at :]
                if len(begun) > _LONGEST:
                    raise
                more = self._file.read(max(_HEAD, len(begun)))
                if not more:
                    raise
                self._text, self._at = begun + more, 0
            else:
                self._line += self._text.count("\n", self._at, end)
                self._at = end
                return line, value


def _parsed(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise _BrokenError("it is nested too deep") from None
    except json.JSONDecodeError as error:
        raise _BrokenError(f"it is no whole JSON ({error.msg[:1].lower()}{error.msg[1:]})") from None
    except _BrokenError:
        raise
    except ValueError:
        # of more digits than Python turns into a number
        raise _BrokenError("it holds a number that is too long") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise _BrokenError(f'it has "{twice[:40]}" twice')
    return found


def _no_number(text: str) -> Any:
    raise _BrokenError(f"{text} is no number")


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _BrokenError(f"{text[:40]} is too large")
    return value


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number, parse_float=_number)


def _rows(record: Mapping[str, Any], columns: dict[_Column, int]) -> list[list[str]]:
    """The rows of a record, one, or one a line of an invoice; columns not met before are added."""
    if missing := sorted(_STAMPS - record.keys()):
        raise _BrokenError(f'it has no "{missing[0]}"', True)
    lines = record.get("lines")
    shared: dict[_Column, str] = {}
    for name, value in record.items():
        if name == "custom" and isinstance(value, dict):
            shared.update({("custom", key): _cell(key, each) for key, each in value.items()})
        elif not isinstance(lines, list) or name not in ("lines", "payments"):
            shared["", name] = _cell(name, value)
    if not isinstance(lines, list):
        return [_placed(shared, columns)]
    if not lines:
        return [_placed({**shared, ("", "line"): "0"}, columns)]
    return [_placed({**shared, **_line(place, line)}, columns) for place, line in enumerate(lines, 1)]


def _line(place: int, line: Any) -> dict[_Column, str]:
    from crm_tui.interchange.invoice_rows import LINE_FIELDS

    if not isinstance(line, dict):
        raise _BrokenError("a line of it is no object", True)
    told = {("lines", name): _cell(name, line[name]) for name in LINE_FIELDS if name in line}
    return {("", "line"): str(place), **told}


def _placed(cells: Mapping[_Column, str], columns: dict[_Column, int]) -> list[str]:
    for column in cells:
        columns.setdefault(column, len(columns))
    if len(columns) > _MOST_FIELDS:
        raise _BrokenError(f"there are more than {_MOST_FIELDS:,} fields up to it", True)
    row = [""] * len(columns)
    for column, text in cells.items():
        row[columns[column]] = text
    return row


def _header(column: _Column) -> str:
    from crm_tui.interchange.invoice_rows import LINE_FIELDS

    place, name = column
    return LINE_FIELDS[name] if place == "lines" else name


def _cell(name: str, value: Any) -> str:
    inner = value if isinstance(value, list) else [value]
    if any(isinstance(each, (dict, list)) for each in inner):
        raise _BrokenError(f'its "{name[:40]}" holds more than a list of values', True)
    try:
        text = guard_formula(cell(value))
    except ValueError:
        raise _BrokenError(f'its "{name[:40]}" is a number that is too long', True) from None
    if len(text) > LONGEST_CELL:
        raise _BrokenError(f'its "{name[:40]}" is too long', True)
    return text
