"""Follow-ups and what happened as iCalendar, for calendars to subscribe to and for this program to read back.

What it keeps to: the same records give the same text; a UID stays; people are CONTACT lines, never ATTENDEE, so that
no calendar sends anybody an invitation; there are no alarms but those that came with the entry. Source: RFC 5545.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock
from crm_tui.dates.clock import at_local
from crm_tui.domain.entries import MOST, Extra, Person, extras, people
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.content_lines import escape, fold, write
from crm_tui.interchange.ical import kept
from crm_tui.interchange.ical.components import Component, Properties
from crm_tui.interchange.ical.moments import basic, stamp
from crm_tui.interchange.ical.people import OWN_ID, OWN_MAIL
from crm_tui.interchange.ical.rules import Series, rrule
from crm_tui.interchange.vdir import file_name
from crm_tui.models import FollowupStatus, FollowupView, InteractionView

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

SUFFIX: Final = ".ics"
PRODUCT: Final = "-//crm-tui//crm//EN"
_STATUSES: Final = {"open": "NEEDS-ACTION", "done": "COMPLETED", "cancelled": "CANCELLED"}
View = FollowupView | InteractionView


def write_followups(crm: Crm, rows: Iterable[FollowupView], file: IO[str]) -> int:
    """Write follow-ups as the to-dos of one calendar; returns how many there were.

    Most calendars that subscribe to a file show no to-dos, so each open one is there as an event, too, which is left
    out when the file is read back.
    """
    return _write(crm, "followups", rows, file, "Follow-ups")


def write_interactions(crm: Crm, rows: Iterable[InteractionView], file: IO[str]) -> int:
    """Write what happened as the events of one calendar; returns how many there were."""
    return _write(crm, "interactions", rows, file, "Meetings")


def item(crm: Crm, row: View) -> tuple[str, str]:
    """One record as a file of its own in a folder of entries: the file's name and its text."""
    table = "followups" if isinstance(row, FollowupView) else "interactions"
    extra, known = _around(crm, table, [row])
    uid = extra[row.id].uid
    text = _head(crm, None) + "".join(_entry(crm, row, extra[row.id], known)) + _END
    return file_name(uid, SUFFIX), text


def _write(crm: Crm, table: str, rows: Iterable[Any], file: IO[str], title: str) -> int:
    file.write(_head(crm, title))
    count = 0
    remaining: Iterator[Any] = iter(rows)
    while part := list(islice(remaining, MOST)):
        extra, known = _around(crm, table, part)
        for row in part:
            file.write("".join(_entry(crm, row, extra[row.id], known)))
            if isinstance(row, FollowupView) and row.status is FollowupStatus.OPEN:
                file.write("".join(_shown(crm.clock, row, extra[row.id])))
        count += len(part)
    file.write(_END)
    return count


def _around(crm: Crm, table: str, rows: Sequence[Any]) -> tuple[dict[int, Extra], dict[int, Person]]:
    wanted = dict.fromkeys(contact for row in rows for contact in _people_of(row))
    known: dict[int, Person] = {}
    ids = list(wanted)
    for start in range(0, len(ids), MOST):
        known.update(people(crm, ids[start : start + MOST]))
    return extras(crm, table, [(row.id, row.created_at) for row in rows]), known


def _people_of(row: View) -> Sequence[int]:
    if isinstance(row, InteractionView):
        return row.contact_ids
    return () if row.contact_id is None else (row.contact_id,)


def _head(crm: Crm, title: str | None) -> str:
    lines = [write("BEGIN", "VCALENDAR"), write("VERSION", "2.0"), write("PRODID", PRODUCT)]
    if title is not None:
        lines += [write("CALSCALE", "GREGORIAN"), write("X-WR-CALNAME", title)]
        zone = getattr(crm.clock.zone, "key", None)
        # in which floating times are meant, for calendars that would take them for UTC
        lines += [write("X-WR-TIMEZONE", escape(zone))] if isinstance(zone, str) else []
    return "".join(lines)


_END: Final = "END:VCALENDAR\r\n"


def _entry(crm: Crm, row: View, extra: Extra, known: dict[int, Person]) -> Iterator[str]:
    """The lines of an entry, in an order that never changes."""
    name = "VTODO" if isinstance(row, FollowupView) else "VEVENT"
    yield write("BEGIN", name)
    yield write("UID", escape(extra.uid))
    yield write("DTSTAMP", stamp(row.updated_at))
    yield write("CREATED", stamp(row.created_at))
    yield write("LAST-MODIFIED", stamp(row.updated_at))
    current = kept.Current(crm.clock)
    if isinstance(row, FollowupView):
        holding = current.followup(extra.kept, _columns(row))
        yield from _todo(crm.clock, row, extra, _names(holding))
    else:
        holding = current.interaction(extra.kept, _columns(row))
        yield from _event(row, _names(holding))
    for contact in _people_of(row):
        if (person := known.get(contact)) is not None:
            mail = [(OWN_MAIL, person.mail)] if person.mail else []
            yield write("CONTACT", escape(person.name), [(OWN_ID, str(person.id)), *mail])
    if row.deal_id is not None:
        yield write("X-CRM-DEAL", escape(row.deal or ""), [(OWN_ID, str(row.deal_id))])
    for raw in kept.lines_of(holding):
        yield fold(raw)
    yield write("END", name)


