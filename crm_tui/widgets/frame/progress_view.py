"""How far long work has come: what it is, a bar, figures, and how it is stopped."""

from __future__ import annotations

from textual.strip import Strip

from crm_tui.widgets.lines import Ink, Inked, Line
from crm_tui.widgets.tables.table_lines import cell

_LONGEST = 60  # cells of the bar


class ProgressView(Inked):
    """A few lines in the middle; the bar says in characters what it says in colour.

    Args:
        id: The id of the widget.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self._title = ""
        self._share: float | None = None
        self._figures = ""
        self._hint = ""

    @property
    def figures(self) -> str:
        """What stands under the bar."""
        return self._figures

    def show(self, title: str, share: float | None, figures: str, hint: str) -> None:
        """Show how far it is.

        Args:
            title: What is being done.
            share: How much of it is done, from 0 to 1; None while that is not known.
            figures: What stands under the bar.
            hint: How it is stopped.
        """
        self._title, self._share, self._figures, self._hint = title, share, figures, hint
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        lines = self._lines()
        height = self.size.height
        if height < len(lines):
            lines = [line for line in lines if line[0]]
        place = y - max(0, (height - len(lines)) // 2)
        text, ink = lines[place] if 0 <= place < len(lines) else ("", "plain")
        line: Line = [(cell(text, self.room, "center"), ink)]
        return self.strip(line)

    def _lines(self) -> list[tuple[str, Ink]]:
        return [
            (self._title, "strong"),
            ("", "plain"),
            (self._bar(), "accent"),
            (self._figures, "plain"),
            ("", "plain"),
            (self._hint, "dim"),
        ]

    def _bar(self) -> str:
        if self._share is None:
            return "…"
        room = max(4, min(_LONGEST, self.room - 10))
        full = int(room * self._share)
        return f"{'█' * full}{'░' * (room - full)} {int(self._share * 100):>3} %"
