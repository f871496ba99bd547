"""Follow-ups by their days: the outline of an agenda of any length, and the days of a calendar.

The rule kept here: whoever does not ask for what is done or cancelled sees what is open.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from crm_tui import filters
from crm_tui.dates import local_day
from crm_tui.domain import listing as lists
from crm_tui.domain import views
from crm_tui.domain.followup_fields import LISTING
from crm_tui.domain.listed import Listed
from crm_tui.domain.service import marks
from crm_tui.filters import Where
from crm_tui.models import FollowupView

if TYPE_CHECKING:
    from crm_tui.domain.listing import Filter

Runs = tuple[tuple[date, int], ...]
"""Days in the order of a list, each with how many of it fall on the day."""

_ABOUT_CLOSED: Final = ("status", "done_at", "done")
_PERSON: Final = "coalesce(contact_id, (SELECT d.contact_id FROM deals d WHERE d.id = followups.deal_id), 0)"
# One that may be done at any time comes after those with an hour.
_ORDER: Final = "due_on, coalesce(due_time, '~'), id"
_AROUND: Final = """
    SELECT f.id, p.id, p.name, c.name
    FROM followups f LEFT JOIN deals d ON d.id = f.deal_id
    LEFT JOIN contacts p ON p.id = coalesce(f.contact_id, d.contact_id)
    LEFT JOIN companies c ON c.id = coalesce(p.company_id, d.company_id)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedView(FollowupView):
    """A follow-up with whom it is about: its own contact, or its deal's, and the company of either."""

    person_id: int | None = None
    person: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole agenda without its words: 16 bytes a follow-up.

    Attributes:
        ids: the open ones by the day and hour they are due, then the others, those closed last first.
        people: for each id the contact it is about, 0 where it is about nobody.
        open: the days on which the open ones are due.
        closed: the local days on which the others were done or cancelled.
        timed: whether any has an hour.
    """

    ids: array[int]
    people: array[int]
    open: Runs
    closed: Runs
    timed: bool

    @property
    def open_count(self) -> int:
        """How many are open: the first of the ids."""
        return sum(number for _, number in self.open)


NO_OUTLINE: Final = Outline(array("q"), array("q"), (), (), timed=False)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What falls on a day: how many are open and how many closed, and the first of them, the open ones first."""

    open: int
    closed: int
    first: tuple[PlannedView, ...]


class ByDay(Listed[FollowupView]):
    """Reading verbs by day. What is done or cancelled is left out unless asked for.

    Asking for it is ``closed``, or a filter that speaks of ``status`` or ``done_at``. All raise UsageError for a
    filter that is none.
    """

    listing = LISTING

    def outline(self, condition: Filter = None, *, closed: bool = False) -> Outline:
        """All ids a filter finds, by day: what a list needs to know before it reads a single title."""
        found = self._shown(condition, closed=closed)
        open_rows = self.connection.execute(
            f"SELECT id, {_PERSON}, due_on, due_time IS NOT NULL FROM followups"  # noqa: S608 - fixed names
            f" WHERE {found.sql} AND status = 'open' ORDER BY {_ORDER}",
            found.params,
        ).fetchall()
        closed_rows = self.connection.execute(
            f"SELECT id, {_PERSON}, done_at, due_time IS NOT NULL FROM followups"  # noqa: S608 - fixed names
            f" WHERE {found.sql} AND status <> 'open' ORDER BY done_at DESC, id DESC",
            found.params,
        ).fetchall()
        rows = [*open_rows, *closed_rows]
        clock = self.clock
        return Outline(
            array("q", [row[0] for row in rows]),
            array("q", [row[1] for row in rows]),
            _runs(date.fromisoformat(day) for day in (row[2] for row in open_rows)),
            _runs(local_day(row[2], clock) for row in closed_rows),
            timed=any(row[3] for row in rows),
        )

    def planned(self, ids: Iterable[int]) -> Iterator[PlannedView]:
        """The follow-ups with these ids and whom they are about, in that order; ids that are gone are passed over."""
        names = [field.name for field in fields(FollowupView)]
        for part in views.in_chunks(ids):
            rows = self.connection.execute(f"{_AROUND} WHERE f.id IN ({marks(part)})", part)
            around = {row[0]: row[1:] for row in rows}
            for view in self.views(part):
                person_id, person, company = around.get(view.id, (None, None, None))
                yield PlannedView(
                    **{name: getattr(view, name) for name in names},
                    person_id=person_id,
                    person=person,
                    company=company,
                )

    def days(
        self, start: date, end: date, condition: Filter = None, *, closed: bool = False, most: int = 20
    ) -> Mapping[date, DayPlan]:
        """What is due on each day from ``start`` up to, but without, ``end``; days without anything are left out.

        Args:
            start: the first day.
            end: the day after the last.
            condition: a filter.
            closed: whether done and cancelled ones count too.
            most: how many of a day are read; all are counted.
        """
        found = self._shown(condition, closed=closed)
        rows = self.connection.execute(
            "SELECT id, due_on, opened, closed FROM (SELECT id, due_on,"  # noqa: S608 - fixed names
            " count(*) FILTER (WHERE status = 'open') OVER (PARTITION BY due_on) AS opened,"
            " count(*) FILTER (WHERE status <> 'open') OVER (PARTITION BY due_on) AS closed,"
            f" row_number() OVER (PARTITION BY due_on ORDER BY status <> 'open', {_ORDER}) AS place"
            f" FROM followups WHERE {found.sql} AND due_on >= ? AND due_on < ?)"
            " WHERE place <= ? ORDER BY due_on, place",
            (*found.params, start.isoformat(), end.isoformat(), most),
        ).fetchall()
        known = {view.id: view for view in self.planned(row[0] for row in rows)}
        plans: dict[date, DayPlan] = {}
        for (day, opened, shut), members in groupby(rows, key=lambda row: row[1:]):
            first = tuple(known[row[0]] for row in members)
            plans[date.fromisoformat(day)] = DayPlan(opened, shut, first)
        return plans

    def _shown(self, condition: Filter, *, closed: bool) -> Where:
        node = filters.parse(condition) if isinstance(condition, str) else condition
        found = lists.where(self.crm, LISTING, node)
        asked = closed or (node is not None and any(lists.speaks_of(node, name) for name in _ABOUT_CLOSED))
        return Where(f"({found.sql})" if asked else f"({found.sql}) AND status = 'open'", found.params)


def _runs(days: Iterable[date]) -> Runs:
    return tuple((day, sum(1 for _ in same)) for day, same in groupby(days))
