"""Where the words of a search stand in a text as it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from crm_tui.text import words

if TYPE_CHECKING:
    from crm_tui.domain.search_query import SearchQuery

# a word with its marks and apostrophes, as folding takes it for one
_WORD: Final = re.compile(r"[\w\u0300-\u036f'’`]+")
_LONGEST: Final = 2000  # characters of a text that are looked through
_MOST_DIGITS: Final = 20


def pieces(text: str, query: SearchQuery) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether the search meant it: a word by its beginning, a fragment anywhere."""
    at = 0
    for start, end in _merged(sorted(_places(text[:_LONGEST], query))):
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def fits(text: str, query: SearchQuery) -> bool:
    """Whether anything in the text is what was searched for."""
    return next(_places(text[:_LONGEST], query), None) is not None


def _places(text: str, query: SearchQuery) -> Iterator[tuple[int, int]]:
    if query.words:
        for match in _WORD.finditer(text):
            if any(word.startswith(query.words) for word in words(match[0])):
                yield match.span()
    for fragment in query.fragments:
        yield from (match.span() for match in _pattern(fragment).finditer(text))


def _pattern(fragment: str) -> re.Pattern[str]:
    """A fragment as people write it: digits with a few signs between them."""
    if fragment.isdigit():
        return re.compile(r"[ ()+./-]{0,3}".join(fragment[:_MOST_DIGITS]))
    return re.compile(re.escape(fragment), re.IGNORECASE)


def _merged(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin, until = -1, -1
    for start, end in places:
        if start > until:
            if until > begin:
                yield begin, until
            begin, until = start, end
        else:
            until = max(until, end)
    if until > begin:
        yield begin, until
