"""A list in parts, each under its heading, short enough to be held whole: the morning list.

Lines are reckoned from the headings and never held, so that ``PagedList`` can stand on it with any number of rows.
The rule it keeps: nothing moves unless the person moved it. After a reload the cursor stands on the same thing, or
where that was; the marks and the scroll stay.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from crm_tui.text import cell_width, clean
from crm_tui.widgets.jump import Target
from crm_tui.widgets.lines import Inked, Span, spread, wrap
from crm_tui.widgets.moving import MOVES
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import Slot, TableColumn, cell, fit

_GUTTER: Final = 4  # cells for the cursor, the mark, the sign and a space
_LEAST: Final = 8  # cells that a text keeps when the one behind it is long


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row: what it stands for, its cells, its sign, and the tones of both."""

    key: Hashable
    cells: tuple[str, ...]
    sign: str = " "
    tone: Tone = "plain"
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A heading, what is said at its right, and the rows beneath."""

    title: str
    rows: Sequence[GroupRow]
    aside: str = ""


class GroupedList(Inked, can_focus=True):
    """Rows under headings.

    Args:
        columns: The columns of every row. One without ``flex`` is as wide as its texts, up to its width.
        id: The id of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Told(Message):
        """Something the list says."""

        def __init__(self, rows: GroupedList) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> GroupedList:
            """The list, for ``@on`` with a selector."""
            return self.rows

    class Highlighted(Told):
        """The cursor stands on another row, or on none when ``key`` is None."""

        def __init__(self, rows: GroupedList, key: Hashable | None) -> None:
            super().__init__(rows)
            self.key = key

    class Opened(Told):
        """The person wants to see a row whole."""

        def __init__(self, rows: GroupedList, key: Hashable) -> None:
            super().__init__(rows)
            self.key = key

    class Marked(Told):
        """The marks have changed."""

    def __init__(self, columns: Sequence[TableColumn], *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._all_columns = tuple(columns)
        self._columns = self._all_columns
        self._groups: tuple[Group, ...] = ()
        self._heads: list[int] = []  # the line of each heading
        self._firsts: list[int] = []  # how many rows stand above each heading
        self._count = 0
        self._cursor = 0
        self._marks: set[Hashable] = set()
        self._empty = ""
        self._told: Hashable | None = None

    @property
    def cursor_key(self) -> Hashable | None:
        """What the row under the cursor stands for, None when there is none."""
        row = self._row(self._cursor)
        return row.key if row else None

    @property
    def keys(self) -> list[Hashable]:
        """What the rows stand for, from top to bottom."""
        return [row.key for group in self._groups for row in group.rows]

    @property
    def marked(self) -> set[Hashable]:
        """What the marked rows stand for: a copy."""
        return set(self._marks)

    def show(self, groups: Iterable[Group], empty: str) -> None:
        """Show other rows; ``empty`` is said in the middle when there are none."""
        key, top = self.cursor_key, self.scroll_offset.y
        before = self._line(self._cursor) - top if self._count else None
        self._arrange(groups)
        self._empty = empty
        keys = self.keys
        self._marks &= set(keys)
        self._cursor = keys.index(key) if key in keys else max(0, min(self._cursor, len(keys) - 1))
        self._columns = self._measured()
        height = self.size.height
        if self._count and before is not None and 0 <= before < height:
            # from the top one sees the first heading, as long as the cursor is in view
            line = self._line(self._cursor)
            y = 0 if top == 0 and line < height else max(0, line - before)
            self.scroll_to(y=y, animate=False, force=True)
        elif before is None:
            self._reveal()
        self.refresh()
        self._told = None
        self._tell()

    def go_to(self, key: Hashable) -> None:
        """Put the cursor on a row, if it is there."""
        keys = self.keys
        if key in keys:
            self._put(keys.index(key))

    def set_marks(self, keys: Iterable[Hashable]) -> None:
        """Mark exactly these rows."""
        self._marks = set(keys)
        self.post_message(self.Marked(self))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a heading, a row, a gap, or what is said instead."""
        if not self._groups:
            return self._note(y)
        found = self._at(self.scroll_offset.y + y)
        if isinstance(found, Group):
            aside = f"{found.aside} " if found.aside else ""
            return self.strip(spread([(" ", "plain"), (found.title, "title")], [(aside, "dim")], self.room))
        row = self._row(found) if found is not None else None
        return self.strip(()) if row is None else self._draw(row, cursor=found == self._cursor)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._put(self._cursor + rows)

    def action_page(self, screens: float) -> None:
        """Move the cursor by so many screens."""
        if self._count:
            target = max(0, self._line(self._cursor) + int(self.size.height * screens))
            nth = bisect_right(self._heads, target) - 1
            beneath = target - self._heads[nth] - 1
            self._put(self._firsts[nth] + max(0, min(beneath, len(self._groups[nth].rows) - 1)))

    def action_first(self) -> None:
        """Go to the first row."""
        self._put(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._put(self._count - 1)

    def action_group(self, step: int) -> None:
        """Go to the first row of the next part, or of this one and then of the one before."""
        firsts = sorted(set(self._firsts))
        nth = bisect_right(firsts, self._cursor) - 1
        if step > 0:
            self._put(firsts[nth + 1] if nth + 1 < len(firsts) else self._count - 1)
        elif firsts:
            self._put(firsts[nth] if firsts[nth] < self._cursor else firsts[max(0, nth - 1)])

    def action_mark(self) -> None:
        """Mark the row, or take its mark off, and go on to the next."""
        key = self.cursor_key
        if key is not None:
            self.set_marks(self._marks ^ {key})
            self._put(self._cursor + 1)

    def action_open(self) -> None:
        """Open the row."""
        key = self.cursor_key
        if key is not None:
            self.post_message(self.Opened(self, key))

    def jump_targets(self) -> list[Target]:
        """The rows in view, for jump mode."""

        def target(y: int, row: int) -> Target:
            def go() -> None:
                self.focus()
                self._put(row)

            place = self.content_region
            return Region(place.x, place.y + y, place.width, 1), go

        found = [(y, self._at(self.scroll_offset.y + y)) for y in range(self.size.height)]
        return [target(y, row) for y, row in found if isinstance(row, int)]

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; at its left edge also mark it, twice also open it."""
        place = self._at(self.scroll_offset.y + event.y)
        if isinstance(place, int):
            self._put(place)
            if event.x < 2:
                self.set_marks(self._marks ^ {self.cursor_key})
            elif event.chain == 2:
                self.action_open()

    def _arrange(self, groups: Iterable[Group]) -> None:
        """Reckon where everything stands, a gap above each heading but the first."""
        self._groups = tuple(groups)
        self._heads, self._firsts, self._count = [], [], 0
        line = 0
        for group in self._groups:
            self._heads.append(line)
            self._firsts.append(self._count)
            self._count += len(group.rows)
            line += len(group.rows) + 2
        self.set_height(max(0, line - 1))

    def _line(self, place: int) -> int:
        """The line of a row."""
        nth = bisect_right(self._firsts, place) - 1
        return self._heads[nth] + 1 + place - self._firsts[nth]

    def _at(self, line: int) -> Group | int | None:
        """What stands on a line: a heading, a row's place, or nothing."""
        nth = bisect_right(self._heads, line) - 1
        if nth < 0:
            return None
        beneath = line - self._heads[nth]
        if beneath > len(self._groups[nth].rows):
            return None
        return self._firsts[nth] + beneath - 1 if beneath else self._groups[nth]

    def _row(self, place: int) -> GroupRow | None:
        if not 0 <= place < self._count:
            return None
        nth = bisect_right(self._firsts, place) - 1
        return self._groups[nth].rows[place - self._firsts[nth]]

    def _put(self, place: int) -> None:
        if not self._count:
            return
        self._cursor = max(0, min(place, self._count - 1))
        self._reveal()
        self.refresh()
        self._tell()

    def _reveal(self) -> None:
        if not self._count:
            return
        line, top, height = self._line(self._cursor), self.scroll_offset.y, max(1, self.size.height)
        # with a first row its heading comes into view too, where there is room for both
        head = line - 1 if self._cursor in self._firsts and height > 1 else line
        if head < top:
            self.scroll_to(y=head, animate=False, force=True)
        elif line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False, force=True)

    def _tell(self) -> None:
        key = self.cursor_key
        if key != self._told or key is None:
            self._told = key
            self.post_message(self.Highlighted(self, key))

    def _draw(self, row: GroupRow, *, cursor: bool) -> Strip:
        slots, gap = fit(self._columns, max(1, self.room - _GUTTER - 1))
        cells, slots = _shared(row.cells, [slot for slot in slots if slot.width], self._columns, gap)
        marked = row.key in self._marks
        spans: list[Span] = [
            (">" if cursor else " ", "plain"),
            ("*" if marked else " ", "accent"),
            (cell(row.sign, 1), row.tone),
            (" ", "plain"),
        ]
        for nth, slot in enumerate(slots):
            text = cells[slot.place] if slot.place < len(cells) else ""
            tone = row.tones[slot.place] if slot.place < len(row.tones) else slot.column.tone
            if nth:
                spans.append((" " * gap, "plain"))
            spans.append((cell(text, slot.width, slot.column.align), tone))
        return self.strip(spans, self.ink("cursor") if cursor else None)

    def _measured(self) -> tuple[TableColumn, ...]:
        """The columns, those without flex only as wide as what they show; an empty one is given no room."""
        rows = [row for group in self._groups for row in group.rows]
        found = []
        for place, column in enumerate(self._all_columns):
            if not column.flex:
                widest = max((cell_width(clean(row.cells[place])) for row in rows), default=0)
                column = replace(column, width=min(column.width, widest))
            found.append(column)
        return tuple(found)

    def _note(self, y: int) -> Strip:
        width = max(1, self.room - 4)
        lines = [line for part in self._empty.split("\n") for line in wrap(clean(part), width)]
        place = y - max(0, (self.size.height - len(lines)) // 2)
        text = lines[place] if 0 <= place < len(lines) else ""
        return self.strip([(cell(text, self.room, "center"), "dim")])


def _shared(
    cells: Sequence[str], slots: list[Slot], columns: Sequence[TableColumn], gap: int
) -> tuple[Sequence[str], list[Slot]]:
    """The cells and their widths where a row's last column, aligned right, needs more or less room than it has.

    What a column without ``flex`` at the right leaves empty the text before it takes; a last text that is longer than
    its column takes from that in turn. An empty last column shows a figure for which there was no column.
    """
    if len(slots) < 2 or slots[-1].column.align != "right" or slots[-1].column.flex:
        return cells, slots
    last = slots[-1]
    if not _text(cells, last):
        seen = {slot.place for slot in slots}
        hidden = [
            place
            for place, column in enumerate(columns)
            if column.align == "right" and place not in seen and place < len(cells) and cells[place]
        ]
        if hidden:
            cells = [*cells]
            cells[last.place] = cells[hidden[-1]]
    kept, spare = [*slots[:-1]], last.width - cell_width(clean(_text(cells, last)))
    while len(kept) > 1 and not kept[-1].column.flex and not _text(cells, kept[-1]):
        spare += kept.pop().width + gap
    before = kept[-1]
    if not before.column.flex:
        # a figure keeps its place beneath the others
        return cells, slots
    spare = max(spare, min(0, _LEAST - before.width))
    kept[-1] = before._replace(width=before.width + spare)
    taken = sum(slot.width + gap for slot in slots) - sum(slot.width + gap for slot in kept) - gap
    return cells, [*kept, last._replace(width=taken)]


def _text(cells: Sequence[str], slot: Slot) -> str:
    return cells[slot.place] if slot.place < len(cells) else ""
