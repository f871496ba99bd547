"""Content lines, the text form that vCard and iCalendar share: ``GROUP.NAME;PARAM=value:VALUE``, folded at 75 octets.

The rule it keeps: reading is lenient, linear and bounded; what is written is one line, whatever is in its value.
Sources: RFC 6350 section 3, RFC 5545 section 3.1, RFC 6868 for signs in parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

LONGEST_LINE: Final = 1_000_000
"""Characters of one unfolded line; a longer one is cut off there, and says so by ``Line.cut``."""
_FOLD: Final = 75
_NAME: Final = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)")
_ESCAPES: Final = {"n": "\n", "N": "\n"}
_CARET: Final = {"^n": "\n", "^'": '"', "^^": "^"}
_QUOTED: Final = re.compile(r"[^:]*;(?:ENCODING=)?\"?QUOTED-PRINTABLE\"?[;:]", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One content line.

    Attributes:
        number: the number of its first line in the text, from 1.
        name: the name, in capitals.
        value: the value as written, still escaped.
        params: parameter -> values, names in capitals; a parameter without ``=`` (vCard 2.1) is a value of TYPE.
        group: the group before the name, "" without one.
        raw: the whole line, unfolded.
        cut: whether it was longer than ``LONGEST_LINE``.
    """

    number: int
    name: str
    value: str
    params: Mapping[str, Sequence[str]] = field(default_factory=dict)
    group: str = ""
    raw: str = ""
    cut: bool = False

    def param(self, name: str) -> str | None:
        """The first value of a parameter."""
        values = self.params.get(name)
        return values[0] if values else None


def unfold(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text, continued ones joined, with the number of the first line of each; blank ones left out.

    A quoted-printable line goes on behind a ``=`` at its end, too.
    """
    parts: list[str] = []
    first = length = 0
    quoted: bool | None = None
    # other signs that str.splitlines takes for line ends are text here
    for number, line in enumerate(re.split(r"\r\n?|\n", text), 1):
        if parts and parts[-1].endswith("="):
            quoted = is_quoted(parts[0]) if quoted is None else quoted
            if quoted:
                # one too long ends here: nothing of it is read
                parts[-1] = parts[-1][:-1]
                parts.append(line if length <= LONGEST_LINE else "")
                length += len(line) - 1
                continue
        if line[:1] in (" ", "\t") and parts:
            if length <= LONGEST_LINE:
                parts.append(line[1:])
                length += len(line) - 1
            continue
        if parts:
            yield first, "".join(parts)
        parts, first, length = ([line], number, len(line)) if line.strip() else ([], number, 0)
        quoted = None
    if parts:
        yield first, "".join(parts)


def is_quoted(text: str) -> bool:
    """Whether a line says that its value is quoted-printable."""
    return _QUOTED.match(text) is not None


def parse(number: int, text: str) -> Line | None:
    """One unfolded line; None when it is no content line."""
    cut = len(text) > LONGEST_LINE
    text = text[:LONGEST_LINE]
    found = _NAME.match(text)
    if found is None:
        return None
    params: dict[str, list[str]] = {}
    at = found.end()
    while text[at : at + 1] == ";":
        at = _parameter(text, at + 1, params)
    if text[at : at + 1] != ":":
        return None
    return Line(number, found[2].upper(), text[at + 1 :], params, found[1] or "", text, cut)


def _parameter(text: str, at: int, params: dict[str, list[str]]) -> int:
    """Read one parameter into ``params``; returns where it ends."""
    name, start = "TYPE", at
    while at < len(text) and text[at] not in "=;:":
        at += 1
    if text[at : at + 1] != "=":
        if word := text[start:at].strip():
            params.setdefault(name, []).append(word)
        return at
    name = text[start:at].strip().upper()
    while True:
        at, value = _parameter_value(text, at + 1)
        params.setdefault(name, []).append(re.sub(r"\^[n'^]", lambda each: _CARET[each[0]], value))
        if text[at : at + 1] != ",":
            return at


def _parameter_value(text: str, at: int) -> tuple[int, str]:
    if text[at : at + 1] == '"':
        end = text.find('"', at + 1)
        if end >= 0:
            return end + 1, text[at + 1 : end]
    start = at
    while at < len(text) and text[at] not in ",;:":
        at += 1
    return at, text[start:at]


def unescape(value: str) -> str:
    """A text value as people read it."""
    if "\\" not in value:
        return value
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), value, flags=re.DOTALL)


def split(value: str, sign: str) -> list[str]:
    """The parts of a structured value or a list, still escaped, parted by ``;`` or ``,``."""
    if "\\" not in value:
        return value.split(sign)
    parts, start, at = [], 0, 0
    while at < len(value):
        if value[at] == "\\":
            at += 2
            continue
        if value[at] == sign:
            parts.append(value[start:at])
            start = at + 1
        at += 1
    return [*parts, value[start:]]


def escape(text: str) -> str:
    """A text as a value: no sign in it parts anything, no line in it ends the line."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n"))


def write(name: str, value: str, params: Iterable[tuple[str, str]] = (), group: str = "") -> str:
    """One folded line with its CRLF. ``value`` is written as it is: ``escape`` text before."""
    head = f"{group}.{name}" if group else name
    for key, text in params:
        head += f";{key}={_quoted(text)}"
    return fold(f"{head}:{_CONTROL.sub('', value)}")


def fold(line: str) -> str:
    """A line in pieces of at most 75 octets, no character cut through, ended by CRLF."""
    data = line.encode("utf-8", "replace")
    if len(data) <= _FOLD:
        return f"{line}\r\n"
    pieces, start, room = [], 0, _FOLD
    while start < len(data):
        end = min(len(data), start + room)
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end].decode("utf-8"))
        start, room = end, _FOLD - 1
    return "\r\n ".join(pieces) + "\r\n"


def unfolded(text: str) -> str:
    """A written line without its folds and its end."""
    return text.replace("\r\n ", "").removesuffix("\r\n")


def _quoted(text: str) -> str:
    text = _CONTROL.sub("", text.replace("^", "^^").replace("\n", "^n").replace('"', "^'"))
    return f'"{text}"' if re.search(r"[,;:]", text) else text
