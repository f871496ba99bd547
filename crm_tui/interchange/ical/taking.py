"""What takes the entries of a calendar: each becomes drafts, or is skipped by rule and counted, or is rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import Outcome, RejectedRowError, Report, Verdict
from crm_tui.domain.loading.entries import SOURCE, EntryFollowups, EntryMeetings, OwnEntries
from crm_tui.domain.loading.lookups import Lookups
from crm_tui.domain.loading.record_loader import RecordLoader
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.domain.loading.rows import NewRows
from crm_tui.interchange.content_lines import Line, escape, unescape
from crm_tui.interchange.ical.components import Component, Properties
from crm_tui.interchange.ical.events import EventReader, Place, SkippedEntryError, mark_of
from crm_tui.interchange.ical.kept import Current, packed
from crm_tui.interchange.ical.moments import Zones
from crm_tui.interchange.ical.people import People
from crm_tui.interchange.ical.todos import TodoReader, deal_of, is_own
from crm_tui.interchange.vdir_reading import FolderReading, Unchanged
from crm_tui.text import email_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.options import Options
    from crm_tui.store.transaction import Transaction

SHOWN: Final = "X-CRM-KIND:FOLLOWUP"
_MOST_TOLD: Final = 10
_READ: Final = frozenset({"VTODO", "VEVENT"})
_PASSED_OVER: Final = {
    "VJOURNAL": "journal entries",
    "VFREEBUSY": "they only say when somebody is free",
}


@dataclass(slots=True)
class Item:
    """An entry with what the rest of its file says of it.

    Attributes:
        file: the file's name where the entry is all that it holds and comes to one record, else "".
        mark: that of such a file's content.
    """

    entry: Component
    zones: Zones
    replaced: frozenset[str] = frozenset()
    starts: str = ""
    file: str = ""
    mark: str = ""

    def text(self) -> str:
        """The entry as it stands."""
        return self.entry.text()


@dataclass(slots=True)
class EntryTaker:
    """Takes the entries of a load."""

    crm: Crm
    writing: Transaction
    options: Options
    report: Report
    folder: FolderReading | None = None
    _before: int = 0
    _skipped: Counter[str] = field(default_factory=Counter)
    _told: list[str] = field(default_factory=list)
    _left_out: Counter[str] = field(default_factory=Counter)
    _unknown_zones: dict[str, None] = field(default_factory=dict)
    _people: People = field(init=False)
    _own: OwnEntries = field(init=False)
    _todos: TodoReader = field(init=False)
    _events: EventReader = field(init=False)
    _loaders: dict[str, RecordLoader] = field(init=False)

    def __post_init__(self) -> None:
        crm, options = self.crm, self.options
        region = (options.region or crm.config.region).upper()
        lookups = Lookups(crm, region, create_missing=True, own=True)
        own = frozenset(filter(None, (email_key(each) for each in crm.config.own_emails)))
        self._people = People(lookups, options.create_missing, own)
        self._own = OwnEntries(crm)
        self._todos = TodoReader(crm.clock, self._told.append)
        self._events = EventReader(crm.clock, self._told.append)
        rows, current = NewRows(crm, self.writing), Current(crm.clock)
        followups = EntryFollowups(crm, self.writing, rows, lookups).keeping(current.followup, _plain)
        meetings = EntryMeetings(crm, self.writing, rows, lookups).keeping(current.interaction, _plain)
        self._loaders = {
            kind.table: RecordLoader(
                kind, self.report, source=options.source or SOURCE, on_match=options.on_match, key=options.key
            )
            for kind in (followups, meetings)
        }

    def items(self, found: Iterable[Component]) -> Iterator[Item]:
        """The entries of one file to take; what its zones and the days of its repeating events are is found first."""
        # an event that only shows a follow-up to calendars without to-dos is none
        entries = [each for each in found if each.name != "VEVENT" or not each.has(SHOWN)]
        zones = Zones(self.crm.clock, unknown=self._unknown_zones)
        replaced: dict[str, set[str]] = {}
        for each in entries:
            if each.name == "VTIMEZONE" and not each.bad:
                zones.define(each)
        overriding = [
            each for each in entries if each.name in _READ and not each.bad and each.has("RECURRENCE-ID")
        ]
        for each in overriding:
            uid, mark = _uid_and_mark(Properties(each), zones)
            replaced.setdefault(uid, set()).add(mark)
        starts = self._starts(entries, replaced, zones)
        for each in entries:
            if each.name != "VTIMEZONE" or each.bad:
                uid = Properties(each).text("UID") if replaced and not each.bad else ""
                yield Item(each, zones, frozenset(replaced.get(uid, ())), starts.get(uid, ""))

    def take(self, line: int, item: Item | Unchanged) -> None:
        """Take one entry.

        Raises:
            RejectedRowError: it cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        if isinstance(item, Unchanged):
            assert self.folder is not None
            self.folder.tell(line, item, self.report)
            return
        entry = item.entry
        self._before = self._left_out.total()
        if entry.bad:
            raise RejectedRowError(_labelled(entry, None, entry.bad))
        if entry.name not in _READ:
            self._skip(line, _PASSED_OVER[entry.name], entry.name)
            return
        properties = Properties(entry)
        try:
            if entry.name == "VTODO":
                self._take_todo(line, properties, item)
            else:
                self._take_event(line, properties, item)
        except SkippedEntryError as skipped:
            self._skip(line, skipped.why, properties.text("SUMMARY")[:200])
        except RejectedRowError as error:
            raise RejectedRowError(_labelled(entry, properties, error.reason), error.column) from error

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        told = [notice for loader in self._loaders.values() for notice in loader.finish()]
        if self.folder is not None:
            told += self.folder.finish(self.writing)
        for why, times in self._skipped.most_common():
            told.append(f"{times:,} skipped: {why}.")
        told += self._people.notices()
        told += self._told[:_MOST_TOLD]
        if len(self._told) > _MOST_TOLD:
            told.append(f"And {len(self._told) - _MOST_TOLD:,} more such entries.")
        if self._left_out:
            listed = ", ".join(f"{name} ({times:,})" for name, times in self._left_out.most_common(12))
            told.append(f"Left out, as too long to keep: {listed}.")
        if self._unknown_zones:
            listed = ", ".join(f'"{each[:60]}"' for each in list(self._unknown_zones)[:12])
            told.append(f"Nothing is known of these time zones, so their times were read as local: {listed}.")
        return told

    def _take_todo(self, line: int, properties: Properties, item: Item) -> None:
        draft = self._todos.draft(line, properties, item.zones)
        people, unknown = self._people.of(properties, written_here=is_own(properties))
        if people:
            draft.values["contact"] = self._people.foremost(people)
        self._refer(draft, properties, unknown)
        uid, mark = _uid_and_mark(properties, item.zones)
        self._load("followups", draft, f"{uid}#{mark}" if uid and mark else uid, item)

    def _take_event(self, line: int, properties: Properties, item: Item) -> None:
        self._events.check(properties, item.zones)
        people, unknown = self._people.of(properties, written_here=is_own(properties))
        uid, mark = _uid_and_mark(properties, item.zones)
        # the first day of a repeating event goes by the UID alone, whether it repeats yet or not
        key = f"{uid}#{mark}" if uid and mark and mark != item.starts else uid
        replaced = item.replaced if not mark else frozenset()
        known = RecordDraft(line)
        self._refer(known, properties, unknown)
        if not people and "deal" not in known.values:
            raise SkippedEntryError("nobody who takes part is known here")
        for draft in self._events.drafts(line, properties, item.zones, Place(key or None, replaced)):
            draft.values["contacts"] = people
            self._refer(draft, properties, unknown)
            self._load("interactions", draft, draft.external or "", item)

    def _refer(self, draft: RecordDraft, properties: Properties, unknown: list[Line]) -> None:
        """Add the deal, and turn the lines to keep into what is stored."""
        keeping = [*draft.values.pop("keeping", ()), *unknown]
        deal = deal_of(properties)
        if deal is not None:
            title, own_id, line = deal
            lookups = self._people.lookups
            if lookups.titled(title) or (own_id and lookups.own_ids("deals", "title", [own_id], title)):
                draft.values["deal"] = title
                draft.values["deal_own_id"] = own_id
            else:
                keeping.append(line)
        draft.values["kept"] = packed(keeping, properties.blocks, self._leave_out)

    def _load(self, table: str, draft: RecordDraft, key: str, item: Item) -> None:
        own = self._own.find(table, key) if key else None
        draft.own_id = own
        draft.external = key if key and own is None else None
        if self.folder is not None and item.file and self._left_out.total() == self._before:
            self.folder.expect(draft.line, item.file, item.mark, table)
        self._loaders[table].take(draft)

    def _leave_out(self, name: str) -> None:
        self._left_out[name or "?"] += 1

    def _skip(self, line: int, why: str, name: str) -> None:
        self._skipped[why] += 1
        self.report(Outcome(line, Verdict.SKIPPED, name))

    @staticmethod
    def _starts(entries: Iterable[Component], replaced: dict[str, set[str]], zones: Zones) -> dict[str, str]:
        """The marks of the first days of the repeating events of which other entries replace a day."""
        found: dict[str, str] = {}
        for each in entries:
            if not replaced or each.name not in _READ or each.bad or each.has("RECURRENCE-ID"):
                continue
            properties = Properties(each)
            uid, start = properties.text("UID"), properties.first("DTSTART")
            if uid in replaced and start is not None:
                try:
                    found[uid] = mark_of(zones.read(start))
                except RejectedRowError:
                    continue
        return found


