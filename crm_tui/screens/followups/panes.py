"""The panes of the follow-ups, and what is under the cursor or marked in them: what an action is about."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget

from crm_tui.domain.followup_fields import LISTING
from crm_tui.models import FollowupStatus, FollowupView
from crm_tui.screens.followups import followup_reading as reading
from crm_tui.screens.followups import followup_rows
from crm_tui.screens.followups.followup_reading import Marks
from crm_tui.screens.followups.promises import Promise
from crm_tui.screens.forms.filter_suggest import FilterCompleter
from crm_tui.screens.parties.people import PeopleScreen, Subject
from crm_tui.widgets.calendar.month import MonthGrid
from crm_tui.widgets.entry.filter_bar import FilterBar, PlainText, Rule
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.lists.grouped_list import GroupedList
from crm_tui.widgets.lists.paged_list import PagedList

if TYPE_CHECKING:
    from crm_tui.domain.agenda_items import AgendaItem
    from crm_tui.domain.followup_days import PlannedView


class FollowupPanes(PeopleScreen):
    """The agenda with its card, the month with its day; one of the two is in front."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]  # noqa: RUF012  (as Textual declares it)
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012  (as Textual declares it)
    AUTO_FOCUS = "#list"
    DEFAULT_CSS = """
    FollowupPanes {
        & #figures { width: 1fr; padding: 0 1; }
        & FilterBar { display: none; }
        &.-filtering FilterBar { display: block; }
        &.-filtering #figures { display: none; }
        & #month { display: none; height: 1fr; }
        &.-month #month { display: block; }
        &.-month .panes { display: none; }
        &.-wide #month { layout: horizontal; }
        &.-wide #grid { width: 5fr; }
        &.-wide #side { width: 2fr; border-left: solid $panel; }
        &.-narrow #side { display: none; }
        &.-narrow.-day #side { display: block; height: 40%; min-height: 11; }
        &.-narrow.-day #grid { min-height: 7; }
        &.-short.-narrow.-day #side { height: 1fr; min-height: 0; }
        &.-short.-narrow.-day #grid { height: 0; min-height: 0; }
        &.-short.-narrow #day-title { display: none; }
        & #day-title { width: 1fr; padding: 0 1; text-style: bold; }
        &.-narrow #day-title { background: $panel; }
        & #side:focus-within { border-left: solid $accent; }
        &.-narrow #side:focus-within { border-left: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._agenda = reading.NO_AGENDA
        self._month = reading.NO_MONTH
        self._span: tuple[date, date] | None = None
        self._day = reading.NO_DAY
        self._marks_of = self._agenda.outline, reading.NO_MARKS
        self._views: dict[int, PlannedView] = {}
        self._items: dict[Hashable, AgendaItem] = {}
        self._known = False
        self._with_closed = False
        self._go_to: int | None = None

    def body(self) -> ComposeResult:
        """Figures, agenda and card, month and day."""
        today = self.desk.clock.today
        yield PlainText(id="figures")
        yield FilterBar(
            "words; due<+7d contact:anna priority:high status:done", FilterCompleter(self.desk, LISTING)
        )
        yield Rule()
        with Horizontal(classes="panes"):
            yield PagedList(followup_rows.COLUMNS, id="list")
            yield Lines(id="card")
        with Container(id="month"):
            yield MonthGrid(today, today, id="grid")
            with Vertical(id="side"):
                yield PlainText(id="day-title")
                yield GroupedList(followup_rows.DAY_COLUMNS, id="day")

    @property
    def list_widget(self) -> Widget:
        """What the keys of moving belong to."""
        if not self.in_month:
            return self.rows
        return self.day_list if self.in_day else self.grid

    @property
    def rows(self) -> PagedList:
        """The agenda."""
        return self.query_one("#list", PagedList)

    @property
    def grid(self) -> MonthGrid:
        """The month."""
        return self.query_one(MonthGrid)

    @property
    def day_list(self) -> GroupedList:
        """What falls on the chosen day."""
        return self.query_one("#day", GroupedList)

    @property
    def in_month(self) -> bool:
        """Whether the month is shown."""
        return self.has_class("-month")

    @property
    def in_day(self) -> bool:
        """Whether the person is among what falls on the chosen day."""
        return self.in_month and self.focused is self.day_list

    @property
    def view(self) -> PlannedView | None:
        """The follow-up under the cursor; in the month the only one of the day."""
        if self.in_month and not self.in_day:
            found = self.of_day()
            return found[0] if len(found) == 1 else None
        key = self.day_list.cursor_key if self.in_month else self.rows.cursor_key
        return self._views.get(key) if isinstance(key, int) else None

    @property
    def current(self) -> int | None:
        """The person under the cursor."""
        if self.in_day and self.day_list.cursor_key in self._items:
            return self._items[self.day_list.cursor_key].contact_id
        return self.view.person_id if self.view is not None else None

    @property
    def subject(self) -> Subject | None:
        """The people of the marked follow-ups, or the one under the cursor."""
        people = self._marks.people
        if len(people) > 1:
            return Subject(people, f"{len(people):,} people")
        one = next(iter(people), self.current)
        if one is None:
            return None
        if self.person is not None and self.person.contact.id == one:
            return Subject((one,), self.person.contact.name)
        known = next((view.person for view in self._views.values() if view.person_id == one), None)
        return Subject((one,), known or "one person")

    def promises(self) -> Sequence[FollowupView] | Promise:
        """The marked follow-ups, the one under the cursor, or those of the day."""
        if self.rows.marked:
            ids = self._marks.open_ids
            known = self._views.get(ids[0]) if len(ids) == 1 else None
            return Promise(ids, known.title if known else _several(len(ids)))
        if self.in_month and not self.in_day:
            return self.of_day()
        view = self.view
        return (view,) if view is not None and view.status is FollowupStatus.OPEN else ()

    @property
    def _marks(self) -> Marks:
        """What is marked: looked up once, for a long agenda takes its time."""
        keys, outline = self.rows.marked, self._agenda.outline
        if self._marks_of[0] is not outline or self._marks_of[1].keys != keys:
            self._marks_of = outline, reading.marks(outline, keys)
        return self._marks_of[1]

    def of_day(self) -> list[PlannedView]:
        """The open follow-ups of the chosen day, the first of them as the month shows them."""
        plan = self._month.plans.get(self.grid.day)
        return [view for view in plan.first if view.status is FollowupStatus.OPEN] if plan else []

    def clear_marks(self) -> None:
        """Take all marks off."""
        if self.rows.marked:
            self.rows.set_marks(())

    def can_list(self) -> bool:
        """Whether there is something under the cursor."""
        if self.in_month and not self.in_day:
            return True
        rows = self.day_list if self.in_month else self.rows
        return rows.cursor_key is not None

    def can_editable(self) -> bool:
        """Whether there is a follow-up to change."""
        return self.view is not None or (self.in_month and not self.in_day and bool(self.of_day()))

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.view is not None or self.current is not None

    def can_next_step(self) -> bool:
        """Whether there is anybody to promise something to, or a deal to follow up on."""
        return self.subject is not None or (self.view is not None and self.view.deal_id is not None)

    def ids_of_day(self) -> list[int]:
        """The open ones of the chosen day, all of them."""
        return self.ids_between(self.grid.day, date.fromordinal(self.grid.day.toordinal() + 1))

    def ids_between(self, start: date, end: date) -> list[int]:
        """The open ones due from ``start`` up to, but without, ``end``."""
        outline = self._agenda.outline
        days = [day for day, _ in outline.open]
        counts = [number for _, number in outline.open]
        first, last = bisect_left(days, start), bisect_left(days, end)
        return list(outline.ids[sum(counts[:first]) : sum(counts[:last])])


def _several(number: int) -> str:
    return f"{number:,} follow-ups"
