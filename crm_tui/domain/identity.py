"""What a person is known by in texts: names, e-mail addresses and phone numbers, however they are written there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from crm_tui.phones import phone_digits
from crm_tui.text import fold, is_shared_email, name_key

FORGOTTEN: Final = "[forgotten]"
"""What stands in a text in the place of somebody who was forgotten."""
_FEWEST_DIGITS: Final = 7
_SHORTEST: Final = 4
_BETWEEN_DIGITS: Final = r"[\s().\-/]{0,3}"


@dataclass
class Identity:
    """All that is known of somebody. Addresses that several people share, such as info@, are no one's.

    Attributes:
        names: full names, former ones included.
        parts: given and family names, which mean the person only in what is their own.
        emails: addresses as typed and as match keys.
        phones: numbers as typed and as match keys.
    """

    names: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def add_name(self, *names: object) -> None:
        """Note names; the words of each are parts as well."""
        for name in names:
            if isinstance(name, str) and name.strip():
                self.names.add(" ".join(name.split()))
                self.add_part(*name.split())

    def add_part(self, *words: str) -> None:
        """Note single names; particles such as "de" and "van" mean nobody."""
        for word in words:
            plain = word.strip(".,")
            if len(plain) > 1 and not plain.islower():
                self.parts.add(plain)

    def add_method(self, kind: object, *values: object) -> None:
        """Note an e-mail or a phone; other kinds say too little about who it is."""
        for value in values:
            if not isinstance(value, str) or not value.strip():
                continue
            if kind == "email" and not is_shared_email(value.strip().casefold()):
                self.emails.add(value.strip())
            elif kind == "phone":
                self.phones.add(value.strip())

    @cached_property
    def anywhere(self) -> re.Pattern[str] | None:
        """What means the person in any text: full names of more than one word, e-mails, phones."""
        return _pattern([*map(_name, self._full()), *map(_email, self.emails), *_digits(self.phones)])

    @cached_property
    def in_their_own(self) -> re.Pattern[str] | None:
        """What means the person in what is about them: one of their names alone too."""
        parts = sorted({*self.parts, *self.names} - {*self._full()}, key=len, reverse=True)
        # Will is a name, and will is none
        exact = (f"(?-i:{_name(part)})" for part in parts)
        return _pattern([*map(_name, self._full()), *exact, *map(_email, self.emails), *_digits(self.phones)])

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """Short texts, case-folded, of which at least one is in every text in which ``anywhere`` finds something."""
        words = {max(name.split(), key=len).casefold() for name in self._full()}
        words.update(email.casefold() for email in self.emails)
        # between other digits there may be anything
        words.update(
            digits[-1] for phone in self.phones if len(digits := _only_digits(phone)) >= _FEWEST_DIGITS
        )
        return tuple(sorted(words, key=len, reverse=True))

    def bytes_to_find(self) -> list[str]:
        """The texts to look for in the bytes of a file: as written, folded, and as match keys."""
        texts = {*self.emails, *self.phones}
        texts.update(digits for phone in self.phones if len(digits := _only_digits(phone)) >= _FEWEST_DIGITS)
        for name in self.names:
            texts.update((name, name.casefold(), fold(name), name_key(name)))
        # fewer letters are found in every file
        return sorted(text for text in texts if len(text) >= _SHORTEST)

    def _full(self) -> list[str]:
        return sorted((name for name in self.names if " " in name), key=len, reverse=True)


def _pattern(parts: Iterable[str]) -> re.Pattern[str] | None:
    found = [part for part in parts if part]
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _name(name: str) -> str:
    return r"(?<!\w)" + r"\s+".join(map(re.escape, name.split())) + r"(?!\w)"


def _email(email: str) -> str:
    return r"(?<![\w.+-])" + re.escape(email) + r"(?![\w-])"


def _digits(phones: Iterable[str]) -> Iterable[str]:
    for phone in phones:
        digits = _only_digits(phone)
        if len(digits) >= _FEWEST_DIGITS:
            yield r"(?<!\d)\+?" + _BETWEEN_DIGITS.join(digits) + r"(?!\d)"


def _only_digits(phone: str) -> str:
    return "".join(each for each in phone_digits(phone) if each.isascii() and each.isdigit())
