"""Rows about people: read into drafts, here or in a second process, and taken by the loader."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from crm_tui.domain.loading.details import NamedLoader
from crm_tui.domain.loading.drafts import PersonDraft, RejectedRowError, Report
from crm_tui.domain.loading.people import KEY_FIELDS, PeopleLoader
from crm_tui.domain.loading.records import own_key
from crm_tui.errors import UsageError
from crm_tui.interchange import background
from crm_tui.interchange.brake import Brake
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.options import Options
from crm_tui.interchange.own import OwnRow, OwnRows, is_own
from crm_tui.interchange.people_in import PeopleReader

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction


class PeopleTaker:
    """Takes rows about people, as cells or as drafts."""

    def __init__(
        self,
        crm: Crm,
        writing: Transaction,
        columns: Columns,
        options: Options,
        source: str,
        report: Report,
        brake: Brake | None = None,
    ) -> None:
        self._brake = brake
        key = options.key
        if key is not None and key not in KEY_FIELDS:
            raise UsageError(f'People cannot be matched by "{key}".', f"Use one of: {', '.join(KEY_FIELDS)}.")
        self._crm = crm
        self._columns = columns
        self._custom = crm.fields.list("contacts")
        self._region = (options.region or crm.config.region).upper()
        self._reader = PeopleReader(columns, self._custom, self._region)
        self._own = OwnRows(crm, columns, options, report) if is_own(columns.table.header, options) else None
        make = _DetailedLoader if self._reader.detailed else _Loader
        self._loader: _Loader = make(
            crm,
            writing,
            report,
            source=source,
            columns=self._reader.used(),
            on_match=options.on_match,
            key=key,
        )

    def rows(self) -> Generator[tuple[int, Any], None, None]:
        """The rows of the file: their cells or, from a second process, drafts of them."""
        if self._own is not None:
            return self._own.rows()
        if background.is_worth_it(self._columns.table):
            return background.read(self._columns, self._custom, self._region, self._crm.config, self._brake)
        return self._columns.rows()

    def take(self, line: int, row: list[str] | PersonDraft | OwnRow) -> None:
        """Take one row.

        Raises:
            RejectedRowError: it cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        if isinstance(row, background.BadRow):
            raise RejectedRowError(row.reason, row.column)
        if isinstance(row, OwnRow):
            assert self._own is not None
            self._own.take(self, line, row)
            return
        self._loader.take(row if isinstance(row, PersonDraft) else self._reader.draft(line, row))

    def take_own(self, line: int, cells: list[str], record_id: int | None) -> None:
        """Take a row of an own export."""
        draft = self._reader.draft(line, cells)
        if record_id is not None:
            draft.external = None
        elif draft.external is not None:
            draft.external = own_key(draft.external, draft.created_at)
        self._loader.own_id = record_id
        self._loader.take(draft)

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        return self._loader.finish()


class _Loader(PeopleLoader):
    """A loader that is told which person a row of an own export was written from."""

    own_id: int | None = None

    def _match(self, draft: PersonDraft) -> int | None:
        return super()._match(draft) if self.own_id is None else self.own_id


class _DetailedLoader(_Loader, NamedLoader):
    """The same for rows that say days and relations."""
