"""The lines of an entry that no field holds, kept beside its record to come out again.

Some lines are kept for their exact wording only, such as ``PRIORITY:3`` of what is high here: they come out as long
as the record still says the same, and are dropped once it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from crm_tui.dates import Clock
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.interchange.content_lines import Line, parse
from crm_tui.interchange.ical.moments import Zones

LONGEST: Final = 20_000
"""Characters of a kept line; a longer one, such as a picture in the file itself, is left out and told."""
MOST: Final = 200_000
_UNKEEPABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PRIORITIES: Final = {
    0: "normal",
    **dict.fromkeys(range(1, 5), "high"),
    5: "normal",
    **dict.fromkeys(range(6, 10), "low"),
}
USUAL: Final[Mapping[str, str]] = {"high": "1", "normal": "0", "low": "9"}
"""What is written for a priority that no calendar gave."""


def priority(text: str) -> str | None:
    """Our word for a PRIORITY from 0 to 9; None when it is none."""
    return _PRIORITIES.get(int(text)) if re.fullmatch("[0-9]", text.strip()) else None


def packed(lines: Iterable[Line], blocks: Iterable[Sequence[str]], left_out: Callable[[str], None]) -> str:
    """Lines and blocks in the one order in which they are kept, "" for none."""
    singles = sorted((line.name, _UNKEEPABLE.sub("", line.raw)) for line in lines)
    units = [raw for _, raw in singles] + [
        "\n".join(_UNKEEPABLE.sub("", raw) for raw in each) for each in blocks
    ]
    found: list[str] = []
    size = 0
    for unit in units:
        size += len(unit)
        if len(unit) > LONGEST or size > MOST:
            size -= len(unit)
            left_out(unit[:60].partition(":")[0].partition(";")[0].upper())
        else:
            found.append(unit)
    return "\n".join(found)


def lines_of(kept: str) -> list[str]:
    """The kept lines one by one."""
    return kept.split("\n") if kept else []


class Current:
    """Which of the kept lines still hold for a record as it is now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def followup(self, kept: str, row: Mapping[str, object]) -> str:
        """The kept lines of a follow-up that hold."""

        def holds(line: Line) -> bool:
            if line.name == "PRIORITY":
                return priority(line.value) == row["priority"]
            if line.name == "STATUS":
                return row["status"] == "open"
            if line.name == "PERCENT-COMPLETE":
                return (line.value.strip() == "100") == (row["status"] == "done")
            if line.name == "RRULE":
                return row["repeat"] is None
            if line.name == "DTSTART":
                return self._starts(line, str(row["due_on"]), row["due_time"])
            return True

        return _filtered(kept, holds)

    def interaction(self, kept: str, row: Mapping[str, object]) -> str:
        """The kept lines of a meeting that hold; its times stand or fall together."""
        times = [line for line in _singles(kept) if line.name in ("DTSTART", "DTEND", "DURATION")]
        if not times:
            return kept
        from crm_tui.interchange.ical.events import times_of

        zones = Zones(self._clock)
        try:
            same = times_of(times, zones)[:2] == (row["occurred_at"], row["duration_minutes"])
        except RejectedRowError:
            same = False
        return (
            kept if same else _filtered(kept, lambda line: line.name not in ("DTSTART", "DTEND", "DURATION"))
        )

    def _starts(self, line: Line, due_on: str, due_time: object) -> bool:
        """Whether a start still comes before what is due, as a day or a time like it."""
        try:
            day, at = Zones(self._clock).read(line).local(self._clock)
        except (RejectedRowError, OverflowError):
            return False
        if (at is None) != (due_time is None):
            return False
        return (day.isoformat(), at or "") < (due_on, due_time or "")


def _singles(kept: str) -> list[Line]:
    found: list[Line] = []
    for raw in lines_of(kept):
        if raw.upper().startswith("BEGIN:"):
            break
        line = parse(0, raw)
        if line is not None:
            found.append(line)
    return found


def _filtered(kept: str, holds: Callable[[Line], bool]) -> str:
    lines = lines_of(kept)
    gone = {line.raw for line in _singles(kept) if not holds(line)}
    return "\n".join(each for each in lines if each not in gone)
