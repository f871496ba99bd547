"""The address book as mail programs ask for it: who has an address, by the beginning of a name, address or company.

The same index as every search, but nothing is imported here that is not needed: a mail program asks at each key.
"""

from __future__ import annotations

import os
import sqlite3

from crm_tui.folding import fold

TYPE_CHECKING = False  # the real one takes longer to import than all else here
if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = 0x43524D54
"""What marks a file as one of ours; ``store.connection`` writes it."""
SCHEMA = 4
"""The number of migrations; ``store.migrations`` counts them."""

CONTACTS = 10**15
"""The first document number of contacts; ``store.search.document_id`` gives it."""
MOST = 50
_STREAM = 500
_NAMED = 50
_FRAGMENT = 3
_TRIGRAMS = 8
_MOST_WORDS = 16
_LONGEST_WORD = 64
_AT_ONCE = 500
_REACHED = 2  # how well an address fits that begins as typed, between the ranks of names
Entry = tuple[str, str, str]


def search_file(path: str, text: str) -> list[Entry] | None:
    """What ``search`` finds in a file; None where the file is to be opened with more care, or cannot be."""
    whole = os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111 - pathlib costs a fifth of the time
    if not os.path.isfile(whole) or os.path.exists(f"{whole}-journal"):  # noqa: PTH110, PTH113
        return None
    quoted = whole.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        connection = sqlite3.connect(f"file:{quoted}?mode=rw", uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA query_only = 1")
            if [_pragma(connection, name) for name in ("application_id", "user_version")] != [OURS, SCHEMA]:
                return None
            return search(connection, text)
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeError):
        return None


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def search(connection: sqlite3.Connection, text: str, limit: int = MOST) -> list[Entry]:
    """Addresses with the person's name and company, the best first; those put away are left out.

    Args:
        connection: the open base.
        text: what was typed: words by their beginning, or an address or a piece of one.
        limit: how many at most.
    """
    plain = fold(text)
    words = _words(plain)
    # an address is kept unfolded, with its q and apostrophes
    typed = text.lower().strip("\"'<>,; \t\r\n")
    reached = _by_address(connection, typed)
    if len(reached) < limit:
        reached |= _holding(connection, plain.strip('"<>,; '))
    # a piece of an address means that address, not what has words that begin like its parts
    found = set() if reached and "@" in typed else _by_words(connection, words)
    people = _ranked(connection, found, reached, words, exact="@" in typed)
    entries: list[Entry] = []
    for start in range(0, len(people), limit or 1):
        if len(entries) >= limit:
            break
        entries += _entries(connection, people[start : start + limit], typed)
    return entries[:limit]


def _words(plain: str) -> list[str]:
    kept = "".join(each if each.isascii() and each.isalnum() else " " for each in plain).split()
    return [each[:_LONGEST_WORD] for each in dict.fromkeys(kept)][:_MOST_WORDS]


def _by_words(connection: sqlite3.Connection, words: Sequence[str]) -> set[int]:
    """The newest whose names, companies or addresses hold the words, whole or begun, and names that begin so."""
    if not words:
        return set()
    whole = " AND ".join(f'"{each}"' for each in words)
    begun = " AND ".join(f'"{each}"*' for each in words)
    found: set[int] = set()
    for expression in (whole, begun):
        rows = connection.execute(
            "SELECT rowid - ? FROM search_keys WHERE search_keys MATCH ? AND rowid BETWEEN ? AND ?"
            " ORDER BY rowid DESC LIMIT ?",
            (CONTACTS, expression, CONTACTS, 2 * CONTACTS - 1, _STREAM),
        )
        found.update(each for (each,) in rows)
    key = " ".join(words)
    rows = connection.execute(
        "SELECT id FROM contacts WHERE name_key >= ? AND name_key < ? ORDER BY name_key, id DESC LIMIT ?",
        (key, key + "\U0010ffff", _NAMED),
    )
    found.update(each for (each,) in rows)
    return found


def _by_address(connection: sqlite3.Connection, typed: str) -> set[int]:
    """Those with an address that begins with what was typed."""
    if not typed or " " in typed:
        return set()
    rows = connection.execute(
        "SELECT contact_id FROM contact_methods WHERE normal >= ? AND normal < ? AND kind = 'email' LIMIT ?",
        (typed, typed + "\U0010ffff", _STREAM),
    )
    return {each for (each,) in rows}


def _holding(connection: sqlite3.Connection, typed: str) -> set[int]:
    """Those with a piece of an address such as @example."""
    if len(typed) < _FRAGMENT or " " in typed or not ("@" in typed or "." in typed):
        return set()
    starts = range(len(typed) - 2)
    pieces = dict.fromkeys(typed[start : start + 3].replace('"', '""') for start in starts[:_TRIGRAMS])
    rows = connection.execute(
        "SELECT rowid - ? FROM search_fragments WHERE search_fragments MATCH ? AND rowid BETWEEN ? AND ?"
        " AND instr(fragments, ?) > 0 ORDER BY rowid DESC LIMIT ?",
        (CONTACTS, " AND ".join(f'"{each}"' for each in pieces), CONTACTS, 2 * CONTACTS - 1, typed, _STREAM),
    )
    return {each for (each,) in rows}


def _ranked(
    connection: sqlite3.Connection, found: set[int], reached: set[int], words: Sequence[str], *, exact: bool
) -> list[int]:
    """The people who are not put away, the best first; of equal ones the one met last, then the newest."""
    ranks: list[tuple[int, int, int]] = []
    ids = sorted(found | reached)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        rows = connection.execute(
            "SELECT p.id, p.last_contacted_on, d.keys FROM contacts p JOIN search_docs d ON d.id = ? + p.id"  # noqa: S608
            f" WHERE p.id IN ({_marks(part)}) AND p.archived_at IS NULL",
            (CONTACTS, *part),
        )
        for person, met, keys in rows:
            fits = _rank(keys, words) if person in found else _REACHED
            if person in reached:
                fits = 0 if exact else min(fits, _REACHED)
            ranks.append((fits, -int(met.replace("-", "")) if met else 0, -person))
    return [-person for _, _, person in sorted(ranks)]


def _entries(connection: sqlite3.Connection, people: Sequence[int], typed: str) -> list[Entry]:
    """What is told of some people, in their order; addresses that begin as typed first, then the primary one."""
    told: dict[int, list[tuple[bool, bool, int, Entry]]] = {}
    rows = connection.execute(
        "SELECT p.id, p.name, coalesce(c.name, ''), m.value, m.normal, m.is_primary, m.id"  # noqa: S608 - marks only
        " FROM contact_methods m JOIN contacts p ON p.id = m.contact_id"
        f" LEFT JOIN companies c ON c.id = p.company_id WHERE m.contact_id IN ({_marks(people)})"
        " AND m.kind = 'email' AND m.normal IS NOT NULL",
        tuple(people),
    )
    for person, name, company, value, normal, primary, place in rows:
        # what is written as something else than a bare address is told by its key
        address = value if value.lower() == normal else normal
        order = (not (typed and normal.startswith(typed)), not primary, place, (address, name, company))
        told.setdefault(person, []).append(order)
    return [entry for person in people for *_, entry in sorted(told.get(person, ()))]


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))


def _rank(keys: str, words: Sequence[str]) -> int:
    """How well folded keys fit, the smaller the better; as ``domain.search.rank``."""
    typed = " ".join(words)
    if keys.startswith(typed):
        return 0 if keys[len(typed) : len(typed) + 1] in ("", " ") else 1
    return 3 if f" {typed}" in keys else 4
