"""The clock, and the way between instants and the local time of its zone.

``Clock.system`` is the one place in the project that reads the time. Everything else is given a ``Clock``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from crm_tui.errors import InvalidDataError

_INSTANT_SHAPE: Final = ((4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z"))


class _MachineZone(tzinfo):
    """The machine's own zone with all its changes, as the operating system knows it.

    ``datetime.now().astimezone().tzinfo`` would be today's offset only, wrong after the next clock change.
    """

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return None if dt is None else dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        return None if dt is None else dt.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, dt: datetime) -> datetime:
        local = dt.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)
        first = local.replace(fold=0)
        return first if first.astimezone(UTC) == dt.replace(tzinfo=UTC) else local.replace(fold=1)


@dataclass(frozen=True)
class Clock:
    """The present moment (aware, kept in UTC) and the zone in which days begin and end."""

    now: datetime
    zone: tzinfo

    @classmethod
    def system(cls, zone_name: str | None = None) -> Clock:
        """Read the time, in the zone of an IANA name or, without one, in the machine's own zone.

        Raises:
            InvalidDataError: no such zone.
        """
        return cls.fixed(datetime.now(UTC), _MachineZone() if zone_name is None else zone_name)

    @classmethod
    def fixed(cls, when: datetime, zone: tzinfo | str = UTC) -> Clock:
        """Return a clock that stands still; a naive ``when`` is local time of the zone.

        Raises:
            InvalidDataError: no such zone.
        """
        place = _named_zone(zone) if isinstance(zone, str) else zone
        aware = when if when.tzinfo is not None else when.replace(tzinfo=place)
        return cls(aware.astimezone(UTC), place)

    @property
    def instant(self) -> str:
        """The present moment as UTC ISO 8601 in seconds, "2026-03-02T09:30:00Z"."""
        return instant_of(self.now)

    @property
    def local_now(self) -> datetime:
        """The present moment in the clock's zone."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The local day."""
        return self.local_now.date()


def instant_of(moment: datetime) -> str:
    """Write an aware datetime as UTC ISO 8601 in whole seconds with ``Z``."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def is_instant(text: str) -> bool:
    """Whether the text is an existing instant in exactly the stored form, "2026-03-02T09:30:00Z"."""
    # fromisoformat alone would also take week dates, any separator and other offsets.
    if len(text) != 20 or any(text[at] != sign for at, sign in _INSTANT_SHAPE):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def local_datetime(instant: str, clock: Clock) -> datetime:
    """Return a stored instant in the clock's zone.

    Raises:
        InvalidDataError: the text is no UTC ISO 8601 instant with ``Z``.
    """
    try:
        if is_instant(instant):
            return datetime.fromisoformat(instant).astimezone(clock.zone)
    except OverflowError:
        pass
    raise InvalidDataError(
        f'"{instant[:60]}" is no instant.', "Write it in UTC with a Z, for example 2026-03-02T09:30:00Z."
    )


def local_day(instant: str, clock: Clock) -> date:
    """Return the local day of a stored instant.

    Raises:
        InvalidDataError: the text is no UTC ISO 8601 instant with ``Z``.
    """
    return local_datetime(instant, clock).date()


def day_start(day: date, clock: Clock) -> str:
    """Return the instant at which a local day begins, for half-open queries over instants.

    Raises:
        InvalidDataError: the day is at the very edge of the calendar.
    """
    return instant_of(at_local(day, time(), clock))


def at_local(day: date, at: time, clock: Clock) -> datetime:
    """Return the aware local time of a day; its ``fold`` is respected, so a doubled hour is the first one.

    A time that the clock change skips is moved forward by the gap, as PEP 495 has it.

    Raises:
        InvalidDataError: the moment is at the very edge of the calendar.
    """
    try:
        return datetime.combine(day, at, clock.zone).astimezone(UTC).astimezone(clock.zone)
    # the machine's own zone knows no year 0: that is a ValueError
    except (OverflowError, ValueError):
        raise InvalidDataError(
            f"{day.isoformat()} is outside the calendar.", "Use a day between the years 1 and 9999."
        ) from None


def _named_zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidDataError(
            f'"{name[:60]}" is no time zone.', "Use an IANA name such as Europe/Berlin, or UTC."
        ) from None
