"""Several rows of typing, of which each may go on with a known name."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable

from crm_tui.widgets.entry.long_text import LongText

Complete = Callable[[str], str]
"""How a row may go on; empty where nothing is known. Asked in a thread."""


class LineRows(LongText):
    """Rows of typing; how the row at the cursor may go on stands dim behind it, and right takes that.

    Args:
        text: What stands there at first.
        complete: Says how a row may go on.
        id: The id of the widget.
    """

    DEFAULT_CSS = """
    LineRows, LineRows:focus { height: 6; }
    """

    def __init__(self, text: str, complete: Complete, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(text, id=id)
        self._complete = complete

    def update_suggestion(self) -> None:
        """Ask how the row may go on."""
        begun = self._begun()
        if begun is None:
            self.suggestion = ""
        else:
            self.run_worker(self._suggest(begun), group="suggestion", exclusive=True)

    def _begun(self) -> str | None:
        """The row at the cursor where that is at its end; None where nothing could go on."""
        row, column = self.cursor_location
        text = self.document.get_line(row)
        return text if text.strip() and column == len(text) and self.selection.is_empty else None

    async def _suggest(self, begun: str) -> None:
        found = await to_thread(self._complete, begun)
        if self.is_attached:
            self.suggestion = found if self._begun() == begun else ""
