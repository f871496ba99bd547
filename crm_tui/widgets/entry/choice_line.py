"""One of a few words on one line."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from crm_tui.text import cell_width, clean

_MORE = "…"


class ChoiceLine(Widget, can_focus=True):
    """One of a few words, chosen by the arrows or the first letter; where not all fit, the chosen one is in sight."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ChoiceLine { height: 1; width: 1fr; }
    """

    class Changed(Message):
        """Another word is chosen."""

    def __init__(self, choices: list[str], value: str, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._choices = choices
        self._value = value if value in choices else choices[0]

    @property
    def value(self) -> str:
        """The chosen word."""
        return self._value

    @value.setter
    def value(self, word: str) -> None:
        if word in self._choices and word != self._value:
            self._value = word
            self.post_message(self.Changed())
            self.refresh()

    def render(self) -> Content:
        """The words that fit, the chosen one in brackets: colour is not the only sign."""
        chosen = (
            "bold $block-cursor-foreground on $block-cursor-background"
            if self.has_focus
            else "bold underline"
        )
        first, last = self._shown()
        parts: list[tuple[str, str]] = [(_MORE, "$text-muted")] if first else []
        for word in self._choices[first : last + 1]:
            here = word == self._value
            text = f"[{clean(word)}]" if here else f" {clean(word)} "
            parts += [(text, chosen if here else "$text-muted"), (" ", "")]
        if last + 1 < len(self._choices):
            parts.append((_MORE, "$text-muted"))
        return Content.assemble(*parts)

    def _shown(self) -> tuple[int, int]:
        """The first and the last of the words that fit, the chosen one and as many before and behind it."""
        widths = [cell_width(clean(word)) + 3 for word in self._choices]
        here = self._choices.index(self._value)
        first, last = 0, len(widths) - 1

        def cells() -> int:
            return sum(widths[first : last + 1]) + (first > 0) + (last + 1 < len(widths))

        while first < last and cells() > self.size.width:
            if last > here and (first == here or last - here >= here - first):
                last -= 1
            else:
                first += 1
        return first, last

    def on_key(self, event: events.Key) -> None:
        """Choose."""
        place = self._choices.index(self._value)
        if event.key in ("left", "right", "space"):
            step = -1 if event.key == "left" else 1
            self.value = self._choices[(place + step) % len(self._choices)]
        elif event.character and event.character.isalnum():
            later = [*self._choices[place + 1 :], *self._choices[: place + 1]]
            found = next(
                (word for word in later if word.casefold().startswith(event.character.casefold())), None
            )
            if found is None:
                return
            self.value = found
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Choose the word that was clicked."""
        first, last = self._shown()
        at = len(_MORE) if first else 0
        for word in self._choices[first : last + 1]:
            width = cell_width(clean(word)) + 3
            if at <= event.x < at + width:
                self.value = word
                return
            at += width
