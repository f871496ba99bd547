"""What the screen of follow-ups reads, in worker threads: the agenda with the rows in view, the month, the day."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.domain.followup_days import NO_OUTLINE, DayPlan, Outline, PlannedView
from crm_tui.screens.followups import followup_rows as rows
from crm_tui.widgets.lists.grouped_list import GroupRow
from crm_tui.widgets.lists.paged_list import Part

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.kept_days import KeptDay

MOST_OF_A_DAY: Final = 500
"""How many follow-ups of one day are listed beside the calendar."""
_OF_A_CELL: Final = 20
_AROUND: Final = 120
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the agenda shall show: the filter, whether closed ones too, and what is in view now.

    ``key`` stands under the cursor, with ``place`` rows above it.
    """

    text: str
    closed: bool
    key: int | None = None
    place: int = 0
    in_view: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda: all ids in their parts, and the rows of those that are in view."""

    outline: Outline
    parts: Sequence[Part]
    widths: Sequence[int]
    figures: str
    views: Mapping[int, PlannedView]
    rows: Sequence[GroupRow]


@dataclass(frozen=True, slots=True)
class Month:
    """What falls on the days that are shown with a month."""

    plans: Mapping[date, DayPlan]
    kept: Mapping[date, KeptDay]


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that falls on one day."""

    plan: DayPlan | None
    kept: KeptDay | None


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: the keys, the open ones in the order of the agenda, and the people they are about."""

    keys: AbstractSet[Hashable]
    open_ids: tuple[int, ...]
    people: tuple[int, ...]


NO_AGENDA: Final = Agenda(NO_OUTLINE, (), (), "Nothing is here yet.", {}, ())
NO_MONTH: Final = Month({}, {})
NO_DAY: Final = Day(None, None)
NO_MARKS: Final = Marks(frozenset(), (), ())


def agenda(crm: Crm, wish: Wish) -> Agenda:
    """The agenda, with the rows around the cursor and those that are in view."""
    outline, today = crm.followups.outline(wish.text, closed=wish.closed), crm.clock.today
    ids = outline.ids
    key = wish.key
    place = ids.index(key) if key is not None and key in ids else min(wish.place, len(ids) - 1)
    around = ids[max(0, place - _AROUND) : place + _AROUND]
    views = views_of(crm, [*dict.fromkeys([*ids[:_AROUND], *around, *wish.in_view])])
    return Agenda(
        outline,
        rows.parts(outline, today),
        rows.widths(outline, today),
        rows.figures(outline, today),
        views,
        [rows.row(view, crm.clock) for view in views.values()],
    )


def marks(outline: Outline, keys: AbstractSet[Hashable]) -> Marks:
    """What is marked of an agenda."""
    if not keys:
        return NO_MARKS
    places = [place for place, key in enumerate(outline.ids) if key in keys]
    open_count = outline.open_count
    people = dict.fromkeys(outline.people[place] for place in places if outline.people[place])
    return Marks(keys, tuple(outline.ids[place] for place in places if place < open_count), tuple(people))


def views_of(crm: Crm, ids: Sequence[int]) -> dict[int, PlannedView]:
    """The follow-ups with these ids; those that are gone are left out."""
    return {view.id: view for view in crm.followups.planned(ids)}


def month(crm: Crm, wish: Wish, start: date, end: date) -> Month:
    """The days from ``start`` up to, but without, ``end``. A filter is about follow-ups, and hides other dates."""
    plans = crm.followups.days(start, end, wish.text, closed=wish.closed, most=_OF_A_CELL)
    return Month(plans, {} if wish.text else crm.agenda.kept_days(start, end, most=_OF_A_CELL))


def day(crm: Crm, wish: Wish, chosen: date) -> Day:
    """The chosen day."""
    following = chosen + _DAY
    plans = crm.followups.days(chosen, following, wish.text, closed=wish.closed, most=MOST_OF_A_DAY)
    kept = {} if wish.text else crm.agenda.kept_days(chosen, following, most=MOST_OF_A_DAY)
    return Day(plans.get(chosen), kept.get(chosen))
