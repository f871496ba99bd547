"""How well duplicates are found: a labelled set, the same for the same seed, and the time for many people.

Each invented person stands in the set once to four times, as several sources would have them: with slips of the
finger, given and family name swapped, in another script, without a mark, abbreviated, with another address of theirs.
Beside them stand those who must not be taken for them: relatives with the same surname, phone or mailbox, colleagues
behind info@ and one switchboard, and namesakes elsewhere.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Final

from anyascii import anyascii

from bench import people
from bench.measure import Figure, own_megabytes, remove
from crm_tui.domain import Crm
from crm_tui.domain.duplicate_groups import AUTOMATIC, Group

SEED: Final = 20261122
PEOPLE: Final = 100_000
_LABELLED: Final = 12_000
_NOW: Final = "2026-03-02 09:30"
_LATIN: Final = {
    "Иван": "Ivan", "Мария": "Maria", "Сергей": "Sergei", "Ольга": "Olga", "Дмитрий": "Dmitry", "Наталья": "Natalia",
    "Алексей": "Alexey", "Екатерина": "Ekaterina", "Игорь": "Igor", "Светлана": "Svetlana", "Юрий": "Yury",
    "Әлия": "Aliya", "Нұрлан": "Nurlan", "Айгүл": "Aigul", "Ерлан": "Yerlan", "Жанар": "Zhanar", "Қайрат": "Kairat",
    "Гүлнәр": "Gulnar", "Бауыржан": "Bauyrzhan", "Сәуле": "Saule", "Асхат": "Askhat", "Динара": "Dinara",
    "Марат": "Marat",
}  # fmt: skip
"""Given names as their bearers spell them in Latin letters, which is not how a table of letters would."""
_COUPLES: Final = (
    ("Aleksandr", "Aleksandra"), ("Mario", "Maria"), ("Daniel", "Daniela"), ("Elvin", "Elvina"), ("Иван", "Ивана"),
    ("Carlo", "Carla"), ("Евгений", "Евгения"), ("Paul", "Paula"), ("Dominik", "Dominika"), ("Валентин", "Валентина"),
)  # fmt: skip
"""Given names of two people that differ by their ending."""
_MAIL: Final = ("gmail.com", "mail.ru", "yahoo.com", "outlook.com", "web.de", "wp.pl", "icloud.com")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the labelled set; ``who`` is the person behind it."""

    who: int
    given: str
    family: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str | None = None
    name: str | None = None

    @property
    def shown(self) -> str:
        """The name as the source has it."""
        return self.name or f"{self.given} {self.family}"


