"""The page of a report: lines that scroll by the keys of moving, for there is no cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from crm_tui.widgets.lines import Lines


class ReportPage(Lines):
    """The lines of a report; there is no cursor, so the keys of moving scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half_down"),
    ]

    def action_move(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_relative(y=lines, animate=False)

    def action_page(self, screens: float) -> None:
        """Scroll by so many screens."""
        self.scroll_relative(y=int(self.size.height * screens), animate=False)

    def action_first(self) -> None:
        """To the first line."""
        self.action_scroll_home()

    def action_last(self) -> None:
        """To the last line."""
        self.action_scroll_end()
