"""Follow-ups in words: the parts of the agenda, its rows, and the days of the calendar. Pure, for any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.dates import local_day, relative_day, short_day
from crm_tui.models import FollowupStatus, Priority
from crm_tui.widgets.calendar.month_days import DayCell
from crm_tui.widgets.lists.grouped_list import Group, GroupRow
from crm_tui.widgets.lists.paged_list import Part
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.agenda_items import AgendaItem
    from crm_tui.domain.followup_days import DayPlan, Outline, PlannedView
    from crm_tui.domain.kept_days import KeptDay

COLUMNS: Final = (
    TableColumn("what", "", 18, flex=7),
    TableColumn("who", "", 12, flex=4, drop=1),
    TableColumn("words", "", 14, align="right"),
    TableColumn("exact", "", 15, drop=2),
    TableColumn("time", "", 5),
)
DAY_COLUMNS: Final = (
    TableColumn("what", "", 16, flex=5),
    TableColumn("who", "", 10, flex=4, drop=1),
    TableColumn("time", "", 9, align="right"),
)
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
KEPT: Final = "°"
"""The sign of a birthday or another date of somebody."""
_SOON_DAYS: Final = 7
_TIED: Final = "\u00a0"


def month_name(day: date, today: date) -> str:
    """March, with the year where it is not this one."""
    name = MONTHS[day.month - 1]
    return name if day.year == today.year else f"{name} {day.year}"


def part_of(day: date, today: date) -> str:
    """The heading under which an open follow-up stands; weeks begin on Monday."""
    away = (day - today).days
    if away < 2:
        return "Overdue" if away < 0 else ("Today", "Tomorrow")[away]
    weeks = (day - timedelta(days=day.weekday()) - (today - timedelta(days=today.weekday()))).days // 7
    if weeks < 2:
        return ("This week", "Next week")[weeks]
    this_month = (day.year, day.month) == (today.year, today.month)
    return f"Later in {MONTHS[day.month - 1]}" if this_month else month_name(day, today)


def parts(outline: Outline, today: date) -> list[Part]:
    """The headings of an agenda and the ids under each."""
    counts: dict[str, int] = {}
    for day, number in outline.open:
        title = part_of(day, today)
        counts[title] = counts.get(title, 0) + number
    for day, number in outline.closed:
        title = f"Closed in {month_name(day, today)}"
        counts[title] = counts.get(title, 0) + number
    found, start = [], 0
    for title, number in counts.items():
        found.append(Part(title, outline.ids[start : start + number], f"{number:,}"))
        start += number
    return found


def widths(outline: Outline, today: date) -> list[int]:
    """The cells of each column, measured over all days of an agenda, so that none shifts while one scrolls."""
    days = [day for day, _ in (*outline.open, *outline.closed)]
    words = max((len(relative_day(day, today)) for day in days), default=0)
    exact = max((len(_exact(day, today)) for day in days), default=0)
    return [COLUMNS[0].width, COLUMNS[1].width, words, exact, 5 if outline.timed else 0]


def _exact(day: date, today: date) -> str:
    """The day itself; of one that is to come the heading says the year where it is not this one."""
    return short_day(day, day if day > today else today)


def figures(outline: Outline, today: date) -> str:
    """How much there is, in a line."""
    counts = {"overdue": 0, "today": 0, "in 7 days": 0}
    for day, number in outline.open:
        away = (day - today).days
        if away <= _SOON_DAYS:
            counts["overdue" if away < 0 else "in 7 days" if away else "today"] += number
    closed = sum(number for _, number in outline.closed)
    told = [f"{number:,} {word}" for word, number in counts.items() if number]
    told.append(f"{outline.open_count:,} open")
    return " · ".join([*told, *([f"{closed:,} closed"] if closed else [])])


def sign(status: FollowupStatus, day: date, today: date) -> tuple[str, Tone]:
    """The sign of a follow-up and what it means."""
    if status is FollowupStatus.DONE:
        return "+", "good"
    if status is FollowupStatus.CANCELLED:
        return "x", "dim"
    away = (day - today).days
    if away < 0:
        return "!", "bad"
    if away == 0:
        return "·", "accent"
    return ("~", "soon") if away <= _SOON_DAYS else (" ", "plain")


def what(view: PlannedView) -> str:
    """The title, with the signs of its priority and of a repeat rule in front."""
    rank = {Priority.HIGH: "↑ ", Priority.LOW: "↓ "}.get(view.priority, "")
    return f"{rank}{'↻ ' if view.repeat else ''}{view.title}"


def who(view: PlannedView) -> str:
    """Whom it is about: the person, the company, the deal."""
    company = view.company if view.company != view.person else None
    return " · ".join(text for text in (view.person, company, view.deal) if text)


def row(view: PlannedView, clock: Clock) -> GroupRow:
    """A follow-up as a row of the agenda; of one that is closed the day is the one it was closed on."""
    today = clock.today
    shown, tone = sign(view.status, view.due_on, today)
    closed = view.done_at is not None
    day = local_day(view.done_at, clock) if view.done_at is not None else view.due_on
    cells = (what(view), who(view), relative_day(day, today), _exact(day, today), view.due_time or "")
    text: Tone = "dim" if closed else "plain"
    words: Tone = "dim" if closed else "bad" if tone == "bad" else "plain"
    return GroupRow(view.id, cells, shown, tone, (text, "dim", words, "dim", text))


def day_groups(plan: DayPlan | None, kept: KeptDay | None, today: date) -> list[Group]:
    """What falls on a day, for the list beside the calendar; the key of a date is its occurrence."""
    found = []
    if plan is not None:
        more = plan.open + plan.closed - len(plan.first)
        rows = [_day_row(view, today) for view in plan.first]
        found.append(Group("Follow-ups", rows, f"{more:,} more" if more else ""))
    if kept is not None:
        more = kept.count - len(kept.items)
        found.append(
            Group("Dates", [_kept_row(item) for item in kept.items], f"{more:,} more" if more else "")
        )
    return found


def day_cells(
    plans: Mapping[date, DayPlan], kept: Mapping[date, KeptDay], marked: Iterable[date], today: date
) -> dict[date, DayCell]:
    """What the calendar shows of each day."""
    starred = set(marked)
    cells = {}
    for day in {*plans, *kept, *starred}:
        plan, dates = plans.get(day), kept.get(day)
        shown, tone = sign(FollowupStatus.OPEN, day, today)
        texts = [*(_entry(view) for view in plan.first if view.done_at is None)] if plan else []
        texts += [(f"{KEPT}{_TIED}{_kept_words(item)}", "dim") for item in (dates.items if dates else ())]
        texts += [_entry(view) for view in plan.first if view.done_at is not None] if plan else []
        cells[day] = DayCell(
            sign=shown,
            tone=tone,
            open=plan.open if plan else 0,
            closed=plan.closed if plan else 0,
            kept=dates.count if dates else 0,
            marked=day in starred,
            texts=tuple(texts),
        )
    return cells


def _entry(view: PlannedView) -> tuple[str, Tone]:
    """A follow-up in a cell of the month; its signs stay with the first word."""
    if view.done_at is not None:
        return f"{sign(view.status, view.due_on, view.due_on)[0]}{_TIED}{view.title}", "dim"
    head = what(replace(view, title="")).replace(" ", _TIED)
    return f"{f'{view.due_time} ' if view.due_time else ''}{head}{view.title}", "plain"


def _day_row(view: PlannedView, today: date) -> GroupRow:
    shown, tone = sign(view.status, view.due_on, today)
    text: Tone = "dim" if view.done_at is not None else "plain"
    return GroupRow(view.id, (what(view), who(view), view.due_time or ""), shown, tone, (text, "dim", text))


def _kept_row(item: AgendaItem) -> GroupRow:
    age = "" if not item.age else f"turns {item.age}" if item.kind == "birthday" else f"{item.age} years"
    company = item.company if item.company != item.contact else None
    people = " · ".join(text for text in (item.contact, company) if text)
    return GroupRow(item.occurrence, (item.title, people, age), KEPT, "dim", ("dim", "dim", "dim"))


def _kept_words(item: AgendaItem) -> str:
    age = f" {item.age}" if item.age else ""
    title = "" if item.kind == "birthday" else f", {item.title}"
    return f"{item.contact}{title}{age}"
