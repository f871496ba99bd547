"""What a dry run would do, row by row: kept in a private file while it runs, told in the order of the lines."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crm_tui.columns import simple
from crm_tui.domain.loading.drafts import Outcome, Verdict

PLAN: Final = simple(
    "row", "line", "action", "id", "name", "field", "old", "new", "column", "reason",
    table=("line", "action", "name", "field", "old", "new", "column", "reason"), right=("line",),
)  # fmt: skip


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
    """Takes what becomes of each row. Memory: two numbers a row."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the plan
        self._lines = array("q")
        self._places = array("q")

    def add(self, outcome: Outcome) -> None:
        """Keep what would become of a row."""
        self._lines.append(outcome.line)
        self._places.append(self._file.tell())
        # the id of one that is not made means nothing
        known = None if outcome.verdict is Verdict.NEW else outcome.id
        row = (
            outcome.line, outcome.verdict.value, known, outcome.name,
            [(each.field, each.old, each.new) for each in outcome.changes], outcome.column, outcome.reason,
        )  # fmt: skip
        self._file.write(json.dumps(row).encode() + b"\n")

    def steps(self) -> Iterator[Step]:
        """Everything that would happen, in the order of the lines."""
        lines = self._lines
        for number in sorted(range(len(lines)), key=lines.__getitem__):
            self._file.seek(self._places[number])
            line, action, record_id, name, changes, column, reason = json.loads(self._file.readline())
            for field, old, new in changes or [("", "", "")]:
                yield Step(line, action, record_id, name, field, old, new, column, reason)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
