"""A file to be imported as far as it was looked at: its columns, its first rows, what is unclear about it.

The rule it keeps: everything is read by the functions of ``crm import``, in worker threads.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.dates import DateOrder
from crm_tui.errors import CrmError, InvalidDataError, UsageError
from crm_tui.interchange import headers, presets
from crm_tui.interchange.brake import Brake, StoppedError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.formats import TABLE
from crm_tui.interchange.importer import check_needed, custom_keys
from crm_tui.interchange.kinds import guess
from crm_tui.interchange.loaders import Words, words
from crm_tui.interchange.options import Options
from crm_tui.interchange.own import is_own
from crm_tui.interchange.preview import Doubt, FirstRow, doubts, first_cells, first_rows
from crm_tui.interchange.reports import refuse_reports
from crm_tui.interchange.table import Table, glance, look
from crm_tui.money import Separator
from crm_tui.store.connection import told

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.shell.desk import Desk

FIRST: Final = 20
"""How many rows are looked at."""
_CHUNK: Final = 1 << 20
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_ENCODINGS: Final = ("cp1251", "cp1252", "cp1254", "cp1250", "koi8-r", "cp866", "gb18030", "cp932", "latin-1")
Stamp = tuple[int, int, int, int]
"""What tells whether a file is still the same."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person has said of a file: nothing yet where ``kind`` is None."""

    path: Path
    options: Options = field(default_factory=Options)
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What only the whole file says: how many lines, the order of its days, the decimal signs, doubtful days."""

    lines: int
    orders: Mapping[int, DateOrder | None] = field(default_factory=dict)
    signs: Mapping[tuple[int, ...], Separator] = field(default_factory=dict)
    doubts: Sequence[Doubt] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A file whose beginning was looked at, with the options it will be imported with."""

    path: Path
    stamp: Stamp
    table: Table
    options: Options
    columns: Columns
    cells: Sequence[tuple[int, Sequence[str]]]
    first: Sequence[FirstRow]
    custom: Sequence[str]
    own: bool
    lacking: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def make(self) -> str:
        """What it is: a table."""
        return TABLE

    @property
    def words(self) -> Words:
        """How one speaks of what is in it."""
        found, places = words(TABLE, self.path), self.table.places
        return found if places is None else found._replace(place=places.word, places=f"{places.word}s")

    def address(self, place: int) -> str:
        """How the column at a place is named in a mapping: by its header, where no other has the same."""
        header = self.table.header[place]
        alike = [each for each in self.table.header if each.casefold() == header.casefold()]
        return header if header and len(alike) == 1 else f"#{place + 1}"

    def samples(self, place: int) -> list[str]:
        """The first three values of a column."""
        values = (row[place].strip() for _, row in self.cells if place < len(row))
        return [value for value in values if value][:3]


@contextmanager
def base(desk: Desk) -> Iterator[Crm]:
    """The file of records, or an empty one elsewhere while there is none."""
    if desk.exists():
        with told(desk.path):
            yield desk.reading()
        return
    from crm_tui.domain.crm import Crm

    with (
        tempfile.TemporaryDirectory() as folder,
        Crm.open(Path(folder) / "crm.db", desk.clock.now, config=desk.config) as crm,
    ):
        yield crm


def stamp_of(path: Path) -> Stamp:
    """What tells whether a file is still the same.

    Raises:
        InvalidDataError: it cannot be found.
    """
    try:
        about = path.stat()
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


def see(desk: Desk, wish: Wish, survey: Survey | None = None) -> Seen:
    """Look at the beginning of a file.

    Args:
        desk: the file of records.
        wish: the file, and what was said of it.
        survey: what the whole file says, when that is known.

    Raises:
        UsageError: the options do not fit the file.
        InvalidDataError: it cannot be read.
    """
    stamp = stamp_of(wish.path)
    options, kind = _preset(wish)
    table = glance(wish.path, encoding=options.encoding, delimiter=options.delimiter, header=options.header)
    kind = kind or guess(table.header, [*options.mapping.values(), *options.defaults])
    options = fitting(replace(options, kind=kind), table)
    cells = first_cells(table, FIRST)
    with base(desk) as crm:
        custom = custom_keys(crm, kind)
        columns = Columns(table, options, desk.clock, custom, _unread)
        if survey is not None:
            columns.signs.update(survey.signs)
        orders = survey.orders if survey is not None else {}
        first = first_rows(crm, columns, orders, [(line, list(row)) for line, row in cells])
    return Seen(
        wish.path, stamp, table, options, columns, cells, first, custom, is_own(table.header, options),
        _lacking(columns, kind),
    )  # fmt: skip


