"""Loading people from cards: as from rows, and what a card says besides.

Besides the fields of a row, days and ties a card has labels and preferences of its methods, and lines that no field
holds. A card without UID that tells nobody apart by its methods is known by its name when everything it says of how
to reach the person is there already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from crm_tui.domain import card_ids, kept
from crm_tui.domain.loading.card_methods import Step, altered_methods, as_written, method_steps
from crm_tui.domain.loading.detail_merging import DetailedMerger
from crm_tui.domain.loading.details import DetailedLoader
from crm_tui.domain.loading.drafts import Change, DetailedDraft, OnMatch, PersonDraft, Report, Tie
from crm_tui.store.transaction import Transaction

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

NAMELESS: Final = "?"
_COLUMNS: Final = frozenset({
    "given_name", "family_name", "title", "lifecycle", "source", "birthday", "language", "timezone", "cadence_days",
    "last_contacted_base_on", "opted_out_on", "note", "archived_at", "external_id", "label", "created_at",
})  # fmt: skip


@dataclass(slots=True)
class CardDraft(DetailedDraft):
    """A card about a person, checked.

    Attributes:
        kept: what no field holds, see ``crm_tui.domain.kept``.
        preferred: kind of method -> match key or value of the one that the card prefers.
        own_id: the contact that the program itself wrote the card of.
    """

    kept: str = ""
    preferred: Mapping[str, str] = field(default_factory=dict)
    own_id: int | None = None


class CardLoader(DetailedLoader):
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
        super().__init__(crm, writing, report, source=source, columns=columns, on_match=on_match, key=key)

    def whom(self, tie: Tie) -> Sequence[int]:
        """The person of the card with that UID."""
        found = card_ids.meant(self._crm, "contacts", tie.other, self._source)
        return () if found is None else (found,)

    def _merger_of(self, crm: Crm, writing: Transaction) -> DetailedMerger:
        return CardMerger(crm, writing, self._source, self._writer, self.whom, self._later.note)

    def _says_more(self, draft: DetailedDraft) -> bool:
        return super()._says_more(draft) or (isinstance(draft, CardDraft) and bool(draft.kept))

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

    def _lay_over(self, draft: DetailedDraft, later: DetailedDraft) -> None:
        super()._lay_over(draft, later)
        if isinstance(draft, CardDraft) and isinstance(later, CardDraft):
            draft.kept = kept.merged(draft.kept, later.kept)
            draft.preferred = {**draft.preferred, **later.preferred}

    def _write_details(self, new: Sequence[tuple[int, DetailedDraft]]) -> None:
        super()._write_details(new)
        self._bulk_lines(
            [(made, draft.kept) for made, draft in new if isinstance(draft, CardDraft) and draft.kept]
        )


class CardMerger(DetailedMerger):
    """Compares drafts of cards with stored people, with all that a card says."""

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
            yield from self._kept(contact_id, draft)

    def _kept(self, contact_id: int, draft: CardDraft) -> Iterator[Step]:
        _, old = kept.read(self._crm.connection, "contacts", contact_id)
        stored, said = set(kept.blocks(old)), kept.blocks(draft.kept)
        # lines of ties stand among the others, which come in their place
        ties = [block for tie in draft.ties for block in kept.blocks(tie.line) if block in stored]
        new = kept.merged(old, kept.packed([*said, *ties]) if said else "")
        if new != old:
            action = partial(kept.write, self._writing, "contacts", contact_id, new)
            yield Change("other properties", old, new), action
