"""Until when? Four usual days to choose from with the arrows, or any other typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from crm_tui.dates import parse_when, relative_day, short_day
from crm_tui.screens.forms.form import FormScreen
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput
from crm_tui.widgets.lines import Inked

DAYS: Final = ("tomorrow", "+3d", "next monday", "+1w")
"""The days that are offered, as they would be typed."""
_ROOM: Final = 14


class Offers(Inked, can_focus=False):
    """Words to choose from with what each means, one line each."""

    DEFAULT_CSS = """
    Offers { height: auto; margin: 1 0 0 13; }
    """

    class Taken(Message):
        """One was clicked."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, offers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._offers = offers
        self._chosen: int | None = 0
        self.virtual_size = Size(0, len(offers))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line an offer."""
        return len(self._offers)

    def render_line(self, y: int) -> Strip:
        """Draw one offer."""
        if y >= len(self._offers):
            return self.strip(())
        words, meaning = self._offers[y]
        chosen = y == self._chosen
        line = (
            (f"{'>' if chosen else ' '} {words.ljust(_ROOM)}", "strong" if chosen else "plain"),
            (meaning, "dim"),
        )
        return self.strip(line)  # type: ignore[arg-type]

    def move(self, step: int) -> str:
        """The words of the next offer, from top to bottom and round."""
        here = self._chosen if self._chosen is not None else (-1 if step > 0 else 0)
        self._chosen = (here + step) % len(self._offers)
        self.refresh()
        return self._offers[self._chosen][0]

    def show(self, typed: str) -> None:
        """Point at what is typed, if it is among the offers."""
        words = [offer[0] for offer in self._offers]
        self._chosen = words.index(typed) if typed in words else None
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click takes an offer."""
        if event.y < len(self._offers):
            self.post_message(self.Taken(self._offers[event.y][0]))


class SnoozeScreen(FormScreen):
    """The form of ``forms.snooze`` with the usual days beneath its line."""

    DEFAULT_CSS: ClassVar[str] = """
    SnoozeScreen #form-error { margin-top: 0; }
    """

    def on_mount(self) -> None:
        """Offer the usual days."""
        clock = self.desk.clock
        days = [parse_when(words, clock).day for words in DAYS]
        told = [f"{relative_day(day, clock.today).ljust(_ROOM)}{short_day(day, clock.today)}" for day in days]
        self.query_one("#form-fields", VerticalScroll).mount(Offers(list(zip(DAYS, told, strict=True))))
        self.query(PlainText).last().text = "enter save   up, down other days   escape back"

    def on_key(self, event: events.Key) -> None:
        """Up and down go through the offers."""
        if event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            self._type(self.query_one(Offers).move(1 if event.key == "down" else -1))

    @on(LineInput.Changed)
    def _typed_other(self, event: LineInput.Changed) -> None:
        for offers in self.query(Offers):
            offers.show(event.value.strip())

    @on(Offers.Taken)
    def _taken(self, event: Offers.Taken) -> None:
        event.stop()
        self._type(event.words)
        self.do_save()

    def _type(self, words: str) -> None:
        line = self.query_one(LineInput)
        line.value = words
        line.cursor_position = len(words)
