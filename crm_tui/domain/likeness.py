"""Whether two names can be the same person's or the same company's, and how surely.

Names are compared as folded words, so that other scripts and marks meet, in any order, so that swapped names do. The
rule kept here: relatives are not the same person. They share a surname, a phone and often a mailbox, so given names
that differ as a man's from a woman's (Mario and Maria, Aleksandr and Aleksandra) never count as a slip.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Final

from crm_tui.domain.loading.keys import compatible
from crm_tui.text import email_key

_TITLES: Final = frozenset(
    ["dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "herr", "frau", "hr", "fr", "sir", "mgr",
     "ing", "dipl", "bay", "bey", "xanim"]
)  # fmt: skip
_GENERATIONS: Final = {
    "jr": "jr",
    "junior": "jr",
    "sr": "sr",
    "senior": "sr",
    "ii": "ii",
    "iii": "iii",
    "iv": "iv",
}
_ENDINGS: Final = frozenset("aeiouy")
# The same sound as several ways of transliterating spell it, one after the other.
_SOUNDS: Final = (
    ("x", "ks"), ("kh", "h"), ("dzh", "j"), ("zh", "j"), ("ts", "c"), ("ck", "k"), ("ph", "f"), ("w", "v"),
    ("y", "i"), ("ii", "i"),
)  # fmt: skip
MOST_WORDS: Final = 12
"""Words of a name; what has more is a text that was loaded as one, and the same as another or not."""
_SHORT: Final = 3
_LONG: Final = 6  # letters of a word in which two may differ, as in mamedov and memmedov
Words = tuple[str, ...]


class Alike(IntEnum):
    """How alike two names are."""

    NOT = 0
    PART = 1
    """One word of theirs, the rest left out or an initial: ``anna``, ``a kowalska`` and ``anna kowalska``."""
    NEAR = 2
    """Two words or more, with a slip or a word left out."""
    SAME = 3
    """The same words, in any order."""


def name_words(key: str) -> Words:
    """The words of a ``name_key`` that tell people apart, as they sound: without titles, unless nothing would remain.

    ``aleksey`` and ``alexei`` are the same word.
    """
    return tuple(_sound(word) for word in spelt_words(key))


def spelt_words(key: str) -> Words:
    """The same as they are spelt."""
    words = tuple(key.split())
    kept = tuple(word for word in words if word not in _TITLES)
    return kept or words


def is_name(name: str) -> bool:
    """Whether it is a name at all: an address or a number stands in for one that is not known."""
    return any(letter.isalpha() for letter in name) and ("@" not in name or email_key(name) is None)


def is_latin(name: str) -> bool:
    """Whether a name is written in Latin letters throughout."""
    return name.isascii() or all(
        letter < "\u0370" or "\u1e00" <= letter < "\u1f00" for letter in name if letter.isalpha()
    )


def sorted_key(words: Words) -> str:
    """The same for the same words in any order."""
    return " ".join(sorted(words))


def person_alike(one: Words, other: Words) -> Alike:
    """How alike the names of two people are."""
    if one == other:
        return Alike.SAME
    if _generation(one) != _generation(other):
        return Alike.NOT
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return Alike.SAME
    if max(len(one), len(other)) > MOST_WORDS or (rest := _left(one, other)) is None:
        return Alike.NOT
    return _slipped(one, other, *rest)


def strangers(one: Words, other: Words) -> bool:
    """Whether two people cannot be the same: not alike, not even when both names are misspelt."""
    if person_alike(one, other):
        return False
    left, right = (
        [word for word in words if word not in common] for words, common in ((one, other), (other, one))
    )
    misspelt = len(left) == len(right) == 1 and len(one) > 1
    return not misspelt or _other_gender(left[0], right[0]) or not _two_slips(left[0], right[0])


def company_alike(one: Words, other: Words) -> Alike:
    """How alike the keys of two companies are."""
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return Alike.SAME
    if len(one) == len(other) and all(_slip(*pair) for pair in zip(one, other, strict=True)):
        return Alike.NEAR
    short, long = sorted((one, other), key=len)
    return Alike.PART if long[: len(short)] == short else Alike.NOT


def same_given(one: Words, other: Words) -> bool:
    """Whether the given name of one is written the same in the other, wherever it stands there."""
    return one[0] in other or other[0] in one


@lru_cache(maxsize=50_000)
def _sound(word: str) -> str:
    for spelt, sound in _SOUNDS if len(word) > 1 else ():
        word = word.replace(spelt, sound)
    return word


def _generation(words: Words) -> str | None:
    return _GENERATIONS.get(words[-1]) if len(words) > 1 else None


def _left(one: Words, other: Words) -> tuple[int, list[str], list[str]] | None:
    """How many words of the shorter name are in the longer, and the words left over; None when clearly different."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    left, right, exact = [], list(long), 0
    for word in short:
        if word in right:
            right.remove(word)
            exact += len(word) > 1
        else:
            left.append(word)
    # most pairs end here: nothing in common and no beginnings either
    if not exact and not any(word[0] == each[0] for word in left for each in right):
        return None
    return exact, left, right


def _slipped(one: Words, other: Words, solid: int, left: list[str], right: list[str]) -> Alike:
    exact = solid
    for word in left:
        found = next((each for each in right if _is_slip(word, each, one, other, exact)), None)
        if found is not None:
            solid += 1
        else:
            found = next((each for each in right if _is_initial(word, each)), None)
        if found is None:
            return Alike.NOT
        right.remove(found)
    if not solid:
        return Alike.NOT
    return Alike.NEAR if solid > 1 else Alike.PART


def _is_slip(word: str, each: str, one: Words, other: Words, exact: int) -> bool:
    if len(word) == 1 or len(each) == 1:
        return False
    given = {one[0], other[0]} == {word, each}
    if given and _other_gender(word, each):
        return False
    if _slip(word, each):
        return True
    return exact > 0 and (_left_out(word, each) or (not given and _two_slips(word, each)))


def _slip(one: str, other: str) -> bool:
    # the lengths tell most words apart before anything is looked at
    if one == other or len(one) == 1 or len(other) == 1 or abs(len(one) - len(other)) > 1:
        return one == other
    return compatible(one, other)


def _left_out(one: str, other: str) -> bool:
    """Whether a letter inside a short word was left out: ``elf`` and ``elif``."""
    short, long = sorted((one, other), key=len)
    if len(short) != _SHORT or len(long) != _SHORT + 1:
        return False
    return short == long[0] + long[2:] or short == long[:2] + long[3:]


def _is_initial(one: str, other: str) -> bool:
    return (len(one) == 1 or len(other) == 1) and one[0] == other[0]


def _other_gender(one: str, other: str) -> bool:
    """Whether two given names differ only in how they end, and one of them ends in a vowel there."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return short[:-1] == long[:-1] and (short[-1] in _ENDINGS or long[-1] in _ENDINGS)
    return long[:-1] == short and long[-1] in _ENDINGS


@lru_cache(maxsize=20_000)
def _two_slips(one: str, other: str) -> bool:
    """Whether at most two letters were added, left out or changed, in long words with the same beginning."""
    if min(len(one), len(other)) < _LONG or one[0] != other[0] or abs(len(one) - len(other)) > 2:
        return False
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row[0] = row[0], place
        for column, each in enumerate(other, 1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (letter != each)),
            )
        if min(row) > 2:
            return False
    return row[-1] <= 2
