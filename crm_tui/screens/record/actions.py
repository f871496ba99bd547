"""Everything one does with a record that is shown whole, and with the item under the cursor."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crm_tui.models import DealView, FollowupView
from crm_tui.screens.followups.promises import Promise, PromisesScreen
from crm_tui.screens.record.billing import RecordBilling
from crm_tui.screens.record.record_reading import Whole, service
from crm_tui.screens.shell import handling

if TYPE_CHECKING:
    from crm_tui.actions import Action
    from crm_tui.domain.stages import StageView
    from crm_tui.screens.forms.dialogs import Choose
    from crm_tui.screens.forms.fields import Form
    from crm_tui.screens.record.adding import Addition
    from crm_tui.screens.record.record_removing import Removal
    from crm_tui.widgets.records.record_view_rows import Row

_LEADS: Final = {"person": "contacts", "company": "companies", "deal": "deals", "invoice": "invoices"}
"""The tables of the records that rows lead to."""
_READ_ONLY: Final = ("move", "more", "teach", "related")
"""The kinds of rows that hold nothing to change; what others are to somebody is changed on their own record."""


class RecordActions(PromisesScreen, RecordBilling):
    """The actions of the record in front; what is shown and where the cursor stands is the subclass's."""

    @property
    @abstractmethod
    def whole(self) -> Whole | None:
        """The record as it was read; None before that, and when it is gone."""

    @property
    @abstractmethod
    def row(self) -> Row | None:
        """The item under the cursor."""

    @property
    @abstractmethod
    def marked_rows(self) -> Sequence[Row]:
        """The marked items, from the top."""

    @abstractmethod
    def go_to(self, key: Hashable) -> None:
        """Put the cursor on an item, now or when it is there."""

    @abstractmethod
    def show_more(self, what: str) -> None:
        """Read more of a kind of thing."""

    @property
    def kind(self) -> str:
        """What the item under the cursor is: field, method, followup, ...; empty without one."""
        row = self.row
        return str(row.key[0]) if row is not None and row.key is not None else ""

    @property
    def deal(self) -> DealView | None:
        """The deal an action is about: the one under the cursor, or the record itself."""
        row = self.row
        if self.kind == "deal" and row is not None:
            found: DealView = row.of
            return found
        whole = self.whole
        return whole.view if whole is not None and whole.table == "deals" else None

    @property
    def _marked_deals(self) -> list[DealView]:
        return [row.of for row in self.marked_rows if isinstance(row.of, DealView)]

    def promises(self) -> Sequence[FollowupView] | Promise:
        """The marked follow-ups, or the one under the cursor; else all that are open, to choose from."""
        marked = [row.of for row in self.marked_rows if isinstance(row.of, FollowupView)]
        if marked:
            words = marked[0].title if len(marked) == 1 else f"{len(marked)} follow-ups"
            return Promise(tuple(each.id for each in marked), words)
        row = self.row
        if self.kind == "followup" and row is not None:
            return Promise((row.of.id,), row.of.title)
        return self.whole.followups if self.whole is not None else ()

    def can_contact(self) -> bool:
        """Whether the record is there to be dealt with."""
        return self.whole is not None

    def can_next_step(self) -> bool:
        """Whether the record is there to promise something about."""
        return self.whole is not None

    def can_record(self) -> bool:
        """Whether the record is there to be tagged or put away."""
        return self.whole is not None and self.whole.table != "invoices"

    def can_note(self) -> bool:
        """Whether it is of a kind that has a note."""
        return self.whole is not None and self.whole.table in ("contacts", "companies")

    def can_editable(self) -> bool:
        """Whether the item under the cursor can be changed."""
        row = self.row
        if row is None or self.kind in _READ_ONLY:
            return False
        return self.kind != "item" or row.of.entity != "deal"

    def can_item(self) -> bool:
        """Whether the item under the cursor, or those marked, can be taken away."""
        return bool(self._removals())

    def is_possible(self, action: Action) -> bool:
        """Whether an action is possible now; only a record with a mail address or link has something to open."""
        return super().is_possible(action) and (action.id != "reach" or bool(self._links()))

    def can_copy(self) -> bool:
        """Whether there are words under the cursor."""
        row = self.row
        return row is not None and bool(row.text) and self.kind not in ("more", "teach")

    def can_deal(self) -> bool:
        """Whether there is a deal an action could be about."""
        return self.deal is not None or bool(self._marked_deals)

    def can_open_deal(self) -> bool:
        """Whether that deal is open."""
        return self.deal is not None and self.deal.status.value == "open"

    def can_closed_deal(self) -> bool:
        """Whether that deal is won or lost."""
        return self.deal is not None and self.deal.status.value != "open"

    def open_row(self, row: Row) -> None:
        """Show the record an item leads to; where it leads nowhere, change it."""
        if row.key is None:
            return
        kind = row.key[0]
        if kind == "more":
            self.show_more(str(row.key[1]))
        elif kind == "teach":
            self._do(str(row.key[1]))
        elif (target := self._target(row)) is not None:
            self.crm_app.open_record(*target)
        elif kind == "item" and row.of.entity == "payment":
            self.open_payment(row.of.id)
        elif kind == "move" or (kind == "item" and row.of.entity == "deal"):
            key = self.crm_app.keymap.shown("stage")
            self.crm_app.tell("The stages it was in are history.", f"{key} moves the deal on.")
        elif self.can_editable():
            self.do_edit()

    def _target(self, row: Row) -> tuple[str, int] | None:
        """The record that a row leads to, if it is another one."""
        kind, of = row.key[0] if row.key is not None else "", row.of
        if kind == "field" and isinstance(of, tuple):
            return of[0], of[1]
        if kind == "relation":
            return "contacts", of[0].other_id
        if kind == "related":
            return "contacts", of[0].contact_id
        table = _LEADS.get(str(kind if kind != "item" else of.entity))
        if table is None:
            return None
        here = self.whole is not None and (self.whole.table, self.whole.view.id) == (table, of.id)
        return None if here else (table, of.id)

    def ask(self, form: Form) -> None:
        """Show a form; what is saved gets the cursor."""
        from crm_tui.screens.forms.form import FormScreen

        self.app.push_screen(FormScreen(form), self._saved)

    def _saved(self, saved: Any) -> None:
        from crm_tui.screens.record.record_forms import key_of

        if saved is None:
            return
        self.clear_marks()
        key = key_of(saved)
        if key is not None:
            self.go_to(key)

    def do_edit(self) -> None:
        """Change the item under the cursor."""
        from crm_tui.screens.record import record_forms

        whole, row = self.whole, self.row
        if whole is None or row is None:
            return
        if row.key == ("field", "stage"):
            self.do_stage()
        else:
            self.ask_form(lambda crm: record_forms.change(crm, whole, row))

    def do_add(self) -> None:
        """Ask what to add."""
        from crm_tui.screens.forms.dialogs import Choose, Option
        from crm_tui.screens.record.adding import additions

        if self.whole is None:
            return
        options = [Option(each.key, each.text, each, each.aside) for each in additions(self.whole)]
        self.app.push_screen(Choose("Add what?", options), self._add)

    def _add(self, chosen: Addition | None) -> None:
        whole = self.whole
        if chosen is None or whole is None:
            return
        make = chosen.form
        if make is not None:
            self.ask_form(lambda crm: make(crm, whole))
        else:
            self._do(chosen.action)

    def _do(self, action: str) -> None:
        doer: Callable[[], None] = getattr(self, f"do_{action.replace('-', '_')}")
        doer()

    def do_remove(self) -> None:
        """Take away the item under the cursor, or the marked ones."""
        from crm_tui.screens.forms.dialogs import Choose, Option
        from crm_tui.screens.record.record_removing import together

        found = self._removals()
        if not found or self.whole is None:
            return
        chosen = found[0] if len(found) == 1 else together(self.whole, found)
        if not chosen.question:
            self._take_away(chosen, 0)
            return
        ways = [Option("1234"[place], text, place) for place, (text, _) in enumerate(chosen.ways)]
        if len(ways) == 1:
            ways = [Option("y", chosen.ways[0][0], 0)]
        options = [Option("n", "No, leave it", -1), *ways]
        self.app.push_screen(
            Choose(chosen.question, options),
            lambda place: self._take_away(chosen, place) if place is not None and place >= 0 else None,
        )

    def _take_away(self, chosen: Removal, place: int) -> None:
        self.write(chosen.ways[place][1], lambda _: self.clear_marks())

    def _removals(self) -> list[Removal]:
        from crm_tui.screens.record.record_removing import removal

        whole, row = self.whole, self.row
        if whole is None:
            return []
        rows = self.marked_rows or ([row] if row is not None else [])
        found = [removal(whole, each) for each in rows]
        return [each for each in found if each is not None and (len(rows) == 1 or not each.gone)]

    def do_log(self) -> None:
        """Log what happened with the person, or about the deal."""
        from crm_tui.screens.forms import daily_forms, deal_forms

        deal = self.deal
        if deal is not None:
            self.ask(deal_forms.log([(deal.id, deal.contact_id)], deal.title, deal.contact or ""))
        else:
            self._with_person("Log with whom?", lambda who, name: self.ask(daily_forms.log((who,), name)))

    def do_follow_up(self) -> None:
        """Promise a next step to the person, or about the deal."""
        from crm_tui.screens.forms import daily_forms, deal_forms

        deal = self.deal
        if deal is not None:
            self.ask(deal_forms.followup([(deal.id, deal.contact_id)], deal.title))
        else:
            self._with_person(
                "Follow up with whom?", lambda who, name: self.ask(daily_forms.followup(who, name))
            )

    def _with_person(self, question: str, then: Callable[[int, str], None]) -> None:
        """Do something with the person it is about; at a company with the one under the cursor, or one of them."""
        whole, row = self.whole, self.row
        if whole is None:
            return
        if whole.table == "contacts":
            then(whole.view.id, whole.name)
        elif self.kind == "person" and row is not None:
            then(row.of.id, row.of.name)
        elif whole.people:
            people = [(each.name, each, each.title or "") for each in whole.people]
            handling.pick(self, question, people, lambda each: then(each.id, each.name))
        else:
            self._tell_nobody(whole)

    def _tell_nobody(self, whole: Whole) -> None:
        if whole.table == "invoices":
            key = self.crm_app.keymap.shown("edit")
            self.crm_app.tell(f"Invoice {whole.name} names no person.", f"{key} on its person changes that.")
        else:
            key = self.crm_app.keymap.shown("add")
            self.crm_app.tell(f"Nobody works at {whole.name} yet.", f"{key} adds somebody.")

    def do_tag(self) -> None:
        """Put tags on the record and take them off."""
        from crm_tui.screens.forms import daily_forms

        if self.whole is not None:
            self.ask(daily_forms.tag((self.whole.view.id,), self.whole.name, self.whole.table))

    def do_note(self) -> None:
        """Write the note in an editor."""
        if self.whole is not None:
            handling.write_note(self, self.whole.table, self.whole.view.id)

    def do_archive(self) -> None:
        """Put the record away, or bring it back."""
        whole = self.whole
        if whole is None:
            return
        verb = "restore" if whole.view.archived_at else "archive"
        self.write(lambda crm: getattr(service(crm, whole.table), verb)(whole.view.id))

    def can_person(self) -> bool:
        """Whether the record is that of a person."""
        return self.whole is not None and self.whole.table == "contacts"

    def do_dossier(self) -> None:
        """Write everything that is kept about the person."""
        from crm_tui.screens.leaving import person

        if self.whole is not None:
            person.export(self, self.whole.view.id)

    def can_happened(self) -> bool:
        """Whether it is a record whose interactions can be asked for."""
        return self.whole is not None and self.whole.table in ("contacts", "deals")

    def do_export_log(self) -> None:
        """Ask where to write what happened with the person or in the deal."""
        from crm_tui.screens.record import exporting

        if self.whole is not None:
            exporting.log(self, self.whole)

    def do_forget(self) -> None:
        """Erase the person for good; nothing of the record is left to be shown."""
        from crm_tui.screens.leaving import person

        if self.whole is not None:
            person.forget(self, self.whole.view.id, self.dismiss)

    def do_reach(self) -> None:
        """Open the mail address or link under the cursor, or one of the record's."""
        from crm_tui.screens.shell import opener

        row = self.row
        here: list[tuple[str, str]] = []
        if row is not None and self.kind == "method":
            here = opener.addresses([(row.of.kind.value, row.of.value)])
        elif row is not None and row.key == ("field", "website"):
            here = opener.addresses([("url", row.text)])
        handling.reach(self, here or self._links())

    def _links(self) -> list[tuple[str, str]]:
        """What can be opened of the record, each the text to show and the address."""
        from crm_tui.screens.shell import opener

        whole = self.whole
        if whole is None:
            return []
        site = [("url", whole.view.website)] if whole.table == "companies" and whole.view.website else []
        return opener.addresses([*((each.kind.value, each.value) for each in whole.methods), *site])

    def do_copy(self) -> None:
        """Copy the words under the cursor."""
        row = self.row
        if row is not None:
            handling.copy(self, _words(row))

    def do_win(self) -> None:
        """Win the deal."""
        from crm_tui.screens.forms import deal_forms

        deal = self.deal
        if deal is not None:
            self.ask_form(lambda crm: deal_forms.win(crm.deals.get(deal.id), base=crm.config.base_currency))

    def do_lose(self) -> None:
        """Lose the deal."""
        from crm_tui.screens.forms import deal_forms

        deal = self.deal
        if deal is not None:
            self.ask_form(
                lambda crm: deal_forms.lose(crm.deals.get(deal.id), reasons=crm.deals.lost_reasons())
            )

    def do_reopen(self) -> None:
        """Open the deal again."""
        deal = self.deal
        if deal is not None:
            self.write(lambda crm: crm.deals.reopen(deal.id))

    def do_stage(self) -> None:
        """Ask for a stage and move the deal there, or the marked ones."""
        deals = self._marked_deals or ([self.deal] if self.deal is not None else [])
        if deals:
            nothing: tuple[Sequence[StageView], Sequence[str]] = ((), ())
            self.read(
                lambda crm: (crm.pipelines.stages(), crm.deals.lost_reasons()),
                partial(self._ask_stage, deals),
                group="form",
                empty=nothing,
            )

    def _ask_stage(self, deals: Sequence[DealView], found: tuple[Sequence[StageView], Sequence[str]]) -> None:
        from crm_tui.screens.forms import deal_forms

        stages, reasons = found
        words = deals[0].title if len(deals) == 1 else f"{len(deals)} deals"
        ids = [each.id for each in deals]
        known = {stage.id: stage for stage in stages}
        named = [(stage.id, f"{stage.pipeline}: {stage.name}") for stage in stages]
        dialog: Choose[int] = deal_forms.move(ids, words, named)

        def take(stage_id: int | None) -> None:
            if stage_id is None:
                return
            one = deals[0] if len(deals) == 1 else None
            form = deal_forms.enter(one, ids, words, known[stage_id], reasons=reasons)
            if form is not None:
                self.ask(form)
            else:
                summary = f"move {words} to {known[stage_id].name}"
                self.write(
                    lambda crm: deal_forms.place(crm, dict.fromkeys(ids, stage_id), summary),
                    lambda _: self.clear_marks(),
                )

        self.app.push_screen(dialog, take)


def _words(row: Row) -> str:
    """What is copied of a row: the thing itself rather than how it is shown."""
    of = row.of
    if row.key is not None and row.key[0] == "related":
        return str(of[1])
    for name in ("value", "title", "name"):
        found = getattr(of, name, None)
        if isinstance(found, str) and found:
            return found
    return row.text
