"""Which people are likely the same, how surely, and why.

Sure is: the same e-mail or phone under names that can be one person's; or the same name with the same company or
e-mail domain. A mailbox of a function (info@) and a phone of several people say nothing about a person who is not
named the same way. A near name alone is a suggestion.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crm_tui.domain.duplicate_blocks import Blocks, pairs_of
from crm_tui.domain.duplicate_groups import Pair
from crm_tui.domain.likeness import (
    MOST_WORDS,
    Alike,
    Words,
    is_latin,
    is_name,
    name_words,
    person_alike,
    same_given,
    sorted_key,
    spelt_words,
    strangers,
)
from crm_tui.text import company_key, domain_of, is_public_mail_domain, is_shared_email

_NONE: Final[frozenset[str]] = frozenset()
_METHOD_BLOCK: Final = 60
_NAME_BLOCK: Final = 8
_NEAR_BLOCK: Final = 40
_WORD: Final = 3  # letters of a word that is worth looking under


@dataclass(slots=True)
class Person:
    """What of a person is compared.

    ``words`` is the name as it sounds, empty where none is known; ``spelt`` its folded words, sorted.
    """

    id: int
    words: Words
    spelt: str
    latin: bool
    company: str | None
    born: str | None
    emails: frozenset[str] = _NONE
    phones: frozenset[str] = _NONE
    domains: frozenset[str] = _NONE

    @property
    def bare(self) -> bool:
        """Whether there is nothing but the name to tell the person by."""
        return not (self.emails or self.phones or self.company)


class People:
    """People by their place in a list, and the phones and mailboxes that several of them share."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.all = list(people)
        self.shared: set[str] = set()
        """Match keys under which people are known who cannot be the same."""

    def pairs(self, threshold: float) -> Iterator[Pair]:
        """Every two people at or above the threshold."""
        count = len(self.all)
        marks: set[int] = set()
        sources = [self._by_method(), self._by_name()]
        if threshold <= _NEAR_WITHIN:
            sources.append(self._by_near_name(bare=threshold > _NEAR_ALONE))
        for pairs in sources:
            marks.update(one * count + other for one, other in pairs)
        for mark in marks:
            pair = self.compare(*divmod(mark, count))
            if pair is not None and pair.score >= threshold:
                yield pair

    def compare(self, one_place: int, other_place: int) -> Pair | None:
        """How likely two people are the same, None when nothing says so."""
        one, other = sorted((self.all[one_place], self.all[other_place]), key=lambda person: person.id)
        alike = _alike(one, other)
        scored = max((*self._methods(one, other, alike), *_names(one, other, alike)), default=None)
        if scored is None:
            return None
        score, reason = scored
        if score >= _BORN_APART and _born_apart(one, other):
            score, reason = _BORN_APART, f"{reason}, but born on other days"
        return Pair(one.id, other.id, round(score, 2), reason)

    def _methods(self, one: Person, other: Person, alike: Alike) -> Iterator[tuple[float, str]]:
        for email in one.emails & other.emails:
            if is_shared_email(email):
                if alike >= Alike.NEAR:
                    yield (0.92 if alike is Alike.SAME else 0.8), f"same e-mail {email}, {_WORDS[alike]}"
            elif alike:
                yield self._sure(email, one, other, alike, 0.97), f"same e-mail {email}"
            elif not (one.words and other.words):
                yield 0.93, f"same e-mail {email}"
            else:
                yield _OTHER_NAME, f"same e-mail {email}, another name"
        for phone in one.phones & other.phones:
            if alike:
                yield self._sure(phone, one, other, alike, 0.93), f"same phone {phone}"
            elif not (one.words and other.words):
                yield 0.75, f"same phone {phone}"
            else:
                yield 0.3, f"same phone {phone}, another name"

    def _sure(self, key: str, one: Person, other: Person, alike: Alike, usual: float) -> float:
        """The score of the same e-mail or phone under names that can be one person's."""
        if alike is Alike.SAME:
            return usual + 0.03
        if key in self.shared and not (alike is Alike.NEAR and same_given(one.words, other.words)):
            return 0.8
        if alike is Alike.PART and usual < _EMAIL and not _part_of_given(one.words, other.words):
            return 0.75
        return usual

    def _by_method(self) -> Iterator[tuple[int, int]]:
        blocks: dict[str, list[int]] = {}
        for place, person in enumerate(self.all):
            for key in (*person.emails, *person.phones):
                blocks.setdefault(key, []).append(place)
        for key, places in blocks.items():
            if len(places) > 1:
                found = list(pairs_of(places, _METHOD_BLOCK, self._name))
                if len(places) > _METHOD_BLOCK or any(
                    strangers(self.all[one].words, self.all[other].words)
                    for one, other in found
                    if self.all[one].words and self.all[other].words
                ):
                    self.shared.add(key)
                yield from found

    def _by_name(self) -> Iterator[tuple[int, int]]:
        named, within = Blocks(), Blocks()
        for place, person in enumerate(self.all):
            if person.words:
                name = sorted_key(person.words)
                named.add(name, place)
                for context in _contexts(person):
                    within.add((name, context), place)
        for places in named.shared():
            yield from pairs_of(places, _NAME_BLOCK)
        for places in within.shared():
            yield from pairs_of(places, _METHOD_BLOCK, self._name)

    def _by_near_name(self, *, bare: bool) -> Iterator[tuple[int, int]]:
        """People who share a word of their name and where they work, or a word and the beginning of another.

        With ``bare`` only those of the latter of whom there is too little known to tell them apart.
        """
        within, alone = Blocks(), Blocks()
        for place, person in enumerate(self.all):
            # of a text only the whole is compared, and each pair of its words would be a mark
            words = person.words if len(person.words) <= MOST_WORDS else ()
            for word in words:
                if len(word) < _WORD:
                    continue
                for context in _contexts(person):
                    within.add((word, context), place)
                for other in words:
                    if other != word:
                        alone.add((word, other[0]), place)
        for places in within.shared():
            yield from pairs_of(places, _NEAR_BLOCK)
        for places in alone.shared():
            if not bare:
                yield from pairs_of(places, _NEAR_BLOCK)
            elif len(places) <= _NEAR_BLOCK and (few := [each for each in places if self.all[each].bare]):
                yield from {(min(one, each), max(one, each)) for one in few for each in places if one != each}

    def _name(self, place: int) -> str:
        return sorted_key(self.all[place].words)


