"""The header of a message or of a part: RFC 5322 fields, RFC 2047 encoded words, addresses, dates, ids.

Nothing here takes longer than a small multiple of its input's length, and no header makes it raise.
"""

from __future__ import annotations

import binascii
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import Final

from crm_tui.domain.loading.mail_people import Address
from crm_tui.emails import email_key
from crm_tui.interchange.mail.charsets import decoded, safe_line
from crm_tui.text import is_visible

Headers = dict[str, list[str]]
LONGEST: Final = 256 * 1024
"""Bytes; a header longer than this is an attack, or no header."""
MOST_PEOPLE: Final = 1000
"""Addresses taken from one message."""
_FIELD = re.compile(r"[!-9;-~]{1,80}[ \t]*:")
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ID = re.compile(r"<\s*([^<>\s\x00-\x1f\x7f]{1,500})\s*>")
_BARE_ID = re.compile(r"[^<>\s\x00-\x1f\x7f]{1,500}")
_LONGEST_NAME: Final = 200
_LONGEST_DATE: Final = 200
_LONGEST_LIST: Final = 4096
_FEWEST_YEAR: Final = 1971  # clocks that were never set say 1970


def read_headers(head: bytes) -> Headers:
    """The fields of a header, unfolded, by lower-case name; lines that are no field are passed over."""
    found: Headers = defaultdict(list)
    pieces: list[str] = []
    for line in decoded(head).split("\n"):
        if line[:1] in (" ", "\t"):
            pieces.append(line.strip())
            continue
        _keep(found, pieces)
        pieces = [line.rstrip("\r")]
    _keep(found, pieces)
    return found


def _keep(found: Headers, pieces: list[str]) -> None:
    if pieces and _FIELD.match(pieces[0]):
        name, _, value = pieces[0].partition(":")
        found[name.strip().lower()].append(" ".join([value.strip(), *pieces[1:]]).strip())


def first(headers: Headers, name: str) -> str:
    """The first field of a name, empty when there is none."""
    values = headers.get(name)
    return values[0] if values else ""


def words(value: str) -> str:
    """A field's value with its RFC 2047 encoded words decoded."""
    if "=?" not in value:
        return value
    out: list[str] = []
    place = 0
    held, held_in = b"", ""
    for match in _ENCODED.finditer(value):
        between = value[place : match.start()]
        charset = match[1].partition("*")[0].lower()
        # white space between encoded words is none; one character may be spread over two of them
        if between.strip() or not (held or out) or charset != held_in:
            out.append(decoded(held, held_in) if held else "")
            held = b""
        if between.strip() or place == 0:
            out.append(between)
        held, held_in = held + _word(match[2], match[3]), charset
        place = match.end()
    out.append(decoded(held, held_in) if held else "")
    out.append(value[place:])
    return "".join(out)


def _word(how: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if how in "qQ":
        return binascii.a2b_qp(data, header=True)
    return from_base64(data)


def from_base64(data: bytes) -> bytes:
    """What base64 stands for, as far as it can be read."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def addresses(values: Iterable[str]) -> list[Address]:
    """The addresses of some fields, each once, those that are none left out."""
    found: dict[str, Address] = {}
    for value in values:
        for address in _addresses(value) if len(value) <= _LONGEST_LIST else _long_list(value):
            known = found.setdefault(address.key, address)
            if not known.name and address.name:
                found[address.key] = address
            if len(found) >= MOST_PEOPLE:
                return list(found.values())
    return list(found.values())


def _long_list(value: str) -> Iterable[Address]:
    """Those of a long list, read a stretch at a time: the library's reader is slow on long ones that are broken."""
    start = 0
    while start < len(value):
        end = (
            len(value)
            if len(value) - start <= _LONGEST_LIST
            else value.rfind(">,", start, start + _LONGEST_LIST)
        )
        if end <= start:
            end = value.rfind(",", start, start + _LONGEST_LIST)
        if end <= start:
            end = start + _LONGEST_LIST
        yield from _addresses(value[start : end + 1])
        start = end + 1


@lru_cache(maxsize=4096)
def _addresses(value: str) -> tuple[Address, ...]:
    try:
        pairs = getaddresses([value])
    except (RecursionError, ValueError, IndexError, TypeError):
        return ()
    found = []
    for name, typed in pairs[:MOST_PEOPLE]:
        key = email_key(typed)
        if key is not None:
            shown = safe_line(words(name), _LONGEST_NAME).strip("'\" ")
            # many programs put the address where the name belongs, some a sign that nobody sees
            shown = "" if email_key(shown) is not None or not is_visible(shown) else shown
            found.append(Address(key, typed if typed.lower() == key else key, shown))
    return tuple(found)


def instant(value: str) -> str | None:
    """A date of RFC 5322 as an instant, None when it is none or cannot be meant."""
    try:
        moment = parsedate_to_datetime(safe_line(value, _LONGEST_DATE))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        if moment.year < _FEWEST_YEAR:
            return None
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def moments(headers: Headers) -> Iterable[str]:
    """The instants at which it was sent and received, the likeliest first."""
    for name in ("date", "received"):
        for value in headers.get(name, ())[:20]:
            # the date of a Received field stands behind its last semicolon
            found = instant(value.rpartition(";")[2])
            if found is not None:
                yield found


def message_id(value: str) -> str | None:
    """A Message-ID without its brackets, None when it is none."""
    match = _ID.search(value[:2000]) or _BARE_ID.fullmatch(value.strip()[:600])
    if match is None:
        return None
    return match[1] if match.re is _ID else match[0]


def message_ids(value: str) -> list[str]:
    """The Message-IDs of a References field, in order."""
    found = _ID.findall(value[:LONGEST])
    return list(dict.fromkeys(found[:1] + found[-49:]))
