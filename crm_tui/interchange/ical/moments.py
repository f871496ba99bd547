"""Days and times as calendars write them, in the zone of the person.

A value is a day, a UTC time, a time in a named zone, or a floating one, which is local wherever it is read. A zone's
name is looked up first; one that is unknown is worked out from the file's own VTIMEZONE, and where that cannot be
done its times count as local, which is told. Source: RFC 5545 sections 3.3.4 to 3.3.6 and 3.6.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from crm_tui.dates.clock import at_local, instant_of
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.content_lines import Line
from crm_tui.interchange.ical.components import Component, Properties

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.recurrence import Rule

_VALUE: Final = re.compile(
    r"(?P<day>[0-9]{8})(?:T(?P<time>[0-9]{4}(?:[0-9]{2})?)(?P<utc>Z)?)?", re.IGNORECASE
)
_DURATION: Final = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<weeks>[0-9]{1,5})W)?(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,9})S)?)?",
    re.IGNORECASE,
)
_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2})(?P<minutes>[0-9]{2})(?:[0-9]{2})?")
_LONGEST_NAME: Final = 200
# with room for a time zone, a duration and a week of years at either edge of the calendar
_YEARS: Final = range(1000, 9900)
_MOST_CHANGES: Final = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and a moment of it where there is a time.

    Attributes:
        day: the day as written, in its own zone.
        time: the time as written; None for a whole day.
        moment: the aware moment; None for a whole day.
        floating: whether the time is local wherever it is read, even one that a change of the clocks leaves out.
    """

    day: date
    time: time | None = None
    moment: datetime | None = None
    floating: bool = False

    def instant(self, clock: Clock) -> str:
        """The instant; the local noon of a whole day."""
        return instant_of(self.moment or at_local(self.day, time(12), clock))

    def local(self, clock: Clock) -> tuple[date, str | None]:
        """The local day and the local time ``HH:MM``, None for a whole day."""
        if self.moment is None or self.time is None:
            return self.day, None
        if self.floating:
            return self.day, self.time.strftime("%H:%M")
        there = self.moment.astimezone(clock.zone)
        return there.date(), there.strftime("%H:%M")


@dataclass(frozen=True, slots=True)
class _Change:
    """A rule of a VTIMEZONE: from when on, by local time, which offset holds."""

    start: datetime
    offset: timedelta
    rule: Rule | None

    def latest(self, local: datetime) -> datetime | None:
        """The last time it set in, up to a local time."""
        if local < self.start:
            return None
        if self.rule is None:
            return self.start
        from crm_tui.recurrence import next_occurrence

        found, day = self.start, date(max(1, local.year - 1), 1, 1) - timedelta(days=1)
        for _ in range(6):
            following = next_occurrence(self.rule, self.start.date(), day)
            if following is None or datetime.combine(following, self.start.time()) > local:
                break
            found, day = max(found, datetime.combine(following, self.start.time())), following
        return found


