"""Completing a filter while one types it, asked in a thread."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

from crm_tui.errors import CrmError
from crm_tui.store.connection import told
from crm_tui.text import clean
from crm_tui.widgets.entry.filter_bar import Completer

if TYPE_CHECKING:
    from crm_tui.domain.completion import Completion
    from crm_tui.domain.listing import Listing
    from crm_tui.screens.shell.desk import Desk


class FilterCompleter(Completer):
    """Completes the fields of a list and the values that its records have.

    Args:
        desk: The file.
        listing: The list.
    """

    def __init__(self, desk: Desk, listing: Listing) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._desk = desk
        self._listing = listing
        self._last: Completion | None = None

    async def get_suggestion(self, value: str) -> str | None:
        """What is typed and how it may go on, asked in a thread."""
        self._last = await to_thread(self._ask, value)
        return None if self._last is None else self._last.shown

    def taken(self, shown: str) -> str:
        """What a suggestion becomes, quoted where it needs that."""
        return self._last.taken if self._last is not None and self._last.shown == shown else shown

    def _ask(self, value: str) -> Completion | None:
        from crm_tui.domain.completion import complete

        if not value.strip() or not self._desk.exists():
            return None
        try:
            with told(self._desk.path):
                found = complete(self._desk.reading(), self._listing, value)
        except CrmError:
            # a completion is a kindness: without it one types on
            return None
        # what would have to be made visible is left for the person to type
        return found if found is not None and clean(found.shown) == found.shown else None
