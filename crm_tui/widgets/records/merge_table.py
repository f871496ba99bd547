"""Records side by side, field by field, with a mark at the value that wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from crm_tui.text import clean, cut, pad
from crm_tui.widgets.lines import Inked, Span

_LABEL: Final = 16
_NARROWEST: Final = 22
_MARKS: Final = ("* ", "  ")


@dataclass(frozen=True, slots=True)
class MergeRow:
    """One field: what each record has, and the place of the one that wins; ``fixed`` ones cannot be chosen."""

    field: str
    label: str
    values: tuple[str, ...]
    winner: int
    fixed: bool = False


class MergeTable(Inked, can_focus=True):
    """The fields, one a line; left and right say whose value wins."""

    DEFAULT_CSS = """
    MergeTable { height: auto; max-height: 1fr; min-height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("left,h", "turn(-1)", "Left wins", show=False),
        Binding("right,l,space", "turn(1)", "Right wins", show=False),
        Binding("home", "move(-1000)", "First", show=False),
        Binding("end", "move(1000)", "Last", show=False),
    ]

    class Turned(Message):
        """Another record's value is to win in a field."""

        def __init__(self, field: str, winner: int) -> None:
            super().__init__()
            self.field = field
            self.winner = winner

    def __init__(self, rows: Sequence[MergeRow]) -> None:
        super().__init__()
        self._rows = list(rows)
        self._cursor = 0
        self.virtual_size = Size(0, len(rows))

    @property
    def rows(self) -> Sequence[MergeRow]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[MergeRow]) -> None:
        """Show other rows; the cursor stays at its field."""
        here = self._rows[self._cursor].field if self._rows else ""
        self._rows = list(rows)
        self._cursor = next((place for place, row in enumerate(rows) if row.field == here), 0)
        self.virtual_size = Size(0, len(rows))
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line a field."""
        return len(self._rows)

    def render_line(self, y: int) -> Strip:
        """Draw one field: its name, then the values of as many records as there is room for."""
        index = self.scroll_offset.y + y
        if index >= len(self._rows):
            return self.strip(())
        row = self._rows[index]
        here = index == self._cursor
        first, shown = self._window(row)
        width = max(1, (self.room - _LABEL) // shown)
        spans: list[Span] = [(pad(cut(clean(row.label), _LABEL - 1), _LABEL), "dim")]
        for place in range(first, first + shown):
            wins = place == row.winner
            text = clean(row.values[place]) or "–"
            mark = _MARKS[not wins]
            spans.append((mark + pad(cut(text, width - 3), width - 2), "strong" if wins else "dim"))
        return self.strip(spans, self.ink("cursor") if here else None)

    def _window(self, row: MergeRow) -> tuple[int, int]:
        """Which records are shown: all, or as many as fit with the winner among them."""
        count = len(row.values)
        shown = max(1, min(count, (self.room - _LABEL) // _NARROWEST))
        return max(0, min(row.winner - shown + 1, count - shown)), shown

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self._cursor = max(0, min(len(self._rows) - 1, self._cursor + step))
        if not self.scroll_offset.y <= self._cursor < self.scroll_offset.y + self.size.height:
            self.scroll_to(y=self._cursor - self.size.height // 2, animate=False, force=True)
        self.refresh()

    def action_turn(self, step: int) -> None:
        """Let the next record's value win, round at the ends."""
        if not self._rows or self._rows[self._cursor].fixed:
            return
        row = self._rows[self._cursor]
        self.post_message(self.Turned(row.field, (row.winner + step) % len(row.values)))

    def on_click(self, event: events.Click) -> None:
        """A click chooses the value it is on."""
        index = self.scroll_offset.y + event.y
        if index >= len(self._rows):
            return
        self._cursor = index
        row = self._rows[index]
        first, shown = self._window(row)
        place = first + (event.x - _LABEL) // max(1, (self.room - _LABEL) // shown)
        if not row.fixed and event.x >= _LABEL and first <= place < first + shown:
            self.post_message(self.Turned(row.field, place))
        self.refresh()
