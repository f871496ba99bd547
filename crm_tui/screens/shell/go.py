"""After ``g``: the places and the letter of each, until one is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from crm_tui import actions
from crm_tui.actions import PLACES, Keymap
from crm_tui.screens.shell.base import bindings
from crm_tui.text import cell_width, clean


class PlaceKeys(Widget, can_focus=False):
    """The places with their letters, on as many lines as they need.

    Args:
        places: The name of each place, its letter and its title.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PlaceKeys { height: auto; width: 1fr; dock: bottom; background: $surface; }
    """

    class Chosen(Message):
        """A place was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, places: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._places = tuple(places)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """What is said, and the lines of the places."""
        return 1 + len(self._lines(width))

    def render(self) -> Content:
        """What is said, and the places."""
        parts: list[tuple[str, str]] = [(" Go to", ""), ("  escape back", "$text-muted")]
        for line in self._lines(self.size.width):
            parts.append(("\n", ""))
            for _, letter, title in line:
                parts += [
                    (" ", ""),
                    (clean(letter), "bold $text-accent"),
                    (f" {clean(title)} ", "$text-muted"),
                ]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Say which place was clicked."""
        lines, at = self._lines(self.size.width), 0
        for place in lines[event.y - 1] if 0 < event.y <= len(lines) else ():
            if at <= event.x < at + _width(place):
                self.post_message(self.Chosen(place[0]))
                return
            at += _width(place)

    def _lines(self, width: int) -> list[list[tuple[str, str, str]]]:
        lines: list[list[tuple[str, str, str]]] = [[]]
        for place in self._places:
            if lines[-1] and sum(map(_width, lines[-1])) + _width(place) > width:
                lines.append([])
            lines[-1].append(place)
        return lines


def _width(place: tuple[str, str, str]) -> int:
    return cell_width(clean(place[1])) + cell_width(clean(place[2])) + 3


class GoScreen(ModalScreen[str | None]):
    """Which place? Dismissed with its name.

    Args:
        keymap: The keys in force.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("go")
    DEFAULT_CSS = """
    GoScreen { background: transparent; }
    """

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """The places with their letters."""
        keys = self._keymap.keys
        yield PlaceKeys([(place.name, keys(f"go-{place.name}")[0], place.title) for place in PLACES])

    async def action_do(self, name: str) -> None:
        """Go, or back."""
        self.dismiss(name.removeprefix("go-") if actions.BY_ID[name].scopes == ("go",) else None)

    def on_place_keys_chosen(self, event: PlaceKeys.Chosen) -> None:
        """Go where was clicked."""
        self.dismiss(event.place)

    def on_key(self, event: events.Key) -> None:
        """Any other key goes nowhere."""
        if not any(event.key in self._keymap.keys(action.id) for action in actions.of_scope("go")):
            event.stop()
            self.dismiss(None)
