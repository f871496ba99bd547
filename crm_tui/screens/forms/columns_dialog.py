"""Which columns a list shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.screens.lists.columns import Catalogue
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Inked, Span, spread


@dataclass(frozen=True, slots=True)
class ColumnsChosen:
    """The answer: the keys in their order, none for the usual ones; and the field to sort by, if one was chosen."""

    keys: tuple[str, ...]
    sort: str = ""


class ColumnList(Inked, can_focus=True):
    """Every column on a line of its own, those shown marked."""

    DEFAULT_CSS = """
    ColumnList { height: auto; max-height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-1000)", "First", show=False),
        Binding("end", "move(1000)", "Last", show=False),
        Binding("space", "flip", "Show or hide", show=False),
        Binding("<,shift+up", "shift(-1)", "Move up", show=False),
        Binding(">,shift+down", "shift(1)", "Move down", show=False),
        Binding("r", "usual", "The usual ones", show=False),
        Binding("s", "sort", "Sort by it", show=False),
        Binding("enter", "done", "Done", show=False),
    ]

    class Done(Message):
        """The choice is made; ``sort`` is the field to sort by, if that was asked for."""

        def __init__(self, sort: str = "") -> None:
            super().__init__()
            self.sort = sort

    def __init__(self, catalogue: Catalogue, keys: Sequence[str]) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._cursor = 0
        self._fill(keys)
        self.virtual_size = Size(0, len(self._order))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the columns that are shown, in their order."""
        return tuple(key for key in self._order if key in self._shown)

    def _fill(self, keys: Sequence[str]) -> None:
        known = [each.key for each in self._catalogue.columns]
        self._shown = {key for key in keys if key in known}
        self._order = [key for key in keys if key in known] + [key for key in known if key not in keys]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line a column."""
        return len(self._order)

    def render_line(self, y: int) -> Strip:
        """Draw one column."""
        place = self.scroll_offset.y + y
        if place >= len(self._order):
            return self.strip(())
        column = self._catalogue.find(self._order[place])
        if column is None:
            return self.strip(())
        shown, cursor = column.key in self._shown, place == self._cursor
        left: list[Span] = [
            ("> " if cursor else "  ", "plain"),
            ("[x] " if shown else "[ ] ", "accent" if shown else "dim"),
            (column.title, "plain" if shown else "dim"),
        ]
        aside = column.key if column.key != column.title.lower().replace(" ", "_") else ""
        return self.strip(spread(left, [(aside, "dim")], self.room), self.ink("cursor") if cursor else None)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self._put(max(0, min(len(self._order) - 1, self._cursor + step)))

    def action_flip(self) -> None:
        """Show the column or hide it; the name stays, or one would not know whose row it is."""
        key = self._order[self._cursor]
        if key != self._catalogue.usual[0]:
            self._shown ^= {key}
        self.action_move(1)

    def action_shift(self, step: int) -> None:
        """Move the column towards the beginning or the end."""
        there = self._cursor + step
        if 0 <= there < len(self._order):
            order = self._order
            order[self._cursor], order[there] = order[there], order[self._cursor]
            self._put(there)

    def action_usual(self) -> None:
        """Show the usual columns."""
        self._fill(self._catalogue.usual)
        self._put(0)

    def action_sort(self) -> None:
        """Sort by the column."""
        column = self._catalogue.find(self._order[self._cursor])
        if column is not None and column.sort:
            self.post_message(self.Done(column.sort))
        else:
            self.app.bell()

    def action_done(self) -> None:
        """It is good so."""
        self.post_message(self.Done())

    def on_click(self, event: events.Click) -> None:
        """A click shows or hides."""
        place = self.scroll_offset.y + event.y
        if place < len(self._order):
            self._put(place)
            self.action_flip()

    def _put(self, place: int) -> None:
        self._cursor = place
        top, height = self.scroll_offset.y, self.size.height
        if place < top or place >= top + height:
            self.scroll_to(y=place if place < top else place - height + 1, animate=False, force=True)
        self.refresh()


class ColumnsDialog(Dialog[ColumnsChosen]):
    """Asks which columns are shown.

    Args:
        catalogue: All of them.
        keys: Those shown now.
    """

    DEFAULT_CSS = """
    ColumnsDialog ColumnList { max-height: 16; }
    """

    def __init__(self, catalogue: Catalogue, keys: Sequence[str]) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._keys = keys

    def compose(self) -> ComposeResult:
        """The question, the columns, the keys."""
        with Vertical():
            yield PlainText("Which columns?").add_class("dialog-title")
            yield ColumnList(self._catalogue, self._keys)
            keys = "space show   < > move   s sort   r usual   enter done"
            yield PlainText(keys).add_class("dialog-keys")

    def on_column_list_done(self, event: ColumnList.Done) -> None:
        """Answer."""
        event.stop()
        keys = self.query_one(ColumnList).keys
        self.dismiss(ColumnsChosen(() if keys == self._catalogue.usual else keys, event.sort))
