"""Taking rows about records that are no people: each row finds the record it means, or becomes a new one.

A record is matched by the external id of its source first, then by what its kind is known by; two matches reject
the row, and a record that the row's own source knows under another id is another record. Rows that mean the same
record are applied together, the later over the earlier, and compared with what is stored: so the same file loaded
twice changes nothing, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from crm_tui.domain.loading.drafts import OnMatch, Outcome, RejectedRowError, Report, Verdict
from crm_tui.domain.loading.keys import Keys
from crm_tui.domain.loading.later import Later
from crm_tui.domain.loading.records import RecordDraft, RecordKind
from crm_tui.errors import ConflictError, CrmError

_WAITING: Final = 20_000


class RecordLoader:
    """Takes drafts one by one; ``finish`` completes the load.

    Args:
        kind: what the rows are.
        report: is told what became of each row.
        source: where external ids are from.
        on_match: what happens to a row whose record is there already.
        key: the one field to match by.
    """

    def __init__(
        self, kind: RecordKind, report: Report, *, source: str, on_match: OnMatch, key: str | None = None
    ) -> None:
        self._kind = kind
        self._crm = kind.crm
        self._rows = kind.rows
        self._later = kind.later = Later(report)
        self._report = self._later.tell
        self._source = source
        self._on_match = on_match
        self._key = key
        self._keys = Keys()
        self._made: set[int] = set()
        self._without_external: set[int] = set()
        self._met: set[int] = set()
        self._waiting: dict[int, tuple[RecordDraft, list[int]]] = {}

    def take(self, draft: RecordDraft) -> None:
        """Match one row and write it, or keep it until the others about the same record are known.

        Raises:
            RejectedRowError: the row cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        self._kind.resolve(draft)
        found = None if self._on_match is OnMatch.CREATE else self._match(draft)
        if found is None:
            self._create(draft)
        elif self._on_match is OnMatch.UPDATE:
            self._update(found, draft)
        elif self._on_match is OnMatch.SKIP:
            self._report(Outcome(draft.line, Verdict.SKIPPED, draft.name, found))
        else:
            raise ConflictError(
                f"Line {draft.line}: {draft.name or 'the row'} is there already,"
                f" as {self._kind.noun} {found}.",
                "Nothing was imported; use --on-match update or skip.",
            )
        self._later.pack()

    def finish(self) -> list[str]:
        """Write what is waiting and complete the load; returns notices."""
        self._settle_waiting()
        self._rows.complete()
        self._later.settle(self._kind.settle)
        return self._kind.finish()

    def _create(self, draft: RecordDraft) -> None:
        made = self._kind.create(draft)
        self._made.add(made)
        self._keys.add([hash(mark) for mark in self._kind.marks(draft)], made)
        if draft.external is None:
            self._without_external.add(made)
        self._link(made, draft)
        self._report(Outcome(draft.line, Verdict.NEW, draft.name, made))

    def _match(self, draft: RecordDraft) -> int | None:
        if draft.own_id is not None:
            return draft.own_id
        kind = self._kind
        if self._key is not None:
            if not (draft.external if self._key == "external_id" else draft.column(self._key) or draft.key):
                # without the key every import would make it anew
                raise RejectedRowError(f"the row has no {self._key.replace('_', ' ')} to match by", self._key)
            if self._key == "external_id":
                return self._external(draft.external or "")
            found, what = kind.by_key(draft, self._key, self._find), self._key.replace("_", " ")
        else:
            known = None if draft.external is None else self._external(draft.external)
            if known is not None:
                return known

            def find(key: str, stored: Iterable[int]) -> list[int]:
                return [each for each in self._find(key, stored) if not self._is_stranger(each, draft)]

            found, what = kind.match(draft, find, self._in_this_file)
        if len(found) > 1:
            raise RejectedRowError(f"the {what} is that of {self._listed(found)}", kind.named)
        return found[0] if found else None

    def _find(self, key: str, stored: Iterable[int]) -> list[int]:
        return sorted({*self._keys.get(key), *stored})

    def _external(self, external: str) -> int | None:
        known = self._keys.get(f"x{external}")
        if known:
            return known[0]
        row = self._crm.connection.execute(
            "SELECT entity_id FROM external_refs WHERE entity = ? AND source = ? AND key = ?",
            (self._kind.table, self._source, external),
        ).fetchone()
        return int(row[0]) if row else None

    def _is_stranger(self, record_id: int, draft: RecordDraft) -> bool:
        """Whether the source knows the record under another id."""
        if draft.external is None:
            return False
        if record_id in self._made:
            return record_id not in self._without_external
        rows = self._crm.connection.execute(
            "SELECT key FROM external_refs WHERE entity = ? AND entity_id = ? AND source = ?",
            (self._kind.table, record_id, self._source),
        ).fetchall()
        return bool(rows)

    def _in_this_file(self, record_id: int) -> bool:
        return record_id in self._made or record_id in self._met

    def _listed(self, found: Sequence[int]) -> str:
        return ", ".join(f"{self._kind.name_of(each)} ({each})" for each in found[:5])

    def _update(self, record_id: int, draft: RecordDraft) -> None:
        self._met.add(record_id)
        self._keys.add([hash(mark) for mark in self._kind.marks(draft)], record_id)
        if draft.external is not None:
            self._without_external.discard(record_id)
        waiting = self._waiting.get(record_id)
        if waiting is not None:
            waiting[0].lay_over(draft)
            waiting[1].append(draft.line)
            self._link(record_id, draft)
            return
        # one made in this load is compared once it is written
        if record_id not in self._made:
            found = self._kind.compare(record_id, draft)
            if not found.shown:
                self._link(record_id, draft)
                self._report(Outcome(draft.line, Verdict.SAME, found.name, record_id))
                return
        self._link(record_id, draft)
        self._waiting[record_id] = (draft, [draft.line])
        if len(self._waiting) >= _WAITING:
            self._settle_waiting()

    def _settle_waiting(self) -> None:
        if not self._waiting:
            return
        self._rows.complete()
        for record_id, (draft, lines) in self._waiting.items():
            try:
                found = self._kind.compare(record_id, draft)
                self._kind.apply(record_id, found)
            except (CrmError, RejectedRowError) as error:
                reason = error.reason if isinstance(error, RejectedRowError) else error.message.rstrip(".")
                for line in lines:
                    self._report(Outcome(line, Verdict.REJECTED, draft.name, record_id, reason=reason))
                continue
            verdict = Verdict.CHANGED if found.shown else Verdict.SAME
            for line in lines:
                self._report(Outcome(line, verdict, found.name, record_id, tuple(found.shown)))
        self._waiting.clear()
        self._rows.complete()
        self._crm.settle(self._kind.writing)

    def _link(self, record_id: int, draft: RecordDraft) -> None:
        """Note under which id the source knows the record."""
        if draft.external is None or self._external(draft.external) is not None:
            return
        self._keys.add([hash(f"x{draft.external}")], record_id)
        self._rows.add(
            "external_refs",
            {
                "source": self._source,
                "key": draft.external,
                "entity": self._kind.table,
                "entity_id": record_id,
            },
        )
