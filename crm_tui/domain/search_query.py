"""What a typed search means: which words, which pieces of an e-mail or a phone number.

The rule kept here: nothing that was typed gets into an FTS5 expression except folded text inside quotes, so no input
can raise in SQLite.
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
# digits with what people write between them, standing alone
_NUMBER: Final = r"(?<!\S)[+(]*[0-9][0-9 ()+./-]*(?!\S)"
_EDGES: Final = "\"'`,;:!?<>()[]{}"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search as the index takes it.

    Attributes:
        words: the folded words, in the order they were typed.
        keys: the FTS5 expression of all words as prefixes, None without words.
        body: the same for free text, None when no word is long enough.
        fragments: pieces of an e-mail, link or phone number, each to be found somewhere inside.
        rest: the FTS5 expression of the words outside the fragments, None when there are none.
    """

    words: tuple[str, ...]
    keys: str | None
    body: str | None
    fragments: tuple[str, ...]
    rest: str | None

    @property
    def trigrams(self) -> str:
        """The FTS5 expression of all trigrams of the fragments."""
        return trigrams(self.fragments)


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
    return SearchQuery(
        words=found,
        keys=fts_query(plain),
        body=_body(found),
        fragments=tuple(dict.fromkeys(fragments))[:_MOST],
        rest=fts_query(" ".join(others)),
    )


def trigrams(fragments: tuple[str, ...]) -> str:
    """The FTS5 expression that every run of three characters of the fragments is there."""
    found = dict.fromkeys(
        piece[place : place + 3] for each in fragments for piece in [each[:_LONGEST]] for place in range(len(piece) - 2)
    )
    return " AND ".join('"' + each.replace('"', '""') + '"' for each in found)


def number_digits(text: str) -> str:
    """The digits of a phone number as typed, without the zeros dialled before it and a bracketed zero."""
    return "".join(each for each in text.replace("(0)", "") if each in "0123456789").lstrip("0")


def _numbers(plain: str) -> tuple[list[str], str]:
    """The phone-like numbers of a folded text, and the text without them."""
    found = [digits for each in re.findall(_NUMBER, plain) if len(digits := number_digits(each)) >= SHORT]
    return found, re.sub(_NUMBER, lambda match: "" if len(number_digits(match[0])) >= SHORT else match[0], plain)


def _is_fragment(token: str) -> bool:
    return "@" in token or re.search(r"[a-z0-9][._/:][a-z0-9]", token) is not None


def _body(found: tuple[str, ...]) -> str | None:
    if not any(len(word) >= SHORT for word in found):
        return None
    distinct = list(dict.fromkeys(word[:_LONGEST] for word in found))[: 2 * _MOST]
    return " AND ".join(f'"{word}"*' if len(word) >= SHORT else f'"{word}"' for word in distinct)
