"""One import of a calendar: a file, or a folder with one entry a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.folder_items import ENTRIES
from crm_tui.domain.loading.drafts import Report
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.brake import Brake
from crm_tui.interchange.ical.components import Component, components, decoded
from crm_tui.interchange.ical.taking import EntryTaker, Item, is_alone
from crm_tui.interchange.rejects import RejectedItems
from crm_tui.interchange.run import Bad, Progress, Rows, Summary, Taker, run
from crm_tui.interchange.vdir_reading import FolderReading, reading_of
from crm_tui.interchange.vdir_state import digest

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.options import Options
    from crm_tui.store.transaction import Transaction

SUFFIX: Final = ".ics"
_LARGEST: Final = 256 * 1024 * 1024


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
    """Import a calendar: to-dos as follow-ups, events that have begun as meetings.

    Args:
        crm: the open base.
        path: an iCalendar file, or a folder of them.
        options: encoding, source, on_match, strict, create_missing, region and key count; a calendar has no columns.
        name: what the operation calls the file; its name unless given.
        dry_run: take everything back at the end.
        rejects: where to write rejected entries.
        report: is told what became of each entry, and of each day of a repeating event.
        progress: is told the line or entry reached and their number, now and then.
        brake: stops it from another thread.

    Raises:
        StoppedError: the brake was pulled; nothing was imported.
        UsageError: an option cannot be meant, or the file is in another encoding.
        InvalidDataError: it is no calendar, or an entry was rejected and ``strict`` is set; nothing was imported.
        ConflictError: a record is there already and matches were to fail; nothing was imported.
    """
    _check_options(options)
    source = Calendar(path, options, RejectedEntries(rejects))
    return run(
        crm,
        source,
        f"import {name or path.name}",
        strict=options.strict,
        dry_run=dry_run,
        report=report,
        progress=progress,
        brake=brake,
    )


class RejectedEntries(RejectedItems):
    """The rejected entries, as text."""

    def add(self, line: int, row: Any, column: str, reason: str) -> None:
        """Keep one."""
        super().add(line, row.text() if isinstance(row, Item) else row, column, reason)


class Calendar:
    """The entries of a file or a folder."""

    bulk = False

    def __init__(self, path: Path, options: Options, rejected: RejectedEntries) -> None:
        self.rejected = rejected
        self._options = options
        self._path = path
        self._text = self._mark = ""
        if path.is_dir():
            from crm_tui.interchange.vdir import count

            self._folder = True
            self.total = count(path, SUFFIX)
            if not self.total:
                raise InvalidDataError(
                    f"There are no {SUFFIX} files in {path}.", "Give the folder that has them."
                )
            return
        self._folder = False
        data = _bytes(path)
        self._mark = digest(data)
        self._text = decoded(data, options.encoding, path.name)
        self.total = self._text.count("\n")
        if "BEGIN:VCALENDAR" not in self._text.upper():
            raise InvalidDataError(
                f"{path.name} is no iCalendar file: there is no BEGIN:VCALENDAR in it.",
                "Give a file such as calendar.ics.",
            )

    def open(self, crm: Crm, writing: Transaction, report: Report, brake: Brake) -> tuple[Taker, Rows]:
        """What takes the entries, and the entries."""
        folder = reading_of(crm, self._path, SUFFIX, self._options, ENTRIES)
        told = report if folder is None else folder.watched(report)
        taker = EntryTaker(crm, writing, self._options, told, folder)
        return taker, self._rows(taker, folder, brake)

    def unreadable(self) -> Iterable[Bad]:
        """Nothing: what cannot be read is rejected in its place."""
        return ()

    def _rows(self, taker: EntryTaker, folder: FolderReading | None, brake: Brake) -> Rows:
        if not self._folder:
            entries: Iterable[Component] = components(self._text, encoding=self._options.encoding)
            name = ""
            if folder is not None:
                entries = list(entries)
                name = self._path.name if is_alone(entries) else ""
            for item in taker.items(entries):
                item.file, item.mark = name, self._mark
                yield item.entry.number, item
            return
        assert folder is not None
        yield from self._items(taker, folder, brake)

    def _items(self, taker: EntryTaker, folder: FolderReading, brake: Brake) -> Rows:
        from crm_tui.interchange.vdir import items

        number = 0
        for file, data in items(self._path, SUFFIX):
            brake.check()
            known = folder.unchanged(file.name, data)
            if known is not None:
                number += 1
                yield number, known
                continue
            try:
                text = decoded(data, self._options.encoding, file.name)
                found = list(components(text, file.name, self._options.encoding))
            except UsageError as error:
                found = [Component(1, "VCALENDAR", bad=error.message.rstrip("."), place=file.name)]
            for item in taker.items(found):
                number += 1
                item.file, item.mark = file.name if is_alone(found) else "", digest(data)
                yield number, item


def _check_options(options: Options) -> None:
    """Refuse what cannot be meant for a calendar.

    Raises:
        UsageError: so it is.
    """
    if options.mapping or options.defaults:
        raise UsageError("A calendar has no columns.", "Leave --map and --default out.")
    if options.tags:
        raise UsageError("Follow-ups and meetings have no tags.", "Leave --tag out.")
    if options.key not in (None, "external_id"):
        raise UsageError(
            f'Calendar entries cannot be matched by "{options.key}".',
            "Use --key external_id, or leave it out.",
        )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidDataError(
                f"{path.name} has more than {_LARGEST // 1024 // 1024} MB.", "Export fewer years at once."
            )
        return path.read_bytes()
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
