"""The first line of every screen: the program, the places, the day."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from crm_tui.text import cell_width, clean


class Masthead(Widget, can_focus=False):
    """The program's name, the places with the present one marked, and the day at the right.

    Args:
        places: The name and the title of each place.
        here: The name of the place this is.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Masthead { height: 1; width: 1fr; color: $text-muted; }
    """

    class Chosen(Message):
        """A place was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, places: Sequence[tuple[str, str]], here: str) -> None:
        super().__init__()
        self._places = tuple(places)
        self._here = here
        self._day = ""

    @property
    def day(self) -> str:
        """What stands at the right."""
        return self._day

    @day.setter
    def day(self, text: str) -> None:
        if text != self._day:
            self._day = text
            self.refresh()

    def render(self) -> Content:
        """The line."""
        head = " crm"
        parts: list[tuple[str, str]] = [(head, "bold")]
        used = cell_width(head)
        room = self.size.width - cell_width(self._day) - 1
        for name, title in self._places:
            text = f"   {clean(title)}"
            if used + cell_width(text) + 1 > room and name != self._here:
                continue
            used += cell_width(text)
            parts.append((text, "bold $text-accent" if name == self._here else ""))
        gap = max(1, self.size.width - used - cell_width(self._day) - 1)
        parts += [(" " * gap, ""), (clean(self._day), "")]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Say which place was clicked."""
        at = cell_width(" crm")
        for name, title in self._places:
            width = 3 + cell_width(clean(title))
            if at <= event.x < at + width:
                self.post_message(self.Chosen(name))
                return
            at += width
