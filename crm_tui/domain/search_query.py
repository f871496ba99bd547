"""What a typed search means: which words, which pieces of an e-mail or a phone number.

The rule kept here: nothing that was typed gets into an FTS5 expression except folded text inside quotes, so
no input can raise in SQLite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crm_tui.text import fold, fts_query, words

SHORT: Final = 3
"""Characters below which a piece is no fragment, and a word of free text is matched whole."""
_LONGEST: Final = 64
_MOST: Final = 8
_TRIGRAMS: Final = 8
_SUBSCRIBER: Final = 8
# digits with what people write between them, standing alone
_NUMBER: Final = r"(?<!\S)[+(]*[0-9][0-9 ()+./-]*(?!\S)"
_EDGES: Final = "\"'`,;:!?<>()[]{}"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search as the index takes it.

    Attributes:
        words: the folded words, in the order they were typed.
        keys: the FTS5 expression of all words as prefixes, None without words.
        body: the same for free text, None when no word is long enough; short words are matched whole.
        whole: the expression of all words matched whole, None when ``body`` is.
        fragments: pieces of an e-mail, link or phone number, each to be found somewhere inside.
        rest: the FTS5 expression of the words outside the fragments, None when there are none.
    """

    words: tuple[str, ...]
    keys: str | None
    body: str | None
    whole: str | None
    fragments: tuple[str, ...]
    rest: str | None

    @property
    def is_mail(self) -> bool:
        """Whether it is an e-mail address, or a piece of one with its @, and nothing else."""
        return self.rest is None and any("@" in each for each in self.fragments)


def read_query(text: str) -> SearchQuery:
    """What a text typed into a search means."""
    plain = fold(text)
    numbers, rest = _numbers(plain)
    fragments, others = list(numbers), []
    for token in rest.split():
        bare = token.strip(_EDGES)
        if len(bare) >= SHORT and _is_fragment(bare):
            fragments.append(bare)
        else:
            others.append(token)
    found = tuple(words(plain))
    telling = any(len(word) >= SHORT for word in found)
    return SearchQuery(
        words=found,
        keys=fts_query(plain),
        body=_body(found, whole=False) if telling else None,
        whole=_body(found, whole=True) if telling else None,
        fragments=tuple(dict.fromkeys(fragments))[:_MOST],
        rest=fts_query(" ".join(others)),
    )


def trigrams(fragments: tuple[str, ...]) -> str:
    """An FTS5 expression that some telling runs of three characters of each fragment are there.

    Few are enough, because the fragments themselves are looked for in what is left; each one more costs time.
    """
    found: dict[str, None] = {}
    for each in fragments:
        telling = _telling(each)
        last = len(telling) - 3
        steps = min(last, _TRIGRAMS - 1)
        found.update(dict.fromkeys(telling[place : place + 3] for place in _spread(last, steps)))
    return " AND ".join('"' + each.replace('"', '""') + '"' for each in found)


def _telling(fragment: str) -> str:
    """The part of a fragment that fewest share: who, not at which provider; the number, not the country."""
    if fragment.isdigit():
        return fragment[-_SUBSCRIBER:]
    who, at, where = fragment.partition("@")
    return f"{who}@{where[:1]}" if at and len(who) >= SHORT else fragment[:_LONGEST]


def _spread(last: int, steps: int) -> list[int]:
    """Places from 0 to ``last``, both included, at even distances."""
    return [last * step // steps for step in range(steps + 1)] if steps else [0]


def number_digits(text: str) -> str:
    """The digits of a phone number as typed, without the zeros dialled before it and a bracketed zero."""
    return "".join(each for each in text.replace("(0)", "") if each in "0123456789").lstrip("0")


def _numbers(plain: str) -> tuple[list[str], str]:
    """The phone-like numbers of a folded text, and the text without them."""
    found = [digits for each in re.findall(_NUMBER, plain) if len(digits := number_digits(each)) >= SHORT]
    return found, re.sub(
        _NUMBER, lambda match: "" if len(number_digits(match[0])) >= SHORT else match[0], plain
    )


def _is_fragment(token: str) -> bool:
    return "@" in token or re.search(r"[a-z0-9][._/:][a-z0-9]", token) is not None


def _body(found: tuple[str, ...], *, whole: bool) -> str:
    distinct = list(dict.fromkeys(word[:_LONGEST] for word in found))[: 2 * _MOST]
    return " AND ".join(f'"{word}"' if whole or len(word) < SHORT else f'"{word}"*' for word in distinct)
