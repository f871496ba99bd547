"""One import: a file, how to read it, and what became of each row; one transaction, one operation, all or nothing.

A dry run does exactly the same and then takes everything back, so that what it says is what would happen.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from crm_tui.domain.loading.drafts import Outcome, RejectedRowError, Report, Tally, Verdict
from crm_tui.domain.loading.records import OWN
from crm_tui.errors import CrmError, InvalidDataError, UsageError
from crm_tui.interchange.background import WORTH_IT
from crm_tui.interchange.brake import Brake, StoppedError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.headers import REJECT_COLUMNS
from crm_tui.interchange.options import Options
from crm_tui.interchange.own import is_own
from crm_tui.interchange.rejects import Rejects
from crm_tui.interchange.table import Table, look

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

Progress = Callable[[int, int], None]
Rows = Generator[tuple[int, Any], None, None]
Refuse = Callable[[int, Any, RejectedRowError], None]
_SHOWN: Final = 5
_STEP: Final = 2000
_NEEDED: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "contacts": (("name", "given_name", "family_name", "emails", "external_id"), "name"),
    "companies": (("name",), "name"),
    "deals": (("title",), "title"),
    "followups": (("title", "due_on"), "title"),
    "interactions": (("summary", "body", "kind"), "summary"),
}


class Taker(Protocol):
    """What turns rows of one kind into records."""

    def take(self, line: int, cells: Any, /) -> None:
        """Take one row; RejectedRowError when it cannot be taken."""

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""


@dataclass(slots=True)
class Summary(Tally):
    """What an import did. ``operation`` is None when nothing changed or it was a dry run."""

    operation: int | None = None
    rejects_file: str | None = None
    notices: list[str] = field(default_factory=list)
    first_rejects: list[Outcome] = field(default_factory=list)

    def as_object(self) -> dict[str, int | str | None]:
        """The frozen JSON summary."""
        values = asdict(self)
        return {name: values[name] for name in _SUMMARY}


_SUMMARY: Final = (
    "rows", "created", "updated", "unchanged", "skipped", "rejected", "operation", "rejects_file",
)  # fmt: skip


class _DryRunOverError(Exception):
    """Takes a dry run back."""


def load(
    crm: Crm,
    path: Path,
    options: Options,
    *,
    name: str | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    report: Report | None = None,
    progress: Progress | None = None,
    brake: Brake | None = None,
) -> Summary:
    """Import a file.

    Args:
        crm: the open base.
        path: the file.
        options: how to read it.
        name: what the operation calls the file; its name unless given.
        dry_run: take everything back at the end.
        rejects: where to write rejected rows.
        report: is told what became of each row.
        progress: is told the line reached and the number of lines, now and then.
        brake: stops it from another thread.

    Raises:
        StoppedError: the brake was pulled; nothing was imported.
        UsageError: the file leaves something open that only the person can say.
        InvalidDataError: the file cannot be read, or a row was rejected and ``strict`` is set; nothing was imported.
        ConflictError: a record is there already and matches were to fail; nothing was imported.
    """
    brake = brake or Brake()
    table = look(path, encoding=options.encoding, delimiter=options.delimiter, check=brake.check)
    columns = Columns(table, options, crm.clock, custom_keys(crm, options.kind), brake.check)
    check_needed(columns, options.kind)
    summary = Summary()
    summary.notices.extend(_header_notices(columns))
    bad = Rejects(rejects, table)

    def tell(outcome: Outcome, cells: list[str] | None = None) -> None:
        summary.count(outcome.verdict)
        if outcome.verdict is Verdict.REJECTED:
            if len(summary.first_rejects) < _SHOWN:
                summary.first_rejects.append(outcome)
            bad.add(outcome.line, cells, outcome.column, outcome.reason)
        if report is not None:
            report(outcome)

    def refuse(line: int, row: Any, error: RejectedRowError) -> None:
        outcome = Outcome(line, Verdict.REJECTED, column=error.column, reason=error.reason)
        tell(outcome, row if isinstance(row, list) else None)

    try:
        bulk = options.kind == "contacts" and table.lines >= WORTH_IT
        with (
            _stopped_by(brake),
            crm.stoppable(lambda: brake.pulled),
            crm.transaction(f"import {name or path.name}", bulk=bulk) as writing,
        ):
            taker, rows = _taker(crm, writing, columns, options, tell, brake)
            _take_all(taker, rows, columns, refuse, progress, brake)
            summary.notices.extend(taker.finish())
            brake.check()
            _take_back_if(summary, bad, strict=options.strict, dry_run=dry_run)
    except _DryRunOverError:
        crm.last_operation = None
    if crm.last_operation is not None:
        summary.operation = crm.last_operation.id
    published = bad.publish()
    summary.rejects_file = str(published) if published else None
    return summary


def custom_keys(crm: Crm, kind: str) -> list[str]:
    """The keys of the custom fields that records of a kind have."""
    return [each.key for each in crm.fields.list(kind)] if kind in ("contacts", "companies", "deals") else []


@contextmanager
def _stopped_by(brake: Brake) -> Iterator[None]:
    """Whatever a pulled brake makes fail was stopped."""
    try:
        yield
    except (CrmError, OSError) as error:
        if brake.pulled:
            raise StoppedError from error
        raise


def source_of(table: Table) -> str:
    """The name under which a file's external ids are kept: files with the same header come from the same place."""
    import hashlib

    # a rejects file comes from where the file came from that it is of
    names = "\n".join(sorted(each.casefold() for each in table.header if each not in REJECT_COLUMNS))
    return f"csv-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def _take_all(
    taker: Taker,
    rows: Rows,
    columns: Columns,
    refuse: Refuse,
    progress: Progress | None,
    brake: Brake,
) -> None:
    # closed at once whatever happens: a second process may be reading behind it
    with _no_collections(), closing(rows):
        _take_each(taker, rows, columns, refuse, progress, brake)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Spare the garbage collector its walks over a million rows that hold no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _take_each(
    taker: Taker,
    rows: Rows,
    columns: Columns,
    refuse: Refuse,
    progress: Progress | None,
    brake: Brake,
) -> None:
    take = taker.take
    total = columns.table.lines
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
    if columns.unclosed is not None:
        refuse(*columns.unclosed, RejectedRowError("a quote that opens here never closes"))
    if progress is not None and number >= _STEP:
        progress(total, total)