class Maker:
    """Invents people and what becomes of them in several sources."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._who = 0
        self._families = [self._surnames(family.split()) for _, family, _, _ in people.PLACES]
        self._companies = [people.company(self._rng) for _ in range(1500)]

    def entries(self, count: int) -> list[Entry]:
        """About so many rows, in no order."""
        found: list[Entry] = []
        kinds = (
            self._alone,
            self._alone,
            self._several,
            self._several,
            self._family,
            self._office,
            self._namesakes,
        )
        while len(found) < count:
            found += self._rng.choice(kinds)()
        self._rng.shuffle(found)
        return found

    def _alone(self) -> list[Entry]:
        return [self._somebody()]

    def _several(self) -> list[Entry]:
        first = self._somebody()
        return [first, *(self._again(first) for _ in range(self._rng.choice((1, 1, 1, 2, 3))))]

    def _family(self) -> list[Entry]:
        """Relatives with one surname and one phone; some share a mailbox, too; one of them stands there twice."""
        first = replace(self._somebody(), company=None)
        phone = self._phone()
        mailbox = (f"{people.plain(first.family)}.family@{self._rng.choice(_MAIL)}",)
        together = self._rng.random() < 0.4
        relatives = [first]
        if self._rng.random() < 0.2:
            his, hers = self._rng.choice(_COUPLES)
            relatives = [replace(first, given=his), replace(self._somebody(first.family), given=hers)]
        elif self._rng.random() < 0.1:
            relatives.append(replace(self._somebody(), given=first.given, family=f"{first.family} jr"))
        while len(relatives) < self._rng.choice((2, 3, 4)):
            other = self._somebody(first.family)
            if other.given not in {each.given for each in relatives}:
                relatives.append(other)
        found = [
            replace(
                each,
                phones=(phone, *each.phones[:1]),
                emails=mailbox if together else each.emails,
                company=None,
            )
            for each in relatives
        ]
        if self._rng.random() < 0.5 and "jr" not in found[1].family:
            found.append(self._again(found[0]))
        return found

    def _office(self) -> list[Entry]:
        """Colleagues of one company behind info@ and one switchboard; one of them stands there twice."""
        company, phone = self._rng.choice(self._companies), self._phone()
        domain = f"{people.plain(company)}.example"
        found = []
        for _ in range(self._rng.randint(3, 8)):
            each = self._somebody()
            own = f"{people.plain(each.given)}.{people.plain(each.family)}@{domain}"
            emails = (f"info@{domain}",) if self._rng.random() < 0.5 else (own,)
            found.append(replace(each, company=company, phones=(phone,), emails=emails))
        if len({people.plain(each.shown) for each in found}) == len(found):
            found.append(self._again(found[0]))
        return found

    def _namesakes(self) -> list[Entry]:
        """Two people of one name who have nothing else in common."""
        first = self._somebody()
        other = self._somebody(first.family)
        return [first, replace(other, given=first.given)]

    def _somebody(self, family: str | None = None) -> Entry:
        rng = self._rng
        self._who += 1
        which = rng.randrange(len(people.PLACES))
        given = rng.choice(people.PLACES[which][0].split())
        family = family or rng.choice(self._families[which])
        email = f"{people.plain(given)}.{people.plain(family)}{self._who}@{rng.choice(_MAIL)}"
        return Entry(
            who=self._who,
            given=given,
            family=family,
            emails=(email,) if rng.random() < 0.85 else (),
            phones=(self._phone(),) if rng.random() < 0.7 else (),
            company=rng.choice(self._companies) if rng.random() < 0.6 else None,
        )

    def _again(self, first: Entry) -> Entry:
        """The same person as another source has them: something in common stays, or nobody could tell."""
        rng = self._rng
        given, family = first.given, first.family
        if rng.random() < 0.25:
            given, family = _LATIN.get(given, people.plain(given).capitalize()), anyascii(family)
        slip = rng.random()
        if slip < 0.2:
            family = self._slip(family)
        elif slip < 0.3:
            given = self._slip(given)
        name = None
        dress = rng.random()
        if dress < 0.15:
            name = f"{family} {given}"
        elif dress < 0.22:
            name = f"{given[0]}. {family}"
        elif dress < 0.27:
            name = f"{family.upper()}, {given}"
        emails, phones, company = first.emails, first.phones, first.company
        what = rng.random()
        if what < 0.3 and phones:
            emails = (f"{people.plain(given)}{self._who}@{rng.choice(_MAIL)}",) if rng.random() < 0.5 else ()
        elif what < 0.55 and emails:
            phones = (self._phone(),) if rng.random() < 0.5 else ()
        elif what < 0.7 and company:
            # only name and company are left, so the name must be there in full
            emails, phones, name = (), (), None
            given, family = first.given, anyascii(first.family)
        if rng.random() < 0.3:
            company = None if emails or phones else company
        return replace(
            first, given=given, family=family, name=name, emails=emails, phones=phones, company=company
        )

    def _slip(self, word: str) -> str:
        """The word with a letter left out, doubled, changed or swapped."""
        if len(word) < 4:
            return word
        place = self._rng.randrange(1, len(word) - 1)
        kind = self._rng.randrange(4)
        if kind == 0:
            return word[:place] + word[place + 1 :]
        if kind == 1:
            return word[:place] + word[place] + word[place:]
        if kind == 2:
            return word[:place] + self._rng.choice("aeiortns") + word[place + 1 :]
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    def _phone(self) -> str:
        _, _, code, digits = self._rng.choice(people.PLACES)
        return f"{code}{self._rng.randrange(10**digits):0{digits}d}"

    def _surnames(self, known: Sequence[str]) -> list[str]:
        """The known ones and many made up, as surnames are spread."""
        made = people.surnames(list(known), self._rng)
        return made[len(known) * 50 :]


def load(path: Path, entries: Sequence[Entry]) -> Crm:
    """A database of these people, the first of them with the id 1."""
    crm = Crm.open(path, _NOW)
    crm.connection.execute("PRAGMA synchronous = OFF")
    with crm.transaction("invent") as writing:
        companies = {
            name: crm.companies.ensure(writing, name)
            for name in sorted({entry.company for entry in entries if entry.company})
        }
        first = writing.mint("contacts", len(entries))
        writing.insert_many(
            "contacts", CONTACT, list(_contacts(entries, first, companies)), _stamps(writing.stamp)
        )
        methods = list(_methods(entries, first))
        start = writing.mint("contact_methods", len(methods))
        rows = [(start + number, *row) for number, row in enumerate(methods)]
        writing.insert_many("contact_methods", METHOD, rows, _stamps(writing.stamp))
    return crm


CONTACT: Final = ("id", "name", "name_key", "company_id")
METHOD: Final = ("id", "contact_id", "kind", "value", "normal")


def _stamps(stamp: str) -> dict[str, str]:
    return {"created_at": stamp, "updated_at": stamp}


def _contacts(
    entries: Sequence[Entry], first: int, companies: dict[str, int]
) -> Iterator[tuple[int, str, str, int | None]]:
    from crm_tui.text import name_key

    for number, entry in enumerate(entries):
        company = companies[entry.company] if entry.company else None
        yield first + number, entry.shown, name_key(entry.shown), company


def _methods(entries: Sequence[Entry], first: int) -> Iterator[tuple[int, str, str, str]]:
    for number, entry in enumerate(entries):
        for kind, values in (("email", entry.emails), ("phone", entry.phones)):
            for value in values:
                yield first + number, kind, value, value


@dataclass(frozen=True, slots=True)
class Quality:
    """How many pairs were rightly, wrongly and not put together."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Rightly together among all together."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Rightly together among all that belong together."""
        return self.right / max(1, self.right + self.missed)


def judge(entries: Sequence[Entry], groups: Sequence[Group], first: int = 1) -> Quality:
    """Compare groups with the labels, pair by pair."""
    right = wrong = 0
    for group in groups:
        for one, other in combinations(group.ids, 2):
            if entries[one - first].who == entries[other - first].who:
                right += 1
            else:
                wrong += 1
    belonging = sum(number * (number - 1) // 2 for number in Counter(entry.who for entry in entries).values())
    return Quality(right, wrong, belonging - right)


def run(folder: Path) -> Iterator[Figure]:
    """The figures: how much is wrong and missed, and the time for many people."""
    path = folder / "duplicates.db"
    entries = Maker(SEED).entries(_LABELLED)
    remove(path)
    with load(path, entries) as crm:
        quality = judge(entries, crm.duplicates.contacts(AUTOMATIC))
    path.unlink()
    counted = (
        f"{quality.right:,} pairs right, {quality.wrong:,} wrong, {quality.missed:,} missed; seed {SEED}"
    )
    precision, recall = quality.precision, quality.recall
    yield Figure(
        "duplicates: wrongly together",
        (1 - precision) * 100,
        "%",
        2.0,
        f"precision {precision:.4f}; {counted}",
    )
    yield Figure("duplicates: missed", (1 - recall) * 100, "%", 10.0, f"recall {recall:.4f}")
    with load(path, Maker(SEED + 1).entries(PEOPLE)) as crm:
        start = time.perf_counter()
        groups = crm.duplicates.contacts()
        taken = time.perf_counter() - start
    path.unlink()
    yield Figure(
        "duplicates: 100,000 people",
        taken,
        "s",
        20.0,
        f"{len(groups):,} groups, {own_megabytes():,.0f} MB at most",
    )
