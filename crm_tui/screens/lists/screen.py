"""What every list of records shares: filter, order, columns, marks, and the card of the one under the cursor.

The rule it keeps: nothing moves unless the person moved it. The marks survive every other order, filter and column, and
the rows that were shown stay until those that follow them are here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from crm_tui.errors import UsageError
from crm_tui.screens.forms.filter_suggest import FilterCompleter
from crm_tui.screens.lists.columns import Catalogue, ListColumn
from crm_tui.screens.lists.orders import order_words, turned
from crm_tui.screens.lists.rows import ListKind, ListRows
from crm_tui.screens.parties.people import Subject
from crm_tui.screens.shell.base import BaseScreen
from crm_tui.widgets.entry.filter_bar import FilterBar, Rule
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.tables.record_table import RecordTable

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CustomField
    from crm_tui.screens.forms.columns_dialog import ColumnsChosen
    from crm_tui.screens.forms.fields import Form

MOST_MARKED: Final = 10_000
"""How many can be marked at once."""


class ListScreen(BaseScreen):
    """A list of records over a pager; a subclass says of what, and what its card shows."""

    kind: ClassVar[ListKind]
    placeholder: ClassVar[str]
    first_words: ClassVar[str]
    """What is said of the first record there could be, after the key that adds it."""
    first_sort: ClassVar[str] = "name"
    """The order one finds it in."""
    named_by: ClassVar[str] = "name"
    """The column that says which record it is."""
    AUTO_FOCUS = "#list"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (as Textual declares it)
    DEFAULT_CSS = """
    ListScreen {
        & .panes { height: 1fr; }
        & #card { display: none; padding: 0 1 0 1; }
        &.-wide #card { display: block; width: 2fr; border-left: solid $panel; }
        &.-wide #list { width: 3fr; }
        & #card:focus { border-left: solid $accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._source: ListRows | None = None
        self._sort = self.first_sort
        self._text = ""
        self._all: int | None = None
        self._custom: Sequence[CustomField] | None = None
        self._chosen: tuple[str, ...] = ()
        self._shown: tuple[ListColumn, ...] | None = None
        self._seen: dict[int, str] = {}
        self._marked_names: dict[int, str] = {}

    def body(self) -> ComposeResult:
        """Filter, list, card."""
        self._chosen = self.crm_app.memory.columns(self.scope)
        yield FilterBar(self.placeholder, FilterCompleter(self.desk, self.kind.listing))
        yield Rule()
        with Horizontal(classes="panes"):
            yield RecordTable([each.shown for each in self.columns], signs=True, id="list")
            yield Lines(id="card")

    @abstractmethod
    def show_card(self, record_id: int | None, *, again: bool = False) -> None:
        """Show the card of a record as soon as it is read; ``again`` though it is the one that is shown."""

    @property
    @abstractmethod
    def card_name(self) -> tuple[int, str] | None:
        """Whose card is shown: the id and the name."""

    @property
    def list_widget(self) -> Widget:
        """The list."""
        return self.table

    @property
    def table(self) -> RecordTable:
        """The list, as what it is."""
        return self.query_one(RecordTable)

    @property
    def bar(self) -> FilterBar:
        """Where one types what to show."""
        return self.query_one(FilterBar)

    @property
    def card(self) -> Lines:
        """The card."""
        return self.query_one("#card", Lines)

    @property
    def source(self) -> ListRows | None:
        """The rows of the list."""
        return self._source

    @property
    def filter_text(self) -> str:
        """What narrows the list now."""
        return self._text

    @property
    def sort(self) -> str:
        """The order of the list: a field, with ``-`` in front for descending."""
        return self._sort

    @property
    def current(self) -> int | None:
        """The record under the cursor."""
        return self.table.cursor_key

    @property
    def subject(self) -> Subject | None:
        """The marked records, or the one under the cursor."""
        marked = self.table.marked
        if len(marked) > 1:
            return Subject(tuple(sorted(marked)), f"{len(marked):,} {self.kind.many}")
        one = next(iter(marked), self.current)
        return None if one is None else Subject((one,), self._name_of(one))

    def _name_of(self, record_id: int) -> str:
        shown = self.card_name
        if shown is not None and shown[0] == record_id:
            return shown[1]
        known = {**self._marked_names, **self._seen}
        return known.get(record_id, f"one {self.kind.one}")

    def _see(self) -> None:
        """Remember the names of the last two rows the cursor was on: a mark moves it to the next."""
        view, keys = self.table.cursor_view, [each.key for each in self.columns]
        name = self.named_by
        if view is not None and name in keys and keys.index(name) < len(view.cells):
            last = list(self._seen.items())[-1:]
            self._seen = {**dict(last), view.key: view.cells[keys.index(name)]}

    @property
    def catalogue(self) -> Catalogue:
        """Every column there is, as far as the fields of the person's own are known."""
        if self._custom is None:
            known = self.kind.catalogue
            return known.with_custom([key for key in self._chosen if known.find(key) is None])
        return self.kind.catalogue.with_custom([field.key for field in self._custom])

    @property
    def columns(self) -> tuple[ListColumn, ...]:
        """The columns that are shown."""
        # asked for at each move of the cursor
        if self._shown is None:
            self._shown = self.catalogue.chosen(self._chosen)
        return self._shown

    def clear_marks(self) -> None:
        """Take all marks off."""
        self.table.set_marks(())

    def ask(self, form: Form) -> None:
        """Show a form; once it is saved the marks have done their service."""
        # with its text area it is the heaviest of all, and not needed for the first paint
        from crm_tui.screens.forms.form import FormScreen

        self.app.push_screen(
            FormScreen(form), lambda saved: self.clear_marks() if saved is not None else None
        )

    def reload(self) -> None:
        """Read everything anew, the cursor, the scroll and the marks as they are."""
        if self._source is None:
            self._change_source()
        else:
            self._source.pager.forget()
            self.table.reload()
        self.show_card(self.current, again=True)
        nothing: tuple[int, Sequence[CustomField]] = (0, ())

        def read(crm: Crm) -> tuple[int, Sequence[CustomField]]:
            table = self.kind.table
            return getattr(crm, table).count(), crm.fields.list(table) if self.kind.custom else ()

        self.read(read, self._take_all, group="all", empty=nothing)

    def _take_all(self, found: tuple[int, Sequence[CustomField]]) -> None:
        before = self.columns
        self._all, self._custom = found
        self._shown = None
        if [each.key for each in self.columns] != [each.key for each in before]:
            # a field that one had chosen is there no more
            self._change_source()
        if not self._is_sortable(self._sort):
            self.sort_by(self.first_sort.removeprefix("-"))
        self._tell_count()

    def _is_sortable(self, sort: str) -> bool:
        field = sort.removeprefix("-")
        return field == "id" or any(each.sort == field for each in self.catalogue.columns)

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        if self.card.has_focus:
            return ("back",)
        return (
            ("tag", "set-field", "log", "follow-up", "archive", "mark", "back") if self.table.marked else ()
        )

    def can_list(self) -> bool:
        """Whether there is anything in sight."""
        return self.current is not None

    def can_editable(self) -> bool:
        """Whether something is under the cursor."""
        return self.current is not None

    def can_back(self) -> bool:
        """Whether there is something to leave."""
        return self.card.has_focus or bool(self.table.marked) or bool(self._text)

    def do_back(self) -> None:
        """Leave the card, then the marks, then the filter."""
        if self.card.has_focus:
            self.table.focus()
        elif self.table.marked:
            self.clear_marks()
        else:
            self.bar.clear()

    def do_next_pane(self) -> None:
        """From the list to the card, and back; where there is no room for a card, to the record whole."""
        if self.card.has_focus:
            self.table.focus()
        elif self.current is not None and self.has_class("-wide"):
            self.card.focus()
        elif self.current is not None:
            self.open_one(self.current)

    def open_one(self, record_id: int) -> None:
        """Show a record whole."""
        self.crm_app.open_record(self.kind.table, record_id)

    def do_filter(self) -> None:
        """Type what to show."""
        self.bar.input.focus()

    def do_mark_all(self) -> None:
        """Mark everything the list shows, or nothing."""
        source = self._source
        if self.table.marked or source is None:
            self.clear_marks()
        elif self.table.row_count > MOST_MARKED or not self.table.count_known:
            self.crm_app.tell(
                f"{self.table.row_count:,} are too many to mark at once.",
                f"Narrow the list to {MOST_MARKED:,} with {self.crm_app.keymap.shown('filter')}.",
            )
        else:
            none: list[int] = []
            self.read(lambda _: source.ids(MOST_MARKED), self.table.set_marks, group="marks", empty=none)

    def do_sort_name(self) -> None:
        """Sort by name."""
        self.sort_by("name")

    def do_sort_new(self) -> None:
        """Sort by when they were added."""
        self.sort_by("id")

    def do_sort(self) -> None:
        """Ask what to sort by."""
        from crm_tui.screens.forms.dialogs import Choose, lettered

        shown = [each.key for each in self.columns]
        columns = sorted(self.catalogue.columns, key=lambda each: each.key not in shown)
        # two columns of one field, such as a company and its number, have one order
        titles = {each.sort: each.title for each in reversed(columns) if each.sort}
        options = lettered(
            [
                (each.title, each.sort, self._order_of(each.sort))
                for each in columns
                if titles.get(each.sort) == each.title
            ]
        )
        self.app.push_screen(
            Choose("Sort by what?", options), lambda field: self.sort_by(field) if field else None
        )

    def _order_of(self, field: str) -> str:
        return f"now {order_words(self._sort)}" if self._sort.removeprefix("-") == field else ""

    def sort_by(self, field: str) -> None:
        """Sort by a field, from the end one looks at first; by the same again the other way round."""
        self._sort = turned(field, self._sort)
        self._change_source()
        self._tell_count()

    def do_columns(self) -> None:
        """Ask which columns to show."""
        from crm_tui.screens.forms.columns_dialog import ColumnsDialog

        keys = [each.key for each in self.columns]
        self.app.push_screen(ColumnsDialog(self.catalogue, keys), self._take_columns)

    def _take_columns(self, chosen: ColumnsChosen | None) -> None:
        if chosen is None:
            return
        changed = chosen.keys != self._chosen
        self._chosen, self._shown = chosen.keys, None
        if changed:
            try:
                self.crm_app.memory.keep_columns(self.scope, chosen.keys)
            except OSError as error:
                self.crm_app.tell(f"The columns cannot be remembered: {error.strerror}.", mood="bad")
        if chosen.sort:
            self.sort_by(chosen.sort)
        elif changed:
            self._change_source()

    def show_added(self, record_id: int) -> None:
        """Show everything, the cursor on a record that was just added."""
        self.bar.clear()
        self._text = ""
        self._change_source(record_id)

    def _change_source(self, keep: int | None = None) -> None:
        """Show what the filter finds, in the chosen order."""
        try:
            pager = self.kind.pager(self._text, self._sort)
        except UsageError as error:
            # while one types a filter is often not whole yet: what was shown stays
            self.crm_app.tell(error.message, error.hint)
            return
        if self.crm_app.last_word[0] and self.bar.input.has_focus:
            self.crm_app.tell("")
        self.table.empty_text = self._empty()
        columns = self.columns
        self._source = ListRows(self.desk, self.kind, pager, columns)
        self.table.set_source(
            self._source,
            keep if keep is not None else self.table.cursor_key,
            keep_marks=True,
            columns=[each.shown for each in columns],
        )

    def _empty(self) -> str:
        keymap = self.crm_app.keymap
        if self._text:
            nothing = "Nobody fits." if self.kind.one == "person" else "Nothing fits."
            return f"{nothing}\n{keymap.shown('back')} shows everything again."
        nothing = "Nobody is here yet." if self.kind.one == "person" else f"No {self.kind.many} yet."
        return f"{nothing}\n{keymap.shown('add')} {self.first_words}"

    def _tell_count(self) -> None:
        table = self.table
        count = f"{table.row_count:,}{'' if table.count_known else '+'}"
        if self._source is not None and getattr(self._source.pager, "more", lambda: False)():
            count = f"{table.row_count:,}+"
        text = count if self._all is None or not self._text else f"{count} of {self._all:,}"
        best = bool(self._text) and self._source is not None and hasattr(self._source.pager, "more")
        order = "best first" if best else order_words(self._sort)
        marks = f"* {len(table.marked):,} marked · " if table.marked else ""
        self.bar.tell(f"{marks}{order} · {text}")

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
        self._see()
        self.show_card(event.key)
        self.show_keys()

    @on(RecordTable.Opened)
    def _opened(self, event: RecordTable.Opened) -> None:
        event.stop()
        self.open_one(event.key)

    @on(RecordTable.Marked)
    def _marked(self, event: RecordTable.Marked) -> None:
        event.stop()
        known = {**self._marked_names, **self._seen}
        self._marked_names = {key: known[key] for key in event.keys if key in known}
        self._tell_count()
        self.show_keys()

    @on(RecordTable.Counted)
    def _counted(self, event: RecordTable.Counted) -> None:
        event.stop()
        self._tell_count()

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        event.stop()
        if isinstance(event.error, UsageError):
            # a filter that means nothing yet is no failure
            self.crm_app.tell(event.error.message, event.error.hint)
        else:
            self.refuse(event.error)
