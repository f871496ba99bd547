"""Deals: what is open, by stage, what it is worth and what is stuck; and what was won and lost lately.

A board, or the same deals as a plain list. The rule it keeps: both show the same deals, with the same cursor and marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from crm_tui.domain.deal_fields import LISTING
from crm_tui.errors import CrmError
from crm_tui.screens.deals.moves import DealMoves
from crm_tui.screens.deals.rows import COLUMNS, DealRows
from crm_tui.screens.deals.sight import NOTHING, Sight, read
from crm_tui.screens.deals.work import is_open
from crm_tui.screens.forms import deal_forms
from crm_tui.screens.forms.filter_suggest import FilterCompleter
from crm_tui.screens.shell.base import bindings
from crm_tui.widgets.board.widget import Board
from crm_tui.widgets.entry.filter_bar import FilterBar, PlainText, Rule
from crm_tui.widgets.tables.record_table import RecordTable

if TYPE_CHECKING:
    from crm_tui.domain.board import Card
    from crm_tui.models import CustomField, DealView

MOST_MARKED: Final = 10_000
"""How many can be marked at once."""


class DealsScreen(DealMoves):
    """The board of deals."""

    scope = "deals"
    AUTO_FOCUS = "#board"
    BINDINGS: ClassVar[list[BindingType]] = bindings("deals")
    CSS = """
    DealsScreen {
        & #figures { width: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & FilterBar { display: none; }
        &.-filtering FilterBar { display: block; }
        &.-filtering #figures { display: none; }
        & RecordTable { display: none; }
        &.-list RecordTable { display: block; }
        &.-list Board { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._sight: Sight | None = None
        self._pipeline: int | None = None
        self._text = self._shown_text = ""
        self._rows: DealRows | None = None
        self._added: int | None = None
        self._leaving: tuple[Card, int | None] | None = None

    def body(self) -> ComposeResult:
        """Figures or filter, board or list."""
        yield PlainText(id="figures")
        yield FilterBar("words, stage:proposal amount>1000 tag:vip", FilterCompleter(self.desk, LISTING))
        yield Rule()
        yield Board(id="board")
        yield RecordTable(COLUMNS, signs=True, id="list")

    @property
    def table(self) -> RecordTable:
        """The plain list."""
        return self.query_one(RecordTable)

    @property
    def bar(self) -> FilterBar:
        """Where one types what to show."""
        return self.query_one(FilterBar)

    @property
    def is_list(self) -> bool:
        """Whether the plain list is in front."""
        return self.has_class("-list")

    @property
    def list_widget(self) -> Widget:
        """The board or the list."""
        return self.table if self.is_list else self.board

    @property
    def card(self) -> Card | None:
        """The deal under the cursor."""
        key = self.table.cursor_key if self.is_list else self.board.cursor_key
        return None if key is None else self.board.state.find(key)

    @property
    def marked(self) -> Set[int]:
        """The marked deals; not to be changed."""
        # asked for at every key, and there may be thousands: no copy
        return self.table.marked if self.is_list else self.board.state.marks

    @property
    def picked(self) -> Sequence[Card]:
        """The marked deals, or the one under the cursor."""
        return self.board.state.ordered(self.marked) or [*self.among()]

    def among(self) -> Iterator[Card]:
        """The same in any order, one by one."""
        marked, card = self.marked, self.card
        if marked:
            yield from (found for key in marked if (found := self.board.state.find(key)) is not None)
        elif card is not None:
            yield card

    def has(self, *, closed: bool) -> bool:
        """Whether there is an open one, or a closed one, among them."""
        marked, card = self.marked, self.card
        if not marked:
            return card is not None and (card.closed_on is not None) == closed
        lanes = (lane for lane in self.board.state.lanes if is_open(lane.stage) != closed)
        return any(card.id in marked for lane in lanes for card in lane.cards)

    def on_screen_suspend(self) -> None:
        """Let go of a card when another screen comes in front."""
        self.board.let_go()

    def clear_marks(self) -> None:
        """Take all marks off."""
        self._mark(())

    def let_leave(self) -> None:
        """Let the deal under the cursor go to another stage without the cursor, which stays or goes to the next."""
        self.board.state.leaves = True
        card, rows = self.card, self._rows
        if not self.is_list or card is None or rows is None:
            return
        going, keys = {each.id for each in self.picked}, rows.keys
        row = self.table.cursor_row
        self._leaving = (
            card,
            next((key for key in [*keys[row:], *reversed(keys[:row])] if key not in going), None),
        )

    def reload(self) -> None:
        """Read everything anew; the cursor, the scroll and the marks stay."""
        self.read(
            partial(read, pipeline_id=self._pipeline, condition=self._text),
            self._show,
            group="deals",
            empty=NOTHING,
            otherwise=self._not_read,
        )

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        if self.board.dragging:
            return ("back",)
        if not self.board.state.count and not self.has_class("-filtering"):
            return ("add", "quick", "pipeline")
        if self.marked:
            return ("back", "stage-back", "stage-on", "stage", "win", "lose", "tag")
        return ("reopen",)

    def can_list(self) -> bool:
        """Whether a deal is under the cursor."""
        return self.board.state.count > 0

    def can_pipelines(self) -> bool:
        """Whether there is another pipeline."""
        return self._sight is not None and len(self._sight.pipelines) > 1

    def can_back(self) -> bool:
        """Whether there is something to leave."""
        return self.board.dragging or bool(self.marked) or self.has_class("-filtering")

    def do_back(self) -> None:
        """Let go of what is drawn along, then the marks, then the filter."""
        if self.board.dragging:
            self.board.let_go()
        elif self.marked:
            self.clear_marks()
        else:
            self._end_filter()

    def do_left(self) -> None:
        """To the stage before."""
        self._sideways(-1)

    def do_right(self) -> None:
        """To the next stage."""
        self._sideways(1)

    def _sideways(self, step: int) -> None:
        if not self.is_list:
            self.board.action_column(step)
        elif self._rows is not None:
            self.table.move_to(self._rows.first_of_stage(self.table.cursor_row, step))

    def do_add(self) -> None:
        """Add a deal, in the stage of the cursor; the cursor goes there."""
        lanes = [lane for lane in self.board.state.lanes if is_open(lane.stage)]
        here = self.board.state.lane
        stage = here.stage.id if here is not None and here in lanes else None
        stages = [(lane.stage.id, lane.stage.name) for lane in lanes]
        base = self.desk.config.base_currency

        def ask(custom: Sequence[CustomField]) -> None:
            form = deal_forms.add(stages=stages, stage=stage, base=base, custom=custom)
            self.ask(form, self._go_to_added)

        none: Sequence[CustomField] = ()
        self.read(lambda crm: crm.fields.list("deals"), ask, group="deal", empty=none)

    def _go_to_added(self, deal: DealView) -> None:
        self._added = deal.id
        self._end_filter()

    def do_bulk_edit(self) -> None:
        """Change the marked deals, or all in sight, as text."""
        from crm_tui.screens.lists import bulk_edit

        ids = [card.id for card in self.board.state.ordered(self.marked)] or self.board.state.every()
        bulk_edit.begin(self, "deals", lambda _: ids, self.clear_marks)

    def do_export(self) -> None:
        """Ask where to write the deals in sight."""
        from crm_tui.screens.lists import export_write

        export_write.ask_these(self, "deals", self.board.state.every())

    def do_filter(self) -> None:
        """Type what to show."""
        self.add_class("-filtering")
        self.bar.input.focus()
        self.show_keys()

    def do_view(self) -> None:
        """Show the same deals as a board or as a list."""
        key, marks = (self.card.id if self.card else None), self.marked
        self.toggle_class("-list")
        if self.is_list:
            self._show_list(key)
        elif key is not None:
            self.board.put_on(key)
        self._mark(marks)
        self.list_widget.focus()
        self._tell_figures()
        self.show_keys()

    def do_pipeline(self) -> None:
        """Show the next pipeline."""
        sight = self._sight
        if sight is None or sight.pipeline is None:
            return
        ids = [each.id for each in sight.pipelines]
        self._pipeline = ids[(ids.index(sight.pipeline.id) + 1) % len(ids)]
        self.clear_marks()
        self.reload()

    def do_mark_all(self) -> None:
        """Mark every deal in sight, or none."""
        if self.marked:
            self.clear_marks()
        elif self.board.state.count > MOST_MARKED:
            self.crm_app.tell(
                f"{self.board.state.count:,} are too many to mark at once.",
                f"Narrow them to {MOST_MARKED:,} with {self.crm_app.keymap.shown('filter')}.",
            )
        else:
            self._mark(self.board.state.every())

    def _mark(self, keys: Iterable[int]) -> None:
        keys = set(keys)
        self.board.set_marks(keys)
        self.table.set_marks(keys)

    def _show(self, sight: Sight) -> None:
        """Show what was read, unless cards are on their way."""
        if self.on_the_way:
            return
        if self.crm_app.last_word[0] and self.bar.input.has_focus:
            self.crm_app.tell("")
        self._sight = sight
        self._pipeline = sight.pipeline.id if sight.pipeline is not None else self._pipeline
        base = self.desk.config.base_currency
        self.board.show(sight.lanes, self.desk.clock.today, self._empty(), base=base, span=sight.span)
        if self._text != self._shown_text:
            self._shown_text = self._text
            self.board.seek()
        if self._added is not None and self.board.put_on(self._added):
            self._show_list(self._added)
            self._added = None
        elif self.is_list:
            self._show_list(None)
        marks = {key for key in self.table.marked if self.board.state.find(key) is not None}
        self.table.set_marks(marks)
        self._tell_figures()
        self.show_keys()

    def _show_list(self, key: int | None) -> None:
        """Bring the list up to date; the cursor goes to ``key``, or stays where it is."""
        if not self.is_list:
            return
        lanes, today = self.board.state.lanes, self.desk.clock.today
        self.table.empty_text = self._empty()
        if key is None and self._leaving is not None:
            card, neighbour = self._leaving
            found = self.board.state.find(card.id)
            if found is not None and found.stage_id != card.stage_id and self.table.cursor_key == card.id:
                key, self._leaving = neighbour, None
        if self._rows is not None and key is None:
            self._rows.renew(lanes, today)
            self.table.reload()
        else:
            self._rows = DealRows(lanes, today)
            self.table.set_source(self._rows, key, keep_marks=True)

    def _not_read(self, error: CrmError) -> None:
        if self.bar.input.has_focus:
            # while one types a filter is often not whole yet: what was shown stays
            self.crm_app.tell(error.message, error.hint)
        else:
            self.refuse(error)

    def _tell_figures(self) -> None:
        sight = self._sight
        if sight is None:
            return
        several = len(sight.pipelines) > 1 and sight.pipeline is not None
        name = f"{sight.pipeline.name}: " if several and sight.pipeline is not None else ""
        marks = f"* {len(self.marked):,} marked · " if self.marked else ""
        self.query_one("#figures", PlainText).text = f"{marks}{name}{sight.figures}"
        count = self.board.state.count
        self.bar.tell(f"{marks}{name}{count:,} {'deal' if count == 1 else 'deals'}")

    def _empty(self) -> str:
        keymap = self.crm_app.keymap
        if self._text:
            return f"No deal fits.\n{keymap.shown('back')} shows them all again."
        lines = ["No deals here yet."]
        if not self.desk.exists():
            lines = ["Nothing is here yet.", f"The first thing you add makes {self.desk.path}."]
        adds = f"{keymap.shown('add')} adds the first deal; only a title is needed."
        return "\n".join([*lines, " ", adds, f"{keymap.shown('quick')} takes it in one line."])

    def _end_filter(self) -> None:
        self._text = ""
        self.bar.clear()
        self.remove_class("-filtering")
        self.list_widget.focus()
        self.reload()

    @on(FilterBar.Changed)
    def _typed(self, event: FilterBar.Changed) -> None:
        event.stop()
        if event.text != self._text:
            self._text = event.text
            self.reload()

    @on(FilterBar.Left)
    def _left(self, event: FilterBar.Left) -> None:
        event.stop()
        if event.bar.value:
            self.list_widget.focus()
        else:
            self._end_filter()

    @on(FilterBar.Cleared)
    def _cleared(self, event: FilterBar.Cleared) -> None:
        event.stop()
        self._end_filter()

    @on(Board.Highlighted)
    @on(RecordTable.Highlighted)
    def _highlighted(self, event: Board.Highlighted | RecordTable.Highlighted) -> None:
        event.stop()
        self.show_keys()

    @on(Board.Marked)
    @on(RecordTable.Marked)
    def _marked(self, event: Board.Marked | RecordTable.Marked) -> None:
        event.stop()
        self._tell_figures()
        self.show_keys()

    @on(Board.Opened)
    @on(RecordTable.Opened)
    def _opened(self, event: Board.Opened | RecordTable.Opened) -> None:
        event.stop()
        self.crm_app.open_record("deals", event.key)

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        event.stop()
        self.refuse(event.error)
