"""The one sink of the command line: records become a table, JSON, JSON lines, CSV, TSV or ids on stdout.

Machine formats are frozen, never cut and never coloured. Everything that is not data goes to stderr. What comes from
data is cleaned of control characters before it can reach a terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, Final, TextIO

from crm_tui.columns import Column, as_object, cell, plain
from crm_tui.text import cell_width, clean, cut, pad

_GAP: Final = "  "
_MEASURED: Final = 1000
_NARROWEST: Final = 6


class Format(StrEnum):
    """How records are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    IDS = "ids"


def default_format() -> Format:
    """A table on a terminal, TSV with a header off it."""
    return Format.TABLE if sys.stdout.isatty() else Format.TSV


def records(
    rows: Iterable[Any], columns: Sequence[Column], table: Sequence[Column], form: Format, today: date
) -> None:
    """Print a list: ``columns`` are for machines, ``table`` for people."""
    _WRITERS[form](iter(rows), columns, table, today)


def record(row: Any, columns: Sequence[Column], form: Format, today: date) -> None:
    """Print one record: an object in JSON, one line a field in a table, else as a list of one."""
    if form is Format.JSON:
        write(dump(as_object(row, columns)))
    elif form is Format.TABLE:
        _card(row, columns, today)
    else:
        _WRITERS[form](iter([row]), columns, columns, today)


def value(data: Any) -> None:
    """Print a JSON value that is no record."""
    write(dump(plain(data)))


def write(line: str) -> None:
    """One line of data on stdout."""
    sys.stdout.write(f"{line}\n")


def write_bytes(data: bytes) -> None:
    """Data on stdout that is no text."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def say(line: str, *, dim: bool = False) -> None:
    """One line for the person on stderr, cleaned."""
    text = clean(line)
    sys.stderr.write(f"{style(text, 'dim', sys.stderr) if dim else text}\n")


_STYLES: Final = {"dim": "2", "bold": "1", "red": "31", "green": "32", "yellow": "33"}


def style(text: str, name: str, stream: TextIO | None = None) -> str:
    """Text in a style where the stream is a terminal that shows one; ``NO_COLOR`` is respected."""
    stream = stream or sys.stdout
    if not text or not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_STYLES[name]}m{text}\x1b[0m"


def width() -> int:
    """The columns of the terminal, 80 where there is none."""
    import shutil

    return max(20, shutil.get_terminal_size((80, 24)).columns)


def dump(data: Any) -> str:
    """JSON on one line; what a terminal could obey is escaped."""
    import json

    return _escaped(json.dumps(data, ensure_ascii=False))


def _escaped(text: str) -> str:
    if text.isascii():
        return text
    hidden = {
        each
        for each in text
        if each in "\x7f\u2028\u2029\ufeff" or "\x80" <= each <= "\x9f" or _directs(each)
    }
    for each in hidden:
        text = text.replace(each, f"\\u{ord(each):04x}")
    return text


def _directs(character: str) -> bool:
    return (
        character in "\u200e\u200f" or "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    )


def _print_json(rows: Iterator[Any], columns: Sequence[Column], table: Sequence[Column], today: date) -> None:
    first = True
    for row in rows:
        sys.stdout.write("[\n" if first else ",\n")
        sys.stdout.write(dump(as_object(row, columns)))
        first = False
    write("[]" if first else "\n]")


def _print_jsonl(
    rows: Iterator[Any], columns: Sequence[Column], table: Sequence[Column], today: date
) -> None:
    for row in rows:
        write(dump(as_object(row, columns)))


def _print_csv(rows: Iterator[Any], columns: Sequence[Column], table: Sequence[Column], today: date) -> None:
    from crm_tui.interchange.csv_out import row_writer
    from crm_tui.text import guard_formula

    write_row = row_writer(sys.stdout)
    write_row([column.key for column in columns])
    guard: Callable[[str], str] = guard_formula
    if sys.stdout.isatty():
        guard = _cleaned_formula
    for row in rows:
        write_row([guard(cell(column.value(row))) for column in columns])


def _cleaned_formula(text: str) -> str:
    from crm_tui.text import clean_lines, guard_formula

    return guard_formula("\n".join(clean_lines(text)))


def _print_tsv(rows: Iterator[Any], columns: Sequence[Column], table: Sequence[Column], today: date) -> None:
    write("\t".join(column.key for column in columns))
    terminal = sys.stdout.isatty()
    for row in rows:
        cells = (_tsv(cell(column.value(row))) for column in columns)
        write("\t".join(clean(each) for each in cells) if terminal else "\t".join(cells))


def _tsv(text: str) -> str:
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def _print_ids(rows: Iterator[Any], columns: Sequence[Column], table: Sequence[Column], today: date) -> None:
    for row in rows:
        if row.id:
            write(str(row.id))


def _print_table(
    rows: Iterator[Any], columns: Sequence[Column], table: Sequence[Column], today: date
) -> None:
    measured = [_shown(row, table, today) for row in islice(rows, _MEASURED)]
    if not measured:
        say("Nothing to show.", dim=True)
        return
    widths = _fit(table, measured, width())
    write(style(_line([column.title for column in table], table, widths), "dim"))
    for cells in measured:
        write(_line(cells, table, widths))
    for row in rows:
        write(_line(_shown(row, table, today), table, widths))


def _shown(row: Any, table: Sequence[Column], today: date) -> list[str]:
    return [clean(_people(row, column, today)) for column in table]


def _people(row: Any, column: Column, today: date) -> str:
    if column.show is not None:
        return column.show(row, today)
    found = column.value(row)
    return ", ".join(found) if isinstance(found, tuple) else cell(found)


def _fit(table: Sequence[Column], measured: Sequence[Sequence[str]], room: int) -> list[int]:
    widths = [
        max(cell_width(column.title), *(cell_width(cells[place]) for cells in measured))
        for place, column in enumerate(table)
    ]
    spare = room - len(_GAP) * (len(table) - 1)
    while sum(widths) > spare:
        # the widest column for its weight gives way first
        able = [place for place, column in enumerate(table) if column.flex and widths[place] > _NARROWEST]
        if not able:
            break
        widest = max(able, key=lambda place: widths[place] / table[place].flex)
        widths[widest] -= max(1, min(widths[widest] - _NARROWEST, (sum(widths) - spare) // 4))
    return widths


def _line(cells: Sequence[str], table: Sequence[Column], widths: Sequence[int]) -> str:
    parts = [
        pad(cut(text, size), size, "right" if column.right else "left")
        for text, column, size in zip(cells, table, widths, strict=True)
    ]
    return _GAP.join(parts).rstrip()


def _card(row: Any, columns: Sequence[Column], today: date) -> None:
    from crm_tui.text import clean_lines

    shown = [(column, _people(row, column, today)) for column in columns]
    filled = [(column.title, text) for column, text in shown if text]
    room = max(cell_width(title) for title, _ in filled)
    for title, text in filled:
        head = style(pad(title, room, "left"), "dim")
        for place, line in enumerate(clean_lines(text)):
            write(f"{head if place == 0 else ' ' * room}{_GAP}{line}")


_WRITERS: Final[dict[Format, Callable[[Iterator[Any], Sequence[Column], Sequence[Column], date], None]]] = {
    Format.TABLE: _print_table,
    Format.JSON: _print_json,
    Format.JSONL: _print_jsonl,
    Format.CSV: _print_csv,
    Format.TSV: _print_tsv,
    Format.IDS: _print_ids,
}
