"""The last two lines of every screen: what was just done or went wrong, and the keys that matter now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from crm_tui.text import cell_width, clean, cut

MOST: Final = 8
"""How many keys are ever shown."""
Mood = Literal["plain", "good", "bad"]
_SIGNS: Final[dict[Mood, str]] = {"plain": "", "good": "+ ", "bad": "! "}
_STYLES: Final[dict[Mood, str]] = {"plain": "", "good": "$text-success", "bad": "$text-error"}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the footer: what is pressed, the word for it, and the action it does."""

    key: str
    label: str
    action: str


class KeyFooter(Widget, can_focus=False):
    """A line that tells, and a line of keys that can be clicked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyFooter { height: 2; width: 1fr; dock: bottom; }
    """

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Key, ...] = ()
        self._told: tuple[str, str, Mood] = ("", "", "plain")

    @property
    def text(self) -> str:
        """What the telling line says, without the hint."""
        return self._told[0]

    @property
    def hint(self) -> str:
        """What it says to do."""
        return self._told[1]

    def tell(self, text: str, hint: str = "", mood: Mood = "plain") -> None:
        """Say what happened, and what to do."""
        self._told = (clean(text), clean(hint), mood)
        self.refresh()

    def show_keys(self, keys: Sequence[Key]) -> None:
        """Show these keys, the first eight."""
        shown = tuple(keys[:MOST])
        if shown != self._keys:
            self._keys = shown
            self.refresh()

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that fit, the last of them always the last given: it leads to the others."""
        room = self.size.width - 1
        shown = list(self._keys)
        while len(shown) > 1 and sum(_width(key) for key in shown) > room:
            del shown[-2]
        return tuple(shown)

    def render(self) -> Content:
        """Both lines."""
        text, hint, mood = self._told
        width = max(0, self.size.width - 1)
        text = cut(f"{_SIGNS[mood]}{text}" if text else "", width)
        rest = width - cell_width(text) - 2
        parts: list[tuple[str, str]] = [(" ", ""), (text, _STYLES[mood])]
        if hint and rest > 4:
            parts.append((f"  {cut(hint, rest)}", "$text-muted"))
        parts.append(("\n", ""))
        for key in self.keys:
            parts += [
                (" ", ""),
                (clean(key.key), "bold $text-accent"),
                (f" {clean(key.label)} ", "$text-muted"),
            ]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        if event.y != 1:
            return
        at = 0
        for key in self.keys:
            width = _width(key)
            if at <= event.x < at + width:
                self.post_message(self.Pressed(key.action))
                return
            at += width


def _width(key: Key) -> int:
    return cell_width(clean(key.key)) + cell_width(clean(key.label)) + 3
