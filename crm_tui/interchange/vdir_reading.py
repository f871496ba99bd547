"""The files of a folder as an import reads them: those that say nothing new are passed over, what is taken is noted.

The rule it keeps: a file counts as imported when all that it holds has come to be one record. One that was left out
in part, skipped or rejected stays unknown, so that no export takes its place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.folder_items import Taken
from crm_tui.domain.loading.drafts import OnMatch, Outcome, Report, Verdict
from crm_tui.interchange import vdir, vdir_state

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.options import Options
    from crm_tui.store.transaction import Transaction

_TAKEN: Final = (Verdict.NEW, Verdict.CHANGED, Verdict.SAME)


class Unchanged(NamedTuple):
    """A file that is as an import or export left it."""

    name: str
    uid: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    digest: str
    entity: str


class FolderReading:
    """An import of a folder, or of a file that stands in a folder which exports are written to.

    Args:
        crm: the open base.
        folder: the folder.
        suffix: of its items.
        options: what the import is to do.
        entities: the tables its items can come to.
    """

    def __init__(
        self, crm: Crm, folder: Path, suffix: str, options: Options, entities: Collection[str]
    ) -> None:
        self._crm = crm
        self._folder = folder
        self._entities = entities
        self._imports = vdir_state.imports(crm, folder)
        self._there = {path.name for path in vdir.paths(folder, suffix)}
        self._state = vdir_state.State(vdir_state.own(folder, self._imports), self._imports, self._there)
        written = vdir_state.own(folder, self._imports, or_unsaid=True)
        self._exported = vdir_state.State(written, self._imports, self._there)
        self._passes = (
            options.on_match is OnMatch.UPDATE
            and not (options.key or options.tags or options.create_missing or options.source)
        )  # fmt: skip
        self._notes = options.on_match is not OnMatch.CREATE
        self._files: dict[int, _File] = {}
        self._taken: dict[int, Taken] = {}
        self._spoilt: set[int] = set()
        self._gone = 0

    def unchanged(self, name: str, data: bytes) -> Unchanged | None:
        """A file that there is nothing to learn from; None for one that is to be read."""
        if not self._passes or self._state.found(name, vdir_state.digest(data)) is None:
            return None
        return Unchanged(name, vdir.first_uid(data))

    def tell(self, line: int, each: Unchanged, report: Report) -> None:
        """Say that a file says nothing new."""
        if each.uid:
            from crm_tui.domain.folder_items import is_there

            self._gone += not is_there(self._crm, self._entities, each.uid)
        report(Outcome(line, Verdict.SAME, each.name))

    def expect(self, line: int, name: str, mark: str, entity: str) -> None:
        """That the one item of a file is to become one record of a table, and will be told under a number."""
        # a name that is no text cannot be kept
        if self._notes and vdir.is_text(name) and self._exported.expected(name) != mark:
            self._files[line] = _File(name, mark, entity)

    def watched(self, report: Report) -> Report:
        """The report, which also tells what became of the files."""

        def watch(outcome: Outcome) -> None:
            file = self._files.get(outcome.line)
            if file is not None:
                if outcome.verdict in _TAKEN and outcome.id is not None and outcome.line not in self._taken:
                    self._taken[outcome.line] = Taken(file.name, file.digest, file.entity, outcome.id)
                else:
                    self._spoilt.add(outcome.line)
            report(outcome)

        return watch

    def finish(self, writing: Transaction) -> list[str]:
        """Note what was taken, once all of it is written; returns notices."""
        from crm_tui.domain.folder_items import note

        records: dict[tuple[str, int], int] = {}
        for each in self._taken.values():
            mark = (each.entity, each.record)
            records[mark] = records.get(mark, 0) + 1
        # of two files of one record neither is all that the record holds
        taken = [
            each
            for line, each in self._taken.items()
            if line not in self._spoilt and records[each.entity, each.record] == 1
        ]
        if taken:
            folder = vdir_state.whole(self._folder)
            note(self._crm, writing, folder, taken, self._imports.known, self._there)
        if not self._gone:
            return []
        one = self._gone == 1
        what = "1 file is" if one else f"{self._gone:,} files are"
        notice = (
            f"{what} as this program left {'it' if one else 'them'}, and the {'record is' if one else 'records are'}"
            " gone since: an export removes what it wrote, an import of a file by its name brings a record back."
        )
        return [notice]


def reading_of(
    crm: Crm, path: Path, suffix: str, options: Options, entities: Collection[str]
) -> FolderReading | None:
    """How a folder is read, or a file in a folder that exports are written to; None for any other file."""
    folder = path if path.is_dir() else path.parent
    if path.is_dir() or (path.suffix.lower() == suffix and vdir_state.is_written(folder)):
        return FolderReading(crm, folder, suffix, options, entities)
    return None
