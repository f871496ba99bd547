"""From an event to drafts of meetings: one, or for a repeating event one for each day on which it has been.

An event is a meeting once it has begun; what is still to come stays in the calendar until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from crm_tui.dates import Clock, local_day
from crm_tui.domain import checks
from crm_tui.domain.interactions import LONGEST, split_text
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.content_lines import Line
from crm_tui.interchange.ical.components import Properties
from crm_tui.interchange.ical.moments import Moment, Zones, basic, duration, stamp
from crm_tui.interchange.ical.rules import MOST_OCCURRENCES, Budget, rule_of
from crm_tui.interchange.ical.todos import is_own, others, past_instant
from crm_tui.models import Direction, InteractionKind
from crm_tui.text import name_key

TIMES: Final = ("DTSTART", "DTEND", "DURATION")
_REPEATING: Final = ("RRULE", "RDATE", "EXDATE", "EXRULE")
_MOST_DATES: Final = 5_000


class SkippedEntryError(Exception):
    """An entry that is passed over by rule and counted."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def times_of(lines: Sequence[Line], zones: Zones) -> tuple[str, int | None, bool, Moment]:
    """When an event began (instant) and its minutes, whether these two say it all, and the beginning as written.

    Raises:
        RejectedRowError: it has no beginning, or a value is none.
    """
    named = {line.name: line for line in reversed(lines) if line.value.strip()}
    if "DTSTART" not in named:
        raise RejectedRowError("nothing says when it begins", "DTSTART")
    start = zones.read(named["DTSTART"])
    try:
        instant = start.instant(zones.clock)
    except (InvalidDataError, OverflowError):
        raise RejectedRowError("it begins at the edge of the calendar", "DTSTART") from None
    length = None
    if "DTEND" in named:
        end = zones.read(named["DTEND"])
        if start.moment is not None and end.moment is not None:
            length = end.moment - start.moment
    elif "DURATION" in named:
        length = duration(named["DURATION"].value) if start.moment is not None else None
    if length is None:
        return instant, None, start.moment is not None and len(named) == 1, start
    minutes = length // timedelta(minutes=1)
    if not 0 <= minutes <= LONGEST:
        return instant, None, False, start
    return instant, minutes, length == timedelta(minutes=minutes), start


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands among those of its UID: the days that other entries speak for, and its own key."""

    key: str | None
    replaced: frozenset[str] = frozenset()


class EventReader:
    """Makes drafts of meetings.

    Args:
        clock: the person's zone and the present.
        tell: is told what could not be taken as it is.
    """

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._budget = Budget()

    def check(self, entry: Properties, zones: Zones) -> None:
        """Whether it is one to take at all.

        Raises:
            SkippedEntryError: it was cancelled, or is still to come.
            RejectedRowError: nothing says when it begins.
        """
        if entry.value("STATUS").upper() == "CANCELLED":
            raise SkippedEntryError("cancelled")
        instant = times_of(entry.every(*TIMES), zones)[0]
        if not self._has_been(instant, entry):
            raise SkippedEntryError("still to come, which are meetings once they have begun")

    def drafts(self, line: int, entry: Properties, zones: Zones, place: Place) -> list[RecordDraft]:
        """The drafts of an event, without their people and their deal.

        Raises:
            RejectedRowError: a value is not what it is to be, or it repeats too often.
        """
        times = entry.every(*TIMES)
        instant, minutes, whole, start = times_of(times, zones)
        made = RecordDraft(line, external=place.key)
        made.created_at = past_instant(entry.first("CREATED"), zones)
        made.columns["kind"] = (
            _word(InteractionKind, entry.value("X-CRM-KIND")) or InteractionKind.MEETING.value
        )
        if direction := _word(Direction, entry.value("X-CRM-DIRECTION")):
            made.columns["direction"] = direction
        if minutes is not None:
            made.columns["duration_minutes"] = minutes
        made.columns["occurred_at"] = instant
        _read_text(made, entry)
        keeping = others(entry, {*TIMES, *_REPEATING, "DESCRIPTION"})
        repeats = any(each.value.strip() for each in entry.every("RRULE", "RDATE"))
        made.values["keeping"] = keeping if whole or repeats else [*times, *keeping]
        return self._repeated(made, entry, zones, start, place) if repeats else [made]

    def _repeated(
        self, made: RecordDraft, entry: Properties, zones: Zones, start: Moment, place: Place
    ) -> list[RecordDraft]:
        taken = place.replaced | set(self._dates(entry, "EXDATE", zones))
        found: dict[str, RecordDraft] = {}
        for each in self._moments(made, entry, zones, start):
            mark = mark_of(each)
            instant = each.instant(self._clock)
            if mark in taken or mark in found or not self._has_been(instant, entry):
                continue
            first = each == start
            key = made.external if first or made.external is None else f"{made.external}#{mark}"
            columns = {**made.columns, "occurred_at": instant}
            found[mark] = replace(made, external=key, columns=columns, values=dict(made.values))
        if len(found) > MOST_OCCURRENCES:
            self._tell(f"{made.name[:60]}: only the latest {MOST_OCCURRENCES} meetings were taken")
        # by the time, wherever an added day stands
        return sorted(found.values(), key=lambda each: str(each.columns["occurred_at"]))[-MOST_OCCURRENCES:]

    def _moments(self, made: RecordDraft, entry: Properties, zones: Zones, start: Moment) -> Iterator[Moment]:
        lines = [each for each in entry.every("RRULE") if each.value.strip()]
        days: Sequence[date] = [start.day]
        if lines:
            try:
                rule = rule_of(lines[0].value, self._clock)
            except InvalidDataError as error:
                self._tell(
                    f"{made.name[:60]}: of this repeating event only the first was taken; {error.message}"
                )
            else:
                found = self._budget.occurrences(rule, start.day, self._clock.today + timedelta(days=1))
                if found is None:
                    raise RejectedRowError("it repeats too often to look at each day", "RRULE")
                days = found
        first = entry.first("DTSTART")
        name = first.param("TZID") if first is not None else None
        utc = first is not None and first.value.strip().upper().endswith("Z")
        for day in days:
            yield start if day == start.day else _on(day, start, "UTC" if utc else name, zones)
        yield from self._dates(entry, "RDATE", zones).values()

    def _dates(self, entry: Properties, name: str, zones: Zones) -> dict[str, Moment]:
        """The days of RDATE or EXDATE by their marks; what is none, such as a period, is left out."""
        found: dict[str, Moment] = {}
        for line in entry.every(name):
            for text in line.value.split(",")[:_MOST_DATES]:
                try:
                    each = zones.value(text, line.param("TZID"), name)
                except RejectedRowError:
                    continue
                found[mark_of(each)] = each
        return found

    def _has_been(self, instant: str, entry: Properties) -> bool:
        # what was logged here may be later today
        if is_own(entry):
            return local_day(instant, self._clock) <= self._clock.today
        return instant <= self._clock.instant


def mark_of(moment: Moment) -> str:
    """What a day of a repeating event is known by: the UTC time, or the day."""
    if moment.moment is None:
        return basic(moment.day)
    return stamp(moment.instant(_NO_CLOCK))


def _on(day: date, start: Moment, zone: str | None, zones: Zones) -> Moment:
    """The beginning of a repeating event on another day, at the same time by its own clock."""
    if start.time is None:
        return Moment(day)
    try:
        return Moment(day, start.time, zones.aware(day, start.time, zone))
    except (OverflowError, InvalidDataError):
        raise RejectedRowError("it repeats to the edge of the calendar", "RRULE") from None


def _read_text(made: RecordDraft, entry: Properties) -> None:
    """Summary and body; without a summary the first line of the text is one, and so it is of one too long."""
    summary, body = entry.text("SUMMARY"), entry.text("DESCRIPTION")
    try:
        body = checks.optional_text(body, "description") or ""
        if len(summary) > checks.LINE:
            summary, body = split_text(summary)[0], "\n".join(part for part in (summary, body) if part)
        elif not summary and body:
            summary, rest = split_text(body)
            body = rest or ""
        made.name = checks.optional_line(summary, "summary") or ""
    except InvalidDataError as error:
        raise RejectedRowError(error.message.rstrip("."), "SUMMARY") from error
    made.key = name_key(made.name)
    if body:
        made.columns["body"] = body


def _word(kind: type[InteractionKind] | type[Direction], text: str) -> str | None:
    word = text.strip().lower()
    return word if word in set(kind) else None


_NO_CLOCK: Final = Clock.fixed(datetime(2000, 1, 1))  # noqa: DTZ001 - only for moments, which need no clock
