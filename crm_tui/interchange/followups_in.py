"""From the rows of a file to drafts of follow-ups."""

from __future__ import annotations

from typing import Final

from crm_tui.dates.when import parse_time
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.deals_in import PeopleCells
from crm_tui.interchange.own_ids import OwnId
from crm_tui.interchange.record_columns import RecordReader, Spec, line_of, word_of

_PRIORITIES: Final = {
    "low": "low", "lowest": "low", "normal": "normal", "medium": "normal", "none": "normal", "high": "high",
    "highest": "high", "urgent": "high",
}  # fmt: skip
_STATUSES: Final = {
    "open": "open", "todo": "open", "to do": "open", "not started": "open", "in progress": "open", "pending": "open",
    "waiting": "open", "no": "open", "false": "open", "0": "open", "done": "done", "completed": "done",
    "complete": "done", "closed": "done", "yes": "done", "true": "done", "1": "done", "cancelled": "cancelled",
    "canceled": "cancelled", "deferred": "open",
}  # fmt: skip
_ORIGINS: Final = {"due": "due", "done": "done"}


class FollowupReader:
    """Makes drafts of follow-ups from rows."""

    def __init__(self, columns: Columns, *, own: bool) -> None:
        day = columns.day("due_on")
        specs = [
            Spec("due_on", lambda text: day(text).isoformat()),
            Spec("due_time", _time),
            Spec("priority", word_of(_PRIORITIES, "priority")),
            Spec("repeat", _rule),
            Spec("repeat_from", word_of(_ORIGINS, "way to repeat")),
            Spec("status", word_of(_STATUSES, "status")),
            Spec("done_at", columns.instant("done_at")),
            Spec("deal", line_of("deal"), "values", binding=True),
        ]
        self._reader = RecordReader(columns, specs, name="title", own=own)
        self._due = columns.get("due_on")
        self._contact = PeopleCells(columns, "contact", own=own)
        self._deal_id = OwnId(columns, "deal_id", own=own)

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        made = self._reader.draft(line, cells)
        if "due_on" in made.columns and "due_time" not in made.columns and self._due is not None:
            at = _time_of(self._due(cells))
            if at is not None:
                made.columns["due_time"] = at
        contact = self._contact.one(cells)
        if contact is not None:
            made.values["contact"] = contact
        deal_id = self._deal_id(cells)
        if deal_id is not None:
            made.values["deal_own_id"] = deal_id
        if "repeat_from" in made.columns and "repeat" not in made.columns and not made.defaults.get("repeat"):
            del made.columns["repeat_from"]
        return made


def _time(text: str) -> str:
    found = parse_time(" ".join(text.split()).lower())
    if found is None:
        raise InvalidDataError(f'"{text[:60]}" is no time of the day.', "Write it like 14:30.")
    return found.isoformat(timespec="minutes")


def _time_of(text: str) -> str | None:
    """The time that a due date carries; midnight is what programs write for none."""
    parts = text.replace("T", " ").split()
    if len(parts) < 2:
        return None
    words = " ".join(parts[1:]).lower() if parts[-1].lower() in ("am", "pm") else parts[1].lower()
    found = parse_time(words)
    if found is None or (found.hour, found.minute) == (0, 0):
        return None
    return found.isoformat(timespec="minutes")


def _rule(text: str) -> str:
    from crm_tui.recurrence import parse_rule

    return parse_rule(text).text