def check_needed(columns: Columns, kind: str) -> None:
    """Refuse a file in which nothing holds what every record of its kind needs.

    Raises:
        UsageError: so it is.
    """
    needed, word = _NEEDED[kind]
    if not any(columns.has(name) for name in needed):
        table = columns.table
        found = ", ".join(f'"{each}"' for each in table.header[:12]) or "no header"
        raise UsageError(
            f"{table.path.name}: no column holds the {word} of {kind}; it has {found}.",
            f'Say which one does: --map "Header={word}".',
        )


def _header_notices(columns: Columns) -> Iterator[str]:
    for header, name in columns.guessed():
        yield f'"{header}" was read as {name}; --map "{header}=-" leaves it out.'
    unknown = columns.unknown()
    if unknown:
        listed = ", ".join(f'"{each}"' for each in unknown[:12])
        more = f" and {len(unknown) - 12} more" if len(unknown) > 12 else ""
        yield f"Not imported, as nothing is known to hold them: {listed}{more}; --map says what they are."


def _take_back_if(summary: Summary, bad: Rejects, *, strict: bool, dry_run: bool) -> None:
    """Leave the transaction with an error where nothing of it is to stay."""
    if strict and summary.rejected:
        bad.publish()
        raise _refusal(summary)
    if dry_run:
        raise _DryRunOverError


def _refusal(summary: Summary) -> InvalidDataError:
    first = summary.first_rejects[0]
    where = f"line {first.line}" + (f', column "{first.column}"' if first.column else "")
    return InvalidDataError(
        f"{summary.rejected:,} of {summary.rows:,} rows cannot be taken; the first is {where}: {first.reason}.",
        "Nothing was imported; without --strict the others would be.",
    )


def _taker(
    crm: Crm, writing: Transaction, columns: Columns, options: Options, tell: Report, brake: Brake
) -> tuple[Taker, Rows]:
    """What takes the rows, and the rows as it takes them."""
    source = options.source or (OWN if is_own(columns.table.header, options) else source_of(columns.table))
    if options.kind == "contacts":
        from crm_tui.interchange.people_taker import PeopleTaker

        people = PeopleTaker(crm, writing, columns, options, source, tell, brake)
        return people, people.rows()
    from crm_tui.interchange.records_in import taker

    records = taker(crm, writing, columns, options, source, tell)
    return records, records.rows()
