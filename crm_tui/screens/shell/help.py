"""Every key that works here, made from the keys in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from crm_tui import actions
from crm_tui.text import pad
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Line, Lines, wrap

if TYPE_CHECKING:
    from crm_tui.actions import Action, Keymap

_KEYS = 12
_COLUMN = 56


class HelpScreen(ModalScreen[None]):
    """The keys of a place by group, in as many columns as fit.

    Args:
        title: The place.
        scope: Its scope.
        keymap: The keys in force.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Back", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen {
        background: $background;
        & > #help-title { width: 1fr; text-style: bold; padding: 0 1; }
        & > Lines { padding: 1 0 0 1; }
        & > #help-keys { width: 1fr; color: $text-muted; padding: 0 1; text-wrap: wrap; text-overflow: fold; }
    }
    """

    def __init__(self, title: str, scope: str, keymap: Keymap) -> None:
        super().__init__()
        self._title = title
        self._scope = scope
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Heading, keys, the way out."""
        yield PlainText(f"Keys on {self._title}", id="help-title")
        yield Lines(id="help-lines")
        yield PlainText(
            "escape back   up, down scroll   other keys: [keys] in the configuration", id="help-keys"
        )

    def on_mount(self) -> None:
        """Show the keys."""
        lines = self.query_one(Lines)
        lines.show(self._lines)
        lines.focus()

    def _lines(self, width: int) -> list[Line]:
        blocks = [block for group in actions.GROUPS if (block := self._block(group, width))]
        columns = max(1, width // _COLUMN)
        return beside(blocks, columns, width)

    def _block(self, group: str, width: int) -> list[Line]:
        found = [action for action in _helpful(self._scope) if action.group == group]
        if not found:
            return []
        room = width // max(1, width // _COLUMN)
        rows = [line for action in found for line in self._rows(action, room)]
        return [[(group, "title")], *rows, []]

    def _rows(self, action: Action, room: int) -> list[Line]:
        keys = self._keymap.all_shown(action.id) or f"{self._keymap.shown('palette')} …"
        texts = wrap(action.help, max(8, room - _KEYS - 1))
        return [
            [(pad(keys if place == 0 else "", _KEYS), "accent"), (text, "plain"), (" ", "plain")]
            for place, text in enumerate(texts)
        ]


def _helpful(scope: str) -> list[Action]:
    return [*actions.of_scope(scope), *actions.of_scope("go")[:-1]]


def beside(blocks: list[list[Line]], columns: int, width: int) -> list[Line]:
    """Blocks of lines in columns of about the same length, in their order."""
    if columns == 1:
        return [line for block in blocks for line in block]
    longest = -(-sum(len(block) for block in blocks) // columns)
    sides: list[list[Line]] = [[] for _ in range(columns)]
    side = 0
    for block in blocks:
        if sides[side] and len(sides[side]) + len(block) / 2 > longest and side + 1 < columns:
            side += 1
        sides[side] += block
    height = max(len(lines) for lines in sides)
    room = width // columns
    empty: Line = [(" " * room, "plain")]
    return [
        [span for lines in sides for span in _filled(lines[place] if place < len(lines) else empty, room)]
        for place in range(height)
    ]


def _filled(line: Line, room: int) -> Line:
    used = sum(len(text) for text, _ in line)
    return [*line, (" " * max(0, room - used), "plain")]
