"""A line in which one types a path."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput


class PathBar(Horizontal):
    """A word, and what is typed. Tab completes, enter takes, down and escape go to the list beneath."""

    DEFAULT_CSS = """
    PathBar {
        height: 1;
        padding: 0 1;
        & > PlainText { color: $text-muted; margin-right: 1; }
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
            return isinstance(message, PathBar.Changed)

    class Complete(Message):
        """The rest is wanted."""

    class Taken(Message):
        """The path is as it is meant."""

    class Left(Message):
        """The person goes to the list."""

    def compose(self) -> ComposeResult:
        """The two parts."""
        yield PlainText("File")
        yield LineInput(placeholder="~/Downloads/contacts.csv", id="path")

    @property
    def input(self) -> LineInput:
        """Where one types."""
        return self.query_one(LineInput)

    @property
    def value(self) -> str:
        """What is typed."""
        return self.input.value

    @value.setter
    def value(self, text: str) -> None:
        self.input.value = text
        self.input.cursor_position = len(self.input.value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Taken())

    def on_key(self, event: events.Key) -> None:
        """Tab, down and escape are about the list."""
        message = {"tab": self.Complete, "down": self.Left, "escape": self.Left}.get(event.key)
        if message is not None:
            event.stop()
            event.prevent_default()
            self.post_message(message())
