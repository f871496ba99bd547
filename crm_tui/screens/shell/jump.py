"""Jump mode: letters beside what is in view; typing them takes the cursor there, escape leaves.

The rule it keeps: it only moves. Another size of the terminal ends it, for then the letters stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from crm_tui.screens.shell.base import DataMixin, bindings
from crm_tui.widgets.jump import Target, labels


class JumpLetters(Widget, can_focus=False):
    """The letters that lead to one place, those typed already left out."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    JumpLetters {
        position: absolute;
        width: auto;
        height: 1;
        color: $block-cursor-foreground;
        background: $block-cursor-background;
        text-style: bold;
        &:nocolor { text-style: bold reverse; }
    }
    """

    def __init__(self, letters: str, target: Target) -> None:
        super().__init__()
        self.letters = letters
        self.go = target[1]
        self._typed = 0
        self.styles.offset = (target[0].x, target[0].y)

    def render(self) -> Content:
        """What is still to be typed."""
        return Content(self.letters[self._typed :])

    def take(self, typed: str) -> None:
        """Show what is left after what was typed, or nothing where that leads elsewhere."""
        self.display = self.letters.startswith(typed)
        self._typed = len(typed)
        self.refresh(layout=True)


class JumpScreen(DataMixin, ModalScreen[None]):
    """The letters, until some of them are typed.

    Args:
        targets: Where one can go, the nearest first: the first have one letter.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("dialog")
    DEFAULT_CSS = """
    JumpScreen { background: transparent; overflow: hidden; }
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        super().__init__()
        self._targets = targets
        self._typed = ""
        self._begun: tuple[int, int] | None = None

    def compose(self) -> ComposeResult:
        """The letters at their places."""
        for letters, target in zip(labels(len(self._targets)), self._targets, strict=False):
            yield JumpLetters(letters, target)

    async def action_do(self, name: str) -> None:
        """Leave."""
        self.dismiss(None)

    def on_resize(self, event: events.Resize) -> None:
        """End where the letters do not fit any more."""
        size = (event.size.width, event.size.height)
        if self._begun is not None and self._begun != size:
            self.dismiss(None)
        self._begun = size

    def on_key(self, event: events.Key) -> None:
        """Take a letter; one that leads nowhere is passed over, a backspace takes the last one back."""
        if event.key == "backspace":
            self._show(self._typed[:-1])
        elif event.character and event.character.isalpha():
            self._show(self._typed + event.character.lower())
        else:
            return
        event.stop()
        event.prevent_default()

    def _show(self, typed: str) -> None:
        every = list(self.query(JumpLetters))
        chosen = [each for each in every if each.letters.startswith(typed)]
        if not chosen:
            return
        self._typed = typed
        for each in every:
            each.take(typed)
        if chosen[0].letters == typed:
            go = chosen[0].go
            self.app.call_later(go)
            self.dismiss(None)
