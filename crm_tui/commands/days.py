"""Days as options of commands: read, and told back where they were not written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui import output

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm


def span_option(crm: Crm, text: str | None, what: str, since: date | None) -> date | None:
    """As ``day_option``; ``30d`` is so long after a day, today unless given.

    Raises:
        InvalidDataError: it is neither a day nor a span.
    """
    from crm_tui.dates import parse_span
    from crm_tui.errors import InvalidDataError

    if text is None:
        return None
    try:
        day = parse_span(text).after(since or crm.clock.today)
    except InvalidDataError:
        return day_option(crm, text, what)
    _tell(crm, day, what)
    return day


def day_option(crm: Crm, text: str | None, what: str) -> date | None:
    """The day that is meant; said on stderr, begun with ``what``, unless it was written out.

    Raises:
        InvalidDataError: it is no day.
    """
    from crm_tui.dates import parse_when

    if text is None:
        return None
    day = parse_when(text, crm.clock).day
    if day.isoformat() != text.strip():
        _tell(crm, day, what)
    return day


def _tell(crm: Crm, day: date, what: str) -> None:
    from crm_tui.dates import short_day

    output.say(f"{what} {short_day(day, crm.clock.today)} ({day.isoformat()}).", dim=True)
