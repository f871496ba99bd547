"""Reading a delimited file of unknown make: its encoding, its delimiter, its rows.

An encoding is known by its byte-order mark, is UTF-8, or is told; what else it might be is only ever suggested. The
whole file is checked before the first row is read, so that a file is never half right.
"""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from crm_tui.errors import CrmError, InvalidDataError, UsageError
from crm_tui.interchange.formats import refuse_other_formats
from crm_tui.interchange.json_in import LONGEST_CELL, Copy, copied
from crm_tui.interchange.json_places import FIRST, Places

DELIMITERS: Final = (",", ";", "\t", "|")
Headers = Sequence[Sequence[str]]
"""Groups of names, of which a header has one."""
_SAMPLE: Final = 64 << 10
_LONGEST_HEADER: Final = 1 << 20  # bytes
_HIGHEST_HEADER: Final = 30
_CHUNK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY: Final = [
    "cp1252", "cp1251", "cp1254", "cp1250", "cp1257", "cp1253", "cp1255", "cp1256", "cp866", "koi8_r", "iso8859_9",
    "mac_roman", "cp932", "gb18030", "big5", "cp949",
]  # fmt: skip
_NAMED_DELIMITERS: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True, slots=True)
class Table:
    """A delimited file that was looked at: how to read it, and its header.

    An own export in JSON is read from its ``copy`` as CSV, and keeps its name. ``by_row`` says that its rows are
    counted in place of their lines: those of the copy mean nothing to anybody.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    open_quote: bool
    lines: int
    copy: Copy | None = None
    by_row: bool = False

    @property
    def places(self) -> Places | None:
        """Where its rows stand in the JSON file that it was read from."""
        return self.copy.places if self.copy is not None else None

    def told(self, line: int) -> int:
        """The number of a row that people are told."""
        return line if self.copy is None else self.copy.places.of(line)

    @property
    def file(self) -> Path:
        """What is read."""
        return self.copy.path if self.copy is not None else self.path

    def numbered(self) -> Generator[tuple[int, list[str]], None, None]:
        """Every row under the header that has anything in it, from the first one each time: its first line, its cells.

        Raises:
            InvalidDataError: a cell is longer than can be meant, or the file is not what it was.
        """
        try:
            yield from self._numbered()
        except (OSError, UnicodeDecodeError) as error:
            # it was read to its end before
            raise InvalidDataError(
                f"{self.path.name} was changed or taken away while it was read.",
                "Nothing was imported; try again.",
            ) from error

    def _numbered(self) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(LONGEST_CELL)
        with self.file.open(encoding=self.encoding, newline="") as file:
            offset = self.header_line - 1
            for _ in range(offset):
                file.readline()
            reader = csv.reader(file, delimiter=self.delimiter)
            try:
                next(reader, None)
                if self.by_row:
                    yield from (row for row in enumerate(reader, FIRST) if any(row[1]))
                    return
                before = reader.line_num
                for cells in reader:
                    if cells and any(cells):
                        yield before + offset + 1, cells
                    before = reader.line_num
            except csv.Error as error:
                raise InvalidDataError(
                    f"{self.path.name}, line {reader.line_num + offset}: {error}.",
                    "Look for a quote that never closes, or give --delimiter.",
                ) from error


class EncodingError(UsageError):
    """A file is not UTF-8 and nobody said what it is; ``suggestion`` is what it looks like, when it does."""

    def __init__(self, message: str, hint: str, suggestion: str | None) -> None:
        super().__init__(message, hint)
        self.suggestion = suggestion


def look(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: Headers = (),
    check: Callable[[], None] | None = None,
) -> Table:
    """Find out how a delimited file is to be read.

    Args:
        path: the file.
        encoding: its encoding, when the person knows it.
        delimiter: its delimiter, when the person knows it: a character, or tab, comma, semicolon, pipe.
        header: names of which its header has one group; the lines above it are passed over.
        check: called now and then; what it raises ends the look.

    Raises:
        UsageError: the encoding is unknown, or has to be told.
        InvalidDataError: the file cannot be read, is empty, is no text, or has no such header.
    """
    try:
        copy = copied(path, encoding, delimiter, check)
        with _source(path, copy).open("rb") as file:
            head = _head(path, file, copy)
            file.seek(0)
            found = _encoding(head, encoding, copy)
            open_quote, lines = _check(path, file, found, told=encoding is not None, check=check)
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    if copy is not None:
        open_quote, lines = False, len(copy.places) + 1
    return _described(path, copy, head, found, delimiter, header, open_quote=open_quote, lines=lines)


def glance(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, header: Headers = ()
) -> Table:
    """As ``look``, by the file's beginning alone: its lines are not counted, and more of it may not fit.

    Raises:
        UsageError: the encoding is unknown, or has to be told.
        InvalidDataError: it is no file, cannot be read, is empty, is no text, or has no such header.
    """
    try:
        if not path.is_file():
            path.stat()
            raise InvalidDataError(f"{path} is no file.", "Choose a CSV file.")
        copy = copied(path, encoding, delimiter)
        with _source(path, copy).open("rb") as file:
            head = _head(path, file, copy)
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    found = _encoding(head, encoding, copy)
    try:
        codecs.getincrementaldecoder(found)().decode(head, final=len(head) < _SAMPLE)
    except UnicodeDecodeError as error:
        raise _misfit(path, found, error.start, told=encoding is not None) from error
    return _described(path, copy, head, found, delimiter, header, open_quote=False, lines=0)


def beginning(path: Path, *, encoding: str | None = None) -> list[str]:
    """The first lines of a text file, as far as they can be read.

    Raises:
        UsageError: there is no such encoding.
        InvalidDataError: it cannot be read, or is empty.
    """
    try:
        copy = copied(path, encoding, None)
        with _source(path, copy).open("rb") as file:
            head = _head(path, file, copy)
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    return _sample(head, _encoding(head, encoding, copy)).split("\n")[:_HIGHEST_HEADER]


def find_header(lines: Sequence[str], header: Headers) -> tuple[int, str] | None:
    """The number, from 1, of the first line that has all names of one group, and the delimiter between them."""
    groups = [{name.casefold() for name in group} for group in header]
    csv.field_size_limit(LONGEST_CELL)
    for number, line in enumerate(lines[:_HIGHEST_HEADER], 1):
        for delimiter in DELIMITERS:
            try:
                # a name may go on in the next lines
                cells = next(csv.reader(lines[number - 1 :], delimiter=delimiter), []) if line else []
            except csv.Error:
                continue
            names = {cell.strip().casefold() for cell in cells}
            if any(group <= names for group in groups):
                return number, delimiter
    return None


def _source(path: Path, copy: Copy | None) -> Path:
    return path if copy is None else copy.path


def _head(path: Path, file: BinaryIO, copy: Copy | None) -> bytes:
    head = file.read(_SAMPLE)
    if not head:
        raise InvalidDataError(f"{path.name} is empty.", "Check the file.")
    if b"\n" not in head and b"\r" not in head:
        # surveys have whole questions for names
        head += file.readline(_LONGEST_HEADER) + file.read(_SAMPLE)
    if copy is None:
        refuse_other_formats(path, head)
    return head


def _described(
    path: Path,
    copy: Copy | None,
    head: bytes,
    found: str,
    delimiter: str | None,
    names: Headers,
    *,
    open_quote: bool,
    lines: int,
) -> Table:
    sample = _sample(head, found)
    announced, header_line = _announced(sample)
    if names:
        place = find_header(sample.split("\n"), names)
        if place is None:
            wanted = " or ".join(", ".join(f'"{name}"' for name in group) for group in names)
            raise InvalidDataError(
                f"{path.name} has no header with {wanted}.", "Leave the recipe out, or choose another one."
            )
        header_line, announced = place
    chosen = "," if copy is not None else _delimiter(delimiter) or announced or _guess(sample)
    if header_line > 1:
        sample = sample.split("\n", header_line - 1)[-1]
    csv.field_size_limit(LONGEST_CELL)
    # not splitlines, which takes other characters for line ends too
    header = next(csv.reader(io.StringIO(sample), delimiter=chosen), [])
    names_found = tuple(name.strip() for name in header)
    return Table(path, found, chosen, names_found, header_line, open_quote, lines, copy, copy is not None)


def _encoding(head: bytes, told: str | None, copy: Copy | None) -> str:
    if copy is not None:
        return "utf-8"
    if told is not None:
        try:
            return codecs.lookup(told).name
        except LookupError:
            raise UsageError(
                f'There is no encoding "{told}".', "Use a name such as utf-8, cp1251, cp1254, latin-1."
            ) from None
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\x00" in head[:1000]:
        # text of western letters in UTF-16 without a mark has a NUL in nearly every other byte
        even, odd, half = head[0:1000:2].count(0), head[1:1000:2].count(0), len(head[:1000]) // 2
        if 2 * odd > half and odd > 4 * even:
            return "utf-16-le"
        if 2 * even > half and even > 4 * odd:
            return "utf-16-be"
    return "utf-8"


def _check(
    path: Path, file: BinaryIO, encoding: str, *, told: bool, check: Callable[[], None] | None
) -> tuple[bool, int]:
    """Decode the whole file; returns whether a quote stays open, and the number of lines."""
    decoder = codecs.getincrementaldecoder(encoding)()
    quotes = lines = position = 0
    try:
        while chunk := file.read(_CHUNK):
            if check is not None:
                check()
            text = decoder.decode(chunk)
            quotes += text.count('"')
            lines += text.count("\n")
            position += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _misfit(path, encoding, position + error.start, told=told) from error
    return quotes % 2 == 1, lines


def _misfit(path: Path, encoding: str, at: int, *, told: bool) -> CrmError:
    """What is said of a byte that does not fit the encoding."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if not told and b"\x00" in head:
        return InvalidDataError(f"{path} is no text.", "Save it as CSV first.")
    if told:
        message = f"{path} is not {encoding}: byte {at:,} does not fit."
        return InvalidDataError(message, "Try another --encoding.")
    guess = _suggestion(head)
    named = f"It looks like {guess}: add --encoding {guess}."
    hint = named if guess else "Name its encoding with --encoding."
    return EncodingError(f"{path} is not UTF-8: byte {at:,} does not fit.", hint, guess)


