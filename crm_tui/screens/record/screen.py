"""A contact, company, deal or invoice whole: every item a row that one reaches, opens and changes in place.

The rule it keeps: the cursor stays on its item, whoever writes, and ``escape`` leads back to where one came from.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from crm_tui.actions import PLACES, Action
from crm_tui.errors import CrmError
from crm_tui.screens.record import record_reading
from crm_tui.screens.record.actions import RecordActions
from crm_tui.screens.record.record_reading import MORE, Sizes, Whole
from crm_tui.screens.shell.base import bindings
from crm_tui.widgets.entry.filter_bar import Rule
from crm_tui.widgets.frame.footer import KeyFooter
from crm_tui.widgets.frame.masthead import Masthead
from crm_tui.widgets.records.record_head import RecordHead
from crm_tui.widgets.records.record_view import RecordView

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.record.record_rows import Page
    from crm_tui.widgets.jump import Target
    from crm_tui.widgets.records.record_view_rows import Row

WIDE: Final = 120
"""The columns from which facts and work stand side by side."""
_GONE: Final = {
    "contacts": "This person is gone.",
    "companies": "This company is gone.",
    "deals": "This deal is gone.",
    "invoices": "This invoice is gone.",
}
_WORDS: Final = {
    "contacts": "a person",
    "companies": "a company",
    "deals": "a deal",
    "invoices": "an invoice",
}
_FIRST: Final = {
    "followup": ("done", "snooze", "edit", "remove"),
    "deal": ("open", "invoice", "win", "lose", "reopen", "stage", "edit"),
    "invoice": ("open", "pay", "refund", "edit", "void"),
    "line": ("edit", "pay", "remove", "add"),
    "payment": ("edit", "remove", "pay", "refund"),
    "person": ("open", "log", "follow-up", "edit"),
    "company": ("open", "edit"),
    "relation": ("open", "edit", "remove"),
    "related": ("open", "remove"),
    "method": ("edit", "reach", "copy", "remove", "add"),
    "item": ("open", "edit", "log", "follow-up", "remove"),
    "field": ("edit", "add", "remove", "copy"),
    "custom": ("edit", "remove", "add"),
    "date": ("edit", "remove", "add"),
}  # fmt: skip
"""What comes first in the footer on each kind of item."""


class RecordScreen(RecordActions):
    """One record, on the whole screen.

    Args:
        table: ``contacts``, ``companies``, ``deals`` or ``invoices``.
        record_id: Its id.
    """

    scope = "record"
    AUTO_FOCUS = "#one"
    BINDINGS: ClassVar[list[BindingType]] = bindings("record")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  (as Textual declares it)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (9, "-high")]  # noqa: RUF012
    CSS = """
    RecordScreen {
        & .panes { height: 1fr; }
        & #two { display: none; }
        &.-wide #two { display: block; width: 5fr; border-left: solid $panel; }
        &.-wide #one { width: 4fr; }
        &.-wide #two:focus { border-left: solid $accent; }
        &.-low RecordHead { height: 1; }
        &.-low Rule { display: none; }
    }
    """

    def __init__(self, table: str, record_id: int) -> None:
        super().__init__()
        self.table = table
        self.record_id = record_id
        self._page: Page | None = None
        self._read_once = False
        self._sizes = Sizes()
        self._reading = False
        self._wanted: Hashable | None = None
        self._on_two = False
        self._wide = False

    def compose(self) -> ComposeResult:
        """The frame around the record; the place it was opened from stays marked."""
        yield Masthead([(place.name, place.title) for place in PLACES], self.app.current_mode)
        yield from self.body()
        yield KeyFooter()

    def body(self) -> ComposeResult:
        """Its name and figures, and its items in one or two columns."""
        yield RecordHead()
        yield Rule()
        with Horizontal(classes="panes"):
            yield RecordView(id="one")
            yield RecordView(id="two")

    @property
    def heading(self) -> str:
        """What the screen is called."""
        return _WORDS[self.table]

    @property
    def one(self) -> RecordView:
        """Everything, or the left of two columns."""
        return self.query_one("#one", RecordView)

    @property
    def two(self) -> RecordView:
        """The right of two columns."""
        return self.query_one("#two", RecordView)

    @property
    def view(self) -> RecordView:
        """Where the cursor is."""
        return self.two if self._wide and self._on_two else self.one

    @property
    def list_widget(self) -> Widget:
        """Where the cursor is."""
        return self.view

    @property
    def whole(self) -> Whole | None:
        """The record as it was read."""
        return self._page.whole if self._page is not None else None

    @property
    def row(self) -> Row | None:
        """The item under the cursor."""
        return self.view.cursor_row

    @property
    def marked_rows(self) -> Sequence[Row]:
        """The marked items."""
        views = (self.one, self.two) if self._wide else (self.one,)
        return [row for view in views if view.marked for row in view.rows if row.key in view.marked]

    def clear_marks(self) -> None:
        """Take all marks off."""
        for view in (self.one, self.two):
            if view.marked:
                view.set_marks(())

    def jump_targets(self) -> list[Target]:
        """The items of both columns, those around the cursor first, then the places."""
        found = super().jump_targets()
        if self._wide:
            other = self.one if self._on_two else self.two
            found[len(self.view.jump_targets()) : len(self.view.jump_targets())] = other.jump_targets()
        return found

    def freshen(self) -> None:
        """Read anew now when this is in front, else when it comes there: many may lie behind."""
        self._stale = self.crm_app.front is not self
        if not self._stale:
            self.call_after_refresh(self.reload)

    def reload(self) -> None:
        """Read the record anew, as much of it as was shown."""
        nothing: Page | None = None
        self._reading = True
        self.read(self._read, self._take, group="record", empty=nothing, otherwise=self._not_read)

    def _read(self, crm: Crm) -> Page | None:
        from crm_tui.screens.record import record_pages

        whole = record_reading.read(crm, self.table, self.record_id, self._sizes)
        return record_pages.page(whole, crm.clock, self.crm_app.keymap.shown) if whole is not None else None

    def _take(self, page: Page | None) -> None:
        first = not self._read_once
        self._read_once, self._reading = True, False
        self._page = page
        if page is not None:
            self._sizes = page.whole.sizes
        self._fill()
        if (
            first
            and self._wide
            and any(row.key is not None and row.key[0] != "teach" for row in self.two.rows)
        ):
            # what is promised and open is what one comes for
            self.two.focus()
        self.show_keys()

    def _fill(self) -> None:
        """Put the page into the columns there are."""
        page, head = self._page, self.query_one(RecordHead)
        gone = self._gone() if self._read_once else ""
        if page is None:
            head.show("", "", "")
            self.one.show((), gone)
            self.two.show(())
            return
        head.show(page.name, page.aside, page.figures)
        self.one.show(page.facts if self._wide else page.alone)
        self.two.show(page.right if self._wide else ())
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._find(wanted)

    def _gone(self) -> str:
        keymap = self.crm_app.keymap
        return (
            f"{_GONE[self.table]}\n{keymap.shown('back')} leads back; "
            f"{keymap.shown('undo')} brings it back if it was removed just now."
        )

    def go_to(self, key: Hashable) -> None:
        """Put the cursor on an item, now or when it is there."""
        self._wanted = None if self._find(key) else key

    def _find(self, key: Hashable) -> bool:
        for view in (self.one, self.two):
            if view.go_to(key):
                view.focus()
                return True
        return False

    def show_more(self, what: str) -> None:
        """Read more people, deals or follow-ups."""
        self._sizes = replace(self._sizes, **{what: getattr(self._sizes, what) + MORE})
        self.reload()

    def _go_on(self) -> None:
        """Read the next part of the timeline."""
        page = self._page
        if page is None or not page.whole.more or self._reading:
            return
        self._reading = True
        nothing: Page | None = None

        def read(crm: Crm) -> Page | None:
            from crm_tui.screens.record import record_pages

            whole = record_reading.go_on(crm, page.whole)
            return record_pages.page(whole, crm.clock, self.crm_app.keymap.shown, page)

        self.read(read, self._take, group="record", empty=nothing, otherwise=self._not_read)

    def _not_read(self, error: CrmError) -> None:
        self._reading = False
        self.refuse(error)

    def on_resize(self, event: events.Resize) -> None:
        """One column or two; the cursor stays on its item."""
        wide = event.size.width >= WIDE
        if wide == self._wide:
            return
        row = self.row
        self._wide = wide
        if self._page is not None:
            marks = self.one.marked | self.two.marked
            self._fill()
            for view in (self.one, self.two):
                view.set_marks(marks & {each.key for each in view.rows})
            if row is not None and row.key is not None:
                self._find(row.key)

    def on_descendant_focus(self) -> None:
        """Remember in which column the cursor is."""
        if self.focused is self.one:
            self._on_two = False
        elif self.focused is self.two:
            self._on_two = True
        super().on_descendant_focus()

    def is_possible(self, action: Action) -> bool:
        """Whether an action is possible now; nothing can be added to what is gone."""
        return super().is_possible(action) and (action.id != "add" or self.whole is not None)

    def preferred(self) -> tuple[str, ...]:
        """What one does with this kind of item comes first."""
        if self.whole is None:
            return ("back", "undo")
        if self.marked_rows:
            return ("done", "snooze", "stage", "remove", "mark", "back")
        return _FIRST.get(self.kind, ())

    def can_list(self) -> bool:
        """Whether there is an item under the cursor."""
        return self.row is not None

    def can_back(self) -> bool:
        """One can always go back."""
        return True

    def do_back(self) -> None:
        """Take the marks off, then go back to where one came from."""
        if self.marked_rows:
            self.clear_marks()
        else:
            self.dismiss()

    def do_next_pane(self) -> None:
        """To the other column; in one column to the next part."""
        if self._wide:
            other = self.one if self._on_two else self.two
            if other.rows:
                other.focus()
        elif not self.one.go_to_section(1):
            self.one.action_first()

    @on(RecordView.Highlighted)
    def _highlighted(self, event: RecordView.Highlighted) -> None:
        event.stop()
        self.show_keys()

    @on(RecordView.Marked)
    def _marked(self, event: RecordView.Marked) -> None:
        event.stop()
        self.show_keys()

    @on(RecordView.Opened)
    def _opened(self, event: RecordView.Opened) -> None:
        event.stop()
        self.open_row(event.row)

    @on(RecordView.NearEnd)
    def _near_end(self, event: RecordView.NearEnd) -> None:
        event.stop()
        self._go_on()
