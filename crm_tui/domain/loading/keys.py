"""The match keys of a load: who has this e-mail, this phone, this name at this company.

Records that were there before are looked up in the database's own indexes; those made during the load are kept here
as 64-bit hashes, so that a million people fit into little memory.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from typing import Final

_INITIAL: Final = 1
_MOST: Final = 8
_KINDS: Final = {"e": "email", "p": "phone"}
_WORD = re.compile(r"[^ ]+")


class Keys:
    """Ids by key. A key begins with its kind: x external id, e e-mail, p phone, n name and company."""

    def __init__(self) -> None:
        self._found: dict[int, int | list[int]] = {}

    def knows_none(self, marks: Iterable[int]) -> bool:
        """Whether no record was noted with any of these marks, a mark being the hash of a key."""
        return self._found.keys().isdisjoint(marks)

    def add(self, marks: Iterable[int], record_id: int) -> None:
        """Note the marks of a record."""
        found = self._found
        for mark in marks:
            known = found.setdefault(mark, record_id)
            if known is record_id:
                continue
            if not isinstance(known, list):
                known = found[mark] = [known]
            if known[-1] != record_id:
                known.append(record_id)

    def get(self, key: str) -> list[int]:
        """The records that were noted with a key, each once."""
        found = self._found.get(hash(key))
        if found is None:
            return []
        return list(dict.fromkeys(found)) if isinstance(found, list) else [found]


class Stored:
    """The same questions asked of the database, which names a few of many: there may be thousands at one number."""

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        self._connection = connection
        self._source = source
        self._askers: dict[str, Callable[[str], list[int]]] = {
            "x": self._external,
            **{sign: self._method(kind) for sign, kind in _KINDS.items()},
        }

    def get(self, key: str, name_key: str = "") -> list[int]:
        """The records with a key, those of the name among them."""
        found = self._askers[key[0]](key[1:])
        if name_key and len(found) == _MOST:
            found += [each for each in self.named_at(name_key, _KINDS[key[0]], key[1:]) if each not in found]
        return found

    def named(self, name_key: str, company_id: int) -> list[int]:
        """The people of a name at a company."""
        rows = self._connection.execute(
            f"SELECT id FROM contacts WHERE name_key = ? AND company_id = ? LIMIT {_MOST}",  # noqa: S608 - a number
            (name_key, company_id),
        )
        return [row[0] for row in rows]

    def alone(self, name_key: str, name: str) -> list[int]:
        """The people of that very name and no company."""
        rows = self._connection.execute(
            "SELECT id FROM contacts WHERE name_key = ? AND name = ? AND company_id IS NULL"  # noqa: S608 - a number
            f" LIMIT {_MOST}",
            (name_key, name),
        )
        return [row[0] for row in rows]

    def named_at(self, name_key: str, kind: str, normal: str) -> list[int]:
        """The people of a name who can be reached so."""
        rows = self._connection.execute(
            "SELECT DISTINCT p.id FROM contacts p CROSS JOIN contact_methods m ON m.contact_id = p.id"  # noqa: S608
            f" WHERE p.name_key = ? AND m.kind = ? AND m.normal = ? LIMIT {_MOST}",
            (name_key, kind, normal),
        )
        return [row[0] for row in rows]

    def other_key(self, record_id: int, external: str) -> bool:
        """Whether the record is known to the same source under another external id."""
        rows = self._connection.execute(
            "SELECT key FROM external_refs WHERE entity = 'contacts' AND entity_id = ? AND source = ?",
            (record_id, self._source),
        )
        keys = [row[0] for row in rows]
        return bool(keys) and external not in keys

    def _external(self, key: str) -> list[int]:
        rows = self._connection.execute(
            "SELECT entity_id FROM external_refs WHERE entity = 'contacts' AND source = ? AND key = ?",
            (self._source, key),
        )
        return [row[0] for row in rows]

    def _method(self, kind: str) -> Callable[[str], list[int]]:
        def ask(key: str) -> list[int]:
            rows = self._connection.execute(
                "SELECT DISTINCT contact_id FROM contact_methods WHERE normal = ? AND kind = ?"  # noqa: S608
                f" LIMIT {_MOST}",
                (key, kind),
            )
            return [row[0] for row in rows]

        return ask


def compatible(one: str, other: str) -> bool:
    """Whether two folded names can be the same person's.

    They can when every word of the shorter one is a word of the longer, its initial, or one letter away from it:
    ``anna k`` and ``anna kowalska``; not ``anna kowalska`` and ``jan kowalski``.
    """
    if one == other:
        return True
    left, right = sorted((_WORD.findall(one), _WORD.findall(other)), key=len)
    if not left:
        return False
    rest = list(right)
    for word in left:
        match = next((each for each in rest if _alike(word, each)), None)
        if match is None:
            return False
        rest.remove(match)
    return True


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if len(one) == _INITIAL or len(other) == _INITIAL:
        return one[0] == other[0]
    return _one_slip(one, other)


def _one_slip(one: str, other: str) -> bool:
    """At most one letter added, left out, changed or swapped with its neighbour, in words of four letters or more."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or len(long) - len(short) > 1:
        return False
    start = next(
        (place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short)
    )
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start + 1 : start + 2] + short[start : start + 1] + short[start + 2 :]
    return short[start + 1 :] == long[start + 1 :] or swapped == long[start:]
