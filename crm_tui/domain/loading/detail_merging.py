"""Laying a row or card over a person who is there already, the days that matter and the ties to others included.

Of the days of a label a new one takes the place of the only old one; several are added. A tie that is not there yet is
only noted: who is meant is found out at the end of the load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.card_methods import Step, as_written
from crm_tui.domain.loading.drafts import Change, DetailedDraft, PersonDraft, Tie
from crm_tui.domain.loading.merging import Merger
from crm_tui.domain.loading.writer import PeopleWriter
from crm_tui.store.transaction import SqlValue, Transaction

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

REFERRER: Final = "\x00referred by"
"""The kind of a tie that is no relation: who brought the person."""
Whom = Callable[[Tie], Sequence[int]]
"""The people whom a tie can mean."""
Note = Callable[[int, Tie], None]
"""Notes a tie of a person until the end of the load."""


class DetailedMerger(Merger):
    """Compares drafts with stored people, their days and ties included."""

    def __init__(
        self, crm: Crm, writing: Transaction, source: str, writer: PeopleWriter, whom: Whom, note: Note
    ) -> None:
        super().__init__(crm, writing, source, writer)
        self._whom = whom
        self._note = note

    def changes(self, contact_id: int, draft: PersonDraft) -> tuple[Change, ...]:
        """What the row would change, ties not counted; they are noted where nothing else is to be done."""
        fitting = self._fitting(contact_id, draft)
        more = tuple(change for change, _ in self._steps(contact_id, fitting))
        # the base notes the external id only where nothing else is to be done
        found = more or super().changes(contact_id, fitting)
        if not found:
            self._note_ties(contact_id, draft)
        return found

    def apply(self, contact_id: int, draft: PersonDraft) -> tuple[Change, ...]:
        """Write what the row changes, and say what it was; ties are noted."""
        fitting = self._fitting(contact_id, draft)
        found = super().apply(contact_id, fitting)
        steps = list(self._steps(contact_id, fitting))
        for _, action in steps:
            action()
        self._note_ties(contact_id, draft)
        return (*found, *(change for change, _ in steps))

    def others(self, contact_id: int, tie: Tie) -> Sequence[int]:
        """The people whom a tie of a person can mean; nobody is tied to themselves."""
        return [each for each in self._whom(tie) if each != contact_id]

    def is_tied(self, contact_id: int, tie: Tie, others: Sequence[int]) -> bool:
        """Whether a person is tied so to one of these already."""
        if tie.kind == REFERRER:
            return self._writing.fetch("contacts", contact_id)["referred_by_id"] in others
        rows = self._crm.connection.execute(
            "SELECT other_id, kind FROM relations WHERE contact_id = ?", (contact_id,)
        )
        return any(other in others and as_written(kind) == as_written(tie.kind) for other, kind in rows)

    def _fitting(self, contact_id: int, draft: PersonDraft) -> PersonDraft:
        """The draft as it is to be compared."""
        return draft

    def _steps(self, contact_id: int, draft: PersonDraft) -> Iterator[Step]:
        if isinstance(draft, DetailedDraft):
            yield from self._dates(contact_id, draft)

    def _dates(self, contact_id: int, draft: DetailedDraft) -> Iterator[Step]:
        if not draft.dates:
            return
        rows = self._crm.connection.execute(
            "SELECT id, label, date FROM important_dates WHERE contact_id = ?", (contact_id,)
        ).fetchall()
        there = {(label_key(label), day) for _, label, day in rows}
        for label, day in draft.dates:
            key = label_key(label)
            if (key, day) in there:
                continue
            there.add((key, day))
            same = [(row_id, old) for row_id, known, old in rows if label_key(known) == key]
            if len(same) == 1 and sum(label_key(each) == key for each, _ in draft.dates) == 1:
                row_id, old = same[0]
                action = partial(self._writing.update, "important_dates", row_id, {"date": day})
                yield Change(label, old, day), action
            else:
                row: dict[str, SqlValue] = {"contact_id": contact_id, "label": label, "date": day}
                yield Change(label, "", day), partial(self._writing.insert, "important_dates", row)

    def _note_ties(self, contact_id: int, draft: PersonDraft) -> None:
        for tie in draft.ties if isinstance(draft, DetailedDraft) else ():
            # who brought somebody is one: of several the last counts, be it the one who is known
            if tie.kind == REFERRER or not self.is_tied(contact_id, tie, self.others(contact_id, tie)):
                self._note(contact_id, tie)


def label_key(label: str) -> str:
    """A label as it is compared."""
    return as_written(label).casefold()
