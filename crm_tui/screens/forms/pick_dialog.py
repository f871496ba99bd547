"""A dialog that finds one of many by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput
from crm_tui.widgets.lists.grouped_list import Group, GroupedList, GroupRow
from crm_tui.widgets.tables.table_lines import TableColumn

Found = Sequence[tuple[str, str]]
"""What fits: the answer, and what is said beside it."""


class Pick(Dialog[str]):
    """One of many, found by typing; dismissed with the answer.

    Args:
        title: The question.
        find: What fits the typed words.
        chosen: The answer to begin with.
    """

    DEFAULT_CSS = """
    Pick {
        & > Vertical { height: 20; }
        & LineInput { width: 1fr; }
        & GroupedList { height: 1fr; margin-top: 1; }
    }
    """

    def __init__(self, title: str, find: Callable[[str], Found], chosen: str = "") -> None:
        super().__init__()
        self._title = title
        self._find = find
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """The question, what is typed, what fits."""
        with Vertical():
            yield PlainText(self._title).add_class("dialog-title")
            yield LineInput(placeholder="type to search")
            yield GroupedList(
                (
                    TableColumn("answer", "", 18, flex=1),
                    TableColumn("aside", "", 16, tone="dim", flex=2, drop=1),
                )
            )
            yield PlainText("enter choose   up, down   escape back").add_class("dialog-keys")

    def on_mount(self) -> None:
        """Show all, and let the person type."""
        self._show("")
        rows = self.query_one(GroupedList)
        if self._chosen in rows.keys:
            rows.action_move(rows.keys.index(self._chosen))
        self.query_one(LineInput).focus()

    def _show(self, typed: str) -> None:
        found = [GroupRow(answer, (answer, aside)) for answer, aside in self._find(typed)]
        rows = self.query_one(GroupedList)
        rows.show([Group("", found)] if found else [], "Nothing fits.")
        rows.action_first()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(GroupedList).action_open()

    @on(GroupedList.Opened)
    def _opened(self, event: GroupedList.Opened) -> None:
        event.stop()
        self.dismiss(str(event.key))

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list while one types."""
        moves = {"up": (-1, 0.0), "down": (1, 0.0), "pageup": (0, -1.0), "pagedown": (0, 1.0)}
        if event.key in moves and isinstance(self.focused, Input):
            rows, screens = moves[event.key]
            event.stop()
            listed = self.query_one(GroupedList)
            if rows:
                listed.action_move(rows)
            else:
                listed.action_page(screens)