_EMAIL: Final = 0.97
_BORN_APART: Final = 0.7
_OTHER_NAME: Final = 0.65
_NEAR_WITHIN: Final = 0.75  # a near name and where they work
_NEAR_BARE: Final = 0.62
_NEAR_ALONE: Final = 0.5
_WORDS: Final = {Alike.SAME: "same name", Alike.NEAR: "near name", Alike.PART: "part of the name"}


def _names(one: Person, other: Person, alike: Alike) -> Iterator[tuple[float, str]]:
    """What a name says together with where they work, and alone."""
    if alike is Alike.NOT:
        return
    word = _WORDS[alike]
    where = ""
    if one.company is not None and one.company == other.company:
        where = "same company"
    elif one.domains & other.domains:
        where = f"same e-mail domain {min(one.domains & other.domains)}"
    if where and alike is Alike.SAME:
        single = len(one.words) == 1 and bool(one.emails and other.emails)
        yield (0.75 if single else 0.95 if where == "same company" else 0.92), f"{word}, {where}"
    elif where:
        yield (_NEAR_WITHIN if alike is Alike.NEAR else 0.6), f"{word}, {where}"
    elif alike is Alike.SAME:
        bare = one.bare or other.bare
        yield (0.7 if bare else 0.65), word
    elif alike is Alike.NEAR:
        yield (_NEAR_BARE if one.bare or other.bare else _NEAR_ALONE), word


def _alike(one: Person, other: Person) -> Alike:
    """How alike two names are; the same sound spelt otherwise is the same name only in another script."""
    if not one.words or not other.words:
        return Alike.NOT
    found = person_alike(one.words, other.words)
    if found is Alike.SAME and one.spelt != other.spelt and one.latin == other.latin:
        return Alike.NEAR
    return found


def _part_of_given(one: Words, other: Words) -> bool:
    """Whether one has the given name of the other, or its initial: ``anna`` does, ``kowalska`` does not."""
    return any(
        word[0] == given[0] and (len(word) == 1 or len(given) == 1 or word == given)
        for words, given in ((one, other[0]), (other, one[0]))
        for word in words
    )


def _born_apart(one: Person, other: Person) -> bool:
    if one.born is None or other.born is None:
        return False
    if "--" in (one.born[:2], other.born[:2]):
        return one.born[-5:] != other.born[-5:]
    return one.born != other.born


def _contexts(person: Person) -> list[str]:
    """Where a person works: the company's key, the domains of their e-mails."""
    return [f"@{each}" for each in person.domains] + ([person.company] if person.company else [])


def person(
    person_id: int,
    name: str,
    name_key: str,
    company: str | None,
    born: str | None,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
) -> Person:
    """What of a person is compared; ``company`` is a ``company_key``, e-mails and phones are match keys."""
    keys = frozenset(emails)
    domains = frozenset(each for each in map(domain_of, keys) if not is_public_mail_domain(each))
    words = name_words(name_key) if is_name(name) else ()
    return Person(
        id=person_id,
        words=words,
        spelt=sorted_key(spelt_words(name_key)),
        latin=is_latin(name),
        company=company,
        born=born,
        emails=keys or _NONE,
        phones=frozenset(phones) or _NONE,
        domains=domains or _NONE,
    )


def load(
    connection: sqlite3.Connection, ids: Iterable[int] | None = None, look: Callable[[], None] = lambda: None
) -> Iterator[Person]:
    """The people in the lists, or those of some ids; ``look`` is asked now and then and may raise."""
    params: tuple[str, ...] = ()
    people, employers, owners = "contacts WHERE archived_at IS NULL", "companies", "normal IS NOT NULL"
    if ids is not None:
        import json

        params = (json.dumps(list(ids)),)
        chosen = "IN (SELECT value FROM json_each(?))"
        people = f"contacts WHERE id {chosen}"
        employers = f"companies WHERE id IN (SELECT company_id FROM {people})"  # noqa: S608 - fixed texts
        # the plus keeps SQLite from going through everybody's methods by their match keys
        owners = f"contact_id {chosen} AND +normal IS NOT NULL"
    rows = connection.execute(f"SELECT id, name FROM {employers}", params)  # noqa: S608 - fixed texts
    companies = {company_id: company_key(name) for company_id, name in rows}
    reached: dict[int, tuple[list[str], list[str]]] = {}
    rows = connection.execute(
        f"SELECT contact_id, kind, normal FROM contact_methods WHERE {owners}"  # noqa: S608 - fixed texts
        " AND (kind = 'email' OR kind = 'phone')",
        params,
    )
    for contact_id, kind, normal in rows:
        reached.setdefault(contact_id, ([], []))[kind == "phone"].append(normal)
    rows = connection.execute(
        f"SELECT id, name, name_key, company_id, birthday FROM {people} ORDER BY id",  # noqa: S608 - fixed texts
        params,
    )
    for number, (person_id, name, key, company_id, born) in enumerate(rows):
        if number % 1000 == 0:
            look()
        emails, phones = reached.pop(person_id, ((), ()))
        yield person(person_id, name, key, companies.get(company_id), born, emails, phones)
