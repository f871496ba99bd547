"""One import of a table: the file, how to read it, and what takes its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import RejectedRowError, Report
from crm_tui.domain.loading.records import OWN
from crm_tui.errors import UsageError
from crm_tui.interchange.background import WORTH_IT
from crm_tui.interchange.brake import Brake
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.headers import REJECT_COLUMNS
from crm_tui.interchange.options import Options
from crm_tui.interchange.own import is_own
from crm_tui.interchange.rejects import Rejects
from crm_tui.interchange.reports import refuse_reports
from crm_tui.interchange.run import Bad, Progress, Rows, Summary, Taker, run
from crm_tui.interchange.table import Table, look

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

_NEEDED: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "contacts": (("name", "given_name", "family_name", "emails", "external_id"), "name"),
    "companies": (("name",), "name"),
    "deals": (("title",), "title"),
    "followups": (("title", "due_on"), "title"),
    "interactions": (("summary", "body", "kind"), "summary"),
    "products": (("name", "sku"), "name"),
    "invoices": (("number", "external_id"), "number"),
    "payments": (("invoice",), "invoice"),
}


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
    table = look(
        path,
        encoding=options.encoding,
        delimiter=options.delimiter,
        header=options.header,
        check=brake.check,
    )
    if options.own is None and table.copy is None:
        refuse_reports(table, brake.check, full_rows=options.full_rows)
    columns = Columns(table, options, crm.clock, custom_keys(crm, options.kind), brake.check)
    check_needed(columns, options.kind)
    places = table.places
    with places.in_errors() if places is not None else nullcontext():
        summary = run(
            crm,
            TableSource(columns, options, Rejects(rejects, table)),
            f"import {name or path.name}",
            strict=options.strict,
            dry_run=dry_run,
            report=report if report is None or places is None else places.report(report),
            progress=progress,
            brake=brake,
            notices=_header_notices(columns),
        )
    return summary if places is None else places.tell(summary)


class TableSource:
    """The rows of a table."""

    def __init__(self, columns: Columns, options: Options, rejected: Rejects) -> None:
        self.total = columns.table.lines
        self.bulk = options.kind == "contacts" and self.total >= WORTH_IT
        self.rejected = rejected
        self._columns = columns
        self._options = options

    def open(self, crm: Crm, writing: Transaction, report: Report, brake: Brake) -> tuple[Taker, Rows]:
        """What takes the rows, and the rows as it takes them."""
        columns, options = self._columns, self._options
        own = is_own(columns.table.header, options)
        source = options.source or (OWN if own else source_of(columns.table))
        if options.kind == "contacts":
            from crm_tui.interchange.people_taker import PeopleTaker

            people = PeopleTaker(crm, writing, columns, options, source, report, brake)
            return people, people.rows()
        from crm_tui.interchange.records_in import taker

        records = taker(crm, writing, columns, options, source, report)
        return records, records.rows()

    def unreadable(self) -> Iterable[Bad]:
        """The row in which a quote opens and never closes."""
        if self._columns.unclosed is not None:
            yield *self._columns.unclosed, RejectedRowError("a quote that opens here never closes")


def custom_keys(crm: Crm, kind: str) -> list[str]:
    """The keys of the custom fields that records of a kind have."""
    return [each.key for each in crm.fields.list(kind)] if kind in ("contacts", "companies", "deals") else []


def source_of(table: Table) -> str:
    """The name under which a file's external ids are kept: files with the same header come from the same place."""
    import hashlib

    # a rejects file comes from where the file came from that it is of
    names = "\n".join(sorted(each.casefold() for each in table.header if each not in REJECT_COLUMNS))
    return f"csv-{hashlib.sha256(names.encode()).hexdigest()[:12]}"


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
