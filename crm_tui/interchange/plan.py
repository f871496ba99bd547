"""What a dry run would do, row by row: kept in a private file while it runs, told in the order of the lines."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from crm_tui.domain.loading.drafts import Change, Outcome, Tally, Verdict
from crm_tui.errors import InvalidDataError

_VERDICTS: Final = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that would happen; a row that would change several fields has several."""

    line: int
    action: str
    id: int | None
    name: str
    field: str
    old: str
    new: str
    column: str
    reason: str


class Plan:
    """Takes what becomes of each row. Memory: three numbers a row. Any thread may read it once it is complete."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the plan
        self._lock = Lock()
        self._lines = array("q")
        self._places = array("q")
        self._verdicts = array("b")
        self._steps = array("i")
        self.counts = Tally()
        """How many rows came to what."""

    def add(self, outcome: Outcome) -> None:
        """Keep what would become of a row."""
        self.counts.count(outcome.verdict)
        self._lines.append(outcome.line)
        self._places.append(self._file.tell())
        self._verdicts.append(_VERDICTS.index(outcome.verdict))
        self._steps.append(max(1, len(outcome.changes)))
        # the id of one that is not made means nothing
        known = None if outcome.verdict is Verdict.NEW else outcome.id
        row = (
            outcome.line, outcome.verdict.value, known, outcome.name,
            [(each.field, each.old, each.new) for each in outcome.changes], outcome.column, outcome.reason,
        )  # fmt: skip
        self._file.write(json.dumps(row).encode() + b"\n")

    def steps(self) -> Iterator[Step]:
        """Everything that would happen, in the order of the lines."""
        for number in self.rows():
            yield from self.steps_of(number)

    def rows(self, verdict: Verdict | None = None) -> Sequence[int]:
        """The numbers of the rows that came to a verdict, or of all, in the order of their lines."""
        lines, verdicts = self._lines, self._verdicts
        wanted = None if verdict is None else _VERDICTS.index(verdict)
        numbers = (n for n in range(len(lines)) if wanted is None or verdicts[n] == wanted)
        return array("q", sorted(numbers, key=lines.__getitem__))

    def places(self, verdict: Verdict | None = None) -> tuple[Sequence[int], Sequence[int]]:
        """Of each step of the rows that came to a verdict, or of all: the number of its row, and which it is there."""
        numbers, which = array("q"), array("i")
        for number in self.rows(verdict):
            steps = self._steps[number]
            numbers.extend([number] * steps)
            which.extend(range(steps))
        return numbers, which

    def outcome(self, number: int) -> Outcome:
        """What would become of a row.

        Raises:
            InvalidDataError: the plan is closed.
        """
        with self._lock:
            if self._file.closed:
                raise InvalidDataError("The dry run is over.", "Do it again.")
            self._file.seek(self._places[number])
            line, action, record_id, name, changes, column, reason = json.loads(self._file.readline())
        return Outcome(
            line, Verdict(action), name, record_id, tuple(Change(*each) for each in changes), column, reason
        )

    def steps_of(self, number: int) -> Iterator[Step]:
        """What would happen to a row."""
        row = self.outcome(number)
        for change in row.changes or (Change("", "", ""),):
            yield Step(row.line, row.verdict.value, row.id, row.name, *change, row.column, row.reason)

    def close(self) -> None:
        """Remove the file."""
        with self._lock:
            self._file.close()
