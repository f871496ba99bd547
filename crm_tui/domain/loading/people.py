"""Loading people: each row finds the person it means, or becomes a new one.

A person is matched by external id, then e-mail, then phone, then name and company. A shared address (info@) never
identifies anybody; a phone does only together with a name that can be the same person's; two matches reject the row.
A record that the row's own source knows under another id is another person.

Rows that mean the same record are applied together, the later over the earlier, and compared with what is stored:
so the same file loaded twice changes nothing, whatever is in it. Who brought somebody is found out at the end, when
everybody of the load is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import (
    Change,
    Method,
    OnMatch,
    Outcome,
    PersonDraft,
    Referral,
    RejectedRowError,
    Report,
    Verdict,
)
from crm_tui.domain.loading.keys import Keys, Stored, compatible
from crm_tui.domain.loading.later import Later, LeftOut, Said
from crm_tui.domain.loading.merging import Merger, merge_into
from crm_tui.domain.loading.writer import PeopleWriter
from crm_tui.errors import ConflictError, CrmError, InvalidDataError
from crm_tui.store.transaction import Transaction
from crm_tui.text import is_shared_email

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_WAITING: Final = 20_000
_IDENTIFYING: Final = ("email", "phone")
KEY_FIELDS: Final = ("external_id", "email", "phone", "name")
"""The fields that people can be matched by alone."""


class PeopleLoader:
    """Takes drafts one by one; ``finish`` completes the load.

    ``source`` is where external ids are from, ``columns`` names the columns that drafts may fill, ``key`` the one field
    to match by.
    """

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
        self._crm = crm
        self._writing = writing
        self._later = Later(report)
        self._report = self._later.tell
        self._on_match = on_match
        self._key = key
        self._writer = PeopleWriter(crm, writing, source, columns)
        self._stored = None if self._writer.into_empty else Stored(crm.connection, source)
        self._keys = Keys()
        self._has_externals = "external_id" in columns
        self._without_external: set[int] = set()
        self._met: set[int] = set()
        self._merger = Merger(crm, writing, source, self._writer)
        self._waiting: dict[int, tuple[PersonDraft, list[int]]] = {}
        self._unbrought = LeftOut("referred_by")

    def take(self, draft: PersonDraft) -> None:
        """Match one row and write it, or keep it until the others about the same person are known.

        Raises:
            RejectedRowError: the row cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        marks = _marks(draft)
        workplace = draft.company or draft.defaults.company
        company = self._writer.known_company(workplace) if workplace else None
        named = None if workplace and company is None else _name_mark(draft, company)
        found = None
        if self._on_match is not OnMatch.CREATE and not self._is_surely_new(marks, named, company):
            # those from the reading process are plain until somebody looks at them
            draft.methods = [Method._make(each) for each in draft.methods]
            found = self._match(draft)
        if found is None:
            self._create(draft, marks, workplace, company, named)
        elif self._on_match is OnMatch.UPDATE:
            self._update(found, draft)
        elif self._on_match is OnMatch.SKIP:
            self._report(Outcome(draft.line, Verdict.SKIPPED, draft.name or "", found))
        else:
            raise ConflictError(
                f"Line {draft.line}: {draft.name or 'the row'} is there already, as contact {found}.",
                "Nothing was imported; use --on-match update or skip.",
            )
        self._later.pack()

    def finish(self) -> list[str]:
        """Write what is waiting, then the indexes; returns notices about what could not be resolved."""
        self._settle_waiting()
        self._writer.make_indexes()
        self._later.settle(self._settle_batch)
        self._writer.finish()
        return self._unbrought.notices()

    def _create(
        self,
        draft: PersonDraft,
        marks: list[int],
        workplace: str | None,
        company: int | None,
        named: int | None,
    ) -> None:
        if not draft.name:
            raise RejectedRowError("there is no name", "name")
        if (
            draft.external is not None
            and self._on_match is OnMatch.CREATE
            and self._find("x" + draft.external)
        ):
            # the id stays that of the record which had it first
            draft.external = None
        if workplace and company is None:
            company = self._writer.company(workplace)
        marks.append(_name_mark(draft, company) if named is None else named)
        contact_id = self._writer.add(draft, workplace, company)
        self._keys.add(marks, contact_id)
        if draft.external is None and self._has_externals:
            self._without_external.add(contact_id)
        if draft.referrer:
            self._later.note(contact_id, Referral(draft.line, draft.referrer), made=True)
        self._report(Outcome(draft.line, Verdict.NEW, draft.name, contact_id))

    def _is_surely_new(self, marks: list[int], named: int | None, company: int | None) -> bool:
        """Whether a base that was empty holds nobody yet whom the row could mean: the usual case, told cheaply.

        ``named`` is the mark of name and company, None where the company is new; a name alone counts only for a row
        with nothing else.
        """
        if self._key is not None or self._stored is not None or not self._keys.knows_none(marks):
            return False
        return named is None or (company is None and bool(marks)) or self._keys.knows_none((named,))

    def _match(self, draft: PersonDraft) -> int | None:
        if self._key is not None:
            return self._by_key(draft, self._key)
        if draft.external is not None:
            found = self._find("x" + draft.external)
            if found:
                return found[0]
        folded = draft.key
        for kind, word in (("email", "e-mail"), ("phone", "phone")):
            meant = {
                self._by_method(draft, folded, kind[0] + method.normal, f"{word} {method.value}")
                for method in draft.methods
                if method.kind == kind and method.normal is not None
            }
            matched = self._one_of([each for each in meant if each is not None], folded, word)
            if matched is not None:
                return matched
        return self._by_name(draft, folded) if folded else None

    def _one_of(self, found: list[int], folded: str, word: str) -> int | None:
        """Of those whom the row's addresses mean the one; of several the one of the row's name."""
        if len(found) < 2:
            return found[0] if found else None
        same = [each for each in found if self._name_of(each) == folded]
        if len(same) != 1:
            raise RejectedRowError(f"the {word}s are those of {self._listed(sorted(found))}")
        return same[0]

    def _by_method(self, draft: PersonDraft, folded: str, key: str, what: str) -> int | None:
        email = key[0] == "e"
        if email and is_shared_email(key[1:]):
            return None
        found = self._without_strangers(self._find(key, folded), draft)
        if not found:
            return None
        if email and len(found) == 1 and (not folded or not self._in_this_file(found[0])):
            return found[0]
        names = {each: self._name_of(each) for each in found}
        same = [each for each in found if names[each] == folded]
        if len(same) == 1:
            return same[0]
        fitting = same or [each for each in found if not folded or compatible(folded, names[each])]
        if len(fitting) > 1 or (email and len(found) > 1 and not same and not self._all_new(found)):
            raise RejectedRowError(f"{what} is that of {self._listed(found)}")
        return fitting[0] if fitting else None

    def _by_name(self, draft: PersonDraft, folded: str) -> int | None:
        """By name and company; without one by the very name, unless the row has what tells people apart.

        Of a row with an address or a link the person of that name has one of them.
        """
        company: int | None = None
        if draft.workplace:
            company = self._writer.known_company(draft.workplace)
            if company is None:
                return None
        elif draft.external is not None or any(map(_tells_apart, draft.methods)):
            return None
        places = {(method.kind, method.normal) for method in draft.methods if method.normal}
        fitting = self._without_strangers(self._named(draft, company, places), draft)
        if company is None:
            fitting = [
                each
                for each in fitting
                if self._name_of(each, "name") == draft.name and (not places or self._has_one(each, places))
            ]
        if len(fitting) > 1:
            raise RejectedRowError(f"the name is that of {self._listed(fitting)}", "name")
        return fitting[0] if fitting else None

    def _named(self, draft: PersonDraft, company: int | None, places: set[tuple[str, str]]) -> list[int]:
        """Those of the row's name, at the company or in one of the places: not all of thousands."""
        found = set(self._keys.get(f"n{draft.key}|{company}"))
        stored = self._stored
        if stored is not None and company is not None:
            found.update(stored.named(draft.key, company))
        elif stored is not None:
            found.update(stored.alone(draft.key, draft.name or ""))
            found.update(each for place in places for each in stored.named_at(draft.key, *place))
        return sorted(found)

    def _by_key(self, draft: PersonDraft, key: str) -> int | None:
        word = key.replace("_", " ")
        keys = [
            f"{kind[0]}{normal}" for kind, _, normal, _ in draft.methods if kind == key and normal is not None
        ]
        if key == "external_id" and draft.external is not None:
            keys.append(f"x{draft.external}")
        if not keys and not (key == "name" and draft.key):
            raise RejectedRowError(f"there is no {word} to match by", key)
        found = {each for mark in keys for each in self._find(mark)}
        if key == "name":
            self._writer.make_indexes()
            rows = self._crm.connection.execute("SELECT id FROM contacts WHERE name_key = ?", (draft.key,))
            found.update(row[0] for row in rows)
        if len(found) > 1:
            raise RejectedRowError(f"the {word} is that of {self._listed(sorted(found))}", key)
        return next(iter(found), None)

    def _find(self, key: str, name_key: str = "") -> list[int]:
        found = self._keys.get(key)
        if self._stored is None:
            return list(found)
        return sorted({*found, *self._stored.get(key, name_key)})

    def _without_strangers(self, found: Iterable[int], draft: PersonDraft) -> list[int]:
        candidates = list(found)
        if not candidates or draft.external is None:
            return candidates
        return [each for each in candidates if not self._is_stranger(each, draft.external)]

    def _is_stranger(self, contact_id: int, external: str) -> bool:
        """Whether the source knows the record under another id; one made in this load was not found by this id."""
        if self._writer.made(contact_id):
            return contact_id not in self._without_external
        return self._stored is not None and self._stored.other_key(contact_id, external)

    def _name_of(self, contact_id: int, column: str = "name_key") -> str:
        self._writer.flush_if_pending(contact_id)
        row = self._crm.connection.execute(
            "SELECT name_key, name FROM contacts WHERE id = ?", (contact_id,)
        ).fetchone()
        return str(row[column == "name"]) if row else ""

    def _has_one(self, contact_id: int, methods: set[tuple[str, str]]) -> bool:
        rows = self._crm.connection.execute(
            "SELECT kind, normal FROM contact_methods WHERE contact_id = ?", (contact_id,)
        )
        return any((kind, normal) in methods for kind, normal in rows)

    def _all_new(self, found: Iterable[int]) -> bool:
        return all(self._in_this_file(each) for each in found)

    def _in_this_file(self, contact_id: int) -> bool:
        return contact_id in self._met or self._writer.made(contact_id)

    def _listed(self, found: Iterable[int]) -> str:
        return ", ".join(f"{self._name_of(each, 'name')} ({each})" for each in list(found)[:5])

    def _update(self, contact_id: int, draft: PersonDraft) -> None:
        self._met.add(contact_id)
        if draft.referrer:
            self._later.note(contact_id, Referral(draft.line, draft.referrer))
        waiting = self._waiting.get(contact_id)
        if waiting is not None:
            merge_into(waiting[0], draft)
            waiting[1].append(draft.line)
            return
        # one made in this load is compared once its indexes are there
        if not self._writer.made(contact_id) and not self._merger.changes(contact_id, draft):
            self._report(Outcome(draft.line, Verdict.SAME, self._merger.name, contact_id))
            return
        self._waiting[contact_id] = (draft, [draft.line])
        if len(self._waiting) >= _WAITING:
            self._settle_waiting()

    def _settle_waiting(self) -> None:
        if not self._waiting:
            return
        self._writer.make_indexes()
        for contact_id, (draft, lines) in self._waiting.items():
            changes = self._merger.apply(contact_id, draft)
            verdict = Verdict.CHANGED if changes else Verdict.SAME
            for line in lines:
                self._report(Outcome(line, verdict, self._merger.name, contact_id, changes))
            self._keys.add(_marks(draft), contact_id)
        self._waiting.clear()
        self._crm.settle(self._writing)

    def _settle_batch(self, said: Sequence[Said]) -> Mapping[int, list[Change]]:
        changes = self._settle_said(said)
        if said:
            # so that a million of them stay small in memory
            self._crm.settle(self._writing)
        return changes

    def _settle_said(self, said: Sequence[Said]) -> Mapping[int, list[Change]]:
        """Write what rows said of people and could be found out only now; returns what that changes, by person."""
        changes: dict[int, list[Change]] = defaultdict(list)
        brought: dict[int, list[tuple[Referral, bool]]] = defaultdict(list)
        for contact_id, what, made in said:
            if isinstance(what, Referral):
                brought[contact_id].append((what, made))
        for contact_id, referrals in brought.items():
            changes[contact_id] += self._refer(contact_id, referrals)
        return changes

    def _refer(self, contact_id: int, referrals: Sequence[tuple[Referral, bool]]) -> list[Change]:
        """Note who brought a person, the last of several; returns the change unless a new person's own row says it."""
        stored = last = self._writing.fetch("contacts", contact_id)["referred_by_id"]
        told = False
        for referral, made in referrals:
            found = self._referrer(contact_id, referral)
            if found is not None and found != last:
                last, told = found, made
        if last == stored:
            return []
        self._writing.update("contacts", contact_id, {"referred_by_id": last})
        old, new = (self._name_of(int(str(each)), "name") if each else "" for each in (stored, last))
        return [] if told else [Change("referred_by", old, new)]

    def _referrer(self, contact_id: int, said: Referral) -> int | None:
        """Who is meant; None, with a notice, for nobody, several people, or the person."""
        try:
            found = self._crm.references.contact(said.text)
            if found != contact_id:
                return found
            raise InvalidDataError("Nobody brings themselves.")
        except CrmError as error:
            self._unbrought.add(said.line, error.message)
        return None


def _marks(draft: PersonDraft) -> list[int]:
    """The hashes of the keys that identify the row's person."""
    marks = [
        hash(kind[0] + normal)
        for kind, _, normal, _ in draft.methods
        if normal is not None and kind in _IDENTIFYING
    ]
    if draft.external is not None:
        marks.append(hash("x" + draft.external))
    return marks


def _tells_apart(method: Method) -> bool:
    """Whether it is one person's: an address such as info@ with a name is whoever has that name there."""
    return (
        bool(method.normal)
        and method.kind in _IDENTIFYING
        and not (method.kind == "email" and is_shared_email(str(method.normal)))
    )


def _name_mark(draft: PersonDraft, company: int | None) -> int:
    return hash(f"n{draft.key}|{company}")
