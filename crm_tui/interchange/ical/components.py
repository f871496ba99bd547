"""The entries of an iCalendar text: which lines belong to which to-do, event or time zone.

The rule it keeps: one pass, no recursion, and a bad entry is named and never takes another one with it. Source: RFC
5545 section 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from crm_tui.errors import UsageError
from crm_tui.interchange.content_lines import LONGEST_LINE, Line, parse, unescape, unfold
from crm_tui.interchange.quoted import unquoted
from crm_tui.interchange.table import EncodingError

ENTRIES: Final = frozenset({"VTODO", "VEVENT", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
_DEEPEST: Final = 8
_MOST_LINES: Final = 10_000
_MOST_CHARACTERS: Final = 3_000_000
_SHOWN: Final = 50


@dataclass(slots=True)
class Component:
    """One entry of a calendar: its lines, unfolded, without its own BEGIN and END.

    Attributes:
        number: the line of its BEGIN.
        name: VTODO, VEVENT and so on.
        raws: its lines with their numbers.
        bad: why it cannot be read; "" when it can.
        place: the file it is from, "" for the one file that is read.
    """

    number: int
    name: str
    raws: list[tuple[int, str]] = field(default_factory=list)
    bad: str = ""
    place: str = ""

    def text(self) -> str:
        """The entry as it stands, cut where it is monstrous."""
        lines = [raw[:1000] for _, raw in self.raws[:_SHOWN]]
        return "\n".join([f"BEGIN:{self.name}", *lines, f"END:{self.name}"])

    def has(self, name: str) -> bool:
        """Whether a line seems to be of that name, without reading any."""
        return any(raw[: len(name)].upper() == name for _, raw in self.raws)


class Properties:
    """The lines of an entry by name, and what is nested in it as blocks of lines."""

    def __init__(self, component: Component) -> None:
        self.lines: list[Line] = []
        self.blocks: list[list[str]] = []
        depth = 0
        for number, raw in component.raws:
            word, begins = _boundary(raw)
            if begins:
                if depth == 0:
                    self.blocks.append([])
                depth += 1
            if depth:
                self.blocks[-1].append(raw)
            elif (line := parse(number, raw)) is not None:
                self.lines.append(line)
            if word and not begins:
                depth = max(0, depth - 1)

    def first(self, name: str) -> Line | None:
        """The first line of a name that says something."""
        return next((each for each in self.lines if each.name == name and each.value.strip()), None)

    def every(self, *names: str) -> list[Line]:
        """The lines of some names, as they stand."""
        return [each for each in self.lines if each.name in names]

    def value(self, name: str) -> str:
        """The value of the first line of a name as written, "" without one."""
        found = self.first(name)
        return found.value.strip() if found is not None else ""

    def text(self, name: str) -> str:
        """The text of the first line of a name, "" without one."""
        found = self.first(name)
        return unescape(found.value).strip() if found is not None else ""


def decoded(data: bytes, encoding: str | None, name: str) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, or as told.

    Raises:
        UsageError: there is no such encoding.
        EncodingError: it is in another.
    """
    if encoding is None:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except LookupError:
        raise UsageError(f'There is no encoding "{encoding}".', "Use a name such as cp1251.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(
            f"{name}: line {line:,} is no {encoding.removesuffix('-sig').upper()}.",
            "Say what it is written in, for example --encoding cp1251.",
            None,
        ) from error


def components(text: str, place: str = "", encoding: str | None = None) -> Iterator[Component]:
    """The entries of a text, in order; whatever stands outside of them is passed over.

    Args:
        text: the calendar.
        place: the file it is from.
        encoding: what it is written in where it does not say so.
    """
    entry: Component | None = None
    inside: list[str] = []
    size = 0
    for number, raw in unfold(text):
        word, begins = _boundary(raw)
        if begins and word in ENTRIES | {"VCALENDAR"} and entry is not None:
            yield _spoilt(entry, f"its END:{entry.name} is missing")
            entry = None
        if begins and word in ENTRIES:
            entry, inside, size = Component(number, word, place=place), [], 0
        elif entry is None:
            continue
        elif word and not begins and ((word == entry.name and word not in inside) or word == "VCALENDAR"):
            yield entry if word == entry.name else _spoilt(entry, f"its END:{entry.name} is missing")
            entry = None
        elif not entry.bad:
            _nest(entry, inside, word, begins=begins)
            size += len(raw)
            _bound(entry, raw, size)
            _add(entry, number, raw, encoding)
    if entry is not None:
        yield _spoilt(entry, f"its END:{entry.name} is missing")


def _boundary(raw: str) -> tuple[str, bool]:
    """The name of a BEGIN or END line, and whether it is a BEGIN; "" for other lines."""
    head, sign, name = raw[:80].partition(":")
    head = head.strip().upper()
    if not sign or head not in ("BEGIN", "END"):
        return "", False
    return name.strip().upper() or "?", head == "BEGIN"


def _nest(entry: Component, inside: list[str], word: str, *, begins: bool) -> None:
    if begins:
        inside.append(word)
        if len(inside) > _DEEPEST:
            entry.bad = f"parts are nested more than {_DEEPEST} deep in it"
    elif word and word in inside:
        while inside.pop() != word:
            pass


def _add(entry: Component, number: int, raw: str, encoding: str | None) -> None:
    if not entry.bad:
        try:
            raw = unquoted(raw, encoding or "utf-8")
        except UnicodeError as error:
            entry.bad = str(error)
    entry.raws.append((number, raw[: LONGEST_LINE + 1]))


def _bound(entry: Component, raw: str, size: int) -> None:
    if len(raw) > LONGEST_LINE:
        entry.bad = f"a line of it has more than {LONGEST_LINE:,} characters"
    elif size > _MOST_CHARACTERS or len(entry.raws) > _MOST_LINES:
        entry.bad = f"it has more than {_MOST_LINES:,} lines or {_MOST_CHARACTERS:,} characters"


def _spoilt(entry: Component, why: str) -> Component:
    entry.bad = entry.bad or why
    return entry


def names_of(lines: Sequence[str]) -> str:
    """The names of kept lines, each once, for telling what they are."""
    found = dict.fromkeys(raw.partition(":")[0].partition(";")[0].upper() for raw in lines)
    return ", ".join(name for name in found if name not in ("BEGIN", "END"))
