"""Where the rows of a table that was read from JSON stand in the JSON file itself.

Rows are counted while they are read; people are told the line on which a record begins or, of a file with several
records on one line, the number of the record.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import Outcome, Report
from crm_tui.errors import ConflictError, InvalidDataError

if TYPE_CHECKING:
    from crm_tui.interchange.run import Summary

FIRST: Final = 2
"""The number of the first row; the header is the first line of a table."""
# what the program says of a row, never what is said in one
_ROW: Final = "(?P<word>[lL]ine) (?P<row>[0-9]+)"
_SAID: Final = tuple(
    re.compile(f"(?P<head>{head}){_ROW}(?P<tail>{tail})", re.DOTALL)
    for head, tail in (
        ("", ": .*"),
        (".* was left out: ", r"(?: and [0-9,]+ more)?\."),
        ("[0-9,]+ of [0-9,]+ rows cannot be taken; the first is ", "[,:].*"),
        ("", " of the same invoice cannot be taken"),
        ("the rows of one invoice say different things: .* in ", ""),
    )
)


class Places:
    """Of each row the line and the number of its record."""

    def __init__(self) -> None:
        self._lines = array("q")
        self._records = array("q")
        self._shared = False

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: int, record: int, rows: int) -> None:
        """Note the rows of the next record, which begins on a line of the file."""
        self._shared = self._shared or (bool(self._lines) and self._lines[-1] == line)
        self._lines.extend([line] * rows)
        self._records.extend([record] * rows)

    @property
    def word(self) -> str:
        """What is counted: lines, or records where several of them are on one line."""
        return "record" if self._shared else "line"

    def of(self, row: int) -> int:
        """The line or record of a row; another number as it is."""
        known = self._records if self._shared else self._lines
        return known[row - FIRST] if FIRST <= row < FIRST + len(known) else row

    def report(self, report: Report) -> Report:
        """A report that is told the places."""
        return lambda outcome: report(self._placed(outcome))

    def tell(self, summary: Summary) -> Summary:
        """A summary that tells the places."""
        summary.place = self.word
        summary.first_rejects = [self._placed(each) for each in summary.first_rejects]
        summary.notices = [self.said(each) for each in summary.notices]
        return summary

    @contextmanager
    def in_errors(self) -> Iterator[None]:
        """Errors that are raised within tell the places."""
        try:
            yield
        except (ConflictError, InvalidDataError) as error:
            told = self.said(error.message)
            if told == error.message:
                raise
            raise type(error)(told, error.hint) from error

    def said(self, text: str) -> str:
        """A sentence of the program about a row, with its place."""
        found = next((match for each in _SAID if (match := each.fullmatch(text))), None)
        if found is None:
            return text
        word = self.word.capitalize() if found["word"] == "Line" else self.word
        return f"{found['head']}{word} {self.of(int(found['row']))}{found['tail']}"

    def _placed(self, outcome: Outcome) -> Outcome:
        return outcome._replace(line=self.of(outcome.line), reason=self.said(outcome.reason))
