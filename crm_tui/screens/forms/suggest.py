"""Completing names while one types them, asked in a thread."""

from __future__ import annotations

import re
from asyncio import to_thread
from typing import TYPE_CHECKING, Any, Final

from textual.suggester import Suggester

from crm_tui.errors import CrmError
from crm_tui.store.connection import told
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.screens.shell.desk import Desk


_MOST: Final = 50
_COUNTED: Final = re.compile(r"^\s*[+-]?[0-9][0-9.,]*\s*[xX×]\s+")


class NameSuggester(Suggester):
    """Completes a name from a table.

    Args:
        desk: The file.
        table: contacts, companies or products.
    """

    def __init__(self, desk: Desk, table: str) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._desk = desk
        self._table = table

    async def get_suggestion(self, value: str) -> str | None:
        """The shortest name that begins with what is typed, asked in a thread."""
        return await to_thread(self._ask, value)

    def _ask(self, value: str) -> str | None:
        return _shortest(self._desk, self._table, value)


def rest_of_row(desk: Desk, table: str, row: str) -> str:
    """How a row such as ``2 x Olive oi`` goes on, asked in the thread it is called in; nothing once a price begins."""
    name = _COUNTED.sub("", row)
    if "@" in name or not name.strip():
        return ""
    found = _shortest(desk, table, name)
    # a letter may become two when it is folded, and then the rest begins elsewhere
    begins = found is not None and found[: len(name)].casefold() == name.casefold()
    return found[len(name) :] if found is not None and begins else ""


def _shortest(desk: Desk, table: str, begun: str) -> str | None:
    """The shortest name that begins with what is typed."""
    if not begun.strip() or not desk.exists():
        return None
    try:
        with told(desk.path):
            crm = desk.reading()
            ids = crm.search.named(table, begun, limit=_MOST)
            service: Any = getattr(crm, table)
            names = [
                each.name for each in service.views(ids) if each.name.casefold().startswith(begun.casefold())
            ]
    except CrmError:
        # a completion is a kindness: without it one types on
        return None
    return clean(min(names, key=len)) if names else None
