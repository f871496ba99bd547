"""A record whole: its items under headings, each reached with the cursor, however many there are.

The rule it keeps: nothing moves unless the person moved it. After a reload the cursor stands on the same item, or where
that was, and as high on the screen as before. Only what is seen is drawn; of the rest only the heights are known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from crm_tui.text import clean
from crm_tui.widgets.jump import Target
from crm_tui.widgets.lines import Inked, Line, spread, wrap
from crm_tui.widgets.moving import MOVES
from crm_tui.widgets.records import record_view_rows as laid
from crm_tui.widgets.records.record_view_rows import Row, Section
from crm_tui.widgets.tables.table_lines import cell

_AHEAD: Final = 2
"""Screens before the end at which more is asked for."""
_Block = tuple[Section, Row | None]
"""A row with its section; the heading itself where there is no row."""


class RecordView(Inked, can_focus=True):
    """Items under headings.

    Args:
        id: The id of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Highlighted(Message):
        """The cursor stands on another item, or on none."""

    class Opened(Message):
        """The person wants to see an item whole."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Marked(Message):
        """The marks have changed."""

    class NearEnd(Message):
        """The end has come near."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self._sections: Sequence[Section] = ()
        self._empty = ""
        self._blocks: list[_Block] = []
        self._tops: list[int] = []
        self._total = 0
        self._reach: list[int] = []
        self._cursor = 0
        self._marks: set[Hashable] = set()
        self._heights: dict[Hashable, tuple[Row, int, int]] = {}
        self._laid_for = 0

    @property
    def cursor_row(self) -> Row | None:
        """The item under the cursor, None when there is none."""
        return self._blocks[self._reach[self._cursor]][1] if self._reach else None

    @property
    def rows(self) -> list[Row]:
        """Every item that can be reached, from top to bottom."""
        return list(laid.rows_of(self._sections))

    @property
    def marked(self) -> set[Hashable]:
        """What the marked items stand for: a copy."""
        return set(self._marks)

    def show(self, sections: Sequence[Section], empty: str = "") -> None:
        """Show other items; ``empty`` is said in the middle when there are none at all."""
        anchor = self._anchor()
        key = self._key()
        self._sections = [section for section in sections if section.rows]
        self._empty = empty
        self._lay()
        keys = [self._block_key(place) for place in self._reach]
        self._marks &= set(keys)
        if key in keys:
            self._cursor = keys.index(key)
        self._cursor = max(0, min(self._cursor, len(keys) - 1))
        self._hold(anchor)
        self.refresh()
        self.post_message(self.Highlighted())
        self._tell_end()

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on an item; says whether it is there."""
        for place, block in enumerate(self._reach):
            if self._block_key(block) == key:
                self._put(place)
                return True
        return False

    def go_to_section(self, step: int) -> bool:
        """Put the cursor on the first item of the section after or before; says whether there is one."""
        if not self._reach:
            return False
        here = self._blocks[self._reach[self._cursor]][0]
        order = [section for section in self._sections if any(row.key is not None for row in section.rows)]
        at = next(place for place, section in enumerate(order) if section is here)
        if not 0 <= at + step < len(order):
            return False
        wanted = order[at + step]
        self._put(next(place for place, block in enumerate(self._reach) if self._blocks[block][0] is wanted))
        return True

    def set_marks(self, keys: Iterable[Hashable]) -> None:
        """Mark exactly these items."""
        self._marks = set(keys)
        self.post_message(self.Marked())
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line of an item, a heading, a gap, or what is said instead."""
        if not self._blocks:
            return self._note(y)
        line = self.scroll_offset.y + y
        # another width may be drawn once before it is laid out for
        width = self._laid_for
        if line >= self._total or not width:
            return self.strip(())
        place = bisect_right(self._tops, line) - 1
        section, row = self._blocks[place]
        within = line - self._tops[place]
        if row is None:
            return self.strip(self._heading(section) if within == self._gap(place) else ())
        cursor = bool(self._reach) and self._reach[self._cursor] == place
        # of two columns only the one in use has the sign of the cursor
        here = cursor and self.has_focus
        drawn = laid.lines(row, section.label, width, cursor=here, marked=row.key in self._marks)
        return self.strip(drawn[within], self.ink("cursor") if cursor and within == 0 else None)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._put(self._cursor + rows)

    def action_page(self, screens: float) -> None:
        """Move the cursor by so many screens, to another item in any case."""
        if not self._reach:
            return
        target = self._tops[self._reach[self._cursor]] + int(self.size.height * screens)
        block = bisect_right(self._tops, max(0, target)) - 1
        place = bisect_right(self._reach, block) - 1
        step = 1 if screens > 0 else -1
        self._put(place if (place - self._cursor) * step > 0 else self._cursor + step)

    def action_first(self) -> None:
        """Go to the first item."""
        self._put(0)

    def action_last(self) -> None:
        """Go to the last item there is so far."""
        self._put(len(self._reach) - 1)

    def action_mark(self) -> None:
        """Mark the item, or take its mark off, and go on to the next."""
        key = self._key()
        if key is not None:
            self.set_marks(self._marks ^ {key})
            self._put(self._cursor + 1)

    def action_open(self) -> None:
        """Open the item."""
        row = self.cursor_row
        if row is not None:
            self.post_message(self.Opened(row))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say when the end comes near."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value:
            self._tell_end()

    def jump_targets(self) -> list[Target]:
        """The items in view, for jump mode."""
        top, place = self.scroll_offset.y, self.content_region
        found: list[Target] = []
        for nth, block in enumerate(self._reach):
            y = self._tops[block] - top
            if y >= self.size.height:
                break
            if y >= 0:
                found.append((Region(place.x, place.y + y, place.width, 1), partial(self._jump, nth)))
        return found

    def on_resize(self) -> None:
        """Lay everything out for the new width; the cursor stays in view if it was."""
        if self.room != self._laid_for:
            anchor = self._anchor()
            self._lay()
            self._hold(anchor)
        self._reveal()
        self._tell_end()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the item; at its left edge also mark it, twice also open it."""
        line = self.scroll_offset.y + event.y
        block = bisect_right(self._tops, line) - 1
        place = bisect_right(self._reach, block) - 1
        if line >= self._total or place < 0 or self._reach[place] != block:
            return
        self._put(place)
        if event.x < 2:
            self.set_marks(self._marks ^ {self._key()})
        elif event.chain == 2:
            self.action_open()

    def _jump(self, place: int) -> None:
        self.focus()
        self._put(place)

    def _key(self) -> Hashable | None:
        return self._block_key(self._reach[self._cursor]) if self._reach else None

    def _block_key(self, block: int) -> Hashable | None:
        row = self._blocks[block][1]
        return row.key if row is not None else None

    def _gap(self, block: int) -> int:
        """The empty lines before a heading."""
        return 1 if block else 0

    def _lay(self) -> None:
        """Find where each item stands, measuring only those that are new or of another width."""
        width = self._laid_for = self.room
        known, self._heights = self._heights, {}
        self._blocks, self._tops, self._reach = [], [], []
        at = 0
        for section in self._sections:
            self._tops.append(at)
            at += 1 + self._gap(len(self._blocks))
            self._blocks.append((section, None))
            for row in section.rows:
                if row.key is not None:
                    self._reach.append(len(self._blocks))
                self._tops.append(at)
                self._blocks.append((section, row))
                at += self._height(row, section.label, width, known)
        self._total = at
        self.set_height(at)

    def _height(self, row: Row, label: int, width: int, known: dict[Hashable, tuple[Row, int, int]]) -> int:
        if row.key is None or not width:
            return laid.height(row, label, width) if width else 1
        found = known.get(row.key)
        if found is None or found[1] != width or (found[0] is not row and found[0] != row):
            found = (row, width, laid.height(row, label, width))
        self._heights[row.key] = found
        return found[2]

    def _anchor(self) -> tuple[Hashable | None, int]:
        """The item that shall keep its place on the screen, and its line there: the cursor's, or the first seen."""
        top, height = self.scroll_offset.y, self.size.height
        if self._reach:
            block = self._reach[self._cursor]
            if 0 <= self._tops[block] - top < height:
                # from the top one sees the first heading, as long as the cursor is in view
                return (None, 0) if top == 0 else (self._block_key(block), self._tops[block] - top)
        for block in self._reach:
            if self._tops[block] >= top:
                return self._block_key(block), self._tops[block] - top
        return None, 0

    def _hold(self, anchor: tuple[Hashable | None, int]) -> None:
        key, line = anchor
        if key is None:
            self._reveal()
            return
        block = next((block for block in self._reach if self._block_key(block) == key), None)
        if block is None and self._reach:
            block = self._reach[self._cursor]
        if block is not None:
            self.scroll_to(y=max(0, self._tops[block] - line), animate=False, force=True)

    def _put(self, place: int) -> None:
        if not self._reach:
            return
        before = self._cursor
        self._cursor = max(0, min(place, len(self._reach) - 1))
        self._reveal()
        if self._cursor != before:
            self.refresh()
            self.post_message(self.Highlighted())
        elif place >= len(self._reach):
            self._tell_end()

    def _reveal(self) -> None:
        """Scroll as little as needed to show the item under the cursor; with a first one its heading too."""
        if not self._reach:
            return
        block = self._reach[self._cursor]
        top, height = self.scroll_offset.y, max(1, self.size.height)
        first, last = self._tops[block], self._end(block) - 1
        head = self._tops[block - 1] + self._gap(block - 1) if self._blocks[block - 1][1] is None else first
        if block - 1 == 0:
            head = 0
        if last - head >= height:
            head = first
        if head < top:
            self.scroll_to(y=head, animate=False, force=True)
        elif last >= top + height:
            self.scroll_to(y=min(last - height + 1, first), animate=False, force=True)

    def _end(self, block: int) -> int:
        return self._tops[block + 1] if block + 1 < len(self._tops) else self._total

    def _tell_end(self) -> None:
        height = self.size.height
        if height and self._total - self.scroll_offset.y - height < _AHEAD * height:
            self.post_message(self.NearEnd())

    def _heading(self, section: Section) -> Line:
        return spread([(" ", "plain"), (section.title, "title")], [(f"{section.aside} ", "dim")], self.room)

    def _note(self, y: int) -> Strip:
        width = max(1, self.room - 4)
        lines = [line for part in self._empty.split("\n") for line in wrap(clean(part), width)]
        place = y - max(0, (self.size.height - len(lines)) // 2)
        text = lines[place] if 0 <= place < len(lines) else ""
        return self.strip([(cell(text, self.room, "center"), "dim")])
