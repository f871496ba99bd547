"""The first lines of a record: its name and what it is, and the answer in figures beneath."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from crm_tui.text import cell_width, clean, cut
from crm_tui.widgets.lines import Inked, Line, Span

_GAP = 2


class RecordHead(Inked, can_focus=False):
    """A name with words at its right end, and a line of figures."""

    DEFAULT_CSS = """
    RecordHead { height: 2; overflow: hidden; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._called = self._aside = self._figures = ""

    def show(self, name: str, aside: str, figures: str) -> None:
        """Show another record, or this one as it is now."""
        self._called, self._aside, self._figures = clean(name), clean(aside), clean(figures)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Two lines."""
        return 2

    def render_line(self, y: int) -> Strip:
        """Draw one of the two."""
        width = self.size.width
        return self.strip(self._first(width) if y == 0 else [(cut(self._figures, width), "dim")])

    def _first(self, width: int) -> Line:
        """The name whole if there is room; the words give way, for they stand below as well."""
        name = cut(self._called, width)
        left = width - cell_width(name) - _GAP
        aside = cut(self._aside, left) if left > 3 else ""
        gap = width - cell_width(name) - cell_width(aside)
        spans: list[Span] = [(name, "strong"), (" " * max(0, gap), "plain"), (aside, "dim")]
        return spans
