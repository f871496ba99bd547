"""One line asked for in a dialog, and asked again until it is understood."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from crm_tui.errors import CrmError
from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput


class AskLine(Dialog[str]):
    """A question that is answered by a line; escape answers nothing.

    Args:
        title: The question.
        value: What stands there at first.
        hint: What can be typed.
        check: Raises when a line is not understood.
    """

    DEFAULT_CSS = """
    AskLine {
        & LineInput { width: 1fr; background: $panel 60%; }
        & .ask-hint { color: $text-muted; height: auto; text-wrap: wrap; text-overflow: fold; margin-top: 1; }
        & #ask-error { color: $text-error; height: auto; min-height: 1; text-wrap: wrap; text-overflow: fold; }
    }
    """

    def __init__(self, title: str, value: str, hint: str, check: Callable[[str], object]) -> None:
        super().__init__()
        self._title = title
        self._typed = value
        self._hint = hint
        self._check = check

    def compose(self) -> ComposeResult:
        """The question, the line, what can be typed, what is wrong."""
        with Vertical():
            yield PlainText(self._title).add_class("dialog-title")
            yield LineInput(self._typed, select_on_focus=True)
            yield PlainText(self._hint).add_class("ask-hint")
            yield PlainText(id="ask-error")
            yield PlainText("enter take it   escape back").add_class("dialog-keys")

    @on(Input.Changed)
    def _changed(self) -> None:
        self.query_one("#ask-error", PlainText).text = ""

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self._check(event.value)
        except CrmError as error:
            self.query_one("#ask-error", PlainText).text = f"! {error.message}"
            return
        self.dismiss(event.value.strip())
