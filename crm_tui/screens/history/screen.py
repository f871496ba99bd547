"""History: every operation, what it changed, and the way back from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from crm_tui.errors import ConflictError, CrmError
from crm_tui.screens.history import history_lines
from crm_tui.screens.history.rows import COLUMNS, UNDONE, UNDONE_WORD, HistoryRows
from crm_tui.screens.shell.base import BaseScreen, bindings
from crm_tui.screens.shell.latest import Latest
from crm_tui.widgets.entry.filter_bar import FilterBar, Rule
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.tables.history_table import HistoryTable
from crm_tui.widgets.tables.record_table import RecordTable

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.history_details import Details


class HistoryScreen(BaseScreen):
    """The operations, the newest first, with what the one under the cursor did beside them or over them."""

    scope = "history"
    AUTO_FOCUS = "#list"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  (as Textual declares it)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (10, "-high")]  # noqa: RUF012  (as Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = bindings("history")
    CSS = """
    HistoryScreen {
        &.-low Rule { display: none; }
        & .panes { height: 1fr; }
        & #details { display: none; padding: 0 1 0 1; }
        &.-wide #details { display: block; width: 4fr; border-left: solid $panel; }
        &.-wide #list { width: 5fr; }
        &.-narrow.-open #details { display: block; width: 1fr; }
        &.-narrow.-open #list { display: none; }
        & #details:focus { border-left: solid $accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._source: HistoryRows | None = None
        self._text = ""
        self._all: int | None = None
        self._details: Details | None = None
        self._wanted: int | None = None
        self._latest = Latest()

    def body(self) -> ComposeResult:
        """Filter, list, details."""
        yield FilterBar("words of what was done, or its number")
        yield Rule()
        with Horizontal(classes="panes"):
            yield HistoryTable(COLUMNS, signs=True, id="list")
            yield Lines(id="details")

    @property
    def list_widget(self) -> Widget:
        """The list."""
        return self.table

    @property
    def table(self) -> HistoryTable:
        """The list, as what it is."""
        return self.query_one(HistoryTable)

    @property
    def bar(self) -> FilterBar:
        """Where one types what to show."""
        return self.query_one(FilterBar)

    @property
    def details(self) -> Lines:
        """What the operation under the cursor did."""
        return self.query_one("#details", Lines)

    @property
    def details_are_over(self) -> bool:
        """Whether the details lie over the list."""
        return self.has_class("-open") and self.has_class("-narrow")

    @property
    def current(self) -> int | None:
        """The number of the operation under the cursor."""
        return self.table.cursor_key

    def reload(self) -> None:
        """Read everything anew; the cursor and the scroll stay."""
        if self._source is None:
            self._change_source()
        else:
            self._source.pager.forget()
            self.table.reload()
        self._show(self.current, again=True)
        self.read(_count, self._take_all, group="all", empty=0)

    def _take_all(self, count: int) -> None:
        self._all = count
        self._tell_count()

    def preferred(self) -> tuple[str, ...]:
        """In the details the way back comes first."""
        return ("back", "undo-this") if self.details.has_focus else ("open", "undo-this", "filter")

    def can_list(self) -> bool:
        """Whether one moves in the list, and there is an operation in it."""
        return self.current is not None and not (self.details_are_over or self.details.has_focus)

    def can_operation(self) -> bool:
        """Whether the operation under the cursor can be taken back: it was not yet."""
        view = self.table.cursor_view
        return view is not None and view.sign != UNDONE

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.table.cursor_view is not None

    def can_back(self) -> bool:
        """Whether there is something to leave."""
        return self.details.has_focus or self.details_are_over or bool(self._text)

    def do_back(self) -> None:
        """Leave the details, then the filter."""
        if self.details.has_focus or self.details_are_over:
            self._close()
        else:
            self.bar.clear()

    def do_next_pane(self) -> None:
        """From the list to the details, and back."""
        if self.details.has_focus:
            self._close()
        else:
            self._open()

    def do_filter(self) -> None:
        """Type what to show."""
        if self.details_are_over:
            self._close()
        self.bar.input.focus()

    def do_copy(self) -> None:
        """Copy what was done, or the command that takes it back."""
        from crm_tui.screens.shell import handling

        view = self.table.cursor_view
        if view is None:
            return
        summary, command = view.cells[2].removeprefix(UNDONE_WORD), f"crm undo {view.key}"
        texts = [(summary, summary, "what was done")]
        if self.can_operation():
            texts.append((command, command, "takes it back"))
        handling.pick(self, "Copy which?", texts, partial(handling.copy, self))

    def do_undo_this(self) -> None:
        """Ask whether to take the operation under the cursor back, saying what that means."""
        number = self.current
        if number is None or not self.can_operation():
            return
        gone: Details | None = None
        self.read(partial(_read, number=number), self._ask_undo, group="undo", empty=gone)

    def _ask_undo(self, found: Details | None) -> None:
        from crm_tui.screens.history.dialogs import UndoQuestion

        if found is not None and found.entry.undone_at is None:
            self.app.push_screen(UndoQuestion(found), lambda yes: self._undo(found.entry.id) if yes else None)

    def _undo(self, number: int) -> None:
        self.write(lambda crm: crm.undo(number), self.crm_app.undone, self._not_undone)

    def _not_undone(self, error: CrmError) -> None:
        """Say what is in the way, and offer to go there."""
        from crm_tui.screens.history.dialogs import in_the_way

        later = error.operation if isinstance(error, ConflictError) else None
        if later is None:
            self.refuse(error)
            return
        key = self.crm_app.keymap.shown("undo-this")
        self.crm_app.tell(error.message, f"{key} on operation {later} takes that one back first.", "bad")
        self.app.push_screen(in_the_way(later), lambda go: self._go_to(later) if go else None)

    def _go_to(self, number: int) -> None:
        """Put the cursor on an operation, without the filter that may hide it."""
        self._text = ""
        self.bar.clear()
        self._change_source(number)
        self._close()

    def _open(self) -> None:
        if self.current is not None:
            self.add_class("-open")
            self.details.focus()
            self.show_keys()

    def _close(self) -> None:
        self.remove_class("-open")
        self.table.focus()
        self.show_keys()

    def _change_source(self, keep: int | None = None) -> None:
        """Show what the filter finds."""
        from crm_tui.domain.history_paging import operations

        self.table.empty_text = self._empty()
        self._source = HistoryRows(self.desk, operations(self._text))
        self.table.set_source(self._source, keep if keep is not None else self.current)

    def _empty(self) -> str:
        keymap = self.crm_app.keymap
        if self._text:
            return f"Nothing like that was done.\n{keymap.shown('back')} shows everything again."
        return "Nothing was done yet.\nWhatever is written from now on stands here and can be taken back."

    def _tell_count(self) -> None:
        table = self.table
        count = f"{table.row_count:,}{'' if table.count_known else '+'}"
        self.bar.tell(f"{count} of {self._all:,}" if self._text and self._all is not None else count)

    def _show(self, number: int | None, *, again: bool = False, limit: int | None = None) -> None:
        """Show what an operation did as soon as it is read; an earlier question is broken off."""
        if number == self._wanted and not again:
            return
        self._wanted = number
        turn = self._latest.begin()
        if number is None:
            self._take(turn, None)
        else:
            nothing: Details | None = None
            shown = self._details
            if limit is None and shown is not None and shown.entry.id == number:
                limit = len(shown.rows)
            self.read(
                self._latest.within(turn, partial(_read, number=number, limit=limit)),
                partial(self._take, turn),
                group="details",
                empty=nothing,
            )
        self._latest.break_off()

    def _take(self, turn: int, found: Details | None) -> None:
        if turn != self._latest.turn:
            return
        before, self._details = self._details, found
        if found is None:
            self.details.show(lambda _: ())
            return
        same = before is not None and before.entry.id == found.entry.id
        self.details.show(partial(history_lines.lines, found, self.desk.clock), keep=same)

    @on(Lines.ReachedEnd)
    def _go_on(self, event: Lines.ReachedEnd) -> None:
        event.stop()
        found = self._details
        if found is not None and found.more:
            self._show(found.entry.id, again=True, limit=2 * len(found.rows))

    @on(FilterBar.Changed)
    def _typed(self, event: FilterBar.Changed) -> None:
        event.stop()
        if event.text != self._text:
            self._text = event.text
            self._change_source()

    @on(FilterBar.Left)
    def _left(self, event: FilterBar.Left) -> None:
        event.stop()
        self.table.focus()

    @on(FilterBar.Cleared)
    def _cleared(self, event: FilterBar.Cleared) -> None:
        event.stop()
        self.bar.clear()
        self.table.focus()

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        event.stop()
        self._show(event.key)
        self.show_keys()

    @on(HistoryTable.Renewed)
    def _renewed(self, event: HistoryTable.Renewed) -> None:
        event.stop()
        self.show_keys()

    @on(RecordTable.Opened)
    def _opened(self, event: RecordTable.Opened) -> None:
        event.stop()
        self._open()

    @on(RecordTable.Counted)
    def _counted(self, event: RecordTable.Counted) -> None:
        event.stop()
        self._tell_count()

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        event.stop()
        self.refuse(event.error)


def _count(crm: Crm) -> int:
    from crm_tui.domain.history_paging import operations

    return operations().count(crm)


def _read(crm: Crm, number: int, limit: int | None = None) -> Details | None:
    from crm_tui.domain.history_details import LIMIT, details

    return details(crm, number, max(limit or 0, LIMIT))