@dataclass(slots=True)
class Zones:
    """Reads the values of one file.

    Attributes:
        clock: the person's zone.
        defined: the file's own VTIMEZONEs, by TZID.
        unknown: the names that nothing is known of, for a notice.
    """

    clock: Clock
    defined: dict[str, Component] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    _named: dict[str, tzinfo | None] = field(default_factory=dict)
    _changes: dict[str, list[_Change]] = field(default_factory=dict)

    def define(self, component: Component) -> None:
        """Note a VTIMEZONE."""
        if name := Properties(component).value("TZID"):
            self.defined.setdefault(name, component)

    def read(self, line: Line) -> Moment:
        """The moment that a line says.

        Raises:
            RejectedRowError: it is none.
        """
        return self.value(line.value, line.param("TZID"), line.name)

    def value(self, text: str, name: str | None, what: str) -> Moment:
        """The moment of a value in a named zone, a floating one without a name.

        Raises:
            RejectedRowError: it is none.
        """
        match = _VALUE.fullmatch(text.strip())
        try:
            if match is not None:
                day = date.fromisoformat(match["day"])
                if day.year not in _YEARS:
                    raise RejectedRowError(f"{day.isoformat()} cannot be meant", what)
                if match["time"] is None:
                    return Moment(day)
                digits = match["time"].ljust(6, "0")
                # a leap second is the second before it
                at = time(int(digits[:2]), int(digits[2:4]), min(int(digits[4:]), 59))
                zone = "UTC" if match["utc"] else name
                return Moment(day, at, self.aware(day, at, zone), zone is None)
        except (ValueError, OverflowError, InvalidDataError):
            pass
        raise RejectedRowError(f'"{text.strip()[:40]}" is no day or time', what)

    def aware(self, day: date, at: time, name: str | None) -> datetime:
        """A local time of a zone as a moment; UTC for ``UTC``, the person's zone without a name.

        Raises:
            OverflowError: it is at the edge of the calendar.
            InvalidDataError: it is at the edge of the calendar.
        """
        if name == "UTC":
            return datetime.combine(day, at, UTC)
        if name is None:
            return at_local(day, at, self.clock)
        zone = self._zone(name)
        if zone is None:
            zone = self._defined_zone(name, datetime.combine(day, at))
        if zone is None:
            self.unknown[name] = None
            return at_local(day, at, self.clock)
        return datetime.combine(day, at, zone).astimezone(UTC)

    def _zone(self, name: str) -> tzinfo | None:
        if name not in self._named:
            # /freeassociation.sourceforge.net/Europe/Berlin and the like end in the name
            parts = name.strip("/").split("/")
            tries = [name, "/".join(parts[-2:]), "/".join(parts[-3:])]
            self._named[name] = next((zone for each in tries if (zone := _zone_info(each))), None)
        return self._named[name]

    def _defined_zone(self, name: str, local: datetime) -> tzinfo | None:
        if name not in self._changes:
            self._changes[name] = _changes(self.defined[name]) if name in self.defined else []
        changes = self._changes[name]
        held = [(begun, each.offset) for each in changes if (begun := each.latest(local)) is not None]
        if held:
            return timezone(max(held)[1])
        return timezone(min(changes, key=lambda each: each.start).offset) if changes else None


def duration(text: str) -> timedelta | None:
    """The length that a DURATION says; None when it is none."""
    match = _DURATION.fullmatch(text.strip())
    parts = (
        {name: int(value) for name, value in match.groupdict("").items() if value.isdigit()} if match else {}
    )
    if match is None or not parts:
        return None
    return timedelta(**parts) * (-1 if match["sign"] == "-" else 1)


def stamp(instant: str) -> str:
    """A stored instant as a UTC time of a calendar."""
    return instant.replace("-", "").replace(":", "")


def basic(day: date) -> str:
    """A day as calendars write it."""
    return day.isoformat().replace("-", "")


def _zone_info(name: str) -> tzinfo | None:
    if not name or len(name) > _LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _changes(component: Component) -> list[_Change]:
    """The rules of a VTIMEZONE that are simple enough; none when one of them is not."""
    from crm_tui.recurrence import parse_rule

    found: list[_Change] = []
    for block in Properties(component).blocks[:_MOST_CHANGES]:
        part = Properties(Component(0, "", [(0, raw) for raw in block[1:-1]]))
        start, offset = _VALUE.fullmatch(part.value("DTSTART")), _OFFSET.fullmatch(part.value("TZOFFSETTO"))
        if start is None or start["time"] is None or offset is None:
            return []
        hours, minutes = int(offset["hours"]), int(offset["minutes"])
        shift = timedelta(hours=hours, minutes=minutes) * (-1 if offset["sign"] == "-" else 1)
        rule = part.value("RRULE")
        try:
            at = time.fromisoformat(start["time"].ljust(6, "0"))
            begun = datetime.combine(date.fromisoformat(start["day"]), at)
            found.append(_Change(begun, shift, parse_rule(rule) if rule else None))
            timezone(shift)
        except (ValueError, InvalidDataError):
            return []
    return found
