"""Where messages lie: an mbox file, a Maildir folder, a file with one message. They are read, never written to.

A message is held in memory one at a time, and never whole when it is large: of what lies beyond the first part only the
structure is kept, because attachments are named but not read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple, Protocol

from crm_tui.errors import InvalidDataError

_WHOLE: Final = 1024 * 1024
"""Bytes of a message that are kept as they are."""
_MOST: Final = 4 * 1024 * 1024
_LINE: Final = 64 * 1024
_BLOCK: Final = 1024 * 1024
# what mail programs write between messages: From, a sender, and the time as C's asctime has it
_DIVIDER = re.compile(
    rb"From [^\r\n]{0,500}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
    rb"(?:[A-Z][a-z]{2} +[0-9]{1,2}|[0-9]{1,2} +[A-Z][a-z]{2})[ ,]"
)
_QUOTED_FROM = re.compile(rb">+From ")
_FIELD = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_LOOK: Final = 64 * 1024


class RawMail(NamedTuple):
    """A message as it lies there: its number, the words that name its place, its bytes, the flags of a Maildir."""

    number: int
    where: str
    data: bytes
    flags: str = ""


class Box(Protocol):
    """A place with messages."""

    @property
    def total(self) -> int:
        """About how many there are."""

    def mails(self) -> Iterator[RawMail]:
        """All of them, one at a time."""

    def notices(self) -> list[str]:
        """What is to be told of the place."""


def box_of(path: Path) -> Box:
    """The messages at a path.

    Raises:
        InvalidDataError: there are none, or it cannot be read.
    """
    try:
        if path.is_dir():
            if (path / "mbox").is_file():
                # a mailbox as Apple Mail exports it
                return box_of(path / "mbox")
            if (path / "cur").is_dir() or (path / "new").is_dir():
                return Maildir(path)
            raise InvalidDataError(
                f"{path} is no Maildir: it has no folder cur.", "Name a folder that has one, or a file."
            )
        with path.open("rb") as file:
            beginning = file.read(_LOOK)
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    if beginning.startswith(b"From ") or not beginning.strip():
        return Mbox(path, strict=_DIVIDER.match(beginning) is not None)
    if is_message(beginning):
        return Single(path)
    raise InvalidDataError(
        f"{path} holds no mail.", "Name an mbox file, a Maildir folder, or a file with one message."
    )


def is_message(beginning: bytes) -> bool:
    """Whether some bytes can be the beginning of a message: a field of a header comes first."""
    return _FIELD.match(beginning.lstrip(b"\xef\xbb\xbf\r\n")) is not None


class Mbox:
    """A file of messages, one behind the other, as RFC 4155 has it; ``>From `` is read as mboxrd writes it."""

    def __init__(self, path: Path, *, strict: bool) -> None:
        self._path = path
        self._strict = strict

    @property
    def total(self) -> int:
        """How many lines could begin a message."""
        count, tail = 0, b"\n"
        with _reading(self._path) as file:
            while block := file.read(_BLOCK):
                joined = tail + block
                count += joined.count(b"\nFrom ")
                tail = joined[-5:]
        return count

    def notices(self) -> list[str]:
        """Nothing."""
        return []

    def mails(self) -> Iterator[RawMail]:
        """All messages."""
        number = 0
        kept: Keeper | None = None
        with _reading(self._path) as file:
            whole, empty = True, True
            while line := file.readline(_LINE):
                if whole and line.startswith(b"From ") and self._divides(line, after_empty=empty):
                    if kept is not None:
                        yield RawMail(number, f"message {number}", kept.data())
                    kept, number = Keeper(), number + 1
                elif kept is not None:
                    kept.add(
                        line[1:] if whole and line.startswith(b">") and _QUOTED_FROM.match(line) else line
                    )
                whole, empty = line.endswith(b"\n"), line in (b"\n", b"\r\n")
        if kept is not None:
            yield RawMail(number, f"message {number}", kept.data())

    def _divides(self, line: bytes, *, after_empty: bool) -> bool:
        return _DIVIDER.match(line) is not None if self._strict else after_empty


class Maildir:
    """A folder with a file a message: ``cur`` and ``new`` are read, what lies in ``tmp`` is not delivered yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = sorted(
            (each for name in ("cur", "new") for each in _files(path / name)), key=lambda each: each.name
        )

    @property
    def total(self) -> int:
        """How many files there are."""
        return len(self._files)

    def notices(self) -> list[str]:
        """The folders inside it, which are not read."""
        inside = [each.name for each in self._path.iterdir() if (each / "cur").is_dir()]
        if not inside:
            return []
        return [
            f"Folders inside were not read; import each by its own path: {', '.join(sorted(inside)[:20])}."
        ]

    def mails(self) -> Iterator[RawMail]:
        """All messages, in the order in which they were delivered."""
        for number, path in enumerate(self._files, 1):
            flags = path.name.rpartition(":2,")[2] if ":2," in path.name else ""
            try:
                with path.open("rb") as file:
                    yield RawMail(number, _shown(path.name), keep(file), flags)
            except FileNotFoundError:
                # a mail program has moved it meanwhile; the next import finds it
                continue
            except OSError as error:
                raise InvalidDataError(
                    f"{path} cannot be read: {error.strerror}.", "Check its permissions."
                ) from error


class Single:
    """A file that is one message."""

    total: int = 1

    def __init__(self, path: Path) -> None:
        self._path = path

    def notices(self) -> list[str]:
        """Nothing."""
        return []

    def mails(self) -> Iterator[RawMail]:
        """The message."""
        with _reading(self._path) as file:
            yield RawMail(1, _shown(self._path.name), keep(file))


def keep(file: IO[bytes]) -> bytes:
    """One message out of a file that holds nothing else, as far as it is kept."""
    kept = Keeper()
    begun = False
    while line := file.readline(_LINE):
        if not begun:
            line = line.removeprefix(b"\xef\xbb\xbf")
            # a mail program may hand over the line that divides messages in an mbox, or empty ones
            begun = not line.startswith(b"From ") and line.strip(b"\r\n") != b""
        if begun:
            kept.add(line)
    return kept.data()


class Keeper:
    """Gathers the lines of a message; of a large one the beginning, then only boundaries and the headers below them."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0
        self._in_header = False

    def add(self, line: bytes) -> None:
        """Take a line, or a piece of a long one."""
        if self._size > _WHOLE:
            if line.startswith(b"--"):
                self._in_header = True
            elif not self._in_header or self._size > _MOST:
                return
            elif line in (b"\n", b"\r\n"):
                self._in_header = False
        if self._size <= _MOST:
            self._lines.append(line)
            self._size += len(line)

    def data(self) -> bytes:
        """What was kept."""
        return b"".join(self._lines)


def _files(folder: Path) -> Iterable[Path]:
    if not folder.is_dir():
        return []
    # a pipe or a device under a message's name would be waited for without end
    with os.scandir(folder) as entries:
        return [
            folder / each.name
            for each in entries
            if not each.name.startswith(".") and each.is_file(follow_symlinks=False)
        ]


def _reading(path: Path) -> IO[bytes]:
    try:
        return path.open("rb", buffering=_BLOCK)
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error


def _shown(name: str) -> str:
    from crm_tui.interchange.mail.charsets import safe_line

    return safe_line(name, 100)
