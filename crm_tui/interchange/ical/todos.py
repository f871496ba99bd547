"""From a to-do to a draft of a follow-up."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Clock
from crm_tui.dates.clock import is_instant
from crm_tui.dates.days import iso_day
from crm_tui.domain import checks
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.content_lines import Line, unescape
from crm_tui.interchange.ical import kept
from crm_tui.interchange.ical.components import Properties
from crm_tui.interchange.ical.moments import Moment, Zones, duration
from crm_tui.interchange.ical.people import OWN_ID
from crm_tui.interchange.ical.rules import alike, rule_of
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.recurrence import Rule

STATUSES: Final = {
    "NEEDS-ACTION": "open", "IN-PROCESS": "open", "COMPLETED": "done", "CANCELLED": "cancelled",
}  # fmt: skip
# said by fields, made anew for every file, or about the entry and not about what is to be done
HELD: Final = frozenset(
    {
        "UID",
        "RECURRENCE-ID",
        "SUMMARY",
        "DUE",
        "DTSTAMP",
        "LAST-MODIFIED",
        "CREATED",
        "SEQUENCE",
        "COMPLETED",
        "DURATION",
    }
)
_OWN: Final = "X-CRM-"


def is_own(entry: Properties) -> bool:
    """Whether the program itself wrote the entry."""
    return bool(entry.value("X-CRM-KIND"))


class TodoReader:
    """Makes drafts of follow-ups.

    Args:
        clock: the person's zone and the present.
        tell: is told what could not be taken as it is.
    """

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        self._clock = clock
        self._tell = tell

    def draft(self, line: int, entry: Properties, zones: Zones) -> RecordDraft:
        """The draft of a to-do, without its people and its deal.

        Raises:
            RejectedRowError: it lacks a title or a day, or a value is not what it is to be.
        """
        made = RecordDraft(line, name=title_of(entry, "title"))
        made.key = name_key(made.name)
        made.created_at = past_instant(entry.first("CREATED"), zones)
        due, held = self._due(entry, zones)
        day, at = due.local(self._clock)
        made.columns["due_on"] = day.isoformat()
        if at is not None:
            made.columns["due_time"] = at
        made.values["timeless"] = at is None
        made.values["modified"] = past_instant(entry.first("LAST-MODIFIED"), zones)
        keeping = [each for each in held if self._begins_earlier(each, due, zones)]
        keeping += self._status(made, entry, zones)
        keeping += self._priority(made, entry)
        keeping += self._repeat(made, entry)
        made.values["keeping"] = [*keeping, *others(entry, {"DTSTART", "STATUS", "PRIORITY", "RRULE"})]
        return made

    def _due(self, entry: Properties, zones: Zones) -> tuple[Moment, list[Line]]:
        """When it is due, and the line of its beginning where that is something else."""
        due, start = entry.first("DUE"), entry.first("DTSTART")
        if due is not None:
            found = zones.read(due)
            if start is None or (start.value, start.param("TZID")) == (due.value, due.param("TZID")):
                return found, []
            return found, [start]
        if start is None:
            raise RejectedRowError("it has no day on which it is due", "DUE")
        begun, length = zones.read(start), duration(entry.value("DURATION"))
        if length is None:
            return begun, []
        try:
            if begun.moment is not None:
                return Moment(begun.day, begun.time, begun.moment + length), [start]
            return Moment(begun.day + length), [start]
        except OverflowError:
            raise RejectedRowError("it is due after the end of the calendar", "DURATION") from None

    def _begins_earlier(self, start: Line, due: Moment, zones: Zones) -> bool:
        """Whether a beginning says anything beside the time it is due; one that cannot be read is kept as it is."""
        try:
            return zones.read(start).local(self._clock) != due.local(self._clock)
        except RejectedRowError:
            return True

    def _status(self, made: RecordDraft, entry: Properties, zones: Zones) -> list[Line]:
        line, done = entry.first("STATUS"), entry.first("COMPLETED")
        status = None if line is None else STATUSES.get(line.value.strip().upper())
        if status is None and (done is not None or entry.value("PERCENT-COMPLETE") == "100"):
            status = "done"
        if status is not None:
            made.columns["status"] = status
        own = entry.value("X-CRM-DONE-AT")
        if status == "cancelled" and is_instant(own) and own <= self._clock.instant:
            made.columns["done_at"] = own
        if status == "done" and (at := past_instant(done, zones)) is not None:
            made.columns["done_at"] = at
        return [line] if line is not None and line.value.strip().upper() == "IN-PROCESS" else []

    def _priority(self, made: RecordDraft, entry: Properties) -> list[Line]:
        line = entry.first("PRIORITY")
        found = None if line is None else kept.priority(line.value)
        if line is None or found is None:
            return []
        made.columns["priority"] = found
        return [] if line.value.strip() == kept.USUAL[found] else [line]

    def _repeat(self, made: RecordDraft, entry: Properties) -> list[Line]:
        """The rule; returns the lines of one that a follow-up cannot have."""
        words, lines = (
            entry.text("X-CRM-REPEAT"),
            [each for each in entry.every("RRULE") if each.value.strip()],
        )
        rule = None
        if lines:
            try:
                rule = rule_of(lines[0].value, self._clock)
            except InvalidDataError as error:
                self._tell(
                    f"{made.name[:60]}: it repeats in a way that follow-ups cannot, so it comes once; {error.message}"
                )
                return lines
        said = _own_rule(entry, words)
        ours = self._ours(entry) if said is not None else None
        if rule is not None and said is not None and ours is not None and alike(rule, ours):
            made.columns["repeat"] = said
        elif rule is not None:
            made.columns["repeat"] = rule.text
        elif said is not None and made.columns.get("status") in ("done", "cancelled"):
            made.columns["repeat"] = said
        if made.columns.get("repeat"):
            origin = entry.value("X-CRM-REPEAT-FROM").lower()
            if origin in ("due", "done"):
                made.columns["repeat_from"] = origin
            days = entry.value("X-CRM-SCHEDULE").split("/")
            if len(days) == 2 and all(iso_day(each) for each in days):
                made.values["schedule"] = (days[0], days[1])
        return lines[1:]

    def _ours(self, entry: Properties) -> Rule | None:
        """The RRULE that was written beside the program's own words, as a rule."""
        line = entry.first("X-CRM-REPEAT")
        try:
            return rule_of((line.param("X-CRM-RULE") or "") if line is not None else "", self._clock)
        except InvalidDataError:
            return None


