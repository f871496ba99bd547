"""Today: what is overdue, due, silent, to be sold again, celebrated, stuck, unpaid, coming; a key to deal with each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from crm_tui.agenda_lines import figures, line
from crm_tui.money import exponent
from crm_tui.screens.followups.promises import Promise
from crm_tui.screens.forms import daily_forms
from crm_tui.screens.parties.people import PeopleScreen, Subject
from crm_tui.screens.shell.base import bindings
from crm_tui.text import fold
from crm_tui.widgets.entry.filter_bar import FilterBar, PlainText, Rule
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.lists.grouped_list import Group, GroupedList, GroupRow
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.agenda_items import AgendaItem
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports import Week
    from crm_tui.screens.forms.fields import Form

DAYS_AHEAD: Final = 7
"""How far Coming looks at least."""
MOST: Final = 300
"""How many things of a kind are shown; the figures count all."""
_COLUMNS: Final = (
    TableColumn("what", "", 28, flex=5),
    TableColumn("who", "", 18, flex=3, drop=1),
    TableColumn("amount", "", 16, align="right", drop=2),
    # the few longer ones take from the text before
    TableColumn("when", "", 14, align="right"),
)
_HIGH: Final = ", high"
_SIGN_TONES: Final[dict[str, Tone]] = {"!": "bad", "~": "soon", "·": "accent"}


@dataclass(frozen=True, slots=True)
class Morning:
    """All that the screen shows: the items by group with how many there are in all, and the figures."""

    groups: Sequence[tuple[str, Sequence[AgendaItem], int]]
    figures: str


NOTHING: Final = Morning((), "Nothing is here yet.")


def read(crm: Crm) -> Morning:
    """Read the morning, in a worker thread."""
    from crm_tui.domain.agenda_items import Group as Part

    days = max(DAYS_AHEAD, crm.config.remind_days)
    groups = crm.agenda.grouped(days, limit=MOST)
    summary = crm.agenda.summary(days)
    today = crm.clock.today
    # whom to get in touch with ahead of time is no matter of today
    now = (Part.TOUCH, Part.CUSTOMERS)
    found: list[tuple[str, Sequence[AgendaItem], int]] = []
    for part, items in groups:
        shown = [item for item in items if part not in now or item.listed_on <= today]
        if shown:
            found.append((part.value, shown, (summary.listed if part in now else summary.groups)[part]))
    asking = (Part.OVERDUE, Part.TODAY, *now, Part.STUCK, Part.UNPAID)
    parts = figures(
        {part.value: (summary.listed if part in now else summary.groups)[part] for part in asking}
    ) or ["nothing due"]
    return Morning(found, " · ".join([*parts, *_pipeline(crm)]))


def _pipeline(crm: Crm) -> list[str]:
    """What is open and what it is worth weighted, the base currency first."""
    totals = [total for total in crm.deals.totals("status:open") if total.currency is not None]
    base = crm.config.base_currency
    totals.sort(key=lambda total: (total.currency != base, -total.count))
    texts = [
        f"{_whole(total.amount_minor, total.currency)} {total.currency} open, "
        f"{_whole(total.weighted_minor, total.currency)} weighted"
        for total in totals[:1]
        if total.currency is not None
    ]
    more = len(totals) - 1
    return [*texts, *([f"{more} more {'currency' if more == 1 else 'currencies'}"] if more > 0 else [])]


def _whole(minor: int, currency: str) -> str:
    """An amount in whole units, for a figure among others."""
    return f"{round(minor / 10 ** exponent(currency)):,}"


class TodayScreen(PeopleScreen):
    """The morning list."""

    scope = "today"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012  (as Textual declares it)
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012  (as Textual declares it)
    AUTO_FOCUS = "#list"
    BINDINGS: ClassVar[list[BindingType]] = bindings("today")
    CSS = """
    TodayScreen {
        & #figures { width: 1fr; padding: 0 1; }
        & FilterBar { display: none; }
        &.-filtering FilterBar { display: block; }
        &.-filtering #figures { display: none; }
        &.-short WeekLine, & WeekLine.-empty { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._morning: Morning | None = None
        self._items: dict[Hashable, AgendaItem] = {}

    def body(self) -> ComposeResult:
        """Figures, list, card."""
        yield PlainText(id="figures")
        yield FilterBar("words of what, whom or which deal")
        yield Rule()
        with Horizontal(classes="panes"):
            yield GroupedList(_COLUMNS, id="list")
            yield Lines(id="card")

    @property
    def list_widget(self) -> Widget:
        """The list."""
        return self.rows

    @property
    def rows(self) -> GroupedList:
        """The list, as what it is."""
        return self.query_one(GroupedList)

    @property
    def item(self) -> AgendaItem | None:
        """What is under the cursor."""
        return self._items.get(self.rows.cursor_key)

    @property
    def current(self) -> int | None:
        """The person under the cursor."""
        return self.item.contact_id if self.item else None

    @property
    def subject(self) -> Subject | None:
        """The people of the marked things, or the one under the cursor."""
        marked = [self._items[key] for key in self.rows.keys if key in self.rows.marked]
        people = {item.contact_id: item.contact or "" for item in marked if item.contact_id is not None}
        if len(people) > 1:
            return Subject(tuple(people), f"{len(people)} people")
        item = next((item for item in marked if item.contact_id is not None), self.item)
        if item is None or item.contact_id is None:
            return None
        return Subject((item.contact_id,), item.contact or "")

    def promises(self) -> Promise:
        """The marked follow-ups, or the one under the cursor."""
        marked = [self._items[key] for key in self.rows.keys if key in self.rows.marked]
        here = [self.item] if self.item is not None else []
        items = [item for item in marked or here if item.kind == "followup"]
        words = items[0].title if len(items) == 1 else f"{len(items)} follow-ups"
        return Promise(tuple(item.ref for item in items), words)

    def clear_marks(self) -> None:
        """Take all marks off."""
        if self.rows.marked:
            self.rows.set_marks(())

    def reload(self) -> None:
        """Read the morning anew."""
        self.read(read, self._show, group="today", empty=NOTHING)

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        if self.card.has_focus:
            return ("back", "done", "snooze", "log")
        return ("done", "snooze", "log", "mark", "back") if self.rows.marked else ()

    def can_list(self) -> bool:
        """Whether there is anything to do in sight."""
        return self.rows.cursor_key is not None

    def can_editable(self) -> bool:
        """Whether a follow-up, a deal or an invoice is under the cursor."""
        return self.item is not None and self.item.kind in _CHANGES

    def _unpaid(self) -> AgendaItem | None:
        """The invoice under the cursor, unless marked follow-ups are meant."""
        item = self.item
        return item if item is not None and item.kind == "invoice" and not self.promises().ids else None

    def _customer(self) -> AgendaItem | None:
        """The silent customer or the re-order under the cursor, unless marked follow-ups are meant."""
        item = self.item
        return item if item is not None and item.kind in _CUSTOMERS and not self.promises().ids else None

    def can_followup(self) -> bool:
        """Whether there is anything to finish: follow-ups, an invoice to be paid, a customer to talk to."""
        return super().can_followup() or self._unpaid() is not None or self._customer() is not None

    def do_done(self) -> None:
        """Finish follow-ups; of an invoice note the payment, of a customer the contact."""
        from crm_tui.screens.billing import payment_forms

        item, customer = self._unpaid(), self._customer()
        if customer is not None:
            self._talked(customer)
            return
        if item is None:
            super().do_done()
        else:
            self._ask_read(lambda crm: payment_forms.pay(crm, item.ref))

    def do_snooze(self) -> None:
        """Put follow-ups off; an invoice stays due, a customer silent."""
        keymap = self.crm_app.keymap
        if self._customer() is not None:
            self.crm_app.tell(
                "It goes when they buy or you were in touch.",
                f"{keymap.shown('follow-up')} promises a next step.",
            )
            return
        if self._unpaid() is None:
            super().do_snooze()
            return
        self.crm_app.tell(
            "What is owed cannot be put off.",
            f"{keymap.shown('edit')} gives it another day, {keymap.shown('follow-up')} promises a reminder.",
        )

    def _talked(self, customer: AgendaItem) -> None:
        """Note the contact that takes a customer off the list."""
        if self.subject is not None:
            self.do_log()
        else:
            shown = self.crm_app.keymap.shown("open")
            self.crm_app.tell(
                f"{customer.contact} has nobody to talk to.", f"{shown} shows it, to add somebody."
            )

    def _ask_read(self, make: Callable[[Crm], Form | None]) -> None:
        nothing: Form | None = None
        self.read(make, lambda form: self.ask(form) if form else None, group="edit", empty=nothing)

    def can_back(self) -> bool:
        """Whether there is something to leave."""
        return self.card.has_focus or self.has_class("-filtering") or bool(self.rows.marked)

    def do_back(self) -> None:
        """Leave the card, then the marks, then the filter."""
        if self.card.has_focus:
            self.close_card()
        elif self.rows.marked:
            self.rows.set_marks(())
        else:
            self._end_filter()

    def do_next_pane(self) -> None:
        """From the list to the card, and back; where there is no room for a card, to what it is about."""
        if self.card.has_focus or self.has_class("-wide"):
            super().do_next_pane()
        else:
            self.rows.action_open()

    def do_add(self) -> None:
        """Add a follow-up."""
        self.ask(daily_forms.followup(None, ""))

    def do_edit(self) -> None:
        """Change the follow-up, the deal or the invoice."""
        item = self.item
        if item is not None:
            self._ask_read(lambda crm: _CHANGES[item.kind](crm, item.ref))

    def do_filter(self) -> None:
        """Type words to narrow the list."""
        self.add_class("-filtering")
        self.query_one(FilterBar).input.focus()
        self.show_keys()

    def do_mark_all(self) -> None:
        """Mark everything, or nothing."""
        self.rows.set_marks(() if self.rows.marked else self.rows.keys)

    def _show(self, morning: Morning) -> None:
        self._morning = morning
        self._refill()
        self.query_one("#figures", PlainText).text = morning.figures
        self.show_person(self.current, again=True)
        self.show_keys()
        # the list is painted before anything is asked about the week
        self.call_after_refresh(self._read_week)

    def _read_week(self) -> None:
        nothing: Week | None = None
        self.read(lambda crm: crm.reports.week(), self._show_week, group="week", empty=nothing)

    def _show_week(self, week: Week | None) -> None:
        from crm_tui.widgets.figures.week_line import WeekLine

        line = next(iter(self.query(WeekLine)), None)
        if line is None:
            line = WeekLine()
            self.mount(line, after=self.query_one(".panes"))
        line.show(week, self.desk.config.base_currency)

    def _refill(self) -> None:
        """Put what is known and fits the filter into the list."""
        morning = self._morning or NOTHING
        bar = self.query_one(FilterBar)
        words = fold(bar.value).split() if self.has_class("-filtering") else []
        today = self.desk.clock.today
        self._items.clear()
        groups = []
        for title, items, count in morning.groups:
            rows = [self._row(item, today) for item in items if _fits(item, words)]
            if rows:
                more = count - len(items)
                groups.append(Group(title, rows, f"{more:,} more" if more > 0 and not words else ""))
        self.rows.show(groups, self._empty(filtered=bool(words)))
        bar.tell(f"{len(self._items):,}")

    def _row(self, item: AgendaItem, today: date) -> GroupRow:
        key: Hashable = (item.kind.value, item.ref, item.occurrence)
        self._items[key] = item
        words = line(item, today)
        tone = _SIGN_TONES.get(words.sign, "plain")
        when: Tone = "bad" if words.sign == "!" else "dim"
        plain: Tone = "plain"
        high = words.when.endswith(_HIGH)
        what = f"↑ {words.what}" if high else words.what
        cells = (what, words.who, words.amount, words.when.removesuffix(_HIGH))
        return GroupRow(key, cells, words.sign, tone, (plain, "dim", plain, when))

    def _empty(self, *, filtered: bool) -> str:
        keymap = self.crm_app.keymap
        if filtered:
            return f"Nothing fits.\n{keymap.shown('back')} shows everything again."
        if self._morning is None:
            return ""
        lines = ["Nothing to do today."]
        if not self.desk.exists():
            lines = ["Nothing is here yet.", f"The first thing you add makes {self.desk.path}."]
        adds = f"{keymap.shown('add')} adds a follow-up, {keymap.shown('go-contacts')} shows your people."
        if self.desk.exists():
            return "\n".join([*lines, " ", adds])
        return "\n".join([*lines, " ", adds, f"{keymap.shown('go-import')} brings them in from a file."])

    def _end_filter(self) -> None:
        bar = self.query_one(FilterBar)
        bar.clear()
        self.remove_class("-filtering")
        self._refill()
        self.rows.focus()
        self.show_keys()

    @on(FilterBar.Changed)
    def _filter_typed(self, event: FilterBar.Changed) -> None:
        event.stop()
        self._refill()

    @on(FilterBar.Left)
    def _filter_left(self, event: FilterBar.Left) -> None:
        event.stop()
        if not event.bar.value:
            self._end_filter()
        self.rows.focus()

    @on(FilterBar.Cleared)
    def _filter_cleared(self, event: FilterBar.Cleared) -> None:
        event.stop()
        self._end_filter()

    @on(GroupedList.Highlighted)
    def _highlighted(self, event: GroupedList.Highlighted) -> None:
        event.stop()
        self.show_person(self.current)
        self.show_keys()

    @on(GroupedList.Marked)
    def _marked(self, event: GroupedList.Marked) -> None:
        event.stop()
        self.show_keys()

    @on(GroupedList.Opened)
    def _opened(self, event: GroupedList.Opened) -> None:
        event.stop()
        item = self.item
        if item is None:
            return
        if item.company_id is not None:
            self.crm_app.open_record("companies", item.company_id)
        elif item.kind in _OPENS:
            self.crm_app.open_record(_OPENS[item.kind], item.ref)
        elif self.current is not None:
            self.open_person()
        elif self.can_editable():
            self.do_edit()
        else:
            self.crm_app.tell(item.title)


def _change_followup(crm: Crm, followup_id: int) -> Form | None:
    return daily_forms.change_followup(crm.followups.get(followup_id))


def _change_deal(crm: Crm, deal_id: int) -> Form | None:
    from crm_tui.screens.forms import deal_forms

    return deal_forms.edit(
        crm.deals.get(deal_id), base=crm.config.base_currency, custom=crm.fields.list("deals")
    )


def _change_invoice(crm: Crm, invoice_id: int) -> Form | None:
    from crm_tui.screens.billing import invoice_forms

    return invoice_forms.edit(crm, invoice_id)


_CUSTOMERS: Final = ("silent", "reorder")
"""The kinds of items that a contact takes off the list."""
_OPENS: Final = {"deal": "deals", "invoice": "invoices"}
"""The kinds of items that are records of their own."""
_CHANGES: Final = {"followup": _change_followup, "deal": _change_deal, "invoice": _change_invoice}
"""The kinds of items that can be changed, and their forms."""


def _fits(item: AgendaItem, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = fold(" ".join(part for part in (item.title, item.contact, item.company, item.deal) if part))
    return all(word in text for word in words)
