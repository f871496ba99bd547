"""The steps of a task on one line, the present one marked."""

from __future__ import annotations

from collections.abc import Container, Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from crm_tui.text import cell_width, clean, cut


class StepLine(Widget, can_focus=False):
    """The steps with their numbers, and at the right what they are about.

    Args:
        steps: What they are called.
        id: The id of the widget.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    StepLine { height: 1; width: 1fr; }
    """

    class Chosen(Message):
        """A step was clicked; the first is 0."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, steps: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._steps = tuple(steps)
        self._here = 0
        self._aside = ""
        self._without: Container[int] = ()

    @property
    def here(self) -> int:
        """The present step."""
        return self._here

    @property
    def aside(self) -> str:
        """What stands at the right."""
        return self._aside

    def show(self, here: int, aside: str, without: Container[int] = ()) -> None:
        """Mark another step, say what it is about, and leave out the steps that this does not need."""
        if (here, aside, without) != (self._here, self._aside, self._without):
            self._here, self._aside, self._without = here, clean(aside), without
            self.refresh()

    def render(self) -> Content:
        """The line; where there is no room for all steps, the present one alone."""
        parts: list[tuple[str, str]] = []
        used = 0
        for number, text in self._texts():
            style = "bold $text-accent" if number == self._here else "$text-muted"
            parts.append((text, style))
            used += cell_width(text)
        room = self.size.width - used - 2
        aside = cut(self._aside, room) if room > 3 else ""
        gap = self.size.width - used - cell_width(aside) - 1
        return Content.assemble(*parts, (" " * max(0, gap), ""), (aside, ""))

    def on_click(self, event: events.Click) -> None:
        """Say which step was clicked."""
        at = 0
        for number, text in self._texts():
            if at <= event.x < at + cell_width(text):
                self.post_message(self.Chosen(number))
                return
            at += cell_width(text)

    def _texts(self) -> list[tuple[int, str]]:
        every: list[tuple[int, str]] = []
        for number, step in enumerate(self._steps):
            if number not in self._without:
                # the mark says without colour which one it is
                mark = ">" if number == self._here else " "
                every.append((number, f"{mark}{len(every) + 1} {step}  "))
        if sum(len(text) for _, text in every) <= self.size.width:
            return every
        return [each for each in every if each[0] == self._here]
