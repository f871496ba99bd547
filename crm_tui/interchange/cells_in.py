"""The cells of a row as an import reads them, whatever their column is.

Blank cells and the words programs write for nothing are nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.errors import InvalidDataError
from crm_tui.interchange import headers
from crm_tui.text import unguard_formula

Get = Callable[[list[str]], str]
NOTHING: Final = frozenset(
    {"-", "--", "---", "n/a", "#n/a", "na", "none", "null", "nil", "nan", "unknown", "undefined", "."}
)


def is_nothing(text: str) -> bool:
    """Whether a cell holds one of the words programs write for nothing."""
    return text.lower() in NOTHING


def convert(reader: Callable[[str], object], header: str) -> Callable[[str], object]:
    """A reader whose complaints become a rejected row that names the column."""

    def read(text: str) -> object:
        try:
            return reader(text)
        except InvalidDataError as error:
            raise RejectedRowError(_reason(error), header) from error

    return read


def _reason(error: InvalidDataError) -> str:
    return error.message.rstrip(".")


def first_filled(places: Sequence[int]) -> Get:
    """A reader of the first of some cells that is not blank."""
    if not places:
        return lambda cells: ""
    if len(places) == 1:
        place = places[0]

        def one(cells: list[str]) -> str:
            text = cells[place].strip()
            return unguard_formula(text) if text[:1] == "'" else text

        return one

    def several(cells: list[str]) -> str:
        for place in places:
            text = cells[place].strip()
            if text:
                return unguard_formula(text)
        return ""

    return several


def pattern(header: str) -> re.Pattern[str]:
    """A header of which each ``*`` stands for a number."""
    return re.compile(re.escape(header).replace(r"\*", "([0-9]{1,4})"), re.IGNORECASE)


def first_of(text: str, sign: str | None) -> str:
    """The first of several values that a sign parts; the text itself without one."""
    return text.split(sign, 1)[0].strip() if sign is not None else text


def starless(place: int) -> Get:
    """A reader of labels as they are; a star before one marks what is used most."""
    return lambda cells: unguard_formula(cells[place].strip()).lstrip("* ").rstrip()


def label_of(place: int) -> Get:
    """A reader of labels of e-mails and the like, in our words."""

    def read(cells: list[str]) -> str:
        text = cells[place].lstrip("* ").rstrip()
        return headers.LABEL_WORDS.get(text.casefold(), text)

    return read


def or_default(read: Get, default: Get) -> Get:
    """A reader that turns to another where the first finds nothing."""
    return lambda cells: read(cells) or default(cells)


def translated(read: Get, words: Mapping[str, str]) -> Get:
    """A reader that gives our words for theirs."""

    def ours(cells: list[str]) -> str:
        text = read(cells)
        return words.get(text.casefold(), text)

    return ours