def _preset(wish: Wish) -> tuple[Options, str | None]:
    """The options of the preset that knows the file's header, while nothing was said but how to read its text."""
    said = wish.options
    unsaid = wish.kind is None and replace(said, encoding=None, delimiter=None) == Options()
    # what is no file, such as a pipe, is refused unread
    if unsaid and wish.path.is_file():
        preset = presets.recognised(wish.path, said.encoding)
        if preset is not None:
            return said.over(preset.options), preset.options.kind
    return said, wish.kind


def survey(desk: Desk, seen: Seen, brake: Brake) -> Survey:
    """Look at the whole file.

    Raises:
        StoppedError: the brake was pulled.
        UsageError: its encoding has to be told.
        InvalidDataError: it cannot be read, or is a report.
    """
    options = seen.options
    table = look(
        seen.path,
        encoding=options.encoding,
        delimiter=options.delimiter,
        header=options.header,
        check=brake.check,
    )
    if options.own is None and table.copy is None:
        refuse_reports(table, brake.check, full_rows=options.full_rows)
    columns = Columns(table, options, desk.clock, seen.custom, brake.check)
    found = doubts(columns)
    with base(desk) as crm:
        # whoever reads them asks the whole file for what else they need of it
        first_rows(crm, columns, {}, [(line, list(row)) for line, row in seen.cells])
    return Survey(table.lines, columns.orders, columns.signs, found)


def encodings(path: Path, suggestion: str | None) -> list[tuple[str, str]]:
    """Encodings that a file that is not UTF-8 may have, the likeliest first, and how its letters look in each.

    Raises:
        InvalidDataError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            # where the file is plain at its beginning, what is not may come later
            chunks = iter(lambda: file.read(_CHUNK), b"")
            piece = next((each for chunk in chunks if (each := _foreign(chunk))), b"")
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    likely = [suggestion] if suggestion and suggestion not in ("ascii", "utf-8") else []
    found = []
    for name in dict.fromkeys([*likely, *_ENCODINGS]):
        try:
            found.append((name, piece.decode(name)))
        except UnicodeDecodeError:
            continue
    return found


def _foreign(chunk: bytes) -> bytes:
    """Some bytes around the first that is no ASCII."""
    found = _NOT_ASCII.search(chunk)
    return chunk[max(0, found.start() - 12) : found.start() + 24].strip() if found else b""


def fitting(options: Options, table: Table) -> Options:
    """The options without what is said of columns that the file does not have."""
    known = {each.casefold() for each in table.header}
    known.update(f"#{place + 1}" for place in range(len(table.header)))
    kept = {name: told for name, told in options.mapping.items() if name.casefold() in known}
    return options if len(kept) == len(options.mapping) else replace(options, mapping=kept)


def fields_of(kind: str, custom: Sequence[str]) -> list[str]:
    """The fields that a column may hold."""
    return [*headers.FIELDS[kind], *custom]


def _unread() -> None:
    """The first rows are shown without reading the others."""
    raise StoppedError


def _lacking(columns: Columns, kind: str) -> str:
    try:
        check_needed(columns, kind)
    except UsageError as error:
        told = error.message.partition(": ")[2].partition(";")[0] or error.message
        return f"{told[:1].upper()}{told[1:]}"
    return ""


def explained(error: CrmError, *, columns: bool = True) -> tuple[str, str]:
    """What is told of an error: its sentence, and what to do here instead of on the command line.

    Args:
        error: the error.
        columns: whether it is about a table, whose columns can be changed.
    """
    hint = error.hint
    if "--date-format" in hint:
        hint = "Say in the options which it is."
    elif "--encoding" in hint:
        hint = "Choose its encoding in the options."
    elif "--" in hint:
        hint = f"Change it in {'the columns or in ' if columns else ''}the options."
    return error.message.replace("--create", '"make people"'), hint
