"""Loading interactions: known by kind, moment, summary and the people who took part.

People are added to an interaction, never taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from crm_tui.dates import local_day
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.keys import Keys
from crm_tui.domain.loading.lookups import Lookups, PersonRef
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.models import InteractionKind
from crm_tui.store.transaction import SqlValue
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction


class InteractionsKind(RecordKind):
    """Interactions.

    ``draft.columns`` may have: kind, direction, occurred_at, body, duration_minutes; ``draft.values``: contacts (a
    list of PersonRef), own_people (ids and names in an own export), deal (title or id), deal_own_id.
    """

    table: ClassVar[str] = "interactions"
    noun: ClassVar[str] = "interaction"
    named: ClassVar[str] = "summary"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "summary")

    def __init__(self, crm: Crm, writing: Transaction, rows: NewRows, lookups: Lookups) -> None:
        super().__init__(crm, writing, rows)
        self._lookups = lookups
        self._summaries: Keys | None = None

    def resolve(self, draft: RecordDraft) -> None:
        """Find who took part, and the deal; with a deal and nobody named, it happened with the deal's contact."""
        values = draft.values
        values["people"] = self._people(draft)
        deal: str | None = values.get("deal")
        if deal:
            known = [each for each in values["people"] if each is not None]
            values["deal_id"] = self._lookups.deal(deal, values.get("deal_own_id"), known)
            if not values["people"]:
                (contact,) = self.crm.connection.execute(
                    "SELECT contact_id FROM deals WHERE id = ?", (values["deal_id"],)
                ).fetchone()
                values["people"] = [] if contact is None else [contact]
        happened = draft.column("occurred_at")
        if happened and local_day(str(happened), self.crm.clock) > self.crm.clock.today:
            raise RejectedRowError("it is still to come; what is planned is a follow-up", "occurred_at")

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By kind, moment, summary and people."""
        people: Sequence[int | None] = draft.values["people"]
        happened = draft.column("occurred_at")
        if not happened or None in people:
            return [], "summary"
        wanted, wanted_key = {each for each in people if each is not None}, _summary_key(draft)
        stored = [
            row_id
            for row_id, summary in self._at(draft)
            if name_key(summary) == wanted_key and self._present(row_id).keys() == wanted
        ]
        return find(_mark(draft), stored), "summary"

    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """By the summary alone."""
        if self._summaries is None:
            self._summaries = Keys()
            for row_id, summary in self.crm.connection.execute("SELECT id, summary FROM interactions"):
                self._summaries.add((hash(name_key(summary)),), row_id)
        return find(draft.key, self._summaries.get(draft.key)) if draft.key else []

    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """What ``match`` looks for, and the summary."""
        yield _mark(draft)
        if draft.key:
            yield draft.key

    def create(self, draft: RecordDraft) -> int:
        """Log what happened."""
        happened = draft.column("occurred_at") or draft.created_at
        if not happened:
            raise RejectedRowError("nothing says when it happened", "occurred_at")
        if not draft.values["people"] and draft.values.get("deal_id") is None:
            raise RejectedRowError("nobody is named, and no deal", "contacts")
        people = self._made(draft)
        row: dict[str, SqlValue] = {
            "kind": _kind(draft),
            "direction": draft.column("direction"),
            "occurred_at": happened,
            "summary": draft.name or _usual(draft),
            "body": draft.column("body"),
            "duration_minutes": draft.column("duration_minutes"),
            "deal_id": draft.values.get("deal_id"),
            "created_at": draft.created_at or self.writing.stamp,
        }
        made = self.rows.add("interactions", row)
        for person in people:
            self.rows.add(
                "participants", {"interaction_id": made, "contact_id": person, "occurred_at": happened}
            )
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on an interaction."""
        row = self.writing.fetch("interactions", record_id)
        found = Difference(str(row["summary"]))
        if draft.name and draft.name != row["summary"]:
            found.columns["summary"] = draft.name
            found.note("summary", row["summary"], draft.name)
        self.compare_columns(row, draft, found)
        deal = draft.values.get("deal_id")
        if deal is not None and deal != row["deal_id"]:
            found.columns["deal_id"] = deal
            found.note("deal", self.shown("deals", row["deal_id"]), self.shown("deals", deal))
        present = self._present(record_id)
        happened = found.columns.get("occurred_at")
        if happened is not None:
            for participant in present.values():
                change = {"occurred_at": happened}
                found.actions.append(partial(self.writing.update, "participants", participant, change))
        missing = [each for each in draft.values["people"] if each not in present]
        if missing:
            shown = ";".join(ref.text for ref in draft.values.get("contacts", ()))
            found.note("contacts", "", shown)
            found.actions.append(
                lambda: self._join(record_id, draft, set(present), happened or row["occurred_at"])
            )
        return found

    def _people(self, draft: RecordDraft) -> list[int | None]:
        own: tuple[list[int], str] | None = draft.values.get("own_people")
        if own is not None:
            known = self._lookups.own_ids("contacts", "name", *own)
            if known is not None:
                return [*dict.fromkeys(known)]
        refs: Sequence[PersonRef] = draft.values.get("contacts", ())
        found = [self._lookups.person(ref, None, "contacts") for ref in refs]
        # those to be made stay each on its own
        return [each for place, each in enumerate(found) if each is None or each not in found[:place]]

    def _made(self, draft: RecordDraft) -> list[int]:
        """Who took part, those who were missing made."""
        people: Sequence[int | None] = draft.values["people"]
        if None in people:
            refs: Sequence[PersonRef] = draft.values["contacts"]
            draft.values["people"] = [*dict.fromkeys(self._lookups.make_person(ref) for ref in refs)]
        return [each for each in draft.values["people"] if each is not None]

    def _join(self, record_id: int, draft: RecordDraft, present: set[int], happened: SqlValue) -> None:
        for person in self._made(draft):
            if person not in present:
                self.writing.insert(
                    "participants",
                    {"interaction_id": record_id, "contact_id": person, "occurred_at": happened},
                )

    def _at(self, draft: RecordDraft) -> list[tuple[int, str]]:
        rows = self.crm.connection.execute(
            "SELECT id, summary FROM interactions WHERE occurred_at = ? AND kind = ?",
            (draft.column("occurred_at"), _kind(draft)),
        )
        return rows.fetchall()

    def _present(self, record_id: int) -> dict[int, int]:
        """The participants, by contact."""
        rows = self.crm.connection.execute(
            "SELECT contact_id, id FROM participants WHERE interaction_id = ?", (record_id,)
        )
        return dict(rows.fetchall())


def _kind(draft: RecordDraft) -> str:
    return str(draft.column("kind") or InteractionKind.NOTE.value)


def _usual(draft: RecordDraft) -> str:
    """The summary of what came without words."""
    return _kind(draft).capitalize()


def _summary_key(draft: RecordDraft) -> str:
    return draft.key or name_key(_usual(draft))


def _mark(draft: RecordDraft) -> str:
    people = ",".join(str(each) for each in sorted(each or 0 for each in draft.values["people"]))
    return f"{_kind(draft)}|{draft.column('occurred_at')!s}|{_summary_key(draft)}|{people}"
