"""What every import does, whatever it reads: one transaction, one operation, all or nothing, stoppable, dry or real.

A dry run does exactly the same and then takes everything back, so that what it says is what would happen.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from crm_tui.domain.loading.drafts import Outcome, RejectedRowError, Report, Tally, Verdict
from crm_tui.domain.unswept import unswept
from crm_tui.errors import CrmError, InvalidDataError
from crm_tui.interchange.brake import Brake, StoppedError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

Progress = Callable[[int, int], None]
Rows = Generator[tuple[int, Any], None, None]
Bad = tuple[int, Any, RejectedRowError]
_SHOWN: Final = 5
_STEP: Final = 2000
_NOTES: Final = "external_refs"
_NOTED: Final = "No record was changed; only which of them the file holds was noted, for the next time."


class Taker(Protocol):
    """What turns rows of one kind into records."""

    def take(self, line: int, row: Any, /) -> None:
        """Take one row; RejectedRowError when it cannot be taken."""

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""


class Rejected(Protocol):
    """Where rejected rows go."""

    def add(self, line: int, row: Any, column: str, reason: str) -> None:
        """Keep one."""

    def publish(self) -> Path | None:
        """Write the file; returns where it is, None when there is none."""


class Source(Protocol):
    """A file that is read into rows: cells, cards, messages.

    Attributes:
        total: how many lines or items there are, for the progress.
        bulk: whether it is worth loading in bulk into an empty base.
    """

    total: int
    bulk: bool

    @property
    def rejected(self) -> Rejected:
        """Where its rejected rows go."""

    def open(self, crm: Crm, writing: Transaction, report: Report, brake: Brake) -> tuple[Taker, Rows]:
        """What takes the rows, and the rows as it takes them: (line or number of the item, the row)."""

    def unreadable(self) -> Iterable[Bad]:
        """What could not even be read as a row, once all rows have been taken."""


@dataclass(slots=True)
class Summary(Tally):
    """What an import did. ``operation`` is None when nothing changed or it was a dry run."""

    operation: int | None = None
    rejects_file: str | None = None
    notices: list[str] = field(default_factory=list)
    first_rejects: list[Outcome] = field(default_factory=list)
    place: str = ""
    """What the numbers of outcomes count where the make of the file does not tell."""

    def as_object(self) -> dict[str, int | str | None]:
        """The frozen JSON summary."""
        values = asdict(self)
        return {name: values[name] for name in _SUMMARY}


_SUMMARY: Final = (
    "rows", "created", "updated", "unchanged", "skipped", "rejected", "operation", "rejects_file",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """Hears what becomes of each row: counts it, keeps what is rejected, and passes it on."""

    summary: Summary
    rejected: Rejected
    report: Report | None

    def tell(self, outcome: Outcome, row: Any = None) -> None:
        """Hear of one; ``row`` is what cannot be taken."""
        summary = self.summary
        summary.count(outcome.verdict)
        if outcome.verdict is Verdict.REJECTED:
            if len(summary.first_rejects) < _SHOWN:
                summary.first_rejects.append(outcome)
            self.rejected.add(outcome.line, row, outcome.column, outcome.reason)
        if self.report is not None:
            self.report(outcome)

    def refuse(self, line: int, row: Any, error: RejectedRowError) -> None:
        """Hear of one that cannot be taken."""
        self.tell(Outcome(line, Verdict.REJECTED, column=error.column, reason=error.reason), row)


class _NothingStaysError(Exception):
    """Takes a dry run back, and an import of which every row was rejected."""


def run(
    crm: Crm,
    source: Source,
    title: str,
    *,
    strict: bool = False,
    dry_run: bool = False,
    report: Report | None = None,
    progress: Progress | None = None,
    brake: Brake | None = None,
    notices: Iterable[str] = (),
) -> Summary:
    """Load everything a source has.

    Args:
        crm: the open base.
        source: what is read.
        title: the summary of the operation.
        strict: import nothing when a row was rejected.
        dry_run: take everything back at the end.
        report: is told what became of each row.
        progress: is told the line reached and the number of lines, now and then.
        brake: stops it from another thread.
        notices: what is to be told about the file in any case.

    Raises:
        StoppedError: the brake was pulled; nothing was imported.
        InvalidDataError: the source cannot be read, or a row was rejected and ``strict`` is set; nothing was imported.
        ConflictError: a record is there already and matches were to fail; nothing was imported.
    """
    brake, summary = brake or Brake(), Summary(notices=list(notices))
    told = _Told(summary, source.rejected, report)
    try:
        with (
            _stopped_by(brake),
            crm.stoppable(lambda: brake.pulled),
            crm.transaction(title, bulk=source.bulk) as writing,
        ):
            taker, rows = source.open(crm, writing, told.tell, brake)
            # closed at once whatever happens: a second process may be reading behind it
            with unswept(), closing(rows):
                _take_each(taker, rows, source.total, told.refuse, progress, brake)
            for line, row, error in source.unreadable():
                told.refuse(line, row, error)
            summary.notices.extend(taker.finish())
            if not dry_run and _only_notes(writing, summary):
                summary.notices.append(_NOTED)
            brake.check()
            _take_back_if(summary, source.rejected, strict=strict, dry_run=dry_run)
    except _NothingStaysError:
        crm.last_operation = None
    if crm.last_operation is not None:
        summary.operation = crm.last_operation.id
    published = source.rejected.publish()
    summary.rejects_file = str(published) if published else None
    return summary


def _only_notes(writing: Transaction, summary: Summary) -> bool:
    """Whether nothing was written but which records the file is of: an operation all the same, to be taken back."""
    if summary.created or summary.updated or not writing.changed:
        return False
    return {*(table for table, _ in writing.touched()), *(table for table, *_ in writing.ranges)} <= {_NOTES}


@contextmanager
def _stopped_by(brake: Brake) -> Iterator[None]:
    """Whatever a pulled brake makes fail was stopped."""
    try:
        yield
    except (CrmError, OSError) as error:
        if brake.pulled:
            raise StoppedError from error
        raise


def _take_each(
    taker: Taker,
    rows: Rows,
    total: int,
    refuse: Callable[[int, Any, RejectedRowError], None],
    progress: Progress | None,
    brake: Brake,
) -> None:
    take = taker.take
    number = 0
    for number, (line, row) in enumerate(rows, 1):
        try:
            take(line, row)
        except RejectedRowError as error:
            refuse(line, row, error)
        if not number % _STEP:
            brake.check()
            if progress is not None:
                progress(line, total)
    if progress is not None and number >= _STEP:
        progress(total, total)


def _take_back_if(summary: Summary, rejected: Rejected, *, strict: bool, dry_run: bool) -> None:
    """Leave the transaction with an error where nothing of it is to stay."""
    if strict and summary.rejected:
        rejected.publish()
        raise _refusal(summary)
    # stages and the like that were made for rows of which none could be taken are wanted by nobody
    if dry_run or (summary.rejected and summary.rejected == summary.rows):
        raise _NothingStaysError


def _refusal(summary: Summary) -> InvalidDataError:
    first = summary.first_rejects[0]
    where = f"line {first.line}" + (f', column "{first.column}"' if first.column else "")
    return InvalidDataError(
        f"{summary.rejected:,} of {summary.rows:,} rows cannot be taken; the first is {where}: {first.reason}.",
        "Nothing was imported; without --strict the others would be.",
    )
