"""From the text of a card to its properties: unfolded, decoded, the same form for every version.

The rule it keeps: work is linear in the text and bounded; a value comes out as vCard 3.0 and 4.0 write it, escaped
and on one line, whatever the version, encoding and character set were. Sources: vCard 2.1 (versit, 1996) section 2,
RFC 2426 sections 2.6 and 5, RFC 6350 sections 3 and 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.quoted import decoded, encoding_of, one_line, plain_backslashes
from crm_tui.interchange.vcard.splitting import CardText

_MOST: Final = 2000
"""Properties of a card."""
_LONGEST_HEAD: Final = 4000
_HEADS: Final = 200_000  # characters of all names and parameters of a card
_HEAD: Final = re.compile(r'(?:[^":]++|"[^"]*+"|")*+:')
_BASE64: Final = re.compile(r"[^:]*;(?:ENCODING=)?(?:BASE64|B)[;:]", re.IGNORECASE)
_RAW: Final = re.compile("[\udc80-\udcff]")
_AGENT: Final = re.compile(r"(?:[\w-]+\.)?AGENT[^:]*:\s*(BEGIN\s*:\s*VCARD)?\s*", re.IGNORECASE)
_BOUND: Final = re.compile(r"\s*(BEGIN|END)\s*:\s*VCARD\s*", re.IGNORECASE)


def properties(card: CardText) -> tuple[str, list[cl.Line], int]:
    """The version of a card, its properties, and how many lines are none.

    Raises:
        RejectedRowError: it has too many, or bytes that are no text.
    """
    found: list[cl.Line] = []
    heads = unreadable = 0
    version = "2.1" if re.search(r"^VERSION\s*:\s*2\.1", card, re.IGNORECASE | re.MULTILINE) else "3.0"
    for number, text in _logical(card):
        head = _HEAD.match(text, 0, _LONGEST_HEAD)
        line = cl.parse(number, text) if head is not None else None
        if head is None or line is None:
            if text.find(":") > _LONGEST_HEAD:
                raise RejectedRowError(f"a property's parameters have more than {_LONGEST_HEAD:,} characters")
            unreadable += 1
            continue
        heads += head.end()
        if len(found) >= _MOST or heads > _HEADS:
            raise RejectedRowError(f"it has more than {_MOST:,} properties, or endless parameters")
        if line.name == "VERSION":
            version = line.value.strip()
        else:
            found.append(_decoded(line, version, card.encoding))
    return version, found, unreadable


def _logical(card: str) -> Iterator[tuple[int, str]]:
    """The lines of a card without its BEGIN and END, continued ones joined."""
    lines = card.split("\n")
    parts: list[str] = []
    first, quoted, base64 = 0, False, False
    nested: list[str] | None = None
    depth = 0
    for number, line in enumerate(lines[1:], 2):
        if nested is not None:
            bound = _BOUND.fullmatch(line)
            depth += 0 if bound is None else 1 if bound[1].upper() == "BEGIN" else -1
            nested.append(line)
            if not depth:
                yield first, "AGENT:" + cl.escape("\n".join(nested))
                nested = None
            continue
        if parts and quoted and parts[-1].endswith("="):
            # a soft line break
            parts[-1] = parts[-1][:-1]
            parts.append(line)
            continue
        if parts and line and (line[0] in " \t" or (base64 and ":" not in line)):
            parts.append(line[1:] if line[0] in " \t" else line)
            continue
        if not line.strip():
            continue
        if parts:
            yield first, "".join(parts)
            parts = []
        if line[0] in "Aa.i" and (agent := _AGENT.fullmatch(line)) is not None:
            following = lines[number] if number < len(lines) else ""
            if agent[1] or _BOUND.fullmatch(following):
                nested, depth, first = (["BEGIN:VCARD"], 1, number) if agent[1] else ([], 0, number)
                continue
        if line[0] in "Ee" and _BOUND.fullmatch(line):
            return
        parts, first = [line], number
        quoted, base64 = cl.is_quoted(line), _BASE64.match(line) is not None
    if parts:
        yield first, "".join(parts)


def _decoded(line: cl.Line, version: str, encoding: str) -> cl.Line:
    """A property whose value is plain text, however it was encoded."""
    value, params = line.value, line.params
    if params:
        quoted, charset, params = encoding_of(params)
        if quoted:
            value = _from_quoted(line, charset, encoding)
        elif charset and not value.isascii():
            value = _recoded(value, charset, encoding)
        if version == "2.1" and "\\" in value:
            value = plain_backslashes(value)
        if "\n" in value or "\r" in value:
            value = one_line(value)
    elif version == "2.1" and "\\" in value:
        value = plain_backslashes(value)
    if not value.isascii() and _RAW.search(value):
        raise RejectedRowError(f"{line.name} has bytes that are no {encoding}; --encoding says what they are")
    return cl.Line(line.number, line.name, value, params, line.group, "", line.cut)


def _from_quoted(line: cl.Line, charset: str, encoding: str) -> str:
    found = decoded(line.value.encode(_plain(encoding), "surrogateescape"), (charset, "utf-8", encoding))
    if found is None:
        raise RejectedRowError(f"{line.name} has bytes that are no {charset or 'UTF-8'}")
    return found


def _recoded(value: str, charset: str, encoding: str) -> str:
    """A value in its own character set; one that is UTF-8 all the same stays so."""
    if encoding.startswith("utf") and not _RAW.search(value):
        return value
    try:
        return value.encode(_plain(encoding), "surrogateescape").decode(charset)
    except (UnicodeError, LookupError):
        return value


def _plain(encoding: str) -> str:
    """The encoding without the mark that it would write first."""
    return "utf-8" if encoding.startswith("utf") else encoding
