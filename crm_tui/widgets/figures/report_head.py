"""The head of a report: which there are, the question this one asks, and the answer in a line of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from crm_tui.text import cell_width, clean, cut

_HERE: Final = ">"
_MORE: Final = "…"
_LINES: Final = 3
_READING: Final = "being read…"


@dataclass(frozen=True, slots=True)
class Tab:
    """A report that can be chosen: its name, title and key."""

    name: str
    title: str
    key: str

    @property
    def text(self) -> str:
        """The key and the title; the sign before it is not part of it."""
        return f"{clean(self.key)} {clean(self.title)}".strip()


class ReportHead(Widget, can_focus=False):
    """Three lines: the reports with the present one marked, the question, the answer.

    Args:
        tabs: The reports, in order.
        here: The name of the present one.
        hint: The keys that choose, said at the right where there is room.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ReportHead { height: 3; width: 1fr; padding: 0 1; }
    """

    class Chosen(Message):
        """A report was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, tabs: Sequence[Tab], here: str, hint: str = "") -> None:
        super().__init__()
        self._hint = clean(hint)
        self._tabs = tuple(tabs)
        self._here = here
        self._question = ""
        self._aside = ""
        self._answers: Sequence[str] = ("",)

    def name_keys(self, tabs: Sequence[Tab], hint: str) -> None:
        """Name other keys: they were changed."""
        if (tuple(tabs), clean(hint)) != (self._tabs, self._hint):
            self._tabs, self._hint = tuple(tabs), clean(hint)
            self.refresh()

    def show(self, here: str, question: str, aside: str = "", answers: Sequence[str] = ("",)) -> None:
        """Show another report, or other figures of it.

        Args:
            here: The name of the report.
            question: What it answers.
            aside: Of which days it is.
            answers: The figures, and shorter forms of them for a narrow place.
        """
        self._here, self._question, self._aside = here, question, aside
        self._answers = [clean(answer) for answer in answers]
        self.refresh()

    def wait(self) -> None:
        """Say that the figures are being read; those that were read before stay."""
        self._aside = _READING
        self.refresh()

    def render(self) -> Content:
        """The three lines; the answer alone where there is no room."""
        width = self.size.width
        if self.size.height < _LINES:
            return self._answer_line()
        question, aside = clean(self._question), clean(self._aside)
        gap = width - cell_width(question) - cell_width(aside)
        if gap <= 0 and aside:
            # the days matter more than the end of the question, and the currencies least
            aside = cut(aside, width // 2)
            question = cut(question, max(0, width - cell_width(aside) - 1))
            gap = width - cell_width(question) - cell_width(aside)
        parts: list[tuple[str, str]] = [(cut(question, width), "bold")]
        if gap > 0:
            parts.append((" " * gap + aside, "$text-muted"))
        return Content("\n").join((self._tab_line(), Content.assemble(*parts), self._answer_line()))

    def on_click(self, event: events.Click) -> None:
        """Say which report was clicked."""
        if event.y != 0 or self.size.height < _LINES:
            return
        # the padding at the left
        at = 1
        for tab in self._shown():
            width = cell_width(tab.text) + 4
            if at <= event.x < at + width:
                self.post_message(self.Chosen(tab.name))
                return
            at += width

    def _answer_line(self) -> Content:
        width = self.size.width
        answer = next((each for each in self._answers if cell_width(each) <= width), self._answers[-1])
        return Content(cut(answer, width))

    def _tab_line(self) -> Content:
        shown = self._shown()
        parts: list[tuple[str, str]] = []
        for tab in shown:
            here = tab.name == self._here
            parts.append((f"{_HERE if here else ' '} ", "$text-accent"))
            parts.append((f"{tab.text}  ", "bold $text-accent" if here else "$text-muted"))
        if len(shown) < len(self._tabs):
            parts.append((_MORE, "$text-muted"))
        gap = self.size.width - sum(cell_width(text) for text, _ in parts) - cell_width(self._hint)
        if gap > 0:
            parts.append((" " * gap + self._hint, "$text-muted"))
        return Content.assemble(*parts)

    def _shown(self) -> list[Tab]:
        """The reports that fit, the present one and those around it."""
        here = next((place for place, tab in enumerate(self._tabs) if tab.name == self._here), 0)
        first = last = here
        room = self.size.width - 1 - self._cells(here)
        while True:
            # the nearer end grows, so that the present one stays about in the middle
            ends = [place for place in (last + 1, first - 1) if 0 <= place < len(self._tabs)]
            ends = [place for place in ends if self._cells(place) <= room]
            if not ends:
                return list(self._tabs[first : last + 1])
            place = min(ends, key=lambda place: abs(place - here))
            room -= self._cells(place)
            first, last = min(first, place), max(last, place)

    def _cells(self, place: int) -> int:
        return cell_width(self._tabs[place].text) + 4
