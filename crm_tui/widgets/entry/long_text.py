"""Several lines of typing."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from crm_tui.text import clean_lines


class LongText(TextArea):
    """Several lines of typing that cannot hold what a terminal would obey."""

    DEFAULT_CSS = """
    LongText, LongText:focus {
        height: 4;
        border: none;
        padding: 0;
        background: $panel 60%;
    }
    """

    def __init__(self, text: str, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(
            "\n".join(clean_lines(text)), id=id, show_line_numbers=False, tab_behavior="focus", compact=True
        )
        self.cursor_blink = False

    def on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted; the text area then takes it in."""
        event.text = "\n".join(clean_lines(event.text))
