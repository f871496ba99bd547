"""What a load can find out only when it is through: whom its rows call by name, who may stand in a later row.

What was said is kept in little room, a million rows may say something each. The rows that said it of records that
were there are told about only then, so that a dry run knows of every change.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from crm_tui.domain.loading.drafts import Change, Outcome, Report, Verdict

_BATCH: Final = 20_000
_TOLD: Final = 10


class Said(NamedTuple):
    """What a row says of a record; ``made`` where the record came of that very row, which is told as new."""

    record_id: int
    what: Any
    made: bool


Settle = Callable[[Sequence[Said]], Mapping[int, Sequence[Change]]]
"""From what was said to what it changed, by record."""


class LeftOut:
    """Notices of rows of which a field was left as it was: the first few, and how many more there are."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._told: list[str] = []
        self._more = 0

    def add(self, line: int, why: str) -> None:
        """Note one, with the sentence that says why."""
        if len(self._told) < _TOLD:
            self._told.append(f"line {line}: {self._field} is left as it was: {why}")
        else:
            self._more += 1

    def notices(self) -> list[str]:
        """What is to be told of them."""
        more = f"{self._field} is left as it was in {self._more:,} more rows."
        return [*self._told, more] if self._more else self._told


class Later:
    """What was said, and the outcomes of rows that wait for it."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._said: list[Said] = []
        self._waiting: list[Outcome] = []
        self._open: set[int] = set()
        self._packed: list[bytes] = []

    def note(self, record_id: int, what: Any, *, made: bool = False) -> None:
        """Keep what a row says of a record until the load is through: a named tuple of a module, of plain values."""
        self._said.append(Said(record_id, what, made))
        if not made:
            self._open.add(record_id)

    def tell(self, outcome: Outcome) -> None:
        """Pass an outcome on, now or when it is known what else the row changes."""
        if outcome.id in self._open and outcome.verdict in (Verdict.SAME, Verdict.CHANGED):
            self._waiting.append(outcome)
        else:
            self._report(outcome)

    def pack(self) -> None:
        """Once there is much of it, put away what was said and told so far; what comes now is another batch."""
        if len(self._said) >= _BATCH:
            self._packed.append(zlib.compress(pickle.dumps((self._said, self._waiting)), 1))
            self._said, self._waiting = [], []
            self._open.clear()

    def settle(self, settle: Settle) -> None:
        """Find out what it comes to, and tell the outcomes that waited."""
        for said, waiting in self._batches():
            changes = settle(said)
            for outcome in waiting:
                found = (*outcome.changes, *changes.get(outcome.id or 0, ()))
                verdict = Verdict.CHANGED if found else Verdict.SAME
                self._report(outcome._replace(verdict=verdict, changes=found))

    def _batches(self) -> Iterator[tuple[list[Said], list[Outcome]]]:
        for packed in self._packed:
            yield pickle.loads(zlib.decompress(packed))  # noqa: S301 - made above
        yield self._said, self._waiting
