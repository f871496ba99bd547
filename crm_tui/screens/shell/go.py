"""After ``g``: the places and the letter of each, until one is pressed."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from crm_tui import actions
from crm_tui.actions import PLACES, Keymap
from crm_tui.screens.shell.base import bindings
from crm_tui.widgets.frame.footer import Key, KeyFooter


class GoScreen(ModalScreen[str | None]):
    """Which place? Dismissed with its name.

    Args:
        keymap: The keys in force.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("go")
    DEFAULT_CSS = """
    GoScreen { background: transparent; }
    GoScreen > KeyFooter { background: $surface; }
    """

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """The places in the line of keys."""
        yield KeyFooter()

    def on_mount(self) -> None:
        """Name the places."""
        footer = self.query_one(KeyFooter)
        footer.tell("Go to", "escape back")
        footer.show_keys(
            [
                Key(self._keymap.keys(f"go-{place.name}")[0], place.title, f"go-{place.name}")
                for place in PLACES
            ]
        )

    async def action_do(self, name: str) -> None:
        """Go, or back."""
        self.dismiss(name.removeprefix("go-") if actions.BY_ID[name].scopes == ("go",) else None)

    def on_key_footer_pressed(self, event: KeyFooter.Pressed) -> None:
        """Go where was clicked."""
        self.dismiss(event.action.removeprefix("go-"))

    def on_key(self, event: events.Key) -> None:
        """Any other key goes nowhere."""
        if not any(event.key in self._keymap.keys(action.id) for action in actions.of_scope("go")):
            event.stop()
            self.dismiss(None)
