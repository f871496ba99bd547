"""One line of tabs, each with a figure; one of them is the present one, in brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from crm_tui.text import cell_width, clean


class Tab(NamedTuple):
    """A tab: what it stands for, its title, and its figure, which may be empty."""

    key: str
    title: str
    figure: str = ""


class TabsLine(Widget, can_focus=False):
    """Tabs side by side; where they do not fit, those after the present one give way, then those before it."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TabsLine { height: 1; width: 1fr; color: $text-muted; }
    """

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self._tabs: tuple[Tab, ...] = ()
        self._here = ""

    def show(self, tabs: Sequence[Tab], here: str) -> None:
        """Show these tabs; ``here`` is the key of the present one."""
        if (tuple(tabs), here) != (self._tabs, self._here):
            self._tabs, self._here = tuple(tabs), here
            self.refresh()

    def render(self) -> Content:
        """The line."""
        parts: list[tuple[str, str]] = []
        for tab, text in self._shown():
            here = tab.key == self._here
            parts.append((text, "bold $text-accent" if here else ""))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Say which tab was clicked."""
        at = 0
        for tab, text in self._shown():
            width = cell_width(text)
            if at <= event.x < at + width:
                self.post_message(self.Chosen(tab.key))
                return
            at += width

    def _shown(self) -> Iterator[tuple[Tab, str]]:
        texts = [(tab, self._text(tab)) for tab in self._tabs]
        here = next((place for place, tab in enumerate(self._tabs) if tab.key == self._here), 0)
        first, room = here, self.size.width
        room -= cell_width(texts[here][1]) if texts else 0
        while first and room >= cell_width(texts[first - 1][1]):
            first -= 1
            room -= cell_width(texts[first][1])
        for place, (tab, text) in enumerate(texts[first:], first):
            if place > here:
                room -= cell_width(text)
                if room < 0:
                    return
            yield tab, text

    def _text(self, tab: Tab) -> str:
        text = clean(f"{tab.title} {tab.figure}".strip())
        return f"[{text}]" if tab.key == self._here else f" {text} "
