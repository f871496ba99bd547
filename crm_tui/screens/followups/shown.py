"""How the follow-ups come onto their panes: read in threads, and shown without anything moving."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from crm_tui.dates import relative_day, short_day
from crm_tui.errors import CrmError
from crm_tui.screens.followups import followup_reading as reading
from crm_tui.screens.followups import followup_rows
from crm_tui.screens.followups.followup_reading import Agenda, Day, Month, Wish
from crm_tui.screens.followups.panes import FollowupPanes
from crm_tui.widgets.entry.filter_bar import FilterBar, PlainText
from crm_tui.widgets.lists.paged_list import PagedList

if TYPE_CHECKING:
    from crm_tui.domain.followup_days import PlannedView


class FollowupsShown(FollowupPanes):
    """Reads the agenda, the month and the day, and shows them."""

    @property
    def _wish(self) -> Wish:
        text = self.query_one(FilterBar).value if self.has_class("-filtering") else ""
        key = self._go_to if self._go_to is not None else self.rows.cursor_key
        keep = key if isinstance(key, int) else None
        return Wish(text, self._with_closed, keep, self.rows.cursor_place, self.rows.in_view)

    def reload(self) -> None:
        """Read everything anew; cursor, scroll, marks and day stay."""
        wish = self._wish
        self.read(
            lambda crm: reading.agenda(crm, wish),
            self._show,
            group="agenda",
            empty=reading.NO_AGENDA,
            otherwise=self._refused,
        )
        if self.in_month:
            self._read_month()

    def _read_month(self) -> None:
        wish, span = self._wish, self.grid.span
        self._span = span
        self.read(
            lambda crm: reading.month(crm, wish, *span),
            self._show_month,
            group="month",
            empty=reading.NO_MONTH,
            otherwise=self._refused,
        )
        self._read_day()

    def _read_day(self) -> None:
        wish, day = self._wish, self.grid.day
        self.read(
            lambda crm: reading.day(crm, wish, day),
            partial(self._show_day, day),
            group="day",
            empty=reading.NO_DAY,
            otherwise=self._refused,
        )

    def _refused(self, error: CrmError) -> None:
        # while one types a filter is often not whole yet: what was shown stays
        self._known = True
        self.refuse(error)

    def _show(self, agenda: Agenda) -> None:
        self._known = True
        self._agenda = agenda
        self._views = {**dict(agenda.views), **self._day_views()}
        self.rows.show_parts(agenda.parts, agenda.rows, agenda.widths, self._empty())
        if self._go_to is not None:
            self.rows.go_to(self._go_to)
            self._go_to = None
        if self.crm_app.last_word[2] == "bad" and self.query_one(FilterBar).input.has_focus:
            self.crm_app.tell("")
        self._tell_figures()
        self.show_person(self.current, again=True)
        self.show_keys()

    def _show_month(self, month: Month) -> None:
        self._month = month
        self._star()
        self._tell_figures()
        self.show_person(self.current)
        self.show_keys()

    def _show_day(self, day: date, found: Day) -> None:
        self._day = found
        self._views.update(self._day_views())
        self._items = {item.occurrence: item for item in found.kept.items} if found.kept else {}
        today = self.desk.clock.today
        groups = followup_rows.day_groups(found.plan, found.kept, today)
        self.query_one("#day-title", PlainText).text = f"{short_day(day, today)}  {relative_day(day, today)}"
        adds = self.crm_app.keymap.shown("add")
        self.day_list.show(groups, f"Nothing on this day.\n{adds} adds a follow-up.")
        if not groups and self.in_day:
            self.close_day()
        self._star()
        self.show_person(self.current)
        self.show_keys()

    def _day_views(self) -> dict[int, PlannedView]:
        return {view.id: view for view in self._day.plan.first} if self._day.plan else {}

    def _tell_figures(self) -> None:
        today = self.desk.clock.today
        text = self._agenda.figures if self._agenda.parts or not self._known else self._nothing()[0]
        if self.in_month:
            month = followup_rows.month_name(self.grid.day, today)
            text = (
                f"{month} · {text}" if self.grid.day.year != today.year else f"{month} {today.year} · {text}"
            )
        self.query_one("#figures", PlainText).text = text
        self.query_one(FilterBar).tell(text)

    def _nothing(self) -> list[str]:
        if self._wish.text:
            return ["Nothing fits."]
        if not self.desk.exists():
            return ["Nothing is here yet.", f"The first thing you add makes {self.desk.path}."]
        return ["Nothing is promised."]

    def _empty(self) -> str:
        shown = self.crm_app.keymap.shown
        if self._wish.text:
            return f"Nothing fits.\n{shown('back')} shows everything again, {shown('closed')} what is closed too."
        adds = f"{shown('add')} adds a follow-up, {shown('closed')} shows what is done or cancelled."
        return "\n".join([*self._nothing(), " ", adds])

    def _star(self) -> None:
        """Show the marks on the month and on the day."""
        marked, outline = self.rows.marked, self._agenda.outline
        days: list[date] = []
        start = 0
        for day, number in outline.open if marked else ():
            if not marked.isdisjoint(outline.ids[start : start + number]):
                days.append(day)
            start += number
        cells = followup_rows.day_cells(self._month.plans, self._month.kept, days, self.desk.clock.today)
        self.grid.show(cells, self.desk.clock.today)
        wanted = marked & set(self.day_list.keys)
        if self.day_list.marked != wanted:
            self.day_list.set_marks(wanted)

    def open_day(self) -> None:
        """Go to what falls on the chosen day."""
        if self.day_list.cursor_key is None:
            day, today = self.grid.day, self.desk.clock.today
            adds = f"{self.crm_app.keymap.shown('add')} adds a follow-up"
            self.crm_app.tell(f"Nothing on {short_day(day, today)}.", adds)
            return
        self.add_class("-day")
        self.day_list.focus()
        self.show_person(self.current)
        self.show_keys()

    def close_day(self) -> None:
        """Go back to the month."""
        self.remove_class("-day")
        self.grid.focus()
        self.show_keys()

    @on(PagedList.Wanted)
    def _rows_wanted(self, event: PagedList.Wanted) -> None:
        event.stop()
        nobody: dict[int, PlannedView] = {}
        self.read(
            lambda crm: reading.views_of(crm, event.keys),
            self._take_views,
            group="rows",
            empty=nobody,
            otherwise=self._rows_not_read,
        )

    def _take_views(self, views: dict[int, PlannedView]) -> None:
        self._views.update(views)
        clock = self.desk.clock
        self.rows.take([followup_rows.row(view, clock) for view in views.values()])
        self.show_person(self.current)
        self.show_keys()

    def _rows_not_read(self, error: CrmError) -> None:
        self.rows.give_up()
        self.refuse(error)
