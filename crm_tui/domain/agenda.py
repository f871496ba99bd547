"""The morning list: what is overdue, due today, silent, to be bought again, celebrated, stuck, unpaid and coming.

It is read afresh each time, from indexes made for it: a few milliseconds over a million people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import agenda_sources as sources
from crm_tui.domain.agenda_items import AgendaItem, AgendaSummary, Group, ItemKind
from crm_tui.domain.agenda_sources import Window
from crm_tui.domain.service import Service
from crm_tui.errors import UsageError
from crm_tui.models import Priority

if TYPE_CHECKING:
    from crm_tui.domain.kept_days import KeptDay

LONGEST: Final = 3660
"""How many days the list can look ahead."""
_PLACES: Final = {group: place for place, group in enumerate(Group)}
_RANKS: Final = {Priority.HIGH: 0, Priority.NORMAL: 1, Priority.LOW: 2, None: 1}
_ANY_TIME: Final = "~"


class Counts(NamedTuple):
    """How many items are past their day, have it today, or are still to come; and how many of those are listed now."""

    overdue: int
    now: int
    coming: int = 0
    ahead: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.overdue + self.now + self.coming

    @property
    def listed(self) -> int:
        """Those listed without looking ahead."""
        return self.overdue + self.now + self.ahead


class Agenda(Service):
    """Verbs on the morning list."""

    def items(
        self,
        days: int = 0,
        today: date | None = None,
        *,
        missed_since: date | None = None,
        limit: int | None = None,
    ) -> list[AgendaItem]:
        """What is to be done, in the order of its groups and in each by day, hour and priority.

        Args:
            days: how many days to look ahead.
            today: the day to look from; the clock's unless given.
            missed_since: list birthdays and dates from this earlier day on too.
            limit: at most so many of a kind, the longest overdue ones.

        Raises:
            UsageError: the days are not between 0 and 3660.
        """
        window = self._window(days, today, missed_since, limit)
        found: list[AgendaItem] = []
        for source in sources.ALL:
            found.extend(source(self.connection, window))
        found.sort(key=_order)
        return found

    def grouped(
        self, days: int = 0, today: date | None = None, *, limit: int | None = None
    ) -> list[tuple[Group, list[AgendaItem]]]:
        """The items in their groups; a group without items is left out."""
        return by_group(self.items(days, today, limit=limit))

    def summary(self, days: int = 0, today: date | None = None) -> AgendaSummary:
        """The list in figures, counted without being read."""
        window = self._window(days, today, None, None)
        promised = self._counts("followups", "due_on", "status = 'open'", window)
        reachable = "archived_at IS NULL AND opted_out_on IS NULL"
        parts = {
            Group.TOUCH: self._counts("contacts", "next_touch_on", reachable, window),
            Group.CUSTOMERS: _added(self._silent(window), self._reorders(window)),
            Group.DATES: _counted(sources.anniversaries(self.connection, window)),
            Group.STUCK: self._stuck(window),
            Group.UNPAID: self._unpaid(window),
        }
        overdue, now, coming, _ = _added(promised, *parts.values())
        own = {Group.OVERDUE: promised.overdue, Group.TODAY: promised.now}
        groups = {
            **own,
            **{group: each.total for group, each in parts.items()},
            Group.COMING: promised.coming,
        }
        listed = {**own, **{group: each.listed for group, each in parts.items()}, Group.COMING: 0}
        return AgendaSummary(overdue=overdue, today=now, coming=coming, groups=groups, listed=listed)

    def kept_days(self, start: date, end: date, *, most: int = 20) -> Mapping[date, KeptDay]:
        """Birthdays and other dates of people on each day from ``start`` up to, but without, ``end``.

        Args:
            start: the first day.
            end: the day after the last.
            most: how many of a kind and day are read; all are counted.
        """
        from crm_tui.domain import kept_days

        return kept_days.read(self.connection, self.clock, start, end, most)

    def _counts(self, table: str, day: str, condition: str, window: Window) -> Counts:
        overdue, now, coming = self.connection.execute(
            f"SELECT count(*) FILTER (WHERE {day} < ?), count(*) FILTER (WHERE {day} = ?),"  # noqa: S608 - fixed names
            f" count(*) FILTER (WHERE {day} > ?) FROM {table} WHERE {condition} AND {day} <= ?",
            (*[window.today.isoformat()] * 3, window.until.isoformat()),
        ).fetchone()
        return Counts(overdue, now, coming)

    def _silent(self, window: Window) -> Counts:
        if not window.silent_days:
            return Counts(0, 0)
        rule = timedelta(days=window.silent_days)
        today = window.today - min(rule, window.today - date.min)
        return self._customers("customers", "quiet_since", "", window, today, window.quiet_until, today)

    def _reorders(self, window: Window) -> Counts:
        open_ones = f" AND (spoke_days IS NULL OR spoke_days > {window.lead_days:d})"
        until, listed = window.led(window.until), window.led(window.today)
        return self._customers("reorders", "due_on", open_ones, window, window.today, until, listed)

    def _customers(
        self, table: str, day: str, rest: str, window: Window, today: date, until: date, listed: date
    ) -> Counts:
        """Most are long past: all are counted at once, and the few others apart."""

        def count(comparison: str, *days: date) -> int:
            (found,) = self.connection.execute(
                f"SELECT count(*) FROM {table} WHERE reachable = 1 AND {day} {comparison}{rest}",  # noqa: S608
                [each.isoformat() for each in days],
            ).fetchone()
            return int(found)

        past = count("< ?", today)
        between = f"> ? AND {day} <= ?"
        coming = count(between, today, until) if until > today else 0
        ahead = count(between, today, listed) if listed > today else 0
        return Counts(past, count("= ?", today), coming, ahead)

    def _stuck(self, window: Window) -> Counts:
        today = window.today.isoformat()
        (overdue,) = self.connection.execute(
            "SELECT count(*) FROM deals"
            " WHERE status = 'open' AND archived_at IS NULL AND expected_close_on < ?",
            (today,),
        ).fetchone()
        now = 0
        for stage_id, rot_days in self.connection.execute(sources.ROTTING).fetchall():
            by_yesterday, by_today = self.connection.execute(
                "SELECT count(*) FILTER (WHERE stage_entered_at < ?), count(*) FROM deals"
                " WHERE status = 'open' AND archived_at IS NULL AND stage_id = ? AND stage_entered_at < ?"
                " AND (expected_close_on IS NULL OR expected_close_on >= ?)",
                (
                    sources.entered_before(window, rot_days + 1),
                    stage_id,
                    sources.entered_before(window, rot_days),
                    today,
                ),
            ).fetchone()
            overdue += by_yesterday
            now += by_today - by_yesterday
        return Counts(overdue, now)

    def _unpaid(self, window: Window) -> Counts:
        """An invoice is listed once its day is past, so all of them are overdue."""
        (overdue,) = self.connection.execute(
            f"SELECT count(*) FROM invoices i WHERE {sources.UNPAID}",  # noqa: S608 - a fixed text
            (window.today.isoformat(),),
        ).fetchone()
        return Counts(overdue, 0)

    def _window(self, days: int, today: date | None, missed_since: date | None, limit: int | None) -> Window:
        if not 0 <= days <= LONGEST:
            raise UsageError(f"{days} days ahead cannot be looked at.", f"Use a number from 0 to {LONGEST}.")
        clock = self.clock
        today = today or clock.today
        since = min(missed_since, today) if missed_since is not None else today
        until = today + min(timedelta(days=days), date.max - today)
        config = self.crm.config
        return Window(
            clock,
            today,
            until,
            since,
            -1 if limit is None else limit,
            config.silent_days,
            config.reorder_lead_days,
        )


def by_group(items: Iterable[AgendaItem]) -> list[tuple[Group, list[AgendaItem]]]:
    """Items in their groups, those in their order; a group without items is left out."""
    found: dict[Group, list[AgendaItem]] = {}
    for item in items:
        found.setdefault(item.group, []).append(item)
    return [(group, found[group]) for group in Group if group in found]


def _order(item: AgendaItem) -> tuple[int, date, str, int, int, int]:
    rank = _RANKS[item.priority]
    kind = list(ItemKind).index(item.kind)
    return _PLACES[item.group], item.due_on, item.due_time or _ANY_TIME, rank, kind, item.ref


def _counted(items: Iterable[AgendaItem]) -> Counts:
    found = Counter((item.overdue_days > 0) - (item.overdue_days < 0) for item in items)
    return Counts(found[1], found[0], found[-1])


def _added(*parts: Counts) -> Counts:
    return Counts(*(sum(column) for column in zip(*parts, strict=True)))