def _todo(clock: Clock, row: FollowupView, extra: Extra, held: frozenset[str]) -> Iterator[str]:
    yield write("SUMMARY", escape(row.title))
    yield write("X-CRM-KIND", "followup")
    shows_rule = row.repeat is not None and row.status is FollowupStatus.OPEN
    params, due = _due(clock, row, floating=shows_rule)
    if shows_rule and "DTSTART" not in held:
        # a rule needs a first day to count from
        yield write("DTSTART", due, params)
    yield write("DUE", due, params)
    if "STATUS" not in held:
        yield write("STATUS", _STATUSES[row.status.value])
    if "PRIORITY" not in held:
        yield write("PRIORITY", kept.USUAL[row.priority.value])
    if row.status is FollowupStatus.DONE:
        yield write("COMPLETED", stamp(str(row.done_at)))
    elif row.status is FollowupStatus.CANCELLED:
        yield write("X-CRM-DONE-AT", str(row.done_at))
    if row.repeat is not None:
        yield from _repeat(row, extra, shown=shows_rule)


def _shown(clock: Clock, row: FollowupView, extra: Extra) -> Iterator[str]:
    """An open follow-up as an event that only shows it, with whom it concerns, and keeps nobody's time."""
    params, due = _due(clock, row, floating=row.repeat is not None)
    yield write("BEGIN", "VEVENT")
    yield write("UID", escape(f"{extra.uid}-shown"))
    yield write("DTSTAMP", stamp(row.updated_at))
    yield write("X-CRM-KIND", "followup")
    yield write("SUMMARY", escape(f"{row.title} ({row.contact})" if row.contact else row.title))
    yield write("DTSTART", due, params)
    if row.due_time is not None:
        yield write("DURATION", "PT30M")
    if rule := _rule(row, extra):
        yield write("RRULE", rule)
    yield write("TRANSP", "TRANSPARENT")
    yield write("END", "VEVENT")


def _rule(row: FollowupView, extra: Extra) -> str:
    """The rule of a repeating follow-up as an RRULE; "" for none, or one of which nothing is known here."""
    from crm_tui.recurrence import parse_rule

    if row.repeat is None:
        return ""
    anchor, scheduled = extra.anchor or row.due_on, extra.scheduled or row.due_on
    try:
        return rrule(parse_rule(row.repeat), Series(anchor, scheduled, row.due_on, row.due_time))
    except InvalidDataError:
        return ""


def _repeat(row: FollowupView, extra: Extra, *, shown: bool) -> Iterator[str]:
    assert row.repeat is not None
    anchor, scheduled = extra.anchor or row.due_on, extra.scheduled or row.due_on
    rule = _rule(row, extra) if shown else ""
    if rule:
        yield write("RRULE", rule)
    yield write("X-CRM-REPEAT", escape(row.repeat), [("X-CRM-RULE", rule)] if rule else [])
    if row.repeat_from is not None:
        yield write("X-CRM-REPEAT-FROM", row.repeat_from.value)
    if (anchor, scheduled) != (row.due_on, row.due_on):
        yield write("X-CRM-SCHEDULE", f"{anchor.isoformat()}/{scheduled.isoformat()}")


def _due(clock: Clock, row: FollowupView, *, floating: bool) -> tuple[list[tuple[str, str]], str]:
    """When it is due: a day, a UTC time, or for what repeats a local time, the same in summer and winter."""
    if row.due_time is None:
        return [("VALUE", "DATE")], basic(row.due_on)
    at = time.fromisoformat(row.due_time)
    local = f"{basic(row.due_on)}T{at:%H%M%S}"
    utc = None if floating else _utc(row.due_on, at, clock)
    return [], local if utc is None else utc


def _utc(day: date, at: time, clock: Clock) -> str | None:
    """A local time in UTC; None for one that the clock change skips, which would come back as another."""
    try:
        moment: datetime = at_local(day, at, clock)
    except InvalidDataError:
        return None
    if (moment.date(), moment.time().replace(fold=0)) != (day, at):
        return None
    utc = moment.astimezone(UTC)
    return f"{basic(utc.date())}T{utc:%H%M%S}Z"


def _event(row: InteractionView, held: frozenset[str]) -> Iterator[str]:
    yield write("SUMMARY", escape(row.summary))
    yield write("X-CRM-KIND", row.kind.value)
    if "DTSTART" not in held:
        yield write("DTSTART", stamp(row.occurred_at))
        if row.duration_minutes is not None:
            yield write("DURATION", f"PT{row.duration_minutes}M")
    if row.body is not None:
        yield write("DESCRIPTION", escape(row.body))
    if row.direction is not None:
        yield write("X-CRM-DIRECTION", row.direction.value)


def _columns(row: View) -> dict[str, object]:
    """The columns that kept lines are held against."""
    if isinstance(row, InteractionView):
        return {"occurred_at": row.occurred_at, "duration_minutes": row.duration_minutes}
    return {
        "priority": row.priority.value,
        "status": row.status.value,
        "repeat": row.repeat,
        "due_on": row.due_on.isoformat(),
        "due_time": row.due_time,
    }


def _names(holding: str) -> frozenset[str]:
    """The names of the kept lines that come out, so that nothing is said twice."""
    if not holding:
        return frozenset()
    found = Properties(Component(0, "", [(0, raw) for raw in kept.lines_of(holding)]))
    return frozenset(each.name for each in found.lines)
