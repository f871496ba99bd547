"""The first line of every screen: the program, the places, the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from crm_tui.text import cell_width, clean
from crm_tui.widgets.jump import Target

_HEAD: Final = " crm"


class Masthead(Widget, can_focus=False):
    """The program's name, the places with the present one marked, and the day at the right where there is room.

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
        parts: list[tuple[str, str]] = [(_HEAD, "bold")]
        used = cell_width(_HEAD)
        for name, text in self._shown():
            used += cell_width(text)
            parts.append((text, "bold $text-accent" if name == self._here else ""))
        gap = self.size.width - used - cell_width(self._day) - 1
        if gap > 0:
            parts += [(" " * gap, ""), (clean(self._day), "")]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Say which place was clicked."""
        at = cell_width(_HEAD)
        for name, text in self._shown():
            width = cell_width(text)
            if at <= event.x < at + width:
                self.post_message(self.Chosen(name))
                return
            at += width

    def jump_targets(self) -> list[Target]:
        """The places in view, for jump mode; the letter takes the space before the name."""

        def go(name: str) -> Callable[[], None]:
            def choose() -> None:
                self.post_message(self.Chosen(name))

            return choose

        place, at = self.content_region, cell_width(_HEAD)
        found: list[Target] = []
        for name, text in self._shown():
            if name != self._here:
                found.append((Region(place.x + at + 1, place.y, cell_width(text) - 1, 1), go(name)))
            at += cell_width(text)
        return found

    def _shown(self) -> list[tuple[str, str]]:
        """The places there is room for, and their texts; the present one always."""
        texts = [(name, f"   {clean(title)}") for name, title in self._places]
        room = self.size.width - cell_width(_HEAD) - cell_width(self._day) - 2
        room -= next((cell_width(text) for name, text in texts if name == self._here), 0)
        shown = []
        for name, text in texts:
            if name != self._here:
                room -= cell_width(text)
            if name == self._here or room >= 0:
                shown.append((name, text))
        return shown