def _suggestion(head: bytes) -> str | None:
    """What the encoding might be; a guess, good enough to propose and not to act on."""
    import locale

    from charset_normalizer import from_bytes

    usual = locale.getpreferredencoding(do_setlocale=False).lower()
    if usual not in ("utf-8", "utf8", "us-ascii", "ascii"):
        try:
            head.decode(usual)
        except (UnicodeDecodeError, LookupError):
            pass
        else:
            return usual
    best = from_bytes(head, cp_isolation=_LIKELY).best()
    return best.encoding.replace("_", "-") if best else None


def _sample(head: bytes, encoding: str) -> str:
    text = codecs.getincrementaldecoder(encoding)("ignore").decode(head)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _announced(sample: str) -> tuple[str | None, int]:
    """Spreadsheets write ``sep=;`` above the header."""
    first = sample.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 2
    return None, 1


def _delimiter(told: str | None) -> str | None:
    if told is None:
        return None
    found = _NAMED_DELIMITERS.get(told.lower(), told)
    if len(found) != 1 or found in '"\r\n':
        raise UsageError(
            f'"{told}" cannot be a delimiter.', "Give one character, or tab, comma, semicolon, pipe."
        )
    return found


def _guess(sample: str) -> str:
    lines = sample.splitlines(keepends=True)[:50]
    return max(DELIMITERS, key=lambda each: _score(lines, each))


def _score(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """How evenly a delimiter divides the lines, then into how many cells."""
    try:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return (0.0, 0)
    if not counts or counts[0] < 2:
        return (0.0, 0)
    return (sum(count == counts[0] for count in counts) / len(counts), counts[0])


def spool(stream: BinaryIO, folder: Path, name: str = "stdin") -> Path:
    """Keep what comes on stdin in a private folder, because it is read more than once; messages call it ``name``."""
    path = folder / name
    with path.open("xb") as file:
        while chunk := stream.read(_CHUNK):
            file.write(chunk)
    return path


def standard_input() -> BinaryIO:
    """The bytes of stdin.

    Raises:
        UsageError: there is none.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("There is nothing on stdin.", "Pipe a file into the command, or name it.")
    return sys.stdin.buffer