def _own_rule(entry: Properties, words: str) -> str | None:
    if not words:
        return None
    from crm_tui.recurrence import parse_rule

    try:
        return parse_rule(words).text
    except InvalidDataError:
        return None


def title_of(entry: Properties, what: str) -> str:
    """The title of an entry in one line.

    Raises:
        RejectedRowError: there is none, or it cannot be kept.
    """
    try:
        return checks.name(entry.text("SUMMARY"), what)
    except InvalidDataError as error:
        raise RejectedRowError(error.message.rstrip("."), "SUMMARY") from error


def others(entry: Properties, read: set[str]) -> list[Line]:
    """The lines that no field of the record holds, the program's own left out."""
    return [
        each
        for each in entry.lines
        if each.name not in HELD and each.name not in read and not each.name.startswith(_OWN)
        and each.value.strip()
        and not (each.name == "CONTACT" and each.param(OWN_ID))
    ]  # fmt: skip


def past_instant(line: Line | None, zones: Zones) -> str | None:
    """The instant that a line says, unless it says none or one that is still to come."""
    if line is None:
        return None
    try:
        found = zones.read(line).instant(zones.clock)
    except (RejectedRowError, InvalidDataError, OverflowError):
        return None
    return found if found <= zones.clock.instant else None


def deal_of(entry: Properties) -> tuple[str, int | None, Line] | None:
    """The deal that the program wrote into an entry: its title, and its id in the base it was written from."""
    line = entry.first("X-CRM-DEAL")
    if line is None:
        return None
    given = line.param(OWN_ID) or ""
    return unescape(line.value).strip(), int(given) if re.fullmatch("[0-9]{1,18}", given) else None, line