def is_alone(entries: Sequence[Component]) -> bool:
    """Whether a file holds but one entry, which comes to one record and out again as a whole."""
    found = [each for each in entries if each.name != "VTIMEZONE" or each.bad]
    if len(found) != 1 or found[0].bad or found[0].name not in _READ:
        return False
    several = ("RECURRENCE-ID", "RDATE") if found[0].name == "VTODO" else ("RECURRENCE-ID", "RDATE", "RRULE")
    return not any(found[0].has(each) for each in several)


def _uid_and_mark(properties: Properties, zones: Zones) -> tuple[str, str]:
    """The UID, and the day of a repeating entry that this one speaks for; "" for what it lacks."""
    line = properties.first("RECURRENCE-ID")
    mark = ""
    if line is not None:
        try:
            mark = mark_of(zones.read(line))
        except RejectedRowError:
            mark = line.value.strip()[:100]
    return properties.text("UID"), mark


def _labelled(entry: Component, properties: Properties | None, reason: str) -> str:
    """A reason with the name of the entry, and of its file in a folder."""
    found = properties or Properties(replace(entry, raws=entry.raws[:50]))
    name = found.text("SUMMARY") or found.text("UID") or entry.name
    where = f"{entry.place}, " if entry.place else ""
    return f'{where}"{" ".join(name.split())[:60]}": {reason}'


def _plain(text: str) -> str:
    """A text as it is after it was in a calendar."""
    return unescape(escape(text)).strip()
