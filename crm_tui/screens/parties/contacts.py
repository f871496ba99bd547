"""Contacts: everybody, found by typing, with the card of the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from crm_tui.models import FollowupView
from crm_tui.screens.forms import daily_forms
from crm_tui.screens.lists import list_forms
from crm_tui.screens.lists.bulk import BulkListScreen
from crm_tui.screens.parties.contact_rows import PEOPLE
from crm_tui.screens.parties.people import PeopleScreen
from crm_tui.screens.shell.base import bindings

if TYPE_CHECKING:
    from crm_tui.models import ContactView
    from crm_tui.screens.forms.fields import Form


class ContactsScreen(BulkListScreen, PeopleScreen):
    """The list of people."""

    scope = "contacts"
    kind = PEOPLE
    placeholder = "a name, e-mail or phone; tag:vip last_contacted_on<30d"
    first_words = "adds the first person; only a name is needed."
    BINDINGS: ClassVar[list[BindingType]] = bindings("contacts")

    def show_card(self, record_id: int | None, *, again: bool = False) -> None:
        """Show somebody's card."""
        self.show_person(record_id, again=again)

    @property
    def card_name(self) -> tuple[int, str] | None:
        """Whose card is shown."""
        return None if self.person is None else (self.person.contact.id, self.person.contact.name)

    def promises(self) -> Sequence[FollowupView]:
        """The open follow-ups on the card."""
        if self.person is None or self.person.contact.id != self.current or self.table.marked:
            return ()
        return self.person.followups

    def preferred(self) -> tuple[str, ...]:
        """On the card what is promised there comes first."""
        return ("back", "done", "snooze", "log") if self.card.has_focus else super().preferred()

    def do_add(self) -> None:
        """Add a person; the cursor goes there."""
        first: Form | None = daily_forms.contact()
        self.read(lambda crm: daily_forms.read_contact(crm), self._add, group="edit", empty=first)

    def _add(self, form: Form | None) -> None:
        from crm_tui.screens.forms.form import FormScreen

        if form is not None:
            self.app.push_screen(FormScreen(form), self._go_to_added)

    def _go_to_added(self, added: ContactView | None) -> None:
        if added is not None:
            self.show_added(added.id)

    def do_edit(self) -> None:
        """Change the person under the cursor."""
        contact_id = self.current
        if contact_id is None:
            return
        nobody: Form | None = None
        self.read(
            lambda crm: daily_forms.read_contact(crm, contact_id),
            lambda form: self.ask(form) if form else None,
            group="edit",
            empty=nobody,
        )

    def can_person(self) -> bool:
        """Whether there is anybody to export or forget."""
        return self.current is not None

    def do_dossier(self) -> None:
        """Write everything that is kept about the person under the cursor."""
        from crm_tui.screens.leaving import person

        contact_id = self.current
        if contact_id is not None:
            person.export(self, contact_id)

    def do_forget(self) -> None:
        """Erase the person under the cursor for good."""
        from crm_tui.screens.leaving import person

        contact_id = self.current
        if contact_id is not None:
            person.forget(self, contact_id, self.clear_marks)

    def do_follow_up(self) -> None:
        """Promise a next step, with everybody who is marked."""
        subject = self.subject
        if subject is None:
            return
        if len(subject.ids) > 1:
            self.ask(list_forms.followups(subject.ids, subject.words))
        else:
            self.ask(daily_forms.followup(subject.ids[0], subject.words))

    def do_sort_last(self) -> None:
        """Sort by the last contact."""
        self.sort_by("last_contacted_on")

    def do_sort_next(self) -> None:
        """Sort by when to get in touch again."""
        self.sort_by("next_touch_on")
