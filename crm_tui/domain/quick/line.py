"""One line cut into words, with what stands in quotes kept together, and a part of it that is taken off at the end.

Quotes count where a word begins, as in ``"Smith, John"`` or ``@"In talks"``; doubled ones stand for one. Everything
is looked for in ``masked``, where nothing in quotes looks like anything, and taken from ``text``.
"""

from __future__ import annotations

import re
from typing import Final

from crm_tui.cells import clean
from crm_tui.dates import Clock
from crm_tui.domain.quick.intents import Piece, Problem, Reading, Value

_QUOTED: Final = re.compile(r'(?<![^\s,])[@+]?"(?:[^"]|"")*+"(?=[\s,:]|\Z)')
_WHOLE: Final = re.compile(r'"((?:[^"]|"")*)"')
_WORD: Final = re.compile(r"\S+")


class Line:
    """A line that is being read: its text, and what was made of it so far.

    Args:
        text: what was typed.
        clock: the present moment, for days.
        currency: what a sign that several currencies share stands for.
    """

    def __init__(self, text: str, clock: Clock, currency: str) -> None:
        self.text = text
        self.masked = _QUOTED.sub(_mask, text)
        self.clock = clock
        self.currency = currency
        self.pieces: list[Piece] = []
        self.problems: list[Problem] = []

    @property
    def verb(self) -> str:
        """The word it begins with."""
        return next((str(piece.value) for piece in self.pieces if piece.kind == "verb"), "")

    def piece(self, kind: str, start: int, end: int, value: Value) -> Piece:
        """Note a piece."""
        made = Piece(kind, start, end, value)
        self.pieces.append(made)
        return made

    def wrong(self, start: int, end: int, message: str, hint: str) -> None:
        """Note what was not understood or is missing."""
        self.problems.append(Problem(start, end, clean(message), clean(hint)))

    def reading(self) -> Reading:
        """What was recognised, without a meaning."""
        return Reading(
            self.text,
            None,
            tuple(sorted(self.pieces, key=lambda piece: (piece.start, piece.end))),
            tuple(sorted(self.problems, key=lambda problem: problem.start)),
        )


class Part:
    """A part of a line, from ``start`` to ``end``, without space at its ends; pieces are taken off its end."""

    def __init__(self, line: Line, start: int, end: int) -> None:
        self.line = line
        self.start, self.end = start, end
        self._trim()

    def __bool__(self) -> bool:
        return self.start < self.end

    @property
    def text(self) -> str:
        """The text of the part."""
        return self.line.text[self.start : self.end]

    @property
    def masked(self) -> str:
        """The text of the part with nothing to be seen in quotes."""
        return self.line.masked[self.start : self.end]

    @property
    def plain(self) -> str:
        """The text of the part, out of its quotes if it stands in them whole."""
        return plain(self.text)

    def words(self) -> list[tuple[int, int]]:
        """Where the words begin and end, in the line."""
        return [
            (found.start(), found.end()) for found in _WORD.finditer(self.line.masked, self.start, self.end)
        ]

    def last(self) -> str:
        """The last word; empty when there is none."""
        words = self.words()
        return self.line.text[words[-1][0] : words[-1][1]] if words else ""

    def cut(self, start: int) -> None:
        """Keep what stands before a place of the line."""
        self.end = max(self.start, min(self.end, start))
        self._trim()

    def skip(self, start: int) -> None:
        """Keep what stands from a place of the line on."""
        self.start = min(self.end, max(self.start, start))
        self._trim()

    def _trim(self) -> None:
        text = self.line.text
        while self.start < self.end and text[self.start].isspace():
            self.start += 1
        while self.start < self.end and text[self.end - 1].isspace():
            self.end -= 1


def _mask(found: re.Match[str]) -> str:
    sign = "" if found[0][0] == '"' else found[0][0]
    return f'{sign}"{"_" * (len(found[0]) - len(sign) - 2)}"'


def plain(text: str) -> str:
    """A text out of its quotes, if it stands in them whole."""
    found = _WHOLE.fullmatch(text)
    return (found[1].replace('""', '"') if found else text).strip()


def quoted(text: str) -> str:
    """A text in quotes."""
    return '"{}"'.format(text.replace('"', '""'))
