"""Companies: the organisations people work for, with the card of the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import BindingType

from crm_tui.screens.forms import daily_forms
from crm_tui.screens.lists import list_forms
from crm_tui.screens.lists.bulk import BulkListScreen
from crm_tui.screens.parties import company
from crm_tui.screens.parties.card_reading import CardKind, CardReading
from crm_tui.screens.parties.company_rows import COMPANIES_LIST
from crm_tui.screens.parties.people import Subject
from crm_tui.screens.shell import handling
from crm_tui.screens.shell.base import bindings
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.records import company_card

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CompanyView, ContactView
    from crm_tui.screens.forms.fields import Form

_MOST_PEOPLE: Final = 500
"""So many people are offered to choose from."""
ORGANISATION: Final = CardKind(company.read, company.go_on, company_card.lines, "This company is gone.")


class CompaniesScreen(BulkListScreen):
    """The list of companies."""

    scope = "companies"
    kind = COMPANIES_LIST
    placeholder = "a name or domain; tag:supplier industry:food people>3"
    first_words = "adds the first one; a person's company comes here by itself."
    BINDINGS: ClassVar[list[BindingType]] = bindings("companies")

    def __init__(self) -> None:
        super().__init__()
        self._reading = CardReading(self, lambda: self.card, ORGANISATION)

    @property
    def card_name(self) -> tuple[int, str] | None:
        """Whose card is shown."""
        return (
            None
            if self._reading.found is None
            else (self._reading.found.company.id, self._reading.found.company.name)
        )

    def show_card(self, record_id: int | None, *, again: bool = False) -> None:
        """Show a company's card as soon as it is read."""
        self._reading.show(record_id, again=again)

    @on(Lines.ReachedEnd)
    def _go_on(self, event: Lines.ReachedEnd) -> None:
        event.stop()
        self._reading.go_on()

    def can_contact(self) -> bool:
        """Whether there is a company an action could be about."""
        return self.subject is not None

    def can_next_step(self) -> bool:
        """Whether there is a company with whose people one could agree on something."""
        return self.subject is not None

    def can_note(self) -> bool:
        """Whether there is a company to write a note about."""
        return self.current is not None

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self._reading.found is not None

    def do_add(self) -> None:
        """Add a company; the cursor goes there."""
        from crm_tui.screens.forms import company_forms

        self.read(company_forms.read, self._add, group="edit", empty=company_forms.company())

    def _add(self, form: Form) -> None:
        from crm_tui.screens.forms.form import FormScreen

        self.app.push_screen(FormScreen(form), self._go_to_added)

    def _go_to_added(self, added: CompanyView | None) -> None:
        if added is not None:
            self.show_added(added.id)

    def do_edit(self) -> None:
        """Change the company under the cursor."""
        from crm_tui.screens.forms import company_forms

        company_id = self.current
        if company_id is None:
            return
        nothing: Form | None = None
        self.read(
            lambda crm: company_forms.read(crm, company_id),
            lambda form: self.ask(form) if form else None,
            group="edit",
            empty=nothing,
        )

    def do_sort_people(self) -> None:
        """Sort by how many people work there."""
        self.sort_by("people")

    def do_sort_deals(self) -> None:
        """Sort by how many deals are open."""
        self.sort_by("open_deals")

    def do_log(self) -> None:
        """Log what happened with somebody there."""
        self._with_people("Log with whom?", lambda who: self.ask(daily_forms.log(who.ids, who.words)))

    def do_follow_up(self) -> None:
        """Promise a next step to somebody there."""
        self._with_people("Follow up with whom?", self._promise)

    def _promise(self, who: Subject) -> None:
        if len(who.ids) == 1:
            self.ask(daily_forms.followup(who.ids[0], who.words))
        else:
            self.ask(list_forms.followups(who.ids, who.words))

    def _with_people(self, question: str, then: Callable[[Subject], None]) -> None:
        """Ask with whom of the people of the company, or of the marked ones."""
        subject = self.subject
        if subject is None:
            return
        nobody: Sequence[ContactView] = ()

        def read(crm: Crm) -> Sequence[ContactView]:
            found: list[ContactView] = []
            for company_id in subject.ids:
                limit = _MOST_PEOPLE - len(found)
                if limit > 0:
                    found += crm.contacts.list(f"company:{company_id}", sort="name", limit=limit)
            return found

        self.read(read, partial(self._choose, question, subject, then), group="people", empty=nobody)

    def _choose(
        self, question: str, subject: Subject, then: Callable[[Subject], None], people: Sequence[ContactView]
    ) -> None:
        from crm_tui.screens.forms.dialogs import Choose, Option, lettered

        if not people:
            where = subject.words if len(subject.ids) == 1 else f"these {subject.words}"
            key = self.crm_app.keymap.shown("go-contacts")
            self.crm_app.tell(
                f"Nobody is known at {where}.", f"{key} goes to the people, where one is added."
            )
            return
        if len(people) == 1:
            then(Subject((people[0].id,), people[0].name))
            return
        several = len(subject.ids) > 1
        options = lettered(
            [
                (each.name, Subject((each.id,), each.name), (each.company if several else each.title) or "")
                for each in people
            ]
        )
        everybody = Subject(tuple(each.id for each in people), f"{len(people):,} people")
        options.append(Option("0", f"All {everybody.words}", everybody))
        self.app.push_screen(Choose(question, options), lambda who: then(who) if who else None)

    def do_note(self) -> None:
        """Write the note in an editor."""
        if self.current is not None:
            handling.write_note(self, "companies", self.current)

    def do_reach(self) -> None:
        """Open a mail address or link of the company."""
        from crm_tui.screens.shell import opener

        found = self._reading.found
        if found is not None:
            sites = [("url", site) for site in (found.company.website, found.company.domain) if site]
            methods = [(method.kind.value, method.value) for method in found.methods]
            handling.reach(self, opener.addresses([*methods, *sites]))

    def do_copy(self) -> None:
        """Copy an address, number, domain or the name."""
        found = self._reading.found
        if found is None:
            return
        view = found.company
        texts = [(method.value, method.kind.value) for method in found.methods]
        texts += [(text, word) for text, word in ((view.website, "website"), (view.domain, "domain")) if text]
        choices = [(text, text, word) for text, word in [*texts, (view.name, "name")]]
        handling.pick(self, "Copy which?", choices, partial(handling.copy, self))
