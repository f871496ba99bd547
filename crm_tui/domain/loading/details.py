"""Loading what people have beside their own columns: days that matter, and ties to other people.

A tie is looked up at the end, when everybody of the load is there. It becomes a relation where exactly one other person
is meant, and is kept as a line of a card where nobody or several are; that line goes once the person is found.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Final

from crm_tui.domain import kept
from crm_tui.domain.loading.detail_merging import REFERRER, DetailedMerger, label_key
from crm_tui.domain.loading.drafts import (
    Change,
    DetailedDraft,
    OnMatch,
    Outcome,
    PersonDraft,
    Report,
    Tie,
    Verdict,
)
from crm_tui.domain.loading.later import Said
from crm_tui.domain.loading.lookups import Lookups, person_ref
from crm_tui.domain.loading.people import PeopleLoader
from crm_tui.store.transaction import SqlValue, Transaction

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_BATCH: Final = 2000
_NAMED: Final = 3


class DetailedLoader(PeopleLoader, ABC):
    """Takes drafts with details one by one; ``finish`` completes the load."""

    def __init__(
        self,
        crm: Crm,
        writing: Transaction,
        report: Report,
        *,
        source: str,
        columns: Set[str],
        on_match: OnMatch = OnMatch.UPDATE,
        key: str | None = None,
    ) -> None:
        super().__init__(crm, writing, self._note, source=source, columns=columns, on_match=on_match, key=key)
        self._outside = report
        self._source = source
        self._current: PersonDraft | None = None
        self._new: list[tuple[int, DetailedDraft]] = []
        self._detailed = self._merger_of(crm, writing)
        self._merger = self._detailed
        # each once, however often it was noted
        self._unknown: set[int] = set()
        self._unknown_names: list[str] = []

    @abstractmethod
    def whom(self, tie: Tie) -> Sequence[int]:
        """The people whom a tie can mean."""

    def take(self, draft: PersonDraft) -> None:
        """Match one row and write it, or keep it until the others about the same person are known.

        Raises:
            RejectedRowError: the row cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        self._current = draft
        super().take(draft)
        if len(self._new) >= _BATCH:
            self._write_new()

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        self._write_new()
        return super().finish()

    def _merger_of(self, crm: Crm, writing: Transaction) -> DetailedMerger:
        return DetailedMerger(crm, writing, self._source, self._writer, self.whom, self._later.note)

    def _note(self, outcome: Outcome) -> None:
        """Keep what a new person's row says besides; pass the outcome on."""
        draft = self._current
        if outcome.verdict is Verdict.NEW and isinstance(draft, DetailedDraft) and outcome.id is not None:
            if self._says_more(draft):
                self._new.append((outcome.id, draft))
            for each in draft.ties:
                self._later.note(outcome.id, each, made=True)
        self._outside(outcome)

    def _says_more(self, draft: DetailedDraft) -> bool:
        """Whether more than ties is to be written with a new person."""
        return bool(draft.dates)

    def _update(self, contact_id: int, draft: PersonDraft) -> None:
        waiting = self._waiting.get(contact_id)
        if waiting is not None and isinstance(waiting[0], DetailedDraft) and isinstance(draft, DetailedDraft):
            self._lay_over(waiting[0], draft)
        super()._update(contact_id, draft)

    def _lay_over(self, draft: DetailedDraft, later: DetailedDraft) -> None:
        """Lay what a later row about the same person says besides over an earlier one."""
        labels = {label_key(label) for label, _ in later.dates}
        draft.dates = [*(each for each in draft.dates if label_key(each[0]) not in labels), *later.dates]
        draft.ties = [*draft.ties, *later.ties]

    def _settle_waiting(self) -> None:
        if self._waiting:
            self._write_new()
        super()._settle_waiting()

    def _write_new(self) -> None:
        """Write what hangs on new people, in bulk."""
        if self._new:
            self._writer.flush()
            self._write_details(self._new)
            self._new.clear()

    def _write_details(self, new: Sequence[tuple[int, DetailedDraft]]) -> None:
        self._bulk(
            "important_dates",
            ("contact_id", "label", "date"),
            [(made, *day) for made, draft in new for day in draft.dates],
        )

    def _bulk(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[SqlValue, ...]]) -> None:
        if not rows:
            return
        writing = self._writing
        first = writing.mint(table, len(rows))
        stamps = {"created_at": writing.stamp, "updated_at": writing.stamp}
        numbered = [(first + place, *row) for place, row in enumerate(rows)]
        writing.insert_many(table, ("id", *columns), numbered, stamps)
        writing.record_range(table, first, first + len(rows) - 1)

    def _settle_said(self, said: Sequence[Said]) -> Mapping[int, list[Change]]:
        """Tie people to other ones as well; keep the lines of those who are not known."""
        changes = defaultdict(list, super()._settle_said(said))
        relations: dict[tuple[int, int, str], None] = {}
        lines: dict[int, list[kept.Block]] = {}
        for contact_id, tie, made in _with_last_referrers(said):
            if isinstance(tie, Tie) and self._tie(contact_id, tie, relations, lines) and not made:
                shown = "referred_by" if tie.kind == REFERRER else tie.kind
                changes[contact_id].append(Change(shown, "", tie.other))
        self._bulk("relations", ("contact_id", "other_id", "kind"), list(relations))
        self._keep(lines)
        return changes

    def _tie(
        self,
        contact_id: int,
        tie: Tie,
        relations: dict[tuple[int, int, str], None],
        lines: dict[int, list[kept.Block]],
    ) -> bool:
        """Tie a person to another one, or keep the line that says it; returns whether that changes anything.

        Relations to be made are put into ``relations``, the lines that are to be kept with people into ``lines``.
        """
        found = self._detailed.others(contact_id, tie)
        if contact_id not in lines:
            lines[contact_id] = kept.blocks(kept.read(self._crm.connection, "contacts", contact_id)[1])
        blocks, line = lines[contact_id], kept.blocks(tie.line)
        is_tied = self._detailed.is_tied(contact_id, tie, found)
        if len(found) != 1 and not is_tied:
            self._note_unknown(contact_id, tie)
            lines[contact_id] = [*blocks, *line]
            return not set(line) <= set(blocks)
        lines[contact_id] = [each for each in blocks if each not in line]
        if is_tied:
            return lines[contact_id] != blocks
        if tie.kind == REFERRER:
            self._writing.update("contacts", contact_id, {"referred_by_id": found[0]})
            return True
        relation = (contact_id, found[0], tie.kind)
        is_new = relation not in relations
        relations[relation] = None
        return is_new

    def _keep(self, lines: Mapping[int, Sequence[kept.Block]]) -> None:
        """Write the lines that are kept with people, in bulk where there were none."""
        new = []
        for contact_id, blocks in lines.items():
            row_id, _ = kept.read(self._crm.connection, "contacts", contact_id)
            if row_id is not None:
                kept.write(self._writing, "contacts", contact_id, kept.packed(blocks))
            elif blocks:
                new.append((contact_id, kept.packed(blocks)))
        self._bulk_lines(new)

    def _bulk_lines(self, new: Sequence[tuple[int, str]]) -> None:
        self._bulk(
            "kept_lines",
            ("entity_id", "lines", "entity", "format"),
            [(contact_id, lines, "contacts", "vcard") for contact_id, lines in new],
        )

    def _note_unknown(self, contact_id: int, tie: Tie) -> None:
        self._unknown.add(hash((contact_id, tie)))
        if len(self._unknown_names) <= _NAMED and tie.other not in self._unknown_names:
            self._unknown_names.append(tie.other)


def _with_last_referrers(said: Sequence[Said]) -> list[Said]:
    """What was said, of those who are said to have brought a person only the last."""
    last: dict[int, Said] = {}
    for each in said:
        if isinstance(each.what, Tie) and each.what.kind == REFERRER:
            known = last.get(each.record_id)
            if known is None or known.what.other != each.what.other:
                last[each.record_id] = each
    referrers = {id(each) for each in last.values()}
    return [
        each
        for each in said
        if not isinstance(each.what, Tie) or each.what.kind != REFERRER or id(each) in referrers
    ]


class NamedLoader(DetailedLoader):
    """Of a table, in which other people are called by e-mail or by their whole name."""

    def whom(self, tie: Tie) -> Sequence[int]:
        """The people of that e-mail or name."""
        return Lookups(self._crm, "").called(person_ref(tie.other))

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        notices = super().finish()
        if self._unknown:
            names = [f'"{each[:60]}"' for each in self._unknown_names]
            listed = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
            count = len(self._unknown)
            head, tail = (
                ("1 relation names", "It is") if count == 1 else (f"{count:,} relations name", "They are")
            )
            notices.append(
                f"{head} nobody here, or several people: {listed}. {tail} kept with the person, and in their vCard."
            )
        return notices
