"""What a search found: rows under headings, the words that were searched for standing out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.strip import Strip

from crm_tui.widgets.lists.grouped_list import Group, GroupedList, GroupRow
from crm_tui.widgets.lists.matches import pieces
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import Slot, TableColumn, cell, fit

if TYPE_CHECKING:
    from crm_tui.domain.search_query import SearchQuery

COLUMNS: Final = (
    TableColumn("title", "", 17, flex=5),
    TableColumn("snippet", "", 17, flex=5, drop=1, tone="dim"),
    TableColumn("aside", "", 22, align="right", drop=2, tone="dim"),
)
_GUTTER: Final = 4  # cells for the cursor, the sign, and a space behind each
_SEARCHED: Final = frozenset({"title", "snippet"})


class HitList(GroupedList, inherit_bindings=False):
    """Hits by kind. Nothing is marked here: there is nothing to do with several at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        each for each in GroupedList.BINDINGS if not isinstance(each, Binding) or each.id != "table.mark"
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(COLUMNS, id=id)
        self._query: SearchQuery | None = None

    def find(self, groups: Iterable[Group], empty: str, query: SearchQuery | None, *, afresh: bool) -> None:
        """Show what was found.

        Args:
            groups: The hits.
            empty: What is said when there are none.
            query: What was searched for.
            afresh: Whether it is another search, which begins at its best hit.
        """
        self._query = query
        self.show(groups, empty)
        if afresh:
            self.action_first()
            self.scroll_to(y=0, animate=False, force=True)

    def set_marks(self, keys: Iterable[Hashable]) -> None:
        """Mark nothing."""

    def _draw(self, row: GroupRow, *, cursor: bool) -> Strip:
        slots, gap = fit(self._columns, max(1, self.room - _GUTTER - 1))
        whole = self.ink("cursor") if cursor else None
        plain = whole or self.ink("plain")
        drawn = [
            Segment("> " if cursor else "  ", plain),
            Segment(cell(row.sign, 1), whole or self.ink(row.tone)),
            Segment(" ", plain),
        ]
        for nth, slot in enumerate(each for each in slots if each.width):
            if nth:
                drawn.append(Segment(" " * gap, plain))
            drawn += self._cell(row, slot, whole)
        return Strip(drawn).adjust_cell_length(self.size.width, whole or self.ink("plain"))

    def _cell(self, row: GroupRow, slot: Slot, whole: Style | None) -> Iterator[Segment]:
        """One cell, cut to its width, with what was searched for strong."""
        place = slot.place
        text = cell(row.cells[place] if place < len(row.cells) else "", slot.width, slot.column.align)
        tone: Tone = row.tones[place] if place < len(row.tones) else slot.column.tone
        style = whole or self.ink(tone)
        if self._query is None or slot.column.key not in _SEARCHED:
            yield Segment(text, style)
            return
        # under the cursor everything is bold already
        strong = whole + Style(underline=True) if whole else self.ink("strong")
        for piece, meant in pieces(text, self._query):
            yield Segment(piece, strong if meant else style)
