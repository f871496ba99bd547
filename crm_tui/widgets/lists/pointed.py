"""Lines of which one has the cursor: it moves by key and by click, and stays in sight."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip

from crm_tui.widgets.lines import Inked, Line


class Pointed(Inked, can_focus=True):
    """So many lines, each drawn by ``line_of``."""

    DEFAULT_CSS = """
    Pointed { height: auto; max-height: 1fr; min-height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-10000)", "First", show=False),
        Binding("end", "move(10000)", "Last", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.cursor = 0
        """The place of the line that has it."""
        self._many = 0

    def line_of(self, index: int) -> Line:
        """What a line says."""
        raise NotImplementedError

    def set_lines(self, many: int, cursor: int | None = None) -> None:
        """There are so many lines now; the cursor stays where it is unless its place is given."""
        self._many = many
        self.cursor = max(0, min(self.cursor if cursor is None else cursor, many - 1))
        self.virtual_size = Size(0, many)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One cell a line."""
        return max(1, self._many)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        index = self.scroll_offset.y + y
        if index >= self._many:
            return self.strip(())
        return self.strip(self.line_of(index), self.ink("cursor") if index == self.cursor else None)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(self._many - 1, self.cursor + step))
        if not self.scroll_offset.y <= self.cursor < self.scroll_offset.y + self.size.height:
            self.scroll_to(y=self.cursor - self.size.height // 2, animate=False, force=True)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the line."""
        index = self.scroll_offset.y + event.y
        if index < self._many:
            self.cursor = index
            self.clicked(event)
            self.refresh()

    def clicked(self, event: events.Click) -> None:
        """Do what a click on the line of the cursor does besides."""
