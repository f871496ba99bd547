"""Loading people from cards: as from rows, and what a card says besides.

Besides the fields of a row a card has days that matter, ties to other cards, labels and preferences of its methods,
and lines that no field holds. A card without UID that tells nobody apart by its methods is known by its name when
everything it says of how to reach the person is there already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import card_ids, kept
from crm_tui.domain.loading.card_methods import Step, altered_methods, as_written, method_steps
from crm_tui.domain.loading.drafts import Change, OnMatch, Outcome, PersonDraft, Report, Verdict
from crm_tui.domain.loading.merging import Merger
from crm_tui.domain.loading.people import PeopleLoader
from crm_tui.store.transaction import SqlValue, Transaction

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.card_methods import Step, altered_methods, as_written, method_steps

REFERRER: Final = "\x00referred by"
"""The kind of a tie that is no relation: who brought the person."""
NAMELESS: Final = "?"
_BATCH: Final = 2000
_COLUMNS: Final = frozenset({
    "given_name", "family_name", "title", "lifecycle", "source", "birthday", "language", "timezone", "cadence_days",
    "last_contacted_base_on", "opted_out_on", "note", "archived_at", "external_id", "label", "created_at",
})  # fmt: skip


class Tie(NamedTuple):
    """That another card's person is this one's ``kind``; ``line`` says it where the other is not known."""

    kind: str
    uid: str
    line: str


@dataclass(slots=True)
class CardDraft(PersonDraft):
    """A card about a person, checked.

    Attributes:
        dates: label and day of those that matter.
        ties: to other cards.
        kept: what no field holds, see ``crm_tui.domain.kept``.
        preferred: kind of method -> match key or value of the one that the card prefers.
        own_id: the contact that the program itself wrote the card of.
    """

    dates: Sequence[tuple[str, str]] = ()
    ties: Sequence[Tie] = ()
    kept: str = ""
    preferred: Mapping[str, str] = field(default_factory=dict)
    own_id: int | None = None


class CardLoader(PeopleLoader):
    """Takes drafts of cards one by one; ``finish`` completes the load."""

    def __init__(
        self,
        crm: Crm,
        writing: Transaction,
        report: Report,
        *,
        source: str = card_ids.SOURCE,
        custom: bool = False,
        on_match: OnMatch = OnMatch.UPDATE,
        key: str | None = None,
    ) -> None:
        columns: Set[str] = _COLUMNS | {"custom"} if custom else _COLUMNS
        super().__init__(crm, writing, self._note, source=source, columns=columns, on_match=on_match, key=key)
        self._outside = report
        self._source = source
        self._current: PersonDraft | None = None
        self._new: list[tuple[int, CardDraft]] = []
        self._ties: list[tuple[int, Tie]] = []
        self._merger = CardMerger(crm, writing, source, self._writer)
        self._merger.ties = self._ties

    def take(self, draft: PersonDraft) -> None:
        """Match one card and write it, or keep it until the others about the same person are known.

        Raises:
            RejectedRowError: the card cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        self._current = draft
        super().take(draft)
        if len(self._new) >= _BATCH:
            self._write_new()

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        notices = super().finish()
        self._write_new()
        for contact_id, tie in self._ties:
            self._tie(contact_id, tie)
        return notices

    def _note(self, outcome: Outcome) -> None:
        """Keep what a new person's card says besides; pass the outcome on."""
        draft = self._current
        if outcome.verdict is Verdict.NEW and isinstance(draft, CardDraft) and outcome.id is not None:
            if draft.dates or draft.kept:
                self._new.append((outcome.id, draft))
            self._ties.extend((outcome.id, each) for each in draft.ties)
        self._outside(outcome)

    def _match(self, draft: PersonDraft) -> int | None:
        if isinstance(draft, CardDraft) and draft.own_id is not None and self._key is None:
            return draft.own_id
        return super()._match(draft)

    def _by_name(self, draft: PersonDraft, folded: str) -> int | None:
        found = super()._by_name(draft, folded)
        keyed = next((each for each in draft.methods if each.normal), None)
        if found is not None or draft.external is not None or draft.workplace or keyed is None:
            return found
        self._writer.make_indexes()
        rows = self._crm.connection.execute(
            "SELECT p.id FROM contact_methods m CROSS JOIN contacts p ON p.id = m.contact_id"
            " WHERE m.normal = ? AND m.kind = ? AND p.name_key = ? AND p.name = ? AND p.company_id IS NULL"
            " ORDER BY p.id",
            (keyed.normal, keyed.kind, folded, draft.name),
        ).fetchall()
        said = {(each.kind, each.normal or each.value) for each in draft.methods}
        return next((each for (each,) in rows if said <= self._reached(each)), None)

    def _reached(self, contact_id: int) -> set[tuple[str, str]]:
        rows = self._crm.connection.execute(
            "SELECT kind, coalesce(normal, value) FROM contact_methods WHERE contact_id = ?", (contact_id,)
        )
        return {(kind, key) for kind, key in rows}

    def _update(self, contact_id: int, draft: PersonDraft) -> None:
        waiting = self._waiting.get(contact_id)
        if waiting is not None and isinstance(waiting[0], CardDraft) and isinstance(draft, CardDraft):
            _lay_over(waiting[0], draft)
        super()._update(contact_id, draft)

    def _settle_waiting(self) -> None:
        if self._waiting:
            self._write_new()
        super()._settle_waiting()

    def _write_new(self) -> None:
        """Write what hangs on new people, in bulk."""
        if not self._new:
            return
        self._writer.flush()
        self._bulk(
            "important_dates",
            ("contact_id", "label", "date"),
            [(made, *day) for made, draft in self._new for day in draft.dates],
        )
        self._bulk(
            "kept_lines",
            ("entity_id", "lines", "entity", "format"),
            [(made, draft.kept, "contacts", "vcard") for made, draft in self._new if draft.kept],
        )
        self._new.clear()

    def _bulk(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[SqlValue, ...]]) -> None:
        if not rows:
            return
        writing = self._writing
        first = writing.mint(table, len(rows))
        stamps = {"created_at": writing.stamp, "updated_at": writing.stamp}
        numbered = [(first + place, *row) for place, row in enumerate(rows)]
        writing.insert_many(table, ("id", *columns), numbered, stamps)
        writing.record_range(table, first, first + len(rows) - 1)

    def _tie(self, contact_id: int, tie: Tie) -> None:
        """Tie a person to the one of another card; keep the line where that one is not known."""
        other = card_ids.meant(self._crm, "contacts", tie.uid, self._source)
        if other is None or other == contact_id:
            _, old = kept.read(self._crm.connection, "contacts", contact_id)
            lines = kept.packed([*kept.blocks(old), *kept.blocks(tie.line)])
            kept.write(self._writing, "contacts", contact_id, lines)
        elif tie.kind == REFERRER:
            self._writing.update("contacts", contact_id, {"referred_by_id": other})
        elif not _is_tied(self._crm, contact_id, tie.kind, other):
            row: dict[str, SqlValue] = {"contact_id": contact_id, "other_id": other, "kind": tie.kind}
            self._writing.insert("relations", row)


