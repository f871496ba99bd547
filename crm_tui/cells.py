"""The boundary between data and the terminal: what is safe to show, and how many cells it takes.

One rule: no text of a person reaches a screen before ``clean`` has seen it. Widths follow the algorithm of
rich and Textual (``rich.cells``), so that a column measured here is the column drawn there, without importing
either.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Align = Literal["left", "right", "center"]

# What a terminal acts on, or what makes text read differently from how it is stored: C0, DEL and C1; bidi
# marks, overrides and isolates; line and paragraph separators; byte order mark; annotations; lone surrogates.
# U+200C and U+200D stay: Persian names and emoji families need them.
# what is no space, no control, not "default ignorable" (DerivedCoreProperties.txt of Unicode) and no blank braille cell
_SHAPE: Final = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff]"
)
_UNSAFE = re.compile(
    "\r\n|[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n|\n|\r")

_ELLIPSIS: Final = "…"
_ZWJ: Final = "\u200d"
_VS16: Final = "\ufe0f"  # asks for the emoji form of the character before it
_TRICKY = re.compile("[\u200d\ufe0f]")

# The next three are asked once a character, so they stay text that ``re`` compiles on first use.
# Format characters that have a glyph of their own: soft hyphen, and the marks that Arabic, Syriac and Kaithi
# write under or before a number.
_VISIBLE_FORMAT: Final = "[\xad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]"
# No width of their own although letters or symbols: vowels and finals of Hangul syllables, its fillers, skin
# tones.
_ATTACHED: Final = "[\u1160-\u11ff\ud7b0-\ud7ff\u3164\uffa0\U0001f3fb-\U0001f3ff]"
# Wide since a later Unicode version than the one Python 3.11 knows (14.0): trigrams, hexagrams, newer emoji.
_WIDE_SINCE: Final = (
    "[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376"
    "\U0001f6dc\U0001fa70-\U0001faff]"
)
# Narrow characters outside the symbol categories that have an emoji form (emoji-variation-sequences.txt).
_KEYCAPS_AND_SUCH: Final = frozenset("#*0123456789‼⁉ℹ")


def clean(s: str) -> str:
    """The text on one line of a terminal, with what would act on the terminal made visible instead.

    Line ends and tabs become a space, other C0 controls their control picture (U+2400 and on), surrogates
    U+FFFD, and the rest ``<U+202E>`` and the like. A text without any of these is returned as the same
    object.
    """
    return _UNSAFE.sub(_visible, s) if _UNSAFE.search(s) else s


def clean_lines(s: str) -> list[str]:
    """The lines of a text, whatever system ended them, each one cleaned."""
    return [clean(line) for line in _LINE_END.split(s)]


def is_clean(s: str) -> bool:
    """Whether ``clean`` would leave the text alone."""
    return _UNSAFE.search(s) is None


def is_visible(s: str) -> bool:
    """Whether there is anything to see in a text: not only spaces, controls and signs without a shape."""
    return _SHAPE.search(s) is not None


def _visible(match: re.Match[str]) -> str:
    found = match[0]
    if found in ("\t", "\n", "\r", "\r\n"):
        return " "
    code = ord(found)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"<U+{code:04X}>"


class _Widths(dict[str, int]):
    """Cells of single characters, measured once."""

    def __missing__(self, char: str) -> int:
        from unicodedata import category, east_asian_width

        kind = category(char)
        if re.match(_WIDE_SINCE, char):
            width = 2
        elif re.match(_ATTACHED, char) or kind in ("Mn", "Me", "Mc", "Cc", "Zl", "Zp"):
            width = 0
        elif kind == "Cf":
            width = 1 if re.match(_VISIBLE_FORMAT, char) else 0
        elif kind == "Cn":  # Python 3.11 calls every unassigned character full-width
            width = 1
        else:
            width = 2 if east_asian_width(char) in "WF" else 1
        if len(self) < 20_000:
            self[char] = width
        return width


_WIDTHS = _Widths()


def cell_width(s: str) -> int:
    """How many terminal cells a text takes; controls count as none, so clean it first."""
    if s.isascii() and s.isprintable():
        return len(s)
    if _TRICKY.search(s):
        return sum(width for _, width in _clusters(s))
    return sum(map(_WIDTHS.__getitem__, s))


def _clusters(s: str) -> list[tuple[str, int]]:
    """The pieces of a text that must not be torn apart, each with its cells.

    A character takes along the marks after it, what a zero-width joiner ties to it, and its variation
    selector; two regional indicators are one flag.
    """
    found: list[tuple[str, int]] = []
    measured = ""  # the character that a variation selector would widen
    rest = iter(s)
    for char in rest:
        width = _WIDTHS[char]
        piece = char
        if char == _ZWJ:
            piece, width = char + next(rest, ""), 0
        elif char == _VS16:
            width, measured = int(_has_emoji_form(measured)), ""
        elif width:
            measured = char
            if not (_is_flag_half(char) and found and _is_flag_half(found[-1][0])):
                found.append((char, width))
                continue
        before, cells = found.pop() if found else ("", 0)
        found.append((before + piece, cells + width))
    return found


def _has_emoji_form(char: str) -> bool:
    from unicodedata import category

    if not char or _WIDTHS[char] != 1:
        return False
    return char in _KEYCAPS_AND_SUCH or category(char) in ("So", "Sm")


def _is_flag_half(piece: str) -> bool:
    return len(piece) == 1 and "\U0001f1e6" <= piece <= "\U0001f1ff"


def cut(s: str, width: int) -> str:
    """The text in at most ``width`` cells, ending in ``…`` when something was left out.

    The cost depends on the width, not on the length of the text: beyond some 16 characters a cell the rest is
    left out unseen.
    """
    if width <= 0:
        return ""
    within = 16 * width + 64
    if len(s) <= within and cell_width(s) <= width:
        return s
    s = s[:within]
    if s.isascii() and s.isprintable():
        return s[: width - 1] + _ELLIPSIS
    kept: list[str] = []
    room = width - 1
    for cluster, cells in _clusters(s):
        room -= cells
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept) + _ELLIPSIS


def pad(s: str, width: int, align: Align = "left") -> str:
    """The text cut, or filled with spaces, to exactly ``width`` cells."""
    s = cut(s, width).rstrip(_ZWJ)  # at the end it would tie the filling to the text
    room = max(width, 0) - cell_width(s)
    left = 0 if align == "left" else room if align == "right" else room // 2
    return " " * left + s + " " * (room - left)
