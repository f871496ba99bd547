"""The series that a repeat rule makes of follow-ups: completing one opens the next.

Each of a series is a row of its own, tied to the others by ``series_id``, the id of the first. The schedule
hangs on ``anchor_on``, so that the 31st comes back after a short month; ``scheduled_on`` is the day that a
follow-up has by it. Snoozing moves neither, and no series has two open ones.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.models import Followup
    from crm_tui.store.transaction import SqlValue, Transaction

_CARRIED: Final = ("title", "due_time", "contact_id", "deal_id", "priority", "repeat", "repeat_from")


def schedule(anchor: SqlValue, day: SqlValue = None) -> dict[str, SqlValue]:
    """The columns of a schedule and of a follow-up's day by it; one that begins has its anchor's day."""
    return {"anchor_on": anchor, "scheduled_on": day or anchor}


def scheduled(connection: sqlite3.Connection, followup: Followup) -> tuple[str, str]:
    """The day the schedule hangs on, and the one this follow-up has by it.

    Imported rows know neither: they hang on the first of their series, and have the day they are due.
    """
    anchor, day = connection.execute(
        "SELECT coalesce(f.anchor_on, first.anchor_on, first.due_on, f.due_on),"
        " coalesce(f.scheduled_on, f.due_on)"
        " FROM followups f LEFT JOIN followups first ON first.id = f.series_id WHERE f.id = ?",
        (followup.id,),
    ).fetchone()
    return anchor, day


def open_next(writing: Transaction, done: Followup, done_on: date) -> int | None:
    """Open what follows a follow-up just completed; None where nothing does, or one is open already."""
    if done.repeat is None or done.repeat_from is None:
        return None
    from crm_tui.recurrence import next_due, parse_rule

    series_id = done.series_id or done.id
    finished, still_open = writing.connection.execute(
        "SELECT count(*) FILTER (WHERE status = 'done'), count(*) FILTER (WHERE status = 'open')"
        " FROM followups WHERE series_id = ?",
        (series_id,),
    ).fetchone()
    anchor, day = (date.fromisoformat(each) for each in scheduled(writing.connection, done))
    # one brought forward and done before its day must not open that same day again
    due = max(done.due_on, day)
    following = next_due(parse_rule(done.repeat), anchor, due, done_on, done.repeat_from.value, finished)
    if following is None or still_open:
        return None
    kept = schedule(anchor.isoformat(), following.isoformat())
    carried = {name: getattr(done, name) for name in _CARRIED}
    row = {**carried, "due_on": following, "series_id": series_id, **kept}
    return writing.insert("followups", records.to_row(row))
