"""One line of typing that cannot hold what a terminal would obey."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input

from crm_tui.text import clean


class LineInput(Input):
    """An input without a frame and without a blinking cursor; control characters in it are made visible."""

    DEFAULT_CSS = """
    LineInput, LineInput:focus {
        border: none;
        height: 1;
        padding: 0;
        background: transparent;
        background-tint: transparent;
    }
    """

    def __init__(self, value: str = "", **options: Any) -> None:
        options.setdefault("select_on_focus", False)
        super().__init__(clean(value), **options)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Make control characters visible, whether typed, pasted or completed."""
        return clean(value)
