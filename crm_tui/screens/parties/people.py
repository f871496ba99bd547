"""What Today and Contacts share: somebody under the cursor, their card, and everything one does with them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Final

from textual import on

from crm_tui.screens.followups.promises import PromisesScreen
from crm_tui.screens.forms import daily_forms
from crm_tui.screens.forms.fields import Form
from crm_tui.screens.parties import person
from crm_tui.screens.parties.card_reading import CardKind, CardReading
from crm_tui.screens.shell import handling
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.records import card
from crm_tui.widgets.records.card import Person

PERSON: Final = CardKind(person.read, person.go_on, card.lines, "This person is gone.")


@dataclass(frozen=True, slots=True)
class Subject:
    """The people an action is about: the marked ones, or the one under the cursor. ``words`` names them."""

    ids: tuple[int, ...]
    words: str


class PeopleScreen(PromisesScreen):
    """A list with the card of the person under its cursor beside it, where there is room."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (as Textual declares it)
    DEFAULT_CSS = """
    PeopleScreen {
        & .panes { height: 1fr; }
        & .rule { height: 1; width: 1fr; color: $panel; }
        & #card { display: none; padding: 0 1 0 1; }
        &.-wide #card { display: block; width: 2fr; border-left: solid $panel; }
        &.-wide #list { width: 3fr; }
        & #card:focus { border-left: solid $accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._reading = CardReading(self, lambda: self.card, PERSON)

    @property
    def person(self) -> Person | None:
        """Whose card is shown, once it is read."""
        return self._reading.found

    @property
    @abstractmethod
    def subject(self) -> Subject | None:
        """The people an action is about."""

    @property
    @abstractmethod
    def current(self) -> int | None:
        """The person under the cursor."""

    @property
    def card(self) -> Lines:
        """The card."""
        return self.query_one("#card", Lines)

    def show_person(self, contact_id: int | None, *, again: bool = False) -> None:
        """Show somebody's card as soon as it is read."""
        self._reading.show(contact_id, again=again)

    @on(Lines.ReachedEnd)
    def _go_on(self, event: Lines.ReachedEnd) -> None:
        event.stop()
        self._reading.go_on()

    def open_card(self) -> None:
        """Go to the card of the person under the cursor; where there is no room for one, to the person whole."""
        if self.current is None:
            self.crm_app.tell("This concerns nobody.")
        elif self.has_class("-wide"):
            self.card.focus()
        else:
            self.open_person()

    def open_person(self) -> None:
        """Show the person under the cursor whole."""
        if self.current is not None:
            self.crm_app.open_record("contacts", self.current)

    def close_card(self) -> None:
        """Go back to the list."""
        self.list_widget.focus()

    def can_contact(self) -> bool:
        """Whether there is anybody an action could be about."""
        return self.subject is not None

    def can_next_step(self) -> bool:
        """Whether there is anybody to promise something to."""
        return self.subject is not None

    def can_note(self) -> bool:
        """Whether there is anybody to write a note about."""
        return self.current is not None

    def can_record(self) -> bool:
        """Whether there is anybody to tag or put away."""
        return self.subject is not None

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.person is not None

    def do_next_pane(self) -> None:
        """From the list to the card, and back."""
        if self.card.has_focus:
            self.close_card()
        else:
            self.open_card()

    def do_log(self) -> None:
        """Log what happened."""
        if self.subject is not None:
            self.ask(daily_forms.log(self.subject.ids, self.subject.words))

    def do_follow_up(self) -> None:
        """Promise a next step."""
        if self.person is not None and self.current == self.person.contact.id:
            self.ask(daily_forms.followup(self.person.contact.id, self.person.contact.name))
        elif self.current is not None:
            self.ask(daily_forms.followup(self.current, self.subject.words if self.subject else ""))

    def ask(self, form: Form) -> None:
        """Show a form; once it is saved the marks have done their service."""
        # with its text area it is the heaviest of all, and not needed for the first paint
        from crm_tui.screens.forms.form import FormScreen

        self.app.push_screen(
            FormScreen(form), lambda saved: self.clear_marks() if saved is not None else None
        )

    def do_note(self) -> None:
        """Write the note in an editor."""
        if self.current is not None:
            handling.write_note(self, "contacts", self.current)

    def do_reach(self) -> None:
        """Open a mail address or link."""
        from crm_tui.screens.shell import opener

        handling.reach(self, opener.links(self.person) if self.person else [])

    def do_copy(self) -> None:
        """Copy an address, number or name."""
        if self.person is None:
            return
        contact = self.person.contact
        found = [(method.value, method.value, method.kind.value) for method in self.person.methods]
        handling.pick(
            self, "Copy which?", [*found, (contact.name, contact.name, "name")], partial(handling.copy, self)
        )
