"""Follow-ups: everything promised, as an agenda by when it is due, or on the days of a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.binding import BindingType

from crm_tui.models import FollowupView
from crm_tui.screens.followups.shown import FollowupsShown
from crm_tui.screens.forms import daily_forms
from crm_tui.screens.forms.fields import Form
from crm_tui.screens.shell import handling
from crm_tui.screens.shell.base import bindings
from crm_tui.widgets.calendar.month import MonthGrid
from crm_tui.widgets.entry.filter_bar import FilterBar
from crm_tui.widgets.lists.grouped_list import GroupedList

MOST_MARKED: Final = 10_000
"""How many can be marked at once."""


class FollowupsScreen(FollowupsShown):
    """What one does on the agenda and in the month."""

    scope = "followups"
    BINDINGS: ClassVar[list[BindingType]] = bindings("followups")

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        if self.rows.marked:
            return ("done", "snooze", "cancel", "log", "mark", "back")
        if self.card.has_focus:
            return ("back", "done", "snooze", "log")
        return ("open", "add", "done", "snooze", "cancel", "view", "back") if self.in_month else ()

    def can_back(self) -> bool:
        """Whether there is something to leave."""
        return (
            self.card.has_focus
            or self.has_class("-day")
            or self.in_day
            or self.has_class("-filtering")
            or self._with_closed
            or bool(self.rows.marked)
        )

    def do_back(self) -> None:
        """Leave the card or the day, then the marks, then the filter, then what is closed."""
        if self.card.has_focus:
            self.close_card()
        elif self.in_day or self.has_class("-day"):
            self.close_day()
        elif self.rows.marked:
            self.clear_marks()
        elif self.has_class("-filtering"):
            self._end_filter()
        else:
            self.do_closed()

    def do_view(self) -> None:
        """The agenda or the month, each where it was."""
        self.remove_class("-day")
        self.toggle_class("-month")
        if self.in_month:
            self._read_month()
        self._tell_figures()
        self.list_widget.focus()
        self.show_person(self.current)
        self.show_keys()

    def do_closed(self) -> None:
        """Show what is done or cancelled too, or only what is open."""
        self._with_closed = not self._with_closed
        key = self.crm_app.keymap.shown("closed")
        if self._with_closed:
            self.crm_app.tell("What is done or cancelled is shown too.", f"{key} hides it")
        else:
            self.crm_app.tell("Only what is open is shown.", f"{key} shows the rest")
        self.reload()

    def do_left(self) -> None:
        """The day before, or the part before."""
        self._sideways(-1)

    def do_right(self) -> None:
        """The next day, or the next part."""
        self._sideways(1)

    def _sideways(self, step: int) -> None:
        if self.in_month:
            self.grid.step(step)
        else:
            self.rows.action_group(step)

    def do_next_pane(self) -> None:
        """From the list to the card or from the month to the day, and back."""
        if not self.in_month:
            super().do_next_pane()
        elif self.in_day:
            self.close_day()
        else:
            self.open_day()

    def do_add(self) -> None:
        """Add a follow-up; in the month on the chosen day."""
        form = daily_forms.followup(None, "")
        if self.in_month:
            form = _due_on(form, self.grid.day)
        self._ask_and_go(form)

    def do_follow_up(self) -> None:
        """Promise a next step: to everybody who is marked, to the person, or on the deal."""
        subject, view = self.subject, self.view
        if subject is not None and len(subject.ids) > 1:
            from crm_tui.screens.lists import list_forms

            self.ask(list_forms.followups(subject.ids, subject.words))
        elif subject is not None:
            self._ask_and_go(daily_forms.followup(subject.ids[0], subject.words))
        elif view is not None and view.deal_id is not None:
            self._ask_and_go(daily_forms.followup(None, view.deal or "", view.deal_id))

    def do_edit(self) -> None:
        """Change a follow-up."""
        view = self.view
        if view is not None:
            self._edit(view.id)
        else:
            self.with_promise("Change which one?", lambda promise: self._edit(promise.ids[0]))

    def _edit(self, followup_id: int) -> None:
        nobody: FollowupView | None = None
        self.read(
            lambda crm: crm.followups.get(followup_id),
            lambda found: self._ask_and_go(daily_forms.change_followup(found)) if found else None,
            group="edit",
            empty=nobody,
        )

    def _ask_and_go(self, form: Form) -> None:
        """Show a form, and once it is saved go where the follow-up stands then."""
        from crm_tui.screens.forms.form import FormScreen

        self.app.push_screen(FormScreen(form), self._go_to_saved)

    def _go_to_saved(self, saved: FollowupView | None) -> None:
        if saved is None:
            return
        self._go_to = saved.id
        if self.in_month:
            self.grid.go_to(saved.due_on)
        self.reload()

    def do_copy(self) -> None:
        """Copy the title, or how the person is reached."""
        texts = [(self.view.title, self.view.title, "follow-up")] if self.view is not None else []
        if self.person is not None and self.person.contact.id == self.current:
            contact = self.person.contact
            texts += [(method.value, method.value, method.kind.value) for method in self.person.methods]
            texts.append((contact.name, contact.name, "name"))
        handling.pick(self, "Copy which?", texts, partial(handling.copy, self))

    def do_filter(self) -> None:
        """Type what to show."""
        self.add_class("-filtering")
        self.query_one(FilterBar).input.focus()
        self.show_keys()

    def do_mark_all(self) -> None:
        """Mark everything that is open, in the month all of it, on a day what falls there; or nothing."""
        if self.rows.marked:
            self.clear_marks()
            return
        found = self._in_sight()
        if len(found) > MOST_MARKED:
            self.crm_app.tell(
                f"{len(found):,} are too many to mark at once.", f"Narrow the list to {MOST_MARKED:,} with /."
            )
        else:
            self.rows.set_marks(found)

    def _in_sight(self) -> list[int]:
        """Everything that is open, in the month all of it, on a day what falls there."""
        if self.in_day:
            return self.ids_of_day()
        if self.in_month:
            day = self.grid.day
            first, following = day.replace(day=1), self.grid.span[1]
            last = min(following, date(day.year + day.month // 12, day.month % 12 + 1, 1))
            return self.ids_between(first, last)
        outline = self._agenda.outline
        return list(outline.ids[: outline.open_count])

    def do_export(self) -> None:
        """Ask where to write the follow-ups in sight; of the agenda those that are closed too, when they are shown."""
        from crm_tui.screens.lists import export_write

        ids = self._in_sight() if self.in_month else [*self._agenda.outline.ids]
        export_write.ask_these(self, "followups", ids)

    def do_bulk_edit(self) -> None:
        """Change the marked follow-ups, or all that are open in sight, as text."""
        from crm_tui.screens.lists import bulk_edit

        marked = self.rows.marked
        ids = [each for each in self._agenda.outline.ids if each in marked] or self._in_sight()
        bulk_edit.begin(self, "followups", lambda _: ids, self.clear_marks)

    def _end_filter(self) -> None:
        bar = self.query_one(FilterBar)
        bar.clear()
        self.remove_class("-filtering")
        self.crm_app.tell("")
        self.reload()
        self.list_widget.focus()
        self.show_keys()

    @on(FilterBar.Changed)
    def _filter_typed(self, event: FilterBar.Changed) -> None:
        event.stop()
        if self.has_class("-filtering"):
            self.reload()

    @on(FilterBar.Left)
    def _filter_left(self, event: FilterBar.Left) -> None:
        event.stop()
        if not event.bar.value:
            self._end_filter()
        self.list_widget.focus()

    @on(FilterBar.Cleared)
    def _filter_cleared(self, event: FilterBar.Cleared) -> None:
        event.stop()
        self._end_filter()

    @on(GroupedList.Highlighted)
    def _highlighted(self, event: GroupedList.Highlighted) -> None:
        event.stop()
        self.show_person(self.current)
        self.show_keys()

    @on(GroupedList.Marked, "#list")
    def _marked(self, event: GroupedList.Marked) -> None:
        event.stop()
        self._star()
        self.show_keys()

    @on(GroupedList.Marked, "#day")
    def _day_marked(self, event: GroupedList.Marked) -> None:
        event.stop()
        here = {key for key in self.day_list.keys if isinstance(key, int)}
        marked = (self.rows.marked - here) | (self.day_list.marked & here)
        if marked != self.rows.marked:
            self.rows.set_marks(marked)
        else:
            self._star()

    @on(GroupedList.Opened)
    def _opened(self, event: GroupedList.Opened) -> None:
        event.stop()
        view = self.view
        if self.current is not None:
            self.crm_app.open_record("contacts", self.current)
        elif view is not None and view.deal_id is not None:
            self.crm_app.open_record("deals", view.deal_id)
        elif view is not None:
            self._edit(view.id)

    @on(MonthGrid.Moved)
    def _moved(self, event: MonthGrid.Moved) -> None:
        event.stop()
        if self.grid.span == self._span:
            self._read_day()
        else:
            self._read_month()
        self._tell_figures()
        self.show_keys()

    @on(MonthGrid.Opened)
    def _day_opened(self, event: MonthGrid.Opened) -> None:
        event.stop()
        self.open_day()

    @on(MonthGrid.Marked)
    def _month_marked(self, event: MonthGrid.Marked) -> None:
        event.stop()
        marked, ids = self.rows.marked, {*self.ids_of_day()}
        self.rows.set_marks(marked - ids if ids <= marked else marked | ids)


def _due_on(form: Form, day: date) -> Form:
    """The form of a new follow-up with its day filled in."""
    fields = [replace(field, value=day.isoformat()) if field.key == "due" else field for field in form.fields]
    return replace(form, name=f"{form.name}-{day.isoformat()}", fields=fields)
