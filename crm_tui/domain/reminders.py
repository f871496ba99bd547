"""Reminders: the morning list delivered, and the ledger that delivers each occurrence once a channel.

The rule kept here: an occurrence is claimed in the same transaction that delivers it. Whoever runs at the
same moment waits, and then finds it claimed; a delivery that fails takes its claims back, so that nothing is
lost either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.domain.agenda_items import AgendaItem
from crm_tui.domain.service import Service

if TYPE_CHECKING:
    import sqlite3

_MISSED_AT_MOST: Final = timedelta(days=364)
"""How far back missed days are made up for: less than a year, so that no birthday comes twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(AgendaItem):
    """An item as it is delivered; ``late`` when its day had passed by then."""

    late: bool = False


class Reminders(Service):
    """Verbs on reminders. A channel is where they go: stdout, desktop, email, command."""

    def due(self, days: int = 0) -> Sequence[Reminder]:
        """What is due now, looking some days ahead, whether or not it was delivered before.

        Raises:
            UsageError: the days are out of range.
        """
        return self._marked(self.crm.agenda.items(days), self.clock.today)

    def deliver_once(
        self, channel: str, deliver: Callable[[Sequence[Reminder]], None], days: int = 0
    ) -> Sequence[Reminder]:
        """Deliver what was not yet delivered on this channel; returns it.

        Birthdays and dates of the days since the channel's last run are made up for. Where nothing is left to
        deliver, ``deliver`` is not called.

        Args:
            channel: the name of the channel.
            deliver: hands the reminders over; it must raise a CrmError if it could not. Other processes wait
                with their writes until it returns.
            days: how many days to look ahead.

        Raises:
            DeliveryError: as ``deliver`` raised it; nothing counts as delivered.
            UsageError: the days are out of range.
        """
        today = self.clock.today
        with self.crm.unjournaled() as connection:
            since = self._last_run(channel)
            if since is not None:
                since = max(since, today - min(_MISSED_AT_MOST, today - date.min))
            items = self.crm.agenda.items(days, today, missed_since=since)
            fresh = [each for each in items if self._claim(connection, channel, each)]
            reminders = self._marked(fresh, today)
            if reminders:
                deliver(reminders)
            self._note_run(connection, channel, today)
        return reminders

    def _claim(self, connection: sqlite3.Connection, channel: str, item: AgendaItem) -> bool:
        cursor = connection.execute(
            "INSERT OR IGNORE INTO deliveries (occurrence, channel, delivered_at) VALUES (?, ?, ?)",
            (item.occurrence, channel, self.clock.instant),
        )
        return cursor.rowcount == 1

    def _last_run(self, channel: str) -> date | None:
        found = self.connection.execute("SELECT value FROM meta WHERE key = ?", (_key(channel),)).fetchone()
        return None if found is None else date.fromisoformat(found[0])

    def _note_run(self, connection: sqlite3.Connection, channel: str, today: date) -> None:
        connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value < excluded.value",
            (_key(channel), today.isoformat()),
        )

    def _marked(self, items: Sequence[AgendaItem], today: date) -> Sequence[Reminder]:
        names = [each.name for each in fields(AgendaItem)]
        return [
            Reminder(**{name: getattr(item, name) for name in names}, late=item.listed_on < today)
            for item in items
        ]


def _key(channel: str) -> str:
    return f"remind.{channel}"
