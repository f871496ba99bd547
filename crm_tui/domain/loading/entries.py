"""Loading calendar entries: follow-ups and meetings as other programs have them, with the lines no field holds.

An entry is known by its UID, then by what such a record is known by. What an entry lacks erases nothing; a due day
without a time is one, though, and says that there is no time. An entry that is open never opens again what was
finished here, unless it was changed after that; one that is done finishes a follow-up as a person would, so that a
series goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final, Self

from crm_tui.dates import local_day
from crm_tui.domain import series
from crm_tui.domain.loading.followups import FollowupKind
from crm_tui.domain.loading.interactions import InteractionsKind
from crm_tui.domain.loading.records import Difference, Origins, RecordDraft, RecordKind
from crm_tui.models import Followup, FollowupStatus
from crm_tui.store.transaction import Row, SqlValue

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

SOURCE: Final = "ics"
FORMAT: Final = "ics"
_OWN_UID: Final = re.compile(
    r"(followup|interaction)-([0-9]{1,18})-([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z@crm-tui"
)
_OPEN: Final = FollowupStatus.OPEN.value
_DONE: Final = FollowupStatus.DONE.value

Holds = Callable[[str, Mapping[str, SqlValue]], str]
"""From kept lines and a record's row to those of the lines that still hold."""


def own_uid(table: str, record_id: int, created_at: str) -> str:
    """The UID of a record that no calendar has given one: its id and when it was made, which never change."""
    digits = created_at.replace("-", "").replace(":", "")
    return f"{table.removesuffix('s')}-{record_id}-{digits}@crm-tui"


class KeptLines:
    """The kept lines of the records of one table, as an import sees and changes them."""

    def __init__(self, writing: Transaction, table: str, holds: Holds, plain: Callable[[str], str]) -> None:
        self._writing = writing
        self._table = table
        self._holds = holds
        self.plain = plain

    def compare(self, record_id: int, row: Row, draft: RecordDraft, found: Difference) -> None:
        """Note that the entry's other lines differ."""
        wanted = str(draft.values.get("kept", ""))
        known = self._row(record_id)
        old = "" if known is None else known[1]
        if wanted == old or wanted == self._holds(old, row):
            return
        found.note("other lines", _names(old), _names(wanted))
        found.actions.append(lambda: self.put(record_id, wanted))

    def put(self, record_id: int, lines: str) -> None:
        """Keep lines beside a record, in place of those kept so far."""
        known = self._row(record_id)
        if known is None:
            if lines:
                entry: Row = {"entity": self._table, "entity_id": record_id, "format": FORMAT, "lines": lines}
                self._writing.insert("kept_lines", entry)
        elif lines:
            self._writing.update("kept_lines", known[0], {"lines": lines})
        else:
            self._writing.delete("kept_lines", known[0])

    def as_stored(self, draft: RecordDraft, row: Row, name: str) -> RecordDraft:
        """The draft with the texts as they are stored, where a calendar could not have held a sign in them."""
        columns = dict(draft.columns)
        title, key = draft.name, draft.key
        stored, body = str(row[name]), columns.get("body")
        if title and title != stored and title == self.plain(stored):
            title = stored
        if body and row.get("body") and body == self.plain(str(row["body"])):
            columns["body"] = row["body"]
        return replace(draft, name=title, key=key, columns=columns, values=dict(draft.values))

    def _row(self, record_id: int) -> tuple[int, str] | None:
        found: tuple[int, str] | None = self._writing.connection.execute(
            "SELECT id, lines FROM kept_lines WHERE entity = ? AND entity_id = ? AND format = ?",
            (self._table, record_id, FORMAT),
        ).fetchone()
        return found


