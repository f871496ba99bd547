"""Text as keys: search folding, match keys of names, tags, and guesses at misspelt words.

One rule: what a person typed is stored as typed; everything here derives something else from it and never
raises on hostile input, except ``check_tag``, which judges. Search keys (``crm_tui.folding``), cells of the
screen (``crm_tui.cells``) and e-mail keys (``crm_tui.emails``) are offered here as well, so that callers have
one place for text; phones are ``crm_tui.phones``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from crm_tui.cells import cell_width, clean, clean_lines, cut, is_clean, is_visible, pad
from crm_tui.emails import domain_of, email_key, is_public_mail_domain, is_shared_email, url_key
from crm_tui.errors import InvalidDataError
from crm_tui.folding import fold

__all__ = [
    "cell_width",
    "check_tag",
    "clean",
    "clean_lines",
    "company_key",
    "cut",
    "domain_of",
    "email_key",
    "fold",
    "fts_query",
    "guard_formula",
    "is_clean",
    "is_public_mail_domain",
    "is_shared_email",
    "is_visible",
    "name_key",
    "nearest",
    "pad",
    "split_tags",
    "unguard_formula",
    "url_key",
    "words",
]

_WORD = re.compile(r"[0-9a-z]+")
_MAX_QUERY_WORDS: Final = 16
_MAX_QUERY_WORD: Final = 64  # characters; a longer word is found by its beginning
_MAX_TAG: Final = 64
_MAX_GUESS: Final = 64  # characters; difflib is quadratic


def words(s: str) -> list[str]:
    """The folded alphanumeric tokens, split as FTS5's ``ascii`` tokenizer splits the folded text."""
    return _WORD.findall(fold(s))


def fts_query(text: str) -> str | None:
    """An FTS5 MATCH expression for every word as a prefix (``"ann"* AND "kov"*``); None without words.

    It cannot raise in SQLite: nothing but folded letters and digits gets inside the quotes.
    """
    found = list(dict.fromkeys(word[:_MAX_QUERY_WORD] for word in words(text)))[:_MAX_QUERY_WORDS]
    return " AND ".join([f'"{word}"*' for word in found]) or None


def name_key(s: str) -> str:
    """The match key of a name: its folded words in the given order, one space between them.

    A name without a single letter or digit is its own key, so that no two such names share the empty one.
    """
    folded = fold(s)
    if folded.replace(" ", "").isalnum():
        return folded
    return " ".join(_WORD.findall(folded)) or " ".join(s.casefold().split())


# Legal forms as ``name_key`` spells them (so QSC is ksc); each line is a family of countries.
_FORMS_AT_END: Final = """
ltd|limited|llc|l l c|llp|lp|plc|pllc|inc|incorporated|corp|corporation|co|company
pty|pty ltd|pvt|pvt ltd|private limited
gmbh|mbh|ges m b h|ag|kg|kgaa|ohg|ug|ug haftungsbeschrankt|e k|ek|eg|se|gbr
sa|s a|sarl|s a r l|sas|s a s|sasu|eurl|snc|sci|sprl|srl|s r l|spa|s p a
sl|s l|slu|sau|s a u|sa de cv|s a de c v|ltda|lda
bv|b v|nv|n v|vof|ab|as|a s|aps|oy|oyj|asa|uab|sia|ou
sp z o o|spolka z o o|sp j|sp k|s c|s r o|sro|spol s r o|d o o|doo|d d|kft|zrt|nyrt|bt|ood|eood|ad|a d
ooo|oao|zao|pao|ao|ip|too|tov|fop|tdv|pp|prat|chp|zhshs|odo
mmc|asc|ksc|ltd sti|sti|limited sirketi|anonim sirketi|sirketi|mchj
"""
# Put before the name where the form is Russian, Ukrainian or Kazakh. The second list reads as words or
# initials in Latin letters ("Too Good To Go"), so it counts in Cyrillic only.
_FORMS_AT_START: Final = "ooo|oao|zao|pao|fop|tov|tdv|odo|zhshs|prat"
_FORMS_AT_CYRILLIC_START: Final = "ao|ip|too|pp|chp"
_LAST = frozenset(_FORMS_AT_END.replace("\n", "|").strip("|").split("|"))
_FIRST = frozenset(_FORMS_AT_START.split("|"))
_FIRST_CYRILLIC = _FIRST | frozenset(_FORMS_AT_CYRILLIC_START.split("|"))
_LAST_WORDS = frozenset(form.rpartition(" ")[2] for form in _LAST)
_LONGEST_FORM = max(form.count(" ") + 1 for form in _LAST)


def company_key(s: str) -> str:
    """The match key of a company: ``name_key`` without legal forms, unless nothing would remain.

    Forms are taken off the end (``GmbH & Co. KG``, ``Sp. z o.o.``) and, where that is the custom, off the
    beginning (``ООО Ромашка``).
    """
    found = words(s)
    if len(found) > 1 and found[0] in (_FIRST if s.isascii() else _FIRST_CYRILLIC):
        del found[0]
    while found and found[-1] in _LAST_WORDS:
        for size in range(min(_LONGEST_FORM, len(found) - 1), 0, -1):
            if " ".join(found[-size:]) in _LAST:
                del found[-size:]
                break
        else:
            break
    return " ".join(found) or name_key(s)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that a misspelt or shortened word most likely meant, or None when none is near."""
    from difflib import get_close_matches

    known = {choice.casefold(): choice for choice in choices}
    typed = word.casefold()
    if not typed or len(typed) > _MAX_GUESS:
        return None
    close = get_close_matches(typed, known, n=1)
    begun = [choice for choice in known if choice.startswith(typed)]
    if len(begun) == 1 or (begun and not close):
        return known[begun[0]]
    return known[close[0]] if close else None


def split_tags(text: str) -> list[str]:
    """The tags of one cell, separated by ``,`` or ``;``: trimmed, none empty, the first of equals kept."""
    parts = (part.strip() for part in text.replace(";", ",").split(","))
    found: dict[str, str] = {}
    for tag in parts:
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())


def check_tag(s: str) -> str:
    """The tag as typed, without spaces around it.

    Raises:
        InvalidDataError: it is empty, longer than 64 characters, or holds a comma, semicolon or control
        character.
    """
    tag = s.strip()
    if not is_visible(tag):
        raise InvalidDataError("A tag cannot be empty.", "Give it a name such as vip.")
    if len(tag) > _MAX_TAG:
        raise InvalidDataError(
            f"The tag {clean(tag[:20])}… has {len(tag)} characters.", f"Use at most {_MAX_TAG}."
        )
    if "," in tag or ";" in tag:
        raise InvalidDataError(
            f"The tag {clean(tag)} holds a comma or semicolon.", "Give each tag on its own."
        )
    if not is_clean(tag):
        raise InvalidDataError(
            f"The tag {clean(tag)} holds a control character.", "Type it anew without invisible characters."
        )
    return tag


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ONE_NUMBER: Final = r"[+-]?[0-9 ().,/\u00a0\u202f-]+(?: ?(?:x|ext\.?) ?[0-9]+)?"
_NUMBER_OR_PHONE = re.compile(rf"{_ONE_NUMBER}(?:;{_ONE_NUMBER})*")


def guard_formula(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula: ``'`` before = + - @ TAB CR, numbers and phones left alone.

    ``unguard_formula`` takes exactly that off again.
    """
    if not _FORMULA.match(text) or _NUMBER_OR_PHONE.fullmatch(text):
        return text
    return f"'{text}"


def unguard_formula(text: str) -> str:
    """The cell that ``guard_formula`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
