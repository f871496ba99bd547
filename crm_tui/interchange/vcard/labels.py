"""Labels of methods, days and ties: from TYPE and Apple's X-ABLabel to ours, and back.

A label that is made of the usual words goes out as TYPE, any other as an X-ABLabel in a group: TYPE never carries
text of the person's. Sources: RFC 6350 section 5.6, RFC 2426 section 3.3, and what phones write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from crm_tui.interchange import content_lines as cl

_APPLE: Final = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)
_NOISE: Final = frozenset({
    "pref", "voice", "internet", "x400", "postal", "parcel", "intl", "dom", "msg", "text", "video", "mobil", "b",
})  # fmt: skip
_OURS: Final = {"cell": "mobile", "mobile": "mobile", "private": "home", "business": "work"}
_THEIRS: Final = {"mobile": "cell"}
_PLACES: Final = ("home", "work")
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "phone": frozenset({"home", "work", "mobile", "fax", "pager", "main", "car", "other"}),
    "email": frozenset({"home", "work", "other"}),
    "address": frozenset({"home", "work", "other"}),
    "url": frozenset({"home", "work", "other"}),
    "im": frozenset({"home", "work", "other"}),
    "relation": frozenset({
        "contact", "acquaintance", "friend", "met", "co-worker", "colleague", "co-resident", "neighbor", "child",
        "parent", "sibling", "spouse", "kin", "muse", "crush", "date", "sweetheart", "me", "agent", "emergency",
    }),
}  # fmt: skip


def types(line: cl.Line) -> list[str]:
    """The words of TYPE, in lower case, each once."""
    found = [word.strip().lower() for each in line.params.get("TYPE", ()) for word in each.split(",")]
    return list(dict.fromkeys(word for word in found if word))


def of_types(line: cl.Line) -> str | None:
    """The label that TYPE makes: where, then what; None when it says nothing."""
    words = [_OURS.get(word, word) for word in types(line) if word not in _NOISE]
    words = list(dict.fromkeys(words))
    words.sort(key=lambda word: word not in _PLACES)
    return " ".join(words) or None


def of_apple(value: str) -> str | None:
    """The label of an X-ABLabel: as typed by the person, or a word of Apple's in lower case."""
    text = cl.unescape(value).strip()
    found = _APPLE.fullmatch(text)
    return (found[1].lower().strip() if found else text) or None


def as_types(label: str, kind: str) -> list[tuple[str, str]] | None:
    """The TYPE parameters that give exactly this label, None when none do."""
    words = label.split(" ")
    usual = sorted(dict.fromkeys(words), key=lambda word: word not in _PLACES)
    if words != usual or not _WORDS[kind].issuperset(words):
        return None
    return [("TYPE", _THEIRS.get(word, word)) for word in words]


def joined(label: str | None, other: str | None, kind: str) -> str | None:
    """The label of a method that a card has twice: both where TYPE can say them, else the first."""
    if not label or not other or as_types(label, kind) is None or as_types(other, kind) is None:
        return label or other
    words = dict.fromkeys((*label.split(" "), *other.split(" ")))
    return " ".join(sorted(words, key=lambda word: word not in _PLACES))


def preference(line: cl.Line) -> int | None:
    """How much a method is preferred, 1 most; None when nothing says so."""
    value = line.param("PREF")
    if value is not None and value.strip().isdigit() and len(value) < 9:
        return int(value)
    return 1 if "pref" in types(line) else None