class OwnEntries:
    """Which records of this base the program's own entries are of."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self._origins = {table: Origins(crm, table) for table in ("followups", "interactions")}

    def find(self, table: str, uid: str) -> int | None:
        """The record that was there when the load began and goes by that UID, and that no calendar gave another."""
        found = _OWN_UID.fullmatch(uid)
        if found is None or f"{found[1]}s" != table:
            return None
        record_id = int(found[2])
        made = f"{found[3]}-{found[4]}-{found[5]}T{found[6]}:{found[7]}:{found[8]}Z"
        row = self._crm.connection.execute(
            f"SELECT 1 FROM {table} WHERE id = ? AND created_at = ? AND NOT EXISTS"  # noqa: S608 - fixed names
            " (SELECT 1 FROM external_refs WHERE entity = ? AND entity_id = ? AND source = ?)",
            (record_id, made, table, record_id, SOURCE),
        ).fetchone()
        return record_id if row and self._origins[table].was_here(record_id) else None


class _Entries(RecordKind):
    """Records as calendar entries: with the lines that no field holds."""

    _kept: KeptLines

    def keeping(self, holds: Holds, plain: Callable[[str], str]) -> Self:
        """Itself, told which lines still hold and how a calendar writes a text; nothing is loaded before that."""
        self._kept = KeptLines(self.writing, self.table, holds, plain)
        return self

    def _keep(self, made: int, draft: RecordDraft) -> int:
        """Keep the lines of a new record; returns its id."""
        if lines := str(draft.values.get("kept", "")):
            self._kept.put(made, lines)
        return made


class EntryFollowups(_Entries, FollowupKind):
    """Follow-ups as calendar entries.

    Beside what a follow-up has, ``draft.values`` may have: kept (lines), timeless (due on a day as a whole), modified
    (the instant of its last change), schedule (the days anchor_on and scheduled_on).
    """

    def create(self, draft: RecordDraft) -> int:
        """Make a follow-up."""
        made = self._keep(super().create(draft), draft)
        schedule = draft.values.get("schedule")
        if schedule and draft.column("repeat"):
            self.rows.flush()
            self.writing.update("followups", made, series.schedule(*schedule))
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the entry changes on a follow-up."""
        row = self.writing.fetch("followups", record_id)
        draft = self._kept.as_stored(draft, row, "title")
        if row["status"] != _OPEN and draft.columns.get("status") == _OPEN and not self._reopens(row, draft):
            del draft.columns["status"]
        found = super().compare(record_id, draft)
        if draft.values.get("timeless") and row["due_time"] is not None:
            found.columns["due_time"] = None
            found.note("due_time", row["due_time"], None)
        schedule = draft.values.get("schedule")
        if schedule and "anchor_on" in found.columns:
            found.columns.update(series.schedule(*schedule))
        self._kept.compare(record_id, row, draft, found)
        return found

    def apply(self, record_id: int, found: Difference) -> None:
        """Write what the entry changes; what is done opens the next of its series."""
        was_open = self.writing.fetch("followups", record_id)["status"] == _OPEN
        super().apply(record_id, found)
        if was_open and found.columns.get("status") == _DONE:
            done = self.one_followup(record_id)
            if done.series_id is None and done.repeat is not None:
                self.writing.update("followups", record_id, {"series_id": record_id})
            series.open_next(self.writing, done, self._done_on(done))

    def one_followup(self, record_id: int) -> Followup:
        """The follow-up as it is now."""
        return self.crm.followups.get(record_id)

    def _done_on(self, done: Followup) -> date:
        return local_day(str(done.done_at), self.crm.clock)

    def _reopens(self, row: Row, draft: RecordDraft) -> bool:
        """Whether the entry was changed after it was finished here, and nothing has come in its place."""
        modified = draft.values.get("modified")
        if not modified or str(modified) <= str(row["done_at"]):
            return False
        (following,) = self.crm.connection.execute(
            "SELECT count(*) FROM followups WHERE series_id = ? AND status = 'open'", (row["series_id"],)
        ).fetchone()
        return not following


class EntryMeetings(_Entries, InteractionsKind):
    """Meetings, and whatever else happened, as calendar entries; ``draft.values`` may have kept (lines)."""

    def create(self, draft: RecordDraft) -> int:
        """Log what happened."""
        return self._keep(super().create(draft), draft)

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the entry changes on an interaction."""
        row = self.writing.fetch("interactions", record_id)
        draft = self._kept.as_stored(draft, row, "summary")
        found = super().compare(record_id, draft)
        self._kept.compare(record_id, row, draft, found)
        return found


def _names(lines: str) -> str:
    """The names of kept lines, each once."""
    found = dict.fromkeys(re.split("[:;]", line, maxsplit=1)[0].upper() for line in lines.split("\n") if line)
    return ", ".join(name for name in found if name not in ("BEGIN", "END"))[:200]
