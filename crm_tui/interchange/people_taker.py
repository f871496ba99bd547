"""Rows about people: read into drafts, taken by the loader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.domain.loading.drafts import Report
from crm_tui.domain.loading.people import KEY_FIELDS, PeopleLoader
from crm_tui.errors import UsageError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.options import Options
from crm_tui.interchange.people_in import PeopleReader

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction


class PeopleTaker:
    """Takes rows about people."""

    def __init__(
        self, crm: Crm, writing: Transaction, columns: Columns, options: Options, source: str, report: Report
    ) -> None:
        key = options.key
        if key is not None and key not in KEY_FIELDS:
            raise UsageError(f'People cannot be matched by "{key}".', f"Use one of: {', '.join(KEY_FIELDS)}.")
        region = options.region or crm.config.region
        self._reader = PeopleReader(columns, crm.fields.list("contacts"), region.upper())
        self._loader = PeopleLoader(crm, writing, report, source=source, on_match=options.on_match, key=key)

    def take(self, line: int, cells: list[str]) -> None:
        """Take one row.

        Raises:
            RejectedRowError: it cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        self._loader.take(self._reader.draft(line, cells))

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        return self._loader.finish()
