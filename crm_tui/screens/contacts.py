"""Contacts: everybody, found by typing, with the card of the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from crm_tui.errors import UsageError
from crm_tui.models import FollowupView
from crm_tui.screens import forms
from crm_tui.screens.base import bindings
from crm_tui.screens.contact_rows import COLUMNS, ContactRows
from crm_tui.screens.people import PeopleScreen, Subject
from crm_tui.widgets.filter_bar import FilterBar, Rule
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import ContactView

MOST_MARKED: Final = 10_000
"""How many can be marked at once."""
_SORTS: Final = {
    "name": "by name",
    "-name": "by name, Z first",
    "-last_contacted_on": "by last contact",
    "last_contacted_on": "silent longest first",
    "next_touch_on": "by next contact",
    "-next_touch_on": "by next contact, last first",
    "-id": "newest first",
    "id": "oldest first",
}


class ContactsScreen(PeopleScreen):
    """The list of people."""

    scope = "contacts"
    AUTO_FOCUS = "#list"
    BINDINGS: ClassVar[list[BindingType]] = bindings("contacts")

    def __init__(self) -> None:
        super().__init__()
        self._source: ContactRows | None = None
        self._sort = "name"
        self._text = ""
        self._all: int | None = None

    def body(self) -> ComposeResult:
        """Filter, list, card."""
        yield FilterBar("a name, e-mail or phone; tag:vip last_contacted_on<30d")
        yield Rule()
        with Horizontal(classes="panes"):
            yield RecordTable(COLUMNS, signs=True, id="list")
            yield Lines(id="card")

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
    def current(self) -> int | None:
        """The person under the cursor."""
        return self.table.cursor_key

    @property
    def subject(self) -> Subject | None:
        """The marked people, or the one under the cursor."""
        marked = self.table.marked
        if len(marked) > 1:
            return Subject(tuple(sorted(marked)), f"{len(marked):,} people")
        one = next(iter(marked), self.current)
        if one is None:
            return None
        if self.person is not None and self.person.contact.id == one:
            return Subject((one,), self.person.contact.name)
        view = self.table.cursor_view
        return Subject((one,), view.cells[0] if view is not None and view.key == one else "one person")

    def promises(self) -> Sequence[FollowupView]:
        """The open follow-ups on the card."""
        if self.person is None or self.person.contact.id != self.current or self.table.marked:
            return ()
        return self.person.followups

    def clear_marks(self) -> None:
        """Take all marks off."""
        self.table.set_marks(())

    def reload(self) -> None:
        """Read everybody anew, the cursor, the scroll and the marks as they are."""
        if self._source is None:
            self._change_source()
        else:
            self._source.pager.forget()
            self.table.reload()
        self.show_person(self.current, again=True)
        self.read(lambda crm: crm.contacts.count(), self._take_all, group="all", empty=0)

    def _take_all(self, count: int) -> None:
        self._all = count
        self._tell_count()

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        if self.card.has_focus:
            return ("back", "done", "snooze", "log")
        return ("tag", "archive", "log", "mark", "back") if self.table.marked else ()

    def can_list(self) -> bool:
        """Whether there is anybody in sight."""
        return self.current is not None and not self.card_is_over

    def can_editable(self) -> bool:
        """Whether somebody is under the cursor."""
        return self.current is not None

    def can_back(self) -> bool:
        """Whether there is something to leave."""
        return self.card.has_focus or self.card_is_over or bool(self.table.marked) or bool(self._text)

    def do_back(self) -> None:
        """Leave the card, then the marks, then the filter."""
        if self.card.has_focus or self.card_is_over:
            self.close_card()
        elif self.table.marked:
            self.table.set_marks(())
        else:
            self.bar.clear()

    def do_filter(self) -> None:
        """Type what to show."""
        if self.card_is_over:
            self.close_card()
        self.bar.input.focus()

    def do_add(self) -> None:
        """Add a person; the cursor goes there."""
        from crm_tui.screens.form import FormScreen

        self.app.push_screen(FormScreen(forms.contact()), self._go_to_added)

    def _go_to_added(self, added: ContactView | None) -> None:
        if added is not None:
            self.bar.clear()
            self._text = ""
            self._change_source(added.id)

    def do_edit(self) -> None:
        """Change the person under the cursor."""
        contact_id = self.current
        if contact_id is None:
            return
        nobody: ContactView | None = None
        self.read(
            lambda crm: crm.contacts.get(contact_id),
            lambda found: self.ask(forms.contact(found)) if found else None,
            group="edit",
            empty=nobody,
        )

    def do_tag(self) -> None:
        """Put tags on and take them off."""
        if self.subject is not None:
            self.ask(forms.tag(self.subject.ids, self.subject.words))

    def do_archive(self) -> None:
        """Put people away, or bring them back when all of them are away."""
        subject = self.subject
        if subject is None:
            return

        def archive(crm: Crm) -> None:
            away = all(each.archived_at for each in crm.contacts.views(subject.ids))
            with crm.transaction(f"{'restore' if away else 'archive'} {subject.words}"):
                for contact_id in subject.ids:
                    (crm.contacts.restore if away else crm.contacts.archive)(contact_id)

        self.write(archive, lambda _: self.clear_marks())

    def do_mark_all(self) -> None:
        """Mark everybody the list shows, or nobody."""
        source = self._source
        if self.table.marked or source is None:
            self.table.set_marks(())
        elif self.table.row_count > MOST_MARKED or not self.table.count_known:
            self.crm_app.tell(
                f"{self.table.row_count:,} are too many to mark at once.",
                f"Narrow the list to {MOST_MARKED:,} with /.",
            )
        else:
            nobody: list[int] = []
            self.read(lambda _: source.ids(MOST_MARKED), self.table.set_marks, group="marks", empty=nobody)

    def do_sort_name(self) -> None:
        """Sort by name."""
        self._sort_by("name")

    def do_sort_last(self) -> None:
        """Sort by the last contact."""
        self._sort_by("-last_contacted_on")

    def do_sort_next(self) -> None:
        """Sort by when to get in touch again."""
        self._sort_by("next_touch_on")

    def do_sort_new(self) -> None:
        """Sort by when they were added."""
        self._sort_by("-id")

    def _sort_by(self, sort: str) -> None:
        turned = sort[1:] if sort.startswith("-") else f"-{sort}"
        self._sort = turned if self._sort == sort else sort
        self._change_source()

    def _change_source(self, keep: int | None = None) -> None:
        """Show what the filter finds, in the chosen order."""
        from crm_tui.domain.paging import contacts

        try:
            pager = contacts(self._text, self._sort)
        except UsageError as error:
            # while one types a filter is often not whole yet: what was shown stays
            self.crm_app.tell(error.message, error.hint)
            return
        if self.crm_app.last_word[0] and self.bar.input.has_focus:
            self.crm_app.tell("")
        self.table.empty_text = self._empty()
        self._source = ContactRows(self.desk, pager)
        self.table.set_source(
            self._source, keep if keep is not None else self.table.cursor_key, keep_marks=True
        )

    def _empty(self) -> str:
        keymap = self.crm_app.keymap
        if self._text:
            return f"Nobody fits.\n{keymap.shown('back')} shows everybody again."
        return f"Nobody is here yet.\n{keymap.shown('add')} adds the first person; only a name is needed."

    def _tell_count(self) -> None:
        table = self.table
        count = f"{table.row_count:,}{'' if table.count_known else '+'}"
        if self._source is not None and getattr(self._source.pager, "more", lambda: False)():
            count = f"{table.row_count:,}+"
        text = count if self._all is None or not self._text else f"{count} of {self._all:,}"
        best = bool(self._text) and self._source is not None and hasattr(self._source.pager, "more")
        order = "best first" if best else _SORTS[self._sort]
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
        self.show_person(event.key)
        self.show_keys()

    @on(RecordTable.Opened)
    def _opened(self, event: RecordTable.Opened) -> None:
        event.stop()
        self.open_card()

    @on(RecordTable.Marked)
    def _marked(self, event: RecordTable.Marked) -> None:
        event.stop()
        self._tell_count()
        self.show_keys()

    @on(RecordTable.Counted)
    def _counted(self, event: RecordTable.Counted) -> None:
        event.stop()
        self._tell_count()

    @on(RecordTable.Failed)
    def _failed(self, event: RecordTable.Failed) -> None:
        event.stop()
        self.refuse(event.error)