class CardMerger(Merger):
    """Compares drafts of cards with stored people, with all that a card says."""

    ties: list[tuple[int, Tie]]

    def changes(self, contact_id: int, draft: PersonDraft) -> tuple[Change, ...]:
        """What the card would change."""
        fitting = self._fitting(contact_id, draft)
        more = tuple(change for change, _ in self._steps(contact_id, fitting))
        # the base notes the external id only where nothing else is to be done
        return more or super().changes(contact_id, fitting)

    def apply(self, contact_id: int, draft: PersonDraft) -> tuple[Change, ...]:
        """Write what the card changes, and say what it was."""
        fitting = self._fitting(contact_id, draft)
        found = super().apply(contact_id, fitting)
        steps = list(self._steps(contact_id, fitting))
        for _, action in steps:
            action()
        return (*found, *(change for change, _ in steps))

    def _fitting(self, contact_id: int, draft: PersonDraft) -> PersonDraft:
        """The draft without what differs only because a card cannot hold it."""
        row = self._writing.fetch("contacts", contact_id)
        name = str(row["name"])
        company = self._writer.company_names.get(int(str(row["company_id"])), "") if row["company_id"] else ""
        altered = altered_methods(self._writing, "contact", contact_id)
        custom = json.loads(str(row["custom"])) if draft.custom else {}
        return replace(
            draft,
            name=name if draft.name == (as_written(name) or NAMELESS) else draft.name,
            company=company if company and draft.company == as_written(company) else draft.company,
            columns={
                column: old if isinstance(old, str) and as_written(old) == value else value
                for column, value in draft.columns.items()
                for old in (row.get(column),)
            },
            custom={
                key: old if isinstance(old, str) and as_written(old) == value else value
                for key, value in draft.custom.items()
                for old in (custom.get(key),)
            },
            methods=[each for each in draft.methods if (each.kind, each.value) not in altered],
        )

    def _steps(self, contact_id: int, draft: PersonDraft) -> Iterator[Step]:
        if isinstance(draft, CardDraft):
            yield from self._dates(contact_id, draft)
            yield from method_steps(self._writing, "contact", contact_id, draft.methods, draft.preferred)
            yield from self._tied(contact_id, draft)
            yield from self._kept(contact_id, draft)

    def _dates(self, contact_id: int, draft: CardDraft) -> Iterator[Step]:
        if not draft.dates:
            return
        rows = self._crm.connection.execute(
            "SELECT id, label, date FROM important_dates WHERE contact_id = ?", (contact_id,)
        ).fetchall()
        there = {(_key(label), day) for _, label, day in rows}
        for label, day in draft.dates:
            key = _key(label)
            if (key, day) in there:
                continue
            there.add((key, day))
            same = [(row_id, old) for row_id, known, old in rows if _key(known) == key]
            if len(same) == 1 and sum(_key(each) == key for each, _ in draft.dates) == 1:
                row_id, old = same[0]
                action = partial(self._writing.update, "important_dates", row_id, {"date": day})
                yield Change(label, old, day), action
            else:
                row: dict[str, SqlValue] = {"contact_id": contact_id, "label": label, "date": day}
                yield Change(label, "", day), partial(self._writing.insert, "important_dates", row)

    def _tied(self, contact_id: int, draft: CardDraft) -> Iterator[Step]:
        stored = kept.blocks(kept.read(self._crm.connection, "contacts", contact_id)[1]) if draft.ties else ()
        for tie in draft.ties:
            other = card_ids.meant(self._crm, "contacts", tie.uid, self._source)
            if other is None:
                known = set(kept.blocks(tie.line)) <= set(stored)
            elif tie.kind == REFERRER:
                row = self._writing.fetch("contacts", contact_id)
                known = row["referred_by_id"] == other
            else:
                known = _is_tied(self._crm, contact_id, tie.kind, other)
            if not known and other != contact_id:
                what = "referred_by" if tie.kind == REFERRER else tie.kind
                yield Change(what, "", tie.uid), partial(self.ties.append, (contact_id, tie))

    def _kept(self, contact_id: int, draft: CardDraft) -> Iterator[Step]:
        _, old = kept.read(self._crm.connection, "contacts", contact_id)
        new = kept.merged(old, draft.kept)
        if new != old:
            action = partial(kept.write, self._writing, "contacts", contact_id, new)
            yield Change("other properties", old, new), action


def _lay_over(draft: CardDraft, later: CardDraft) -> None:
    """Lay what a later card about the same person says besides over an earlier one."""
    labels = {_key(label) for label, _ in later.dates}
    draft.dates = [*(each for each in draft.dates if _key(each[0]) not in labels), *later.dates]
    draft.ties = [*draft.ties, *later.ties]
    draft.kept = kept.merged(draft.kept, later.kept)
    draft.preferred = {**draft.preferred, **later.preferred}


def _is_tied(crm: Crm, contact_id: int, kind: str, other: int) -> bool:
    rows = crm.connection.execute(
        "SELECT kind FROM relations WHERE contact_id = ? AND other_id = ?", (contact_id, other)
    )
    return any(as_written(each) == kind for (each,) in rows)


def _key(label: str) -> str:
    return as_written(label).casefold()
