"""What History asks: whether to take an operation back, and whether to go to the one in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from crm_tui.screens.forms.dialogs import AnswerList, Choose, Dialog, Option
from crm_tui.screens.history.history_lines import taken_back
from crm_tui.text import cut
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import wrap

if TYPE_CHECKING:
    from crm_tui.domain.history_details import Details

_WIDTH = 56
_MOST = 6


class UndoQuestion(Dialog[bool]):
    """Shall an operation be taken back? What that means stands above the answers.

    Args:
        found: What it did.
    """

    def __init__(self, found: Details) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        """The question, what it means, the answers."""
        entry = self._found.entry
        sentences = taken_back(self._found)
        left = len(sentences) - _MOST
        texts = [*sentences[:_MOST], *([f"and {left} more kinds of rows"] if left > 0 else [])]
        width = max(8, min(_WIDTH, self.app.size.width - 4))
        with Vertical():
            yield PlainText(f"Take back operation {entry.id}?").add_class("dialog-title")
            for line in wrap(entry.summary, width, 3):
                yield PlainText(line)
            for text in texts:
                yield PlainText(f"· {cut(text, width - 2)}")
            yield PlainText("")
            yield AnswerList(
                (Option("n", "No, leave it", value=False), Option("y", "Yes, take it back", value=True))
            )
            yield PlainText("enter choose   escape back").add_class("dialog-keys")

    def on_answer_list_chosen(self, event: AnswerList.Chosen) -> None:
        """Answer."""
        event.stop()
        self.dismiss(event.index == 1)


def in_the_way(number: int) -> Choose[bool]:
    """A dialog that says which operation is in the way, and offers to go there."""
    return Choose(
        f"Operation {number} came later and is in the way",
        (Option("g", f"Go to operation {number}", value=True), Option("n", "Leave it", value=False)),
    )
