"""What Today and Contacts share: somebody under the cursor, their card, and everything one does with them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from crm_tui.dates import relative_day
from crm_tui.errors import CrmError
from crm_tui.models import FollowupView
from crm_tui.screens import forms, person
from crm_tui.screens.base import BaseScreen
from crm_tui.screens.fields import Form
from crm_tui.widgets import card
from crm_tui.widgets.card import Person
from crm_tui.widgets.lines import Lines

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm


@dataclass(frozen=True, slots=True)
class Subject:
    """The people an action is about: the marked ones, or the one under the cursor. ``words`` names them."""

    ids: tuple[int, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Promise:
    """Follow-ups an action is about, and the words for them."""

    ids: tuple[int, ...]
    words: str


class PeopleScreen(BaseScreen):
    """A list with the card of the person under its cursor: beside it where there is room, over it elsewhere."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  (as Textual declares it)
    DEFAULT_CSS = """
    PeopleScreen {
        & .panes { height: 1fr; }
        & .rule { height: 1; width: 1fr; color: $panel; }
        & #card { display: none; padding: 0 1 0 1; }
        &.-wide #card { display: block; width: 2fr; border-left: solid $panel; }
        &.-wide #list { width: 3fr; }
        &.-narrow.-open #card { display: block; width: 1fr; }
        &.-narrow.-open #list { display: none; }
        & #card:focus { border-left: solid $accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.person: Person | None = None
        self._wanted: int | None = None
        self._asking = False

    @property
    @abstractmethod
    def subject(self) -> Subject | None:
        """The people an action is about."""

    @property
    @abstractmethod
    def current(self) -> int | None:
        """The person under the cursor."""

    @abstractmethod
    def promises(self) -> Sequence[FollowupView] | Promise:
        """The open follow-ups an action may be about; a ``Promise`` where that is decided."""

    @abstractmethod
    def clear_marks(self) -> None:
        """Take all marks off."""

    @property
    def card(self) -> Lines:
        """The card."""
        return self.query_one("#card", Lines)

    @property
    def card_is_over(self) -> bool:
        """Whether the card lies over the list."""
        return self.has_class("-open") and self.has_class("-narrow")

    def show_person(self, contact_id: int | None, *, again: bool = False) -> None:
        """Show somebody's card as soon as it is read; only the last one asked for counts."""
        if contact_id == self._wanted and not again:
            return
        self._wanted = contact_id
        if contact_id is None:
            self.person = None
            self.card.show(lambda _: ())
            self.show_keys()
        elif not self._asking:
            self._ask()

    def _ask(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        self._asking = True
        empty: Person | None = None
        self.read(
            lambda crm: person.read(crm, wanted),
            partial(self._take, wanted),
            group="person",
            empty=empty,
            otherwise=self._not_read,
        )

    def _not_read(self, error: CrmError) -> None:
        self._asking = False
        self.refuse(error)

    def _take(self, asked: int, found: Person | None) -> None:
        self._asking = False
        if asked != self._wanted:
            self._ask()
            return
        same = self.person is not None and found is not None and found.contact.id == self.person.contact.id
        self.person = found
        self._draw(keep=same)
        self.show_keys()

    def _draw(self, *, keep: bool) -> None:
        found, clock = self.person, self.desk.clock
        if found is None:
            self.card.show(lambda _: [[("This person is gone.", "dim")]])
        else:
            self.card.show(partial(card.lines, found, clock), keep=keep)

    @on(Lines.ReachedEnd)
    def _go_on(self, event: Lines.ReachedEnd) -> None:
        event.stop()
        found = self.person
        if found is not None and found.more and not self._asking:
            self._asking = True
            self.read(
                lambda crm: person.go_on(crm, found),
                partial(self._take, found.contact.id),
                group="person",
                empty=found,
                otherwise=self._not_read,
            )

    def open_card(self) -> None:
        """Go to the card of the person under the cursor."""
        if self.current is None:
            return
        self.add_class("-open")
        self.card.focus()
        self.show_keys()

    def close_card(self) -> None:
        """Go back to the list."""
        self.remove_class("-open")
        self.list_widget.focus()
        self.show_keys()

    def can_contact(self) -> bool:
        """Whether there is anybody an action could be about."""
        return self.subject is not None

    def can_followup(self) -> bool:
        """Whether a follow-up is shown that could be finished."""
        found = self.promises()
        return bool(found.ids if isinstance(found, Promise) else found)

    def do_next_pane(self) -> None:
        """From the list to the card, and back."""
        if self.card.has_focus:
            self.close_card()
        else:
            self.open_card()

    def do_done(self) -> None:
        """Finish follow-ups."""
        self._with_promise("Which one is done?", self._finish)

    def _finish(self, promise: Promise) -> None:
        self.write(lambda crm: crm.followups.complete_all(promise.ids), lambda _: self.clear_marks())

    def do_snooze(self) -> None:
        """Put follow-ups off."""
        self._with_promise("Which one?", lambda promise: self.ask(forms.snooze(promise.ids, promise.words)))

    def _with_promise(self, question: str, then: Callable[[Promise], None]) -> None:
        from crm_tui.screens.dialogs import Choose, lettered

        found = self.promises()
        if isinstance(found, Promise):
            then(found)
        elif len(found) == 1:
            then(Promise((found[0].id,), found[0].title))
        else:
            today = self.desk.clock.today
            options = lettered([(each.title, each, relative_day(each.due_on, today)) for each in found])
            self.app.push_screen(
                Choose(question, options),
                lambda each: then(Promise((each.id,), each.title)) if each else None,
            )

    def do_log(self) -> None:
        """Log what happened."""
        if self.subject is not None:
            self.ask(forms.log(self.subject.ids, self.subject.words))

    def do_follow_up(self) -> None:
        """Promise a next step."""
        if self.person is not None and self.current == self.person.contact.id:
            self.ask(forms.followup(self.person.contact.id, self.person.contact.name))
        elif self.current is not None:
            self.ask(forms.followup(self.current, self.subject.words if self.subject else ""))

    def ask(self, form: Form) -> None:
        """Show a form; once it is saved the marks have done their service."""
        # with its text area it is the heaviest of all, and not needed for the first paint
        from crm_tui.screens.form import FormScreen

        self.app.push_screen(
            FormScreen(form), lambda saved: self.clear_marks() if saved is not None else None
        )

    def do_note(self) -> None:
        """Write the note in an editor."""
        contact_id = self.current
        if contact_id is None:
            return
        empty: tuple[str, str] | None = None

        def read(crm: Crm) -> tuple[str, str] | None:
            found = crm.contacts.get(contact_id)
            return found.name, found.note or ""

        self.read(read, partial(self._edit_note, contact_id), group="note", empty=empty)

    def _edit_note(self, contact_id: int, found: tuple[str, str] | None) -> None:
        from crm_tui.screens import editor

        if found is None:
            return
        name = f"note-{contact_id}"
        outcome = editor.edit(self.crm_app, name, found[1])
        if outcome.text is None:
            self.crm_app.tell(outcome.problem, outcome.hint, "bad")
            return
        text = outcome.text
        place = self.crm_app.memory.note_file(name)

        def refused(error: CrmError) -> None:
            self.crm_app.tell(error.message, f"What you wrote is kept in {place}.", "bad")

        self.write(
            lambda crm: crm.contacts.update(contact_id, note=text or None),
            lambda _: editor.drop(self.crm_app, name),
            refused,
        )

    def do_reach(self) -> None:
        """Open a mail address or link."""
        from crm_tui.screens import opener
        from crm_tui.screens.dialogs import Choose, lettered

        links = opener.links(self.person) if self.person else []
        if not links:
            self.crm_app.tell("There is no mail address and no link here.", "e adds one")
        elif len(links) == 1:
            self._open(links[0][1])
        else:
            options = lettered([(text, url, "") for text, url in links])
            self.app.push_screen(Choose("Open which?", options), lambda url: self._open(url) if url else None)

    def _open(self, url: str) -> None:
        from crm_tui.screens import opener

        problem = opener.open_link(url)
        self.crm_app.tell(
            problem or f"Opened {url}.", "y copies it" if problem else "", "bad" if problem else "plain"
        )

    def do_copy(self) -> None:
        """Copy an address, number or name."""
        from crm_tui.screens.dialogs import Choose, lettered

        if self.person is None:
            return
        contact = self.person.contact
        found = [(method.value, method.value, method.kind.value) for method in self.person.methods]
        options = lettered([*found, (contact.name, contact.name, "name")])
        if len(options) == 1:
            self._copy(contact.name)
        else:
            self.app.push_screen(
                Choose("Copy which?", options), lambda text: self._copy(text) if text else None
            )

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.crm_app.tell(f"Copied {text}.")
