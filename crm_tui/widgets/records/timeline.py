"""What happened with somebody, the newest first, under the days and months it happened in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.columns import happened_sign
from crm_tui.dates import Clock, local_datetime, relative_day, short_day
from crm_tui.text import clean, clean_lines, pad
from crm_tui.widgets.lines import Ink, Line, Span, wrap

if TYPE_CHECKING:
    from crm_tui.domain.timeline import TimelineItem

_KIND: Final = 10
_BODY_LINES: Final = 6
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAY_ONLY: Final = frozenset({"invoice", "payment"})
"""What happens on a day and at no time."""
_INKS: Final[dict[str, Ink]] = {"won": "good", "lost": "bad", "payment": "good", "refund": "bad"}
NOTHING: Final = "Nothing happened yet. l logs the first call."
"""What is said where nothing did."""
_NEAR_DAYS: Final = 7


def lines(items: Sequence[TimelineItem], clock: Clock, width: int, *, own: str = "") -> Iterator[Line]:
    """The items as lines.

    Args:
        items: The newest first.
        clock: The present moment and the zone of days.
        width: The cells of a line.
        own: The name of the person whose timeline it is; the others who took part are named.
    """
    heading = ""
    for item in items:
        day = local_datetime(item.at, clock).date()
        found = _heading(day, clock.today)
        if found != heading:
            heading = found
            yield rule(heading, width)
        yield from _item(item, day, clock, width, own)


def rule(title: str, width: int) -> Line:
    """A thin rule with a title in it."""
    head = f"── {title} " if title else ""
    return [(head, "dim"), ("─" * max(0, width - len(head) - 1), "dim")]


def _heading(day: date, today: date) -> str:
    if abs((today - day).days) < _NEAR_DAYS:
        return relative_day(day, today)
    month = _MONTHS[day.month - 1]
    return month if day.year == today.year else f"{month} {day.year}"


def _item(item: TimelineItem, day: date, clock: Clock, width: int, own: str) -> Iterator[Line]:
    room = max(8, width - _KIND - 1)
    ink: Ink = "dim" if item.is_void else _INKS.get(item.kind, "accent")
    head: Span = (pad(f"{happened_sign(item)} {item.kind}", _KIND), ink)
    beside: Span = (" " * _KIND, "plain")
    for place, text in enumerate(wrap(item.title, room, 3)):
        yield [head if place == 0 else beside, (text, "plain")]
    yield from ([beside, (text, "dim")] for text in wrap(_aside(item, day, clock, own), room, 2))
    if item.detail and item.entity == "interaction":
        body = "\n".join(text for text in clean_lines(item.detail) if text.strip())
        yield from ([beside, (text, "dim")] for text in wrap(body, room, _BODY_LINES))


def _aside(item: TimelineItem, day: date, clock: Clock, own: str) -> str:
    at = local_datetime(item.at, clock)
    # the heading above says the rest of the day
    near = abs((clock.today - day).days) < _NEAR_DAYS
    time = "" if item.entity in DAY_ONLY else f"{at:%H:%M}"
    parts = [each for each in (time if near else f"{short_day(day, day)} {time}".rstrip(),) if each]
    if item.duration_minutes:
        parts.append(f"{item.duration_minutes} min")
    others = [clean(name) for name in item.contacts if name != own]
    if others:
        parts.append(f"with {', '.join(others)}")
    if item.detail and item.entity != "interaction":
        parts.append(clean(item.detail))
    if item.deal and item.deal != item.title and item.deal not in (item.detail or "").split(" · "):
        parts.append(clean(item.deal))
    return " · ".join(parts)
