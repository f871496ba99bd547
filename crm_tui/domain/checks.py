"""Checks of single values before they are stored.

Text is stored as typed, less the space around it; a line break in a one-line field becomes a space. Refused
is only what cannot be kept or can hardly be meant: nothing where something is needed, a NUL, bytes that are
no text.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, TypeVar

from crm_tui.errors import InvalidDataError
from crm_tui.text import is_visible, url_key

E = TypeVar("E", bound=StrEnum)
LINE: Final = 1000
TEXT: Final = 1_000_000
COUNT: Final = 1_000_000
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_BREAKS = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def line(value: str, what: str, longest: int = LINE) -> str:
    """One line of text that is needed.

    Raises:
        InvalidDataError: it is empty, too long, or cannot be kept.
    """
    kept = _BREAKS.sub(" ", _keepable(value, what)).strip()
    if not kept:
        raise InvalidDataError(f"The {what} is empty.", f"Give a {what}.")
    if len(kept) > longest:
        raise InvalidDataError(
            f"The {what} has {len(kept):,} characters.",
            f"At most {longest:,} are kept; put the rest into the note.",
        )
    return kept


def name(value: str, what: str, longest: int = LINE) -> str:
    """One line of text by which a record is called: there is something to see in it.

    Raises:
        InvalidDataError: it is empty or looks so, is too long, or cannot be kept.
    """
    kept = line(value, what, longest)
    if not is_visible(kept):
        raise InvalidDataError(f"The {what} is empty.", f"Give a {what} that can be seen.")
    return kept


def optional_line(value: str | None, what: str) -> str | None:
    """One line of text, None when there is none."""
    return line(value, what) if value is not None and value.strip() else None


def text(value: str, what: str) -> str:
    """Text of any number of lines that is needed.

    Raises:
        InvalidDataError: it is empty, too long, or cannot be kept.
    """
    kept = optional_text(value, what)
    if kept is None:
        raise InvalidDataError(f"The {what} is empty.", f"Give a {what}.")
    return kept


def optional_text(value: str | None, what: str) -> str | None:
    """Text of any number of lines, None when there is none.

    Raises:
        InvalidDataError: it is too long or cannot be kept.
    """
    if value is None or not value.strip():
        return None
    kept = _keepable(value, what).strip()
    if len(kept) > TEXT:
        raise InvalidDataError(f"The {what} has {len(kept):,} characters.", f"At most {TEXT:,} are kept.")
    return kept


def text_or_none(value: object) -> str | None:
    """A value from outside as text, None where there is none."""
    return None if value is None else str(value)


def domain(value: str | None) -> str | None:
    """A company's domain as its mail addresses have it, taken out of a web or e-mail address if need be.

    Raises:
        InvalidDataError: there is no domain in it.
    """
    typed = optional_line(value, "domain")
    if typed is None:
        return None
    host = url_key(typed).rpartition("@")[2]
    host = re.split(r"[/?:]", host, maxsplit=1)[0].lower()
    if not re.fullmatch(r"[^\s.,;<>()\[\]\\\"]+(?:\.[^\s.,;<>()\[\]\\\"]+)+", host):
        raise InvalidDataError(f'"{typed}" is no domain.', "Write it like example.com.")
    return host


def choice(kind: type[E], value: str, what: str) -> E:
    """One of the words of an enumeration, whatever its case.

    Raises:
        InvalidDataError: it is none of them; they are listed.
    """
    try:
        return kind(value.strip().lower())
    except ValueError:
        words = ", ".join(kind)
        raise InvalidDataError(f'"{value}" is no {what}.', f"It is one of: {words}.") from None


def timezone(value: str | None) -> str | None:
    """An IANA time zone's name.

    Raises:
        InvalidDataError: there is no such zone.
    """
    from zoneinfo import ZoneInfo

    name = optional_line(value, "time zone")
    if name is not None:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise InvalidDataError(
                f'"{name}" is no time zone.', "Use a name such as Europe/Istanbul."
            ) from None
    return name


def positive(value: int | None, what: str, most: int = COUNT) -> int | None:
    """A count of at least one, None when there is none.

    Raises:
        InvalidDataError: it is zero or less, or more than can be meant.
    """
    if value is not None and not 1 <= value <= most:
        raise InvalidDataError(f"The {what} is {value}.", f"It is to be from 1 to {most:,}.")
    return value


def _keepable(value: str, what: str) -> str:
    found = _UNKEEPABLE.search(value)
    if found:
        kind = "a NUL character" if found.group() == "\x00" else "bytes that are no valid text"
        raise InvalidDataError(f"The {what} contains {kind}.", "Remove it and try again.")
    return value
