"""Completing names while one types them, asked in a thread."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

from textual.suggester import Suggester

from crm_tui.errors import CrmError
from crm_tui.store.connection import told
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.screens.shell.desk import Desk


_MOST = 50


class NameSuggester(Suggester):
    """Completes a name from a table.

    Args:
        desk: The file.
        table: contacts or companies.
    """

    def __init__(self, desk: Desk, table: str) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._desk = desk
        self._table = table

    async def get_suggestion(self, value: str) -> str | None:
        """The shortest name that begins with what is typed, asked in a thread."""
        return await to_thread(self._ask, value)

    def _ask(self, value: str) -> str | None:
        if not value.strip() or not self._desk.exists():
            return None
        try:
            with told(self._desk.path):
                crm = self._desk.reading()
                ids = crm.search.named(self._table, value, limit=_MOST)
                found = crm.contacts.views(ids) if self._table == "contacts" else crm.companies.views(ids)
                names = [each.name for each in found if each.name.casefold().startswith(value.casefold())]
        except CrmError:
            # a completion is a kindness: without it one types on
            return None
        return clean(min(names, key=len)) if names else None
