"""Birthdays and other dates of people on the days of a calendar, counted whole and read in part.

A month of a million people holds eighty thousand birthdays: what a calendar shows is a handful of each day.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.dates import month_length
from crm_tui.domain.agenda_items import ItemKind
from crm_tui.domain.agenda_sources import Window, anniversary

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.agenda_items import AgendaItem

# a day with a year counts from that year on
_FROM_THEN_ON: Final = "(substr({day}, 1, 1) = '-' OR substr({day}, 1, 4) <= ?)"
_PLACED: Final = """
    count(*) OVER (PARTITION BY substr({day}, -5)) AS number,
    row_number() OVER (PARTITION BY substr({day}, -5) ORDER BY {table}.id) AS place"""
_BIRTHDAYS: Final = f"""
    SELECT k.id, 'birthday', k.day, p.id, p.name, c.name, k.number FROM (
        SELECT contacts.id, birthday AS day, {_PLACED.format(day="birthday", table="contacts")} FROM contacts
        WHERE substr(birthday, -5) BETWEEN ? AND ? AND birthday IS NOT NULL AND archived_at IS NULL
        AND {_FROM_THEN_ON.format(day="birthday")}) k
    JOIN contacts p ON p.id = k.id LEFT JOIN companies c ON c.id = p.company_id
    WHERE k.place <= ? ORDER BY k.id"""  # noqa: S608 - fixed names
_DATES: Final = f"""
    SELECT k.id, k.label, k.day, p.id, p.name, c.name, k.number FROM (
        SELECT d.id, d.label, d.contact_id, d.date AS day, {_PLACED.format(day="d.date", table="d")}
        FROM important_dates d CROSS JOIN contacts a ON a.id = d.contact_id AND a.archived_at IS NULL
        WHERE substr(d.date, -5) BETWEEN ? AND ? AND {_FROM_THEN_ON.format(day="d.date")}) k
    JOIN contacts p ON p.id = k.contact_id LEFT JOIN companies c ON c.id = p.company_id
    WHERE k.place <= ? ORDER BY k.id"""  # noqa: S608 - fixed names


@dataclass(frozen=True, slots=True)
class KeptDay:
    """The dates of people on a day: how many there are, and the first of them."""

    count: int
    items: tuple[AgendaItem, ...]


def read(
    connection: sqlite3.Connection, clock: Clock, start: date, end: date, most: int
) -> dict[date, KeptDay]:
    """The dates kept from ``start`` up to, but without, ``end``; of each kind and day at most so many are read."""
    last = end - timedelta(days=1)
    window = Window(clock, clock.today, last, start)
    counts: dict[date, int] = {}
    items: dict[date, list[AgendaItem]] = {}
    for year in range(start.year, last.year + 1):
        for kind, query in ((ItemKind.BIRTHDAY, _BIRTHDAYS), (ItemKind.DATE, _DATES)):
            counted: set[str] = set()
            for *row, number in connection.execute(query, (*_keys(window, year), f"{year:04d}", most)):
                item = anniversary(window, kind, year, tuple(row))
                if item is None:
                    continue
                items.setdefault(item.due_on, []).append(item)
                # in a common year the 29th of February is counted with the 28th, each once
                if row[2][-5:] not in counted:
                    counted.add(row[2][-5:])
                    counts[item.due_on] = counts.get(item.due_on, 0) + number
    return {day: KeptDay(counts[day], tuple(found)) for day, found in sorted(items.items())}


def _keys(window: Window, year: int) -> Iterator[str]:
    """The first and the last ``MM-DD`` of the window in a year."""
    last = min(window.until, date(year, 12, 31))
    # in a common year the 28th of February is the 29th as well
    leap = (last.month, last.day) == (2, 28) and month_length(year, 2) == 28
    yield max(window.since, date(year, 1, 1)).isoformat()[5:]
    yield "02-29" if leap else last.isoformat()[5:]
