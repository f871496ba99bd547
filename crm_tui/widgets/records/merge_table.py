"""Records side by side, field by field, with a mark at the value that wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from crm_tui.text import clean, cut, pad
from crm_tui.widgets.lines import Line, Span
from crm_tui.widgets.lists.pointed import Pointed

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


class MergeTable(Pointed):
    """The fields, one a line; left and right say whose value wins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Left wins", show=False),
        Binding("right,l,space", "turn(1)", "Right wins", show=False),
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
        self.set_lines(len(rows))

    @property
    def rows(self) -> Sequence[MergeRow]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[MergeRow]) -> None:
        """Show other rows; the cursor stays at its field."""
        here = self._rows[self.cursor].field if self._rows else ""
        self._rows = list(rows)
        self.set_lines(len(rows), next((place for place, row in enumerate(rows) if row.field == here), 0))

    def line_of(self, index: int) -> Line:
        """Draw one field: its name, then the values of as many records as there is room for."""
        row = self._rows[index]
        first, shown = self._window()
        width = max(1, (self.room - _LABEL) // shown)
        spans: list[Span] = [(pad(cut(clean(row.label), _LABEL - 1), _LABEL), "dim")]
        for place in range(first, first + shown):
            wins = place == row.winner
            text = clean(row.values[place]) or "–"
            mark = _MARKS[not wins]
            spans.append((mark + pad(cut(text, width - 3), width - 2), "strong" if wins else "dim"))
        return spans

    def _window(self) -> tuple[int, int]:
        """Which records are shown: all, or as many as fit, the winner of the line with the cursor among them.

        The same in every line, so that the values of a record stand below its name.
        """
        row = self._rows[self.cursor]
        count = len(row.values)
        shown = max(1, min(count, (self.room - _LABEL) // _NARROWEST))
        return max(0, min(row.winner - shown + 1, count - shown)), shown

    def action_turn(self, step: int) -> None:
        """Let the next record's value win, round at the ends."""
        if not self._rows or self._rows[self.cursor].fixed:
            return
        row = self._rows[self.cursor]
        self.post_message(self.Turned(row.field, (row.winner + step) % len(row.values)))

    def clicked(self, event: events.Click) -> None:
        """A click chooses the value it is on."""
        row = self._rows[self.cursor]
        first, shown = self._window()
        place = first + (event.x - _LABEL) // max(1, (self.room - _LABEL) // shown)
        if not row.fixed and event.x >= _LABEL and first <= place < first + shown:
            self.post_message(self.Turned(row.field, place))
