"""From a file to the texts of its cards, one at a time, each bounded and whole.

The rule it keeps: a card that is broken off or too large is given out with what is wrong with it, and the next one
is read all the same; a file that is nothing but broken cards is refused.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Final

from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.table import EncodingError

_BOUND: Final = re.compile(r"\s*(BEGIN|END)\s*:\s*VCARD\s*", re.IGNORECASE)
_AGENT: Final = re.compile(r"(?:[\w-]+\.)?AGENT[^:]*:\s*(BEGIN\s*:\s*VCARD)?\s*", re.IGNORECASE)
_CHUNK: Final = 1 << 20
_HEAD: Final = 1000
_LONGEST: Final = 20 << 20  # characters of a card: some hold photos of several megabytes
_MOST_LINES: Final = 500_000
_DEEPEST: Final = 8
_HOPELESS_DEPTH: Final = 100
_HOPELESS: Final = 1000
_SHOWN: Final = 100_000  # characters of a broken card that are kept
_GUESSED: Final = 64 << 10  # bytes: enough for a guess
_LIKELY: Final = [
    "cp1252", "cp1251", "cp1254", "cp1250", "cp1257", "cp1253", "cp866", "koi8_r", "iso8859_9", "cp932", "gb18030",
]  # fmt: skip
_RAW: Final = re.compile("[\udc80-\udcff]")
_WIDE: Final = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")


class CardText(str):
    """A card as it stands in the file, its lines ended by LF.

    Attributes:
        encoding: what the file was read as, bytes that did not fit as surrogates.
        file: the file's name where there are several, else "".
        broken: why it cannot be read, "" when it can.
        item: the file's name where it is the only card of a file in a folder, else "".
        mark: that of such a file's content.
    """

    encoding: str = "utf-8"
    file: str = ""
    broken: str = ""
    item: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """A file that was looked at: how it is encoded, and how many lines it has."""

    path: Path
    encoding: str
    lines: int

    def split(self) -> Iterator[tuple[int, CardText]]:
        """Every card with the number of its first line.

        Raises:
            InvalidDataError: the file is built to break its reader, or cannot be read.
        """
        try:
            with self.path.open(encoding=self.encoding, errors="surrogateescape", newline=None) as file:
                yield from split(_lines(file), self.path.name, self.encoding)
        except OSError as error:
            raise InvalidDataError(f"{self.path} cannot be read: {error.strerror}.", "Try again.") from error


def look(path: Path, told: str | None = None, check: Callable[[], None] | None = None) -> Cards:
    """Find out how a file of cards is encoded: by its mark, as UTF-8, or as told.

    Bytes that are no UTF-8 are left to the cards' CHARSET, or to the one card that has them, in a file that is UTF-8
    elsewhere.

    Raises:
        UsageError: the encoding is unknown, or has to be told.
        InvalidDataError: the file cannot be read or is empty.
    """
    lines = raw = wide = 0
    charset = False
    try:
        with path.open("rb") as file:
            encoding = encoding_of(file.read(_HEAD), told)
            file.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
            while chunk := file.read(_CHUNK):
                if check is not None:
                    check()
                text = decoder.decode(chunk)
                lines += text.count("\n") or text.count("\r")
                if not text.isascii():
                    raw += len(_RAW.findall(text))
                    wide += len(_WIDE.findall(text))
                charset = charset or "CHARSET=" in text or "charset=" in text
            # a file may break off in the middle of a character
            decoder.decode(b"", final=True)
            empty = file.tell() == 0
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{path} is not {encoding}.", "Name its encoding with --encoding.") from error
    if empty:
        raise InvalidDataError(f"{path} is empty.", "Check the file.")
    # two letters of another encoding can look like one of UTF-8, seldom more than half of them do
    if raw > wide and not charset and told is None:
        raise _untold(path)
    return Cards(path, encoding, lines)


def _untold(path: Path) -> EncodingError:
    """What is said of a file in a legacy encoding, with what it looks like."""
    from charset_normalizer import from_bytes as guesses

    with path.open("rb") as file:
        best = guesses(file.read(_GUESSED), cp_isolation=_LIKELY).best()
    guess = best.encoding.replace("_", "-") if best else None
    hint = (
        f"It looks like {guess}: add --encoding {guess}." if guess else "Name its encoding with --encoding."
    )
    return EncodingError(f"{path} is not UTF-8.", hint, guess)


def from_bytes(data: bytes, name: str, told: str | None = None) -> Iterator[tuple[int, CardText]]:
    """The cards of one item of a folder.

    Raises:
        InvalidDataError: it is built to break its reader, or is no text.
    """
    encoding = encoding_of(data[:_HEAD], told)
    try:
        text = data.decode(encoding, "surrogateescape")
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{name} is not {encoding}.", "Name its encoding with --encoding.") from error
    yield from split(_lines(io.StringIO(text, newline=None)), name, encoding)


def encoding_of(head: bytes, told: str | None) -> str:
    """The encoding that was told, or that the first bytes show; UTF-8 unless they show another.

    Raises:
        UsageError: there is no encoding of that name.
    """
    if told is not None:
        try:
            return codecs.lookup(told).name
        except LookupError:
            raise UsageError(
                f'There is no encoding "{told}".', "Use a name such as utf-8, cp1251, cp1254, latin-1."
            ) from None
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # BEGIN in UTF-16 without a mark
    if head.lstrip()[1:2] == b"\x00":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\x00" else "utf-8"


def _lines(file: IO[str]) -> Iterator[str]:
    """The lines of a file; of endless ones pieces."""
    return iter(partial(file.readline, _CHUNK), "")


@dataclass(slots=True)
class _Open:
    """A card that has begun."""

    start: int
    lines: list[str] = field(default_factory=list)
    length: int = 0
    depth: int = 1
    broken: str = ""

    def add(self, line: str) -> None:
        """Take a line; too many of them break the card."""
        if self.broken:
            return
        self.length += len(line)
        self.lines.append(line)
        if self.length > _LONGEST or len(self.lines) > _MOST_LINES:
            self.broken = f"it is longer than {_LONGEST >> 20} million characters or {_MOST_LINES:,} lines"

    def nest(self) -> None:
        """A card begins within the card."""
        self.depth += 1
        if self.depth > _DEEPEST:
            self.broken = f"it holds cards nested more than {_DEEPEST} deep"


def split(lines: Iterable[str], name: str, encoding: str) -> Iterator[tuple[int, CardText]]:
    """The cards among lines, each with the number of its first line; what stands outside of any is one, broken.

    Raises:
        InvalidDataError: nothing but broken cards, or ones nested without end.
    """
    card: _Open | None = None
    stray: _Open | None = None
    before, number, broken, begun = "", 0, 0, False
    for number, line in enumerate(lines, 1):
        if line[0] == "\ufeff":
            # a mark within: several files were put together
            line = line[1:]
        bound = _BOUND.fullmatch(line) if line[:1] in "BbEe \t" else None
        if card is None:
            if bound is None or bound[1].upper() == "END":
                if line.strip():
                    stray = stray or _Open(number, broken="there is no BEGIN:VCARD before it")
                    if not begun and number - stray.start > _MOST_LINES:
                        break
                    if stray.length < _SHOWN:
                        stray.lines.append(line)
                        stray.length += len(line)
                continue
            if stray is not None:
                yield _text(stray, name, encoding)
                stray = None
            card, begun = _Open(number, [line]), True
        elif bound is None:
            card.add(line)
            if line[:1] in "Aa" or "." in line[:8]:
                agent = _AGENT.fullmatch(line)
                if agent is not None and agent[1]:
                    card.nest()
        elif bound[1].upper() == "END":
            card.add(line)
            card.depth -= 1
            if not card.depth:
                broken = 0
                yield _text(card, name, encoding)
                card = None
        elif _AGENT.fullmatch(before):
            card.add(line)
            card.nest()
            if card.depth > _HOPELESS_DEPTH:
                raise _hostile(name, number, f"cards are nested more than {_HOPELESS_DEPTH} deep")
        else:
            card.broken = card.broken or "it has no END:VCARD"
            yield _text(card, name, encoding)
            broken += 1
            if broken >= _HOPELESS:
                raise _hostile(name, number, f"{_HOPELESS:,} cards one after the other have no END:VCARD")
            card = _Open(number, [line])
        before = line
    if not begun:
        raise InvalidDataError(f"{name} holds no vCard.", "Check the file.")
    for rest in (stray, card):
        if rest is not None:
            rest.broken = rest.broken or "it has no END:VCARD"
            yield _text(rest, name, encoding)


def _text(card: _Open, name: str, encoding: str) -> tuple[int, CardText]:
    text = "".join(card.lines)
    made = CardText(text[:_SHOWN] if card.broken else text)
    made.encoding, made.broken = encoding, card.broken
    return card.start, made


def _hostile(name: str, number: int, what: str) -> InvalidDataError:
    return InvalidDataError(
        f"{name}, line {number:,}: {what}.", "This is no file of contacts; nothing was imported."
    )
