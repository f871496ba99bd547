"""Rows about people: read into drafts, here or in a second process, and taken by the loader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crm_tui.domain.loading.drafts import PersonDraft, Report
from crm_tui.domain.loading.people import KEY_FIELDS, PeopleLoader
from crm_tui.errors import UsageError
from crm_tui.interchange import background
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.options import Options
from crm_tui.interchange.people_in import PeopleReader

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction


class PeopleTaker:
    """Takes rows about people, as cells or as drafts."""

    def __init__(
        self, crm: Crm, writing: Transaction, columns: Columns, options: Options, source: str, report: Report
    ) -> None:
        key = options.key
        if key is not None and key not in KEY_FIELDS:
            raise UsageError(f'People cannot be matched by "{key}".', f"Use one of: {', '.join(KEY_FIELDS)}.")
        self._crm = crm
        self._columns = columns
        self._custom = crm.fields.list("contacts")
        self._region = (options.region or crm.config.region).upper()
        self._reader = PeopleReader(columns, self._custom, self._region)
        self._loader = PeopleLoader(
            crm,
            writing,
            report,
            source=source,
            columns=self._reader.used(),
            on_match=options.on_match,
            key=key,
        )

    def rows(self) -> Iterator[tuple[int, Any]]:
        """The rows of the file: their cells or, from a second process, drafts of them."""
        if background.is_worth_it(self._columns.table):
            return background.read(self._columns, self._custom, self._region, self._crm.config)
        return self._columns.rows()

    def take(self, line: int, row: list[str] | PersonDraft) -> None:
        """Take one row.

        Raises:
            RejectedRowError: it cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        if isinstance(row, background.BadRow):
            raise row.error
        self._loader.take(row if isinstance(row, PersonDraft) else self._reader.draft(line, row))

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        return self._loader.finish()
