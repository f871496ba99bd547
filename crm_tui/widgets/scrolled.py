"""A scrolling widget whose number of lines changes often: with every letter typed, with every page that comes."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView


class Scrolled(ScrollView):
    """A ``ScrollView`` that scrolls over a number of lines, as wide as it is itself."""

    def set_height(self, lines: int) -> None:
        """Scroll over so many lines.

        Textual lays the whole screen out anew for it, which is needed only where the scroll bar appears or goes, or
        the widget is as high as its lines.
        """
        size, seen = Size(0, lines), self.container_size
        same_bar = bool(seen) and self.show_vertical_scrollbar == (lines > seen.height)
        if same_bar and not self.styles.auto_dimensions:
            self.set_reactive(Scrolled.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size
