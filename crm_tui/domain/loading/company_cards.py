"""Loading companies from cards: as from rows, with labels, preferences and the lines that no field holds.

``draft.values`` may have: preferred (kind of method -> the one that the card prefers), kept (texts as
``crm_tui.domain.kept`` packs them).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, TypeVar

from crm_tui.domain import kept
from crm_tui.domain.loading.card_methods import Step, altered_methods, as_written, method_steps
from crm_tui.domain.loading.cards import NAMELESS
from crm_tui.domain.loading.companies import CompanyKind
from crm_tui.domain.loading.records import Difference, RecordDraft
from crm_tui.store.transaction import Row

V = TypeVar("V")
_OWNER: Final = "company"


class CompanyCards(CompanyKind):
    """Companies as cards."""

    def create(self, draft: RecordDraft) -> int:
        """Make a company with what its card says besides."""
        made = super().create(draft)
        if lines := _lines("", draft):
            row: Row = {"entity": self.table, "entity_id": made, "format": "vcard", "lines": lines}
            self.rows.add("kept_lines", row)
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the card changes on a company."""
        draft = self._fitting(record_id, draft)
        found = super().compare(record_id, draft)
        found.shown += [change for change, _ in self._steps(record_id, draft)]

        def write() -> None:
            # a method that came with the card is there by now
            for _, action in list(self._steps(record_id, draft)):
                action()

        found.actions.append(write)
        return found

    def _steps(self, record_id: int, draft: RecordDraft) -> Iterator[Step]:
        preferred = draft.values.get("preferred", {})
        yield from method_steps(self.writing, _OWNER, record_id, draft.methods, preferred)
        _, old = kept.read(self.crm.connection, self.table, record_id)
        new = _lines(old, draft)
        if new != old:
            change = Difference("")
            change.note("other properties", old, new)
            yield change.shown[0], lambda: kept.write(self.writing, self.table, record_id, new)

    def _fitting(self, record_id: int, draft: RecordDraft) -> RecordDraft:
        """The draft without what differs only because a card cannot hold it."""
        row = self.writing.fetch(self.table, record_id)
        name, key = draft.name, draft.key
        if name == (as_written(str(row["name"])) or NAMELESS):
            name, key = str(row["name"]), str(row["name_key"])
        custom = json.loads(str(row["custom"])) if draft.custom else {}
        altered = altered_methods(self.writing, _OWNER, record_id)
        parent = self.shown(self.table, row["parent_id"])
        values = dict(draft.values)
        if parent and values.get("parent") == as_written(parent):
            values["parent"] = parent
        return replace(
            draft,
            name=name,
            key=key,
            columns={each: _same(row.get(each), value) for each, value in draft.columns.items()},
            custom={each: _same(custom.get(each), value) for each, value in draft.custom.items()},
            methods=[each for each in draft.methods if (each.kind, each.value) not in altered],
            values=values,
        )


def _same(old: Any, value: V) -> V | str:
    """The stored text where a card holds it as this one."""
    return old if isinstance(old, str) and as_written(old) == value else value


def _lines(old: str, draft: RecordDraft) -> str:
    """The kept lines after the cards that say something of the company, in their order."""
    for each in draft.values.get("kept", ()):
        old = kept.merged(old, each)
    return old
