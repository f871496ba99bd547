"""Finding records that are likely the same, and remembering which are not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Final, Literal

from crm_tui.domain import duplicate_companies, duplicate_people
from crm_tui.domain.duplicate_groups import AUTOMATIC, SUGGESTED, Group, Pair, grouped
from crm_tui.domain.likeness import company_alike, strangers
from crm_tui.domain.service import Service
from crm_tui.domain.unswept import unswept
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.models import Company, Contact
from crm_tui.text import company_key, email_key, is_shared_email, name_key

if TYPE_CHECKING:
    from crm_tui.models import ContactView
    from crm_tui.store.transaction import Transaction

Entity = Literal["contacts", "companies"]
_LOOKED_AT: Final = 60
_PERMUTED: Final = 4  # words of a name that is looked up in every order
_NEWCOMER: Final = 0  # no record has this id


class Duplicates(Service):
    """Verbs on likenesses; what was put away is left out."""

    def contacts(
        self, threshold: float = SUGGESTED, *, look: Callable[[], None] = lambda: None
    ) -> list[Group]:
        """The groups of people who are likely the same, the surest first.

        ``threshold`` is the least score, 0 to 1: from AUTOMATIC on only what is sure. ``look`` is asked now and
        then and may raise, to stop.

        Raises:
            UsageError: the threshold is no number from 0 to 1.
        """
        _check(threshold)
        with unswept():
            return self._people(threshold, look)

    def _people(self, threshold: float, look: Callable[[], None]) -> list[Group]:
        people = duplicate_people.People(duplicate_people.load(self.connection, look=look))
        words = {person.id: person.words for person in people.all}
        apart = self._apart("contacts")

        def fit(one: int, other: int) -> bool:
            if (min(one, other), max(one, other)) in apart:
                return False
            return not words[one] or not words[other] or not strangers(words[one], words[other])

        def fit_or_same_reach(one: int, other: int) -> bool:
            return (min(one, other), max(one, other)) not in apart

        pairs = [pair for pair in people.pairs(threshold) if (pair.first, pair.second) not in apart]
        look()
        return grouped(pairs, fit) if threshold >= AUTOMATIC else grouped(pairs, fit, fit_or_same_reach)

    def companies(
        self, threshold: float = SUGGESTED, *, look: Callable[[], None] = lambda: None
    ) -> list[Group]:
        """The groups of companies that are likely the same, as ``contacts``."""
        _check(threshold)
        companies = list(duplicate_companies.load(self.connection, look))
        words = {each.id: each.words for each in companies}
        apart = self._apart("companies")
        pairs = [
            pair
            for pair in duplicate_companies.pairs(companies, threshold)
            if (pair.first, pair.second) not in apart
        ]

        def fit(one: int, other: int) -> bool:
            together = (min(one, other), max(one, other)) not in apart
            return together and bool(company_alike(words[one], words[other]))

        return grouped(pairs, fit)

    def decide_distinct(self, entity: Entity, one_id: int, other_id: int) -> bool:
        """Remember that two records are not the same; returns whether that was new.

        Raises:
            NotFoundError: one of them is not there.
            InvalidDataError: a record and itself.
        """
        one, other = self._one(entity, one_id), self._one(entity, other_id)
        if one_id == other_id:
            raise InvalidDataError(f"{one.name} ({one_id}) is the same as itself.", "Name two records.")
        first, second = sorted((one_id, other_id))
        if (first, second) in self._apart(entity, (first, second)):
            return False
        with self.crm.transaction(f"keep {one.name} and {other.name} apart") as writing:
            _keep_apart(writing, entity, (first, second))
        return True

    def decide_all_distinct(self, entity: Entity, ids: Sequence[int]) -> None:
        """Remember that none of the records is the same as another of them, as one operation.

        Raises:
            NotFoundError: one of them is not there.
        """
        what = f"keep {len(ids):,} {'people' if entity == 'contacts' else entity} apart"
        with self.crm.transaction(what) as writing:
            for each in ids:
                self._one(entity, each)
            known = self._apart(entity)
            for pair in combinations(sorted(set(ids)), 2):
                if pair not in known:
                    _keep_apart(writing, entity, pair)

    def like(
        self,
        name: str,
        *,
        emails: Sequence[str] = (),
        phones: Sequence[str] = (),
        company: str | None = None,
        besides: Collection[int] = (),
    ) -> tuple[ContactView, Pair] | None:
        """The person whom somebody about to be added most likely is, and why; None when nobody is like them.

        Looked up in the indexes: it takes milliseconds whatever the number of people. What cannot be an e-mail or
        a phone yet, being typed, is passed over.
        """
        from crm_tui.phones import phone_key

        keys = [key for each in emails if (key := email_key(each))]
        numbers = [key for each in phones if (key := phone_key(each, self.crm.config.region))]
        key = name_key(name) if name.strip() else ""
        ids = [each for each in self._candidates(key, keys, numbers) if each not in besides]
        newcomer = duplicate_people.person(
            _NEWCOMER,
            name,
            key,
            company_key(company) if company and company.strip() else None,
            None,
            keys,
            numbers,
        )
        people = duplicate_people.People([newcomer, *duplicate_people.load(self.connection, ids)])
        pairs = (people.compare(0, place) for place in range(1, len(people.all)))
        best = max(
            (pair for pair in pairs if pair), key=lambda pair: (pair.score, -pair.second), default=None
        )
        if best is None or best.score < SUGGESTED:
            return None
        return self.crm.contacts.get(best.second), best

    def _candidates(self, key: str, emails: Sequence[str], phones: Sequence[str]) -> list[int]:
        """The people worth comparing: with the same e-mail or phone, the same words, the same first word."""
        found: dict[int, None] = {}
        for kind, normals in (("email", emails), ("phone", phones)):
            for normal in normals:
                if kind == "email" and is_shared_email(normal):
                    continue
                rows = self.connection.execute(
                    "SELECT DISTINCT contact_id FROM contact_methods m JOIN contacts c ON c.id = m.contact_id"
                    " WHERE m.normal = ? AND m.kind = ? AND c.archived_at IS NULL LIMIT ?",
                    (normal, kind, _LOOKED_AT),
                )
                found.update((row[0], None) for row in rows)
        words = key.split()
        spellings = [" ".join(each) for each in permutations(words)] if len(words) <= _PERMUTED else [key]
        for spelling in dict.fromkeys(spellings):
            if spelling:
                rows = self.connection.execute(
                    "SELECT id FROM contacts WHERE name_key = ? AND archived_at IS NULL LIMIT ?",
                    (spelling, _LOOKED_AT),
                )
                found.update((row[0], None) for row in rows)
        if len(words) > 1:
            rows = self.connection.execute(
                "SELECT id FROM contacts WHERE name_key > ? AND name_key < ? AND archived_at IS NULL LIMIT ?",
                (f"{words[0]} {words[1][:1]}", f"{words[0]} {words[1][:1]}~", _LOOKED_AT),
            )
            found.update((row[0], None) for row in rows)
        return list(found)

    def _one(self, entity: Entity, record_id: int) -> Contact | Company:
        return self.one(Contact, record_id) if entity == "contacts" else self.one(Company, record_id)

    def _apart(self, entity: Entity, pair: tuple[int, int] | None = None) -> set[tuple[int, int]]:
        """The pairs of which the person said that they are not the same, or one of them if it is."""
        rest, params = ("", ()) if pair is None else (" AND first_id = ? AND second_id = ?", pair)
        rows = self.connection.execute(
            f"SELECT first_id, second_id FROM distinct_pairs WHERE entity = ?{rest}",  # noqa: S608 - fixed texts
            (entity, *params),
        )
        return {(first, second) for first, second in rows}


def _keep_apart(writing: Transaction, entity: Entity, pair: tuple[int, int]) -> None:
    first, second = pair
    writing.insert("distinct_pairs", {"entity": entity, "first_id": first, "second_id": second})


def _check(threshold: float) -> None:
    if not 0 <= threshold <= 1:
        raise UsageError(f"The threshold is {threshold}.", "Give a number from 0 to 1, such as 0.9.")
