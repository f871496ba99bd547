"""The line above a list in which one types what the list shall show."""

from __future__ import annotations

from abc import abstractmethod

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from crm_tui.text import cell_width, clean
from crm_tui.widgets.entry.line_input import LineInput


class PlainText(Widget, can_focus=False):
    """One line of text that is never markup; one that does not fit ends in an ellipsis."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PlainText { width: auto; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self._text = clean(text)

    @property
    def text(self) -> str:
        """The text."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        text = clean(text)
        if text != self._text:
            wider = cell_width(text) != cell_width(self._text)
            self._text = text
            self.refresh(layout=wider)

    def render(self) -> Content:
        """The text as it is."""
        return Content(self._text)


class Rule(Widget, can_focus=False):
    """A thin line from side to side."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Rule { height: 1; width: 1fr; color: $panel; }
    """

    def render(self) -> Content:
        """The line."""
        return Content("─" * self.size.width)


class Completer(Suggester):
    """Says how what is typed may go on; what is taken may need more signs than what is shown."""

    @abstractmethod
    def taken(self, shown: str) -> str:
        """What a suggestion that is shown becomes when it is taken."""


class FilterInput(LineInput):
    """Where one types a filter; how it may go on stands dim behind it, and right or tab takes that."""

    def complete(self) -> bool:
        """Take the suggestion; False when there is none."""
        shown = self._suggestion
        if not self.cursor_at_end or len(shown) <= len(self.value):
            return False
        self.value = self.suggester.taken(shown) if isinstance(self.suggester, Completer) else shown
        self.cursor_position = len(self.value)
        return True

    def action_cursor_right(self, select: bool = False) -> None:
        """Take the suggestion, or go one place to the right."""
        if select or not self.complete():
            super().action_cursor_right(select)


class FilterBar(Horizontal):
    """A slash, what is typed, and at the right what came of it.

    Args:
        placeholder: What to type, said while nothing is.
        completer: Who says how it may go on.
    """

    DEFAULT_CSS = """
    FilterBar {
        height: 1;
        padding: 0 1;
        & > #filter-sign { color: $text-accent; margin-right: 1; }
        & > #filter-result { color: $text-muted; margin-left: 1; }
        & > LineInput { width: 1fr; }
    }
    """

    class Changed(Message):
        """Something else is typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def can_replace(self, message: Message) -> bool:
            """Only the last of several in a row counts."""
            return isinstance(message, FilterBar.Changed)

    class Left(Message):
        """The person goes to the list."""

        def __init__(self, bar: FilterBar) -> None:
            super().__init__()
            self.bar = bar

    class Cleared(Message):
        """The person wants no filter any more."""

    def __init__(self, placeholder: str, completer: Completer | None = None) -> None:
        super().__init__()
        self._placeholder = placeholder
        self._completer = completer

    def compose(self) -> ComposeResult:
        """The three parts."""
        yield PlainText("/", id="filter-sign")
        yield FilterInput(placeholder=self._placeholder, suggester=self._completer, id="filter-input")
        yield PlainText(id="filter-result")

    @property
    def input(self) -> FilterInput:
        """Where one types."""
        return self.query_one(FilterInput)

    @property
    def value(self) -> str:
        """What is typed."""
        return self.input.value.strip()

    def offer(self, placeholder: str, completer: Completer | None) -> None:
        """Take filters of something else from now on."""
        self._placeholder, self._completer = placeholder, completer
        self.input.placeholder = placeholder
        self.input.suggester = completer

    def tell(self, text: str) -> None:
        """Say at the right what came of it."""
        self.query_one("#filter-result", PlainText).text = text

    def clear(self) -> None:
        """Type nothing."""
        self.input.value = ""

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value.strip()))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Left(self))

    def on_key(self, event: events.Key) -> None:
        """Tab takes the suggestion or goes to the list, as down does; escape takes the filter away."""
        if event.key in ("down", "tab"):
            event.stop()
            event.prevent_default()
            if event.key == "down" or not self.input.complete():
                self.post_message(self.Left(self))
        elif event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Cleared())
